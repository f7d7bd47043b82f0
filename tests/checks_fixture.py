"""A small warehouse with the contract's tables, for the tests of the rules and of the ledger."""

from datetime import datetime
from importlib.resources import files
from typing import Any

import duckdb

from pipelines import scope
from pipelines.contract import Entity, entities
from pipelines.process.write import create_tables
from pipelines.sqlfiles import read_package_sql
from pipelines.warehouse import SCHEMAS

NOW = datetime(2026, 6, 1)

_META = """
record_key VARCHAR, order_key VARCHAR, line_key VARCHAR, _system VARCHAR, _source VARCHAR, _batch VARCHAR,
_file_no BIGINT, _line BIGINT, _valid_at TIMESTAMP, _recorded_at TIMESTAMP, _derived BOOLEAN, _content UBIGINT"""

_TABLES = """
CREATE TABLE meta.now AS SELECT TIMESTAMP '2026-06-01' AS data_until, 'Europe/Berlin' AS reporting_zone,
  48.0 AS exception_target_hours;
CREATE TABLE meta.files (file_no BIGINT, run_id VARCHAR, kind VARCHAR, file VARCHAR, profile VARCHAR, profile_hash VARCHAR, system VARCHAR);
CREATE TABLE meta.change_logs (system VARCHAR, fields VARCHAR[], since TIMESTAMP, truncates_at INTEGER);
CREATE TABLE meta.emitted (file_no BIGINT, entity VARCHAR, records BIGINT);
CREATE TABLE work.changed_orders (order_key VARCHAR);
CREATE TABLE work.scope_orders (order_key VARCHAR);
CREATE TABLE ingest.unreadable (entity VARCHAR, record_key VARCHAR, order_key VARCHAR, order_id VARCHAR,
  line_id VARCHAR, column_name VARCHAR, raw VARCHAR, reason VARCHAR, file_no BIGINT, line BIGINT);
CREATE TABLE ingest.conflicts (entity VARCHAR, record_key VARCHAR, order_key VARCHAR, column_name VARCHAR,
  kept VARCHAR, other VARCHAR, kept_file_no BIGINT, kept_line BIGINT, other_file_no BIGINT, other_line BIGINT);
CREATE TABLE ingest.repairs (entity VARCHAR, record_key VARCHAR, order_key VARCHAR, column_name VARCHAR, raw VARCHAR,
  repaired VARCHAR, rule VARCHAR, file_no BIGINT, line BIGINT);
CREATE TABLE meta.decisions (decision_id VARCHAR, decided_at TIMESTAMP, kind VARCHAR, subject_kind VARCHAR,
  subject_key VARCHAR, verdict VARCHAR, decided_by VARCHAR, note VARCHAR, payload VARCHAR);
INSERT INTO meta.activities VALUES ('order approved', 'approval', 4, 'end', 'approve');
CREATE TABLE marts.stage_facts (order_key VARCHAR, line_key VARCHAR, order_id VARCHAR, line_id VARCHAR, stage VARCHAR,
  stage_no INTEGER, department VARCHAR, visit_no INTEGER, entered_at TIMESTAMP, ended_at TIMESTAMP, is_open BOOLEAN,
  outcome VARCHAR, user_id VARCHAR, sojourn_seconds DOUBLE, target_seconds DOUBLE,
  started_at TIMESTAMP, started_by VARCHAR);
CREATE TABLE meta.run (data_until TIMESTAMP);
CREATE TABLE marts.order_facts (order_key VARCHAR, is_open BOOLEAN);
CREATE TABLE marts.corrections (record_key VARCHAR, order_key VARCHAR, line_key VARCHAR, order_id VARCHAR, line_id VARCHAR,
  field VARCHAR, wrong VARCHAR, corrected VARCHAR, changed_at TIMESTAMP, changed_by VARCHAR);
CREATE TABLE marts.action_facts (record_key VARCHAR, order_key VARCHAR, line_key VARCHAR, order_id VARCHAR,
  line_id VARCHAR, activity VARCHAR, stage VARCHAR, "at" TIMESTAMP, on_day DATE, hour INTEGER, user_id VARCHAR,
  role VARCHAR, department VARCHAR, automatic BOOLEAN, lifecycle VARCHAR, seconds_since_previous DOUBLE,
  action_no BIGINT, stage_no INTEGER, is_repeat BOOLEAN, repeat_kind VARCHAR,
  activity_kind VARCHAR, marks VARCHAR, outcome VARCHAR);
"""


