"""Do orders wait or are they worked on, and what do they wait for? Known where the start of the work is stamped."""

from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.charts.base import sorted_rows
from dashboard.charts.stages import Split, waiting_and_work
from dashboard.stage_times import Clock, day_length
from dashboard.theme import Tokens
from dashboard.words import _, duration, percent
from pipelines.read.filters import Filters

_CAUSES = ("batching", "contention", "prioritisation", "unavailability", "other")


def waits_cards(filters: Filters, clock: Clock, colours: Tokens) -> None:
    """Mean waiting and work by stage, and the causes of waiting; one line that says what is missing without start stamps."""
    rows = data.query("stage_waits", filters)
    if rows.is_empty():
        parts.small(
            _(
                "No start of work is stamped, so times are those in the stage, waiting included. "
                "Give `lifecycle` start, or `marks: start` in process.yaml."
            )
        )
        return
    left, right = st.columns([1.25, 1], gap="small")
    with left:
        _split_card(rows, filters, clock, colours)
    with right:
        _causes_card(rows, filters, colours)


def _split_card(rows: pl.DataFrame, filters: Filters, clock: Clock, colours: Tokens) -> None:
    splits = [_split(row, clock) for row in rows.iter_rows(named=True)]
    length = day_length(clock)
    waiting, work = sum(s.waiting for s in splits), sum(s.work for s in splits)
    title = (
        _("Orders wait for {share} of the time").format(share=percent(waiting / (waiting + work), 0))
        if waiting + work
        else _("No time passes")
    )
    time = _("working time") if clock == "working" else _("elapsed time")
    parts.chart_card(
        title,
        _("mean {time} a visit, last 26 weeks, stages whose start is stamped · :violet[waiting] and :blue[working]").format(time=time),
        waiting_and_work(splits, colours, length),
        rows.drop("stage_no", "stage", *_CAUSES, "all_waiting"),
        "waiting",
        _("Waiting and work by stage: {all}").format(all=", ".join(f"{s.title} {duration(s.waiting, length)}" for s in splits)),
        data.sql_text("stage_waits", filters),
    )  # fmt: skip


def _split(row: dict[str, object], clock: Clock) -> Split:
    working = clock == "working" and row["working_waiting"] is not None
    names = ("working_waiting", "working_service") if working else ("waiting", "service")
    waiting, work = (float(str(row[name] or 0)) for name in names)
    return Split(str(row["stage_title"]), waiting, work)


def _causes_card(rows: pl.DataFrame, filters: Filters, colours: Tokens) -> None:
    total = float(rows["all_waiting"].sum() or 0)
    titles = {
        "batching": _("Batching: until those started together had come"),
        "contention": _("Contention: the user worked on what came earlier"),
        "prioritisation": _("Prioritisation: the user worked on what came later"),
        "unavailability": _("Unavailability: outside working hours"),
        "other": _("Other: the log does not show why"),
    }
    known = {cause: rows[cause].sum() for cause in _CAUSES if rows[cause].null_count() < rows.height}
    ranked = sorted(known, key=lambda cause: -float(known[cause] or 0))
    shares = [float(known[cause] or 0) / total if total else 0.0 for cause in ranked]
    line = _("share of the elapsed waiting time · each hour counts for one cause (Lashkevich et al. 2023)")
    if "unavailability" not in known:
        line += " · " + _("no working hours are configured, so nights and weekends count as other")
    title = _("What orders wait for")
    if total:
        explained = _("{cause} explains {share} of the waiting")
        words = _("The log does not show why for {share} of the waiting") if ranked[0] == "other" else explained
        title = words.format(cause=titles[ranked[0]].split(":")[0], share=percent(shares[0], 0))
    parts.chart_card(
        title,
        line,
        _causes(known, ranked, shares, titles, colours) if total else None,
        rows.select("stage_title", "visits", "with_user", "all_waiting", *_CAUSES),
        "causes",
        _("What orders wait for"),
        data.sql_text("stage_waits", filters),
        _("Nobody is named at the start of the work."),
    )  # fmt: skip


def _causes(
    known: dict[str, Any], ranked: list[str], shares: list[float], titles: dict[str, str], colours: Tokens
) -> go.Figure:
    ends = [f"<b>{percent(share, 0)}</b>" for share in shares]
    hover = [
        f"<b>{percent(s)}</b>, {duration(float(known[cause] or 0))}" for cause, s in zip(ranked, shares, strict=True)
    ]
    return sorted_rows(
        [titles[cause] for cause in ranked], shares, ends, colours, [colours.waiting] * len(ranked), hover
    )
