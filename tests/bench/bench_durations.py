"""Working time in SQL, and every query of the page Stages from a published snapshot under a list of filters.

uv run python -m tests.bench.bench_durations --snapshot FILE [--intervals 1000000] [--rounds 5]
"""

import argparse
import statistics
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb

from pipelines.process.working_time import Calendar, parse_ranges, write_working_time
from pipelines.read.filters import Filters, with_selection
from pipelines.sqlfiles import read_package_sql

_OFFICE = {day: parse_ranges("08:00-12:00, 13:00-17:30") for day in range(5)}
_HOURS = {"clock": "working", "day_length": 30_600, "working_day": 30_600, "stage": ""}
QUERIES = {
    "stage_list": [{}],
    "stage_steps": [{"clock": "working"}, {"clock": "elapsed"}],
    "stage_flow": [{"unit": "week"}, {"unit": "day"}],
    "ageing": [_HOURS],
    "open_by_stage": [_HOURS],
    "stuck_visits": [_HOURS],
    "stage_waits": [{}],
}
PROCESSOR: list[float] = []
"""Processor seconds of every query, over all threads: what counts on a machine that others work on as well."""
WORKED = """
SELECT sum(meta.worked(b, v.until) - meta.worked(a, v.since)) FROM intervals v
JOIN meta.working_days a ON a.calendar = 'office' AND a.day = v.since::DATE
JOIN meta.working_days b ON b.calendar = 'office' AND b.day = v.until::DATE
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--snapshot", type=Path, required=True)
    parser.add_argument("--intervals", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    best = min(_working_time(options))
    print(
        f"working time of {options.intervals:,} intervals: best {best:.3f} s, {min(PROCESSOR):.3f} s of processor time"
    )
    with duckdb.connect(str(options.snapshot), read_only=True) as con:
        con.execute("SET threads = 2")
        _pages(con, options.rounds)
    return 0


def _working_time(options: argparse.Namespace) -> list[float]:
    with duckdb.connect() as con:
        con.execute("SET threads = 2; CREATE SCHEMA meta")
        write_working_time(
            con, {"office": Calendar("Europe/Berlin", _OFFICE, "DE")}, date(2024, 1, 1), date(2026, 12, 31)
        )
        con.execute(
            "CREATE TABLE intervals AS SELECT since, since + to_seconds(CAST(hash(i, 2) % 2592000 AS BIGINT)) AS until FROM "
            "(SELECT i, TIMESTAMP '2024-01-05' + to_seconds(CAST(hash(i) % 80000000 AS BIGINT)) AS since FROM range(?) r(i))",
            [options.intervals],
        )
        return [_seconds(con, WORKED, []) for _ in range(options.rounds)]


def _pages(con: duckdb.DuckDBPyConnection, rounds: int) -> None:
    orders, visits = (
        con.execute(f"SELECT count(*) FROM marts.{name}").fetchall()[0][0] for name in ("order_visits", "stage_facts")
    )
    print(f"{orders:,} orders, {visits:,} visits; seconds: best, median and p95 of {rounds} rounds over all filters")
    texts = {file.name: file.sql for file in read_package_sql("dashboard.queries")}
    combinations = _filters(con)
    for name, every in QUERIES.items():
        for params in every:
            sql = _bound(texts[name], params)
            taken = {
                what: [_seconds(con, *with_selection(sql, f)) for _ in range(rounds)]
                for what, f in combinations.items()
            }
            flat = sorted(second for seconds in taken.values() for second in seconds)
            slowest = max(taken, key=lambda what: min(taken[what]))
            p95 = statistics.quantiles(flat, n=20)[-1]
            shown = " ".join(str(v) for k, v in params.items() if k in ("clock", "unit"))
            print(
                f"{name + ' ' + shown:24s} best {flat[0]:.3f}  median {statistics.median(flat):.3f}  p95 {p95:.3f}  "
                f"slowest filter: {slowest} {min(taken[slowest]):.3f}  processor p95 {statistics.quantiles(PROCESSOR, n=20)[-1]:.3f}",
                flush=True,
            )


def _filters(con: duckdb.DuckDBPyConnection) -> dict[str, Filters]:
    """Nothing, each filter alone, and some together; values are the most frequent ones of the snapshot."""
    last = con.execute("SELECT max(ordered_on) FROM marts.order_visits").fetchall()[0][0]
    region, channel, department = (_most(con, name) for name in ("region", "channel", "department"))
    family = _value(con, "SELECT product_family FROM marts.order_families GROUP BY ALL ORDER BY count(*) DESC LIMIT 1")
    user = _value(con, "SELECT user_id FROM marts.order_users GROUP BY ALL ORDER BY count(*) DESC LIMIT 1 OFFSET 5")
    quarter = last - timedelta(days=90)
    return {
        "none": Filters(),
        "13 weeks": Filters(date_from=quarter, date_to=last),
        "52 weeks": Filters(date_from=last - timedelta(days=363), date_to=last),
        "region": Filters(regions=region),
        "channel": Filters(channels=channel),
        "department": Filters(departments=department),
        "family": Filters(families=family),
        "user": Filters(user=user[0] if user else None),
        "family and user": Filters(families=family, user=user[0] if user else None),
        "region and channel, 13 weeks": Filters(quarter, last, region, channel),
        "everything": Filters(quarter, last, region, channel, department, family, user[0] if user else None),
    }


def _most(con: duckdb.DuckDBPyConnection, column: str) -> tuple[str, ...]:
    return _value(
        con,
        f"SELECT {column} FROM marts.order_visits WHERE {column} IS NOT NULL GROUP BY ALL ORDER BY count(*) DESC LIMIT 1",
    )


def _value(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[str, ...]:
    return tuple(str(row[0]) for row in con.execute(sql).fetchall() if row[0] is not None)


def _bound(sql: str, params: dict[str, object]) -> str:
    for key, value in params.items():
        sql = sql.replace(f"${key}", str(value) if isinstance(value, int | float) else f"'{value}'")
    return sql


def _seconds(con: duckdb.DuckDBPyConnection, sql: str, params: list[object]) -> float:
    start, worked = time.perf_counter(), time.process_time()
    con.execute(sql, params).fetchall()
    PROCESSOR.append(time.process_time() - worked)
    return time.perf_counter() - start


if __name__ == "__main__":
    raise SystemExit(main())
