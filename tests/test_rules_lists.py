"""Rules for a small company that comes with one flat list: amounts with tax, orders typed twice, names without a master."""

import duckdb
import pytest

from tests.checks_fixture import small_company
from tests.rule_cases import findings, shipped_rules

# Every line is taxed at 19 %, but the product P-407 at 7 %; net, tax and gross add up.
TAXED_LINES = """
UPDATE core.order_lines SET tax_amount = round(net_amount * CASE sku WHEN 'P-407' THEN 0.07 ELSE 0.19 END, 2);
UPDATE core.order_lines SET gross_amount = net_amount + tax_amount;
"""
TAXED_ORDERS = """
UPDATE core.orders SET tax_amount = round(net_amount * 0.19, 2);
UPDATE core.orders SET gross_amount = net_amount + tax_amount;
"""
NO_MASTER = "DELETE FROM core.customers; UPDATE core.orders SET customer_id = NULL;"

AGAIN = """
INSERT INTO core.orders BY NAME SELECT * REPLACE ('D' AS order_id, 'sys:D' AS record_key, 'sys:D' AS order_key,
  requested_delivery_date + {later} AS requested_delivery_date, 999 AS _line) FROM core.orders WHERE order_id = 'O7';
INSERT INTO core.order_lines BY NAME SELECT * REPLACE ('D' AS order_id, 'sys:D' AS order_key) FROM core.order_lines WHERE order_id = 'O7';
"""

# rule, given, what breaks it, what just does not, the finding as (order, line, field, suggested)
CASES = [
    (
        "gross_mismatch",
        TAXED_ORDERS,
        "UPDATE core.orders SET gross_amount = 100 WHERE order_id = 'O7'",
        "UPDATE core.orders SET gross_amount = gross_amount + 0.02 WHERE order_id = 'O7'",
        ("O7", None, "gross_amount", "144.7"),
    ),
    (
        "gross_mismatch_line",
        TAXED_LINES,
        "UPDATE core.order_lines SET gross_amount = gross_amount + 1 WHERE line_id = 'O7-1'",
        "UPDATE core.order_lines SET gross_amount = gross_amount + 0.02 WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "gross_amount", "88.18"),
    ),
    (
        "wrong_tax",
        TAXED_ORDERS,
        "UPDATE core.orders SET tax_amount = round(net_amount * 0.16, 2), gross_amount = NULL WHERE order_id = 'O7'",
        "UPDATE core.orders SET tax_amount = tax_amount + 0.01, gross_amount = NULL WHERE order_id = 'O7'",
        ("O7", None, "tax_amount", "23.1"),
    ),
    (
        "wrong_tax_line",
        TAXED_LINES,
        "UPDATE core.order_lines SET tax_amount = round(net_amount * 0.07, 2), gross_amount = NULL WHERE line_id = 'O7-1'",
        "UPDATE core.order_lines SET tax_amount = tax_amount - 0.01, gross_amount = NULL WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "tax_amount", "14.08"),
    ),
    (
        "duplicate_order_in_list",
        NO_MASTER,
        AGAIN.format(later=0),
        AGAIN.format(later=3),
        ("D", None, "order_id", None),
    ),
    (
        "misspelt_customer_in_list",
        NO_MASTER,
        "UPDATE core.orders SET customer_name = 'Customer Number Hhhhh' || 'h' WHERE order_id = 'O7'",
        "UPDATE core.orders SET customer_name = 'Heavy Metal Works' WHERE order_id = 'O7'",
        ("O7", None, "customer_name", "Customer Number Hhhhh"),
    ),
]


@pytest.mark.parametrize(("name", "given", "breaks", "keeps", "found"), CASES, ids=[case[0] for case in CASES])
def test_a_rule_finds_what_breaks_it_and_nothing_else(
    name: str, given: str, breaks: str, keeps: str, found: tuple[str, ...]
) -> None:
    assert findings(_company(given, breaks), name) == [found]
    assert findings(_company(given, keeps), name) == []
    assert findings(_company(given), name) == []


