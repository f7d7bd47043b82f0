"""Why did it move? Steps between two dots: each part's own change, and the change of the mix."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.charts.base import ROW, figure, note, row_label
from dashboard.theme import Tokens
from dashboard.words import MINUS, NBSP, _, percent

_LEAST = 0.01


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way from the rate before to the rate now, in shares. `is_signal` is False where chance explains it."""

    label: str
    effect: float
    is_signal: bool
    hover: str


def waterfall(before: float, now: float, steps: Sequence[Step], target: float | None, colours: Tokens) -> go.Figure:
    """Dots at both ends, floating bars between them; red is worse, green better, grey what chance explains."""
    rows = len(steps) + 2
    fig = figure(colours, ROW * rows + 24, right=92)
    _dot(fig, rows - 1, before, _("before"), colours)
    at = before
    for number, step in enumerate(steps):
        _bar(fig, rows - 2 - number, at, step, colours)
        at += step.effect
    _dot(fig, 0, now, _("now"), colours)
    low, high = _range(before, now, steps, target)
    if target is not None:
        fig.add_scatter(
            x=[100 * target] * 2, y=[-0.3, rows - 0.4], mode="lines", hoverinfo="skip", name="target",
            line={"width": 1.5, "color": colours.target, "dash": "4px,3px"},
        )  # fmt: skip
        note(fig, 100 * target, -0.42, _("target"), colours.target_text, xshift=4)
    fig.update_yaxes(visible=False, range=[-0.6, rows - 0.2])
    fig.update_xaxes(range=[100 * low, 100 * high], ticksuffix=" %", showgrid=True, gridcolor=colours.grid, nticks=5)
    return fig


def points_of(effect: float) -> str:
    """A signed difference of shares: '+0.6 pts', with a true minus."""
    sign = "+" if effect > 0 else MINUS if effect < 0 else ""
    return f"{sign}{abs(100 * effect):.1f}{NBSP}{_('pts')}"


def _dot(fig: go.Figure, row: int, value: float, label: str, colours: Tokens) -> None:
    fig.add_scatter(
        x=[100 * value], y=[row], mode="markers", marker={"size": 11, "color": colours.ink}, hoverinfo="text",
        hovertext=[f"<b>{percent(value)}</b>"],
    )  # fmt: skip
    row_label(fig, row, label, colours)
    note(fig, 100 * value, row, f" <b>{percent(value)}</b>", colours.ink_text, xshift=8)


def _bar(fig: go.Figure, row: int, at: float, step: Step, colours: Tokens) -> None:
    worse = step.effect > 0
    mark, text = (colours.error, colours.error_text) if worse else (colours.target, colours.target_text)
    if not step.is_signal:
        mark, text = colours.neutral, colours.muted
    fig.add_bar(
        x=[100 * step.effect], base=[100 * at], y=[row], orientation="h", width=0.34,
        marker={"color": mark, "line": {"width": 0}}, hovertext=[step.hover], hoverinfo="text",
    )  # fmt: skip
    row_label(fig, row, step.label, colours)
    note(fig, 100 * max(at, at + step.effect), row, f" <b>{points_of(step.effect)}</b>", text, xshift=4)


def _range(before: float, now: float, steps: Sequence[Step], target: float | None) -> tuple[float, float]:
    """The axis may be cut, because the bars float."""
    at, seen = before, [before, now, *([] if target is None else [target])]
    for step in steps:
        at += step.effect
        seen.append(at)
    # A point at least is shown: a tenth of a point must not look like a landslide.
    wide = max(1.3 * (max(seen) - min(seen)), _LEAST)
    low = max(0.0, (max(seen) + min(seen) - wide) / 2)
    return low, low + wide
