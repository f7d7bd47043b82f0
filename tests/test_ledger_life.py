"""How a finding ends: changed, its record ended, accepted and for how long; counts for each rule and run."""

import json
from dataclasses import replace
from datetime import datetime

import duckdb
import pytest

from expectations import ledger
from expectations.check import _outcome as judge
from expectations.check import _run_row as run_row
from expectations.engine import Data, count_population, run_rule
from expectations.rule import Rule
from tests.checks_fixture import limit_scope, small_company, touch_all
from tests.test_ledger import one, set_now, terms_rule


def check(con: duckdb.DuckDBPyConnection, full: bool = True) -> Rule:
    rule = replace(terms_rule(), reach="record")
    if full:
        touch_all(con)
    ledger.begin(con, [rule])
    assert run_rule(con, rule, Data(con, full, frozenset())).outcome is None
    ledger.merge_findings(con)
    return rule


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = small_company()
    con.execute("UPDATE core.orders SET payment_terms = 'NET90' WHERE order_id = 'O20'")
    return con


def accept(con: duckdb.DuckDBPyConnection, subject: str, kind: str = "defect", **terms: object) -> None:
    con.execute(
        "INSERT INTO meta.decisions VALUES (?, '2026-06-01', 'acceptance', ?, ?, 'accepted', 'boss', 'agreed', ?)",
        [f"D{subject}", kind, subject, json.dumps(terms)],
    )


def defect_id(con: duckdb.DuckDBPyConnection) -> str:
    return str(one(con, "defect_id")[0])


STATE = "resolution, resolved_at"


def test_an_order_that_is_cancelled_later_ends_the_finding_and_one_taken_up_again_opens_it(
    con: duckdb.DuckDBPyConnection,
) -> None:
    check(con)
    con.execute("UPDATE core.orders SET cancelled_at = '2026-06-02 10:00', status = 'cancelled' WHERE order_id = 'O20'")
    set_now(con, "2026-06-03")
    check(con)
    assert one(con, STATE) == ("record ended", datetime(2026, 6, 3))
    set_now(con, "2026-06-04")
    check(con)
    assert one(con, STATE) == ("record ended", datetime(2026, 6, 3))
    con.execute("UPDATE core.orders SET cancelled_at = NULL, status = 'open' WHERE order_id = 'O20'")
    check(con)
    assert one(con, STATE) == (None, None)


