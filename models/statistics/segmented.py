"""Did the change of process help? Segmented regression with errors that allow for periods that resemble each other.

Sources: A. K. Wagner et al., Journal of Clinical Pharmacy and Therapeutics 27 (2002); W. K. Newey and K. D. West,
Econometrica 55 (1987), with the lag rule of Review of Economic Studies 61 (1994); R's `sandwich::NeweyWest`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

from models.statistics.intervals import Interval
from models.statistics.resemblance import covariance

Floats = NDArray[np.float64]

FEWEST = 8
"""Periods needed on each side: fewer cannot tell a step from a slope."""
SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Effect:
    """One coefficient: value, interval, and the chance of one as large where there is no effect."""

    value: float
    interval: Interval
    p_value: float

    @property
    def is_significant(self) -> bool:
        """True where chance is a poor explanation at 5 %."""
        return self.p_value < SIGNIFICANT


@dataclass(frozen=True, slots=True)
class Segmented:
    """Y = b0 + b1 t + b2 D + b3 (t - T) D. `level` is b2, the step at the change; `slope` b3, the change of the trend a
    period; `fitted` the line, `without` the line as it would have gone on."""

    level: Effect
    slope: Effect
    fitted: Floats
    without: Floats


@dataclass(frozen=True, slots=True)
class Placebo:
    """The same question asked of dates at which nothing happened: how many there were, how many came out significant."""

    dates: int
    significant: int

    @property
    def share(self) -> float | None:
        """About 5 % is what chance gives; much more, and the method finds effects where there are none."""
        return self.significant / self.dates if self.dates else None


def segmented(
    values: ArrayLike, change: int, weights: ArrayLike | None = None, level: float = 0.95
) -> Segmented | None:
    """Fit the line before and after period number `change` (the first one after it).

    `weights` are the periods' orders: a rate of many orders is known better. Standard errors are Newey-West's, and never
    below those of `resemblance.covariance`: on few periods the former alone find effects where there are none. Periods
    without a value are left out. None where fewer than eight with a value lie on either side. In units of `values`
    (level) and of them a period (slope).
    """
    y = np.asarray(values, dtype=np.float64)
    w = np.ones(y.size) if weights is None else np.asarray(weights, dtype=np.float64)
    design = _design(y.size, change)
    known = np.isfinite(y) & (w > 0)
    if min(known[:change].sum(), known[change:].sum()) < FEWEST:
        return None
    beta, errors, degrees = _fit(design[known], y[known], w[known])
    effects = [_effect(beta[i], errors[i], degrees, level) for i in (2, 3)]
    return Segmented(effects[0], effects[1], design @ beta, design[:, :2] @ beta[:2])


def placebo(values: ArrayLike, weights: ArrayLike | None = None) -> Placebo:
    """The level effect at every period that has eight others on each side: give it a stretch without a change."""
    y = np.asarray(values, dtype=np.float64)
    found = [segmented(y, at, weights) for at in range(FEWEST, y.size - FEWEST + 1)]
    told = [one for one in found if one is not None]
    return Placebo(len(told), sum(one.level.is_significant for one in told))


def difference_in_differences(
    values: ArrayLike, control: ArrayLike, change: int, weights: ArrayLike | None = None
) -> Segmented | None:
    """The same on the difference from a control group that the change did not touch: what moved both is taken out."""
    y, other = np.asarray(values, dtype=np.float64), np.asarray(control, dtype=np.float64)
    if y.shape != other.shape:
        raise ValueError(f"values {y.shape} and control {other.shape} must have one value per period.")
    return segmented(y - other, change, weights)


def _design(size: int, change: int) -> Floats:
    if not 0 < change < size:
        raise ValueError(f"the change must lie within the {size} periods, not at {change}.")
    t = np.arange(size, dtype=np.float64)
    after = (t >= change).astype(np.float64)
    return np.column_stack([np.ones(size), t, after, (t - change) * after])


def _fit(design: Floats, y: Floats, w: Floats) -> tuple[Floats, Floats, int]:
    """Weighted least squares: coefficients, their standard errors, degrees of freedom."""
    root = np.sqrt(w / w.mean())[:, None]
    x, z = design * root, y * root[:, 0]
    bread = np.linalg.inv(x.T @ x)
    beta = bread @ x.T @ z
    residuals, degrees = z - x @ beta, y.size - x.shape[1]
    robust = bread @ _newey_west(x * residuals[:, None]) @ bread * y.size / degrees
    floor = covariance(x, z, bread)
    return beta, np.sqrt(np.maximum(np.diag(robust), np.diag(floor))), degrees


def newey_west_lag(size: int) -> int:
    """Lags looked at: floor(4 (n / 100)^(2/9))."""
    return int(np.floor(4 * (size / 100) ** (2 / 9)))


def _newey_west(scores: Floats) -> Floats:
    """Sum of the scores' autocovariances with Bartlett weights."""
    meat = scores.T @ scores
    lags = newey_west_lag(scores.shape[0])
    for lag in range(1, lags + 1):
        crossed = scores[lag:].T @ scores[:-lag]
        meat = meat + (1 - lag / (lags + 1)) * (crossed + crossed.T)
    return meat


def _effect(value: float, error: float, degrees: int, level: float) -> Effect:
    half = float(stdtrit(degrees, (1 + level) / 2)) * error
    p = 1.0 if error == 0 and value == 0 else float(2 * stdtr(degrees, -abs(value) / error)) if error else 0.0
    return Effect(float(value), Interval(float(value - half), float(value + half)), p)
