"""The page Flow at scale: p95 of each of its queries over combinations of filters, and the performance graph beside pm4py's.

Queries are asked of the published snapshot, as the dashboard asks them, on two threads; the best of `--tries` is taken for a combination,
p95 is over the combinations. Where the snapshot is older than the marts of the page, they are built on a copy of it in `--scratch`, and
what that takes is told. Then the actions of `--orders` orders are written to a CSV file with one row an action, and the
directly-follows graph with its times is computed from that file by DuckDB with the mart's SQL, and by pm4py in the interpreter
`--pm4py` (AGPL: it is never imported here, and left out where that interpreter does not have it). Loading is told apart.

uv run python -m tests.bench.bench_flow --home HOME [--scratch DIR] [--orders 97000] [--pm4py PYTHON] [--tries 3] [--threads 2]
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from dashboard.data import _bound
from pipelines.marts.build import _build
from pipelines.read.filters import Filters, with_selection
from pipelines.settings import open_home
from pipelines.sqlfiles import read_package_sql
from pipelines.warehouse import require_snapshot
from tests.bench.page_times import combinations, measure

LIMIT = 0.3
QUERIES = {file.name: file.sql for file in read_package_sql("dashboard.queries")}
PM4PY = """
import json, sys, time, warnings
warnings.filterwarnings('ignore')
begun = time.perf_counter()
try:
    import pandas, pm4py
except ImportError:
    print(json.dumps(None)); raise SystemExit
