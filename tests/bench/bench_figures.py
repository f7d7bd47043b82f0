"""How fast each figure of each page is at scale: every query, KPI and list that the pages ask for, found by drawing them.

Each page and each of its views is drawn once against the published snapshot, and what it asks is noted, with its parameters. Each
question is then asked under combinations of filters (`page_times`), with `--threads`; no result is kept. The best of
`--tries` is taken for a combination; p95 is over the combinations. What a filter does not touch is asked once a try.

uv run python -m tests.bench.bench_figures --home HOME [--pages stages flow] [--only change_effects] [--tries 3] [--threads 2] [--limit 0.3]
"""

import argparse
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
from streamlit.testing.v1 import AppTest

from dashboard import data
from pipelines.read.exports import frame as export_frame
from pipelines.read.filters import Filters, with_selection
from pipelines.read.kpi import evaluate
from pipelines.settings import open_home
from pipelines.warehouse import require_snapshot
from tests.bench.page_times import combinations, measure

APP = Path(data.__file__).parent / "app.py"
Question = tuple[str, tuple[tuple[str, Any], ...], Filters | None]
"""Name (`KPI name`, `list name`, or that of a query), parameters, and what the page's view chooses of the filters; None: none are asked."""


def views(con: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, str]]]:
    """Address parameters of each page's views: those that ask something of their own."""

    def first(sql: str) -> str:
        row = con.execute(sql).fetchone()
        return str(row[0]) if row else ""

    user = first(
        "SELECT user_id FROM marts.order_users WHERE user_id NOT IN (SELECT user_id FROM core.users WHERE automatic AND user_id IS NOT NULL) "
        "GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
    )
    order = first("SELECT order_id FROM marts.change_facts GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
    step = con.execute(
        "SELECT a.activity, b.activity FROM marts.action_facts a JOIN marts.action_facts b ON b.order_key = a.order_key AND b.action_no = a.action_no + 1 "
        "WHERE a.order_key IN (SELECT order_key FROM marts.order_facts LIMIT 1000) GROUP BY ALL ORDER BY count(*) DESC LIMIT 1"
    ).fetchone() or ("", "")
    usual = first("SELECT constraint_no FROM marts.flow_checks GROUP BY 1 ORDER BY sum(activations) DESC, 1 LIMIT 1")
    parts = [str(name) for (name,) in con.execute("SELECT department FROM marts.flow_departments LIMIT 2").fetchall()]
    looks = [
        f"step|{step[0]}|{step[1]}",
        f"activity|{step[1]}",
        "variant|1",
        f"again||{step[1]}",
        f"constraint|{usual}|x",
        "hand|" + "|".join(parts),
    ]
    origin = first(
        "SELECT 'Errors that came in at ' || s.title FROM marts.error_facts e JOIN meta.stages s ON s.stage = e.origin_stage "
        "GROUP BY s.title ORDER BY count(*) DESC, 1 LIMIT 1"
    )
    stage = first("SELECT title FROM meta.stages ORDER BY stage_no LIMIT 1")
    return {
        "overview": [{}],
        "error_rate": [{}, {"errors": origin}],
        "defects": [{}, {"by": "By origin"}, {"of": "Confirmed errors"}],
        "stages": [{}, {"clock": "Elapsed time"}, {"stage": stage, "compare_by": "Channel"}],
        "flow": [{}, {"whole": "Unfinished too"}, *({"look": look} for look in looks)],
        "exceptions": [{}],
        "changes": [{}],
        "traces": [{}, {"trace": "One user", "user": user}, {"trace": "One order", "order": order}, {"trace": "Workload and hour"}],
        "risk": [{}, {"risky": "All open"}],
        "data": [{}],
    }  # fmt: skip


def asked(page: str, params: dict[str, str]) -> list[Question]:
    """What a view of a page asks, in order, each once."""
    noted: list[Question] = []
    query, kpis, export = data.query, data.kpis, data.export

    def note(name: str, filters: Filters | None, **values: Any) -> None:
        of_view = Filters(errors=filters.errors, ended=filters.ended) if filters is not None else None
        question = (name, tuple(sorted(values.items())), of_view)
        if question not in noted:
            noted.append(question)

    def noting_query(name: str, filters: Filters | None = None, **values: Any) -> Any:
        note(name, filters, **values)
        return query(name, filters, **values)

    def noting_kpis(names: tuple[str, ...], filters: Filters, by: str | None = None) -> Any:
        for name in names:
            note(f"KPI {name}", filters, **({"by": by} if by else {}))
        return kpis(names, filters, by)

    def noting_export(what: str, filters: Filters) -> Any:
        note(f"list {what}", filters)
        return export(what, filters)

    data.query, data.kpis, data.export = noting_query, noting_kpis, noting_export
    try:
        _draw(page, params)
    finally:
        data.query, data.kpis, data.export = query, kpis, export
    return noted


def _draw(page: str, params: dict[str, str]) -> None:
    app = AppTest.from_file(str(APP), default_timeout=300)
    for key, value in {"period": "All", **params}.items():
        app.query_params[key] = value
    if page != "overview":
        app.switch_page(f"pages/{page}.py")
    app.run()
    if app.exception:
        raise RuntimeError(f"{page} {params}: {app.exception[0].value}")


def asking(question: Question) -> Any:
    """A function of connection and filters that asks the question and reads the answer to its end."""
    name, params, _of_view = question
    if name.startswith("KPI "):
        by = dict(params).get("by")
        return lambda con, filters: evaluate(con.cursor(), (name[4:],), filters, by)
    if name.startswith("list "):
        return lambda con, filters: export_frame(con.cursor(), name[5:], filters)

    def ask(con: duckdb.DuckDBPyConnection, filters: Filters) -> None:
        text, values = with_selection(data._bound(data.sql_of(name), params), filters)
        con.cursor().sql(text, params=values).pl()

    return ask


def questions(pages: list[str], con: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, Question]]:
    """Each question of the pages with the first page that asks it."""
    seen: set[Question] = set()
    of_page = views(con)
    for page in pages:
        for params in of_page[page]:
            for question in asked(page, params):
                if question not in seen:
                    seen.add(question)
                    yield page, question


