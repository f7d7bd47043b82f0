"""One run: land, load, build, check, score, publish. The only module that knows all the steps."""

import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipelines import run_log, scope
from pipelines.import_ahead import import_ahead
from pipelines.ingest import persons, reread, zones
from pipelines.ingest.dispositions import check_balance
from pipelines.ingest.landing import LandedBatch, remove_unregistered
from pipelines.ingest.load import LoadResult, combined, load_batches
from pipelines.ingest.schema import create_schema
from pipelines.intake import Intake
from pipelines.kpis.publish import publish_kpis
from pipelines.marts.build import build_marts
from pipelines.process import process_of_run, write_calendars, write_process
from pipelines.progress import Progress
from pipelines.pseudonyms import pseudonyms_of
from pipelines.settings import Home
from pipelines.sources.profile import Profile
from pipelines.sources.unfound import unfound_columns
from pipelines.warehouse import (
    Snapshot,
    current_snapshot,
    open_snapshot,
    open_work_file,
    publish,
    remove_unpublished,
    run_lock,
)
from pipelines.words import counted

# DuckDB writes some hundred thousand rows at once, or what changed once it is 16 MB: far more than so many rows.
_MANY_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did: the published snapshot, rows new to the home folder, rows quarantined in these files.

    `unreadable` are the values of all files ever loaded that could not be read.
    """

    snapshot: Snapshot
    new_rows: int
    quarantined: int
    changed_orders: int
    unreadable: int


def run(
    paths: Sequence[Path],
    home: Home,
    profile_name: str | None = None,
    *,
    full_check: bool = False,
    progress: Progress | None = None,
) -> RunResult:
    """Take files in, publish a snapshot. All or nothing: on any error the last snapshot stands.

    Without `paths` the files that were loaded before are judged again, as profiles, settings and rules say now.

    Raises OrderProofError with what happened, to which file, and what to do next.
    """
    progress = progress or Progress()
    with run_lock(home):
        remove_unpublished(home)
        try:
            return _Run(home, progress, full_check).execute(paths, profile_name)
        finally:
            # What failed must not hold the room that the next try needs.
            remove_unpublished(home)


class _Run:
    """The steps of one run, in their order. Each ends at a failpoint, so that tests can stop it there."""

    def __init__(self, home: Home, progress: Progress, full_check: bool) -> None:
        self.home = home
        self.progress = progress
        self.full_check = full_check
        self.run_id = _new_run_id()
        self.started_at = datetime.now(UTC)
        self.names = pseudonyms_of(home)
        self.renamed = False
        self.again = False

    def execute(self, paths: Sequence[Path], profile_name: str | None) -> RunResult:
        self._forget_orphans()
        self._read_rules()
        self.again = not paths
        profile, batches = Intake(self.home, self.progress).take(paths, profile_name)
        _failpoint("land")
        import_ahead()
        with self.progress.step("copy", "Copying the last snapshot"):
            con = open_work_file(self.home, self.run_id)
        _failpoint("copy")
        try:
            return self._work(con, profile, batches)
        finally:
            con.close()

    def _work(self, con: duckdb.DuckDBPyConnection, profile: Profile, batches: list[LandedBatch]) -> RunResult:
        create_schema(con)
        run_log.begin(con)
        self.home = zones.settle(con, self.home, profile, batches)
        full = self.full_check or self._is_set_anew(con) or persons.is_outdated(con, self.names)
        groups = self._groups(con, profile, batches)
        self._tell_unfound(groups)
        loaded = self._load(con, groups, full)
        persons.note_state(con, self.names)
        run_log.note_decisions(con, self.home, self.names)
        self._facts(con, profile, loaded.whole)
        self._checks(con, loaded.whole)
        self._scores(con)
        unreadable = con.execute("SELECT count(*) FROM ingest.unreadable").fetchall()[0][0]
        snapshot = self._publish(con, loaded)
        return RunResult(snapshot, loaded.new_rows, loaded.quarantined, loaded.changed_orders, unreadable)

    def _read_rules(self) -> None:
        """A wrong rule of the company is told before hours of reading, not after."""
        from expectations.check import read_configuration

        read_configuration(self.home)

    def _is_set_anew(self, con: duckdb.DuckDBPyConnection) -> bool:
        if run_log.same_configuration(con, self.home):
            return False
        if current_snapshot(self.home):
            self.progress.say("The settings or the program changed since the last run: every order is built again.")
        return True

    def _groups(
        self, con: duckdb.DuckDBPyConnection, profile: Profile, batches: list[LandedBatch]
    ) -> list[tuple[Profile, list[LandedBatch]]]:
        """The files of this run with their profile; all files that there are where that profile was changed."""
        self.renamed = persons.is_outdated(con, self.names)
        changed = self._changed_since_read(con, profile)
        if changed is None:
            return [(profile, batches)]
        self.progress.say(f"{changed} was changed: every file is read anew from the landing.")
        if self.renamed:
            persons.change_over(con, self.names)
        groups = reread.by_profile(con, self.home, profile, batches)
        reread.forget_rows(con)
        return groups

    def _changed_since_read(self, con: duckdb.DuckDBPyConnection, profile: Profile) -> str | None:
        """What makes the rows that were read before other rows today; None where nothing does."""
        if self.renamed:
            return "How people are named"
        others = reread.other_profiles(con, self.home, profile) if self.again else []
        for one in (profile, *others):
            if reread.is_outdated(con, one):
                return f"The profile {one.name}"
        return "The zone in which days are cut" if zones.has_changed(con, self.home) else None

    def _tell_unfound(self, groups: list[tuple[Profile, list[LandedBatch]]]) -> None:
        """A column of the company's profile that no file has is most likely misspelt."""
        for profile, batches in groups:
            for told in unfound_columns(profile, [(batch.file, table) for batch in batches for table in batch.tables]):
                self.progress.say(told)

    def _load(
        self, con: duckdb.DuckDBPyConnection, groups: list[tuple[Profile, list[LandedBatch]]], full: bool
    ) -> LoadResult:
        with self.progress.step("load", "Typing, merging, deriving") as step:
            results = [
                load_batches(
                    con, batches, profile, self.run_id, self.home.settings, full or len(groups) > 1, self.names
                )
                for profile, batches in groups
            ]
            loaded = combined(results)
            zones.note(con, self.home, zones.source_zones(con, groups[-1][0], []))
            check_balance(con)
            step.note = (
                f"{counted(loaded.changed_orders, 'order')} touched, {counted(loaded.quarantined, 'row')} quarantined"
            )
        _failpoint("load")
        return loaded

    def _facts(self, con: duckdb.DuckDBPyConnection, profile: Profile, full: bool) -> None:
        with self.progress.step("facts", "Building stage, change and error facts"):
            process = process_of_run(con, self.home, profile.process, profile.path, full)
            write_process(con, process)
            write_calendars(con, process)
            build_marts(con, "facts", full)
        _failpoint("facts")

    def _checks(self, con: duckdb.DuckDBPyConnection, full: bool) -> None:
        from expectations.check import run_checks

        with self.progress.step("checks", "Checking the rules") as step:
            outcome = run_checks(con, self.home, self.run_id, full)
            step.note = (
                f"{outcome.passed} pass, {outcome.failed} fail, {outcome.idle} had no record to judge, "
                f"{outcome.not_applicable} not applicable, {outcome.errors} error"
            )
        for rule, reason in outcome.broken.items():
            self.progress.say(f"Broken rule, the others ran: {rule}: {reason}")
        _failpoint("checks")
        with self.progress.step("orders", "Building order facts and KPIs"):
            build_marts(con, "orders", full)
            publish_kpis(con, self.run_id, self.home.config_hash())
        _failpoint("orders")

    def _scores(self, con: duckdb.DuckDBPyConnection) -> None:
        from models.risk.score import score_orders

        with self.progress.step("risk", "Scoring open orders"):
            score_orders(con, self.home, self.run_id, self.home.settings)
        _failpoint("risk")

    def _publish(self, con: duckdb.DuckDBPyConnection, loaded: LoadResult) -> Snapshot:
        scope.settle(con)
        run_log.finish(con, self.home, self.run_id, self.started_at, loaded.data_until, self.progress.steps)
        _failpoint("before publish")
        with self.progress.step("publish", "Publishing"):
            # Former snapshots hold the names that are hidden now.
            keep = 0 if self.renamed and self.names else self.home.settings.keep_snapshots
            snapshot = publish(
                con, self.home, self.run_id, loaded.data_until, keep, rewrite=self._may_hold_names(loaded)
            )
        _failpoint("publish")
        return snapshot

    def _may_hold_names(self, loaded: LoadResult) -> bool:
        """Whether blocks of the work file that are no longer in use may hold names that are hidden now.

        DuckDB writes rows to the file before they are renamed where there are many of them; of a few they stay in memory.
        """
        return self.names is not None and (self.renamed or loaded.new_rows >= _MANY_ROWS)

    def _forget_orphans(self) -> None:
        """Landing folders that no published run registered are what an interrupted run left."""
        snapshot = current_snapshot(self.home)
        remove_unregistered(self.home, registered_batches(snapshot) if snapshot else set())


def registered_batches(snapshot: Snapshot) -> set[str]:
    """Batch ids that a published snapshot has loaded."""
    with open_snapshot(snapshot) as con:
        return {row[0] for row in con.execute("SELECT DISTINCT batch_id FROM meta.files").fetchall()}


def _new_run_id() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")


def _failpoint(step: str) -> None:
    """Die here, as a power cut would, when ORDERPROOF_FAILPOINT names this step. Only tests set it."""
    if os.environ.get("ORDERPROOF_FAILPOINT") == step:
        os.kill(os.getpid(), signal.SIGKILL)
