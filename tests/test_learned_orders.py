"""Learned from orders: mature ones only, versions that grow, new habits, and one finding a cell."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import duckdb
import pytest

from expectations import ledger
from expectations.catalogue import load_rules
from expectations.engine import look_at, run_rule
from expectations.learned.learner import Learner
from pipelines.settings import Home
from tests.checks_fixture import NOW, empty_warehouse, limit_scope, put
from tests.learned_fixture import learned, one

MATURE = NOW - timedelta(days=31)
TERMS = ("NET30", "NET60", "NET14")


@pytest.fixture
def book() -> Iterator[duckdb.DuckDBPyConnection]:
    """Ninety mature orders of three customers, each with terms of its own."""
    con = empty_warehouse()
    ledger.begin(con, [])
    for number in range(90):
        order(con, number, number % 3, MATURE - timedelta(hours=number))
    with con:
        yield con


def order(con: duckdb.DuckDBPyConnection, number: int, customer: int, at: datetime, terms: str | None = "") -> None:
    """One order; its terms are the customer's unless others are given."""
    known = TERMS[customer] if terms == "" else terms
    put(
        con,
        "orders",
        order_id=str(number),
        ordered_at=at,
        customer_id=f"C{customer}",
        payment_terms=known,
        region=f"R{customer}",
    )


def test_a_deviation_is_told_with_the_customers_other_orders(book: duckdb.DuckDBPyConnection) -> None:
    order(book, 100, 0, MATURE, "NET60")
    assert learned(book, "orders") == [("100", "payment_terms", "dependency", "NET60", "NET30")]
    (evidence,) = one(book, "SELECT evidence FROM learned.hits")
    assert evidence == (
        "30 of 30 other orders with customer id C0 have NET30; another column says the same (learned from the records themselves, version 1)"
    )


def test_an_order_that_is_not_mature_is_judged_but_not_learned_from(book: duckdb.DuckDBPyConnection) -> None:
    order(book, 100, 0, NOW - timedelta(days=2), "NET60")
    assert learned(book, "orders") == [("100", "payment_terms", "dependency", "NET60", "NET30")]
    assert one(book, "SELECT records, mined_until FROM learned.versions") == (90, NOW - timedelta(days=30))
    counted = one(book, "SELECT sum(n) FROM learned.value_counts WHERE column_name = 'payment_terms'")
    assert counted == (90,)


def test_terms_that_come_again_since_are_a_new_habit(book: duckdb.DuckDBPyConnection) -> None:
    order(book, 100, 0, NOW - timedelta(days=3), "NET60")
    assert len(learned(book, "orders")) == 1
    order(book, 101, 0, NOW - timedelta(days=2), "NET60")
    limit_scope(book, "101")
    # The first of the two is not in the scope of this run, and is judged again all the same.
    assert learned(book, "orders", full=False) == []


def test_a_customer_with_two_terms_has_no_wrong_ones(book: duckdb.DuckDBPyConnection) -> None:
    for number in range(100, 104):
        order(book, number, 0, MATURE, "NET60")
    assert learned(book, "orders") == []


def test_a_value_that_is_missing_is_told_with_what_the_others_have(book: duckdb.DuckDBPyConnection) -> None:
    order(book, 100, 0, MATURE, None)
    assert learned(book, "orders") == [("100", "payment_terms", "dependency", None, "NET30")]


def test_a_place_of_delivery_from_which_another_customer_would_follow_is_wrong() -> None:
    con = empty_warehouse()
    ledger.begin(con, [])
    for number in range(120):
        places = f"P{number % 3}{(number // 3) % 2}"
        put(con, "orders", order_id=str(number), ordered_at=MATURE, customer_id=f"C{number % 3}", ship_to=places,
            payment_terms=TERMS[number % 3], region=f"R{number % 3}")  # fmt: skip
    put(
        con,
        "orders",
        order_id="200",
        ordered_at=MATURE,
        customer_id="C0",
        ship_to="P11",
        payment_terms="NET30",
        region="R0",
    )
    assert learned(con, "orders") == [("200", "ship_to", "dependency", "P11", None)]


def test_a_tenth_more_makes_a_version_whose_counts_are_those_of_a_recount(book: duckdb.DuckDBPyConnection) -> None:
    learned(book, "orders")
    book.execute("UPDATE meta.now SET data_until = data_until + INTERVAL 1 DAY")
    for number in range(100, 108):
        order(book, number, 0, NOW - timedelta(days=29, hours=12))
    learned(book, "orders", full=False)
    assert one(book, "SELECT max(version) FROM learned.versions") == (1,)
    order(book, 108, 1, NOW - timedelta(days=29, hours=12), "NET14")
    learned(book, "orders", full=False)
    assert one(book, "SELECT max(version) FROM learned.versions") == (2,)
    added = book.execute("SELECT * FROM learned.pair_counts ORDER BY ALL").fetchall()
    assert added
    learned(book, "orders", growth=0.05)
    assert book.execute("SELECT * FROM learned.pair_counts ORDER BY ALL").fetchall() == added


