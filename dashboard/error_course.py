"""The error rate over all of time, its baseline and what they say in words: the same on the start page and on its own."""

from datetime import date

from dashboard import data
from dashboard.frames import Trend, counted, error_trend
from dashboard.state import whole_history
from dashboard.words import _, count, percent, points, span_of_days
from pipelines.read.filters import Filters

LENGTHS = (1, 2, 4)  # weeks of a period: the shortest in which five errors are to be expected


def course(filters: Filters) -> Trend | None:
    """The trend of all orders of the selection, whatever its period, in the shortest periods that expect five errors each."""
    every, made = whole_history(filters), None
    for weeks in LENGTHS:
        longer = error_trend(
            data.query("weekly_errors", every, weeks=weeks), data.query("error_delays", every),
            data.query("entry_days", every, weeks=weeks), 7 * weeks, frozen(),
        )  # fmt: skip
        made = longer or made
        if made is None or longer is None or not made.chart.is_rare:
            break
    return made


def frozen() -> tuple[date, date] | None:
    """The baseline that somebody froze, if any."""
    decided = [d for d in data.decisions() if d.kind == "baseline" and d.subject_key == "error_rate"]
    if not decided:
        return None
    span = decided[-1].payload
    return date.fromisoformat(span["from"]), date.fromisoformat(span["to"])


def target(filters: Filters) -> float | None:
    """The highest error rate aimed at; what is aimed at is told of all errors, not of those of one origin."""
    if filters.errors is not None:
        return None
    return 1 - float(data.query("targets")["accuracy_target"][0])


def errors_named(origin: str) -> str:
    """'errors that came in at Entry'; `origin` as in `Filters.errors`."""
    if origin == "unknown":
        return _("errors of unknown origin")
    return _("errors that came in at {stage}").format(stage=data.stage_titles().get(origin, origin))


def recent_words(trend: Trend, errors: str | None = None) -> str:
    """How the latest complete weeks stand to the baseline, with their days; orders of today are not complete yet."""
    rate, base = trend.recent_rate, trend.chart.center
    what = _("The error rate") if errors is None else _("The rate of {errors}").format(errors=errors_named(errors))
    told = _("{what} was {rate} ({counts}) in the latest complete weeks, {span}").format(
        what=what, rate=percent(rate), counts=_counts(*trend.recent_counts), span=span_of_days(*trend.recent_span)
    )
    if not trend.recent_signals and _is_baseline(trend):
        return _(
            "{told}; these weeks are part of the baseline of {base}, so that nothing stands beside them yet."
        ).format(told=told, base=percent(base))
    if not trend.recent_signals:
        return _("{told}; no more than chance off the baseline of {base}.").format(told=told, base=percent(base))
    return _("{told}, {gap} {side} the baseline of {base}: more than chance explains.").format(
        told=told, base=percent(base), gap=points(rate - base), side=_("above") if rate > base else _("below")
    )


def _is_baseline(trend: Trend) -> bool:
    (first, last), (since, until) = trend.recent_span, trend.baseline
    return since <= first and last <= until


def baseline_words(trend: Trend) -> str:
    """'Baseline 4.9 % (49 of 1,000 orders): 30 Dec 2024 – 15 Jun 2025, the first 6 of 18 complete periods; nobody has ...'"""
    return _("Baseline {rate} ({counts}): {span}, {how}.").format(
        rate=percent(trend.chart.center), counts=_counts(*counted(trend, trend.baseline)), span=baseline_span(trend),
        how=baseline_origin(trend),
    )  # fmt: skip


def _counts(errors: int, orders: int) -> str:
    return _("{errors} of {orders} orders").format(errors=count(errors), orders=count(orders))


def baseline_span(trend: Trend) -> str:
    """'30 Dec 2024 – 15 Jun 2025'."""
    return span_of_days(*trend.baseline)


def baseline_origin(trend: Trend) -> str:
    """Who set the baseline: a decision, or nobody, and then which periods it takes."""
    if frozen() and trend.baseline == frozen():
        return _("frozen by decision")
    return _("the first {n} of {all} complete periods; nobody has frozen one yet").format(
        n=len(trend.baseline_periods), all=len(trend.starts)
    )
