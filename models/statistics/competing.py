"""Durations that can end in more than one way: an order may leave a stage, or be cancelled in it.

Who counts cancelled orders as censored says that they would have gone on; who leaves them out says that they were
never there. Aalen and Johansen's estimate does neither: it gives the share that has left the stage, in one way, by each time.
Where nobody cancels it equals 1 - Kaplan-Meier.

Sources: Aalen and Johansen, Scandinavian Journal of Statistics 5 (1978); variance by the delta method as in Marubini
and Valsecchi (1995), eq. 10.12; log-rank test: Mantel (1966), cause-specific as in Putter et al., Statistics in Medicine 26 (2007).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, ndtri

from models.statistics.survival import QuantileEstimate

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OPEN = 0
"""Cause of a visit that has not ended yet."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class IncidenceCurve:
    """Share that has ended in the one way by each time. `lower` and `upper` are NaN where the share is 0 or certain."""

    times: Floats
    share: Floats
    variance: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True, slots=True)
class LogRank:
    """Two groups' ends in one way: seen and expected in the first group, chi-square of one degree, chance of a larger."""

    seen: float
    expected: float
    statistic: float
    p_value: float


def aalen_johansen(durations: ArrayLike, causes: ArrayLike, cause: int = 1, level: float = 0.95) -> IncidenceCurve:
    """Share of the visits that ended by `cause` within each time at which one did.

    `causes` holds 0 for a visit that is still open (censored at its age) and a number from 1 for each way to end.
    ValueError for durations below 0 or NaN, and for arrays of different length.
    """
    t, why = _checked(durations, causes)
    times, place = np.unique(t, return_inverse=True)
    if not times.size:
        empty = np.zeros(0)
        return IncidenceCurve(empty, empty, empty, empty, empty)
    left, every, own = (
        np.bincount(place, weights=which, minlength=times.size).astype(np.float64)
        for which in (np.ones_like(t), why != OPEN, why == cause)
    )
    return incidence_of_counts(times, own, every, left, level)


def incidence_of_counts(times: Floats, own: Floats, every: Floats, left: Floats, level: float = 0.95) -> IncidenceCurve:
    """The same from counts at increasing times: ended by the cause, ended at all, and gone in whatever way, open ones included.

    Who was still open at a time counts as at risk for what ended at it.
    """
    at_risk = left.sum() - np.concatenate([[0.0], np.cumsum(left)[:-1]])
    before = np.concatenate([[1.0], np.cumprod(1 - _share(every, at_risk))[:-1]])
    share = np.cumsum(before * _share(own, at_risk))
    variance = _variance(share, before, own, every, at_risk)
    keep = own > 0
    lower, upper = _band(share[keep], variance[keep], level)
    return IncidenceCurve(times[keep], share[keep], variance[keep], lower, upper)


def incidence_quantile(curve: IncidenceCurve, share: float) -> QuantileEstimate:
    """The time by which `share` of all visits has ended in this way; None, "not reached", where that is not so yet."""
    return QuantileEstimate(
        _first_at_or_above(curve.times, curve.share, share),
        _first_at_or_above(curve.times, np.nan_to_num(curve.upper, nan=0.0), share),
        _first_at_or_above(curve.times, np.nan_to_num(curve.lower, nan=0.0), share),
    )


def log_rank(
    durations: ArrayLike, causes: ArrayLike, other_durations: ArrayLike, other_causes: ArrayLike, cause: int = 1
) -> LogRank | None:
    """Do two groups end by `cause` equally fast? Every other way to end counts as censored (cause-specific hazard).

    None where no visit ended in this way, or no time has both groups at risk: nothing can be compared.
    """
    t, why = _checked(durations, causes)
    u, other = _checked(other_durations, other_causes)
    times = np.unique(np.concatenate([t[why == cause], u[other == cause]]))
    ended, first_ended = (
        _counts(times, t, why == cause) + _counts(times, u, other == cause),
        _counts(times, t, why == cause),
    )
    first_risk = _still(times, t)
    return log_rank_of_counts(first_ended, first_risk, ended, first_risk + _still(times, u))


def log_rank_of_counts(first_ended: Floats, first_risk: Floats, ended: Floats, risk: Floats) -> LogRank | None:
    """The same from counts at each time: ended by the cause and at risk in the first group, and in both together."""
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = ended * first_risk / risk
        variance = np.where(risk > 1, expected * (1 - first_risk / risk) * (risk - ended) / (risk - 1), 0.0)
    total = float(variance.sum())
    if total <= 0:
        return None
    statistic = float((first_ended.sum() - expected.sum()) ** 2 / total)
    return LogRank(float(first_ended.sum()), float(expected.sum()), statistic, float(chdtrc(1, statistic)))


def _checked(durations: ArrayLike, causes: ArrayLike) -> tuple[Floats, Ints]:
    t, why = np.asarray(durations, dtype=np.float64), np.asarray(causes, dtype=np.int64)
    if t.shape != why.shape or t.ndim != 1:
        raise ValueError(f"durations {t.shape} and causes {why.shape} must be one-dimensional and of one length.")
    if np.isnan(t).any() or (t < 0).any():
        raise ValueError("durations must be 0 or more; leave out visits of unknown duration.")
    return t, why


def _share(part: Floats, whole: Floats) -> Floats:
    """A share, 0 where nobody is left."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _variance(share: Floats, before: Floats, own: Floats, every: Floats, at_risk: Floats) -> Floats:
    """Sum over earlier times of (F - F_j)^2 a_j + b_j - 2 (F - F_j) c_j, by running sums instead of pairs of times."""
    with np.errstate(divide="ignore", invalid="ignore"):
        a = np.where(at_risk > every, every / (at_risk * (at_risk - every)), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        b = np.where(at_risk > 0, before**2 * own * (at_risk - own) / at_risk**3, 0.0)
        c = np.where(at_risk > 0, before * own / at_risk**2, 0.0)
    squares = share**2 * np.cumsum(a) - 2 * share * np.cumsum(a * share) + np.cumsum(a * share**2)
    crossed = share * np.cumsum(c) - np.cumsum(c * share)
    return np.asarray(np.maximum(squares + np.cumsum(b) - 2 * crossed, 0.0), dtype=np.float64)


def _band(share: Floats, variance: Floats, level: float) -> tuple[Floats, Floats]:
    """Interval on the log(-log) scale; NaN where the share is 0 or 1."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        logged = np.log(share)
        half = float(ndtri((1 + level) / 2)) * np.sqrt(variance) / np.abs(share * logged)
        lower, upper = np.exp(logged * np.exp(half)), np.exp(logged * np.exp(-half))
    known = (share > _ROUNDING) & (share < 1 - _ROUNDING)
    return np.where(known, lower, np.nan), np.where(known, upper, np.nan)


def _first_at_or_above(times: Floats, curve: Floats, threshold: float) -> float | None:
    reached = np.flatnonzero(curve >= threshold - _ROUNDING)
    return float(times[reached[0]]) if reached.size else None


def _counts(times: Floats, durations: Floats, which: NDArray[np.bool_]) -> Floats:
    counted = np.bincount(np.searchsorted(times, durations[which]), minlength=times.size)
    return np.asarray(counted, dtype=np.float64)


def _still(times: Floats, durations: Floats) -> Floats:
    """Visits not ended before each time."""
    gone: Floats = np.searchsorted(np.sort(durations), times, side="left").astype(np.float64)
    still: Floats = durations.size - gone
    return still
