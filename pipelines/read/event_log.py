"""The event log for other tools: XES (IEEE 1849), and OCEL 2.0 as JSON or SQLite."""

from pathlib import Path

import duckdb

from pipelines.errors import UsageError
from pipelines.read.filters import Filters
from pipelines.read.ocel_file import ObjectLog, write_json, write_sqlite
from pipelines.read.xes_file import write_xes

SUFFIXES = (".xes.gz", ".xes", ".json", ".sqlite")


def log_suffix(out: Path) -> str | None:
    """The suffix that says which kind of event log `out` is; None where it is none."""
    return next((suffix for suffix in SUFFIXES if out.name.lower().endswith(suffix)), None)


def export_log(con: duckdb.DuckDBPyConnection, out: Path, filters: Filters | None = None) -> int:
    """Write the actions of the selected orders as an event log; the suffix says which. Returns the number of events.

    Raises UsageError for another suffix.
    """
    kind = log_suffix(out)
    if kind is None:
        raise UsageError(f"{out.name}: give a name that ends with {', '.join(SUFFIXES)}.", state="Nothing was written.")
    out.parent.mkdir(parents=True, exist_ok=True)
    chosen = filters or Filters()
    if kind.startswith(".xes"):
        return write_xes(con, out, chosen, compressed=kind.endswith(".gz"))
    log = ObjectLog(con, chosen)
    return write_json(log, out) if kind == ".json" else write_sqlite(log, out)
