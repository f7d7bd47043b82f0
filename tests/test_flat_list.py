"""A small company with one flat Excel list, as its own profile reads it: found by itself, judged, mended, run again."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter  # type: ignore[import-untyped]

from pipelines.cli import main
from pipelines.contract.statuses import status_macro, status_words
from pipelines.settings import open_home
from pipelines.sqlfiles import read_package_sql
from pipelines.warehouse import open_snapshot, require_snapshot

PROFILE = """
name: auftraege
system: excel
zone: Europe/Berlin
feeds:
  - name: Auftragsliste
    files: ["Auftraege*"]
    read: {skip_rows: 2}
    entities:
      - entity: order_lines
        columns:
          line_id: {expr: '"Auftrag" || chr(45) || row_number() OVER (PARTITION BY "Auftrag" ORDER BY _line)'}
          order_id: Auftrag
          sku: Artikel
          quantity: Menge
          unit_price: Preis
          net_amount: Netto
      - entity: orders
        collapse: {default: constant, net_amount: lines}
        columns:
          order_id: Auftrag
          ordered_at: Datum
          customer_id: KdNr
          customer_name: Kunde
          status: STATUS
"""
HEADER = ("Auftrag", "Datum", "KdNr", "Kunde", "Artikel", "Menge", "Preis", "Netto", "Status")
CUSTOMERS = ("Maschinenbau Krause", "Bäckerei Hoffmann", "Autohaus Lindner", "Tischlerei Brandt")


def _rows() -> list[list[Any]]:
    """Sixty orders of two lines, one a day from 1 July 2026 on; without a customer number: 7; without a date: 9; without a net amount: a line of 11."""
    rows: list[list[Any]] = []
    for order in range(60):
        for line in range(2):
            price, quantity = 10 + 3 * ((order + line) % 5), 1 + (order * 7 + line * 3) % 9
            rows.append([
                f"A{100 + order}", None if order == 9 else date(2026, 7, 1) + timedelta(days=order), None if order == 7 else 1001 + order % 4,
                CUSTOMERS[order % 4], f"P-{(order + line) % 5}", quantity, price, None if (order, line) == (11, 1) else quantity * price,
                "geklärt" if order == 12 else "storniert" if order == 13 else "erledigt" if order < 40 else "Offen",
            ])  # fmt: skip
    return rows


def _write(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet, day = book.add_worksheet("Liste"), book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write(0, 0, "Aufträge 2026")
        for number, row in enumerate([HEADER, *_rows()], start=2):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, datetime(value.year, value.month, value.day), day)
                elif value is not None:
                    sheet.write(number, column, value)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder into which the list was loaded without a word about the profile."""
    folder = tmp_path_factory.mktemp("flat")
    home = open_home(folder / "home", create=True)
    (home.config / "profiles").mkdir()
    (home.config / "profiles" / "auftraege.yaml").write_text(PROFILE.replace("STATUS", "Status"), encoding="utf-8")
    _write(folder / "Auftraege.xlsx")
    assert main(["run", str(folder / "Auftraege.xlsx"), "--home", str(home.path)]) == 0
    return folder


