"""Rules about texts: odd characters, free text in codes, forms learned from the source, spellings of frequent values."""

import duckdb
import pytest

from expectations import ledger
from expectations.ledger import define_macros
from expectations.measure import measure_norms
from pipelines.contract import entities
from tests.checks_fixture import empty_warehouse, small_company
from tests.rule_cases import Case, findings

CUSTOMERS = """
INSERT INTO core.customers BY NAME SELECT 'C1' || lpad(i::VARCHAR, 2, '0') AS customer_id, 'Firm ' || i AS name, 'North' AS region,
  'Germany' AS country, 'sys' AS _system, 'sys:K' || i AS record_key, false AS _derived FROM range(60) r(i);
"""
PRODUCTS = """
INSERT INTO core.products BY NAME SELECT 'P-' || 1000 + i AS sku, 'Part ' || i AS name, 'Fixings' AS family,
  'sys' AS _system, 'sys:K' || i AS record_key, false AS _derived FROM range(60) r(i);
"""
EXCEPTIONS = """
INSERT INTO core.exceptions BY NAME SELECT 'E' || i AS exception_id, 'O' || i AS order_id, 'sys:O' || i AS order_key,
  'credit_hold' AS type, 'clerk' || 100 + i // 4 AS raised_by, 'sys' AS _system, 'sys:E' || i AS record_key, false AS _derived
FROM range(100) r(i);
"""
CHANNELS = "UPDATE core.orders SET channel = ['portal', 'phone', 'e-mail'][(1 + _line % 3)::INTEGER];"


def _order(column: str, value: str, order: str = "O7") -> str:
    return f"UPDATE core.orders SET {column} = {value} WHERE order_id = '{order}'"


def _line(column: str, value: str) -> str:
    return f"UPDATE core.order_lines SET {column} = {value} WHERE line_id = 'O7-1'"


def _master(entity: str, column: str, value: str, record: str = "sys:K7") -> str:
    return f"UPDATE core.{entity} SET {column} = {value} WHERE record_key = '{record}'"


