"""The defect ledger: what broke which rule, since when, until when, and where the wrong value came from."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import duckdb

from expectations.rule import Rule
from pipelines.sqlfiles import read_package_sql


def begin(con: duckdb.DuckDBPyConnection, rules: Iterable[Rule]) -> None:
    """Make the ledger's tables and the macros that rules share, and write the catalogue as run."""
    con.execute(_statement("tables"))
    con.execute(_statement("shape"))
    insert_rows(con, "ledger.rules", [_catalogue_row(rule) for rule in rules])


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
    ]


def merge_findings(con: duckdb.DuckDBPyConnection) -> None:
    """Bring `work.rule_hits` into `ledger.defects`: new, still there, gone. Times are data time."""
    con.execute(_statement("findings"))
    con.execute(_statement("origin"))
    if _exists(con, "marts", "stage_facts"):
        con.execute(_statement("origin_stage"))
    _write_lineage(con)
    con.execute(_statement("merge"))


def open_defects(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rule name -> number of open defects; rules without one are left out."""
    rows = con.execute("SELECT rule, count(*) FROM ledger.defects WHERE resolved_at IS NULL GROUP BY rule").fetchall()
    return dict(rows)


@cache
def _statements() -> dict[str, str]:
    return {file.name: file.sql for file in read_package_sql("expectations.sql")}


def _statement(name: str) -> str:
    return _statements()[name]


def _write_lineage(con: duckdb.DuckDBPyConnection) -> None:
    """File and line of every record with a finding."""
    con.execute(
        "CREATE OR REPLACE TABLE work.lineage (entity VARCHAR, record_key VARCHAR, file_no BIGINT, source_line BIGINT)"
    )
    for (entity,) in con.execute("SELECT DISTINCT entity FROM work.findings ORDER BY entity").fetchall():
        con.execute(
            f"""INSERT INTO work.lineage
            SELECT '{entity}', t.record_key, any_value(t._file_no), any_value(t._line) FROM core.{entity} t
            SEMI JOIN (SELECT record_key FROM work.findings WHERE entity = '{entity}') f USING (record_key)
            GROUP BY t.record_key"""
        )


def _exists(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    found = con.execute(
        "SELECT 1 FROM information_schema.tables WHERE table_schema = ? AND table_name = ?", [schema, table]
    ).fetchone()
    return found is not None
