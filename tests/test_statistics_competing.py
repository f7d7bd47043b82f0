"""Aalen-Johansen and the log-rank test, against R's survival package, Kaplan-Meier, lifelines and simulated truth."""

import numpy as np
import pytest
from lifelines import AalenJohansenFitter, KaplanMeierFitter
from lifelines.statistics import logrank_test

from models.statistics.competing import aalen_johansen, incidence_quantile, log_rank
from models.statistics.survival import kaplan_meier, summarise_durations

# 120 visits drawn once; 0 open, 1 completed, 2 cancelled
T = [
    1,
    21.6,
    4.4,
    4.1,
    3.2,
    3.8,
    2.3,
    0.4,
    2.6,
    4.3,
    13.5,
    1.5,
    2.1,
    2.2,
    1.8,
    5.3,
    0.4,
    0.8,
    9.3,
    5.2,
    1.3,
    6.3,
    27.8,
    0.9,
    9.3,
    0.4,
    2.1,
    6.3,
    2.6,
    2.9,
    7,
    9.1,
    9,
    2,
    11.2,
    0.9,
    1.4,
    11,
    0.2,
    3.2,
    1.3,
    5.5,
    3.3,
    2,
    5,
    4,
    2.1,
    0.3,
    16.3,
    0.8,
    7.1,
    0.5,
    4,
    5.6,
    12.2,
    2.8,
    3.7,
    3.6,
    1.4,
    3.9,
    0.4,
    5.6,
    9.8,
    4.1,
    6.5,
    4.4,
    5.1,
    3,
    0.3,
    6.4,
    0.4,
    2.3,
    0.8,
    6.7,
    9.6,
    5.5,
    9.4,
    3.2,
    1.1,
    3.6,
    1.8,
    4.8,
    0.7,
    0.8,
    1.3,
    14.8,
    1,
    1,
    8,
    2.9,
    1.5,
    5.2,
    4.2,
    11.3,
    11.2,
    8.4,
    8.1,
    2.6,
    13.2,
    1.2,
    10.1,
    0.1,
    7.2,
    30.3,
    1.5,
    8.5,
    13.6,
    1.2,
    9,
    8,
    1.8,
    0.9,
    3.4,
    3.9,
    2.6,
    3,
    4.8,
    15.5,
    14.9,
    15.7,
]
C = [
    2,
    2,
    0,
    0,
    0,
    1,
    1,
    1,
    0,
    0,
    0,
    0,
    1,
    2,
    1,
    0,
    1,
    1,
    2,
    0,
    2,
    1,
    1,
    1,
    0,
    2,
    1,
    1,
    1,
    1,
    1,
    1,
    0,
    2,
    1,
    1,
    0,
    2,
    1,
    2,
    1,
    1,
    1,
    0,
    0,
    1,
    2,
    1,
    2,
    2,
    1,
    0,
    1,
    1,
    1,
    1,
    0,
    1,
    2,
    2,
    2,
    0,
    0,
    1,
    2,
    1,
    2,
    2,
    0,
    2,
    1,
    0,
    1,
    1,
    1,
    0,
    1,
    1,
    1,
    1,
    1,
    1,
    1,
    0,
    2,
    1,
    1,
    2,
    1,
    2,
    1,
    1,
    1,
    2,
    2,
    2,
    2,
    1,
    2,
    0,
    0,
    1,
    2,
    1,
    0,
    1,
    1,
    2,
    1,
    0,
    1,
    0,
    1,
    1,
    2,
    1,
    1,
    2,
    0,
    1,
]


def test_equals_r_survfit() -> None:
    # survfit(Surv(t, factor(c)) ~ 1), R survival 3.5: pstate and std.err of state 1
    curve = aalen_johansen(T, C)
    at = np.searchsorted(curve.times, [1, 3, 5, 8, 12], side="right") - 1
    assert curve.share[at] == pytest.approx([0.101431291, 0.228855424, 0.365311208, 0.467477911, 0.544960261])
    errors = [0.0277673285, 0.0395617353, 0.0464017114, 0.0497143543, 0.0512327878]
    # R estimates the same variance by the infinitesimal jackknife, not by the delta method: alike, not equal
    assert np.sqrt(curve.variance[at]) == pytest.approx(errors, rel=0.02)


@pytest.mark.filterwarnings("ignore")
def test_equals_lifelines() -> None:
    rng = np.random.default_rng(6)
    t = rng.permutation(400) / 10 + 0.1  # lifelines shifts tied times at random
    c = rng.integers(0, 3, 400)
    fitter = AalenJohansenFitter().fit(t, c, event_of_interest=1)
    curve = aalen_johansen(t, c)
    reference = fitter.cumulative_density_.iloc[:, 0]
    assert curve.share == pytest.approx(reference.loc[curve.times].to_numpy())
    assert curve.variance == pytest.approx(fitter.variance_.loc[curve.times].to_numpy(), rel=1e-6)


