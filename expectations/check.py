"""Checks a run's data: every rule once, the ledger brought up to date, Great Expectations' verdict beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from expectations import ledger
from expectations.catalogue import load_rules
from expectations.engine import (
    RuleRun,
    choose_clock_orders,
    count_population,
    count_unknowns,
    look_at,
    measure_norms,
    run_rule,
)
from pipelines.settings import Home

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How many rules ended in each of the four outcomes."""

    passed: int
    failed: int
    not_applicable: int
    errors: int


def run_checks(
    con: duckdb.DuckDBPyConnection, home: Home, run_id: str, full: bool, progress: Progress | None = None
) -> CheckResult:
    """Run the catalogue, merge the findings into the ledger, build Data Docs, write `ledger.rule_runs`.

    `full` judges every order; otherwise the orders of `work.changed_orders`. A rule passes when the ledger holds no
    open defect of it, whenever that was found. Raises ConfigurationError for a wrong rule file of the company.
    """
    say = progress or _silent
    rules = load_rules(home)
    ledger.begin(con, rules)
    data = look_at(con, run_id, full)
    if not full:
        choose_clock_orders(con)
    measure_norms(con, full)
    runs = []
    for rule in rules:
        say(rule.title)
        runs.append(run_rule(con, rule, data, home.settings.rule_timeout_seconds))
    ledger.merge_findings(con)
    say("Great Expectations")
    outcomes = _compare(con, home, run_id, runs)
    _write_runs(con, run_id, outcomes)
    return _result(outcomes)


@dataclass(frozen=True, slots=True)
class _Outcome:
    run: RuleRun
    outcome: str
    reason: str | None
    failing: int


def _compare(con: duckdb.DuckDBPyConnection, home: Home, run_id: str, runs: Sequence[RuleRun]) -> list[_Outcome]:
    """Each run with its outcome: the ledger decides, and Great Expectations has to agree."""
    from expectations.suite_runner import verdicts

    failing = ledger.open_defects(con)
    seen = verdicts(con, home, run_id, [run.rule for run in runs if run.outcome is None])
    return [_outcome(run, failing.get(run.rule.name, 0), seen) for run in runs]


def _outcome(run: RuleRun, failing: int, seen: dict[str, int]) -> _Outcome:
    if run.outcome is not None:
        return _Outcome(run, run.outcome, run.reason, failing)
    verdict = seen.get(run.rule.name)
    if verdict != failing:
        counted = "nothing" if verdict is None else f"{verdict:,}"
        return _Outcome(
            run, "error", f"The ledger holds {failing:,} defects, Great Expectations saw {counted}.", failing
        )
    return _Outcome(run, "fail" if failing else "pass", None, failing)


def _write_runs(con: duckdb.DuckDBPyConnection, run_id: str, outcomes: Sequence[_Outcome]) -> None:
    con.execute("DELETE FROM ledger.rule_runs WHERE run_id = ?", [run_id])
    ledger.insert_rows(con, "ledger.rule_runs", [_run_row(con, run_id, item) for item in outcomes])


def _run_row(con: duckdb.DuckDBPyConnection, run_id: str, item: _Outcome) -> list[Any]:
    rule, seconds = item.run.rule, round(item.run.seconds, 4)
    if item.outcome not in ("pass", "fail"):
        return [run_id, rule.name, item.outcome, None, None, item.reason, seconds]
    checked, reason = count_population(con, rule), count_unknowns(con, rule)
    return [run_id, rule.name, item.outcome, checked, item.failing, reason, seconds]


def _result(outcomes: Sequence[_Outcome]) -> CheckResult:
    def count(outcome: str) -> int:
        return sum(item.outcome == outcome for item in outcomes)

    return CheckResult(count("pass"), count("fail"), count("not_applicable"), count("error"))


def _silent(_: str) -> None:
    """For callers who do not watch."""
