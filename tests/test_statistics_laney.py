"""Laney p', p chart and over-dispersion, against hand-worked numbers and simulated processes."""

import numpy as np
import pytest
from scipy import stats

from models.statistics.laney import BEYOND, RUN, dispersion, laney, p_chart


def test_hand_worked_chart() -> None:
    # pooled 30/300 = 0.1; sigma = sqrt(.09/100) = .03; z = -2/3, 2/3, 0; moving ranges 4/3, 2/3; mean 1; over 1.128
    chart = laney([8, 12, 10], [100, 100, 100])
    assert chart.center == pytest.approx(0.1)
    assert chart.sigma == pytest.approx([0.03] * 3)
    assert chart.sigma_z == pytest.approx(1 / 1.128)
    assert chart.upper == pytest.approx([0.1 + 0.09 / 1.128] * 3)
    assert chart.signals == ()


def test_center_is_pooled_not_the_mean_of_rates() -> None:
    assert p_chart([20, 3], [1000, 10]).center == pytest.approx(23 / 1010)


def test_varying_sizes_against_a_plain_loop() -> None:
    rng = np.random.default_rng(3)
    sizes = rng.integers(50, 900, 40)
    errors = rng.binomial(sizes, 0.07)
    center = errors[:25].sum() / sizes[:25].sum()
    sigmas = [(center * (1 - center) / n) ** 0.5 for n in sizes]
    z = [(x / n - center) / s for x, n, s in zip(errors, sizes, sigmas, strict=True)]
    moves = [abs(z[i] - z[i - 1]) for i in range(1, 25)]
    sigma_z = sum(moves) / len(moves) / 1.128
    chart = laney(errors, sizes, slice(0, 25))
    assert chart.sigma_z == pytest.approx(sigma_z)
    assert chart.lower == pytest.approx([max(0.0, center - 3 * s * sigma_z) for s in sigmas])
    mask = np.arange(40) < 25
    assert laney(errors, sizes, mask).upper == pytest.approx(chart.upper)


def test_a_planted_jump_is_beyond_the_limits() -> None:
    errors = [50, 52, 49, 51, 48, 50, 53, 47, 90]
    chart = laney(errors, [1000] * 9, slice(0, 8))
    assert [(s.index, s.rule) for s in chart.signals] == [(8, BEYOND)]


def test_eight_in_a_row_fires_at_the_eighth() -> None:
    errors = [40, 60, *[45] * 4, 50, *[45] * 4, 80]
    chart = p_chart(errors, [1000] * len(errors))
    center = sum(errors) / (1000 * len(errors))
    assert 0.045 < center < 0.05
    # the 50 lies above the centre and breaks the run: four, then four
    assert [s for s in chart.signals if s.rule == RUN] == []
    steady = p_chart([52, 60, *[45] * 9], [1000] * 11)
    assert [s.index for s in steady.signals if s.rule == RUN] == [9, 10]


def test_a_point_on_the_line_or_an_empty_period_neither_counts_nor_breaks() -> None:
    errors = [60, 40, 40, 40, 40, 50, 0, 40, 40, 40, 40]
    sizes = [1000] * 11
    sizes[6] = 0
    chart = p_chart(errors, sizes, np.array([True, True] + [False] * 9))
    assert [s.index for s in chart.signals if s.rule == RUN] == [10]
    assert np.isnan(chart.rate[6]) and np.isnan(chart.upper[6])


def test_restless_process_fools_the_p_chart_but_not_laney() -> None:
    rng = np.random.default_rng(11)
    sizes = np.full(400, 2000)
    errors = rng.binomial(sizes, np.clip(rng.normal(0.06, 0.012, 400), 0.001, 1))
    beyond = [sum(s.rule == BEYOND for s in chart(errors, sizes).signals) / 400 for chart in (p_chart, laney)]
    assert beyond[0] > 0.1
    assert beyond[1] < 0.02
    test = dispersion(errors, sizes)
    assert test is not None and test.ratio > 3 and test.p_value < 1e-9


def test_dispersion_equals_the_contingency_test() -> None:
    x, n = np.array([12, 30, 7]), np.array([100, 210, 90])
    expected = stats.chi2_contingency([x, n - x], correction=False)
    found = dispersion(x, n)
    assert found is not None
    assert (found.statistic, found.degrees) == (pytest.approx(expected.statistic), expected.dof)
    assert found.p_value == pytest.approx(expected.pvalue)


def test_quiet_and_tiny_data() -> None:
    assert laney([0, 0, 0], [50, 60, 70]).signals == ()
    assert np.isnan(laney([1], [50]).sigma_z)
    assert np.isnan(laney([], []).center)
    assert laney([1, 0, 2], [50, 50, 50]).is_rare and not laney([100, 90], [1000, 1000]).is_rare
    assert dispersion([0, 0], [5, 5]) is None and dispersion([1], [5]) is None


@pytest.mark.parametrize(("errors", "sizes"), [([3], [2]), ([-1], [2]), ([1, 2], [5]), ([float("nan")], [4])])
def test_impossible_counts_are_refused(errors: list[float], sizes: list[float]) -> None:
    with pytest.raises(ValueError, match="errors"):
        laney(errors, sizes)


def test_a_wrong_baseline_is_refused() -> None:
    with pytest.raises(ValueError, match="baseline"):
        laney([1, 2], [5, 5], [0, 1])


def test_a_spread_may_have_a_least_value() -> None:
    # Four periods that lie close together by chance: mean moving range of z 0.17, so limits at a sixth of what chance allows
    errors, orders = [6, 6, 7, 6], [100, 100, 110, 100]
    narrow, wide = laney(errors, orders), laney(errors, orders, None, 1.0)
    assert narrow.sigma_z < 0.2
    assert wide.sigma_z == 1.0
    assert wide.upper == pytest.approx(p_chart(errors, orders).upper)
    restless = [2, 14, 1, 12]
    assert laney(restless, orders, None, 1.0).sigma_z == laney(restless, orders).sigma_z > 1
