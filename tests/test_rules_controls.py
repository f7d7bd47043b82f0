"""Rules about who may do what: four eyes, duties kept apart, rights, approvals, users that are known."""

import pytest

from expectations.engine import count_unknowns
from tests.process_fixture import AGAIN, BY, OF_O7, WITHOUT, about_o7, company_at_work, found, told
from tests.rule_cases import Case, findings, shipped_rules
from tests.test_process_rules import prepared

FOUR_EYES = "INSERT INTO meta.four_eyes VALUES (1, 'checking', 'packing', ['order checked'], ['goods packed'])"
DUTIES = """INSERT INTO meta.segregation VALUES (1, '{0}', 'entry', 'order entered'), (1, '{0}', 'approval', 'order approved'),
(1, '{0}', 'shipping', 'goods shipped')"""
RIGHTS = "INSERT INTO meta.rights VALUES ('manager', 'Manager', 'order approved'), ('clerk', 'Clerk', 'order checked')"
APPROVAL = "INSERT INTO meta.approvals VALUES (1, 'step', 'approval', 4, ['order approved'], [], {0}, {1}, [], [], {2})"
EXCEPTIONS = """INSERT INTO core.exceptions BY NAME
SELECT 'E' || order_id AS exception_id, 'sys:E' || order_id AS record_key, order_id, order_key, 'credit_hold' AS type,
  ordered_at + INTERVAL 27 HOUR AS raised_at, ordered_at + INTERVAL 30 HOUR AS resolved_at, 'u4' AS resolved_by, 'sys' AS _system,
  false AS _derived FROM core.orders"""
ENDED = "UPDATE core.exceptions SET resolved_by = {0} WHERE order_id = 'O7'"

# What breaks each rule, and what just does not: mostly, the user is not known.
CASES = [
    about_o7(
        "four_eyes", f"{BY} 'u0' {OF_O7} 'Goods packed'", f"{BY} NULL {OF_O7} 'Goods packed'", "activity", FOUR_EYES
    ),
    about_o7(
        "segregation_of_duties",
        f"{BY} 'u8' {OF_O7} 'Order approved'",
        f"{BY} 'u8' {OF_O7} 'Order checked'",
        "activity",
        DUTIES.format("order"),
    ),
    about_o7(
        "segregation_across_orders",
        f"UPDATE core.user_actions SET user_id = 'u8', \"at\" = TIMESTAMP '2026-02-01' {OF_O7} 'Order approved'",
        f"UPDATE core.user_actions SET user_id = NULL, \"at\" = TIMESTAMP '2026-02-01' {OF_O7} 'Order approved'",
        "activity",
        DUTIES.format("all_orders"),
    ),
    about_o7(
        "missing_right",
        f"{BY} 'u6' {OF_O7} 'Order approved'",
        f"{BY} NULL {OF_O7} 'Order approved'",
        "activity",
        RIGHTS,
    ),
    about_o7(
        "missing_approval",
        WITHOUT + "'Order approved'",
        WITHOUT + "'Order approved'; UPDATE core.orders SET net_amount = 122 WHERE order_id = 'O7'",
        "activity",
        "UPDATE core.orders SET net_amount = 123; " + APPROVAL.format("122", "NULL", "[]"),
    ),
    about_o7(
        "approval_right",
        f"{BY} 'u2' {OF_O7} 'Order approved'",
        f"{BY} NULL {OF_O7} 'Order approved'",
        "activity",
        APPROVAL.format("NULL", "NULL", "['manager']"),
    ),
    about_o7("exception_without_approval", ENDED.format("'u6'"), ENDED.format("NULL"), "resolved_by", EXCEPTIONS),
    about_o7("unknown_user", f"{BY} 'u77' {OF_O7} 'Goods packed'", f"{BY} NULL {OF_O7} 'Goods packed'", "user_id"),
]


@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_a_rule_finds_what_breaks_it_and_nothing_else(case: Case) -> None:
    for change, expected in ((case.breaks, [case.found]), (case.keeps, [])):
        con = prepared(case.given)
        con.execute(change)
        assert findings(con, case.rule) == expected


