"""Excel and Parquet: typed cells become text, dates in ISO form, whole numbers without a decimal point."""

from pathlib import Path

import duckdb
import fastexcel
import polars as pl

from pipelines.errors import Place, UnreadableFileError
from pipelines.sources import duck
from pipelines.sources.sniff import other_kind
from pipelines.sources.table import LandedTable, ReadOptions, file_stem, require_header, unique_names
from pipelines.sources.writer import TableWriter

# A date arrives as a moment at midnight, a time of day as a moment on the day before Excel's first.
_BEGINS = {"Excel": (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"), "Parquet": (b"PAR1",)}
_MIDNIGHT = " 00:00:00"
_DAY_ZERO = "1899-12-31 "


def read_excel(path: Path, member: str, options: ReadOptions, out: Path) -> list[LandedTable]:
    """Every sheet that has a header (or only the one that the profile names). Line numbers are Excel's row numbers.

    Raises UnreadableFileError for a file that is no workbook, an unknown sheet, or a workbook without any cell.
    """
    try:
        book = fastexcel.read_excel(path)
        names = [options.sheet] if options.sheet else [n for n in book.sheet_names if n.strip().lower() != "readme"]
        # skip_rows=0: else leading empty rows are dropped, and the row numbers would be wrong.
        sheets = [(n, book.load_sheet(n, header_row=None, skip_rows=0, dtypes="string").to_polars()) for n in names]
    except fastexcel.SheetNotFoundError as error:
        raise _no_such_sheet(book.sheet_names, member, options) from error
    except fastexcel.FastExcelError as error:
        raise _broken(path, member, "Excel", error, "Open it in Excel and save it again.") from error
    filled = [(name, frame) for name, frame in sheets if frame.height and frame.width]
    if not filled:
        require_header([], member, 1)
    several = len(filled) > 1 or options.sheet is not None
    return [_sheet(f"{member}#{name}" if several else member, frame, options, out) for name, frame in filled]


def _sheet(member: str, frame: pl.DataFrame, options: ReadOptions, out: Path) -> LandedTable:
    first = _first_filled(frame, options.skip_rows)
    header = frame.row(first + options.header_use - 1) if first + options.header_use <= frame.height else ()
    require_header([cell or "" for cell in header], member, first + 1)
    columns, notes = unique_names([cell or "" for cell in header], first + options.header_use)
    start = first + options.header_rows
    with TableWriter(out, member, columns) as writer:
        for line, row in enumerate(_as_text(frame[start:]).iter_rows(), start=start + 1):
            if any(row):
                writer.add(line, row, sum(len(cell) for cell in row if cell))
    return writer.finish("excel", None, notes)


def _first_filled(frame: pl.DataFrame, skip: int) -> int:
    """Position of the first row below `skip` that is not empty."""
    filled = frame[skip:].select(pl.any_horizontal(pl.all().is_not_null())).to_series().arg_max()
    return skip + (filled or 0)


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.all().str.strip_suffix(_MIDNIGHT).str.strip_prefix(_DAY_ZERO))


def read_parquet(path: Path, member: str, options: ReadOptions, out: Path) -> list[LandedTable]:
    """One Parquet file; line numbers count its records from 1. Raises UnreadableFileError for one that is corrupt."""
    target = out / f"{file_stem(member)}.parquet"
    source = f"{duck.text(path)}, binary_as_string = true"
    try:
        with duck.converting(out) as con:
            described = con.execute(f"DESCRIBE SELECT * FROM read_parquet({source})").fetchall()
            columns, notes = unique_names([row[0] for row in described])
            line, numbering = _numbering(columns)
            cells = ", ".join(
                f"{_cast(row[0], row[1])} AS {duck.name(column)}"
                for row, column in zip(described, columns, strict=True)
            )
            select = f"SELECT {line} AS _line, {cells} FROM read_parquet({source}{numbering})"
            con.execute(f"COPY ({select}) TO {duck.text(target)} (FORMAT parquet, COMPRESSION zstd)")
            counted = con.execute(f"SELECT count(*) FROM read_parquet({duck.text(target)})").fetchone()
    except duckdb.Error as error:
        raise _broken(path, member, "Parquet", error, "Export it again, or leave it out.") from error
    return [LandedTable(member, target, None, columns, int(counted[0]) if counted else 0, 0, "parquet", None, notes)]


def _numbering(columns: tuple[str, ...]) -> tuple[str, str]:
    """(SQL of the record's number from 1, the option that it needs). DuckDB's own would clash with a column of its name."""
    if any(column.lower() == "file_row_number" for column in columns):
        return "row_number() OVER ()", ""
    return "file_row_number + 1", ", file_row_number = true"


def _cast(column: str, kind: str) -> str:
    value = duck.name(column)
    if kind in ("DOUBLE", "FLOAT"):
        # 17850.0 in a column of floats is the number 17850 where it was only made a float to hold nulls.
        return f"regexp_replace(CAST({value} AS VARCHAR), '\\.0$', '')"
    if kind.startswith(("STRUCT", "MAP", "LIST")) or kind.endswith("]"):
        return f"CAST(to_json({value}) AS VARCHAR)"
    return f"nullif(CAST({value} AS VARCHAR), '')"


def _no_such_sheet(names: list[str], member: str, options: ReadOptions) -> UnreadableFileError:
    return UnreadableFileError(
        f"there is no sheet {options.sheet!r}; found are {', '.join(map(repr, names))}.",
        place=Place(member),
        next_step="Name one of these as `sheet` in the profile's `read` block.",
    )


def _broken(path: Path, member: str, kind: str, error: Exception, next_step: str) -> UnreadableFileError:
    reason, advice = other_kind(path, _BEGINS[kind]) or (
        f"cut off or damaged ({str(error).splitlines()[0].replace(str(path), member)})",
        next_step,
    )
    return UnreadableFileError(f"not a readable {kind} file: {reason}.", place=Place(member), next_step=advice)
