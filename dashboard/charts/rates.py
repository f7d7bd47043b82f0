"""Rates of groups of an amount, and of hours: dots with their interval or limits, volumes beside them."""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.charts.base import ROW, figure, note, row_label
from dashboard.theme import Tokens
from dashboard.words import _, count, percent
from models.statistics.funnel import Funnel
from models.statistics.intervals import Interval, wilson

_HEIGHT = 320


def rate_rows(
    labels: Sequence[str], hits: Sequence[int], sizes: Sequence[int], expected: Sequence[float], colours: Tokens
) -> go.Figure:
    """One row a group, the first on top: the rate with its 95 % interval (Wilson), a tick at the expected one, the volume at the right."""
    fig = figure(colours, ROW * len(labels) + 40, right=150)
    top = 0.0
    for number, label in enumerate(labels):
        interval = wilson(hits[number], sizes[number])
        if interval is not None:
            _rate_row(
                fig, len(labels) - 1 - number, label, (hits[number], sizes[number], expected[number]), interval, colours
            )
            top = max(top, 100 * interval.high)
    fig.update_yaxes(visible=False, range=[-0.5, len(labels) - 0.25])
    fig.update_xaxes(range=[0, top * 1.04 or 1], ticksuffix=" %", showgrid=True, gridcolor=colours.grid)
    return fig


def _rate_row(
    fig: go.Figure, y: int, label: str, row: tuple[int, int, float], interval: Interval, colours: Tokens
) -> None:
    hits, size, expected = row
    low, high, rate, usual = (100 * share for share in (interval.low, interval.high, hits / size, expected / size))
    hover = _("<b>{label}</b><br>{rate} ({low:.1f}–{high:.1f}), expected {usual}<br>{errors} wrong of {orders}").format(
        label=label, rate=percent(hits / size), low=low, high=high, usual=percent(expected / size), errors=count(hits), orders=count(size)
    )  # fmt: skip
    line, tick = {"width": 1.6, "color": colours.neutral}, {"width": 3, "color": colours.target}
    fig.add_scatter(x=[low, high], y=[y, y], mode="lines", line=line, hoverinfo="skip", name="interval")
    fig.add_scatter(
        x=[usual, usual], y=[y - 0.22, y + 0.22], mode="lines", line=tick, hoverinfo="skip", name="expected"
    )
    dot = {"size": 9, "color": colours.ink}
    fig.add_scatter(x=[rate], y=[y], mode="markers", marker=dot, hovertext=[hover], hoverinfo="text", name="rate")
    row_label(fig, y, label, colours)
    end = _("{rate} of {n}").format(rate=percent(hits / size), n=count(size))
    note(fig, 1, y, end, colours.ink_text, xref="paper", xshift=10)


def rate_hours(
    hours: Sequence[int], made: Funnel, sizes: Sequence[int], colours: Tokens, *, compact: bool
) -> go.Figure:
    """Above: the rate of each hour within the limits for its volume, red or ringed where it is outside. Below: the volume."""
    fig = figure(colours, _HEIGHT, right=16, left=8)
    fig.update_layout(
        yaxis={"domain": [0.34, 1]}, yaxis2={"domain": [0, 0.24], "anchor": "x", "visible": False}, bargap=0.25
    )
    for low, high, dash in (
        (made.alarm.low, made.alarm.high, "solid"),
        (made.warning.low, made.warning.high, "2px,3px"),
    ):
        for side in (low, high):
            line = {"width": 1, "color": colours.neutral, "dash": dash, "shape": "hvh"}
            fig.add_scatter(
                x=list(hours), y=[100 * float(v) for v in side], mode="lines", line=line, hoverinfo="skip", name="limit"
            )
    fig.add_hline(y=100 * made.pooled, line={"width": 1, "color": colours.neutral})
    for number, hour in enumerate(hours):
        _hour_dot(fig, hour, made, number, sizes[number], colours)
    bars = {"color": colours.neutral, "line": {"width": 0}}
    fig.add_bar(x=list(hours), y=list(sizes), yaxis="y2", marker=bars, hoverinfo="skip", name="volume")
    fig.update_layout(yaxis={"ticksuffix": " %", "showgrid": True, "gridcolor": colours.grid, "rangemode": "tozero"})
    ends = [min(hours) - 0.6, max(hours) + 0.6]
    fig.update_xaxes(dtick=3 if compact else 1, ticksuffix="" if compact else ":00", range=ends, tickangle=0)
    return fig


def _hour_dot(fig: go.Figure, hour: int, made: Funnel, number: int, size: int, colours: Tokens) -> None:
    outside, rate = int(made.outside[number]), float(made.rate[number])
    colour = {1: colours.error, -1: colours.target, 0: colours.ink}[outside]
    low, high = 100 * float(made.alarm.low[number]), 100 * float(made.alarm.high[number])
    hover = _("<b>{hour}:00 to {hour}:59</b><br>{rate}, limits {low:.1f}–{high:.1f}<br>{orders} orders").format(
        hour=hour, rate=percent(rate), low=low, high=high, orders=count(size)
    )
    marker = {
        "size": 10 if outside else 7, "color": colour, "symbol": "circle-open" if outside < 0 else "circle",
        "line": {"width": 1.6, "color": colour},
    }  # fmt: skip
    dot = {"mode": "markers", "marker": marker, "hovertext": [hover], "hoverinfo": "text", "name": "rate"}
    fig.add_scatter(x=[hour], y=[100 * rate], **dot)
