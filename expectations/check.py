"""Checks a run's data: every rule once, the ledger brought up to date, Great Expectations' verdict beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import duckdb

from expectations import ledger
from expectations.catalogue import load_rules, read_catalogue
from expectations.engine import RuleRun, choose_clock_orders, count_population, count_unknowns, look_at
from expectations.entered import judge_as_entered
from expectations.entry_templates import load_entry_templates, write_entry_templates
from expectations.learned.learner import Learner
from expectations.measure import measure_norms, settle_norms
from expectations.norms import needed_by
from expectations.side_by_side import run_all
from pipelines.settings import Home

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How many rules ended in each way; why the broken ones broke, by their name. Idle ones found nothing, for they had no
    record to judge.
    """

    passed: int
    failed: int
    idle: int
    not_applicable: int
    errors: int
    broken: dict[str, str]


def read_configuration(home: Home) -> None:
    """Raise ConfigurationError, with file and line, where a rule or an entry template of the company is wrong."""
    load_rules(home)
    load_entry_templates(home)


def run_checks(
    con: duckdb.DuckDBPyConnection, home: Home, run_id: str, full: bool, progress: Progress | None = None
) -> CheckResult:
    """Run the catalogue, merge the findings into the ledger, build Data Docs, write `ledger.rule_runs`.

    `full` judges every order; otherwise the orders of `work.changed_orders`. A rule passes when the ledger holds no
    open defect of it, whenever that was found. Raises ConfigurationError for a wrong rule file of the company.
    """
    say = progress or _silent
    timeout = home.settings.rule_timeout_seconds
    catalogue = read_catalogue(home)
    rules = catalogue.switched_on
    ledger.begin(con, rules, catalogue.kinds)
    write_entry_templates(con, load_entry_templates(home))
    data = look_at(con, run_id, full)
    if not full:
        choose_clock_orders(con, rules)
    asking = [rule for rule in rules if all(map(data.has, rule.needs))]
    measure_norms(con, full, needed_by(query for rule in asking for query in rule.queries))
    learner = Learner(con, rules, home.settings.mature_days, full)
    runs = run_all(con, rules, data, timeout, learner.prepare, say)
    settle_norms(con)
    ledger.merge_findings(con)
    judge_as_entered(con, [run.rule for run in runs if run.outcome is None], data)
    say("Great Expectations")
    standing = ledger.standing(con)
    outcomes = _compare(con, home, run_id, runs, standing)
    ledger.write_runs(con, run_id, [_run_row(con, item, standing[item.run.rule.name]) for item in outcomes])
    return _result(outcomes)


@dataclass(frozen=True, slots=True)
class _Outcome:
    run: RuleRun
    outcome: str
    reason: str | None
    checked: int | None = None


def _compare(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    run_id: str,
    runs: Sequence[RuleRun],
    standing: dict[str, ledger.Standing],
) -> list[_Outcome]:
    """Each run with its outcome: the ledger decides, and Great Expectations has to agree."""
    from expectations.suite_runner import verdicts

    timeout = home.settings.rule_timeout_seconds
    checked = {run.rule.name: count_population(con, run.rule, timeout) for run in runs if run.outcome is None}
    seen = verdicts(con, home, run_id, [(run.rule, checked[run.rule.name]) for run in runs if run.outcome is None])
    return [_outcome(run, standing[run.rule.name].failing, seen, checked.get(run.rule.name)) for run in runs]


def _outcome(run: RuleRun, failing: int, seen: dict[str, int], checked: int | None = None) -> _Outcome:
    if run.outcome is not None:
        return _Outcome(run, run.outcome, run.reason)
    verdict = seen.get(run.rule.name)
    if verdict != failing:
        counted = "nothing" if verdict is None else f"{verdict:,}"
        return _Outcome(run, "error", f"The ledger holds {failing:,} defects, Great Expectations saw {counted}.")
    return _Outcome(run, "fail" if failing else "pass", None, checked)


def _run_row(con: duckdb.DuckDBPyConnection, item: _Outcome, found: ledger.Standing) -> list[object]:
    """Counts only where the rule was judged: a rule that broke has no denominator."""
    rule, seconds = item.run.rule, round(item.run.seconds, 4)
    if item.outcome not in ("pass", "fail"):
        return [rule.name, item.outcome, None, None, item.reason, seconds, None, None]
    counts = (found.failing_records, found.accepted)
    return [rule.name, item.outcome, item.checked, found.failing, count_unknowns(con, rule), seconds, *counts]


def _result(outcomes: Sequence[_Outcome]) -> CheckResult:
    def count(outcome: str) -> int:
        return sum(item.outcome == outcome for item in outcomes)

    broken = {item.run.rule.name: item.reason or "" for item in outcomes if item.outcome == "error"}
    idle = sum(item.outcome == "pass" and not item.checked for item in outcomes)
    return CheckResult(count("pass") - idle, count("fail"), idle, count("not_applicable"), count("error"), broken)


def _silent(_: str) -> None:
    """For callers who do not watch."""
