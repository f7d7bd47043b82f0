"""Who is different? Rates of users, customers or channels against the limits that chance alone sets for their size.

Sources: D. J. Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24 (2005), and
"Handling over-dispersion of performance indicators", Quality and Safety in Health Care 14 (2005); FunnelPlotR (type PR).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtr, bdtrc, bdtrik, ndtri

Floats = NDArray[np.float64]

WARNING, ALARM = 0.95, 0.998
"""Levels of the inner and the outer limits: about two and three sigma."""
TRIM = 0.1
"""Share at each end at which the z values are held, so that outliers do not widen the limits that should show them."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Lower and upper limit for each size, as shares."""

    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Funnel:
    """Each group's rate beside the limits for its size.

    `sizes` are what the limits are drawn for: the groups' sizes, or as many of the usual mix (`standardised_funnel`).
    `phi` is the spread of the winsorised z values (1 = chance alone), `tau2` the variance between groups on the arcsine
    scale that it leaves. `warning` and `alarm` are exact binomial limits where `tau2` is 0, else the widened arcsine
    ones. `z` tells how many standard deviations, `tau2` included, a group lies from the pooled rate; `shrunk` is its rate
    drawn towards the pooled one as its size demands. `outside` is -1, 0, 1: below, within, above the outer limits.
    """

    pooled: float
    sizes: Floats
    phi: float
    tau2: float
    rate: Floats
    shrunk: Floats
    z: Floats
    warning: Limits
    alarm: Limits
    outside: NDArray[np.int64]

    def limits_at(self, sizes: ArrayLike, level: float) -> Limits:
        """The limits for groups of these sizes."""
        return limits(sizes, self.pooled, level, self.tau2)


def funnel(hits: ArrayLike, sizes: ArrayLike) -> Funnel:
    """The funnel of `hits` among `sizes` per group. ValueError unless 0 <= hits <= sizes and sizes > 0."""
    x, n = _checked(hits, sizes)
    pooled = float(x.sum() / n.sum()) if n.size else float("nan")
    rate = x / n
    phi, tau2 = spread(x, n)
    warning, alarm = (limits(n, pooled, level, tau2) for level in (WARNING, ALARM))
    z = _z(rate, n, pooled) / np.sqrt(1 + 4 * n * tau2)
    outside = _outside(x, n, pooled, tau2, alarm)
    return Funnel(pooled, n, phi, tau2, rate, _shrunk(x, n, pooled), z, warning, alarm, outside)


def standardised_funnel(hits: ArrayLike, expected: ArrayLike, sizes: ArrayLike) -> Funnel:
    """The funnel with everybody's case mix: the rate is the pooled one times hits over expected hits.

    `expected` is the sum over a group's orders of the rate that their stratum (channel, order type, ...) has as a whole:
    indirect standardisation. Chance is as large as the expected hits are few, whatever the number of orders: 1,000 orders
    of which 5 are expected to be wrong say as much as 100 of the usual mix where one in 20 is. So a group counts for as many
    orders of the usual mix as bring its expected hits; for one at least, and for as many as there were hits.
    """
    x, e, n = (np.asarray(a, dtype=np.float64) for a in (hits, expected, sizes))
    pooled = x.sum() / n.sum() if n.sum() > 0 else float("nan")
    return funnel(x, np.maximum(e / pooled, np.maximum(x, 1.0)) if pooled > 0 else n)


def spread(hits: ArrayLike, sizes: ArrayLike) -> tuple[float, float]:
    """(phi, tau2): phi = mean of the squared winsorised z; tau2 = max(0, (k phi - (k-1)) / (sum w - sum w^2 / sum w)).

    w = 4 n, the inverse variance of the arcsine of the root of a rate. (1, 0) for fewer than two groups.
    """
    x, n = _checked(hits, sizes)
    k, pooled = n.size, x.sum() / n.sum() if n.size else 0.0
    if k < 2 or not 0 < pooled < 1:  # noqa: PLR2004 - spread needs two groups
        return 1.0, 0.0
    z = _z(x / n, n, float(pooled))
    low, high = np.quantile(z, [TRIM, 1 - TRIM])
    phi = float((np.clip(z, low, high) ** 2).mean())
    w = 4 * n
    return phi, max(0.0, (k * phi - (k - 1)) / float(w.sum() - (w**2).sum() / w.sum()))


