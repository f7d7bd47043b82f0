"""The process map: boxes for activities, lines as wide as they are frequent, the median time on each. Frames in, figure out."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

import plotly.graph_objects as go

from dashboard.charts.base import figure, note
from dashboard.charts.layout import Edge, Node, Spot, goes_back, place
from dashboard.theme import Tokens
from dashboard.words import _, count, duration, percent

MOST_LAYERS_ACROSS = 13
_ROW, _LAYER_DOWN = 124, 92
_BOX, _HIGH = 0.37, 0.29
_PIXELS = 1180
_WIDEST = 9.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Step:
    """An edge with its times in seconds, and whether it breaks a rule of the process."""

    edge: Edge
    p50: float
    p90: float
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Turns layer and row into x and y: the way runs to the right, or down where it is narrow."""

    spots: dict[str, Spot]
    downwards: bool
    letters: int
    """How many letters of a name fit into a line of a box."""

    def at(self, layer: float, row: float) -> Point:
        return (row, -layer) if self.downwards else (layer, row)

    def is_neighbour(self, edge: Edge) -> bool:
        """Whether an edge runs across to the next box of its row."""
        one, other = self.spots[edge.source], self.spots[edge.target]
        return not self.downwards and one.row == other.row and other.layer == one.layer + 1

    def between(self, source: str, target: str) -> bool:
        """Whether a box stands on the straight line between two boxes of one row."""
        one, other = self.spots[source], self.spots[target]
        low, high = sorted((one.layer, other.layer))
        return one.row == other.row and any(
            low < spot.layer < high and spot.row == one.row for spot in self.spots.values()
        )


def process_map(
    nodes: Sequence[Node],
    steps: Sequence[Step],
    chosen: tuple[str, str] | None,
    colours: Tokens,
    *,
    compact: bool = False,
) -> go.Figure:
    """The map of `nodes` and `steps`; a chosen edge (or, with an empty source, a chosen node) is drawn in full ink."""
    spots = place(nodes, [step.edge for step in steps])
    layers = max((spot.layer for spot in spots.values()), default=0) + 1
    downwards = compact or layers > MOST_LAYERS_ACROSS
    sheet = _Sheet(spots, downwards, 14 if downwards else max(9, min(18, round(_PIXELS / layers * 2 * _BOX / 6.5))))
    curves = {step.edge: _curve(sheet, step.edge) for step in steps}
    fig = _paper(sheet, layers, [point for curve in curves.values() for point in curve], colours)
    most = max((step.edge.steps for step in steps), default=1)
    for step in sorted(steps, key=lambda step: step.edge.steps):
        _edge(fig, sheet, step, curves[step.edge], most, chosen == (step.edge.source, step.edge.target), colours)
    for node in nodes:
        _box(fig, sheet, node, chosen == ("", node.name), colours)
    fig.update_layout(clickmode="event+select")
    return fig


def _paper(sheet: _Sheet, layers: int, points: Sequence[Point], colours: Tokens) -> go.Figure:
    """An empty sheet that holds all boxes and curves."""
    across = [point[0 if sheet.downwards else 1] for point in points]
    rows = [spot.row for spot in sheet.spots.values()]
    low = min([*(row - 0.45 for row in rows), *(value - 0.15 for value in across)], default=-0.5)
    high = max([*(row + 0.5 for row in rows), *(value + 0.15 for value in across)], default=0.5)
    if sheet.downwards:
        fig = figure(colours, _LAYER_DOWN * layers + 40)
        fig.update_xaxes(range=[min(low, -1.4), max(high, 1.4)], visible=False, fixedrange=True)
        fig.update_yaxes(range=[-layers + 0.4, 0.6], visible=False, fixedrange=True)
        return fig
    fig = figure(colours, round(_ROW * (high - low)) + 16)
    spare = max(0.0, (7 - layers) / 2)
    fig.update_xaxes(range=[-0.5 - spare, layers - 0.5 + spare], visible=False, fixedrange=True)
    fig.update_yaxes(range=[low, high], visible=False, fixedrange=True)
    return fig


def _edge(
    fig: go.Figure, sheet: _Sheet, step: Step, points: list[Point], most: int, is_chosen: bool, colours: Tokens
) -> None:
    back = goes_back(step.edge) or step.edge.source == step.edge.target
    colour = colours.error if step.is_wrong else colours.ink if is_chosen else colours.neutral
    width = max(1.0, _WIDEST * step.edge.steps / most)
    fig.add_scatter(
        x=[x for x, _y in points], y=[y for _x, y in points], mode="lines", hoverinfo="skip", opacity=1 if is_chosen else 0.75,
        line={"width": width, "color": colour, "dash": "4px,3px" if back and width < 3 else "solid"},  # noqa: PLR2004
    )  # fmt: skip
    _arrow(fig, points, colour, width)
    x, y = _free(sheet, points)
    told = f"↩ {duration(step.p50)}" if back else duration(step.p50)
    text = colours.error_text if step.is_wrong else colours.ink_text if is_chosen else colours.muted
    if sheet.is_neighbour(step.edge):
        # The gap between two boxes is narrower than the words: they stand above it.
        note(fig, x, y, told, text, xanchor="center", yanchor="bottom", yshift=_ROW * _HIGH)
    else:
        note(fig, x, y, told, text, xanchor="center", bgcolor=colours.page, borderpad=1)
    # What one clicks on: the line, and the words above it.
    heights = [y, y + _HIGH + 0.1] if sheet.is_neighbour(step.edge) else [y]
    fig.add_scatter(
        x=[x] * len(heights), y=heights, mode="markers", marker={"size": 30, "color": colours.page, "opacity": 0}, hoverinfo="text",
        hovertext=[_edge_words(step)] * len(heights), customdata=[[step.edge.source, step.edge.target]] * len(heights),
    )  # fmt: skip


