"""Rules about what got lost: numbers missing in a range that has no gaps."""

import pytest

from tests.checks_fixture import small_company
from tests.rule_cases import Case, findings

DELIVERED = """INSERT INTO meta.files (file_no, run_id, system) VALUES (1, 'run1', 'sys');
INSERT INTO meta.emitted VALUES (1, 'orders', 400), (1, 'order_lines', 800)"""
LOST = "UPDATE core.orders SET _source = 'derived', _derived = true, status = NULL"
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
    # The order of two lines of four hundred came in no file; where none did, the system delivers lines alone.
    Case("order_lines_order_id_reference", f"{LOST} WHERE order_id = 'O7'; DELETE FROM core.order_lines WHERE line_id = 'O7-1'", LOST,
         ("O7", "O7-0", "order_id", None), DELIVERED),
    # Lines wait for the orders that come after them.
    Case("order_lines_order_id_reference", f"{LOST} WHERE order_id = 'O7'; DELETE FROM core.order_lines WHERE line_id = 'O7-1'",
         f"""{LOST} WHERE order_id = 'O7'; UPDATE core.order_lines SET _file_no = 2 WHERE order_id = 'O7';
             INSERT INTO meta.files (file_no, run_id, system) VALUES (2, 'run2', 'sys')""", ("O7", "O7-0", "order_id", None), DELIVERED),
    Case("order_without_lines", "DELETE FROM core.order_lines WHERE order_id = 'O7'", "DELETE FROM core.order_lines", ("O7", None, "order_id", None)),
    Case("order_without_lines", "DELETE FROM core.order_lines WHERE order_id = 'O7'",
         "DELETE FROM core.order_lines WHERE order_id = 'O7'; UPDATE core.orders SET status = 'cancelled' WHERE order_id = 'O7'",
         ("O7", None, "order_id", None)),
    Case("order_without_lines", "DELETE FROM core.order_lines WHERE order_id = 'O398'", "DELETE FROM core.order_lines WHERE order_id = 'O399'",
         ("O398", None, "order_id", None)),  # the lines of the newest order may still come
    Case("order_without_lines", "DELETE FROM core.order_lines WHERE order_id = 'O7'",
         """UPDATE core.orders SET status = 'unavailable' WHERE _line % 20 = 7;
            DELETE FROM core.order_lines WHERE order_id IN (SELECT order_id FROM core.orders WHERE status = 'unavailable')""",
         ("O7", None, "order_id", None)),  # by habit
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
