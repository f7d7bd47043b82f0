"""Moments are kept in UTC and told in the reporting zone, over the changes of daylight saving too; a day stays its day."""

from datetime import date, datetime

import duckdb
import polars as pl
import pytest

from dashboard.trace_state import told_state
from pipelines.read.clock import day_of, in_utc, in_zone, reporting_zone, shown, times_in_zone, value_told, values_told
from pipelines.read.exports import as_csv, told_in_zone


@pytest.mark.parametrize(
    ("utc", "zone", "local"),
    [
        (datetime(2026, 6, 29, 22, 19), "Asia/Shanghai", datetime(2026, 6, 30, 6, 19)),
        # In New York clocks went from 02:00 to 03:00 on 8 March 2026, and back from 02:00 to 01:00 on 1 November.
        (datetime(2026, 3, 8, 6, 59), "America/New_York", datetime(2026, 3, 8, 1, 59)),
        (datetime(2026, 3, 8, 7, 0), "America/New_York", datetime(2026, 3, 8, 3, 0)),
        (datetime(2026, 11, 1, 4, 30), "America/New_York", datetime(2026, 11, 1, 0, 30)),
        (datetime(2026, 11, 1, 6, 30), "America/New_York", datetime(2026, 11, 1, 1, 30)),
        (datetime(2026, 11, 1, 12, 0), "UTC", datetime(2026, 11, 1, 12, 0)),
    ],
)
def test_a_moment_is_told_by_the_clocks_of_the_zone(utc: datetime, zone: str, local: datetime) -> None:
    assert in_zone(utc, zone) == local
    assert times_in_zone(pl.DataFrame({"at": [utc, None]}), zone)["at"].to_list() == [local, None]


def test_an_unknown_moment_stays_unknown() -> None:
    assert in_zone(None, "Asia/Shanghai") is None
    assert shown(None, "Asia/Shanghai") == "unknown"


def test_what_clocks_show_twice_is_the_earlier_moment() -> None:
    assert in_utc(datetime(2026, 11, 1, 1, 30), "America/New_York") == datetime(2026, 11, 1, 5, 30)
    assert in_utc(datetime(2026, 6, 30, 6, 19), "Asia/Shanghai") == datetime(2026, 6, 29, 22, 19)


def test_commands_name_the_zone_with_the_moment() -> None:
    assert shown("2026-06-29T22:19:54", "Asia/Shanghai") == "2026-06-30 06:19 Asia/Shanghai"
    assert shown("2026-06-29T22:19:54+00:00", "America/New_York") == "2026-06-29 18:19 America/New_York"
    assert shown("2026-06-29T16:00:00", "Asia/Shanghai") == "2026-06-30 Asia/Shanghai"
    assert day_of("2026-06-29T22:19:54", "Asia/Shanghai") == date(2026, 6, 30)


def test_files_hold_local_times_and_a_column_that_names_the_zone() -> None:
    rows = pl.DataFrame(
        {"order_id": ["A"], "changed_at": [datetime(2026, 6, 29, 22, 19, 54)], "until": [date(2026, 6, 29)]}
    )
    told = as_csv(told_in_zone(rows, "Asia/Shanghai")).decode("utf-8-sig")
    assert told == "order_id,changed_at,until,time_zone\nA,2026-06-30 06:19:54,2026-06-29,Asia/Shanghai\n"


def test_files_without_moments_name_no_zone() -> None:
    rows = pl.DataFrame({"order_id": ["A"], "until": [date(2026, 6, 29)]})
    assert told_in_zone(rows, "Asia/Shanghai").equals(rows)


def test_the_zone_is_that_of_the_snapshot() -> None:
    con = duckdb.connect()
    con.execute("CREATE SCHEMA meta; CREATE TABLE meta.now AS SELECT 'Asia/Shanghai' AS reporting_zone")
    assert reporting_zone(con) == "Asia/Shanghai"


@pytest.mark.parametrize(
    ("stored", "field", "told"),
    [
        ("2026-11-09 23:00:00", "ordered_at", "2026-11-10"),
        ("2062-03-26 22:00:00", "ordered_at", "2062-03-27"),
        ("2026-11-09 13:30:15", "ordered_at", "2026-11-09 14:30:15"),
        ("2026-11-09 23:00:00 (one), 2026-11-09 23:30:00 (two)", "ordered_at", "2026-11-10 (one), 2026-11-10 00:30:00 (two)"),
        ("2026-11-09", "ordered_at", "2026-11-09"),
        ("by 2026-11-12", "ordered_at", "by 2026-11-12"),
        ("9999-99-99 00:00:00", "ordered_at", "9999-99-99 00:00:00"),
        ("2026-11-09 23:00:00", "reason", "2026-11-09 23:00:00"),
        ("2026-11-09 23:00:00", None, "2026-11-09 23:00:00"),
        (None, "ordered_at", None),
    ],
)  # fmt: skip
def test_a_value_that_is_a_moment_is_told_in_the_zone(stored: str | None, field: str | None, told: str | None) -> None:
    assert value_told(stored, field, "Europe/Berlin") == told


def test_only_the_values_of_moments_are_told_otherwise() -> None:
    rows = pl.DataFrame(
        {"field": ["ordered_at", "sku"], "observed": ["2026-07-01 22:00:00", "A"], "expected": [None, "B"]}
    )
    told = values_told(rows, ("observed", "expected"), "Europe/Berlin")
    assert told.rows() == [("ordered_at", "2026-07-02", None), ("sku", "A", "B")]


def test_the_state_of_an_order_keeps_the_words_of_its_log() -> None:
    day = "2026-11-09 23:00:00"
    state = pl.DataFrame({"field": ["ordered_at"] * 4, "was": [day] * 4, "other": [None, None, day, day], "is_now": [day] * 4,
                          "state": ["same", "not_covered", "cannot_tell", "cannot_tell"], "told_by": ["log", None, "log", "extracts"]})  # fmt: skip
    told = told_state(state, "Europe/Berlin").select("was", "other", "is_now").rows()
    here = "2026-11-10"
    assert told == [(here, None, here), (here, None, here), (day, day, here), (here, here, here)]
