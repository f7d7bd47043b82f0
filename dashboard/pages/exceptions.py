"""What stops orders, and what is stuck now?"""

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.charts.base import interval_rows, sorted_rows
from dashboard.charts.trend import columns_by_week
from dashboard.state import filter_bar
from dashboard.theme import Tokens, compact, tokens
from dashboard.words import _, count, duration, named, percent
from pipelines.read.filters import Filters

SHOWN = 10


def render() -> None:
    filters = filter_bar()
    colours = tokens()
    if not data.is_given("exceptions"):
        parts.verdict(_("What stops orders cannot be told yet."))
        parts.missing(_("No exceptions yet."), "exceptions")
        return
    rows = data.query("exception_types", filters)
    if rows.is_empty():
        parts.verdict(_("No order of this selection had an exception."))
        return
    _verdict(rows)
    left, right = st.columns([1.25, 1], gap="small")
    with left:
        _types(rows, colours)
    with right:
        _open(rows, colours)
    left, right = st.columns([1.25, 1], gap="small")
    with left:
        _resolve(rows, colours)
    with right:
        _stages(filters, colours)
    _weeks(filters, colours)
    _list(filters)


def _verdict(rows: pl.DataFrame) -> None:
    total, open_now, beyond = (int(rows[c].sum()) for c in ("exceptions", "open", "open_beyond_target"))
    first = rows.row(0, named=True)
    parts.verdict(
        _("{n} exceptions, {share} of them {type}; {beyond} are open beyond target.").format(
            n=count(total),
            share=percent(first["exceptions"] / total, 0),
            type=named(first["type"]).lower(),
            beyond=count(beyond),
        ),
        _(
            "{open} are open now. An exception is a business condition that stops an order; it need not be anybody's mistake."
        ).format(open=count(open_now)),
    )


def _types(rows: pl.DataFrame, colours: Tokens) -> None:
    top = rows.head(SHOWN)
    total = int(rows["exceptions"].sum())
    running, shares = 0, []
    for n in top["exceptions"]:
        running += int(n)
        shares.append(running / total)
    parts.chart_card(
        _("{n} types; the first {k} make up {share}").format(
            n=rows.height, k=min(2, rows.height), share=percent(shares[min(1, len(shares) - 1)], 0)
        ),
        _("exceptions by type · number and running share"),
        sorted_rows(
            [named(t) for t in top["type"]],
            top["exceptions"].to_list(),
            [f"<b>{count(n)}</b>  {percent(s, 0)}" for n, s in zip(top["exceptions"], shares, strict=True)],
            colours,
            [colours.exception] * top.height,
            [
                f"<b>{count(n)}</b> {_('on')} {count(o)} {_('orders')}"
                for n, o in zip(top["exceptions"], top["orders"], strict=True)
            ],
        ),
        rows,
        "exception_types",
        _("Exceptions by type"),
        data.sql_of("exception_types"),
    )


def _open(rows: pl.DataFrame, colours: Tokens) -> None:
    top = rows.filter(pl.col("open") > 0).sort("open", descending=True).head(SHOWN)
    parts.chart_card(
        _("{n} are open").format(n=count(top["open"].sum())),
        _("open exceptions by type · in brackets beyond target"),
        sorted_rows(
            [named(t) for t in top["type"]],
            top["open"].to_list(),
            [f"<b>{count(n)}</b> ({count(b)})" for n, b in zip(top["open"], top["open_beyond_target"], strict=True)],
            colours,
            [colours.exception] * top.height,
            [f"<b>{count(n)}</b>" for n in top["open"]],
        )
        if top.height
        else None,
        top,
        "exceptions_open",
        _("Open exceptions by type"),
        data.sql_of("exception_types"),
        _("None is open."),
    )


def _resolve(rows: pl.DataFrame, colours: Tokens) -> None:
    timed = rows.filter(pl.col("p50").is_not_null()).head(SHOWN)
    target = float(data.query("targets")["exception_target_hours"][0]) * 3600
    items = [
        {
            **r,
            "target": target,
            "label": named(r["type"]),
            "hover": f"<b>{duration(r['p50'])}</b> {_('median')}, {count(r['timed'])} {_('timed')}",
        }
        for r in timed.iter_rows(named=True)
    ]
    parts.chart_card(
        _resolve_title(timed),
        _(
            "elapsed time of resolved exceptions, log scale · thin line 10–90 %, bar middle half, ring median, :green[tick target] · right: within target"
        ),
        interval_rows(
            items,
            colours,
            [percent(r["within_target"], 0) for r in timed.iter_rows(named=True)],
            [colours.muted] * len(items),
            compact=compact(),
        )
        if items
        else None,
        timed,
        "exception_times",
        _("Time to resolve by type"),
        data.sql_of("exception_types"),
        _("No exception has both a beginning and an end; an unknown end is counted, not timed."),
    )


def _resolve_title(timed: pl.DataFrame) -> str:
    if timed.is_empty():
        return _("How long they last is unknown")
    slowest = max(timed.iter_rows(named=True), key=lambda r: float(r["p50"]))
    return _("{type} takes longest: half are resolved within {time}").format(
        type=named(slowest["type"]), time=duration(slowest["p50"])
    )


def _stages(filters: Filters, colours: Tokens) -> None:
    rows = data.query("exception_stages", filters)
    parts.chart_card(
        _stages_title(rows),
        _("exceptions by the stage in which they were raised"),
        sorted_rows(
            [named(s) for s in rows["stage"]], rows["exceptions"].to_list(), [f"<b>{count(n)}</b>" for n in rows["exceptions"]], colours,
            [colours.neutral] * rows.height, [f"<b>{count(n)}</b>" for n in rows["exceptions"]],
        ),
        rows,
        "exception_stages",
        _("Exceptions by stage"),
        data.sql_of("exception_stages"),
    )  # fmt: skip


def _stages_title(rows: pl.DataFrame) -> str:
    known = rows.filter(pl.col("stage") != "unknown")
    total = int(rows["exceptions"].sum())
    if known.is_empty():
        return _("Where they arise is unknown")
    if int(known["exceptions"].sum()) < total / 2:
        return _("Where {n} of {all} arose is unknown").format(
            n=count(total - int(known["exceptions"].sum())), all=count(total)
        )
    return _("{stage} raises {n} of {all}").format(
        stage=named(known["stage"][0]), n=count(known["exceptions"][0]), all=count(total)
    )


def _weeks(filters: Filters, colours: Tokens) -> None:
    rows = data.query("exception_weeks", filters)
    parts.chart_card(
        _("{n} exceptions a week on average").format(n=count(rows["exceptions"].mean() if rows.height else None)),
        _("exceptions by the week in which they were raised, or resolved where the beginning is unknown"),
        columns_by_week(
            rows["week"].to_list(), rows["exceptions"].to_list(), colours, colours.exception, _("exceptions")
        )
        if rows.height
        else None,
        rows,
        "exception_weeks",
        _("Exceptions by week"),
        data.sql_of("exception_weeks"),
    )


def _list(filters: Filters) -> None:
    rows = data.export("exceptions", filters)
    with parts.card(_("The exceptions themselves"), _("open ones beyond target on top")):
        shown = rows.head(2000).with_columns(
            pl.col("type").map_elements(named, pl.String), pl.col("stage").replace(data.stage_titles())
        )
        parts.table(shown, "exceptions")
        parts.downloads(rows, "exceptions", _("exceptions"))


render()
