"""Parents that no file brought: an order from its lines or events, a line from its events. Marked `_derived`."""

from importlib.resources import files

import duckdb

from pipelines.contract import Column, Entity, entities
from pipelines.ingest.typing_sql import name
from pipelines.sources.profile import Profile

_PLACE = "struct_pack(at := {at}, a := _recorded_at, b := _file, c := _line)"
_AGGREGATES = {
    "first": f"arg_min({{c}}, {_PLACE}) FILTER ({{c}} IS NOT NULL)",
    "last": f"arg_max({{c}}, {_PLACE}) FILTER ({{c}} IS NOT NULL)",
    "constant": f"arg_min({{c}}, {_PLACE}) FILTER ({{c}} IS NOT NULL)",
    "min": "min({c})",
    "max": "max({c})",
    "sum": "sum({c})",
    "lines": "NULL",
}
# What tells the time of a part, so that `first` and `last` mean time and not place in a file.
_MOMENTS = ("ordered_at", "updated_at", "raised_at", "at")


def derive_from_parts(con: duckdb.DuckDBPyConnection, entity: Entity, profile: Profile) -> int:
    """Make the records of a collapsed mapping from the parts of every file, by the profile's rule per attribute."""
    rules = _rules(entity, profile)
    if rules is None:
        return 0
    con.execute(f"CREATE OR REPLACE TEMP TABLE collapsed AS SELECT DISTINCT record_key FROM work.parts_{entity.name}")
    con.execute(f"INSERT INTO ingest.parts_{entity.name} BY NAME SELECT * FROM work.parts_{entity.name}")
    con.execute(f"DELETE FROM core.{entity.name} WHERE _derived AND record_key IN (SELECT record_key FROM collapsed)")
    cells = ", ".join(
        f"{_aggregate(entity, c, rules)} AS {name(c.name)}" for c in entity.columns if c.name != entity.key
    )
    con.execute(
        f"INSERT INTO core.{entity.name} BY NAME "
        f"SELECT arg_min({name(entity.key)}, _line) AS {name(entity.key)}, {cells}, record_key, min(order_key) AS order_key, "
        f"min(line_key) AS line_key, min(_system) AS _system, min(_source) AS _source, arg_min(_file_no, _file) AS _file_no, "
        f"min(_line) AS _line, max(_valid_at) AS _valid_at, max(_recorded_at) AS _recorded_at, true AS _derived "
        f"FROM (SELECT p.*, f.file || f.batch_id AS _file FROM ingest.parts_{entity.name} p "
        f"JOIN meta.files f ON f.file_no = p._file_no) SEMI JOIN collapsed USING (record_key) "
        f"ANTI JOIN (SELECT record_key FROM core.{entity.name} WHERE NOT _derived) USING (record_key) GROUP BY record_key"
    )
    _note_inconstant(con, entity, rules)
    return _count(con, "collapsed")


def derive_missing(con: duckdb.DuckDBPyConnection, profile: Profile) -> None:
    """Orders and lines that are only pointed at: made from their lines and events, for the orders this run touched."""
    for step in ("derive_lines", "derive_orders"):
        con.execute((files("pipelines.ingest") / f"{step}.sql").read_text(encoding="utf-8"))
    rules = _rules(entities()["orders"], profile) or {}
    for column, rule in rules.items():
        if rule == "lines":
            _sum_of_lines(con, column)
    _note_own_tables(con)


def _note_own_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Which tables each system delivers, and how many orders are known by their lines or actions alone though it does."""
    own = (files("pipelines.ingest") / "own_tables.sql").read_text(encoding="utf-8")
    con.execute(f"CREATE OR REPLACE TABLE meta.own_tables AS {own}")
    con.execute("DELETE FROM meta.assumptions WHERE code = 'lost_orders'")
    con.execute(
        "INSERT INTO meta.assumptions SELECT 'lost_orders', _system, format('{:,} of its orders came in no file of orders: "
        "they are known by their lines or actions alone and count in no rate', count(*)) FROM core.orders "
        "WHERE _source = 'derived' AND _system IN (SELECT _system FROM meta.own_tables WHERE has_orders) GROUP BY _system"
    )


def _sum_of_lines(con: duckdb.DuckDBPyConnection, column: str) -> None:
    """A derived order's amount: the sum over its lines, null where any line has none."""
    cell = name(column)
    con.execute(
        f"UPDATE core.orders SET {cell} = s.total FROM ("
        f"SELECT order_key, CASE WHEN count({cell}) = count(*) THEN sum({cell}) END AS total "
        "FROM core.order_lines SEMI JOIN work.changed_orders USING (order_key) GROUP BY order_key) s "
        "WHERE core.orders.order_key = s.order_key AND core.orders._derived"
    )


def _rules(entity: Entity, profile: Profile) -> dict[str, str] | None:
    for feed in profile.feeds:
        for mapping in feed.mappings:
            if mapping.entity.name == entity.name and mapping.collapse is not None:
                return mapping.collapse
    return None


def _rule(column: Column, rules: dict[str, str]) -> str:
    return rules.get(column.name, rules.get("default", "first"))


def _aggregate(entity: Entity, column: Column, rules: dict[str, str]) -> str:
    moment = next((name(c) for c in _MOMENTS if c in entity.by_name), "NULL")
    return _AGGREGATES[_rule(column, rules)].format(c=name(column.name), at=moment)


def _note_inconstant(con: duckdb.DuckDBPyConnection, entity: Entity, rules: dict[str, str]) -> None:
    """An attribute that ought to be the same on every row of a record, and is not, is a conflict."""
    con.execute(
        "DELETE FROM ingest.conflicts WHERE entity = ? AND column_name IS NOT NULL "
        "AND record_key IN (SELECT record_key FROM collapsed)",
        [entity.name],
    )
    for column in entity.columns:
        if _rule(column, rules) == "constant" and column.name != entity.key:
            cell, place = name(column.name), f"struct_pack(a := p.{name(column.name)}, b := p._line)"
            con.execute(
                f"INSERT INTO ingest.conflicts SELECT '{entity.name}', record_key, min(c.order_key), '{column.name}', "
                f"CAST(min(c.{cell}) AS VARCHAR), CAST(min(p.{cell}) AS VARCHAR), min(c._file_no), min(c._line), "
                f"arg_min(p._file_no, {place}), arg_min(p._line, {place}) FROM ingest.parts_{entity.name} p "
                f"SEMI JOIN collapsed USING (record_key) JOIN core.{entity.name} c USING (record_key) "
                f"WHERE c._derived AND p.{cell} <> c.{cell} GROUP BY record_key"
            )


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0
