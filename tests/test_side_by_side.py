"""Rules run two at a time, and end as they would one by one; what runs import is imported while files are read."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from expectations import ledger
from expectations.engine import Data
from expectations.rule import Rule
from expectations.side_by_side import run_all
from pipelines.settings import open_home
from pipelines.warehouse import open_work_file
from tests.checks_fixture import empty_warehouse


def _rule(name: str, sql: str, *, needs: tuple[str, ...] = (), last: bool = False) -> Rule:
    return Rule(name, name, "orders", "k", "low", "validity", 1, None, "record", needs, "", sql, "", last=last)


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = empty_warehouse()
    ledger.begin(con, [])
    con.execute("CREATE SEQUENCE work.tries")
    return con


def _run(con: duckdb.DuckDBPyConnection, *rules: Rule) -> tuple[dict[str, str | None], list[str]]:
    """How each rule ended, in the order of its run, and the titles as they were told."""
    told: list[str] = []
    runs = run_all(con, rules, Data(con, True, frozenset()), 5.0, lambda _: None, told.append)
    return {run.rule.name: run.outcome for run in runs}, told


def test_each_rule_runs_once_and_those_that_read_findings_run_last(con: duckdb.DuckDBPyConnection) -> None:
    many = [_rule(f"r{number}", f"SELECT 'k{number}' AS record_key FROM range({number})") for number in range(20)]
    reads = _rule("reads", "SELECT count(*)::VARCHAR AS record_key FROM work.rule_hits", last=True)
    lacks = _rule("lacks", "SELECT 'x' AS record_key", needs=("orders",))
    outcomes, told = _run(con, reads, lacks, *many)
    assert list(outcomes) == ["lacks", *(rule.name for rule in many), "reads"]
    assert outcomes["lacks"] == "not_applicable" and set(outcomes.values()) == {"not_applicable", None}
    assert told[-1] == "reads" and sorted(told) == sorted(outcomes)
    counts = con.execute("SELECT rule, count(*) FROM work.rule_hits GROUP BY rule").fetchall()
    assert dict(counts) == {f"r{number}": number for number in range(1, 20)} | {"reads": 1}
    # 1 + 2 + ... + 19, all there before the last rule.
    assert con.execute("SELECT record_key FROM work.rule_hits WHERE rule = 'reads'").fetchall() == [("190",)]


def test_a_rule_that_broke_beside_others_is_tried_alone(con: duckdb.DuckDBPyConnection) -> None:
    once = "SELECT 'x' AS record_key FROM range(1) WHERE nextval('work.tries') > 1 OR error('no room beside others') IS NULL"
    never = "SELECT nothing AS record_key FROM range(1)"
    outcomes, _ = _run(con, _rule("once", once), _rule("never", never), _rule("fine", "SELECT 'y' AS record_key"))
    assert outcomes == {"once": None, "never": "error", "fine": None}
    assert sorted(con.execute("SELECT rule FROM work.rule_hits").fetchall()) == [("fine",), ("once",)]


def test_further_connections_to_the_work_file_reckon_in_the_same_zone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    with open_work_file(open_home(tmp_path / "home", create=True), "run") as con, con.cursor() as other:
        for one in (con, other):
            assert one.execute("SELECT TIMESTAMPTZ '2026-01-01 12:00:00+00'::VARCHAR").fetchall() == [
                ("2026-01-01 12:00:00+00",)
            ]


def test_what_is_imported_ahead_is_there_and_what_cannot_be_is_not_told() -> None:
    code = (
        "import sys; from pipelines.import_ahead import import_ahead; "
        "import_ahead(['no_such_module', 'wave']).join(); print('wave' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("True", "")
