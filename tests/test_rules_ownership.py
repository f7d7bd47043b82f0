"""Rules about who looks after an order: several sellers at one customer, orders of nobody, hand-overs that nobody took."""

import pytest

from pipelines import scope
from tests.checks_fixture import limit_scope
from tests.process_fixture import FACTS, STEPS, company_at_work, found, told
from tests.rule_cases import Case, findings, shipped_rules
from tests.test_process_rules import prepared

# Every customer has a seller: C0, C4, C8 have u0, C1, C5, C9 have u1, and so on. O207 is of C7, whose seller is u3; it was
# ordered on 3 March at 18:00, the customer's next and last ones 70 hours later and before.
OWNED = "UPDATE core.orders SET entered_by = 'u' || customer_id[2:]::INTEGER % 4"
RIVAL = "; UPDATE core.orders SET entered_by = 'u2' WHERE order_id = 'O207'"
NOT_KNOWN = RIVAL.replace("'u2'", "NULL")
# The seller enters an order of another customer of his that day.
PRESENT = "; UPDATE core.orders SET ordered_at = TIMESTAMP '2026-03-03 09:00' WHERE order_id = 'O203'"

NOBODY = (
    "UPDATE core.orders SET entered_by = NULL WHERE order_id = '{0}'; "
    "UPDATE core.user_actions SET user_id = NULL WHERE order_id = '{0}'"
)
# All orders are done with but O380, which was approved 26 hours after it came on 23 April at 05:00: the hand-over to the
# warehouse, which usually takes it up within a day.
WAITING = (
    "UPDATE core.orders SET cancelled_at = TIMESTAMP '2026-05-01' WHERE order_id[2:]::INTEGER >= 350 AND order_id <> 'O380'; "
    "DELETE FROM core.user_actions WHERE order_id = 'O380' AND activity LIKE 'Goods%'; UPDATE meta.now SET data_until = TIMESTAMP '{0}'"
)

TOLD = "observed, expected, evidence, origin_stage, origin_user, origin_at::VARCHAR"

