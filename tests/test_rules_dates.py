"""Days on which goods are wanted or promised: possible ones and others."""

import pytest

from tests.checks_fixture import small_company
from tests.rule_cases import Case, as_case, findings

LINE_DATES = """
UPDATE core.order_lines SET requested_delivery_date = o.requested_delivery_date + 1, promised_delivery_date = o.requested_delivery_date + 2
FROM core.orders o WHERE o.order_id = order_lines.order_id"""
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
