"""What the versions of a record tell of its values, where the change log is silent."""

import duckdb

from pipelines.contract import Entity

# Stands for an empty value while columns are turned into rows, which leaves nulls out.
_EMPTY = "chr(30)"


def find(con: duckdb.DuckDBPyConnection, entity: Entity) -> None:
    """Into `work.versioned`: for each wanted origin of the entity whose field other versions had otherwise, the version
    that brought the present value in, with its last modifier and the source's own time of it (null where not given).
    """
    fields = [name for name in _fields(con, entity) if name in entity.by_name]
    if not fields:
        return
    cells = ", ".join(f'coalesce(CAST("{field}" AS VARCHAR), {_EMPTY}) AS "{field}"' for field in fields)
    names = ", ".join(f'"{field}"' for field in fields)
    who = "updated_by" if "updated_by" in entity.by_name else "NULL::VARCHAR"
    each = f"SELECT record_key, _valid_at, _recorded_at, _line, {who} AS who, {cells} FROM"
    con.execute(
        f"""INSERT INTO work.versioned
        WITH older AS (
          {each} history.{entity.name} SEMI JOIN work.wanted_origins USING (record_key)
          WHERE _disposition = 'superseded' AND NOT _deleted
        ), versions AS (
          FROM older UNION ALL {each} core.{entity.name} SEMI JOIN older USING (record_key)
        ), steps AS (
          SELECT *, lag(value) OVER (PARTITION BY record_key, field
            ORDER BY _valid_at NULLS FIRST, _recorded_at NULLS FIRST, _line) AS before
          FROM (UNPIVOT versions ON {names} INTO NAME field VALUE value)
        )
        SELECT w.defect_id, arg_max(s.who, (s._valid_at, s._recorded_at, s._line)),
          CASE WHEN bool_or(s._valid_at IS NULL) THEN NULL ELSE max(s._valid_at) END
        FROM steps s JOIN work.wanted_origins w ON w.record_key = s.record_key AND w.field = s.field
        WHERE w.entity = '{entity.name}' AND s.before IS NOT NULL AND s.before <> s.value
        GROUP BY w.defect_id"""
    )


def _fields(con: duckdb.DuckDBPyConnection, entity: Entity) -> list[str]:
    """The fields of the entity whose origin is wanted of records that have older versions."""
    rows = con.execute(
        f"SELECT DISTINCT field FROM work.wanted_origins SEMI JOIN history.{entity.name} USING (record_key) "
        "WHERE entity = ? ORDER BY field",
        [entity.name],
    ).fetchall()
    return [row[0] for row in rows if row[0] is not None]
