"""Charts of one user and of one order: a year of days, a day in lanes, an order's story. Times are local, as the frames bring them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

import plotly.graph_objects as go

from dashboard.charts.base import faint, figure, note
from dashboard.theme import Tokens
from dashboard.words import _, count, duration, short_day

LANE = 42
_LONGEST = 28
PAUSE = timedelta(minutes=45)
"""A gap without any action that is drawn as one."""
MARKS = {
    "action": ("line-ns-open", 12),
    "change": ("diamond", 9),
    "version": ("diamond-open", 9),
    "exception": ("triangle-up", 11),
    "resolved": ("triangle-up-open", 11),
    "defect": ("circle-open", 10),
    "error": ("circle", 10),
    "document": ("square", 8),
}
"""One mark a meaning, here and in the keys below the titles."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One event: when, in which lane, its mark (a key of `MARKS`), what the pointer shows, words beside it, and what a click tells."""

    at: datetime
    lane: str
    mark: str
    hover: str
    text: str = ""
    key: str = ""


def mark_colour(mark: str, colours: Tokens) -> str:
    """The colour of a mark's meaning."""
    return {
        "action": colours.working, "change": colours.ink, "version": colours.ink, "exception": colours.exception,
        "resolved": colours.exception,
        "defect": colours.error, "error": colours.error, "document": colours.neutral,
    }[mark]  # fmt: skip


def day_lanes(
    dots: Sequence[Dot], order: Sequence[str], ends: Sequence[str], colours: Tokens, *, compact: bool
) -> go.Figure:
    """One user's day: one lane an activity, its number at the right, gaps without any action as a grey field."""
    fig = _lanes(dots, order, ends, colours, compact=compact)
    for before, after in pairwise(sorted({dot.at for dot in dots})):
        if after - before >= PAUSE:
            fig.add_vrect(
                x0=before, x1=after, fillcolor=colours.incomplete, opacity=0.45, line_width=0, layer="below",
            )  # fmt: skip
    first, last = min(dot.at for dot in dots), max(dot.at for dot in dots)
    room = max((last - first) / 50, timedelta(minutes=2 if first < last else 60))
    fig.update_xaxes(
        showgrid=True,
        gridcolor=colours.grid,
        tickformat="%H:%M",
        nticks=5 if compact else 12,
        range=[first - room, last + room],
    )
    return fig


def _lanes(
    dots: Sequence[Dot], order: Sequence[str], ends: Sequence[str], colours: Tokens, *, compact: bool
) -> go.Figure:
    fig = figure(colours, LANE * len(order) + 64, right=56, left=8 if compact else 190)
    for number, lane in enumerate(order):
        y = len(order) - 1 - number
        for mark, (symbol, size) in MARKS.items():
            part = [dot for dot in dots if dot.lane == lane and dot.mark == mark]
            if part:
                colour = mark_colour(mark, colours)
                fig.add_scatter(
                    x=[dot.at for dot in part], y=[y] * len(part), mode="markers", hovertext=[dot.hover for dot in part], hoverinfo="text",
                    name=mark, marker={"size": size, "color": colour, "symbol": symbol, "line": {"width": 2, "color": colour}},
                )  # fmt: skip
        if compact:
            note(fig, 0, y + 0.42, f"<b>{lane}</b>", colours.ink_text, xref="paper")
        else:
            note(fig, 0, y, _short(lane), colours.ink_text, xref="paper", xanchor="right", xshift=-10)
        note(fig, 1, y, f"<b>{ends[number]}</b>", colours.ink_text, xref="paper", xshift=8)
    fig.update_yaxes(visible=False, range=[-0.6, len(order) - 0.3])
    return fig


def _short(name: str) -> str:
    """As much of a name as the margin holds; the pointer shows the whole."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


@dataclass(frozen=True, slots=True)
class Axis:
    """Time with the empty days left out: a unit a day on which something happened, within it the hours that were worked."""

    days: tuple[date, ...]
    opens: float
    closes: float

    @classmethod
    def of(cls, moments: Sequence[datetime]) -> "Axis":
        """The axis that shows all of these."""
        hours = [at.hour + at.minute / 60 for at in moments]
        return cls(tuple(sorted({at.date() for at in moments})), min(hours, default=0.0), max(hours, default=24.0))

    def place(self, at: datetime) -> float:
        """Where a moment stands: the number of its day, and how far that day was; a day in between counts as the next one's beginning."""
        before = sum(day < at.date() for day in self.days)
        if at.date() not in self.days:
            return float(before)
        span = max(self.closes - self.opens, 0.5)
        share = (at.hour + at.minute / 60 + at.second / 3600 - self.opens) / span
        return before + 0.06 + 0.82 * min(max(share, 0.0), 1.0)

    def gaps(self) -> list[tuple[int, int]]:
        """(number of the day after it, days left out) wherever more than a day was left out."""
        return [(i + 1, (b - a).days - 1) for i, (a, b) in enumerate(pairwise(self.days)) if (b - a).days > 1]


