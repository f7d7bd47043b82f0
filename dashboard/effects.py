"""What a dated event (a go-live, a training, a new clerk) did to the error rate: pure functions, tested without a page."""

from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.frames import Trend
from models.statistics.segmented import Placebo, Segmented, placebo, segmented
from pipelines.decisions import Decision


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that people wrote on the time axis."""

    id: str
    day: date
    text: str
    by: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The effect of a happening on the rate, and how often dates without one look like one. `effect` is None where too few
    complete periods lie on either side to tell."""

    effect: Segmented | None
    placebo: Placebo

    @property
    def is_honest(self) -> bool:
        """False where the method finds effects at dates at which nothing happened: then no effect is believed."""
        return self.placebo.share is None or self.placebo.share <= MOST_PLACEBOS


MOST_PLACEBOS = 0.25
"""About 5 % are to be expected, but neighbouring dates ask nearly the same question: what one stretch of noise shows, eight or so
dates show at once."""


def happenings(decided: list[Decision]) -> list[Happening]:
    """The annotations among the decisions, oldest day first."""
    found = [
        Happening(one.id, date.fromisoformat(one.payload["day"]), str(one.note or one.subject_key), one.by)
        for one in decided
        if one.kind == "annotation" and "day" in one.payload
    ]
    return sorted(found, key=lambda item: item.day)


def verdict(trend: Trend, day: date) -> Verdict:
    """The step at `day` in the rates of the complete periods (weights: their orders). Periods count from their start.

    The period in which the day lies belongs to neither side: it is left out.
    """
    rates, orders = [float(rate) for rate in trend.chart.rate], [float(n) for n in trend.orders]
    inside = [start <= day < start + timedelta(days=trend.days) for start in trend.starts]
    kept = [number for number, within in enumerate(inside) if not within or trend.starts[number] == day]
    values, weights = [rates[i] for i in kept], [orders[i] for i in kept]
    change = sum(trend.starts[i] < day for i in kept)
    effect = segmented(values, change, weights) if 0 < change < len(values) else None
    quiet = [placebo(values[:change], weights[:change]), placebo(values[change:], weights[change:])]
    return Verdict(effect, Placebo(sum(p.dates for p in quiet), sum(p.significant for p in quiet)))