def _company(*statements: str) -> duckdb.DuckDBPyConnection:
    con = small_company()
    for statement in statements:
        con.execute(statement)
    return con


@pytest.mark.parametrize(
    ("wrong", "field", "suggested"),
    [
        ("gross_amount = gross_amount - 10", "gross_amount", "91.71"),
        ("tax_amount = round(net_amount * 0.07, 2)", "tax_amount", "14.64"),
        ("net_amount = net_amount + 9", "net_amount", "77.07"),
    ],
)
def test_of_three_amounts_the_one_that_fits_no_rate_is_wrong(wrong: str, field: str, suggested: str) -> None:
    """A line of 77.07 net at 19 %: the other two amounts show which one is wrong, and what it should be."""
    con = _company(
        TAXED_LINES,
        "UPDATE core.order_lines SET net_amount = 77.07, tax_amount = 14.64, gross_amount = 91.71 WHERE line_id = 'O7-1'",
    )
    con.execute(f"UPDATE core.order_lines SET {wrong} WHERE line_id = 'O7-1'")
    assert findings(con, "gross_mismatch_line") == [("O7", "O7-1", field, suggested)]


def test_an_amount_of_a_line_is_not_told_again_at_the_order_made_of_it() -> None:
    con = _company(
        TAXED_LINES,
        "UPDATE core.order_lines SET gross_amount = gross_amount + 1, tax_amount = tax_amount + 7 WHERE line_id = 'O7-1'",
        "UPDATE core.orders SET _derived = true, _source = 'list', tax_amount = (SELECT sum(tax_amount) FROM core.order_lines l "
        "WHERE l.order_key = orders.order_key), gross_amount = (SELECT sum(gross_amount) FROM core.order_lines l WHERE l.order_key = orders.order_key)",
    )
    assert [found[:2] for found in findings(con, "gross_mismatch_line")] == [("O7", "O7-1")]
    assert findings(con, "gross_mismatch") == []


def test_a_customer_who_is_taxed_otherwise_is_no_error() -> None:
    """Customer C7 buys abroad: no tax on any of his lines."""
    con = _company(
        TAXED_LINES, "UPDATE core.order_lines SET tax_amount = 0, gross_amount = net_amount WHERE order_id LIKE 'O%7'"
    )
    assert findings(con, "wrong_tax_line") == []


def test_amounts_that_never_add_up_are_not_judged() -> None:
    con = _company(TAXED_LINES, "UPDATE core.order_lines SET gross_amount = net_amount + 2 * tax_amount")
    assert findings(con, "gross_mismatch_line") == []


def test_a_customer_who_orders_the_same_every_day_is_believed() -> None:
    """All orders of C7 have the same line and quantity; twice on one day says nothing then."""
    same = "UPDATE core.order_lines SET sku = 'P-407', quantity = 5, unit_price = 10 WHERE order_id LIKE 'O%7' OR order_id = 'D'"
    assert findings(_company(NO_MASTER, AGAIN.format(later=0), same), "duplicate_order_in_list") == []


def test_orders_of_a_program_may_be_alike() -> None:
    con = _company(NO_MASTER, AGAIN.format(later=0), "UPDATE core.users SET automatic = true WHERE user_id = 'u3'")
    assert findings(con, "duplicate_order_in_list") == []


def test_an_order_is_not_told_twice_as_entered_twice() -> None:
    con = _company(AGAIN.format(later=0))
    assert len(findings(con, "duplicate_order")) == 1
    assert findings(con, "duplicate_order_in_list") == []


