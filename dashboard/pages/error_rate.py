"""Is it getting better? A Laney p' chart by period of entry, with a frozen baseline and the incomplete end apart."""

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.charts.base import sorted_rows
from dashboard.charts.control import control_chart, rule_words
from dashboard.error_course import (
    baseline_origin,
    baseline_span,
    baseline_words,
    course,
    errors_named,
    recent_words,
    target,
)
from dashboard.error_origins import moved_words, pick_errors
from dashboard.frames import Trend, counted, end_of, last_periods
from dashboard.happenings import happening_card, known, marks
from dashboard.moves import move_card
from dashboard.people import people_card
from dashboard.state import filter_bar, whole_history
from dashboard.theme import Tokens, compact, tokens
from dashboard.unreasoned import unreasoned_words
from dashboard.words import _, count, ngettext, percent, short_day
from models.statistics.intervals import wilson
from models.statistics.laney import RUN_LENGTH
from pipelines.decisions import Decision, append
from pipelines.read.filters import Filters

PERIODS_ON_A_PHONE = 26
_PAIR = 2
GROUPS = 8


def render() -> None:
    every = filter_bar()
    colours = tokens()
    known = data.query("weekly_errors", whole_history(every), weeks=1)
    if known.is_empty() or not known["known"].sum():
        parts.verdict(_("The error rate cannot be told yet."))
        parts.missing(_("No evidence of errors yet."), "`order_changes`, `order_errors`, `deliveries`, `invoices`")
        return
    if not parts.enough_orders(every):
        return
    filters = replace(every, errors=pick_errors(every))
    trend = course(filters)
    if trend is None:
        parts.verdict(_("Fewer than four periods are complete: too few for a control chart."))
        st.markdown(
            _("Widen the selection, or wait until more orders are old enough that their errors have been found.")
        )
        return
    _verdict(trend, filters)
    _chart(trend, filters, colours)
    _signals(trend, filters)
    left, right = st.columns([1.25, 1], gap="small")
    with left:
        move_card(filters, target(filters), colours)
    with right:
        happening_card(trend)
    _groups(filters, colours)


def _verdict(trend: Trend, filters: Filters) -> None:
    moved = moved_words(filters, trend) if filters.errors is None else ""
    told = [moved, baseline_words(trend), _filling_words(trend), unreasoned_words(filters, mature=True)]
    parts.verdict(recent_words(trend, filters.errors), " ".join(part for part in told if part))


def _filling_words(trend: Trend) -> str:
    if not trend.filling:
        return _("Every period is complete.")
    days = data.query("targets")["mature_days"][0]
    told = [f for f in trend.filling if f.expected is not None]
    text = _("Orders younger than {days} days are still filling up: their errors are yet to be found.").format(
        days=days
    )
    if not told:
        return text
    return text + " " + _("When complete, the last ones are expected at {rate} ({low}–{high}).").format(
        rate=percent(told[-1].expected), low=f"{100 * (told[-1].low or 0):.1f}", high=f"{100 * (told[-1].high or 0):.1f}"
    )  # fmt: skip


def _chart(trend: Trend, filters: Filters, colours: Tokens) -> None:
    weeks = trend.days // 7
    length = _("week") if weeks == 1 else _("{n} weeks").format(n=weeks)
    number = len({s.index for s in trend.chart.signals})
    title = _("{n} of {all} periods stand out from the baseline of {base}").format(
        n=number or _("None"), all=len(trend.starts), base=percent(trend.chart.center)
    )
    line = _(
        "sales orders with {errors}, in % of those entered, by {length} of entry, all of history · about {n} orders each · grey steps: how far chance alone reaches (Laney p′ chart, σz = {sigma})"
    ).format(
        errors=_("an error") if filters.errors is None else errors_named(filters.errors),
        length=length,
        sigma=f"{trend.chart.sigma_z:.2f}",
        n=count(sum(trend.orders) / len(trend.orders)),
    )
    narrow = compact()
    drawn = last_periods(trend, PERIODS_ON_A_PHONE) if narrow else trend
    parts.chart_card(
        title, line, control_chart(drawn, target(filters), colours, compact=narrow, events=marks(known())),
        data.query("weekly_errors", whole_history(filters), weeks=weeks), "weekly_errors",
        _("Control chart of the error rate: {title}; last complete periods {rate}").format(title=title, rate=percent(trend.recent_rate)),
        data.sql_text("weekly_errors", whole_history(filters), weeks=weeks),
    )  # fmt: skip


