"""A DuckDB connection for one file's conversion, and the quoting that its SQL needs."""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

import duckdb

from pipelines.errors import is_disk_full

_MEMORY = "2GB"


@contextlib.contextmanager
def converting(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with bounded memory that spills into `folder`. A full disk comes out as OSError, as everywhere else."""
    try:
        spill = str(folder / "unpacked-spill")
        with duckdb.connect(config={"memory_limit": _MEMORY, "temp_directory": spill}) as con:
            con.execute("SET TimeZone = 'UTC'")
            # It would draw on standard output, which belongs to what the command prints.
            con.execute("SET enable_progress_bar = false")
            yield con
    except duckdb.Error as error:
        if is_disk_full(error):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder)) from error
        raise


def text(value: object) -> str:
    """An SQL text literal."""
    return "'" + str(value).replace("'", "''") + "'"


def name(value: str) -> str:
    """A quoted SQL name."""
    return '"' + value.replace('"', '""') + '"'
