"""The records of chosen orders: those that a run judges and builds (`scope`), those that time judges (`clock`).

`scope.<name>` shows all of an entity or of a fact mart at a full check, else what hangs on the chosen orders; masters are
always whole. In a published snapshot these are plain views. While a run works they show tables of its own: DuckDB has no index
by which a few records could be fetched, so each look at them would go through all of history once more. These tables lie in a
database in memory that goes with the run: all of its connections see it, and nothing of it is compressed or written.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable

import duckdb

from pipelines.contract import entities
from pipelines.spans import within

SCOPE_ORDERS = "work.scope_orders"
CLOCK_ORDERS = "work.clock_orders"
# The marts that are built before the checks, an order's rows at a time.
FACTS = ("action_facts", "stage_facts", "change_facts", "exception_facts", "error_facts")
HELD = "held"
"""The database in memory that holds the run's own tables."""
_IN_SCOPE = re.compile(r"\bscope\.(\w+)")


def home_of(name: str) -> str:
    """The whole table behind `scope.<name>`."""
    return f"marts.{name}" if name in FACTS else f"core.{name}"


def named_in(sql: str) -> set[str]:
    """What a query reads of the scope."""
    return set(_IN_SCOPE.findall(sql))


def named_again(queries: Iterable[str]) -> set[str]:
    """What the queries together read of the scope more than once."""
    counted = Counter(name for sql in queries for name in _IN_SCOPE.findall(sql))
    return {name for name, times in counted.items() if times > 1}


def over(schema: str, sql: str) -> str:
    """The query over the records of another schema in place of the scope: `core` for all of them."""
    return _IN_SCOPE.sub(lambda found: home_of(found[1]) if schema == "core" else f"{schema}.{found[1]}", sql)


def show_all(con: duckdb.DuckDBPyConnection, schema: str, names: Iterable[str] | None = None) -> None:
    """Let the views of the schema (of all entities where `names` is None) show everything."""
    for name in entities() if names is None else names:
        _view(con, schema, name, f"SELECT * FROM {home_of(name)}")


def collect(con: duckdb.DuckDBPyConnection, schema: str, orders: str, names: Iterable[str] | None = None) -> None:
    """Let the views of the schema show the records of the orders in a table.

    Those of `names` (all entities where None) that belong to orders are collected into tables that last as long as the run.
    """
    show_chosen(con, schema, orders)
    near = "work.near(order_key)" if orders == SCOPE_ORDERS else "true"
    for name in _tables(con, _hang_on_orders() if names is None else names):
        hold(con, table(schema, name), records(home_of(name), orders, near))
        show_table(con, schema, name)


def hold(con: duckdb.DuckDBPyConnection, table: str, query: str) -> None:
    """Make a table of the run's own (`held.<name>`) of what a query finds now."""
    con.execute(f"ATTACH IF NOT EXISTS ':memory:' AS {HELD}")
    con.execute(f"CREATE OR REPLACE TABLE {table} AS {query}")


def show_table(con: duckdb.DuckDBPyConnection, schema: str, name: str) -> None:
    """Let a view show the table that was made for it."""
    _view(con, schema, name, f"SELECT * FROM {table(schema, name)}")


def widen(con: duckdb.DuckDBPyConnection, query: str, names: Collection[str]) -> None:
    """Take the orders of `query` into the scope; they must not be in it yet. Records are fetched as far as `names` says: what
    nobody reads any more is left as it is.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE added_orders AS {query}")
    con.execute(f"INSERT INTO {SCOPE_ORDERS} BY NAME FROM added_orders")
    if con.execute("SELECT EXISTS (FROM added_orders)").fetchall()[0][0]:
        tell_near(con, SCOPE_ORDERS)
        near = _near(con, "added_orders")
        for name in set(names).intersection(_collected(con, "scope")):
            con.execute(f"INSERT INTO {table('scope', name)} BY NAME {records(home_of(name), 'added_orders', near)}")
    con.execute("DROP TABLE added_orders")


def tell_near(con: duckdb.DuckDBPyConnection, orders: str | None) -> None:
    """Make `work.near(order_key)`: true for the orders in a table (for all where None) and for few others.

    Asked together with the orders themselves it spares a look through most of a long history (`pipelines/spans.py`).
    """
    condition = "true" if orders is None else _near(con, orders)
    con.execute(f"CREATE OR REPLACE MACRO work.near(order_key) AS {condition}")


def _near(con: duckdb.DuckDBPyConnection, orders: str) -> str:
    return within(con, "order_key", orders, "core.orders")


def settle(con: duckdb.DuckDBPyConnection) -> None:
    """Views for the snapshot in place of this run's tables."""
    for schema, orders in (("scope", SCOPE_ORDERS), ("clock", CLOCK_ORDERS)):
        names = _collected(con, schema)
        if names:
            show_chosen(con, schema, orders)
        for name in names:
            con.execute(f"DROP TABLE {table(schema, name)}")


def records(source: str, orders: str, near: str = "true") -> str:
    """The rows of a table that belong to the orders in another one; `near` is a condition that all of these fulfil.

    They are found by their order's key alone, then fetched by their place: to read all columns on the way takes six times
    as long (measured: 1.6 s against 0.26 s for the actions of 10,000 of a million orders).
    """
    return f"SELECT * FROM {source} WHERE rowid IN (SELECT rowid FROM {source} SEMI JOIN {orders} USING (order_key) WHERE {near})"


def table(schema: str, name: str) -> str:
    """The run's own table behind a view."""
    return f"{HELD}.{schema}_{name}"


def at_hand(con: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    """The tables of its own that this run has of an entity or fact mart, to be searched before all of history."""
    return [table(schema, name) for schema in ("scope", "clock") if name in _collected(con, schema)]


def hanging(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The entities and the fact marts (as far as they are built) whose records belong to an order."""
    return (*_hang_on_orders(), *built(con))


def built(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The fact marts that there are."""
    found = con.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'marts' AND list_contains(?, table_name)",
        [list(FACTS)],
    ).fetchall()
    return [row[0] for row in found]


def _hang_on_orders() -> tuple[str, ...]:
    return tuple(name for name, entity in entities().items() if "order_id" in entity.by_name)


def show_chosen(con: duckdb.DuckDBPyConnection, schema: str, orders: str) -> None:
    """Let the views of the schema show the records of the orders in a table: the form that a snapshot carries."""
    semi = f" SEMI JOIN {orders} USING (order_key)"
    of_orders = hanging(con)
    for name in (*entities(), *built(con)):
        _view(con, schema, name, f"SELECT * FROM {home_of(name)}{semi if name in of_orders else ''}")


def _tables(con: duckdb.DuckDBPyConnection, names: Iterable[str]) -> list[str]:
    """Those of the names whose records belong to orders and lie in a table, not in a view."""
    found = con.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = current_database()"
    ).fetchall()
    return [name for name in hanging(con) if name in set(names) and (home_of(name),) in found]


def _view(con: duckdb.DuckDBPyConnection, schema: str, name: str, query: str) -> None:
    con.execute(f"CREATE OR REPLACE VIEW {schema}.{name} AS {query}")


def _collected(con: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    tables = {table(schema, name): name for name in (*entities(), *FACTS)}
    found = con.execute(
        "SELECT database_name || '.' || table_name AS held FROM duckdb_tables() WHERE database_name = ? ORDER BY held",
        [HELD],
    ).fetchall()
    return [tables[row[0]] for row in found if row[0] in tables]
