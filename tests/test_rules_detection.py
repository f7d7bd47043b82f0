"""Where a rule draws the line between an error and what only looks like one."""

from datetime import datetime

import pytest

from expectations.engine import Data, run_rule
from tests.checks_fixture import put, small_company
from tests.rule_cases import shipped_rules
from tests.test_process_rules import DOCUMENTS, LINKS, STAGES, prepared
from tests.test_rules import findings

# Orders of C7 and its lines by hand: the first has three lines, the second the same but for what a case changes.
PAIR = """
INSERT INTO core.orders BY NAME SELECT o.* REPLACE (v.i::VARCHAR AS order_id, 'sys:' || v.i AS record_key,
  'sys:' || v.i AS order_key, TIMESTAMP '2026-03-02 09:00' + to_hours(v.i - 9001) AS ordered_at,
  DATE '2026-03-12' AS requested_delivery_date) FROM core.orders o, (VALUES (9001), (9002)) v(i) WHERE o.order_id = 'O7';
INSERT INTO core.order_lines BY NAME SELECT l.* REPLACE (v.i::VARCHAR AS order_id, 'sys:' || v.i AS order_key,
  v.i || '-' || s.n AS line_id, 'sys:' || v.i || '-' || s.n AS record_key, 'sys:' || v.i || '-' || s.n AS line_key,
  'P-' || 37 * (s.n + 11) AS sku, 40 + 3 * s.n AS quantity)
FROM core.order_lines l, (VALUES (9001), (9002)) v(i), range(3) s(n) WHERE l.line_id = 'O7-1';
"""
# What of O7-1, fifty where five are usual, was sent back.
FIFTY = "UPDATE core.order_lines SET quantity = 50 WHERE order_id = 'O7'"
SENT_BACK = """
INSERT INTO core.deliveries BY NAME SELECT 'R' AS delivery_item_id, 'sys:R' AS record_key, order_id, order_key, line_id,
  'return' AS kind, {back} AS quantity, TIMESTAMP '2026-02-02' AS "at", 'sys' AS _system, false AS _derived
FROM core.order_lines WHERE line_id = 'O7-1'
"""
# The same pair with one line each, which cost something else the second time: that could as well be two orders.
UNSURE = (
    PAIR + "DELETE FROM core.order_lines WHERE line_id IN ('9001-1', '9001-2', '9002-1', '9002-2');"
    "UPDATE core.order_lines SET unit_price = unit_price + 2 WHERE line_id = '9002-0';"
)
TWICE_BACK = """
INSERT INTO core.deliveries BY NAME SELECT 'R' AS delivery_item_id, 'sys:R' AS record_key, order_id, order_key, line_id,
  'return' AS kind, {back} AS quantity, TIMESTAMP '2026-04-02' AS "at", 'sys' AS _system, false AS _derived
FROM core.order_lines WHERE line_id = '9002-0'
"""
CASES = [
    (
        "returned_duplicate",
        UNSURE,
        TWICE_BACK.format(back="quantity"),
        TWICE_BACK.format(back="quantity / 2"),
        ("9002", None, "order_id"),
    ),
    (
        "returned_near_duplicate",
        UNSURE + "UPDATE core.orders SET ship_to = 'C7/02' WHERE order_id = '9002';",
        TWICE_BACK.format(back="quantity"),
        TWICE_BACK.format(back="NULL"),
        ("9002", None, "order_id"),
    ),
    (
        "delivered_before_order",  # O7 was ordered on 4 January; the company's days are those of Berlin, an hour ahead
        DOCUMENTS,
        "UPDATE core.deliveries SET \"at\" = TIMESTAMP '2026-01-02 22:59' WHERE line_id = 'O7-1'",
        "UPDATE core.deliveries SET \"at\" = TIMESTAMP '2026-01-02 23:00' WHERE line_id = 'O7-1'; "
        "UPDATE core.deliveries SET \"at\" = NULL WHERE line_id = 'O7-0'",
        ("O7", "O7-1", "at"),
    ),
    (
        "wrong_promise",
        "UPDATE core.orders SET promised_delivery_date = requested_delivery_date",
        "UPDATE core.orders SET promised_delivery_date = ordered_at::DATE + 121 WHERE order_id = 'O7'",
        "UPDATE core.orders SET promised_delivery_date = ordered_at::DATE + 120 WHERE order_id = 'O7'; "
        "UPDATE core.orders SET promised_delivery_date = NULL WHERE order_id = 'O8'",
        ("O7", None, "promised_delivery_date"),
    ),
    (
        "odd_price",  # P-518 costs 13
        "DELETE FROM core.prices",
        "UPDATE core.order_lines SET unit_price = 16 WHERE line_id = 'O7-1'",
        "UPDATE core.order_lines SET unit_price = 14 WHERE line_id = 'O7-1'; "  # a rebate
        "UPDATE core.order_lines SET unit_price = NULL WHERE line_id = 'O8-1'; "
        "UPDATE core.order_lines SET unit_price = 16 WHERE sku = 'P-518' AND order_id[2:]::INTEGER > 200",  # a new price
        ("O7", "O7-1", "unit_price"),
    ),
    (
        "wrong_product_text",
        "DELETE FROM core.products; UPDATE core.order_lines SET description = 'Article ' || chr(50 + sku[3:]::INTEGER % 60)",
        "UPDATE core.order_lines SET sku = 'P-581' WHERE line_id = 'O7-1'",
        "UPDATE core.order_lines SET sku = 'P-599' WHERE line_id = 'O7-1'; "  # two characters away
        "UPDATE core.order_lines SET sku = 'P-581', description = NULL WHERE line_id = 'O14-1'; "
        "UPDATE core.order_lines SET sku = 'P-581' WHERE line_id IN ('O21-1', 'O28-1')",  # twice: an article of its own
        ("O7", "O7-1", "sku"),
    ),
    (
        "near_duplicate",
        PAIR,
        "UPDATE core.order_lines SET quantity = 44 WHERE line_id = '9002-1'",
        "UPDATE core.order_lines SET quantity = 44 WHERE line_id IN ('9002-1', '9002-2')",
        ("9002", None, "order_id"),
    ),
    (
        "near_duplicate",
        PAIR,
        "DELETE FROM core.order_lines WHERE line_id = '9002-1'",
        "DELETE FROM core.order_lines WHERE line_id IN ('9002-1', '9002-2')",
        ("9002", None, "order_id"),
    ),
    (
        "near_duplicate",
        PAIR,
        "UPDATE core.orders SET customer_id = 'C8' WHERE order_id = '9002'; "
        "UPDATE core.customers SET name = (SELECT name FROM core.customers WHERE customer_id = 'C7') WHERE customer_id = 'C8'",
        "UPDATE core.orders SET customer_id = 'C8' WHERE order_id = '9002'",
        ("9002", None, "order_id"),
    ),
    (
        "returned_power_of_ten",
        FIFTY,
        SENT_BACK.format(back=45),
        SENT_BACK.format(back=20),
        ("O7", "O7-1", "quantity"),
    ),
    (
        "returned_pack_size",
        FIFTY.replace("50", "96"),
        SENT_BACK.format(back=92),
        SENT_BACK.format(back=48),
        ("O7", "O7-1", "quantity"),
    ),
]


