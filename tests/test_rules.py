"""Each rule: a record that breaks it, one that just does not, and nulls, against a company in which nothing is wrong."""

from dataclasses import replace
from functools import cache

import duckdb
import pytest

from expectations import ledger
from expectations.engine import Data, run_rule
from expectations.measure import measure_norms
from pipelines.contract import entities
from tests.checks_fixture import empty_warehouse, small_company
from tests.rule_cases import findings, findings_by_norms, shipped_rules

# rule, what breaks it, what just does not, the finding as (order, line, field, suggested)
CASES = [
    (
        "orders_customer_id_required",
        "UPDATE core.orders SET customer_id = NULL WHERE order_id = 'O7'",
        "UPDATE core.orders SET customer_id = NULL WHERE order_id = 'O7'; UPDATE core.orders SET _derived = true, _source = 'derived' WHERE order_id = 'O7'",
        ("O7", None, "customer_id", None),
    ),
    (
        "orders_currency_format",
        "UPDATE core.orders SET currency = 'eur' WHERE order_id = 'O7'",
        "UPDATE core.orders SET currency = 'USD' WHERE order_id = 'O7'",
        ("O7", None, "currency", None),
    ),
    (
        "orders_order_class_allowed",
        "UPDATE core.orders SET order_class = 'gift' WHERE order_id = 'O7'",
        "UPDATE core.orders SET order_class = 'sample' WHERE order_id = 'O7'",
        ("O7", None, "order_class", None),
    ),
    (
        "order_lines_quantity_range",
        "UPDATE core.order_lines SET quantity = 0 WHERE line_id = 'O7-1'",
        "UPDATE core.order_lines SET quantity = 0.0001 WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "quantity", None),
    ),
    (
        "order_lines_sku_reference",
        "UPDATE core.order_lines SET sku = 'X-1' WHERE line_id = 'O7-1'",
        "UPDATE core.order_lines SET sku = 'P-407' WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "sku", None),
    ),
    (
        "orders_cancelled_at_time_order",
        "UPDATE core.orders SET cancelled_at = ordered_at - INTERVAL 1 SECOND WHERE order_id = 'O7'",
        "UPDATE core.orders SET cancelled_at = ordered_at WHERE order_id = 'O7'",
        ("O7", None, "cancelled_at", None),
    ),
    (
        "orders_promised_delivery_date_time_order",
        "UPDATE core.orders SET promised_delivery_date = ordered_at::DATE - 1 WHERE order_id = 'O7'",
        "UPDATE core.orders SET promised_delivery_date = ordered_at::DATE WHERE order_id = 'O7'",
        ("O7", None, "promised_delivery_date", None),
    ),
    (
        "total_mismatch",
        "UPDATE core.orders SET net_amount = net_amount + 0.02 WHERE order_id = 'O7'",
        "UPDATE core.orders SET net_amount = net_amount + 0.01 WHERE order_id = 'O7'",
        ("O7", None, "net_amount", "121.6000"),
    ),
    (
        "line_amount_mismatch",
        "UPDATE core.order_lines SET net_amount = net_amount * 1.05 WHERE line_id = 'O7-1'",
        "UPDATE core.order_lines SET net_amount = net_amount + 0.02 WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "net_amount", "74.1"),
    ),
    (
        "misspelt_customer",
        "UPDATE core.orders SET customer_name = 'Custmoer Number Hhhhh' WHERE order_id = 'O7'",
        "UPDATE core.orders SET customer_name = ' customer  number HHHHH' WHERE order_id = 'O7'",
        ("O7", None, "customer_name", "Customer Number Hhhhh"),
    ),
    (
        "misspelt_customer",
        "UPDATE core.orders SET customer_name = 'Customer Number Aaaaa' WHERE order_id = 'O7'",
        "UPDATE core.customers SET aliases = 'NW|Hs' WHERE customer_id = 'C7'; "
        "UPDATE core.orders SET customer_name = 'Hs' WHERE order_id = 'O7'",
        ("O7", None, "customer_name", "Customer Number Hhhhh"),
    ),
    (
        "wrong_terms",
        "UPDATE core.orders SET payment_terms = 'NET90' WHERE order_id = 'O7'",
        "UPDATE core.orders SET payment_terms = 'NET90' WHERE customer_id = 'C7' AND hash(order_id) % 3 = 0",
        ("O7", None, "payment_terms", "NET30"),
    ),
    (
        "wrong_ship_to",
        "UPDATE core.orders SET ship_to = 'C2/01' WHERE order_id = 'O7'",
        "UPDATE core.orders SET ship_to = 'a new place' WHERE order_id = 'O7'",
        ("O7", None, "ship_to", "C7/01"),
    ),
    (
        "excess_discount",
        "UPDATE core.order_lines SET discount = 0.11 WHERE line_id = 'O7-1'",
        "UPDATE core.order_lines SET discount = 0.1 WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "discount", "0.1"),
    ),
    (
        "wrong_price",
        "UPDATE core.order_lines SET unit_price = unit_price * 1.02 WHERE line_id = 'O7-1'",
        "UPDATE core.order_lines SET unit_price = unit_price * 0.95 WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "unit_price", "13.0"),
    ),
    (
        "quantity_power_of_ten",
        "UPDATE core.order_lines SET quantity = 50 WHERE line_id = 'O7-1'",
        "UPDATE core.order_lines SET quantity = 50 WHERE order_id = 'O7'",
        ("O7", "O7-1", "quantity", "5.0"),
    ),
    (
        "quantity_pack_size",
        "UPDATE core.order_lines SET quantity = 120 WHERE line_id = 'O7-1'",
        "UPDATE core.order_lines SET quantity = 12 WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "quantity", "5.0"),
    ),
    (
        "wrong_unit",
        "UPDATE core.order_lines SET unit = 'KGM' WHERE line_id = 'O7-1'",
        "UPDATE core.order_lines SET unit = 'PCE' WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "unit", "PCE"),
    ),
    (
        "wrong_product",
        "UPDATE core.order_lines SET sku = 'P-158' WHERE line_id = 'O7-1'",
        "UPDATE core.order_lines SET sku = 'Z-999' WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "sku", "P-518"),
    ),
    (
        "wrong_date",
        "UPDATE core.orders SET requested_delivery_date = ordered_at::DATE - 2 WHERE order_id = 'O40'",
        "UPDATE core.orders SET requested_delivery_date = ordered_at::DATE WHERE order_id = 'O40'",
        ("O40", None, "requested_delivery_date", None),
    ),
    (
        "wrong_date",  # orders are wanted after seven days at least
        "UPDATE core.orders SET requested_delivery_date = ordered_at::DATE - 1 WHERE order_id = 'O40'",
        "UPDATE core.orders SET requested_delivery_date = ordered_at::DATE - 1 WHERE order_id = 'O40'; "
        "UPDATE core.orders SET requested_delivery_date = ordered_at::DATE + 1 WHERE order_id LIKE '%1'",
        ("O40", None, "requested_delivery_date", None),
    ),
    (
        "wrong_date",
        "UPDATE core.orders SET requested_delivery_date = ordered_at::DATE + 365 WHERE order_id = 'O7'",
        "UPDATE core.orders SET requested_delivery_date = ordered_at::DATE + 60 WHERE order_id = 'O7'",
        ("O7", None, "requested_delivery_date", None),
    ),
    (
        "ordered_in_future",  # the data end on 1 June at 00:00
        "UPDATE core.orders SET ordered_at = TIMESTAMP '2026-06-03 00:01' WHERE order_id = 'O7'",
        "UPDATE core.orders SET ordered_at = TIMESTAMP '2026-06-03 00:00' WHERE order_id = 'O7'",
        ("O7", None, "ordered_at", None),
    ),
    (
        "swapped_day_month",  # O80 was ordered on 25 January, wanted on 1 February
        "UPDATE core.orders SET requested_delivery_date = DATE '2026-01-02' WHERE order_id = 'O80'",
        "UPDATE core.orders SET requested_delivery_date = DATE '2026-02-02' WHERE order_id = 'O80'",
        ("O80", None, "requested_delivery_date", "2026-02-01"),
    ),
    (
        "duplicate_order",
        "INSERT INTO core.orders BY NAME SELECT * REPLACE ('D' AS order_id, 'sys:D' AS record_key, 'sys:D' AS order_key, "
        "ordered_at + INTERVAL 1 DAY AS ordered_at) FROM core.orders WHERE order_id = 'O7'; "
        "INSERT INTO core.order_lines BY NAME SELECT * REPLACE ('D' AS order_id, 'sys:D' AS order_key) FROM core.order_lines "
        "WHERE order_id = 'O7'",
        "INSERT INTO core.orders BY NAME SELECT * REPLACE ('D' AS order_id, 'sys:D' AS record_key, 'sys:D' AS order_key, "
        "requested_delivery_date + 7 AS requested_delivery_date, ordered_at + INTERVAL 1 DAY AS ordered_at) "
        "FROM core.orders WHERE order_id = 'O7'; "
        "INSERT INTO core.order_lines BY NAME SELECT * REPLACE ('D' AS order_id, 'sys:D' AS order_key) FROM core.order_lines "
        "WHERE order_id = 'O7'",
        ("D", None, "order_id", None),
    ),
]


