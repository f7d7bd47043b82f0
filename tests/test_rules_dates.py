"""Days on which goods are wanted or promised: possible ones and others."""

import pytest

from tests.checks_fixture import small_company
from tests.rule_cases import Case, as_case, findings

LINE_DATES = """
UPDATE core.order_lines SET requested_delivery_date = o.requested_delivery_date + 1, promised_delivery_date = o.requested_delivery_date + 2
FROM core.orders o WHERE o.order_id = order_lines.order_id"""
PROMISED = "UPDATE core.orders SET promised_delivery_date = requested_delivery_date + 2"
SHIPPED = """
INSERT INTO core.user_actions BY NAME
SELECT 'A' || order_id AS action_id, order_id, order_key, 'Goods shipped' AS activity, ordered_at + INTERVAL 5 DAY AS "at", _system, 'sys:A' || order_id AS record_key
FROM core.orders; UPDATE core.user_actions SET "at" = NULL WHERE order_id = 'O8'"""


def _action(moment: str) -> str:
    """Orders are entered every seven hours from 2 January 9:00 on: O120 on 6 February, shipped on 11 February."""
    return f"UPDATE core.user_actions SET \"at\" = TIMESTAMP '{moment}' WHERE order_id = 'O120'"


def _ordered(moment: str) -> str:
    return f"UPDATE core.orders SET ordered_at = {moment} WHERE order_id = 'O120'"


# O7 was entered on 4 January. rule, what the company needs first, what breaks it, what just does not, what is found
CASES = [
    (
        "wrong_line_date",
        LINE_DATES,
        "UPDATE core.order_lines SET promised_delivery_date = DATE '2026-01-02' WHERE line_id = 'O7-1'",  # ordered on 4 January
        "UPDATE core.order_lines SET promised_delivery_date = DATE '2026-01-03' WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "promised_delivery_date", None),
    ),
    (
        "wrong_line_date",
        LINE_DATES,
        "UPDATE core.order_lines SET requested_delivery_date = DATE '2026-05-05' WHERE line_id = 'O7-1'",  # 121 days
        "UPDATE core.order_lines SET requested_delivery_date = DATE '2026-05-04' WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "requested_delivery_date", None),
    ),
    (
        "wrong_line_date",  # a date that is the order's own is judged with the order
        LINE_DATES,
        "UPDATE core.order_lines SET requested_delivery_date = DATE '2027-05-05' WHERE line_id = 'O7-1'",
        "UPDATE core.orders SET requested_delivery_date = DATE '2027-05-05' WHERE order_id = 'O7';"
        "UPDATE core.order_lines SET requested_delivery_date = DATE '2027-05-05' WHERE order_id = 'O7'",
        ("O7", "O7-1", "requested_delivery_date", None),
    ),
    (
        "swapped_day_month",  # O80 was ordered on 25 January, promised for 3 February
        PROMISED,
        "UPDATE core.orders SET promised_delivery_date = DATE '2026-03-02' WHERE order_id = 'O80'",
        "UPDATE core.orders SET promised_delivery_date = DATE '2026-02-12' WHERE order_id = 'O80';"  # 18 days
        "UPDATE core.orders SET promised_delivery_date = NULL WHERE order_id = 'O81'",
        ("O80", None, "promised_delivery_date", "2026-02-03"),
    ),
    (
        "swapped_action_date",
        SHIPPED,
        _action("2026-11-02 09:00"),
        _action("2026-03-02 09:00"),  # late, but on 3 February it would have been before the order
        ("O120", None, "at", "2026-02-11"),
    ),
    (
        "date_off_sequence",  # the ten numbers beside are of three days: what is more than two weeks off is odd
        "UPDATE core.orders SET ordered_at = NULL WHERE order_id = 'O300'",
        _ordered("TIMESTAMP '2026-06-02 09:00'"),
        _ordered("TIMESTAMP '2026-02-20 09:00'"),
        ("O120", None, "ordered_at", "2026-02-06"),
    ),
    (
        "date_off_sequence",  # a list that has every seventh number only
        "DELETE FROM core.orders WHERE _line % 7 <> 1; UPDATE core.orders SET ordered_at = TIMESTAMP '2026-01-02' + to_hours(_line::INTEGER);"
        "INSERT INTO core.orders BY NAME SELECT * REPLACE ('O' || _line + 2000 AS order_id, 'sys:O' || _line + 2000 AS order_key, 'sys:O' || _line + 2000 AS record_key, "
        "ordered_at + INTERVAL 60 DAY AS ordered_at) FROM core.orders",
        _ordered("TIMESTAMP '2025-01-07 00:00'"),
        _ordered("TIMESTAMP '2026-01-20 00:00'"),
        ("O120", None, "ordered_at", "2026-01-07"),
    ),
    (
        "date_off_sequence",
        "",
        _ordered("TIMESTAMP '2025-02-06 09:00'"),
        _ordered("NULL"),
        ("O120", None, "ordered_at", "2026-02-06"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_rule_finds_what_breaks_it_and_nothing_else(case: tuple[str, ...]) -> None:
    told: Case = as_case(case)
    for change, found in ((told.breaks, [told.found]), (told.keeps, []), ("", [])):
        con = small_company()
        con.execute(f"{told.given};{change}")
        assert findings(con, told.rule) == found


def test_where_the_source_often_dates_lines_before_the_order_that_is_its_custom() -> None:
    con = small_company()
    con.execute(LINE_DATES)
    con.execute("UPDATE core.order_lines SET requested_delivery_date = DATE '2025-12-01' WHERE order_id LIKE 'O1%'")
    assert findings(con, "wrong_line_date") == []


def test_numbers_that_are_not_given_in_the_order_of_time_say_nothing_of_a_date() -> None:
    con = small_company()
    con.execute("UPDATE core.orders SET ordered_at = ordered_at + to_days((hash(order_id) % 60)::INTEGER)")
    con.execute(_ordered("TIMESTAMP '2025-02-06 09:00'"))
    assert findings(con, "date_off_sequence") == []


def test_a_moment_that_the_repair_of_the_profile_swapped_is_left_alone() -> None:
    con = small_company()
    con.execute(f"{SHIPPED}; {_action('2026-11-02 09:00')}")
    con.execute(
        "INSERT INTO ingest.repairs BY NAME SELECT 'user_actions' AS entity, 'sys:AO120' AS record_key, 'at' AS column_name"
    )
    assert findings(con, "swapped_action_date") == []


def test_where_one_order_in_ten_is_promised_for_months_a_long_promise_is_no_slip() -> None:
    con = small_company()
    con.execute(
        f"{PROMISED}; UPDATE core.orders SET promised_delivery_date = ordered_at::DATE + 150 WHERE order_id LIKE 'O%0'"
    )
    assert findings(con, "swapped_day_month") == []


def test_in_a_history_of_fifteen_years_no_year_is_far_but_another_century_is() -> None:
    con = small_company()
    con.execute("UPDATE core.orders SET ordered_at = ordered_at - to_days((hash(order_id) % 5400)::INTEGER)")
    assert findings(con, "orders_ordered_at_date_plausible") == []
    con.execute(_ordered("TIMESTAMP '1925-02-06 09:00'"))
    assert [found[0] for found in findings(con, "orders_ordered_at_date_plausible")] == ["O120"]
