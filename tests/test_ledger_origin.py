"""Where a wrong value came from, and who noticed it: each case worked by hand."""

from dataclasses import replace
from datetime import datetime

import duckdb
import pytest

from expectations import ledger
from expectations.rule import Rule
from tests.checks_fixture import put, small_company

RULE = Rule("r", "", "order_lines", "wrong_price", "low", "accuracy", 1, "entry", "record", (), "{observed}", "", "")
ENTERED = datetime(2026, 1, 2, 16)  # O1, by u1


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    """Order O1 with its lines; the stages it went through; a log that knows of another order."""
    con = small_company()
    change(con, 99, "O5", None, "channel", "a", "b", "u9", 1)
    con.execute(
        """INSERT INTO meta.stages BY NAME FROM (VALUES ('receipt', 1, 1), ('approval', 2, 2), ('shipping', 3, 2), ('payment', 4, 3))
          v(stage, stage_no, line_of_defence);
        INSERT INTO meta.error_costs VALUES ('receipt', 5), ('approval', 20), ('payment', 200);
        INSERT INTO marts.stage_facts BY NAME SELECT 'sys:O1' AS order_key, stage, stage_no, ended_at FROM (VALUES
          ('receipt', 1, TIMESTAMP '2026-01-03'), ('approval', 2, TIMESTAMP '2026-02-01'),
          ('shipping', 3, TIMESTAMP '2026-03-01'), ('payment', 4, NULL)) v(stage, stage_no, ended_at)"""
    )
    return con


