"""Rules about changes, approvals, stages and documents: what breaks them, what just does not."""

import duckdb
import pytest

from tests.checks_fixture import put, small_company
from tests.rule_cases import findings

# Stages of every order: entry at once, approval a day later, shipping two days later; users u1, u5, u3.
STAGES = """
INSERT INTO marts.stage_facts BY NAME
SELECT order_key, order_id, stage, stage_no, 1 AS visit_no, ordered_at + to_days(days::INTEGER) AS entered_at,
  ordered_at + to_days(days::INTEGER + 1) AS ended_at, false AS is_open, 'completed' AS outcome, who AS user_id,
  86400.0 AS sojourn_seconds
FROM core.orders, (VALUES ('entry', 1, 0, 'u1'), ('approval', 4, 1, 'u5'), ('shipping', 7, 2, 'u3')) v(stage, stage_no, days, who)
"""
STAGES_OF_LINES = """
INSERT INTO marts.stage_facts BY NAME
SELECT l.order_key, l.line_key, l.order_id, l.line_id, stage, stage_no, 1 AS visit_no, ordered_at + to_days(days::INTEGER) AS entered_at,
  ordered_at + to_days(days::INTEGER + 1) AS ended_at, false AS is_open, 'completed' AS outcome, 86400.0 AS sojourn_seconds
FROM core.order_lines l JOIN core.orders USING (order_key), (VALUES ('entry', 1, 0), ('approval', 4, 1)) v(stage, stage_no, days)
"""
LATE_LINE = (
    "UPDATE marts.stage_facts SET entered_at = entered_at + INTERVAL 30 HOUR WHERE line_id = 'O7-1' AND stage = 'entry'"
)
# Orders above 100 are approved by u5, orders up to 100 by nobody.
APPROVALS = """
INSERT INTO core.user_actions BY NAME
SELECT 'A' || order_id AS action_id, 'sys:A' || order_id AS record_key, order_id, order_key, 'Order approved' AS activity,
  ordered_at + INTERVAL 1 DAY AS "at", 'u5' AS user_id, 'sys' AS _system, false AS _derived, false AS automatic
FROM core.orders WHERE net_amount > 100
"""
# Every line delivered in full after two days and invoiced after three.
DOCUMENTS = """
INSERT INTO core.deliveries BY NAME
SELECT 'D' || line_id AS delivery_item_id, 'sys:D' || line_id AS record_key, l.order_id, l.order_key, line_id, quantity,
  'delivery' AS kind, ordered_at + INTERVAL 2 DAY AS "at", 'sys' AS _system, false AS _derived
FROM core.order_lines l JOIN core.orders o USING (order_key);
INSERT INTO core.invoices BY NAME
SELECT 'I' || line_id AS invoice_item_id, 'sys:I' || line_id AS record_key, order_id, order_key, line_id, quantity,
  'invoice' AS kind, "at" + INTERVAL 1 DAY AS "at", 'sys' AS _system, false AS _derived FROM core.deliveries
"""
# A quantity that was corrected once in every order, approved by u5 an hour before.
CHANGES = """
INSERT INTO core.order_changes BY NAME
SELECT 'H' || line_id AS change_id, 'sys:H' || line_id AS record_key, l.order_id, l.order_key, line_id, 'quantity' AS field,
  '3' AS old_value, quantity::VARCHAR AS new_value, ordered_at + INTERVAL 3 HOUR AS changed_at, 'u1' AS changed_by,
  'u5' AS approved_by, ordered_at + INTERVAL 2 HOUR AS approved_at, 'log' AS origin, 'sys' AS _system, false AS _derived
FROM core.order_lines l JOIN core.orders o USING (order_key) WHERE line_id LIKE '%-1'
"""
AUTOMATIC = """
INSERT INTO core.user_actions BY NAME SELECT 'S' || order_id AS action_id, 'sys:S' || order_id AS record_key, order_id,
  order_key, 'Sent to stock' AS activity, ordered_at + INTERVAL 2 MINUTE AS "at", true AS automatic, 'sys' AS _system,
  false AS _derived FROM core.orders;
INSERT INTO marts.action_facts BY NAME SELECT record_key, order_key, order_id, activity, "at", automatic,
  120.0 AS seconds_since_previous FROM core.user_actions WHERE activity = 'Sent to stock'
"""
EXCEPTIONS = """
INSERT INTO core.exceptions BY NAME SELECT 'E' || order_id AS exception_id, 'sys:E' || order_id AS record_key, order_id,
  order_key, 'credit_hold' AS type, ordered_at AS raised_at, ordered_at + INTERVAL 1 DAY AS resolved_at, 'sys' AS _system,
  false AS _derived FROM core.orders
"""
LINKS = """
INSERT INTO core.orders BY NAME SELECT * REPLACE ('shop' AS _system, 'W' || order_id AS order_id,
  'shop:W' || order_id AS record_key, 'shop:W' || order_id AS order_key) FROM core.orders;
INSERT INTO core.order_links BY NAME SELECT 'L' || order_id AS link_id, 'shop:L' || order_id AS record_key, order_id,
  order_key, 'sys' AS other_system, order_id[2:] AS other_order_id, 'shop' AS _system, false AS _derived
FROM core.orders WHERE _system = 'shop'
"""

