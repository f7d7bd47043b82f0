"""How far the limits that rules learn reach: the longest waits, the end of a working day, what came back of an order."""

import pytest

from tests.process_fixture import company_at_work, found
from tests.rule_cases import findings
from tests.test_process_rules import EXCEPTIONS, STAGES, prepared
from tests.test_rules_detection import PAIR, SENT_BACK
from tests.test_rules_ownership import WAITING
from tests.test_rules_process import AT, OFFICE

# Everything is done between 14:00 and 22:59 of Berlin on working days; often enough to tell these from days off.
LATE_OFFICE = OFFICE.replace("480 + ", "780 + ").replace("% 540", "% 480")
OFTEN = (
    "INSERT INTO core.user_actions BY NAME SELECT * REPLACE (record_key || 'c' AS record_key) FROM core.user_actions"
)


@pytest.mark.parametrize(("until", "count"), [("2026-04-27 19:00:00", 0), ("2026-04-27 19:00:01", 1)])
def test_nobody_is_told_to_have_waited_longer_than_somebody_did(until: str, count: int) -> None:
    """O11 alone was packed three days and a half after its approval, all others after one."""
    slow = 'UPDATE core.user_actions SET "at" = "at" + INTERVAL 60 HOUR WHERE activity IN '
    con = company_at_work(slow + "('Goods packed', 'Goods shipped') AND order_id = 'O11'", WAITING.format(until))
    assert len(found(con, "untaken_handover")) == count


@pytest.mark.parametrize(
    ("left_out", "days", "count"), [("% 3 <> 1", 49, 0), ("% 3 <> 1", 51, 1), ("% 7 = 1", 9, 0), ("% 7 = 1", 11, 1)]
)
def test_a_stage_that_most_orders_leave_out_may_be_passed_by(left_out: str, days: int, count: int) -> None:
    """Approval takes a day, shipping 33 days and a third: O7 waits for approval where most do, else for either."""
    con = prepared("INSERT INTO core.user_actions BY NAME SELECT 'x' AS action_id;" + STAGES)
    con.execute("INSERT INTO meta.stages (stage, stage_no, title) VALUES ('shipping', 7, 'Shipping')")
    con.execute("UPDATE marts.stage_facts SET sojourn_seconds = 864000 * 10 / 3 WHERE stage = 'shipping'")
    con.execute("DELETE FROM marts.stage_facts WHERE order_id = 'O7' AND stage = 'shipping'")
    con.execute(f"DELETE FROM marts.stage_facts WHERE order_id[2:]::INTEGER {left_out} AND stage = 'approval'")
    con.execute(
        "UPDATE marts.stage_facts SET is_open = true, ended_at = NULL, outcome = 'open', "
        f"entered_at = TIMESTAMP '2026-06-01' - INTERVAL {days} DAY WHERE order_id = 'O7' AND stage = 'approval'"
    )
    assert len(findings(con, "stuck_order")) == count


@pytest.mark.parametrize(("slowest", "days", "count"), [(12, 15, 0), (12, 16, 1), (30, 99, 0), (30, 101, 1)])
def test_an_exception_may_be_open_as_long_as_slow_ones_explain(slowest: int, days: int, count: int) -> None:
    """99 % take ten days, three of 399 the slowest: ten times their ratio to the power of 2.33, at most a hundred days."""
    con = prepared(EXCEPTIONS)
    con.execute(
        "UPDATE core.exceptions SET resolved_at = raised_at + "
        f"CASE WHEN order_id IN ('O1', 'O2', 'O3') THEN INTERVAL {slowest} DAY ELSE INTERVAL 10 DAY END"
    )
    con.execute(
        "UPDATE core.exceptions SET resolved_at = NULL, "
        f"raised_at = TIMESTAMP '2026-06-01' - INTERVAL {days} DAY WHERE order_id = 'O7'"
    )
    assert len(findings(con, "unresolved_exception")) == count


@pytest.mark.parametrize(
    ("moment", "count"),
    [
        ("2026-01-09 23:10", 0),  # ten minutes into Saturday in Berlin: Friday's work
        ("2026-01-10 00:10", 1),  # an hour later nobody works
        ("2026-01-10 14:10", 1),
        ("2026-01-10 23:10", 1),  # ten minutes into Sunday: nobody worked on Saturday
    ],
)
def test_a_working_day_may_reach_beyond_midnight(moment: str, count: int) -> None:
    con = company_at_work(LATE_OFFICE, OFTEN, AT.format(moment))
    assert len(found(con, "outside_working_hours")) == count


@pytest.mark.parametrize(
    ("back", "slip", "came_back"),
    [("54", "ten", "just"), ("55", "pack", "just"), ("53", "ten", "this"), ("NULL", "pack", None)],
)
def test_what_was_kept_says_which_slip_it_was(back: str, slip: str, came_back: str | None) -> None:
    """60 where 5 are usual: a zero too many if 6 of them were kept, or about 6; a pack of 12 if 5 were, and where nothing is known."""
    con = prepared(
        "UPDATE core.products SET pack_size = 12; UPDATE core.order_lines SET quantity = 60 WHERE order_id = 'O7'"
    )
    con.execute(SENT_BACK.format(back=back))
    findings(con, "returned_power_of_ten")
    slips = "SELECT hypothesis, came_back FROM work.quantity_slips JOIN core.order_lines USING (record_key) WHERE line_id = 'O7-1'"
    assert con.execute(slips).fetchall() == [(slip, came_back)]


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ("requested_delivery_date = DATE '2026-03-16'", 1),
        ("requested_delivery_date = DATE '2026-03-16', ship_to = 'C7/elsewhere'", 0),
        ("requested_delivery_date = DATE '2026-03-16', ship_to = NULL", 0),
    ],
)
def test_the_same_goods_for_another_day_and_another_place_are_another_order(change: str, count: int) -> None:
    """Orders go to four places of each customer; a pair that differs in its date alone has the same place by chance in one of four."""
    con = prepared("UPDATE core.orders SET ship_to = customer_id || '/' || hash(order_id) % 4;" + PAIR)
    con.execute(f"UPDATE core.orders SET {change} WHERE order_id = '9002'")
    assert len(findings(con, "near_duplicate")) == count
