"""Landed batches into core: register, stage, weigh versions, derive parents, count dispositions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb

from pipelines import scope
from pipelines.contract import Entity, entities
from pipelines.ingest import derive, dispositions, merge, persons
from pipelines.ingest.landing import LandedBatch
from pipelines.ingest.now import extraction_time
from pipelines.ingest.schema import create_scope, create_stages, drop_stages
from pipelines.ingest.snapshot_changes import changes_between_extracts
from pipelines.ingest.staging import Stager
from pipelines.pseudonyms import Pseudonyms
from pipelines.settings import Settings
from pipelines.sources.profile import ChangeLog, Feed, Profile
from pipelines.sources.table import LandedTable
from pipelines.sources.unfound import unfound_columns


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a load did. `data_until` is the newest extraction time of all files ever loaded, in UTC."""

    data_until: datetime | None
    changed_orders: int
    whole: bool
    new_rows: int
    quarantined: int


def combined(results: Sequence[LoadResult]) -> LoadResult:
    """Loads of one run, one after the other: the last one speaks for the orders, rows are added up."""
    return replace(
        results[-1],
        new_rows=sum(result.new_rows for result in results),
        quarantined=sum(result.quarantined for result in results),
    )


@dataclass(frozen=True, slots=True)
class _NewTable:
    batch: LandedBatch
    table: LandedTable
    feed: Feed
    file_no: int


def load_batches(
    con: duckdb.DuckDBPyConnection,
    batches: Sequence[LandedBatch],
    profile: Profile,
    run_id: str,
    settings: Settings,
    full: bool = False,
    names: Pseudonyms | None = None,
) -> LoadResult:
    """Load what is new of `batches`. A batch that was loaded before changes nothing. `names` hides people.

    Everything is in scope where `full` asks for it, and where an entity was given for the first time: what could not be
    told of any order can be told now.
    """
    known = _known_entities(con)
    new = _register(con, batches, profile, run_id)
    fed = _fed_entities(new)
    create_stages(con, fed)
    _stage(con, new, profile, settings.reporting_zone)
    if names is not None and new:
        persons.hide_names(con, fed, names, new[0].file_no)
    _note_change_log(con, profile)
    _merge(con, new, profile, fed)
    drop_stages(con, fed)
    scope.tell_near(con, "work.changed_orders")
    derive.derive_missing(con, profile)
    _set_now(con, settings)
    full = full or _known_entities(con) != known
    if full:
        con.execute("CREATE OR REPLACE TABLE work.changed_orders AS SELECT order_key FROM core.orders")
    create_scope(con, full=full)
    dispositions.count(con, None if full else _touched_files(con, new))
    return _result(con, new, full)


def _known_entities(con: duckdb.DuckDBPyConnection) -> set[tuple[str, bool]]:
    """Entities that have records, each with whether a source gave them; and the systems that keep a change log."""
    return set(
        con.execute(
            "SELECT entity, given FROM meta.entities WHERE given OR records > 0 "
            "UNION SELECT 'order_changes of ' || _system, true FROM core.order_changes"
        ).fetchall()
    )


def _register(
    con: duckdb.DuckDBPyConnection, batches: Sequence[LandedBatch], profile: Profile, run_id: str
) -> list[_NewTable]:
    known = {(row[0], row[1]) for row in con.execute("SELECT batch_id, member FROM meta.files").fetchall()}
    next_no = 1 + _scalar(con, "SELECT coalesce(max(file_no), 0) FROM meta.files")
    new: list[_NewTable] = []
    for batch in sorted(batches, key=lambda b: (b.file, b.batch_id)):
        for table in batch.tables:
            if (batch.batch_id, table.member) in known:
                continue
            known.add((batch.batch_id, table.member))
            new.append(_NewTable(batch, table, profile.feed_for(batch.file, table), next_no + len(new)))
            _insert_file(con, new[-1], profile, run_id)
    return new


def _insert_file(con: duckdb.DuckDBPyConnection, new: _NewTable, profile: Profile, run_id: str) -> None:
    batch, table, feed = new.batch, new.table, new.feed
    con.execute(
        "INSERT INTO meta.files (file_no, batch_id, run_id, source, system, profile, kind, primary_entity, file, member, "
        "sha256, bytes, encoding, delimiter, zone, rows_read, many_a_row, profile_hash) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(new.file_no, batch.batch_id, run_id, feed.name, profile.system, profile.name, feed.kind),
            *(feed.mappings[0].entity.name, batch.file, table.member, batch.sha256, batch.bytes, table.encoding),
            *(table.delimiter, profile.zone, table.rows_read),
            [mapping.entity.name for mapping in feed.mappings].count(feed.mappings[0].entity.name) > 1,
            profile.content_hash,
        ],
    )


def _stage(con: duckdb.DuckDBPyConnection, new: Sequence[_NewTable], profile: Profile, days_in: str) -> None:
    stager = Stager(con, profile, days_in)
    for item in new:
        stager.stage(item.table, item.feed, item.file_no)
        moment, origin = extraction_time(con, item.table, item.feed, item.batch.file, item.file_no, profile)
        con.execute(
            "UPDATE meta.files SET recorded_at = ?, recorded_at_from = ? WHERE file_no = ?",
            [moment, origin, item.file_no],
        )
        for entity in dict.fromkeys(mapping.entity.name for mapping in item.feed.mappings):
            _note_emitted(con, entity, item.file_no, moment)
    _note_assumptions(con, stager, profile, new)


