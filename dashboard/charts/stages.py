"""Charts of the stages: how long they take, and which of them hold orders up."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboard.charts.base import DAY, HOUR, ROW, faint, figure, note, row_label, spread
from dashboard.theme import Tokens
from dashboard.words import _, duration, percent
from models.statistics.competing import IncidenceCurve

_BESIDE = 40
"""Characters of a name and its facts that stand in one line on a phone."""
_TOP = 112.0
"""Above the whole, so that the words at the target stand over the curve."""
_CHARACTER = 7.2
"""Width of a bold character, in pixels."""
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
    fig = figure(colours, height, right=16 if len(curves) == 1 else _room(curves))
    for curve, colour in zip(curves, (colours.ink, colours.neutral), strict=False):
        _curve(fig, curve, colour, size, unit, end)
    if len(curves) > 1:
        _end_labels(fig, curves, (colours.ink_text, colours.muted), end / size, height)
    if target is not None and curves:
        _target(fig, curves[0], target, size, end, colours)
    fig.update_yaxes(
        showgrid=True, gridcolor=colours.grid, range=[0, _TOP], tickvals=list(range(0, 101, 20)),
        ticktext=[f"{share} %" for share in range(0, 101, 20)],
    )  # fmt: skip
    fig.update_xaxes(ticksuffix=f" {unit}", range=[0, end / size])
    return fig


def _room(curves: Sequence[Curve]) -> int:
    """Width of the longest name at the right edge."""
    return 12 + round(_CHARACTER * max(len(curve.name) for curve in curves))


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
    *,
    compact: bool = False,
) -> go.Figure:
    """Stages by their share of the delay, the first on top; at the right of each label its spread and how its work grows.

    On a phone a long name stands alone: its facts are in the rows behind the chart.
    """
    rows = list(range(len(labels) - 1, -1, -1))
    fig = figure(colours, ROW * len(labels) + 24, right=48)
    fig.add_bar(
        x=list(shares), y=rows, orientation="h", width=0.34, marker={"color": list(marks), "line": {"width": 0}},
        hovertext=list(hover), hoverinfo="text",
    )  # fmt: skip
    for row, label, share, fact in zip(rows, labels, shares, facts, strict=True):
        row_label(fig, row, label, colours)
        note(fig, share, row, f" <b>{percent(share, 0)}</b>", colours.ink_text, xshift=4)
        if not compact or len(label) + len(fact) <= _BESIDE:
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
