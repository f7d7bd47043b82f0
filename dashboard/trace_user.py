"""The trace of one user: days, one day in lanes, what the work led to beside what it leads to expect, and the orders behind each number."""

from datetime import date
from typing import Any

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import data, parts
from dashboard.charts.base import sorted_rows
from dashboard.charts.days import day_calendar, first_day
from dashboard.charts.trace import Dot, day_lanes
from dashboard.people import LEAST_ORDERS, compared, people_card
from dashboard.theme import compact, tokens
from dashboard.user_cards import Person, place_of, user_cards
from dashboard.user_lists import user_lists
from dashboard.words import (
    _,
    count,
    counted_actions,
    counted_days,
    counted_orders,
    day,
    is_day,
    ngettext,
    percent,
    short_day,
    span_of_hours,
    user_called,
)  # fmt: skip
from models.statistics.funnel import Funnel
from pipelines.read.filters import Filters

LANES = 9
_WHOLE = {"first": "0001-01-01", "last": "9999-12-31"}


def user_view(filters: Filters) -> None:
    """The view of one user."""
    asked = _choose(filters)
    if asked is None:
        return
    person, chosen, days = asked
    in_period = days.filter(pl.col("on_day").cast(pl.String) >= person.span["first"])
    if in_period.is_empty():
        parts.verdict(_("{user} did nothing in this period that the log records.").format(user=person.id))
        return
    totals = person.rows("user_totals").row(0, named=True)
    others = data.query("user_errors", filters, least=LEAST_ORDERS)
    made = compared(others)
    _verdict(person, totals, in_period, others, made)
    user_cards(person, totals, others, made)
    _days_card(person, days, chosen)
    _day_card(person, chosen, str(totals["zone"]))
    if made is not None and not totals["automatic"] and totals["entered"]:
        people_card(filters, tokens(), mark=person.id)
    user_lists(person)


def _choose(filters: Filters) -> tuple[Person, date, pl.DataFrame] | None:
    """Who, which day, and all days of that person up to the end of the period; None where nobody is named."""
    span = {
        "first": filters.date_from.isoformat() if filters.date_from else _WHOLE["first"],
        "last": filters.date_to.isoformat() if filters.date_to else _WHOLE["last"],
    }
    users = data.query("busiest_users", None, **span)
    if users.is_empty():
        unknown = data.query("unknown_users", None, **span)
        parts.verdict(_("No action of this period names its user."))
        parts.small(
            _("{n} actions; cannot tell who did them: the log is silent.").format(n=count(unknown["actions"][0]))
        )
        return None
    left, right, _free = st.columns([1, 1, 2], gap="small")
    options = [filters.user] if filters.user else users["user_id"].to_list()
    who = (
        left.selectbox(_("User"), options, key="trace_user", bind="query-params", disabled=filters.user is not None)
        or options[0]
    )
    person = Person(filters.user or who, span)
    days = data.query("user_days", None, user=person.id, first=_WHOLE["first"], last=span["last"])
    return person, _choose_day(right, days), days


def _choose_day(place: DeltaGenerator, days: pl.DataFrame) -> date:
    options = [str(value) for value in days["on_day"].to_list()] or [str(date.min)]
    if st.session_state.get("day") not in options:
        st.session_state.pop("day", None)
    picked = place.selectbox(
        _("Day"), options, format_func=lambda d: day(date.fromisoformat(d)), key="day", bind="query-params"
    )
    return date.fromisoformat(picked or options[0])


def _verdict(
    person: Person, totals: dict[str, object], days: pl.DataFrame, others: pl.DataFrame, made: Funnel | None
) -> None:
    first, last = days["on_day"].min(), days["on_day"].max()
    who = ", ".join(str(v) for v in (totals["role"], totals["department"]) if v)
    orders = int(str(totals["orders"]))
    parts.verdict(
        ngettext(
            "{user} touched {n} order between {first} and {last}.", "{user} touched {n} orders between {first} and {last}.", orders
        ).format(user=user_called(person.id), n=count(orders), first=_day(first), last=_day(last)),
        " ".join(part for part in (f"{who[:1].upper()}{who[1:]}." if who else "", _fairness(person, totals, others, made)) if part),
    )  # fmt: skip


def _fairness(person: Person, totals: dict[str, object], others: pl.DataFrame, made: Funnel | None) -> str:
    """What may be said about the person, and what may not."""
    if totals["automatic"]:
        return _("This is a program: it is compared with nobody.")
    if not totals["entered"]:
        return _(
            "This user entered no order of the period: the error rate at entry says nothing about the work, and no comparison is made."
        )
    place = place_of(person, others)
    if place is None or made is None:
        return _(
            "No comparison: it takes {n} complete orders entered whose errors are known, of three users at least."
        ).format(n=LEAST_ORDERS)
    words = {
        1: _("above the outer limit for this number of orders: look at the orders before the person"),
        -1: _("below the outer limit for this number of orders: something to learn from"),
        0: _("inside the limits for this channel and order mix: no signal about the person"),
    }[int(made.outside[place])]
    told = _("{rate} of the orders entered were wrong with everybody's order mix ({low}–{high} is within the limits): {words}.").format(
        rate=percent(float(made.rate[place])), low=f"{100 * float(made.alarm.low[place]):.1f}",
        high=f"{100 * float(made.alarm.high[place]):.1f}", words=words,
    )  # fmt: skip
    wrong, unreasoned = (int(others[column][place]) for column in ("errors", "unreasoned"))
    if not unreasoned:
        return told
    return f"{told} " + _("Of {n} wrong orders {m} were corrected, reason not given: the customer may have changed their mind.").format(
        n=count(wrong), m=count(unreasoned)
    )  # fmt: skip


