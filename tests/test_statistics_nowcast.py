"""The right edge, against a brute-force triangle and simulated discovery delays."""

import numpy as np
import pytest
from scipy.stats import nbinom

from models.statistics.nowcast import Level, correct, expect, found_share, level_ahead, period_share


def brute_force(delays: list[int], ages: list[int]) -> list[float]:
    """F(d), written straight from g(d) = n(d) / N(<= d) and F(d) = prod (1 - g)."""
    last = max(delays)
    pairs = list(zip(delays, ages, strict=True))

    def hazard(day: int) -> float:
        at_risk = [delay for delay, age in pairs if delay <= day <= age]
        return sum(delay == day for delay in at_risk) / len(at_risk) if at_risk else 0.0

    return [float(np.prod([1 - hazard(u) for u in range(d + 1, last + 1)])) for d in range(last + 1)]


def test_hand_worked_triangle() -> None:
    # old orders (age 2): delays 0, 1, 1, 2; young ones (age 1): 0, 1; newest (age 0): 0
    found = found_share([0, 1, 1, 2, 0, 1, 0], [2, 2, 2, 2, 1, 1, 0])
    assert found is not None
    # g(2) = 1/4; g(1) = 3/5 (errors with delay <= 1 and age >= 1: 0, 1, 1, 0, 1); F(1) = 3/4; F(0) = 3/4 * 2/5
    assert found.share == pytest.approx([0.3, 0.75, 1.0])
    # Greenwood in reverse: 1/(4*3); plus 3/(5*2)
    assert found.log_variance == pytest.approx([1 / 12 + 3 / 10, 1 / 12, 0])
    assert found.at([0, 1, 2, 99]) == pytest.approx([0.3, 0.75, 1, 1])
    assert np.isnan(found.at([-1])[0])
    assert (found.mature_age(0.7), found.mature_age(0.9)) == (1, 2)


def test_against_brute_force() -> None:
    rng = np.random.default_rng(2)
    ages = rng.integers(0, 40, 500)
    delays = rng.integers(0, ages + 1)
    found = found_share(delays, ages)
    assert found is not None
    assert found.share == pytest.approx(brute_force(delays.tolist(), ages.tolist()))


def simulate(rng: np.random.Generator) -> tuple[float, float, float, float]:
    """Errors of the last two weeks as seen, as corrected (with interval): flat 6 %, mean delay 20 days."""
    days, a_day = 140, 120
    ages = np.repeat(np.arange(days), rng.binomial(a_day, 0.06, days))
    delays = np.floor(rng.exponential(20, ages.size)).astype(int)
    seen = delays <= ages
    found = found_share(delays[seen], ages[seen], horizon=90)
    assert found is not None
    last = np.arange(14)
    share = period_share(np.full(14, a_day), last, found)
    observed = int((seen & (ages < 14)).sum())
    fixed = correct(observed, share, float(found.log_variance[7]))
    return observed / (14 * a_day), fixed.count / (14 * a_day), fixed.low, fixed.high


def test_flat_rate_stays_flat_at_the_edge() -> None:
    rng = np.random.default_rng(1)
    runs = np.array([simulate(rng) for _ in range(100)])
    naive, corrected = np.abs(runs[:, 0] - 0.06).mean(), np.abs(runs[:, 1] - 0.06).mean()
    assert naive > 0.035
    assert corrected < 0.013
    assert abs(runs[:, 1].mean() - 0.06) < 0.003
    expected = 0.06 * 14 * 120
    assert ((runs[:, 2] <= expected) & (expected <= runs[:, 3])).mean() > 0.85


def test_interval_never_below_what_was_found() -> None:
    fixed = correct(40, 0.8)
    assert fixed.count == 50 and fixed.low >= 40 and fixed.high > 50 and fixed.is_trusted
    assert correct(40, 1.0).low == correct(40, 1.0).high == 40
    assert not correct(10, 0.3).is_trusted


def test_nothing_found_yet_still_has_an_upper_end() -> None:
    fixed = correct(0, 0.5)
    assert (fixed.count, fixed.low) == (0, 0)
    assert 0.5**fixed.high == pytest.approx(0.025)
    assert np.isnan(correct(0, 0.0).high)


def test_no_errors_and_impossible_delays() -> None:
    assert found_share([], []) is None
    assert found_share([50], [60], horizon=30) is None
    with pytest.raises(ValueError, match="delay"):
        found_share([5], [3])


# A rate of 5 % that is known as well as from ten errors of 200 orders: shape 10, rate 200.
BEFORE = Level(0.05, 0.05 / 200, 0.0)


def test_the_rest_is_expected_from_what_was_found_and_from_the_periods_before() -> None:
    # 5 of 200 found, half of all: shape 10 + 5, rate 200 + 100; the other half: 100 * 15 / 300 = 5
    told = expect(5, 200, 0.5, 0.0, BEFORE)
    assert told.count == pytest.approx(10) and told.is_trusted
    # of a negative binomial count with shape 15 and chance 300 / 400, half of each count's chance on either side
    unseen = nbinom(15, 0.75)
    for end, tail in ((told.low - 5, 0.025), (told.high - 5, 0.975)):
        assert (unseen.cdf(end) + unseen.cdf(end - 1)) / 2 >= tail > (unseen.cdf(end - 1) + unseen.cdf(end - 2)) / 2


