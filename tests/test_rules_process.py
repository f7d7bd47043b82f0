"""Rules about stages and working hours: what the company laid down, what the data show, and what just does not break it."""

import pytest

from tests.process_fixture import AGAIN, OF_O7, WITHOUT, about_o7, company_at_work, found, told
from tests.rule_cases import Case, findings
from tests.test_process_rules import STAGES, prepared

ANY_ACTION = "INSERT INTO core.user_actions BY NAME SELECT 'x' AS action_id;"
# Everything is done from 08:00 to 16:59 UTC on working days.
OFFICE = """UPDATE core.user_actions SET "at" = DATE '2026-01-05' + (order_id[2:]::INTEGER % 5 + 7 * (order_id[2:]::INTEGER % 20))::INTEGER
  + to_minutes((480 + order_id[2:]::INTEGER * 7 % 540)::BIGINT);
INSERT INTO core.user_actions BY NAME SELECT * REPLACE (record_key || 'b' AS record_key) FROM core.user_actions"""
AT = "UPDATE core.user_actions SET \"at\" = TIMESTAMP '{0}' WHERE action_id = 'O7-2' AND record_key = 'sys:O7-2'"

CASES = [
    about_o7("missing_stage", WITHOUT + "'Order checked'", WITHOUT + "'Goods shipped'", "activity"),
    about_o7("repeated_stage", AGAIN + "'Order checked'", AGAIN + "'Goods shipped'", "activity"),
    about_o7("outside_working_hours", AT.format("2026-01-06 05:59"), AT.format("2026-01-06 06:01"), "at", OFFICE),
]


@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_a_rule_finds_what_breaks_it_and_nothing_else(case: Case) -> None:
    for change, expected in ((case.breaks, [case.found]), (case.keeps, [])):
        con = prepared(case.given)
        con.execute(change)
        assert findings(con, case.rule) == expected


@pytest.mark.parametrize(
    ("laid_down", "count"),
    [
        ("", 0),  # shipping came first in one order of ten: the source does that
        ("INSERT INTO meta.stage_order VALUES ('shipping', 7, 'approval')", 40),
        ("INSERT INTO meta.stage_order VALUES ('shipping', 7, 'entry')", 0),
        ("INSERT INTO meta.stage_order VALUES ('shipping', 7, NULL)", 0),
    ],
)
def test_the_order_of_stages_that_was_laid_down_counts_whatever_is_usual(laid_down: str, count: int) -> None:
    con = prepared(ANY_ACTION + STAGES)
    early = "UPDATE marts.stage_facts SET entered_at = entered_at - INTERVAL 25 HOUR WHERE stage = 'shipping'"
    con.execute(f"{early} AND order_id LIKE '%7'; {laid_down}")
    assert len(findings(con, "stage_out_of_order")) == count


def test_a_stage_that_nearly_all_orders_pass_is_missed_where_later_ones_were_passed() -> None:
    con = company_at_work(WITHOUT + "'Order checked'")
    assert found(con, "missing_stage") == ["O7"]
    assert told(con) == (
        *("shipping", "checking", "349 of 350 such orders had been through it by then"),
        *("checking", "u5", "2026-01-05 12:00:00"),
    )


@pytest.mark.parametrize(
    "change",
    [
        # An order that did not come so far; a cancelled one; a stage that many leave out; the approval, which has its own rule.
        "DELETE FROM core.user_actions WHERE order_id = 'O7' AND activity <> 'Order entered'",
        WITHOUT + "'Order checked'; UPDATE core.orders SET cancelled_at = TIMESTAMP '2026-01-09' WHERE order_id = 'O7'",
        "DELETE FROM core.user_actions WHERE activity = 'Order checked' AND hash(order_id) % 10 = 0",
        WITHOUT + "'Order approved'",
        # A type of order of which there are too few to tell.
        WITHOUT + "'Order checked'; UPDATE core.orders SET order_type = 'special' WHERE order_id = 'O7'",
    ],
)
def test_a_stage_is_not_missed_where_nobody_can_expect_it(change: str) -> None:
    assert found(company_at_work(change), "missing_stage") == []


