"""The page 'Your own rules': each example is loaded as it is printed, and finds what breaks it and nothing else."""

import re
from pathlib import Path

import pytest

from expectations.catalogue import load_rules
from expectations.rule import Rule
from pipelines.errors import ConfigurationError
from pipelines.settings import Home, open_home
from tests.checks_fixture import small_company
from tests.rule_cases import findings

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "rules.md").read_text(encoding="utf-8")
EXAMPLES = dict(
    re.findall(r"`config/(rules(?:/\w+)?\.(?:yaml|sql))`[^`]*\n\n```(?:yaml|sql)\n(.*?)```", PAGE, re.DOTALL)
)
REGIONS = (
    "UPDATE core.orders SET region = 'North', channel = 'web', order_number = '00000001', gross_amount = net_amount;"
)
LINE_NUMBERS = "UPDATE core.order_lines SET line_no = line_id[-1];"

# rule -> what the company needs first, what breaks it, what just does not, what is found (order, line, field, suggested)
CASES = {
    "orders_region_allowed": (
        REGIONS,
        "UPDATE core.orders SET region = 'Mars' WHERE order_id = 'O7'",
        "UPDATE core.orders SET region = NULL WHERE order_id = 'O7'",
        [("O7", None, "region", None)],
    ),
    "orders_order_number_format": (
        REGIONS,
        "UPDATE core.orders SET order_number = '123456789' WHERE order_id = 'O7'",
        "UPDATE core.orders SET order_number = '12345678' WHERE order_id = 'O7'",
        [("O7", None, "order_number", None)],
    ),
    "no_giant_quantity": (
        "",
        "UPDATE core.order_lines SET quantity = 10000.5 WHERE line_id = 'O7-1'",
        "UPDATE core.order_lines SET quantity = 10000 WHERE line_id = 'O7-1'",
        [("O7", "O7-1", "quantity", None)],
    ),
    "rush_has_a_date": (
        "",
        "UPDATE core.orders SET order_type = 'rush', requested_delivery_date = NULL WHERE order_id = 'O7'",
        "UPDATE core.orders SET requested_delivery_date = NULL WHERE order_id = 'O7'",
        [("O7", None, "requested_delivery_date", None)],
    ),
    "no_weekend_delivery": (
        "UPDATE core.orders SET requested_delivery_date = DATE '2026-03-02';",
        "UPDATE core.orders SET requested_delivery_date = DATE '2026-03-01' WHERE order_id = 'O7'",
        "UPDATE core.orders SET requested_delivery_date = NULL WHERE order_id = 'O7'",
        [("O7", None, "requested_delivery_date", "2026-03-02")],
    ),
    "big_order_has_an_owner": (
        "",
        "UPDATE core.orders SET net_amount = 5000.01, entered_by = NULL WHERE order_id = 'O7'",
        "UPDATE core.orders SET net_amount = 5000, entered_by = NULL WHERE order_id = 'O7'",
        [("O7", None, "entered_by", None)],
    ),
    "no_sample_with_a_price": (
        "DELETE FROM core.order_lines WHERE line_id = 'O7-0';",
        "UPDATE core.orders SET order_class = 'sample' WHERE order_id = 'O7'",
        "UPDATE core.orders SET order_class = 'sample' WHERE order_id = 'O7'; "
        "UPDATE core.order_lines SET net_amount = 0 WHERE order_id = 'O7'",
        [("O7", "O7-1", "net_amount", "0")],
    ),
    "promise_is_kept_or_moved": (
        "UPDATE core.orders SET promised_delivery_date = DATE '2026-07-01';",
        "UPDATE core.orders SET promised_delivery_date = DATE '2026-05-28' WHERE order_id = 'O7'",
        "UPDATE core.orders SET promised_delivery_date = DATE '2026-05-29' WHERE order_id = 'O7'",
        [("O7", None, "promised_delivery_date", None)],
    ),
    "orders_channel_allowed": (
        REGIONS,
        "UPDATE core.orders SET channel = 'fax' WHERE order_id = 'O7'",
        "UPDATE core.orders SET channel = NULL WHERE order_id = 'O7'",
        [("O7", None, "channel", None)],
    ),
    "orders_gross_amount_greater": (
        REGIONS,
        "UPDATE core.orders SET gross_amount = net_amount - 0.01 WHERE order_id = 'O7'",
        "UPDATE core.orders SET gross_amount = NULL WHERE order_id = 'O7'",
        [("O7", None, "gross_amount", None)],
    ),
    "order_lines_order_id_line_no_unique_together": (
        LINE_NUMBERS,
        "UPDATE core.order_lines SET line_no = '1' WHERE order_id = 'O7'",
        "UPDATE core.order_lines SET line_no = NULL WHERE order_id = 'O7'",
        [("O7", "O7-0", "order_id", None), ("O7", "O7-1", "order_id", None)],
    ),
    "same_day_split": (
        "",
        "UPDATE core.orders SET ordered_at = TIMESTAMP '2026-01-02 23:00' WHERE order_id IN ('O7', 'O17', 'O27', 'O37')",
        "UPDATE core.orders SET ordered_at = TIMESTAMP '2026-01-02 23:00' WHERE order_id IN ('O7', 'O17', 'O27')",
        [(order, None, "customer_id", None) for order in ("O17", "O27", "O37", "O7")],
    ),
}


@pytest.fixture(scope="module")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = open_home(tmp_path_factory.mktemp("examples"), create=True)
    (home.config / "rules").mkdir()
    for name, text in EXAMPLES.items():
        (home.config / name).write_text(text, encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def own_rules(own_home: Home) -> dict[str, Rule]:
    return {rule.name: rule for rule in load_rules(own_home) if rule.own}


def test_every_example_of_the_page_is_tried(own_rules: dict[str, Rule]) -> None:
    assert set(own_rules) == set(CASES)
    assert len(EXAMPLES) == len(re.findall(r"```(?:yaml|sql)\n", PAGE)) == 6


@pytest.mark.parametrize("name", CASES)
def test_an_example_finds_what_breaks_it_and_nothing_else(name: str, own_rules: dict[str, Rule]) -> None:
    given, breaks, keeps, found = CASES[name]
    con = small_company()
    con.execute(given + breaks)
    assert findings(con, own_rules[name]) == found
    con = small_company()
    con.execute(given + keeps)
    assert findings(con, own_rules[name]) == []


def test_the_page_sets_rules_otherwise(own_home: Home, own_rules: dict[str, Rule]) -> None:
    assert "wrong_terms" not in {rule.name for rule in load_rules(own_home)}
    assert own_rules["no_weekend_delivery"].severity == "high"
    assert own_rules["big_order_has_an_owner"].parameters == {"limit": 5000}


def test_what_the_page_says_is_refused_is_refused(own_home: Home) -> None:
    path = own_home.config / "rules" / "more.yaml"
    path.write_text("- {check: required, entity: orders, column: region}\n", encoding="utf-8")
    try:
        with pytest.raises(ConfigurationError, match="is taken"):
            load_rules(own_home)
    finally:
        path.unlink()