def limits(sizes: ArrayLike, pooled: float, level: float, tau2: float = 0.0) -> Limits:
    """Limits around `pooled` for each size: exact binomial, interpolated between its steps; with `tau2`, arcsine."""
    n = np.asarray(sizes, dtype=np.float64)
    tail = (1 - level) / 2
    if tau2 > 0:
        centre, half = np.arcsin(np.sqrt(pooled)), float(ndtri(1 - tail)) * np.sqrt(1 / (4 * n) + tau2)
        low, high = np.maximum(centre - half, 0.0), np.minimum(centre + half, np.pi / 2)
        return Limits(np.sin(low) ** 2, np.sin(high) ** 2)
    return Limits(_exact(n, pooled, tail), _exact(n, pooled, 1 - tail))


def _outside(x: Floats, n: Floats, pooled: float, tau2: float, alarm: Limits) -> NDArray[np.int64]:
    """-1, 0, 1 below, within, above the limits. An exact limit lies between two counts: the one just beyond the line is
    outside only where as many, or more, are as seldom as the limit says."""
    above, below = x / n > alarm.high + 1e-12, x / n < alarm.low - 1e-12
    if tau2 == 0 and 0 < pooled < 1:
        size, tail = n.astype(np.int64), (1 - ALARM) / 2
        above &= bdtrc(x - 1, size, pooled) < tail
        below &= bdtr(x, size, pooled) < tail
    return np.where(above, 1, np.where(below, -1, 0))


def _checked(hits: ArrayLike, sizes: ArrayLike) -> tuple[Floats, Floats]:
    x, n = np.asarray(hits, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    if x.shape != n.shape or x.ndim != 1:
        raise ValueError(f"hits {x.shape} and sizes {n.shape} must be one-dimensional and of one length.")
    if (n <= 0).any() or (x < 0).any() or (x > n).any():
        raise ValueError("each group needs 0 <= hits <= size and a size above 0.")
    return x, n


def _z(rate: Floats, n: Floats, pooled: float) -> Floats:
    z: Floats = (np.arcsin(np.sqrt(rate)) - np.arcsin(np.sqrt(pooled))) * 2 * np.sqrt(n)
    return z


def _exact(sizes: Floats, pooled: float, probability: float) -> Floats:
    """Spiegelhalter 2005, appendix A.1.1: (r - alpha) / n, r the binomial quantile, alpha the share of its step."""
    n = sizes.astype(np.int64)
    r = _quantile(probability, n, pooled)
    at, below = bdtr(r, n, pooled), np.where(r > 0, bdtr(np.maximum(r - 1, 0), n, pooled), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        alpha = np.where(at > below, (at - probability) / (at - below), 0.0)
    cut: Floats = np.clip((r - alpha) / n, 0.0, 1.0)
    return cut


def _quantile(probability: float, n: NDArray[np.int64], pooled: float) -> Floats:
    """The smallest count that a binomial does not exceed with this probability; 0 or n for a rate of 0 or 1."""
    if not 0 < pooled < 1:
        return np.asarray(n * pooled, dtype=np.float64)
    r: Floats = np.ceil(bdtrik(probability, n, pooled))
    lower = np.maximum(r - 1, 0)
    return np.where(bdtr(lower, n, pooled) >= probability, lower, r)


def _shrunk(x: Floats, n: Floats, pooled: float) -> Floats:
    """Empirical Bayes (moments, beta-binomial): the rate weighted by how much of its variance is not chance."""
    if n.size < 2 or not 0 < pooled < 1:  # noqa: PLR2004
        return np.full(n.size, pooled)
    between = _between(x, n, pooled)
    weight = between / (between + pooled * (1 - pooled) / n)
    rates: Floats = weight * x / n + (1 - weight) * pooled
    return rates


def _between(x: Floats, n: Floats, pooled: float) -> float:
    """Variance of the true rates: what the observed spread exceeds the binomial one by (Kleinman 1973)."""
    seen = float((n * (x / n - pooled) ** 2).sum())
    by_chance = (n.size - 1) * pooled * (1 - pooled)
    return max(0.0, (seen - by_chance) / float(n.sum() - (n**2).sum() / n.sum()))
