"""The page of defects: what it counts, that nothing falls out of its matrix, and that its queries run by hand."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import data
from pipelines.read.filters import Filters, readable, with_selection
from pipelines.settings import open_home
from pipelines.sqlfiles import read_package_sql
from pipelines.warehouse import current_snapshot

APP = Path(__file__).parent.parent / "dashboard" / "app.py"


def _page(home: Path, monkeypatch: pytest.MonkeyPatch, **params: str) -> AppTest:
    monkeypatch.setenv("ORDERPROOF_HOME", str(home))
    data.home.cache_clear()
    app = AppTest.from_file(str(APP), default_timeout=60)
    for key, value in params.items():
        app.query_params[key] = value
    app.switch_page("pages/defects.py")
    return app.run()


def _matrix(app: AppTest) -> dict[str, Any]:
    specs = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    (matrix,) = [spec for spec in specs if any(trace.get("mode") == "markers" for trace in spec["data"])]
    return dict(matrix)


def _row_totals(matrix: dict[str, Any]) -> list[int]:
    right = [note for note in matrix["layout"]["annotations"] if str(note["text"]).startswith("<b>")]
    return [int(note["text"].strip("</b>").replace(",", "")) for note in right]


def _connect(home: Path, *, read_only: bool = True) -> duckdb.DuckDBPyConnection:
    snapshot = current_snapshot(open_home(home))
    assert snapshot is not None
    return duckdb.connect(str(snapshot.path), read_only=read_only)


def _errors(home: Path, where: str = "true") -> int:
    with _connect(home) as con:
        return int(con.execute(f"SELECT count(*) FROM marts.error_facts WHERE {where}").fetchall()[0][0])


def test_the_matrix_holds_every_error(company_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = _matrix(_page(company_home, monkeypatch, period="All"))
    assert sum(_row_totals(matrix)) == _errors(company_home)


def test_errors_of_stages_that_the_process_does_not_have_stand_in_a_row_and_column_of_their_own(
    company_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Path(shutil.copytree(company_home, tmp_path / "home"))
    gone = "('entry', 'allocation')"
    with _connect(home, read_only=False) as con:
        con.execute(f"DELETE FROM meta.stages WHERE stage IN {gone}")
    matrix = _matrix(_page(home, monkeypatch, period="All"))
    assert sum(_row_totals(matrix)) == _errors(home)
    assert matrix["layout"]["yaxis"]["ticktext"][-1] == "Other / unknown"
    wanted = _errors(home, f"origin_stage IN {gone} OR origin_stage IS NULL")
    assert wanted > 0 and _row_totals(matrix)[-1] == wanted


def test_a_cell_of_the_address_lists_its_orders(company_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = _page(company_home, monkeypatch, period="All", cell="entry>customer")
    with _connect(company_home) as con:
        (orders,) = con.execute(
            "SELECT count(DISTINCT order_key) FROM marts.error_facts WHERE origin_stage = 'entry' AND found_place = 'customer'"
        ).fetchall()[0]
    titles = [str(item.value) for item in app.markdown]
    assert orders > 0 and any(
        title.startswith(f"#### {orders} order") and "Entry → Customer" in title for title in titles
    )
    assert not _page(company_home, monkeypatch, period="All", cell="nowhere>customer").exception


@pytest.mark.parametrize("part", ["Wrong product code", "wrong_product"])
def test_a_bar_of_the_address_is_chosen_by_its_name_or_its_code(
    part: str, company_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _page(company_home, monkeypatch, period="All", part=part)
    assert app.selectbox(key="part").value == "wrong_product"
    assert any("Wrong product code" in str(item.value) for item in app.markdown)


def test_a_home_of_records_alone_shows_what_was_learned_from_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipelines.run import run

    names = [
        "Aachen",
        "Bremen",
        "Coburg",
        "Dresden",
        "Essen",
        "Fulda",
        "Giessen",
        "Hamburg",
        "Idstein",
        "Jena",
        "Kassel",
        "Lindau",
    ]
    cells = [[str(n), str(10_000 + 917 * (n % 12)), names[n % 12], f"0{2000 + 31 * (n % 12)}"] for n in range(480)]
    cells[100][2] = "Hamburg"
    rows = [",".join(row) for row in cells]
    (tmp_path / "places.csv").write_text("id,code,city,prefix\n" + "\n".join(rows) + "\n", encoding="utf-8")
    home = open_home(tmp_path / "home", create=True)
    run([tmp_path / "places.csv"], home, "one-table")
    app = _page(tmp_path / "home", monkeypatch)
    assert not app.exception
    text = "\n".join(str(item.value) for item in app.markdown)
    assert "1 value to put right" in text


def test_every_finding_can_be_read_on_the_page(company_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _connect(company_home) as con:
        kind, number = con.execute(
            "SELECT d.kind, count(*) AS n FROM ledger.defects d JOIN marts.order_facts o USING (order_key) WHERE resolved_at IS NULL "
            "AND rule NOT IN (SELECT rule FROM ledger.source_rules) GROUP BY d.kind HAVING n BETWEEN 2 AND 8 ORDER BY n DESC, d.kind LIMIT 1"
        ).fetchall()[0]
        sentences = [row[0] for row in con.execute(
            "SELECT message FROM ledger.defects d JOIN marts.order_facts o USING (order_key) WHERE resolved_at IS NULL AND d.kind = ?", [kind]
        ).fetchall()]  # fmt: skip
    text = [str(item.value) for item in _page(company_home, monkeypatch, period="All", part=kind).markdown]
    assert any(line.startswith(f"#### {number} findings in full: ") for line in text)
    assert len(sentences) == number
    for sentence in sentences:
        assert any(line.startswith("**SO-") and line.endswith(sentence) for line in text)


def test_a_value_stands_beside_another_only_where_one_belongs_in_its_place(
    company_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(kind: str) -> str:
        return "\n".join(str(item.value) for item in _page(company_home, monkeypatch, period="All", part=kind).markdown)

    assert "→ Suggested" in told("wrong_product")
    assert "→ Expected" not in told("self_approval")


def test_costs_are_told_in_the_currency_of_the_orders_or_in_cost_units(
    company_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "\n".join(str(item.value) for item in _page(company_home, monkeypatch, period="All").markdown)
    assert "They cost EUR\u00a0" in text
    home = Path(shutil.copytree(company_home, tmp_path / "home"))
    with _connect(home, read_only=False) as con:
        con.execute(
            "UPDATE marts.order_facts SET currency = 'USD' WHERE order_id = (SELECT min(order_id) FROM marts.order_facts)"
        )
    text = "\n".join(str(item.value) for item in _page(home, monkeypatch, period="All").markdown)
    assert "\u00a0cost units." in text and "They cost EUR" not in text


_SELECTIONS = (
    Filters(),
    Filters(date_from=date(2026, 1, 1), date_to=date(2026, 12, 31), channels=("EDI", "it's"), user="u001"),
)


@pytest.mark.parametrize("filters", _SELECTIONS)
def test_a_query_as_it_is_shown_gives_what_the_page_got(filters: Filters, company_home: Path) -> None:
    queries = {file.name: file.sql for file in read_package_sql("dashboard.queries")}
    with _connect(company_home) as con:
        for name in ("error_matrix", "defect_weeks", "finding_groups", "error_bars"):
            sql = queries[name].replace("$severity", "''").replace("$by", "'type'")
            bound, params = with_selection(sql, filters)
            assert con.execute(readable(sql, filters)).fetchall() == con.execute(bound, params).fetchall()
