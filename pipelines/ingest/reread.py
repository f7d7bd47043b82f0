"""A mended profile holds for the files that were read with it before: all rows are loaded anew from the landing."""

from collections.abc import Sequence

import duckdb

from pipelines.ingest.landing import LandedBatch, landed
from pipelines.ingest.schema import create_schema
from pipelines.settings import Home
from pipelines.sources.profile import Profile
from pipelines.sources.profile_files import load_profile

_ROWS_LIE_IN = ("core", "history", "ingest")
_NOTES = ("files", "emitted", "entities", "unknown_columns", "assumptions", "change_logs")


def is_outdated(con: duckdb.DuckDBPyConnection, profile: Profile) -> bool:
    """Whether files were read with another text of this profile."""
    found = con.execute(
        "SELECT count(*) FROM meta.files WHERE profile = ? AND profile_hash <> ?", [profile.name, profile.content_hash]
    ).fetchone()
    return bool(found and found[0])


def other_profiles(con: duckdb.DuckDBPyConnection, home: Home, profile: Profile) -> list[Profile]:
    """The profiles that files were read with, but for this one. Raises ConfigurationError for one that is gone."""
    names = con.execute("SELECT DISTINCT profile FROM meta.files WHERE profile <> ? ORDER BY 1", [profile.name])
    return [load_profile(name, home) for (name,) in names.fetchall()]


def by_profile(
    con: duckdb.DuckDBPyConnection, home: Home, profile: Profile, batches: Sequence[LandedBatch]
) -> list[tuple[Profile, list[LandedBatch]]]:
    """Every file of the landing under the profile it was read with; a file of this run is taken as it is read now.

    Raises ConfigurationError for a profile that is gone.
    """
    here = {batch.sha256 for batch in batches}
    groups: dict[str, list[LandedBatch]] = {}
    known = con.execute(
        "SELECT profile, batch_id, sha256, file, bytes FROM meta.files GROUP BY ALL ORDER BY min(file_no)"
    ).fetchall()
    for name, batch_id, sha256, file, size in known:
        if sha256 not in here:
            groups.setdefault(name, []).append(landed(home, batch_id, sha256, file, size))
    groups.setdefault(profile.name, []).extend(batches)
    return [(profile if name == profile.name else load_profile(name, home), items) for name, items in groups.items()]


def forget_rows(con: duckdb.DuckDBPyConnection) -> None:
    """Empty what loading fills. The ledger, the KPI values as published and the log of runs stay."""
    for schema in _ROWS_LIE_IN:
        con.execute(f"DROP SCHEMA {schema} CASCADE")
        con.execute(f"CREATE SCHEMA {schema}")
    for table in _NOTES:
        con.execute(f"DROP TABLE meta.{table}")
    create_schema(con)
