"""What is done again: by the same user, by another, by nobody knows whom."""

from typing import Any

import plotly.graph_objects as go

from dashboard.charts.base import figure, note, row_label
from dashboard.theme import Tokens
from dashboard.words import _, count, percent


def rework(rows: list[dict[str, Any]], colours: Tokens) -> go.Figure:
    """One bar an activity: repeats, redos, and what cannot be told, one after another."""
    places = list(range(len(rows) - 1, -1, -1))
    fig = figure(colours, 42 * len(rows) + 24, right=150)
    kinds = (
        ("repeats", colours.ink, colours.ink),
        ("redos", colours.neutral, colours.neutral),
        ("unknown", colours.page, colours.neutral),
    )
    for name, field, border in kinds:
        fig.add_bar(
            x=[row[name] for row in rows], y=places, orientation="h", width=0.34,
            marker={"color": field, "line": {"width": 1, "color": border}},
            hovertext=[_again_words(row) for row in rows], hoverinfo="text",
            customdata=[["", row["to_activity"]] for row in rows],
        )  # fmt: skip
    fig.update_layout(barmode="stack", clickmode="event+select")
    for place, row in zip(places, rows, strict=True):
        row_label(fig, place, row["to_activity"], colours)
        known = row["repeats"] + row["redos"]
        split = f"{percent(row['repeats'] / known, 0)} {_('repeat')}" if known else _("cannot tell")
        told = f" <b>{count(row['n'])}</b>  {split}"
        note(fig, row["n"], place, told, colours.ink_text, xshift=4)
    fig.update_yaxes(visible=False, range=[-0.5, len(rows) - 0.25])
    fig.update_xaxes(visible=False, rangemode="tozero")
    return fig


def _again_words(row: dict[str, Any]) -> str:
    return _("<b>{n}</b> again: {same} by the same user, {other} by another, {unknown} cannot tell").format(
        n=count(row["n"]), same=count(row["repeats"]), other=count(row["redos"]), unknown=count(row["unknown"])
    )