@pytest.mark.parametrize(("name", "given", "breaks", "keeps", "found"), CASES, ids=[case[0] for case in CASES])
def test_a_rule_finds_what_breaks_it_and_nothing_else(
    name: str, given: str, breaks: str, keeps: str, found: tuple[str | None, ...]
) -> None:
    con = prepared(given)
    con.execute(breaks)
    assert [row[:3] for row in findings(con, name)] == [found]
    con = prepared(given)
    con.execute(keeps)
    assert findings(con, name) == []


@pytest.mark.parametrize(
    ("sku", "price", "found"),
    [
        ("P-629", "77.77", [("O7", "O7-1", "sku", "P-777")]),  # the next code of the master costs that
        ("P-592", "77.77", []),  # it is not the next one
        ("P-629", "77.70", []),
        ("P-629", "NULL", []),
        ("P-767", "77.77", [("O7", "O7-1", "sku", "P-777")]),  # one character is another; the code is unknown besides
    ],
)
def test_a_price_of_the_next_code_tells_a_slip_of_the_code(sku: str, price: str, found: list[object]) -> None:
    """Nobody has ordered P-777 so far."""
    con = small_company()
    put(con, "products", sku="P-777", unit="PCE", list_price=77.77)
    put(con, "prices", price_id="777", sku="P-777", unit="PCE", price=77.77, currency="EUR", valid_from="2026-01-01")
    con.execute(
        f"UPDATE core.order_lines SET sku = '{sku}', unit_price = {price}, description = NULL WHERE line_id = 'O7-1'"
    )
    assert findings(con, "wrong_product") == found


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("", 1),
        ("UPDATE core.order_lines SET unit_price = 12 WHERE line_id = '9002-0'", 0),  # another price: hardly a copy
        ("UPDATE core.order_lines SET unit_price = NULL WHERE line_id = '9002-0'", 1),
        ("UPDATE core.orders SET promised_delivery_date = DATE '2026-03-12' + (order_id = '9002')::INTEGER", 0),
        ("UPDATE core.orders SET promised_delivery_date = NULL WHERE order_id = '9002'", 1),
    ],
)
def test_a_copy_has_the_same_price_and_promise(change: str, found: int) -> None:
    con = prepared(PAIR + "DELETE FROM core.order_lines WHERE line_id IN ('9001-1', '9001-2', '9002-1', '9002-2');")
    con.execute(change or "SELECT 1")
    assert len(findings(con, "duplicate_order")) == found
    assert findings(con, "returned_duplicate") == []