CASES = [
    Case(
        "contested_customer",
        f"{OWNED}{RIVAL}{PRESENT}; {FACTS}",
        f"{OWNED}{NOT_KNOWN}{PRESENT}; {FACTS}",
        ("O207", None, "entered_by", None),
        STEPS,
    ),
    Case(
        "no_owner",
        f"{NOBODY.format('O380')}; {FACTS}",
        f"{NOBODY.format('O7')}; {FACTS}",
        ("O380", None, "entered_by", None),
        STEPS,
    ),
    Case(
        "untaken_handover",
        f"{WAITING.format('2026-04-27 07:00:01')}; {FACTS}",
        f"{WAITING.format('2026-04-27 07:00:00')}; {FACTS}",
        ("O380", None, "status", None),
        STEPS,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_a_rule_finds_what_breaks_it_and_nothing_else(case: Case) -> None:
    for change, expected in ((case.breaks, [case.found]), (case.keeps, [])):
        con = prepared(case.given)
        con.execute(change)
        assert findings(con, case.rule) == expected


def test_two_sellers_at_the_same_customer_on_the_same_day() -> None:
    con = company_at_work(OWNED + RIVAL + PRESENT)
    assert found(con, "contested_customer") == ["O207"]
    assert told(con) == (
        *("u2", "u3"),
        "u3 entered 20 of the 20 orders before, the last on 2026-02-28 at 21:00, the next on 2026-03-06 at 17:00",
        *("entry", "u2", "2026-03-03 18:00:00"),
    )


@pytest.mark.parametrize("order", [f"O{number}" for number in range(187, 238, 10)])
def test_a_day_tells_of_the_customer_what_all_of_the_history_tells(order: str) -> None:
    """Of the customer's forty orders in four months only those around the day's orders are gone through one by one."""
    rival = f"; UPDATE core.orders SET entered_by = 'u2' WHERE order_id = '{order}'"
    moment = f"(SELECT ordered_at FROM core.orders WHERE order_id = '{order}')"
    con = company_at_work(OWNED + rival + f"; UPDATE core.orders SET ordered_at = {moment} WHERE order_id = 'O203'")
    assert found(con, "contested_customer") == [order]
    whole = told(con)
    con.execute("DELETE FROM work.rule_hits")
    rule = shipped_rules()["contested_customer"]
    for chosen, expected in (((order, "O307"), [whole]), (("O307", "O17"), [])):
        limit_scope(con, *chosen)
        rows = con.execute(f"SELECT {TOLD} FROM ({scope.over('clock', rule.sql)})").fetchall()
        assert rows == expected


@pytest.mark.parametrize(
    "change",
    [
        RIVAL,  # the seller was away that day
        PRESENT,
        # A pool: one order of five is somebody else's.
        RIVAL + PRESENT + "; UPDATE core.orders SET entered_by = 'u2' WHERE customer_id = 'C7' AND order_id[2:]::INTEGER % 50 = 7",
        # From then on it is the other's customer.
        RIVAL + PRESENT + "; UPDATE core.orders SET entered_by = 'u2' WHERE customer_id = 'C7' AND ordered_at > '2026-03-03'",
        # A manager, a program, somebody who never enters orders, nobody.
        RIVAL.replace("'u2'", "'u4'") + PRESENT + "; UPDATE core.orders SET entered_by = 'u4' WHERE customer_id = 'C6'",
        RIVAL + PRESENT + "; UPDATE core.users SET automatic = true WHERE user_id = 'u2'",
        RIVAL.replace("'u2'", "'u9'") + PRESENT,
        NOT_KNOWN + PRESENT,
        RIVAL + PRESENT + "; UPDATE core.orders SET order_class = 'return' WHERE order_id = 'O207'",
        RIVAL + PRESENT + "; UPDATE core.orders SET customer_id = NULL",
        # A deputy, with an entry in the log.
        RIVAL + PRESENT + "; UPDATE core.user_actions SET user_id = 'u2', on_behalf_of = 'u3' WHERE order_id = 'O207' AND "
        "activity = 'Order entered'",
        # A seller who has nearly all orders has no customers of his own.
        "; UPDATE core.orders SET entered_by = 'u3'" + RIVAL + PRESENT,
    ],
)  # fmt: skip
def test_a_customer_may_be_served_by_somebody_else(change: str) -> None:
    assert found(company_at_work(OWNED + change), "contested_customer") == []


@pytest.mark.parametrize(("first", "count"), [(77, 1), (87, 0)])
def test_a_new_seller_has_the_customer_from_the_thirteenth_order_on(first: int, count: int) -> None:
    """Until then a pool served C7; of the 20 orders before O207 u3 entered 13 (O77 to O197, every tenth), then 12."""
    pool = f"; UPDATE core.orders SET entered_by = 'u' || order_id[2:]::INTEGER // 10 % 3 WHERE customer_id = 'C7' AND order_id[2:]::INTEGER < {first}"
    con = company_at_work(OWNED + pool + RIVAL + PRESENT)
    assert len(found(con, "contested_customer")) == count
    if count:
        assert str(told(con)[2]).startswith("u3 entered 13 of the 13 orders before")


def test_two_sellers_who_change_the_orders_of_a_customer() -> None:
    changes = """; INSERT INTO core.order_changes BY NAME SELECT 'H' || order_id AS change_id, 'sys:H' || order_id AS record_key,
        order_id, order_key, 'quantity' AS field, ordered_at + INTERVAL 10 MINUTE AS changed_at,
        CASE WHEN order_id = 'O207' THEN 'u2' ELSE entered_by END AS changed_by, 'sys' AS _system FROM core.orders"""
    con = company_at_work(OWNED + PRESENT + changes)
    assert found(con, "contested_customer") == ["O207"]
    assert str(told(con)[2]).startswith("u3 changed 20 of the 20 orders before")
    assert told(con)[3:] == (None, "u2", "2026-03-03 18:10:00")


def test_an_open_order_of_nobody() -> None:
    con = company_at_work(NOBODY.format("O380"))
    assert found(con, "no_owner") == ["O380"]
    assert told(con) == (None, None, "399 of 400 orders name somebody", "entry", None, None)


@pytest.mark.parametrize(
    "change",
    [
        NOBODY.format("O7"),  # done with
        NOBODY.format("O380") + "; UPDATE core.orders SET cancelled_at = TIMESTAMP '2026-05-01' WHERE order_id = 'O380'",
        NOBODY.format("O380") + "; UPDATE core.orders SET entered_by = 'u1' WHERE order_id = 'O380'",
        NOBODY.format("O380") + "; UPDATE core.user_actions SET user_id = 'u1' WHERE action_id = 'O380-2'",
        NOBODY.format("O380") + "; INSERT INTO core.order_changes BY NAME SELECT 'c' AS change_id, 'sys:O380' AS order_key, 'u1' AS changed_by",
        NOBODY.format("O380") + "; INSERT INTO core.exceptions BY NAME SELECT 'e' AS exception_id, 'sys:O380' AS order_key, 'u1' AS owner",
        # A source that names nobody on every tenth order.
        NOBODY.format("O380") + "; " + NOBODY.format("O%0").replace("order_id = ", "order_id LIKE "),
    ],
)  # fmt: skip
def test_an_order_has_somebody_or_needs_nobody(change: str) -> None:
    assert found(company_at_work(change), "no_owner") == []


def test_a_hand_over_that_nobody_took() -> None:
    con = company_at_work(WAITING.format("2026-04-27 07:00:01"))
    assert found(con, "untaken_handover") == ["O380"]
    assert told(con) == ("packing", "3 days", "3 days", "packing", None, "2026-04-24 07:00:00")


@pytest.mark.parametrize(
    ("until", "change"),
    [
        ("2026-04-27 07:00:00", "SELECT 1"),
        ("2026-05-04 07:00:01", "SELECT 1"),  # stuck_order tells it now
        ("2026-04-29", "UPDATE core.orders SET cancelled_at = TIMESTAMP '2026-04-26' WHERE order_id = 'O380'"),
        ("2026-04-29", "UPDATE meta.stages SET department = 'Board' WHERE stage = 'packing'"),  # the same department
        ("2026-04-29", "UPDATE meta.stages SET department = NULL"),
        (
            "2026-04-29",
            "INSERT INTO core.exceptions BY NAME SELECT 'e' AS exception_id, 'sys:O380' AS order_key, TIMESTAMP '2026-04-25' AS raised_at",
        ),
        # The warehouse has begun.
        (
            "2026-04-29",
            "INSERT INTO meta.activities VALUES ('packing started', 'packing', 5, 'start', 'step'); INSERT INTO core.user_actions BY NAME "
            "SELECT * REPLACE ('s' AS action_id, 'sys:s' AS record_key, 'Packing started' AS activity, \"at\" + INTERVAL 1 HOUR AS \"at\") "
            "FROM core.user_actions WHERE action_id = 'O380-4'",
        ),
    ],
)
def test_an_order_may_wait(until: str, change: str) -> None:
    assert found(company_at_work(WAITING.format(until), change), "untaken_handover") == []


@pytest.mark.parametrize(("until", "count"), [("2026-05-04 07:00:00", 0), ("2026-05-04 07:00:01", 1)])
def test_a_hand_over_may_wait_as_long_as_the_slowest_did(until: str, count: int) -> None:
    """Three of 350 were packed twelve days after their approval, four after two and a half, the rest after one: four times 2.5 days are told."""
    slow = "UPDATE core.user_actions SET \"at\" = \"at\" + INTERVAL {} HOUR WHERE activity IN ('Goods packed', 'Goods shipped')"
    con = company_at_work(
        slow.format(264) + " AND order_id IN ('O11', 'O12', 'O13')",
        slow.format(36) + " AND order_id IN ('O21', 'O22', 'O23', 'O24')",
        WAITING.format(until),
    )
    assert len(found(con, "untaken_handover")) == count


def test_what_is_told_as_stuck_is_not_told_as_untaken() -> None:
    con = company_at_work(WAITING.format("2026-05-04 07:00:01"))
    assert found(con, "stuck_order") == ["O380"]
    con = company_at_work(WAITING.format("2026-05-04 07:00:00"))
    assert found(con, "stuck_order") == []
    assert found(con, "untaken_handover") == ["O380"]


@pytest.mark.parametrize(("first", "count"), [(380, 0), (361, 20)])
def test_several_that_wait_longer_than_hardly_any_are_told_at_once(first: int, count: int) -> None:
    """O11 alone was packed 84 hours after its approval; some wait for 73 hours, while those that came later were packed.

    By chance one of 200 waits so long; of the 30 hand-overs of these days one may, twenty do not.
    """
    slow = "UPDATE core.user_actions SET \"at\" = \"at\" + INTERVAL 60 HOUR WHERE activity LIKE 'Goods%' AND order_id = 'O11'"
    those = f"order_id[2:]::INTEGER BETWEEN {first} AND 380"
    con = company_at_work(
        WAITING.format("2026-04-27 08:00:00"), slow, "UPDATE core.orders SET cancelled_at = NULL",
        f"DELETE FROM core.user_actions WHERE {those} AND activity LIKE 'Goods%'",
        f"UPDATE core.user_actions SET \"at\" = TIMESTAMP '2026-04-24 07:00' WHERE {those} AND activity = 'Order approved'",
    )  # fmt: skip
    assert len(found(con, "untaken_handover")) == count


def test_nobody_takes_anything_up_on_holidays() -> None:
    """From O380 on nothing was packed: the warehouse is closed, and nobody left O380 lying."""
    closed = "DELETE FROM core.user_actions WHERE order_id[2:]::INTEGER >= 381 AND activity LIKE 'Goods%'"
    con = company_at_work(WAITING.format("2026-04-27 12:00:00"), "UPDATE core.orders SET cancelled_at = NULL", closed)
    assert found(con, "untaken_handover") == []