@dataclass(frozen=True, slots=True)
class Visit:
    """An order's stay in a stage; no end: still there."""

    title: str
    entered: datetime
    ended: datetime


def story_lanes(
    dots: Sequence[Dot], order: Sequence[str], visits: Sequence[Visit], moment: datetime | None, colours: Tokens
) -> go.Figure:
    """One order's story: stages as a band, below it one lane a kind of event with words at each mark; a line at the chosen moment."""
    axis = Axis.of([dot.at for dot in dots])
    lanes = ([_("Stage")] if visits else []) + list(order)
    height = LANE * 1.15
    fig = figure(colours, int(height * len(lanes)) + 44, right=24, left=110)
    for number, lane in enumerate(lanes):
        y = len(lanes) - 1 - number
        note(fig, 0, y, lane, colours.ink_text, xref="paper", xanchor="right", xshift=-10)
        if visits and number == 0:
            _band(fig, visits, axis, y, colours)
        else:
            _marks(fig, [dot for dot in dots if dot.lane == lane], axis, y, colours)
    _day_ticks(fig, axis, colours)
    fig.update_yaxes(visible=False, range=[-0.6, len(lanes) - 0.35], fixedrange=True)
    if moment is not None:
        fig.add_vline(x=axis.place(moment), line={"width": 1.5, "color": colours.target, "dash": "4px,3px"})
    return fig


def _band(fig: go.Figure, visits: Sequence[Visit], axis: Axis, y: float, colours: Tokens) -> None:
    last = -1.0
    wide = len(axis.days) / 14
    for number, visit in enumerate(visits):
        start, end = axis.place(visit.entered), max(axis.place(visit.ended), axis.place(visit.entered) + 0.02)
        fig.add_shape(
            type="rect", x0=start, x1=end, y0=y - 0.18, y1=y + 0.18, line_width=0, layer="between",
            fillcolor=colours.working if number % 2 else faint(colours.working),
        )  # fmt: skip
        fig.add_scatter(
            x=[(start + end) / 2], y=[y], mode="markers", marker={"size": 14, "opacity": 0}, hoverinfo="text", name="stage",
            hovertext=[f"<b>{visit.title}</b><br>{duration((visit.ended - visit.entered).total_seconds())}"],
        )  # fmt: skip
        if end - start > wide * len(visit.title) / 11 and start > last:
            note(fig, start, y + 0.38, visit.title, colours.muted)
            last = start + wide * len(visit.title) / 11


def _marks(fig: go.Figure, dots: Sequence[Dot], axis: Axis, y: float, colours: Tokens) -> None:
    for mark, (symbol, size) in MARKS.items():
        part = [dot for dot in dots if dot.mark == mark]
        if part:
            colour = mark_colour(mark, colours)
            fig.add_scatter(
                x=[axis.place(dot.at) for dot in part], y=[y] * len(part), mode="markers", hoverinfo="text", name=mark,
                hovertext=[dot.hover for dot in part], customdata=[[dot.key] for dot in part],
                marker={"size": size, "color": colour, "symbol": symbol, "line": {"width": 2, "color": colour}},
            )  # fmt: skip
    _texts(fig, sorted(dots, key=lambda dot: dot.at), axis, y, colours)


def _texts(fig: go.Figure, dots: Sequence[Dot], axis: Axis, y: float, colours: Tokens) -> None:
    """Words beside the marks, as far as they find room before the next mark; what finds none shows at the pointer."""
    places = [axis.place(dot.at) for dot in dots]
    whole = len(axis.days) + 0.0
    for number, dot in enumerate(dots):
        if not dot.text:
            continue
        width = whole * 6.4 * (len(dot.text) + 3) / 1050
        right = places[number + 1] if number + 1 < len(dots) else whole
        left = places[number - 1] if number else 0.0
        colour = _text_colour(dot.mark, colours)
        if right - places[number] >= width:
            note(fig, places[number], y, dot.text, colour, xshift=10)
        elif number + 1 == len(dots) and places[number] - left >= width:
            note(fig, places[number], y, dot.text, colour, xshift=-10, xanchor="right")


def _text_colour(mark: str, colours: Tokens) -> str:
    if mark in ("error", "defect"):
        return colours.error_text
    if mark in ("exception", "resolved"):
        return colours.exception_text
    return colours.ink_text if mark in ("change", "version") else colours.muted


def _day_ticks(fig: go.Figure, axis: Axis, colours: Tokens) -> None:
    number = len(axis.days)
    step = max(1, -(-number // 12))
    fig.update_xaxes(
        range=[-0.02, number], tickvals=list(range(0, number, step)), ticktext=[short_day(axis.days[i]) for i in range(0, number, step)],
        showgrid=True, gridcolor=colours.grid, tickangle=0, fixedrange=True, ticklabelshift=30,
    )  # fmt: skip
    for place, days in axis.gaps() if number <= 12 else ():  # noqa: PLR2004 - more do not find room
        note(
            fig, place, 0, f"⋯ {count(days)} {_('d')}", colours.muted, yref="paper", yanchor="bottom", xanchor="center"
        )