# Forty pairs of orders of four lines, the second sixty hours after the first with one quantity changed; those of a customer lie
# fifty days apart. The second is wanted three days later, but in the last pair on the same day.
REPEATS = """
INSERT INTO core.orders BY NAME SELECT o.* REPLACE ((7001 + i)::VARCHAR AS order_id, 'sys:' || 7001 + i AS record_key,
  'sys:' || 7001 + i AS order_key, 'C' || i // 2 % 10 AS customer_id, 'C' || i // 2 % 10 || '/01' AS ship_to,
  TIMESTAMP '2026-05-01 09:00' + to_days((5 * (i // 2))::INTEGER) + to_hours((60 * (i % 2))::INTEGER) AS ordered_at,
  DATE '2026-05-20' + (5 * (i // 2) + CASE WHEN i < 78 THEN 3 * (i % 2) ELSE 0 END)::INTEGER AS requested_delivery_date)
FROM core.orders o, range(80) r(i) WHERE o.order_id = 'O7';
INSERT INTO core.order_lines BY NAME SELECT l.* REPLACE ((7001 + i)::VARCHAR AS order_id, 'sys:' || 7001 + i AS order_key,
  7001 + i || '-' || n AS line_id, 'sys:' || 7001 + i || '-' || n AS record_key, 'sys:' || 7001 + i || '-' || n AS line_key,
  'P-' || 37 * (n + 11) AS sku, 100 + 7 * (i // 2) + n + CASE WHEN n = 0 THEN i % 2 ELSE 0 END AS quantity)
FROM core.order_lines l, range(80) r(i), range(4) s(n) WHERE l.line_id = 'O7-1';
"""


def test_repeats_as_frequent_as_usual_are_no_near_duplicates() -> None:
    """Customers who order nearly the same again after some days for another day do it once for the same day."""
    con = prepared("INSERT INTO core.user_actions BY NAME SELECT 'x' AS action_id;")
    con.execute(REPEATS)
    assert findings(con, "near_duplicate") == []
    con.execute(
        "UPDATE core.orders SET ordered_at = (SELECT ordered_at + INTERVAL 10 MINUTE FROM core.orders WHERE order_id = '7001'), "
        "requested_delivery_date = (SELECT requested_delivery_date FROM core.orders WHERE order_id = '7001') WHERE order_id = '7002'"
    )
    assert [row[0] for row in findings(con, "near_duplicate")] == ["7002"]


YESTERDAY = "\"at\" = TIMESTAMP '2026-05-31' WHERE line_id = 'O7-1'"


