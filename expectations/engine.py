"""Runs each rule's query once, into `work.rule_hits`. A rule without its data, or broken, says so; the others go on."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil

import duckdb

from expectations.norms import norms_of_run
from expectations.own_hits import why_not_kept
from expectations.reasons import what_to_provide, why_it_broke
from expectations.rule import Rule
from expectations.sql import scalar, statement
from pipelines import scope
from pipelines.errors import is_disk_full

_SCHEMA = {"all": "core", "clock": "clock", "changed": "scope"}
_MASTERS = ("customers", "products", "prices", "users")


@dataclass(frozen=True, slots=True)
class RuleRun:
    """How one rule ended. `outcome` is None while the ledger has not decided between pass and fail."""

    rule: Rule
    outcome: str | None
    reason: str | None
    seconds: float


@dataclass(slots=True)
class Data:
    """What was given: filled entities and columns (asked once), and the masters that came with this run."""

    con: duckdb.DuckDBPyConnection
    full: bool
    arrived: frozenset[str]
    _known: dict[str, bool] = field(default_factory=dict)

    def has(self, need: str) -> bool:
        """True where the entity, or entity.column, holds at least one value."""
        if need not in self._known:
            entity, _, column = need.partition(".")
            where = f'WHERE "{column}" IS NOT NULL' if column else ""
            row = self.con.execute(f"SELECT EXISTS (SELECT 1 FROM core.{entity} {where})").fetchone()
            self._known[need] = bool(row and row[0])
        return self._known[need]

    def judged(self, rule: Rule) -> str:
        """Which records the rule runs over: all, clock (`work.clock_orders`) or changed (those of this run's orders)."""
        masters = {need.partition(".")[0] for need in rule.needs} & set(_MASTERS)
        if self.full or rule.reach == "table" or (rule.reach == "reference" and masters & self.arrived):
            return "all"
        return "clock" if rule.reach == "clock" else "changed"


def look_at(con: duckdb.DuckDBPyConnection, run_id: str, full: bool) -> Data:
    """What the work file holds, and which entities arrived with this run."""
    return Data(con, full, frozenset(master for master in _MASTERS if _has_arrived(con, master, run_id)))


def _has_arrived(con: duckdb.DuckDBPyConnection, master: str, run_id: str) -> bool:
    """Whether a run brought records of a master that were not known just so, or an extract that may lack some."""
    found = con.execute(
        "WITH files AS (SELECT file_no, kind FROM meta.files WHERE run_id = $run) "
        f"SELECT EXISTS (FROM core.{master} WHERE _file_no IN (SELECT file_no FROM files)) "
        "OR EXISTS (FROM meta.emitted WHERE entity = $master AND records > 0 "
        "AND file_no IN (SELECT file_no FROM files WHERE kind = 'full'))",
        {"run": run_id, "master": master},
    ).fetchone()
    return bool(found and found[0])


def choose_clock_orders(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> None:
    """Fill `work.clock_orders`, and let `clock.<name>` show what hangs on these orders.

    What rules of the clock read more than once is collected: to copy all columns of records for one look costs more than the look.
    """
    con.execute(statement("clock_orders"), {"days": _days_of_the_clock(rules)})
    of_the_clock = [rule.sql for rule in rules if rule.reach == "clock"] + [norm.sql for norm in norms_of_run()]
    scope.collect(con, "clock", scope.CLOCK_ORDERS, scope.named_again(of_the_clock))


_LONGEST_WAIT = 60
"""Days that a rule of the company may wait by its query alone, without saying so in a parameter."""


def _days_of_the_clock(rules: Sequence[Rule]) -> int:
    """A day more than any rule of the clock waits, as their parameters say: `days`, `settle_days`, `grace_hours`, ..."""
    waits = [14.0]
    for rule in rules:
        if rule.reach == "clock":
            waits += [float(_LONGEST_WAIT)] * rule.own
            waits += [_days(name, value) for name, value in rule.parameters.items()]
    return ceil(max(waits)) + 1


def _days(name: str, value: object) -> float:
    if not name.endswith(("days", "hours")) or not isinstance(value, int | float):
        return 0.0
    return value / 24 if name.endswith("hours") else value


def run_rule(
    con: duckdb.DuckDBPyConnection,
    rule: Rule,
    data: Data,
    timeout: float = 120.0,
    prepare: Callable[[Rule], None] | None = None,
) -> RuleRun:
    """Run one rule into `work.rule_hits`, for `timeout` seconds at most. Never raises for what the rule does wrong.

    `prepare` makes what the rule reads; what it raises is the rule's error.
    """
    missing = [need for need in rule.needs if not data.has(need)]
    if missing:
        return RuleRun(rule, "not_applicable", what_to_provide(missing), 0.0)
    judged = data.judged(rule)
    started = time.perf_counter()
    try:
        with time_limit(con, timeout):
            if prepare:
                prepare(rule)
            outcome, reason = _collect(con, rule, judged)
    except duckdb.Error as error:
        if is_disk_full(error):
            raise
        outcome, reason = "error", why_it_broke(error, rule, timeout)
    seconds = time.perf_counter() - started
    if outcome == "error":
        con.execute("DELETE FROM work.rule_hits WHERE rule = ?", [rule.name])
    else:
        # What was found while a premise held does not stand any longer.
        all_or_some = "all" if outcome == "not_applicable" else judged
        con.execute("INSERT INTO work.judged_rules VALUES (?, ?)", [rule.name, all_or_some])
    return RuleRun(rule, outcome, reason, seconds)


def _collect(con: duckdb.DuckDBPyConnection, rule: Rule, judged: str) -> tuple[str | None, str | None]:
    """Put what the rule finds into `work.rule_hits`. Outcome and reason, None where the ledger has to decide."""
    if rule.applies and not scalar(con, rule.applies.when):
        return "not_applicable", rule.applies.otherwise
    con.execute(_insert(rule, judged), [rule.name])
    reason = why_not_kept(con, rule) if rule.own else None
    return ("error" if reason else None), reason


def count_population(con: duckdb.DuckDBPyConnection, rule: Rule, timeout: float = 120.0) -> int | None:
    """How many records the rule is about, so that its failures have a denominator; None where that cannot be told."""
    try:
        with time_limit(con, timeout):
            row = con.execute(f"SELECT count(*) FROM core.{rule.entity} t WHERE {rule.checked}").fetchone()
    except duckdb.Error:
        return None
    return int(row[0]) if row else None


def count_unknowns(con: duckdb.DuckDBPyConnection, rule: Rule, timeout: float = 120.0) -> str | None:
    """How many records the rule cannot tell about, and why, as a sentence; None where there are none."""
    if rule.cannot_tell is None:
        return None
    try:
        with time_limit(con, timeout):
            count = scalar(con, rule.cannot_tell.count)
    except duckdb.Error:
        return None
    return f"Cannot tell for {count:,}: {rule.cannot_tell.because}." if count else None


def _insert(rule: Rule, judged: str) -> str:
    """One statement, whatever a rule may hold: DuckDB would run several one after the other."""
    sql = f"INSERT INTO work.rule_hits BY NAME SELECT ? AS rule, * FROM (\n{scope.over(_SCHEMA[judged], rule.sql)}\n)"
    if rule.own and len(duckdb.extract_statements(sql)) != 1:
        raise duckdb.ParserException("a rule is one query")
    return sql


@contextmanager
def time_limit(con: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupt what the connection runs after that many seconds."""
    timer = threading.Timer(seconds, con.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
