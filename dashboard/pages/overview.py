"""How accurate are we, and did anything move? For a manager with two minutes."""

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.charts.base import sorted_rows
from dashboard.charts.trend import sparkline
from dashboard.state import before, filter_bar, whole_history
from dashboard.theme import Tokens, tokens
from dashboard.words import NBSP, _, count, duration, money, named, percent, points
from models.statistics.intervals import Comparison, compare_rates, wilson
from pipelines.read.filters import Filters
from pipelines.read.kpi import KpiValue, catalogue

CARDS = (
    "order_accuracy_rate",
    "perfect_order_rate",
    "first_time_right",
    "change_rate_after_confirmation",
    "exception_rate",
    "order_cycle_time",
)
PERIODS_SHOWN = 13
FEW = 20


def render() -> None:
    filters = filter_bar()
    colours = tokens()
    values = {v.name: v for v in data.kpis(CARDS, filters)}
    earlier = before(filters)
    former = {v.name: v for v in data.kpis(CARDS, earlier)} if earlier else {}
    _verdict(values["order_accuracy_rate"], former.get("order_accuracy_rate"), filters)
    _cards(values, former, filters, colours)
    left, right = st.columns([1.25, 1], gap="small")
    with left:
        _errors(filters, colours)
    with right:
        _open_exceptions(filters, colours)
        _to_do(filters)


def _verdict(value: KpiValue, former: KpiValue | None, filters: Filters) -> None:
    orders = data.kpis(("orders_entered",), filters)[0].value or 0
    if value.value is None:
        parts.verdict(
            _("{n} orders were entered; how many were wrong cannot be told yet.").format(n=count(orders)),
            _("Order accuracy: {reason}. What the rules found is below.").format(reason=value.reason),
        )
        return
    target = float(data.query("targets")["accuracy_target"][0])
    gap = value.value - target
    compared = _compared(value, former)
    moved = {
        "worse": _("and it got worse"),
        "better": _("and it got better"),
        "no signal": _("and it did not move more than chance explains"),
    }.get(compared.verdict if compared else "", "")
    side = _("above") if gap >= 0 else _("below")
    sentence = _("Order accuracy is {value}, {gap} {side} target").format(
        value=percent(value.value), gap=points(gap), side=side
    )
    body = _("{right} of {all} mature orders had no error.").format(
        right=count(value.numerator), all=count(value.denominator)
    )
    if value.mature_until and value.date_to and value.mature_until < value.date_to:
        body += " " + _("Orders entered after {day} are still filling up and are not counted.").format(
            day=f"{value.mature_until:%d %b %Y}"
        )
    parts.verdict(f"{sentence}{', ' + moved if moved else ''}.", body)


