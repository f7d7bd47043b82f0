"""Small tables and order books, and what is learned from them."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

from expectations import ledger
from expectations.learned.learn import learn
from expectations.learned.learner import default_settings
from tests.checks_fixture import empty_warehouse, put

Hit = tuple[Any, ...]


def table(columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> duckdb.DuckDBPyConnection:
    """A warehouse with one table `t`; its rows are numbered from 1."""
    con = empty_warehouse()
    ledger.begin(con, [])
    add_rows(con, columns, rows)
    return con


def add_rows(
    con: duckdb.DuckDBPyConnection, columns: Sequence[str], rows: Iterable[Sequence[str | None]], file_no: int = 1
) -> None:
    """Rows of the table `t`, numbered on."""
    known = con.execute("SELECT count(*) FROM core.records").fetchone()
    for number, row in enumerate(rows, start=1 + (known[0] if known else 0)):
        content = json.dumps(dict(zip(columns, row, strict=True)))
        put(
            con,
            "records",
            record_id=f"t/{number}",
            table_name="t",
            row_id=str(number),
            content=content,
            _file_no=file_no,
        )


def learned(
    con: duckdb.DuckDBPyConnection, entity: str = "records", *, full: bool = True, **settings: float
) -> list[Hit]:
    """(row or order, field, how, observed, suggested) of all hits, after learning."""
    learn(con, entity, {"mature_days": 30, **default_settings(), **settings}, full=full)
    return con.execute(
        "SELECT coalesce(line_id, order_id), field, how, observed, suggested FROM learned.hits WHERE entity = ? "
        "ORDER BY try_cast(order_id AS BIGINT), order_id, line_id, field",
        [entity],
    ).fetchall()


def one(con: duckdb.DuckDBPyConnection, query: str) -> Any:
    """The single row of a query."""
    rows = con.execute(query).fetchall()
    assert len(rows) == 1, rows
    return rows[0]
