"""No statement is stronger than its evidence: corrections without a reason, rules that had nothing to judge."""

from datetime import date

import duckdb
import pytest

from expectations.explanation import outcome_in_words
from expectations.listing import LastRun
from pipelines.read.exports import frame
from pipelines.read.filters import Filters
from pipelines.read.kpi_selection import Selected
from pipelines.read.status import status_text
from pipelines.sqlfiles import read_package_sql
from tests.page_fixture import add, asked, snapshot


def _corrected() -> duckdb.DuckDBPyConnection:
    """One order corrected without a reason, one with, one complained about too, one that is young, one that is a return."""
    con = snapshot()
    for key, extra in (("a", {}), ("b", {}), ("c", {}), ("young", {"is_mature": False}), ("r", {"order_class": "return"})):  # fmt: skip
        add(con, "marts.order_facts", {"order_key": key, "order_id": key, "entered_by": "u1", "has_error": True, **extra})  # fmt: skip
        add(con, "marts.change_facts", {"record_key": f"h{key}", "order_key": key, "field": "quantity", "reason": "typing error" if key == "b" else None})  # fmt: skip
        told = "correction" if key == "b" else "correction, reason not given"
        add(con, "marts.error_facts", {"error_key": f"h{key}", "order_key": key, "evidence": "correction", "is_unreasoned": key != "b", "evidence_told": told})  # fmt: skip
    add(con, "marts.error_facts", {"error_key": "rc", "order_key": "c", "evidence": "complaint", "evidence_told": "complaint"})  # fmt: skip
    return con


@pytest.mark.parametrize(("mature", "orders"), [(True, 1), (False, 3)])
def test_orders_that_were_corrected_without_a_reason_are_told_apart(mature: bool, orders: int) -> None:
    assert asked(_corrected(), "unreasoned", mature=mature) == [{"orders": orders}]


def test_the_comparison_of_users_says_how_many_of_their_errors_have_no_reason() -> None:
    con = _corrected()
    con.execute("ALTER TABLE marts.order_facts ADD COLUMN has_entry_error BOOLEAN DEFAULT true")
    con.execute("CREATE TABLE core.users (user_id VARCHAR, automatic BOOLEAN)")
    (row,) = asked(con, "user_errors", least=1)
    assert (row["orders"], row["errors"], row["unreasoned"]) == (3, 3, 1)


def test_the_evidence_of_an_export_says_so() -> None:
    con = _corrected()
    for column in (
        "line_id",
        "field",
        "type",
        "found_by",
        "found_stage",
        "origin_stage",
        "origin_user",
        "found_place",
        "order_id",
    ):
        con.execute(f"ALTER TABLE marts.error_facts ADD COLUMN {column} VARCHAR")
    con.execute(
        "ALTER TABLE marts.error_facts ADD COLUMN found_at TIMESTAMP; ALTER TABLE marts.error_facts ADD COLUMN origin_at TIMESTAMP; "
        "ALTER TABLE marts.error_facts ADD COLUMN delay_days DOUBLE; ALTER TABLE marts.error_facts ADD COLUMN cost DOUBLE; "
        "ALTER TABLE marts.error_facts ADD COLUMN cost_is_assumed BOOLEAN; ALTER TABLE marts.error_facts ADD COLUMN found_line INTEGER; "
        "CREATE TABLE marts.error_defects (error_key VARCHAR, rule VARCHAR, how VARCHAR); "
        "UPDATE marts.error_facts SET order_id = order_key"
    )
    rows = frame(con, "errors", Filters()).select("order_id", "evidence").rows()
    assert sorted(rows) == [
        ("a", "correction, reason not given"),
        ("b", "correction"),
        ("c", "complaint"),
        ("c", "correction, reason not given"),
        ("r", "correction, reason not given"),
        ("young", "correction, reason not given"),
    ]


def _rules() -> duckdb.DuckDBPyConnection:
    con = snapshot()
    add(con, "ledger.rules", {"rule": "a", "entity": "orders"}, {"rule": "b", "entity": "order_changes"},
        {"rule": "c", "entity": "order_changes"}, {"rule": "d", "entity": "products"}, {"rule": "e", "entity": "orders", "kind": "direct_edit"})  # fmt: skip
    add(con, "ledger.rule_runs", {"rule": "a", "outcome": "pass", "checked": 5}, {"rule": "b", "outcome": "pass", "checked": 0},
        {"rule": "c", "outcome": "not_applicable"}, {"rule": "d", "outcome": "error"}, {"rule": "e", "outcome": "fail", "checked": 5},
        {"rule": "a", "outcome": "fail", "checked": 5, "run_id": "before"})  # fmt: skip
    return con