def test_what_is_required_of_a_type_is_learned_for_that_type() -> None:
    small = "UPDATE core.orders SET order_type = 'small' WHERE order_id[2:]::INTEGER % 2 = 0"
    without = "DELETE FROM core.user_actions WHERE activity = 'Order checked' AND (order_id[2:]::INTEGER % 2 = 0 OR order_id = 'O7')"
    assert found(company_at_work(small, without), "missing_stage") == ["O7"]


@pytest.mark.parametrize(
    ("required", "orders"),
    [
        ("'checking', 2, true, NULL, [], []", 40),
        ("'checking', 2, false, NULL, [], []", 0),
        ("'checking', 2, true, 100, [], []", 30),
        ("'checking', 2, true, NULL, ['special'], []", 1),
        ("'checking', 2, true, NULL, [], ['phone']", 0),
    ],
)
def test_a_required_stage_is_missed_however_many_leave_it_out(required: str, orders: int) -> None:
    con = company_at_work(
        "DELETE FROM core.user_actions WHERE activity = 'Order checked' AND order_id LIKE '%7'",
        "UPDATE core.orders SET net_amount = 100 WHERE order_id LIKE '%7' AND order_id[2:]::INTEGER < 100",
        "UPDATE core.orders SET net_amount = 101 WHERE order_id LIKE '%7' AND order_id[2:]::INTEGER >= 100",
        "UPDATE core.orders SET order_type = 'special' WHERE order_id = 'O17'",
        f"INSERT INTO meta.required_stages VALUES ({required})",
    )
    assert len(found(con, "missing_stage")) == orders


def test_a_stage_that_is_passed_again_without_a_reason() -> None:
    con = company_at_work(AGAIN + "'Order checked'")
    assert found(con, "repeated_stage") == ["O7"]
    assert told(con) == (
        *("Order checked", None, "first on 2026-01-04 at 13:00 by u0; so in 1 of 400 orders"),
        *("checking", "u2", "2026-01-04 13:00:00"),
    )


@pytest.mark.parametrize(
    "change",
    [
        AGAIN + "'Goods shipped'",  # goods leave in parts
        AGAIN.replace("1 HOUR", "90 HOUR") + "'Goods packed'",  # ... and are packed for it again
        AGAIN + "'Order checked'; UPDATE core.user_actions SET outcome = 'rejected' WHERE action_id = 'O7-2'",
        AGAIN + "'Order checked'; INSERT INTO core.order_changes BY NAME SELECT 'c' AS change_id, 'sys:O7' AS order_key, "
        "TIMESTAMP '2026-01-04 12:30' AS changed_at",
        AGAIN + "'Order checked'; INSERT INTO core.exceptions BY NAME SELECT 'e' AS exception_id, 'sys:O7' AS order_key, "
        "TIMESTAMP '2026-01-04 12:30' AS raised_at",
        AGAIN + "'Order checked'; UPDATE meta.stages SET repeats = 'allowed'",
        # One order of ten is checked again: the source does that.
        AGAIN.replace("order_id = 'O7'", "order_id LIKE '%7'").replace("'again'", "'again' || order_id").replace(
            "'sys:again'", "'sys:again' || order_id") + "'Order checked'",
    ],
)  # fmt: skip
def test_a_stage_may_be_passed_again(change: str) -> None:
    assert found(company_at_work(change), "repeated_stage") == []


def test_a_repeat_that_is_forbidden_needs_no_further_reason() -> None:
    con = company_at_work(
        AGAIN + "'Goods shipped'", "UPDATE meta.stages SET repeats = 'forbidden' WHERE stage = 'shipping'"
    )
    assert found(con, "repeated_stage") == ["O7"]
    assert "the process forbids it" in str(told(con)[2])


@pytest.mark.parametrize(
    ("moment", "count"),
    [
        ("2026-01-06 03:10", 1),
        ("2026-01-06 05:59", 1),
        ("2026-01-06 06:01", 0),  # two hours early
        ("2026-01-06 19:59", 0),  # two hours late: in summer they work until 19:00 in Berlin
        ("2026-01-06 20:01", 1),
        ("2026-01-06 00:00", 0),  # a mere date
    ],
)
def test_hours_in_which_practically_nobody_works(moment: str, count: int) -> None:
    con = company_at_work(OFFICE, AT.format(moment))
    assert len(found(con, "outside_working_hours")) == count


