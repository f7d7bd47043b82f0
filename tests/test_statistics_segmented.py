"""Segmented regression, against R's lm and sandwich, planted steps, and dates at which nothing happened."""

import numpy as np
import pytest

from models.statistics import segmented as module
from models.statistics.resemblance import covariance
from models.statistics.segmented import difference_in_differences, placebo, segmented

Y = [6.1, 5.8, 6.4, 6.9, 6.2, 5.5, 6.6, 7.1, 6.3, 6.0, 6.5, 6.8, 4.1, 3.9, 4.4, 4.8, 4.2, 3.7, 3.9, 4.6, 4.1, 3.8, 3.6, 4.0]  # fmt: skip
W = [900, 1000, 1100, 950] * 6


def test_coefficients_and_newey_west_equal_r() -> None:
    # lm(y ~ t + D + (t - 12) D, weights = w); sandwich::NeweyWest(lag = 2, prewhite = FALSE, adjust = TRUE)
    design, y, w = module._design(24, 12), np.array(Y), np.array(W, dtype=float)
    root = np.sqrt(w / w.mean())[:, None]
    x, z = design * root, y * root[:, 0]
    beta, errors, degrees = module._fit(design, y, w)
    assert beta == pytest.approx([6.1216335, 0.0413217852, -2.32640807, -0.0789934749], rel=1e-6)
    assert (module.newey_west_lag(24), degrees) == (2, 20)
    bread = np.linalg.inv(x.T @ x)
    robust = bread @ module._newey_west(x * (z - x @ beta)[:, None]) @ bread * 24 / 20
    assert np.sqrt(np.diag(robust)) == pytest.approx([0.149556691, 0.0214870017, 0.259890588, 0.0291496759], rel=1e-6)
    # these are small on so few periods: what is told is at least the error of independent periods (lm's own)
    assert (errors >= np.array([0.224111109, 0.0343967162, 0.337269336, 0.0486443026]) * 0.999).all()


def test_a_planted_step_is_recovered_with_its_interval() -> None:
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(200):
        rate = np.where(np.arange(60) < 36, 0.06, 0.036)
        sizes = rng.integers(200, 500, 60)
        found = segmented(rng.binomial(sizes, rate) / sizes, 36, sizes)
        assert found is not None
        covered += found.level.interval.low <= -0.024 <= found.level.interval.high
    assert 0.90 <= covered / 200 <= 0.99


def test_at_most_one_in_ten_placebo_dates_is_significant() -> None:
    rng = np.random.default_rng(8)
    dates = significant = 0
    for _ in range(30):
        noise = np.zeros(50)
        for t in range(1, 50):
            noise[t] = 0.3 * noise[t - 1] + rng.normal()
        found = placebo(noise)
        dates, significant = dates + found.dates, significant + found.significant
    assert dates == 30 * 35
    assert 0.01 < significant / dates <= 0.10


@pytest.mark.parametrize("periods", [52, 77])
def test_a_rate_that_wanders_strongly_is_no_step(periods: int) -> None:
    """A week keeps four fifths of the last one's distance, and the chance of so many orders comes on top."""
    rng = np.random.default_rng(20)
    significant = 0
    for _ in range(100):
        wander = [0.0]
        for _week in range(periods - 1):
            wander.append(0.8 * wander[-1] + rng.normal(0, 0.2 * 0.6))
        orders = rng.poisson(700, periods)
        rates = rng.binomial(orders, 0.04 * np.exp(wander)) / orders
        found = segmented(rates, int(rng.integers(8, periods - 8)), orders)
        assert found is not None
        significant += found.level.is_significant
    assert significant <= 10


def test_periods_that_do_not_resemble_each_other_keep_the_usual_error() -> None:
    """The price of not knowing how alike periods are: an error wider by about a third, and no more."""
    rng = np.random.default_rng(6)
    ratios = []
    for _ in range(100):
        y, design = rng.normal(size=60), module._design(60, 30)
        bread = np.linalg.inv(design.T @ design)
        residuals = y - design @ bread @ design.T @ y
        plain = np.sqrt(np.diag(bread) * (residuals @ residuals) / 56)
        ratios.append(np.sqrt(np.diag(covariance(design, y, bread))) / plain)
    assert 1 < np.median(ratios) < 1.5


def test_a_change_of_slope_is_told_from_a_step() -> None:
    t = np.arange(40.0)
    noise = np.random.default_rng(3).normal(0, 0.05, 40)
    found = segmented(1 + 0.1 * t + 0.2 * np.maximum(t - 20, 0) + noise, 20)
    assert found is not None
    assert found.slope.is_significant and found.slope.value == pytest.approx(0.2, abs=0.02)
    assert not found.level.is_significant
    assert found.without[-1] == pytest.approx(1 + 0.1 * 39, abs=0.3)


def test_the_control_group_takes_out_what_moved_both() -> None:
    rng = np.random.default_rng(12)
    season = np.cumsum(rng.normal(0, 1, 60))
    step = np.where(np.arange(60) >= 30, -2.0, 0.0)
    ours, control = season + step + rng.normal(0, 0.3, 60), season + rng.normal(0, 0.3, 60)
    alone, both = segmented(ours, 30), difference_in_differences(ours, control, 30)
    assert alone is not None and both is not None
    assert both.level.value == pytest.approx(-2, abs=0.6) and both.level.is_significant
    assert abs(alone.level.value + 2) > abs(both.level.value + 2)


def test_too_few_periods_cannot_tell() -> None:
    assert segmented([1.0] * 20, 5) is None
    assert segmented([float("nan")] * 12 + [1.0] * 12, 12) is None
    assert placebo([1.0, 2.0]).share is None
    with pytest.raises(ValueError, match="periods"):
        segmented([1.0] * 20, 20)


def test_a_line_without_noise_has_an_exact_effect() -> None:
    found = segmented([3.0] * 10 + [2.0] * 10, 10)
    assert found is not None and found.level.value == pytest.approx(-1)
