"""A company's own rules as lists in YAML: every check and every name of Great Expectations finds all that breaks it."""

from pathlib import Path

import pytest

from expectations.catalogue import load_rules, read_catalogue
from expectations.check import run_checks
from expectations.gx_terms import terms
from expectations.own_rules import checks
from expectations.rule import Rule
from pipelines.errors import ConfigurationError
from pipelines.settings import Home, open_home
from tests.checks_fixture import empty_warehouse, put, small_company
from tests.rule_cases import findings


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = open_home(tmp_path, create=True)
    (made.config / "rules").mkdir()
    return made


def own_rules(home: Home, text: str, name: str = "own.yaml") -> list[Rule]:
    (home.config / "rules" / name).write_text(text, encoding="utf-8")
    return [rule for rule in load_rules(home) if rule.own]


# a line of YAML, what breaks it, what just does not, the records (order, or line) that are found
LINES = [
    (
        "{check: required, entity: orders, column: tax_amount, usually: 0, where: \"status = 'taxed'\"}",
        "UPDATE core.orders SET tax_amount = 1 WHERE order_id <> 'O7'; UPDATE core.orders SET status = 'taxed' WHERE order_id = 'O7'",
        "UPDATE core.orders SET status = 'taxed', tax_amount = 0 WHERE order_id = 'O7'",
        ["O7"],
    ),
    (
        "{check: allowed, entity: orders, column: status, allowed: [open, 10]}",
        "UPDATE core.orders SET status = '11' WHERE order_id = 'O7'",
        "UPDATE core.orders SET status = '10' WHERE order_id = 'O7'",
        ["O7"],
    ),
    (
        "{check: forbidden, entity: orders, column: status, forbidden: [test]}",
        "UPDATE core.orders SET status = 'test' WHERE order_id = 'O7'",
        "UPDATE core.orders SET status = 'tests' WHERE order_id = 'O7'",
        ["O7"],
    ),
    (
        "{check: format, entity: orders, column: order_id, pattern: 'O\\d+'}",
        "UPDATE core.orders SET order_id = 'xO7' WHERE order_id = 'O7'",
        "UPDATE core.orders SET order_id = 'O777777' WHERE order_id = 'O7'",
        ["xO7"],
    ),
    (
        "{check: matches, entity: orders, column: order_id, pattern: 'O\\d+'}",
        "UPDATE core.orders SET order_id = 'X7' WHERE order_id = 'O7'",
        "UPDATE core.orders SET order_id = 'xO7x' WHERE order_id = 'O7'",
        ["X7"],
    ),
    (
        "{check: unmatched, entity: orders, column: order_id, pattern: '^TEST'}",
        "UPDATE core.orders SET order_id = 'TEST7' WHERE order_id = 'O7'",
        "UPDATE core.orders SET order_id = 'aTEST7' WHERE order_id = 'O7'",
        ["TEST7"],
    ),
    (
        "{check: length, entity: orders, column: order_id, maximum: 5}",
        "UPDATE core.orders SET order_id = 'O12345' WHERE order_id = 'O7'",
        "UPDATE core.orders SET order_id = 'O1234' WHERE order_id = 'O7'",
        ["O12345"],
    ),
    (
        "{check: range, rule: dear, entity: order_lines, column: unit_price, maximum: 99, strictly_below: true}",
        "UPDATE core.order_lines SET unit_price = 99 WHERE line_id = 'O7-1'",
        "UPDATE core.order_lines SET unit_price = 98.99 WHERE line_id = 'O7-1'",
        ["O7-1"],
    ),
    (
        "{check: range, rule: old, entity: orders, column: ordered_at, minimum: 2026-01-02}",
        "UPDATE core.orders SET ordered_at = TIMESTAMP '2026-01-01 23:59:59' WHERE order_id = 'O7'",
        "UPDATE core.orders SET ordered_at = TIMESTAMP '2026-01-02' WHERE order_id = 'O7'",
        ["O7"],
    ),
    (
        "{check: reference, rule: seller, entity: orders, column: entered_by, where: \"ship_to LIKE 'C7%'\"}",
        "UPDATE core.orders SET entered_by = 'nobody' WHERE order_id = 'O7'",
        "UPDATE core.orders SET entered_by = 'nobody' WHERE order_id = 'O8'",
        ["O7"],
    ),
    (
        "{check: time_order, entity: orders, column: requested_delivery_date, after: ordered_at}",
        "UPDATE core.orders SET requested_delivery_date = ordered_at::DATE - 1 WHERE order_id = 'O7'",
        "UPDATE core.orders SET requested_delivery_date = ordered_at::DATE WHERE order_id = 'O7'",
        ["O7"],
    ),
    (
        "{check: greater, entity: order_lines, column: unit_price, than: discount}",
        "UPDATE core.order_lines SET unit_price = 0.05 WHERE line_id = 'O7-1'",
        "UPDATE core.order_lines SET unit_price = 0.06 WHERE line_id = 'O7-1'",
        ["O7-1"],
    ),
    (
        "{check: equal, entity: orders, column: customer_id, other: sales_org}",
        "UPDATE core.orders SET sales_org = CASE order_id WHEN 'O7' THEN 'C8' ELSE customer_id END",
        "UPDATE core.orders SET sales_org = CASE order_id WHEN 'O7' THEN NULL ELSE customer_id END",
        ["O7"],
    ),
    (
        "{check: empty, entity: orders, column: cancelled_at, where: \"status = 'open'\"}",
        "UPDATE core.orders SET cancelled_at = ordered_at WHERE order_id = 'O7'",
        "UPDATE core.orders SET cancelled_at = ordered_at, status = 'gone' WHERE order_id = 'O7'",
        ["O7"],
    ),
    (
        "{check: unique, entity: orders, column: channel, where: \"customer_id = 'C7'\"}",
        "UPDATE core.orders SET channel = 'x' WHERE order_id IN ('O7', 'O17', 'O8')",
        "UPDATE core.orders SET channel = 'x' WHERE order_id IN ('O7', 'O8')",
        ["O17", "O7"],
    ),
    (
        "{check: unique_together, entity: orders, columns: [channel, region]}",
        "UPDATE core.orders SET channel = 'x', region = 'N' WHERE order_id IN ('O7', 'O8')",
        "UPDATE core.orders SET channel = 'x', region = CASE order_id WHEN 'O7' THEN 'N' END WHERE order_id IN ('O6', 'O7', 'O8')",
        ["O7", "O8"],
    ),
    (
        "{check: date_plausible, rule: near, entity: orders, column: ordered_at, years: 1}",
        "UPDATE core.orders SET ordered_at = ordered_at + INTERVAL 2 YEAR WHERE order_id = 'O7'",
        "UPDATE core.orders SET ordered_at = ordered_at + INTERVAL 11 MONTH WHERE order_id = 'O7'",
        ["O7"],
    ),
    (
        "{expectation: ExpectColumnValuesToNotBeNull, rule: edi_org, entity: orders, column: sales_org, where: \"channel = 'edi'\"}",
        "UPDATE core.orders SET channel = 'edi', sales_org = CASE order_id WHEN 'O7' THEN NULL ELSE '1' END",
        "UPDATE core.orders SET sales_org = '1', channel = CASE order_id WHEN 'O7' THEN NULL ELSE 'edi' END",
        ["O7"],
    ),
    (
        "{expectation: ExpectColumnValuesToBeNull, entity: orders, column: region}",
        "UPDATE core.orders SET region = 'N' WHERE order_id = 'O7'",
        "UPDATE core.orders SET channel = 'N' WHERE order_id = 'O7'",
        ["O7"],
    ),
    (
        "{expectation: expect_column_values_to_be_in_set, entity: orders, column: status, value_set: [open], severity: critical}",
        "UPDATE core.orders SET status = 'Open' WHERE order_id = 'O7'",
        "UPDATE core.orders SET status = NULL WHERE order_id = 'O7'",
        ["O7"],
    ),
    (
        "{expectation: ExpectColumnValuesToNotBeInSet, entity: orders, column: status, value_set: [test]}",
        "UPDATE core.orders SET status = 'test' WHERE order_id = 'O7'",
        "UPDATE core.orders SET status = NULL WHERE order_id = 'O7'",
        ["O7"],
    ),
    (
        "{expectation: ExpectColumnValuesToMatchRegex, entity: orders, column: ship_to, regex: '/0[12]$', mostly: 1.0}",
        "UPDATE core.orders SET ship_to = 'C7/03' WHERE order_id = 'O7'",
        "UPDATE core.orders SET ship_to = 'C7/02' WHERE order_id = 'O7'",
        ["O7"],
    ),
    (
        "{expectation: ExpectColumnValuesToNotMatchRegex, entity: orders, column: ship_to, regex: '[^A-Z0-9/]'}",
        "UPDATE core.orders SET ship_to = 'C7 01' WHERE order_id = 'O7'",
        "UPDATE core.orders SET ship_to = 'C7/9' WHERE order_id = 'O7'",
        ["O7"],
    ),
    (
        "{expectation: ExpectColumnValuesToBeBetween, rule: few, entity: order_lines, column: quantity, min_value: 3, "
        "strict_min: true, max_value: 6}",
        "UPDATE core.order_lines SET quantity = 3 WHERE line_id = 'O7-1'",
        "UPDATE core.order_lines SET quantity = 3.0001 WHERE line_id = 'O7-1'",
        ["O7-1"],
    ),
    (
        "{expectation: ExpectColumnValueLengthsToBeBetween, entity: orders, column: currency, min_value: 3, max_value: 3}",
        "UPDATE core.orders SET currency = 'EU' WHERE order_id = 'O7'",
        "UPDATE core.orders SET currency = 'USD' WHERE order_id = 'O7'",
        ["O7"],
    ),
    (
        "{expectation: ExpectColumnValuesToBeUnique, entity: orders, column: region}",
        "UPDATE core.orders SET region = 'x' WHERE order_id IN ('O7', 'O8')",
        "UPDATE core.orders SET region = order_id",
        ["O7", "O8"],
    ),
    (
        "{expectation: ExpectCompoundColumnsToBeUnique, entity: order_lines, column_list: [order_id, sku]}",
        "UPDATE core.order_lines SET sku = (SELECT sku FROM core.order_lines WHERE line_id = 'O7-0') WHERE line_id = 'O7-1'",
        "UPDATE core.order_lines SET sku = NULL WHERE order_id = 'O7'",
        ["O7-0", "O7-1"],
    ),
    (
        "{expectation: ExpectColumnPairValuesAToBeGreaterThanB, entity: order_lines, column_A: unit_price, "
        "column_B: discount, or_equal: true}",
        "UPDATE core.order_lines SET unit_price = 0.04 WHERE line_id = 'O7-1'",
        "UPDATE core.order_lines SET unit_price = 0.05 WHERE line_id = 'O7-1'",
        ["O7-1"],
    ),
    (
        "{expectation: ExpectColumnPairValuesToBeEqual, entity: orders, column_A: customer_id, column_B: region}",
        "UPDATE core.orders SET region = CASE order_id WHEN 'O7' THEN 'C8' ELSE customer_id END",
        "UPDATE core.orders SET region = customer_id",
        ["O7"],
    ),
    (
        "{rule: weekend, entity: orders, fails_when: 'dayofweek(requested_delivery_date) IN ($days, 99)', sentence: x, "
        "field: requested_delivery_date, parameters: {days: 0}, where: \"order_id = 'O7'\"}",
        "UPDATE core.orders SET requested_delivery_date = DATE '2026-01-11'",
        "UPDATE core.orders SET requested_delivery_date = DATE '2026-01-12'",
        ["O7"],
    ),
    (
        "{rule: lonely, entity: orders, sentence: x, fails_when: "
        "'NOT EXISTS (FROM core.order_lines l WHERE l.order_key = t.order_key) -- none'}",
        "DELETE FROM core.order_lines WHERE order_id = 'O7'",
        "DELETE FROM core.order_lines WHERE line_id = 'O7-0'",
        ["O7"],
    ),
]