def test_four_eyes_of_a_pair_that_was_laid_down() -> None:
    con = company_at_work(FOUR_EYES, f"{BY} 'u0' {OF_O7} 'Goods packed'")
    assert found(con, "four_eyes") == ["O7"]
    assert told(con) == (
        *(
            "u0",
            "checking and packing",
            "“Order checked” on 2026-01-04 at 13:00 and “Goods packed” on 2026-01-06 at 13:00",
        ),
        *("packing", "u0", "2026-01-06 12:00:00"),
    )


@pytest.mark.parametrize(
    "change",
    [
        f"{BY} NULL {OF_O7} 'Order checked'; {BY} NULL {OF_O7} 'Goods packed'",
        f"UPDATE core.user_actions SET user_id = 'u0', automatic = true {OF_O7} 'Goods packed'",
        f"UPDATE core.user_actions SET user_id = 'u0', outcome = 'Rejected' {OF_O7} 'Goods packed'",
    ],
)
def test_four_eyes_judges_people_that_are_known(change: str) -> None:
    con = company_at_work(FOUR_EYES, change)
    assert found(con, "four_eyes") == []


def test_four_eyes_are_learned_where_chance_would_have_one_person_do_both() -> None:
    """Who enters and who checks is drawn from the same four people, but never the same one: by chance it would be 100 of 400."""
    con = company_at_work(f"{BY} 'u3' {OF_O7} 'Order checked'")
    assert found(con, "four_eyes") == ["O7"]
    assert str(told(con)[2]).endswith("so in 1 of 400 orders, by chance it would be 100")
    drawn = "UPDATE core.user_actions SET user_id = 'u' || hash(order_id) % 4 WHERE activity = 'Order checked'"
    assert found(company_at_work(drawn), "four_eyes") == []


def test_who_enters_and_who_approves_is_left_to_self_approval() -> None:
    pair = "INSERT INTO meta.four_eyes VALUES (1, 'entry', 'approval', ['order entered'], ['order approved'])"
    con = company_at_work(pair, f"{BY} 'u3' {OF_O7} 'Order approved'")
    assert found(con, "four_eyes") == []
    assert found(con, "self_approval") == ["O7"]
    con = company_at_work(pair, f"{BY} 'u9' {OF_O7} 'Order entered'; {BY} 'u9' {OF_O7} 'Order approved'")
    assert found(con, "four_eyes") == ["O7"]


def test_duties_of_one_order_are_kept_apart() -> None:
    both = f"{BY} 'u8' {OF_O7} 'Order approved'"
    con = company_at_work(DUTIES.format("order"), both)
    assert found(con, "segregation_of_duties") == ["O7"]
    assert told(con) == (
        *(
            "u8",
            "approval and shipping",
            "“Order approved” on 2026-01-05 at 13:00 and “Goods shipped” on 2026-01-07 at 13:00",
        ),
        *("shipping", "u8", "2026-01-07 12:00:00"),
    )
    assert found(company_at_work(both), "segregation_of_duties") == []
    elsewhere = "UPDATE core.user_actions SET user_id = 'u8' WHERE order_id = 'O8' AND activity = 'Order approved'"
    assert found(company_at_work(DUTIES.format("order"), elsewhere), "segregation_of_duties") == []


def test_duties_are_kept_apart_in_all_orders() -> None:
    elsewhere = "UPDATE core.user_actions SET user_id = 'u8' WHERE order_id = 'O8' AND activity = 'Order approved'"
    con = company_at_work(DUTIES.format("all_orders"), elsewhere)
    assert found(con, "segregation_across_orders") == ["O8"]
    assert told(con) == (
        *("u8", "shipping and approval"),
        "“Goods shipped” of order O1 on 2026-01-05 at 19:00, “Order approved” on 2026-01-05 at 20:00",
        *("approval", "u8", "2026-01-05 19:00:00"),
    )
    nobody = elsewhere.replace("'u8'", "NULL")
    assert found(company_at_work(DUTIES.format("all_orders"), nobody), "segregation_across_orders") == []


def test_a_role_does_what_it_may() -> None:
    con = company_at_work(RIGHTS, f"{BY} 'u6' {OF_O7} 'Order approved'")
    assert found(con, "missing_right") == ["O7"]
    assert told(con) == (
        *("u6", "Manager", "“Order approved” as packer", "approval", "u6", "2026-01-05 12:00:00"),
    )  # fmt: skip
    assert found(con, "unauthorised_action") == []  # one finding is enough