@pytest.mark.parametrize(("name", "breaks", "keeps", "found"), CASES, ids=[case[0] for case in CASES])
def test_a_rule_finds_what_breaks_it_and_nothing_else(
    name: str, breaks: str, keeps: str, found: tuple[str, ...]
) -> None:
    con = small_company()
    con.execute(breaks)
    assert findings(con, name) == [found]
    con = small_company()
    con.execute(keeps)
    assert findings(con, name) == []


@pytest.mark.parametrize(("orders", "found"), [(3, 3), (5, 0)])
def test_few_orders_wanted_before_they_were_entered_are_wrong_and_many_are_a_habit(orders: int, found: int) -> None:
    con = small_company()
    con.execute(
        "DELETE FROM core.orders WHERE order_id NOT IN (SELECT order_id FROM core.orders ORDER BY order_id LIMIT 60)"
    )
    con.execute(
        "UPDATE core.orders SET requested_delivery_date = ordered_at::DATE - 20 "
        f"WHERE order_id IN (SELECT order_id FROM core.orders ORDER BY order_id LIMIT {orders})"
    )
    assert len(findings(con, "wrong_date")) == found


@pytest.mark.parametrize("name", sorted(shipped_rules()))
def test_no_rule_breaks_on_nulls_or_finds_anything_in_clean_data(name: str) -> None:
    assert findings_by_norms(_clean(), name) == []


