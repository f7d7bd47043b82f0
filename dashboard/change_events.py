"""What the changes page shows where no change log is given: events that say that something was changed, without old and new value."""

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.change_list import times_words
from dashboard.charts.changes import Split, split_rows
from dashboard.theme import Tokens
from dashboard.words import _, count, ngettext
from pipelines.read.filters import Filters

IN_VIEW = 2000


def events(filters: Filters, colours: Tokens) -> None:
    """Change events by activity and by line, with their list; or what to provide, where the log has none either."""
    kinds = data.query("change_events", filters)
    if kinds.is_empty():
        parts.verdict(_("What is changed after entry cannot be told yet."))
        parts.missing(_("No change log yet. Add it to see who changed what."), "`order_changes`")
        return
    cases = data.query("change_event_cases", filters)
    number, again = int(kinds["changes"].sum()), int(cases.filter(pl.col("changes") > 1)["lines"].sum())
    lines = int(cases["lines"].sum())
    parts.verdict(
        _("{n} events say that something was changed, on {lines} lines; {again} of them again.").format(
            n=count(number), lines=count(lines), again=count(again)
        ),
        _(
            "No change log is given: from what to what, why and with whose approval cannot be told. Provide `order_changes` to see it."
        ),
    )
    left, right = st.columns([1.25, 1], gap="small")
    with left:
        _kinds(kinds, filters, colours)
    with right:
        _cases(cases, filters, colours)
    with parts.card(ngettext("{n} event", "{n} events", number).format(n=count(number)), _("the latest first")):
        parts.table(data.times_in_zone(data.query("change_event_list", filters, limit=IN_VIEW)), "change_events")


def _kinds(rows: pl.DataFrame, filters: Filters, colours: Tokens) -> None:
    bars = []
    for row in rows.iter_rows(named=True):
        orders, users = count(row["orders"]), count(row["users"])
        end = _("<b>{n}</b>  {orders} orders, {users} users").format(
            n=count(row["changes"]), orders=orders, users=users
        )
        bars.append(Split("", str(row["activity"]), [row["changes"]], end, f"<b>{count(row['changes'])}</b>"))
    title = _("{activity} is the most frequent change").format(activity=rows["activity"][0])
    parts.chart_card(
        title, _("events of the log whose name says that something was changed"), split_rows(bars, (colours.ink,), colours, "-", right=190),
        rows, "change_events", title, data.sql_text("change_events", filters),
    )  # fmt: skip


def _cases(rows: pl.DataFrame, filters: Filters, colours: Tokens) -> None:
    bars = [
        Split(
            "",
            times_words(row["changes"]),
            [row["lines"]],
            f"<b>{count(row['lines'])}</b>",
            f"<b>{count(row['lines'])}</b>",
        )
        for row in rows.iter_rows(named=True)
    ]
    title = _("One line was changed {n} times").format(n=count(rows["most"].max()))
    parts.chart_card(
        title, _("lines by number of such events"), split_rows(bars, (colours.neutral,), colours, "-"), rows, "change_event_cases", title,
        data.sql_text("change_event_cases", filters),
    )  # fmt: skip
