"""Across systems: prices of invoices, twins of an order in two systems, hand-over in time, and what the status says."""

import pytest

from tests.test_process_rules import DOCUMENTS, LINKS, prepared
from tests.test_rules import findings

# Every line is invoiced at its price less discount.
PRICED = (
    DOCUMENTS
    + """;
UPDATE core.invoices i SET amount = round(i.quantity * l.unit_price * (1 - l.discount), 2) FROM core.order_lines l
WHERE l.order_key = i.order_key AND l.line_id = i.line_id
"""
)
# Every order of the shop has a twin of the same content in `sys`, linked an hour after its entry.
TWINS = (
    LINKS.replace("order_id[2:]", "replace(order_id, 'WO', 'O')")
    + """;
UPDATE core.order_links SET linked_at = (SELECT ordered_at + INTERVAL 1 HOUR FROM core.orders o WHERE o.order_key = order_links.order_key);
INSERT INTO core.order_lines BY NAME SELECT * REPLACE ('shop' AS _system, 'W' || order_id AS order_id, 'W' || line_id AS line_id,
  'shop:W' || line_id AS record_key, 'shop:W' || line_id AS line_key, 'shop:W' || order_id AS order_key) FROM core.order_lines
"""
)
# The shop has customer numbers of its own.
OWN_NUMBERS = TWINS + ";UPDATE core.orders SET customer_id = 'S-' || customer_id WHERE _system = 'shop'"
# Orders are shipped and invoiced after some days, and then called closed; every fourth is only entered, and open.
STATUS = """
UPDATE core.orders SET status = CASE WHEN hash(order_id) % 4 = 0 THEN 'open' ELSE 'closed' END;
INSERT INTO meta.stages (stage, stage_no, title) VALUES ('entry', 1, 'Entry'), ('shipping', 7, 'Shipping'), ('invoicing', 8, 'Invoicing');
INSERT INTO marts.action_facts BY NAME SELECT order_key || v.stage AS record_key, order_key, order_id, v.stage AS activity, v.stage, v.stage_no,
  v.activity_kind, 'end' AS marks, ordered_at + to_days(v.stage_no - 1) AS "at"
FROM core.orders, (VALUES ('entry', 1, 'step'), ('shipping', 7, 'ship'), ('invoicing', 8, 'invoice')) v(stage, stage_no, activity_kind)
WHERE v.stage = 'entry' OR status = 'closed';
INSERT INTO core.user_actions BY NAME SELECT record_key AS action_id, record_key, order_key, order_id, activity, "at", 'sys' AS _system
FROM marts.action_facts
"""
_CLOSED = "(SELECT min(order_id) FROM core.orders WHERE status = 'closed')"
_OPEN = "(SELECT min(order_id) FROM core.orders WHERE status = 'open')"

