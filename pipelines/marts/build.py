"""Builds the marts in the order of their file names: whole, or only the rows of the orders that this run touched.

A mart marked `temporary` is a step towards others: made of the orders in scope, under its bare name, never published.
One with `refresh: full` is made at a full check, and where it is missing: norms that stay until then.
One with `joins: as written` is joined in the order of its text, each join's right side in memory: estimates go wrong there.
One marked `scope` names orders of an incremental run that the marts after it have to build as well. `before` names a script to run first.
"""

from importlib.resources import files
from typing import Literal

import duckdb

from pipelines import scope
from pipelines.sqlfiles import SqlFile, read_package_sql

Phase = Literal["facts", "orders"]
_REORDERING = "join_order,build_side_probe_side"


def build_marts(con: duckdb.DuckDBPyConnection, phase: Phase, full: bool) -> None:
    """Build the marts of one phase: `facts` before the checks, `orders` after them (they count defects)."""
    marts = [mart for mart in read_package_sql(__package__) if mart.meta.get("phase") == phase]
    for number, mart in enumerate(marts):
        con.execute(f"SET disabled_optimizers = '{_REORDERING if mart.meta.get('joins') == 'as written' else ''}'")
        if not mart.meta.get("scope"):
            _build(con, mart, full)
        elif not full:
            scope.widen(con, mart.sql, set().union(*(scope.named_in(_text(later)) for later in marts[number:])))
    con.execute("RESET disabled_optimizers")
    for mart in marts:
        if mart.meta.get("temporary"):
            con.execute(f"DROP TABLE {mart.meta['mart']}")
    if phase == "orders":
        for script in ("selected.sql", "sightings.sql"):
            con.execute((files(__package__) / script).read_text(encoding="utf-8"))


def _build(con: duckdb.DuckDBPyConnection, mart: SqlFile, full: bool) -> None:
    if mart.meta.get("before"):
        con.execute(_before(mart))
    if mart.meta.get("temporary"):
        con.execute(f"CREATE OR REPLACE TEMP TABLE {mart.meta['mart']} AS {mart.sql}")
        return
    if mart.meta.get("refresh") == "full" and not full and _exists(con, mart.meta["mart"]):
        return
    if full or mart.meta.get("refresh") or mart.meta.get("rebuild") == "whole" or not _exists(con, mart.meta["mart"]):
        con.execute(f"CREATE OR REPLACE TABLE marts.{mart.meta['mart']} AS {mart.sql}")
        if mart.meta["mart"] in scope.FACTS:
            scope.show_all(con, "scope", [mart.meta["mart"]])
        return
    _replace(con, mart)


def _before(mart: SqlFile) -> str:
    return (files(__package__) / mart.meta["before"]).read_text(encoding="utf-8") if mart.meta.get("before") else ""


def _text(mart: SqlFile) -> str:
    """All that is run to build it."""
    return _before(mart) + mart.sql


def _replace(con: duckdb.DuckDBPyConnection, mart: SqlFile) -> None:
    """New rows for the orders in scope; those of the marts that others read stay at hand."""
    name = mart.meta["mart"]
    fresh = scope.table("scope", name)
    scope.hold(con, fresh, mart.sql)
    con.execute(
        f"DELETE FROM marts.{name} WHERE work.near(order_key) AND order_key IN (SELECT order_key FROM {scope.SCOPE_ORDERS})"
    )
    con.execute(f"INSERT INTO marts.{name} BY NAME FROM {fresh}")
    if name in scope.FACTS:
        scope.show_table(con, "scope", name)
    else:
        con.execute(f"DROP TABLE {fresh}")


def _exists(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    row = con.execute(
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'marts' AND table_name = ?", [table]
    ).fetchone()
    return bool(row and row[0])
