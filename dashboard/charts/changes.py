"""Charts of the changes page: bars split by who wanted a change, weeks split likewise, ratios against orders of the same mix."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import log10

import plotly.graph_objects as go

from dashboard.charts.base import ROW, figure, note, row_label
from dashboard.theme import Tokens

TICKS = (0.25, 0.5, 0.67, 1, 1.5, 2, 3, 4, 6, 8)
SHOWN = 9
"""Bars of a card at the most."""


@dataclass(frozen=True, slots=True)
class Split:
    """One bar: its code, its name, its parts in the order of the colours, the words at its end and those of its hover."""

    code: str
    name: str
    parts: Sequence[float]
    end: str
    hover: str


def split_rows(
    rows: Sequence[Split], marks: Sequence[str], colours: Tokens, chosen: str = "", right: int = 110
) -> go.Figure:
    """Bars of several parts, their label above, their words at the end. A bar carries its code; the chosen one is framed."""
    fig = figure(colours, ROW * len(rows) + 24, right=right)
    heights = list(range(len(rows) - 1, -1, -1))
    frames = [2 if row.code == chosen else 0 for row in rows]
    for number, mark in enumerate(marks):
        fig.add_bar(
            x=[row.parts[number] for row in rows], y=heights, orientation="h", width=0.34, customdata=[[row.code] for row in rows],
            marker={"color": mark, "line": {"width": frames, "color": colours.ink}}, hovertext=[row.hover for row in rows],
            hoverinfo="text", selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
        )  # fmt: skip
    for height, row in zip(heights, rows, strict=True):
        row_label(fig, height, row.name, colours)
        note(fig, sum(row.parts), height, row.end, colours.ink_text, xshift=8)
    fig.update_layout(barmode="stack", clickmode="event+select")
    fig.update_yaxes(visible=False, range=[-0.5, len(rows) - 0.25])
    fig.update_xaxes(visible=False, rangemode="tozero")
    return fig


def split_weeks(
    weeks: Sequence[date], parts: Sequence[Sequence[int]], names: Sequence[str], marks: Sequence[str], colours: Tokens
) -> go.Figure:
    """One column a week, its parts one above the other."""
    fig = figure(colours, 240)
    for values, name, mark in zip(parts, names, marks, strict=True):
        hover = [f"<b>{value:,}</b> {name}, {week:%d %b %Y}" for week, value in zip(weeks, values, strict=True)]
        fig.add_bar(
            x=list(weeks),
            y=list(values),
            marker={"color": mark, "line": {"width": 0}},
            hovertext=hover,
            hoverinfo="text",
        )
    fig.update_layout(barmode="stack")
    fig.update_yaxes(showgrid=True, gridcolor=colours.grid)
    return fig


@dataclass(frozen=True, slots=True)
class Ratio:
    """One measure of two groups: its name, the ratio with its interval, whether it is worse or better, words below and at the end."""

    name: str
    value: float
    low: float
    high: float
    tone: str
    words: str


def ratio_rows(rows: Sequence[Ratio], colours: Tokens) -> go.Figure:
    """Ratios on a logarithmic axis with their intervals, the line at 1 (no difference); red worse, green better, grey chance."""
    height = ROW + 12
    fig = figure(colours, height * len(rows) + 44, right=24)
    tones = {"worse": colours.error, "better": colours.target, "": colours.neutral}
    for number, row in enumerate(rows):
        y = len(rows) - 1 - number
        mark = tones[row.tone]
        fig.add_scatter(
            x=[row.low, row.high], y=[y - 0.1] * 2, mode="lines", line={"width": 3, "color": mark}, hoverinfo="skip"
        )
        fig.add_scatter(
            x=[row.value], y=[y - 0.1], mode="markers", hovertext=[f"<b>× {row.value:.2f}</b> ({row.low:.2f}–{row.high:.2f})"],
            hoverinfo="text", marker={"size": 10, "color": colours.page, "line": {"width": 2, "color": mark}},
        )  # fmt: skip
        row_label(fig, y - 0.06, f"{row.name}</b>  <span style='color:{colours.muted}'>{row.words}</span><b>", colours)
    low, high = min([0.8, *(r.low for r in rows)]) / 1.1, max([1.5, *(r.high for r in rows)]) * 1.1
    ticks = [tick for tick in TICKS if low <= tick <= high]
    fig.add_vline(x=1, line={"width": 1, "color": colours.ink}, layer="below")
    fig.update_yaxes(visible=False, range=[-0.6, len(rows) - 0.35])
    fig.update_xaxes(
        type="log", range=[log10(low), log10(high)], tickvals=ticks, ticktext=[f"× {tick:g}" for tick in ticks], showgrid=True,
        gridcolor=colours.grid,
    )  # fmt: skip
    return fig