@cache
def _nulls() -> duckdb.DuckDBPyConnection:
    """One record an entity in which everything but its keys is null."""
    con = empty_warehouse()
    for entity in entities().values():
        keys = {name: "1" for name in (entity.key, "order_id", "line_id") if name in entity.by_name}
        columns = ", ".join(["record_key", "order_key", "_system", "_derived", *keys])
        values = ", ".join(["'s:1'", "'s:1'", "'s'", "false", *["'1'"] * len(keys)])
        con.execute(f"INSERT INTO core.{entity.name} ({columns}) VALUES ({values})")
    ledger.begin(con, [])
    measure_norms(con, True)
    return con


@cache
def _clean() -> duckdb.DuckDBPyConnection:
    con = small_company()
    ledger.begin(con, [])
    measure_norms(con, True)
    return con


@pytest.mark.parametrize("name", sorted(shipped_rules()))
def test_every_query_runs_on_nulls(name: str) -> None:
    con = _nulls()
    ledger.begin(con, [])
    # Nulls are no premise for any rule; its query has to run on them all the same.
    rule = replace(shipped_rules()[name], applies=None)
    run = run_rule(con, rule, Data(con, True, frozenset(), dict.fromkeys(rule.needs, True)))
    assert run.outcome is None, run.reason
    found = con.execute("SELECT count(*) FROM work.rule_hits").fetchone()
    expected = 1 if name.endswith("_required") and shipped_rules()[name].parameters["usually"] == 0 else 0
    assert found == (expected,)
