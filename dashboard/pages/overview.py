"""Overview: the KPIs against the period before, and what to act on first."""

from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from dashboard import data
from dashboard.accuracy import accuracy_verdict
from dashboard.cards import definitions, kpi_row
from dashboard.charts.base import sorted_rows
from dashboard.costs import cost
from dashboard.parts import card, chart_card, enough_orders, small
from dashboard.state import filter_bar, whole_history
from dashboard.theme import Tokens, tokens
from dashboard.words import _, count, duration, named, ngettext, percent
from pipelines.read.filters import Filters

_FEW = 8
_KINDS = 4
_NAMED = 5
_LOOK = 3
HALF = 0.5


def page() -> None:
    """Draw the page."""
    filters = filter_bar()
    if not enough_orders(filters):
        return
    accuracy_verdict(filters)
    kpi_row(filters)
    left, right = st.columns([1.25, 1], gap="small")
    # Without evidence of errors the findings are what there is to see first.
    known = data.query("errors_by_type", filters).height > 0
    with left:
        (_errors if known else _act)(filters)
    with right:
        (_act if known else _errors)(filters)
        _exceptions(filters)
    _first_orders(filters)
    definitions(filters)


def _errors(filters: Filters) -> None:
    rows, colours = data.query("errors_by_type", filters), tokens()
    top, total = rows.head(_FEW).to_dicts(), int(rows["errors"].sum())
    title = _("No error is known in this selection") if _is_evident(filters) else _("No evidence of errors yet")
    if top:
        title = _("{kind} makes {part} of {total} errors").format(
            kind=data.kind_name(top[0]["type"]), part=count(top[0]["errors"]), total=count(total)
        )
    chart_card(
        title, _errors_line(rows.height), _error_bars(top, total, colours) if top else None, rows, "overview_errors", title,
        data.sql_text("errors_by_type", filters),
        _("None of these orders was corrected, returned, credited or complained about.") if _is_evident(filters) else
        _("Provide `order_errors`, `order_changes` or `invoices` with credit notes to see which orders were wrong."),
    )  # fmt: skip


def _is_evident(filters: Filters) -> bool:
    """Whether anything was given that could show an error."""
    return data.kpis(("order_accuracy_rate",), filters)[0].value is not None


def _errors_line(kinds: int) -> str:
    shown = _("{n} of {all} kinds, ").format(n=_FEW, all=count(kinds)) if kinds > _FEW else ""
    return shown + _(
        "errors by kind, all orders of the period, those not complete yet too · red: the few that make half of them"
    )


def _error_bars(top: list[dict[str, Any]], total: int, colours: Tokens) -> go.Figure:
    names = [data.kind_name(row["type"]) for row in top]
    vital = [
        colours.error if share <= HALF or number == 0 else colours.neutral
        for number, share in enumerate(_running([row["errors"] for row in top], total))
    ]
    hover = [
        f"<b>{name}</b><br>{_('cost')} {cost(row['cost'])}, {_('found after')} {_days(row)}"
        for name, row in zip(names, top, strict=True)
    ]
    ends = [
        ngettext("{n} in {orders} order", "{n} in {orders} orders", row["orders"]).format(
            n=count(row["errors"]), orders=count(row["orders"])
        )
        for row in top
    ]
    return sorted_rows(names, [row["errors"] for row in top], ends, colours, vital, hover)


def _days(row: dict[str, float | None]) -> str:
    delay = row["median_delay_days"]
    return _("unknown") if delay is None else duration(86_400 * delay)


def _running(values: list[int], total: int) -> list[float]:
    shares, so_far = [], 0
    for value in values:
        so_far += value
        shares.append(so_far / total if total else 0)
    return shares


