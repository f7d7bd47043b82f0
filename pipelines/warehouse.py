"""Where a run works and how its result becomes visible: a copy of the last snapshot, then one rename of a pointer."""

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipelines.errors import NoSnapshotError, RunInProgressError
from pipelines.settings import Home

SCHEMAS = ("meta", "ingest", "core", "history", "scope", "clock", "work", "marts", "ledger", "risk", "learned")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A published snapshot. Times are ISO text: `published_at` wall clock in UTC, `data_until` data time."""

    id: str
    path: Path
    published_at: str
    data_until: str | None


@contextlib.contextmanager
def run_lock(home: Home) -> Iterator[None]:
    """Hold the home folder for one run. Raises RunInProgressError when another process holds it."""
    handle = (home.path / "lock").open("a+", encoding="utf-8")
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            raise RunInProgressError(
                f"another run (process {handle.read().strip() or 'unknown'}) is working on {home.path}.",
                next_step="Wait until it has finished, then run the same command again.",
            ) from None
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield
    finally:
        handle.close()


def current_snapshot(home: Home) -> Snapshot | None:
    """The snapshot that the pointer names, or None where nothing was published."""
    pointer = home.snapshots / "CURRENT"
    if not pointer.exists():
        return None
    raw = json.loads(pointer.read_text(encoding="utf-8"))
    return Snapshot(raw["id"], home.snapshots / raw["file"], raw["published_at"], raw["data_until"])


def open_snapshot(snapshot: Snapshot) -> duckdb.DuckDBPyConnection:
    """A read-only connection to a published snapshot."""
    connection = duckdb.connect(str(snapshot.path), read_only=True)
    connection.execute("SET enable_progress_bar = false")
    return connection


def require_snapshot(home: Home) -> Snapshot:
    """The current snapshot; NoSnapshotError where there is none."""
    snapshot = current_snapshot(home)
    if snapshot is None:
        raise NoSnapshotError(
            f"nothing was published in {home.path} yet.",
            state="",
            next_step="Run `orderproof demo`, or `orderproof run PATH...` with your own files.",
        )
    return snapshot


def remove_unpublished(home: Home) -> list[Path]:
    """Delete what an interrupted run left: snapshot files that no pointer ever named, temporary files."""
    published = {path.with_suffix(".duckdb") for path in home.snapshots.glob("*.published")}
    current = current_snapshot(home)
    if current is not None:
        published.add(current.path)
    left = [p for p in home.snapshots.glob("*.duckdb*") if _database_of(p) not in published]
    for path in left:
        path.unlink()
    shutil.rmtree(home.temporary, ignore_errors=True)
    home.temporary.mkdir(parents=True)
    return left


def open_work_file(home: Home, run_id: str) -> duckdb.DuckDBPyConnection:
    """A writable copy of the current snapshot (or an empty database) under the new run's name."""
    path = home.snapshots / f"{run_id}.duckdb"
    current = current_snapshot(home)
    if current is not None:
        shutil.copyfile(current.path, path)
    connection = duckdb.connect(str(path))
    _configure(connection, home)
    for schema in SCHEMAS:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    return connection


def publish(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    run_id: str,
    data_until: datetime | None,
    keep: int | None = None,
    *,
    rewrite: bool = False,
) -> Snapshot:
    """Checkpoint, sync and close the work file, then let the pointer name it. From the rename on it is visible.

    `keep` former snapshots stay, as many as the settings say where it is None. `rewrite` leaves nothing in the file of what
    was deleted.
    """
    path = home.snapshots / f"{run_id}.duckdb"
    connection.execute("CHECKPOINT")
    connection.close()
    if rewrite:
        _write_anew(path, home)
    _sync(path)
    published_at = datetime.now(UTC).isoformat(timespec="seconds")
    until = data_until.isoformat() if data_until else None
    pointer = {"id": run_id, "file": path.name, "published_at": published_at, "data_until": until}
    write_atomically(home.snapshots / f"{run_id}.published", json.dumps(pointer))
    write_atomically(home.snapshots / "CURRENT", json.dumps(pointer))
    _forget_old(home, keep=home.settings.keep_snapshots if keep is None else keep, current=path)
    return Snapshot(run_id, path, published_at, until)


def _write_anew(path: Path, home: Home) -> None:
    """Copy what a database holds to a new file in its place: in the old one, blocks of deleted rows lie until they are needed."""
    part = path.with_name(path.name + ".part")
    connection = duckdb.connect(str(part))
    try:
        _configure(connection, home)
        connection.execute(f"ATTACH {_quoted(path)} AS whole (READ_ONLY)")
        into = connection.execute("SELECT current_database()").fetchall()[0][0]
        connection.execute(f'COPY FROM DATABASE whole TO "{into}"')
        connection.execute("DETACH whole")
        connection.execute("CHECKPOINT")
    finally:
        connection.close()
    part.replace(path)


def write_atomically(path: Path, text: str) -> None:
    """Write, sync, rename: readers see the old text or the new, never a part."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    part.replace(path)
    _sync(path.parent)


def _configure(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    # Global, so that it holds for further connections to the same file (`cursor()`) as well.
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    # DuckDB would draw its bar on standard output, which belongs to --json.
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"SET memory_limit = '{home.settings.memory_limit}'")
    connection.execute(f"SET temp_directory = {_quoted(home.temporary)}")
    # Where DuckDB expects fewer rows on the left it tries each against all others, and it often expects too few.
    connection.execute("SET GLOBAL asof_loop_join_threshold = 0")
    if home.settings.threads:
        connection.execute(f"SET threads = {home.settings.threads}")


def _quoted(path: Path) -> str:
    """A path as an SQL literal."""
    return "'" + str(path).replace("'", "''") + "'"


def _database_of(path: Path) -> Path:
    return path.with_name(path.name.split(".duckdb")[0] + ".duckdb")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _forget_old(home: Home, keep: int, current: Path) -> None:
    marks = sorted(home.snapshots.glob("*.published"), reverse=True)
    for mark in marks[keep + 1 :]:
        database = mark.with_suffix(".duckdb")
        if database != current:
            database.unlink(missing_ok=True)
            mark.unlink()
