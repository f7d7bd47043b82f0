"""Charts of the exceptions page: types by stage as a heat map."""

from collections.abc import Sequence
from math import sqrt

import plotly.graph_objects as go

from dashboard.charts.base import figure, note
from dashboard.theme import Tokens, heat, readable_on
from dashboard.words import count

_CELL, _HEAD = 40, 46


def stages_by_types(
    types: Sequence[tuple[str, str]],
    stages: Sequence[tuple[str, str]],
    numbers: dict[tuple[str, str], int],
    colours: Tokens,
) -> go.Figure:
    """Numbers on fields of square-root colour: a row a type, a column a stage; both as (code, name). Impossible ones stay empty.

    A field carries `stage:` and its stage's code.
    """
    fig = figure(colours, _CELL * len(types) + _HEAD + 12, right=64)
    most = max((sqrt(n) for n in numbers.values()), default=1.0)
    heights = {code: len(types) - 1 - row for row, (code, _name) in enumerate(types)}
    for x, (stage, stage_name) in enumerate(stages):
        note(
            fig,
            x,
            len(types) - 0.45,
            stage_name.replace(" ", "<br>", 1),
            colours.muted,
            xanchor="center",
            yanchor="bottom",
        )
        for code, name in types:
            n, y = numbers.get((code, stage), 0), heights[code]
            if n:
                field = heat(sqrt(n) / most, colours.heat_exception)
                words = readable_on(field, colours)
                box = {"x0": x - 0.48, "x1": x + 0.48, "y0": y - 0.46, "y1": y + 0.46}
                fig.add_shape(type="rect", **box, fillcolor=field, line={"width": 0}, layer="between")
                note(fig, x, y, count(n), words, xanchor="center", font={"size": 13, "color": words})
                fig.add_scatter(
                    x=[x], y=[y], mode="markers", marker={"size": 30, "opacity": 0}, customdata=[[f"stage:{stage}"]],
                    hovertext=[f"<b>{count(n)}</b> {name}, {stage_name}"], hoverinfo="text",
                )  # fmt: skip
    for code, _name in types:
        total = sum(n for (type_code, _stage), n in numbers.items() if type_code == code)
        note(fig, len(stages) - 0.5, heights[code], f"<b>{count(total)}</b>", colours.ink_text, xshift=12)
    fig.update_xaxes(visible=False, range=[-0.5, len(stages) - 0.5], fixedrange=True)
    fig.update_yaxes(
        tickvals=list(heights.values()), ticktext=[name for _code, name in types], fixedrange=True,
        range=[-0.5, len(types) - 0.5 + _HEAD / _CELL], tickfont={"size": 13, "color": colours.ink_text},
    )  # fmt: skip
    fig.update_layout(clickmode="event+select")
    return fig
