"""Great Expectations on the run's own DuckDB connection. Importing this module takes seconds: do it only in a run."""

import atexit
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, Literal, cast

import duckdb
import sqlalchemy as sa
from duckdb_sqlalchemy import ConnectionWrapper
from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """Keeps one connection open: Great Expectations otherwise closes it before it fetches."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # It finds no regular expressions for a dialect it does not know; Dremio's branch emits REGEXP_MATCHES.
        types = {name: value for name, value in vars(sa.types).items() if isinstance(value, type)}
        self.dialect_module = cast(Any, SimpleNamespace(DremioDialect=True, **types))

    @contextmanager
    def get_connection(self) -> Iterator[Any]:
        """The one connection of this engine."""
        if self._connection is None or self._connection.closed:
            self._connection = self.engine.connect()
        yield self._connection

    def release(self) -> None:
        """Give the connection back, so that nothing of it is left open when the run closes its file."""
        if self._connection is not None and not self._connection.closed:
            self._connection.close()
        self.engine.dispose()


# Named here because the data source has an attribute called `type`.
_EngineClass = type[DuckDBExecutionEngine]


class DuckDBDatasource(SQLDatasource):
    """A data source of type `duckdb`; defining it adds `add_duckdb` to a context's data sources."""

    type: Literal["duckdb"] = "duckdb"  # type: ignore[assignment]

    @property
    def execution_engine_type(self) -> _EngineClass:
        """The engine that runs this source's checks."""
        return DuckDBExecutionEngine


def add_work_file(context: Any, cursor: duckdb.DuckDBPyConnection) -> Any:
    """The data source `orders` of the context, on a cursor of the run's connection: no second handle, no copy."""
    return context.data_sources.add_duckdb(
        "orders",
        connection_string="duckdb:///:memory:",
        kwargs={"creator": lambda: ConnectionWrapper(cursor)},
    )


def _forget_dialect() -> None:
    """Let go of DuckDB's types at exit: Great Expectations keeps the dialect alive, and DuckDB would report leaks."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "duckdb_sqlalchemy"]:
        vars(sys.modules[name]).clear()


atexit.register(_forget_dialect)
