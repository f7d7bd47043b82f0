"""Replay of the change log: broken chains, edits past the log, requested changes that were never made."""

import duckdb
import pytest

from tests.checks_fixture import put, small_company
from tests.test_process_rules import CHANGES, prepared
from tests.test_rules import findings

# A second change of every corrected quantity, a day after the first, that ends where the line stands now.
CHAINS = (
    CHANGES
    + """;
INSERT INTO core.order_changes BY NAME SELECT * REPLACE ('Z' || change_id AS change_id, 'sys:Z' || change_id AS record_key,
  new_value AS old_value, changed_at + INTERVAL 1 DAY AS changed_at, approved_at + INTERVAL 1 DAY AS approved_at)
FROM core.order_changes;
UPDATE core.order_changes SET new_value = '7' WHERE change_id NOT LIKE 'Z%';
UPDATE core.order_changes SET old_value = '7' WHERE change_id LIKE 'Z%'
"""
)
# Every order and line was delivered once before, a day before now, with nothing but another time.
VERSIONS = """
UPDATE core.orders SET _valid_at = TIMESTAMP '2026-05-20', _recorded_at = TIMESTAMP '2026-05-20', updated_by = 'u2';
UPDATE core.order_lines SET _valid_at = TIMESTAMP '2026-05-20', _recorded_at = TIMESTAMP '2026-05-20', updated_by = 'u2';
INSERT INTO history.orders BY NAME SELECT * REPLACE (ordered_at AS _valid_at, 'u1' AS updated_by), 'superseded' AS _disposition,
  1 AS _version, false AS _deleted FROM core.orders;
INSERT INTO history.order_lines BY NAME SELECT l.* REPLACE (o.ordered_at AS _valid_at, 'u1' AS updated_by),
  'superseded' AS _disposition, 1 AS _version, false AS _deleted FROM core.order_lines l JOIN core.orders o USING (order_key)
"""
# The log knows payment terms too, of another fifth of the orders.
TERMS = """
INSERT INTO core.order_changes BY NAME SELECT 'T' || order_id AS change_id, 'sys:T' || order_id AS record_key, order_id,
  order_key, 'payment_terms' AS field, 'NET60' AS old_value, payment_terms AS new_value,
  ordered_at + INTERVAL 5 HOUR AS changed_at, 'u1' AS changed_by, 'log' AS origin, 'sys' AS _system, false AS _derived
FROM core.orders WHERE order_id LIKE '%5'
"""
_MINE = "WHERE line_id = 'O7-1'"
_SECOND = "WHERE line_id = 'O7-1' AND change_id LIKE 'Z%'"

