"""A small company in the shape of core and marts, made by SQL with hashed numbers: the same at every run."""

import duckdb

from pipelines.contract import entities

NOW = "2025-12-31 00:00:00"


def company(orders: int = 0, days: int = 540) -> duckdb.DuckDBPyConnection:
    """A database with the schemas and empty tables; with `orders` > 0 also filled with orders of 540 days."""
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    for schema in ("meta", "core", "work", "marts", "risk"):
        con.execute(f"CREATE SCHEMA {schema}")
    for entity in entities().values():
        columns = ", ".join(f'"{column.name}" {column.sql_type}' for column in entity.columns)
        keys = "order_key VARCHAR, " if "order_id" in entity.column_names else ""
        keys += "line_key VARCHAR, " if "line_id" in entity.column_names else ""
        con.execute(f"CREATE TABLE core.{entity.name} (record_key VARCHAR, {keys}_system VARCHAR, {columns})")
    con.execute(f"CREATE TABLE meta.now AS SELECT TIMESTAMP '{NOW}' AS data_until")
    con.execute("CREATE TABLE work.changed_orders (order_key VARCHAR)")
    con.execute(
        "CREATE TABLE marts.error_facts (error_key VARCHAR, order_key VARCHAR, order_id VARCHAR, line_id VARCHAR, "
        "field VARCHAR, type VARCHAR, found_at TIMESTAMP, cost DECIMAL(18, 4))"
    )
    con.execute(
        "CREATE TABLE marts.order_facts (order_key VARCHAR, order_id VARCHAR, ordered_at TIMESTAMP, is_open BOOLEAN)"
    )
    if orders:
        _fill(con, orders, days)
    return con


def add_order(con: duckdb.DuckDBPyConnection, order_id: str, at: str, **fields: object) -> None:
    """One order of system `s`; `fields` are contract columns."""
    _insert(con, "orders", {"order_key": f"s:{order_id}", "order_id": order_id, "ordered_at": at, **fields})
    con.execute("INSERT INTO marts.order_facts VALUES (?, ?, ?, true)", [f"s:{order_id}", order_id, at])


def add_line(con: duckdb.DuckDBPyConnection, order_id: str, line_no: str, **fields: object) -> None:
    """One line of an order of system `s`."""
    line_id = f"{order_id}-{line_no}"
    keys = {"order_key": f"s:{order_id}", "line_key": f"s:{line_id}", "order_id": order_id, "line_id": line_id}
    _insert(con, "order_lines", {**keys, "line_no": line_no, **fields})


def add_change(con: duckdb.DuckDBPyConnection, order_id: str, line_no: str | None, at: str, **fields: object) -> None:
    """One recorded change."""
    line = {"line_key": f"s:{order_id}-{line_no}", "line_id": f"{order_id}-{line_no}"} if line_no else {}
    _insert(
        con, "order_changes", {"order_key": f"s:{order_id}", "order_id": order_id, "changed_at": at, **line, **fields}
    )


def add_error(con: duckdb.DuckDBPyConnection, order_id: str, found_at: str | None, line_id: str | None = None) -> None:
    """One error of an order, with the moment it was found."""
    con.execute(
        "INSERT INTO marts.error_facts VALUES (?, ?, ?, ?, 'quantity', 'x', ?, 30)",
        [f"e-{order_id}-{found_at}", f"s:{order_id}", order_id, line_id, found_at],
    )


def _insert(con: duckdb.DuckDBPyConnection, entity: str, values: dict[str, object]) -> None:
    values = {"_system": "s", **values}
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    con.execute(f"INSERT INTO core.{entity} ({names}) VALUES ({marks})", list(values.values()))