def test_what_was_found_shifts_the_level_of_the_next_period() -> None:
    after = Level(0.05, 0.05 / 200, 0.0001).after(6, 200, 0.5)
    # shape 16, rate 300
    assert (after.mean, after.variance) == pytest.approx((16 / 300, 16 / 300**2 + 0.0001))


def test_a_level_that_is_contradicted_counts_for_less() -> None:
    sure = Level(0.02, 1e-8, 0.0)
    assert expect(10, 500, 0.9, 0.0, sure).count == pytest.approx(10 + 50 * 0.02, abs=0.1)
    told = expect(45, 500, 0.9, 0.0, sure)  # 10 % of those seen, where 2 % were sure
    assert 45 + 50 * 0.08 < told.count < 45 + 50 * 0.101


def test_without_a_level_or_a_share_nothing_is_made_up() -> None:
    assert expect(40, 500, 0.8, 0.0, None) == correct(40, 0.8)
    assert np.isnan(expect(3, 100, float("nan"), 0.0, BEFORE).count)
    assert level_ahead([0, 0, 0], [10, 10, 10]) is None
    assert level_ahead([1], [10]) is None


def test_the_level_is_wide_where_the_rate_is_restless() -> None:
    calm = level_ahead([50, 52, 48, 51, 49, 50, 52, 48], [1000] * 8)
    restless = level_ahead([20, 80, 30, 70, 25, 90, 10, 75], [1000] * 8)
    assert calm is not None and restless is not None
    assert calm.mean == pytest.approx(0.05, abs=0.002)
    assert restless.variance > 5 * calm.variance and restless.drift > 5 * calm.drift


def company(rng: np.random.Generator) -> tuple[float, float, float, float, float]:
    """The last two weeks of a year at 4 %, found after 15 days on average: true, found, expected, low and high (90 %)."""
    days, a_day = 364, 100
    errors = rng.binomial(a_day, 0.04, days)
    ages = np.repeat(np.arange(days), errors)
    delays = np.floor(rng.exponential(15, ages.size)).astype(int)
    seen = delays <= ages
    found = found_share(delays[seen], ages[seen])
    assert found is not None
    counts = np.bincount(ages[seen], minlength=days).reshape(-1, 14).sum(axis=1)[::-1]
    level = level_ahead(counts[:-3], [14 * a_day] * (counts.size - 3))
    for number in (3, 2, 1):
        share = period_share(np.full(14, a_day), np.arange(14) + 14 * (number - 1), found)
        told = expect(counts[-number], 14 * a_day, share, float(found.log_variance[14 * number - 7]), level, 0.9)
        assert level is not None
        level = level.after(counts[-number], 14 * a_day, share)
    return float(errors[:14].sum()), float(counts[-1]), told.count, told.low, told.high


def test_the_last_window_is_expected_within_a_third_of_the_raw_error_and_covered_as_told() -> None:
    runs = np.array([company(np.random.default_rng(seed)) for seed in range(100)])
    true, raw, expected, low, high = runs.T
    assert np.abs(expected - true).mean() < np.abs(raw - true).mean() / 3
    assert 0.85 <= ((low <= true) & (true <= high)).mean() <= 0.95


def test_where_all_were_found_on_one_day_the_rest_is_still_a_number() -> None:
    found = found_share([1, 1, 1], [10, 20, 30])
    assert found is not None
    assert found.at([0, 1]).tolist() == [0.0, 1.0]
    # 3 of 3 found on that day, half an error more at risk: 3 / (3 * 0.5).
    assert found.log_variance[0] == pytest.approx(2.0)
    before = level_ahead([1, 0, 1, 1], [40, 40, 40, 40])
    for share in (0.0, 0.5, 1.0):
        told = expect(1, 40, share, float(found.log_variance[0]), before)
        assert 1 <= told.low <= told.count <= told.high < 40


def test_where_errors_are_few_the_level_rests_on_enough_of_them() -> None:
    """Ten errors a period: the last two, both lucky, would have foretold nothing; with a hundred a period two are enough."""
    few = [10, 11, 9, 10, 10, 9, 11, 10, 10, 10, 9, 11, 10, 10, 5, 5]
    level = level_ahead(few, [250] * 16)
    assert level is not None
    # 13 periods would hold a hundred, but leave fewer than four forecasts to be tried on; 8 is the longest that does not.
    assert level.mean == pytest.approx(sum(few[-8:]) / (8 * 250))
    longer = level_ahead([10] * 4 + few, [250] * 20)
    assert longer is not None
    assert longer.mean == pytest.approx(sum(few[-13:]) / (13 * 250))
    many = level_ahead([100] * 14 + [50, 50], [2500] * 16)
    assert many is not None and many.mean < longer.mean
    assert level_ahead([10] * 8, [250] * 8).drift == 0  # type: ignore[union-attr]
