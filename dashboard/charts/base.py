"""The one Plotly template and the marks that charts share. Figures are made of frames and tokens alone."""

from collections.abc import Sequence
from datetime import date
from math import log10
from typing import Any

import plotly.graph_objects as go

from dashboard.theme import FONT, Tokens

ROW = 42
HOUR, DAY = 3600, 86_400


def figure(colours: Tokens, height: int, right: int = 8, left: int = 0) -> go.Figure:
    """An empty figure in the product's style. `right` reserves room for labels at the end of lines and bars."""
    made = go.Figure()
    axis = {
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
        "linecolor": colours.border,
        "linewidth": 1,
        "automargin": True,
    }
    text = {"family": FONT, "size": 13, "color": colours.ink_text}
    tick = {"family": FONT, "size": 12, "color": colours.muted}
    made.update_layout(
        height=height,
        font=text,
        margin={"l": left, "r": right, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        showlegend=False,
        dragmode=False,
        bargap=0.3,
        hovermode="closest",
        hoverlabel={"bgcolor": colours.panel, "bordercolor": colours.border, "font": text},
        xaxis={**axis, "tickfont": tick, "ticklabelstandoff": 6},
        yaxis={**axis, "tickfont": tick, "ticklabelstandoff": 6, "linewidth": 0},
    )
    return made


def note(fig: go.Figure, x: Any, y: Any, text: str, colour: str, **more: Any) -> None:
    """A word in the plot, without an arrow."""
    options = {
        "showarrow": False,
        "font": {"color": colour, "size": 12},
        "xanchor": "left",
        "yanchor": "middle",
        **more,
    }
    fig.add_annotation(x=x, y=y, text=text, **options)


def event_lines(fig: go.Figure, days: Sequence[date], colours: Tokens) -> None:
    """A thin line at each day, over every time axis of the figure."""
    for axis in sorted({str(trace.xaxis or "x") for trace in fig.data}):
        for day in days:
            fig.add_shape(
                type="line", xref=axis, yref=f"{axis.replace('x', 'y')} domain", x0=day, x1=day, y0=0, y1=1, layer="between",
                line={"width": 1, "color": colours.ink},
            )  # fmt: skip


def spread(values: Sequence[float], top: float, pixels: float, gap: float = 16) -> list[float]:
    """Heights of labels for sorted `values` on an axis from 0 to `top`, moved apart by at least `gap` pixels."""
    step = gap * top / pixels
    placed: list[float] = []
    for value in values:
        placed.append(max(value, placed[-1] + step) if placed else max(value, step / 2))
    over = placed[-1] - top if placed else 0
    if over > 0:
        limit = top
        for index in range(len(placed) - 1, -1, -1):
            placed[index] = min(placed[index], limit)
            limit = placed[index] - step
    return placed


def faint(colour: str) -> str:
    """A colour at 18 %: bands of intervals."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.18)"


def row_label(fig: go.Figure, row: float, text: str, colours: Tokens) -> None:
    """A bold label above a row, at the left edge: it works at any width."""
    note(
        fig,
        0,
        row + 0.36,
        f"<b>{text}</b>",
        colours.ink_text,
        xref="paper",
        font={"size": 13, "color": colours.ink_text},
    )


def sorted_rows(
    labels: Sequence[str],
    values: Sequence[float],
    ends: Sequence[str],
    colours: Tokens,
    marks: Sequence[str],
    hover: Sequence[str],
    right: int = 90,
) -> go.Figure:
    """Bars with their label above and their value at the end, the first on top."""
    count = len(labels)
    rows = list(range(count - 1, -1, -1))
    fig = figure(colours, ROW * count + 24, right=right)
    fig.add_bar(
        x=list(values), y=rows, orientation="h", width=0.34, marker={"color": list(marks), "line": {"width": 0}},
        hovertext=list(hover), hoverinfo="text",
    )  # fmt: skip
    for row, label, value, end in zip(rows, labels, values, ends, strict=True):
        row_label(fig, row, label, colours)
        note(fig, value, row, f" {end}", colours.ink_text, xshift=4)
    fig.update_yaxes(visible=False, range=[-0.5, count - 0.25])
    fig.update_xaxes(visible=False, rangemode="tozero")
    return fig


HUMAN_TICKS = (
    (60, "1 min"), (1200, "20 min"), (HOUR, "1 h"), (4 * HOUR, "4 h"), (DAY, "1 d"), (5 * DAY, "5 d"), (20 * DAY, "20 d"),
    (100 * DAY, "100 d"), (400 * DAY, "400 d"),
)  # fmt: skip


def time_axis(fig: go.Figure, low: float, high: float, colours: Tokens, most: int = 9, day_length: float = DAY) -> None:
    """A logarithmic axis of seconds with ticks that people read, `most` of them. `day_length`: seconds of a working day."""
    bottom, top = log10(max(low, 1) / 1.5), log10(max(high, 60) * 1.5)
    ticks: list[tuple[float, str]] = []
    for whole, label in HUMAN_TICKS:
        seconds = whole if whole < DAY else whole * day_length / DAY
        apart = not ticks or log10(seconds / ticks[-1][0]) >= (top - bottom) / most
        if bottom <= log10(seconds) <= top and apart:
            ticks.append((seconds, label))
    fig.update_xaxes(
        type="log",
        range=[bottom, top],
        tickangle=0,
        tickvals=[seconds for seconds, _ in ticks],
        ticktext=[label for _, label in ticks],
        showgrid=True,
        gridcolor=colours.grid,
    )


def interval_rows(
    rows: Sequence[dict[str, Any]],
    colours: Tokens,
    ends: Sequence[str],
    end_colours: Sequence[str],
    *,
    compact: bool = False,
    day_length: float = DAY,
) -> go.Figure:
    """One row each: thin line p10 to p90, thick p25 to p75, ring at the median, tick at the target. Values are seconds.

    A quantile that is not reached yet is None: its line runs to the longest duration seen (`longest`) and ends in an arrow.
    """
    fig = figure(colours, ROW * len(rows) + 40, right=64)
    for number, row in enumerate(rows):
        y = len(rows) - 1 - number
        _interval(fig, row, y, colours)
        row_label(fig, y, row["label"], colours)
        note(fig, 1, y, f"<b>{ends[number]}</b>", end_colours[number], xref="paper", xshift=8)
    shortest = min(max(float(r["p10"] or _FLOOR), _FLOOR) for r in rows)
    longest = max(max(float(r["p90"] or r.get("longest") or 0), float(r.get("target") or 0)) for r in rows)
    time_axis(fig, shortest, longest, colours, 5 if compact else 9, day_length)
    fig.update_yaxes(visible=False, range=[-0.5, len(rows) - 0.25])
    return fig


_FLOOR = 60.0
"""What is shorter is drawn here: a logarithmic axis has no zero."""


def _interval(fig: go.Figure, row: dict[str, Any], y: int, colours: Tokens) -> None:
    end = float(row.get("longest") or row["p90"] or _FLOOR)
    cut = {
        key: max(end if row[key] is None else float(row[key]), _FLOOR) for key in ("p10", "p25", "p50", "p75", "p90")
    }
    for low, high, width, colour in (("p10", "p90", 1.6, colours.neutral), ("p25", "p75", 8, colours.ink)):
        line = {"width": width, "color": colour}
        fig.add_scatter(x=[cut[low], cut[high]], y=[y, y], mode="lines", line=line, hoverinfo="skip")
    if row["p90"] is None:
        mark = {"size": 8, "symbol": "triangle-right", "color": colours.neutral}
        fig.add_scatter(x=[cut["p90"]], y=[y], mode="markers", marker=mark, hoverinfo="skip")
    if row["p50"] is not None:
        fig.add_scatter(
            x=[cut["p50"]], y=[y], mode="markers", hovertext=[row["hover"]], hoverinfo="text",
            marker={"size": 10, "color": colours.page, "line": {"width": 1.6, "color": colours.ink}},
        )  # fmt: skip
    if row.get("target"):
        line = {"width": 3, "color": colours.target}
        fig.add_scatter(x=[row["target"]] * 2, y=[y - 0.24, y + 0.24], mode="lines", line=line, hoverinfo="skip")
