"""What the rules about entered values would have said of the values that were corrected since: judged once, as they were entered.

A corrected error is not in the current data any more. Only orders with corrections are looked at, as they and their lines
stood at entry by the change log; what they are compared with is the present state of all other orders.
"""

import re
from collections.abc import Collection, Iterable, Sequence

import duckdb

from expectations.engine import Data, time_limit
from expectations.norms import made_by, needed_by, norms_of_scope
from expectations.rule import Rule
from expectations.sql import statement
from pipelines import scope
from pipelines.contract import Entity, entities
from pipelines.errors import is_disk_full

_JUDGED = ("orders", "order_lines")
_REACHES = ("record", "order", "neighbours", "reference")
_TIMEOUT_SECONDS = 60.0
_FIRST_LINE = 1

# The fields that a query names by itself, and the sign that it takes one from its data.
_NAMED = re.compile(r"'(\w+)' AS field\b", re.IGNORECASE)
_TAKEN = re.compile(r"(?<!AS )\bfield\b", re.IGNORECASE)

Field = tuple[str, str]


def judge_as_entered(con: duckdb.DuckDBPyConnection, rules: Iterable[Rule], data: Data) -> None:
    """Bring `ledger.entered_findings` up to date: which rule names which corrected cell, as it was entered.

    Needs `marts.corrections`. A rule that breaks here is left out; its own run tells why.
    """
    con.execute(statement("entered"))
    fields = _corrected_fields(con)
    fit = [rule for rule in rules if _is_about(rule, fields) and all(map(data.has, rule.needs)) and _applies(con, rule)]
    for is_all in (False, True):
        members = [rule for rule in fit if (data.judged(rule) == "all") == is_all]
        if members:
            con.execute("INSERT INTO entered._judged VALUES (?, ?)", [[rule.name for rule in members], is_all])
            _judge(con, members, fields)
    con.execute("DROP SCHEMA entered CASCADE")


def _is_about(rule: Rule, fields: set[Field]) -> bool:
    """Whether it is a rule about entered values that looks at a field of which something was corrected."""
    looked_at = {(entity, column) for entity, _, column in (need.partition(".") for need in rule.needs)}
    of_entry = rule.line_of_defence == _FIRST_LINE or rule.origin_stage == "entry"
    # A rule that needs an entity and no column of it looks at all of them.
    whole = {(entity, column) for entity, column in fields if (entity, "") in looked_at and entity == rule.entity}
    is_fit = rule.reach in _REACHES or (rule.reach == "clock" and rule.line_of_defence == _FIRST_LINE)
    is_about = rule.entity in _JUDGED and bool(looked_at & fields | whole) and _can_name(rule, fields)
    return of_entry and is_fit and is_about


def _can_name(rule: Rule, fields: set[Field]) -> bool:
    """Whether the rule may name a field of which something was corrected: what it says of others does not count here."""
    named = {(rule.entity, field.lower()) for field in _NAMED.findall(rule.sql)}
    return not named or bool(named & fields or _TAKEN.search(rule.sql))


def _applies(con: duckdb.DuckDBPyConnection, rule: Rule) -> bool:
    """Whether the premise of the rule holds; a premise that cannot be asked does not."""
    if rule.applies is None:
        return True
    try:
        row = con.execute(f"SELECT ({rule.applies.when})").fetchone()
    except duckdb.Error:
        return False
    return bool(row and row[0])


def _corrected_fields(con: duckdb.DuckDBPyConnection) -> set[Field]:
    rows = con.execute(
        "SELECT DISTINCT CASE WHEN line_id IS NULL THEN 'orders' ELSE 'order_lines' END, field FROM marts.corrections"
    ).fetchall()
    return {(entity, field) for entity, field in rows if field in entities()[entity].by_name}


