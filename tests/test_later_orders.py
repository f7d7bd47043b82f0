"""An order dated far after the end of the data: no chart over time reaches it, and the page says so."""

import json
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest
from page_fixture import add, asked, snapshot
from streamlit.testing.v1 import AppTest

from dashboard import data
from pipelines.settings import open_home
from pipelines.warehouse import require_snapshot

APP = Path(__file__).parent.parent / "dashboard" / "app.py"
LATER = "2062-02-01"


def _company() -> duckdb.DuckDBPyConnection:
    """Data until 1 June 2026; order 2 is dated 36 years later, and all that happened to it."""
    con = snapshot()
    con.execute("ALTER TABLE marts.order_facts ADD COLUMN IF NOT EXISTS ordered_at TIMESTAMP")
    con.execute(
        "ALTER TABLE ledger.defects ADD COLUMN IF NOT EXISTS resolution VARCHAR; ALTER TABLE ledger.defects ADD COLUMN severity VARCHAR"
    )
    con.execute("ALTER TABLE marts.error_facts ADD COLUMN IF NOT EXISTS origin_stage VARCHAR")
    for order, day in (("1", "2026-05-06"), ("2", LATER)):
        add(
            con,
            "marts.order_facts",
            {"order_key": order, "order_id": order, "ordered_on": day, "ordered_at": day, "has_error": True},
        )
        add(con, "marts.error_facts", {"order_key": order, "error_key": order, "origin_stage": "entry"})
        add(con, "marts.exception_facts", {"order_key": order, "record_key": order, "on_day": day})
        add(con, "marts.change_facts", {"order_key": order, "record_key": order, "changed_at": day})
        add(
            con,
            "ledger.defects",
            {"order_key": order, "rule": "r", "resolved_at": "2026-05-20", "resolution": "changed"},
        )
    return con


@pytest.mark.parametrize(
    ("query", "params"),
    [
        ("weekly_errors", {"weeks": 1}), ("error_origins", {"weeks": 1}), ("entry_days", {"weeks": 1}), ("exception_weeks", {}),
        ("change_weeks", {}), ("defect_weeks", {"severity": ""}),
    ],
)  # fmt: skip
def test_weeks_end_with_the_data(query: str, params: dict[str, object]) -> None:
    weeks = [row["week"] for row in asked(_company(), query, **params)]
    assert weeks[0] == date(2026, 5, 4) and weeks[-1] <= date(2026, 6, 1) and len(weeks) <= 3


def test_a_page_names_the_orders_that_its_charts_leave_out(
    company_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(company_home, home)
    path = require_snapshot(open_home(home)).path
    with duckdb.connect(str(path)) as con:
        (order, weeks) = con.execute(
            "SELECT max(order_id) FILTER (is_mature), count(DISTINCT date_trunc('week', ordered_on)) FROM marts.order_facts "
            "WHERE order_class = 'sale' AND ordered_on IS NOT NULL"
        ).fetchall()[0]
        con.execute(
            "UPDATE marts.order_facts SET ordered_on = ?, ordered_at = ? WHERE order_id = ?", [LATER, LATER, order]
        )
    monkeypatch.setenv("ORDERPROOF_HOME", str(home))
    data.home.cache_clear()
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.query_params["period"] = "All"
    app.switch_page("pages/error_rate.py").run()
    assert not app.exception
    assert order in json.dumps(
        [frame.value["order_id"].tolist() for frame in app.dataframe if "order_id" in frame.value]
    )
    assert data.query("weekly_errors", weeks=1).height <= weeks
    assert data.query("later_orders")["orders"].to_list() == [1]
