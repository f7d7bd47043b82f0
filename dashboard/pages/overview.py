"""Overview: the KPIs against the period before, and what to act on first."""

from typing import Any

import streamlit as st

from dashboard import data
from dashboard.cards import kpi_row
from dashboard.charts.base import sorted_rows
from dashboard.parts import card, chart_card, enough_orders, small, verdict
from dashboard.state import before, filter_bar, whole_history
from dashboard.theme import tokens
from dashboard.words import _, count, duration, listed, money, named, ngettext, percent, points
from models.statistics.intervals import compare_rates
from pipelines.read.filters import Filters
from pipelines.read.kpi import KpiValue

_FEW = 8
_LOOK = 3


def page() -> None:
    """Draw the page."""
    filters = filter_bar()
    if not enough_orders(filters):
        return
    _verdict(filters)
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


def _verdict(filters: Filters) -> None:
    now = data.kpis(("order_accuracy_rate",), filters)[0]
    if now.value is None:
        entered = data.kpis(("orders_entered",), filters)[0].value
        reason = _("Order accuracy cannot be told: {reason}.").format(reason=now.reason)
        verdict(
            _("{orders} orders were entered; how many were wrong is unknown.").format(orders=count(entered)), reason
        )
        return
    target = data.home().settings.accuracy_target
    side = _("above") if now.value >= target else _("below")
    sentence = _("Order accuracy is {value}, {gap} {side} target").format(
        value=percent(now.value), gap=points(now.value - target), side=side
    )
    verdict(f"{sentence}{_direction(now, filters)}", _immature(now))


def _direction(now: KpiValue, filters: Filters) -> str:
    former = before(filters)
    past = data.kpis(("order_accuracy_rate",), former)[0] if former else None
    if past is None or not past.denominator or not now.denominator:
        return "."
    found = compare_rates(now.numerator or 0, now.denominator, past.numerator or 0, past.denominator, "up")
    words = {
        "better": _(", and it got better."),
        "worse": _(", and it got worse."),
        "no signal": _("; it moved no more than chance explains."),
    }
    return words[found.verdict] if found else "."


def _immature(now: KpiValue) -> str:
    text = _("{wrong} of {orders} complete orders were wrong.").format(
        wrong=count((now.denominator or 0) - (now.numerator or 0)), orders=count(now.denominator)
    )
    if now.mature_until is None or now.mature_until == now.date_to:
        return text
    return (
        text
        + " "
        + _("Orders entered after {day} are not complete yet and do not count.").format(
            day=f"{now.mature_until.day} {now.mature_until:%B %Y}"
        )
    )


def _errors(filters: Filters) -> None:
    rows, colours = data.query("errors_by_type", filters), tokens()
    top, total = rows.head(_FEW), int(rows["errors"].sum())
    first: dict[str, Any] = rows.row(0, named=True) if rows.height else {"type": "", "errors": 0}
    title = (
        _("{kind} makes {part} of {total} errors").format(
            kind=named(first["type"]), part=count(first["errors"]), total=count(total)
        )
        if rows.height
        else _("No error is known")
    )
    figure = (
        sorted_rows(
            [f"{named(r['type'])}" for r in top.to_dicts()],
            [r["errors"] for r in top.to_dicts()],
            [
                _("{n} in {orders} orders").format(n=count(r["errors"]), orders=count(r["orders"]))
                for r in top.to_dicts()
            ],
            colours,
            [
                colours.error if share <= 0.5 or i == 0 else colours.neutral
                for i, share in enumerate(_running(top["errors"].to_list(), total))
            ],
            [
                f"<b>{named(r['type'])}</b><br>{_('cost')} {money(r['cost'], None)}, {_('found after')} {_days(r)}"
                for r in top.to_dicts()
            ],
        )
        if rows.height
        else None
    )
    chart_card(
        title, _("errors by kind, orders of the period · red: the few that make half of them"), figure, rows, "overview_errors",
        title, data.sql_of("errors_by_type"),
        _("No error evidence in this selection. Provide `order_errors`, `order_changes` or `invoices` with credit notes."),
    )  # fmt: skip


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
    with card(
        ngettext("{n} finding is open", "{n} findings are open", total).format(n=count(total))
        if total
        else _("No finding is open"),
        _("records that break a rule, by kind · findings about the source as a whole are on the data page"),
    ):
        for number, row in enumerate(defects.head(4).to_dicts(), start=1):
            words, figure = st.columns([3, 1], wrap=False)
            words.markdown(f"**{number}.** {named(row['kind'])} :small[:gray[{named(row['severity']).lower()}]]")
            figure.markdown(f"**{count(row['findings'])}**", text_alignment="right")
        rest = defects["kind"].to_list()[4:]
        if rest:
            small(_("and {kinds}").format(kinds=listed([named(kind).lower() for kind in rest[:6]])))


def _first_orders(filters: Filters) -> None:
    scored = data.export("risk", whole_history(filters))
    with card(_("Look at these orders first"), _("open orders by the loss to expect, else by how unusual they are")):
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
    rows, colours = data.query("exception_types", filters), tokens()
    late = rows.filter(rows["open_beyond_target"] > 0).sort("open_beyond_target", descending=True).head(5)
    total = int(rows["open_beyond_target"].sum())
    title = (
        ngettext("{n} exception is open beyond target", "{n} exceptions are open beyond target", total).format(
            n=count(total)
        )
        if total
        else _("No exception is open beyond target")
    )
    figure = sorted_rows(
        [named(kind) for kind in late["type"]], late["open_beyond_target"].to_list(),
        [_("{n} of {open} open").format(n=count(r["open_beyond_target"]), open=count(r["open"])) for r in late.to_dicts()],
        colours, [colours.exception] * late.height, [named(kind) for kind in late["type"]],
    ) if late.height else None  # fmt: skip
    targets = rows["target"].drop_nulls().unique().to_list()
    target = duration(targets[0]) if len(targets) == 1 else _("of each type")
    chart_card(
        title, _("by type · target {target}").format(target=target), figure, rows if late.height else late,
        "overview_exceptions", title, data.sql_of("exception_types"), _no_exceptions(),
    )  # fmt: skip


def _no_exceptions() -> str:
    if data.is_given("exceptions"):
        return _("Nothing waits longer than it should.")
    return _("No exceptions yet. Provide `exceptions` (what stopped an order, from when until when) to see what waits.")


page()