@pytest.mark.parametrize(("line", "breaks", "keeps", "found"), LINES)
def test_a_line_finds_every_record_that_breaks_it(
    home: Home, line: str, breaks: str, keeps: str, found: list[str]
) -> None:
    (rule,) = own_rules(home, f"- {line}\n")
    con = small_company()
    con.execute(breaks)
    assert [row[1] or row[0] for row in findings(con, rule)] == found
    con = small_company()
    con.execute(keeps)
    assert findings(con, rule) == []


def test_every_check_and_every_name_is_tried_above() -> None:
    tried = " ".join(line for line, *_ in LINES)
    assert [check for check in checks() if f"check: {check}," not in tried] == []
    assert [n for n in terms()["expectations"] if n not in tried and n != "ExpectColumnValuesToBeInSet"] == []


CONDITION = """
kinds:
  weekend_delivery: {title: Delivery on a weekend}
rules:
  - rule: no_weekend_delivery
    entity: orders
    fails_when: dayofweek(requested_delivery_date) IN (0, 6)
    where: order_class = 'sale'
    field: requested_delivery_date
    suggested: requested_delivery_date + (8 - isodow(requested_delivery_date))::INTEGER
    evidence: dayname(requested_delivery_date)
    confidence: 0.7
    sentence: "{observed} is a {evidence}; {suggested} would do."
    severity: low
    kind: weekend_delivery
    title: Nothing is delivered on a weekend
"""


