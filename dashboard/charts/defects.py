"""Charts of the defects page: what there is most of, what each line of defence stops, what came in and was closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import plotly.graph_objects as go

from dashboard.charts.base import ROW, figure, note
from dashboard.theme import Tokens
from dashboard.words import _, count

# What makes up this share is the vital few.
VITAL = 0.7
_HANDFUL = 5
_BAR_OF_A_WEEK = 5 * 86_400_000  # milliseconds, so that a lone week is no wall
_AT_LEAST = timedelta(weeks=8)  # what the axis spans however few weeks have findings


@dataclass(frozen=True, slots=True)
class Part:
    """One bar: its code, its name, a word behind the name, its size and the size in words."""

    code: str
    name: str
    word: str
    size: float
    told: str


def vital(parts: Sequence[Part]) -> int:
    """How many parts, from the largest on, make up 70 % of all; three where that takes more than a handful."""
    total, running = sum(part.size for part in parts), 0.0
    for number, part in enumerate(parts[:_HANDFUL], start=1):
        running += part.size
        if running >= VITAL * total:
            return number
    return min(3, len(parts))


def pareto(parts: Sequence[Part], few: int, whole: float, colours: Tokens, chosen: str = "") -> go.Figure:
    """Sorted bars, largest on top, the first `few` red, with the running share of `whole`. A bar carries its code."""
    rows = list(range(len(parts) - 1, -1, -1))
    fig = figure(colours, (ROW + 2) * len(parts) + 24, right=118)
    marks = [colours.error if number < few else colours.neutral for number in range(len(parts))]
    fig.add_bar(
        x=[part.size for part in parts], y=rows, orientation="h", width=0.34, customdata=[[part.code] for part in parts],
        marker={"color": marks, "line": {"width": [2 if part.code == chosen else 0 for part in parts], "color": colours.ink}},
        hovertext=[f"<b>{part.told}</b> · {part.word}" for part in parts], hoverinfo="text",
        selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
    )  # fmt: skip
    running = 0.0
    for number, (row, part) in enumerate(zip(rows, parts, strict=True)):
        running += part.size
        name = f"<b>{part.name}</b>  <span style='color:{colours.muted}'>{part.word}</span>"
        note(fig, 0, row + 0.4, name, colours.ink_text, xref="paper", font={"size": 13, "color": colours.ink_text})
        note(fig, part.size, row, part.told, colours.ink_text, xshift=6)
        share = colours.error_text if number < few else colours.muted
        note(fig, 1, row, f"{100 * running / whole:.0f} %", share, xref="paper", xanchor="right", xshift=110)
    fig.update_yaxes(visible=False, range=[-0.5, len(parts) - 0.25])
    fig.update_xaxes(visible=False, rangemode="tozero")
    fig.update_layout(clickmode="event+select")
    return fig


def lines_of_defence(lines: Sequence[tuple[str, int, int]], colours: Tokens) -> go.Figure:
    """One bar a line: what it stopped and what passed on, of the errors that reached it. `lines`: name, stopped, passed."""
    rows = list(range(len(lines) - 1, -1, -1))
    fig = figure(colours, (ROW + 24) * len(lines) + 24, right=204)
    for values, colour, word in (
        ([stopped for _name, stopped, _passed in lines], colours.target, _("stopped")),
        ([passed for _name, _stopped, passed in lines], colours.error, _("passed on")),
    ):
        fig.add_bar(
            x=values, y=rows, orientation="h", width=0.24, marker={"color": colour, "line": {"width": 1, "color": colours.page}},
            hovertext=[f"<b>{count(value)}</b> {word}" for value in values], hoverinfo="text",
        )  # fmt: skip
    fig.update_layout(barmode="stack")
    for row, (name, stopped, passed) in zip(rows, lines, strict=True):
        note(
            fig,
            0,
            row + 0.38,
            f"<b>{name}</b>",
            colours.ink_text,
            xref="paper",
            font={"size": 13, "color": colours.ink_text},
        )
        words = _("{stopped} stopped, {passed} passed on").format(stopped=count(stopped), passed=count(passed))
        note(fig, stopped + passed, row, words, colours.ink_text, xshift=8)
    fig.update_yaxes(visible=False, range=[-0.5, len(lines) - 0.25])
    fig.update_xaxes(visible=False, rangemode="tozero")
    return fig


def opened_and_closed(
    weeks: Sequence[date],
    opened: Sequence[int],
    closed: Sequence[int],
    first_filling: date | None,
    end: date,
    colours: Tokens,
) -> go.Figure:
    """Findings that came in upwards, closed ones downwards, a week each; the field from `first_filling` on still fills up."""
    fig = figure(colours, 230, right=8)
    if first_filling is not None:
        fig.add_vrect(x0=first_filling, x1=end, fillcolor=colours.incomplete, opacity=0.6, line_width=0, layer="below")
        words = f"{_('still filling up')} "
        note(fig, end, 1, words, colours.muted, yref="paper", yanchor="bottom", xanchor="right")
        fig.update_layout(margin_t=24)
    for values, sign, colour, word in (
        (opened, 1, colours.error, _("came in")),
        (closed, -1, colours.target, _("closed")),
    ):
        hover = [f"<b>{count(value)}</b> {word}, {week:%d %b %Y}" for week, value in zip(weeks, values, strict=True)]
        fig.add_bar(
            x=list(weeks), y=[sign * value for value in values], marker={"color": colour, "line": {"width": 0}},
            hovertext=hover, hoverinfo="text",
        )  # fmt: skip
    fig.update_traces(width=_BAR_OF_A_WEEK)
    most, least = max([*opened, 1]), max([*closed, 0])
    ticks = sorted({-least, 0, most // 2, most})
    fig.update_layout(barmode="relative")
    fig.update_xaxes(range=[min(weeks[0], end - _AT_LEAST) - timedelta(days=4), end])
    fig.update_yaxes(
        showgrid=True, gridcolor=colours.grid, tickvals=ticks, ticktext=[count(abs(tick)) for tick in ticks]
    )
    fig.add_hline(y=0, line={"width": 1, "color": colours.border})
    return fig
