"""What is compared with each other: the orders or lines of one system, the rows of one table."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb
import yaml

from pipelines.contract import entities

_THINGS = {"orders": "orders", "order_lines": "order lines", "records": "rows"}


@dataclass(frozen=True, slots=True)
class Dataset:
    """Records that are compared. `columns` are all compared columns, `decided` those that can be found wrong."""

    entity: str
    system: str
    table: str | None
    columns: tuple[str, ...]
    decided: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the tables of `learned` call it."""
        return ":".join(part for part in (self.entity, self.system, self.table) if part)

    @property
    def things(self) -> str:
        """What a clerk calls its records."""
        return _THINGS[self.entity]


def datasets(con: duckdb.DuckDBPyConnection, entity: str) -> Iterator[Dataset]:
    """The datasets of an entity, one a system or table, each with the columns that are filled somewhere."""
    if entity == "records":
        yield from _tables(con)
        return
    listed = _listed()[entity]
    for (system,) in con.execute(f"SELECT DISTINCT _system FROM core.{entity} ORDER BY 1").fetchall():
        columns = tuple(
            column
            for column in (*listed["decided"], *listed["deciding"])
            if _is_filled(con, _owner(entity, column), system, column)
        )
        yield Dataset(entity, system, None, columns, tuple(c for c in columns if c in listed["decided"]))


def _tables(con: duckdb.DuckDBPyConnection) -> Iterator[Dataset]:
    keys = con.execute(
        "SELECT _system, table_name, list(DISTINCT json_keys(content)) FROM core.records GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    for system, table, rows in keys:
        columns = tuple(dict.fromkeys(column for row in rows for column in row))
        yield Dataset("records", system, table, columns, columns)


def column_expression(dataset: Dataset, column: str) -> str:
    """SQL for a compared column of the record `t` (or of its order `o`), as text."""
    if dataset.entity == "records":
        path = "'" + ("$." + json.dumps(column, ensure_ascii=False)).replace("'", "''") + "'"
        return f"json_extract_string(t.content, {path})"
    owner = "t" if _owner(dataset.entity, column) == dataset.entity else "o"
    return f"CAST({owner}.{identifier(column)} AS VARCHAR)"


def _owner(entity: str, column: str) -> str:
    """The entity that has the column: a line has its order's customer."""
    return entity if column in entities()[entity].by_name else "orders"


def identifier(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _is_filled(con: duckdb.DuckDBPyConnection, entity: str, system: str, column: str) -> bool:
    row = con.execute(
        f"SELECT EXISTS (FROM core.{entity} WHERE _system = ? AND {identifier(column)} IS NOT NULL)", [system]
    ).fetchone()
    return bool(row and row[0])


@cache
def _listed() -> dict[str, dict[str, Any]]:
    text = (files(__package__) / "columns.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return found
