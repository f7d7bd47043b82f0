"""Who did what; what happened to this order?"""

from datetime import datetime

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.charts.trend import lanes
from dashboard.state import filter_bar
from dashboard.theme import compact, tokens
from dashboard.words import _, count, day, moment, money, named
from pipelines.read.filters import Filters

LANES = 9


def render() -> None:
    filters = filter_bar()
    if not data.is_given("user_actions"):
        parts.verdict(_("Who did what cannot be told yet."))
        parts.missing(_("No actions yet."), "user_actions")
        return
    names = {"user": _("One user"), "order": _("One order")}
    view = st.segmented_control(
        _("Trace of"), list(names), format_func=names.__getitem__, default="user", required=True, key="trace", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    if view == "order":
        _order(filters)
    else:
        _user(filters)


def _user(filters: Filters) -> None:
    users = data.query("busiest_users", filters)
    if users.is_empty():
        unknown = data.query("unknown_users", filters)
        parts.verdict(_("No action of this selection names its user."))
        parts.small(
            _("{n} actions; cannot tell who did them: the log is silent.").format(n=count(unknown["actions"][0]))
        )
        return
    options = users["user_id"].to_list()
    person = filters.user or options[0]
    left, right = st.columns([1, 1], gap="small")
    if filters.user is None:
        person = left.selectbox(_("User"), options, key="trace_user", bind="query-params") or options[0]
    days = data.query("user_days", user=person)
    if days.is_empty():
        parts.verdict(_("{user} did nothing that the log records.").format(user=person))
        return
    chosen = right.selectbox(_("Day"), days["on_day"].to_list(), format_func=lambda d: f"{day(d)}", key="trace_day")
    _user_day(person, chosen or days["on_day"][0], days)


def _user_day(person: str, on_day: object, days: pl.DataFrame) -> None:
    totals = data.query("user_totals", user=person).row(0, named=True)
    rows = data.query("user_day", user=person, day=str(on_day))
    parts.verdict(
        _("{user} did {n} actions on {m} orders on this day.").format(user=person, n=count(rows.filter(pl.col("what") == "action").height), m=count(rows["order_id"].n_unique())),
        _("In all: {actions} actions, {orders} orders touched, {entered} entered, {changes} changes, {resolved} exceptions resolved. "
          "Errors whose origin the log traces to this user: {introduced}; no comparison between users is made here.").format(
            **{k: count(v) for k, v in totals.items()}
        ),
    )  # fmt: skip
    _day_chart(person, on_day, rows)
    left, right = st.columns(2, gap="small")
    with left, parts.card(_("Days"), _("actions and orders a day, newest first")):
        parts.table(days, "user_days")
    changes = data.query("user_changes", user=person)
    with (
        right,
        parts.card(_("{n} changes by this user").format(n=count(changes.height)), _("newest first, at most 500")),
    ):
        if not data.is_given("order_changes"):
            st.markdown(_("No change log yet. Provide order_changes to see who changed what."))
        elif changes.is_empty():
            st.markdown(_("No recorded change."))
        else:
            parts.table(changes, "user_changes")


def _day_chart(person: str, on_day: object, rows: pl.DataFrame) -> None:
    lane_names = {"change": _("Changes"), "exception": _("Exceptions raised"), "error": _("Turned out wrong")}
    named_rows = rows.with_columns(pl.col("what").replace_strict(lane_names, default=pl.col("text")).alias("lane"))
    counts = named_rows.group_by("lane").len().sort("len", descending=True).head(LANES)
    order = counts["lane"].to_list()
    dots = [
        {
            "at": r["at"],
            "lane": r["lane"],
            "mark": r["what"],
            "hover": f"<b>{r['at']:%H:%M}</b> {r['text']}<br>{r['order_id']}",
        }
        for r in named_rows.iter_rows(named=True)
        if r["lane"] in order
    ]
    times: list[datetime] = rows["at"].to_list()
    first, last = min(times), max(times)
    parts.chart_card(
        _("{n} actions from {first} to {last}").format(
            n=count(rows.filter(pl.col("what") == "action").height), first=f"{first:%H:%M}", last=f"{last:%H:%M}"
        ),
        _(
            "one lane an activity, its number at the right, time of day in UTC · :blue[❘ action] · ◆ change · :orange[▲ exception raised] · :red[● turned out wrong]"
        ),
        lanes(dots, order, tokens(), [count(n) for n in counts["len"]]),
        rows,
        "user_day",
        _("Actions of {user} on {day}").format(user=person, day=on_day),
        data.sql_of("user_day"),
    )


def _order(filters: Filters) -> None:
    choices = data.query("order_choices", filters)["order_id"].to_list()
    if not choices:
        parts.verdict(_("No order matches."))
        return
    order = (
        st.selectbox(
            _("Order"),
            choices,
            key="order",
            bind="query-params",
            accept_new_options=True,
            help=_("Type any order's key."),
        )
        or choices[0]
    )
    head = data.query("order_head", order=order)
    if head.is_empty():
        parts.verdict(_("There is no order {order}.").format(order=order))
        return
    row = head.row(0, named=True)
    story = data.query("order_story", order=order)
    defects = data.query("order_defects", order=order)
    errors = story.filter(pl.col("what") == "error").height
    parts.verdict(
        _("{order} for {customer}: open defects {defects}, errors found {errors}.").format(
            order=order, customer=row["customer_name"] or _("an unknown customer"), defects=count(defects.height), errors=count(errors)
        ),
        _("Entered {at} by {user} through {channel}; {amount}; now {stage}.").format(
            at=moment(row["ordered_at"]), user=row["entered_by"] or _("unknown"), channel=row["channel"] or _("unknown"),
            amount=money(row["net_amount"], row["currency"]), stage=named(row["current_stage"]) if row["current_stage"] else row["status"] or _("finished"),
        ),
    )  # fmt: skip
    _story(order, story)
    with parts.card(_("Open defects"), _("what the rules found, observed and suggested side by side")):
        if defects.is_empty():
            st.markdown(_("No rule found anything."))
        else:
            parts.table(defects, "order_defects")


def _story(order: str, story: pl.DataFrame) -> None:
    if story.is_empty():
        st.markdown(_("No event of this order is recorded."))
        return
    if compact():
        with parts.card(_("What happened"), _("time, event, who")):
            for r in story.iter_rows(named=True):
                parts.small(f"{moment(r['at'])} · {named(r['what'])} · {_sentence(r)}")
        return
    marks = {"action": "action", "change": "change", "exception": "exception", "error": "error"}
    titles = {
        "action": _("Actions"),
        "change": _("Changes"),
        "exception": _("Exceptions"),
        "error": _("Errors"),
        "document": _("Documents"),
    }
    dots = [
        {"at": r["at"], "lane": titles[marks.get(r["what"], "document")], "mark": marks.get(r["what"], "action"),
         "hover": f"<b>{r['at']:%d %b %Y %H:%M}</b><br>{_sentence(r)}"}
        for r in story.iter_rows(named=True)
    ]  # fmt: skip
    moments: list[datetime] = story["at"].to_list()
    order_of_lanes = [title for title in titles.values() if any(d["lane"] == title for d in dots)]
    ends = [count(sum(d["lane"] == title for d in dots)) for title in order_of_lanes]
    parts.chart_card(
        _("{n} events over {d} days").format(n=count(story.height), d=count((max(moments) - min(moments)).days)),
        _("one lane a kind of event, total at the right · time in UTC"),
        lanes(dots, order_of_lanes, tokens(), ends),
        story,
        "order_story",
        _("Events of order {order}").format(order=order),
        data.sql_of("order_story"),
    )


def _sentence(row: dict[str, object]) -> str:
    who = f" ({row['who']})" if row["who"] else f" ({_('unknown user')})" if row["what"] in ("action", "change") else ""
    change = f": {row['old_value']} → {row['new_value']}" if row["what"] == "change" else ""
    return f"{row['text']}{change}{who}"


render()
