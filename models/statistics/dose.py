"""Does a rate rise with an amount? Hits in groups of a growing amount against what was expected of each group.

Source: P. Armitage, "Tests for linear trends in proportions and frequencies", Biometrics 11 (1955), with expected counts of each group's
own in place of the pooled rate; the variance is widened by the dispersion that is seen between days.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr


@dataclass(frozen=True, slots=True)
class Dose:
    """The trend's z, its two-sided p value, and the rate (hits over expected) in the highest group over that in the lowest."""

    z: float
    p: float
    ratio: float | None


def dose(
    hits: ArrayLike, expected: ArrayLike, sizes: ArrayLike, amounts: ArrayLike, dispersion: float = 1.0
) -> Dose | None:
    """The trend of `hits` over the groups' `amounts`; None for fewer than two groups, or where nothing could vary.

    With e expected of n in a group, its hits vary by v = e (1 - e/n). The sum of amount * (hits - expected) has the variance
    dispersion * (sum v a^2 - (sum v a)^2 / sum v), for expected counts that add up to the hits. Raises ValueError for unequal lengths.
    """
    x, e, n, a = (np.asarray(values, dtype=np.float64) for values in (hits, expected, sizes, amounts))
    if not x.shape == e.shape == n.shape == a.shape:
        raise ValueError("hits, expected, sizes and amounts must be of one length.")
    if x.size < 2:  # noqa: PLR2004 - a trend needs two groups
        return None
    v = e * (1 - e / n)
    spread = max(dispersion, 1.0) * float((v * a**2).sum() - (v * a).sum() ** 2 / v.sum()) if v.sum() > 0 else 0.0
    if spread <= 0:
        return None
    z = float((a * (x - e)).sum() - (a * v).sum() / v.sum() * (x - e).sum()) / spread**0.5
    low, high = int(a.argmin()), int(a.argmax())
    ratio = float(x[high] / e[high] / (x[low] / e[low])) if x[low] > 0 and e[high] > 0 and e[low] > 0 else None
    return Dose(z, float(2 * ndtr(-abs(z))), ratio)
