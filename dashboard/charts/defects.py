"""Charts of the defects page: what there is most of, where errors come in and where they are noticed, what each line stops."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

import plotly.graph_objects as go

from dashboard.charts.base import ROW, figure, note
from dashboard.theme import Tokens, heat, readable_on
from dashboard.words import _, count

# What makes up this share is the vital few.
VITAL = 0.7
_HANDFUL = 5


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


@dataclass(frozen=True, slots=True)
class Place:
    """A column of the matrix: its code, its name, its line of defence (1 to 3; 4 beyond; 0 unknown)."""

    code: str
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Errors by origin (rows: code, name) and by where they were noticed. `possible` holds cells that can be at all."""

    origins: Sequence[tuple[str, str]]
    places: Sequence[Place]
    errors: dict[tuple[str, str], int]
    costs: dict[tuple[str, str], float | None]
    possible: set[tuple[str, str]]

    def total(self, origin: str) -> int:
        """Errors of one origin."""
        return sum(number for (came_in, _place), number in self.errors.items() if came_in == origin)


_CELL, _HEAD = 46, 54


def origin_by_found(matrix: Matrix, colours: Tokens, money: str = "") -> go.Figure:
    """Numbers on fields of square-root colour; ink lines part the lines of defence; the row's total at its end.

    With `money` (the currency) the cells say costs in thousands.
    """
    fig = figure(colours, _CELL * len(matrix.origins) + _HEAD + 12, right=44)
    values = matrix.costs if money else matrix.errors
    most = max([sqrt(value) for value in values.values() if value], default=1.0)
    rows = {origin: len(matrix.origins) - 1 - number for number, (origin, _name) in enumerate(matrix.origins)}
    for x, place in enumerate(matrix.places):
        for origin, name in matrix.origins:
            _cell(
                fig, matrix, (origin, place.code), x, rows[origin], most, f"{name} → {place.name}", colours, bool(money)
            )
    for origin, _name in matrix.origins:
        note(
            fig,
            len(matrix.places) - 0.5,
            rows[origin],
            f"<b>{count(matrix.total(origin))}</b>",
            colours.ink_text,
            xshift=12,
        )
    _heads(fig, matrix, colours)
    fig.update_xaxes(visible=False, range=[-0.5, len(matrix.places) - 0.5], fixedrange=True)
    fig.update_yaxes(
        tickvals=list(rows.values()), ticktext=[name for _origin, name in matrix.origins], fixedrange=True,
        range=[-0.5, len(matrix.origins) - 0.5 + _HEAD / _CELL], tickfont={"size": 13, "color": colours.ink_text},
    )  # fmt: skip
    return fig


def _cell(
    fig: go.Figure, matrix: Matrix, cell: tuple[str, str], x: int, y: int, most: float, where: str, colours: Tokens, in_money: bool
) -> None:  # fmt: skip
    number, cost = matrix.errors.get(cell, 0), matrix.costs.get(cell)
    if not number and cell not in matrix.possible:
        return
    value = cost if in_money else number
    field = heat(sqrt(value) / most if value else 0.0, colours)
    fig.add_shape(
        type="rect",
        x0=x - 0.48,
        x1=x + 0.48,
        y0=y - 0.47,
        y1=y + 0.47,
        fillcolor=field,
        line={"width": 0},
        layer="between",
    )
    told = _thousands(cost) if in_money and number else count(number) if number else "·"
    known = f"{cost:,.0f}" if cost is not None else _("unknown")
    note(
        fig, x, y, told, readable_on(field, colours), xanchor="center", font={"size": 13, "color": readable_on(field, colours)},
        hovertext=f"<b>{where}</b><br>{count(number)} {_('errors')}, {_('cost')} {known}" if number else None,
    )  # fmt: skip


def _thousands(cost: float | None) -> str:
    if cost is None:
        return "?"
    return f"{cost / 1000:.1f}" if cost >= 100 else "0"  # noqa: PLR2004 - what would round to nothing


def _heads(fig: go.Figure, matrix: Matrix, colours: Tokens) -> None:
    """Names of the places, and above them the lines of defence with an ink line where one ends and the next begins."""
    top = len(matrix.origins) - 0.5
    names = {1: _("entry checks"), 2: _("process controls"), 3: _("monitoring"), 4: _("escaped"), 0: ""}
    for x, place in enumerate(matrix.places):
        colour = colours.error_text if place.line == _BEYOND else colours.muted
        note(
            fig,
            x,
            top,
            place.name.replace(" ", "<br>"),
            colour,
            xanchor="center",
            yanchor="bottom",
            yshift=6,
            font={"size": 11, "color": colour},
        )
    for line in dict.fromkeys(place.line for place in matrix.places):
        of_line = [x for x, place in enumerate(matrix.places) if place.line == line]
        first, last = of_line[0], of_line[-1]
        mark = colours.error if line == _BEYOND else colours.neutral
        if line:
            fig.add_shape(
                type="line",
                x0=first - 0.46,
                x1=last + 0.46,
                y0=top + 0.05,
                y1=top + 0.05,
                line={"width": 2, "color": mark},
            )
            wide = last > first
            text = (
                f"{line}  {names[line]}" if wide and line != _BEYOND else names[line] if line == _BEYOND else str(line)
            )
            colour = colours.error_text if line == _BEYOND else colours.ink_text
            note(fig, (first + last) / 2, top, text, colour, xanchor="center", yanchor="bottom", yshift=38)
        if first:
            fig.add_shape(
                type="line", x0=first - 0.5, x1=first - 0.5, y0=-0.5, y1=top, line={"width": 1.6, "color": colours.ink}
            )


_BEYOND = 4


def lines_of_defence(lines: Sequence[tuple[str, int, int]], colours: Tokens) -> go.Figure:
    """One bar a line: what it stopped and what passed on, of the errors that reached it. `lines`: name, stopped, passed."""
    rows = list(range(len(lines) - 1, -1, -1))
    fig = figure(colours, (ROW + 24) * len(lines) + 24, right=170)
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
    most, least = max([*opened, 1]), max([*closed, 0])
    ticks = sorted({-least, 0, most // 2, most})
    fig.update_layout(barmode="relative")
    fig.update_xaxes(range=[weeks[0] - timedelta(days=4), end])
    fig.update_yaxes(
        showgrid=True, gridcolor=colours.grid, tickvals=ticks, ticktext=[count(abs(tick)) for tick in ticks]
    )
    fig.add_hline(y=0, line={"width": 1, "color": colours.border})
    return fig
