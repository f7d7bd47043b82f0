"""Frames between queries and figures: pure functions, tested without a page."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from models.statistics.laney import LaneyChart, Signal, laney
from models.statistics.nowcast import FoundShare, Level, expect, found_share, level_ahead, period_share

BASELINE_DAYS = 182
FEWEST_PERIODS = 4
MANY_PERIODS = 12
"""Baseline periods from which on a spread below that of chance is believed: their eleven moving ranges."""


@dataclass(frozen=True, slots=True)
class Filling:
    """A period that is not complete: rate found so far, rate to expect with its interval (None where nobody can tell).

    `share` of its errors is found by now; where that is less than half, what is expected rests on the periods before.
    """

    start: date
    found: float
    expected: float | None
    low: float | None
    high: float | None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Trend:
    """The error rate by period of entry. `starts`, `errors`, `orders` and `chart` hold complete periods only."""

    days: int
    starts: list[date]
    errors: list[int]
    orders: list[int]
    chart: LaneyChart
    baseline: tuple[date, date]
    filling: list[Filling]

    @property
    def recent(self) -> int:
        """How many complete periods the last four weeks hold (at least one)."""
        return max(1, 28 // self.days)

    @property
    def recent_span(self) -> tuple[date, date]:
        """First and last day of these periods."""
        return self.starts[-self.recent :][0], end_of(self.starts[-1], self.days)

    @property
    def baseline_periods(self) -> list[date]:
        """The complete periods that begin within the baseline."""
        return [start for start in self.starts if self.baseline[0] <= start <= self.baseline[1]]

    @property
    def recent_counts(self) -> tuple[int, int]:
        """Wrong orders and all orders of the complete periods of the last four weeks (at least one period)."""
        return sum(self.errors[-self.recent :]), sum(self.orders[-self.recent :])

    @property
    def recent_rate(self) -> float:
        """Error rate of these periods."""
        errors, orders = self.recent_counts
        return errors / max(1, orders)

    @property
    def recent_signals(self) -> list[str]:
        """Rules that fired in the complete periods of the last eight weeks, latest first, on the side of their common rate."""
        return [signal.rule for signal in self._recent()]

    @property
    def stretch(self) -> tuple[int, int] | None:
        """First and last of the neighbouring periods that lie on one side with the latest of these signals; None without one."""
        if not self._recent():
            return None
        first = last = self._recent()[0].index
        above = self.chart.rate > self.chart.center
        while first > 0 and above[first - 1] == above[first]:
            first -= 1
        while last + 1 < len(self.starts) and above[last + 1] == above[last]:
            last += 1
        return first, last

    def _recent(self) -> list[Signal]:
        last, center = len(self.starts) - max(1, 56 // self.days), self.chart.center
        return [
            signal
            for signal in reversed(self.chart.signals)
            if signal.index >= last and (self.chart.rate[signal.index] > center) == (self.recent_rate > center)
        ]


def error_trend(
    periods: pl.DataFrame,
    delays: pl.DataFrame,
    days_of_entry: pl.DataFrame,
    days: int,
    baseline: tuple[date, date] | None,
    level: float = 0.95,
) -> Trend | None:
    """The trend of `periods` (week, orders, errors, is_mature), each `days` long; None below four complete periods.

    `baseline` is the frozen one; where nobody froze any, the first half of the complete periods, half a
    year at most, four at least.
    `level` is that of the intervals of what incomplete periods are expected to come to.
    """
    mature = periods.filter(pl.col("is_mature") & (pl.col("orders") > 0))
    if mature.height < FEWEST_PERIODS:
        return None
    span = baseline if baseline and _inside(mature, baseline) >= FEWEST_PERIODS else _first_half(mature, days)
    mask = ((mature["week"] >= span[0]) & (mature["week"] <= span[1])).to_numpy()
    # A few periods may lie close together by chance alone: they widen the limits, but do not narrow them.
    least = 1.0 if mask.sum() < MANY_PERIODS else 0.0
    chart = laney(mature["errors"].to_numpy(), mature["orders"].to_numpy(), mask, least)
    found = found_share(delays["delay"].to_numpy(), delays["age"].to_numpy()) if delays.height else None
    after = periods.filter((pl.col("week") > mature["week"].max()) & (pl.col("orders") > 0))
    before = level_ahead(mature["errors"].to_numpy(), mature["orders"].to_numpy())
    filling = []
    for row in after.iter_rows(named=True):
        filling.append(_filling(row, days_of_entry, found, before, level))
        if before is not None and filling[-1].share is not None:
            before = before.after(row["errors"], row["orders"], filling[-1].share)
    return Trend(
        days, mature["week"].to_list(), mature["errors"].to_list(), mature["orders"].to_list(), chart, span, filling
    )


def last_periods(trend: Trend, number: int) -> Trend:
    """The trend cut to its last complete periods, limits and signals as computed on all of them: for narrow screens."""
    cut = max(0, len(trend.starts) - number)
    c = trend.chart
    signals = tuple(type(s)(s.index - cut, s.rule) for s in c.signals if s.index >= cut)
    chart = LaneyChart(
        c.rate[cut:], c.center, c.sigma[cut:], c.sigma_z, c.lower[cut:], c.upper[cut:], signals, c.is_rare
    )
    return Trend(
        trend.days, trend.starts[cut:], trend.errors[cut:], trend.orders[cut:], chart, trend.baseline, trend.filling
    )


def _inside(mature: pl.DataFrame, span: tuple[date, date]) -> int:
    return mature.filter((pl.col("week") >= span[0]) & (pl.col("week") <= span[1])).height


def _first_half(mature: pl.DataFrame, days: int) -> tuple[date, date]:
    size = min(BASELINE_DAYS // days, max(FEWEST_PERIODS, mature.height // 2))
    return mature["week"][0], end_of(mature["week"][size - 1], days)


def _filling(
    row: dict[str, object], days_of_entry: pl.DataFrame, found: FoundShare | None, before: Level | None, level: float
) -> Filling:
    start, orders, errors = row["week"], int(str(row["orders"])), int(str(row["errors"]))
    assert isinstance(start, date)
    own = days_of_entry.filter(pl.col("week") == start)
    if found is None or own.is_empty():
        return Filling(start, errors / orders, None, None, None)
    ages = own["age"].to_numpy()
    share = period_share(own["orders"].to_numpy(), ages, found)
    middle = int(np.clip(np.average(ages, weights=own["orders"].to_numpy()), 0, found.horizon))
    told = expect(errors, orders, share, float(found.log_variance[middle]), before, level)
    if before is None and not told.is_trusted:
        return Filling(start, errors / orders, None, None, None, share)
    expected, low, high = (min(1.0, value / orders) for value in (told.count, told.low, told.high))
    return Filling(start, errors / orders, expected, low, high, share)


def counted(trend: Trend, span: tuple[date, ...]) -> tuple[int, int]:
    """Wrong orders and all orders of the complete periods that begin within `span`, both ends included."""
    inside = [span[0] <= start <= span[-1] for start in trend.starts]
    return (
        sum(n for n, within in zip(trend.errors, inside, strict=True) if within),
        sum(n for n, within in zip(trend.orders, inside, strict=True) if within),
    )


def end_of(start: date, days: int) -> date:
    """Last day of a period."""
    return start + timedelta(days=days - 1)
