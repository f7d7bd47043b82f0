"""A run is all or nothing: the pointer, the lock, and what an interrupted run leaves."""

from datetime import datetime
from pathlib import Path

import pytest

from pipelines.errors import NoSnapshotError, RunInProgressError
from pipelines.settings import Home, open_home
from pipelines.warehouse import (
    current_snapshot,
    open_snapshot,
    open_work_file,
    publish,
    remove_unpublished,
    require_snapshot,
    run_lock,
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home", create=True)


def _publish_value(home: Home, run_id: str, value: int) -> None:
    con = open_work_file(home, run_id)
    con.execute("CREATE OR REPLACE TABLE core.probe AS SELECT ? AS value", [value])
    publish(con, home, run_id, datetime(2026, 3, 1))


def _value(home: Home) -> int:
    with open_snapshot(require_snapshot(home)) as con:
        row = con.execute("SELECT value FROM core.probe").fetchone()
    assert row is not None
    return int(row[0])


def test_nothing_published_says_what_to_type(home: Home) -> None:
    with pytest.raises(NoSnapshotError, match="orderproof demo"):
        require_snapshot(home)


def test_a_run_starts_from_the_last_snapshot_and_replaces_it(home: Home) -> None:
    _publish_value(home, "r1", 1)
    con = open_work_file(home, "r2")
    assert con.execute("SELECT value FROM core.probe").fetchone() == (1,)
    con.close()
    _publish_value(home, "r3", 3)
    assert _value(home) == 3


def test_an_unpublished_file_is_invisible_and_removed_at_the_next_start(home: Home) -> None:
    _publish_value(home, "r1", 1)
    con = open_work_file(home, "r2")
    con.execute("UPDATE core.probe SET value = 2")
    con.close()
    assert _value(home) == 1
    assert [path.name for path in remove_unpublished(home)] == ["r2.duckdb"]
    assert _value(home) == 1


def test_an_open_reader_keeps_its_snapshot_while_a_new_one_is_published(home: Home) -> None:
    _publish_value(home, "r1", 1)
    with open_snapshot(require_snapshot(home)) as reader:
        for number in range(2, 9):
            _publish_value(home, f"r{number}", number)
        assert reader.execute("SELECT value FROM core.probe").fetchone() == (1,)
    assert _value(home) == 8


def test_old_snapshots_are_forgotten_but_a_few(home: Home) -> None:
    for number in range(1, 8):
        _publish_value(home, f"r{number}", number)
    kept = sorted(path.name for path in home.snapshots.glob("*.duckdb"))
    assert kept == ["r4.duckdb", "r5.duckdb", "r6.duckdb", "r7.duckdb"]
    snapshot = current_snapshot(home)
    assert snapshot is not None and snapshot.path.name == "r7.duckdb"


def test_a_second_run_is_refused_while_one_is_running(home: Home) -> None:
    with run_lock(home), pytest.raises(RunInProgressError, match="another run"), run_lock(home):
        pass
    with run_lock(home):
        assert current_snapshot(home) is None


def test_a_wrong_estimate_makes_no_loop_over_all_moments(home: Home) -> None:
    con = open_work_file(home, "a")
    con.execute("CREATE TEMP TABLE few AS SELECT range AS no, now() AS moment FROM range(3)")
    con.execute("CREATE TEMP TABLE many AS SELECT range AS no, now() AS moment FROM range(3000)")
    query = "FROM few ASOF LEFT JOIN many ON few.no = many.no AND few.moment >= many.moment"
    plan = con.execute(f"EXPLAIN (FORMAT json) {query}").fetchall()
    assert "ASOF_JOIN" in plan[0][1]


@pytest.mark.parametrize("rewrite", [False, True])
def test_a_file_written_anew_holds_nothing_of_what_was_deleted(rewrite: bool, tmp_path: Path) -> None:
    home = open_home(tmp_path / "it's a home", create=True)
    con = open_work_file(home, "a")
    con.execute("CREATE TABLE core.t AS SELECT 'Anna Lindqvist ' || md5(i::VARCHAR) AS name FROM range(5000) r(i)")
    con.execute("CREATE VIEW core.v AS SELECT count(*) AS rows FROM core.t")
    con.execute("CREATE MACRO core.m(x) AS x + 1")
    con.execute("CHECKPOINT")
    con.execute("DELETE FROM core.t WHERE rowid > 0")
    con.execute("UPDATE core.t SET name = 'User 7F3A'")
    snapshot = publish(con, home, "a", None, rewrite=rewrite)
    assert (b"Lindqvist" in snapshot.path.read_bytes()) is not rewrite
    with open_snapshot(snapshot) as written:
        assert written.execute("SELECT name, (SELECT rows FROM core.v), core.m(1) FROM core.t").fetchall() == [("User 7F3A", 1, 2)]  # fmt: skip
    assert [path.name for path in home.snapshots.glob("a.duckdb*")] == ["a.duckdb"]
