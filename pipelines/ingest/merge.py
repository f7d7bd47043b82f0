"""Staged records into core and history. Only keys that more than one row claims are weighed; arrival decides nothing."""

import duckdb

from pipelines.contract import Entity, entities, record_columns
from pipelines.ingest.typing_sql import name, quote
from pipelines.spans import within

# Newest valid_at wins, then recorded_at; at a tie the file's name and the line, so that any order of arrival gives the same.
_VERSION_ORDER = "v._valid_at NULLS FIRST, v._recorded_at NULLS FIRST, f.file, f.batch_id, v._line"


def merge(con: duckdb.DuckDBPyConnection, entity: Entity) -> int:
    """Bring `core.stage_<entity>` into `core` and `history`. Returns the number of staged records.

    `touched_files` gets the files of other versions of the same records: what becomes of their rows may be another thing now.
    """
    staged = _count(con, f"core.stage_{entity.name}")
    if staged:
        _forget_derived(con, entity)
        _find_contested(con, entity)
        contested = _count(con, "contested")
        if contested:
            _weigh(con, entity)
            con.execute("INSERT INTO touched_files SELECT DISTINCT _file_no FROM versions")
        _note_changed_orders(con, entity, contested)
        _bring_uncontested(con, entity, contested)
        if contested:
            _replace(con, entity)
            _note_conflicts(con, entity)
    return staged


def _note_changed_orders(con: duckdb.DuckDBPyConnection, entity: Entity, contested: int) -> None:
    """Orders with a new record or a new version of one, be it an old one that came late. A repeated row changes nothing."""
    if "order_id" not in entity.by_name:
        return
    con.execute(
        f"INSERT INTO work.changed_orders SELECT DISTINCT order_key FROM core.stage_{entity.name} "
        "ANTI JOIN contested USING (record_key)"
    )
    if contested:
        con.execute(
            "INSERT INTO work.changed_orders SELECT DISTINCT order_key FROM versions "
            "SEMI JOIN (SELECT record_key FROM versions GROUP BY record_key "
            "HAVING bool_or(_is_new AND _disposition <> 'duplicate') OR NOT bool_or(_was_current)) USING (record_key)"
        )


def _bring_uncontested(con: duckdb.DuckDBPyConnection, entity: Entity, contested: int) -> None:
    """Most rows are the only claim to their key. Into an empty table they are not copied: their stage becomes the table."""
    table, stage = f"core.{entity.name}", f"core.stage_{entity.name}"
    if _count(con, table):
        con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM {stage} ANTI JOIN contested USING (record_key)")
        return
    if contested:
        con.execute(f"DELETE FROM {stage} WHERE record_key IN (SELECT record_key FROM contested)")
    con.execute(f"DROP TABLE {table}")
    con.execute(f"ALTER TABLE {stage} RENAME TO {entity.name}")


def _forget_derived(con: duckdb.DuckDBPyConnection, entity: Entity) -> None:
    """A record that was made from its children gives way to the one that a file brings; it never was a version."""
    con.execute(
        f"DELETE FROM core.{entity.name} WHERE _derived AND record_key IN (SELECT record_key FROM core.stage_{entity.name})"
    )


def _find_contested(con: duckdb.DuckDBPyConnection, entity: Entity) -> None:
    stage = f"core.stage_{entity.name}"
    near = within(con, "record_key", stage, f"core.{entity.name}")
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE contested AS "
        f"SELECT record_key FROM {stage} GROUP BY record_key HAVING count(*) > 1 "
        f"UNION SELECT record_key FROM core.{entity.name} SEMI JOIN {stage} USING (record_key) WHERE {near} "
        f"UNION SELECT record_key FROM history.{entity.name} SEMI JOIN {stage} USING (record_key) WHERE {near}"
    )


