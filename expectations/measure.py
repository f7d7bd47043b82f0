"""Measures what is usual, and what several rules compare with, before the rules run: the scripts of expectations/norms."""

from collections.abc import Callable, Collection

import duckdb

from expectations.ledger import define_macros
from expectations.norms import norms, norms_of_run
from expectations.sql import scalar, statement
from pipelines import scope
from pipelines.sqlfiles import SqlFile


def measure_norms(con: duckdb.DuckDBPyConnection, full: bool, only: Collection[str] | None = None) -> None:
    """Measure what is usual. What depends on all of history is measured the first time, and anew at a full check once the
    orders have grown by a tenth (or the script, the process or the way of reading has changed): a day's batch costs a
    day's work, and a full check of the same data judges by the same norms and so finds the same.

    `only` names the scripts to run (see `expectations.norms.needed_by`); None runs all of them.
    """
    measure = begin_norms(con, full)
    for file in norms():
        if only is None or file.name in only:
            measure(file)


def begin_norms(con: duckdb.DuckDBPyConnection, full: bool) -> Callable[[SqlFile], None]:
    """Make ready for measuring; what is returned measures one norm, where that is due."""
    define_macros(con)
    con.execute("CREATE TABLE IF NOT EXISTS work.measured_norms (norm VARCHAR, sql_hash VARCHAR, orders BIGINT)")
    con.execute("ALTER TABLE work.measured_norms ADD COLUMN IF NOT EXISTS ground VARCHAR")
    ground = str(scalar(con, statement("ground")))
    return lambda file: _measure(con, file, full, ground)


def _measure(con: duckdb.DuckDBPyConnection, file: SqlFile, full: bool, ground: str) -> None:
    if file.meta["refresh"] == "orders":
        _measure_orders(con, file, full)
    elif file.meta["refresh"] == "run":
        _make_for_run(con, file, full)
    elif file.meta["refresh"] == "always":
        con.execute(file.sql)
    elif not _is_measured(con, file) or (full and _is_outdated(con, file, ground)):
        con.execute(file.sql)
        con.execute("DELETE FROM work.measured_norms WHERE norm = ?", [file.name])
        con.execute(
            "INSERT INTO work.measured_norms BY NAME SELECT ? AS norm, md5(?) AS sql_hash, count(*) AS orders, "
            "? AS ground FROM core.orders",
            [file.name, file.sql, ground],
        )


def _measure_orders(con: duckdb.DuckDBPyConnection, file: SqlFile, full: bool) -> None:
    """A norm whose rows are those of an order is made anew for the orders in scope."""
    table = f"work.{file.meta['makes']}"
    if full or not _is_measured(con, file):
        con.execute(f"CREATE OR REPLACE TABLE {table} AS {scope.over('core', file.sql)}")
        return
    con.execute(f"DELETE FROM {table} WHERE order_key IN (FROM {scope.SCOPE_ORDERS})")
    con.execute(f"INSERT INTO {table} BY NAME {file.sql}")


def _make_for_run(con: duckdb.DuckDBPyConnection, file: SqlFile, full: bool) -> None:
    """A norm about all records that a rule of an order or of the clock may judge in this run, wanted by no later one: a table that is
    not written to the file, which takes as long as to make it.
    """
    name = file.meta["makes"]
    scope.hold(con, f"{scope.HELD}.{name}", scope.over("core" if full else "clock", file.sql))
    con.execute(f"CREATE OR REPLACE VIEW work.{name} AS FROM {scope.HELD}.{name}")


def settle_norms(con: duckdb.DuckDBPyConnection) -> None:
    """Once the rules have run: in place of the norms that were made for this run alone, views by which their queries can be tried."""
    for file in norms_of_run():
        name = file.meta["makes"]
        con.execute(f"CREATE OR REPLACE VIEW work.{name} AS {file.sql}")
        con.execute(f"DROP TABLE IF EXISTS {scope.HELD}.{name}")


_GROWN = 0.1
"""Share by which the orders have to differ from those that were measured before a norm is measured anew."""


def _is_outdated(con: duckdb.DuckDBPyConnection, file: SqlFile, ground: str) -> bool:
    """Whether a norm was measured by another script, on other ground, or on orders fewer or more by a tenth."""
    row = con.execute(
        "SELECT bool_and(sql_hash = md5($sql) AND coalesce(ground = $ground, false) "
        "AND abs((SELECT count(*) FROM core.orders) - orders) < $grown * orders) "
        "FROM work.measured_norms WHERE norm = $norm",
        {"sql": file.sql, "ground": ground, "grown": _GROWN, "norm": file.name},
    ).fetchone()
    return not (row and row[0])


def _is_measured(con: duckdb.DuckDBPyConnection, file: SqlFile) -> bool:
    found = con.execute(
        "SELECT 1 FROM information_schema.tables WHERE table_schema = 'work' AND table_name = ?", [file.meta["makes"]]
    ).fetchone()
    return found is not None
