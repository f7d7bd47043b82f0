"""Change control: who may change what, when, and how often. What breaks a rule, and what just does not."""

import pytest

from tests.test_process_rules import CHANGES, DOCUMENTS, prepared
from tests.test_rules import findings
from tests.test_rules_replay import CHAINS

# Orders are confirmed an hour after entry, picked after two days and shipped after three; changes say why.
MILESTONES = """
INSERT INTO marts.action_facts BY NAME SELECT order_key || v.activity_kind AS record_key, order_key, order_id, v.activity_kind,
  ordered_at + to_hours(v.hours) AS "at", 'end' AS marks
FROM core.orders, (VALUES ('confirm', 1), ('pick', 48), ('ship', 72)) v(activity_kind, hours);
INSERT INTO core.user_actions BY NAME SELECT record_key AS action_id, record_key, order_key, order_id, activity_kind AS activity,
  "at", 'sys' AS _system FROM marts.action_facts
"""
REASONS = CHANGES + ";" + MILESTONES + ";UPDATE core.order_changes SET reason = 'adjustment'"
# A change again and again, a day apart.
MORE_CHANGES = """
INSERT INTO core.order_changes BY NAME SELECT c.* REPLACE (change_id || n AS change_id, record_key || n AS record_key,
  changed_at + to_days(n::INTEGER) AS changed_at) FROM core.order_changes c, range(1, {}) r(n)
"""
_MINE = "WHERE line_id = 'O7-1'"
_SECOND = "WHERE line_id = 'O7-1' AND change_id LIKE 'Z%'"

# rule, set-up, what breaks it, what just does not, the finding as (order, line, field)
CASES = [
    (
        "change_after_confirmation",
        REASONS + ";UPDATE core.order_changes SET changed_at = changed_at - INTERVAL 150 MINUTE",
        f"UPDATE core.order_changes SET changed_at = changed_at + INTERVAL 31 MINUTE, approved_by = NULL {_MINE}",
        f"UPDATE core.order_changes SET changed_at = changed_at + INTERVAL 30 MINUTE, approved_by = NULL {_MINE}",
        ("O7", "O7-1", "quantity"),
    ),
    (
        "change_after_confirmation",  # approved in time
        REASONS,
        f"UPDATE core.order_changes SET approved_at = changed_at + INTERVAL 1 MINUTE {_MINE}",
        f"UPDATE core.order_changes SET approved_at = changed_at {_MINE}",
        ("O7", "O7-1", "quantity"),
    ),
    (
        "change_after_confirmation",  # what the source calls its log is for the source to say
        REASONS + ";UPDATE core.order_changes SET origin = 'sales desk'",
        f"UPDATE core.order_changes SET approved_at = changed_at + INTERVAL 1 MINUTE {_MINE}",
        f"UPDATE core.order_changes SET approved_at = changed_at {_MINE}",
        ("O7", "O7-1", "quantity"),
    ),
    (
        "change_after_confirmation",  # the customer's wish
        REASONS,
        f"UPDATE core.order_changes SET approved_by = NULL, reason = NULL {_MINE}",
        f"UPDATE core.order_changes SET approved_by = NULL, reason = 'customer request' {_MINE}",
        ("O7", "O7-1", "quantity"),
    ),
    (
        "change_after_picking",
        REASONS,
        f"UPDATE core.order_changes SET changed_at = changed_at + INTERVAL 46 HOUR, approved_by = NULL {_MINE}",
        f"UPDATE core.order_changes SET changed_at = changed_at + INTERVAL 45 HOUR, approved_by = NULL {_MINE}",
        ("O7", "O7-1", "quantity"),
    ),
    (
        "late_change_event",
        REASONS,
        f"UPDATE core.order_changes SET changed_at = changed_at + INTERVAL 70 HOUR {_MINE}",
        f"UPDATE core.order_changes SET changed_at = changed_at + INTERVAL 70 HOUR, reason = 'customer' {_MINE}",
        ("O7", "O7-1", "quantity"),
    ),
    (
        "late_change",  # the rest of the order is still there
        CHANGES + ";" + DOCUMENTS,
        f"UPDATE core.order_changes SET changed_at = changed_at + INTERVAL 46 HOUR {_MINE}",
        "UPDATE core.order_changes SET changed_at = changed_at + INTERVAL 46 HOUR WHERE line_id = 'O7-1'; "
        'UPDATE core.deliveries SET "at" = "at" + INTERVAL 1 DAY WHERE line_id = \'O7-1\'',
        ("O7", "O7-1", "quantity"),
    ),
    (
        "change_self_approval",  # on behalf of whoever approves
        CHANGES,
        f"UPDATE core.order_changes SET on_behalf_of = 'u5' {_MINE}",
        f"UPDATE core.order_changes SET on_behalf_of = 'u3' {_MINE}",
        ("O7", "O7-1", "quantity"),
    ),
    (
        "unapproved_change",  # approved, but after it was made
        CHANGES,
        f"UPDATE core.order_changes SET approved_at = changed_at + INTERVAL 1 SECOND {_MINE}",
        f"UPDATE core.order_changes SET approved_at = NULL {_MINE}",
        ("O7", "O7-1", "quantity"),
    ),
    (
        "too_many_changes",
        CHANGES,
        MORE_CHANGES.format(5) + _MINE,
        MORE_CHANGES.format(4) + _MINE,
        ("O7", "O7-1", "quantity"),
    ),
]


