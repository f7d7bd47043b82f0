"""Replay of the change log beside its floor: a million fields with 1.75 million changes, and the SQL that a run runs.

Seconds are the best of several times, on the wall and of the processors; on a busy machine the second is the one to compare.
The floor is one window over the log that compares each old value with the one before, and one look-up of each last value.
Run: python -m tests.bench.bench_replay [--orders 125000] [--threads 2] [--times 3]
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb

from expectations import ledger
from expectations.catalogue import load_rules
from expectations.engine import Data, run_rule
from expectations.rule import Rule
from pipelines.settings import Home
from pipelines.sqlfiles import read_package_sql
from tests.checks_fixture import empty_warehouse

# What is computed once, and the rules that read it.
NORMS = ("06_entry_values", "07_replay", "09_silent_edits")
RULES = (
    *("broken_chain", "unlogged_change", "change_not_applied", "direct_edit", "direct_edit_line"),
    *("conflicting_edits", "too_many_changes"),
)
# Two fields of each order and two of each of its three lines; one to three changes of each; forty users; one chain in two
# hundred broken, one in two hundred that ends elsewhere.
LOG = """
INSERT INTO core.orders BY NAME
SELECT 'SO-' || i AS order_id, 's:SO-' || i AS record_key, 's:SO-' || i AS order_key, 's' AS _system, 'C' || i % 300 AS customer_id,
  'NET30' AS payment_terms, 'C' || i % 300 || '/01' AS ship_to, DATE '2026-01-01' + (i % 100)::INTEGER AS requested_delivery_date,
  TIMESTAMP '2026-01-01' AS ordered_at, 'open' AS status, 100 AS net_amount, false AS _derived
FROM range({orders}) r(i);
INSERT INTO core.order_lines BY NAME
SELECT o.order_id || '-' || n AS line_id, o.order_id, 's:' || o.order_id || '-' || n AS record_key, o.order_key,
  's:' || o.order_id || '-' || n AS line_key, 's' AS _system, 'P-' || hash(o.order_id, n) % 500 AS sku,
  5 + hash(o.order_id) % 7 AS quantity, 'PCE' AS unit, 10.5 AS unit_price, 0.05 AS discount, false AS _derived
FROM core.orders o, range(3) l(n);
CREATE TEMP TABLE fields AS
SELECT *, hash(order_key, line_id, field) AS draw, [1, 1, 2, 3][1 + (hash(order_key, line_id, field) % 4)::INTEGER] AS changes FROM (
  UNPIVOT (SELECT order_key, order_id, NULL::VARCHAR AS line_id, ship_to, requested_delivery_date::VARCHAR AS requested_delivery_date
    FROM core.orders) ON ship_to, requested_delivery_date INTO NAME field VALUE value
  UNION ALL
  UNPIVOT (SELECT order_key, order_id, line_id, quantity::VARCHAR AS quantity, unit_price::VARCHAR AS unit_price
    FROM core.order_lines) ON quantity, unit_price INTO NAME field VALUE value);
INSERT INTO core.order_changes BY NAME
SELECT 'H' || row_number() OVER () AS change_id, 's:H' || row_number() OVER () AS record_key, order_key, order_id, line_id,
  's:' || line_id AS line_key, field,
  CASE WHEN k = 0 THEN 'x' WHEN draw % 200 = 3 THEN 'broken' ELSE 'v' || (k - 1) END AS old_value,
  CASE WHEN k < changes - 1 THEN 'v' || k WHEN draw % 200 = 4 THEN 'elsewhere' ELSE value END AS new_value,
  TIMESTAMP '2026-01-01' + to_minutes((hash(order_key) % 10000 + k * (30 + draw % 3000))::INTEGER) AS changed_at,
  'u' || hash(draw, k) % 40 AS changed_by, 'log' AS origin, 's' AS _system, false AS _derived
