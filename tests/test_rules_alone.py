"""Rules about what stands alone in its source: a free line, a discount, a product, a user, a line that stands there twice."""

import pytest

from tests.checks_fixture import small_company
from tests.rule_cases import Case, findings

CODES = """
DELETE FROM core.products; DELETE FROM core.prices;
UPDATE core.order_lines SET sku = sku || '-' || order_id[2:]::INTEGER % 4;
"""
ACTIONS = """
DELETE FROM core.users;
INSERT INTO core.user_actions BY NAME SELECT 'A' || i AS action_id, 'O' || i // 4 AS order_id, 'sys:O' || i // 4 AS order_key,
  ['enter order', 'approve order', 'pick goods', 'ship goods'][(1 + i % 4)::INTEGER] AS activity, 'user' || chr(97 + (i % 12)::INTEGER) AS user_id,
  'clerk' AS role, TIMESTAMP '2026-01-02' + to_hours(i::INTEGER) AS "at", 'sys' AS _system, 'sys:A' || i AS record_key, false AS _derived
FROM range(1600) r(i);
"""
NO_USER = "; UPDATE core.user_actions SET user_id = NULL WHERE record_key = 'sys:A9'"
NO_CODE = "; UPDATE core.order_lines SET sku = NULL WHERE line_id = 'O8-1'"


# The products of 11 and 12 have codes with two digits swapped, P-441 and P-414; the one of 13 has P-491. O8-0 is of the first.
NEIGHBOURS = """
DELETE FROM core.products; DELETE FROM core.prices;
UPDATE core.order_lines SET sku = CASE sku WHEN 'P-444' THEN 'P-441' WHEN 'P-481' THEN 'P-414' WHEN 'P-518' THEN 'P-491' ELSE sku END;
"""


def _line(values: str, line: str = "O7-1") -> str:
    return f"UPDATE core.order_lines SET {values} WHERE line_id = '{line}'"


TWICE = """INSERT INTO core.order_lines BY NAME SELECT * REPLACE ('O7-9' AS line_id, 'sys:O7-9' AS record_key, 'sys:O7-9' AS line_key, 9999 AS _line)
FROM core.order_lines WHERE line_id = 'O7-1'"""
NAMES = "DELETE FROM core.users; UPDATE core.orders SET entered_by = ['Anna Berger', 'Karl Hofmann', 'Lena Vogt'][(1 + _line % 3)::INTEGER];"
# Six hundred orders, in two years.
MORE = """
INSERT INTO core.orders BY NAME SELECT * REPLACE ('N' || _line AS order_id, 'sys:N' || _line AS order_key, 'sys:N' || _line AS record_key,
  ordered_at - INTERVAL 300 DAY AS ordered_at) FROM core.orders WHERE _line < 200;
"""


def _order(values: str, order: str = "O7") -> str:
    return f"UPDATE core.orders SET {values} WHERE order_id = '{order}'"


def _action(values: str, action: int = 100) -> str:
    return f"UPDATE core.user_actions SET {values} WHERE record_key = 'sys:A{action}'"