# fmt: off
CASES = [
    Case("orders_odd_characters", _order("ship_to", "'C７/01'"), _order("ship_to", "'上海市（浦东）路'"), ("O7", None, "ship_to", "C7/01")),
    Case("orders_odd_characters", _order("customer_name", "'Customer' || chr(8203) || ' Number Hhhhh'"),
         _order("customer_name", "'Customer’s – Number Hhhhh'"), ("O7", None, "customer_name", "Customer Number Hhhhh")),
    Case("orders_odd_characters", _order("customer_name", "'MÃ¼ller'"), _order("customer_name", "'MÃLLER'"), ("O7", None, "customer_name", "Müller")),
    Case("orders_odd_characters", _order("customer_name", "'Customer Number Hh' || chr(65533) || 'hh'"),
         _order("customer_name", "'Customer Number Hh?hh'"), ("O7", None, "customer_name", "Customer Number Hhhhh")),
    Case("orders_odd_characters", _order("payment_terms", "'NЕT30'"), _order("payment_terms", "'НЕТ'"), ("O7", None, "payment_terms", "NET30")),
    Case("orders_odd_characters", _order("customer_name", "'Customer' || chr(160) || 'Number Hhhhh'"),  # one of four hundred, then one of ten
         "UPDATE core.orders SET customer_name = replace(customer_name, ' ', chr(160)) WHERE customer_id = 'C7'",
         ("O7", None, "customer_name", "Customer Number Hhhhh")),
    Case("order_lines_odd_characters", _line("sku", "'P－518'"), _line("description", "'Kabelbinder 200 µm'"), ("O7", "O7-1", "sku", "P-518")),
    Case("customers_odd_characters", _master("customers", "name", "'Firm' || chr(173) || ' 7'"),
         _master("customers", "name", "'富士（中国）有限公司'"), (None, None, "name", "Firm 7"), CUSTOMERS),
    Case("products_odd_characters", _master("products", "name", "'Part &amp; 7'"), _master("products", "name", "'Part & 7;'"),
         (None, None, "name", "Part & 7"), PRODUCTS),
    Case("exceptions_odd_characters", _master("exceptions", "type", "'credit' || chr(7) || '_hold'", "sys:E7"),
         _master("exceptions", "type", "'crédit_hold'", "sys:E7"), ("O7", None, "type", "credit_hold"), EXCEPTIONS),
    Case("orders_text_in_code", _order("ship_to", "'the usual place'"), _order("ship_to", "'C7/77'"), ("O7", None, "ship_to", None)),
    Case("orders_text_in_code", _order("payment_terms", "'as agreed by phone with NET30'"), _order("payment_terms", "'in advance'"),
         ("O7", None, "payment_terms", "NET30")),
    Case("order_lines_text_in_code", _line("sku", "'see mail'"), _line("description", "'see mail'"), ("O7", "O7-1", "sku", None)),
    Case("customers_text_in_code", _master("customers", "customer_id", "'ask Miller'"), _master("customers", "name", "'ask Miller'"),
         (None, None, "customer_id", None), CUSTOMERS),
    Case("products_text_in_code", _master("products", "sku", "'out of stock'"), _master("products", "name", "'out of stock'"),
         (None, None, "sku", None), PRODUCTS),
    Case("exceptions_text_in_code", _master("exceptions", "type", "'customer did not pay the last bill'", "sys:E7"),
         _master("exceptions", "type", "'price block'", "sys:E7"), ("O7", None, "type", None), EXCEPTIONS),
    Case("orders_learned_format", _order("order_id", "'O1-007'", "O1007"), _order("order_id", "'O1999'", "O1007"),
         ("O1-007", None, "order_id", "O1007"), "UPDATE core.orders SET order_id = 'O1' || lpad(_line::VARCHAR, 3, '0')"),
    Case("order_lines_learned_format", _line("sku", "'p518'"), _line("sku", "'P-999'"), ("O7", "O7-1", "sku", "P-518"),
         "UPDATE core.order_lines SET sku = 'P-' || 500 + _line % 60"),
    Case("customers_learned_format", _master("customers", "customer_id", "'c107'"), _master("customers", "customer_id", "'C1107'"),
         (None, None, "customer_id", "C107"), CUSTOMERS),
    Case("products_learned_format", _master("products", "sku", "'P1007'"), _master("products", "sku", "'P-9007'"),
         (None, None, "sku", "P-1007"), PRODUCTS),
    Case("exceptions_learned_format", _master("exceptions", "raised_by", "'clerk-101'", "sys:E7"),
         _master("exceptions", "raised_by", "'clerk199'", "sys:E7"), ("O7", None, "raised_by", "clerk101"), EXCEPTIONS),
    Case("orders_spelling", _order("channel", "'pohne'"), _order("channel", "'fax'"), ("O7", None, "channel", "phone"), CHANNELS),
    Case("orders_spelling", _order("channel", "'E MAIL'"), "UPDATE core.orders SET channel = 'E MAIL' WHERE customer_id = 'C7'",
         ("O7", None, "channel", "e-mail"), CHANNELS),
    Case("orders_spelling", _order("payment_terms", "'NET3O'") + "; UPDATE core.customers SET payment_terms = NULL",
         _order("payment_terms", "'NET3O'"), ("O7", None, "payment_terms", "NET30")),
    Case("orders_spelling", _order("region", "'Iraland'"), _order("region", "'Iceland'"), ("O7", None, "region", "Ireland"),
         "UPDATE core.orders SET region = 'Ireland'"),
    Case("order_lines_spelling", _line("status", "'deliverd'"), _line("status", "'rejected'"), ("O7", "O7-1", "status", "delivered"),
         "UPDATE core.order_lines SET status = 'delivered'"),
    Case("customers_spelling", _master("customers", "country", "'Germnay'"), _master("customers", "country", "'Norway'"),
         (None, None, "country", "Germany"), CUSTOMERS),
    Case("products_spelling", _master("products", "family", "'FIXINGS.'"), _master("products", "family", "'Fixings 2'"),
         (None, None, "family", "Fixings"), PRODUCTS),
    Case("exceptions_spelling", _master("exceptions", "type", "'credit-hold'", "sys:E7"), _master("exceptions", "type", "'price_block'", "sys:E7"),
         ("O7", None, "type", "credit_hold"), EXCEPTIONS),
]
# fmt: on


