"""CSV, TSV and their kin. Clean files take the fast path through DuckDB; anything odd is read row by row, with reasons."""

import csv
import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb

from pipelines.sources import duck
from pipelines.sources.records import Record, read_records, without_blanks_before_quotes
from pipelines.sources.sniff import decodes, find_delimiter, find_encoding, refuse_other_kinds
from pipelines.sources.table import LandedTable, ReadOptions, file_stem, require_header, unique_names
from pipelines.sources.text import fault, open_text, visible
from pipelines.sources.writer import TableWriter

_SAMPLE_LINES = 200
_BLOCK = 1 << 22
_UTF8 = ("utf-8", "utf-8-sig")


@dataclass(frozen=True, slots=True)
class _Shape:
    """What was found out about a file before its rows are read."""

    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    notes: tuple[str, ...]
    first_data_line: int


def read(path: Path, member: str, options: ReadOptions, out: Path) -> list[LandedTable]:
    """Read one delimited file. Empty text counts as no value; a blank line is no row.

    Raises UnreadableFileError where there is not even a header.
    """
    shape = _find_shape(path, member, options)
    table = _read_fast(path, member, shape, out) if decodes(path, shape.encoding) else None
    return [table or _read_carefully(path, member, shape, out)]


def _find_shape(path: Path, member: str, options: ReadOptions) -> _Shape:
    refuse_other_kinds(path, member)
    encoding = find_encoding(path, options.encoding)
    with open_text(path, encoding) as handle:
        lines = list(islice(handle, options.skip_rows, options.skip_rows + _SAMPLE_LINES))
    above = _lines_above_header(lines)
    lines, first = lines[above:], options.skip_rows + above + 1
    stated = _stated_delimiter(lines)
    if stated:
        lines, first = lines[1:], first + 1
    delimiter = options.delimiter or stated or find_delimiter(lines)
    rows = csv.reader(lines, delimiter=delimiter)
    header = list(islice(rows, options.header_rows))[options.header_use - 1 :]
    require_header(header[0] if header else [], member, first)
    columns, notes = unique_names([visible(cell) for cell in header[0]], first + options.header_use - 1)
    return _Shape(encoding, delimiter, columns, (*_doubts(encoding, options), *notes), first + rows.line_num)


def _lines_above_header(lines: list[str]) -> int:
    return next((number for number, line in enumerate(lines) if line.strip("\ufeff \r\n")), 0)


def _stated_delimiter(lines: list[str]) -> str | None:
    """Excel can write a first line `sep=;` that says what parts the fields."""
    first = lines[0].lstrip("\ufeff").rstrip("\r\n") if lines else ""
    return first[-1] if first.lower().startswith("sep=") and len(first) == len("sep=;") else None


def _doubts(encoding: str, options: ReadOptions) -> tuple[str, ...]:
    if options.encoding or encoding in ("utf-8", "utf-8-sig", "utf-16"):
        return ()
    return (f"the bytes are not UTF-8 and were read as {encoding}; name the encoding in the profile if that is wrong",)


def _read_fast(path: Path, member: str, shape: _Shape, out: Path) -> LandedTable | None:
    """The whole file in one scan; None where a row is odd, so that the careful path must name it."""
    if shape.encoding in _UTF8:
        return _scan(path, member, shape, out)
    copy = out / f"unpacked-{file_stem(member)}.utf8"
    try:
        _write_utf8(path, shape.encoding, copy)
        return _scan(copy, member, shape, out)
    finally:
        copy.unlink(missing_ok=True)


def _write_utf8(path: Path, encoding: str, copy: Path) -> None:
    with path.open(encoding=encoding, newline="") as source, copy.open("w", encoding="utf-8", newline="") as sink:
        while block := source.read(_BLOCK):
            sink.write(block)


def _scan(path: Path, member: str, shape: _Shape, out: Path) -> LandedTable | None:
    lines = _plain_lines(path, shape.delimiter)
    if lines is None:
        return None
    target = out / f"{file_stem(member)}.parquet"
    try:
        rows, last_line = _copy(path, shape, target)
    except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.NotImplementedException):
        return None
    # Ending on the last line proves that no line was skipped or counted twice: every row's line number is true.
    if last_line != lines:
        return None
    return LandedTable(member, target, None, shape.columns, rows, 0, shape.encoding, shape.delimiter, shape.notes)


