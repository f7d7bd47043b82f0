"""Charts of the stages: how long they take, which of them hold orders up, and how orders flow through them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.charts.base import DAY, HOUR, ROW, faint, figure, note, row_label, spread
from dashboard.theme import Tokens
from dashboard.words import _, count, duration, percent
from models.statistics.competing import IncidenceCurve

_FLOW_ROW = 74
_TOP = 103.0
_MOST_SHOWN = 0.97
"""A curve is drawn until so many visits are completed; the last few can take for ever."""


@dataclass(frozen=True, slots=True)
class Curve:
    """The visits of one group: name, incidence of completion in seconds, longest duration seen."""

    name: str
    incidence: IncidenceCurve
    longest: float


def still_there(
    curves: Sequence[Curve], target: float | None, colours: Tokens, day_length: float = DAY, height: int = 260
) -> go.Figure:
    """Share of the visits that are not completed, by time since arrival: one group in ink, a second in grey, each with its band."""
    end = max([_until(curve) for curve in curves] + [1.0])
    end = 1.05 * target if target is not None and end < target <= 2 * end else end
    size, unit = (day_length, _("d")) if end > 4 * day_length else (float(HOUR), _("h"))
    fig = figure(colours, height, right=16 if len(curves) == 1 else 84)
    for curve, colour in zip(curves, (colours.ink, colours.neutral), strict=False):
        _curve(fig, curve, colour, size, unit, end)
    if len(curves) > 1:
        _end_labels(fig, curves, (colours.ink_text, colours.muted), end / size, height)
    if target is not None and curves:
        _target(fig, curves[0], target, size, end, colours)
    fig.update_yaxes(ticksuffix=" %", showgrid=True, gridcolor=colours.grid, range=[0, _TOP])
    fig.update_xaxes(ticksuffix=f" {unit}", range=[0, end / size])
    return fig


def _until(curve: Curve) -> float:
    """Where the drawing ends: at nearly all visits, or, where these are not reached, at twice the time of nearly all that are."""
    times, share = curve.incidence.times, curve.incidence.share
    if not share.size:
        return curve.longest
    if share[-1] >= _MOST_SHOWN:
        return float(times[np.argmax(share >= _MOST_SHOWN)])
    return min(curve.longest, 2 * float(times[np.argmax(share >= _MOST_SHOWN * share[-1])]))


def _curve(fig: go.Figure, curve: Curve, colour: str, size: float, unit: str, end: float) -> None:
    keep = curve.incidence.times <= end
    x = [0.0, *(curve.incidence.times[keep] / size).tolist(), end / size]
    share, low, high = (
        _left(np.nan_to_num(values[keep], nan=1.0 if values is curve.incidence.lower else 0.0))
        for values in (curve.incidence.share, curve.incidence.upper, curve.incidence.lower)
    )
    band = {"mode": "lines", "line": {"width": 0, "shape": "hv"}, "hoverinfo": "skip"}
    fig.add_scatter(x=x, y=high, **band)
    fig.add_scatter(x=x, y=low, fill="tonexty", fillcolor=faint(colour), **band)
    fig.add_scatter(
        x=x, y=share, mode="lines", line={"width": 2, "color": colour, "shape": "hv"}, name=curve.name,
        hovertemplate=f"<b>%{{y:.0f}} %</b> %{{x:.1f}} {unit}<extra></extra>",
    )  # fmt: skip


def _left(share: NDArray[np.float64]) -> list[float]:
    values = (100 * (1 - share)).tolist()
    return [100.0, *values, values[-1] if values else 100.0]


def _end_labels(fig: go.Figure, curves: Sequence[Curve], inks: Sequence[str], end: float, height: int) -> None:
    """Names at the right edge, at the height of their curve's end, moved apart where they would touch."""
    last = [100 * (1 - _share_at(curve.incidence, np.inf)) for curve in curves]
    lowest_first = sorted(range(len(curves)), key=last.__getitem__)
    heights = spread([last[number] for number in lowest_first], _TOP, height - 40)
    for number, at in zip(lowest_first, heights, strict=True):
        note(fig, end, at, f" <b>{curves[number].name}</b>", inks[number])


def _share_at(curve: IncidenceCurve, end_seconds: float) -> float:
    known = curve.share[curve.times <= end_seconds]
    return float(known[-1]) if known.size else 0.0


def _target(fig: go.Figure, curve: Curve, target: float, size: float, end: float, colours: Tokens) -> None:
    if target > end:
        return
    there = 1 - _share_at(curve.incidence, target)
    fig.add_vline(x=target / size, line={"width": 1.5, "color": colours.target, "dash": "4px,3px"})
    left = target < end / 2
    words = _("target: {share} not completed").format(share=percent(there, 0))
    note(
        fig, target / size, 1, f" {words} ", colours.target_text, yref="paper", yanchor="top",
        xanchor="left" if left else "right",
    )  # fmt: skip