@pytest.mark.parametrize("case", CASES, ids=[f"{case.rule}-{n}" for n, case in enumerate(CASES)])
def test_a_text_that_breaks_a_rule_and_one_that_just_does_not(case: Case) -> None:
    for sql, expected in ((case.breaks, [case.found]), (case.keeps, [])):
        con = small_company()
        con.execute(case.given or "SELECT 1")
        con.execute(sql)
        assert findings(con, case.rule) == expected


@pytest.fixture(scope="module")
def macros() -> duckdb.DuckDBPyConnection:
    con = empty_warehouse()
    define_macros(con)
    return con


@pytest.mark.parametrize(
    ("value", "shape", "word_shape", "run_shape"),
    [
        ("SO-100123", "AA-999999", "ww-wwwwww", "A-9"),
        ("76c6e8", "99a9a9", "wwwwww", "9a9a9"),
        ("Customer 26", "Aaaaaaaa 99", "wwwwwwww ww", "Aa 9"),
        ("Äpfel, süß", "Aaaaa, aaa", "wwwww, www", "Aa, a"),
        ("上海 贸易 A1", "文文 文文 A9", "文文 文文 ww", "文 文 A9"),
        ("", "", "", ""),
        (None, None, None, None),
    ],
)
def test_the_shape_of_a_text(
    macros: duckdb.DuckDBPyConnection,
    value: str | None,
    shape: str | None,
    word_shape: str | None,
    run_shape: str | None,
) -> None:
    found = macros.execute(
        "SELECT work.shape(v), work.word_shape(v), work.run_shape(v) FROM (SELECT ?::VARCHAR AS v)", [value]
    ).fetchone()
    assert found == (shape, word_shape, run_shape)


@pytest.mark.parametrize(
    ("value", "sort", "plain"),
    [
        ("MÃ¼ller", "mojibake", "Müller"),
        ("ä¸Šæµ·", "mojibake", "上海"),
        ("Nord\u200bwind", "invisible", "Nordwind"),
        ("Nordwind\u00a0GmbH", "blank", "Nordwind\u00a0GmbH"),
        ("ＮＥＴ（３０）", "full-width", "NET(30)"),
        ("上海（集团），Ａ１公司", "full-width", "上海（集团），A1公司"),
        ("SО-100", "look-alike", "SO-100"),
        ("Mu\u0308ller", "accent", "Müller"),
        ("A &amp; B", "web code", "A & B"),
        ("C–1040", "dash", "C-1040"),
        *(
            (text, None, None)
            for text in ("上海贸易（集团）有限公司", "ООО Ромашка", "SÃO PAULO", "CAFÉ®", "kΩ µm", "Alfred’s", None)
        ),
    ],
)
def test_odd_characters_and_the_text_without_them(
    macros: duckdb.DuckDBPyConnection, value: str | None, sort: str | None, plain: str | None
) -> None:
    found = macros.execute("SELECT work.odd_sort(v) AS s, work.plain_text(v, s) FROM (SELECT ?::VARCHAR AS v)", [value])
    assert found.fetchone() == (sort, plain if sort else value)


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        ("pohne", "phone", True), ("portl", "portal", True), ("delivereed", "delivered", True), ("eru", "eur", True),
        ("portsl", "portal", True), ("iceland", "ireland", False), ("box 1", "box 2", False), ("zone a", "zone b", False),
        ("sp", "sc", False), ("austria", "australia", False), ("west", "east", False), ("united kingdm", "united kingdom", True),
        ("phone", "phone", False), (None, "phone", False), ("上海华信贸易有限公司", "上海华新贸易有限公司", True),
        ("上华海信贸易有限公司", "上海华信贸易有限公司", True), ("上海华信贸有限公司", "上海华信贸易有限公司", True),
        ("苏州华信贸易有限公司", "上海华信贸易有限公司", False), ("已发货", "未发货", False), ("ромажка", "ромашка", False),
        ("ромаша", "ромашка", True), ("straßße", "straße", True),
    ],
)  # fmt: skip
def test_a_slip_of_the_finger(
    macros: duckdb.DuckDBPyConnection, one: str | None, other: str, slip: bool | None
) -> None:
    found = macros.execute("SELECT work.is_slip(a, b) FROM (SELECT ?::VARCHAR AS a, ? AS b)", [one, other]).fetchone()
    assert found == (slip,)


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [("上海贸易", "海上贸易", 1), ("上海贸易", "上海贸昜", 1), ("北京", "上海", 2), ("müller", "muller", 1), ("müller", "mlüler", 1),
     ("müll" * 20, "mull" * 20, 40), ("box", "bxo", 1), ("ä", "", 1), (None, "ä", None)],
)  # fmt: skip
def test_edits_are_counted_in_characters_as_far_as_letters_go(
    macros: duckdb.DuckDBPyConnection, one: str | None, other: str, edits: int | None
) -> None:
    found = macros.execute("SELECT work.edits(a, b) FROM (SELECT ?::VARCHAR AS a, ? AS b)", [one, other]).fetchone()
    assert found == (edits,)