def empty_warehouse() -> duckdb.DuckDBPyConnection:
    """Schemas, every core table with its scope view, and the tables that rules read."""
    con = duckdb.connect()
    for schema in SCHEMAS:
        con.execute(f"CREATE SCHEMA {schema}")
    for entity in entities().values():
        columns = ", ".join(f'"{column.name}" {column.sql_type}' for column in entity.columns)
        con.execute(f"CREATE TABLE core.{entity.name} ({columns}, {_META})")
        con.execute(
            f"CREATE TABLE history.{entity.name} "
            f"({columns}, {_META}, _disposition VARCHAR, _version BIGINT, _deleted BOOLEAN)"
        )
    create_tables(con)
    con.execute(_TABLES)
    for script in ("stage_entries.sql", "sightings.sql"):
        con.execute((files("pipelines.marts") / script).read_text(encoding="utf-8"))
    scope.show_all(con, "scope", [*entities(), *scope.built(con)])
    own = (files("pipelines.ingest") / "own_tables.sql").read_text(encoding="utf-8")
    con.execute(f"CREATE VIEW meta.own_tables AS {own}")
    con.execute("CREATE VIEW stage_entries AS FROM marts.stage_entries('core.orders')")
    con.execute(f"CREATE VIEW marts.change_facts AS {_mart('30_change_facts')}")
    con.execute(f"CREATE VIEW marts.exception_facts AS {_mart('40_exception_facts')}")
    scope.show_all(con, "scope", ["change_facts"])
    return con


def _mart(name: str) -> str:
    """The query of a mart."""
    return next(mart.sql for mart in read_package_sql("pipelines.marts") if mart.name == name)