# rule, set-up, what breaks it, what just does not, the finding as (order, line, field)
CASES = [
    (
        "invoice_price_mismatch",
        PRICED,
        "UPDATE core.invoices SET amount = amount + 0.5 WHERE line_id = 'O7-1'",
        "UPDATE core.invoices SET amount = amount + 0.02 WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "unit_price"),
    ),
    (
        "invoice_price_mismatch",  # a credit note has put it right
        PRICED,
        "UPDATE core.invoices SET amount = 2 * amount WHERE line_id = 'O7-1'",
        "UPDATE core.invoices SET amount = 2 * amount WHERE line_id = 'O7-1'; INSERT INTO core.invoices BY NAME "
        "SELECT * REPLACE ('K' AS record_key, 'credit' AS kind, amount / 2 AS amount) FROM core.invoices WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "unit_price"),
    ),
    (
        "system_mismatch",
        TWINS,
        "UPDATE core.orders SET currency = 'USD' WHERE order_id = 'WO7'",
        "UPDATE core.orders SET currency = 'eur' WHERE order_id = 'WO7'",
        ("WO7", None, "currency"),
    ),
    (
        "system_mismatch",
        TWINS,
        "UPDATE core.orders SET net_amount = net_amount + 0.03 WHERE order_id = 'WO7'",
        "UPDATE core.orders SET net_amount = net_amount + 0.02 WHERE order_id = 'WO7'",
        ("WO7", None, "net_amount"),
    ),
    (
        "system_mismatch",
        OWN_NUMBERS,
        "UPDATE core.orders SET customer_id = 'S-C3' WHERE order_id = 'WO7'",
        "UPDATE core.orders SET customer_id = 'S-new' WHERE order_id = 'WO7'",
        ("WO7", None, "customer_id"),
    ),
    (
        "system_mismatch_line",
        TWINS,
        "UPDATE core.order_lines SET quantity = quantity + 1 WHERE line_id = 'WO7-1'",
        "UPDATE core.order_lines SET quantity = quantity + 1, unit = 'BOX' WHERE line_id = 'WO7-1'",
        ("WO7", "WO7-1", "quantity"),
    ),
    (
        "system_mismatch_line",
        TWINS,
        "DELETE FROM core.order_lines WHERE line_id = 'O7-1'",
        "DELETE FROM core.order_lines WHERE order_id = 'O7'",
        ("WO7", "WO7-1", "sku"),
    ),
    (
        "late_link",  # five times the hour that is usual
        TWINS,
        "UPDATE core.order_links SET linked_at = linked_at + INTERVAL 14401 SECOND WHERE order_id = 'WO7'",
        "UPDATE core.order_links SET linked_at = linked_at + INTERVAL 4 HOUR WHERE order_id = 'WO7'",
        ("WO7", None, "linked_at"),
    ),
    (
        "status_mismatch",
        STATUS,
        f"UPDATE core.orders SET status = 'open' WHERE order_id = {_CLOSED}",
        f"UPDATE core.orders SET status = 'on hold' WHERE order_id = {_CLOSED}",
        None,
    ),
    (
        "status_mismatch",
        STATUS,
        f"UPDATE core.orders SET status = 'closed' WHERE order_id = {_OPEN}",
        f"UPDATE core.orders SET status = ' OPEN' WHERE order_id = {_OPEN}",
        None,
    ),
    (
        "status_mismatch",  # no order is usually cancelled, but everybody knows what the word means
        STATUS,
        f"UPDATE core.orders SET status = 'cancelled' WHERE order_id = {_CLOSED}",
        f"UPDATE core.orders SET status = 'finished' WHERE order_id = {_CLOSED}; UPDATE core.orders SET status = NULL WHERE order_id = {_OPEN}",
        None,
    ),
]


@pytest.mark.parametrize(("name", "given", "breaks", "keeps", "found"), CASES, ids=[case[0] for case in CASES])
def test_a_rule_finds_what_breaks_it_and_nothing_else(
    name: str, given: str, breaks: str, keeps: str, found: tuple[str, str | None, str] | None
) -> None:
    con = prepared(given)
    con.execute(breaks)
    rows = findings(con, name)
    assert [row[:3] for row in rows] == [found] if found else len(rows) == 1
    con = prepared(given)
    con.execute(keeps)
    assert findings(con, name) == []


@pytest.mark.parametrize(
    "amount",
    [
        "quantity * unit_price",
        "quantity * unit_price * (1 - discount) * 1.19",
        "24 * quantity * unit_price * (1 - discount)",
    ],
)
def test_how_an_invoice_takes_the_price_is_learned(amount: str) -> None:
    con = prepared(PRICED)
    con.execute(
        f"""UPDATE core.order_lines SET base_quantity = 24 * quantity, gross_amount = net_amount * 1.19;
        UPDATE core.invoices SET amount = (SELECT round({amount.replace("quantity", "l.quantity")}, 2) FROM core.order_lines l
          WHERE l.line_id = invoices.line_id);
        UPDATE core.invoices SET amount = amount * 1.1 WHERE line_id = 'O7-1'"""
    )
    assert [row[:3] for row in findings(con, "invoice_price_mismatch")] == [("O7", "O7-1", "unit_price")]


