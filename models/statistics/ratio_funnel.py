"""Who is different, in counts that may exceed the orders? Ratios of counts to expected counts against the limits of chance.

Sources: D. J. Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24 (2005); NHS Digital,
Summary Hospital-level Mortality Indicator, specification (logarithm, truncated tails); FunnelPlotR (type SR, method SHMI).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv, ndtri, pdtr, pdtrc
from scipy.stats import rankdata

from models.statistics.funnel import ALARM, TRIM, Floats, Limits


@dataclass(frozen=True, slots=True)
class RatioFunnel:
    """Each group's ratio of its count to the expected one, beside the limits for what was expected.

    `sizes` are the expected counts; `pooled` is 1. `tau2` is the variance between groups on the scale of the logarithm. `alarm`
    are exact Poisson limits where `tau2` is 0, else the widened ones. `outside` is -1, 0, 1: below, within, above them.
    """

    pooled: float
    sizes: Floats
    tau2: float
    rate: Floats
    alarm: Limits
    outside: NDArray[np.int64]

    def limits_at(self, sizes: ArrayLike, level: float) -> Limits:
        """The limits for groups of which so much is expected."""
        return ratio_limits(sizes, level, self.tau2)


def ratio_funnel(counts: ArrayLike, expected: ArrayLike, *, widened: bool = True) -> RatioFunnel:
    """The funnel of counts over expected counts; `widened` by how much groups differ of themselves.

    ValueError unless counts are 0 or more and expected above 0.
    """
    x, e = _checked(counts, expected)
    tau2 = log_spread(x, e)[1] if widened else 0.0
    alarm = ratio_limits(e, ALARM, tau2)
    return RatioFunnel(1.0, e, tau2, x / e, alarm, _outside(x, e, alarm))


def log_spread(counts: ArrayLike, expected: ArrayLike) -> tuple[float, float]:
    """(phi, tau2): phi = mean of the squared z without a tenth at each end; tau2 = max(0, (k phi - (k-1)) / (sum w - sum w^2 / sum w)).

    z = log(count / expected) sqrt(expected), w = expected, the inverse variance of that logarithm; k and the sums are of the groups that
    are left. No count has no logarithm and stands as one half. (1, 0) for fewer than two groups.
    """
    x, e = _checked(counts, expected)
    z = np.log(np.maximum(x, 0.5) / e) * np.sqrt(e)
    kept = _between_the_tails(z)
    k, w = int(kept.sum()), e[kept]
    if k < 2:  # noqa: PLR2004 - spread needs two groups
        return 1.0, 0.0
    phi = float((z[kept] ** 2).mean())
    return phi, max(0.0, (k * phi - (k - 1)) / float(w.sum() - (w**2).sum() / w.sum()))


def ratio_limits(expected: ArrayLike, level: float, tau2: float = 0.0) -> Limits:
    """Limits around 1 for each expected count: exact Poisson; with `tau2`, of the logarithm."""
    e = np.asarray(expected, dtype=np.float64)
    tail = (1 - level) / 2
    if tau2 > 0:
        half = float(ndtri(1 - tail)) * np.sqrt(1 / e + tau2)
        return Limits(np.exp(-half), np.exp(half))
    # The chi-squared quantile of 2 a degrees of freedom is twice the gamma one of shape a.
    return Limits(gammaincinv(e, tail) / e, gammaincinv(e + 1, 1 - tail) / e)


def _outside(x: Floats, e: Floats, alarm: Limits) -> NDArray[np.int64]:
    """-1, 0, 1 below, within, above the limits. These are the interval of the expected count, which for small ones is too narrow below
    (no count at all is below any limit): outside is only what is as seldom, or as few, as the limit says."""
    tail = (1 - ALARM) / 2
    above = (x / e > alarm.high) & (pdtrc(x - 1, e) < tail)
    below = (x / e < alarm.low) & (pdtr(x, e) < tail)
    return np.where(above, 1, np.where(below, -1, 0))


def _between_the_tails(z: Floats) -> NDArray[np.bool_]:
    """Of the ten equal parts by rank, those between the first and the last."""
    parts = round(1 / TRIM)
    part = np.floor(rankdata(z) * parts / (z.size + 1))
    kept: NDArray[np.bool_] = (part > 0) & (part < parts - 1)
    return kept


def _checked(counts: ArrayLike, expected: ArrayLike) -> tuple[Floats, Floats]:
    x, e = np.asarray(counts, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    if x.shape != e.shape or x.ndim != 1:
        raise ValueError(f"counts {x.shape} and expected {e.shape} must be one-dimensional and of one length.")
    if (x < 0).any() or (e <= 0).any():
        raise ValueError("each group needs a count of 0 or more and an expected count above 0.")
    return x, e
