"""Intervals, against scipy, Newcombe's published example and exact coverage."""

import numpy as np
import pytest
from scipy import stats

from models.statistics.intervals import compare_rates, median_interval, newcombe, quantile_interval, wilson


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (1, 10), (81, 263), (15, 148), (10, 10), (3, 100_000)])
def test_wilson_equals_scipy(hits: int, n: int) -> None:
    expected = stats.binomtest(hits, n).proportion_ci(0.95, method="wilson")
    found = wilson(hits, n)
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(expected.low, abs=1e-12), pytest.approx(expected.high))


def test_wilson_of_nothing_and_of_nonsense() -> None:
    assert wilson(0, 0) is None
    with pytest.raises(ValueError, match="no rate"):
        wilson(3, 2)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    # R. G. Newcombe (1998), Table II, method 10
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((10, 10, 0, 10), 0.6075, 1.0),
    ],
)
def test_newcombe_as_published(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    interval = newcombe(*counts)
    assert interval is not None
    assert (interval.low, interval.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@pytest.mark.parametrize(
    ("hits", "before", "good", "verdict"),
    [
        (960, 930, "up", "better"),
        (930, 960, "up", "worse"),
        (30, 60, "down", "better"),
        (60, 30, "down", "worse"),
        (50, 52, "down", "no signal"),
    ],
)
def test_verdict_follows_the_good_direction(hits: int, before: int, good: str, verdict: str) -> None:
    found = compare_rates(hits, 1000, before, 1000, good)  # type: ignore[arg-type]
    assert found is not None and found.verdict == verdict
    assert found.difference == pytest.approx((hits - before) / 1000)


def test_nothing_to_compare_with() -> None:
    assert compare_rates(1, 10, 0, 0, "up") is None


@pytest.mark.parametrize("quantile", [0.5, 0.9, 0.25])
@pytest.mark.parametrize("n", [6, 25, 60, 101])
def test_order_statistics_cover_at_least_the_level(quantile: float, n: int) -> None:
    found = quantile_interval(np.arange(1, n + 1), quantile)
    if found is None:
        # even the widest pair of order statistics leaves more than 2.5 % on one side
        assert max(stats.binom.pmf(0, n, quantile), stats.binom.pmf(n, n, quantile)) > 0.025
        return
    r, s = int(found.low), int(found.high)
    below, above = stats.binom.cdf(r - 1, n, quantile), stats.binom.sf(s - 1, n, quantile)
    assert below <= 0.025 and above <= 0.025
    # no narrower pair will do
    assert stats.binom.cdf(r, n, quantile) > 0.025 and stats.binom.sf(s - 2, n, quantile) > 0.025


def test_median_interval_of_published_tables() -> None:
    # n = 6: smallest and largest; n = 10: 2nd and 9th; n = 20: 6th and 15th
    for n, low, high in [(6, 1, 6), (10, 2, 9), (20, 6, 15)]:
        found = median_interval(np.random.default_rng(n).permutation(np.arange(1, n + 1)))
        assert found is not None and (found.low, found.high) == (low, high)
    assert median_interval([1, 2, 3, 4, 5]) is None
    assert median_interval([]) is None
    assert median_interval([float("nan"), 1, 2, 3, 4, 5]) is None
