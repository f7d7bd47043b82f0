"""The one writer of raw Parquet tables, for readers that take their rows one by one."""

# pyarrow carries no types of its own.
# mypy: disable-error-code="attr-defined, no-untyped-call"

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.sources.table import LandedTable, file_stem
from pipelines.sources.text import visible

CHUNK_ROWS = 50_000
CHUNK_CHARS = 1 << 26

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
    """Writes rows in chunks, so that memory stays bounded however long the file and however large its cells."""

    folder: Path
    member: str
    columns: tuple[str, ...]
    rows: int = 0
    bad: int = 0
    _lines: list[int] = field(default_factory=list)
    _chunk: list[Sequence[str | None]] = field(default_factory=list)
    _bad_chunk: list[dict[str, object]] = field(default_factory=list)
    _chars: int = 0
    _writer: Any = None
    _bad_writer: Any = None

    def __enter__(self) -> "TableWriter":
        self._writer = pq.ParquetWriter(self.parquet, self._schema(), compression="zstd")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
        for writer in (self._writer, self._bad_writer):
            if writer is not None:
                writer.close()

    @property
    def parquet(self) -> Path:
        """The file of the readable rows."""
        return self.folder / f"{file_stem(self.member)}.parquet"

    @property
    def _bad_path(self) -> Path:
        return self.folder / f"{file_stem(self.member)}.bad.parquet"

    def add(self, line: int, cells: Sequence[str | None], chars: int) -> None:
        """One readable row of about `chars` characters; empty text counts as no value."""
        self._lines.append(line)
        self._chunk.append(cells)
        self.rows += 1
        self._hold(chars)

    def add_bad(self, line: int, column: str | None, reason: str, message: str, raw: str) -> None:
        """One row that cannot be read, with the reason in words."""
        row: dict[str, object] = {
            "line": line,
            "column_name": column,
            "reason": reason,
            "message": message,
            "raw": visible(raw.rstrip("\r\n")),
        }
        self._bad_chunk.append(row)
        self.bad += 1
        self._hold(len(raw))

    def finish(self, encoding: str, delimiter: str | None, notes: tuple[str, ...]) -> LandedTable:
        """What was written. Call after the `with` block."""
        bad_rows = self._bad_path if self.bad else None
        return LandedTable(
            self.member, self.parquet, bad_rows, self.columns, self.rows, self.bad, encoding, delimiter, notes
        )

    def _schema(self) -> Any:
        return pa.schema([("_line", pa.int64()), *((name, pa.string()) for name in self.columns)])

    def _hold(self, chars: int) -> None:
        self._chars += chars
        if max(len(self._chunk), len(self._bad_chunk)) >= CHUNK_ROWS or self._chars >= CHUNK_CHARS:
            self._flush()

    def _flush(self) -> None:
        if self._chunk and self._writer is not None:
            arrays = [pa.array(self._lines, pa.int64()), *(_filled(cells) for cells in zip(*self._chunk, strict=True))]
            self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema()))
        if self._bad_chunk:
            self._bad_writer = self._bad_writer or pq.ParquetWriter(self._bad_path, BAD_ROW_SCHEMA, compression="zstd")
            self._bad_writer.write_table(pa.Table.from_pylist(self._bad_chunk, BAD_ROW_SCHEMA))
        self._lines, self._chunk, self._bad_chunk, self._chars = [], [], [], 0


def _filled(cells: tuple[str | None, ...]) -> Any:
    array = pa.array(cells, pa.string())
    return pc.if_else(pc.equal(array, ""), pa.scalar(None, pa.string()), array)