FROM fields, range(3) r(k) WHERE k < changes ORDER BY hash(order_key, k);
"""
FLOOR = """
SELECT count(*) FROM (SELECT old_value, lag(new_value) OVER one AS left_at FROM core.order_changes
  WINDOW one AS (PARTITION BY order_key, line_id, sub_key, field ORDER BY changed_at, seq NULLS FIRST, change_id))
WHERE old_value <> left_at;
CREATE OR REPLACE TEMP TABLE last AS SELECT order_key, line_id, field, arg_max(new_value, (changed_at, change_id)) AS value
FROM core.order_changes GROUP BY ALL;
SELECT count(*) FROM last l JOIN core.orders o USING (order_key) WHERE l.line_id IS NULL AND l.value <> CASE l.field
  WHEN 'ship_to' THEN o.ship_to WHEN 'requested_delivery_date' THEN o.requested_delivery_date::VARCHAR END;
SELECT count(*) FROM last l JOIN core.order_lines o USING (order_key, line_id) WHERE l.value <> CASE l.field
  WHEN 'quantity' THEN o.quantity::VARCHAR WHEN 'unit_price' THEN o.unit_price::VARCHAR END;
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the wall and of all processors."""

    wall: float
    cpu: float

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.wall + other.wall, self.cpu + other.cpu)


def main() -> None:
    """Make the log, then print what each step costs."""
    options = _options()
    con = empty_warehouse()
    con.execute(f"SET threads = {options.threads}")
    con.execute(LOG.format(orders=options.orders))
    fields, changes = con.execute("SELECT (SELECT count(*) FROM fields), count(*) FROM core.order_changes").fetchall()[
        0
    ]
    print(f"{fields:,} fields, {changes:,} changes, {options.threads} threads\n{'':40}{'wall':>8}{'cpu':>8}")
    ledger.begin(con, [])
    floor = _shown("floor: window and look-up alone", _best(options.times, lambda: con.execute(FLOOR).fetchall()))
    costs = [_shown(name, _best(options.times, work)) for name, work in _steps(con).items()]
    total = _shown("replay and its rules", sum(costs, Cost(0, 0)))
    print(f"{total.wall / floor.wall:.2f} x floor on the wall, {total.cpu / floor.cpu:.2f} x of the processors")
    print(con.execute("SELECT rule, count(*) FROM work.rule_hits GROUP BY rule ORDER BY rule").fetchall())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=125_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--times", type=int, default=3)
    return parser.parse_args()


def _steps(con: duckdb.DuckDBPyConnection) -> dict[str, Callable[[], object]]:
    """What is timed, by name: the norms of each run, then the rules. The norm of full checks is made before, untimed."""
    norms = {file.name: file.sql for file in read_package_sql("expectations.norms")}
    rules = {rule.name: rule for rule in load_rules(Home(Path("none")))}
    data = Data(con, True, frozenset())
    con.execute("CREATE TABLE facts AS FROM marts.change_facts; DROP VIEW marts.change_facts")
    con.execute("CREATE VIEW marts.change_facts AS FROM facts")
    for name in ("02_values", "06_entry_values", "07_replay", "08_log_fields"):
        con.execute(norms[name])
    return {name: partial(con.execute, norms[name]) for name in NORMS} | {
        name: partial(_run, con, rules[name], data) for name in RULES
    }


def _run(con: duckdb.DuckDBPyConnection, rule: Rule, data: Data) -> None:
    con.execute("DELETE FROM work.rule_hits WHERE rule = ?", [rule.name])
    run = run_rule(con, rule, data)
    if run.outcome == "error":
        raise SystemExit(run.reason)


def _shown(name: str, cost: Cost) -> Cost:
    print(f"{name:40}{cost.wall:8.2f}{cost.cpu:8.2f}", flush=True)
    return cost


def _best(times: int, work: Callable[[], object]) -> Cost:
    costs = []
    for _ in range(times):
        started, worked = time.perf_counter(), time.process_time()
        work()
        costs.append(Cost(time.perf_counter() - started, time.process_time() - worked))
    return Cost(min(cost.wall for cost in costs), min(cost.cpu for cost in costs))


if __name__ == "__main__":
    main()