@pytest.mark.parametrize(
    ("invoiced", "found"),
    [
        ("quantity + 1", [("O7", "O7-1", "quantity", None)]),  # more than ordered: no delivery can explain it
        ("quantity - 1", []),  # the rest may follow
    ],
)
def test_too_much_invoiced_is_wrong_at_once_too_little_after_a_while(invoiced: str, found: list[object]) -> None:
    con = prepared(DOCUMENTS)
    con.execute(f"UPDATE core.invoices SET quantity = {invoiced}, {YESTERDAY}")
    assert findings(con, "invoice_mismatch") == found


def test_an_invoice_in_full_may_come_before_the_last_delivery() -> None:
    con = prepared(DOCUMENTS)
    con.execute(f"UPDATE core.deliveries SET quantity = quantity - 1, {YESTERDAY}")
    assert findings(con, "invoice_mismatch") == []


CREDIT = """
INSERT INTO core.invoices BY NAME SELECT 'C' AS invoice_item_id, 'sys:C' AS record_key, order_id, order_key, line_id,
  'credit' AS kind, {quantity} AS quantity, {amount} AS amount, "at" + INTERVAL 5 DAY AS "at", 'sys' AS _system, false AS _derived
FROM core.invoices WHERE line_id = 'O7-1'
"""


@pytest.mark.parametrize(
    ("quantity", "amount", "found"),
    [
        ("2", "20", 1),  # two of them are credited though they were delivered
        ("-2", "-20", 1),  # whatever the sign
        ("2", "2", 0),  # a price is credited
        ("NULL", "20", 0),
        ("2", "NULL", 1),
    ],
)
def test_a_credit_note_takes_back_goods_or_a_price(quantity: str, amount: str, found: int) -> None:
    con = prepared(DOCUMENTS)
    con.execute("UPDATE core.invoices SET amount = 10 * quantity")
    con.execute(CREDIT.format(quantity=quantity, amount=amount))
    assert len(findings(con, "invoice_mismatch")) == found


@pytest.mark.parametrize(("back", "credited", "found"), [("2", "2", 0), ("-2", "2", 0), ("2", "1", 1)])
def test_what_comes_back_is_credited(back: str, credited: str, found: int) -> None:
    con = prepared(DOCUMENTS)
    con.execute(CREDIT.format(quantity=credited, amount="NULL"))
    con.execute(
        f"""INSERT INTO core.deliveries BY NAME SELECT 'R' AS delivery_item_id, 'sys:R' AS record_key, order_id, order_key,
        line_id, 'return' AS kind, {back} AS quantity, "at" + INTERVAL 3 DAY AS "at", 'sys' AS _system, false AS _derived
        FROM core.deliveries WHERE line_id = 'O7-1'"""
    )
    assert len(findings(con, "invoice_mismatch")) == found
    assert findings(con, "short_delivery") == []


@pytest.mark.parametrize(
    ("until", "ordered", "found"),
    [
        ("2026-03-10", "2026-03-10 12:00", 0),
        ("2026-03-10", "2026-03-11 12:00", 1),
        ("2026-03-10", "2026-03-10 23:30", 0),  # the 11th in Berlin, the 10th in UTC
        ("2026-03-11", "2026-03-10 23:30", 0),
    ],
)
def test_a_customers_own_price_holds_on_its_days_only(until: str, ordered: str, found: int) -> None:
    con = small_company()
    put(
        con,
        "prices",
        price_id="own",
        sku="P-518",
        customer_id="C7",
        price=5,
        valid_from="2026-03-01",
        valid_until=until,
    )
    con.execute("UPDATE core.order_lines SET sku = 'P-518', unit_price = 5 WHERE line_id = 'O7-1'")
    con.execute(f"UPDATE core.orders SET ordered_at = TIMESTAMP '{ordered}' WHERE order_id = 'O7'")
    assert len(findings(con, "wrong_price")) == found


