"""A year of one user's days: one field a day, weeks from left to right."""

from collections.abc import Sequence
from datetime import date, timedelta

import plotly.graph_objects as go

from dashboard.charts.base import figure
from dashboard.theme import Tokens
from dashboard.words import _

WEEKS, WEEKS_COMPACT = 53, 15
_CELL = 21
_STEPS = 5


def day_calendar(
    days: Sequence[date], actions: Sequence[int], errors: Sequence[int], hovers: Sequence[str], chosen: date | None,
    colours: Tokens, *, compact: bool,
) -> go.Figure:  # fmt: skip
    """One field a day, weeks from left to right, Monday on top; the darker the more actions, a red dot where an error came in."""
    first, last = first_day(days, compact=compact), max(days)
    most = max([*actions, 1])
    shown = [i for i, day in enumerate(days) if day >= first]
    fig = figure(colours, _CELL * 7 + 44, right=8, left=40)
    fig.add_scatter(
        x=[_monday(days[i]) for i in shown], y=[6 - days[i].weekday() for i in shown], mode="markers", hoverinfo="text",
        hovertext=[hovers[i] for i in shown], customdata=[[days[i].isoformat()] for i in shown], name="days",
        marker={
            "symbol": "square", "size": 15, "opacity": [_strength(actions[i] / most) for i in shown], "color": colours.working,
            "line": {"width": [2 if days[i] == chosen else 0 for i in shown], "color": colours.ink_text},
        },
    )  # fmt: skip
    wrong = [i for i in shown if errors[i]]
    fig.add_scatter(
        x=[_monday(days[i]) for i in wrong], y=[6 - days[i].weekday() for i in wrong], mode="markers", hoverinfo="text", name="errors",
        hovertext=[hovers[i] for i in wrong], customdata=[[days[i].isoformat()] for i in wrong],
        marker={"size": 6, "color": colours.error},
    )  # fmt: skip
    if chosen is not None and chosen >= first:
        fig.add_scatter(
            x=[_monday(chosen)], y=[6 - chosen.weekday()], mode="markers", hoverinfo="skip", name="chosen",
            marker={"symbol": "square-open", "size": 18, "color": colours.ink_text, "line": {"width": 2}},
        )  # fmt: skip
    names = [_("Mon"), _("Wed"), _("Fri"), _("Sun")]
    fig.update_yaxes(range=[-0.6, 6.6], tickvals=[6, 4, 2, 0], ticktext=names, fixedrange=True)
    reach = [first - timedelta(days=5), _monday(last) + timedelta(days=5)]
    fig.update_xaxes(range=reach, tickformat="%b %Y", dtick="M1" if compact else "M2", fixedrange=True)
    return fig


def first_day(days: Sequence[date], *, compact: bool) -> date:
    """The Monday with which the calendar begins."""
    last = max(days)
    return last - timedelta(days=last.weekday() + 7 * ((WEEKS_COMPACT if compact else WEEKS) - 1))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _strength(share: float) -> float:
    """In steps, by the root: a quiet day is still seen beside a busy one."""
    return 0.12 + 0.88 * max(1, round(_STEPS * share**0.5)) / _STEPS if share else 0.06
