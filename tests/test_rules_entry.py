"""Rules about what is entered: required fields by entry template and by custom, prices and places by history."""

from pathlib import Path

import pytest

from expectations.entry_templates import load_entry_templates, write_entry_templates
from pipelines.errors import ConfigurationError
from pipelines.settings import Home
from tests.checks_fixture import small_company
from tests.rule_cases import Case, findings

# Three of four orders come by EDI and carry their terms and a tax; the others do neither.
BY_CHANNEL = """
UPDATE core.orders SET channel = CASE WHEN _line % 4 > 0 THEN 'EDI' ELSE 'phone' END;
UPDATE core.orders SET tax_amount = CASE WHEN channel = 'EDI' THEN 1 END, payment_terms = CASE WHEN channel = 'EDI' THEN 'NET30' END;
UPDATE core.order_lines SET tax_amount = CASE WHEN order_key IN (SELECT order_key FROM core.orders WHERE channel = 'EDI') THEN 1 END;
"""


def _demand(entity: str, field: str, required: str = "true", channels: str = "[]") -> str:
    return (
        "CREATE TABLE work.entry_templates AS SELECT 0 AS template_no, 3 AS line, "
        f"'{entity}' AS entity, '{field}' AS field, {required} AS required, []::VARCHAR[] AS order_types, "
        f"{channels}::VARCHAR[] AS channels, []::VARCHAR[] AS order_classes, []::VARCHAR[] AS sales_orgs;"
    )


# fmt: off
CASES = [
    Case("orders_learned_fields", "UPDATE core.orders SET tax_amount = NULL WHERE order_id = 'O7'",
         "UPDATE core.orders SET tax_amount = NULL WHERE _line % 20 = 7", ("O7", None, "tax_amount", None), BY_CHANNEL),
    Case("orders_learned_fields", "UPDATE core.orders SET payment_terms = NULL WHERE order_id = 'O7'",
         "UPDATE core.orders SET payment_terms = NULL WHERE order_id = 'O8'", ("O7", None, "payment_terms", None), BY_CHANNEL),
    Case("order_lines_learned_fields", "UPDATE core.order_lines SET tax_amount = NULL WHERE line_id = 'O7-1'",
         "UPDATE core.order_lines SET tax_amount = NULL WHERE line_id = 'O8-1'", ("O7", "O7-1", "tax_amount", None), BY_CHANNEL),
    Case("orders_entry_template", "UPDATE core.orders SET department = 'Sales' WHERE order_id <> 'O7'",
         "UPDATE core.orders SET department = 'Sales' WHERE order_id <> 'O8'", ("O7", None, "department", None),
         BY_CHANNEL + _demand("orders", "department", channels="['edi']")),
    Case("order_lines_entry_template", "UPDATE core.order_lines SET description = 'x' WHERE line_id <> 'O7-1'",
         "UPDATE core.order_lines SET description = 'x'", ("O7", "O7-1", "description", None), _demand("order_lines", "description")),
    # The rule about the whole source leaves to a template what that judges, and what a kind of order does without.
    Case("orders_ship_to_required", "UPDATE core.orders SET ship_to = NULL WHERE order_id = 'O7'",
         _demand("orders", "ship_to") + "UPDATE core.orders SET ship_to = NULL WHERE order_id = 'O7'", ("O7", None, "ship_to", None)),
    Case("orders_ship_to_required", "UPDATE core.orders SET ship_to = NULL WHERE order_id = 'O7'",
         _demand("orders", "ship_to", "false") + "UPDATE core.orders SET ship_to = NULL WHERE order_id = 'O7'", ("O7", None, "ship_to", None)),
    Case("orders_ship_to_required", "UPDATE core.orders SET ship_to = NULL WHERE order_id = 'O7'",
         "UPDATE core.orders SET ship_to = NULL, order_type = 'walk-in' WHERE _line % 2000 < 50", ("O7", None, "ship_to", None),
         "INSERT INTO core.orders BY NAME SELECT o.* REPLACE ('N' || order_id || n AS order_id, 'sys:N' || order_id || n AS record_key, "
         "400 * n + _line AS _line) FROM core.orders o, range(1, 5) s(n)"),
    Case("unusual_price", "UPDATE core.order_lines SET unit_price = unit_price * 10 WHERE line_id = 'O7-1'",
         "UPDATE core.order_lines SET unit_price = unit_price * 10 WHERE sku = 'P-518' AND order_id IN ('O7', 'O14')",
         ("O7", "O7-1", "unit_price", "13.0"), "DELETE FROM core.prices"),
    Case("unusual_price", "UPDATE core.order_lines SET unit_price = unit_price / 24 WHERE line_id = 'O7-1'",
         "UPDATE core.order_lines SET unit_price = unit_price * 15 WHERE line_id = 'O7-1'", ("O7", "O7-1", "unit_price", "13.0"),
         "DELETE FROM core.prices"),
    Case("unusual_price", "UPDATE core.order_lines SET unit_price = unit_price * 100 WHERE line_id = 'O7-1'; DELETE FROM core.prices",
         "UPDATE core.order_lines SET unit_price = unit_price * 100 WHERE line_id = 'O7-1'", ("O7", "O7-1", "unit_price", "13.0")),
    Case("unused_ship_to", "UPDATE core.orders SET ship_to = 'C2/01' WHERE order_id = 'O7'",
         "UPDATE core.orders SET ship_to = 'a new place' WHERE order_id = 'O7'", ("O7", None, "ship_to", "C7/01"),
         "UPDATE core.customers SET ship_tos = NULL"),
    Case("unused_ship_to", "UPDATE core.orders SET ship_to = 'C2/01' WHERE order_id = 'O7'; UPDATE core.customers SET ship_tos = NULL",
         "UPDATE core.orders SET ship_to = 'C2/01' WHERE order_id = 'O7'", ("O7", None, "ship_to", "C7/01")),
    Case("unused_ship_to", "UPDATE core.orders SET ship_to = 'C2/01' WHERE order_id = 'O7'",
         "UPDATE core.orders SET ship_to = 'C2/01' WHERE order_id IN ('O7', 'O17')", ("O7", None, "ship_to", "C7/01"),
         "UPDATE core.customers SET ship_tos = NULL"),
]
# fmt: on