def under(filters: dict[str, Filters], of_view: Filters | None) -> dict[str, Filters]:
    """The combinations of filters with what the view chooses; where it asks no filters, the one question."""
    if of_view is None:
        return {"all": Filters()}
    return {told: replace(chosen, errors=of_view.errors, ended=of_view.ended) for told, chosen in filters.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--pages", nargs="+", default=["overview", "error_rate", "defects", "stages", "flow", "exceptions", "changes", "traces", "risk", "data"])  # fmt: skip
    parser.add_argument("--only", nargs="+", default=[], help="these questions only")
    parser.add_argument("--tries", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit", type=float, default=0.3)
    options = parser.parse_args()
    os.environ["ORDERPROOF_HOME"] = str(options.home)
    path = require_snapshot(open_home(options.home)).path
    con = data._connection(str(path))  # the dashboard's own: a file is open in one way at a time
    con.execute(f"SET threads = {options.threads}")
    found = list(questions(options.pages, con))
    filters, late = combinations(con), 0
    for page, question in found:
        name, params, of_view = question
        if options.only and name not in options.only:
            continue
        timing = measure(con, asking(question), name, under(filters, of_view), options.tries, options.threads)
        late += timing.p95 > options.limit
        view = f" {of_view.errors or ''}{' ended' if of_view.ended else ''}" if of_view else ""
        told = f"{name}{view.rstrip()} {' '.join(str(v)[:12] for _k, v in params)}"[:50]
        print(
            f"{page:10} {told:50} p95 {1000 * timing.p95:6.0f} ms  median {1000 * timing.median:6.0f} ms  "
            f"processor {1000 * timing.processor:6.0f} ms  slowest: {timing.slowest}{'  ABOVE' if timing.p95 > options.limit else ''}",
            flush=True,
        )
    print(f"{late} of {len(found)} above {options.limit} s")
    return 1 if late else 0


if __name__ == "__main__":
    raise SystemExit(main())
