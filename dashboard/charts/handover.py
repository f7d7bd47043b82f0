"""Who hands over to whom, and what waits between them: a matrix, or bars where it is narrow."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.charts.base import figure, note, sorted_rows
from dashboard.theme import Tokens, readable_on
from dashboard.words import _, count, duration, percent

_CELL, _HEAD = 48, 60
_STRONGEST = 0.75


@dataclass(frozen=True, slots=True)
class Hand:
    """Hand-overs from one to another: how many, all their time together, median and 90 % in seconds."""

    source: str
    target: str
    hands: int
    total: float
    p50: float
    p90: float

    @property
    def words(self) -> str:
        """For the hover: number, sum and median."""
        return (
            f"<b>{self.source} → {self.target}</b><br>{count(self.hands)} {_('hand-overs')}, {_('in all')} {days(self.total)}"
            f"<br>{_('median')} {duration(self.p50)}, 90 % {duration(self.p90)}"
        )


def days(seconds: float) -> str:
    """A long span in days: '1,230 d'."""
    return f"{count(seconds / 86_400)}\u00a0{_('d')}" if seconds >= 864_000 else duration(seconds)  # noqa: PLR2004


def matrix(hands: Sequence[Hand], chosen: tuple[str, str] | None, colours: Tokens) -> go.Figure:
    """Rows hand over to columns; a field is as strong as its share of all time, with the median and the sum in it."""
    names = _names(hands)
    whole = sum(hand.total for hand in hands) or 1
    most = max((hand.total for hand in hands), default=1) or 1
    rows = {name: len(names) - 1 - number for number, name in enumerate(names)}
    fig = figure(colours, _CELL * len(names) + _HEAD)
    for hand in hands:
        x, y = names.index(hand.target), rows[hand.source]
        is_chosen = chosen == (hand.source, hand.target)
        field = _mixed(colours.page, colours.waiting, _STRONGEST * (hand.total / most) ** 0.5)
        fig.add_shape(
            type="rect", x0=x - 0.48, x1=x + 0.48, y0=y - 0.46, y1=y + 0.46, layer="between", fillcolor=field,
            line={"width": 2 if is_chosen else 0, "color": colours.ink},
        )  # fmt: skip
        told = f"<b>{duration(hand.p50)}</b><br>{percent(hand.total / whole, 0)}"
        note(fig, x, y, told, readable_on(field, colours), xanchor="center")
        fig.add_scatter(
            x=[x], y=[y], mode="markers", marker={"size": 40, "symbol": "square", "opacity": 0}, hoverinfo="text",
            hovertext=[hand.words], customdata=[[hand.source, hand.target]],
        )  # fmt: skip
    for number, name in enumerate(names):
        note(
            fig, number, len(names) - 0.45, name.replace(" ", "<br>"), colours.muted, xanchor="center", yanchor="bottom"
        )
    fig.update_xaxes(visible=False, range=[-0.5, len(names) - 0.5], fixedrange=True)
    fig.update_yaxes(
        tickvals=list(rows.values()), ticktext=list(rows), range=[-0.5, len(names) - 0.5 + _HEAD / _CELL], fixedrange=True,
        tickfont={"size": 13, "color": colours.ink_text},
    )  # fmt: skip
    fig.update_layout(clickmode="event+select")
    return fig


def bars(hands: Sequence[Hand], colours: Tokens, most: int = 8) -> go.Figure:
    """The same on a narrow screen: the costliest hand-overs as bars."""
    top = hands[:most]
    fig = sorted_rows(
        [f"{hand.source} → {hand.target}" for hand in top], [hand.total for hand in top], [f"<b>{duration(hand.p50)}</b>" for hand in top],
        colours, [colours.waiting] * len(top), [hand.words for hand in top],
    )  # fmt: skip
    fig.data[0].customdata = [[hand.source, hand.target] for hand in top]
    fig.update_layout(clickmode="event+select")
    return fig


def _names(hands: Sequence[Hand]) -> list[str]:
    """Those who hand over before those who are handed to, as far as that can be: by the balance of hand-overs given and taken."""
    balance: dict[str, int] = {}
    for hand in hands:
        balance[hand.source] = balance.get(hand.source, 0) + hand.hands
        balance[hand.target] = balance.get(hand.target, 0) - hand.hands
    return sorted(balance, key=lambda name: (-balance[name], name))


def _mixed(page: str, hue: str, share: float) -> str:
    """`share` of the hue on the page, so that ink stays readable on it."""
    pairs = [(int(page[i : i + 2], 16), int(hue[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(one + share * (other - one)):02X}" for one, other in pairs)
