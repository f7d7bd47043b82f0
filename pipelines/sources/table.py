"""What a reader takes and gives, and the one writer of raw Parquet tables."""

from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.errors import Place, UnreadableFileError

CHUNK_ROWS = 50_000
GIBIBYTE = 1024**3


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read a file. What is None is found by itself."""

    encoding: str | None = None
    delimiter: str | None = None
    skip_rows: int = 0
    """Rows above the header."""
    header_rows: int = 1
    header_use: int = 1
    """Which of the header rows names the columns, from 1."""
    sheet: str | None = None
    max_expanded_bytes: int = 8 * GIBIBYTE
    """An archive that expands beyond this is refused."""


@dataclass(frozen=True, slots=True)
class LandedTable:
    """One table of a file. `parquet` has `_line` and the source columns as text; `bad_rows` what could not be read."""

    member: str
    parquet: Path
    bad_rows: Path | None
    columns: tuple[str, ...]
    rows: int
    bad: int
    encoding: str
    delimiter: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def rows_read(self) -> int:
        """Data rows of the source, readable or not."""
        return self.rows + self.bad


BAD_ROW_SCHEMA = pa.schema(
    [
        ("line", pa.int64()),
        ("column_name", pa.string()),
        ("reason", pa.string()),
        ("message", pa.string()),
        ("raw", pa.string()),
    ]
)


@dataclass(slots=True)
class TableWriter:
    """Writes rows in chunks, so that memory stays bounded however long the file is."""

    folder: Path
    member: str
    columns: tuple[str, ...]
    rows: int = 0
    bad: int = 0
    _lines: list[int] = field(default_factory=list)
    _chunk: list[list[str | None]] = field(default_factory=list)
    _bad_chunk: list[dict[str, object]] = field(default_factory=list)
    _writer: pq.ParquetWriter | None = None

    def __enter__(self) -> "TableWriter":
        self._writer = pq.ParquetWriter(self.parquet, self._schema(), compression="zstd")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._flush()
            self._writer.close()
        if self._bad_chunk:
            pq.write_table(pa.Table.from_pylist(self._bad_chunk, BAD_ROW_SCHEMA), self._bad_path)

    @property
    def parquet(self) -> Path:
        """The file of the readable rows."""
        return self.folder / f"{file_stem(self.member)}.parquet"

    @property
    def _bad_path(self) -> Path:
        return self.folder / f"{file_stem(self.member)}.bad.parquet"

    def add(self, line: int, cells: list[str | None]) -> None:
        """One readable row; empty text counts as no value."""
        self._lines.append(line)
        self._chunk.append(cells)
        self.rows += 1
        if len(self._chunk) >= CHUNK_ROWS:
            self._flush()

    def add_bad(self, line: int, column: str | None, reason: str, message: str, raw: str) -> None:
        """One row that cannot be read, with the reason in words."""
        row = {"line": line, "column_name": column, "reason": reason, "message": message, "raw": _storable(raw)}
        self._bad_chunk.append(row)
        self.bad += 1

    def finish(self, encoding: str, delimiter: str | None, notes: tuple[str, ...]) -> LandedTable:
        """What was written. Call after the `with` block."""
        bad_rows = self._bad_path if self.bad else None
        return LandedTable(
            self.member, self.parquet, bad_rows, self.columns, self.rows, self.bad, encoding, delimiter, notes
        )

    def _schema(self) -> pa.Schema:
        return pa.schema([("_line", pa.int64()), *((name, pa.string()) for name in self.columns)])

    def _flush(self) -> None:
        if not self._chunk or self._writer is None:
            return
        columns = zip(*self._chunk, strict=True)
        arrays = [pa.array(self._lines, pa.int64()), *(pa.array(cells, pa.string()) for cells in columns)]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema()))
        self._lines, self._chunk = [], []


def unique_names(header: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Column names without repeats or blanks, and a note for each name that had to be changed."""
    names: list[str] = []
    notes: list[str] = []
    for position, raw in enumerate(header, start=1):
        name = raw.strip().strip("\ufeff") or f"column_{position}"
        unique = _free_name(name, names)
        if unique != name:
            notes.append(f"column {name!r} stands twice; the second is read as {unique!r}")
        names.append(unique)
    return tuple(names), tuple(notes)


def require_header(header: list[str], file: str, line: int) -> None:
    """UnreadableFileError for a file without any header."""
    if not any(cell.strip() for cell in header):
        raise UnreadableFileError(
            "the file is empty: no header and no rows.",
            place=Place(file, line),
            next_step="Export it again, or leave it out.",
        )


def file_stem(member: str) -> str:
    """A file name for a member: its own name with anything that a folder could not hold replaced."""
    return "".join(char if char.isalnum() or char in "._-#" else "_" for char in member)


def _free_name(name: str, taken: list[str]) -> str:
    lower = {item.lower() for item in taken} | {"_line"}
    candidate, number = name, 2
    while candidate.lower() in lower:
        candidate, number = f"{name}_{number}", number + 1
    return candidate


def _storable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")[:100_000]
