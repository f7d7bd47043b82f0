"""The learned rules on the small company: a record that breaks each, one that just does not, and nulls."""

import duckdb
import pytest

from expectations import ledger
from expectations.engine import Data, run_rule
from expectations.learned.learner import Learner
from tests.checks_fixture import small_company
from tests.rule_cases import Case, shipped_rules

_DESCRIBED = "UPDATE core.order_lines SET description = 'Article ' || sku || ' of the list'"
_TOWNS = """
INSERT INTO core.records BY NAME
SELECT 't/' || i AS record_id, 't' AS table_name, i::VARCHAR AS row_id, 'sys' AS _system, 'sys:t/' || i AS record_key,
  1 AS _file_no, i + 1 AS _line, false AS _derived, json_object('town', ['harbour','long meadow','bridge end','old market','castle hill','windmill'][1 + (i % 6)::INTEGER],
    'zip', (9000 + 100 * (i % 6))::VARCHAR, 'weight', (i % 17) || ' kg') AS content
FROM range(1, 121) r(i)"""


def _cell(column: str, value: str, row: int = 7) -> str:
    old = f"json_extract_string(content, '$.{column}')"
    return f"UPDATE core.records SET content = replace(content, '\"' || {old} || '\"', '\"{value}\"') WHERE row_id = '{row}'"


_SECOND_KEY = """
INSERT INTO core.customers BY NAME SELECT * REPLACE ('C10' AS customer_id, 'sys:C10' AS record_key, 'Another House' AS name)
FROM core.customers WHERE customer_id = 'C7'; """
_BY_SECOND_KEY = "UPDATE core.orders SET customer_id = 'C10' WHERE order_id = 'O7'"
_OTHER_NAME = "UPDATE core.orders SET customer_name = 'Customer Nmber Hhhhh' WHERE order_id = 'O7'"

CASES = [
    Case(
        "orders_learned_dependency",
        _BY_SECOND_KEY,
        # The master knows the customer by that key too.
        _BY_SECOND_KEY
        + "; UPDATE core.customers SET name = (SELECT name FROM core.customers WHERE customer_id = 'C7') "
        "WHERE customer_id = 'C10'",
        ("O7", None, "customer_id", "C7"),
        _SECOND_KEY,
    ),
    Case(
        "orders_learned_dependency",
        _OTHER_NAME,
        # Five orders with the other name are a habit.
        "UPDATE core.orders SET customer_name = 'Somebody Else' WHERE order_id IN ('O7', 'O17', 'O27', 'O37', 'O47')",
        ("O7", None, "customer_name", "Customer Number Hhhhh"),
    ),
    Case(
        "orders_learned_dependency",
        _OTHER_NAME,
        # The master knows the customer by that name.
        _OTHER_NAME + "; UPDATE core.customers SET name = 'Customer Nmber Hhhhh' WHERE customer_id = 'C7'",
        ("O7", None, "customer_name", "Customer Number Hhhhh"),
    ),
    Case(
        "order_lines_learned_dependency",
        "UPDATE core.order_lines SET description = replace(description, 'Article', 'Artikle') WHERE line_id = 'O7-1'",
        "UPDATE core.order_lines SET description = 'Article on demand' WHERE order_id[-1] = '7'",
        ("O7", "O7-1", "description", "Article P-518 of the list"),
        _DESCRIBED,
    ),
    Case("records_learned_dependency", _cell("zip", "9l00"), _cell("zip", "9100"), ("7", None, "zip", "9100"), _TOWNS),
    Case(
        "records_table_spelling",
        # Without the zip no other column speaks of the town.
        _cell("town", "lnog meadow") + "; UPDATE core.records SET content = json_object('town', content ->> '$.town')",
        _cell("town", "new town") + "; UPDATE core.records SET content = json_object('town', content ->> '$.town')",
        ("7", None, "town", "long meadow"),
        _TOWNS,
    ),
    Case(
        "records_table_format",
        _cell("weight", "7 KG"),
        _cell("weight", "7000 kg"),
        ("7", None, "weight", "7 kg"),
        _TOWNS,
    ),
]


def findings(con: duckdb.DuckDBPyConnection, name: str) -> list[tuple[str | None, ...]]:
    """What one rule finds after learning: (order or row, line, field, suggested)."""
    rules = shipped_rules()
    ledger.begin(con, [*rules.values()])
    data = Data(con, True, frozenset(), dict.fromkeys(rules[name].needs, True))
    run = run_rule(con, rules[name], data, prepare=Learner(con, rules.values(), 30, True).prepare)
    assert run.outcome is None, run.reason
    return con.execute("SELECT order_id, line_id, field, suggested FROM work.rule_hits ORDER BY ALL").fetchall()


@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_a_rule_finds_what_breaks_it_and_nothing_else(case: Case) -> None:
    for change, found in ((case.breaks, [case.found]), (case.keeps, []), ("", [])):
        con = small_company()
        con.execute(f"{case.given};{change}")
        assert findings(con, case.rule) == found, change


@pytest.mark.parametrize("name", [case.rule for case in CASES])
def test_nothing_is_learned_from_nulls(name: str) -> None:
    con = small_company()
    con.execute("UPDATE core.orders SET ordered_at = NULL, customer_id = NULL, customer_name = NULL, ship_to = NULL")
    con.execute(
        f"UPDATE core.order_lines SET sku = NULL, unit = NULL; {_TOWNS}; UPDATE core.records SET content = '{{}}'"
    )
    assert findings(con, name) == []
