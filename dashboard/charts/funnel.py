"""Who is different? Rates against the limits that chance sets for their size; a name only where the outer limit is passed."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.base import figure, note
from dashboard.theme import Tokens
from dashboard.words import _, count, percent
from models.statistics.funnel import ALARM, WARNING, Funnel, limits

HEIGHT = 320
_CURVE = 60
_SMALLEST = 20
"""Orders at which the limits begin."""
_ROOM = 1.15


def funnel_plot(
    made: Funnel,
    names: Sequence[str],
    hits: Sequence[float],
    orders: Sequence[int],
    colours: Tokens,
    *,
    compact: bool,
    mark: str | None = None,
) -> go.Figure:
    """One dot a user at size and rate (in %), case mix taken out; red above the outer limit, ringed below it; `mark` is named too."""
    fig = figure(colours, HEIGHT, right=16 if compact else 92, left=8)
    grid = np.geomspace(min(_SMALLEST, float(made.sizes.min())), float(made.sizes.max()) * 1.05, _CURVE)
    highest = _limits(fig, made, grid, colours, compact)
    top = _ROOM * 100 * max(float(made.rate.max()), min(highest, 2.5 * float(made.rate.max())))
    for number, name in enumerate(names):
        _dot(fig, made, number, name, hits[number], orders[number], colours)
    if mark is not None and mark in names:
        _ring(fig, made, list(names).index(mark), mark, colours)
    fig.update_yaxes(ticksuffix=" %", showgrid=True, gridcolor=colours.grid, range=[0, top])
    fig.update_xaxes(
        title={
            "text": _("orders entered, weighed by channel and order type"),
            "font": {"size": 12, "color": colours.muted},
        },
        rangemode="tozero",
    )
    return fig


def _limits(fig: go.Figure, made: Funnel, grid: np.ndarray, colours: Tokens, compact: bool) -> float:
    highest = made.pooled
    for level, dash, words in ((WARNING, "2px,3px", "95 %"), (ALARM, "solid", "99.8 %")):
        found = limits(grid, made.pooled, level, made.tau2)
        for side in (found.low, found.high):
            line = {"width": 1, "color": colours.neutral, "dash": dash}
            fig.add_scatter(x=grid, y=100 * side, mode="lines", line=line, hoverinfo="skip", name="limit")
        if not compact:
            note(fig, float(grid[-1]), 100 * float(found.high[-1]), words, colours.muted, xshift=6)
        highest = max(highest, float(found.high[0]))
    line = {"width": 1, "color": colours.neutral}
    fig.add_scatter(
        x=[grid[0], grid[-1]], y=[100 * made.pooled] * 2, mode="lines", line=line, hoverinfo="skip", name="all"
    )
    if not compact:
        note(
            fig,
            float(grid[-1]),
            100 * made.pooled,
            _("all {rate}").format(rate=percent(made.pooled)),
            colours.muted,
            xshift=6,
        )
    return highest


def _dot(fig: go.Figure, made: Funnel, number: int, name: str, hits: float, orders: int, colours: Tokens) -> None:
    outside, size, rate = int(made.outside[number]), float(made.sizes[number]), 100 * float(made.rate[number])
    mark = {1: colours.error, -1: colours.target, 0: colours.ink}[outside]
    hover = _(
        "<b>{name}</b><br>{rate} with everybody's case mix<br>{errors} wrong of {orders} entered<br>{verdict}"
    ).format(
        name=name,
        rate=percent(float(made.rate[number])),
        errors=count(hits),
        orders=count(orders),
        verdict=verdict(outside),
    )
    marker = {
        "size": 10 if outside else 7, "color": mark, "line": {"width": 1.6, "color": mark},
        "symbol": "circle-open" if outside < 0 else "circle",
    }  # fmt: skip
    fig.add_scatter(x=[size], y=[rate], mode="markers", hovertext=[hover], hoverinfo="text", name=name, marker=marker)
    if outside:
        note(fig, size, rate, f"<b>{name}</b>", colours.error_text if outside > 0 else colours.target_text, xshift=8)


def _ring(fig: go.Figure, made: Funnel, number: int, name: str, colours: Tokens) -> None:
    size, rate = float(made.sizes[number]), 100 * float(made.rate[number])
    line = {"size": 16, "symbol": "circle-open", "color": colours.ink_text, "line": {"width": 2}}
    fig.add_scatter(x=[size], y=[rate], mode="markers", marker=line, hoverinfo="skip", name="chosen")
    if not made.outside[number]:
        note(fig, size, rate, f"<b>{name}</b>", colours.ink_text, xshift=12)


def verdict(outside: int) -> str:
    """What a place in the funnel says, fairness first."""
    if outside > 0:
        return _("above the outer limit: look at the orders before the person")
    if outside < 0:
        return _("below the outer limit: something to learn from")
    return _("inside the limits for this order mix: no signal about the person")