def test_without_cancellation_it_is_kaplan_meier() -> None:
    c = [int(why == 1) for why in C]
    curve, plain = aalen_johansen(T, c), kaplan_meier(T, [bool(x) for x in c])
    assert curve.share == pytest.approx(1 - plain.survival)
    median = incidence_quantile(curve, 0.5)
    assert median.value == summarise_durations(T, [bool(x) for x in c]).median.value


@pytest.mark.filterwarnings("ignore")
def test_kaplan_meier_equals_lifelines() -> None:
    fitter = KaplanMeierFitter().fit(T, [why == 1 for why in C])
    curve = kaplan_meier(T, [why == 1 for why in C])
    assert curve.survival == pytest.approx(fitter.survival_function_["KM_estimate"].loc[curve.times].to_numpy())
    band = fitter.confidence_interval_.loc[curve.times].to_numpy()
    known = np.isfinite(curve.lower)
    assert curve.lower[known] == pytest.approx(band[known, 0])
    assert summarise_durations(T, [why == 1 for why in C]).median.value == fitter.median_survival_time_


def test_a_hand_worked_case() -> None:
    # 5 visits: completed at 1, cancelled at 2, completed at 3, open at 4, completed at 5
    # F(1) = 1/5; S(2-) = 4/5; S(3-) = 4/5 * 3/4 = 3/5; F(3) = 1/5 + 3/5 * 1/3 = 2/5; S(5-) = 2/5; F(5) = 4/5
    curve = aalen_johansen([1, 2, 3, 4, 5], [1, 2, 1, 0, 1])
    assert curve.times.tolist() == [1, 3, 5]
    assert curve.share == pytest.approx([0.2, 0.4, 0.8])
    assert incidence_quantile(curve, 0.5).value == 5
    assert incidence_quantile(curve, 0.9).value is None  # a fifth was cancelled: nine tenths are never reached


def test_counting_cancelled_orders_as_censored_says_too_much() -> None:
    rng = np.random.default_rng(3)
    done, gone = rng.exponential(10, 20_000), rng.exponential(15, 20_000)
    age = rng.uniform(0, 40, 20_000)
    t = np.minimum(np.minimum(done, gone), age)
    c = np.where(t == age, 0, np.where(done < gone, 1, 2))
    truth = 15 / 25 * (1 - np.exp(-20 * (1 / 10 + 1 / 15)))  # completed within 20
    curve = aalen_johansen(t, c)
    at = np.searchsorted(curve.times, 20.0, side="right") - 1
    assert curve.share[at] == pytest.approx(truth, abs=0.015)
    naive = kaplan_meier(t, c == 1)
    assert 1 - naive.survival[np.searchsorted(naive.times, 20.0, side="right") - 1] > truth + 0.2


@pytest.mark.filterwarnings("ignore")
def test_log_rank_equals_r_and_lifelines() -> None:
    t, c, g = np.array(T), np.array(C), np.arange(120) % 2
    found = log_rank(t[g == 0], c[g == 0], t[g == 1], c[g == 1])
    assert found is not None
    # survdiff(Surv(t, c == 1) ~ g)
    assert (found.statistic, found.seen, found.expected) == (
        pytest.approx(0.01221545, rel=1e-5), 31, pytest.approx(31.42238, rel=1e-6)
    )  # fmt: skip
    reference = logrank_test(t[g == 0], t[g == 1], c[g == 0] == 1, c[g == 1] == 1)
    assert found.p_value == pytest.approx(reference.p_value)


def test_log_rank_holds_its_level_and_sees_a_difference() -> None:
    rng = np.random.default_rng(9)
    hits = 0
    for _ in range(200):
        t, u = rng.exponential(5, 60), rng.exponential(5, 60)
        found = log_rank(np.minimum(t, 8), t < 8, np.minimum(u, 8), u < 8)
        hits += found is not None and found.p_value < 0.05
    assert 2 <= hits <= 22
    t, u = rng.exponential(5, 200), rng.exponential(9, 200)
    found = log_rank(t, np.ones(200), u, np.ones(200))
    assert found is not None and found.p_value < 1e-3


def test_nothing_to_compare() -> None:
    assert log_rank([1, 2], [0, 0], [3], [0]) is None
    assert aalen_johansen([], []).share.size == 0
    with pytest.raises(ValueError, match="durations"):
        aalen_johansen([-1.0], [1])