@pytest.mark.parametrize(("days", "found"), [(49, 0), (51, 1)])
def test_an_order_is_stuck_beyond_what_slow_customs_explain(days: int, found: int) -> None:
    # 99 % stay 5 days, three of 399 stay 30 days. The tail would reach 30 x 6^1.33 = 325 days; ten times 5 is the most.
    con = prepared("INSERT INTO core.user_actions BY NAME SELECT 'x' AS action_id;" + STAGES)
    con.execute(
        "UPDATE marts.stage_facts SET sojourn_seconds = 86400 * CASE WHEN order_id IN ('O1', 'O2', 'O3') THEN 30 ELSE 5 END"
    )
    con.execute(
        "UPDATE marts.stage_facts SET is_open = true, ended_at = NULL, outcome = 'open', "
        f"entered_at = TIMESTAMP '2026-06-01' - INTERVAL {days} DAY WHERE order_id = 'O7' AND stage = 'shipping'"
    )
    assert len(findings(con, "stuck_order")) == found


@pytest.mark.parametrize(("orders", "found"), [(40, 0), (800, 3)])
def test_a_place_is_established_by_its_share_of_the_orders_too(orders: int, found: int) -> None:
    """Three of C7's forty orders went to a place of C8: it is used. Three of eight hundred are slips."""
    con = small_company()
    con.execute("UPDATE core.orders SET ship_to = 'C8/01' WHERE order_id IN ('O7', 'O17', 'O27')")
    con.execute(
        "INSERT INTO core.orders BY NAME SELECT o.* REPLACE (order_id || 'x' || i AS order_id, record_key || 'x' || i AS record_key, "
        f"order_key || 'x' || i AS order_key) FROM core.orders o, range({orders // 40}) r(i) "
        "WHERE customer_id = 'C7' AND ship_to = 'C7/01'"
    )
    assert len(findings(con, "wrong_ship_to")) == found


def test_a_price_is_not_odd_where_the_product_code_is_told_wrong() -> None:
    """The price is that of the product that was meant: one slip is told once."""
    con = prepared("DELETE FROM core.prices")
    con.execute("UPDATE core.order_lines SET unit_price = 16 WHERE line_id = 'O7-1'")
    assert [row[1] for row in findings(con, "odd_price")] == ["O7-1"]
    con.execute(
        "UPDATE work.rule_hits SET rule = 'wrong_product', field = 'sku'"  # now it is the code that is told
    )
    run_rule(con, shipped_rules()["odd_price"], Data(con, True, frozenset()))
    assert con.execute("SELECT rule FROM work.rule_hits").fetchall() == [("wrong_product",)]


@pytest.mark.parametrize(("others", "found"), [(0, 1), (1, 0)])
def test_prices_of_a_whole_order_are_its_own(others: int, found: int) -> None:
    con = prepared("DELETE FROM core.prices")
    con.execute("UPDATE core.order_lines SET unit_price = 2 * unit_price WHERE line_id = 'O7-1'")
    con.execute(f"UPDATE core.order_lines SET unit_price = unit_price * {1 + others} WHERE line_id = 'O7-0'")
    assert len(findings(con, "odd_price")) == found


@pytest.mark.parametrize(
    ("price", "found"),
    [
        ("80", [("O7", "O7-1", "unit_price", "8.0")]),  # ten times what every third line costs
        ("81", []),
        ("NULL", []),
    ],
)
def test_a_price_may_be_ten_times_one_of_several(price: str, found: list[object]) -> None:
    con = prepared("DELETE FROM core.prices; UPDATE core.order_lines SET unit_price = 10 WHERE sku = 'P-518'")
    con.execute("UPDATE core.order_lines SET unit_price = 8 WHERE sku = 'P-518' AND order_id[2:]::INTEGER % 3 = 0")
    con.execute(f"UPDATE core.order_lines SET unit_price = {price} WHERE line_id = 'O7-1'")
    assert findings(con, "unusual_price") == found


