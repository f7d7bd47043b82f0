"""The card that tells why the error rate moved: Kitagawa's split into other rates and another mix of orders."""

from typing import Literal

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.charts.waterfall import Step, points_of, waterfall
from dashboard.state import before
from dashboard.theme import Tokens, compact
from dashboard.words import _, count, percent, span_of_days
from models.statistics.decompose import Counts, Decomposition, Part, kitagawa
from models.statistics.intervals import Comparison, compare_rates
from pipelines.read.filters import Filters

_NOTHING = 0.0005
"""Less than a tenth of a point."""
SHOWN = 5
"""Parts shown by name; the others are one step."""
DIMENSIONS = ("channel", "region", "department", "family", "order_type")


def move_card(filters: Filters, target: float | None, colours: Tokens) -> None:
    """Why the rate of the period differs from that of the period before. `target` is the highest rate aimed at, if any."""
    former = before(filters)
    if former is None:
        with parts.card(_("Why did it move?"), _("a split of the difference from the period before")):
            st.markdown(_("The whole history has no period before it. Choose 4, 13 or 52 weeks above."))
        return
    titles = {
        "channel": _("Channel"), "region": _("Region"), "department": _("Department"), "family": _("Product family"),
        "order_type": _("Order type"),
    }  # fmt: skip
    dimension = st.session_state.get("split_by", "channel")
    sides = [_counts(data.query("error_parts", one, dimension=dimension)) for one in (former, filters)]
    split = kitagawa(*sides)
    with st.container(border=True, gap="xsmall", height="stretch"):
        _head(split, sides, titles, filters, former)
        if split is not None:
            _body(split, sides, dimension, titles, target, colours)


def _counts(rows: pl.DataFrame) -> dict[str, Counts]:
    return {row["part"]: (float(row["errors"]), float(row["orders"])) for row in rows.iter_rows(named=True)}


def _head(
    split: Decomposition | None,
    sides: list[dict[str, Counts]],
    titles: dict[str, str],
    filters: Filters,
    former: Filters,
) -> None:
    with st.container(horizontal=not compact(), horizontal_alignment=_spread(), vertical_alignment="top", gap="small"):
        with st.container(gap=None, width="stretch"):
            st.markdown(f"#### {_title(split, sides)}")
            st.markdown(
                f":small[:gray[{_spans(filters, former)} · {_('in %, orders old enough · grey: chance explains it')}]]"
            )
        st.selectbox(
            _("Split by"), list(titles), format_func=titles.__getitem__, key="split_by", label_visibility="collapsed",
            width=170, bind="query-params",
        )  # fmt: skip


def _spread() -> Literal["left", "distribute"]:
    """Title and choice at both ends on a desk, one below the other on a phone."""
    return "left" if compact() else "distribute"


def _spans(now: Filters, former: Filters) -> str:
    """The two periods that are compared, by their days."""
    spans = [
        span_of_days(one.date_from, one.date_to) if one.date_from and one.date_to else _("all days")
        for one in (former, now)
    ]
    return _("{before} → {now}").format(before=spans[0], now=spans[1])


def _title(split: Decomposition | None, sides: list[dict[str, Counts]]) -> str:
    if split is None:
        return _("Too few complete orders to compare with the period before")
    if abs(split.difference) < _NOTHING:
        return _("It did not move")
    if not _is_signal(*(_total(side) for side in sides)):
        return _("It moved by {points}, no more than chance explains").format(points=points_of(split.difference))
    first = max(split.parts, key=lambda part: abs(part.rate))
    if abs(split.mix) > abs(first.rate):
        return _("It moved by {points}, most of it another mix of orders").format(points=points_of(split.difference))
    return _("It moved by {points}; {part} alone {effect}").format(
        points=points_of(split.difference), part=first.name, effect=points_of(first.rate)
    )


def _body(
    split: Decomposition,
    sides: list[dict[str, Counts]],
    dimension: str,
    titles: dict[str, str],
    target: float | None,
    colours: Tokens,
) -> None:
    steps = _steps(split, sides, titles[dimension])
    alt = _("From {before} to {now}: {steps}").format(
        before=percent(split.before), now=percent(split.now), steps=", ".join(f"{s.label} {points_of(s.effect)}" for s in steps)
    )  # fmt: skip
    parts.show(waterfall(split.before, split.now, steps, target, colours), "move", alt)


def _steps(split: Decomposition, sides: list[dict[str, Counts]], title: str) -> list[Step]:
    """The parts' own changes, the largest first; small ones as one; then the mix."""
    by_rate = sorted(split.parts, key=lambda part: -abs(part.rate))
    steps = [_step(part, sides) for part in by_rate[:SHOWN]]
    rest = sum(part.rate for part in by_rate[SHOWN:])
    if by_rate[SHOWN:]:
        steps.append(Step(_("{n} others").format(n=count(len(by_rate) - SHOWN)), rest, False, points_of(rest)))
    hover = _("<b>{points}</b> because the shares of the parts changed").format(points=points_of(split.mix))
    return [*steps, Step(_("Mix: {dimension}").format(dimension=title.lower()), split.mix, False, hover)]


def _step(part: Part, sides: list[dict[str, Counts]]) -> Step:
    former, now = (side.get(part.name, (0.0, 0.0)) for side in sides)
    hover = f"<b>{points_of(part.rate)}</b><br>{_rate(former)} → {_rate(now)}"
    return Step(part.name, part.rate, _is_signal(former, now), hover)


def _rate(counts: Counts) -> str:
    errors, orders = counts
    return f"{percent(errors / orders) if orders else '–'} ({count(errors)} {_('of')} {count(orders)})"


def _total(side: dict[str, Counts]) -> Counts:
    return sum(x for x, _n in side.values()), sum(n for _x, n in side.values())


def _is_signal(former: Counts, now: Counts) -> bool:
    found: Comparison | None = compare_rates(now[0], now[1], former[0], former[1], "down")
    return found is not None and found.verdict != "no signal"