@pytest.mark.parametrize(("name", "given", "breaks", "keeps", "found"), CASES, ids=[case[0] for case in CASES])
def test_a_rule_finds_what_breaks_it_and_nothing_else(
    name: str, given: str, breaks: str, keeps: str, found: tuple[str, str | None, str]
) -> None:
    con = prepared(given)
    con.execute(breaks)
    assert [row[:3] for row in findings(con, name)] == [found]
    con = prepared(given)
    con.execute(keeps)
    assert findings(con, name) == []


# Two edits of one line within minutes: what is said of the second, and whether it is a conflict.
ANSWERS = [
    ("changed_by = 'u2'", True),
    ("changed_by = 'u2', changed_at = changed_at + INTERVAL 1 DAY", False),
    ("changed_by = 'u2', new_value = '7.0'", False),
    ("changed_by = 'u2', approved_by = 'u1'", False),
    ("changed_by = 'u2', requested_by = 'u1'", False),
    ("changed_by = 'u2', on_behalf_of = 'u1'", False),
    ("changed_by = 'u5'", False),  # who approved the first edit amends it
    ("changed_by = 'u2', reason = 'customer request'", False),
    ("changed_by = 'u2', request_id = 'R'", True),
    ("changed_by = NULL", False),
]


@pytest.mark.parametrize(("second", "is_conflict"), ANSWERS, ids=[answer[0] for answer in ANSWERS])
def test_an_answer_is_no_conflict(second: str, is_conflict: bool) -> None:
    con = prepared(CHANGES)
    con.execute(
        f"""UPDATE core.order_changes SET new_value = '7' {_MINE}; INSERT INTO core.order_changes BY NAME SELECT * REPLACE
        ('z' AS change_id, 'sys:z' AS record_key, '7' AS old_value, '99' AS new_value, changed_at + INTERVAL 5 MINUTE AS changed_at)
        FROM core.order_changes {_MINE};
        UPDATE core.order_changes SET {second} WHERE change_id = 'z'"""
    )
    assert [row[:3] for row in findings(con, "conflicting_edits")] == (
        [("O7", "O7-1", "quantity")] if is_conflict else []
    )


def test_one_request_or_a_program_is_no_conflict() -> None:
    con = prepared(CHAINS)
    con.execute(
        f"UPDATE core.order_changes SET changed_by = 'u2', changed_at = changed_at - INTERVAL 23 HOUR {_SECOND}"
    )
    assert len(findings(con, "conflicting_edits")) == 1
    con.execute("UPDATE core.users SET automatic = true WHERE user_id = 'u2'")
    assert findings(con, "conflicting_edits") == []
    con.execute(f"UPDATE core.users SET automatic = NULL; UPDATE core.order_changes SET request_id = 'R1' {_MINE}")
    assert findings(con, "conflicting_edits") == []


@pytest.mark.parametrize(("changes", "of_all"), [(4, False), (5, False), (5, True)])
def test_more_changes_of_a_field_than_usual(changes: int, of_all: bool) -> None:
    con = prepared(CHANGES)
    con.execute(MORE_CHANGES.format(changes) + f"WHERE {of_all} OR line_id = 'O7-1'")
    expected = [("O7", "O7-1", "quantity")] if changes > 4 and not of_all else []
    assert [row[:3] for row in findings(con, "too_many_changes")] == expected


def test_a_source_that_changes_orders_after_confirmation_every_day_is_not_blamed() -> None:
    con = prepared(REASONS)
    con.execute("UPDATE core.order_changes SET approved_by = NULL WHERE hash(order_id) % 5 = 0")
    assert findings(con, "change_after_confirmation") == []


def test_where_changes_say_nothing_it_may_have_been_the_customer() -> None:
    con = prepared(REASONS)
    con.execute(
        f"UPDATE core.order_changes SET reason = NULL; UPDATE core.order_changes SET approved_by = NULL {_MINE}"
    )
    assert findings(con, "change_after_confirmation") == []