def test_a_condition_gives_whole_findings(home: Home) -> None:
    own_rules(home, CONDITION)
    con = empty_warehouse()
    put(con, "orders", order_id="1", order_class="sale", requested_delivery_date="2026-06-06")
    put(con, "orders", order_id="2", order_class="sale", requested_delivery_date="2026-06-08")
    put(con, "orders", order_id="3", order_class="sale")
    put(con, "orders", order_id="4", order_class="sample", requested_delivery_date="2026-06-06")
    run_checks(con, home, "run1", True)
    found = con.execute(
        "SELECT order_id, order_key, field, kind, severity, observed, suggested, confidence, message "
        "FROM ledger.defects WHERE rule = 'no_weekend_delivery'"
    ).fetchall()
    assert found == [
        ("1", "sys:1", "requested_delivery_date", "weekend_delivery", "low", "2026-06-06", "2026-06-08", 0.7,
         "2026-06-06 is a Saturday; 2026-06-08 would do."),
    ]  # fmt: skip
    run = con.execute(
        "SELECT outcome, checked, failing FROM ledger.rule_runs WHERE rule = 'no_weekend_delivery'"
    ).fetchone()
    assert run == ("fail", 3, 1)
    assert read_catalogue(home).kinds["weekend_delivery"]["title"] == "Delivery on a weekend"
    # what pages call it
    titles = con.execute("SELECT title, is_value FROM ledger.kinds WHERE kind = 'weekend_delivery'").fetchall()
    assert titles == [("Delivery on a weekend", True)]


