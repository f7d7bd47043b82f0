"""`orderproof templates`: empty canonical files, and every column of them explained."""

import csv
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]

from pipelines.contract import Column, Entity, entities
from pipelines.contract.statuses import status_words

_HEADINGS = ("file", "column", "kind", "needed", "allowed values", "points at", "example", "meaning")
_KINDS = {
    "text": "text",
    "moment": "time, 2026-03-02T09:15:00Z",
    "date": "day, 2026-03-02",
    "amount": "amount, 1250.00",
    "quantity": "quantity, 12",
    "price": "price, 8.50",
    "ratio": "share, 0.05 is 5 %",
    "integer": "whole number",
    "boolean": "true or false",
}
_README = (
    "OrderProof reads these files as they are: fill in what you have and leave out the rest.",
    "At least one of orders, order_lines, user_actions is needed. Every further file switches on more of the product.",
    "Keys are text: leading zeros matter. Times without a zone are taken as UTC. An empty cell means unknown.",
    "Save the workbook filled in (this sheet is not read), or each table as CSV (UTF-8), then: orderproof run PATH",
)
_WIDTHS = (18, 26, 26, 8, 34, 14, 24, 70)


def write_templates(out: Path) -> list[Path]:
    """Write one empty CSV an entity, `columns.md` and `orderproof_templates.xlsx` into `out`. Returns their paths."""
    out.mkdir(parents=True, exist_ok=True)
    written = [_write_csv(out, entity) for entity in entities().values()]
    return [*written, _write_columns(out), _write_workbook(out)]


def _write_csv(out: Path, entity: Entity) -> Path:
    path = out / f"{entity.name}.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerow(entity.column_names)
    return path


def _write_columns(out: Path) -> Path:
    path = out / "columns.md"
    blocks = ["# Canonical files", *_README, *(_explained(entity) for entity in entities().values()), _statuses()]
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")
    return path


def _statuses() -> str:
    """The words of a status that are understood, by their meaning."""
    rows = [_markdown_row((meaning, ", ".join(chain(*by.values())))) for meaning, by in status_words().items()]
    return "\n".join(["## Words of a status", "", _markdown_row(("means", "words")), "|---|---|", *rows])


def _explained(entity: Entity) -> str:
    head = [f"## {entity.name}.csv", "", entity.meaning, "", _markdown_row(_HEADINGS[1:]), "|---" * 7 + "|"]
    return "\n".join(head + [_markdown_row(_cells(entity, column)[1:]) for column in entity.columns])


def _markdown_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _cells(entity: Entity, column: Column) -> tuple[str, ...]:
    """One row of explanation, as in `_HEADINGS`."""
    needed = "yes" if column.required else ""
    allowed, target = ", ".join(column.allowed), column.references or ""
    return (
        *(f"{entity.name}.csv", column.name, _KINDS[column.type], needed, allowed),
        *(target, column.example or "", column.meaning),
    )


def _write_workbook(out: Path) -> Path:
    """A README sheet, then one sheet an entity: its header, each heading with its meaning as a comment."""
    path = out / "orderproof_templates.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        bold = book.add_format({"bold": True})
        readme = book.add_worksheet("README")
        for column, width in enumerate(_WIDTHS):
            readme.set_column(column, column, width)
        for number, cells in enumerate(_readme_rows()):
            readme.write_row(number, 0, cells, bold if cells == _HEADINGS else None)
        for entity in entities().values():
            _write_sheet(book, entity, bold)
    return path


def _readme_rows() -> Iterator[tuple[str, ...]]:
    for sentence in _README:
        yield (sentence,)
    yield ()
    yield _HEADINGS
    for entity in entities().values():
        for column in entity.columns:
            yield _cells(entity, column)


def _write_sheet(book: xlsxwriter.Workbook, entity: Entity, bold: object) -> None:
    sheet = book.add_worksheet(entity.name)
    text = book.add_format({"num_format": "@"})  # a spreadsheet must not eat the leading zeros of a key
    for number, column in enumerate(entity.columns):
        sheet.set_column(number, number, max(12, len(column.name) + 2), text if column.type == "text" else None)
        sheet.write(0, number, column.name, bold)
        sheet.write_comment(0, number, f"{column.meaning}\n{_KINDS[column.type]}")
    sheet.freeze_panes(1, 0)
