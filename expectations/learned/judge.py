"""Judging records by a version: which cells deviate, what speaks for them, and what is left as a hit."""

from collections.abc import Mapping
from typing import Any

import duckdb

from expectations.learned.datasets import Dataset, column_expression
from expectations.learned.mine import combined_columns
from expectations.learned.statements import execute

Values = Mapping[str, Any]

# What is asked of the texts of a table, in this order.
_TEXTS = ("spellings", "numbers", "placeholders", "times", "dates", "far_numbers", "mangled", "misfiled", "shapes")

# What a record is named by: its key, its order's key and id, its line's id.
_KEYS = {
    "orders": "r.record_key, r.order_key, r.order_id, NULL",
    "order_lines": "r.record_key, r.order_key, r.order_id, r.line_id",
    "records": "r.record_key, NULL, r.row_id, NULL",
}


def judge(con: duckdb.DuckDBPyConnection, dataset: Dataset, values: Values, *, anew: bool, whole: bool) -> None:
    """Write the hits of `temp.learned_rows`. `anew`: by a new version, whose exceptions are still to be found.

    `whole`: all records were judged; else the hits of the others stand.
    """
    for statement in ("work", "slips", "directed"):
        execute(con, statement, values)
    if dataset.entity == "records":
        execute(con, "crowding", values)
    _vote(con, dataset, values)
    if dataset.entity == "records":
        _look_at_texts(con, values)
    _weigh_exceptions(con, dataset, values, anew)
    for determinant, dependent in _dependencies(con, values):
        _for_both(con, "votes_for", values, determinant, dependent)
    _forget_judged(con, values, whole)
    execute(con, "hits", values, parts={"entity": dataset.entity, "keys": _KEYS[dataset.entity]})
    _clean_up(con)


def _vote(con: duckdb.DuckDBPyConnection, dataset: Dataset, values: Values) -> None:
    for determinant, dependent in _dependencies(con, values):
        _for_both(con, "judged_pairs", values, determinant, dependent)
    execute(con, "pair_votes", values)
    for determinant, dependent in _dependencies(con, values):
        _for_both(con, "votes_against", values, determinant, dependent)
    for statement in ("blame", "suspects"):
        execute(con, statement, values)
    if dataset.entity != "records":
        _drop_new_habits(con, dataset, values)


def _drop_new_habits(con: duckdb.DuckDBPyConnection, dataset: Dataset, values: Values) -> None:
    """Deviations that came again since the counting are no suspects; all records since then are asked, judged or not."""
    combined = {name: (left, right) for name, left, right in combined_columns(con, dataset)}
    tables = {
        "orders": {"records": "core.orders t", "moment": "t.ordered_at"},
        "order_lines": {"records": "core.order_lines t JOIN core.orders o USING (order_key)", "moment": "o.ordered_at"},
    }
    for determinant, dependent in _dependencies(con, values):
        columns = combined.get(determinant, (determinant,))
        parts = {
            "determinant": " || ' / ' || ".join(column_expression(dataset, column) for column in columns),
            "dependent": column_expression(dataset, dependent),
        }
        names = {"determinant": determinant, "dependent": dependent}
        execute(con, "recent", {**values, **names}, parts=parts | tables[dataset.entity])
    execute(con, "drop_recent", values)


def _look_at_texts(con: duckdb.DuckDBPyConnection, values: Values) -> None:
    """Spellings, notations and shapes are judged once a text, then found again in the records."""
    for statement in _TEXTS:
        execute(con, statement, values)
    for (column,) in con.execute("SELECT DISTINCT column_name FROM work.learned_odd_values ORDER BY 1").fetchall():
        execute(con, "odd_cells", {**values, "column": column}, columns={"column": column})
    spelt = con.execute("SELECT DISTINCT field FROM work.learned_suspects WHERE how = 'spelling'").fetchall()
    for determinant, dependent in _dependencies(con, values):
        if (determinant,) in spelt:
            _for_both(con, "contradicted", values, determinant, dependent)
    for carrier, empty in _carriers(con, values):
        names = {"carrier": carrier, "empty": empty}
        execute(con, "misplaced", {**values, **names}, columns=names)


def _carriers(con: duckdb.DuckDBPyConnection, values: Values) -> list[tuple[str, str]]:
    """Pairs of columns of which one may carry what is missing in the other: of several words, and empty now and then."""
    execute(con, "carriers", values)
    return con.execute("SELECT carrier, gaps FROM work.learned_carriers ORDER BY ALL").fetchall()


def _weigh_exceptions(con: duckdb.DuckDBPyConnection, dataset: Dataset, values: Values, anew: bool) -> None:
    if anew:
        for column in dataset.columns:
            execute(con, "shared_values", {**values, "column": column}, columns={"column": column})
        execute(con, "exceptions", values)
    found = con.execute(
        "SELECT DISTINCT column_name FROM learned.exceptions WHERE dataset = ? ORDER BY 1", [dataset.name]
    ).fetchall()
    for (column,) in found:
        execute(con, "drop_exceptions", {**values, "column": column}, columns={"column": column})


def _dependencies(con: duckdb.DuckDBPyConnection, values: Values) -> list[tuple[str, str]]:
    rows = con.execute(
        "SELECT determinant, dependent FROM learned.dependencies WHERE dataset = ? AND version = ? ORDER BY ALL",
        [values["dataset"], values["version"]],
    ).fetchall()
    return [(determinant, dependent) for determinant, dependent in rows]


def _for_both(con: duckdb.DuckDBPyConnection, statement: str, values: Values, determinant: str, dependent: str) -> None:
    names = {"determinant": determinant, "dependent": dependent}
    execute(con, statement, {**values, **names}, columns=names)


def _forget_judged(con: duckdb.DuckDBPyConnection, values: Values, whole: bool) -> None:
    judged = "" if whole else "AND record_key IN (SELECT record_key FROM work.learned_again)"
    con.execute(f"DELETE FROM learned.hits WHERE dataset = ? {judged}", [values["dataset"]])


def _clean_up(con: duckdb.DuckDBPyConnection) -> None:
    """A snapshot carries no rows and votes of one round."""
    made = con.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'work' AND table_type = 'BASE TABLE' "
        "AND starts_with(table_name, 'learned_')"
    ).fetchall()
    for (name,) in made:
        con.execute(f"DROP TABLE work.{name}")
    con.execute("DROP VIEW temp.learned_members; DROP TABLE temp.learned_rows; DROP VIEW temp.learned_records")
    con.execute("DROP TABLE IF EXISTS temp.learned_few")