def _act(filters: Filters) -> None:
    defects = data.query("defects_by_kind", filters)
    total = int(defects["findings"].sum())
    told = ngettext("{n} finding is open", "{n} findings are open", total).format(n=count(total))
    with card(
        told if total else _("No finding is open"),
        _(
            "records of the period's orders that break a rule, the commonest kinds first · rules that fail on most records are on the page Data"
        ),
    ):
        for number, row in enumerate(defects.head(_KINDS).to_dicts(), start=1):
            words, figure = st.columns([3, 1], wrap=False)
            words.markdown(
                f"**{number}.** {data.kind_name(row['kind'])} :small[:gray[{named(row['severity']).lower()}]]"
            )
            figure.markdown(f"**{count(row['findings'])}**", text_alignment="right")
        _rest(defects[_KINDS:])
        if not total:
            st.markdown(_("No rule finds anything wrong with the records of these orders."))
        else:
            st.page_link(
                "pages/defects.py", label=_("See them, order by order"), query_params={"of": _("Open findings")}
            )


def _rest(rest: pl.DataFrame) -> None:
    """How many findings are of other kinds, and the next kinds by name."""
    if rest.is_empty():
        return
    names = [f"{data.kind_name(row['kind'])} {count(row['findings'])}" for row in rest.head(_NAMED).to_dicts()]
    if rest.height > _NAMED:
        names.append(_("and others"))
    number = int(rest["findings"].sum())
    findings = ngettext("{n} finding", "{n} findings", number).format(n=count(number))
    words = ngettext("{findings} of one more kind: {kinds}", "{findings} of {n} more kinds: {kinds}", rest.height)
    small(words.format(findings=findings, n=count(rest.height), kinds=", ".join(names)))


def _first_orders(filters: Filters) -> None:
    scored = data.export("risk", whole_history(filters))
    with card(
        _("Look at these orders first"),
        _("open orders, those that can still be put right first; by the loss to expect, else by how unusual they are"),
    ):
        if scored.is_empty():
            st.markdown(_("No open order is scored."))
            return
        for row in scored.head(_LOOK).iter_rows(named=True):
            words, figure = st.columns([4, 1], wrap=False)
            words.markdown(
                f"**{row['order_id']}** {row['customer_name'] or _('unknown customer')} :small[:gray[{row['reason_1'] or ''}]]"
            )
            risk = (
                _("{share} risk").format(share=percent(row["p_error"], 0))
                if row["p_error"] is not None
                else _("unusual")
            )
            figure.markdown(f"**{risk}**", text_alignment="right")
        st.page_link("pages/risk.py", label=_("All {n} scored orders").format(n=count(scored.height)))


def _exceptions(filters: Filters) -> None:
    of_any_age = whole_history(filters)
    rows, colours = data.query("exception_open", of_any_age), tokens()
    late = rows.filter(rows["open_beyond_target"] > 0).sort("open_beyond_target", descending=True).head(5)
    total = int(rows["open_beyond_target"].sum())
    title = (
        ngettext("{n} exception is open beyond target", "{n} exceptions are open beyond target", total).format(
            n=count(total)
        )
        if total
        else _("No exception is open beyond target")
        if data.is_given("exceptions")
        else _("No exceptions were given")
    )
    figure = sorted_rows(
        [named(kind) for kind in late["type"]], late["open_beyond_target"].to_list(),
        [_("{n} of {open} open").format(n=count(r["open_beyond_target"]), open=count(r["open"])) for r in late.to_dicts()],
        colours, [colours.exception] * late.height, [named(kind) for kind in late["type"]],
    ) if late.height else None  # fmt: skip
    targets = rows["target"].drop_nulls().unique().to_list()
    target = duration(targets[0]) if len(targets) == 1 else _("of each type")
    chart_card(
        title, _("by type, orders of any age · target {target}").format(target=target) if targets else _("by type, orders of any age"), figure, rows if late.height else late,
        "overview_exceptions", title, data.sql_text("exception_open", of_any_age), _no_exceptions(),
    )  # fmt: skip


def _no_exceptions() -> str:
    if data.is_given("exceptions"):
        return _("Nothing waits longer than it should.")
    return _("Provide `exceptions` (what stopped an order, from when until when) to see what waits.")


page()