def _free(sheet: _Sheet, points: Sequence[Point]) -> Point:
    """Where the words of a curve stand: in its middle, or as near to it as no box is in the way."""
    boxes = [sheet.at(spot.layer, spot.row) for spot in sheet.spots.values()]
    middle = len(points) // 2
    for index in sorted(range(2, len(points) - 2), key=lambda index: abs(index - middle)):
        x, y = points[index]
        if all(abs(x - left) > _BOX + 0.12 or abs(y - top) > _HIGH + 0.08 for left, top in boxes):
            return x, y
    return points[middle]


def _edge_words(step: Step) -> str:
    edge = step.edge
    times = f"{_('median')} {duration(step.p50)}, 90 % {duration(step.p90)}"
    words = f"<b>{edge.source} → {edge.target}</b><br>{count(edge.steps)} {_('times')}, {times}"
    if edge.again:
        words += f"<br>{count(edge.again)} ({percent(edge.again / edge.steps, 0)}) {_('do it again there')}"
    return words + (f"<br>{_('breaks the order that the process lays down')}" if step.is_wrong else "")


def _arrow(fig: go.Figure, points: Sequence[Point], colour: str, width: float) -> None:
    (x0, y0), (x1, y1) = points[-2], points[-1]
    fig.add_annotation(
        x=x1, y=y1, ax=x0, ay=y0, xref="x", yref="y", axref="x", ayref="y", text="", showarrow=True, arrowhead=2,
        arrowwidth=max(1.2, min(width, 3.0)), arrowsize=1, arrowcolor=colour,
    )  # fmt: skip


def _curve(sheet: _Sheet, edge: Edge) -> list[Point]:
    """A curve from border to border: straight on, around what stands between, or back beneath (beside, where it runs down)."""
    one, other = sheet.spots[edge.source], sheet.spots[edge.target]
    reach = 0.36 if sheet.downwards else _BOX
    side = _BOX if sheet.downwards else _HIGH
    if edge.source == edge.target:
        return _bezier(
            sheet,
            (one.layer - 0.14, one.row + side),
            (one.layer - 0.3, one.row + 0.68),
            (one.layer + 0.3, one.row + 0.68),
            (one.layer + 0.14, one.row + side),
        )
    if other.layer <= one.layer:
        depth = -_bow(one.layer - other.layer)
        start, end = (
            (one.layer, one.row - side),
            (other.layer + (0.1 if other.layer < one.layer else 0), other.row - side),
        )
        if one.layer == other.layer and one.row != other.row:
            sign = 1 if other.row > one.row else -1
            return _bezier(
                sheet,
                (one.layer, one.row + sign * side),
                (one.layer, one.row + sign * 0.4),
                (other.layer, other.row - sign * 0.4),
                (other.layer, other.row - sign * side),
            )
        return _bezier(sheet, start, (one.layer, one.row + depth), (other.layer, other.row + depth), end)
    if sheet.between(edge.source, edge.target):
        height = _bow(other.layer - one.layer)
        return _bezier(
            sheet,
            (one.layer + 0.1, one.row + side),
            (one.layer + 0.3, one.row + height),
            (other.layer - 0.3, other.row + height),
            (other.layer - 0.1, other.row + side),
        )
    first, last = one.layer + reach, other.layer - reach
    middle = (first + last) / 2
    return _bezier(sheet, (first, one.row), (middle, one.row), (middle, other.row), (last, other.row))


def _bow(span: int) -> float:
    """How far an arc leaves its row, so that arcs of different length and their words keep apart."""
    return 0.5 + 0.16 * min(span, 6)


def _bezier(sheet: _Sheet, a: Point, b: Point, c: Point, d: Point, parts: int = 24) -> list[Point]:
    made = []
    for number in range(parts + 1):
        t = number / parts
        weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
        layer, row = (sum(w * point[axis] for w, point in zip(weights, (a, b, c, d), strict=True)) for axis in (0, 1))
        made.append(sheet.at(layer, row))
    return made


def _box(fig: go.Figure, sheet: _Sheet, node: Node, is_chosen: bool, colours: Tokens) -> None:
    spot = sheet.spots[node.name]
    x, y = sheet.at(spot.layer, spot.row)
    wide, high = (_BOX * 1.1, 0.36) if sheet.downwards else (_BOX, _HIGH)
    fig.add_shape(
        type="rect", x0=x - wide, x1=x + wide, y0=y - high, y1=y + high, fillcolor=colours.panel, layer="above",
        line={"width": 2 if is_chosen else 1, "color": colours.ink if is_chosen else colours.neutral},
    )  # fmt: skip
    lines = wrap(node.name, sheet.letters, max_lines=3, placeholder="…", break_long_words=" " not in node.name)
    note(
        fig, x, y, f"{'<br>'.join(lines)}<br><span style='color:{colours.muted}'>{count(node.cases)}</span>", colours.ink_text,
        xanchor="center",
    )  # fmt: skip
    fig.add_scatter(
        x=[x], y=[y], mode="markers", marker={"size": 46, "symbol": "square", "color": colours.page, "opacity": 0},
        hoverinfo="text", hovertext=[f"<b>{node.name}</b><br>{count(node.cases)}"], customdata=[["", node.name]],
    )  # fmt: skip
