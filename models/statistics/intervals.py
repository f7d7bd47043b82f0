"""Intervals of rates, of differences of rates, and of quantiles; and the verdict they allow.

Sources: E. B. Wilson (1927); R. G. Newcombe, Statistics in Medicine 17 (1998), method 10 (square-and-add).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr, ndtri

Direction = Literal["up", "down"]
Verdict = Literal["better", "worse", "no signal"]


@dataclass(frozen=True, slots=True)
class Interval:
    """Both ends of an interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The difference of two rates (now minus before), its interval, and what it allows one to say."""

    difference: float
    interval: Interval
    verdict: Verdict


def wilson(hits: float, n: float, level: float = 0.95) -> Interval | None:
    """Wilson's score interval of the rate `hits / n`; None where n is 0. Raises ValueError unless 0 <= hits <= n."""
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n} is no rate.")
    if n == 0:
        return None
    z = _z(level)
    rate, shrink = hits / n, 1 + z**2 / n
    middle = (rate + z**2 / (2 * n)) / shrink
    half = z / shrink * float(np.sqrt(rate * (1 - rate) / n + z**2 / (4 * n**2)))
    # at the ends the formula gives exactly 0 and 1, rounding does not
    return Interval(0.0 if hits == 0 else middle - half, 1.0 if hits == n else middle + half)


def newcombe(hits: float, n: float, hits_before: float, n_before: float, level: float = 0.95) -> Interval | None:
    """Newcombe's interval of `hits / n - hits_before / n_before` (independent samples); None where one is empty."""
    now, before = wilson(hits, n, level), wilson(hits_before, n_before, level)
    if now is None or before is None:
        return None
    p, q = hits / n, hits_before / n_before
    return Interval(
        p - q - float(np.hypot(p - now.low, before.high - q)),
        p - q + float(np.hypot(now.high - p, q - before.low)),
    )


def compare_rates(
    hits: float, n: float, hits_before: float, n_before: float, good: Direction, level: float = 0.95
) -> Comparison | None:
    """Is the rate better or worse than before? `good` says which way is good. None where one sample is empty.

    No signal where the interval of the difference holds 0.
    """
    interval = newcombe(hits, n, hits_before, n_before, level)
    if interval is None:
        return None
    difference = hits / n - hits_before / n_before
    return Comparison(difference, interval, _verdict(interval, good))


def median_interval(values: ArrayLike, level: float = 0.95) -> Interval | None:
    """Interval of the median by order statistics, whatever the distribution; see `quantile_interval`."""
    return quantile_interval(values, 0.5, level)


def quantile_interval(values: ArrayLike, quantile: float, level: float = 0.95) -> Interval | None:
    """The r-th and s-th smallest values, r and s from Binomial(n, quantile), that hold the quantile at `level` or more.

    NaN values are left out. None where the sample is too small for such an interval (below 6 for a median at 95 %).
    """
    sample = np.asarray(values, dtype=np.float64)
    sample = np.sort(sample[~np.isnan(sample)])
    if sample.size == 0:
        return None
    low, high = _ranks(sample.size, quantile, (1 - level) / 2)
    if low < 0 or high >= sample.size:
        return None
    return Interval(float(sample[low]), float(sample[high]))


def _ranks(n: int, quantile: float, tail: float) -> tuple[int, int]:
    """Ranks from 0 of the two values: the number of values below the quantile is Binomial(n, quantile)."""
    at_most = bdtr(np.arange(n, dtype=np.float64), n, quantile)
    return int((at_most <= tail).sum()) - 1, int((at_most < 1 - tail).sum())


def _verdict(interval: Interval, good: Direction) -> Verdict:
    if interval.low <= 0 <= interval.high:
        return "no signal"
    return "better" if (interval.low > 0) == (good == "up") else "worse"


def _z(level: float) -> float:
    return float(ndtri((1 + level) / 2))
