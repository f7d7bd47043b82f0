"""The matrix of origin and place of discovery: numbers on fields, ink lines between the lines of defence."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import plotly.graph_objects as go

from dashboard.charts.base import figure, note
from dashboard.theme import Tokens, heat, readable_on
from dashboard.words import _, count, money, ngettext

Cell = tuple[str, str]
"""Origin and place."""

_CELL, _HEAD, _END = 46, 54, 104
_BEYOND = 4


@dataclass(frozen=True, slots=True)
class Place:
    """A column of the matrix: its code, its name, its line of defence (1 to 3; 4 beyond; 0 unknown)."""

    code: str
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Errors by origin (rows: code, name) and by where they were noticed.

    `possible` holds the cells that can be at all; `unit` is that of the costs.
    """

    origins: Sequence[tuple[str, str]]
    places: Sequence[Place]
    errors: dict[Cell, int]
    costs: dict[Cell, float | None]
    possible: set[Cell]
    unit: str = ""

    def total(self, origin: str) -> int:
        """Errors of one origin."""
        return sum(number for (came_in, _place), number in self.errors.items() if came_in == origin)

    def cost(self, origin: str) -> float | None:
        """What the errors of one origin cost; None where no cost is known."""
        known = [cost for (came_in, _place), cost in self.costs.items() if came_in == origin and cost is not None]
        return sum(known) if known else None

    def name(self, cell: Cell) -> str:
        """'Entry → Customer'."""
        origins, places = dict(self.origins), {place.code: place.name for place in self.places}
        return f"{origins.get(cell[0], cell[0])} → {places.get(cell[1], cell[1])}"


def origin_by_found(matrix: Matrix, colours: Tokens, chosen: Cell | None = None, *, costs: bool = True) -> go.Figure:
    """Numbers on fields of square-root colour; ink lines part the lines of defence; at its end a row's errors and `costs`.

    A field carries its origin and place as `customdata`, so that a click on it can be read; the chosen one is framed.
    """
    costs = costs and any(matrix.costs.values())
    fig = figure(colours, _CELL * len(matrix.origins) + _HEAD + 12, right=_END if costs else 44)
    rows = {origin: len(matrix.origins) - 1 - number for number, (origin, _name) in enumerate(matrix.origins)}
    _cells(fig, matrix, rows, colours, chosen)
    _targets(fig, matrix, rows)
    _ends(fig, matrix, rows, colours, costs)
    _heads(fig, matrix, colours)
    fig.update_xaxes(visible=False, range=[-0.5, len(matrix.places) - 0.5], fixedrange=True)
    fig.update_yaxes(
        tickvals=list(rows.values()), ticktext=[name for _origin, name in matrix.origins], fixedrange=True,
        range=[-0.5, len(matrix.origins) - 0.5 + _HEAD / _CELL], tickfont={"size": 13, "color": colours.ink_text},
    )  # fmt: skip
    fig.update_layout(clickmode="event+select")
    return fig


def _cells(fig: go.Figure, matrix: Matrix, rows: dict[str, int], colours: Tokens, chosen: Cell | None) -> None:
    most = max((sqrt(number) for number in matrix.errors.values() if number), default=1.0)
    for x, place in enumerate(matrix.places):
        for origin, y in rows.items():
            cell = (origin, place.code)
            number = matrix.errors.get(cell, 0)
            if not number and cell not in matrix.possible:
                continue
            field = heat(sqrt(number) / most, colours.heat)
            frame = {"width": 2 if cell == chosen else 0, "color": colours.ink_text}
            fig.add_shape(
                type="rect", x0=x - 0.48, x1=x + 0.48, y0=y - 0.47, y1=y + 0.47, fillcolor=field, line=frame, layer="between",
            )  # fmt: skip
            ink = readable_on(field, colours)
            note(fig, x, y, count(number) if number else "·", ink, xanchor="center", font={"size": 13, "color": ink})


