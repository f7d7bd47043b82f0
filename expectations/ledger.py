"""The defect ledger: what broke which rule, since when, until when, and where the wrong value came from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from expectations import versions
from expectations.catalogue import kinds
from expectations.rule import Rule
from expectations.sql import statement
from pipelines import scope
from pipelines.contract import entity, field_labels

# The records whose values people enter and change, and whose history is kept.
ORDER_ENTITIES = ("orders", "order_lines", "schedule_lines")


def begin(
    con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], vocabulary: Mapping[str, Mapping[str, str]] | None = None
) -> None:
    """Make the ledger's tables and the macros that rules share, and write the catalogue as run.

    `vocabulary` has the kinds that ship and the company's own; without it only those that ship have a title.
    """
    con.execute(statement("tables"))
    define_macros(con)
    con.execute(statement("learned"))
    insert_rows(con, "work.field_types", [*_field_types()])
    insert_rows(con, "work.field_labels", [[field, label] for field, label in field_labels().items()])
    insert_rows(con, "ledger.rules", [_catalogue_row(rule) for rule in rules])
    insert_rows(con, "ledger.kinds", [*_kind_rows(rules, kinds() if vocabulary is None else vocabulary)])


def define_macros(con: duckdb.DuckDBPyConnection) -> None:
    """The macros that norms, rules and ledger share: days, words, rows of a few orders, how far orders have got, same values, shapes,
    odd signs, spellings.
    """
    for macros in (
        "day_of",
        "counted",
        "wording",
        "of_orders",
        "order_progress",
        "same_values",
        "shape",
        "odd_characters",
        "spelling",
    ):
        con.execute(statement(macros))


def insert_rows(con: duckdb.DuckDBPyConnection, table: str, rows: list[list[Any]]) -> None:
    """Insert rows in one statement: `executemany` takes milliseconds for each."""
    if rows:
        places = ", ".join(f"({', '.join('?' * len(row))})" for row in rows)
        con.execute(f"INSERT INTO {table} VALUES {places}", [value for row in rows for value in row])


def _catalogue_row(rule: Rule) -> list[Any]:
    return [
        rule.name,
        rule.title,
        rule.entity,
        rule.kind,
        rule.severity,
        rule.dimension,
        rule.line_of_defence,
        rule.origin_stage,
        rule.reach,
        rule.sentence,
        rule.sql,
        list(rule.needs),
    ]


def _kind_rows(rules: Sequence[Rule], vocabulary: Mapping[str, Mapping[str, str]]) -> Iterator[list[Any]]:
    """Every kind of the vocabulary or that a rule names; what kind of thing it is the rules tell."""
    of_values = {rule.kind for rule in rules if rule.origin_stage == "entry" and rule.entity in ORDER_ENTITIES}
    for kind in sorted({*vocabulary, *(rule.kind for rule in rules)}):
        told = vocabulary.get(kind, {})
        yield [kind, told.get("title", kind), told.get("field", "*"), told.get("entity", "*"), kind in of_values]


def merge_findings(con: duckdb.DuckDBPyConnection) -> None:
    """Bring `work.rule_hits` into `ledger.defects`: new, still there, gone, accepted. Times are data time."""
    tell_findings(con)
    _find_origins(con)
    con.execute(statement("found"))
    _find_stages(con)
    _write_lineage(con)
    con.execute(statement("acceptances"))
    con.execute(statement("standing"))
    _find_gone(con)
    con.execute(statement("merge"))


def tell_findings(con: duckdb.DuckDBPyConnection) -> None:
    """Make `work.findings` of `work.rule_hits`: one a rule, record and field, with the sentence a clerk reads."""
    con.execute(statement("findings"))


@dataclass(frozen=True, slots=True)
class Standing:
    """What the ledger holds of a rule: open defects, the records that have them, and accepted defects."""

    failing: int = 0
    failing_records: int = 0
    accepted: int = 0


def standing(con: duckdb.DuckDBPyConnection) -> dict[str, Standing]:
    """Rule name -> what the ledger holds of it, for every rule of the catalogue as run."""
    rows = con.execute(
        """SELECT rule, count(defect_id) FILTER (resolved_at IS NULL), count(DISTINCT record_key) FILTER (resolved_at IS NULL),
          count(*) FILTER (resolution = 'accepted')
        FROM ledger.rules LEFT JOIN ledger.defects USING (rule) GROUP BY rule"""
    ).fetchall()
    return {row[0]: Standing(*row[1:]) for row in rows}


def write_runs(con: duckdb.DuckDBPyConnection, run_id: str, rows: list[list[Any]]) -> None:
    """This run's row of each rule: rule, outcome, checked, failing, reason, seconds, failing_records, accepted."""
    con.execute("DELETE FROM ledger.rule_runs WHERE run_id = ?", [run_id])
    insert_rows(con, "ledger.rule_runs", [[run_id, *row] for row in rows])