def _judge(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], fields: set[Field]) -> None:
    con.execute(statement("entered_cells"))
    for entity in entities().values():
        con.execute(_as_entered(entity, sorted(field for name, field in fields if name == entity.name)))
    for name in scope.built(con):
        con.execute(
            f"CREATE OR REPLACE VIEW entered.{name} AS FROM marts.{name} SEMI JOIN entered._shown USING (order_key)"
        )
    for name in _JUDGED:
        _show_among_others(con, name)
    # At entry nothing had been changed yet.
    con.execute(
        "CREATE OR REPLACE VIEW entered._all_order_changes AS FROM core.order_changes ANTI JOIN entered._wanted USING (order_key)"
    )
    # Texts of actions are no entered values: what was read of them once need not be read again.
    needed = needed_by(query for rule in rules for query in rule.queries)
    norms = [norm for norm in norms_of_scope(needed) if scope.named_in(norm.sql) != {"user_actions"}]
    made = {table for norm in norms for table in made_by(norm)}
    for norm in norms:
        con.execute(_translate(norm.sql, made))
    for rule in rules:
        _run(con, rule, _translate(rule.sql, made))
    con.execute(statement("entered_findings"))


def _show_among_others(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Records as they were entered, among all others as they are. Rules go through these again and again: the place of a record
    in its table is compared in a fifth of the time that its order's key takes.
    """
    con.execute(
        f"CREATE OR REPLACE TABLE entered._places_{name} AS "
        f"SELECT rowid AS place FROM core.{name} SEMI JOIN entered._wanted USING (order_key)"
    )
    con.execute(
        f"CREATE OR REPLACE VIEW entered._all_{name} AS FROM entered.{name} SEMI JOIN entered._wanted USING (order_key) "
        f"UNION ALL BY NAME SELECT o.* FROM core.{name} o ANTI JOIN entered._places_{name} p ON p.place = o.rowid"
    )


def _as_entered(entity: Entity, fields: Sequence[str]) -> str:
    """The statement that makes the entity's records of the orders in question, with the values that were corrected."""
    if "order_id" not in entity.by_name:
        return f"CREATE OR REPLACE VIEW entered.{entity.name} AS FROM core.{entity.name}"
    rows = scope.records(f"core.{entity.name}", "entered._shown")
    if not fields:
        return f"CREATE OR REPLACE VIEW entered.{entity.name} AS {rows}"
    values = ", ".join(
        f"CASE WHEN map_contains(c.cells, '{field}') THEN TRY_CAST(c.cells['{field}'] AS {entity.by_name[field].sql_type}) "
        f'ELSE t."{field}" END AS "{field}"'
        for field in fields
    )
    line = "t.line_id" if entity.name == "order_lines" else "NULL"
    return (
        f"CREATE OR REPLACE TABLE entered.{entity.name} AS SELECT t.* REPLACE ({values}) FROM ({rows}) t "
        f"LEFT JOIN entered._records c ON c.order_key = t.order_key AND c.line_id IS NOT DISTINCT FROM {line}"
    )


def _translate(sql: str, made: Collection[str]) -> str:
    """The query over the records as they were entered, among all others as they are; `made` is measured of them, too."""
    sql = re.sub(r"\bscope\.", "entered.", sql)
    sql = re.sub(rf"\bcore\.({'|'.join(_JUDGED)})\b", r"entered._all_\1", sql)
    names = "|".join(table.removeprefix("work.") for table in made)
    return re.sub(rf"\bwork\.({names})\b", r"entered.\1", sql) if made else sql


def _run(con: duckdb.DuckDBPyConnection, rule: Rule, sql: str) -> None:
    try:
        with time_limit(con, _TIMEOUT_SECONDS):
            con.execute(f"INSERT INTO entered._hits BY NAME SELECT ? AS rule, * FROM (\n{sql}\n)", [rule.name])
    except duckdb.Error as error:
        if is_disk_full(error):
            raise
        con.execute("DELETE FROM entered._hits WHERE rule = ?", [rule.name])