@pytest.mark.parametrize(
    "change",
    [
        "SELECT 1",
        f"UPDATE core.user_actions SET user_id = 'u6', on_behalf_of = 'u4' {OF_O7} 'Order approved'",
        f"UPDATE core.user_actions SET user_id = 'u6', automatic = true {OF_O7} 'Order approved'",
        f"{BY} NULL {OF_O7} 'Order approved'",
        f"{BY} 'stranger' {OF_O7} 'Order approved'",  # of whom no role is known
        f"{BY} 'u2' {OF_O7} 'Goods packed'",  # a step of which nothing is laid down
    ],
)
def test_a_role_may_do_what_is_not_laid_down_otherwise(change: str) -> None:
    assert found(company_at_work(RIGHTS, change), "missing_right") == []


def test_the_role_of_the_log_counts_where_the_master_has_none() -> None:
    con = company_at_work(
        RIGHTS, f"UPDATE core.user_actions SET user_id = 'x', role = 'Packer' {OF_O7} 'Order approved'"
    )
    assert found(con, "missing_right") == ["O7"]


@pytest.mark.parametrize(
    ("amount_above", "discount_above", "missing"),
    [
        ("NULL", "NULL", ["O7"]),
        ("123", "NULL", []),
        ("122", "NULL", ["O7"]),
        ("NULL", "0.05", []),
        ("NULL", "0.04", ["O7"]),
    ],
)
def test_an_approval_that_the_process_requires(amount_above: str, discount_above: str, missing: list[str]) -> None:
    con = company_at_work(
        APPROVAL.format(amount_above, discount_above, "[]"),
        WITHOUT + "'Order approved'",
        "UPDATE core.orders SET net_amount = 123 WHERE order_id = 'O7'",
    )
    assert found(con, "missing_approval") == missing
    assert found(con, "skipped_approval") == []


def test_an_approval_is_not_missed_before_the_order_went_on() -> None:
    con = company_at_work(
        APPROVAL.format("NULL", "NULL", "[]"),
        "DELETE FROM core.user_actions WHERE order_id = 'O7' AND action_id > 'O7-2'",
    )
    assert found(con, "missing_approval") == []


def test_an_approval_by_a_role_that_may_not_give_it() -> None:
    con = company_at_work(APPROVAL.format("100", "NULL", "['manager']"), f"{BY} 'u2' {OF_O7} 'Order approved'")
    con.execute("UPDATE core.orders SET net_amount = 101 WHERE order_id = 'O7'")
    assert found(con, "approval_right") == ["O7"]
    assert told(con) == (
        "u2",
        "manager",
        "“Order approved” as clerk above 100",
        "approval",
        "u2",
        "2026-01-05 12:00:00",
    )
    assert found(con, "unauthorised_action") == []
    con.execute("UPDATE core.orders SET net_amount = 100 WHERE order_id = 'O7'")
    assert found(con, "approval_right") == []


def test_of_several_approvals_one_is_enough() -> None:
    con = company_at_work(APPROVAL.format("NULL", "NULL", "['manager']"), AGAIN + "'Order approved'")
    assert found(con, "approval_right") == []


def test_an_exception_that_somebody_ended_who_approves_nothing() -> None:
    con = company_at_work(EXCEPTIONS, ENDED.format("'u6'"))
    assert found(con, "exception_without_approval") == ["O7"]
    assert told(con) == (
        *("u6", "credit_hold", "as packer; 399 of 400 such exceptions were ended by those who approve orders"),
        *(None, "u6", "2026-01-05 16:00:00"),
    )


@pytest.mark.parametrize(
    "change",
    [
        ENDED.format("NULL"),
        ENDED.format("'stranger'"),
        # Approved by another while it was open.
        ENDED.format("'u6'")
        + f"; UPDATE core.user_actions SET \"at\" = TIMESTAMP '2026-01-05 14:00' {OF_O7} 'Order approved'",
        "UPDATE core.exceptions SET resolved_by = 'u6' WHERE order_id LIKE '%7'",  # others end them too
        ENDED.format("'u6'") + "; UPDATE core.exceptions SET type = 'rare' WHERE order_id = 'O7'",
    ],
)
def test_an_exception_may_be_ended(change: str) -> None:
    assert found(company_at_work(EXCEPTIONS, change), "exception_without_approval") == []