def _copy(path: Path, shape: _Shape, target: Path) -> tuple[int, int]:
    """Write the rows, each with its first line: after the rows before it and the line ends inside their cells.

    Returns (rows, line on which the last one ends).
    """
    above, breaks = shape.first_data_line - 1, " + ".join(map(_breaks, shape.columns))
    numbered = (
        f"SELECT CAST({above} + row_number() OVER () + sum(_breaks) OVER (ROWS UNBOUNDED PRECEDING) - _breaks AS BIGINT) "
        f"AS _line, * EXCLUDE (_breaks) FROM (SELECT *, {breaks} AS _breaks FROM {_csv(path, shape)})"
    )
    last = f"SELECT _line + {breaks} FROM {{0}} WHERE _line = (SELECT max(_line) FROM {{0}})"
    with duck.converting(target.parent) as con:
        con.execute(f"COPY ({numbered}) TO {duck.text(target)} (FORMAT parquet, COMPRESSION zstd)")
        written = f"read_parquet({duck.text(target)})"
        rows = con.execute(f"SELECT count(*) FROM {written}").fetchall()[0][0]
        ends = con.execute(last.format(written)).fetchall()
    return int(rows), int(ends[0][0]) if ends else above


def _csv(path: Path, shape: _Shape) -> str:
    names = ", ".join(f"{duck.text(name)}: 'VARCHAR'" for name in shape.columns)
    return (
        f"read_csv({duck.text(path)}, columns = {{{names}}}, delim = {duck.text(shape.delimiter)}, quote = '\"', "
        f"escape = '\"', header = false, skip = {shape.first_data_line - 1}, auto_detect = false, strict_mode = true, "
        f"null_padding = false, nullstr = '')"
    )


def _breaks(column: str) -> str:
    """SQL: the line ends inside a cell."""
    cell = duck.name(column)
    return f"CASE WHEN contains({cell}, chr(10)) THEN length({cell}) - length(replace({cell}, chr(10), '')) ELSE 0 END"


def _plain_lines(path: Path, delimiter: str) -> int | None:
    """Lines of a UTF-8 file up to the last that is not blank; None with a NUL, a lone carriage return or blanks around a quoted cell in it.

    The careful path is needed where a carriage return alone ends lines: DuckDB and this count would not agree. Of blanks around quotes
    each has an idea of its own.
    """
    count, tail = 0, b""
    part = re.escape(delimiter.encode())
    blanks = re.compile(rb'" +(?:' + part + rb"|[\r\n])|(?:" + part + rb'|[\r\n]) +"')
    with path.open("rb") as handle:
        while block := handle.read(_BLOCK):
            if block.endswith(b"\r"):
                block += handle.read(1)
            if b"\0" in block or block.count(b"\r") != block.count(b"\r\n"):
                return None
            if (b'" ' in block or b' "' in block) and blanks.search(block):
                return None
            if blanks.search((tail[-64:] or b"\n") + block[:64]):
                return None
            count += block.count(b"\n")
            tail = (tail + block)[-1024:]
    if tail.endswith(b" ") and tail.rstrip(b" ").endswith(b'"'):
        return None
    blank = tail[len(tail.rstrip(b"\r\n")) :].count(b"\n")
    return count - blank + (1 if tail.rstrip(b"\r\n") else 0)


def _read_carefully(path: Path, member: str, shape: _Shape, out: Path) -> LandedTable:
    with TableWriter(out, member, shape.columns) as writer, open_text(path, shape.encoding) as handle:
        for _ in range(shape.first_data_line - 1):
            next(handle, None)
        lines = without_blanks_before_quotes(handle, shape.delimiter)
        for record in read_records(lines, shape.delimiter, shape.first_data_line):
            if not _refuse(writer, record, shape):
                writer.add(record.line, record.cells, len(record.raw))
    return writer.finish(shape.encoding, shape.delimiter, shape.notes)


def _refuse(writer: TableWriter, record: Record, shape: _Shape) -> bool:
    """Whether the row had to go to the bad rows: stray quote, wrong number of fields, NUL, broken bytes."""
    cells, width = record.cells, len(shape.columns)
    if record.stray:
        message = "a quote is opened and not closed; only this line is left out"
        writer.add_bad(record.line, None, "unclosed_quote", message, record.raw)
        return True
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    if len(cells) != width:
        message = f"the row has {len(cells)} fields, the header has {width}"
        writer.add_bad(record.line, None, "ragged", message, record.raw)
        return True
    found = fault(record.raw, shape.encoding)
    if found is None:
        return False
    column = next((name for name, cell in zip(shape.columns, cells, strict=True) if fault(cell, "")), None)
    writer.add_bad(record.line, column, found[0], f"column {column!r} holds {found[1]}", record.raw)
    return True
