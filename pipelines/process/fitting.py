"""Which process counts where nobody laid one down: the default, or, where it does not know the activities, one read from the data."""

from typing import Any

import duckdb

from pipelines.config_file import parse_yaml
from pipelines.process.discover import discover
from pipelines.process.model import Process
from pipelines.process.parse import parse_process
from pipelines.process.unknown import most_orders_have_one, unknown_activities

_KNOWN = 0.5
"""The default counts where it knows at least this share of the actions."""
_MISSED = 0.2
"""And where it does not know more than this share of them, unless no activity that it misses is one that most orders have."""
_NOTE = (
    "The stages were read from the data, as no process.yaml names its activities and the default does not know enough of them: "
    "`orderproof process discover` writes them down."
)
_TABLE = "CREATE TABLE IF NOT EXISTS meta.proposed_process (text VARCHAR)"


def fitting_process(
    con: duckdb.DuckDBPyConnection, default: Process, raw_default: dict[str, Any], anew: bool
) -> Process:
    """The default process or the proposed one; what was decided stands until every order is built `anew`.

    A proposal that nobody has looked over has no targets: half of all visits would miss the observed medians.
    """
    con.execute(_TABLE)
    if anew:
        con.execute("DELETE FROM meta.proposed_process")
        con.execute("DELETE FROM meta.assumptions WHERE code = 'process'")
        text = None if _is_known(con, default) else discover(con, targets=False)
        if text:
            con.execute("INSERT INTO meta.proposed_process VALUES (?)", [text])
            con.execute("INSERT INTO meta.assumptions VALUES ('process', 'stages', ?)", [_NOTE])
    row = con.execute("SELECT text FROM meta.proposed_process").fetchone()
    return parse_process(parse_yaml(row[0], "proposed process"), raw_default, "proposed process") if row else default


def _is_known(con: duckdb.DuckDBPyConnection, process: Process) -> bool:
    """Whether it knows enough of the actions, and where it misses a good many, none that most orders have."""
    row = con.execute("SELECT count(*), count(nullif(trim(activity), '')) FROM core.user_actions").fetchone()
    if row is None or not row[0]:
        return True
    actions, named = row
    unknown = sum(number for _, number in unknown_activities(con, process))
    if named - unknown < _KNOWN * actions:
        return False
    return unknown <= _MISSED * actions or not most_orders_have_one(con, process)
