"""Charts of the risk list: what a review capacity catches, and why an order stands where it stands."""

from collections.abc import Sequence
from itertools import accumulate

import plotly.graph_objects as go

from dashboard.charts.base import ROW, figure, note
from dashboard.theme import Tokens
from dashboard.words import _, percent

_WIDEST = 60


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
        yshift=-10,
    )
    note(fig, number[-1], 78, _("at random"), colours.muted, xanchor="right", xshift=-34, yshift=-16)
    fig.update_yaxes(
        tickvals=[0, 50, 100], ticktext=["0 %", "50 %", "100 %"], showgrid=True, gridcolor=colours.grid, range=[0, 108]
    )
    fig.update_xaxes(ticksuffix="", nticks=5)
    return fig


def contributions(reasons: Sequence[tuple[str, float]], colours: Tokens) -> go.Figure:
    """Reasons with their points of probability: red raises, green lowers, the sign in the label."""
    rows = list(range(len(reasons) - 1, -1, -1))
    fig = figure(colours, ROW * len(reasons) + 24, right=76)
    marks = [colours.error if points > 0 else colours.target for _reason, points in reasons]
    fig.add_bar(
        x=[abs(points) for _reason, points in reasons], y=rows, orientation="h", width=0.32,
        marker={"color": marks, "line": {"width": 0}}, hoverinfo="skip",
    )  # fmt: skip
    for row, (reason, points) in zip(rows, reasons, strict=True):
        note(fig, 0, row + 0.46, _shortened(reason), colours.ink_text, xref="paper")
        sign = "+" if points > 0 else "−"
        note(fig, abs(points), row, f"{sign}{abs(points):.1f} {_('pts')}", colours.muted, xshift=6)
    fig.update_yaxes(visible=False, range=[-0.5, len(reasons) - 0.25])
    fig.update_xaxes(visible=False, rangemode="tozero")
    return fig


def _shortened(text: str) -> str:
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1].rstrip() + "…"
