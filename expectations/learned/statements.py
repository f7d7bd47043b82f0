"""The SQL of this package, with its values (`$name`) and names (`{name}`) filled in."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import duckdb

from expectations.learned.datasets import identifier
from expectations.parameters import sql_literal
from pipelines.sqlfiles import read_package_sql

_GAP = re.compile(r"\$([a-z][a-z0-9_]*)|\{([a-z]+)\}")


def execute(
    con: duckdb.DuckDBPyConnection,
    statement: str,
    values: Mapping[str, Any],
    columns: Mapping[str, str] | None = None,
    parts: Mapping[str, str] | None = None,
) -> None:
    """Run one SQL file. `columns` are filled in as identifiers, `parts` as they are; all in one go, so that a name of
    the source that looks like a gap is none.
    """
    names = {name: identifier(column) for name, column in (columns or {}).items()} | dict(parts or {})

    def fill(match: re.Match[str]) -> str:
        return sql_literal(values[match.group(1)]) if match.group(1) else names[match.group(2)]

    con.execute(_GAP.sub(fill, _statements()[statement]))


@cache
def _statements() -> dict[str, str]:
    return {file.name: file.sql for file in read_package_sql("expectations.learned.sql")}
