"""Figures of the changes page, counted by hand; the comparison on the same mix, against known answers."""

from datetime import datetime

import duckdb
import numpy as np
import polars as pl
import pytest

from dashboard.change_customers import compared as customers_compared
from dashboard.change_customers import hovers
from dashboard.change_effects import compared
from dashboard.charts.changes import Ratio, Split, ratio_rows, split_rows
from dashboard.durations import quantile_words, span_words, spans
from dashboard.theme import LIGHT
from models.statistics.same_mix import group, on_same_mix
from models.statistics.survival import QuantileEstimate
from pipelines.read.filters import Filters
from pipelines.sqlfiles import read_package_sql
from tests.page_fixture import add, asked, snapshot


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    """Four orders: one untouched, one changed for the customer, one by us and the customer, one return."""
    made = snapshot()
    add(made, "marts.order_facts", *({"order_key": k, "order_id": k, "channel": c} for k, c in (("a", "EDI"), ("b", "EDI"), ("c", "phone"))),
        {"order_key": "r", "order_id": "r", "channel": "EDI", "order_class": "return"})  # fmt: skip
    late = {"after_confirmation": True, "changed_at": datetime(2026, 1, 7, 10)}
    add(
        made, "marts.change_facts",
        {"record_key": "1", "order_key": "b", "field": "quantity", "old_value": "5", "new_value": "6", "customer_initiated": True, **late},
        {"record_key": "2", "order_key": "c", "field": "quantity", "customer_initiated": True, **late},
        {"record_key": "3", "order_key": "c", "field": "quantity", "customer_initiated": False, **late},
        {"record_key": "4", "order_key": "c", "field": "sku", "customer_initiated": None, **late},
        {"record_key": "5", "order_key": "c", "field": "sku", "after_confirmation": False, "changed_at": datetime(2026, 1, 5, 9)},
        {"record_key": "6", "order_key": "c", "field": "note", "material": False, "customer_initiated": False, **late},
        {"record_key": "7", "order_key": "r", "field": "quantity", "customer_initiated": False, **late},
    )  # fmt: skip
    return made


def test_a_field_counts_orders_by_who_wanted_the_change(con: duckdb.DuckDBPyConnection) -> None:
    rows = {row["field"]: row for row in asked(con, "change_fields")}
    assert set(rows) == {"quantity", "sku"}
    # b: the customer only; c: the customer and we, which is ours; the return is no sale, the note is not material
    assert [rows["quantity"][c] for c in ("orders", "customer", "internal", "unknown", "changes")] == [2, 1, 1, 0, 3]
    assert [rows["sku"][c] for c in ("orders", "customer", "internal", "unknown", "changes")] == [1, 0, 0, 1, 1]
    (only,) = asked(con, "change_fields", Filters(channels=("EDI",)))
    assert (only["field"], only["orders"], only["customer"]) == ("quantity", 1, 1)


def test_totals_and_numbers_of_changes(con: duckdb.DuckDBPyConnection) -> None:
    (totals,) = asked(con, "change_totals")
    assert [totals[c] for c in ("changes", "orders", "by_customer", "internal", "cannot_tell")] == [7, 3, 2, 3, 2]
    rows = asked(con, "change_counts")
    assert [(row["changes"], row["orders"], row["all_changes"]) for row in rows] == [(1, 2, 2), (5, 1, 5)]
    weeks = asked(con, "change_weeks")
    assert [(w["customer"], w["internal"], w["unknown"]) for w in weeks] == [(2, 3, 2)]


def test_the_list_of_a_bar_holds_its_changes(con: duckdb.DuckDBPyConnection) -> None:
    rows = asked(con, "change_list", by="field", part="quantity", limit=10)
    assert len(rows) == 3  # as the bar says: without the return's
    assert ("5", "6") in {(row["old_value"], row["new_value"]) for row in rows}
    assert len(asked(con, "change_list", by="changes", part="5", limit=10)) == 5
    assert len(asked(con, "change_list", by="", part="", limit=3)) == 3


