"""The right edge of a trend: what share of an entry day's errors has been found by now, and the count that follows.

Source: J. F. Lawless, "Adjustments for reporting delays and the prediction of occurred but not reported events",
Canadian Journal of Statistics 22 (1994): delays are right-truncated, so the hazard runs in reverse time. What the periods
before tell of the rate is weighed in as a gamma prior of a Poisson count (Gelman et al., Bayesian Data Analysis, 2.6), whose
width is the error that the same forecast made in the past.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, ndtri

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TRUSTED_SHARE = 0.5
"""Below this share the corrected figure is mostly guesswork: draw it grey."""
WINDOWS = (2, 4, 8, 13, 26)
"""Periods over which the level may be taken: the number that would have foretold best is used."""
ENOUGH_ERRORS = 100
"""A level that rests on fewer errors is off by more than a tenth by chance alone: longer windows are taken where there are any."""


@dataclass(frozen=True, slots=True)
class FoundShare:
    """`share[d]`: share of the errors found within `d` days, of those ever found within the horizon (`share.size - 1`).

    `log_variance[d]` is the variance of its logarithm. Errors found later than the horizon stay unseen.
    """

    share: Floats
    log_variance: Floats

    @property
    def horizon(self) -> int:
        """The longest delay in days that was seen."""
        return self.share.size - 1

    def at(self, ages: ArrayLike) -> Floats:
        """Share found of orders of these ages in days; 1 beyond the horizon, NaN for a negative age."""
        days = np.asarray(ages, dtype=np.int64)
        return np.where(days < 0, np.nan, self.share[np.clip(days, 0, self.horizon)])

    def mature_age(self, share: float) -> int:
        """The least age in days by which `share` of the errors have been found."""
        return int(np.flatnonzero(self.share >= share - 1e-12)[0])


@dataclass(frozen=True, slots=True)
class Correction:
    """A period's expected number of errors once all are found; `is_trusted` is False where less than half are."""

    observed: float
    share: float
    count: float
    low: float
    high: float
    is_trusted: bool


def found_share(delays: ArrayLike, ages: ArrayLike, horizon: int | None = None) -> FoundShare | None:
    """F(d) of errors found so far; one `delay` (entry to discovery) and one `age` (entry to data end) each, whole days.

    g(d) = n(d) / N(d): of the errors with delay <= d whose order is at least d days old, the share with delay d.
    F(d) = product over u > d of (1 - g(u)). `horizon` cuts the delays looked at (default: the longest seen).
    None where no error lies within the horizon. Raises ValueError unless 0 <= delay <= age.
    """
    delay, age = np.asarray(delays, dtype=np.int64), np.asarray(ages, dtype=np.int64)
    if delay.shape != age.shape or (delay < 0).any() or (delay > age).any():
        raise ValueError("each error needs 0 <= delay <= age, in whole days.")
    last = int(delay.max(initial=-1)) if horizon is None else horizon
    delay, age = delay[delay <= last], age[delay <= last]
    return _share(delay, age, last) if delay.size else None


def period_share(orders: ArrayLike, ages: ArrayLike, found: FoundShare) -> float:
    """Share found for a period of several entry days: mean of F(age) weighted by each day's orders; NaN if none."""
    weights = np.asarray(orders, dtype=np.float64)
    total = weights.sum()
    return float((weights * found.at(ages)).sum() / total) if total > 0 else float("nan")


def correct(observed: float, share: float, log_variance: float = 0.0, level: float = 0.95) -> Correction:
    """The corrected count `observed / share` with its interval.

    What is still to be found is negative binomial given what was found: relative variance (1 - share) / observed, to
    which `log_variance` of the share itself is added; the interval is log-normal and never below `observed`. Where
    nothing was found yet, the upper end is the largest count for which finding none has a chance of (1 - level) / 2.
    A share of 0 or NaN leaves count and interval NaN: nothing is known yet.
    """
    if not share > 0:
        return Correction(observed, share, float("nan"), float("nan"), float("nan"), is_trusted=False)
    low, high = _interval(observed, share, log_variance, (1 - level) / 2)
    return Correction(observed, share, observed / share, low, high, is_trusted=share >= TRUSTED_SHARE)


@dataclass(frozen=True, slots=True)
class Level:
    """What is known of a period's rate before its errors were looked at: mean, variance, and the variance that each further
    period adds."""

    mean: float
    variance: float
    drift: float

    def after(self, observed: float, orders: float, share: float) -> "Level":
        """The level for the next period, once the `observed` errors of this one, `share` of them all, are known."""
        shape, rate = self.found(observed, orders * share)
        return Level(shape / rate, shape / rate**2 + self.drift, self.drift)

    def found(self, observed: float, seen: float) -> tuple[float, float]:
        """Shape and rate of the gamma distribution of this period's rate, once `observed` errors are known of `seen` orders.

        Where these contradict the level (beyond two standard deviations), the rate has moved as it had not before: the variance is
        then the one that makes what was seen likeliest, so that the level counts for less.
        """
        variance = self.variance
        if seen > 0:
            off, chance = (observed / seen - self.mean) ** 2, self.mean / seen
            if off > _SURPRISE**2 * (variance + chance):
                variance = off - chance
        return self.mean**2 / variance + observed, self.mean / variance + seen