def test_a_rule_without_its_column_is_not_applicable(home: Home) -> None:
    own_rules(home, "- {check: forbidden, entity: orders, column: region, forbidden: [Mars]}")
    con = empty_warehouse()
    put(con, "orders", order_id="1")
    run_checks(con, home, "run1", True)
    found = con.execute(
        "SELECT outcome, reason FROM ledger.rule_runs WHERE rule = 'orders_region_forbidden'"
    ).fetchone()
    assert found == ("not_applicable", "Provide the column region of orders to switch this rule on.")


@pytest.mark.parametrize(
    ("said", "reach"),
    [
        ("entity: orders, fails_when: net_amount > 5", "record"),
        ("entity: orders, fails_when: ordered_at > (SELECT data_until FROM meta.now)", "clock"),
        ("entity: customers, fails_when: name = 'x'", "table"),
        ("entity: orders, fails_when: net_amount > 5, reach: order", "order"),
    ],
)
def test_how_far_a_condition_reaches(home: Home, said: str, reach: str) -> None:
    (rule,) = own_rules(home, f"- {{rule: own, sentence: x, {said}}}")
    assert rule.reach == reach


def test_own_rules_are_set_and_switched_off_like_others(home: Home) -> None:
    (home.config / "rules.yaml").write_text(
        "weekend: {severity: high, parameters: {days: [6]}}\nold: off\n", encoding="utf-8"
    )
    text = "- {rule: %s, entity: orders, sentence: x, fails_when: 'list_contains($days, 1)', parameters: {days: [1]}}\n"
    (rule,) = own_rules(home, text % "weekend" + text % "old")
    assert (rule.name, rule.severity, rule.parameters) == ("weekend", "high", {"days": [6]})
    assert "list_contains([6], 1)" in rule.sql