def _fill(con: duckdb.DuckDBPyConnection, orders: int, days: int) -> None:
    """Orders whose lines are in boxes of 10 now and then mistaken, more often by user u3 and by phone.

    A wrong quantity is twice or ten times the right one, and some right ones are
    eight times the usual; nine in ten are found, 1 to 40 days later, and then corrected.
    """
    con.execute("CREATE TEMP MACRO u(i, salt) AS (hash(i * 1000 + salt) % 1000003) / 1000003.0")
    con.execute(
        f"""CREATE TEMP TABLE made AS
        SELECT i, printf('O%07d', i) AS id,
            date_trunc('second', TIMESTAMP '{NOW}' - to_seconds(((1 - (i + 0.5) / {orders}) * {days} * 86400)::BIGINT)) AS t0,
            (u(i, 1) * 80)::INT AS customer, (u(i, 2) * 6)::INT AS person,
            CASE WHEN u(i, 3) < 0.3 THEN 'phone' ELSE 'EDI' END AS channel, 1 + (u(i, 4) * 3)::INT AS n_lines
        FROM range({orders}) AS r(i)"""
    )
    con.execute(
        """CREATE TEMP TABLE made_line AS
        SELECT m.*, n, m.id || '-' || n AS line_id, ((m.customer * 7 + (u(i, 10 + n) * 5)::INT) % 60)::INT AS product,
            round(5 + (m.customer % 9) * 4 + u(i, 20 + n) * 3) AS qty,
            CASE WHEN u(i, 60 + n) < 0.4 THEN 10 ELSE 2 END AS factor, u(i, 70 + n) < 0.02 AS bulk,
            u(i, 30 + n) < 0.012 * (CASE WHEN person = 3 THEN 4 ELSE 1 END) * (CASE channel WHEN 'phone' THEN 3 ELSE 1 END)
                AS wrong,
            u(i, 40 + n) < 0.9 AS noticed, t0 + to_seconds((86400 * (1 + 39 * u(i, 50 + n) ** 2))::BIGINT) AS found_at
        FROM made AS m, range(1, 5) AS r(n) WHERE n <= m.n_lines"""
    )
    con.execute(
        "CREATE TEMP TABLE seen AS SELECT * FROM made_line, meta.now WHERE wrong AND noticed AND found_at <= data_until"
    )
    con.execute(
        """INSERT INTO core.orders (record_key, order_key, _system, order_id, ordered_at, customer_id, customer_name,
            entered_by, channel, region, currency, ship_to, payment_terms, requested_delivery_date)
        SELECT 's:' || id, 's:' || id, 's', id, t0, 'C' || customer, 'Customer ' || customer, 'u' || person, channel,
            'R' || customer % 4, 'EUR', 'C' || customer || '/1', 'NET30', t0::DATE + 5 FROM made"""
    )
    con.execute(
        """INSERT INTO core.order_lines (record_key, order_key, line_key, _system, order_id, line_id, line_no, sku, quantity,
            unit, unit_price, net_amount)
        SELECT 's:' || line_id, 's:' || id, 's:' || line_id, 's', id, line_id, n, 'P' || product, q, 'PCE', 2 + product, q * (2 + product)
        FROM (SELECT *, qty * CASE WHEN line_id IN (SELECT line_id FROM seen) THEN 1
            WHEN wrong THEN factor WHEN bulk THEN 8 ELSE 1 END AS q FROM made_line)"""
    )
    con.execute(
        """INSERT INTO core.order_changes (order_key, line_key, _system, order_id, line_id, field, old_value, new_value, changed_at)
        SELECT 's:' || id, 's:' || line_id, 's', id, line_id, 'quantity', (qty * factor)::VARCHAR, qty::VARCHAR, found_at FROM seen
        UNION ALL
        SELECT 's:' || id, 's:' || line_id, 's', id, line_id, 'net_amount', (qty * factor * (2 + product))::VARCHAR,
            (qty * (2 + product))::VARCHAR, found_at FROM seen"""
    )
    con.execute(
        """INSERT INTO marts.error_facts
        SELECT 'e' || line_id, 's:' || id, id, line_id, 'quantity', 'quantity_power_of_ten', found_at, 30 FROM seen"""
    )
    con.execute(
        "INSERT INTO core.customers (record_key, _system, customer_id, name) "
        "SELECT DISTINCT 's:C' || customer, 's', 'C' || customer, 'Customer ' || customer FROM made"
    )
    con.execute(
        "INSERT INTO marts.order_facts SELECT 's:' || id, id, t0, t0 > data_until - INTERVAL 10 DAY FROM made, meta.now"
    )
