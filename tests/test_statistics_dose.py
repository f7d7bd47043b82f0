"""The trend of a rate over an amount: against Armitage's formula worked by hand, and its false alarms on seeds without any trend."""

import numpy as np
import pytest

from models.statistics.dose import dose


def test_it_is_armitages_trend_where_everybody_expects_the_pooled_rate() -> None:
    """Hits 10, 14, 21 of 100 each at 0, 1, 2: p = 0.15; z = 11 / sqrt(0.15 * 0.85 * (100 + 400 - 300^2 / 300)) = 2.178."""
    found = dose([10, 14, 21], [15, 15, 15], [100, 100, 100], [0, 1, 2])
    assert found is not None
    assert found.z == pytest.approx(11 / (0.15 * 0.85 * 200) ** 0.5)
    assert found.p == pytest.approx(0.0294, abs=0.0005)
    assert found.ratio == pytest.approx(2.1)
    wider = dose([10, 14, 21], [15, 15, 15], [100, 100, 100], [0, 1, 2], dispersion=4.0)
    assert wider is not None and wider.z == pytest.approx(found.z / 2)


def test_who_works_on_busy_days_is_taken_out() -> None:
    """The busy group has twice the errors, and twice as many were expected of those who work then."""
    found = dose([10, 20], [10, 20], [200, 200], [20, 90])
    assert found is not None and found.z == 0 and found.ratio == 1


def test_one_group_or_nothing_expected_tells_nothing() -> None:
    assert dose([3], [2], [10], [1]) is None
    assert dose([0, 0], [0, 0], [10, 10], [1, 2]) is None
    with pytest.raises(ValueError, match="one length"):
        dose([1, 2], [1], [3, 3], [1, 2])


def test_without_a_trend_about_one_in_twenty_seems_to_have_one() -> None:
    rng = np.random.default_rng(7)
    sizes = np.array([800, 900, 1000, 1100, 1200])
    alarms = 0
    for _ in range(2000):
        hits = rng.binomial(sizes, 0.04)
        found = dose(hits, sizes * hits.sum() / sizes.sum(), sizes, [10, 30, 50, 70, 90])
        assert found is not None
        alarms += found.p < 0.05
    assert 0.03 < alarms / 2000 < 0.07
