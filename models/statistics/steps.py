"""Durations kept in steps of 4.4 % instead of one by one, so that a million orders are a few hundred numbers.

`pipelines/marts/visit_bins.sql` says what a step is: 0 is no time at all, b holds 2^((b - 1) / 16) up to 2^(b / 16) seconds; 511 is none.
Quantiles are read off within the step, on the logarithmic scale, which is exact to well below a step's width.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.statistics.competing import IncidenceCurve, LogRank, incidence_of_counts, log_rank_of_counts
from models.statistics.survival import QuantileEstimate

Floats = NDArray[np.float64]

STEPS = 512
A_DOUBLING = 16
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class StepCounts:
    """Visits by the step of their duration, one array of 512 numbers each: completed, cancelled, and open at that age."""

    completed: Floats
    cancelled: Floats
    open: Floats

    @property
    def n(self) -> int:
        """All visits."""
        return int(self.completed.sum() + self.cancelled.sum() + self.open.sum())

    @property
    def n_open(self) -> int:
        """Visits that have not ended."""
        return int(self.open.sum())


def upper_edge(step: NDArray[np.int64] | int) -> Floats:
    """Seconds up to which a step reaches."""
    steps = np.asarray(step, dtype=np.float64)
    return np.asarray(np.where(steps > 0, 2.0 ** (steps / A_DOUBLING), 0.0))


def middle(step: NDArray[np.int64] | int) -> Floats:
    """The duration that stands for a step, in seconds: its geometric middle."""
    steps = np.asarray(step, dtype=np.float64)
    return np.asarray(np.where(steps > 0, 2.0 ** ((steps - 0.5) / A_DOUBLING), 0.0))


def incidence(counts: StepCounts, level: float = 0.95) -> IncidenceCurve:
    """Share of the visits that was completed within each step's upper edge (Aalen-Johansen; cancelling is the other way to end)."""
    every = counts.completed + counts.cancelled
    left = every + counts.open
    used = np.flatnonzero(left > 0)
    edges = upper_edge(used)
    return incidence_of_counts(edges, counts.completed[used], every[used], left[used], level)


def quantile(curve: IncidenceCurve, share: float) -> QuantileEstimate:
    """Seconds by which `share` of all visits was completed, with its interval; None, "not reached", where that is not so yet."""
    return QuantileEstimate(
        _reached(curve.times, curve.share, share),
        _reached(curve.times, np.nan_to_num(curve.upper, nan=0.0), share),
        _reached(curve.times, np.nan_to_num(curve.lower, nan=0.0), share),
    )


def compare(first: StepCounts, second: StepCounts) -> LogRank | None:
    """Are two groups' visits completed equally fast? Cause-specific log-rank test; None where nothing can be compared."""
    times = np.flatnonzero(first.completed + second.completed > 0)
    first_risk, second_risk = _at_risk(first), _at_risk(second)
    return log_rank_of_counts(
        first.completed[times],
        first_risk[times],
        (first.completed + second.completed)[times],
        (first_risk + second_risk)[times],
    )


def _at_risk(counts: StepCounts) -> Floats:
    left = counts.completed + counts.cancelled + counts.open
    return np.asarray(left.sum() - np.concatenate([[0.0], np.cumsum(left)[:-1]]))


def _reached(times: Floats, curve: Floats, share: float) -> float | None:
    """Where the curve crosses `share`, within the step in which it does."""
    reached = np.flatnonzero(curve >= share - _ROUNDING)
    if not reached.size:
        return None
    place = int(reached[0])
    top = float(times[place])
    if top <= 0:
        return 0.0
    below = float(curve[place - 1]) if place else 0.0
    part = (share - below) / max(float(curve[place]) - below, _ROUNDING)
    return float(top * 2.0 ** ((min(max(part, 0.0), 1.0) - 1.0) / A_DOUBLING))
