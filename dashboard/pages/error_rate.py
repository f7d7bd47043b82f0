"""Is it getting better? A Laney p' chart of the weeks of entry, with a frozen baseline."""

from datetime import date, timedelta

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.charts.base import sorted_rows
from dashboard.charts.trend import control_chart
from dashboard.state import filter_bar, whole_history
from dashboard.theme import Tokens, compact, tokens
from dashboard.words import NBSP, _, count, percent
from models.statistics.laney import LaneyChart, laney
from pipelines.decisions import Decision, append, read_all
from pipelines.read.filters import Filters

BASELINE_WEEKS = 26
FEWEST_WEEKS = 4
WEEKS_ON_A_PHONE = 26


def render() -> None:
    filters = filter_bar()
    colours = tokens()
    weeks = data.query("weekly_errors", whole_history(filters))
    if weeks.is_empty() or not weeks["known"].sum():
        parts.verdict(_("The error rate cannot be told yet."))
        parts.missing(_("No evidence of errors yet."), "order_changes, order_errors, deliveries, invoices")
        return
    weeks = weeks.tail(WEEKS_ON_A_PHONE) if compact() else weeks
    mature = weeks.filter(pl.col("is_mature"))
    if mature.height < FEWEST_WEEKS:
        parts.verdict(_("{n} mature weeks: too few for a control chart.").format(n=mature.height))
        st.markdown(_("Widen the selection, or wait until more weeks are complete."))
        return
    first, last, source = _baseline(mature)
    mask = ((mature["week"] >= first) & (mature["week"] <= last)).to_numpy()
    chart = laney(mature["errors"].to_numpy(), mature["orders"].to_numpy(), mask)
    _verdict(mature, chart)
    _chart(weeks, mature, chart, (first, last), source, colours)
    _signals(mature, chart, (first, last))
    _groups(filters, colours)