def bottlenecks(
    labels: Sequence[str],
    shares: Sequence[float],
    facts: Sequence[str],
    marks: Sequence[str],
    hover: Sequence[str],
    colours: Tokens,
) -> go.Figure:
    """Stages by their share of the delay, the first on top; at the right of each label its spread and how its work grows."""
    rows = list(range(len(labels) - 1, -1, -1))
    fig = figure(colours, ROW * len(labels) + 24, right=48)
    fig.add_bar(
        x=list(shares), y=rows, orientation="h", width=0.34, marker={"color": list(marks), "line": {"width": 0}},
        hovertext=list(hover), hoverinfo="text",
    )  # fmt: skip
    for row, label, share, fact in zip(rows, labels, shares, facts, strict=True):
        row_label(fig, row, label, colours)
        note(fig, share, row, f" <b>{percent(share, 0)}</b>", colours.ink_text, xshift=4)
        note(fig, 1, row + 0.36, fact, colours.muted, xref="paper", xanchor="right", xshift=44)
    fig.update_yaxes(visible=False, range=[-0.5, len(labels) - 0.25])
    fig.update_xaxes(visible=False, rangemode="tozero")
    return fig


@dataclass(frozen=True, slots=True)
class Split:
    """A stage's mean waiting and work, in seconds."""

    title: str
    waiting: float
    work: float


def waiting_and_work(splits: Sequence[Split], colours: Tokens, day_length: float = DAY) -> go.Figure:
    """A bar a stage, waiting first; at the right of each label the whole and the share that is waiting."""
    rows = list(range(len(splits) - 1, -1, -1))
    fig = figure(colours, ROW * len(splits) + 24, right=16)
    for name, mark, values in (
        (_("waiting"), colours.waiting, [s.waiting for s in splits]),
        (_("working"), colours.working, [s.work for s in splits]),
    ):
        hover = [f"<b>{duration(value, day_length)}</b> {name}" for value in values]
        fig.add_bar(
            x=values,
            y=rows,
            orientation="h",
            width=0.34,
            marker={"color": mark, "line": {"width": 0}},
            hovertext=hover,
            hoverinfo="text",
        )
    fig.update_layout(barmode="stack")
    for row, split in zip(rows, splits, strict=True):
        whole = split.waiting + split.work
        row_label(fig, row, split.title, colours)
        words = _("{time}, {share} waiting").format(
            time=duration(whole, day_length), share=percent(split.waiting / whole if whole else 0, 0)
        )
        note(fig, 1, row + 0.36, words, colours.muted, xref="paper", xanchor="right")
    fig.update_yaxes(visible=False, range=[-0.5, len(splits) - 0.25])
    fig.update_xaxes(visible=False, rangemode="tozero")
    return fig


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


def staged_flow(flows: Sequence[Flow], colours: Tokens) -> go.Figure:
    """A row a stage. Left: what came (grey columns) and what left (ink line). Right: what is in the stage at the end of each period."""
    fig = figure(colours, _FLOW_ROW * len(flows) + 40, right=56)
    height = 1 / len(flows)
    for number, flow in enumerate(flows):
        top = 1 - number * height
        domain = [top - 0.62 * height, top - 0.1 * height]
        _came_and_left(fig, flow, 2 * number + 1, domain, colours)
        _in_stage(fig, flow, 2 * number + 2, domain, colours)
        note(fig, 0, top, f"<b>{flow.title}</b>", colours.ink_text, xref="paper", yref="paper", yanchor="top", yshift=8)
        ink = colours.error_text if flow.is_signal else colours.muted
        note(fig, 0.55, top, flow.word, ink, xref="paper", yref="paper", yanchor="top", yshift=8)
    for number in range(1, 2 * len(flows) - 1):
        fig.update_layout({f"xaxis{number if number > 1 else ''}": {"showticklabels": False}})
    return fig


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


def _came_and_left(fig: go.Figure, flow: Flow, number: int, domain: list[float], colours: Tokens) -> None:
    x, y = _axes(fig, number, [0, 0.48], domain, colours)
    words = [
        f"<b>{count(came)}</b> {_('came')}, <b>{count(went)}</b> {_('left')}, {span:%d %b %Y}"
        for came, went, span in zip(flow.arrivals, flow.departures, flow.spans, strict=True)
    ]
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


def _in_stage(fig: go.Figure, flow: Flow, number: int, domain: list[float], colours: Tokens) -> None:
    x, y = _axes(fig, number, [0.55, 1], domain, colours)
    words = [
        f"<b>{count(n)}</b> {_('in the stage')}, {span:%d %b %Y}"
        for n, span in zip(flow.in_stage, flow.spans, strict=True)
    ]
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
