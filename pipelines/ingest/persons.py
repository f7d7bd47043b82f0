"""Where the settings ask for pseudonyms, no name gets past the landing: the stages are rewritten before anything is merged.

What is made of the records later, marts, findings, sentences, exports, pages, then holds pseudonyms without having to know of them.
"""

from collections.abc import Callable, Sequence

import duckdb

from pipelines.contract import Entity, entities
from pipelines.ingest.schema import create_schema
from pipelines.ingest.typing_sql import name, quote
from pipelines.pseudonyms import Pseudonyms

WITHHELD = "withheld: people are shown under pseudonyms"
"""In place of a source row that could not be read: nobody knows where in it a name stands."""
# What the ledger keeps of findings that no later run looks at again.
_LEDGER = {
    "defects": ("observed", "expected", "suggested", "message", "evidence", "origin_user", "found_by", "accepted_by", "accepted_note"),
    "entered_findings": None,
}  # fmt: skip


def state(con: duckdb.DuckDBPyConnection) -> str | None:
    """The fingerprint of the key under which the records stand; None where they stand under names."""
    row = con.execute("SELECT max(fingerprint) FROM meta.pseudonyms").fetchone()
    return row[0] if row else None


def is_outdated(con: duckdb.DuckDBPyConnection, names: Pseudonyms | None) -> bool:
    """Whether records were read with names that are to be hidden now, or the other way round, or under another key."""
    any_file = con.execute("SELECT 1 FROM meta.files LIMIT 1").fetchone()
    return any_file is not None and state(con) != (names.fingerprint if names else None)


def change_over(con: duckdb.DuckDBPyConnection, names: Pseudonyms | None) -> None:
    """Before all files are read anew: nothing that was made of the former records keeps their names."""
    if names is not None and state(con) is None:
        _hide_in_ledger(con, names)
    for schema in ("learned", "work", "marts"):
        con.execute(f"DROP SCHEMA {schema} CASCADE")
        con.execute(f"CREATE SCHEMA {schema}")
    create_schema(con)


def note_state(con: duckdb.DuckDBPyConnection, names: Pseudonyms | None) -> None:
    """Write down under which key the records of this run stand."""
    con.execute("DELETE FROM meta.pseudonyms")
    if names is not None:
        con.execute("INSERT INTO meta.pseudonyms VALUES (?)", [names.fingerprint])


def hide_names(con: duckdb.DuckDBPyConnection, fed: Sequence[Entity], names: Pseudonyms, first_file: int) -> None:
    """Everything staged of the files from `first_file` on, and what was noted of their rows, under pseudonyms."""
    tables = [(e, stage) for e in fed for stage in (f"core.stage_{e.name}", f"work.parts_{e.name}")]
    for entity, stage in tables:
        _hide_persons(con, entity, stage, names)
    for entity, stage in tables:
        for column in (c.name for c in entity.columns if c.free_text):
            rewrite(con, stage, column, _texts_of(names))
    _hide_in_notes(con, names, first_file)


def _hide_persons(con: duckdb.DuckDBPyConnection, entity: Entity, stage: str, names: Pseudonyms) -> None:
    if entity.name == "users":
        # A user is one person under an id and a name.
        con.execute(f"UPDATE {stage} SET name = user_id WHERE name IS NOT NULL")
    for column in (c.name for c in entity.columns if c.person):
        asked = column == "requested_by"
        rewrite(con, stage, column, (lambda v: {n: names.asked_by(n) for n in v}) if asked else names.of_all)
    if entity.name == "users":
        con.execute(f"UPDATE {stage} SET record_key = _system || ':' || user_id")
    if entity.name == "order_changes":
        _hide_in_values(con, stage, names)


def _hide_in_values(con: duckdb.DuckDBPyConnection, stage: str, names: Pseudonyms) -> None:
    """Old and new values of fields that hold people; of fields that the contract does not know, whoever is known."""
    persons = sorted({c.name for e in entities().values() for c in e.columns if c.person and c.name != "name"})
    fields = {c.name for name_ in ("orders", "order_lines") for c in entities()[name_].columns} - set(persons)
    listed, known = (", ".join(map(quote, sorted(some))) for some in (persons, fields))
    for column in ("old_value", "new_value"):
        rewrite(con, stage, column, names.of_all, f"field IN ({listed})")
        rewrite(con, stage, column, _texts_of(names), f"field NOT IN ({listed}, {known})")


def _hide_in_notes(con: duckdb.DuckDBPyConnection, names: Pseudonyms, first_file: int) -> None:
    mine = f"file_no >= {first_file}"
    con.execute(f"UPDATE ingest.quarantine SET raw = {quote(WITHHELD)} WHERE raw IS NOT NULL AND {mine}")
    con.execute(f"UPDATE meta.unknown_columns SET example = NULL WHERE {mine}")
    rewrite(con, "ingest.unreadable", "raw", _texts_of(names), mine)
    persons = ", ".join(sorted({quote(c.name) for e in entities().values() for c in e.columns if c.person}))
    for column in ("raw", "repaired"):
        rewrite(con, "ingest.repairs", column, names.of_all, f"{mine} AND column_name IN ({persons})")


def _hide_in_ledger(con: duckdb.DuckDBPyConnection, names: Pseudonyms) -> None:
    """The former names are still in the core: they are looked for in the texts of the ledger."""
    for entity in entities().values():
        for column in (c.name for c in entity.columns if c.person):
            for schema in ("core", "history"):
                rows = con.execute(
                    f"SELECT DISTINCT {name(column)} FROM {schema}.{entity.name} WHERE {name(column)} IS NOT NULL"
                )
                names.of_all([row[0] for row in rows.fetchall()])
    for table, listed in _LEDGER.items():
        columns = con.execute(
            "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'ledger' AND table_name = ? AND data_type = 'VARCHAR'",
            [table],
        ).fetchall()
        for (column,) in columns:
            if listed is None or column in listed:
                rewrite(con, f"ledger.{table}", column, _texts_of(names))
    rewrite(con, "ledger.defects", "record_key", _texts_of(names), "entity = 'users'")


def _texts_of(names: Pseudonyms) -> Callable[[list[str]], dict[str, str]]:
    return lambda texts: {text: names.hidden_in(text) for text in texts}


def rewrite(
    con: duckdb.DuckDBPyConnection,
    table: str,
    column: str,
    hidden: Callable[[list[str]], dict[str, str]],
    where: str = "true",
) -> None:
    """Each distinct value of a column is looked at once, in Python; the rows are rewritten in SQL."""
    cell = name(column)
    found = con.execute(f"SELECT DISTINCT {cell} FROM {table} WHERE {cell} IS NOT NULL AND {where}").fetchall()
    told = {before: after for before, after in hidden([row[0] for row in found]).items() if before != after}
    if not told:
        return
    con.execute("CREATE OR REPLACE TEMP TABLE hidden_names (was VARCHAR, shown VARCHAR)")
    con.execute(
        "INSERT INTO hidden_names SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[])", [list(told), list(told.values())]
    )
    con.execute(f"UPDATE {table} SET {cell} = h.shown FROM hidden_names h WHERE {table}.{cell} = h.was AND {where}")