def test_findings_are_told_by_kind_with_old_and_new_value(con: duckdb.DuckDBPyConnection) -> None:
    add(con, "ledger.rules", {"rule": "conflicting_edits", "title": "No overwriting", "entity": "order_changes"},
        {"rule": "direct_edit", "title": "Logged", "entity": "orders"}, {"rule": "wrong_price", "title": "Price", "entity": "order_lines"},
        {"rule": "noisy", "title": "Noise", "entity": "order_changes"})  # fmt: skip
    add(con, "ledger.source_rules", {"rule": "noisy"})
    add(
        con, "ledger.defects",
        {"rule": "conflicting_edits", "kind": "conflicting_edits", "record_key": "1", "order_key": "b", "observed": "6", "expected": "4"},
        {"rule": "conflicting_edits", "kind": "conflicting_edits", "record_key": "3", "order_key": "c", "resolved_at": datetime(2026, 2, 1)},
        {"rule": "direct_edit", "kind": "direct_edit", "record_key": "o", "order_key": "c", "field": "ship_to", "observed": "X", "expected": "Y"},
        {"rule": "wrong_price", "kind": "wrong_price", "record_key": "l", "order_key": "c"},
        {"rule": "noisy", "kind": "noise", "record_key": "2", "order_key": "c"},
    )  # fmt: skip
    assert [(row["part"], row["findings"]) for row in asked(con, "change_findings")] == [
        ("conflicting_edits", 1),
        ("direct_edit", 1),
    ]
    (conflict,) = asked(con, "change_finding_list", part="conflicting_edits", limit=10)
    assert (conflict["old_value"], conflict["new_value"]) == ("5", "6")  # of the change itself
    (edit,) = asked(con, "change_finding_list", part="direct_edit", limit=10)
    assert (edit["old_value"], edit["new_value"]) == ("Y", "X")  # no change was recorded: the record before and now


def test_what_the_log_does_not_explain_by_field(con: duckdb.DuckDBPyConnection) -> None:
    add(con, "marts.logged_fields", *({"order_key": "b", "field": "quantity", "is_current": now} for now in (True, True, False)),
        {"order_key": "c", "field": "sku", "is_current": True})  # fmt: skip
    add(con, "ledger.defects", {"rule": "broken_chain", "kind": "broken_chain", "order_key": "c", "field": "discount"})
    rows = {row["field"]: row for row in asked(con, "change_log_gaps")}
    assert set(rows) == {"quantity", "discount"}
    assert (rows["quantity"]["elsewhere"], rows["quantity"]["logged"]) == (1, 3)
    assert rows["quantity"]["unlogged_share"] == pytest.approx(1 / 3)
    assert (rows["discount"]["broken_chain"], rows["discount"]["unlogged_share"]) == (1, None)


def test_times_keep_open_requests_and_leave_late_approvals_out() -> None:
    con = snapshot()
    day = datetime(2026, 5, 1)
    add(con, "core.orders", {"order_key": "x", "cancelled_at": datetime(2026, 5, 3)})
    add(
        con, "marts.change_facts",
        # asked at 0 h, approved at 2 h, changed at 5 h
        {"order_key": "a", "requested_at": day, "approved_at": day.replace(hour=2), "changed_at": day.replace(hour=5)},
        # asked, never approved, not made: open at the data end, 31 days
        {"order_key": "a", "requested_at": day},
        # made at 3 h without approval; approved an hour after it was made
        {"order_key": "a", "requested_at": day, "changed_at": day.replace(hour=3)},
        {"order_key": "a", "requested_at": day, "changed_at": day.replace(hour=3), "approved_at": day.replace(hour=4)},
        # asked, then the order was cancelled after two days
        {"order_key": "x", "requested_at": day},
        # approved and not made yet: 31 days less 2 hours
        {"order_key": "a", "approved_at": day.replace(hour=2)},
    )  # fmt: skip
    add(con, "marts.order_facts", {"order_key": "a"}, {"order_key": "x"})
    rows = {(r["step"], r["outcome"], r["seconds"]): r["changes"] for r in asked(con, "change_times")}
    month = 31 * 86_400  # 2,678,400 seconds, told in three figures
    assert rows == {
        ("approval", 1, 7200.0): 1, ("approval", 0, round(month, -4)): 1, ("approval", 2, 10_800.0): 2, ("approval", 2, 172_800.0 + 200): 1,
        ("application", 1, 10_800.0): 1, ("application", 0, 2_670_000.0): 1,
        ("whole", 1, 18_000.0): 1, ("whole", 1, 10_800.0): 2, ("whole", 0, 2_680_000.0): 1, ("whole", 2, 173_000.0): 1,
    }  # fmt: skip


