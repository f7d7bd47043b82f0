"""The templates: every column of the contract, once, explained; what they say is what the product reads."""

import csv
from pathlib import Path

import fastexcel
import polars as pl
import xlsxwriter

from pipelines.contract import entities
from pipelines.contract.templates import write_templates
from tests.ingest_fixture import Warehouse, new_home


def test_one_empty_file_an_entity_with_its_columns_in_order(tmp_path: Path) -> None:
    paths = write_templates(tmp_path / "new" / "folder")
    assert sorted(p.name for p in paths) == sorted(
        [*(f"{name}.csv" for name in entities()), "columns.md", "orderproof_templates.xlsx"]
    )
    for name, entity in entities().items():
        rows = list(csv.reader((tmp_path / "new" / "folder" / f"{name}.csv").open(encoding="utf-8")))
        assert rows == [list(entity.column_names)]


def test_columns_page_explains_every_column(tmp_path: Path) -> None:
    write_templates(tmp_path)
    page = (tmp_path / "columns.md").read_text(encoding="utf-8")
    for name, entity in entities().items():
        block = page.split(f"## {name}.csv")[1].split("\n## ")[0]
        for column in entity.columns:
            row = next(line for line in block.splitlines() if line.startswith(f"| {column.name} |"))
            assert ("| yes |" in row) == column.required
            assert column.meaning.replace("|", "\\|") in row
            assert row.count(" | ") - row.count("\\| ") >= 6


def test_workbook_has_a_readme_and_a_sheet_an_entity(tmp_path: Path) -> None:
    write_templates(tmp_path)
    book = tmp_path / "orderproof_templates.xlsx"
    readme = pl.read_excel(book, sheet_name="README", has_header=False)
    assert "leave out the rest" in readme[0, 0]
    assert readme.height >= sum(len(entity.columns) for entity in entities().values())
    for name, entity in entities().items():
        sheet = pl.read_excel(book, sheet_name=name, read_options={"header_row": None}, has_header=False)
        assert tuple(sheet.row(0)) == entity.column_names


def test_the_workbook_filled_in_is_read(tmp_path: Path) -> None:
    write_templates(tmp_path)
    values = {"order_id": "A-1", "ordered_at": "2026-03-02", "customer_id": "C-1"}
    with xlsxwriter.Workbook(tmp_path / "filled.xlsx") as book:
        for name in fastexcel.read_excel(tmp_path / "orderproof_templates.xlsx").sheet_names:
            header = pl.read_excel(tmp_path / "orderproof_templates.xlsx", sheet_name=name, has_header=False).row(0)
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, header)
            if name == "orders":
                sheet.write_row(1, 0, [values.get(column, "") for column in header])
    with Warehouse(new_home(tmp_path / "home")) as warehouse:
        warehouse.load(tmp_path / "filled.xlsx")
        assert warehouse.rows("SELECT order_id, customer_id FROM core.orders") == [("A-1", "C-1")]
        assert warehouse.one("SELECT count(*) FROM meta.files") == len(entities())
