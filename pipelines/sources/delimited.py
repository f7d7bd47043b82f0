"""CSV, TSV and their kin. Clean files take the fast path through DuckDB; anything odd is read row by row, with reasons."""

import codecs
import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.sources.sniff import find_delimiter, find_encoding
from pipelines.sources.table import LandedTable, ReadOptions, TableWriter, file_stem, require_header, unique_names

csv.field_size_limit(sys.maxsize)

# A noncharacter that no text contains: it marks the place of bytes that are not valid in the file's encoding.
_BROKEN = "\ufdd0"
codecs.register_error("orderproof-mark", lambda error: (_BROKEN, error.end))  # type: ignore[attr-defined]

_SAMPLE_LINES = 200


@dataclass(frozen=True, slots=True)
class _Shape:
    """What was found out about a file before its rows are read."""

    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    notes: tuple[str, ...]
    first_data_line: int


def read(path: Path, member: str, options: ReadOptions, out: Path) -> list[LandedTable]:
    """Read one delimited file. Raises UnreadableFileError where there is not even a header."""
    shape = _find_shape(path, member, options)
    table = _read_fast(path, member, shape, out) if _is_plain(path, shape) else None
    return [table or _read_carefully(path, member, shape, out)]


def _find_shape(path: Path, member: str, options: ReadOptions) -> _Shape:
    encoding = options.encoding or find_encoding(path)
    with path.open(encoding=encoding, errors="orderproof-mark", newline="") as handle:
        lines = [line for _, line in zip(range(options.skip_rows + _SAMPLE_LINES), handle, strict=False)]
    lines = lines[options.skip_rows :]
    delimiter = options.delimiter or find_delimiter(lines)
    rows = csv.reader(lines, delimiter=delimiter)
    header: list[str] = []
    for number in range(options.header_rows):
        row = next(rows, [])
        header = row if number + 1 == options.header_use else header
    require_header(header, member, options.skip_rows + 1)
    columns, notes = unique_names(header)
    return _Shape(encoding, delimiter, columns, notes, options.skip_rows + rows.line_num + 1)


def _is_plain(path: Path, shape: _Shape) -> bool:
    """UTF-8 without a broken or NUL byte: what the fast path can read."""
    if shape.encoding not in ("utf-8", "utf-8-sig"):
        return False
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    with path.open("rb") as handle:
        try:
            while block := handle.read(1 << 22):
                if b"\0" in block:
                    return False
                decoder.decode(block)
        except UnicodeDecodeError:
            return False
    return True


def _read_fast(path: Path, member: str, shape: _Shape, out: Path) -> LandedTable | None:
    """The whole file in one scan; None where a row is ragged or a record spans lines, so that line numbers would lie."""
    target = out / f"{file_stem(member)}.parquet"
    names = ", ".join(f"{_quote(name)}: 'VARCHAR'" for name in shape.columns)
    scan = (
        f"read_csv({_quote(str(path))}, columns = {{{names}}}, delim = {_quote(shape.delimiter)}, quote = '\"', "
        f"escape = '\"', header = false, skip = {shape.first_data_line - 1}, auto_detect = false, strict_mode = true, "
        f"null_padding = false, nullstr = '', max_line_size = 16777216)"
    )
    select = f"SELECT row_number() OVER () + {shape.first_data_line - 1} AS _line, * FROM {scan}"
    try:
        with duckdb.connect() as con:
            con.execute(f"COPY ({select}) TO {_quote(str(target))} (FORMAT parquet, COMPRESSION zstd)")
            row = con.execute(f"SELECT count(*) FROM {_quote(str(target))}").fetchone()
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        return None
    rows = int(row[0]) if row else 0
    if rows != _physical_lines(path) - (shape.first_data_line - 1):
        return None
    return LandedTable(member, target, None, shape.columns, rows, 0, shape.encoding, shape.delimiter, shape.notes)


def _physical_lines(path: Path) -> int:
    count, last = 0, b"\n"
    with path.open("rb") as handle:
        while block := handle.read(1 << 22):
            count += block.count(b"\n")
            last = block[-1:]
    return count + (last != b"\n")


def _read_carefully(path: Path, member: str, shape: _Shape, out: Path) -> LandedTable:
    with TableWriter(out, member, shape.columns) as writer:
        for line, cells in _records(path, shape):
            _take(writer, line, cells, shape)
    return writer.finish(shape.encoding, shape.delimiter, shape.notes)


def _records(path: Path, shape: _Shape) -> Iterator[tuple[int, list[str]]]:
    """(first line, cells) of every record that is not blank."""
    with path.open(encoding=shape.encoding, errors="orderproof-mark", newline="") as handle:
        for _ in range(shape.first_data_line - 1):
            next(handle, None)
        rows = csv.reader(handle, delimiter=shape.delimiter)
        line = shape.first_data_line
        for cells in rows:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = shape.first_data_line + rows.line_num


def _take(writer: TableWriter, line: int, cells: list[str], shape: _Shape) -> None:
    width = len(shape.columns)
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    if len(cells) != width:
        message = f"the row has {len(cells)} fields, the header has {width}"
        writer.add_bad(line, None, "ragged", message, shape.delimiter.join(cells))
        return
    for mark, reason, words in (
        (_BROKEN, "undecodable", f"bytes that are not {shape.encoding}"),
        ("\0", "nul_byte", "a NUL byte"),
    ):
        column = next((name for name, cell in zip(shape.columns, cells, strict=True) if mark in cell), None)
        if column is not None:
            writer.add_bad(line, column, reason, f"column {column!r} holds {words}", shape.delimiter.join(cells))
            return
    writer.add(line, [cell or None for cell in cells])


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