def _targets(fig: go.Figure, matrix: Matrix, rows: dict[str, int]) -> None:
    """What one points at: a mark that cannot be seen on each field with errors, with its words and its cell."""
    cells = [(o, p) for o in rows for p in matrix.places if matrix.errors.get((o, p.code))]
    numbers = {place.code: x for x, place in enumerate(matrix.places)}
    fig.add_scatter(
        x=[numbers[place.code] for _origin, place in cells], y=[rows[origin] for origin, _place in cells], mode="markers",
        marker={"size": _CELL - 4, "symbol": "square", "opacity": 0}, customdata=[[origin, place.code] for origin, place in cells],
        hovertext=[_words(matrix, (origin, place.code)) for origin, place in cells], hoverinfo="text",
        selected={"marker": {"opacity": 0}}, unselected={"marker": {"opacity": 0}},
    )  # fmt: skip


def _words(matrix: Matrix, cell: Cell) -> str:
    number, cost = matrix.errors[cell], matrix.costs.get(cell)
    errors = ngettext("{n} error", "{n} errors", number).format(n=count(number))
    known = money(cost, None) + f" {matrix.unit}".rstrip() if cost is not None else _("unknown")
    return f"<b>{matrix.name(cell)}</b><br>{errors}, {_('cost')} {known}"


def _ends(fig: go.Figure, matrix: Matrix, rows: dict[str, int], colours: Tokens, costs: bool) -> None:
    """The total of each row: errors, and what they cost where it is known."""
    x = len(matrix.places) - 0.5
    for origin, y in rows.items():
        note(fig, x, y, f"<b>{count(matrix.total(origin))}</b>", colours.ink_text, xshift=10)
        cost = matrix.cost(origin)
        if cost and costs:
            note(fig, x, y, money(cost, None), colours.muted, xanchor="right", xshift=_END - 2)
    if costs:
        note(
            fig, x, len(matrix.origins) - 0.5, _cost_head(matrix.unit), colours.muted, xanchor="right", xshift=_END - 2,
            yanchor="bottom", yshift=6, align="right",
        )  # fmt: skip


def _cost_head(unit: str) -> str:
    return "<br>".join(filter(None, (_("cost"), unit)))


def _heads(fig: go.Figure, matrix: Matrix, colours: Tokens) -> None:
    """Names of the places, and above them the lines of defence with an ink line where one ends and the next begins."""
    top = len(matrix.origins) - 0.5
    for x, place in enumerate(matrix.places):
        colour = colours.error_text if place.line == _BEYOND else colours.muted
        note(
            fig, x, top, place.name.replace(" ", "<br>"), colour, xanchor="center", yanchor="bottom", yshift=6,
            font={"size": 11, "color": colour},
        )  # fmt: skip
    for line in dict.fromkeys(place.line for place in matrix.places):
        of_line = [x for x, place in enumerate(matrix.places) if place.line == line]
        _line_of_defence(fig, line, of_line[0], of_line[-1], top, colours)


def _line_of_defence(fig: go.Figure, line: int, first: int, last: int, top: float, colours: Tokens) -> None:
    if line:
        mark = colours.error if line == _BEYOND else colours.neutral
        ends = {"x0": first - 0.46, "x1": last + 0.46, "y0": top + 0.05, "y1": top + 0.05}
        fig.add_shape(type="line", **ends, line={"width": 2, "color": mark})
        colour = colours.error_text if line == _BEYOND else colours.ink_text
        note(
            fig, (first + last) / 2, top, _line_name(line, wide=last > first), colour, xanchor="center", yanchor="bottom", yshift=38
        )  # fmt: skip
    if first:
        fig.add_shape(
            type="line", x0=first - 0.5, x1=first - 0.5, y0=-0.5, y1=top, line={"width": 1.6, "color": colours.ink}
        )


def _line_name(line: int, *, wide: bool) -> str:
    names = {1: _("entry checks"), 2: _("process controls"), 3: _("monitoring")}
    if line == _BEYOND:
        return _("escaped")
    return f"{line}  {names[line]}" if wide else str(line)
