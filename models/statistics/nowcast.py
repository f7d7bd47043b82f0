"""The right edge of a trend: what share of an entry day's errors has been found by now, and the count that follows.

Source: J. F. Lawless, "Adjustments for reporting delays and the prediction of occurred but not reported events",
Canadian Journal of Statistics 22 (1994): delays are right-truncated, so the hazard runs in reverse time.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TRUSTED_SHARE = 0.5
"""Below this share the corrected figure is mostly guesswork: draw it grey."""


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


def _share(delay: Ints, age: Ints, last: int) -> FoundShare:
    days = np.arange(last + 1)
    n_at = np.bincount(delay, minlength=last + 1).astype(np.float64)
    # at risk at d: delay <= d <= age, so each error is at risk from its delay to its age
    leaves = np.bincount(np.minimum(age, last) + 1, minlength=last + 2)[: last + 1]
    at_risk = np.cumsum(n_at) - np.cumsum(leaves)
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(at_risk > 0, n_at / at_risk, 0.0)
        growth = np.where(at_risk > 0, n_at / (at_risk * (at_risk - n_at)), 0.0)
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
