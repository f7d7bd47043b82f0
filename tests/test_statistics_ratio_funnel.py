"""Ratios of counts to expected counts, against FunnelPlotR's published example, the Poisson distribution and simulated customers."""

import numpy as np
import pytest
from scipy import stats

from models.statistics.funnel import ALARM
from models.statistics.ratio_funnel import RatioFunnel, log_spread, ratio_funnel, ratio_limits

# Days that 1,495 patients of 54 providers stayed (COUNT's medpar: Medicare, Arizona, 1991), in order of provnum, beside the sum that
# the Poisson regression los ~ hmo + died + age80 + factor(type) predicts: the example of FunnelPlotR's README. The regression was run in R;
# its coefficients are those printed there.
PROVIDERS = [
    30001, 30002, 30003, 30006, 30007, 30008, 30009, 30010, 30011, 30012, 30013, 30014, 30016, 30017, 30018, 30019,
    30022, 30023, 30024, 30025, 30030, 30033, 30035, 30036, 30037, 30038, 30043, 30044, 30055, 30059, 30060, 30061,
    30062, 30064, 30065, 30067, 30068, 30069, 30073, 30078, 30080, 30083, 30084, 30085, 30086, 30087, 30088, 30089,
    30092, 30093, 30094, 32000, 32002, 32003,
]  # fmt: skip
DAYS = [
    406, 642, 46, 764, 82, 201, 193, 569, 404, 134, 614, 491, 501, 131, 274, 124, 456, 48, 429, 14, 369, 8, 37, 128,
    145, 493, 104, 6, 308, 34, 7, 935, 134, 339, 458, 22, 2, 160, 87, 55, 252, 174, 43, 228, 210, 321, 631, 543, 105,
    389, 92, 1012, 283, 95,
]  # fmt: skip
PREDICTED = [
    523.69630, 612.97855, 53.79136, 763.71789, 120.93739, 250.18602, 155.49210, 484.71488, 362.22213, 188.92661,
    554.38477, 616.73798, 360.14733, 245.61260, 263.56458, 154.66242, 475.01589, 38.93393, 445.09656, 28.79714,
    347.53640, 7.56105, 73.20560, 118.11376, 273.33773, 449.79320, 172.37858, 19.19626, 321.85801, 36.56300, 19.96429,
    851.71637, 198.94056, 302.39343, 410.16347, 45.86532, 9.66731, 212.34495, 38.92217, 31.73787, 285.63591,
    186.65606, 33.98183, 255.65467, 242.02587, 279.47622, 619.26359, 626.13020, 145.67486, 413.86210, 111.26279,
    685.58572, 181.10791, 24.80648,
]  # fmt: skip


def _beyond(found: RatioFunnel) -> list[int]:
    return [PROVIDERS[i] for i in np.flatnonzero((found.rate > found.alarm.high) | (found.rate < found.alarm.low))]


def _told(found: RatioFunnel) -> list[int]:
    return [PROVIDERS[i] for i in np.flatnonzero(found.outside)]


def test_published_example_without_over_dispersion() -> None:
    # "A funnel plot object with 54 points of which 25 are outliers. Plot is not adjusted for overdispersion."
    found = ratio_funnel(DAYS, PREDICTED, widened=False)
    assert (len(DAYS), len(_beyond(found))) == (54, 25)


def test_published_example_with_over_dispersion() -> None:
    # "A funnel plot object with 54 points of which 9 are outliers. Plot is adjusted for overdispersion." phi and tau2 come from the
    # functions of FunnelPlotR 0.5 (transformed_zscore, truncation, phi_func, tau_func) run in R on these sums, and so do the nine.
    assert log_spread(DAYS, PREDICTED) == pytest.approx((8.532055, 0.02840721), rel=1e-6)
    assert _beyond(ratio_funnel(DAYS, PREDICTED)) == [30017, 30035, 30037, 30044, 30060, 30067, 30068, 30073, 32003]


@pytest.mark.parametrize(("widened", "untold"), [(False, 2), (True, 1)])
def test_what_lies_at_the_limit_and_is_not_as_seldom_is_not_told(widened: bool, untold: int) -> None:
    found = ratio_funnel(DAYS, PREDICTED, widened=widened)
    near = [PROVIDERS.index(each) for each in _beyond(found) if each not in _told(found)]
    assert len(near) == untold
    assert (stats.poisson.cdf(np.take(DAYS, near), np.take(PREDICTED, near)) > 0.001).all()
    assert set(_told(found)) < set(_beyond(found))


def test_exact_limits_are_those_of_the_poisson_distribution() -> None:
    # Spiegelhalter 2005, appendix: half the chi-squared quantiles of 2 E and 2 (E + 1) degrees of freedom, over E.
    found = ratio_limits([4.5, 60, 900], ALARM)
    assert found.low * [4.5, 60, 900] == pytest.approx(stats.chi2.ppf(0.001, [9, 120, 1800]) / 2)
    assert found.high * [4.5, 60, 900] == pytest.approx(stats.chi2.ppf(0.999, [11, 122, 1802]) / 2)
    assert ((found.low < 1) & (found.high > 1)).all()


def test_equal_customers_are_left_alone_and_a_different_one_is_told() -> None:
    rng = np.random.default_rng(3)
    expected = rng.uniform(5, 200, 1500)
    counts = rng.poisson(expected)
    assert (ratio_funnel(counts, expected, widened=False).outside != 0).mean() < 0.006
    counts[7], expected[7] = 150, 60
    assert ratio_funnel(counts, expected).outside[7] == 1


def test_none_where_two_were_expected_is_no_signal() -> None:
    # e^-2 = 13.5 % of customers of whom two changes are expected make none, e^-8 = 0.03 % of those of whom eight are
    assert ratio_funnel([0, 0], [2, 8], widened=False).outside.tolist() == [0, -1]
    rng = np.random.default_rng(8)
    expected = rng.uniform(0.2, 3, 3000)
    assert (ratio_funnel(rng.poisson(expected), expected, widened=False).outside != 0).mean() < 0.004


def test_customers_that_differ_of_themselves_widen_the_limits() -> None:
    rng = np.random.default_rng(5)
    expected = rng.uniform(30, 400, 300)
    counts = rng.poisson(expected * rng.lognormal(0, 0.3, 300))
    plain, widened = ratio_funnel(counts, expected, widened=False), ratio_funnel(counts, expected)
    # A tenth at each end is left out, which makes less of the variance of 0.09
    assert 0.03 < widened.tau2 < 0.09
    assert (widened.outside != 0).sum() < (plain.outside != 0).sum() / 3


def test_no_count_has_a_place_and_impossible_ones_are_refused() -> None:
    found = ratio_funnel([0, 0, 40, 50, 60], [0.4, 30, 45, 50, 55])
    assert found.rate[:2].tolist() == [0, 0]
    assert np.isfinite(found.tau2)
    assert found.outside[:2].tolist() == [0, -1]
    assert ratio_funnel([], []).rate.size == 0
    with pytest.raises(ValueError, match="above 0"):
        ratio_funnel([1], [0])
    with pytest.raises(ValueError, match="one length"):
        ratio_funnel([1, 2], [3])
