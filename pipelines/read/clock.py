"""Moments as people read them: snapshots keep them in UTC, and everybody is shown the clocks of the reporting zone."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from pipelines.contract import entities

_STORED = re.compile(r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?")


def reporting_zone(con: duckdb.DuckDBPyConnection) -> str:
    """The zone in which the days of a snapshot are cut."""
    row = con.cursor().execute("SELECT reporting_zone FROM meta.now").fetchone()
    return str(row[0]) if row else "UTC"


def in_zone(moment: datetime | None, zone: str) -> datetime | None:
    """A moment in UTC as the clocks of the zone show it."""
    return moment and moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def in_utc(shown: datetime, zone: str) -> datetime:
    """The moment in UTC at which the clocks of the zone show this; the earlier one where they show it twice."""
    return shown.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def times_in_zone(rows: pl.DataFrame, zone: str) -> pl.DataFrame:
    """The rows with all their moments as the clocks of the zone show them."""
    here = pl.col(pl.Datetime).dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.replace_time_zone(None)
    return rows.with_columns(here)


def value_told(value: str | None, field: str | None, zone: str) -> str | None:
    """A value of a field as people read it: moments by the clocks of the zone, a day without a time as the day that it is."""
    return _moments_told(value, zone) if value is not None and field in moment_fields() else value


def values_told(rows: pl.DataFrame, columns: Iterable[str], zone: str) -> pl.DataFrame:
    """The rows, each about a `field`, with the values in these columns as people read them."""
    names = list(columns)
    if not names:
        return rows
    is_moment = pl.col("field").is_in(list(moment_fields()))
    stored = {text for name in names for text in rows.filter(is_moment)[name] if text is not None}
    told = {text: _moments_told(text, zone) for text in stored}
    return rows.with_columns(pl.when(is_moment).then(pl.col(names).replace(told)).otherwise(pl.col(names)))


@cache
def moment_fields() -> frozenset[str]:
    """The fields that hold moments, of whatever entity."""
    return frozenset(
        column.name for entity in entities().values() for column in entity.columns if column.type == "moment"
    )


def shown(text: str | None, zone: str) -> str:
    """A moment given as ISO text in UTC, as a command prints it: '2026-06-29 22:19 Europe/Berlin'; 'unknown' where it is.

    Midnight says that no more than the day is known.
    """
    if text is None:
        return "unknown"
    at = _read(text, zone)
    return f"{at:%Y-%m-%d} {zone}" if at.time() == time.min else f"{at:%Y-%m-%d %H:%M} {zone}"


def day_of(text: str, zone: str) -> date:
    """The day of a moment given as ISO text in UTC."""
    return _read(text, zone).date()


def _moments_told(text: str, zone: str) -> str:
    return _STORED.sub(lambda found: _told(found.group(), zone), text)


def _told(text: str, zone: str) -> str:
    try:
        at = _read(text, zone)
    except (ValueError, OverflowError):
        return text
    return at.date().isoformat() if at.time() == time.min else at.isoformat(sep=" ")


def _read(text: str, zone: str) -> datetime:
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
