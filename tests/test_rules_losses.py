"""Rules about what got lost: numbers missing in a range that has no gaps."""

import pytest

from tests.checks_fixture import small_company
from tests.rule_cases import Case, findings

NUMBERED = "UPDATE core.orders SET order_number = 'N-2026-' || lpad(_line::VARCHAR, 5, '0');"

# fmt: off
CASES = [
    Case("number_gap", "DELETE FROM core.orders WHERE order_id = 'O7'", "DELETE FROM core.orders WHERE order_id = 'O399'",
         ("O8", None, "order_id", None)),
    Case("number_gap", "DELETE FROM core.orders WHERE order_id = 'O7'", "DELETE FROM core.orders WHERE _line % 40 = 7",
         ("O8", None, "order_id", None)),  # one number of four hundred, or one of forty: then the range has gaps
    Case("number_gap", "DELETE FROM core.orders WHERE order_id IN ('O7', 'O8')",
         "UPDATE core.orders SET order_number = 'N-2026-' || lpad((_line + 100)::VARCHAR, 5, '0') WHERE _line >= 200",
         ("O9", None, "order_number", None), NUMBERED),
    Case("number_gap", "DELETE FROM core.orders WHERE order_id = 'O7'",
         "DELETE FROM core.orders WHERE order_id = 'O7'; UPDATE core.orders SET ordered_at = TIMESTAMP '2026-01-01' + to_hours((_line * 37 % 400)::INTEGER)",
         ("O8", None, "order_id", None)),  # numbers that do not follow time are not given one after another
    Case("number_gap", "DELETE FROM core.orders WHERE order_id = 'O7'",
         "DELETE FROM core.orders WHERE order_id = 'O398'; UPDATE meta.now SET data_until = (SELECT max(ordered_at) FROM core.orders)",
         ("O8", None, "order_id", None)),  # what is missing right before the newest order may still come
]
# fmt: on


@pytest.mark.parametrize("case", CASES, ids=[f"{case.rule}-{n}" for n, case in enumerate(CASES)])
def test_a_loss_that_breaks_a_rule_and_what_just_does_not(case: Case) -> None:
    for sql, expected in ((case.breaks, [case.found]), (case.keeps, [])):
        con = small_company()
        con.execute(case.given or "SELECT 1")
        con.execute(sql)
        assert findings(con, case.rule) == expected


def test_a_gap_names_the_missing_numbers() -> None:
    con = small_company()
    con.execute(NUMBERED + "DELETE FROM core.orders WHERE order_id IN ('O7', 'O20', 'O21')")
    findings(con, "number_gap")
    assert con.execute("SELECT order_id, observed FROM work.rule_hits ORDER BY ALL").fetchall() == [
        ("O22", "N-2026-00020 to N-2026-00021"),
        ("O8", "N-2026-00007"),
    ]
