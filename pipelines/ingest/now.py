"""The extraction time of a file: declared by the profile, else the latest plausible recorded moment in it."""

import itertools
import re
from datetime import datetime, timedelta

import duckdb

from pipelines.contract import Entity
from pipelines.errors import ConfigurationError, Place
from pipelines.ingest.typing_sql import name, quote
from pipelines.sources.profile import ColumnMap, Feed, Profile, find_column
from pipelines.sources.table import LandedTable

# Moments at which something was recorded, as opposed to planned: only these can tell when a file was made.
RECORDED = (
    "ordered_at",
    "at",
    "changed_at",
    "approved_at",
    "raised_at",
    "resolved_at",
    "found_at",
    "updated_at",
    "cancelled_at",
)
# A moment this far beyond the one before it, carried by hardly any row, is a slip of the pen and not the present.
_ISOLATION = timedelta(days=180)
_RARE = 0.001
_LOOK_BACK = 200


def extraction_time(
    con: duckdb.DuckDBPyConnection, table: LandedTable, feed: Feed, file: str, file_no: int, profile: Profile
) -> tuple[datetime | None, str]:
    """(moment in UTC or None, where it comes from) for one staged table."""
    declared = feed.extraction
    if "fixed" in declared:
        return datetime.fromisoformat(declared["fixed"]), "fixed by the profile"
    if "file_name" in declared:
        return _from_file_name(declared["file_name"], file, profile), "file name"
    if "column" in declared:
        return _from_column(con, declared["column"], table, profile), f"column {declared['column']}"
    latest = [
        _latest_plausible(con, mapping.entity, file_no, parts=mapping.collapse is not None) for mapping in feed.mappings
    ]
    known = [moment for moment in latest if moment is not None]
    return (max(known), "latest plausible moment") if known else (None, "unknown: the file records no moment")


def plausible_maximum(counts: list[tuple[datetime, int]], total: int) -> datetime | None:
    """The latest moment that is not isolated. `counts`: moments with their rows, newest first; `total`: rows in all."""
    for (moment, _), (before, _) in itertools.pairwise(counts):
        newer = sum(rows for later, rows in counts if later >= moment)
        if moment - before <= _ISOLATION or newer > max(1, total * _RARE):
            return moment
    return counts[-1][0] if counts else None


def _latest_plausible(con: duckdb.DuckDBPyConnection, entity: Entity, file_no: int, *, parts: bool) -> datetime | None:
    columns = [c.name for c in entity.columns if c.name in RECORDED]
    if not columns:
        return None
    table = f"{'work.parts' if parts else 'core.stage'}_{entity.name}"
    moments = " UNION ALL ".join(
        f"SELECT {name(c)} AS m FROM {table} WHERE _file_no = {file_no} AND {name(c)} IS NOT NULL" for c in columns
    )
    counts = con.execute(
        f"SELECT m, count(*) FROM ({moments}) GROUP BY m ORDER BY m DESC LIMIT {_LOOK_BACK}"
    ).fetchall()
    total = con.execute(f"SELECT count(*) FROM ({moments})").fetchone()
    return plausible_maximum(counts, int(total[0]) if total else 0)


def _from_file_name(pattern: str, file: str, profile: Profile) -> datetime | None:
    match = re.search(pattern, file)
    if match is None:
        return None
    digits = re.sub(r"\D", "", match.group(1) if match.groups() else match.group(0))
    try:
        return datetime.strptime(digits[:14], "%Y%m%d%H%M%S" if len(digits) >= 14 else "%Y%m%d")  # noqa: PLR2004
    except ValueError:
        raise ConfigurationError(
            f"extraction: {pattern!r} finds {match.group(0)!r} in {file!r}, which is no date.",
            place=Place(profile.path),
        ) from None


def _from_column(con: duckdb.DuckDBPyConnection, column: str, table: LandedTable, profile: Profile) -> datetime | None:
    found = find_column(ColumnMap(columns=(column,)).columns, table.columns)
    if found is None:
        raise ConfigurationError(f"extraction: there is no column {column!r}.", place=Place(profile.path))
    row = con.execute(
        f"SELECT max(TRY_CAST({name(found)} AS TIMESTAMP)) FROM read_parquet({quote(str(table.parquet))})"
    ).fetchone()
    return row[0] if row else None
