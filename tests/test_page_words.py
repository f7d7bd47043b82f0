"""Small words of pages: what was assumed and where, durations whose limits are not known."""

from datetime import date, datetime
from types import SimpleNamespace

import duckdb
import polars as pl
import pytest

from dashboard import data, stage_flow
from dashboard.accuracy import _beside_target
from dashboard.assumption_list import sentence
from dashboard.charts.staged_flow import Flow
from dashboard.columns import configs_of
from dashboard.defect_course import _course_words
from dashboard.defect_list import share_told
from dashboard.exception_list import in_words
from dashboard.stage_cards import told as quantile_told
from dashboard.trace_words import difference_words
from dashboard.user_lists import in_words as user_words
from dashboard.words import plain
from dashboard.workload import load_words
from expectations.explanation import _examples
from models.statistics.survival import QuantileEstimate
from pipelines.read.cost_unit import cost_currency
from pipelines.read.filters import Filters
from pipelines.read.kpi import KpiValue, as_text


@pytest.mark.parametrize(
    ("row", "systems", "told"),
    [
        (("field", "order_lines.requested_delivery_date", "3 values could not be read"), 1, "**Order lines, requested delivery date**: 3 values could not be read"),
        (("zone", "main", "times without a zone were taken as UTC"), 1, "**Times**: Times without a zone were taken as UTC"),
        (("zone", "crm", "times without a zone were taken as UTC"), 2, "**Times, crm**: Times without a zone were taken as UTC"),
        (("profile", "olist", "Names stay."), 1, "**Profile olist**: Names stay."),
        (("file", "a_b.csv", "kept but not used: x (3)"), 1, "**a_b.csv**: Kept but not used: x (3)"),
        (("unknown_activities", "stages", "“A” belongs to no stage"), 1, "**Stages**: “A” belongs to no stage"),
    ],
)  # fmt: skip
def test_an_assumption_is_a_sentence_with_its_place(row: tuple[str, str, str], systems: int, told: str) -> None:
    assert sentence(dict(zip(("about", "subject", "text"), row, strict=True)), systems) == told


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (None, None, "15\u00a0d"),
        (12 * 86_400, None, "15\u00a0d (over 12\u00a0d)"),
        (12 * 86_400, 18 * 86_400, "15\u00a0d (12\u00a0d – 18\u00a0d)"),
    ],
)
def test_a_limit_that_is_not_known_is_not_written_as_a_dash(low: float | None, high: float | None, told: str) -> None:
    assert quantile_told(QuantileEstimate(15 * 86_400, low, high), 86_400) == told


@pytest.mark.parametrize(
    ("stored", "told"), [("0.25", "25\u00a0%"), ("0.125", "12.5\u00a0%"), ("0", "0\u00a0%"), ("15", None), ("", None), (None, None), ("a", None)]
)  # fmt: skip
def test_a_discount_is_told_as_a_share(stored: str | None, told: str | None) -> None:
    assert share_told(stored) == told


def test_what_looks_like_markup_in_the_data_stands_as_it_is() -> None:
    assert plain("*Boombox* $5 or $6, a_b [x] <i>") == r"\*Boombox\* \$5 or \$6, a\_b \[x\] \<i>"


def test_days_without_a_time_show_no_midnight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.columns.unit", lambda: "EUR")
    rows = pl.DataFrame(
        {"at": [datetime(2026, 3, 1), None], "raised_at": [datetime(2026, 3, 1), datetime(2026, 3, 1, 8)]}
    )
    kinds = {name: config["type_config"]["type"] for name, config in configs_of(rows).items()}
    assert kinds == {"at": "date", "raised_at": "datetime"}


def test_an_exception_says_in_a_word_how_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "stage_titles", lambda: {"picking": "Picking"})
    rows = pl.DataFrame(
        {"type": ["price_block"] * 5, "stage": ["picking"] * 5, "is_open": [True, True, False, False, False],
         "beyond_target": [True, False, True, False, None]}
    )  # fmt: skip
    told = in_words(rows)
    assert told["stands"].to_list() == ["open, beyond target", "open", "beyond target", "within target", None]
    assert set(told["type"]) == {"Price block"} and set(told["stage"]) == {"Picking"}