imported = time.perf_counter()
frame = pandas.read_csv(sys.argv[1], dtype={'case_key': str, 'activity': str}, parse_dates=['at'])
frame = pm4py.format_dataframe(frame, case_id='case_key', activity_key='activity', timestamp_key='at')
loaded = time.perf_counter()
graph, start, end = pm4py.discover_performance_dfg(frame)
done = time.perf_counter()
print(json.dumps({'version': pm4py.__version__, 'load': loaded - imported, 'graph': done - loaded, 'edges': len(graph)}))
"""
# The same log, from one row an action to the graph: as the mart packs it and as the page reads it.
GRAPH = """
WITH numbers AS (SELECT activity, row_number() OVER (ORDER BY activity) AS activity_no FROM (SELECT DISTINCT activity FROM log)),
packed AS (
    SELECT list_sort(list((l.action_no << 44) + n.activity_no)) AS steps, list_sort(list((l.action_no << 40) + epoch_us(l."at") // 1000000)) AS times
    FROM log l JOIN numbers n USING (activity) GROUP BY l.case_key
),
steps AS (
    SELECT unnest(list_transform(range(1, len(steps)), lambda i: ((steps[i] & 65535) << 28) + ((steps[i + 1] & 65535) << 12)
        + CAST(ceil(100 * ln(1 + (times[i + 1] & 1099511627775) - (times[i] & 1099511627775))) AS BIGINT))) AS step
    FROM packed
),
counted AS (SELECT step, count(*) AS n FROM steps GROUP BY step),
running AS (
    SELECT step >> 12 AS edge, step & 4095 AS bin, n, sum(n) OVER (PARTITION BY step >> 12 ORDER BY step) AS upto,
        sum(n) OVER (PARTITION BY step >> 12) AS total
    FROM counted
)
SELECT edge, sum(n) AS n, sum(n * (exp((bin - 0.5) / 100) - 1)) / sum(n) AS mean, min(bin) FILTER (WHERE upto >= 0.5 * total) AS median,
    min(bin) FILTER (WHERE upto >= 0.9 * total) AS p90
FROM running GROUP BY edge
"""


def with_marts(path: Path, scratch: Path, threads: int) -> Path:
    """The snapshot, or a copy of it with the marts of the page built whole; tells the seconds of each."""
    with duckdb.connect(str(path), read_only=True) as con:
        if con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'flow_checks'").fetchall()[0][0]:
            return path
    made = scratch / "flow_bench.duckdb"
    shutil.copyfile(path, made)
    made.chmod(0o644)
    marts = [mart for mart in read_package_sql("pipelines.marts") if str(mart.meta.get("mart")).startswith("flow_")]
    with duckdb.connect(str(made), config={"threads": threads}) as con:
        for mart in marts:
            begun = time.perf_counter()
            _build(con, mart, True)
            print(f"mart {mart.meta['mart']:20} {time.perf_counter() - begun:6.1f} s", flush=True)
        for mart in marts:
            if mart.meta.get("temporary"):
                con.execute(f"DROP TABLE {mart.meta['mart']}")
    return made


def questions(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, dict[str, str | int]]]:
    """(name, query, its parameters): everything that the page asks, drills on the most frequent step, activity, variant and hand-over."""

    def largest(name: str, **params: str | int) -> dict[str, object]:
        sql, values = with_selection(_bound(QUERIES[name], tuple(sorted(params.items()))), Filters())
        return dict(con.cursor().sql(sql, params=values).pl().row(0, named=True))

    step, hand = largest("flow_edges"), largest("flow_departments")
    users = largest("flow_users", giver="", taker="", most=1)
    constraint = largest("flow_conformance")
    one, other = str(step["from_activity"]), str(step["to_activity"])
    giver, taker = str(hand["from_department"]), str(hand["to_department"])
    alone = (
        "flow_totals",
        "flow_edges",
        "flow_activities",
        "flow_rework",
        "flow_departments",
        "flow_conformance",
        "flow_names",
        "flow_forbidden",
    )
    return [
        *((name, name, {}) for name in alone),
        ("flow_variants", "flow_variants", {"most": 200}),
        ("flow_users", "flow_users", {"giver": "", "taker": "", "most": 100}),
        ("flow_users of a pair", "flow_users", {"giver": giver, "taker": taker, "most": 100}),
        ("orders of a step", "flow_step_orders", {"from": one, "to": other, "again": 0, "most": 500}),
        ("orders done again", "flow_step_orders", {"from": "", "to": other, "again": 1, "most": 500}),
        ("orders of an activity", "flow_path_orders", {"variant": 0, "activity": other, "most": 500}),
        ("orders of a variant", "flow_path_orders", {"variant": 1, "activity": "", "most": 500}),
        ("orders of a hand-over", "flow_hand_orders", {"from": giver, "to": taker, "giver": "", "taker": "", "most": 500}),
        ("orders between users", "flow_hand_orders", {"from": "", "to": "", "giver": str(users["from_user"]), "taker": str(users["to_user"]), "most": 500}),
        ("witnesses", "flow_witnesses", {"constraint": int(str(constraint["constraint_no"])), "most": 500}),
    ]  # fmt: skip


def graphs(con: duckdb.DuckDBPyConnection, scratch: Path, orders: int, interpreter: str) -> None:
    """The performance graph of one log, computed here and by pm4py, one after the other."""
    log = scratch / "flow_log.csv"
    con.execute(
        'COPY (SELECT a.order_key AS case_key, a.activity, a."at", a.action_no FROM marts.action_facts a SEMI JOIN '
        f'(SELECT order_key FROM marts.order_facts ORDER BY order_key LIMIT {orders}) o USING (order_key) WHERE a."at" IS NOT NULL '
        f"ORDER BY a.\"at\", a.order_key, a.action_no) TO '{log}' (FORMAT csv, HEADER)"
    )
    with duckdb.connect(config={"threads": 2}) as own:
        begun = time.perf_counter()
        own.execute(f"CREATE TABLE log AS FROM read_csv('{log}')")
        loaded = time.perf_counter()
        edges = len(own.execute(GRAPH).fetchall())
        seconds = time.perf_counter() - loaded
        events = own.execute("SELECT count(*) FROM log").fetchall()[0][0]
    print(
        f"graph of {events:,} events, {edges} edges: DuckDB load {loaded - begun:.2f} s, graph {seconds:.2f} s",
        flush=True,
    )
    answer = subprocess.run([interpreter, "-c", PM4PY, str(log)], check=True, capture_output=True, text=True).stdout
    theirs = json.loads(answer.strip().splitlines()[-1])
    if theirs is None:
        print(f"pm4py: not to be had in {interpreter}, left out")
        return
    print(
        f"pm4py {theirs['version']}, {theirs['edges']} edges: load {theirs['load']:.2f} s, graph {theirs['graph']:.2f} s; "
        f"{theirs['graph'] / seconds:.1f} times as long as DuckDB"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--scratch", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument(
        "--orders", type=int, default=97_000, help="orders of the log for both graphs: about a million events"
    )
    parser.add_argument("--pm4py", default=sys.executable, help="an interpreter that may have pm4py")
    parser.add_argument("--tries", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    path = with_marts(require_snapshot(open_home(options.home)).path, options.scratch, options.threads)
    con = duckdb.connect(str(path), read_only=True, config={"threads": options.threads})
    filters, late = combinations(con), 0
    for name, query, params in questions(con):
        sql = _bound(QUERIES[query], tuple(sorted(params.items())))

        def ask(asked: duckdb.DuckDBPyConnection, chosen: Filters, sql: str = sql) -> None:
            text, values = with_selection(sql, chosen)
            asked.cursor().sql(text, params=values).pl()

        timing = measure(con, ask, name, filters, options.tries, options.threads)
        late += timing.p95 > LIMIT
        mark = "  ABOVE" if timing.p95 > LIMIT else ""
        told = (
            f"p95 {1000 * timing.p95:6.0f} ms  median {1000 * timing.median:6.0f} ms  slowest: {timing.slowest}{mark}"
        )
        print(f"{name:24} {told}", flush=True)
    graphs(con, options.scratch, options.orders, options.pm4py)
    return 1 if late else 0


if __name__ == "__main__":
    raise SystemExit(main())
