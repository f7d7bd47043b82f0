"""Why the rate moved, and what a dated event did: steps that add up, steps that were planted, dates without one."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from dashboard.charts.control import control_chart
from dashboard.charts.waterfall import Step, points_of, waterfall
from dashboard.effects import happenings, verdict
from dashboard.frames import Trend, error_trend
from dashboard.moves import _steps
from dashboard.theme import LIGHT
from models.statistics.decompose import kitagawa
from pipelines.decisions import Decision


def test_steps_lead_from_the_rate_before_to_the_rate_now() -> None:
    before = {f"part {n}": (5.0 + n, 200.0) for n in range(8)}
    now = {f"part {n}": (9.0 + n * (n % 2), 100.0 + 40 * n) for n in range(8)}
    split = kitagawa(before, now)
    assert split is not None
    steps = _steps(split, [before, now], "Channel")
    assert len(steps) == 7 and steps[-1].label == "Mix: channel" and steps[-2].label == "3 others"
    assert split.before + sum(step.effect for step in steps) == pytest.approx(split.now)


def test_only_what_chance_does_not_explain_is_a_signal() -> None:
    before, now = {"edi": (20.0, 2000.0), "phone": (20.0, 200.0)}, {"edi": (80.0, 2000.0), "phone": (22.0, 200.0)}
    split = kitagawa(before, now)
    assert split is not None
    assert {s.label: s.is_signal for s in _steps(split, [before, now], "Channel")} == {
        "edi": True, "phone": False, "Mix: channel": False,
    }  # fmt: skip


def test_bars_of_the_chart_begin_where_the_last_one_ended() -> None:
    steps = [Step("a", 0.02, True, ""), Step("b", -0.005, True, ""), Step("mix", 0.001, False, "")]
    fig = waterfall(0.03, 0.046, steps, 0.03, LIGHT)
    bars = [trace for trace in fig.data if trace.type == "bar"]
    assert [round(bar.base[0], 6) for bar in bars] == [3.0, 5.0, 4.5]
    assert [bar.marker.color for bar in bars] == [LIGHT.error, LIGHT.target, LIGHT.neutral]
    assert (points_of(0.0123), points_of(-0.0123)) == ("+1.2\u00a0pts", "−1.2\u00a0pts")


def trend(rates: np.ndarray, seed: int, orders: int = 900) -> Trend:
    rng = np.random.default_rng(seed)
    weeks = [date(2025, 1, 6) + timedelta(days=7 * n) for n in range(rates.size)]
    frame = pl.DataFrame(
        {
            "week": weeks,
            "orders": [orders] * rates.size,
            "errors": rng.binomial(orders, rates),
            "is_mature": True,
            "known": orders,
        }
    )
    empty = pl.DataFrame({"delay": [], "age": []}, schema={"delay": pl.Int64, "age": pl.Int64})
    made = error_trend(frame, empty, pl.DataFrame(), 7, None)
    assert made is not None
    return made


def test_a_planted_go_live_is_recovered_with_its_interval() -> None:
    go_live = date(2025, 1, 6) + timedelta(days=7 * 40)
    covered = honest = 0
    for seed in range(60):
        told = verdict(trend(np.where(np.arange(70) < 40, 0.06, 0.03), seed), go_live)
        assert told.effect is not None
        level = told.effect.level
        covered += level.interval.low <= -0.03 <= level.interval.high
        assert level.is_significant
        honest += told.is_honest
    assert covered >= 54 and honest >= 54


def test_at_most_ten_of_a_hundred_placebo_dates_are_significant() -> None:
    dates = significant = 0
    for seed in range(8):
        quiet = verdict(trend(np.full(60, 0.05), 100 + seed), date(2025, 1, 6) + timedelta(days=7 * 30)).placebo
        dates, significant = dates + quiet.dates, significant + quiet.significant
    assert dates >= 100 and significant / dates <= 0.10


def test_the_week_in_which_it_happened_belongs_to_neither_side() -> None:
    rates = np.where(np.arange(50) < 25, 0.06, 0.03)
    middle = date(2025, 1, 6) + timedelta(days=7 * 25 + 3)
    told = verdict(trend(rates, 3), middle)
    assert told.effect is not None and told.effect.level.value == pytest.approx(-0.03, abs=0.012)


def test_too_early_to_tell() -> None:
    assert verdict(trend(np.full(40, 0.05), 1), date(2025, 10, 6)).effect is None
    assert verdict(trend(np.full(40, 0.05), 1), date(2030, 1, 1)).effect is None


def test_annotations_stand_on_the_time_axis() -> None:
    decided = [
        Decision("annotation", "measure", "b", "noted", note="training", payload={"day": "2025-05-05"}),
        Decision("annotation", "measure", "a", "noted", note="go-live", payload={"day": "2025-03-03"}),
        Decision("review", "order", "x", "confirmed"),
    ]
    events = happenings(decided)
    assert [(one.day, one.text) for one in events] == [(date(2025, 3, 3), "go-live"), (date(2025, 5, 5), "training")]
    fig = control_chart(trend(np.full(40, 0.05), 1), 0.03, LIGHT, events=[(one.day, one.text) for one in events])
    texts = [a.text for a in fig.layout.annotations]
    assert "go-live" in texts and "training" in texts
