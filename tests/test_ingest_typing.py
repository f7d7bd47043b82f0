"""Source text becomes typed values; what cannot be read becomes null and is told with its raw text and reason."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.contract import entity
from pipelines.ingest.now import plausible_maximum
from pipelines.ingest.typing_sql import repaired, text_expression, typed_expression
from pipelines.settings import Home
from pipelines.sources.profile import ColumnMap
from pipelines.sources.profile_files import load_profile
from tests.ingest_fixture import Warehouse, new_home, write_csv

NET, AT, DAY = ("order_lines", "net_amount"), ("user_actions", "at"), ("orders", "requested_delivery_date")
DISCOUNT, AUTOMATIC, SEQ = ("order_lines", "discount"), ("user_actions", "automatic"), ("user_actions", "seq")


def _typed(target: tuple[str, str], raw: str, zone: str = "UTC", **how: Any) -> Any:
    profile = load_profile("canonical", Home(Path("nowhere")))
    source = ColumnMap(columns=("c",), **how)
    text = text_expression(source, ["c"], profile)
    value = typed_expression(entity(target[0]).column(target[1]), source, "t", zone, source.order)
    row = (
        duckdb.connect()
        .execute(f"SELECT {value} FROM (SELECT {text} AS t FROM (SELECT ?::VARCHAR AS c))", [raw])
        .fetchone()
    )
    assert row is not None
    return row[0]


_BLANKS = " \t\r\n\u00a0\u3000"


@pytest.mark.parametrize(
    "inner", ["SO-100001", "é", "Zoë", "客户", "a b", "x", "7", "none", "NULLs", "nicht bekannt", "\x7f", "~"]
)
@pytest.mark.parametrize(
    "around", ["{}", " {}", "{} ", "\t{}\r\n", "\u00a0{}", "{}\u3000", "\u3000 {} \u00a0", "\u200b{}"]
)
def test_a_text_is_trimmed_of_blanks_and_of_nothing_else(inner: str, around: str) -> None:
    raw = around.format(inner)
    assert _typed(("orders", "customer_name"), raw) == raw.strip(_BLANKS)


@pytest.mark.parametrize(
    "raw",
    ["", " ", "\u3000", "null", " NULL\t", "N/A", "\u00a0#N/A", "None", "\\N", "nicht bekannt", " nicht bekannt "],
)
def test_what_stands_for_nothing_is_nothing(raw: str) -> None:
    assert _typed(("orders", "customer_name"), raw, nulls=("nicht bekannt",)) is None


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("12.5", "12.5"),
        (" 1,234.50 ", "1234.5"),
        ("1,234,567", "1234567"),
        ("１２３．５", "123.5"),
        ("１，２３４", "1234"),
        ("-3", "-3"),
        ("1e3", "1000"),
        ("12,5", None),
        ("NaN", None),
        ("inf", None),
        ("12 EUR", None),
        ("null", None),
    ],
)
def test_numbers(raw: str, value: str | None) -> None:
    assert _typed(NET, raw) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("raw", "value"), [("1.234,50", "1234.5"), ("12,5", "12.5"), ("1 234,5", "1234.5"), ("7", "7")]
)
def test_decimal_comma(raw: str, value: str) -> None:
    assert _typed(NET, raw, decimal=",") == Decimal(value)


@pytest.mark.parametrize(
    ("raw", "how", "value"),
    [
        ("0.05", {}, 0.05),
        ("5 %", {}, 0.05),
        ("5", {"unit": "percent"}, 0.05),
        ("NaN", {}, None),
        ("infinity", {}, None),
    ],
)
def test_ratios(raw: str, how: dict[str, str], value: float | None) -> None:
    assert _typed(DISCOUNT, raw, **how) == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(("raw", "value"), [("Yes", True), ("0", False), ("是", True), ("maybe", None)])
def test_booleans(raw: str, value: bool | None) -> None:
    assert _typed(AUTOMATIC, raw) is value


@pytest.mark.parametrize(
    ("raw", "how", "value"),
    [
        ("2026-03-02T09:15:00Z", {}, datetime(2026, 3, 2, 9, 15)),
        ("2026-03-02T09:15:00+02:00", {}, datetime(2026, 3, 2, 7, 15)),
        ("2026-03-02 09:15", {"zone": "Asia/Shanghai"}, datetime(2026, 3, 2, 1, 15)),
        ("2026-07-02 09:15", {"zone": "Europe/Berlin"}, datetime(2026, 7, 2, 7, 15)),
        ("2026年03月02日", {}, datetime(2026, 3, 2)),
        ("20260302", {}, datetime(2026, 3, 2)),
        ("1772442900000", {"unit": "epoch_ms"}, datetime(2026, 3, 2, 9, 15)),
        ("1772442900", {"unit": "epoch_s"}, datetime(2026, 3, 2, 9, 15)),
        ("02.03.2026 09:15", {"formats": ("%d.%m.%Y %H:%M",)}, datetime(2026, 3, 2, 9, 15)),
        ("03/02/2026 9:15 PM", {"order": "month_first"}, datetime(2026, 3, 2, 21, 15)),
        ("02/03/2026", {"order": "day_first"}, datetime(2026, 3, 2)),
        ("02/03/2026", {}, None),
        ("2026-02-30", {}, None),
        ("soon", {}, None),
    ],
)
def test_moments(raw: str, how: dict[str, Any], value: datetime | None) -> None:
    assert _typed(AT, raw, **how) == value


def test_a_civil_date_is_not_moved_by_a_zone() -> None:
    assert _typed(DAY, "2026-03-02", zone="America/New_York") == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("shown", "true"), [("2016-05-01 17:10:00", "2016-01-05 17:10:00"), ("2016-05-13 17:10:00",) * 2]
)
def test_swapped_day_and_month_are_exchanged_back(shown: str, true: str) -> None:
    rule = repaired("swap_day_month", "CAST(? AS TIMESTAMP)")
    row = duckdb.connect().execute(f"SELECT CAST({rule} AS VARCHAR)", [shown] * rule.count("?")).fetchone()
    assert row == (true,)


@pytest.mark.parametrize(
    ("zone", "shown", "true"),
    [
        # 5 January 2016 at 01:30 in Shanghai is 17:30 of the day before in UTC; at 21:30 in New York it is 02:30 of the next one.
        ("Asia/Shanghai", "2016-05-01 01:30:00", datetime(2016, 1, 4, 17, 30)),
        ("America/New_York", "2016-05-01 21:30:00", datetime(2016, 1, 6, 2, 30)),
        # Shown on the 13th, which no month has: the 12th in UTC does not make it one.
        ("Asia/Shanghai", "2016-05-13 01:30:00", datetime(2016, 5, 12, 17, 30)),
        ("America/New_York", "2016-05-12 21:30:00", datetime(2016, 12, 6, 2, 30)),
        # The clock of the source counts for moments that say their zone, too.
        ("Asia/Shanghai", "2016-04-30T17:30:00Z", datetime(2016, 1, 4, 17, 30)),
        ("America/New_York", "2016-05-02T03:30:00+02:00", datetime(2016, 1, 6, 2, 30)),
    ],
)
def test_day_and_month_are_exchanged_back_on_the_clock_of_the_source(zone: str, shown: str, true: datetime) -> None:
    assert _typed(AT, shown, zone=zone, repair="swap_day_month") == true


def _actions(tmp_path: Path, *moments: str) -> Warehouse:
    path = write_csv(
        tmp_path / "user_actions.csv", "order_id,activity,at", [f"O{n},step,{m}" for n, m in enumerate(moments)]
    )
    warehouse = Warehouse(new_home(tmp_path / "h"))
    warehouse.load(path)
    return warehouse


def test_ambiguous_dates_are_read_where_the_column_shows_the_order(tmp_path: Path) -> None:
    with _actions(tmp_path, "03/02/2026", "13/02/2026") as warehouse:
        assert warehouse.rows('SELECT "at"::VARCHAR FROM core.user_actions ORDER BY 1') == [
            ("2026-02-03 00:00:00",),
            ("2026-02-13 00:00:00",),
        ]
        assert warehouse.rows("SELECT code FROM meta.assumptions WHERE code <> 'zone'") == [("date_order",)]


def test_ambiguous_dates_are_left_unread_where_nothing_shows_the_order(tmp_path: Path) -> None:
    with _actions(tmp_path, "03/02/2026", "04/02/2026", "2026-02-05") as warehouse:
        assert warehouse.one('SELECT count("at") FROM core.user_actions') == 1
        unreadable = warehouse.rows("SELECT column_name, raw, reason, line FROM ingest.unreadable ORDER BY line")
        assert unreadable[0] == ("at", "03/02/2026", "day and month cannot be told apart", 2)
        assert len(unreadable) == 2
        assert warehouse.rows("SELECT code FROM meta.assumptions WHERE code <> 'zone'") == [("ambiguous_dates",)]


def test_a_lone_2099_does_not_move_now(tmp_path: Path) -> None:
    with _actions(tmp_path, "2026-02-03T10:00:00Z", "2026-02-04T10:00:00Z", "2099-01-01T00:00:00Z") as warehouse:
        assert warehouse.one("SELECT data_until FROM meta.now") == datetime(2026, 2, 4, 10)


def test_plausible_maximum_keeps_what_is_near() -> None:
    days = [(datetime(2026, 1, day), 1) for day in range(20, 0, -1)]
    assert plausible_maximum(days, 20) == datetime(2026, 1, 20)
    assert plausible_maximum([(datetime(9999, 12, 31), 1), *days], 21) == datetime(2026, 1, 20)
    assert plausible_maximum([(datetime(2027, 1, 1), 500), *days], 520) == datetime(2027, 1, 1)
    assert plausible_maximum([], 0) is None


def test_rows_that_cannot_be_attached_are_quarantined(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "orders.csv",
        "order_id,ordered_at,net_amount",
        ["A,2026-01-01,1", ",2026-01-01,2", "B,2026-01-01,NaN"],
    )
    with Warehouse(new_home(tmp_path / "h")) as warehouse:
        assert warehouse.load(path).quarantined == 1
        assert warehouse.counts() == {"orders.csv": (3, 2, 1, 0, 0, 0)}
        assert warehouse.rows("SELECT line, column_name, reason FROM ingest.quarantine") == [(3, "order_id", "no_key")]
        assert warehouse.rows("SELECT record_key, column_name, raw, reason FROM ingest.unreadable") == [
            ("main:B", "net_amount", "NaN", "not a finite number")
        ]


def test_a_day_that_does_not_exist_is_no_ambiguous_one(tmp_path: Path) -> None:
    with _actions(tmp_path, "31.02.2026", "04.02.2026", "2026-02-05") as warehouse:
        assert warehouse.rows("SELECT raw, reason FROM ingest.unreadable") == [("31.02.2026", "not a time")]


@pytest.mark.parametrize("value", ["infinity", "-infinity", "12345-01-01", "290000-01-01T00:00:00Z"])
def test_a_time_that_no_clock_shows_cannot_be_read(tmp_path: Path, value: str) -> None:
    with _actions(tmp_path, value, "2026-02-05") as warehouse:
        assert warehouse.rows("SELECT raw, reason FROM ingest.unreadable") == [(value, "not a time")]
        assert str(warehouse.one("SELECT data_until FROM meta.now")) == "2026-02-05 00:00:00"


def test_a_format_that_does_not_fit_is_named(tmp_path: Path) -> None:
    profile = """
name: own
system: erp
feeds:
  - name: orders
    files: ["orders*"]
    entities:
      - entity: orders
        columns: {order_id: No, ordered_at: {column: Day, format: "%Y-%m-%d"}}
"""
    with Warehouse(new_home(tmp_path / "h", profile), "own") as warehouse:
        warehouse.load(write_csv(tmp_path / "orders.csv", "No,Day", ["1,01.07.2026", "2,2026-07-02"]))
        assert warehouse.rows("SELECT raw, reason FROM ingest.unreadable") == [
            ("01.07.2026", "not a time in the profile's format %Y-%m-%d")
        ]
