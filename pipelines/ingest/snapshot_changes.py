"""Successive full extracts without a change log: their difference becomes `order_changes` with origin `snapshot`."""

from collections.abc import Sequence

import duckdb

from pipelines.contract import Entity, entity
from pipelines.ingest.typing_sql import name, quote

_COMPARED = ("orders", "order_lines")
# Who and when of the last change say something about the change; they are not the change.
_NOT_COMPARED = ("updated_at", "updated_by", "order_id", "line_id")


def changes_between_extracts(con: duckdb.DuckDBPyConnection, sources: Sequence[str]) -> None:
    """Make anew the snapshot changes of the orders that this run touched, where no log is given."""
    row = con.execute("SELECT count(*) FROM core.order_changes WHERE origin = 'log'").fetchone()
    if row and row[0]:
        return
    con.execute(
        "DELETE FROM core.order_changes WHERE origin = 'snapshot' "
        "AND order_key IN (SELECT order_key FROM work.changed_orders)"
    )
    for compared in _COMPARED:
        _compare(con, entity(compared), sources)


def _compare(con: duckdb.DuckDBPyConnection, compared: Entity, sources: Sequence[str]) -> None:
    fields = [c.name for c in compared.columns if c.name not in _NOT_COMPARED]
    cells = ", ".join(f"CAST({name(f)} AS VARCHAR) AS {name(f)}" for f in fields)
    line = "line_id" if "line_id" in compared.by_name else "CAST(NULL AS VARCHAR)"
    listed = ", ".join(map(quote, sources))
    who = f"order_id, {line} AS line_id, order_key, line_key, record_key, _system, _file_no, _line, _valid_at, _recorded_at, updated_by"
    versions = " UNION ALL ".join(
        f"SELECT {who}, {cells} FROM {table} SEMI JOIN work.changed_orders USING (order_key) "
        f"WHERE _source IN ({listed}) {condition}"
        for table, condition in (
            (f"core.{compared.name}", ""),
            (f"history.{compared.name}", "AND _disposition = 'superseded' AND NOT _deleted"),
        )
    )
    steps = ", ".join(f"coalesce({name(f)}, chr(30)) AS {name(f)}" for f in fields)
    long = f"UNPIVOT (SELECT * REPLACE ({steps}) FROM ({versions})) ON {', '.join(map(name, fields))} INTO NAME field VALUE new_value"
    con.execute(
        "INSERT INTO core.order_changes BY NAME "
        "SELECT md5(record_key || field || coalesce(CAST(_recorded_at AS VARCHAR), '') || new_value)[:20] AS change_id, "
        "order_id, line_id, field, nullif(old_value, chr(30)) AS old_value, nullif(new_value, chr(30)) AS new_value, "
        "coalesce(_valid_at, _recorded_at) AS changed_at, updated_by AS changed_by, 'snapshot' AS origin, "
        "_system || ':' || change_id AS record_key, order_key, line_key, _system, 'compared extracts' AS _source, "
        "_file_no, _line, _valid_at, _recorded_at, true AS _derived "
        f"FROM (SELECT *, lag(new_value) OVER (PARTITION BY record_key, field ORDER BY _valid_at NULLS FIRST, "
        f"_recorded_at NULLS FIRST, _line) AS old_value FROM ({long})) "
        "WHERE old_value IS NOT NULL AND old_value <> new_value"
    )
