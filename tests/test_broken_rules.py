"""Rules of a company that break: each is told with its reason, every other rule runs, the run publishes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from expectations import check, ledger
from expectations.catalogue import load_rules
from expectations.check import run_checks
from expectations.engine import Data, run_rule
from pipelines.cli import main
from pipelines.errors import ConfigurationError
from pipelines.run import run
from pipelines.settings import Home, open_home
from pipelines.warehouse import open_snapshot, require_snapshot
from tests.checks_fixture import empty_warehouse, small_company

HEAD = """/* ---
title: A rule of our own
entity: orders
kind: invalid_value
severity: low
dimension: validity
line_of_defence: 1
reach: record
sentence: "{observed}"
--- */
"""
WATCHED = (
    "SELECT record_key, 'customer_id' AS field, customer_id AS observed FROM scope.orders WHERE customer_id = 'C3'"
)
# rule -> its query, what its reason says
BROKEN = {
    "wrong_sql": ("SELECT record_key\nFROM scope.orders\nWHERE AND", r"Parser Error: .*\(wrong_sql.sql, line 13\)"),
    "missing_column": (
        "SELECT record_key, colour AS observed FROM scope.orders",
        r'Binder Error: .*"colour" not found .*\(missing_column.sql, line 11\)',
    ),
    "missing_table": ("SELECT record_key FROM marts.no_such_mart", "no_such_mart does not exist"),
    "slow": (
        "SELECT max(a.range * b.range)::VARCHAR AS record_key FROM range(10000000) a, range(10000000) b",
        "ran longer than 3 seconds and was stopped",
    ),
    "wrong_columns": (
        "SELECT record_key, customer_id AS what_i_saw FROM scope.orders",
        "what_i_saw.* A rule returns record_key, order_key, .*",
    ),
    "no_key": ("SELECT customer_id AS observed FROM scope.orders", "60 of 60 rows have no record_key"),
    "some_keys": (
        "SELECT CASE WHEN order_id <> 'O0007' THEN record_key END AS record_key FROM scope.orders",
        "1 of 60 rows have no record_key",
    ),
    "other_keys": (
        "SELECT order_id AS record_key FROM scope.orders WHERE order_id < 'O0002'",
        "2 of 2 rows name a record that orders does not have, such as 'O0000'",
    ),
    "too_sure": ("SELECT record_key, 95 AS confidence FROM scope.orders", "confidence that is not between 0 and 1"),
    "bad_cast": ("SELECT record_key FROM scope.orders WHERE customer_id::INTEGER = 3", "Conversion Error: .*'C0'"),
    "two_queries": (
        "SELECT 'x' AS record_key); DROP TABLE core.orders; SELECT * FROM (SELECT 1",
        "a rule is one query",
    ),
    "not_a_query": ("DROP TABLE core.orders", "Parser Error"),
}


def write(home: Home, name: str, query: str) -> Path:
    folder = home.config / "rules"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.sql"
    path.write_text(HEAD + query + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def broken_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Two runs: one in which `watched` works, one in which it and a dozen others are broken."""
    folder = tmp_path_factory.mktemp("broken")
    rows = [f"O{n:04d},2025-0{1 + n % 9}-1{n % 10} 09:00:00,C{n % 7},{100 + n}" for n in range(60)]
    orders = folder / "orders.csv"
    orders.write_text("\n".join(["order_id,ordered_at,customer_id,net_amount", *rows]) + "\n", encoding="utf-8")
    home = open_home(folder / "home", create=True)
    write(home, "watched", WATCHED)
    write(home, "everything", "SELECT record_key, 'f' || i AS field FROM scope.orders, range(2) r(i)")
    run([orders], home)
    for name, (query, _) in BROKEN.items():
        write(home, name, query)
    write(home, "watched", WATCHED.replace("customer_id AS observed", "colour AS observed"))
    (home.config / "settings.yaml").write_text("rule_timeout_seconds: 3\n", encoding="utf-8")
    run([orders], open_home(home.path))
    return open_home(home.path)


def rows(home: Home, query: str) -> list[tuple[Any, ...]]:
    with open_snapshot(require_snapshot(home)) as con:
        return con.execute(query).fetchall()


LAST = "WHERE run_id = (SELECT max(run_id) FROM ledger.rule_runs)"


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_an_error_with_its_reason(broken_home: Home, name: str) -> None:
    ((outcome, reason, checked, failing),) = rows(
        broken_home, f"SELECT outcome, reason, checked, failing FROM ledger.rule_runs {LAST} AND rule = '{name}'"
    )
    assert outcome == "error"
    assert re.search(BROKEN[name][1], reason), reason
    assert (checked, failing) == (None, None)
    assert rows(broken_home, f"SELECT count(*) FROM ledger.defects WHERE rule = '{name}'") == [(0,)]


def test_every_other_rule_still_runs_and_the_run_publishes(broken_home: Home) -> None:
    outcomes = dict(rows(broken_home, f"SELECT rule, outcome FROM ledger.rule_runs {LAST}"))
    assert set(outcomes) == {rule.name for rule in load_rules(broken_home)}
    assert {rule for rule, outcome in outcomes.items() if outcome == "error"} == {*BROKEN, "watched"}
    assert outcomes["orders_ordered_at_required"] == "pass"
    assert rows(broken_home, "SELECT count(*) FROM core.orders") == [(60,)]