# What left the house, as told by a second source.
GOODS_ISSUED = """
INSERT INTO core.user_actions BY NAME SELECT 'G' || record_key AS action_id, 'G' || record_key AS record_key, order_id, order_key,
  line_id, 'Goods issued' AS activity, 'sys' AS _system, {} AS "at" FROM core.deliveries
"""

# rule, set-up, what breaks it, what just does not, the finding as (order, line, field)
CASES = [
    (
        "skipped_approval",
        STAGES + ";" + APPROVALS,
        "DELETE FROM core.user_actions WHERE order_id = (SELECT max(order_id) FROM core.orders WHERE net_amount > 110)",
        "DELETE FROM core.user_actions WHERE order_id = 'O9'; DELETE FROM marts.stage_facts WHERE order_id = 'O9' AND stage = 'shipping'",
        None,
    ),
    (
        "self_approval",
        APPROVALS,
        "UPDATE core.orders SET entered_by = 'u5' WHERE order_id = 'O7'",
        "UPDATE core.orders SET entered_by = NULL WHERE order_id = 'O7'",
        ("O7", None, "activity"),
    ),
    (
        "approval_limit",
        APPROVALS + "; UPDATE core.users SET approval_limit = 9000 WHERE user_id = 'u4'",
        "UPDATE core.orders SET net_amount = 5000.01 WHERE order_id = 'O7'",
        "UPDATE core.orders SET net_amount = 5000 WHERE order_id = 'O7'",
        ("O7", None, "activity"),
    ),
    (
        "unauthorised_action",
        APPROVALS,
        "UPDATE core.user_actions SET user_id = 'u2' WHERE order_id = 'O7'",
        "UPDATE core.user_actions SET user_id = 'u2', on_behalf_of = 'u5' WHERE order_id = 'O7'",
        ("O7", None, "activity"),
    ),
    (
        "unauthorised_action",
        APPROVALS,
        "UPDATE core.users SET valid_until = TIMESTAMP '2026-01-01' WHERE user_id = 'u4'; "
        "UPDATE core.user_actions SET user_id = 'u4' WHERE order_id = 'O7'",
        "UPDATE core.users SET valid_until = TIMESTAMP '2026-03-01' WHERE user_id = 'u4'; "
        "UPDATE core.user_actions SET user_id = 'u4' WHERE order_id = 'O7'",
        ("O7", None, "activity"),
    ),
    (
        "stage_out_of_order",
        "INSERT INTO core.user_actions BY NAME SELECT 'x' AS action_id;" + STAGES,
        "UPDATE marts.stage_facts SET entered_at = entered_at - INTERVAL 49 HOUR WHERE order_id = 'O7' AND stage = 'shipping'",
        "UPDATE marts.stage_facts SET entered_at = entered_at - INTERVAL 23 HOUR WHERE order_id = 'O7' AND stage = 'shipping'",
        ("O7", None, "activity"),
    ),
    (  # what the order passed with its first lines, a line that is added later did not pass too early
        "stage_out_of_order",
        "INSERT INTO core.user_actions BY NAME SELECT 'x' AS action_id;" + STAGES_OF_LINES,
        LATE_LINE + "; UPDATE marts.stage_facts SET entered_at = entered_at + INTERVAL 1 HOUR WHERE line_id = 'O7-1' AND stage = 'approval'",
        LATE_LINE,
        ("O7", "O7-1", "activity"),
    ),
    (
        "stuck_order",
        "INSERT INTO core.user_actions BY NAME SELECT 'x' AS action_id;" + STAGES,
        "UPDATE marts.stage_facts SET is_open = true, ended_at = NULL, outcome = 'open' WHERE order_id = 'O7' AND stage = 'shipping'",
        "UPDATE marts.stage_facts SET is_open = true, ended_at = NULL, outcome = 'open', entered_at = TIMESTAMP '2026-05-25' "
        "WHERE order_id = 'O7' AND stage = 'shipping'",
        ("O7", None, "status"),
    ),
    (
        "late_sync",
        AUTOMATIC,
        "UPDATE marts.action_facts SET seconds_since_previous = 14401 WHERE order_id = 'O7'",
        "UPDATE marts.action_facts SET seconds_since_previous = 14400 WHERE order_id = 'O7'",
        ("O7", None, "at"),
    ),
    (
        "short_delivery",
        DOCUMENTS,
        "UPDATE core.deliveries SET quantity = quantity - 1 WHERE line_id = 'O7-1'",
        "UPDATE core.deliveries SET quantity = quantity - 1, \"at\" = TIMESTAMP '2026-05-25' WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "quantity"),
    ),
    (
        "invoice_mismatch",
        DOCUMENTS,
        "UPDATE core.invoices SET quantity = quantity + 1 WHERE line_id = 'O7-1'",
        "UPDATE core.invoices SET quantity = NULL WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "quantity"),
    ),
    (
        "unresolved_exception",
        EXCEPTIONS,
        "UPDATE core.exceptions SET resolved_at = NULL WHERE order_id = 'O7'",
        "UPDATE core.exceptions SET resolved_at = NULL, raised_at = TIMESTAMP '2026-05-25' WHERE order_id = 'O7'",
        ("O7", None, "resolved_at"),
    ),
    (
        "unresolved_exception",
        EXCEPTIONS + "; UPDATE core.exceptions SET line_id = order_id || '-1', line_key = order_key || '-1'",
        "UPDATE core.exceptions SET resolved_at = NULL WHERE order_id = 'O7'",
        "UPDATE core.exceptions SET resolved_at = NULL WHERE order_id = 'O7';"
        "UPDATE core.order_lines SET status = 'Rejected' WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "resolved_at"),
    ),
    (
        "unresolved_exception",
        EXCEPTIONS,
        "UPDATE core.exceptions SET resolved_at = NULL WHERE order_id = 'O7'",
        "UPDATE core.exceptions SET resolved_at = NULL WHERE order_id = 'O7';"
        "UPDATE core.orders SET cancelled_at = TIMESTAMP '2026-02-01' WHERE order_id = 'O7'",
        ("O7", None, "resolved_at"),
    ),
    (  # The data end on 1 June at 00:00.
        "unresolved_exception",
        EXCEPTIONS + "; INSERT INTO meta.exception_targets VALUES ('credit_hold', 30)",
        "UPDATE core.exceptions SET resolved_at = NULL, raised_at = TIMESTAMP '2026-05-30 17:00' WHERE order_id = 'O7'",
        "UPDATE core.exceptions SET resolved_at = NULL, raised_at = TIMESTAMP '2026-05-30 18:00' WHERE order_id = 'O7'",
        ("O7", None, "resolved_at"),
    ),
    (
        "unlogged_change",
        CHANGES,
        "UPDATE core.order_lines SET quantity = 44 WHERE line_id = 'O7-1'",
        "UPDATE core.order_changes SET new_value = new_value::DOUBLE::VARCHAR WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "quantity"),
    ),
    (
        "broken_chain",
        CHANGES,
        "INSERT INTO core.order_changes BY NAME SELECT * REPLACE ('z' AS change_id, 'sys:z' AS record_key, '99' AS old_value, "
        "changed_at + INTERVAL 1 DAY AS changed_at) FROM core.order_changes WHERE line_id = 'O7-1'",
        "INSERT INTO core.order_changes BY NAME SELECT * REPLACE ('z' AS change_id, 'sys:z' AS record_key, new_value || '0' AS "
        "old_value, changed_at + INTERVAL 1 DAY AS changed_at) FROM core.order_changes WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "quantity"),
    ),
    (
        "unapproved_change",
        CHANGES,
        "UPDATE core.order_changes SET approved_by = NULL WHERE line_id = 'O7-1'",
        "UPDATE core.order_changes SET approved_at = changed_at WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "quantity"),
    ),
    (
        "late_change",
        CHANGES + ";" + DOCUMENTS,
        "UPDATE core.order_changes SET changed_at = changed_at + INTERVAL 46 HOUR WHERE line_id = 'O7-1'",
        "UPDATE core.order_changes SET changed_at = changed_at + INTERVAL 45 HOUR WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "quantity"),
    ),
    (
        "conflicting_edits",
        CHANGES,
        "INSERT INTO core.order_changes BY NAME SELECT * REPLACE ('z' AS change_id, 'sys:z' AS record_key, '99' AS new_value, "
        "'u2' AS changed_by, changed_at + INTERVAL 5 MINUTE AS changed_at) FROM core.order_changes WHERE line_id = 'O7-1'",
        "INSERT INTO core.order_changes BY NAME SELECT * REPLACE ('z' AS change_id, 'sys:z' AS record_key, '99' AS new_value, "
        "changed_at + INTERVAL 5 MINUTE AS changed_at) FROM core.order_changes WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "quantity"),
    ),
    (
        "change_self_approval",
        CHANGES,
        "UPDATE core.order_changes SET approved_by = 'u1' WHERE line_id = 'O7-1'",
        "UPDATE core.order_changes SET approved_by = 'u1', requested_by = 'u3' WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "quantity"),
    ),
    (
        "lost_order",
        "UPDATE core.orders SET order_id = order_id[2:];" + LINKS.replace("'W' || order_id", "'OW' || order_id").replace("[2:]", "[3:]"),
        "DELETE FROM core.orders WHERE order_id = '7'",
        "UPDATE core.orders SET status = 'closed' WHERE order_id = '7'",
        ("OW7", None, "order_id"),
    ),
    (
        "source_swapped_day_month",
        DOCUMENTS,
        GOODS_ISSUED.format("CASE WHEN day(\"at\") <= 12 THEN make_timestamp(year(\"at\"), day(\"at\"), month(\"at\"), 8, 0, 0.0) "
        "ELSE \"at\" END"),
        GOODS_ISSUED.format('"at"'),
        (None, None, "user_actions.at"),
    ),
]  # fmt: skip


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