def _weigh(con: duckdb.DuckDBPyConnection, entity: Entity) -> None:
    """Order all versions of the contested keys; repeats are duplicates, the newest is current, the others superseded."""
    columns = _columns(entity)
    content = ", ".join(f"v.{name(c.name)}" for c in entity.columns)
    sources = (f"core.stage_{entity.name}", f"core.{entity.name}", f"history.{entity.name}")
    claims = " UNION ALL ".join(
        f"SELECT {columns}, {number == 0} AS _is_new, {number == 1} AS _was_current FROM {table} "
        "SEMI JOIN contested USING (record_key)"
        for number, table in enumerate(sources)
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE versions AS "
        f"WITH claims AS ({claims}), ordered AS ("
        f"  SELECT v.*, hash({content}) AS _now, row_number() OVER trail AS _no, "
        f"    lag(hash({content})) OVER trail AS _before "
        f"  FROM claims v JOIN meta.files f ON f.file_no = v._file_no "
        f"  WINDOW trail AS (PARTITION BY v.record_key ORDER BY {_VERSION_ORDER})), "
        f"judged AS (SELECT *, _no > 1 AND _now = _before AS _repeat, "
        f"  max(_no) FILTER (WHERE _no = 1 OR _now IS DISTINCT FROM _before) OVER (PARTITION BY record_key) AS _last "
        f"  FROM ordered) "
        f"SELECT * EXCLUDE (_before), CASE WHEN _repeat THEN 'duplicate' WHEN _no = _last THEN 'accepted' "
        f"ELSE 'superseded' END AS _disposition FROM judged"
    )


def _replace(con: duckdb.DuckDBPyConnection, entity: Entity) -> None:
    columns = _columns(entity)
    for schema in ("core", "history"):
        con.execute(f"DELETE FROM {schema}.{entity.name} WHERE record_key IN (SELECT record_key FROM contested)")
    con.execute(
        f"INSERT INTO core.{entity.name} BY NAME SELECT {columns} FROM versions WHERE _disposition = 'accepted'"
    )
    con.execute(
        f"INSERT INTO history.{entity.name} BY NAME SELECT {columns}, _disposition, _no AS _version, false AS _deleted "
        "FROM versions WHERE _disposition <> 'accepted'"
    )


def _note_conflicts(con: duckdb.DuckDBPyConnection, entity: Entity) -> None:
    """Same key, same times, other content: which one is right only a person can tell."""
    con.execute(
        "DELETE FROM ingest.conflicts WHERE entity = ? AND column_name IS NULL "
        "AND record_key IN (SELECT record_key FROM contested)",
        [entity.name],
    )
    order_key = "a.order_key" if "order_id" in entity.by_name else "NULL"
    con.execute(
        f"INSERT INTO ingest.conflicts SELECT {quote(entity.name)}, a.record_key, {order_key}, NULL, NULL, NULL, "
        "a._file_no, a._line, b._file_no, b._line FROM versions a JOIN versions b USING (record_key) "
        "WHERE a._disposition = 'accepted' AND b._disposition = 'superseded' AND a._now <> b._now "
        "AND a._valid_at IS NOT DISTINCT FROM b._valid_at AND a._recorded_at IS NOT DISTINCT FROM b._recorded_at"
    )


def mark_deleted(con: duckdb.DuckDBPyConnection, source: str) -> int:
    """A `full` feed names every record: those that its newest files no longer name are moved to history as deleted.

    Files of the same extraction time are of the same age: what any of them names is there.
    """
    newest = con.execute(
        "SELECT file_no FROM meta.files WHERE source = $source AND kind = 'full' AND recorded_at IS NOT DISTINCT FROM "
        "(SELECT max(recorded_at) FROM meta.files WHERE source = $source AND kind = 'full')",
        {"source": source},
    ).fetchall()
    numbers = ", ".join(str(row[0]) for row in newest)
    return sum(_delete_missing(con, entity, source, numbers) for entity in entities().values()) if newest else 0


def _delete_missing(con: duckdb.DuckDBPyConnection, entity: Entity, source: str, newest: str) -> int:
    gone = (
        f"SELECT record_key FROM core.{entity.name} WHERE _source = {quote(source)} AND NOT _derived "
        f"AND _file_no NOT IN ({newest}) AND record_key NOT IN "
        f"(SELECT record_key FROM history.{entity.name} WHERE _file_no IN ({newest}))"
    )
    count = _count(con, f"({gone})")
    if count:
        con.execute(
            f"INSERT INTO touched_files SELECT DISTINCT _file_no FROM core.{entity.name} WHERE record_key IN ({gone})"
        )
        con.execute(
            f"INSERT INTO work.changed_orders SELECT DISTINCT order_key FROM core.{entity.name} WHERE record_key IN ({gone})"
        )
        con.execute(
            f"INSERT INTO history.{entity.name} BY NAME SELECT *, 'superseded' AS _disposition, 0 AS _version, "
            f"true AS _deleted FROM core.{entity.name} WHERE record_key IN ({gone})"
        )
        con.execute(
            f"DELETE FROM core.{entity.name} WHERE record_key IN "
            f"(SELECT record_key FROM history.{entity.name} WHERE _deleted)"
        )
    return count


def _columns(entity: Entity) -> str:
    return ", ".join(name(column) for column, _ in record_columns(entity))


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0
