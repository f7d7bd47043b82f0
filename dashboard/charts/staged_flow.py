"""Chart of the flow through the stages: what came, what left, and what is in each of them over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import plotly.graph_objects as go

from dashboard.charts.base import figure, note
from dashboard.theme import Tokens
from dashboard.words import _, count

_FLOW_ROW = 74
_SHORT = 22
"""Characters of a stage's name that stand beside a word on a phone."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One stage over time: arrivals and departures of each period, orders in it at the period's end, and a word about it."""

    title: str
    word: str
    is_signal: bool
    spans: Sequence[date]
    arrivals: Sequence[int]
    departures: Sequence[int]
    in_stage: Sequence[int]


def staged_flow(flows: Sequence[Flow], colours: Tokens, *, compact: bool = False) -> go.Figure:
    """A row a stage. Left: what came (grey columns) and what left (ink line). Right: what is in the stage at the end of each period.

    On a phone the halves lie further apart, and each names its first and last period alone.
    """
    fig = figure(colours, _FLOW_ROW * len(flows) + 40, right=56)
    height, (left, right) = 1 / len(flows), ([0, 0.42], [0.58, 1]) if compact else ([0, 0.48], [0.55, 1])
    for number, flow in enumerate(flows):
        top = 1 - number * height
        domain = [top - 0.62 * height, top - 0.1 * height]
        _came_and_left(fig, flow, 2 * number + 1, left, domain, colours)
        _in_stage(fig, flow, 2 * number + 2, right, domain, colours)
        fits = not compact or len(flow.title) <= _SHORT
        title = flow.title if fits or not flow.is_signal else f"{flow.title[:_SHORT]}…"
        note(fig, 0, top, f"<b>{title}</b>", colours.ink_text, xref="paper", yref="paper", yanchor="top", yshift=8)
        ink = colours.error_text if flow.is_signal else colours.muted
        word = flow.word if fits or flow.is_signal else ""
        note(fig, right[0], top, word, ink, xref="paper", yref="paper", yanchor="top", yshift=8)
    for number in range(1, 2 * len(flows) + 1 if compact else 2 * len(flows) - 1):
        fig.update_layout({f"xaxis{number if number > 1 else ''}": {"showticklabels": False}})
    if compact:
        _ends(fig, flows[-1].spans, 0.38 * height, (left, right), colours)
    return fig


def _ends(fig: go.Figure, spans: Sequence[date], below: float, halves: Sequence[list[float]], colours: Tokens) -> None:
    """First and last period under the lowest row of each half."""
    for half in halves if spans else ():
        for at, span, side in ((half[0], spans[0], "left"), (half[1], spans[-1], "right")):
            note(
                fig, at, below, f"{span:%m/%y}", colours.muted, xref="paper", yref="paper", xanchor=side, yanchor="top", yshift=-4,
            )  # fmt: skip


def _counts(values: Sequence[int]) -> dict[str, object]:
    """How an axis of counts is marked: by ones where there are few, in thousands where there are many."""
    most = max(values, default=0)
    return {"dtick": 1} if most <= 2 else {"tickformat": "~s"} if most >= 1000 else {}  # noqa: PLR2004


def _axes(fig: go.Figure, number: int, x: list[float], y: list[float], colours: Tokens) -> tuple[str, str]:
    tick = {"size": 12, "color": colours.muted}
    shared = {"zeroline": False, "ticks": "", "tickfont": tick}
    suffix = "" if number == 1 else str(number)
    along = {
        "domain": x,
        "anchor": f"y{suffix}",
        "showgrid": False,
        "linecolor": colours.border,
        "nticks": 4,
        "tickangle": 0,
    }
    up = {
        "domain": y,
        "anchor": f"x{suffix}",
        "showgrid": True,
        "gridcolor": colours.grid,
        "nticks": 3,
        "rangemode": "tozero",
    }
    fig.update_layout({f"xaxis{suffix}": {**shared, **along}, f"yaxis{suffix}": {**shared, **up}})
    return f"x{suffix}", f"y{suffix}"


def _came_and_left(
    fig: go.Figure, flow: Flow, number: int, along: list[float], domain: list[float], colours: Tokens
) -> None:
    x, y = _axes(fig, number, along, domain, colours)
    words = [
        f"<b>{count(came)}</b> {_('came')}, <b>{count(went)}</b> {_('left')}, {span:%d %b %Y}"
        for came, went, span in zip(flow.arrivals, flow.departures, flow.spans, strict=True)
    ]
    fig.update_layout({f"yaxis{y[1:]}": _counts([*flow.arrivals, *flow.departures])})
    fig.add_bar(
        x=list(flow.spans), y=list(flow.arrivals), marker={"color": colours.incomplete, "line": {"width": 0}}, hovertext=words,
        hoverinfo="text", xaxis=x, yaxis=y,
    )  # fmt: skip
    line = {"width": 1.6, "color": colours.ink}
    fig.add_scatter(
        x=list(flow.spans),
        y=list(flow.departures),
        mode="lines",
        line=line,
        hovertext=words,
        hoverinfo="text",
        xaxis=x,
        yaxis=y,
    )


def _in_stage(
    fig: go.Figure, flow: Flow, number: int, along: list[float], domain: list[float], colours: Tokens
) -> None:
    x, y = _axes(fig, number, along, domain, colours)
    words = [
        f"<b>{count(n)}</b> {_('in the stage')}, {span:%d %b %Y}"
        for n, span in zip(flow.in_stage, flow.spans, strict=True)
    ]
    fig.update_layout({f"yaxis{y[1:]}": _counts(flow.in_stage)})
    colour = colours.error if flow.is_signal else colours.ink
    fig.add_scatter(
        x=list(flow.spans), y=list(flow.in_stage), mode="lines", line={"width": 2, "color": colour}, hovertext=words, hoverinfo="text",
        xaxis=x, yaxis=y,
    )  # fmt: skip
    if flow.in_stage:
        note(
            fig,
            flow.spans[-1],
            flow.in_stage[-1],
            f" <b>{count(flow.in_stage[-1])}</b>",
            colours.ink_text,
            xref=x,
            yref=y,
        )
