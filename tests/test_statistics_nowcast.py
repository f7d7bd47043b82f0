"""The right edge, against a brute-force triangle and simulated discovery delays."""

import numpy as np
import pytest

from models.statistics.nowcast import correct, found_share, period_share


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
