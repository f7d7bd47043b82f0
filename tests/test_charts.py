"""Figures carry the numbers they were given, with units, in the palette's colours."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from dashboard.charts.base import interval_rows, sorted_rows, spread
from dashboard.charts.control import control_chart, rule_words
from dashboard.charts.risk import capture_curve, contributions
from dashboard.charts.staged_flow import Flow, staged_flow
from dashboard.charts.stages import Curve, still_there
from dashboard.charts.trend import columns, sparkline
from dashboard.frames import counted, error_trend, last_periods
from dashboard.theme import DARK, LIGHT
from models.statistics.competing import IncidenceCurve
from models.statistics.laney import BEYOND, laney

MONDAY = date(2025, 1, 6)
NO_DELAYS = pl.DataFrame({"delay": [], "age": []}, schema={"delay": pl.Int64, "age": pl.Int64})
NO_DAYS = pl.DataFrame(
    {"week": [], "orders": [], "age": []}, schema={"week": pl.Date, "orders": pl.Int64, "age": pl.Int64}
)


def _periods(errors: list[int], size: int = 200, filling: int = 0) -> pl.DataFrame:
    number = len(errors)
    return pl.DataFrame(
        {
            "week": [MONDAY + timedelta(days=7 * i) for i in range(number)],
            "orders": [size] * number,
            "errors": errors,
            "is_mature": [i < number - filling for i in range(number)],
        }
    )


def _words(fig: object) -> str:
    return " | ".join(note.text for note in fig.layout.annotations)  # type: ignore[attr-defined]


CALM = [10, 12, 9, 11, 10, 8, 12, 11, 10, 9, 11, 10]


def test_a_trend_has_the_limits_of_its_baseline_and_names_the_week_that_left_them() -> None:
    trend = error_trend(_periods([*CALM, 40]), NO_DELAYS, NO_DAYS, 7, (MONDAY, MONDAY + timedelta(days=7 * 11)))
    assert trend is not None
    expected = laney([*CALM, 40], [200] * 13, slice(0, 12))
    assert trend.chart.center == pytest.approx(sum(CALM) / 2400)
    np.testing.assert_allclose(trend.chart.upper, expected.upper)
    assert [(s.index, s.rule) for s in trend.chart.signals] == [(12, BEYOND)]
    assert trend.recent_signals == [BEYOND]


def test_counts_of_a_span_are_those_of_the_periods_that_begin_in_it() -> None:
    trend = error_trend(_periods([*CALM, 40], filling=1), NO_DELAYS, NO_DAYS, 7, None)
    assert trend is not None
    assert counted(trend, (MONDAY, MONDAY + timedelta(days=20))) == (10 + 12 + 9, 600)
    assert counted(trend, (MONDAY + timedelta(days=77), MONDAY + timedelta(days=200))) == (
        10,
        200,
    )  # the last one is not complete


def test_three_complete_periods_are_too_few() -> None:
    assert error_trend(_periods([1, 2, 3, 4], filling=1), NO_DELAYS, NO_DAYS, 7, None) is None


def test_incomplete_weeks_are_found_so_far_and_expected_by_hand() -> None:
    # Half of the errors are found at once, half after 10 days: an order of 5 days has shown half of its errors.
    delays = pl.DataFrame({"delay": [0, 10] * 50, "age": [100] * 100})
    last = MONDAY + timedelta(days=7 * 12)
    days = pl.DataFrame({"week": [last], "orders": [200], "age": [5]})
    trend = error_trend(_periods([*CALM, 5], filling=1), delays, days, 7, None)
    assert trend is not None
    (filling,) = trend.filling
    assert filling.found == pytest.approx(5 / 200)
    # 5 of 200 were found at half, which says 5 more; so do the last four weeks (10 + 9 + 11 + 10 of 800), which foretold best.
    # That the half is known to a tenth only (100 errors) shifts it by a hair.
    assert filling.share == pytest.approx(0.5)
    assert filling.expected == pytest.approx(10 / 200, rel=0.005)
    assert filling.low is not None and filling.high is not None
    assert filling.low <= 0.05 <= filling.high


def test_weeks_of_which_nothing_is_known_yet_are_not_projected() -> None:
    trend = error_trend(_periods([*CALM, 5], filling=1), NO_DELAYS, NO_DAYS, 7, None)
    assert trend is not None
    assert trend.filling[0].expected is None


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_control_chart_draws_rates_limits_target_and_names_the_rule(colours: object) -> None:
    trend = error_trend(
        _periods([*CALM, 40, 3], filling=1), NO_DELAYS, NO_DAYS, 7, (MONDAY, MONDAY + timedelta(days=77))
    )
    assert trend is not None
    fig = control_chart(trend, 0.03, colours)  # type: ignore[arg-type]
    rate = next(t for t in fig.data if t.name == "rate")
    assert list(rate.y) == pytest.approx([100 * e / 200 for e in [*CALM, 40]])
    assert "40 of 200 orders" in rate.hovertext[-1]
    so_far = next(t for t in fig.data if t.name == "found so far")
    assert list(so_far.y) == [1.5]
    words = _words(fig)
    for part in (
        "above the limit (3 σ)",
        "still filling up",
        "baseline 6 Jan 2025",
        "target 3.0",
        "upper limit",
        "so far 1.5",
    ):
        assert part in words
    assert fig.layout.yaxis.ticksuffix == " %"
    marks = [t for t in fig.data if t.name == "signal"]
    assert [m.marker.symbol for m in marks] == ["diamond"]
    assert marks[0].marker.color == colours.error  # type: ignore[attr-defined]


def test_a_calm_chart_has_no_red() -> None:
    trend = error_trend(_periods(CALM), NO_DELAYS, NO_DAYS, 7, None)
    assert trend is not None
    assert LIGHT.error not in control_chart(trend, 0.03, LIGHT).to_json()


def test_a_phone_sees_the_last_periods_with_the_same_limits() -> None:
    whole = error_trend(_periods([*CALM, 40]), NO_DELAYS, NO_DAYS, 7, (MONDAY, MONDAY + timedelta(days=77)))
    assert whole is not None
    cut = last_periods(whole, 5)
    assert len(cut.starts) == 5
    assert cut.chart.center == whole.chart.center
    assert [s.index for s in cut.chart.signals] == [4]


def test_rules_have_words() -> None:
    assert rule_words(BEYOND, worse=True) == "above the limit (3 σ)"
    assert rule_words("8 in a row on one side", worse=False) == "8 in a row below"


def test_labels_move_apart_and_stay_inside() -> None:
    placed = spread([1.0, 1.1, 9.9, 10.0], 10.0, 100, gap=10)
    assert all(b - a >= 1 - 1e-9 for a, b in pairwise(placed))
    assert max(placed) <= 10


def test_sorted_rows_keep_their_order_and_say_their_value() -> None:
    fig = sorted_rows(
        ["Price", "Date"], [30, 10], ["30 errors", "10 errors"], LIGHT, [LIGHT.error, LIGHT.neutral], ["a", "b"]
    )
    assert list(fig.data[0].x) == [30, 10]
    assert list(fig.data[0].y) == [1, 0]
    assert "<b>Price</b>" in _words(fig) and "30 errors" in _words(fig)


def test_interval_rows_show_quantiles_and_target_on_a_log_axis_with_human_ticks() -> None:
    row = {
        "label": "Entry",
        "p10": 600.0,
        "p25": 1200.0,
        "p50": 3600.0,
        "p75": 7200.0,
        "p90": 86_400.0,
        "target": 14_400.0,
        "hover": "x",
    }
    fig = interval_rows([row], LIGHT, ["12 %"], [LIGHT.muted])
    drawn = [list(t.x) for t in fig.data]
    assert drawn == [[600.0, 86_400.0], [1200.0, 7200.0], [3600.0], [14_400.0, 14_400.0]]
    assert fig.layout.xaxis.type == "log"
    assert "1 h" in fig.layout.xaxis.ticktext and "1 d" in fig.layout.xaxis.ticktext


def test_columns_stack_the_part_past_target_in_red() -> None:
    fig = columns(["under 1 d", "1–2 d"], [100, 50], [0, 20], LIGHT)
    assert [list(t.y) for t in fig.data] == [[100, 30], [0, 20]]
    assert "(20)" in _words(fig) and "(0)" not in _words(fig)


def test_the_curve_of_a_stage_starts_at_all_and_reads_the_share_at_the_target() -> None:
    times = np.array([86_400.0, 5 * 86_400.0])
    curve = IncidenceCurve(times, np.array([0.4, 0.98]), np.zeros(2), np.array([0.3, 0.9]), np.array([0.5, 0.99]))
    fig = still_there([Curve("Picking", curve, 6 * 86_400.0)], 2 * 86_400.0, LIGHT)
    line = fig.data[2]
    assert list(line.x)[:3] == [0, 1, 5] and [round(y) for y in line.y][:3] == [100, 60, 2]
    assert "60" in _words(fig) and fig.layout.xaxis.ticksuffix == " d"


def test_two_curves_are_named_apart_where_they_end_together() -> None:
    curve = IncidenceCurve(
        np.array([60.0, 600.0]), np.array([0.5, 0.99]), np.zeros(2), np.array([0.4, 0.9]), np.array([0.6, 1.0])
    )
    fig = still_there([Curve("EDI", curve, 600.0), Curve("e-mail", curve, 600.0)], None, LIGHT)
    heights = {note.text.strip(): note.y for note in fig.layout.annotations}
    assert abs(heights["<b>EDI</b>"] - heights["<b>e-mail</b>"]) * 220 / 103 >= 15.9


def test_a_curve_that_levels_off_is_not_squeezed_by_the_oldest_visit() -> None:
    curve = IncidenceCurve(
        np.array([3600.0, 7200.0]), np.array([0.3, 0.6]), np.zeros(2), np.array([0.2, 0.5]), np.array([0.4, 0.7])
    )
    fig = still_there([Curve("Release", curve, 500 * 86_400.0)], None, LIGHT)
    assert list(fig.layout.xaxis.range) == [0, 4] and fig.layout.xaxis.ticksuffix == " h"


def test_a_quantile_that_is_not_reached_ends_in_an_arrow() -> None:
    row = {
        "label": "Payment",
        "p10": 60.0,
        "p25": 3600.0,
        "p50": None,
        "p75": None,
        "p90": None,
        "longest": 86_400.0,
        "hover": "",
    }
    fig = interval_rows([row], LIGHT, [""], [LIGHT.muted])
    assert [t.marker.symbol for t in fig.data if t.mode == "markers"] == ["triangle-right"]
    assert fig.data[0].x == (60.0, 86_400.0)


def test_the_flow_of_a_stage_shows_what_came_left_and_is_there() -> None:
    days = [MONDAY, MONDAY + timedelta(days=7)]
    fig = staged_flow([Flow("Picking", "+3.0 a week", True, days, [5, 7], [4, 2], [1, 6])], LIGHT)
    assert [list(t.y) for t in fig.data] == [[5, 7], [4, 2], [1, 6]]
    assert fig.data[2].line.color == LIGHT.error and "+3.0 a week" in _words(fig)


def test_a_sparkline_ends_in_the_colour_of_its_signal() -> None:
    fig = sparkline([0.9, None, 0.95, None], 0.97, LIGHT.error, LIGHT)
    assert list(fig.data[1].x) == [2] and fig.data[1].marker.color == LIGHT.error
    assert list(fig.data[2].y) == [0.97, 0.97]


def test_the_capture_curve_reads_the_share_at_the_capacity() -> None:
    fig = capture_curve([0.5, 0.3, 0.2], [0.5, 0.3, 0.2], 2, LIGHT)
    assert list(fig.data[0].y) == pytest.approx([0, 50, 80, 100])
    assert "2 orders: 80" in _words(fig)


def test_contributions_carry_their_sign_in_colour_and_words() -> None:
    fig = contributions([("price", 31.0), ("known customer", -5.0)], LIGHT)
    assert list(fig.data[0].marker.color) == [LIGHT.error, LIGHT.target]
    assert "+31.0" in _words(fig) and "−5.0" in _words(fig)
