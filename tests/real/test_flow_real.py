"""Directly-follows counts and variants of real logs are those that pm4py counted (`flow_counts.json` says with what and from which file)."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

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
EDGES = {file.name: file.sql for file in read_package_sql("dashboard.queries")}["flow_edges"]
VARIANTS = (
    "SELECT v.activities, count(*) FROM marts.flow_cases JOIN marts.flow_variants v USING (variant_no) GROUP BY ALL"
)


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
