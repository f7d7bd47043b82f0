"""Who is different? Rates against the limits that chance sets for their size; a name only where the outer limit is passed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.base import figure, note
from dashboard.theme import Tokens
from dashboard.words import _, percent
from models.statistics.funnel import ALARM, WARNING, Funnel
from models.statistics.ratio_funnel import RatioFunnel

HEIGHT = 320
_CURVE = 60
_SMALLEST = 20
"""Orders at which the limits begin."""
_ROOM = 1.15
FEWEST = 3
"""Two users or customers are no comparison."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How rates are written: `factor` times the rate with `suffix`; `pooled` names the middle line."""

    factor: float
    suffix: str
    pooled: str


def percents(made: Funnel) -> Scale:
    """Rates as shares of the orders."""
    return Scale(100, " %", _("all {rate}").format(rate=percent(made.pooled)))


def times() -> Scale:
    """Rates as multiples of what was expected."""
    return Scale(1, " ×", _("as expected"))


def funnel_plot(
    made: Funnel | RatioFunnel,
    names: Sequence[str],
    hovers: Sequence[str],
    sizes: str,
    colours: Tokens,
    *,
    compact: bool,
    mark: str | None = None,
) -> go.Figure:
    """One dot a user or customer at size and rate, case mix taken out; red above the outer limit, ringed below it; `mark` is named too.

    `sizes` says what the axis of sizes counts.
    """
    scale = percents(made) if isinstance(made, Funnel) else times()
    fig = figure(colours, HEIGHT, right=16 if compact else 92, left=8)
    smallest = float(made.sizes.min())
    grid = np.geomspace(min(_SMALLEST, smallest), float(made.sizes.max()) * 1.05, _CURVE)
    highest = _limits(fig, made, grid, scale, colours, compact)
    largest = scale.factor * float(made.rate.max())
    _dots(fig, made, names, hovers, scale, colours)
    if mark is not None and mark in names:
        _ring(fig, made, list(names).index(mark), mark, scale, colours)
    top = _ROOM * max(largest, min(highest, 2.5 * largest))
    fig.update_yaxes(ticksuffix=scale.suffix, showgrid=True, gridcolor=colours.grid, range=[0, top])
    fig.update_xaxes(title={"text": sizes, "font": {"size": 12, "color": colours.muted}}, rangemode="tozero")
    return fig


def _limits(
    fig: go.Figure, made: Funnel | RatioFunnel, grid: np.ndarray, scale: Scale, colours: Tokens, compact: bool
) -> float:
    middle = highest = scale.factor * made.pooled
    for level, dash, words in ((WARNING, "2px,3px", "95 %"), (ALARM, "solid", "99.8 %")):
        found = made.limits_at(grid, level)
        for side in (found.low, found.high):
            line = {"width": 1, "color": colours.neutral, "dash": dash}
            fig.add_scatter(x=grid, y=scale.factor * side, mode="lines", line=line, hoverinfo="skip", name="limit")
        if not compact:
            note(fig, float(grid[-1]), scale.factor * float(found.high[-1]), words, colours.muted, xshift=6)
        highest = max(highest, scale.factor * float(found.high[0]))
    line = {"width": 1, "color": colours.neutral}
    fig.add_scatter(x=[grid[0], grid[-1]], y=[middle] * 2, mode="lines", line=line, hoverinfo="skip", name="all")
    if not compact:
        note(fig, float(grid[-1]), middle, scale.pooled, colours.muted, xshift=6)
    return highest


def _dots(
    fig: go.Figure, made: Funnel | RatioFunnel, names: Sequence[str], hovers: Sequence[str], scale: Scale, colours: Tokens
) -> None:  # fmt: skip
    """Those within the limits first, so that the others lie on top."""
    looks = (
        (0, 7, "circle", colours.ink),
        (1, 10, "circle", colours.error),
        (-1, 10, "circle-open", colours.target),
    )
    for outside, size, symbol, colour in looks:
        those = np.flatnonzero(made.outside == outside).tolist()
        if not those:
            continue
        marker = {"size": size, "color": colour, "symbol": symbol, "line": {"width": 1.6, "color": colour}}
        fig.add_scatter(
            x=made.sizes[those], y=scale.factor * made.rate[those], mode="markers", marker=marker,
            hovertext=[hovers[i] for i in those], hoverinfo="text", name=("inside", "above", "below")[outside],
        )  # fmt: skip
        for i in those if outside else ():
            text = colours.error_text if outside > 0 else colours.target_text
            note(fig, float(made.sizes[i]), scale.factor * float(made.rate[i]), f"<b>{names[i]}</b>", text, xshift=8)


def _ring(
    fig: go.Figure, made: Funnel | RatioFunnel, number: int, name: str, scale: Scale, colours: Tokens
) -> None:  # fmt: skip
    size, rate = float(made.sizes[number]), scale.factor * float(made.rate[number])
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
