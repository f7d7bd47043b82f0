"""The zone in which days are cut: the company's setting, else the zone of its sources, where all of them agree."""

from collections.abc import Sequence
from dataclasses import replace

import duckdb

from pipelines.contract import entities
from pipelines.ingest.landing import LandedBatch
from pipelines.ingest.now import RECORDED
from pipelines.settings import Home
from pipelines.sources.profile import Profile

_CODE = "reporting_zone"


def settle(con: duckdb.DuckDBPyConnection, home: Home, profile: Profile, batches: Sequence[LandedBatch]) -> Home:
    """The home folder with the zone that holds for this run, of the files loaded before and those that come now."""
    zones = source_zones(con, profile, batches)
    if home.zone_is_set or len(zones) != 1:
        return home
    return replace(home, settings=replace(home.settings, reporting_zone=zones[0]))


def source_zones(con: duckdb.DuckDBPyConnection, profile: Profile, batches: Sequence[LandedBatch]) -> list[str]:
    """Zones of the files that hold moments: a list of customers or prices has a say in no zone."""
    loaded = con.execute(
        "SELECT DISTINCT CASE WHEN profile = ? THEN ? ELSE zone END FROM meta.files JOIN meta.emitted USING (file_no) "
        "WHERE records > 0 AND list_contains(?, entity)",
        [profile.name, profile.zone, _with_moments()],
    ).fetchall()
    come = [profile.zone] if _bring_moments(profile, batches) else []
    return sorted({*(zone for (zone,) in loaded), *come})


def has_changed(con: duckdb.DuckDBPyConnection, home: Home) -> bool:
    """Whether the files that there are were read for days of another zone."""
    if (
        con.execute("SELECT 1 FROM duckdb_tables() WHERE schema_name = 'meta' AND table_name = 'now'").fetchone()
        is None
    ):
        return False
    row = con.execute("SELECT reporting_zone FROM meta.now").fetchone()
    return row is not None and row[0] != home.settings.reporting_zone


def note(con: duckdb.DuckDBPyConnection, home: Home, zones: Sequence[str]) -> None:
    """What had to be assumed about the zone of the days, for `orderproof status`."""
    con.execute("DELETE FROM meta.assumptions WHERE code = ?", [_CODE])
    if home.zone_is_set or list(zones) in ([], ["UTC"]):
        return
    why = (
        "the zone of all sources" if len(zones) == 1 else f"as the sources are in different zones ({', '.join(zones)})"
    )
    text = f"days are cut in {home.settings.reporting_zone}, {why}; reporting_zone in config/settings.yaml sets another"
    con.execute("INSERT INTO meta.assumptions VALUES (?, 'days', ?)", [_CODE, text])


def _bring_moments(profile: Profile, batches: Sequence[LandedBatch]) -> bool:
    feeds = [profile.feed_for(batch.file, table) for batch in batches for table in batch.tables]
    return any(mapping.entity.name in _with_moments() for feed in feeds for mapping in feed.mappings)


def _with_moments() -> list[str]:
    """Entities of what happened, as against masters and lines, whose only moments are those of their versions."""
    happened = set(RECORDED) - {"updated_at"}
    return [name for name, entity in entities().items() if happened & set(entity.column_names)]
