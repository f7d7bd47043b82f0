"""A workbook whose sheets are different tables: every sheet that a feed names is read, each in its own way."""

import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter  # type: ignore[import-untyped]

from pipelines.read.exports import frame
from pipelines.read.filters import Filters
from pipelines.run import run
from pipelines.settings import Home, open_home
from pipelines.warehouse import open_snapshot, require_snapshot

PROFILE = """
name: mine
system: main
feeds:
  - name: orders
    files: ["order list*.xlsx"]
    read: {sheet: Orders}
    entities:
      - entity: orders
        columns: {order_id: Order no., ordered_at: Order date, customer_name: 客户名称}
  - name: lines
    files: ["order list*.xlsx"]
    read: {sheet: 订单明细, skip_rows: 1}
    entities:
      - entity: order_lines
        columns: {order_id: Order no., line_id: Line, sku: 产品编码, quantity: 数量}
"""
SHEETS = {
    "Orders": [["Order no.", "Order date", "客户名称"], ["A1", "2026-03-02", "宏大"], ["A2", "2026-03-03", "Müller"]],
    "订单明细": [["Lines of March"], ["Order no.", "Line", "产品编码", "数量"], ["A1", "A1-1", "P1", "3"], ["A1", "A1-2", "P2", "4"],
             ["A2", "A2-1", "P1", "-5"]],
    "Notes": [["Ask Ann"]],
}  # fmt: skip


@pytest.fixture(scope="module", params=["plain", "zipped"])
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The workbook alone, or in an archive whose name no feed knows, beside what is no table."""
    folder = tmp_path_factory.mktemp("sheets")
    path = folder / "order list 2026.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, rows in SHEETS.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    if request.param == "zipped":
        path = _zipped(path)
    made = open_home(folder / "home", create=True)
    (made.config / "profiles").mkdir(exist_ok=True)
    (made.config / "profiles" / "mine.yaml").write_text(PROFILE, encoding="utf-8")
    run([path], made)
    run([path], made)
    return made


def _zipped(path: Path) -> Path:
    archive = path.with_name("from the shop.zip")
    with zipfile.ZipFile(archive, "w") as file:
        file.write(path, f"March/{path.name}")
        file.writestr("March/readme.txt", "exported by hand")
    return archive


def test_each_sheet_is_read_by_its_feed_and_no_other_one(home: Home) -> None:
    with open_snapshot(require_snapshot(home)) as con:
        assert con.execute("SELECT order_id, customer_name FROM core.orders ORDER BY 1").fetchall() == [
            ("A1", "宏大"),
            ("A2", "Müller"),
        ]
        assert con.execute("SELECT line_id, quantity::INTEGER FROM core.order_lines ORDER BY 1").fetchall() == [
            ("A1-1", 3),
            ("A1-2", 4),
            ("A2-1", -5),
        ]


def test_the_workbook_counts_once_for_each_sheet_however_often_it_is_given(home: Home) -> None:
    with open_snapshot(require_snapshot(home)) as con:
        assert con.execute("SELECT member, rows_read, accepted FROM meta.files ORDER BY 1").fetchall() == [
            ("order list 2026.xlsx#Orders", 2, 2),
            ("order list 2026.xlsx#订单明细", 3, 3),
        ]


def test_a_finding_names_the_sheet_and_the_row(home: Home) -> None:
    with open_snapshot(require_snapshot(home)) as con:
        found = frame(con, "defects", Filters()).filter(pl.col("line_id").is_not_null())
    assert set(found.select("file", "source_line", "line_id").rows()) == {("order list 2026.xlsx#订单明细", 5, "A2-1")}