def put(con: duckdb.DuckDBPyConnection, name: str, **values: Any) -> None:
    """Insert one record of an entity; keys and lineage are filled in."""
    row = _with_meta(entities()[name], values)
    names = ", ".join(f'"{column}"' for column in row)
    con.execute(f"INSERT INTO core.{name} ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


def touch_all(con: duckdb.DuckDBPyConnection) -> None:
    """Every order is in scope, as at a full check."""
    con.execute("CREATE OR REPLACE TABLE work.changed_orders AS SELECT order_key FROM core.orders")
    con.execute(f"CREATE OR REPLACE TABLE {scope.SCOPE_ORDERS} AS FROM work.changed_orders")


def limit_scope(con: duckdb.DuckDBPyConnection, *order_ids: str) -> None:
    """Let the views of scope and clock show these orders only, as in an incremental run."""
    con.execute("DELETE FROM work.changed_orders")
    for order_id in order_ids:
        con.execute("INSERT INTO work.changed_orders VALUES (?)", [f"sys:{order_id}"])
    con.execute(f"CREATE OR REPLACE TABLE {scope.SCOPE_ORDERS} AS FROM work.changed_orders")
    for schema in ("scope", "clock"):
        scope.show_chosen(con, schema, scope.SCOPE_ORDERS)


def _with_meta(entity: Entity, values: dict[str, Any]) -> dict[str, Any]:
    row = dict(values)
    row.setdefault("_system", "sys")
    row["record_key"] = f"sys:{row[entity.key]}"
    if row.get("order_id") is not None:
        row["order_key"] = f"sys:{row['order_id']}"
    if row.get("line_id") is not None:
        row["line_key"] = f"sys:{row['line_id']}"
    return {"_file_no": 1, "_line": 2, "_derived": False} | row


_COMPANY = """
INSERT INTO core.customers BY NAME
SELECT 'C' || i AS customer_id, 'Customer Number ' || chr(65 + i::INTEGER) || repeat(chr(97 + i::INTEGER), 4) AS name,
  'C' || i || '/01|C' || i || '/02' AS ship_tos, 'NET30' AS payment_terms, 'EUR' AS currency,
  'sys' AS _system, 'sys:C' || i AS record_key, false AS _derived, 1 AS _file_no, i AS _line
FROM range(10) r(i);
INSERT INTO core.products BY NAME
SELECT 'P-' || 37 * (i + 11) AS sku, 'Product ' || i AS name, 'PCE' AS unit, 'BOX' AS pack_unit, 24 AS pack_size,
  10 + i AS list_price, 'sys' AS _system, 'sys:P-' || 37 * (i + 11) AS record_key, false AS _derived
FROM range(7) r(i);
INSERT INTO core.prices BY NAME
SELECT 'PR' || row_number() OVER (ORDER BY sku) AS price_id, sku, list_price AS price, 'PCE' AS unit, 'EUR' AS currency,
  DATE '2026-01-01' AS valid_from, 'sys' AS _system, 'sys:PR' || sku AS record_key, false AS _derived FROM core.products;
INSERT INTO core.users BY NAME
SELECT 'u' || i AS user_id, CASE WHEN i < 4 THEN 'clerk' ELSE 'manager' END AS role, 0.1 AS discount_limit,
  TIMESTAMP '2020-01-01' AS valid_from, CASE WHEN i < 4 THEN 0 ELSE 5000 END AS approval_limit,
  'sys' AS _system, 'sys:u' || i AS record_key, false AS _derived FROM range(6) r(i);
INSERT INTO core.orders BY NAME
SELECT 'O' || i AS order_id, 'sale' AS order_class, TIMESTAMP '2026-01-02 09:00' + to_hours(7 * i::INTEGER) AS ordered_at,
  'C' || i % 10 AS customer_id, c.name AS customer_name, 'u' || i % 4 AS entered_by, 'EUR' AS currency,
  (TIMESTAMP '2026-01-02' + to_hours(7 * i::INTEGER))::DATE + 7 + (i % 5)::INTEGER AS requested_delivery_date,
  'C' || i % 10 || '/01' AS ship_to, 'NET30' AS payment_terms, 'open' AS status,
  'sys' AS _system, 'sys:O' || i AS record_key, 'sys:O' || i AS order_key, false AS _derived, 1 AS _file_no, i AS _line
FROM range(400) r(i) JOIN core.customers c ON c.customer_id = 'C' || i % 10;
INSERT INTO core.order_lines BY NAME
SELECT 'O' || i || '-' || n AS line_id, 'O' || i AS order_id, p.sku, 4 + (i + n) % 3 AS quantity, 'PCE' AS unit,
  p.list_price AS unit_price, 0.05 AS discount, round((4 + (i + n) % 3) * p.list_price * 0.95, 2) AS net_amount,
  'sys' AS _system, 'sys:O' || i || '-' || n AS record_key, 'sys:O' || i AS order_key,
  'sys:O' || i || '-' || n AS line_key, false AS _derived, 1 AS _file_no, 2 * i + n AS _line
FROM range(400) r(i), range(2) s(n) JOIN core.products p ON p.sku = 'P-' || 37 * ((i + 3 * n) % 7 + 11);
UPDATE core.orders SET net_amount = (SELECT sum(net_amount) FROM core.order_lines l WHERE l.order_id = orders.order_id);
"""


def small_company() -> duckdb.DuckDBPyConnection:
    """Four hundred orders of ten customers, seven products, six users, in which nothing is wrong."""
    con = empty_warehouse()
    con.execute(_COMPANY)
    return con
