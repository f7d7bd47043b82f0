"""The ledger: new, still there, gone, back; where a wrong value came from; incremental and full agree."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from expectations import ledger
from expectations.catalogue import load_rules
from expectations.engine import Data, choose_clock_orders, run_rule
from expectations.measure import measure_norms, settle_norms
from expectations.rule import Rule
from pipelines.settings import Home
from tests.checks_fixture import limit_scope, put, small_company

LEDGER = "SELECT * EXCLUDE (first_seen, last_seen) FROM ledger.defects WHERE resolved_at IS NULL ORDER BY defect_id"


def terms_rule() -> Rule:
    return next(rule for rule in load_rules(Home(Path("none"))) if rule.name == "wrong_terms")


def check(con: duckdb.DuckDBPyConnection, full: bool = True) -> None:
    rule = replace(terms_rule(), reach="record")
    ledger.begin(con, [rule])
    run = run_rule(con, rule, Data(con, full, frozenset()))
    assert run.outcome is None, run.reason
    ledger.merge_findings(con)


def one(con: duckdb.DuckDBPyConnection, columns: str) -> tuple[object, ...]:
    rows = con.execute(f"SELECT {columns} FROM ledger.defects").fetchall()
    assert len(rows) == 1
    return rows[0]


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = small_company()
    con.execute("UPDATE core.orders SET payment_terms = 'NET90' WHERE order_id = 'O20'")
    return con


def set_now(con: duckdb.DuckDBPyConnection, day: str) -> None:
    con.execute(f"UPDATE meta.now SET data_until = TIMESTAMP '{day}'")


def test_a_defect_is_new_stays_goes_and_comes_back(con: duckdb.DuckDBPyConnection) -> None:
    first, second, third = datetime(2026, 6, 1), datetime(2026, 6, 2), datetime(2026, 6, 3)
    check(con)
    assert one(con, "first_seen, last_seen, resolved_at, resolution") == (first, first, None, None)
    set_now(con, "2026-06-02")
    check(con)
    assert one(con, "first_seen, last_seen, resolved_at, resolution") == (first, second, None, None)
    con.execute("UPDATE core.orders SET payment_terms = 'NET30' WHERE order_id = 'O20'")
    set_now(con, "2026-06-03")
    check(con)
    assert one(con, "first_seen, last_seen, resolved_at, resolution") == (first, second, third, "changed")
    con.execute("UPDATE core.orders SET payment_terms = 'NET90' WHERE order_id = 'O20'")
    check(con)
    assert one(con, "first_seen, last_seen, resolved_at, resolution") == (first, third, None, None)


def test_what_was_not_judged_stands(con: duckdb.DuckDBPyConnection) -> None:
    check(con)
    con.execute("UPDATE core.orders SET payment_terms = 'NET30' WHERE order_id = 'O20'")
    limit_scope(con, "O21")
    check(con, full=False)
    assert one(con, "resolved_at") == (None,)
    limit_scope(con, "O20")
    check(con, full=False)
    assert one(con, "resolution") == ("changed",)


def test_a_withdrawn_rule_closes_its_findings(con: duckdb.DuckDBPyConnection) -> None:
    check(con)
    ledger.begin(con, [])
    ledger.merge_findings(con)
    assert one(con, "resolution") == ("rule withdrawn",)


def test_full_and_incremental_agree(con: duckdb.DuckDBPyConnection) -> None:
    check(con)
    con.execute("UPDATE core.orders SET payment_terms = 'CASH' WHERE order_id = 'O33'")
    limit_scope(con, "O33")
    check(con, full=False)
    incremental = con.execute(LEDGER).fetchall()
    check(con, full=True)
    assert con.execute(LEDGER).fetchall() == incremental
    assert len(incremental) == 2


def test_the_order_of_rows_changes_nothing(con: duckdb.DuckDBPyConnection) -> None:
    check(con)
    before = con.execute(LEDGER).fetchall()
    con.execute("CREATE OR REPLACE TABLE core.orders AS FROM core.orders ORDER BY md5(order_id)")
    con.execute("DELETE FROM ledger.defects")
    check(con)
    assert con.execute(LEDGER).fetchall() == before


def keep_a_log(con: duckdb.DuckDBPyConnection) -> None:
    """A change of another order: the system keeps a log."""
    put(
        con, "order_changes", change_id="H0", order_id="O1", field="quantity", new_value="5",
        changed_at=datetime(2026, 2, 1), changed_by="u1", origin="log",
    )  # fmt: skip


def test_a_value_nobody_changed_came_in_with_the_entry(con: duckdb.DuckDBPyConnection) -> None:
    keep_a_log(con)
    check(con)
    assert one(con, "origin_stage, origin_user, origin_at") == ("entry", "u0", datetime(2026, 1, 8, 5))


def test_a_value_that_was_changed_came_in_with_the_latest_change_to_it(con: duckdb.DuckDBPyConnection) -> None:
    for number, (value, user) in enumerate((("NET90", "u1"), ("NET60", "u2"), ("NET90", "u5")), start=1):
        put(
            con, "order_changes", change_id=f"H{number}", order_id="O20", field="payment_terms", new_value=value,
            changed_at=datetime(2026, 2, number), changed_by=user, origin="log",
        )  # fmt: skip
    con.execute(
        "INSERT INTO marts.stage_facts BY NAME SELECT 'sys:O20' AS order_key, stage, stage_no, ended_at FROM (VALUES "
        "('entry', 1, TIMESTAMP '2026-02-02'), ('approval', 2, TIMESTAMP '2026-03-01'), ('picking', 3, NULL)) "
        "v(stage, stage_no, ended_at)"
    )
    check(con)
    assert one(con, "origin_stage, origin_user, origin_at") == ("approval", "u5", datetime(2026, 2, 3))


def test_where_the_log_is_silent_the_origin_is_unknown(con: duckdb.DuckDBPyConnection) -> None:
    put(
        con, "order_changes", change_id="H1", order_id="O20", field="payment_terms", new_value="NET60",
        changed_at=datetime(2026, 2, 1), changed_by="u1", origin="log",
    )  # fmt: skip
    check(con)
    assert one(con, "origin_stage, origin_user, origin_at") == (None, None, None)


def test_lineage_names_file_and_line(con: duckdb.DuckDBPyConnection) -> None:
    check(con)
    assert one(con, "file_no, source_line") == (1, 20)


def test_norms_survive_between_full_checks(con: duckdb.DuckDBPyConnection) -> None:
    ledger.begin(con, [])
    measure_norms(con, True)
    con.execute("DELETE FROM core.order_lines")
    choose_clock_orders(con, [])
    measure_norms(con, False)
    assert con.execute("SELECT count(*) FROM work.usual_product_quantity").fetchone() == (7,)


def test_what_is_made_for_a_run_alone_can_be_asked_again_later(con: duckdb.DuckDBPyConnection) -> None:
    ledger.begin(con, [])
    con.execute(
        """INSERT INTO core.deliveries BY NAME SELECT 'D' || line_id AS delivery_item_id, order_id, order_key, line_id, quantity + 1 AS quantity
        FROM core.order_lines WHERE quantity IS NOT NULL LIMIT 3"""
    )
    measure_norms(con, True)
    in_run = con.execute("FROM work.uneven_lines ORDER BY ALL").fetchall()
    settle_norms(con)
    assert con.execute("FROM work.uneven_lines ORDER BY ALL").fetchall() == in_run
    assert len(in_run) == 3
    assert con.execute("SELECT count(*) FROM duckdb_tables() WHERE temporary").fetchone() == (0,)


def test_norms_are_measured_anew_for_another_process() -> None:
    con = small_company()
    ledger.begin(con, [])
    measure_norms(con, True)
    measured = con.execute("SELECT count(*) FROM work.usual_product_quantity").fetchone()
    con.execute("DELETE FROM work.usual_product_quantity")
    measure_norms(con, True)
    assert con.execute("SELECT count(*) FROM work.usual_product_quantity").fetchone() == (0,), "the same process: kept"
    con.execute("INSERT INTO meta.stages (stage_no, stage) VALUES (99, 'another')")
    measure_norms(con, True)
    assert con.execute("SELECT count(*) FROM work.usual_product_quantity").fetchone() == measured != (0,)


def test_the_whole_catalogue_agrees_incrementally_and_in_full() -> None:
    con = small_company()
    con.execute(
        """UPDATE core.orders SET customer_name = 'Custmoer Number Hhhhh' WHERE order_id = 'O7';
        UPDATE core.orders SET net_amount = net_amount + 5 WHERE order_id = 'O11';
        UPDATE core.orders SET payment_terms = 'NET90' WHERE order_id = 'O20';
        UPDATE core.order_lines SET quantity = 50 WHERE line_id = 'O30-1';
        UPDATE core.order_lines SET unit_price = unit_price * 1.1 WHERE line_id = 'O40-0';
        UPDATE core.order_lines SET sku = 'P-158' WHERE line_id = 'O50-1'"""
    )
    full = run_catalogue(con, full=True)
    limit_scope(con, "O7", "O30", "O40", "O99")
    assert run_catalogue(con, full=False) == full
    assert {row[1] for row in full} >= {
        "misspelt_customer",
        "total_mismatch",
        "wrong_terms",
        "wrong_price",
        "wrong_product",
    }


def run_catalogue(con: duckdb.DuckDBPyConnection, full: bool) -> list[tuple[object, ...]]:
    rules = load_rules(Home(Path("none")))
    ledger.begin(con, rules)
    if not full:
        choose_clock_orders(con, rules)
    measure_norms(con, full)
    data = Data(con, full, frozenset())
    for rule in rules:
        assert run_rule(con, rule, data).outcome != "error"
    ledger.merge_findings(con)
    return con.execute(LEDGER).fetchall()