def _note_emitted(con: duckdb.DuckDBPyConnection, entity: str, file_no: int, moment: datetime | None) -> None:
    """Stamp a file's staged records with its extraction time, and count how many records of the entity it named."""
    for stage in (f"core.stage_{entity}", f"work.parts_{entity}"):
        con.execute(f"UPDATE {stage} SET _recorded_at = ? WHERE _file_no = ?", [moment, file_no])
    con.execute(
        f"INSERT INTO meta.emitted SELECT ?, ?, (SELECT count(*) FROM core.stage_{entity} WHERE _file_no = ?) "
        f"+ (SELECT count(DISTINCT record_key) FROM work.parts_{entity} WHERE _file_no = ?)",
        [file_no, entity, file_no, file_no],
    )


def _note_assumptions(
    con: duckdb.DuckDBPyConnection, stager: Stager, profile: Profile, new: Sequence[_NewTable]
) -> None:
    if not new:
        return
    con.execute("DELETE FROM meta.assumptions WHERE code = 'missing_column' AND subject = ?", [profile.name])
    rows = [*stager.assumptions, *(("profile", profile.name, text) for text in profile.assumptions)]
    unfound = unfound_columns(profile, [(item.batch.file, item.table) for item in new])
    rows += [("missing_column", profile.name, text) for text in unfound]
    if not profile.zone_is_known:
        rows.append(("zone", profile.system, f"times without a zone were taken as {profile.zone}"))
    for row in rows:
        con.execute("DELETE FROM meta.assumptions WHERE code = ? AND subject = ? AND text = ?", list(row))
        con.execute("INSERT INTO meta.assumptions VALUES (?, ?, ?)", list(row))


def _note_change_log(con: duckdb.DuckDBPyConnection, profile: Profile) -> None:
    """What the profile says of its system's change log; a profile that says nothing leaves what another one said."""
    log = profile.log
    if log != ChangeLog():
        con.execute("DELETE FROM meta.change_logs WHERE system = ?", [profile.system])
        con.execute(
            "INSERT INTO meta.change_logs VALUES (?, ?, ?, ?)",
            [profile.system, list(log.fields) or None, log.since, log.truncates_at],
        )


def _fed_entities(new: Sequence[_NewTable]) -> list[Entity]:
    """The entities that the new files feed, in the contract's order."""
    names = {mapping.entity.name for item in new for mapping in item.feed.mappings}
    return [entity for name, entity in entities().items() if name in names]


def _merge(con: duckdb.DuckDBPyConnection, new: Sequence[_NewTable], profile: Profile, fed: Sequence[Entity]) -> None:
    con.execute("CREATE OR REPLACE TABLE work.changed_orders (order_key VARCHAR)")
    con.execute("CREATE OR REPLACE TEMP TABLE touched_files (file_no BIGINT)")
    for entity in fed:
        merge.merge(con, entity)
        derive.derive_from_parts(con, entity, profile)
        con.execute(f"INSERT INTO work.changed_orders SELECT DISTINCT order_key FROM work.parts_{entity.name}")
    full_sources = _full_sources(con) if new else []
    for source in full_sources:
        merge.mark_deleted(con, source)
    con.execute(
        "CREATE OR REPLACE TABLE work.changed_orders AS "
        "SELECT DISTINCT order_key FROM work.changed_orders WHERE order_key IS NOT NULL"
    )
    if full_sources:
        changes_between_extracts(con, full_sources)


def _touched_files(con: duckdb.DuckDBPyConnection, new: Sequence[_NewTable]) -> set[int]:
    """The new files, and those whose rows may have another disposition now."""
    others = con.execute("SELECT DISTINCT file_no FROM touched_files").fetchall()
    return {item.file_no for item in new}.union(row[0] for row in others)


def _full_sources(con: duckdb.DuckDBPyConnection) -> list[str]:
    rows = con.execute("SELECT DISTINCT source FROM meta.files WHERE kind = 'full' ORDER BY source").fetchall()
    return [row[0] for row in rows]


def _set_now(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """One row: the data time, and the settings that marts and KPIs depend on."""
    con.execute(
        "CREATE OR REPLACE TABLE meta.now AS SELECT (SELECT max(recorded_at) FROM meta.files) AS data_until, "
        "? AS reporting_zone, ?::INTEGER AS mature_days, ?::INTEGER AS delivery_tolerance_days, "
        "?::DOUBLE AS exception_target_hours, ?::DOUBLE AS accuracy_target, ?::INTEGER AS review_capacity",
        [
            settings.reporting_zone,
            settings.mature_days,
            settings.delivery_tolerance_days,
            settings.exception_target_hours,
            settings.accuracy_target,
            settings.review_capacity,
        ],
    )


def _result(con: duckdb.DuckDBPyConnection, new: Sequence[_NewTable], whole: bool) -> LoadResult:
    row = con.execute("SELECT data_until FROM meta.now").fetchone()
    numbers = [item.file_no for item in new]
    quarantined = _scalar(
        con, f"SELECT coalesce(sum(quarantined), 0) FROM meta.files WHERE list_contains({numbers}::BIGINT[], file_no)"
    )
    return LoadResult(
        data_until=row[0] if row else None,
        changed_orders=_scalar(con, "SELECT count(*) FROM work.changed_orders"),
        new_rows=sum(item.table.rows_read for item in new),
        quarantined=quarantined,
        whole=whole,
    )


def _scalar(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0