def test_invoices_without_a_common_convention_are_not_judged() -> None:
    con = prepared(PRICED)
    con.execute("UPDATE core.invoices SET amount = amount + hash(line_id) % 7")
    assert findings(con, "invoice_price_mismatch") == []


def test_twins_that_are_linked_both_ways_are_told_once() -> None:
    con = prepared(TWINS)
    con.execute(
        """INSERT INTO core.order_links BY NAME SELECT 'B' || link_id AS link_id, 'sys:B' || link_id AS record_key, 'sys' AS _system,
        other_order_id AS order_id, 'sys:' || other_order_id AS order_key, 'shop' AS other_system, order_id AS other_order_id
        FROM core.order_links; UPDATE core.orders SET currency = 'USD' WHERE order_id = 'WO7'"""
    )
    assert len(findings(con, "system_mismatch")) == 1


def test_systems_that_mostly_disagree_do_not_mean_the_same() -> None:
    con = prepared(TWINS)
    con.execute("UPDATE core.orders SET net_amount = net_amount + 1 WHERE _system = 'shop' AND hash(order_id) % 5 = 0")
    con.execute("UPDATE core.order_lines SET quantity = 2 * quantity WHERE _system = 'shop' AND hash(order_id) % 5 = 0")
    assert findings(con, "system_mismatch") == []
    assert findings(con, "system_mismatch_line") == []


def test_who_changed_one_of_two_twins_is_told() -> None:
    con = prepared(TWINS)
    con.execute(
        """UPDATE core.orders SET currency = 'USD' WHERE order_id = 'WO7';
        INSERT INTO core.order_changes BY NAME SELECT 'c' AS change_id, 'shop:c' AS record_key, order_key, order_id, 'shop' AS _system,
          'currency' AS field, 'EUR' AS old_value, 'USD' AS new_value, 'u3' AS changed_by, TIMESTAMP '2026-03-01' AS changed_at
        FROM core.orders WHERE order_id = 'WO7'"""
    )
    findings(con, "system_mismatch")
    assert con.execute("SELECT origin_user, origin_at::VARCHAR FROM work.rule_hits").fetchall() == [
        ("u3", "2026-03-01 00:00:00")
    ]


def test_a_status_that_followed_its_events_late_is_given_time() -> None:
    con = prepared(STATUS)
    con.execute(
        f"""UPDATE marts.action_facts SET "at" = TIMESTAMP '2026-05-25' WHERE stage_no = 8 AND order_id = {_CLOSED};
        UPDATE core.orders SET status = 'open' WHERE order_id = {_CLOSED}"""
    )
    assert findings(con, "status_mismatch") == []


def test_a_status_word_that_says_nothing_about_events_is_not_judged() -> None:
    con = prepared(STATUS)
    con.execute("UPDATE core.orders SET status = CASE WHEN hash(order_id, 1) % 5 = 0 THEN 'open' ELSE 'closed' END")
    assert findings(con, "status_mismatch") == []


@pytest.mark.parametrize(("open_orders", "told"), [(9, 0), (10, 1)])
def test_what_a_status_means_is_known_from_ten_orders_on(open_orders: int, told: int) -> None:
    con = prepared(STATUS)
    con.execute(
        "UPDATE core.orders SET status = NULL WHERE status = 'open' AND order_id NOT IN "
        f"(SELECT order_id FROM core.orders WHERE status = 'open' ORDER BY order_id LIMIT {open_orders})"
    )
    con.execute(f"UPDATE core.orders SET status = 'open' WHERE order_id = {_CLOSED}")
    assert len(findings(con, "status_mismatch")) == told
