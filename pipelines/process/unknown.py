"""Activities of the log that the process in use does not name: counted, and told among what was assumed."""

from importlib.resources import files

import duckdb

from pipelines.process.model import Process
from pipelines.words import counted

_CODE = "unknown_activities"
_NAMED = 5


def known_keys(process: Process) -> list[str]:
    """The activities that a process names, in its stages or beside them, as they are compared."""
    in_stages = [item.key for stage in process.stages for item in stage.activities]
    return in_stages + [item.key for item in process.other_activities]


def unknown_activities(con: duckdb.DuckDBPyConnection, process: Process) -> list[tuple[str, int]]:
    """Activities that the process does not name, with their actions, the most frequent first."""
    return con.execute(_sql("unknown_activities.sql"), {"keys": known_keys(process)}).fetchall()


def most_orders_have_one(con: duckdb.DuckDBPyConnection, process: Process) -> bool:
    """Whether most orders have one and the same activity that the process does not name."""
    row = con.execute(_sql("most_orders.sql"), {"keys": known_keys(process)}).fetchone()
    return bool(row and row[0])


def note_unknown(con: duckdb.DuckDBPyConnection, process: Process, called: str) -> None:
    """Keeps as an assumption which activities belong to no stage of the process, `called` so."""
    con.execute("DELETE FROM meta.assumptions WHERE code = ?", [_CODE])
    unknown = unknown_activities(con, process)
    if unknown:
        row = con.execute("SELECT count(*) FROM core.user_actions").fetchone()
        text = _sentence(unknown, row[0] if row else 0, called)
        con.execute("INSERT INTO meta.assumptions VALUES (?, 'stages', ?)", [_CODE, text])


def _sentence(unknown: list[tuple[str, int]], of_all: int, called: str) -> str:
    actions = sum(number for _, number in unknown)
    belong = "belongs" if len(unknown) == 1 else "belong"
    return (
        f"{_names([name for name, _ in unknown])} ({actions:,} of {counted(of_all, 'action')}) {belong} to no stage of {called}; "
        "`orderproof process discover` proposes one from the data."
    )


def _names(names: list[str]) -> str:
    """The most frequent ones in quotation marks, the others as a number."""
    told = [f"“{name}”" for name in names[:_NAMED]]
    if len(names) > _NAMED:
        told.append(f"{len(names) - _NAMED:,} more")
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"


def _sql(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")
