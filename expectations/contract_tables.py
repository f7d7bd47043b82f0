"""The contract's tables without a row, in memory: what a company's rule says is tried on them before any run."""

import re
from functools import cache

import duckdb

from pipelines.config_file import meant
from pipelines.contract import entities, record_columns
from pipelines.scope import over

# Tables that a run makes, and the macros that read one: whether they have what a rule reads shows when it runs.
_MADE_BY_A_RUN = re.compile(
    r'Table with name "?(?:meta|ingest|marts|ledger|work|risk|clock)\.|Function with name (?:day_of|say_\w+) '
)
_UNKNOWN_COLUMN = re.compile(r'(?:column "|column named ")(\w+)"')


@cache
def contract_tables() -> "ContractTables":
    """The one set of tables of this process: making them takes a fifth of a second."""
    return ContractTables()


class ContractTables:
    """Tells what is wrong with a piece of SQL about a record, in DuckDB's words; None where nothing is."""

    def __init__(self) -> None:
        self._con = duckdb.connect()
        for schema in ("core", "history"):
            self._con.execute(f"CREATE SCHEMA {schema}")
            for entity in entities().values():
                columns = ", ".join(f'"{name}" {kind}' for name, kind in record_columns(entity))
                self._con.execute(f"CREATE TABLE {schema}.{entity.name} ({columns})")

    def wrong_expression(self, entity: str, text: str) -> str | None:
        """What is wrong with an expression over a record `t` of the entity."""
        return self._try(f"DESCRIBE SELECT\n{text}\nFROM core.{entity} t", entity) or self._try(
            f"EXPLAIN SELECT 1 FROM core.{entity} t WHERE (\n{text}\n) IS NOT NULL", entity
        )

    def wrong_condition(self, entity: str, text: str) -> str | None:
        """What is wrong with a condition over a record `t` of the entity: it has to be true, false or null."""
        return self.wrong_expression(entity, text) or self._not_a_truth(entity, text)

    def wrong_value(self, entity: str, column: str, literal: str) -> str | None:
        """What is wrong with a value that a column is compared with."""
        return self._try(f"SELECT {literal}::{entities()[entity].by_name[column].sql_type}", entity)

    def wrong_query(self, entity: str, sql: str) -> str | None:
        """What is wrong with a rule's whole query."""
        return self._try(f"EXPLAIN {sql}", entity)

    def _not_a_truth(self, entity: str, text: str) -> str | None:
        query = f"DESCRIBE SELECT (\n{text}\n) AS truth FROM core.{entity} t"
        try:
            found = self._con.execute(over("core", query)).fetchall()
        except duckdb.CatalogException:
            return None
        if [row[1] for row in found] == ["BOOLEAN"]:
            return None
        return f"it gives {found[0][1]}, not true or false" if len(found) == 1 else "it is more than one expression"

    def _try(self, query: str, entity: str) -> str | None:
        try:
            self._con.execute(over("core", query)).fetchall()
        except duckdb.Error as error:
            if isinstance(error, duckdb.CatalogException) and _MADE_BY_A_RUN.search(str(error)):
                return None
            return _told(error, entity)
        return None


def _told(error: duckdb.Error, entity: str) -> str:
    """DuckDB's words in one line, with the column that was probably meant."""
    words = " ".join(str(error).split("\n\nLINE")[0].split())
    unknown = _UNKNOWN_COLUMN.search(words)
    if unknown is None:
        return words
    known = tuple(name for name, _ in record_columns(entities()[entity]))
    return words.split(" Candidate bindings")[0].rstrip("!.") + meant(unknown.group(1), known, otherwise="")