def _cards(values: dict[str, KpiValue], former: dict[str, KpiValue], filters: Filters, colours: Tokens) -> None:
    outer = st.columns(3, gap="small")
    for index, name in enumerate(CARDS):
        if index % 2 == 0:
            inner = outer[index // 2].columns(2, wrap=False, gap="small")
        with inner[index % 2]:
            _card(name, values[name], former.get(name), filters, colours)


def _card(name: str, value: KpiValue, former: KpiValue | None, filters: Filters, colours: Tokens) -> None:
    kpi = next(k for k in catalogue() if k.name == name)
    with st.container(border=True, gap="xxsmall", height="stretch"):
        st.metric(_(kpi.title), _shown(value), help=_(kpi.text), border=False)
        if value.value is None:
            parts.small(value.reason or "")
            return
        compared = _compared(value, former)
        st.markdown(_pill(compared, value, former))
        parts.small(_interval(value))
        series = _series(name, filters)
        last = {"worse": colours.error, "better": colours.target}.get(compared.verdict if compared else "", colours.ink)
        target = float(data.query("targets")["accuracy_target"][0]) if kpi.target else None
        shown = _("{title}, the last {n} weeks").format(title=_(kpi.title), n=len(series))
        parts.show(sparkline(series, target, last, colours), f"spark_{name}", shown, static=True)


def _shown(value: KpiValue) -> str:
    if value.unit == "percent":
        return percent(value.value)
    return duration(None if value.value is None else value.value * 3600)


def _compared(value: KpiValue, former: KpiValue | None) -> Comparison | None:
    if former is None or value.unit != "percent" or not value.denominator or not former.denominator:
        return None
    kpi = next(k for k in catalogue() if k.name == value.name)
    good = "up" if kpi.good == "up" else "down"
    return compare_rates(value.numerator or 0, value.denominator, former.numerator or 0, former.denominator, good)


def _pill(compared: Comparison | None, value: KpiValue, former: KpiValue | None) -> str:
    if compared is None:
        if former is None or former.value is None or value.value is None or value.unit != "hours":
            return parts.pill(_("no earlier period"), "gray")
        change = value.value - former.value
        return parts.pill(f"{'↑' if change > 0 else '↓'} {duration(abs(change) * 3600)}, {_('no test')}", "gray")
    arrow = "↑" if compared.difference > 0 else "↓"
    words = {"worse": _("worse"), "better": _("better")}.get(compared.verdict, _("no signal"))
    colour = {"worse": "red", "better": "green"}.get(compared.verdict, "gray")
    return parts.pill(f"{arrow} {points(compared.difference)}, {words}", colour)


def _interval(value: KpiValue) -> str:
    interval = (
        wilson(value.numerator or 0, value.denominator) if value.unit == "percent" and value.denominator else None
    )
    if interval is None:
        return _("{n} orders").format(n=count(value.denominator))
    return f"{100 * interval.low:.1f}–{100 * interval.high:.1f} · {_('of')}{NBSP}{count(value.denominator)}"


def _series(name: str, filters: Filters) -> list[float | None]:
    rows = data.kpis((name,), whole_history(filters), "week")
    return [row.value for row in rows][-PERIODS_SHOWN:]


def _errors(filters: Filters, colours: Tokens) -> None:
    rows = data.query("errors_by_type", filters)
    if rows.is_empty():
        _defects(filters, colours)
        return
    total = int(rows["errors"].sum())
    top = rows.head(6)
    first = top.row(0, named=True)
    currency = _currency(filters)
    parts.chart_card(
        _("{kind} is the most frequent error: {n} of {all}").format(
            kind=named(first["type"]), n=count(first["errors"]), all=count(total)
        ),
        _("errors by type, orders entered in the period · number of errors and what they cost"),
        sorted_rows(
            [named(t) for t in top["type"]],
            top["errors"].to_list(),
            [f"<b>{count(e)}</b>  {money(c, currency)}" for e, c in zip(top["errors"], top["cost"], strict=True)],
            colours,
            [colours.error if n < 2 else colours.neutral for n in range(top.height)],
            [
                f"<b>{count(e)}</b> {_('errors on')} {count(o)} {_('orders')}"
                for e, o in zip(top["errors"], top["orders"], strict=True)
            ],
        ),
        rows,
        "errors_by_type",
        _("Errors by type; {kind} leads with {n}").format(kind=named(first["type"]), n=count(first["errors"])),
        data.sql_of("errors_by_type"),
    )


def _defects(filters: Filters, colours: Tokens) -> None:
    rows = data.query("defects_by_kind", filters)
    if rows.is_empty():
        with parts.card(_("No open defect in this selection"), _("findings of the rules")):
            st.markdown(_("Every rule that could run passed on these orders."))
        return
    top = rows.head(6)
    parts.chart_card(
        _("{n} open defects, most of them {kind}").format(n=count(rows["findings"].sum()), kind=named(rows["kind"][0]).lower()),
        _("open findings of the rules by kind, orders entered in the period"),
        sorted_rows(
            [named(k) for k in top["kind"]], top["findings"].to_list(), [f"<b>{count(n)}</b>" for n in top["findings"]], colours,
            [colours.neutral] * top.height, [f"<b>{count(n)}</b> {_('findings')}" for n in top["findings"]],
        ),
        rows,
        "defects_by_kind",
        _("Open defects by kind"),
        data.sql_of("defects_by_kind"),
    )  # fmt: skip


def _open_exceptions(filters: Filters, colours: Tokens) -> None:
    rows = data.query("exception_types", filters)
    beyond = rows.filter(pl.col("open_beyond_target") > 0).sort("open_beyond_target", descending=True).head(5)
    if not data.is_given("exceptions"):
        parts.missing(_("No exceptions yet."), "exceptions")
    elif beyond.is_empty():
        with parts.card(_("No exception is open beyond target"), _("exceptions of these orders")):
            st.markdown(_("Nothing to chase."))
    else:
        parts.chart_card(
            _("{n} exceptions are open beyond target").format(n=count(beyond["open_beyond_target"].sum())),
            _("open longer than the target time, by type"),
            sorted_rows(
                [named(t) for t in beyond["type"]], beyond["open_beyond_target"].to_list(),
                [f"<b>{count(n)}</b>" for n in beyond["open_beyond_target"]], colours, [colours.exception] * beyond.height,
                [f"<b>{count(n)}</b>" for n in beyond["open_beyond_target"]],
            ),
            beyond,
            "open_exceptions",
            _("Open exceptions beyond target by type"),
            data.sql_of("exception_types"),
        )  # fmt: skip


def _to_do(filters: Filters) -> None:
    risk = data.export("risk", whole_history(filters))
    with parts.card(_("Look at these orders first"), _("open orders by the loss to expect")):
        if risk.is_empty():
            st.markdown(_("No open order is scored."))
            return
        for number, row in enumerate(risk.head(3).iter_rows(named=True), start=1):
            chance = percent(row["p_error"], 0) if row["p_error"] is not None else _("unusual")
            st.markdown(
                f"**{number}.** {row['order_id']} · {row['customer_name'] or _('unknown')} · **{chance}**  \n:small[:gray[{row['reason_1'] or ''}]]"
            )
        st.page_link("pages/risk.py", label=_("All {n} scored orders").format(n=count(risk.height)))


def _currency(filters: Filters) -> str | None:
    listed = data.query("currencies", filters)["currencies"][0]
    return str(listed[0]) if listed is not None and len(listed) == 1 else None


render()
