"""Working time: which hours of which days count, and a table from which SQL reads the working seconds of any interval.

Departments have calendars: weekday ranges in a zone of their own, public holidays, make-up working days, closures. The table
has one row a UTC day and calendar with the working seconds before that day and the day's own working spans; so an
interval costs two look-ups, whatever its length (`working_time.sql`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from itertools import pairwise
from zoneinfo import ZoneInfo

import duckdb

SPANS = 4
"""Working spans that one UTC day can hold: two shifts of each of the two local days that it touches."""
_DAY = 86_400
_MIDNIGHT = "24:00"

Range = tuple[time, time | None]
"""From, until; None for until is midnight."""
Span = tuple[datetime, datetime]
"""A working span in UTC."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a department works. `week` holds the ranges of each weekday, 0 = Monday; a weekday that is missing is free.

    `holidays` names a country and, if wanted, a region of the `holidays` package ("DE-BY", "CN"): its public holidays
    are free, and on its make-up days, weekend days on which a whole country works, work is done. So it is on
    `extra_days`. Both have the hours of their own weekday or, where that is free, of `make_up_weekday`. `closures` are free
    whatever else they are.
    """

    zone: str = "UTC"
    week: Mapping[int, tuple[Range, ...]] = field(default_factory=dict)
    holidays: str | None = None
    closures: frozenset[date] = frozenset()
    extra_days: frozenset[date] = frozenset()

    @property
    def make_up_weekday(self) -> int:
        """The weekday whose hours a make-up day has where its own is free: the first that is worked."""
        return min((day for day, ranges in self.week.items() if ranges), default=0)

    @property
    def day_seconds(self) -> float:
        """Length of a working day in seconds, on the mean of the weekdays that are worked; 0 where none is."""
        hours = [sum(map(_length, ranges)) for ranges in self.week.values() if ranges]
        return sum(hours) / len(hours) if hours else 0.0

    def ranges(self, day: date, free: frozenset[date], worked: frozenset[date]) -> tuple[Range, ...]:
        """The working ranges of a local day, given the holidays and make-up days of its country."""
        if day in self.closures:
            return ()
        own = self.week.get(day.weekday(), ())
        if day in self.extra_days or day in worked:
            return own or self.week.get(self.make_up_weekday, ())
        return () if day in free else own


def _length(span: Range) -> int:
    begin, until = span
    ends = _DAY if until is None else until.hour * 3600 + until.minute * 60 + until.second
    return ends - begin.hour * 3600 - begin.minute * 60 - begin.second


def parse_ranges(text: str) -> tuple[Range, ...]:
    """Ranges like "08:00-12:00, 13:00-17:00"; "24:00" is midnight. ValueError tells which part cannot be read.

    Ranges of one day must be in order, must not overlap, and there may be two of them.
    """
    found = tuple(_range(part) for part in text.split(","))
    if len(found) > SPANS // 2:
        raise ValueError(f"{text!r} has more than two ranges.")
    for earlier, later in pairwise(found):
        if earlier[1] is None or later[0] < earlier[1]:
            raise ValueError(f"{text!r}: the ranges overlap or are not in order.")
    return found


def _range(text: str) -> Range:
    start, dash, end = (part.strip() for part in text.partition("-"))
    try:
        begin, until = time.fromisoformat(start), None if end == _MIDNIGHT else time.fromisoformat(end)
    except ValueError:
        raise ValueError(f"{text.strip()!r} is not a range like 08:00-17:00.") from None
    if not dash or (until is not None and until <= begin):
        raise ValueError(f"{text.strip()!r} does not end after it begins.")
    return begin, until


def public_days(country: str, years: range) -> tuple[frozenset[date], frozenset[date]]:
    """(public holidays, make-up working days) of "COUNTRY" or "COUNTRY-REGION". ValueError for one that nobody knows."""
    import holidays

    code, _, region = country.partition("-")
    try:
        known = holidays.country_holidays(code, subdiv=region or None, years=years)
    except NotImplementedError as error:
        raise ValueError(f"no public holidays are known for {country!r}.") from error
    return frozenset(known), frozenset(getattr(known, "weekend_workdays", ()))


def working_spans(calendar: Calendar, first: date, last: date) -> Iterator[Span]:
    """The working spans of the local days from `first` to `last`, in UTC and in order.

    A local time that daylight saving skips is the moment at which the clock jumps. One that comes twice is the first of them where
    work begins, the second where it ends.
    """
    zone = ZoneInfo(calendar.zone)
    free, worked = frozenset[date](), frozenset[date]()
    if calendar.holidays:
        free, worked = public_days(calendar.holidays, range(first.year, last.year + 1))
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        for begin, until in calendar.ranges(day, free, worked):
            ends = datetime.combine(day + timedelta(days=1), time(0)) if until is None else datetime.combine(day, until)
            span = (_utc(datetime.combine(day, begin), zone), _utc(ends.replace(fold=1), zone))
            if span[0] < span[1]:
                yield span


def _utc(local: datetime, zone: ZoneInfo) -> datetime:
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    back = moment.astimezone(zone).replace(tzinfo=None)
    return moment if back == local.replace(fold=0) else _jump(local, zone)


def _jump(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clock leaves out `local`, found by halving."""
    low, high = sorted(local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    after = high.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        if middle.astimezone(zone).utcoffset() == after:
            high = middle
        else:
            low = middle
    return high.replace(microsecond=0)


Row = tuple[date, int, list[int]]
"""UTC day, working seconds before it, and begin, end of each of its spans in seconds from midnight."""


def day_rows(calendar: Calendar, first: date, last: date) -> Iterator[Row]:
    """One row a UTC day from `first` to `last`. Spans that run over a UTC midnight are cut there."""
    by_day: dict[date, list[int]] = {}
    margin = timedelta(days=1)
    for begin, end in working_spans(calendar, first - margin, last + margin):
        for day, start, stop in _cut(begin, end):
            by_day.setdefault(day, []).extend((start, stop))
    before = 0
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        spans = by_day.get(day, [])
        yield day, before, spans
        before += sum(spans[1::2]) - sum(spans[::2])


def _cut(begin: datetime, end: datetime) -> Iterator[tuple[date, int, int]]:
    while begin < end:
        midnight = datetime.combine(begin.date(), time(0), UTC)
        stop = min(end, midnight + timedelta(days=1))
        yield begin.date(), int((begin - midnight).total_seconds()), int((stop - midnight).total_seconds())
        begin = stop


def write_working_time(
    con: duckdb.DuckDBPyConnection, calendars: Mapping[str, Calendar], first: date, last: date
) -> None:
    """Table `meta.working_days` for the days from `first` to `last`, and the macros of `working_time.sql` over it."""
    con.execute((files(__package__) / "working_time.sql").read_text(encoding="utf-8"))
    columns = ", ".join(f"from_{n}, until_{n}" for n in range(1, SPANS + 1))
    rows = [
        [name, day, before, *(spans + [0] * (2 * SPANS - len(spans)))]
        for name, calendar in calendars.items()
        for day, before, spans in day_rows(calendar, first, last)
    ]
    _insert(con, f"meta.working_days (calendar, day, seconds_before, {columns})", rows)


_CHUNK = 2_000


def _insert(con: duckdb.DuckDBPyConnection, target: str, rows: list[list[object]]) -> None:
    """Rows in few statements: `executemany` takes milliseconds for each."""
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        places = ", ".join(f"({', '.join('?' * len(row))})" for row in chunk)
        con.execute(f"INSERT INTO {target} VALUES {places}", [value for row in chunk for value in row])