def _signals(trend: Trend, filters: Filters) -> None:
    chart = trend.chart
    left, right = st.columns([2, 1], gap="small")
    rows = [
        {
            "period": f"{short_day(trend.starts[s.index])} – {short_day(end_of(trend.starts[s.index], trend.days))}",
            "rule": rule_words(s.rule, worse=bool(chart.rate[s.index] > chart.center)),
            "rate": 100 * float(chart.rate[s.index]),
            "orders": trend.orders[s.index],
        }
        for s in reversed(chart.signals)
    ]
    number = len(rows)
    title = (
        ngettext("{n} signal to explain", "{n} signals to explain", number).format(n=number)
        if rows
        else _calm_words(len(trend.starts))
    )
    with (
        left,
        parts.card(
            title,
            _(
                "beyond a limit (3 σ), or 8 in a row on one side of the centre · everything else is noise: do not chase it"
            ),
        ),
    ):
        if not rows:
            st.markdown(
                _("Every complete period lies within its limits, and no eight in a row lie on one side of the centre.")
            )
        else:
            parts.table(pl.DataFrame(rows), "signals", {
                "period": st.column_config.TextColumn(_("Period")), "rule": st.column_config.TextColumn(_("Rule")),
                "rate": st.column_config.NumberColumn(_("Rate"), format="%.1f %%"),
                "orders": st.column_config.NumberColumn(_("Orders"), format="localized"),
            })  # fmt: skip
    with (
        right,
        parts.card(
            _("Baseline {rate}").format(rate=percent(chart.center)),
            f"{baseline_span(trend)} · {baseline_origin(trend)}",
        ),
    ):
        _restated(trend, filters)
        picked = st.date_input(_("Periods that set centre and limits"), value=trend.baseline, key="baseline_span")
        if st.button(f"**{_('Freeze this baseline')}**") and isinstance(picked, tuple) and len(picked) == _PAIR:
            _freeze(picked, trend, filters)


def _calm_words(periods: int) -> str:
    if periods < RUN_LENGTH:
        return _("No rule fired; {n} complete periods are too few to call the process stable").format(n=periods)
    return _("No rule fired: the process is stable")


def _restated(trend: Trend, filters: Filters) -> None:
    """What the frozen baseline was when it was frozen, beside what is known of the same days today; later evidence restates it."""
    decided = [d for d in data.decisions() if d.kind == "baseline" and d.subject_key == "error_rate"]
    if not decided or "orders" not in decided[-1].payload:
        return
    then = decided[-1].payload
    if then.get("selection") != whole_history(filters).to_params() or not then["orders"]:
        parts.small(
            _(
                "It was frozen on another selection of orders or errors: its days are kept, its figures are not comparable."
            )
        )
        return
    errors, orders = counted(trend, trend.baseline)
    parts.small(
        _("As frozen on {day}: {then} ({errors} of {orders}) · as known today: {now} ({errors_now} of {orders_now})").format(
            day=short_day(decided[-1].at), then=percent(then["errors"] / then["orders"], 2), errors=count(then["errors"]),
            orders=count(then["orders"]), now=percent(errors / orders if orders else None, 2), errors_now=count(errors), orders_now=count(orders),
        )
    )  # fmt: skip


def _freeze(span: tuple[date, ...], trend: Trend, filters: Filters) -> None:
    errors, orders = counted(trend, span)
    payload = {
        "from": span[0].isoformat(), "to": span[1].isoformat(), "snapshot": data.snapshot().id, "errors": errors, "orders": orders,
        "days": trend.days, "selection": whole_history(filters).to_params(),
    }  # fmt: skip
    append(data.home(), Decision("baseline", "measure", "error_rate", "frozen", payload=payload))
    st.rerun()


def _groups(filters: Filters, colours: Tokens) -> None:
    left, right = st.columns(2, gap="small")
    with left:
        _group(filters, "channel", _("channel"), colours)
    with right:
        people_card(replace(filters, errors=None), colours)


def _group(filters: Filters, dimension: str, title: str, colours: Tokens) -> None:
    rows = data.query("error_groups", filters, dimension=dimension)
    top, total = rows.head(GROUPS).to_dicts(), int(rows["errors"].sum())
    heading = (
        _("{part} has {n} of {all} wrong orders").format(
            part=top[0]["part"], n=count(top[0]["errors"]), all=count(total)
        )
        if top
        else _("Too few orders to compare")
    )
    line = _(
        "wrong orders by {what}, with their rate and its 95 % interval · groups under 20 orders are left out · where intervals overlap, chance explains the difference"
    ).format(what=title)
    figure = sorted_rows(
        [str(r["part"]) for r in top], [r["errors"] for r in top], [_rate_words(r) for r in top], colours, [colours.neutral] * len(top),
        [f"<b>{percent(r['rate'])}</b> ({count(r['errors'])} {_('of')} {count(r['orders'])})" for r in top], right=150,
    )  # fmt: skip
    parts.chart_card(
        heading,
        line,
        figure if top else None,
        rows,
        f"groups_{dimension}",
        heading,
        data.sql_text("error_groups", filters, dimension=dimension),
    )


def _rate_words(row: dict[str, Any]) -> str:
    interval = wilson(row["errors"], row["orders"])
    between = f" ({100 * interval.low:.1f}–{100 * interval.high:.1f})" if interval else ""
    return f"<b>{count(row['errors'])}</b>  {percent(row['rate'])}{between}"


render()