WRONG = [
    ("- {check: required, entity: order, column: region}", 1, "entity must be one of .*; did you mean 'orders'"),
    ("- {check: required, entity: orders, colum: region}", 1, "check required has no 'colum'; did you mean 'column'"),
    ("- {check: required, entity: orders, column: regoin}", 1, "a column of orders, not 'regoin'; did you mean 'region'"),
    ("- {check: requird, entity: orders, column: region}", 1, "not 'requird'; did you mean 'required'"),
    ("- {check: required, column: region}", 1, "the check required must say its `entity`"),
    ("- {check: required, entity: orders}", 1, "must say `column`"),
    ("- {check: required, entity: orders, column: tax_amount, usually: 90}", 1, "usually must be a share"),
    ("- {check: required, entity: orders, column: region}", 1, "name orders_region_required is taken by a rule that ships"),
    ("- {check: range, entity: orders, column: channel, minimum: 3}", 1, "with a number or a time, not 'channel'"),
    ("- {check: range, entity: orders, column: tax_amount}", 1, "must say `minimum` or `maximum`"),
    ("- check: range\n  rule: x\n  entity: orders\n  column: ordered_at\n  minimum: soon", 5, "minimum of x cannot be compared: .*soon"),
    ("- {check: time_order, entity: orders, column: channel, after: ordered_at}", 1, "with a time, not 'channel'"),
    ("- {check: reference, entity: orders, column: net_amount}", 1, "that points at another entity"),
    ("- {check: allowed, entity: orders, column: region}", 1, "must say the values of region"),
    ("- {check: allowed, entity: orders, column: region, allowed: []}", 1, "a list of values"),
    ("- {check: allowed, entity: order_lines, column: quantity, allowed: [1, x]}", 1, "cannot be run: Conversion Error"),
    ("- {check: format, entity: orders, column: region, pattern: '['}", 1, r"cannot be run: .*missing \]"),
    ("- {check: unique_together, entity: orders, columns: [region, x]}", 1, "columns must be a list of columns of orders"),
    ("- {check: conflict, entity: orders}", 1, "check must be one of"),
    ("- {check: required, fails_when: x, entity: orders}", 1, "either check, expectation or fails_when; this one says check and"),
    ("- {entity: orders}", 1, "this one says none of them"),
    ("- hello", 1, "a rule must be"),
    ("- {rule: a, check: unique, entity: orders, column: region}\n- {rule: a, check: unique, entity: orders, column: channel}", 2,
     "the name a is taken by a rule of .*own.yaml, line 1"),
    ("check: required", 1, "a list of rules has no 'check'; known are: kinds, rules"),
    ("rules: {check: required}", 1, "rules must be a list"),
    ("hello", 1, "a list of rules is one"),
    ("- {rule: No Spaces, entity: orders, fails_when: 'true', sentence: x}", 1, "rule must be a name in small letters"),
    ("- {rule: a, entity: orders, fails_when: 'true'}", 1, "a condition must say `sentence`"),
    ("- {entity: orders, fails_when: 'true', sentence: x}", 1, "a condition must say `rule`"),
    ("- {rule: a, entity: orders, fails_when: 'true', sentence: 'no {orderid}'}", 1, r"no \{orderid\} to fill in; known are: field"),
    ("- {rule: a, entity: orders, fails_when: 'true', sentence: x, kind: weekend}", 1, "kind must be a kind .*, not 'weekend'"),
    ("- {rule: a, entity: orders, fails_when: 'true', sentence: x, severity: bad}", 1, "severity must be one of low, medium, high"),
    ("- {rule: a, entity: orders, fails_when: 'true', sentence: x, line_of_defence: 4}", 1, "line_of_defence must be one of 1, 2, 3"),
    ("- {rule: a, entity: orders, fails_when: 'true', sentence: x, needs: [orders.regoin]}", 1, "needs: orders has no column 'regoin'"),
    ("- {rule: a, entity: orders, fails_when: 'true', sentence: x, needs: user}", 1, "needs: 'user' is no entity; did you mean 'users'"),
    ("- {rule: a, entity: orders, fails_when: 'true', sentence: x, field: regoin}", 1, "did you mean 'region'"),
    ("- rule: a\n  entity: orders\n  sentence: x\n  fails_when: requested_date > ordered_at", 4,
     "Referenced column \"requested_date\" not found .*; did you mean 'requested_delivery_date'"),
    ("- rule: a\n  entity: orders\n  sentence: x\n  where: t.regoin = 'x'\n  fails_when: 'true'", 4, "did you mean 'region'"),
    ("- rule: a\n  entity: orders\n  sentence: x\n  fails_when: 'true'\n  suggested: uper(region)", 5, 'Did you mean "upper"'),
    ("- {rule: a, entity: orders, sentence: x, fails_when: 'net_amount >'}", 1, "Parser Error: syntax error"),
    ("- {rule: a, entity: orders, sentence: x, fails_when: 'true) OR (true'}", 1, "Parser Error: syntax error"),
    ("- {rule: a, entity: orders, sentence: x, fails_when: 'true; DROP TABLE core.orders'}", 1, "Parser Error: syntax error"),
    ("- {rule: a, entity: orders, sentence: x, fails_when: net_amount}", 1, r"it gives DECIMAL\(18,4\), not true or false"),
    ("- {rule: a, entity: orders, sentence: x, fails_when: sum(net_amount) > 3}", 1, "cannot contain aggregates"),
    ("- {rule: a, entity: orders, sentence: x, fails_when: EXISTS (FROM core.order)}", 1, 'Did you mean "orders"'),
    ("- {rule: a, entity: orders, sentence: x, fails_when: net_amount > $limit}", 1, r"uses \$limit, which `parameters` does not set"),
    ("kinds: {wrong_price: {title: x}}", 1, "the kind wrong_price is there already: Wrong price"),
    ("kinds:\n  odd: {tile: x}", 2, "the kind odd has no 'tile'; did you mean 'title'"),
    ("kinds:\n  odd: {}", 2, "the kind odd must say its `title`"),
    ("kinds: [odd]", 1, "kinds must be"),
    ("- {expectation: ExpectColumnValuesToBeInSett, entity: orders}", 1, "not taken: .*; did you mean 'ExpectColumnValuesToBeInSet'"),
    ("- {expectation: ExpectColumnValuesToBeInSet, entity: orders, column: region, values: [x]}", 1, "has no 'values'; did you mean 'value_set'"),
    ("- {expectation: ExpectColumnValuesToBeInSet, entity: orders, column: region, value_set: [x], mostly: 0.9}", 1, "every record that fails is kept"),
    ("- {expectation: ExpectColumnValuesToBeInSet, entity: orders, column: region, value_set: [x], row_condition: y}", 1, "as `where`"),
    ("- {expectation: ExpectColumnMeanToBeBetween, entity: orders, column: net_amount}", 1, "names no record"),
    ("- {expectation: ExpectTableRowCountToBeBetween, entity: orders}", 1, "names no record"),
    ("- {expectation: ExpectColumnValuesToBeOfType, entity: orders}", 1, "types are settled when a file is read"),
    ("- {expectation: UnexpectedRowsExpectation, entity: orders}", 1, "a file of its own"),
    ("- {expectation: ExpectColumnValueZScoresToBeLessThan, entity: orders}", 1, "write the condition itself as `fails_when`"),
    ("- [", 1, "not valid YAML"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "words"), WRONG)
