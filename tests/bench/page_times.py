"""What the benches of pages have in common: the combinations of filters under which a query is asked, and its times over them.

A query is asked as the dashboard asks it; no result is kept. The best of a few tries is taken for a combination; p95 is over the
combinations. Beside the time on the wall stands the processor time divided by the threads: what the wall shows at best on a machine
that does nothing else.
"""

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import duckdb
import numpy as np

from pipelines.read.filters import Filters


@dataclass(frozen=True, slots=True)
class Timing:
    """A query's times over the filter combinations, in seconds, p95 of its processor time a thread, and the slowest combination."""

    name: str
    p95: float
    median: float
    processor: float
    slowest: str


def combinations(con: duckdb.DuckDBPyConnection) -> dict[str, Filters]:
    """Each filter alone, with a period, and several at once; the busiest user, the busiest program and the largest part of each dimension."""

    def first(sql: str) -> Any:
        row = con.execute(sql).fetchone()
        return row[0] if row else None

    def largest(column: str) -> tuple[str, ...]:
        value = first(
            f"SELECT {column} FROM marts.order_facts WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
        )
        return () if value is None else (value,)

    last = first("SELECT max(ordered_on) FROM marts.order_facts")
    busiest = "SELECT user_id FROM marts.order_users {} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
    programs = "(SELECT user_id FROM core.users WHERE automatic AND user_id IS NOT NULL)"
    user, program = (
        first(busiest.format(f"WHERE user_id NOT IN {programs}")),
        first(busiest.format(f"WHERE user_id IN {programs}")),
    )
    family = first("SELECT product_family FROM marts.order_families GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
    families = () if family is None else (family,)
    alone: dict[str, dict[str, Any]] = {
        "all": {}, "region": {"regions": largest("region")}, "channel": {"channels": largest("channel")},
        "department": {"departments": largest("department")}, "family": {"families": families},
        "program touched": {"user": program}, "user touched": {"user": user}, "user entered": {"user": user, "user_role": "entered"},
        "all together": {"regions": largest("region"), "channels": largest("channel"), "departments": largest("department"), "families": families},
    }  # fmt: skip
    spans = {"": None, "4 weeks": 28, "13 weeks": 91, "52 weeks": 364}
    return {
        " ".join(filter(None, (name, span))): Filters(
            date_from=last - timedelta(days=days - 1) if days else None, date_to=last if days else None, **chosen
        )
        for name, chosen in alone.items()
        for span, days in spans.items()
    }


def measure(
    con: duckdb.DuckDBPyConnection, run: Any, name: str, filters: dict[str, Filters], tries: int, threads: int
) -> Timing:
    """The query's times over the combinations, the best of `tries` each."""
    taken, busy = dict[str, float](), dict[str, float]()
    for told, chosen in filters.items():
        for _ in range(tries):
            begun, used = time.perf_counter(), time.process_time()
            run(con, chosen)
            taken[told] = min(taken.get(told, float("inf")), time.perf_counter() - begun)
            busy[told] = min(busy.get(told, float("inf")), (time.process_time() - used) / threads)
    values = list(taken.values())
    p95 = [float(np.quantile(list(each.values()), 0.95)) for each in (taken, busy)]
    return Timing(name, p95[0], float(np.median(values)), p95[1], max(busy, key=busy.__getitem__))
