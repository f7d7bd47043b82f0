"""Charts whose axis is time: control chart, sparkline, columns by week."""

from collections.abc import Sequence
from datetime import date

import plotly.graph_objects as go

from dashboard.charts.base import figure, note
from dashboard.theme import Tokens


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


def columns(
    labels: Sequence[str], whole: Sequence[int], part: Sequence[int], colours: Tokens, *, compact: bool = False
) -> go.Figure:
    """Columns with their red part on top, count and (part) above; on a phone one under the other."""
    fig = figure(colours, 260)
    rest = [w - p for w, p in zip(whole, part, strict=True)]
    fig.add_bar(x=list(labels), y=rest, marker={"color": colours.neutral, "line": {"width": 0}}, hoverinfo="skip")
    fig.add_bar(x=list(labels), y=list(part), marker={"color": colours.error, "line": {"width": 0}}, hoverinfo="skip")
    fig.update_layout(barmode="stack")
    for label, w, p in zip(labels, whole, part, strict=True):
        red = f"{'<br>' if compact else ' '}<b><span style='color:{colours.error_text}'>({p:,})</span></b>" if p else ""
        note(fig, label, w, f"{w:,}{red}", colours.ink_text, xanchor="center", yanchor="bottom", yshift=3)
    fig.update_yaxes(visible=False, range=[0, max([*whole, 1]) * (1.22 if compact else 1.15)])
    return fig
