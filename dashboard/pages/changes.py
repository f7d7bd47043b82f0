"""What is changed after entry, who wanted it, how long it takes, and what goes wrong with it?"""

from typing import Any

import polars as pl
import streamlit as st

from dashboard import (
    change_counts,
    change_customers,
    change_effects,
    change_events,
    change_gaps,
    change_list,
    data,
    parts,
    week_cards,
)
from dashboard.charts.base import interval_rows
from dashboard.charts.changes import SHOWN, Split, split_rows
from dashboard.durations import span_words, spans
from dashboard.state import before, filter_bar
from dashboard.theme import Tokens, compact, tokens
from dashboard.words import _, count, counted_changes, counted_orders, duration, field_named, ngettext, percent, points
from models.statistics.intervals import compare_rates, wilson
from pipelines.read.filters import Filters
from pipelines.read.kpi import KpiValue

STEPS = ("approval", "application", "whole")


def render() -> None:
    filters = filter_bar()
    if not data.is_given("order_changes"):
        change_events.events(filters, tokens())
        return
    totals = data.query("change_totals", filters).row(0, named=True)
    if not totals["changes"]:
        parts.verdict(_("No order of this selection was changed."), _("Nothing is in the change log for these orders."))
        return
    rate, coverage = data.kpis(("change_rate_after_confirmation", "log_coverage"), filters)
    fields, findings = data.query("change_fields", filters), data.query("change_findings", filters)
    counts, colours = data.query("change_counts", filters), tokens()
    _verdict(totals, rate, coverage, findings, filters)
    left, right = st.columns([1.25, 1], gap="small")
    with left:
        _fields(fields, rate, filters, colours)
    with right:
        _times(filters, colours)
        change_counts.card(counts, filters, colours)
    left, right = st.columns([1.25, 1], gap="small")
    with left:
        _findings(findings, filters, colours)
        change_customers.card(filters, colours)
    with right:
        change_effects.card(filters, colours)
        change_gaps.card(filters, coverage, colours)
    change_list.drill(filters, fields, findings, counts, totals)
    week_cards.changes(filters, colours)


def _verdict(
    totals: dict[str, Any], rate: KpiValue, coverage: KpiValue, findings: pl.DataFrame, filters: Filters
) -> None:  # fmt: skip
    changes = counted_changes(totals["changes"])
    orders = counted_orders(totals["orders"])
    if rate.value is None:
        first = _("{changes} on {orders}; whether before or after confirmation cannot be told.").format(
            changes=changes, orders=orders
        )
    else:
        first = _("{share} of confirmed orders were changed afterwards{moved}.").format(
            share=percent(rate.value), moved=_moved(rate, filters)
        )
    lines = [_("{changes} on {orders} in all, {wish}.").format(changes=changes, orders=orders, wish=_wish(totals))]
    open_now = int(findings["findings"].sum())
    lines.append(
        ngettext("{n} finding about them is open.", "{n} findings about them are open.", open_now).format(
            n=count(open_now)
        )
    )
    if coverage.value is not None:
        lines.append(
            _("Of the changed values, {share} are no longer what the log says.").format(
                share=percent(1 - coverage.value)
            )
        )
    parts.verdict(first, " ".join(lines))


def _moved(rate: KpiValue, filters: Filters) -> str:
    """How the rate differs from the period before, and whether chance explains it."""
    former = before(filters)
    past = data.kpis((rate.name,), former)[0] if former else None
    if past is None or past.value is None or rate.value is None:
        return ""
    told = compare_rates(rate.numerator or 0, rate.denominator or 0, past.numerator or 0, past.denominator or 0, "down")
    if told is None or told.verdict == "no signal":
        return _("; chance explains the difference from the period before")
    words = (
        _(", {points} more than in the period before")
        if told.difference > 0
        else _(", {points} less than in the period before")
    )
    return words.format(points=points(told.difference))


def _wish(totals: dict[str, Any]) -> str:
    known = totals["by_customer"] + totals["internal"]
    if not known:
        return _("the log does not say who wanted them")
    words = _("{share} of them wanted by the customer").format(share=percent(totals["by_customer"] / known, 0))
    if totals["cannot_tell"]:
        words += _(" where the log says so; of {n} it does not").format(n=count(totals["cannot_tell"]))
    return words


def _fields(rows: pl.DataFrame, rate: KpiValue, filters: Filters, colours: Tokens) -> None:
    confirmed, top = rate.denominator or 0, rows.head(SHOWN)
    bars = [_field_bar(row, confirmed) for row in top.iter_rows(named=True)]
    title = (
        _("{field} is changed most after confirmation").format(field=field_named(rows["field"][0]))
        if bars
        else _("No confirmed order was changed in what is delivered, where, when or for how much")
        if confirmed
        else _("Whether orders are changed after confirmation cannot be told")
    )
    line = _("orders with a material change after confirmation, in % of {n} confirmed · :blue[customer only], **internal**, :gray[cannot tell] · click a bar for its changes")  # fmt: skip
    parts.chart_card(
        title, line.format(n=count(confirmed)),
        split_rows(bars, (colours.working, colours.ink, colours.neutral), colours, change_list.CHOICE.now(), right=150) if bars else None,
        rows, "change_fields", title, data.sql_text("change_fields", filters),
        _("None of these orders has a change after its confirmation.") if confirmed
        else _("No order of the selection has a confirmation. Provide `user_actions` with the confirmation or approval of orders."),
        on_select=lambda: change_list.CHOICE.clicked("change_fields"), selection_mode="points",
    )  # fmt: skip