def test_a_run_over_what_changed_gives_what_a_full_check_gives(book: duckdb.DuckDBPyConnection) -> None:
    learned(book, "orders")
    order(book, 100, 0, NOW - timedelta(days=3), "NET14")
    order(book, 101, 1, NOW - timedelta(days=3), None)
    book.execute("UPDATE core.orders SET payment_terms = 'NET60' WHERE order_id = '6'")
    limit_scope(book, "100", "101", "6")
    found = learned(book, "orders", full=False)
    assert [hit[0] for hit in found] == ["6", "100", "101"]
    assert learned(book, "orders") == found


def test_an_order_that_is_put_right_is_no_hit_any_more(book: duckdb.DuckDBPyConnection) -> None:
    order(book, 100, 0, MATURE, "NET60")
    assert len(learned(book, "orders")) == 1
    book.execute("UPDATE core.orders SET payment_terms = 'NET30' WHERE order_id = '100'")
    limit_scope(book, "100")
    assert learned(book, "orders", full=False) == []


def test_a_line_of_unusual_unit_for_customer_and_product() -> None:
    con = empty_warehouse()
    ledger.begin(con, [])
    for number in range(120):
        put(con, "orders", order_id=str(number), ordered_at=MATURE, customer_id=f"C{number % 3}")
        unit = "BOX" if (number % 3 + (number // 3) % 2) % 2 else "PCE"
        put(con, "order_lines", line_id=f"{number}-1", order_id=str(number), sku=f"P{(number // 3) % 2}", unit=unit)
    con.execute("UPDATE core.order_lines SET unit = 'KGM' WHERE line_id = '7-1'")
    assert learned(con, "order_lines") == [("7-1", "unit", "dependency", "KGM", "BOX")]


def test_a_cell_that_another_rule_has_found_is_not_told_twice(book: duckdb.DuckDBPyConnection, tmp_path) -> None:  # type: ignore[no-untyped-def]
    order(book, 100, 0, MATURE, "NET60")
    order(book, 101, 1, MATURE, "NET14")
    rules = {rule.name: rule for rule in load_rules(Home(tmp_path))}
    rule = rules["orders_learned_dependency"]
    ledger.begin(book, rules.values())
    book.execute(
        "INSERT INTO work.rule_hits (rule, record_key, field) VALUES ('wrong_terms', 'sys:100', 'payment_terms')"
    )
    learner = Learner(book, rules.values(), 30, True)
    run = run_rule(book, rule, look_at(book, "run", True), prepare=learner.prepare)
    assert (run.outcome, run.reason) == (None, None)
    found = book.execute("SELECT order_id FROM work.rule_hits WHERE rule = ?", [rule.name]).fetchall()
    assert found == [("101",)]


def test_what_breaks_while_learning_is_the_rules_error(book: duckdb.DuckDBPyConnection, tmp_path) -> None:  # type: ignore[no-untyped-def]
    rules = {rule.name: rule for rule in load_rules(Home(tmp_path))}
    ledger.begin(book, rules.values())
    learned(book, "orders")
    book.execute("ALTER TABLE learned.value_counts DROP COLUMN n")
    learner = Learner(book, rules.values(), 45, True)
    run = run_rule(book, rules["orders_learned_dependency"], look_at(book, "run", True), prepare=learner.prepare)
    assert run.outcome == "error"
    assert one(book, "SELECT count(*) FROM learned.versions") == (1,)


@pytest.mark.parametrize("full", [True, False])
def test_a_column_that_nothing_fills_any_more_is_as_good_as_absent(book: duckdb.DuckDBPyConnection, full: bool) -> None:
    """A profile maps it to a name that no file has: what was learned of it before does not stand any longer."""
    order(book, 100, 0, MATURE, "NET60")
    assert len(learned(book, "orders")) == 1
    book.execute("UPDATE core.orders SET payment_terms = NULL")
    assert learned(book, "orders", full=full) == []
    assert one(book, "SELECT count(*) FROM learned.dependencies WHERE 'payment_terms' IN (determinant, dependent) "
               "AND version = (SELECT max(version) FROM learned.versions)") == (0,)  # fmt: skip
