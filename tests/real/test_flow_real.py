"""Directly-follows counts and variants of real logs are those that pm4py counted (`flow_counts.json` says with what and from which file)."""

import gzip
import json
import re
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import duckdb
import pytest

from pipelines.read.filters import Filters, with_selection
from pipelines.run import run
from pipelines.settings import open_home
from pipelines.sqlfiles import read_package_sql
from pipelines.warehouse import open_snapshot, require_snapshot

COUNTED = json.loads((Path(__file__).parent / "flow_counts.json").read_text(encoding="utf-8"))["sets"]
FILES = {
    "helpdesk": ("helpdesk/helpdesk.xes.gz", None),
    "receipt": ("receipt/receipt.csv", None),
    "ocel": ("ocel/ocel20_example.json", None),
    "ocel-sqlite": ("ocel/ocel20_example.sqlite", None),
    "ocel-old": ("ocel/order_process.jsonocel", None),
    "o2c-sap-ibm": ("o2c-sap-ibm/O2C_SAP_log.zip", "o2c-sap-ibm"),
}
QUERIES = {file.name: file.sql for file in read_package_sql("dashboard.queries")}
EDGES = QUERIES["flow_edges"]
VARIANTS = (
    "SELECT v.activities, count(*) FROM marts.flow_cases JOIN marts.flow_variants v USING (variant_no) GROUP BY ALL"
)


RAW = {
    "receipt": 'SELECT "concept:name", count(DISTINCT "case:concept:name"), count(*) FROM read_csv($file, all_varchar = true) GROUP BY 1',
    "o2c-sap-ibm": "SELECT trim(Activity), count(DISTINCT Key), count(*) FROM read_csv($file, all_varchar = true) GROUP BY 1",
}


def raw_counts(name: str, file: Path, scratch: Path) -> dict[str, tuple[int, int]]:
    """Activity -> (cases, events), counted in the source's own file."""
    if name == "helpdesk":
        cases: dict[str, set[int]] = {}
        events: Counter[str] = Counter()
        for number, trace in enumerate(gzip.decompress(file.read_bytes()).decode().split("<trace>")[1:]):
            for event in trace.split("<event>")[1:]:
                (activity,) = re.findall(r'key="concept:name" value="([^"]*)"', event)
                events[activity] += 1
                cases.setdefault(activity, set()).add(number)
        return {activity: (len(cases[activity]), n) for activity, n in events.items()}
    if file.suffix == ".zip":
        with ZipFile(file) as packed:
            file = Path(packed.extract(packed.namelist()[0], scratch))
    with duckdb.connect() as con:
        return {row[0]: (row[1], row[2]) for row in con.execute(RAW[name], {"file": str(file)}).fetchall()}


@pytest.fixture(scope="module", params=list(FILES))
def log(request: pytest.FixtureRequest, real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    file, profile = FILES[request.param]
    home = open_home(tmp_path_factory.mktemp(request.param), create=True)
    run([real_data / file], home, profile)
    with open_snapshot(require_snapshot(home)) as con:
        yield con, COUNTED[request.param.removesuffix("-sqlite")]  # one log in two forms


def test_what_follows_what_is_counted_alike(log: tuple[duckdb.DuckDBPyConnection, dict[str, Any]]) -> None:
    con, counted = log
    sql, _values = with_selection(EDGES, Filters())
    rows = con.sql(sql).pl().to_dicts()
    assert {(row["from_activity"], row["to_activity"]): row["steps"] for row in rows} == {
        (one, other): steps for one, other, steps, _mean in counted["edges"]
    }
    # Half a bin of one percent is 0.5013 %; each time is cut to whole seconds, and the sum rounded.
    means = {(one, other): mean for one, other, _steps, mean in counted["edges"]}
    for row in rows:
        mean = means[row["from_activity"], row["to_activity"]]
        assert row["total_seconds"] / row["steps"] == pytest.approx(mean, abs=0.005013 * (1 + mean) + 1.5)


def test_each_way_is_counted_alike(log: tuple[duckdb.DuckDBPyConnection, dict[str, Any]]) -> None:
    con, counted = log
    names = dict(con.execute("SELECT activity_no, activity FROM marts.flow_activities").fetchall())
    ways = {tuple(names[number] for number in path): n for path, n in con.execute(VARIANTS).fetchall()}
    assert (len(ways), sum(ways.values())) == (counted["variants"], counted["cases"])
    for cases, path in counted["most_frequent"]:
        assert ways[tuple(path)] == cases
    lines = sorted("\t".join([*path, str(n)]) for path, n in ways.items())
    assert sha256("\n".join(lines).encode()).hexdigest() == counted["variants_sha256"]


# An event of an object log belongs to several orders: its source counts no cases.
@pytest.mark.parametrize("log", [name for name in FILES if not name.startswith("ocel")], indirect=True)
def test_the_pages_count_what_the_raw_file_holds(
    log: tuple[duckdb.DuckDBPyConnection, dict[str, Any]],
    request: pytest.FixtureRequest,
    real_data: Path,
    tmp_path: Path,
) -> None:
    name = request.node.callspec.params["log"]
    con, _counted = log
    raw = raw_counts(name, real_data / FILES[name][0], tmp_path)

    def asked(query: str) -> list[dict[str, Any]]:
        sql, values = with_selection(QUERIES[query], Filters())
        return con.cursor().sql(sql, params=values).pl().to_dicts()

    assert {row["activity"]: (row["cases"], row["actions"]) for row in asked("flow_activities")} == raw
    changes = {activity: n for activity, (_cases, n) in raw.items() if "change" in activity.lower()}
    assert {row["activity"]: row["changes"] for row in asked("change_events")} == changes
