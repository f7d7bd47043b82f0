"""The three cases of a rule: a record that breaks it, one that just does not, and nulls.

A module of tests keeps its cases in a list `CASES`, as `Case(...)` or as the tuple (rule, breaks, keeps, found), or
(rule, given, breaks, keeps, found) where the company needs more first. All but the rule and what is found are SQL on
the company of `tests/checks_fixture.py`, in which nothing is wrong. `tests/test_rule_coverage.py` asks for every rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb

from expectations import ledger
from expectations.catalogue import load_rules
from expectations.engine import Data, run_rule
from expectations.measure import measure_norms
from expectations.norms import needed_by
from expectations.rule import Rule
from pipelines.settings import Home


@dataclass(frozen=True, slots=True)
class Case:
    """What breaks a rule and what just does not; `found` begins (order, line, field, suggested)."""

    rule: str
    breaks: str
    keeps: str
    found: tuple[str | None, ...] | None
    given: str = ""


def as_case(written: Any) -> Case:
    """A case in whichever way a module writes it."""
    if isinstance(written, Case):
        return written
    if len(written) == 4:
        return Case(*written)
    rule, given, breaks, keeps, found = written
    return Case(rule, breaks, keeps, found, given)


def all_cases() -> Iterator[tuple[str, Case]]:
    """(module, case) of every list `CASES` in `tests/test_rules*.py` and `tests/test_*_rules.py`."""
    folder = Path(__file__).parent
    for path in sorted({*folder.glob("test_rules*.py"), *folder.glob("test_*_rules.py")}):
        for written in getattr(import_module(f"tests.{path.stem}"), "CASES", ()):
            yield path.stem, as_case(written)


@cache
def shipped_rules() -> dict[str, Rule]:
    """The rules that ship, by name."""
    return {rule.name: rule for rule in load_rules(Home(Path("none")))}


def findings(con: duckdb.DuckDBPyConnection, rule: str | Rule) -> list[tuple[str | None, ...]]:
    """What one rule finds: (order, line, field, suggested)."""
    rule = shipped_rules()[rule] if isinstance(rule, str) else rule
    ledger.begin(con, [])
    measure_norms(con, True, needed_by(rule.queries))
    return findings_by_norms(con, rule)


def findings_by_norms(con: duckdb.DuckDBPyConnection, rule: str | Rule) -> list[tuple[str | None, ...]]:
    """What one rule finds where the norms of the company were measured before."""
    rule = shipped_rules()[rule] if isinstance(rule, str) else rule
    ledger.begin(con, [])
    run = run_rule(con, rule, Data(con, True, frozenset()))
    assert run.outcome in (None, "not_applicable"), run.reason
    return con.execute("SELECT order_id, line_id, field, suggested FROM work.rule_hits ORDER BY ALL").fetchall()