@pytest.mark.parametrize(
    ("name", "customer_id", "found"),
    [("Customer Number Hhhhhh", "C7", 1), ("Customer Number Hhhhhh", "C99", 0), ("Customer Number Hhhhh 2", "C7", 0)],
)
def test_a_name_near_another_may_be_another_customer(name: str, customer_id: str, found: int) -> None:
    """With a key of his own he is; a digit makes two branches."""
    con = _company("DELETE FROM core.customers")
    con.execute(f"UPDATE core.orders SET customer_name = '{name}', customer_id = '{customer_id}' WHERE order_id = 'O7'")
    assert len(findings(con, "misspelt_customer_in_list")) == found


def test_a_name_of_few_orders_is_no_measure_for_others_and_the_rule_says_so() -> None:
    con = _company(NO_MASTER)
    con.execute("UPDATE core.orders SET customer_name = 'Once Alone' WHERE order_id = 'O7'")
    rule = shipped_rules()["misspelt_customer_in_list"]
    assert findings(con, rule) == [] and rule.cannot_tell is not None
    orders = con.execute("SELECT count(*) FROM core.orders GROUP BY customer_name").fetchall()
    few = sum(number for (number,) in orders if number < rule.parameters["established"])
    assert few >= 1 and con.execute(rule.cannot_tell.count).fetchone() == (few,)


@pytest.mark.parametrize(
    ("name", "found"), [("上海恒元机械有限公司", 1), ("上海宏元机械有限公司", 0), ("苏州恒远机械有限公司", 0)]
)
def test_one_sign_in_a_chinese_name_is_a_slip(name: str, found: int) -> None:
    con = _company(NO_MASTER, "UPDATE core.orders SET customer_name = '上海恒远机械有限公司' WHERE order_id LIKE 'O%7'")
    con.execute(f"UPDATE core.orders SET customer_name = '{name}' WHERE order_id = 'O7'")
    assert len(findings(con, "misspelt_customer_in_list")) == found


# A list in which the rows of its lines make the orders.
OF_ROWS = "UPDATE core.orders SET _derived = true, _source = 'list';"


def test_what_a_line_lacks_is_not_missing_in_its_order_too() -> None:
    con = _company(
        OF_ROWS,
        "UPDATE core.order_lines SET net_amount = NULL WHERE line_id = 'O7-1'; UPDATE core.orders SET net_amount = NULL WHERE order_id = 'O7'",
    )
    assert findings(con, "order_lines_net_amount_required") == [("O7", "O7-1", "net_amount", None)]
    assert findings(con, "orders_net_amount_required") == []


def test_what_the_order_alone_lacks_is_missing_there() -> None:
    con = _company(OF_ROWS, "UPDATE core.orders SET net_amount = NULL, payment_terms = NULL WHERE order_id = 'O7'")
    assert findings(con, "orders_net_amount_required") == [("O7", None, "net_amount", None)]
    assert findings(con, "orders_payment_terms_required") == [("O7", None, "payment_terms", None)]


@pytest.mark.parametrize(("total", "found"), [("net_amount + 1", 1), ("net_amount", 0)])
def test_a_total_that_stands_on_the_rows_is_judged(total: str, found: int) -> None:
    con = _company(OF_ROWS, f"UPDATE core.orders SET net_amount = {total} WHERE order_id = 'O7'")
    assert len(findings(con, "total_mismatch")) == found


def test_what_cannot_be_read_is_not_missing_too() -> None:
    con = _company(
        "UPDATE core.orders SET customer_id = NULL WHERE order_id = 'O7'",
        "INSERT INTO ingest.unreadable BY NAME SELECT 'orders' AS entity, 'sys:O7' AS record_key, 'customer_id' AS column_name, _file_no AS file_no, _line AS line FROM core.orders WHERE order_id = 'O7'",
    )
    assert findings(con, "orders_customer_id_required") == []
    con.execute("UPDATE ingest.unreadable SET line = -1")  # an earlier version was unreadable, this one is empty
    assert findings(con, "orders_customer_id_required") == [("O7", None, "customer_id", None)]
