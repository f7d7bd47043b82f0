"""Excel and Parquet: typed cells become text, dates in ISO form, whole numbers without a decimal point."""

from pathlib import Path

import duckdb
import fastexcel

from pipelines.errors import Place, UnreadableFileError
from pipelines.sources.table import LandedTable, ReadOptions, TableWriter, file_stem, require_header, unique_names


def read_excel(path: Path, member: str, options: ReadOptions, out: Path) -> list[LandedTable]:
    """Every sheet that has a header (or only the one that the profile names). Line numbers are Excel's row numbers."""
    try:
        book = fastexcel.read_excel(path)
        names = [options.sheet] if options.sheet else book.sheet_names
        sheets = [(name, book.load_sheet(name, header_row=None, dtypes="string").to_polars()) for name in names]
    except fastexcel.FastExcelError as error:
        raise UnreadableFileError(
            f"not a readable Excel file: {error}", place=Place(member), next_step="Open it in Excel and save it again."
        ) from error
    filled = [(name, frame.rows()) for name, frame in sheets if frame.height]
    if not filled:
        require_header([], member, 1)
    several = len(filled) > 1
    return [_sheet(f"{member}#{name}" if several else member, rows, options, out) for name, rows in filled]


def _sheet(member: str, rows: list[tuple[str | None, ...]], options: ReadOptions, out: Path) -> LandedTable:
    first = options.skip_rows + options.header_use - 1
    header = [cell or "" for cell in rows[first]] if first < len(rows) else []
    require_header(header, member, first + 1)
    columns, notes = unique_names(header)
    start = options.skip_rows + options.header_rows
    with TableWriter(out, member, columns) as writer:
        for line, row in enumerate(rows[start:], start=start + 1):
            if any(row):
                writer.add(line, [_whole(cell) or None for cell in row])
    return writer.finish("excel", None, notes)


def _whole(cell: str | None) -> str:
    """'12.0' is how a spreadsheet's 12 arrives; a midnight is how its date arrives."""
    text = cell or ""
    if text.endswith(".0") and text[:-2].lstrip("-").isdigit():
        return text[:-2]
    return text.removesuffix(" 00:00:00")


def read_parquet(path: Path, member: str, options: ReadOptions, out: Path) -> list[LandedTable]:
    """One Parquet file; line numbers count its records from 1."""
    target = out / f"{file_stem(member)}.parquet"
    try:
        with duckdb.connect() as con:
            con.execute("SET TimeZone = 'UTC'")
            described = con.execute(f"DESCRIBE SELECT * FROM read_parquet({_quote(path)})").fetchall()
            columns, notes = unique_names([row[0] for row in described])
            cells = ", ".join(
                f'{_as_text(row[0], row[1])} AS "{name}"' for row, name in zip(described, columns, strict=True)
            )
            con.execute(
                f"COPY (SELECT file_row_number + 1 AS _line, {cells} FROM read_parquet({_quote(path)}, file_row_number = true)) "
                f"TO {_quote(target)} (FORMAT parquet, COMPRESSION zstd)"
            )
            row = con.execute(f"SELECT count(*) FROM read_parquet({_quote(target)})").fetchone()
    except duckdb.Error as error:
        raise UnreadableFileError(
            f"not a readable Parquet file: {str(error).splitlines()[0]}",
            place=Place(member),
            next_step="Export it again, or leave it out.",
        ) from error
    return [LandedTable(member, target, None, columns, int(row[0]) if row else 0, 0, "parquet", None, notes)]


def _as_text(name: str, kind: str) -> str:
    column = '"' + name.replace('"', '""') + '"'
    if kind in ("DOUBLE", "FLOAT"):
        # 17850.0 in a column of floats is the number 17850 where it was only made a float to hold nulls.
        return f"regexp_replace(CAST({column} AS VARCHAR), '\\.0$', '')"
    if kind.startswith(("STRUCT", "MAP", "LIST")) or kind.endswith("[]"):
        return f"CAST(to_json({column}) AS VARCHAR)"
    return f"nullif(CAST({column} AS VARCHAR), '')"


def _quote(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
