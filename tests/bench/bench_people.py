"""How long the queries of the traces take: median and 95th percentile over random users, orders and moments of a published home.

    python tests/bench/bench_people.py HOME [--times 30]

Each query is bound as the page binds it and read to its end on two threads; every user and order is new, so that nothing is answered
from a page's cache. The wall clock stands beside the processor's time: on a busy machine the first says more of the machine.
"""

import argparse
import random
import time
from pathlib import Path

import duckdb
import numpy as np

from dashboard.data import _bound, sql_of
from pipelines.read.filters import Filters, with_selection
from pipelines.settings import open_home
from pipelines.warehouse import open_snapshot, require_snapshot

USER = (
    "user_days", "user_day", "user_totals", "user_rates", "user_exceptions", "user_introduced", "user_caught", "user_redone", "user_changes",
)  # fmt: skip
ORDER = ("order_head", "order_story", "order_visits", "order_log", "order_state", "order_defects")
SELECTED = ("user_errors", "workload_days", "workload_hours")
PERIOD = ("busiest_users",)


def main() -> None:
    """Print one row a query."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--times", type=int, default=30)
    options = parser.parse_args()
    with open_snapshot(require_snapshot(open_home(options.home))) as con:
        con.execute("SET threads = 2")
        rng = random.Random(1)
        subjects = _subjects(con, rng, options.times)
        print(f"{'query':<18} {'median':>8} {'p95':>8} {'worst':>8} {'cpu p95':>8}   seconds, {options.times} times")
        for name in (*USER, *ORDER, *SELECTED, *PERIOD):
            wall, cpu = np.array([_timed(con, name, one) for one in subjects]).T
            print(
                f"{name:<18} {np.median(wall):8.3f} {np.quantile(wall, 0.95):8.3f} {wall.max():8.3f} {np.quantile(cpu, 0.95):8.3f}"
            )


def _subjects(con: duckdb.DuckDBPyConnection, rng: random.Random, times: int) -> list[dict[str, str]]:
    users = [row[0] for row in con.execute("SELECT DISTINCT user_id FROM core.users").fetchall()]
    changed = con.execute(
        "SELECT order_id, changed_at::VARCHAR FROM marts.change_facts USING SAMPLE 2000 ROWS (reservoir, 1)"
    ).fetchall()
    days = [str(row[0]) for row in con.execute("SELECT DISTINCT ordered_on FROM marts.order_facts").fetchall()]
    return [
        {"user": rng.choice(users), "day": rng.choice(days), "first": "0001-01-01", "last": "9999-12-31",
         **dict(zip(("order", "moment"), rng.choice(changed), strict=True))}
        for _ in range(times)
    ]  # fmt: skip


def _timed(con: duckdb.DuckDBPyConnection, name: str, subject: dict[str, str]) -> tuple[float, float]:
    sql, params = _bound(sql_of(name).replace("$least", "30"), tuple(sorted(subject.items()))), []
    if name in SELECTED:
        sql, params = with_selection(sql, Filters())
    wall, cpu = time.perf_counter(), time.process_time()
    con.sql(sql, params=params).pl()
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    main()
