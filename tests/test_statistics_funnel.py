"""Funnel limits and over-dispersion, against FunnelPlotR's own functions, hand-worked figures and simulated users."""

import numpy as np
import pytest
from scipy import stats

from models.statistics.funnel import ALARM, WARNING, funnel, limits, spread, standardised_funnel

HITS = [100, 150, 180, 80, 120, 225, 40, 9, 310, 18]
SIZES = [1080, 1120, 1650, 950, 1000, 2200, 300, 150, 2600, 420]


def test_over_dispersion_equals_funnelplotr() -> None:
    # transformed_zscore(type PR), winsorisation(0.1), phi_func, tau_func of FunnelPlotR 0.5, run in R on these counts
    phi, tau2 = spread(HITS, SIZES)
    assert phi == pytest.approx(3.206344)
    assert tau2 == pytest.approx(0.0005872027)


def test_widened_limits_equal_funnelplotr() -> None:
    # calculate_limits(type PR, draw_adjusted): odll95, odul95, odll998, odul998
    pooled, tau2 = sum(HITS) / sum(SIZES), 0.0005872027
    inner, outer = (limits([150, 1000, 2600], pooled, level, tau2) for level in (WARNING, ALARM))
    assert inner.low == pytest.approx([0.0568987771, 0.0748893157, 0.0777968672], rel=1e-6)
    assert inner.high == pytest.approx([0.171479686, 0.144976940, 0.141143123], rel=1e-6)
    assert outer.low == pytest.approx([0.0346353895, 0.0585945527, 0.0627148984], rel=1e-6)
    assert outer.high == pytest.approx([0.213743519, 0.168748141, 0.162331841], rel=1e-6)


def test_exact_limits_by_hand() -> None:
    # n = 10, p = 0.1: P(X <= 0) = .3487, P(X <= 3) = .9872, P(X <= 2) = .9298. The 97.5 % quantile is 3; its step is
    # .9872 - .9298, of which (.9872 - .975) lies above: alpha = .2126; limit (3 - .2126) / 10
    found = limits([10], 0.1, 0.95)
    at, below = stats.binom.cdf(3, 10, 0.1), stats.binom.cdf(2, 10, 0.1)
    assert found.high[0] == pytest.approx((3 - (at - 0.975) / (at - below)) / 10)
    assert found.high[0] == pytest.approx(0.2787, abs=2e-4)
    assert found.low[0] == 0


def test_about_five_per_cent_of_equal_users_lie_outside_the_inner_limits() -> None:
    rng = np.random.default_rng(4)
    sizes = rng.integers(100, 4000, 2000)
    rate = rng.binomial(sizes, 0.05) / sizes
    inner, outer = limits(sizes, 0.05, WARNING), limits(sizes, 0.05, ALARM)
    assert ((rate < inner.low) | (rate > inner.high)).mean() == pytest.approx(0.05, abs=0.015)
    assert ((rate < outer.low) | (rate > outer.high)).mean() < 0.006


def test_a_different_user_stands_out_and_a_small_one_does_not() -> None:
    sizes = np.array([900, 1100, 1000, 950] * 5 + [1050, 20])
    found = funnel([45, 55, 50, 48] * 5 + [105, 3], sizes)
    assert found.outside.tolist() == [0] * 20 + [1, 0]
    assert found.shrunk[21] < found.rate[21] / 2 + found.pooled / 2


def test_spread_between_users_widens_the_limits() -> None:
    rng = np.random.default_rng(7)
    sizes = rng.integers(500, 3000, 60)
    hits = rng.binomial(sizes, rng.beta(20, 380, 60))
    found = funnel(hits, sizes)
    assert found.tau2 > 0 and found.phi > 2
    narrow = limits(sizes, found.pooled, ALARM)
    beyond = (found.rate < narrow.low) | (found.rate > narrow.high)
    assert beyond.sum() > (found.outside != 0).sum()
    assert np.abs(found.z).max() < 4


def test_shrunk_rates_are_nearer_the_truth() -> None:
    rng = np.random.default_rng(2)
    truth = rng.beta(10, 190, 400)
    sizes = rng.integers(20, 400, 400)
    hits = rng.binomial(sizes, truth)
    found = funnel(hits, sizes)
    assert np.abs(found.shrunk - truth).mean() < 0.7 * np.abs(found.rate - truth).mean()


def test_case_mix_is_taken_out() -> None:
    # two users, equally careful: 2 % of EDI and 10 % of phone orders go wrong; one has mostly phone
    expected = [0.02 * 900 + 0.10 * 100, 0.02 * 100 + 0.10 * 900]
    found = standardised_funnel([28, 92], expected, [1000, 1000])
    assert found.rate == pytest.approx([0.06, 0.06])
    # 6 % of 1,000: as many orders as bring 28 and 92 errors at 6 %
    assert found.sizes == pytest.approx([28 / 0.06, 92 / 0.06])
    assert standardised_funnel([0, 4], [0, 4], [10, 40]).outside.tolist() == [0, 0]


def test_who_has_the_easy_orders_is_not_accused_of_what_chance_does() -> None:
    # Equally careful users: one half enters orders of which one in 200 goes wrong, the other those of which one in ten does.
    rng = np.random.default_rng(11)
    sizes = np.full(2000, 1000)
    expected = np.tile([5.0, 100.0], 1000)
    found = standardised_funnel(rng.binomial(sizes, expected / sizes), expected, sizes)
    assert (found.outside[::2] != 0).mean() < 0.006
    assert (found.outside[1::2] != 0).mean() < 0.006
    # Of three times as many errors as expected the one with 15 for 5 is told, too.
    told = standardised_funnel([16, *[5] * 20, *[100] * 20], [5, *[5] * 20, *[100] * 20], [1000] * 41)
    assert told.outside.tolist() == [1, *[0] * 40]


def test_one_error_where_hardly_any_was_expected_is_no_signal() -> None:
    found = standardised_funnel([1, 50, 52, 47], [0.05, 50, 50, 50], [40, 1000, 1000, 1000])
    assert found.outside.tolist() == [0, 0, 0, 0]


def test_no_groups_one_group_and_impossible_counts() -> None:
    assert funnel([], []).rate.size == 0
    one = funnel([3], [50])
    assert (one.tau2, one.outside.tolist()) == (0.0, [0])
    assert funnel([0, 0], [10, 20]).outside.tolist() == [0, 0]
    with pytest.raises(ValueError, match="size"):
        funnel([1], [0])