def test_findings_of_a_broken_rule_stay_as_they_were(broken_home: Home) -> None:
    found = rows(
        broken_home, "SELECT resolved_at, observed, order_id IS NOT NULL FROM ledger.defects WHERE rule = 'watched'"
    )
    assert found == [(None, "C3", True)] * 9


def test_status_names_the_broken_rules(broken_home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--home", str(broken_home.path)]) == 0
    told = capsys.readouterr().out
    assert f"{len(BROKEN) + 1} error" in told
    for name in (*BROKEN, "watched"):
        assert f"Broken rule, the others ran: {name}: " in told
    assert "About the source: 60 of 60 records break everything; all 120 findings are kept" in told
    assert main(["status", "--json", "--home", str(broken_home.path)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [item["rule"] for item in answer["broken_rules"]] == sorted((*BROKEN, "watched"))


def test_the_data_page_shows_the_broken_rules(broken_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.test_dashboard_app import _page, _text

    page = _page(broken_home.path, "data", monkeypatch, period="All")
    assert not page.exception
    assert f"{len(BROKEN) + 1} rules broke" in _text(page)
    assert "- **A rule of our own** (`slow`): The rule ran longer than 3 seconds and was stopped." in _text(page)


def test_a_wrong_rule_is_told_before_anything_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = open_home(tmp_path / "home", create=True)
    (home.config / "rules").mkdir()
    (home.config / "rules" / "own.yaml").write_text("- {check: requird, entity: orders}\n", encoding="utf-8")
    assert main(["run", str(tmp_path / "no-such-file.csv"), "--home", str(home.path)]) == 2
    assert "own.yaml, line 1" in capsys.readouterr().err


def test_a_population_that_cannot_be_counted_is_told_with_its_line(tmp_path: Path) -> None:
    home = open_home(tmp_path, create=True)
    path = write(home, "own", WATCHED)
    path.write_text(
        path.read_text(encoding="utf-8").replace("--- */", "checked: colour = 'red'\n--- */"), encoding="utf-8"
    )
    with pytest.raises(ConfigurationError, match=r"checked of own cannot be run: .*colour") as caught:
        load_rules(home)
    assert caught.value.place is not None and caught.value.place.line == 10


def test_a_million_findings_are_all_kept(tmp_path: Path) -> None:
    home = open_home(tmp_path, create=True)
    write(home, "many", "SELECT record_key, 'f' || i AS field, i AS observed FROM scope.orders, range(2500) r(i)")
    con = small_company()
    run_checks(con, home, "run1", True)
    assert con.execute("SELECT outcome, failing FROM ledger.rule_runs WHERE rule = 'many'").fetchone() == (
        "fail",
        1_000_000,
    )
    assert con.execute("SELECT count(*), count(DISTINCT field) FROM ledger.defects WHERE rule = 'many'").fetchone() == (
        1_000_000,
        2500,
    )


def test_a_broken_rule_is_not_run_a_second_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = open_home(tmp_path, create=True)
    write(home, "missing_column", BROKEN["missing_column"][0])
    asked: list[str] = []
    monkeypatch.setattr(check, "judge_as_entered", lambda _, rules, __: asked.extend(rule.name for rule in rules))
    run_checks(small_company(), home, "run1", True)
    assert "missing_column" not in asked and "total_mismatch" in asked


def test_huge_texts_are_kept_whole(tmp_path: Path) -> None:
    home = open_home(tmp_path, create=True)
    comment = "-- " + "long " * 100_000
    write(
        home,
        "huge",
        f"{comment}\nSELECT record_key, repeat('é', 3000000) AS observed FROM scope.orders WHERE order_id = 'O7'",
    )
    con = small_company()
    run_checks(con, home, "run1", True)
    found = con.execute("SELECT length(observed), length(message) FROM ledger.defects WHERE rule = 'huge'").fetchone()
    assert found == (3_000_000, 3_000_000)


def test_own_rules_may_leave_out_order_and_line(tmp_path: Path) -> None:
    home = open_home(tmp_path, create=True)
    path = write(home, "bare", "SELECT record_key FROM scope.order_lines WHERE line_id = 'O7-1'")
    path.write_text(path.read_text(encoding="utf-8").replace("entity: orders", "entity: order_lines"), encoding="utf-8")
    (rule,) = (rule for rule in load_rules(home) if rule.own)
    con = small_company()
    ledger.begin(con, [rule])
    assert run_rule(con, rule, Data(con, True, frozenset())).outcome is None
    found = con.execute("SELECT record_key, order_key, order_id, line_id FROM work.rule_hits").fetchall()
    assert found == [("sys:O7-1", "sys:O7", "O7", "O7-1")]


def test_a_rule_without_findings_passes(tmp_path: Path) -> None:
    home = open_home(tmp_path, create=True)
    write(home, "quiet", WATCHED)
    con = empty_warehouse()
    run_checks(con, home, "run1", True)
    assert con.execute("SELECT outcome FROM ledger.rule_runs WHERE rule = 'quiet'").fetchone() == ("pass",)
