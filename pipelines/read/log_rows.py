"""What the writers of event logs share: rows in chunks, values as other tools write them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import duckdb

from pipelines.read.filters import Filters, with_selection
from pipelines.sqlfiles import read_package_sql

_CHUNK = 10_000

Row = dict[str, Any]


def log_rows(con: duckdb.DuckDBPyConnection, name: str, filters: Filters) -> Iterator[Row]:
    """The rows of a query of `exports_sql/`, in chunks, as dictionaries."""
    sql = next(file.sql for file in read_package_sql("pipelines.read.exports_sql") if file.name == name)
    cursor = con.cursor().execute(*with_selection(sql, filters))
    names = [column[0] for column in cursor.description or ()]
    while chunk := cursor.fetchmany(_CHUNK):
        yield from (dict(zip(names, row, strict=True)) for row in chunk)


def moment(at: datetime | None) -> str | None:
    """A time in UTC, to the millisecond."""
    return None if at is None else at.replace(tzinfo=UTC).isoformat(timespec="milliseconds")


def as_text(value: Any) -> str:
    """A value as other tools write it."""
    if isinstance(value, bool):
        return str(value).lower()
    return format(value, "f") if isinstance(value, Decimal) else str(value)