def _field_types() -> Iterator[list[Any]]:
    """Entity, field, type, whether it is the key: of the records that make up an order."""
    for name in ORDER_ENTITIES:
        for column in entity(name).columns:
            yield [name, column.name, column.type, column.name == entity(name).key]


def _find_origins(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(statement("origin_wanted"))
    for name in ORDER_ENTITIES:
        versions.find(con, entity(name))
    con.execute(statement("origin"))


def _find_stages(con: duckdb.DuckDBPyConnection) -> None:
    """In which stage the order was when the error came in, and when it was noticed."""
    for script in ("finding_visits", "origin_stage", "found_stage"):
        con.execute(statement(script))
    con.execute("DROP TABLE finding_visits")


def _find_gone(con: duckdb.DuckDBPyConnection) -> None:
    """Findings that a rule did not name again because the source no longer has their record, or its order.

    Records are looked for among those at hand before all of history.
    """
    lost = "FROM work.standing d WHERE d.judged AND coalesce(d.resolution, 'accepted') = 'accepted'"
    for (name,) in con.execute(f"SELECT DISTINCT entity {lost} ORDER BY entity").fetchall():
        con.execute(
            "CREATE OR REPLACE TEMP TABLE sought AS "
            f"SELECT defect_id, record_key, order_key, false AS is_there {lost} AND d.entity = '{name}'"
        )
        for records in (*scope.at_hand(con, name), f"core.{name}"):
            con.execute(
                f"""UPDATE sought SET is_there = true WHERE record_key IN (SELECT record_key FROM {records}
                SEMI JOIN (SELECT record_key FROM sought WHERE NOT is_there) USING (record_key))"""
            )
        con.execute(
            """INSERT INTO work.gone SELECT defect_id FROM sought WHERE NOT is_there
            OR order_key IS NOT NULL AND order_key NOT IN (SELECT order_key FROM core.orders SEMI JOIN sought USING (order_key))"""
        )
    con.execute("DROP TABLE IF EXISTS sought")


def _write_lineage(con: duckdb.DuckDBPyConnection) -> None:
    """File and line of every record with a finding: where the ledger knows it of an order that did not change, from there; the
    others are looked for among the records at hand before all of history.
    """
    con.execute(
        "CREATE OR REPLACE TABLE work.lineage (entity VARCHAR, record_key VARCHAR, file_no BIGINT, source_line BIGINT)"
    )
    of_orders = scope.hanging(con)
    for (name,) in con.execute("SELECT DISTINCT entity FROM work.findings ORDER BY entity").fetchall():
        if name in of_orders:
            con.execute(
                f"""INSERT INTO work.lineage SELECT entity, record_key, any_value(file_no), any_value(source_line)
                FROM ledger.defects SEMI JOIN work.known_findings USING (defect_id)
                WHERE entity = '{name}' AND file_no IS NOT NULL GROUP BY entity, record_key"""
            )
        for records in (*scope.at_hand(con, name), f"core.{name}"):
            con.execute(
                f"""INSERT INTO work.lineage
                SELECT '{name}', t.record_key, any_value(t._file_no), any_value(t._line) FROM {records} t
                SEMI JOIN (SELECT record_key FROM work.findings WHERE entity = '{name}'
                  EXCEPT SELECT record_key FROM work.lineage WHERE entity = '{name}') f USING (record_key)
                GROUP BY t.record_key"""
            )