CASES = [
    Case(
        "free_line",
        _line("unit_price = 0"),
        "UPDATE core.order_lines SET unit_price = 0 WHERE order_id IN ('O7', 'O9')",  # four are free: samples
        ("O7", "O7-1", "unit_price", "13.0"),
    ),
    Case("free_line", _line("unit_price = 0"), _line("unit_price = NULL"), ("O7", "O7-1", "unit_price")),
    Case(
        "odd_discount",
        _line("discount = 0.11"),
        f"{_line('discount = 0.1')}; {_line('discount = NULL', 'O8-1')}",
        ("O7", "O7-1", "discount"),
    ),
    Case(
        "lone_code",
        _line("sku = 'P-999-9'"),
        _line("sku = 'P-999-9'", "O399-1") + NO_CODE,  # a new product may come again
        ("O7", "O7-1", "sku"),
        CODES,
    ),
    Case(
        "price_of_neighbour",
        _line("sku = 'P-414'", "O8-0"),
        _line("sku = 'P-414'", "O8-0") + ";" + _line("sku = 'P-414'", "O1-0"),  # twice: a price of its own
        ("O8", "O8-0", "sku", "P-441"),
        NEIGHBOURS,
    ),
    Case(
        "price_of_neighbour",
        _line("sku = 'P-491'", "O8-0"),  # one digit is another
        _line("sku = 'P-414', description = 'blue'", "O8-0")
        + "; "
        + _line("sku = NULL", "O9-1")
        + "; "
        + _line("unit_price = NULL", "O9-0"),
        ("O8", "O8-0", "sku", "P-441"),
        NEIGHBOURS,
    ),
    Case(
        "line_twice",
        TWICE,
        TWICE
        + ";"
        + _line("quantity = quantity + 1", "O7-9")
        + ";"
        + _line("quantity = NULL", "O8-1"),  # of another quantity
        ("O7", "O7-9", "line_id"),
    ),
    Case(
        "line_twice",
        TWICE,
        "INSERT INTO core.order_lines BY NAME SELECT * REPLACE (line_id || 'x' AS line_id, record_key || 'x' AS record_key) FROM core.order_lines "
        "WHERE order_id LIKE 'O7%'",  # elsewhere a product comes again as a rule
        ("O7", "O7-9", "line_id"),
    ),
    Case(
        "lone_value",
        _order("currency = 'CHF'"),
        _order("currency = 'CHF'")
        + ";"
        + _order("currency = 'CHF'", "O9")
        + ";"
        + _order("currency = NULL", "O8"),  # twice: another currency
        ("O7", None, "currency"),
        MORE,
    ),
    Case(
        "lone_value",
        _order("channel = 'we'"),
        _order("channel = 'we'", "O399") + ";" + _order("channel = NULL", "O8"),  # the newest order: others may follow
        ("O7", None, "channel"),
        MORE + "UPDATE core.orders SET channel = CASE WHEN _line % 20 = 0 THEN 'shop' ELSE 'mail' END;",
    ),
    Case(
        "lone_value",
        _order("channel = 'we'"),
        _order("channel = 'we'")
        + "; UPDATE core.orders SET channel = 'fair' WHERE order_id IN ('O8', 'O9')",  # rare ones are usual
        ("O7", None, "channel"),
        MORE + "UPDATE core.orders SET channel = 'mail';",
    ),
    Case(
        "lone_user",
        _action("user_id = 'stranger'"),
        _action("user_id = 'stranger'", 1595) + NO_USER,
        ("O25", None, "user_id"),
        ACTIONS,
    ),
    Case(
        "user_actions_spelling",
        _action("activity = 'ENTER ORDER'"),
        _action("activity = 'enter claim'") + "; " + _action("activity = NULL", 104),
        ("O25", None, "activity", "enter order"),
        ACTIONS,
    ),
    Case(
        "user_actions_spelling",
        _action("role = 'clrek'"),
        _action("role = 'chief'") + "; " + _action("role = NULL", 104),
        ("O25", None, "role", "clerk"),
        ACTIONS,
    ),
    Case(
        "orders_spelling",
        _order("entered_by = 'Anna Bergre'"),
        _order("entered_by = 'Anna Bergmann'") + ";" + _order("entered_by = NULL", "O8"),  # a colleague
        ("O7", None, "entered_by", "Anna Berger"),
        NAMES,
    ),
    Case(
        "orders_spelling",  # an account may be near another one
        _order("entered_by = 'Anna Bergger'"),
        "UPDATE core.orders SET entered_by = replace(entered_by, ' ', '.');" + _order("entered_by = 'Anna.Bergger'"),
        ("O7", None, "entered_by", "Anna Berger"),
        NAMES,
    ),
    Case(
        "user_actions_odd_characters",
        _action("user_id = 'usera' || chr(8203)"),
        _action("user_id = NULL"),
        ("O25", None, "user_id", "usera"),
        ACTIONS,
    ),
    Case(
        "order_lines_learned_format",
        _line("sku = '012'"),
        _line("sku = '012'")
        + "; "
        + _line("sku = NULL", "O8-1")
        + "; UPDATE core.order_lines SET sku = '0' || sku WHERE order_id[2:]::INTEGER > 350",
        ("O7", "O7-1", "sku", "12"),
        "DELETE FROM core.products; DELETE FROM core.prices; UPDATE core.order_lines SET sku = (10 + order_id[2:]::INTEGER % 40)::VARCHAR;",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{case.rule}-{number}" for number, case in enumerate(CASES)])
def test_what_stands_alone(case: Case) -> None:
    con = small_company()
    con.execute(case.given)
    assert findings(con, case.rule) == []
    con.execute(case.breaks)
    found = findings(con, case.rule)
    assert [row[: len(case.found or ())] for row in found] == [case.found]
    con = small_company()
    con.execute(case.given + case.keeps)
    assert findings(con, case.rule) == []


def test_two_products_that_came_once_are_told_and_three_are_a_custom() -> None:
    con = small_company()
    con.execute(CODES + _line("sku = 'P-999-8'") + ";" + _line("sku = 'P-999-9'", "O9-1"))
    assert [row[:3] for row in findings(con, "lone_code")] == [("O7", "O7-1", "sku"), ("O9", "O9-1", "sku")]
    con.execute(_line("sku = 'P-999-7'", "O11-1"))
    assert findings(con, "lone_code") == []


def test_a_discount_is_told_as_a_share_and_so_is_what_is_usual() -> None:
    con = small_company()
    con.execute(_line("discount = 0.11"))
    assert len(findings(con, "odd_discount")) == 1
    ((evidence,),) = con.execute("SELECT evidence FROM work.rule_hits").fetchall()
    ((usual,),) = con.execute(
        "SELECT quantile_disc(discount, 0.99) FROM core.order_lines WHERE discount > 0"
    ).fetchall()
    assert evidence.endswith(f"discounts are {float(usual) * 100:g} % at most")


@pytest.mark.parametrize(("quantity", "count"), [("quantity + 1", 0), ("quantity", 1)])
def test_a_customer_who_takes_a_product_in_two_lines_may_do_so_again(quantity: str, count: int) -> None:
    """O17 has a line twice. O7, an earlier order of the customer, has the same product in lines of other quantities, or a line twice."""
    con = small_company()
    con.execute(TWICE.replace("O7", "O17"))
    con.execute(
        TWICE + ";" + _line(f"quantity = {quantity}", "O7-9")
        + "; UPDATE core.order_lines SET sku = (SELECT sku FROM core.order_lines WHERE line_id = 'O17-1') WHERE line_id IN ('O7-1', 'O7-9')"
    )  # fmt: skip
    assert [row[1] for row in findings(con, "line_twice")].count("O17-9") == count
