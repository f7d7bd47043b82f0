"""Working time, against counting every minute, against cases worked by hand, and against another table of China's days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import duckdb
import numpy as np
import pytest

from pipelines.process.working_time import Calendar, day_rows, parse_ranges, public_days, write_working_time

FIRST, LAST = date(2025, 1, 1), date(2026, 3, 31)
OFFICE = {day: parse_ranges("08:00-12:00, 13:00-17:30") for day in range(5)}
CALENDARS = {
    "berlin": Calendar(
        "Europe/Berlin", OFFICE, "DE-BY", frozenset({date(2025, 12, 24)}), frozenset({date(2025, 3, 8)})
    ),
    "shanghai": Calendar("Asia/Shanghai", OFFICE, "CN"),
    "new york": Calendar("America/New_York", OFFICE | {5: parse_ranges("09:00-13:00")}, "US"),
    "sydney": Calendar(
        "Australia/Sydney", {day: parse_ranges("06:00-14:00, 14:00-22:00") for day in range(6)}, "AU-NSW"
    ),
    "night shift": Calendar("Europe/Berlin", {day: parse_ranges("00:00-06:00, 22:00-24:00") for day in range(7)}),
    "nepal": Calendar("Asia/Kathmandu", OFFICE),
}


def warehouse(calendars: dict[str, Calendar], first: date = FIRST, last: date = LAST) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("CREATE SCHEMA meta")
    write_working_time(con, calendars, first, last)
    return con


def seconds(con: duckdb.DuckDBPyConnection, calendar: str, begin: datetime, end: datetime) -> int:
    row = con.execute(
        "SELECT meta.worked(b, v.until) - meta.worked(a, v.since) "
        "FROM (SELECT ?::TIMESTAMP AS since, ?::TIMESTAMP AS until) v "
        "JOIN meta.working_days a ON a.calendar = $3 AND a.day = v.since::DATE "
        "JOIN meta.working_days b ON b.calendar = $3 AND b.day = v.until::DATE".replace("?", "$1", 1).replace(
            "?", "$2", 1
        ),
        [begin, end, calendar],
    ).fetchone()
    assert row is not None
    return int(row[0])


# The same calendars once more, by hand: working minutes of a day by weekday, and the days off of January 2025 to March 2026 as the
# governments of these countries published them. Whoever counts with these asks neither the product's calendars nor its table of holidays.
HOURS, LONG, NIGHT = {480: 720, 780: 1050}, {360: 1320}, {0: 360, 1320: 1440}
WORKED = {
    "berlin": dict.fromkeys(range(5), HOURS), "shanghai": dict.fromkeys(range(5), HOURS),
    "new york": {**dict.fromkeys(range(5), HOURS), 5: {540: 780}}, "sydney": dict.fromkeys(range(6), LONG),
    "night shift": dict.fromkeys(range(7), NIGHT), "nepal": dict.fromkeys(range(5), HOURS),
}  # fmt: skip
DAYS_OFF = {
    "berlin": "0101 0106 0418 0421 0501 0529 0609 0619 1003 1101 1224 1225 1226 2601 2606",
    "new york": "0101 0120 0217 0526 0619 0704 0901 1013 1111 1127 1225 2601 2619 2716",
    "sydney": "0101 0127 0418 0419 0420 0421 0425 0609 1006 1225 1226 2601 2626",
}
"""Month and day of 2025; months 26 and 27 are January and February 2026. 15 August is free in some municipalities of Bavaria only."""


def is_worked(name: str, day: date) -> bool:
    if name == "shanghai":
        return bool(chinese_calendar.is_workday(day))
    if name == "berlin" and day == date(2025, 3, 8):
        return True  # a Saturday that the company works
    month = day.month if day.year == 2025 else day.month + 25
    return day.weekday() in WORKED[name] and f"{month:02}{day.day:02}" not in DAYS_OFF.get(name, "").split()


def every_minute(name: str) -> np.ndarray:
    """One flag a minute, asked of the local clock: no spans, no offsets, no prefix sums."""
    zone, moment, flags = ZoneInfo(CALENDARS[name].zone), datetime(2025, 1, 1, tzinfo=UTC), []
    while moment.date() <= LAST:
        local = moment.astimezone(zone).replace(tzinfo=None)  # no clock is changed within a quarter of an hour
        for now in (local + timedelta(minutes=n) for n in range(15)):
            # A weekend day that is worked has the hours of a Monday.
            hours = WORKED[name].get(now.weekday(), WORKED[name][0]) if is_worked(name, now.date()) else {}
            flags.append(any(begin <= now.hour * 60 + now.minute < end for begin, end in hours.items()))
        moment += timedelta(minutes=15)
    return np.array(flags)


@pytest.mark.parametrize("name", CALENDARS)
def test_equals_counting_every_minute(name: str) -> None:
    """Intervals of a minute to eight weeks that begin and end at any second; half minutes count as far as they are worked."""
    flags, rng = every_minute(name), np.random.default_rng(17)
    last = 60 * (flags.size - 1)
    starts = rng.integers(0, last, 2_000)
    lengths = rng.choice([30, 600, 5_000, 80_000], 2_000) * rng.uniform(0, 120, 2_000)
    ends = starts + np.minimum(lengths, last - starts).astype(int)
    whole = np.concatenate([[0], np.cumsum(flags)])

    def worked_until(second: np.ndarray) -> np.ndarray:
        return 60 * whole[second // 60] + flags[second // 60] * (second % 60)

    con = warehouse({name: CALENDARS[name]})
    con.execute("CREATE TABLE v (i INTEGER, since TIMESTAMP, until TIMESTAMP)")
    zero = datetime(2025, 1, 1)
    rows = [
        (i, zero + timedelta(seconds=int(s)), zero + timedelta(seconds=int(e)))
        for i, (s, e) in enumerate(zip(starts, ends, strict=True))
    ]
    con.execute("INSERT INTO v VALUES " + ", ".join(f"({i}, '{s}', '{e}')" for i, s, e in rows))
    found = con.execute(
        "SELECT meta.worked(b, v.until) - meta.worked(a, v.since) FROM v "
        "JOIN meta.working_days a ON a.day = v.since::DATE JOIN meta.working_days b ON b.day = v.until::DATE ORDER BY i"
    ).fetchall()
    expected = (worked_until(ends) - worked_until(starts)).tolist()
    assert [int(row[0]) for row in found] == expected
    assert sum(expected) > 0


def test_a_weekend_costs_nothing_by_hand() -> None:
    con = warehouse(CALENDARS)
    # Friday 16:30 to Monday 09:00 in Munich, winter: 60 minutes on Friday, 60 on Monday
    begin, end = datetime(2025, 11, 14, 15, 30), datetime(2025, 11, 17, 8, 0)
    assert seconds(con, "berlin", begin, end) == 7_200
    # an hour that the lunch break cuts: 11:45 to 13:15
    assert seconds(con, "berlin", datetime(2025, 11, 17, 10, 45), datetime(2025, 11, 17, 12, 15)) == 1_800
    # to the second
    assert seconds(con, "berlin", datetime(2025, 11, 17, 7, 0, 1), datetime(2025, 11, 17, 7, 0, 59)) == 58


def test_the_hour_that_daylight_saving_skips_or_repeats() -> None:
    con = warehouse(CALENDARS)
    # the night shift from midnight to six has five hours on 30 March and seven on 26 October
    assert seconds(con, "night shift", datetime(2025, 3, 29, 23), datetime(2025, 3, 30, 12)) == 5 * 3600
    assert seconds(con, "night shift", datetime(2025, 10, 25, 22), datetime(2025, 10, 26, 12)) == 7 * 3600


def test_work_that_begins_in_a_skipped_hour_begins_at_the_jump() -> None:
    con = warehouse({"early": Calendar("Europe/Berlin", {6: parse_ranges("02:30-05:00")})})
    # 02:30 does not exist on 30 March 2025: the clock jumps from 02:00 to 03:00, so two hours are left
    assert seconds(con, "early", datetime(2025, 3, 30), datetime(2025, 3, 30, 12)) == 2 * 3600


def test_closures_and_extra_days_count() -> None:
    con = warehouse(CALENDARS)
    whole_day = 8.5 * 3600
    assert seconds(con, "berlin", datetime(2025, 12, 23, 23), datetime(2025, 12, 24, 23)) == 0  # closed
    assert seconds(con, "berlin", datetime(2025, 3, 7, 23), datetime(2025, 3, 8, 23)) == whole_day  # a Saturday, worked
    assert seconds(con, "berlin", datetime(2025, 1, 5, 23), datetime(2025, 1, 6, 23)) == 0  # Epiphany, in Bavaria


def test_make_up_days_equal_another_table() -> None:
    holidays, make_up = public_days("CN", range(2024, 2027))
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(3 * 365 + 1)]
    ours = {d for d in days if d in make_up or (d.weekday() < 5 and d not in holidays)}
    assert ours == {d for d in days if chinese_calendar.is_workday(d)}
    con = warehouse(CALENDARS)
    # Saturday 14 February 2026 is worked; the week from 16 February is the Spring Festival
    assert seconds(con, "shanghai", datetime(2026, 2, 13, 16), datetime(2026, 2, 14, 16)) == 8.5 * 3600
    assert seconds(con, "shanghai", datetime(2026, 2, 15, 16), datetime(2026, 2, 22, 16)) == 0


def test_days_that_touch_two_local_days_hold_all_their_spans() -> None:
    rows = list(day_rows(CALENDARS["sydney"], date(2025, 7, 1), date(2025, 7, 7)))
    assert max(len(spans) for _, _, spans in rows) <= 8
    assert [before for _, before, _ in rows] == sorted(before for _, before, _ in rows)


@pytest.mark.parametrize(
    "text", ["", "8-17", "17:00-08:00", "08:00", "08:00-12:00, 11:00-17:00", "08:00-09:00, 10:00-11:00, 12:00-13:00", "22:00-24:00, 23:00-23:30"]
)  # fmt: skip
def test_ranges_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"range|overlap|end after"):
        parse_ranges(text)


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(ValueError, match="XX"):
        public_days("XX", range(2025, 2026))
