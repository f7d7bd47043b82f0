"""Tables of core, history and what landing and loading note about themselves; made from the contract."""

from collections.abc import Sequence
from importlib.resources import files

import duckdb

from pipelines import scope
from pipelines.contract import Entity, entities, record_columns
from pipelines.ingest.typing_sql import name


def create_schema(con: duckdb.DuckDBPyConnection) -> None:
    """Make every table that is not there yet."""
    con.execute((files("pipelines.ingest") / "schema.sql").read_text(encoding="utf-8"))
    for entity in entities().values():
        columns = _columns(entity)
        con.execute(f"CREATE TABLE IF NOT EXISTS core.{entity.name} ({columns})")
        con.execute(
            f"CREATE TABLE IF NOT EXISTS history.{entity.name} "
            f"({columns}, _disposition VARCHAR, _version BIGINT, _deleted BOOLEAN)"
        )
        con.execute(f"CREATE TABLE IF NOT EXISTS ingest.parts_{entity.name} ({columns})")
    _add_new_columns(con)
    con.execute(f"CREATE OR REPLACE VIEW ingest.row_dispositions AS {_dispositions()}")


def _add_new_columns(con: duckdb.DuckDBPyConnection) -> None:
    """Tables of a snapshot from before a column came into the contract get it, empty."""
    rows = con.execute("SELECT schema_name || '.' || table_name, column_name FROM duckdb_columns()").fetchall()
    known = set(rows)
    for entity in entities().values():
        for table in (f"core.{entity.name}", f"history.{entity.name}", f"ingest.parts_{entity.name}"):
            for column, kind in record_columns(entity):
                if (table, column) not in known:
                    con.execute(f"ALTER TABLE {table} ADD COLUMN {name(column)} {kind}")


def create_stages(con: duckdb.DuckDBPyConnection, fed: Sequence[Entity]) -> None:
    """Empty stages for one run, for the entities that it feeds. They lie in `core`, so that a stage can become the table."""
    for entity in fed:
        for stage in (f"core.stage_{entity.name}", f"work.parts_{entity.name}"):
            con.execute(f"CREATE OR REPLACE TABLE {stage} ({_columns(entity)})")


def drop_stages(con: duckdb.DuckDBPyConnection, fed: Sequence[Entity]) -> None:
    """A snapshot carries no stages."""
    for entity in fed:
        con.execute(f"DROP TABLE IF EXISTS core.stage_{entity.name}")
        con.execute(f"DROP TABLE work.parts_{entity.name}")


def create_scope(con: duckdb.DuckDBPyConnection, *, full: bool) -> None:
    """What this run looks at (`pipelines/scope.py`): everything, or what hangs on the orders that it touched.

    The marts widen it (see `marts/58_stale_orders.sql`).
    """
    con.execute(f"CREATE OR REPLACE TABLE {scope.SCOPE_ORDERS} AS FROM work.changed_orders")
    if full:
        scope.tell_near(con, None)
        scope.show_all(con, "scope")
    else:
        scope.tell_near(con, scope.SCOPE_ORDERS)
        scope.collect(con, "scope", scope.SCOPE_ORDERS)


def _columns(entity: Entity) -> str:
    return ", ".join(f"{name(column)} {kind}" for column, kind in record_columns(entity))


def _dispositions() -> str:
    """Every row that is not an accepted record: left out by itself, or weighed against another version."""
    weighed = [
        f"SELECT h._file_no AS file_no, h._line AS line, h._disposition AS disposition, "
        f"CASE WHEN h._deleted THEN 'no longer in the full extract' ELSE 'another version' END AS reason "
        f"FROM history.{name_} h JOIN meta.files f ON f.file_no = h._file_no AND f.primary_entity = '{name_}' "
        "AND NOT f.many_a_row"
        for name_ in entities()
    ]
    # Of several records that one row made, the best off decides: current, else superseded, else duplicate.
    shared = [
        f"SELECT h._file_no, h._line, max(h._disposition), 'another version' "
        f"FROM history.{name_} h JOIN meta.files f ON f.file_no = h._file_no AND f.primary_entity = '{name_}' "
        f"AND f.many_a_row ANTI JOIN core.{name_} c ON c._file_no = h._file_no AND c._line = h._line GROUP BY ALL"
        for name_ in entities()
    ]
    return " UNION ALL ".join(["SELECT file_no, line, disposition, reason FROM ingest.left_out", *weighed, *shared])
