"""Every rule that ships has a record that breaks it, one that just does not, and nulls."""

from functools import cache
from importlib import import_module
from typing import Any

import duckdb
import pytest

from expectations import ledger
from expectations.engine import Data, run_rule
from expectations.measure import measure_norms
from expectations.norms import needed_by
from expectations.rule import Rule
from tests.generic_cases import MAKERS, GenericCase, Suited, cases_of, suited, twenty_records
from tests.rule_cases import Case, all_cases, as_case, shipped_rules

GENERIC = [case for line in suited() if line.item["check"] in MAKERS for case in cases_of(line)]


def uncovered(rules: dict[str, Rule], generic: list[GenericCase], written: list[Case]) -> list[str]:
    """Rules that lack a record that breaks them, or one that just does not."""
    broken = {case.rule for case in generic if case.found} | {case.rule for case in written if case.breaks.strip()}
    kept = {case.rule for case in generic if not case.found} | {case.rule for case in written if case.keeps.strip()}
    return sorted(name for name in rules if name not in broken & kept)


def test_every_rule_is_broken_once_and_just_not_broken_once() -> None:
    written = [case for _, case in all_cases()]
    assert uncovered(shipped_rules(), GENERIC, written) == [], (
        "add each of these to CASES of tests/test_rules_<group>.py, or its check to MAKERS of tests/generic_cases.py"
    )


def test_cases_are_about_rules_that_there_are() -> None:
    assert sorted({case.rule for _, case in all_cases()} - set(shipped_rules())) == []


def test_what_breaks_a_rule_is_not_what_keeps_it() -> None:
    assert [case.rule for _, case in all_cases() if case.breaks.strip() == case.keeps.strip()] == []


@pytest.mark.parametrize("module", sorted({module for module, _ in all_cases()}))
def test_the_cases_of_a_module_are_run(module: str) -> None:
    """A list that no test goes through proves nothing."""
    loaded = import_module(f"tests.{module}")
    marks = [
        mark for item in vars(loaded).values() for mark in getattr(item, "pytestmark", ()) if mark.name == "parametrize"
    ]
    assert any(mark.args[1] is loaded.CASES for mark in marks)


@pytest.mark.parametrize(
    ("left_out", "found"), [("breaks", ["stuck_order"]), ("keeps", ["stuck_order"]), ("both", ["stuck_order"])]
)
def test_a_rule_without_a_case_would_be_seen(left_out: str, found: list[str]) -> None:
    written = [case for _, case in all_cases() if case.rule != "stuck_order"]
    if left_out != "both":
        written.append(
            Case("stuck_order", "" if left_out == "breaks" else "x", "" if left_out == "keeps" else "y", None)
        )
    assert uncovered(shipped_rules(), GENERIC, written) == found
    assert uncovered(shipped_rules(), [case for case in GENERIC if case.rule != "orders_region_required"], written) == [
        "orders_region_required",
        *found,
    ]


@pytest.mark.parametrize(
    "written",
    [("r", "b", "k", ("O1",)), ("r", "", "b", "k", ("O1",)), Case("r", "b", "k", ("O1",))],
)
def test_cases_may_be_written_in_three_ways(written: Any) -> None:
    assert as_case(written) == Case("r", "b", "k", ("O1",))


@cache
def _twenty() -> duckdb.DuckDBPyConnection:
    con = twenty_records()
    ledger.begin(con, [])
    return con


@pytest.mark.parametrize(
    "line", [line for line in suited() if line.item["check"] in MAKERS], ids=lambda line: line.rule
)
def test_a_rule_of_a_suite_finds_what_breaks_it_and_nothing_else(line: Suited) -> None:
    assert _found(line.rule, "") == [], "nothing is wrong with the twenty records"
    for case in cases_of(line):
        assert _found(case.rule, case.change) == [f"s:{record}" for record in case.found], case.told


def _found(name: str, change: str) -> list[str]:
    """The records that a rule finds after a change, which is then taken back."""
    con = _twenty()
    con.execute("BEGIN")
    try:
        con.execute(change)
        rule = shipped_rules()[name]
        measure_norms(con, True, needed_by(rule.queries))
        run = run_rule(con, rule, Data(con, True, frozenset(), dict.fromkeys(rule.needs, True)))
        assert run.outcome is None, run.reason
        rows = con.execute("SELECT record_key FROM work.rule_hits ORDER BY record_key[3:]::INTEGER").fetchall()
    finally:
        con.execute("ROLLBACK")
    return [row[0] for row in rows]