def test_how_round_quantities_are_goes_by_their_digits() -> None:
    """Of forty lines of two digits thirty end in a zero; fifty, where five are usual, may be a slip and is left out."""
    con = prepared("UPDATE core.order_lines SET quantity = 50 WHERE line_id = 'O7-1'")
    con.execute("UPDATE core.order_lines SET quantity = 10 WHERE order_id[2:]::INTEGER BETWEEN 200 AND 214")
    con.execute("UPDATE core.order_lines SET quantity = 11 WHERE order_id[2:]::INTEGER BETWEEN 220 AND 224")
    assert [row[:2] for row in findings(con, "quantity_power_of_ten")] == [("O7", "O7-1")]
    habits = con.execute(
        "SELECT digits, tens, hundreds FROM work.round_habits WHERE digits BETWEEN 1 AND 3 ORDER BY digits"
    ).fetchall()
    assert habits == [
        (1, pytest.approx(2 / (759 + 20)), pytest.approx(0.1)),
        (2, pytest.approx(32 / 60), pytest.approx(2 / 50)),
        (3, pytest.approx(0.1), pytest.approx(0.1)),
    ]


@pytest.mark.parametrize(("days", "found"), [(49, 0), (51, 1)])
def test_an_order_before_a_stage_that_is_left_out_waits_for_the_next(days: int, found: int) -> None:
    con = prepared("INSERT INTO core.user_actions BY NAME SELECT 'x' AS action_id;" + STAGES)
    con.execute(
        "INSERT INTO meta.stages (stage, stage_no, title) VALUES ('packing', 6, 'Packing'), ('shipping', 7, 'Shipping')"
    )
    con.execute("UPDATE marts.stage_facts SET sojourn_seconds = 864000 * 10 / 3")
    con.execute("DELETE FROM marts.stage_facts WHERE order_id = 'O7' AND stage = 'shipping'")
    con.execute(
        "UPDATE marts.stage_facts SET is_open = true, ended_at = NULL, outcome = 'open', stage = 'packing', stage_no = 6, "
        f"entered_at = TIMESTAMP '2026-06-01' - INTERVAL {days} DAY WHERE order_id = 'O7' AND stage = 'approval'"
    )
    assert len(findings(con, "stuck_order")) == found


@pytest.mark.parametrize(
    ("paid", "missing"),
    [
        ("TIMESTAMP '2026-05-28'", 1),  # paid after it was delivered in part: nothing will follow
        ("TIMESTAMP '2026-05-20'", 0),  # paid in advance
        ("NULL", 0),
    ],
)
def test_less_was_delivered_once_the_order_is_finished(paid: str, missing: int) -> None:
    con = prepared(DOCUMENTS)
    con.execute("INSERT INTO meta.stages (stage, stage_no, title) VALUES ('payment', 9, 'Payment')")
    con.execute(
        "UPDATE core.deliveries SET quantity = quantity - 1, \"at\" = TIMESTAMP '2026-05-25' WHERE line_id = 'O7-1'"
    )
    con.execute(
        "INSERT INTO marts.stage_facts BY NAME SELECT 'sys:O7' AS order_key, 'payment' AS stage, 9 AS stage_no, "
        f"'completed' AS outcome, {paid} AS ended_at"
    )
    assert len(findings(con, "short_delivery")) == missing


@pytest.mark.parametrize(("wanted", "found"), [("2026-04-02", 1), ("2026-03-02", 0)])
def test_a_swapped_date_is_nearer_by_half_at_least(wanted: str, found: int) -> None:
    # O1 was ordered on 2 January: 4 February is 33 days later, 2 April 90; 3 February is 32 days later, 2 March 59.
    con = small_company()
    con.execute(f"UPDATE core.orders SET requested_delivery_date = DATE '{wanted}' WHERE order_id = 'O1'")
    assert len(findings(con, "swapped_day_month")) == found


def test_a_lost_order_was_lost_after_its_last_step() -> None:
    con = prepared(LINKS)
    con.execute("DELETE FROM core.orders WHERE _system = 'sys' AND order_id = 'O7'")
    con.execute(
        "INSERT INTO marts.action_facts BY NAME SELECT 'shop:WO7' AS order_key, unnest(['entry', 'validation']) AS stage, "
        "TIMESTAMP '2026-01-05' + to_days(unnest([0, 2])) AS \"at\", unnest([1, 2]) AS action_no, 'u1' AS user_id"
    )
    assert findings(con, "lost_order") == [("WO7", None, "order_id", None)]
    origin = con.execute("SELECT origin_stage, origin_user, origin_at FROM work.rule_hits").fetchall()
    assert origin == [("validation", None, datetime(2026, 1, 7))]