def prepared(given: str) -> duckdb.DuckDBPyConnection:
    con = small_company()
    con.execute(given)
    return con


@pytest.mark.parametrize("swapped", [True, False])
def test_a_source_that_swaps_day_and_month_is_found_once(swapped: bool) -> None:
    con = prepared(DOCUMENTS)
    con.execute(
        """INSERT INTO core.user_actions BY NAME SELECT 'G' || record_key AS action_id, 'G' || record_key AS record_key,
        order_id, order_key, line_id, 'Goods issued' AS activity, 'sys' AS _system,
        CASE WHEN ? AND day("at") <= 12 THEN make_timestamp(year("at"), day("at"), month("at"), 8, 0, 0.0) ELSE "at" END AS "at"
        FROM core.deliveries""",
        [swapped],
    )
    found = findings(con, "source_swapped_day_month")
    assert [row[2] for row in found] == (["user_actions.at"] if swapped else [])


def test_a_repaired_swap_is_still_told_about_the_source() -> None:
    con = prepared(DOCUMENTS)
    con.execute(
        """INSERT INTO core.user_actions BY NAME SELECT 'G' || record_key AS action_id, 'G' || record_key AS record_key,
        order_id, order_key, line_id, 'Goods issued' AS activity, 'sys' AS _system, "at" FROM core.deliveries;
        INSERT INTO ingest.repairs BY NAME SELECT 'user_actions' AS entity, record_key, 'at' AS column_name,
        make_timestamp(year("at"), day("at"), month("at"), 8, 0, 0.0)::VARCHAR AS raw FROM core.user_actions
        WHERE day("at") <= 12"""
    )
    assert [row[2] for row in findings(con, "source_swapped_day_month")] == ["user_actions.at"]


def test_a_change_of_an_order_without_delivery_is_not_late() -> None:
    con = prepared(CHANGES)
    put(con, "deliveries", delivery_item_id="D", order_id="O8", line_id="O8-1", kind="delivery")
    assert findings(con, "late_change") == []