def test_spans_count_open_ones_and_say_where_a_quantile_is_not_reached() -> None:
    rows = pl.DataFrame({"seconds": [3600.0, 7200.0, 10_800.0], "outcome": [1, 1, 0], "n": [2, 1, 1]})
    told = spans(rows, "n")
    assert (told.n, told.n_open) == (4, 1)
    assert told.quantiles["p50"].value == 3600 and told.quantiles["p75"].value == 7200
    assert told.quantiles["p90"].value is None and told.row()["p90"] is None and told.longest == 10_800
    assert "not reached" in span_words(told) and "1 open" in span_words(told)
    assert quantile_words(QuantileEstimate(None, 86_400, None)) == "not reached (over 24\u00a0h)"


def test_orders_are_compared_within_their_kind() -> None:
    # EDI orders take 10 hours, phone orders 40, changed or not; most changed ones come by phone: no difference on the same mix
    strata = pl.DataFrame({
        "channel": ["EDI", "EDI", "phone", "phone"], "order_type": None, "lines": 1, "value_class": 4, "is_changed": [True, False, True, False],
        "timed": [20, 900, 80, 100], "hours": [200.0, 9000.0, 3200.0, 4000.0], "hours_squared": [2020.0, 90_900.0, 128_080.0, 160_100.0],
    })  # fmt: skip
    told = compared(strata, "hours")
    assert told is not None
    assert (told.first, told.second, told.compared) == (pytest.approx(34), pytest.approx(34), 100)
    assert not told.is_signal and told.ratio == pytest.approx(1)


def test_the_difference_on_the_same_mix_by_hand() -> None:
    # strata with 30 and 10 of the first group: rates 3/30 and 2/10 against 5/100 and 10/100
    told = on_same_mix(group([30, 10, 7], [3, 2, 1]), group([100, 100, 0], [5, 10, 0]))
    assert told is not None
    assert told.compared == 40  # the third stratum has no counterpart
    assert told.first == pytest.approx(0.75 * 0.1 + 0.25 * 0.2) and told.second == pytest.approx(
        0.75 * 0.05 + 0.25 * 0.1
    )
    within = (3 - 9 / 30 + 2 - 4 / 10) / 38, (5 - 25 / 100 + 10 - 100 / 100) / 198
    variance = within[0] * (0.75**2 / 30 + 0.25**2 / 10) + within[1] * (0.75**2 / 100 + 0.25**2 / 100)
    assert told.interval.high - told.difference == pytest.approx(1.959964 * variance**0.5)
    assert on_same_mix(group([5], [1]), group([100], [5])) is None


def test_the_interval_of_the_same_mix_holds_the_truth_as_often_as_told() -> None:
    rng = np.random.default_rng(4)
    held = 0
    for _ in range(400):
        n, m = np.array([60, 20, 40]), np.array([300, 500, 200])
        rates = np.array([0.1, 0.3, 0.2])
        told = on_same_mix(group(n, rng.binomial(n, rates + 0.05)), group(m, rng.binomial(m, rates)))
        assert told is not None
        held += told.interval.low <= 0.05 <= told.interval.high
    assert 0.92 <= held / 400 <= 0.98


def test_bars_carry_their_code_and_the_chosen_one_is_framed() -> None:
    rows = [Split("field:a", "A", [3, 1], "4", ""), Split("field:b", "B", [1, 0], "1", "")]
    fig = split_rows(rows, (LIGHT.working, LIGHT.ink), LIGHT, "field:b")
    assert [bar.customdata[1][0] for bar in fig.data] == ["field:b", "field:b"]
    assert list(fig.data[0].marker.line.width) == [0, 2]
    assert sum(bar.x[0] for bar in fig.data) == 4


def test_only_a_signal_has_a_colour() -> None:
    fig = ratio_rows([Ratio("Errors", 2, 1.5, 2.6, "worse", ""), Ratio("Time", 1.1, 0.9, 1.3, "", "")], LIGHT)
    lines = [trace.line.color for trace in fig.data if trace.mode == "lines"]
    assert lines == [LIGHT.error, LIGHT.neutral]