def test_what_was_wrong_with_an_order_that_had_been_cancelled_before_stands(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("UPDATE core.orders SET cancelled_at = '2026-05-02', status = 'cancelled' WHERE order_id = 'O20'")
    check(con)
    set_now(con, "2026-06-05")
    check(con)
    assert one(con, STATE) == (None, None)


def test_a_record_that_the_source_no_longer_has_ends_the_finding(con: duckdb.DuckDBPyConnection) -> None:
    check(con)
    con.execute("DELETE FROM core.orders WHERE order_id = 'O20'")
    limit_scope(con, "O20")
    check(con, full=False)
    assert one(con, STATE) == ("record ended", datetime(2026, 6, 1))


def test_an_accepted_finding_stops_counting_and_stays_visible_until_its_day(con: duckdb.DuckDBPyConnection) -> None:
    check(con)
    accept(con, defect_id(con), until="2026-06-10", observed="NET90")
    rule = check(con)
    assert one(con, STATE) == ("accepted", datetime(2026, 6, 1))
    assert one(con, "accepted_by, accepted_note, accepted_until::VARCHAR") == ("boss", "agreed", "2026-06-10")
    found = ledger.standing(con)[rule.name]
    assert (found.failing, found.failing_records, found.accepted) == (0, 0, 1)
    set_now(con, "2026-06-10 23:00")
    limit_scope(con, "O1")
    check(con, full=False)
    assert one(con, STATE) == ("accepted", datetime(2026, 6, 1))
    set_now(con, "2026-06-11 01:00")
    check(con, full=False)
    assert one(con, f"{STATE}, accepted_by") == (None, None, None)
    assert con.execute("SELECT is_expired FROM ledger.acceptances").fetchall() == [(True,)]


def test_an_acceptance_is_of_the_value_and_can_be_taken_back(con: duckdb.DuckDBPyConnection) -> None:
    check(con)
    accept(con, defect_id(con), observed="NET90")
    con.execute("UPDATE core.orders SET payment_terms = 'CASH' WHERE order_id = 'O20'")
    check(con)
    assert one(con, "observed, resolution") == ("CASH", None)
    con.execute("UPDATE core.orders SET payment_terms = 'NET90' WHERE order_id = 'O20'")
    check(con)
    assert one(con, "observed, resolution") == ("NET90", "accepted")
    con.execute("DELETE FROM meta.decisions")
    check(con)
    assert one(con, "resolution") == (None,)


def test_an_accepted_value_that_is_put_right_is_changed(con: duckdb.DuckDBPyConnection) -> None:
    check(con)
    accept(con, defect_id(con))
    check(con)
    con.execute("UPDATE core.orders SET payment_terms = 'NET30' WHERE order_id = 'O20'")
    check(con)
    assert one(con, "resolution, accepted_by") == ("changed", None)


@pytest.mark.parametrize(
    ("terms", "accepted"),
    [
        ({}, {"O20", "O30", "O33"}),
        ({"customer": "C0"}, {"O20", "O30"}),
        ({"order": "O33"}, {"O33"}),
        ({"order": "O33", "customer": "C0"}, set()),
        ({"product": "P-407"}, set()),
    ],
)
def test_a_rule_is_accepted_within_its_scope(
    con: duckdb.DuckDBPyConnection, terms: dict[str, str], accepted: set[str]
) -> None:
    con.execute("UPDATE core.orders SET payment_terms = 'NET90' WHERE order_id IN ('O30', 'O33')")
    accept(con, "wrong_terms", "rule", rule="wrong_terms", **terms)
    check(con)
    found = con.execute("SELECT order_id FROM ledger.defects WHERE resolution = 'accepted'").fetchall()
    assert {row[0] for row in found} == accepted


def test_the_run_keeps_how_many_were_checked_and_how_many_records_failed(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("UPDATE core.orders SET payment_terms = NULL WHERE order_id = 'O21'")
    rule = check(con)
    found = ledger.standing(con)[rule.name]
    outcome = judge(
        run_rule(con, rule, Data(con, True, frozenset())), found.failing, {rule.name: 1}, count_population(con, rule)
    )
    ledger.write_runs(con, "r1", [run_row(con, outcome, found)])
    row = con.execute("SELECT outcome, checked, failing, failing_records, accepted FROM ledger.rule_runs").fetchall()
    assert row == [("fail", 399, 1, 1, 0)]
    assert con.execute("SELECT count(*) FROM ledger.source_rules").fetchone() == (0,)


def test_a_rule_that_fails_on_more_than_half_is_about_the_source(con: duckdb.DuckDBPyConnection) -> None:
    ledger.begin(con, [])
    rows = [[name, "fail", 100, failing, None, 0.1, failing, 0] for name, failing in (("half", 50), ("most", 51))]
    ledger.write_runs(con, "r1", [*rows, ["few", "fail", 20, 20, None, 0.1, 20, 0]])
    assert con.execute("SELECT rule, share FROM ledger.source_rules").fetchall() == [("most", 0.51)]


def test_where_the_source_records_no_moment_a_finding_still_begins_and_ends(con: duckdb.DuckDBPyConnection) -> None:
    """A table without times: the run's own time is all there is."""
    con.execute("UPDATE meta.now SET data_until = NULL")
    check(con)
    assert one(con, "first_seen IS NOT NULL, last_seen IS NOT NULL, resolved_at, resolution") == (
        True,
        True,
        None,
        None,
    )
    con.execute("UPDATE core.orders SET payment_terms = 'NET30' WHERE order_id = 'O20'")
    check(con)
    assert one(con, "resolved_at >= first_seen, resolution") == (True, "changed")
    con.execute("UPDATE core.orders SET payment_terms = 'NET90' WHERE order_id = 'O20'")
    check(con)
    assert one(con, "resolved_at, resolution") == (None, None)


def test_where_the_source_records_no_moment_an_acceptance_still_runs_out(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("UPDATE meta.now SET data_until = NULL")
    check(con)
    accept(con, defect_id(con), until="2999-12-31")
    check(con)
    assert one(con, "resolution, resolved_at IS NOT NULL") == ("accepted", True)
    con.execute("UPDATE meta.decisions SET payload = ?", [json.dumps({"until": "2000-01-01"})])
    check(con)
    assert one(con, "resolution, resolved_at") == (None, None)
