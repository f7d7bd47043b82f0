"""Durations with open visits kept as censored: Kaplan-Meier, and quantiles with intervals or "not reached".

Sources: Kaplan and Meier (1958); Greenwood's variance with the log(-log) interval as in R's `survfit`; the interval of
a quantile by inverting the band (Brookmeyer and Crowley 1982).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]

_ROUNDING = 1e-9
"""A survival of 0.5 may come out as 0.5000000000000001."""


@dataclass(frozen=True, slots=True)
class SurvivalCurve:
    """Share still in the stage after each time at which a visit ended. All arrays have one value per such time.

    `lower` and `upper` are NaN where the survival is 0 (no interval exists there).
    """

    times: Floats
    survival: Floats
    lower: Floats
    upper: Floats
    at_risk: Floats
    ended: Floats


@dataclass(frozen=True, slots=True)
class QuantileEstimate:
    """A duration's quantile; None means not reached: too many visits are still open to tell."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class DurationSummary:
    """Visits, those still open, median and 90th percentile, in the unit of the durations given."""

    n: int
    n_open: int
    median: QuantileEstimate
    p90: QuantileEstimate


def kaplan_meier(durations: ArrayLike, ended: ArrayLike, level: float = 0.95) -> SurvivalCurve:
    """The survival curve of `durations` (>= 0); `ended` is False for a visit that is still open (censored at its age).

    A visit censored at the moment another ends still counts as at risk. ValueError for a negative or NaN duration.
    """
    t, done = _checked(durations, ended)
    times, place = np.unique(t, return_inverse=True)
    events: Floats = np.bincount(place, weights=done, minlength=times.size).astype(np.float64)
    left = np.bincount(place, minlength=times.size)
    at_risk = t.size - np.concatenate([[0.0], np.cumsum(left)[:-1]]) if times.size else np.zeros(0)
    keep = events > 0
    times, events, at_risk = times[keep], events[keep], at_risk[keep]
    survival: Floats = np.cumprod(1 - events / at_risk, dtype=np.float64)
    lower, upper = _band(survival, events, at_risk, level)
    return SurvivalCurve(times, survival, lower, upper, at_risk, events)


def survival_quantile(curve: SurvivalCurve, share: float) -> QuantileEstimate:
    """The time by which `share` of the visits have ended, and its interval at the level of the curve's band."""
    return QuantileEstimate(
        _first_at_or_below(curve.times, curve.survival, 1 - share),
        _first_at_or_below(curve.times, np.nan_to_num(curve.lower, nan=0.0), 1 - share),
        _first_at_or_below(curve.times, curve.upper, 1 - share),
    )


def summarise_durations(durations: ArrayLike, ended: ArrayLike, level: float = 0.95) -> DurationSummary:
    """Median and 90th percentile of stage durations with open visits censored; see `kaplan_meier` for the arguments."""
    curve = kaplan_meier(durations, ended, level)
    done = np.asarray(ended, dtype=bool)
    return DurationSummary(
        n=done.size,
        n_open=int((~done).sum()),
        median=survival_quantile(curve, 0.5),
        p90=survival_quantile(curve, 0.9),
    )


def _checked(durations: ArrayLike, ended: ArrayLike) -> tuple[Floats, NDArray[np.bool_]]:
    t, done = np.asarray(durations, dtype=np.float64), np.asarray(ended, dtype=bool)
    if t.shape != done.shape or t.ndim != 1:
        raise ValueError(f"durations {t.shape} and ended {done.shape} must be one-dimensional and of one length.")
    if np.isnan(t).any() or (t < 0).any():
        raise ValueError("durations must be 0 or more; leave out visits of unknown duration.")
    return t, done


def _band(survival: Floats, events: Floats, at_risk: Floats, level: float) -> tuple[Floats, Floats]:
    """Interval on the log(-log S) scale with Greenwood's variance; NaN at S = 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(events / (at_risk * (at_risk - events)))
        log_survival = np.log(survival)
        half = float(ndtri((1 + level) / 2)) * np.sqrt(greenwood) / np.abs(log_survival)
        lower, upper = np.exp(log_survival * np.exp(half)), np.exp(log_survival * np.exp(-half))
    known = survival > _ROUNDING
    return np.where(known, lower, np.nan), np.where(known, upper, np.nan)


def _first_at_or_below(times: Floats, curve: Floats, threshold: float) -> float | None:
    reached = np.flatnonzero(curve <= threshold + _ROUNDING)
    return float(times[reached[0]]) if reached.size else None
