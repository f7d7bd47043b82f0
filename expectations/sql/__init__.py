"""The statements of the ledger and of the checks, as `.sql` files that can be run by hand."""

from functools import cache
from typing import Any

import duckdb

from pipelines.sqlfiles import read_package_sql


def statement(name: str) -> str:
    """The text of `<name>.sql`. KeyError where there is none."""
    return _statements()[name]


def scalar(con: duckdb.DuckDBPyConnection, sql: str) -> Any:
    """The one value that a query gives."""
    row = con.execute(f"SELECT ({sql})").fetchone()
    return row[0] if row else None


@cache
def _statements() -> dict[str, str]:
    return {file.name: file.sql for file in read_package_sql(__name__)}
