"""How fast the queries of pages are at scale: p95 of each query over combinations of filters, against a published snapshot.

Each combination is asked as the dashboard asks, with `--threads`; no result is kept. The best of `--tries` is taken for a
combination; p95 is over the combinations. Beside the time on the wall stands the processor time divided by the threads: what the
wall shows at best on a machine that does nothing else.

uv run python -m tests.bench.bench_pages --home HOME [--pages changes exceptions error_rate] [--tries 3] [--threads 2] [--limit 0.3]
"""

import argparse
import re
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

import dashboard
from pipelines.read.filters import Filters, with_selection
from pipelines.read.kpi import evaluate
from pipelines.settings import open_home
from pipelines.sqlfiles import read_package_sql
from pipelines.warehouse import require_snapshot

# Values for the `$names` of queries that pages fill in.
PARAMS: dict[str, Any] = {
    "weeks": 1, "dimension": "channel", "least": 30, "severity": "", "by": "type", "part": "", "status": "open", "limit": 2000,
    "most": 2000, "origins": "", "places": "", "clock": "working", "unit": "day", "giver": "", "taker": "", "from": "", "to": "",
    "day_length": 28800, "working_day": 28800,
    "again": 0, "mature": True, "stage": "", "activity": "", "line": "", "field": "", "value": "",
}  # fmt: skip
# Values that depend on the company: the busiest of their kind.
PARAMS_BY_QUERY = {
    "order": "SELECT order_id FROM marts.order_facts LIMIT 1",
    "user": "SELECT user_id FROM marts.order_users WHERE user_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
    "constraint": "SELECT constraint_no FROM marts.flow_checks GROUP BY 1 ORDER BY sum(broken) DESC, 1 LIMIT 1",
    "moment": "SELECT CAST(min(ordered_at) + INTERVAL 2 DAY AS VARCHAR) FROM marts.order_facts WHERE order_id = (SELECT order_id FROM marts.order_facts LIMIT 1)",
    "first": "SELECT CAST(max(ordered_on) - 90 AS VARCHAR) FROM marts.order_facts",
    "last": "SELECT CAST(max(ordered_on) AS VARCHAR) FROM marts.order_facts",
    "day": "SELECT CAST(max(ordered_on) AS VARCHAR) FROM marts.order_facts",
    "variant": "SELECT variant_no FROM marts.flow_cases GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
}
_ASKED = re.compile(r"""data\.(?:query|sql_of|chart)\(\s*["'](\w+)["']""")
_KPIS = re.compile(r"""data\.kpis\(\s*\(([^)]*)\)""")
_NAMES = re.compile(r"\$(\w+)")


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


def asked(page: str) -> tuple[list[str], list[str]]:
    """(queries, KPIs) that a page and the modules it draws with name."""
    folder = Path(dashboard.__file__).parent
    todo, seen = [folder / "pages" / f"{page}.py"], set[Path]()
    queries, kpis = set[str](), set[str]()
    while todo:
        path = todo.pop()
        if path in seen or not path.exists() or path.name in ("state.py", "data.py", "cards.py"):
            continue
        seen.add(path)
        text = path.read_text(encoding="utf-8")
        queries |= set(_ASKED.findall(text))
        kpis |= {name.strip(" \"'") for group in _KPIS.findall(text) for name in group.split(",") if '"' in name}
        todo += [folder / f"{name}.py" for name in re.findall(r"from dashboard\.(\w+) import", text)]
        todo += [
            folder / f"{name}.py"
            for group in re.findall(r"from dashboard import ([\w, ]+)", text)
            for name in group.split(", ")
        ]
    return sorted(queries), sorted(kpis)


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


def _query(sql: str, params: dict[str, Any]) -> Any:
    for key in sorted(_NAMES.findall(sql), key=len, reverse=True):
        value = params[key]
        sql = sql.replace(f"${key}", str(value) if isinstance(value, int | float) else f"'{value}'")

    def run(con: duckdb.DuckDBPyConnection, filters: Filters) -> None:
        text, values = with_selection(sql, filters)
        con.cursor().sql(text, params=values).pl()

    return run


def _kpi(name: str) -> Any:
    return lambda con, filters: evaluate(con.cursor(), (name,), filters)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--pages", nargs="+", default=["changes", "exceptions", "error_rate"])
    parser.add_argument("--only", nargs="+", default=[], help="these queries only")
    parser.add_argument("--tries", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit", type=float, default=0.3)
    options = parser.parse_args()
    snapshot = require_snapshot(open_home(options.home))
    con = duckdb.connect(str(snapshot.path), read_only=True, config={"threads": options.threads})
    filters = combinations(con)
    params = PARAMS | {name: (con.execute(sql).fetchone() or ("",))[0] for name, sql in PARAMS_BY_QUERY.items()}
    texts = {file.name: file.sql for file in read_package_sql("dashboard.queries")}
    late = 0
    for page in options.pages:
        queries, kpis = asked(page)
        runs = {name: _query(texts[name], params) for name in queries if name in texts}
        runs |= {f"KPI {name}": _kpi(name) for name in kpis}
        for name, run in runs.items():
            if options.only and name not in options.only:
                continue
            timing = measure(con, run, name, filters, options.tries, options.threads)
            late += timing.p95 > options.limit
            mark = "  ABOVE" if timing.p95 > options.limit else ""
            print(
                f"{page:12} {name:34} p95 {1000 * timing.p95:6.0f} ms  median {1000 * timing.median:6.0f} ms  "
                f"processor {1000 * timing.processor:6.0f} ms  slowest: {timing.slowest}{mark}",
                flush=True,
            )
    return 1 if late else 0


if __name__ == "__main__":
    raise SystemExit(main())
