"""A snapshot in memory with the few columns that page queries read, to be filled by hand."""

from typing import Any

import duckdb

from pipelines.read.filters import Filters, with_selection
from pipelines.sqlfiles import read_package_sql

TABLES = """
CREATE SCHEMA marts; CREATE SCHEMA meta; CREATE SCHEMA core; CREATE SCHEMA ledger;
CREATE TABLE meta.now AS SELECT TIMESTAMP '2026-06-01 00:00' AS data_until, 30 AS mature_days, 'UTC' AS reporting_zone;
CREATE TABLE meta.stages (stage VARCHAR, title VARCHAR, stage_no INTEGER);
CREATE TABLE core.orders (order_key VARCHAR, cancelled_at TIMESTAMP);
CREATE TABLE marts.order_facts (order_key VARCHAR, order_id VARCHAR, order_class VARCHAR DEFAULT 'sale', ordered_on DATE DEFAULT '2026-01-05',
    channel VARCHAR, region VARCHAR, department VARCHAR, order_type VARCHAR, n_lines INTEGER DEFAULT 1, net_amount DOUBLE DEFAULT 100,
    customer_id VARCHAR, customer_name VARCHAR, families VARCHAR[], touched_by VARCHAR[], entered_by VARCHAR, is_mature BOOLEAN DEFAULT true, is_cancelled BOOLEAN DEFAULT false, cancelled_at TIMESTAMP, n_changes INTEGER DEFAULT 0,
    n_material_changes_after_confirmation INTEGER DEFAULT 0, cycle_hours DOUBLE, has_error BOOLEAN DEFAULT false, n_exceptions INTEGER DEFAULT 0);
CREATE TABLE marts.order_families (order_key VARCHAR, product_family VARCHAR);
CREATE TABLE marts.order_users (order_key VARCHAR, user_id VARCHAR, entered BOOLEAN, touched BOOLEAN);
CREATE TABLE marts.stage_facts (order_key VARCHAR); CREATE TABLE marts.action_facts (order_key VARCHAR, activity_kind VARCHAR, "at" TIMESTAMP);
CREATE TABLE marts.change_facts (record_key VARCHAR, order_key VARCHAR, order_id VARCHAR, line_id VARCHAR, line_key VARCHAR, field VARCHAR,
    old_value VARCHAR, new_value VARCHAR, changed_at TIMESTAMP, changed_by VARCHAR, requested_by VARCHAR, requested_at TIMESTAMP,
    approved_by VARCHAR, approved_at TIMESTAMP, reason VARCHAR, stage VARCHAR, origin VARCHAR DEFAULT 'log', after_confirmation BOOLEAN,
    material BOOLEAN DEFAULT true, customer_initiated BOOLEAN);
CREATE TABLE marts.exception_facts (record_key VARCHAR, order_key VARCHAR, order_id VARCHAR, line_id VARCHAR, type VARCHAR, raised_at TIMESTAMP,
    resolved_at TIMESTAMP, is_open BOOLEAN, resolve_seconds DOUBLE, raised_by VARCHAR, owner VARCHAR, resolved_by VARCHAR,
    resolution VARCHAR, stage VARCHAR, on_day DATE, beyond_target BOOLEAN, target_seconds DOUBLE);
CREATE TABLE marts.exception_answers (record_key VARCHAR, order_key VARCHAR, approved_at TIMESTAMP, alerted_at TIMESTAMP);
CREATE TABLE marts.error_facts (order_key VARCHAR, evidence VARCHAR, error_key VARCHAR, is_entry_error BOOLEAN DEFAULT true,
    is_unreasoned BOOLEAN DEFAULT false, evidence_told VARCHAR);
CREATE TABLE marts.logged_fields (order_key VARCHAR, line_key VARCHAR, field VARCHAR, is_current BOOLEAN);
CREATE TABLE ledger.defects (rule VARCHAR, kind VARCHAR, record_key VARCHAR, order_key VARCHAR, order_id VARCHAR, line_id VARCHAR, field VARCHAR,
    observed VARCHAR, expected VARCHAR, message VARCHAR, origin_stage VARCHAR, origin_user VARCHAR, origin_at TIMESTAMP, resolved_at TIMESTAMP);
CREATE TABLE ledger.rules (rule VARCHAR, title VARCHAR, entity VARCHAR, kind VARCHAR); CREATE TABLE ledger.kinds (kind VARCHAR, title VARCHAR);
CREATE TABLE ledger.source_rules (rule VARCHAR);
CREATE TABLE ledger.rule_runs (run_id VARCHAR DEFAULT 'now', rule VARCHAR, outcome VARCHAR, checked BIGINT);
CREATE VIEW selected_lines AS SELECT order_key FROM core.orders;
"""


def snapshot() -> duckdb.DuckDBPyConnection:
    """The empty tables."""
    con = duckdb.connect()
    con.execute(TABLES)
    return con


def add(con: duckdb.DuckDBPyConnection, table: str, *rows: dict[str, Any]) -> None:
    """Rows by column name; what is left out has its default."""
    for row in rows:
        marks = ", ".join("?" * len(row))
        names = ", ".join(f'"{name}"' for name in row)
        con.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))


def asked(
    con: duckdb.DuckDBPyConnection, name: str, filters: Filters | None = None, **params: Any
) -> list[dict[str, Any]]:
    """The rows of a page's query."""
    sql = {file.name: file.sql for file in read_package_sql("dashboard.queries")}[name]
    for key, value in params.items():
        sql = sql.replace(f"${key}", str(value) if isinstance(value, int) else f"'{value}'")
    text, values = with_selection(sql, filters or Filters())
    result = con.execute(text, values)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
