"""Two groups of orders compared on the same mix: what chance, and not the kind of orders, leaves of their difference.

Direct standardisation to the first group's mix (Rothman, Greenland and Lash, Modern Epidemiology, 3rd ed., ch. 15): in each
stratum the groups are compared, strata weigh as the first group's orders do; the interval of the ratio is by the delta method on
the logarithm. Strata that only one group has are left out and counted.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from models.statistics.intervals import Interval

Floats = NDArray[np.float64]

FEWEST = 10
"""Orders that each group needs in common strata."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group by stratum: number of orders, sum and sum of squares of what is compared (for a share: hits, twice)."""

    n: Floats
    total: Floats
    squares: Floats


@dataclass(frozen=True, slots=True)
class MixComparison:
    """Means of both groups on the first one's mix, their difference and ratio with intervals.

    `compared` orders of the first group lie in strata that the second one has too. `ratio` is None where a mean is 0.
    """

    first: float
    second: float
    difference: float
    interval: Interval
    ratio: float | None
    ratio_interval: Interval | None
    compared: int

    @property
    def is_signal(self) -> bool:
        """True where the interval of the difference leaves out 0."""
        return not self.interval.low <= 0 <= self.interval.high


def group(n: ArrayLike, total: ArrayLike, squares: ArrayLike | None = None) -> Group:
    """A group from its strata; without `squares` the totals are hits of a share. ValueError for arrays of different length."""
    counts, sums = np.asarray(n, dtype=np.float64), np.asarray(total, dtype=np.float64)
    squared = sums if squares is None else np.asarray(squares, dtype=np.float64)
    if not counts.shape == sums.shape == squared.shape:
        raise ValueError("each stratum needs its number, sum and sum of squares.")
    return Group(counts, sums, squared)


def on_same_mix(first: Group, second: Group, level: float = 0.95) -> MixComparison | None:
    """Compare `first` with `second` stratum by stratum (arrays in the same order). None where too few are comparable."""
    common = (first.n > 0) & (second.n > 0)
    n, m = first.n[common], second.n[common]
    if n.sum() < FEWEST or m.sum() < FEWEST:
        return None
    weight = n / n.sum()
    means = [float((weight * g.total[common] / g.n[common]).sum()) for g in (first, second)]
    variances = [float((weight**2 / g.n[common]).sum()) * _within(g, common) for g in (first, second)]
    z = float(ndtri((1 + level) / 2))
    half = z * float(np.sqrt(sum(variances)))
    difference = means[0] - means[1]
    ratio, between = None, None
    if min(means) > 0:
        ratio = means[0] / means[1]
        spread = np.exp(z * np.sqrt(sum(v / mean**2 for v, mean in zip(variances, means, strict=True))))
        between = Interval(float(ratio / spread), float(ratio * spread))
    return MixComparison(
        means[0], means[1], difference, Interval(difference - half, difference + half), ratio, between, int(n.sum())
    )


def _within(group: Group, common: NDArray[np.bool_]) -> float:
    """Variance within the strata, all of them together: single strata hold too few orders for one of their own."""
    n, total, squares = group.n[common], group.total[common], group.squares[common]
    degrees = max(1.0, float((n - 1).sum()))
    return max(0.0, float((squares - total**2 / n).sum()) / degrees)
