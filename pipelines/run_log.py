"""What a run writes about itself: its row, its steps, and the decisions it has read."""

import json
from datetime import UTC, datetime

import duckdb

from pipelines.decisions import Decision
from pipelines.edition import edition
from pipelines.progress import Step
from pipelines.pseudonyms import Pseudonyms, shown_decisions
from pipelines.settings import Home

_TABLES = """
CREATE TABLE IF NOT EXISTS meta.run (
    run_id VARCHAR PRIMARY KEY, started_at TIMESTAMP, published_at TIMESTAMP, data_until TIMESTAMP,
    config_hash VARCHAR, product_version VARCHAR, reporting_zone VARCHAR);
CREATE TABLE IF NOT EXISTS meta.steps (
    run_id VARCHAR, step VARCHAR, seconds DOUBLE, peak_mb DOUBLE, note VARCHAR);
CREATE OR REPLACE TABLE meta.decisions (
    decision_id VARCHAR, decided_at TIMESTAMP, kind VARCHAR, subject_kind VARCHAR, subject_key VARCHAR,
    verdict VARCHAR, decided_by VARCHAR, note VARCHAR, payload VARCHAR);
"""


def begin(con: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of the run log."""
    con.execute(_TABLES)


def note_decisions(con: duckdb.DuckDBPyConnection, home: Home, names: Pseudonyms | None = None) -> None:
    """Read the decisions that stand; with `names`, who decided and who is named in a note is under a pseudonym.

    After loading: only then everybody is known.
    """
    rows = [_row(decision) for decision in shown_decisions(home, names)]
    if rows:
        con.executemany("INSERT INTO meta.decisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def same_configuration(con: duckdb.DuckDBPyConnection, home: Home) -> bool:
    """Whether the last run was made by this edition of the program with these settings; false where there was none."""
    last = con.execute("SELECT config_hash, product_version FROM meta.run ORDER BY run_id DESC LIMIT 1").fetchone()
    return last == (home.config_hash(), edition())


def finish(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    run_id: str,
    started_at: datetime,
    data_until: datetime | None,
    steps: list[Step],
) -> None:
    """Write the run's own row and its steps. Times of the wall clock are UTC."""
    con.execute(
        "INSERT INTO meta.run VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            run_id,
            started_at.replace(tzinfo=None),
            datetime.now(UTC).replace(tzinfo=None),
            data_until,
            home.config_hash(),
            edition(),
            home.settings.reporting_zone,
        ],
    )
    con.executemany(
        "INSERT INTO meta.steps VALUES (?, ?, ?, ?, ?)",
        [[run_id, step.name, round(step.seconds, 3), round(step.peak_mb, 1), step.note] for step in steps],
    )


def _row(decision: Decision) -> list[object]:
    return [
        decision.id,
        decision.at.astimezone(UTC).replace(tzinfo=None),
        decision.kind,
        decision.subject_kind,
        decision.subject_key,
        decision.verdict,
        decision.by,
        decision.note,
        json.dumps(decision.payload, ensure_ascii=False),
    ]