TYPES = "UPDATE core.exceptions SET type = 'type ' || hash(order_id) % 10; "


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ("", 1),  # of types of some forty each, judged like all four hundred
        ("UPDATE core.exceptions SET resolved_by = 'u6' WHERE type = (SELECT type FROM core.exceptions WHERE order_id = 'O7')", 0),
        ("UPDATE core.exceptions SET resolved_by = 'u6' WHERE order_id[2:]::INTEGER % 25 = 7", 16),  # 4 of 100: still rare
        ("UPDATE core.exceptions SET resolved_by = 'u6' WHERE order_id[2:]::INTEGER % 10 = 7", 0),
        ("UPDATE core.exceptions SET resolved_by = NULL WHERE order_id = 'O7'", 0),
    ],
)  # fmt: skip
def test_rare_types_of_exceptions_are_judged_like_all(change: str, count: int) -> None:
    con = company_at_work(EXCEPTIONS, TYPES + ENDED.format("'u6'"), change or "SELECT 1")
    assert len(found(con, "exception_without_approval")) == count


@pytest.mark.parametrize(
    ("roles", "types", "ended_by", "missing"),
    [
        ("['packer']", "['credit_hold']", "'u6'", 399),
        ("['manager', 'packer']", "['credit_hold']", "'u6'", 0),
        ("['manager']", "['credit_hold']", "'u6'", 1),
        ("[]", "['credit_hold']", "'u6'", 1),
        ("['manager']", "['other']", "'u6'", 0),
        ("['manager']", "['credit_hold']", "NULL", 0),
    ],
)
def test_an_exception_whose_end_needs_an_approval_by_the_process(
    roles: str, types: str, ended_by: str, missing: int
) -> None:
    laid_down = (
        f"INSERT INTO meta.approvals VALUES (1, 'exception', NULL, NULL, [], {types}, NULL, NULL, [], [], {roles})"
    )
    assert (
        len(found(company_at_work(EXCEPTIONS, laid_down, ENDED.format(ended_by)), "exception_without_approval"))
        == missing
    )


def test_a_user_whom_nobody_knows() -> None:
    con = company_at_work(f"{BY} 'u77' {OF_O7} 'Goods packed'")
    assert found(con, "unknown_user") == ["O7"]
    known = con.execute("SELECT count(*) FROM core.user_actions").fetchall()[0][0]
    assert told(con)[:3] == ("u77", None, f"{known - 1:,} of {known:,} actions are by known ones")
    assert told(con)[3:] == ("packing", "u77", "2026-01-06 12:00:00")


@pytest.mark.parametrize(
    "change",
    [
        f"{BY} NULL {OF_O7} 'Goods packed'",
        f"{BY} 'x' || user_id WHERE activity = 'Goods packed'",
        "DELETE FROM core.users",
    ],
)
def test_users_that_were_not_given_are_not_unknown(change: str) -> None:
    assert found(company_at_work(change), "unknown_user") == []


@pytest.mark.parametrize(
    ("valid_until", "count"),
    [("TIMESTAMP '2026-01-05'", 0), ("TIMESTAMP '2026-01-04'", 1), ("TIMESTAMP '2026-01-05 11:59'", 1)],
)
def test_the_last_day_is_worked(valid_until: str, count: int) -> None:
    """O7 was approved on 5 January at 12:00; only that one by u9."""
    con = company_at_work(
        "INSERT INTO core.users BY NAME SELECT * REPLACE ('u9' AS user_id, 'sys:u9' AS record_key) FROM core.users WHERE user_id = 'u4'",
        f"UPDATE core.users SET valid_until = {valid_until} WHERE user_id = 'u9'; {BY} 'u9' {OF_O7} 'Order approved'",
    )
    assert len(found(con, "unauthorised_action")) == count


def test_a_source_that_does_not_keep_the_days_of_its_users_is_not_judged_by_them() -> None:
    con = company_at_work("UPDATE core.users SET valid_until = TIMESTAMP '2026-02-01' WHERE role = 'manager'")
    assert found(con, "unauthorised_action") == []


def test_what_cannot_be_told_is_counted() -> None:
    con = company_at_work(FOUR_EYES, f"{BY} NULL {OF_O7} 'Goods packed'")
    found(con, "four_eyes")
    assert (
        count_unknowns(con, shipped_rules()["four_eyes"])
        == "Cannot tell for 1: who did one of the two steps is unknown."
    )