@pytest.mark.parametrize("case", CASES, ids=[f"{case.rule}-{n}" for n, case in enumerate(CASES)])
def test_an_entry_that_breaks_a_rule_and_one_that_just_does_not(case: Case) -> None:
    for sql, expected in ((case.breaks, [case.found]), (case.keeps, [])):
        con = small_company()
        con.execute(case.given or "SELECT 1")
        con.execute(sql)
        assert findings(con, case.rule) == expected


def _templates(home: Path, text: str) -> Home:
    (home / "config").mkdir()
    (home / "config" / "entry_templates.yaml").write_text(text, encoding="utf-8")
    return Home(home)


TEXT = """
- required: [customer_id, ship_to, order_lines.sku, quantity]
- when: {order_type: ZFR, channels: [EDI, Portal]}
  required: promised_delivery_date
  optional: [ship_to]
"""


def test_the_last_template_that_names_a_field_decides(tmp_path: Path) -> None:
    con = small_company()
    con.execute(
        "UPDATE core.orders SET channel = 'portal', order_type = CASE WHEN order_id = 'O8' THEN 'ZFR' ELSE 'ZOR' END; "
        "UPDATE core.orders SET ship_to = NULL WHERE order_id IN ('O7', 'O8'); UPDATE core.order_lines SET sku = NULL WHERE line_id = 'O9-1'"
    )
    write_entry_templates(con, load_entry_templates(_templates(tmp_path, TEXT)))
    assert findings(con, "orders_entry_template") == [
        ("O7", None, "ship_to", None),
        ("O8", None, "promised_delivery_date", None),
    ]
    assert findings(con, "order_lines_entry_template") == [("O9", "O9-1", "sku", None)]
    assert con.execute("SELECT DISTINCT evidence FROM work.rule_hits").fetchall() == [
        ("the entry template (line 2) asks for it in lines of orders of type ZOR by portal",)
    ]


def test_without_templates_nothing_is_asked_for(tmp_path: Path) -> None:
    assert load_entry_templates(Home(tmp_path)) == ()
    assert load_entry_templates(_templates(tmp_path, "# to come\n")) == ()


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("required: [ship_to]", 1, "a list of"),
        ("- ship_to", 1, "an entry template must be"),
        ("- when: {channel: EDI}", 1, "`required` or `optional`"),
        ("- required: [customer_id]\n- required: [ship_too]", 2, "did you mean 'ship_to'?"),
        ("- when: {chanel: EDI}\n  required: [ship_to]", 1, "did you mean 'channel'?"),
        ("- required: [order_lines.ship_to]", 1, "is no field that is entered"),
        ("- required: 3\n  optional: {}", 2, "a text or a list of texts"),
        ("- require: [ship_to]", 1, "did you mean 'required'?"),
    ],
)
def test_a_wrong_template_is_told_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_entry_templates(_templates(tmp_path, text))
    assert said in str(caught.value)
    assert f"line {line}" in str(caught.value)
