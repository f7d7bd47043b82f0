"""How long one stage takes, open orders included, and whether two groups or periods differ in it."""

from dataclasses import dataclass, replace
from typing import Any

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.charts.stages import Curve, still_there
from dashboard.stage_cards import told, visits_told
from dashboard.stage_times import Clock, StageTimes, day_length, stage_times
from dashboard.state import before
from dashboard.theme import Tokens
from dashboard.words import _
from models.statistics.competing import LogRank
from models.statistics.steps import compare
from pipelines.read.filters import Filters

_ALPHA = 0.05
_FEWEST = 20
"""Completed visits that each group needs before the two are compared."""
_FIELDS = {"region": "regions", "channel": "channels", "department": "departments", "family": "families"}


@dataclass(frozen=True, slots=True)
class Group:
    """One side of a comparison: its name and its orders."""

    name: str
    filters: Filters


def picked_stage(stages: list[StageTimes], key: str = "stage") -> StageTimes:
    """The stage that the reader looks at, at first the one with the most delay; kept in the address."""
    by_name = {item.stage: item for item in stages}
    busiest = max(stages, key=lambda item: (item.delay, item.at(0.5).value or 0)).stage
    picked = st.selectbox(
        _("Stage"), list(by_name), format_func=lambda name: by_name[name].title, index=list(by_name).index(busiest), key=key,
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    return by_name[picked or busiest]


def curve_card(stages: list[StageTimes], clock: Clock, colours: Tokens) -> None:
    """Share of one stage's visits that are not completed, by time since arrival."""
    with parts.card(
        _("How long a stage takes, open orders included"),
        _(
            "share of visits not completed by time since arrival · open and cancelled ones count as what they are (Aalen–Johansen)"
        ),
    ):
        item = picked_stage(stages)
        length = day_length(item.clock)
        median, slow = told(item.at(0.5), length), told(item.at(0.9), length)
        st.markdown(f"{_('Median')} **{median}** · {_('nine in ten within')} **{slow}**  \n{visits_told(item)}")
        curve = Curve(item.title, item.curve, item.longest)
        alt = _("Share not completed in {stage}, median {median}").format(stage=item.title, median=median)
        parts.show(still_there([curve], item.target, colours, length), "survival", alt)


def compare_card(filters: Filters, stages: list[StageTimes], clock: Clock, colours: Tokens) -> None:
    """Two values of a dimension, or this period and the one before, in the stage that is picked above."""
    stage = st.session_state.get("stage") or max(stages, key=lambda item: item.delay).stage
    title = next((item.title for item in stages if item.stage == stage), stages[0].title)
    with parts.card(
        _("Do two groups or periods differ in {stage}?").format(stage=title),
        _(
            "share of visits not completed by time since arrival · whether chance alone explains the difference (log-rank test)"
        ),
    ):
        groups = _groups(filters)
        if groups is None:
            return
        first, second = (_times(group, stage, clock) for group in groups)
        if (
            first is None
            or second is None
            or min(first.counts.completed.sum(), second.counts.completed.sum()) < _FEWEST
        ):
            st.markdown(_("Each side needs at least {n} completed visits to be compared.").format(n=_FEWEST))
            return
        names = [group.name for group in groups]
        found = compare(first.counts, second.counts)
        st.markdown(sentence(names, first, second, found))
        curves = [Curve(name, item.curve, item.longest) for name, item in zip(names, (first, second), strict=True)]
        length = day_length(first.clock)
        parts.show(
            still_there(curves, first.target, colours, length),
            "compare",
            _("Share not completed in {stage}: {a} and {b}").format(stage=title, a=names[0], b=names[1]),
        )
        parts.table(_rows(names, first, second, length), "compare")


def sentence(names: list[str], first: StageTimes, second: StageTimes, found: LogRank | None) -> str:
    """What the test says, and what it does not."""
    if found is None:
        return _("Nothing can be compared: at no time were visits of both under way.")
    chance = _("p < 0.001") if found.p_value < 0.001 else f"p = {found.p_value:.3f}"  # noqa: PLR2004
    if found.p_value >= _ALPHA:
        return _("No difference beyond what chance explains ({chance}).").format(chance=chance)
    faster = names[0] if found.seen > found.expected else names[1]
    told_so = _("**{faster}** is completed faster, beyond what chance explains ({chance}).").format(
        faster=faster[:1].upper() + faster[1:], chance=chance
    )
    return told_so + " " + _("Orders may differ in more than this: the test does not say why.")


def _rows(names: list[str], first: StageTimes, second: StageTimes, length: float) -> pl.DataFrame:
    return pl.DataFrame([_row(name, item, length) for name, item in zip(names, (first, second), strict=True)])


def _row(name: str, item: StageTimes, length: float) -> dict[str, object]:
    return {
        "part": name,
        "visits": item.counts.n,
        "completed": int(item.counts.completed.sum()),
        "open": item.counts.n_open,
        "cancelled": int(item.counts.cancelled.sum()),
        "median_told": told(item.at(0.5), length),
        "p90_told": told(item.at(0.9), length),
    }


def _times(group: Group, stage: str, clock: Clock) -> StageTimes | None:
    return next((item for item in stage_times(group.filters, clock) if item.stage == stage), None)


def _groups(filters: Filters) -> tuple[Group, Group] | None:
    """What the reader picks to compare; None, with a word, where there is nothing to compare with."""
    options = data.query("filter_options").row(0, named=True)
    names = {"period": _("this period and the one before")}
    titles = {
        "region": _("Region"),
        "channel": _("Channel"),
        "department": _("Department"),
        "family": _("Product family"),
    }
    names |= {key: title for key, title in titles.items() if len(options[key] or ()) > 1}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        picked = st.selectbox(
            _("Compare"), list(names), format_func=names.__getitem__, key="compare_by", bind="query-params"
        )
        if picked in _FIELDS:
            return _two_values(filters, picked, list(options[picked]))
    former = before(filters)
    if former is None:
        st.markdown(_("There is no period before all of history: pick a shorter period, or a dimension."))
        return None
    return Group(_("this period"), filters), Group(_("the one before"), former)


def _two_values(filters: Filters, dimension: str, values: list[str]) -> tuple[Group, Group]:
    first = st.selectbox(_("One"), values, key=f"compare_a_{dimension}", bind="query-params")
    second = st.selectbox(_("The other"), values, index=1, key=f"compare_b_{dimension}", bind="query-params")
    return _only(filters, dimension, str(first)), _only(filters, dimension, str(second))


def _only(filters: Filters, dimension: str, value: str) -> Group:
    wanted: dict[str, Any] = {_FIELDS[dimension]: (value,)}
    return Group(value, replace(filters, **wanted))