def test_without_a_change_log_events_tell_that_something_was_changed() -> None:
    con = snapshot()
    con.execute("DROP TABLE marts.action_facts; CREATE TABLE marts.action_facts (order_key VARCHAR, order_id VARCHAR, line_key VARCHAR, line_id VARCHAR,"
                'activity VARCHAR, activity_kind VARCHAR, "at" TIMESTAMP, user_id VARCHAR, role VARCHAR, stage VARCHAR, automatic BOOLEAN)')  # fmt: skip
    add(con, "marts.order_facts", {"order_key": "a"}, {"order_key": "b", "channel": "EDI"})
    add(
        con, "marts.action_facts",
        {"order_key": "a", "line_key": "a1", "activity": "Sched.Line Changed Delivery Date", "user_id": "u", "at": datetime(2026, 1, 1)},
        {"order_key": "a", "line_key": "a1", "activity": "Sched.Line Changed Delivery Date", "user_id": "v", "at": datetime(2026, 1, 2)},
        {"order_key": "b", "activity": "Sched.Line Changed Delivery Date", "user_id": "u", "at": datetime(2026, 1, 3)},
        {"order_key": "b", "activity": "Exchange rate read", "at": datetime(2026, 1, 3)},
        {"order_key": "b", "activity": "Order entered", "at": datetime(2026, 1, 3)},
    )  # fmt: skip
    mart = next(file for file in read_package_sql("pipelines.marts") if file.name == "78_change_events")
    con.execute("CREATE SCHEMA scope; CREATE VIEW scope.action_facts AS FROM marts.action_facts; CREATE TABLE given AS SELECT false AS changes; "
                "CREATE TABLE marts.flow_activities AS SELECT DISTINCT activity FROM marts.action_facts")  # fmt: skip
    con.execute(f"CREATE TABLE marts.change_events AS {mart.sql}")
    (row,) = asked(con, "change_events")
    assert [row[c] for c in ("changes", "orders", "lines", "users")] == [3, 2, 2, 2]
    assert [(r["changes"], r["lines"], r["most"]) for r in asked(con, "change_event_cases")] == [(1, 1, 1), (2, 1, 2)]
    assert [r["line_id"] for r in asked(con, "change_event_list", Filters(channels=("EDI",)), limit=9)] == [None]


def test_customers_are_compared_on_the_same_channels_and_types() -> None:
    # By hand: EDI 6 changes on 60 orders (0.1), phone 33 on 60 (0.55). Customer a has 30 EDI orders and 3 changes, b 30 phone orders and
    # 27 changes, c 30 EDI and 30 phone orders with 3 and 6: expected 3, 16.5 and 19.5. d has too few, the return and the unconfirmed are none.
    made = snapshot()
    orders = [
        (customer, channel, changes)
        for customer, channel, number, changed in (
            ("a", "EDI", 30, 3), ("b", "phone", 30, 27), ("c", "EDI", 30, 3), ("c", "phone", 30, 6), ("d", "EDI", 0, 0),
        )
        for changes in [1] * changed + [0] * (number - changed)
    ]  # fmt: skip
    rows = [
        {"customer_id": who, "customer_name": f"{who} Ltd", "channel": channel, "n_material_changes_after_confirmation": n}
        for who, channel, n in orders
    ]  # fmt: skip
    rows += [
        {**rows[0], "order_class": "return", "n_material_changes_after_confirmation": 9},
        {**rows[0], "n_material_changes_after_confirmation": None},
    ]
    add(made, "marts.order_facts", *({"order_key": str(n), "order_id": str(n), **row} for n, row in enumerate(rows)))
    found = asked(made, "change_customers", least=30)
    assert [(r["customer_name"], r["orders"], r["changes"]) for r in found] == [
        ("c Ltd", 60, 9),
        ("a Ltd", 30, 3),
        ("b Ltd", 30, 27),
    ]
    assert [r["expected"] for r in found] == pytest.approx([19.5, 3, 16.5])
    assert [r["customer_name"] for r in asked(made, "change_customers", least=31)] == ["c Ltd"]


def test_a_customer_who_changes_more_than_chance_is_named() -> None:
    steady = [(f"c{n:02d}", f"Customer {n}", 100, 10 + n % 3, 11.0) for n in range(20)]
    frame = pl.DataFrame(
        [*steady, ("loud", "Loud Ltd", 100, 40, 11.0), ("new", "New Ltd", 30, 0, 2.0)],
        schema=["customer_id", "customer_name", "orders", "changes", "expected"], orient="row",
    )  # fmt: skip
    made = customers_compared(frame)
    assert made is not None and made.outside.tolist() == [0] * 20 + [1, 0]
    assert hovers(made, frame)[20].startswith(
        "<b>Loud Ltd</b><br>40 changes on 100 confirmed orders, 11.0 expected<br>above"
    )
    assert customers_compared(frame.with_columns(changes=pl.lit(0))) is None
    assert customers_compared(frame.head(2)) is None
