"""Builds the marts in the order of their file names: whole, or only the rows of the orders that this run touched.

A mart marked `temporary` is a step towards others: made of the orders in scope, under its bare name, never published.
One marked `scope` names orders of an incremental run that the marts after it have to build as well. `before` names a script to run first.
"""

from importlib.resources import files
from typing import Literal

import duckdb

from pipelines.sqlfiles import SqlFile, read_package_sql

Phase = Literal["facts", "orders"]


def build_marts(con: duckdb.DuckDBPyConnection, phase: Phase, full: bool) -> None:
    """Build the marts of one phase: `facts` before the checks, `orders` after them (they count defects)."""
    marts = [mart for mart in read_package_sql(__package__) if mart.meta.get("phase") == phase]
    for mart in marts:
        _build(con, mart, full)
    for mart in marts:
        if mart.meta.get("temporary"):
            con.execute(f"DROP TABLE {mart.meta['mart']}")
    if phase == "orders":
        con.execute((files(__package__) / "selected.sql").read_text(encoding="utf-8"))


def _build(con: duckdb.DuckDBPyConnection, mart: SqlFile, full: bool) -> None:
    if mart.meta.get("scope"):
        if not full:
            con.execute(f"INSERT INTO work.scope_orders {mart.sql}")
        return
    if mart.meta.get("before"):
        con.execute((files(__package__) / mart.meta["before"]).read_text(encoding="utf-8"))
    if mart.meta.get("temporary"):
        con.execute(f"CREATE OR REPLACE TEMP TABLE {mart.meta['mart']} AS {mart.sql}")
        return
    table = f"marts.{mart.meta['mart']}"
    if full or mart.meta.get("rebuild") == "whole" or not _exists(con, mart.meta["mart"]):
        con.execute(f"CREATE OR REPLACE TABLE {table} AS {mart.sql}")
        return
    con.execute(f"DELETE FROM {table} WHERE order_key IN (SELECT order_key FROM work.scope_orders)")
    con.execute(f"INSERT INTO {table} BY NAME {mart.sql}")


def _exists(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    row = con.execute(
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'marts' AND table_name = ?", [table]
    ).fetchone()
    return bool(row and row[0])
