"""Charts whose axis is time: control chart, sparkline, columns by week."""

from collections.abc import Sequence
from datetime import date

import plotly.graph_objects as go

from dashboard.charts.base import faint, figure, note
from dashboard.theme import Tokens
from dashboard.words import _, percent

DAYS_FROM = 96  # hours from which a time axis counts in days


def sparkline(values: Sequence[float | None], target: float | None, last_colour: str, colours: Tokens) -> go.Figure:
    """The last periods as a small line with the target dashed."""
    fig = figure(colours, 64, right=8, left=4)
    x = list(range(len(values)))
    fig.add_scatter(
        x=x, y=list(values), mode="lines", line={"width": 1.6, "color": colours.ink}, hoverinfo="skip", connectgaps=True
    )
    known = [(i, v) for i, v in enumerate(values) if v is not None]
    if known:
        fig.add_scatter(
            x=[known[-1][0]],
            y=[known[-1][1]],
            mode="markers",
            marker={"size": 7, "color": last_colour},
            hoverinfo="skip",
        )
    if target is not None:
        fig.add_scatter(
            x=[0, max(1, len(values) - 1)], y=[target] * 2, mode="lines", hoverinfo="skip",
            line={"width": 1.5, "color": colours.target, "dash": "4px,3px"},
        )  # fmt: skip
    fig.update_xaxes(visible=False)
    fig.update_yaxes(visible=False)
    return fig


def columns_by_week(weeks: Sequence[date], values: Sequence[float], colours: Tokens, mark: str, unit: str) -> go.Figure:
    """One column a week."""
    fig = figure(colours, 260)
    hover = [f"<b>{value:,.0f}</b> {unit}, {week:%d %b %Y}" for week, value in zip(weeks, values, strict=True)]
    fig.add_bar(
        x=list(weeks), y=list(values), marker={"color": mark, "line": {"width": 0}}, hovertext=hover, hoverinfo="text"
    )
    fig.update_yaxes(showgrid=True, gridcolor=colours.grid)
    return fig


def columns(labels: Sequence[str], whole: Sequence[int], part: Sequence[int], colours: Tokens) -> go.Figure:
    """Columns with their red part on top, count and (part) above."""
    fig = figure(colours, 260)
    rest = [w - p for w, p in zip(whole, part, strict=True)]
    fig.add_bar(x=list(labels), y=rest, marker={"color": colours.neutral, "line": {"width": 0}}, hoverinfo="skip")
    fig.add_bar(x=list(labels), y=list(part), marker={"color": colours.error, "line": {"width": 0}}, hoverinfo="skip")
    fig.update_layout(barmode="stack")
    for label, w, p in zip(labels, whole, part, strict=True):
        red = f" <b><span style='color:{colours.error_text}'>({p:,})</span></b>" if p else ""
        note(fig, label, w, f"{w:,}{red}", colours.ink_text, xanchor="center", yanchor="bottom", yshift=3)
    fig.update_yaxes(visible=False, range=[0, max([*whole, 1]) * 1.15])
    return fig


def survival(
    hours: Sequence[float],
    share: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    target: float | None,
    colours: Tokens,
) -> go.Figure:
    """Share of cases still in the stage since arrival, with its band and the target; times are in hours."""
    fig = figure(colours, 260, right=16)
    in_days = max([*hours, 0]) > DAYS_FROM
    size, unit = (24, _("d")) if in_days else (1, _("h"))
    x = [0.0, *(t / size for t in hours)]
    step = {"mode": "lines", "line": {"width": 0, "shape": "hv"}, "hoverinfo": "skip"}
    fig.add_scatter(x=x, y=[100.0, *(100 * v for v in high)], **step)
    fig.add_scatter(x=x, y=[100.0, *(100 * v for v in low)], fill="tonexty", fillcolor=faint(colours.ink), **step)
    fig.add_scatter(
        x=x, y=[100.0, *(100 * v for v in share)], mode="lines", line={"width": 2, "color": colours.ink, "shape": "hv"},
        hovertemplate=f"<b>%{{y:.0f}} %</b> %{{x:.1f}} {unit}<extra></extra>",
    )  # fmt: skip
    if target is not None:
        there = next((s for t, s in reversed(list(zip(hours, share, strict=True))) if t <= target), 1.0)
        fig.add_vline(x=target / size, line={"width": 1.5, "color": colours.target, "dash": "4px,3px"})
        words = _("target: {share} still there").format(share=percent(there, 0))
        left = target / size < x[-1] / 2
        note(
            fig,
            target / size,
            1 if left else 0.1,
            f" {words} ",
            colours.target_text,
            yref="paper",
            yanchor="top",
            xanchor="left" if left else "right",
        )
    fig.update_yaxes(ticksuffix=" %", showgrid=True, gridcolor=colours.grid, range=[0, 103])
    fig.update_xaxes(ticksuffix=f" {unit}", rangemode="tozero")
    return fig