def _field_bar(row: dict[str, Any], confirmed: float) -> Split:
    share = wilson(row["orders"], confirmed) if confirmed else None
    told = f"{percent(row['orders'] / confirmed, 2)} ({100 * share.low:.2f}–{100 * share.high:.2f})" if share else "–"
    hover = _("<b>{orders}</b> of {all} confirmed orders: {share}<br>{customer} customer only, {internal} internal, {unknown} cannot tell").format(
        orders=count(row["orders"]), all=count(confirmed), share=told, customer=count(row["customer"]), internal=count(row["internal"]),
        unknown=count(row["unknown"]),
    )  # fmt: skip
    end = f"<b>{percent(row['orders'] / confirmed, 2) if confirmed else '–'}</b>  {count(row['orders'])}"
    return Split(
        f"field:{row['field']}",
        field_named(row["field"]),
        [row["customer"], row["internal"], row["unknown"]],
        end,
        hover,
    )


def _times(filters: Filters, colours: Tokens) -> None:
    rows = data.query("change_times", filters)
    titles = {
        "approval": _("Request to approval"),
        "application": _("Approval to change"),
        "whole": _("Request to change"),
    }
    told = {step: spans(rows.filter(pl.col("step") == step), "changes") for step in STEPS if step in set(rows["step"])}
    items = [
        {**one.row(), "label": f"{titles[step]}</b>  <span style='color:{colours.muted}'>{span_words(one, compact=compact())}</span><b>",
         "hover": f"<b>{titles[step]}</b><br>{span_words(one)}<br>{count(one.n)} {_('changes')}"}
        for step, one in told.items()
    ]  # fmt: skip
    if "whole" in told:
        title = _("Half of what is asked for is changed within {time}").format(
            time=_reached(told["whole"].quantiles["p50"].value)
        )
    elif "application" in told:
        title = _("Half of what is approved is changed within {time}").format(
            time=_reached(told["application"].quantiles["p50"].value)
        )
    else:
        title = _("How long requests take is unknown")
    line = _(
        "elapsed time, open ones count with their age, log scale · thin line 10–90 %, bar middle half, ring median · right: changes"
    )
    if "approval" not in told:
        line += _(" · the log has no times of requests (requested_at)")
    parts.chart_card(
        title, line, interval_rows(items, colours, [count(one.n) for one in told.values()], [colours.muted] * len(items), compact=compact())
        if items else None, rows, "change_times", title, data.sql_text("change_times", filters),
        _("The change log has neither times of requests nor of approvals (requested_at, approved_at)."),
    )  # fmt: skip


def _reached(seconds: float | None) -> str:
    return _("a time not reached yet") if seconds is None else duration(seconds)


def _findings(rows: pl.DataFrame, filters: Filters, colours: Tokens) -> None:
    bars = [
        Split(f"kind:{row['part']}", _(row["title"] or row["part"]), [row["findings"]], f"<b>{count(row['findings'])}</b>",
              f"<b>{count(row['findings'])}</b> {_('on')} {count(row['orders'])} {_('orders')}<br>{_(row['rules'])}")
        for row in rows.head(SHOWN).iter_rows(named=True)
    ]  # fmt: skip
    total, judged = int(rows["findings"].sum()), int(data.query("judged_rules")["about_changes"][0])
    title = (
        ngettext("{n} finding about changes is open", "{n} findings about changes are open", total).format(n=count(total))
        if bars
        else ngettext("{n} rule about changes found nothing wrong", "{n} rules about changes found nothing wrong", judged).format(n=count(judged)) if judged
        else _("Whether anything is wrong with the changes cannot be told")
    )  # fmt: skip
    parts.chart_card(
        title, _("open findings by kind: approval, conflicts of two users, too late, too often, without a record · click a bar for its changes"),
        split_rows(bars, (colours.error,), colours, change_list.CHOICE.now()) if bars else None, rows, "change_findings", title,
        data.sql_text("change_findings", filters), _("The other rules about changes lack data, which the Data page names: approvals, requests, actions with their times.") if judged
        else _("No rule about changes had a record to judge. Provide `old_value`, `new_value`, `changed_by`, `approved_by` and `requested_by` of `order_changes`."),
        on_select=lambda: change_list.CHOICE.clicked("change_findings"), selection_mode="points",
    )  # fmt: skip


render()
