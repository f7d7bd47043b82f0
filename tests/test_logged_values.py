"""Values of a change log in the notation of their system: decimal commas, percents, dates."""

from pathlib import Path

import pytest

from tests.ingest_fixture import Warehouse, new_home, write_csv

PROFILE = """
name: own
system: erp
feeds:
  - name: lines
    files: ["lines*"]
    read: {delimiter: ";"}
    entities:
      - entity: order_lines
        columns:
          line_id: No
          order_id: Order
          sku: Item
          quantity: {column: Menge, decimal: ","}
          discount: {column: "Rabatt %", unit: percent, decimal: ","}
          requested_delivery_date: {column: Termin, format: "%d.%m.%Y"}
  - name: log
    files: ["log*"]
    read: {delimiter: ";"}
    entities:
      - entity: order_changes
        columns:
          change_id: Id
          order_id: Order
          line_id: Line
          field: {column: Feld, codes: {Rabatt: discount, Menge: quantity, Termin: requested_delivery_date, Artikel: sku}}
          old_value: Alt
          new_value: Neu
          changed_at: Am
          changed_by: Wer
"""
LINES = ("No;Order;Item;Menge;Rabatt %;Termin", ["L1;O1;007;1,5;5;30.06.2026"])


def _values(tmp_path: Path, *changes: str) -> list[tuple[str, str | None, str | None]]:
    with Warehouse(new_home(tmp_path / "h", PROFILE), "own") as warehouse:
        header, rows = LINES
        log = [f"c{n};O1;L1;{change};2026-05-0{n} 10:00;anna" for n, change in enumerate(changes, 1)]
        warehouse.load(
            write_csv(tmp_path / "lines.csv", header, rows),
            write_csv(tmp_path / "log.csv", "Id;Order;Line;Feld;Alt;Neu;Am;Wer", log),
        )
        return warehouse.con.execute(
            "SELECT field, old_value, new_value FROM core.order_changes ORDER BY change_id"
        ).fetchall()


def test_values_are_read_as_their_field(tmp_path: Path) -> None:
    found = _values(
        tmp_path, "Rabatt;3;5 %", "Menge;1.000,25;1,5", "Termin;29.06.2026;30.06.2026", "Artikel;7;007", "Termin;;bald"
    )
    numbers = [(field, float(old or "nan"), float(new or "nan")) for field, old, new in found[:2]]
    assert numbers == [("discount", 0.03, 0.05), ("quantity", 1000.25, 1.5)]
    # Codes stay as they are, and so does what cannot be read as the field.
    assert found[2:] == [
        ("requested_delivery_date", "2026-06-29", "2026-06-30"),
        ("sku", "7", "007"),
        ("requested_delivery_date", None, "bald"),
    ]


@pytest.mark.parametrize(("old", "new", "expected"), [("0,03", "0,05", (0.03, 0.05)), ("0,5", "5", (0.005, 0.05))])
def test_a_log_may_hold_shares_where_files_show_percents(
    tmp_path: Path, old: str, new: str, expected: tuple[float, float]
) -> None:
    ((_, first, second),) = _values(tmp_path, f"Rabatt;{old};{new}")
    assert (float(str(first).replace(",", ".")), float(str(second).replace(",", "."))) == expected
