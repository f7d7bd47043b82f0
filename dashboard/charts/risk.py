"""Charts of the risk list: what a review capacity catches, and why an order stands where it stands."""

from collections.abc import Sequence
from itertools import accumulate
from textwrap import wrap

import plotly.graph_objects as go

from dashboard.charts.base import figure, note
from dashboard.theme import Tokens
from dashboard.words import MINUS, _, percent

_WIDEST = 46
_LINE, _BAR = 17, 32
"""Pixels of a line of text, and of a bar with the room around it."""


def capture_curve(best: Sequence[float], listed: Sequence[float], capacity: int, colours: Tokens) -> go.Figure:
    """Share of the expected errors in the first n orders as `listed`; `best` gives the same numbers, highest first."""
    total = sum(best) or 1.0
    caught = [0.0, *(100 * part / total for part in accumulate(listed))]
    fig = figure(colours, 130, right=12, left=4)
    number = list(range(len(caught)))
    fig.add_scatter(
        x=number,
        y=caught,
        mode="lines",
        line={"width": 2, "color": colours.ink},
        hovertemplate="%{x}: %{y:.0f} %<extra></extra>",
    )
    fig.add_scatter(
        x=[0, number[-1]], y=[0, 100], mode="lines", line={"width": 1, "color": colours.neutral}, hoverinfo="skip"
    )
    here = caught[min(capacity, number[-1])]
    fig.add_scatter(
        x=[capacity] * 2, y=[0, here], mode="lines", line={"width": 1, "color": colours.ink}, hoverinfo="skip"
    )
    fig.add_scatter(x=[capacity], y=[here], mode="markers", marker={"size": 8, "color": colours.ink}, hoverinfo="skip")
    words = _("{n} orders: {share}").format(n=capacity, share=percent(here / 100, 0))
    right = capacity < 0.6 * number[-1]
    note(
        fig,
        capacity,
        here,
        f"<b>{words}</b>",
        colours.ink_text,
        xanchor="left" if right else "right",
        xshift=8 if right else -8,
        yshift=-10 if right else 12,
    )
    note(fig, number[-1], 78, _("at random"), colours.muted, xanchor="right", xshift=-34, yshift=-16)
    fig.update_yaxes(
        tickvals=[0, 50, 100], ticktext=["0 %", "50 %", "100 %"], showgrid=True, gridcolor=colours.grid, range=[0, 108]
    )
    fig.update_xaxes(ticksuffix="", nticks=5)
    return fig


def contributions(reasons: Sequence[tuple[str, float]], colours: Tokens) -> go.Figure:
    """Reasons with their points of probability: red raises, green lowers, the sign in the label. Long reasons take more lines."""
    told = [wrap(reason, _WIDEST) or [""] for reason, _points in reasons]
    tops = list(accumulate((_LINE * len(lines) + _BAR for lines in told), initial=0))
    fig = figure(colours, tops[-1] + 16, right=76)
    # Pixels downwards: a row is as high as the lines of its reason.
    middles = [top + _LINE * len(lines) + _BAR / 3 for top, lines in zip(tops, told, strict=False)]
    marks = [colours.error if points > 0 else colours.target for _reason, points in reasons]
    fig.add_bar(
        x=[abs(points) for _reason, points in reasons], y=middles, orientation="h", width=14,
        marker={"color": marks, "line": {"width": 0}}, hoverinfo="skip",
    )  # fmt: skip
    for top, middle, lines, (_reason, points) in zip(tops, middles, told, reasons, strict=False):
        note(fig, 0, top, "<br>".join(lines), colours.ink_text, xref="paper", yanchor="top", align="left")
        sign = "+" if points > 0 else MINUS
        note(fig, abs(points), middle, f"{sign}{abs(points):.1f} {_('pts')}", colours.muted, xshift=6)
    fig.update_yaxes(visible=False, range=[tops[-1], 0])
    fig.update_xaxes(visible=False, rangemode="tozero")
    return fig