def test_whatever_is_wrong_is_told_with_its_line(home: Home, text: str, line: int, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as caught:
        own_rules(home, text + "\n")
    place = caught.value.place
    assert place is not None and place.file == str(home.config / "rules" / "own.yaml")
    assert place.line == line or "YAML" in words
    assert caught.value.exit_code == 2


def test_bytes_that_are_no_text_are_told(home: Home) -> None:
    for name in ("own.yaml", "own.sql"):
        path = home.config / "rules" / name
        path.write_bytes(b"rules: []\n# \xff\n")
        with pytest.raises(ConfigurationError, match="not UTF-8") as caught:
            load_rules(home)
        assert caught.value.place is not None and caught.value.place.line == 2
        path.unlink()


def test_a_kind_serves_every_file_of_the_company(home: Home) -> None:
    own_rules(home, "kinds: {odd_region: {title: A region that is odd}}", "a.yaml")
    (rule,) = own_rules(home, "- {check: forbidden, entity: orders, column: region, forbidden: [x], kind: odd_region}")
    assert rule.kind == "odd_region"


def test_empty_lists_and_other_files_are_no_rules(home: Home) -> None:
    (home.config / "rules" / "README.md").write_text("notes", encoding="utf-8")
    assert own_rules(home, "# nothing yet\n") == []
    assert own_rules(home, "kinds: {odd_region: {title: A region that is odd}}\n") == []