@pytest.mark.parametrize(
    ("moment", "count"),
    [
        ("2026-01-06 01:30", 1),
        ("2026-01-06 00:30", 0),  # an hour late: in summer they work until 01:00 in Berlin
        ("2026-01-06 02:30", 1),
        ("2026-01-06 04:30", 0),  # an hour early
    ],
)
def test_long_hours_leave_a_few_in_which_nobody_works(moment: str, count: int) -> None:
    """The desk works 18 hours a day, from 05:00 to 23:00 UTC, in Berlin from 06:00 to 01:00; two hours beside are too many to tell."""
    con = company_at_work(OFFICE.replace("480 + ", "300 + ").replace("% 540", "% 1080"), AT.format(moment))
    assert len(found(con, "outside_working_hours")) == count


def test_the_finding_tells_the_local_time() -> None:
    con = company_at_work(OFFICE, AT.format("2026-01-06 03:10"))
    assert found(con, "outside_working_hours") == ["O7"]
    assert told(con)[:2] == ("u0", None)
    assert str(told(con)[2]).startswith(
        "on Tue 2026-01-06 at 04:10: an hour in which nobody works in Desk, as 1,600 actions show"
    )
    assert told(con)[3:] == ("checking", "u0", "2026-01-06 03:10:00")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE core.user_actions SET automatic = true WHERE action_id = 'O7-2'",
        "UPDATE core.user_actions SET user_id = NULL WHERE action_id = 'O7-2'",
        "UPDATE core.user_actions SET at_precision = 'day' WHERE action_id = 'O7-2'",
        # Somebody who works nights as a rule.
        'UPDATE core.user_actions SET "at" = "at" - INTERVAL 9 HOUR WHERE user_id = \'u0\'',
        # A desk at which everybody works at all hours.
        'UPDATE core.user_actions SET "at" = "at" + to_hours((hash(record_key) % 24)::BIGINT)',
    ],
)
def test_not_everybody_has_working_hours(change: str) -> None:
    con = company_at_work(OFFICE, AT.format("2026-01-06 03:10"), change)
    assert found(con, "outside_working_hours") == []


CALENDAR = """INSERT INTO meta.calendars (department, zone) VALUES ('{0}', 'Europe/Berlin');
INSERT INTO meta.working_days SELECT '{0}', d::DATE, 0, 7 * 3600, 16 * 3600, 0, 0, 0, 0, 0, 0 FROM range(DATE '2026-01-01', DATE '2026-07-01', INTERVAL 1 DAY) r(d)"""


@pytest.mark.parametrize(
    ("department", "moment", "count"),
    [
        ("Desk", "2026-01-06 06:59:59", 1),
        ("Desk", "2026-01-06 07:00", 0),
        ("Desk", "2026-01-06 16:00", 0),
        ("Desk", "2026-01-06 16:00:01", 1),
        ("default", "2026-01-06 06:59:59", 1),
        ("Board", "2026-01-06 06:59:59", 0),
    ],
)
def test_the_hours_of_the_calendar_count(department: str, moment: str, count: int) -> None:
    """O7 is checked by u0 of the desk; all others act between 08:00 and 15:00 UTC."""
    early = OFFICE.replace("% 540", "% 420")
    con = company_at_work(early, AT.format(moment), CALENDAR.format(department))
    assert len(found(con, "outside_working_hours")) == count


@pytest.mark.parametrize(("shipped", "found_in"), [("2025-01-07", ["O7"]), ("2026-01-07 12:00", [])])
def test_a_stage_that_ended_before_the_one_before_is_out_of_order(shipped: str, found_in: list[str]) -> None:
    """Stages of which only the end is known: what ended first is out of order, though nobody knows when it began."""
    con = company_at_work(
        "DELETE FROM core.user_actions WHERE activity NOT IN ('Order entered', 'Goods shipped')",
        f"UPDATE core.user_actions SET \"at\" = TIMESTAMP '{shipped}' {OF_O7} 'Goods shipped'",
    )
    con.execute("UPDATE marts.stage_facts SET entered_at = least(entered_at, ended_at)")
    con.execute(
        "UPDATE marts.stage_facts SET entered_at = (SELECT min(ended_at) FROM marts.stage_facts WHERE order_id = 'O7') "
        "WHERE order_id = 'O7'"
    )
    assert found(con, "stage_out_of_order") == found_in