def change(
    con: duckdb.DuckDBPyConnection, number: int, order: str, line: str | None, field: str, old: str | None,
    new: str | None, by: str, day: int, sub_key: str | None = None,
) -> None:  # fmt: skip
    """A recorded change on that day of January 2026 (30 and more reach into the months after it)."""
    put(
        con, "order_changes", change_id=f"H{number}", order_id=order, line_id=line, sub_key=sub_key, field=field,
        old_value=old, new_value=new, changed_at=datetime(2026, 1 + day // 31, 1 + day % 31), changed_by=by,
    )  # fmt: skip


def find(
    con: duckdb.DuckDBPyConnection, field: str, observed: str | None, line: str | None = "O1-0", **more: str
) -> None:
    """One finding of a rule about entered values, brought into the ledger."""
    rule = replace(RULE, entity="orders" if line is None else "order_lines", **more)  # type: ignore[arg-type]
    ledger.begin(con, [rule])
    row = {
        "rule": "r", "record_key": f"sys:{line or 'O1'}", "order_key": "sys:O1", "order_id": "O1", "line_id": line,
        "field": field, "observed": observed,
    }  # fmt: skip
    names = ", ".join(row)
    con.execute(f"INSERT INTO work.rule_hits ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
    con.execute("INSERT INTO work.judged_rules VALUES ('r', 'all')")
    ledger.merge_findings(con)


def told(con: duckdb.DuckDBPyConnection, columns: str = "origin_stage, origin_user, origin_at") -> tuple[object, ...]:
    (row,) = con.execute(f"SELECT {columns} FROM ledger.defects").fetchall()
    return tuple(row)


UNKNOWN = (None, None, None)
ENTRY = ("receipt", "u1", ENTERED)


def test_what_nobody_changed_came_in_at_the_first_stage(con: duckdb.DuckDBPyConnection) -> None:
    find(con, "unit_price", "9.5")
    assert told(con) == ENTRY


def test_without_a_change_log_nobody_is_named(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("DELETE FROM core.order_changes")
    find(con, "unit_price", "9.5")
    assert told(con) == UNKNOWN


def test_what_nobody_can_change_came_in_at_entry_without_a_log_too(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("DELETE FROM core.order_changes")
    find(con, "order_id", "O1", None)
    assert told(con) == ENTRY


@pytest.mark.parametrize(
    ("field", "observed", "new"),
    [
        ("unit_price", "9.500000", "9.5"),
        ("quantity", "12.0000", "12"),
        ("requested_delivery_date", "2026-03-05", "2026-03-05T00:00:00"),
        ("unit", "BOX", " BOX "),
    ],
)
def test_the_same_value_written_otherwise_is_the_same(
    con: duckdb.DuckDBPyConnection, field: str, observed: str, new: str
) -> None:
    change(con, 1, "O1", "O1-0", field, "other", new, "u4", 5)
    find(con, field, observed)
    assert told(con) == ("approval", "u4", datetime(2026, 1, 6))


def test_a_code_is_no_number(con: duckdb.DuckDBPyConnection) -> None:
    change(con, 1, "O1", "O1-0", "sku", "8", "007", "u4", 5)
    find(con, "sku", "7")
    assert told(con) == UNKNOWN


def test_a_value_that_a_later_change_restored_is_that_changes(con: duckdb.DuckDBPyConnection) -> None:
    change(con, 1, "O1", "O1-0", "unit_price", "100", "10", "u2", 5)
    change(con, 2, "O1", "O1-0", "unit_price", "10", "100", "u3", 40)
    find(con, "unit_price", "100")
    assert told(con) == ("shipping", "u3", datetime(2026, 2, 10))


def test_a_change_from_a_value_to_itself_brings_nothing_in(con: duckdb.DuckDBPyConnection) -> None:
    change(con, 1, "O1", "O1-0", "unit_price", None, "100", "u2", 5)
    change(con, 2, "O1", "O1-0", "unit_price", None, "100.00", "u3", 9)
    change(con, 3, "O1", "O1-0", "quantity", "5", "5.0", "u3", 9)
    find(con, "unit_price", "100")
    assert told(con)[1] == "u2"
    find(con, "quantity", "5")
    assert con.execute("SELECT origin_user FROM ledger.defects WHERE field = 'quantity'").fetchall() == [("u1",)]


def test_a_log_that_ended_with_another_value_is_silent(con: duckdb.DuckDBPyConnection) -> None:
    change(con, 1, "O1", "O1-0", "unit_price", "5", "100", "u2", 5)
    change(con, 2, "O1", "O1-0", "unit_price", "100", "5", "u3", 9)
    find(con, "unit_price", "100")
    assert told(con) == UNKNOWN


def test_a_change_below_the_record_is_not_the_records(con: duckdb.DuckDBPyConnection) -> None:
    change(con, 1, "O1", "O1-0", "quantity", "4", "6", "u2", 5, sub_key="0001")
    find(con, "quantity", "5")
    assert told(con) == ENTRY
    con.execute("DELETE FROM ledger.defects")
    find(con, "quantity", "6")
    assert told(con) == UNKNOWN


def test_a_line_that_was_added_later_came_in_with_the_change_that_added_it(con: duckdb.DuckDBPyConnection) -> None:
    change(con, 1, "O1", "O1-0", "line", None, "O1-0", "u7", 6)
    find(con, "sku", "P-1")
    assert told(con) == ("approval", "u7", datetime(2026, 1, 7))


def test_an_amount_is_not_older_than_what_it_follows_from(con: duckdb.DuckDBPyConnection) -> None:
    change(con, 1, "O1", "O1-1", "quantity", "5", "6", "u7", 6)
    find(con, "net_amount", "12.0000")
    assert told(con) == ENTRY
    con.execute("DELETE FROM ledger.defects")
    find(con, "net_amount", "100.0000", None)
    assert told(con) == UNKNOWN


def test_versions_of_the_record_tell_what_the_log_does_not(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """UPDATE core.orders SET _valid_at = '2026-02-15', _recorded_at = '2026-02-16', updated_by = 'u8', payment_terms = 'NET90'
          WHERE order_id = 'O1';
        INSERT INTO history.orders BY NAME SELECT * REPLACE (TIMESTAMP '2026-01-05' AS _valid_at, 'u2' AS updated_by,
          TIMESTAMP '2026-01-06' AS _recorded_at, 'NET30' AS payment_terms), 'superseded' AS _disposition, false AS _deleted
          FROM core.orders WHERE order_id = 'O1'"""
    )
    find(con, "payment_terms", "NET90", None)
    assert told(con) == ("shipping", "u8", datetime(2026, 2, 15))
    con.execute("DELETE FROM ledger.defects")
    find(con, "ship_to", "C1/01", None)
    assert told(con) == ENTRY


def test_numbers_are_written_as_people_write_them_and_codes_as_they_are(con: duckdb.DuckDBPyConnection) -> None:
    find(con, "quantity", "120.5000")
    assert told(con, "observed, message") == ("120.5", "120.5")
    con.execute("DELETE FROM ledger.defects")
    find(con, "sku", "120.5000")
    assert told(con, "observed") == ("120.5000",)


FOUND = "found_at, found_by, found_through, found_stage, found_line, cost"


def test_what_nobody_noticed_has_no_finder_and_no_cost(con: duckdb.DuckDBPyConnection) -> None:
    find(con, "unit_price", "9.5")
    assert told(con, FOUND) == (None,) * 6


def test_the_change_that_puts_it_right_is_who_noticed(con: duckdb.DuckDBPyConnection) -> None:
    find(con, "unit_price", "9.5")
    con.execute("INSERT INTO work.changed_orders VALUES ('sys:O1')")
    change(con, 1, "O1", "O1-0", "unit_price", "9.50", "11", "u4", 5)
    ledger.begin(con, [RULE])
    con.execute("INSERT INTO work.judged_rules VALUES ('r', 'all')")
    ledger.merge_findings(con)
    assert told(con, FOUND) == (datetime(2026, 1, 6), "u4", "correction", "approval", 2, 20.0)
    assert told(con, "resolution") == ("changed",)


def test_a_complaint_of_the_customer_passed_every_line_of_defence(con: duckdb.DuckDBPyConnection) -> None:
    put(
        con, "order_errors", error_id="E1", order_id="O1", type="wrong_price", evidence="complaint",
        found_at=datetime(2026, 3, 4), found_by="desk", cost=70,
    )  # fmt: skip
    find(con, "unit_price", "9.5")
    assert told(con, FOUND) == (datetime(2026, 3, 4), "desk", "complaint", "payment", None, 70.0)


def test_the_earliest_to_notice_counts(con: duckdb.DuckDBPyConnection) -> None:
    put(
        con, "order_errors", error_id="E1", order_id="O1", type="wrong_price", evidence="complaint",
        found_at=datetime(2026, 3, 4), found_by="desk", cost=70,
    )  # fmt: skip
    put(
        con,
        "exceptions",
        exception_id="X1",
        order_id="O1",
        type="price block",
        raised_at=datetime(2026, 1, 9),
        raised_by="u6",
    )
    put(con, "exceptions", exception_id="X2", order_id="O1", type="credit hold", raised_at=datetime(2026, 1, 4))
    find(con, "unit_price", "9.5")
    assert told(con, FOUND) == (datetime(2026, 1, 9), "u6", "exception", "approval", 2, 20.0)


def test_a_reviewer_is_monitoring_and_can_take_it_back(con: duckdb.DuckDBPyConnection) -> None:
    find(con, "unit_price", "9.5")
    con.execute(
        "INSERT INTO meta.decisions SELECT 'D1', TIMESTAMP '2026-03-09', 'review', 'defect', defect_id, 'confirmed', "
        "'ann', NULL, '{}' FROM ledger.defects"
    )
    find(con, "unit_price", "9.5")
    assert told(con, FOUND) == (datetime(2026, 3, 9), "ann", "review", "payment", 3, 200.0)
    con.execute("DELETE FROM meta.decisions")
    ledger.begin(con, [RULE])
    ledger.merge_findings(con)
    assert told(con, FOUND) == (None,) * 6
