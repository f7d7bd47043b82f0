"""The control chart of the error rate: Laney p' limits, frozen baseline, signals named, the incomplete end in grey."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import plotly.graph_objects as go

from dashboard.charts.base import faint, figure, note, spread
from dashboard.frames import Filling, Trend
from dashboard.theme import Tokens
from dashboard.words import _, percent, short_day
from models.statistics.laney import BEYOND

HEIGHT = 400
_TOP = 1.16
_OF_KNOWN = 1.4


def control_chart(
    trend: Trend,
    target: float | None,
    colours: Tokens,
    *,
    compact: bool = False,
    events: Sequence[tuple[date, str]] = (),
) -> go.Figure:
    """`trend` as a chart; `target` is the highest error rate aimed at, None where there is none. Values are drawn in percent.

    `events` are days with words (go-live, training): a line each, numbered where it is narrow.
    """
    fig = figure(colours, HEIGHT, right=118 if compact else 138, left=8)
    high = [f.high for f in trend.filling if f.high is not None]
    known = max([*trend.chart.rate, *_known(trend.chart.upper), target or 0])
    # A wide interval at the end must not press the line of the known rates flat: its tip is cut off.
    top = 100 * _TOP * max(known, min(max(high, default=0), _OF_KNOWN * known))
    half = timedelta(days=trend.days / 2)
    _fields(fig, trend, half, top, colours, compact)
    _limits(fig, trend, target, colours)
    _points(fig, trend, colours)
    _signals(fig, trend, colours, compact)
    _filling(fig, trend, colours)
    _events(fig, [event for event in events if _first(trend) <= event[0] <= _last(trend)], top, colours, compact)
    _end_labels(fig, trend, target, top, half, colours)
    fig.update_yaxes(ticksuffix=" %", showgrid=True, gridcolor=colours.grid, range=[0, top])
    fig.update_xaxes(
        tickformat="%b\n%Y", dtick="M6" if compact else "M3", range=[_first(trend) - half, _last(trend) + half]
    )
    return fig


def _events(fig: go.Figure, events: Sequence[tuple[date, str]], top: float, colours: Tokens, compact: bool) -> None:
    """Lines at the days of the events; neighbouring words stand one below the other."""
    for number, (day, text) in enumerate(events):
        line = {"width": 1, "color": colours.ink}
        fig.add_scatter(
            x=[day, day], y=[0, top], mode="lines", line=line, hovertext=text, hoverinfo="text", name="event"
        )
        if not compact:
            note(fig, day, top, text, colours.ink_text, yanchor="top", xshift=4, yshift=-16 * (1 + number % 3))


def _first(trend: Trend) -> date:
    return trend.starts[0]


def _last(trend: Trend) -> date:
    return trend.filling[-1].start if trend.filling else trend.starts[-1]


def _known(values: Iterable[float]) -> list[float]:
    return [float(v) for v in values if v == v]  # noqa: PLR0124 - NaN is unlike itself


def _fields(fig: go.Figure, trend: Trend, half: timedelta, top: float, colours: Tokens, compact: bool) -> None:
    of_baseline = trend.baseline_periods
    if of_baseline:
        first, last = trend.baseline
        fig.add_vrect(
            x0=of_baseline[0] - half, x1=of_baseline[-1] + half, fillcolor=colours.baseline, line_width=0, layer="below"
        )
        words = (
            _("baseline")
            if compact
            else _("baseline {first} – {last}").format(first=short_day(first), last=short_day(last))
        )
        note(fig, of_baseline[0] - half, top, words, colours.muted, yanchor="top", xshift=4)
    if trend.filling:
        start, end = trend.filling[0].start - half, trend.filling[-1].start + half
        fig.add_vrect(x0=start, x1=end, fillcolor=colours.incomplete, opacity=0.6, line_width=0, layer="below")
        words = _("filling") if compact else _("still filling up")
        note(fig, end, top, words, colours.muted, xanchor="right", yanchor="top", xshift=-4)


def _limits(fig: go.Figure, trend: Trend, target: float | None, colours: Tokens) -> None:
    thin = {"width": 1, "color": colours.neutral, "shape": "hvh"}
    for limit in (trend.chart.lower, trend.chart.upper):
        fig.add_scatter(x=trend.starts, y=[100 * v for v in limit], mode="lines", hoverinfo="skip", line=thin)
    ends = [_first(trend), _last(trend)]
    fig.add_scatter(
        x=ends, y=[100 * trend.chart.center] * 2, mode="lines", line={**thin, "shape": "linear"}, hoverinfo="skip"
    )
    if target is None:
        return
    dashed = {"width": 1.5, "color": colours.target, "dash": "4px,3px"}
    fig.add_scatter(x=ends, y=[100 * target] * 2, mode="lines", line=dashed, hoverinfo="skip")


def _points(fig: go.Figure, trend: Trend, colours: Tokens) -> None:
    hover = [
        _("<b>{rate}</b> ({errors} of {orders} orders)<br>{first} – {last}").format(
            rate=percent(errors / orders), errors=f"{errors:,}", orders=f"{orders:,}", first=short_day(start),
            last=short_day(start + timedelta(days=trend.days - 1)),
        )
        for start, errors, orders in zip(trend.starts, trend.errors, trend.orders, strict=True)
    ]  # fmt: skip
    fig.add_scatter(
        x=trend.starts, y=[100 * r for r in trend.chart.rate], mode="lines+markers", hovertext=hover, hoverinfo="text",
        line={"width": 1.6, "color": colours.ink}, marker={"size": 5, "color": colours.ink}, name="rate",
    )  # fmt: skip


def _signals(fig: go.Figure, trend: Trend, colours: Tokens, compact: bool) -> None:
    chart, named = trend.chart, set[int]()
    for signal in chart.signals:
        worse = chart.rate[signal.index] > chart.center
        mark, text = (colours.error, colours.error_text) if worse else (colours.target, colours.target_text)
        symbol = "diamond" if worse else "circle-open"
        x, y = trend.starts[signal.index], 100 * chart.rate[signal.index]
        fig.add_scatter(
            x=[x], y=[y], mode="markers", hoverinfo="skip", name="signal",
            marker={"size": 11 if worse else 10, "color": mark, "symbol": symbol, "line": {"width": 1.6, "color": mark}},
        )  # fmt: skip
        # The first of neighbouring points carries the words.
        if signal.index - 1 not in named and signal.index not in named:
            words = rule_words(signal.rule, worse=worse, compact=compact)
            right = signal.index > len(trend.starts) / 2
            side = {"xanchor": "right", "xshift": -10} if right else {"xanchor": "left", "xshift": 10}
            note(fig, x, y, f"<b>{words}</b>", text, yshift=10 if worse else -12, **side)
        named.add(signal.index)


def rule_words(rule: str, *, worse: bool, compact: bool = False) -> str:
    """A rule as people say it: 'above the limit (3 σ)', '8 in a row below'."""
    if rule == BEYOND:
        return _("above the limit (3 σ)") if worse else _("below the limit (3 σ)")
    if compact:
        return _("8 above") if worse else _("8 below")
    return _("8 in a row above") if worse else _("8 in a row below")


def _filling(fig: go.Figure, trend: Trend, colours: Tokens) -> None:
    told = [f for f in trend.filling if f.expected is not None and f.low is not None and f.high is not None]
    if told:
        x = [f.start for f in told]
        edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
        fig.add_scatter(x=x, y=[100 * (f.high or 0) for f in told], **edge)
        fig.add_scatter(x=x, y=[100 * (f.low or 0) for f in told], fill="tonexty", fillcolor=faint(colours.ink), **edge)
        fig.add_scatter(
            x=[trend.starts[-1], *x], y=[100 * trend.chart.rate[-1], *(100 * (f.expected or 0) for f in told)], mode="lines",
            line={"width": 1.8, "color": colours.ink, "dash": "5px,3px"}, hoverinfo="skip", name="expected",
        )  # fmt: skip
    fig.add_scatter(
        x=[f.start for f in trend.filling], y=[100 * f.found for f in trend.filling], mode="markers", name="found so far",
        marker={"size": 7, "color": colours.page, "line": {"width": 1.6, "color": colours.neutral}}, hoverinfo="text",
        hovertext=[_found_words(f) for f in trend.filling],
    )  # fmt: skip


def _found_words(filling: Filling) -> str:
    words = _("<b>{rate}</b> found so far").format(rate=percent(filling.found))
    if filling.share is None or filling.expected is None:
        return words
    more = _("about {share} of what will be; expected {expected} ({low}–{high})").format(
        share=percent(filling.share, 0), expected=percent(filling.expected), low=f"{100 * (filling.low or 0):.1f}",
        high=f"{100 * (filling.high or 0):.1f}",
    )  # fmt: skip
    return f"{words}<br>{more}"


def _end_labels(
    fig: go.Figure, trend: Trend, target: float | None, top: float, half: timedelta, colours: Tokens
) -> None:
    chart = trend.chart
    labels = [(100 * chart.center, _("centre {rate}").format(rate=percent(chart.center)), colours.muted)]
    if target is not None:
        labels.append((100 * target, _("target {rate}").format(rate=percent(target)), colours.target_text))
    if chart.upper[-1] == chart.upper[-1]:
        labels.append(
            (100 * chart.upper[-1], _("upper limit {rate}").format(rate=percent(chart.upper[-1])), colours.muted)
        )
    if chart.lower[-1] > 0:
        labels.append(
            (100 * chart.lower[-1], _("lower limit {rate}").format(rate=percent(chart.lower[-1])), colours.muted)
        )
    last = trend.filling[-1] if trend.filling else None
    told = [f.expected for f in trend.filling if f.expected is not None]
    if told:
        labels.append(
            (100 * told[-1], f"<b>{_('expected {rate}').format(rate=percent(told[-1]))}</b>", colours.ink_text)
        )
    if last is not None:
        labels.append((100 * last.found, _("so far {rate}").format(rate=percent(last.found)), colours.muted))
    labels.sort(key=lambda item: item[0])
    for y, (_value, words, colour) in zip(spread([v for v, *_r in labels], top, HEIGHT - 60), labels, strict=True):
        note(fig, _last(trend) + half, y, words, colour, xshift=6)