def _ask(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with open_snapshot(require_snapshot(open_home(folder / "home"))) as con:
        return con.execute(query).fetchall()


def test_the_list_is_read_with_the_profile_of_its_name(folder: Path) -> None:
    assert _ask(folder, "SELECT profile, rows_read, accepted FROM meta.files") == [("auftraege", 120, 120)]


def test_orders_made_of_rows_are_judged_and_nothing_is_told_twice(folder: Path) -> None:
    found = "SELECT rule, order_id, line_id, field FROM ledger.defects WHERE kind = 'missing_field' ORDER BY order_id"
    assert _ask(folder, found) == [
        ("orders_customer_id_required", "A107", None, "customer_id"),
        ("orders_ordered_at_required", "A109", None, "ordered_at"),
        ("order_lines_net_amount_required", "A111", "A111-2", "net_amount"),
    ]
    judged = "SELECT checked FROM ledger.rule_runs WHERE rule = 'orders_customer_id_required'"
    assert _ask(folder, judged) == [(60,)]


def test_days_are_those_of_the_list(folder: Path) -> None:
    assert _ask(
        folder, "SELECT ordered_on::VARCHAR FROM marts.order_facts WHERE order_id IN ('A100', 'A131') ORDER BY 1"
    ) == [
        ("2026-07-01",),
        ("2026-08-01",),
    ]
    assert _ask(
        folder, "SELECT text LIKE 'days are cut in Europe/Berlin%' FROM meta.assumptions WHERE code = 'reporting_zone'"
    ) == [(True,)]


def test_periods_reach_to_the_last_day_of_the_list_and_weeks_begin_on_its_mondays(folder: Path) -> None:
    """The last order is of 29 August, which begins at 22:00 UTC of the day before; A111 is of Sunday 12 July."""
    queries = {file.name: file.sql for file in read_package_sql("dashboard.queries")}
    assert _ask(folder, queries["reach"]) == [(date(2026, 7, 1), date(2026, 8, 29))]
    weeks = (
        queries["defect_weeks"]
        .replace("$severity", "''")
        .replace("selected_orders", "(FROM marts.order_facts WHERE order_id = 'A111')")
    )
    assert [(week, came_in) for week, came_in, *_ in _ask(folder, weeks)] == [(date(2026, 7, 6), 1)]


def test_status_words_tell_what_is_open_and_unknown_ones_are_listed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counted = "SELECT is_open, is_cancelled, count(*) FROM marts.order_facts GROUP BY ALL ORDER BY 3, 1"
    assert _ask(folder, counted) == [(False, True, 1), (None, False, 1), (True, False, 20), (False, False, 38)]
    assert main(["status", "--json", "--home", str(folder / "home")]) == 0
    assert json.loads(capsys.readouterr().out)["unknown_statuses"] == [
        {"system": "excel", "word": "geklärt", "orders": 1}
    ]
    assert main(["status", "--home", str(folder / "home")]) == 0
    assert "codes: {geklärt: open}" in capsys.readouterr().out


def test_a_mended_profile_is_applied_without_naming_the_files_again(folder: Path) -> None:
    """Last in this module: it changes the home folder."""
    profile = folder / "home" / "config" / "profiles" / "auftraege.yaml"
    profile.write_text(PROFILE.replace("STATUS", "{column: Status, codes: {geklärt: done}}"), encoding="utf-8")
    (folder / "Auftraege.xlsx").unlink()
    assert main(["run", "--home", str(folder / "home")]) == 0
    assert _ask(folder, "SELECT is_open, status FROM marts.order_facts WHERE order_id = 'A112'") == [(False, "done")]
    assert _ask(folder, "SELECT rows_read, accepted FROM meta.files") == [(120, 120)]


def test_a_home_without_files_cannot_be_run_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--home", str(tmp_path / "nowhere")]) != 0
    assert "orderproof" in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()


def test_a_list_that_its_own_profile_does_not_fit_is_told_by_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = open_home(tmp_path / "home", create=True)
    (home.config / "profiles").mkdir()
    (home.config / "profiles" / "auftraege.yaml").write_text(
        PROFILE.replace("Auftrag\n", "Bestellung\n"), encoding="utf-8"
    )
    _write(tmp_path / "Auftraege.xlsx")
    assert main(["run", str(tmp_path / "Auftraege.xlsx"), "--home", str(home.path)]) == 2
    told = capsys.readouterr().err
    assert "'Bestellung' not found. Found: Auftrag, Datum" in told


@pytest.mark.parametrize(
    ("word", "means"),
    [("offen", "open"), (" Offen ", "open"), ("erledigt", "done"), ("已完成", "done"), ("　待发货", "open"), ("storniert", "cancelled"),
     ("CLOSED", "done"), ("open", "open"), ("已取消", "cancelled"), ("offfen", None), ("", None), (None, None)],
)  # fmt: skip
def test_what_a_status_word_means(word: str | None, means: str | None) -> None:
    con = duckdb.connect()
    con.execute("CREATE SCHEMA meta")
    con.execute(status_macro())
    assert con.execute("SELECT meta.status_means(?::VARCHAR)", [word]).fetchone() == (means,)


def test_a_word_means_one_thing_only() -> None:
    words = [word for by_language in status_words().values() for word in {w for ws in by_language.values() for w in ws}]
    assert len(words) == len(set(words))
    assert all(word == word.lower().strip() for word in words)