# rule, set-up, what breaks it, what just does not, the finding as (order, line, field)
CASES = [
    (
        "broken_chain",  # the first of two changes has another new value
        CHAINS,
        f"UPDATE core.order_changes SET old_value = '8' {_SECOND}",
        f"UPDATE core.order_changes SET old_value = ' 7.00' {_SECOND}",
        ("O7", "O7-1", "quantity"),
    ),
    (
        "broken_chain",  # an unknown order of changes of one moment breaks nothing
        CHAINS,
        f"UPDATE core.order_changes SET old_value = '8' {_SECOND}",
        f"UPDATE core.order_changes SET old_value = '8' {_SECOND}; "
        f"UPDATE core.order_changes SET changed_at = TIMESTAMP '2026-03-01' {_MINE}",
        ("O7", "O7-1", "quantity"),
    ),
    (
        "broken_chain",  # the first old value is not that of the first version
        CHANGES + ";" + VERSIONS + ";UPDATE history.order_lines SET quantity = 3 WHERE line_id LIKE '%-1'",
        "UPDATE history.order_lines SET quantity = 2 WHERE line_id = 'O7-1'",
        "UPDATE history.order_lines SET quantity = 2, _valid_at = TIMESTAMP '2026-05-19' WHERE line_id = 'O7-1'",
        ("O7", "O7-1", "quantity"),
    ),
    (
        "unlogged_change",
        CHANGES,
        "UPDATE core.order_lines SET quantity = quantity + 1 WHERE line_id = 'O7-1'",
        f"UPDATE core.order_changes SET new_value = ' 6.0 ' {_MINE}",
        ("O7", "O7-1", "quantity"),
    ),
    (
        "unlogged_change",  # any column of the contract
        "UPDATE core.orders SET sales_org = 'Basel';" + TERMS.replace("payment_terms", "sales_org"),
        "UPDATE core.orders SET sales_org = NULL WHERE order_id = 'O15'",
        "UPDATE core.orders SET sales_org = ' BASEL' WHERE order_id = 'O15'",
        ("O15", None, "sales_org"),
    ),
    (
        "unlogged_change",  # one of the log's cut values
        TERMS + ";INSERT INTO meta.change_logs VALUES ('sys', NULL, NULL, 5);"
        "UPDATE core.orders SET payment_terms = 'NET30 and more' WHERE order_id LIKE '%5'",
        "UPDATE core.orders SET payment_terms = 'NET3 and more' WHERE order_id = 'O15'",
        "UPDATE core.orders SET payment_terms = 'NET30 ' WHERE order_id = 'O15'",
        ("O15", None, "payment_terms"),
    ),
    (
        "direct_edit",
        TERMS + ";" + VERSIONS,
        "UPDATE core.orders SET payment_terms = 'NET90' WHERE order_id = 'O7'",
        "UPDATE core.orders SET ship_to = 'elsewhere' WHERE order_id = 'O7'",
        ("O7", None, "payment_terms"),
    ),
    (
        "direct_edit",  # before the log begins nothing is to be logged
        TERMS + ";" + VERSIONS + ";UPDATE core.orders SET payment_terms = 'NET90' WHERE order_id = 'O7'",
        "INSERT INTO meta.change_logs VALUES ('sys', ['payment_terms'], TIMESTAMP '2026-01-04 10:00', NULL)",
        "INSERT INTO meta.change_logs VALUES ('sys', ['payment_terms'], TIMESTAMP '2026-01-04 10:01', NULL)",
        ("O7", None, "payment_terms"),
    ),
    (
        "direct_edit_line",
        CHANGES + ";" + VERSIONS,
        "UPDATE core.order_lines SET quantity = 9 WHERE line_id = 'O7-0'",
        "UPDATE core.order_lines SET quantity = 9, _source = 'another feed' WHERE line_id = 'O7-0'",
        ("O7", "O7-0", "quantity"),
    ),
    (
        "change_not_applied",
        CHANGES,
        f"UPDATE core.order_changes SET requested_by = 'customer', old_value = '6', new_value = '9' {_MINE}",
        f"UPDATE core.order_changes SET requested_by = 'customer', old_value = '3', new_value = '9' {_MINE}",
        ("O7", "O7-1", "quantity"),
    ),
    (
        "request_not_applied",
        CHANGES,
        f"UPDATE core.order_changes SET changed_at = NULL, new_value = '9' {_MINE}",
        f"UPDATE core.order_changes SET changed_at = NULL {_MINE}",
        ("O7", "O7-1", "quantity"),
    ),
    (
        "request_not_applied",  # within the days of grace
        CHANGES,
        f"UPDATE core.order_changes SET changed_at = NULL, new_value = '9', approved_at = TIMESTAMP '2026-05-28' {_MINE}",
        f"UPDATE core.order_changes SET changed_at = NULL, new_value = '9', approved_at = TIMESTAMP '2026-05-30' {_MINE}",
        ("O7", "O7-1", "quantity"),
    ),
]


@pytest.mark.parametrize(("name", "given", "breaks", "keeps", "found"), CASES, ids=[case[0] for case in CASES])
def test_a_rule_finds_what_breaks_it_and_nothing_else(
    name: str, given: str, breaks: str, keeps: str, found: tuple[str, str | None, str]
) -> None:
    con = prepared(given)
    con.execute(breaks)
    assert [row[:3] for row in findings(con, name)] == [found]
    con = prepared(given)
    con.execute(keeps)
    assert findings(con, name) == []


def test_who_edited_past_the_log_is_told_by_the_version_that_shows_it() -> None:
    con = prepared(CHANGES + ";" + VERSIONS)
    con.execute(
        """UPDATE core.order_lines SET quantity = 9 WHERE line_id IN ('O7-0', 'O8-1');
        INSERT INTO history.order_lines BY NAME SELECT * REPLACE (2 AS _version, 9 AS quantity, 'u3' AS updated_by,
        TIMESTAMP '2026-04-01' AS _valid_at) FROM history.order_lines WHERE line_id IN ('O7-0', 'O8-1')"""
    )
    for rule, order in (("direct_edit_line", "O7"), ("unlogged_change", "O8")):
        assert [row[0] for row in findings(con, rule)] == [order]
        found = con.execute("SELECT origin_user, origin_at::VARCHAR FROM work.rule_hits").fetchall()
        assert found == [("u3", "2026-04-01 00:00:00")]


