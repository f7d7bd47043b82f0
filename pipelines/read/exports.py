"""Lists as CSV, Excel or Parquet. Each is one query in `pipelines/read/exports_sql/`, the same that the pages show."""

from pathlib import Path

import duckdb
import polars as pl

from pipelines.errors import UsageError
from pipelines.read.clock import reporting_zone, times_in_zone, values_told
from pipelines.read.filters import Filters, with_selection
from pipelines.sqlfiles import SqlFile, read_package_sql

# A spreadsheet runs a cell that begins like this as a formula; a leading apostrophe keeps it text.
_MOMENT = "%Y-%m-%d %H:%M:%S%.f"
_FORMULA_START = r"^[=+\-@\t\r]"
# List -> its columns with values as the ledger keeps them.
_VALUES = {"defects": ("observed", "expected", "suggested"), "corrections": ("wrong", "suggested", "alternative")}


def export(
    con: duckdb.DuckDBPyConnection, what: str, out: Path, filters: Filters | None = None, limit: int | None = None
) -> int:
    """Write one list; the suffix of `out` says in which format. Returns the number of rows.

    Text cells that a spreadsheet would run as a formula get a leading apostrophe in CSV and Excel. CSV is UTF-8 with a
    byte order mark, so that Excel shows every script right.
    """
    suffix = out.suffix.lower()
    if suffix not in (".csv", ".xlsx", ".parquet"):
        raise UsageError(
            f"{out.name}: give a name that ends with .csv, .xlsx or .parquet.", state="Nothing was written."
        )
    table = frame(con, what, filters, limit)
    out.parent.mkdir(parents=True, exist_ok=True)
    if suffix == ".parquet":
        table.write_parquet(out)
    elif suffix == ".csv":
        out.write_bytes(as_csv(table))
    else:
        _safe(table).write_excel(out, worksheet=what, autofit=True, freeze_panes=(1, 0))
    return table.height


def frame(
    con: duckdb.DuckDBPyConnection, what: str, filters: Filters | None = None, limit: int | None = None
) -> pl.DataFrame:
    """One list as a frame, filtered, in the order in which a user should work it off.

    Moments are those of the clocks of the reporting zone, which the last column names.
    """
    sql, params = with_selection(_queries()[what].sql, filters or Filters())
    if limit is not None:
        sql = f"{sql} LIMIT {int(limit)}"
    # A cursor of its own: the caller's connection may still hold a result that was not read to its end.
    rows, zone = con.cursor().sql(sql, params=params).pl(), reporting_zone(con)
    return told_in_zone(values_told(rows, _VALUES.get(what, ()), zone), zone)


def told_in_zone(rows: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Rows as they are written to a file: moments by the clocks of the zone, which the last column names."""
    if not any(isinstance(kind, pl.Datetime) for kind in rows.dtypes):
        return rows
    return times_in_zone(rows, zone).with_columns(pl.lit(zone).alias("time_zone"))


def as_csv(table: pl.DataFrame) -> bytes:
    """A frame as CSV bytes with a byte order mark."""
    return b"\xef\xbb\xbf" + _safe(table).write_csv(datetime_format=_MOMENT).encode("utf-8")


def as_excel(table: pl.DataFrame, sheet: str) -> bytes:
    """A frame as the bytes of an Excel file."""
    import io

    buffer = io.BytesIO()
    _safe(table).write_excel(buffer, worksheet=sheet, autofit=True, freeze_panes=(1, 0))
    return buffer.getvalue()


def as_parquet(table: pl.DataFrame) -> bytes:
    """A frame as the bytes of a Parquet file."""
    import io

    buffer = io.BytesIO()
    table.write_parquet(buffer)
    return buffer.getvalue()


def _queries() -> dict[str, SqlFile]:
    return {query.name: query for query in read_package_sql("pipelines.read.exports_sql")}


def _safe(table: pl.DataFrame) -> pl.DataFrame:
    texts = [name for name, kind in table.schema.items() if kind == pl.String]
    guarded = [
        pl.when(pl.col(name).str.contains(_FORMULA_START)).then("'" + pl.col(name)).otherwise(pl.col(name)).alias(name)
        for name in texts
    ]
    return table.with_columns(guarded)
