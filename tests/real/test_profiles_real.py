"""The shipped profiles on the real data sets: every query of `docs/findings` gives the result that is written there."""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.ingest.landing import expand
from pipelines.run import run
from pipelines.settings import open_home
from pipelines.warehouse import open_snapshot, require_snapshot
from tests.ingest_fixture import Warehouse, new_home

FINDINGS = Path(__file__).parents[2] / "docs" / "findings"
FOLDERS = {
    "o2c-sap-ibm": "o2c-sap-ibm",
    "olist": "olist-2017-10k",
    "online-retail": "online-retail",
    "northwind": "northwind",
}
_FINDING = re.compile(r"```sql\n(.*?)```\n\nResult: `(.*?)`\n", re.DOTALL)


@pytest.fixture(scope="module", params=FOLDERS)
def loaded(
    request: pytest.FixtureRequest, real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Warehouse]]:
    name = request.param
    with Warehouse(new_home(tmp_path_factory.mktemp(name)), name) as warehouse:
        # In the reverse order of names, so that no figure hangs on the order of arrival.
        for path in reversed(expand([real_data / FOLDERS[name]])):
            warehouse.load(path)
        yield name, warehouse


def test_findings_are_what_the_queries_give(loaded: tuple[str, Warehouse]) -> None:
    name, warehouse = loaded
    findings = [(query, written) for query, written in _findings(name) if "ledger." not in query]
    assert findings
    for query, written in findings:
        assert _told(warehouse.rows(query)) == written, query


@pytest.mark.parametrize(
    "name", [name for name in FOLDERS if "ledger." in (FINDINGS / f"{name}.md").read_text("utf-8")]
)
def test_what_the_rules_find_is_what_the_queries_give(name: str, real_data: Path, tmp_path: Path) -> None:
    home = open_home(tmp_path / "home", create=True)
    run([real_data / FOLDERS[name]], home, name)
    with open_snapshot(require_snapshot(home)) as con:
        for query, written in _findings(name):
            if "ledger." in query:
                assert _told(con.execute(query).fetchall()) == written, query


def _findings(name: str) -> list[tuple[str, str]]:
    """The queries of a page, each with the result that is written there."""
    found: list[tuple[str, str]] = _FINDING.findall((FINDINGS / f"{name}.md").read_text(encoding="utf-8"))
    return found


def _told(rows: list[tuple[object, ...]]) -> str:
    return "; ".join(" ".join(str(cell) for cell in row) for row in rows)


def test_nothing_is_unreadable_and_nothing_conflicts(loaded: tuple[str, Warehouse]) -> None:
    _, warehouse = loaded
    assert warehouse.one("SELECT count(*) FROM ingest.unreadable") == 0
    assert warehouse.one("SELECT count(*) FROM ingest.conflicts") == 0


def test_figures_recounted_from_the_raw_files(loaded: tuple[str, Warehouse], real_data: Path) -> None:
    """Truth from DuckDB's own CSV and Parquet readers, without anything of ours."""
    name, warehouse = loaded
    folder = real_data / FOLDERS[name]
    if name == "o2c-sap-ibm":
        open_lines = (
            duckdb.connect()
            .sql(
                f"SELECT count(*) FROM read_csv('{folder}/Uncompleted_distinct_log.csv', all_varchar = true) "
                "WHERE NOT contains(Trace, 'Good Issue') AND NOT contains(Trace, 'Schedule Line Rejected')"
            )
            .fetchall()
        )
        assert warehouse.rows("SELECT count(*) FROM core.order_lines WHERE status = 'open'") == open_lines
    elif name == "online-retail":
        raw = f"'{folder}/online_retail_II_2009_2010.parquet'"
        totals = (
            duckdb.connect()
            .sql(f"SELECT count(*), sum(Quantity), round(sum(Quantity * Price), 0) FROM {raw}")
            .fetchall()
        )
        assert (
            warehouse.rows("SELECT count(*), sum(quantity), round(sum(net_amount)::DOUBLE, 0) FROM core.order_lines")
            == totals
        )
    elif name == "northwind":
        raw = f"read_csv('{folder}/order_details.csv', all_varchar = true)"
        total = (
            duckdb.connect()
            .sql(f"SELECT sum(unitPrice::DOUBLE * quantity::DOUBLE * (1 - discount::DOUBLE)) FROM {raw}")
            .fetchall()[0][0]
        )
        ours = float(warehouse.one("SELECT sum(net_amount) FROM core.order_lines"))
        assert ours == pytest.approx(total, abs=5)
    else:
        raw = f"read_csv('{folder}/orders.csv', all_varchar = true)"
        stamps = ", ".join(
            f"count({c})"
            for c in (
                "order_purchase_timestamp",
                "order_approved_at",
                "order_delivered_carrier_date",
                "order_delivered_customer_date",
            )
        )
        (counts,) = duckdb.connect().sql(f"SELECT {stamps} FROM {raw}").fetchall()
        assert warehouse.one("SELECT count(*) FROM core.user_actions") == sum(counts)