def _baseline(mature: pl.DataFrame) -> tuple[date, date, str]:
    """The frozen baseline that somebody decided, else the first weeks."""
    decided = [d for d in read_all(data.home()) if d.kind == "baseline" and d.subject_key == "error_rate"]
    if decided:
        span = decided[-1].payload
        first, last = date.fromisoformat(span["from"]), date.fromisoformat(span["to"])
        if mature.filter((pl.col("week") >= first) & (pl.col("week") <= last)).height >= FEWEST_WEEKS:
            return first, last, _("baseline as frozen on {day}").format(day=f"{decided[-1].at:%d %b %Y}")
    size = min(BASELINE_WEEKS, max(FEWEST_WEEKS, mature.height // 2))
    return (
        mature["week"][0],
        mature["week"][size - 1],
        _("baseline: the first {n} weeks, not yet frozen by anybody").format(n=size),
    )


def _verdict(mature: pl.DataFrame, chart: LaneyChart) -> None:
    recent = mature.tail(4)
    rate = recent["errors"].sum() / max(1, recent["orders"].sum())
    last = [s for s in chart.signals if s.index >= mature.height - 4]
    if not last:
        sentence = _("The error rate is {rate}; nothing moved more than chance.").format(rate=percent(rate))
    elif rate > chart.center:
        sentence = _("The error rate is {rate}, above the baseline of {base}, and it is a signal.")
    else:
        sentence = _("The error rate is {rate}, below the baseline of {base}, and it is a signal.")
    parts.verdict(
        sentence.format(rate=percent(rate), base=percent(chart.center)),
        _("Sales orders with an error by week of entry, the last four complete weeks against the baseline."),
    )


def _chart(
    weeks: pl.DataFrame, mature: pl.DataFrame, chart: LaneyChart, span: tuple[date, date], source: str, colours: Tokens
) -> None:
    filling = weeks.filter(~pl.col("is_mature"))
    found = [(row["week"], row["errors"] / max(1, row["orders"])) for row in filling.iter_rows(named=True)]
    hover = [
        f"<b>{percent(r['errors'] / max(1, r['orders']))}</b> ({count(r['errors'])} {_('of')} {count(r['orders'])} {_('orders')})"
        f"<br>{_('week of')} {r['week']:%d %b %Y}"
        for r in mature.iter_rows(named=True)
    ]
    parts.chart_card(
        _("{n} weeks, {s} points with a signal").format(n=mature.height, s=len({s.index for s in chart.signals})),
        _("orders with an error in % of orders, by week of entry · Laney p′ limits · {source} · σz {sigma}").format(
            source=source, sigma=f"{chart.sigma_z:.2f}"
        ),
        control_chart(mature["week"].to_list(), chart, found, span, colours, hover),
        weeks,
        "weekly_errors",
        _("Control chart of the weekly error rate, centre {rate}").format(rate=percent(chart.center)),
        data.sql_of("weekly_errors"),
    )
    parts.small(
        _(
            "The grey field holds weeks whose orders are younger than {n} days: errors are found late, so these dots will rise."
        ).format(n=data.query("targets")["mature_days"][0])
    )


def _signals(mature: pl.DataFrame, chart: LaneyChart, span: tuple[date, date]) -> None:
    left, right = st.columns([2, 1], gap="small")
    rows = pl.DataFrame(
        {
            _("week"): [mature["week"][s.index] for s in chart.signals],
            _("rule"): [s.rule for s in chart.signals],
            _("error rate, %"): [round(100 * float(chart.rate[s.index]), 1) for s in chart.signals],
        },
        schema={_("week"): pl.Date, _("rule"): pl.String, _("error rate, %"): pl.Float64},
    )
    with left, parts.card(_("Where a rule fired"), _("beyond three sigma · eight in a row on one side")):
        if rows.is_empty():
            st.markdown(_("No rule fired: the process is stable."))
        else:
            parts.table(rows, "signals", {_("week"): st.column_config.DateColumn(_("week"), format="D MMM YYYY")})
    with right, parts.card(_("Baseline"), f"{span[0]:%d %b %Y}{NBSP}–{NBSP}{span[1]:%d %b %Y}"):
        picked = st.date_input(_("Freeze the weeks from and to"), value=span, key="baseline_span")
        if st.button(f"**{_('Freeze this baseline')}**") and isinstance(picked, tuple) and len(picked) == 2:  # noqa: PLR2004
            _freeze(picked)


def _freeze(span: tuple[date, ...]) -> None:
    payload = {
        "from": span[0].isoformat(),
        "to": (span[1] + timedelta(days=0)).isoformat(),
        "snapshot": data.snapshot().id,
    }
    append(data.home(), Decision("baseline", "measure", "error_rate", "frozen", payload=payload))
    st.rerun()


def _groups(filters: Filters, colours: Tokens) -> None:
    columns = st.columns(2, gap="small")
    for column, (dimension, title) in zip(
        columns, (("channel", _("channel")), ("user", _("user who entered"))), strict=True
    ):
        rows = data.query("error_groups", filters, dimension=dimension).head(8)
        with column:
            parts.chart_card(
                _("Errors by {what}").format(what=title),
                _(
                    "orders with an error and their rate; groups under 20 orders are left out · sorted by number, no ranking of rates"
                ),
                sorted_rows(
                    rows["part"].to_list(),
                    rows["errors"].to_list(),
                    [f"<b>{count(e)}</b>  {percent(r)}" for e, r in zip(rows["errors"], rows["rate"], strict=True)],
                    colours,
                    [colours.neutral] * rows.height,
                    [
                        f"<b>{percent(r)}</b> ({count(e)} {_('of')} {count(n)})"
                        for e, r, n in zip(rows["errors"], rows["rate"], rows["orders"], strict=True)
                    ],
                )
                if rows.height
                else None,
                rows,
                f"groups_{dimension}",
                _("Errors by {what}").format(what=title),
                data.sql_of("error_groups"),
            )


render()