def test_a_rule_that_had_nothing_to_judge_is_not_told_as_passed() -> None:
    (counts,) = (file.sql for file in read_package_sql("pipelines.read.status_sql") if file.name == "rule_counts")
    con = _rules()
    found = con.execute(counts).fetchall()
    assert found == [(1, 1, 1, 1, 1)]
    told = status_text(
        {
            "snapshot": {"id": "x", "published_at": "2026-01-01T00:00:00+00:00", "data_until": None},
            "rules": dict(zip(("pass", "fail", "not_applicable", "error", "idle"), found[0], strict=True)),
            "reporting_zone": "UTC",
            "data_docs": None,
            **dict.fromkeys(("broken_rules", "source_rules", "files", "entities", "assumptions", "unknown_statuses", "unreadable_values", "repairs"), ()),
        }
    )  # fmt: skip
    assert "Rules: 1 pass, 1 fail, 1 had no record to judge, 1 not applicable, 1 error" in told


def test_which_rules_could_judge_anything() -> None:
    assert asked(_rules(), "judged_rules") == [{"rules": 2, "about_changes": 1, "about_masters": 0}]


@pytest.mark.parametrize(
    ("last", "told"),
    [
        (LastRun("pass", None, 0, 0, 0, 0, 0.01), "had no record to judge."),
        (LastRun("pass", None, 201, 0, 0, 0, 0.01), "pass: no finding in 201 records; 0.01 s"),
        (LastRun("fail", None, 201, 3, 2, 0, 0.01), "fail: 3 findings in 2 of 201 records; 0.01 s"),
    ],
)
def test_a_rule_alone_tells_its_outcome_in_the_same_words(last: LastRun, told: str) -> None:
    assert outcome_in_words(last) == told
    assert last.is_idle == (last.checked == 0)


@pytest.mark.parametrize(
    ("days", "span"),
    [
        ((date(2026, 3, 2), date(2026, 5, 4)), (date(2026, 3, 2), date(2026, 5, 4))),
        # The data end at midnight of 1 June.
        ((date(2026, 3, 2), date(2062, 3, 27)), (date(2026, 3, 2), date(2026, 6, 1))),
        ((date(2062, 3, 27),), (date(2062, 3, 27), date(2062, 3, 27))),
        ((), (None, None)),
    ],
)
def test_the_days_of_all_orders_end_with_the_data(
    days: tuple[date, ...], span: tuple[date | None, date | None]
) -> None:
    con = snapshot()
    for day in days:
        add(con, "marts.order_facts", {"order_key": str(day), "ordered_on": day})
    assert Selected(con, Filters()).period[:2] == span


def test_a_month_beyond_the_data_keeps_its_days() -> None:
    con = snapshot()
    for day in (date(2026, 6, 1), date(2062, 3, 27)):
        add(con, "marts.order_facts", {"order_key": str(day), "ordered_on": day})
    parts = Selected(con, Filters()).parts("month")
    assert {month: part[:2] for month, part in parts.items()} == {
        "2026-06": (date(2026, 6, 1), date(2026, 6, 1)),
        "2062-03": (date(2062, 3, 1), date(2062, 3, 31)),
    }


def test_lists_of_findings_tell_moments_in_the_reporting_zone() -> None:
    con = snapshot()
    con.execute(
        "UPDATE meta.now SET reporting_zone = 'Europe/Berlin'; CREATE TABLE meta.files (file_no INTEGER, member VARCHAR)"
    )
    con.execute("ALTER TABLE ledger.defects ADD COLUMN suggested VARCHAR")
    texts = "severity resolution evidence entity defect_id found_by found_through found_stage accepted_by accepted_note"
    numbers = "confidence source_line found_line cost file_no"
    times = "first_seen last_seen found_at accepted_until"
    for kind, names in (("VARCHAR", texts), ("INTEGER", numbers), ("TIMESTAMP", times)):
        for name in names.split():
            con.execute(f"ALTER TABLE ledger.defects ADD COLUMN {name} {kind}")
    add(con, "ledger.defects", {"rule": "a", "field": "ordered_at", "observed": "2062-03-26 22:00:00", "suggested": "2026-03-26 08:15:00"},
        {"rule": "b", "field": "sku", "observed": "2062-03-26 22:00:00"})  # fmt: skip
    assert frame(con, "defects").select("rule", "observed", "suggested").rows() == [
        ("a", "2062-03-27", "2026-03-26 09:15:00"),
        ("b", "2062-03-26 22:00:00", None),
    ]
