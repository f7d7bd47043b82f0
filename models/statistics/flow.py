"""What comes to a stage, what leaves it, and what is in it: does it fill up, and do the counts agree with the durations?

Little's law (Little 1961): in a stage that neither fills nor empties, the mean number in it is arrivals a day times mean stay.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit


@dataclass(frozen=True, slots=True)
class NetChange:
    """Mean of arrivals less departures a period, with its interval; a signal where the interval excludes 0."""

    value: float
    low: float
    high: float

    @property
    def is_signal(self) -> bool:
        """Whether chance alone would hardly move the work in progress so."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class LittleCheck:
    """Mean number in the stage as counted, and as arrivals times mean stay give it."""

    counted: float
    expected: float

    @property
    def ratio(self) -> float:
        """Counted over expected: near 1 where counts and durations tell the same."""
        return self.counted / self.expected


def net_change(arrivals: ArrayLike, departures: ArrayLike, level: float = 0.95) -> NetChange | None:
    """How much the work in progress grows a period. None for fewer than four periods.

    Interval of Student's t over the periods: they are taken as independent.
    """
    net = np.asarray(arrivals, dtype=np.float64) - np.asarray(departures, dtype=np.float64)
    if net.size < 4:  # noqa: PLR2004 - an interval of three values says nothing
        return None
    half = float(stdtrit(net.size - 1, (1 + level) / 2)) * float(net.std(ddof=1)) / net.size**0.5
    mean = float(net.mean())
    return NetChange(mean, mean - half, mean + half)


def little_check(in_stage: ArrayLike, arrivals: ArrayLike, mean_stay: float) -> LittleCheck | None:
    """`in_stage` at the end of each period, `arrivals` in it, `mean_stay` in periods.

    None where the mean stay is below two periods, as counting at their ends then misses most of what came and went.
    """
    counted, came = np.asarray(in_stage, dtype=np.float64), np.asarray(arrivals, dtype=np.float64)
    if counted.size < 2 or mean_stay < 2 or not came.sum():  # noqa: PLR2004
        return None
    return LittleCheck(float(counted.mean()), float(came.mean()) * mean_stay)
