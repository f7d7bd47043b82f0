"""What the tests of the readers share: land a file, look at its rows as Python values."""

from pathlib import Path

import duckdb

from pipelines.sources.readers import read_file
from pipelines.sources.table import LandedTable, ReadOptions


def read(path: Path, options: ReadOptions | None = None) -> list[LandedTable]:
    """All tables of a file, written to a folder beside it."""
    out = path.parent / f"out-{path.name}"
    out.mkdir(exist_ok=True)
    return read_file(path, options or ReadOptions(), out)


def read_one(path: Path, options: ReadOptions | None = None) -> LandedTable:
    """The only table of a file."""
    tables = read(path, options)
    assert len(tables) == 1
    return tables[0]


def rows(table: LandedTable) -> list[tuple[object, ...]]:
    """(line, cells...) of the readable rows, by line."""
    return _all(table.parquet, "_line")


def bad_rows(table: LandedTable) -> list[tuple[object, ...]]:
    """(line, column_name, reason, message, raw) of the rows that could not be read, by line."""
    return _all(table.bad_rows, "line") if table.bad_rows else []


def write(folder: Path, name: str, content: str | bytes) -> Path:
    """A file with this content, text as UTF-8."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def query(sql: str) -> list[tuple[object, ...]]:
    """Rows of a query on a connection of its own."""
    with duckdb.connect() as con:
        return con.execute(sql).fetchall()


def _all(parquet: Path, order: str) -> list[tuple[object, ...]]:
    return query(f"SELECT * FROM read_parquet('{parquet}') ORDER BY {order}")