def level_ahead(errors: ArrayLike, orders: ArrayLike) -> Level | None:
    """The rate to expect of the period after these complete ones, and how far off such an expectation has been.

    The mean is the pooled rate of the last 2, 4, 8, 13 or 26 periods, whichever foretold the next one best; the variance is the mean
    squared error of these forecasts less what chance alone adds (the binomial variance of the foretold period). The drift is
    the same of one period from the next. Where errors are few, only windows that usually hold `ENOUGH_ERRORS` are tried (else the
    longest): which of the short ones foretold best is chance then. A restless rate so gets a wide level, and a step in the past a
    wider one. Where few periods are known, a usual spread counts as much as two of them. None where there is no error.
    """
    x, n = np.asarray(errors, dtype=np.float64), np.asarray(orders, dtype=np.float64)
    if x.size < min(WINDOWS) or not x.sum():
        return None
    possible = [window for window in WINDOWS if x.size - window >= _FEWEST_FORECASTS] or [min(WINDOWS)]
    tried = [window for window in possible if window * x.mean() >= ENOUGH_ERRORS] or possible[-1:]
    missed, window = min((_missed(x, n, window), window) for window in tried)
    mean, pooled = float(x[-window:].sum() / n[-window:].sum()), float(x.sum() / n.sum())
    if mean == 0:
        mean, window = pooled, x.size
    floor = mean / float(n[-window:].sum())
    return Level(mean, max(missed, floor), max(_missed(x, n, 1) - pooled / float(n.mean()), 0.0))


def expect(
    observed: float, orders: float, share: float, log_variance: float, before: Level | None, level: float = 0.95
) -> Correction:
    """The count once all errors are found: what was found so far, and what the periods before let one expect of the rest.

    With the gamma prior of `before`, what is still to be found is negative binomial; the uncertainty of `share`
    (`log_variance`) is averaged over. Without a level it is `correct`. A share of NaN leaves all NaN.
    """
    if before is None or np.isnan(share):
        return correct(observed, share, log_variance, level)
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    shares = np.clip(share * np.exp(np.sqrt(log_variance) * nodes), 0.0, 1.0) if share > 0 else np.zeros(_NODES)
    weights = weights / weights.sum()
    missing, (shape, rate) = orders * (1 - shares), before.found(observed, orders * share)
    seen = rate + orders * (shares - share)
    rest = float((weights * shape * missing / seen).sum())
    low, high = _unseen(shape, seen / (seen + missing), weights, (1 - level) / 2, rest)
    return Correction(observed, share, observed + rest, observed + low, observed + high, share >= TRUSTED_SHARE)


_SURPRISE = 2.0
_NODES = 9
"""Points at which the share's uncertainty is looked at (Gauss and Hermite)."""


def _missed(x: Floats, n: Floats, window: int) -> float:
    """Mean squared error, beyond chance, of foretelling each period by the rate of the `window` before it."""
    ends = np.arange(window, x.size)
    sums, sizes = (np.concatenate([[0.0], np.cumsum(values)]) for values in (x, n))
    pooled = float(x.sum() / n.sum())
    off = x[ends] / n[ends] - (sums[ends] - sums[ends - window]) / (sizes[ends] - sizes[ends - window])
    beyond = float((n[ends] * off**2 - pooled * (1 - pooled)).sum() / n[ends].mean()) if ends.size else 0.0
    return (beyond + _USUAL_WEIGHT * (_USUAL_SPREAD * pooled) ** 2) / (ends.size + _USUAL_WEIGHT)


_FEWEST_FORECASTS = 4
"""Forecasts of the past that a window is chosen by."""
_USUAL_SPREAD, _USUAL_WEIGHT = 0.2, 2
"""Where nothing is known yet: rates of periods lie about a fifth from one another; this counts as two periods."""


def _unseen(shape: float, p: Floats, weights: Floats, tail: float, mean: float) -> tuple[float, float]:
    """Both quantiles of a negative binomial count (real `shape`), averaged over its chances `p`; 0 where none is missing."""
    most = int(mean + 12 * np.sqrt(mean * (1 + mean / max(shape, _ROUNDING))) + 12)
    counts = np.arange(most + 1, dtype=np.float64)
    chances = np.where(p < 1, betainc(max(shape, _ROUNDING), counts[:, None] + 1, np.minimum(p, 1.0)), 1.0)
    below = (chances * weights).sum(axis=1)
    below = (
        below + np.concatenate([[0.0], below[:-1]])
    ) / 2  # half of a count's own chance: whole numbers else cover too much
    return tuple(float(np.searchsorted(below, at)) for at in (tail, 1 - tail))  # type: ignore[return-value]


_ROUNDING = 1e-9


def _share(delay: Ints, age: Ints, last: int) -> FoundShare:
    days = np.arange(last + 1)
    n_at = np.bincount(delay, minlength=last + 1).astype(np.float64)
    # at risk at d: delay <= d <= age, so each error is at risk from its delay to its age
    leaves = np.bincount(np.minimum(age, last) + 1, minlength=last + 2)[: last + 1]
    at_risk = np.cumsum(n_at) - np.cumsum(leaves)
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(at_risk > 0, n_at / at_risk, 0.0)
        # Where all at risk were found on that day (three errors, all after a day), half an error more is taken to be at risk: nobody
        # is sure beyond measure, and what is unsure without end can be reckoned with no further.
        growth = np.where(at_risk > 0, n_at / (at_risk * np.maximum(at_risk - n_at, 0.5)), 0.0)
    hazard[0], growth[0] = 0.0, 0.0
    after = np.minimum(days + 1, last + 1)
    products = np.append(np.cumprod((1 - hazard)[::-1])[::-1], 1.0)
    variances = np.append(np.cumsum(growth[::-1])[::-1], 0.0)
    return FoundShare(products[after], variances[after])


def _interval(observed: float, share: float, log_variance: float, tail: float) -> tuple[float, float]:
    if share >= 1:
        return observed, observed
    if observed == 0:
        return 0.0, float(np.log(tail) / np.log1p(-share))
    half = float(ndtri(1 - tail)) * float(np.sqrt((1 - share) / observed + log_variance))
    count = observed / share
    return max(observed, count * float(np.exp(-half))), count * float(np.exp(half))
