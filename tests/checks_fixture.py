"""A small warehouse with the contract's tables, for the tests of the rules and of the ledger."""

from datetime import datetime
from typing import Any

import duckdb

from pipelines.contract import Entity, entities
from pipelines.warehouse import SCHEMAS

NOW = datetime(2026, 6, 1)

_META = """
record_key VARCHAR, order_key VARCHAR, line_key VARCHAR, _system VARCHAR, _source VARCHAR, _batch VARCHAR,
_file_no INTEGER, _line BIGINT, _valid_at TIMESTAMP, _recorded_at TIMESTAMP, _derived BOOLEAN, _content UBIGINT"""

_TABLES = """
CREATE TABLE meta.now AS SELECT TIMESTAMP '2026-06-01' AS data_until;
CREATE TABLE meta.files (file_no INTEGER, run_id VARCHAR);
CREATE TABLE meta.emitted (file_no INTEGER, entity VARCHAR, records BIGINT);
CREATE TABLE work.changed_orders (order_key VARCHAR);
CREATE TABLE ingest.unreadable (entity VARCHAR, record_key VARCHAR, order_key VARCHAR, order_id VARCHAR,
  line_id VARCHAR, column_name VARCHAR, raw VARCHAR, reason VARCHAR, file_no INTEGER, line BIGINT);
CREATE TABLE ingest.conflicts (entity VARCHAR, record_key VARCHAR, kept_file_no INTEGER, kept_line BIGINT,
  other_file_no INTEGER, other_line BIGINT);
CREATE TABLE ingest.repairs (entity VARCHAR, record_key VARCHAR, order_key VARCHAR, column_name VARCHAR, raw VARCHAR,
  repaired VARCHAR, rule VARCHAR, file_no INTEGER, line BIGINT);
CREATE TABLE marts.stage_facts (order_key VARCHAR, line_key VARCHAR, order_id VARCHAR, line_id VARCHAR, stage VARCHAR,
  stage_no INTEGER, department VARCHAR, visit_no INTEGER, entered_at TIMESTAMP, ended_at TIMESTAMP, is_open BOOLEAN,
  outcome VARCHAR, user_id VARCHAR, sojourn_seconds DOUBLE, target_seconds DOUBLE);
CREATE TABLE marts.action_facts (record_key VARCHAR, order_key VARCHAR, line_key VARCHAR, order_id VARCHAR,
  line_id VARCHAR, activity VARCHAR, stage VARCHAR, "at" TIMESTAMP, user_id VARCHAR, role VARCHAR, automatic BOOLEAN,
  lifecycle VARCHAR, action_no BIGINT);
"""


def empty_warehouse() -> duckdb.DuckDBPyConnection:
    """Schemas, every core table with its scope view, and the tables that rules read."""
    con = duckdb.connect()
    for schema in SCHEMAS:
        con.execute(f"CREATE SCHEMA {schema}")
    for entity in entities().values():
        columns = ", ".join(f'"{column.name}" {column.sql_type}' for column in entity.columns)
        con.execute(f"CREATE TABLE core.{entity.name} ({columns}, {_META})")
        con.execute(f"CREATE VIEW scope.{entity.name} AS FROM core.{entity.name}")
    con.execute(_TABLES)
    return con


def put(con: duckdb.DuckDBPyConnection, name: str, **values: Any) -> None:
    """Insert one record of an entity; keys and lineage are filled in."""
    row = _with_meta(entities()[name], values)
    names = ", ".join(f'"{column}"' for column in row)
    con.execute(f"INSERT INTO core.{name} ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


def limit_scope(con: duckdb.DuckDBPyConnection, *order_ids: str) -> None:
    """Let the scope views show these orders only, as in an incremental run."""
    con.execute("DELETE FROM work.changed_orders")
    for order_id in order_ids:
        con.execute("INSERT INTO work.changed_orders VALUES (?)", [f"sys:{order_id}"])
    for entity in entities().values():
        if "order_id" in entity.by_name:
            con.execute(
                f"CREATE OR REPLACE VIEW scope.{entity.name} AS FROM core.{entity.name} "
                "WHERE order_key IN (SELECT order_key FROM work.changed_orders)"
            )


def _with_meta(entity: Entity, values: dict[str, Any]) -> dict[str, Any]:
    row = dict(values)
    row.setdefault("_system", "sys")
    row["record_key"] = f"sys:{row[entity.key]}"
    if row.get("order_id") is not None:
        row["order_key"] = f"sys:{row['order_id']}"
    if row.get("line_id") is not None:
        row["line_key"] = f"sys:{row['line_id']}"
    return {"_file_no": 1, "_line": 2, "_derived": False} | row
