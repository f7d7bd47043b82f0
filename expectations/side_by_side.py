"""Runs the rules of a run, two at a time: most are planned longer than they are computed, and planning takes one thread."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

import duckdb

from expectations.engine import Data, RuleRun, run_rule
from expectations.rule import Rule

_AT_ONCE = 2
"""More of them would share the memory limit without being done earlier."""


def run_all(
    con: duckdb.DuckDBPyConnection,
    rules: Sequence[Rule],
    data: Data,
    timeout: float,
    prepare: Callable[[Rule], None],
    say: Callable[[str], None],
) -> list[RuleRun]:
    """How each rule ended. Rules that read what the others found (`last`) come after them, one by one and `prepare`d."""

    def run(con: duckdb.DuckDBPyConnection, rule: Rule) -> RuleRun:
        say(rule.title)
        return run_rule(con, rule, data, timeout, prepare if rule.last else None)

    _ask_for_needs(data, rules)
    runs = _at_once(con, [rule for rule in rules if not rule.last], run)
    # A rule that broke has memory and time for itself in a second try.
    runs = [run(con, one.rule) if one.outcome == "error" else one for one in runs]
    return runs + [run(con, rule) for rule in rules if rule.last]


def _ask_for_needs(data: Data, rules: Iterable[Rule]) -> None:
    """What was given is asked beforehand: that takes the run's own connection, which serves one thread at a time."""
    for need in {need for rule in rules for need in rule.needs}:
        data.has(need)


def _at_once(
    con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], run: Callable[[duckdb.DuckDBPyConnection, Rule], RuleRun]
) -> list[RuleRun]:
    """The runs in the order of the rules, each on one of a few further connections to the work file."""
    connections = [con.cursor() for _ in range(_AT_ONCE)]
    free: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()

    def run_on_a_free_one(rule: Rule) -> RuleRun:
        own = free.get()
        try:
            return run(own, rule)
        finally:
            free.put(own)

    try:
        for own in connections:
            free.put(own)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(run_on_a_free_one, rules))
    finally:
        for own in connections:
            own.close()
