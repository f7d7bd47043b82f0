"""Where errors come in: which of them the page counts, and of which origin the rate moved, by the rules of the control chart."""

import polars as pl
import streamlit as st

from dashboard import data
from dashboard.error_course import LENGTHS, errors_named, frozen
from dashboard.frames import Trend, end_of, error_trend
from dashboard.state import whole_history
from dashboard.words import _, listed, percent, short_day, span_of_days
from pipelines.read.filters import Filters

_NO_DELAYS = pl.DataFrame(schema={"delay": pl.Int64, "age": pl.Int64})


def pick_errors(filters: Filters) -> str | None:
    """Draw the choice of errors (`Filters.errors`): all, or those that came in at one stage. None for all."""
    origins = _origins(whole_history(filters))
    if not origins:
        return None
    names = {"": _("All errors"), **{one: _as_title(errors_named(one)) for one in origins}}
    picked = st.selectbox(
        _("Errors that are counted"), list(names), format_func=names.__getitem__, key="errors", bind="query-params",
        label_visibility="collapsed", width=320,
    )  # fmt: skip
    return picked or None


def moved_words(filters: Filters, whole: Trend) -> str:
    """Which errors moved, by where they came in, beside what all errors did (`whole`); empty where none moved."""
    told = [_moved(origin, trend) for origin, trend in origin_trends(filters).items() if trend.recent_signals]
    if not told:
        return ""
    lead = _("Among them,") if whole.recent_signals else _("All errors together are steady, but")
    return _("**{lead} {moved}**: more than chance explains.").format(lead=lead, moved=listed(told))


def origin_trends(filters: Filters) -> dict[str, Trend]:
    """The trend of the errors of each origin, of those frequent enough for limits, in the shortest periods that expect five each."""
    every = whole_history(filters)
    found = ((origin, _trend(origin, every)) for origin in _origins(every))
    return {origin: trend for origin, trend in found if trend is not None}


def _trend(origin: str, every: Filters) -> Trend | None:
    for weeks in LENGTHS:
        wrong = data.query("error_origins", every, weeks=weeks).filter(pl.col("origin") == origin)
        periods = (
            data.query("weekly_errors", every, weeks=weeks)
            .drop("errors")
            .join(wrong.select("week", "errors"), on="week", how="left")
            .with_columns(pl.col("errors").fill_null(0))
            .filter(pl.col("is_mature"))
        )
        made = error_trend(periods, _NO_DELAYS, pl.DataFrame(), 7 * weeks, frozen())
        if made is not None and not made.chart.is_rare:
            return made
    return None


def _moved(origin: str, trend: Trend) -> str:
    first, last = trend.stretch or (0, 0)
    rate = sum(trend.errors[first : last + 1]) / max(1, sum(trend.orders[first : last + 1]))
    until = end_of(trend.starts[last], trend.days)
    when = (
        _("since {day}").format(day=short_day(trend.starts[first]))
        if last + 1 == len(trend.starts)
        else _("in {span}").format(span=span_of_days(trend.starts[first], until))
    )
    words = (
        _("{errors} rose from {base} to {rate} {when}")
        if rate > trend.chart.center
        else _("{errors} fell from {base} to {rate} {when}")
    )
    return words.format(errors=errors_named(origin), base=percent(trend.chart.center), rate=percent(rate), when=when)


def _origins(every: Filters) -> list[str]:
    """The origins of errors, in the order of the stages, the unknown one last."""
    known = set(data.query("error_origins", every, weeks=LENGTHS[-1])["origin"])
    stages = [stage for stage in data.stage_titles() if stage in known]
    return stages + sorted(known - set(stages))


def _as_title(words: str) -> str:
    return words[:1].upper() + words[1:]