def _days_card(person: Person, days: pl.DataFrame, chosen: date) -> None:
    first = first_day(days["on_day"].to_list(), compact=compact())
    shown = days.filter(pl.col("on_day") >= first)
    busiest = shown.sort("actions", descending=True).row(0, named=True)
    hovers = [_day_words(row) for row in days.iter_rows(named=True)]
    figure = day_calendar(
        days["on_day"].to_list(), days["actions"].to_list(), days["introduced"].to_list(), hovers, chosen, tokens(), compact=compact()
    )  # fmt: skip
    parts.chart_card(
        _("{days} with something recorded since {first}, {actions} on the busiest").format(
            days=counted_days(shown.height), first=short_day(max(first, min(days["on_day"]))), actions=counted_actions(busiest["actions"])
        ),
        _("one field a day up to the end of the period, Monday on top, the darker the more actions · "
          ":red[●] an error came in with the work of that day · click a day"),
        figure, days, "user_days", _("Actions of {user} by day").format(user=person.id),
        data.sql_text("user_days", None, user=person.id, first=_WHOLE["first"], last=person.span["last"]),
        on_select=_pick_day, selection_mode="points",
    )  # fmt: skip


def _pick_day() -> None:
    points = st.session_state["user_days"].selection.points
    if points:
        st.session_state["day"] = points[0]["customdata"][0]


def _day_words(row: dict[str, Any]) -> str:
    told = [
        _("{actions} on {orders}").format(actions=counted_actions(row["actions"]), orders=counted_orders(row["orders"]))
    ]
    words = {
        "changes": ngettext("{n} change", "{n} changes", row["changes"] or 0),
        "resolved": ngettext("{n} exception resolved", "{n} exceptions resolved", row["resolved"] or 0),
        "caught": ngettext("{n} error caught", "{n} errors caught", row["caught"] or 0),
        "introduced": ngettext("{n} error came in", "{n} errors came in", row["introduced"] or 0),
    }
    # what did not happen needs no line
    told += [text.format(n=count(row[name])) for name, text in words.items() if row[name]]
    return f"<b>{_day(row['on_day'])}</b><br>" + "<br>".join(told)


def _day_card(person: Person, on_day: date, zone: str) -> None:
    rows = data.query("user_day", user=person.id, day=on_day.isoformat())
    if rows.is_empty():
        return
    dots, order, ends = day_frame(rows)
    acts = rows.filter(pl.col("what") == "action")
    title = _("{day}: {actions} on {orders}, {span}").format(
        day=day(on_day), actions=counted_actions(acts.height), orders=counted_orders(acts["order_id"].n_unique()),
        span=span_of_hours(rows["at"].to_list()),
    )  # fmt: skip
    line = _(
        "time in {zone}, number at the right, grey where nothing is recorded for 45 minutes · :blue[❘ action] · ◆ change · "
        ":orange[▲ exception raised, △ resolved] · :red[● came in wrong, ○ error caught]"
    )
    figure, line = day_lanes(dots, order, ends, tokens(), compact=compact()), line.format(zone=zone)
    if all(is_day(dot.at) for dot in dots):
        numbers = [float(sum(dot.lane == lane for dot in dots)) for lane in order]
        bold = [f"<b>{end}</b>" for end in ends]
        figure = sorted_rows(order, numbers, bold, tokens(), [tokens().working] * len(order), bold)
        line = _("how often each was done · at which hour is not recorded")
    parts.chart_card(
        title, line, figure, rows, "user_day",
        _("Actions of {user} on {day}").format(user=person.id, day=on_day),
        data.sql_text("user_day", None, user=person.id, day=on_day.isoformat()),
    )  # fmt: skip


def day_frame(rows: pl.DataFrame) -> tuple[list[Dot], list[str], list[str]]:
    """The dots of a day, its lanes in the order in which they began, and the number in each. Lanes beyond nine are put together."""
    fixed = {
        "change": _("Changes"),
        "raised": _("Exceptions"),
        "resolved": _("Exceptions"),
        "introduced": _("Errors"),
        "caught": _("Errors"),
    }
    marks = {"raised": "exception", "introduced": "error", "caught": "defect"}
    busiest = (
        rows.filter(pl.col("what") == "action")
        .group_by("text")
        .len()
        .sort("len", "text", descending=[True, False])["text"]
        .to_list()
    )
    other = set(busiest[LANES - 4 :]) if len(busiest) > LANES - 3 else set()
    dots = []
    for row in rows.iter_rows(named=True):
        lane = fixed.get(row["what"]) or (_("Other actions") if row["text"] in other else row["text"])
        dots.append(Dot(row["at"], lane, marks.get(row["what"], row["what"]), _hover(row)))
    order = list(dict.fromkeys(dot.lane for dot in dots))
    last = [name for name in dict.fromkeys(fixed.values()) if name in order]
    order = [name for name in order if name not in last] + last
    return dots, order, [count(sum(dot.lane == lane for dot in dots)) for lane in order]


def _hover(row: dict[str, object]) -> str:
    change = f": {row['old_value'] or '–'} → {row['new_value'] or '–'}" if row["old_value"] or row["new_value"] else ""
    return f"<b>{row['at']:%H:%M:%S}</b> {row['text']}{change}<br>{row['line_id'] or row['order_id']}"


def _day(value: object) -> str:
    return day(value) if isinstance(value, date) else "–"