# Lines and keys of the system's own, closed lists, and what points at an order: no text that a clerk writes.
LEFT_OUT = {
    ("orders", "order_class"), ("order_lines", "line_id"), ("order_lines", "order_id"), ("order_lines", "line_no"),
    ("exceptions", "exception_id"), ("exceptions", "order_id"), ("exceptions", "line_id"), ("exceptions", "raised_event"),
    ("exceptions", "resolved_event"), ("user_actions", "action_id"), ("user_actions", "order_id"), ("user_actions", "line_id"),
    ("user_actions", "scope"), ("user_actions", "at_precision"), ("user_actions", "lifecycle"), ("user_actions", "event_id"),
    ("user_actions", "on_behalf_of"), ("user_actions", "system"), ("user_actions", "outcome"), ("user_actions", "detail"),
}  # fmt: skip
ACTION = """
INSERT INTO core.user_actions BY NAME SELECT 'A1' AS action_id, 'O7' AS order_id, 'sys:O7' AS order_key, 'x' AS activity, 'x' AS user_id,
  'x' AS role, 'x' AS department, 'sys' AS _system, 'sys:A1' AS record_key, false AS _derived
"""


def test_every_text_field_of_the_contract_is_read_or_left_out_on_purpose() -> None:
    con = small_company()
    con.execute(ACTION)
    ledger.begin(con, [])
    measure_norms(con, True)
    fields = set(con.execute("SELECT entity, field FROM work.text_fields").fetchall())
    wanted = {
        (entity.name, column.name)
        for entity in entities().values()
        if entity.name in {entity for entity, _ in fields}
        for column in entity.columns
        if column.type == "text"
    }
    assert fields == wanted - LEFT_OUT
    for entity, field in fields:
        con.execute(f"UPDATE core.{entity} SET {field} = 'x'")
    con.execute(EXCEPTIONS)
    con.execute("UPDATE core.exceptions SET owner = 'x', resolved_by = 'x', resolution = 'x'")
    read = set(con.execute("SELECT DISTINCT entity, field FROM work.scope_texts").fetchall())
    assert read == fields
    # Actions are counted before their texts are laid below one another.
    counted = "SELECT entity, field FROM work.texts UNION SELECT entity, field FROM work.usual_texts WHERE entity = 'user_actions'"
    assert set(con.execute(counted).fetchall()) == {
        (entity, field) for entity, field in fields if field not in ("order_id", "order_number")
    }