def test_a_list_of_a_user_names_fields_as_people_do() -> None:
    rows = pl.DataFrame(
        {"what": ["corrected", "done again"], "text": ["sku", "Order_sku checked"], "field": ["net_amount", None]}
    )
    told = user_words(rows)
    assert told["text"].to_list() == ["Product code", "Order_sku checked"] and told["field"].to_list() == [
        "Net amount",
        None,
    ]


def test_examples_of_a_rule_are_told_in_the_reporting_zone() -> None:
    con = duckdb.connect()
    con.execute(
        "CREATE SCHEMA ledger; CREATE SCHEMA meta; CREATE TABLE meta.now AS SELECT 'Europe/Berlin' AS reporting_zone"
    )
    con.execute(
        "CREATE TABLE ledger.defects AS SELECT 'late' AS rule, NULL AS resolved_at, now() AS last_seen, 'O1' AS order_id, NULL AS line_id, "
        "'main:O1' AS record_key, 'ordered_at' AS field, '2026-06-29 22:30:00' AS observed, '2026-06-29 22:00:00' AS expected, "
        "NULL AS suggested, 0.9 AS confidence, 'late' AS message"
    )
    (example,) = _examples(con, SimpleNamespace(name="late"))  # type: ignore[arg-type]
    assert (example["observed"], example["expected"], example["time_zone"]) == (
        "2026-06-30 00:30:00",
        "2026-06-30",
        "Europe/Berlin",
    )


def test_one_is_not_told_as_many_and_none_not_as_zero() -> None:
    assert _course_words(103, 0) == "103 findings came in, none is closed yet"
    assert _course_words(1, 1) == "1 finding came in, 1 of them is closed"
    assert _course_words(1200, 12) == "1,200 findings came in, 12 of them are closed"
    assert difference_words(0, 0, 0) == "No value is known to have been different from now"
    assert difference_words(1, 2, 1) == (
        "1 value was different from now; of 2 it cannot be told; 1 line was added or removed since"
    )
    assert [load_words("user", 1, 1), load_words("team", 3, 3), load_words("user", 1, 4)] == [
        "1 action a day", "3 orders a day", "1 to 4 actions a day",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "of_orders", "told"),
    [("CHF", ["EUR"], "CHF 6,655"), (None, ["EUR"], "EUR 6,655"), (None, ["EUR", "USD"], "6,655 cost units")],
)
def test_the_kpi_command_names_the_currency_of_costs(wanted: str | None, of_orders: list[str], told: str) -> None:
    value = KpiValue("cost_of_error", 6655.4, "money", 6655.4, 54, None, None, None, None)
    assert told in as_text([value], cost_currency(wanted, of_orders))


def test_accuracy_at_its_target_is_not_told_as_zero_points_off() -> None:
    assert _beside_target(0.97, 0.97) == "Order accuracy is 97.0\u00a0%, as the target is."
    assert _beside_target(0.9697, 0.97) == "Order accuracy is 97.0\u00a0%, as the target is."
    assert _beside_target(0.961, 0.97) == "Order accuracy is 96.1\u00a0%, 0.9\u00a0pts below target."
    assert _beside_target(0.985, 0.97) == "Order accuracy is 98.5\u00a0%, 1.5\u00a0pts above target."


def test_stages_that_hold_orders_briefly_show_their_flow(monkeypatch: pytest.MonkeyPatch) -> None:
    """The chart had been left out, as if there were no complete week, where no stage held orders long enough for Little's law."""
    none = pl.DataFrame(schema={"stage_title": pl.String, "in_stage": pl.Float64})
    monkeypatch.setattr(stage_flow, "_little_rows", lambda _: none)
    flow = Flow("Approval", "", False, [date(2026, 1, 5), date(2026, 1, 12)], [3, 4], [2, 4], [1, 1])
    rows = stage_flow._rows([flow], Filters())
    assert rows.rows() == [("Approval", date(2026, 1, 5), 3, 2, 1), ("Approval", date(2026, 1, 12), 4, 4, 1)]
    assert stage_flow._rows([], Filters()).is_empty()