def test_a_later_modification_that_another_change_explains_names_nobody() -> None:
    con = prepared(CHANGES + ";" + TERMS)
    con.execute(
        """UPDATE core.order_lines SET quantity = 9, updated_by = 'u3', updated_at = TIMESTAMP '2026-04-01 10:00' WHERE line_id = 'O5-1'"""
    )
    findings(con, "unlogged_change")
    assert con.execute("SELECT origin_user FROM work.rule_hits").fetchall() == [("u3",)]
    con.execute("UPDATE core.order_changes SET changed_at = TIMESTAMP '2026-04-01 10:00:30' WHERE change_id = 'TO5'")
    findings(con, "unlogged_change")
    assert con.execute("SELECT origin_user FROM work.rule_hits").fetchall() == [(None,)]


@pytest.mark.parametrize("rule", ["unlogged_change", "change_not_applied"])
def test_a_field_that_the_log_writes_in_its_own_way_is_not_compared(rule: str) -> None:
    con = prepared(CHANGES)
    con.execute(
        "UPDATE core.order_changes SET requested_by = 'u3', old_value = new_value, new_value = new_value || ' pieces'"
    )
    assert findings(con, rule) == []


@pytest.mark.parametrize(
    ("field", "value", "is_told"),
    [("quantity", "'77'", True), ("quantity", "24 * new_value::DOUBLE", False), ("net_amount", "'77'", False)],
)
def test_where_all_logged_changes_of_a_field_end_elsewhere(field: str, value: str, is_told: bool) -> None:
    con = prepared(CHANGES)
    con.execute(f"UPDATE core.order_changes SET field = '{field}', new_value = {value}")
    assert bool(findings(con, "unlogged_change")) == is_told


@pytest.mark.parametrize(("old_value", "is_told"), [("'8'", True), ("'8 pieces'", False), ("NULL", False)])
def test_where_all_chains_of_a_field_are_broken(old_value: str, is_told: bool) -> None:
    con = prepared(CHAINS)
    con.execute(f"UPDATE core.order_changes SET old_value = {old_value} WHERE change_id LIKE 'Z%'")
    assert bool(findings(con, "broken_chain")) == is_told


def test_the_profile_says_which_fields_are_logged() -> None:
    con = prepared(CHANGES + ";" + VERSIONS)
    con.execute("UPDATE core.order_lines SET unit = 'BOX' WHERE line_id = 'O7-0'")
    assert findings(con, "direct_edit_line") == []
    con.execute("INSERT INTO meta.change_logs VALUES ('sys', ['unit'], NULL, NULL)")
    assert [row[:3] for row in findings(con, "direct_edit_line")] == [("O7", "O7-0", "unit")]
    con.execute("UPDATE core.order_lines SET quantity = 9 WHERE line_id = 'O8-1'")
    assert findings(con, "unlogged_change") == []


@pytest.mark.parametrize("rule", ["broken_chain", "unlogged_change", "conflicting_edits", "too_many_changes"])
def test_what_two_extracts_showed_is_no_log(rule: str) -> None:
    con = prepared(CHAINS)
    con.execute(
        "UPDATE core.order_changes SET origin = 'snapshot', old_value = 'x', new_value = 'y', changed_by = hash(record_key)"
    )
    assert findings(con, rule) == []


def test_the_replay_of_a_day_is_that_of_its_orders() -> None:
    con = small_company()
    con.execute(CHANGES)
    put(
        con,
        "order_changes",
        change_id="late",
        order_id="O7",
        line_id="O7-1",
        field="quantity",
        old_value="1",
        new_value="2",
    )
    con.execute(
        "UPDATE core.order_changes SET changed_at = TIMESTAMP '2026-05-01', origin = NULL WHERE change_id = 'late'"
    )
    assert [row[:3] for row in findings(con, "unlogged_change")] == [("O7", "O7-1", "quantity")]
    assert _replayed(con) == ["O7"]
    con.execute("CREATE OR REPLACE VIEW scope.order_changes AS FROM core.order_changes WHERE order_id = 'O8'")
    assert findings(con, "unlogged_change") == []
    assert _replayed(con) == []


def _replayed(con: duckdb.DuckDBPyConnection) -> list[str]:
    return [row[0] for row in con.execute("SELECT DISTINCT order_id FROM work.replay").fetchall()]
