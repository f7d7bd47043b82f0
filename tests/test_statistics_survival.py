"""Kaplan-Meier, against a hand-worked case, scipy's product-limit estimate and simulated open orders."""

import numpy as np
import pytest
from scipy import stats

from models.statistics.survival import kaplan_meier, summarise_durations, survival_quantile

# Freireich et al. (1963), 6-MP arm: weeks of remission, the most quoted product-limit example
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
ENDED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]


def test_published_curve() -> None:
    curve = kaplan_meier(WEEKS, ENDED)
    assert curve.times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.survival == pytest.approx([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=5e-4)
    median = survival_quantile(curve, 0.5)
    # R's survfit(conf.type = "log-log") gives 23 (13, NA)
    assert (median.value, median.low, median.high) == (23, 13, None)
    assert survival_quantile(curve, 0.9).value is None


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")
def test_curve_and_band_equal_scipy() -> None:
    rng = np.random.default_rng(5)
    lives, ages = rng.gamma(2, 3, 300).round(1), rng.uniform(0, 15, 300).round(1)
    ended = lives <= ages
    seen = np.minimum(lives, ages)
    curve = kaplan_meier(seen, ended)
    reference = stats.ecdf(stats.CensoredData(uncensored=seen[ended], right=seen[~ended])).sf
    band = reference.confidence_interval(0.95, method="log-log")
    at = np.searchsorted(reference.quantiles, curve.times)
    assert curve.survival == pytest.approx(reference.probabilities[at])
    assert curve.lower == pytest.approx(band.low.probabilities[at], nan_ok=True)
    assert curve.upper == pytest.approx(band.high.probabilities[at], nan_ok=True)


def test_without_open_visits_it_is_the_plain_quantile() -> None:
    summary = summarise_durations([5, 1, 4, 2, 3, 7, 6, 10, 8, 9], [True] * 10)
    assert (summary.median.value, summary.p90.value) == (5, 9)
    assert (summary.n, summary.n_open) == (10, 0)


def test_open_visits_lengthen_the_median_towards_the_truth() -> None:
    rng = np.random.default_rng(8)
    lives, ages = rng.exponential(5 / np.log(2), 20_000), rng.uniform(0, 14, 20_000)
    ended = lives <= ages
    summary = summarise_durations(np.minimum(lives, ages), ended)
    assert np.median(lives[ended]) < 3.6
    assert summary.median.value == pytest.approx(5, abs=0.25)
    assert summary.median.low is not None and summary.median.low < 5 < (summary.median.high or np.inf)
    assert summary.p90.value is None


def test_interval_of_the_median_covers_it() -> None:
    rng = np.random.default_rng(13)
    covered = 0
    for _ in range(300):
        lives, ages = rng.weibull(1.5, 80), rng.uniform(0.2, 3, 80)
        median = summarise_durations(np.minimum(lives, ages), lives <= ages).median
        low, high = median.low or 0.0, np.inf if median.high is None else median.high
        covered += low <= np.log(2) ** (1 / 1.5) <= high
    assert 0.91 <= covered / 300 <= 0.99


def test_all_open_and_none_at_all() -> None:
    for durations, ended in ([3.0, 4.0], [False, False]), ([], []):
        summary = summarise_durations(durations, ended)
        assert summary.median.value is None and summary.median.low is None


def test_unknown_durations_are_refused() -> None:
    with pytest.raises(ValueError, match="durations"):
        kaplan_meier([1, float("nan")], [True, True])
