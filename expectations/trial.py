"""`orderproof rules --test`: a rule against the current data before it is switched on. Nothing is written."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from expectations import ledger
from expectations.catalogue import Catalogue, refuse_taken, rules_of_file
from expectations.engine import Data, RuleRun, count_population, count_unknowns, run_rule
from expectations.explanation import EXAMPLE, example_in_words, outcome_in_words
from expectations.learned.learner import Learner
from expectations.listing import LastRun, last_runs, rule_called
from expectations.measure import measure_norms
from expectations.norms import needed_by
from expectations.parameters import sql_literal
from expectations.rule import Rule
from pipelines import scope
from pipelines.contract import entities
from pipelines.errors import UsageError
from pipelines.settings import Home
from pipelines.warehouse import SCHEMAS, Snapshot

_FIRST = 10
_ENDINGS = (".sql", ".yaml", ".yml")
# What a trial makes itself; everything else is the snapshot's.
_IN_MEMORY = ("work", "ledger", "scope", "clock", "learned")


@dataclass(frozen=True, slots=True)
class Trial:
    """How a rule would end, and the first findings it would have."""

    rule: Rule
    run: LastRun
    findings: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """What `rules --test --json` says of it."""
        outcome = {name: getattr(self.run, name) for name in LastRun.__slots__ if name != "accepted"}
        return {"rule": self.rule.name, **outcome, "findings": list(self.findings)}

    def as_text(self) -> str:
        """The same for people."""
        more = (self.run.failing or 0) - len(self.findings)
        return "\n".join(
            [
                f"{self.rule.name}: {self.rule.title}",
                outcome_in_words(self.run),
                *(f"  {example_in_words(finding)}" for finding in self.findings),
                *([f"  and {more:,} more"] if more else []),
            ]
        )


def rules_to_try(what: str, catalogue: Catalogue, home: Home) -> list[Rule]:
    """The rules of a file, or the one of that name. UsageError or ConfigurationError where there is none to try."""
    path = Path(what)
    if path.suffix.lower() not in _ENDINGS:
        return [rule_called(what, catalogue)]
    if not path.exists():
        raise UsageError(
            f"there is no file {what}.",
            state="Nothing was changed.",
            next_step="Give a file of rules (.yaml or .sql), or the name of a rule that `orderproof rules` lists.",
        )
    switched_on = [rule for rule in catalogue.rules if rule.own and Path(rule.path).resolve() == path.resolve()]
    if switched_on:
        return switched_on
    rules = rules_of_file(path, home)
    known = {rule.name: rule for rule in catalogue.rules}
    for rule in rules:
        refuse_taken(rule, known)
    if not rules:
        raise UsageError(f"{what} has no rule.", state="Nothing was changed.")
    return rules


def try_rules(rules: Sequence[Rule], home: Home, snapshot: Snapshot) -> list[Trial]:
    """Run rules over all records of a snapshot, each in its time limit."""
    with _beside(snapshot, home) as con:
        ledger.begin(con, rules)
        measure_norms(con, True, needed_by(query for rule in rules for query in rule.queries))
        data = Data(con, True, frozenset())
        learner = Learner(con, rules, home.settings.mature_days, full=True)
        timeout = home.settings.rule_timeout_seconds
        runs = [
            run_rule(con, rule, data, timeout, learner.prepare) for rule in sorted(rules, key=lambda rule: rule.last)
        ]
        ledger.tell_findings(con)
        ledger.write_runs(con, "trial", [_row(con, run) for run in runs])
        ended = last_runs(con)
        return [Trial(rule, ended[rule.name], tuple(_first(con, rule))) for rule in rules]


@contextmanager
def _beside(snapshot: Snapshot, home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads the snapshot and writes in memory only: a name is looked for in memory first."""
    with tempfile.TemporaryDirectory() as spill, duckdb.connect() as con:
        for setting in (
            "TimeZone = 'UTC'",
            f"memory_limit = '{home.settings.memory_limit}'",
            f"temp_directory = '{spill}'",
        ):
            con.execute(f"SET {setting}")
        con.execute("SET enable_progress_bar = false")
        con.execute(f"ATTACH {sql_literal(str(snapshot.path))} AS snapshot (READ_ONLY)")
        for schema in _IN_MEMORY:
            con.execute(f"CREATE SCHEMA {schema}")
        # All records are looked at, whichever ones the last run had in its scope.
        for name in entities():
            con.execute(f"CREATE VIEW scope.{name} AS FROM snapshot.core.{name}")
        for name in scope.built(con):
            con.execute(f"CREATE VIEW scope.{name} AS FROM snapshot.marts.{name}")
        path = [*(f"memory.{schema}" for schema in _IN_MEMORY), *(f"snapshot.{schema}" for schema in SCHEMAS)]
        con.execute(f"SET search_path = '{','.join(path)}'")
        yield con


def _row(con: duckdb.DuckDBPyConnection, run: RuleRun) -> list[Any]:
    name, seconds = run.rule.name, round(run.seconds, 4)
    if run.outcome is not None:
        return [name, run.outcome, None, None, run.reason, seconds, None, None]
    found = con.execute(
        "SELECT count(*), count(DISTINCT record_key) FROM work.findings WHERE rule = ?", [name]
    ).fetchall()
    ((failing, failing_records),) = found
    checked, reason = count_population(con, run.rule), count_unknowns(con, run.rule)
    return [name, "fail" if failing else "pass", checked, failing, reason, seconds, failing_records, None]


def _first(con: duckdb.DuckDBPyConnection, rule: Rule) -> Iterator[dict[str, Any]]:
    rows = con.execute(
        f"SELECT {', '.join(EXAMPLE)} FROM work.findings WHERE rule = ? ORDER BY confidence DESC, record_key, field LIMIT ?",
        [rule.name, _FIRST],
    ).fetchall()
    return (dict(zip(EXAMPLE, row, strict=True)) for row in rows)
