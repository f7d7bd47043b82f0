"""What is wrong, where did it come in, and why did nobody stop it?"""

from typing import Any

import streamlit as st

from dashboard import data, defect_list, defect_rules, parts
from dashboard.correction_list import corrections
from dashboard.costs import cost
from dashboard.defect_bars import Bars, choose, chosen_part, pareto_card, verdict_words
from dashboard.defect_course import lines_card, weeks_card
from dashboard.defect_matrix import matrix_card
from dashboard.finding_cards import findings_card
from dashboard.state import chosen, filter_bar
from dashboard.theme import tokens
from dashboard.unreasoned import unreasoned_words
from dashboard.words import _, count, ngettext, percent
from pipelines.read.filters import Filters


def render() -> None:
    filters = filter_bar("severity")
    severity = "|".join(chosen("severity"))
    totals = data.query("defect_totals", filters, severity=severity).row(0, named=True)
    if totals["findings"] or totals["errors"]:
        _wrong(filters, severity, totals)
    else:
        _nothing(filters, totals)
    defect_rules.about_rules(filters)


def _wrong(filters: Filters, severity: str, totals: dict[str, Any]) -> None:
    bars, colours = choose(filters, severity, totals), tokens()
    part = chosen_part(bars)
    _verdict(totals, bars, filters)
    cell = None
    left, right = st.columns([1, 1.25], gap="small")
    with left:
        pareto_card(bars, part, colours)
    with right:
        if totals["errors"]:
            cell = matrix_card(filters, colours)
        else:
            weeks_card(filters, severity, colours)
    if totals["errors"]:
        left, right = st.columns([1, 1.25], gap="small")
        with left:
            lines_card(filters, colours)
        with right:
            weeks_card(filters, severity, colours)
    defect_list.drill(filters, bars, part, cell, severity)
    if bars.of == "findings" and cell is None:
        findings_card(filters, bars, part, severity)
    corrections(filters)


def _nothing(filters: Filters, totals: dict[str, Any]) -> None:
    if totals["orders"]:
        parts.verdict(*_nothing_words(totals, filters))
    elif totals["records"]:
        parts.verdict(
            _("{n} values of the records that belong to no order look wrong.").format(n=count(totals["records"])),
            _("Rules about orders had nothing to judge. What was learned from the records themselves says this:"),
        )
        corrections(filters)
    else:
        parts.enough_orders(Filters(user="–"))


def _nothing_words(totals: dict[str, Any], filters: Filters) -> tuple[str, str]:
    """What it means that nothing was found: how much was looked at, and what could have shown that an order was wrong."""
    judged = int(data.query("judged_rules")["rules"][0])
    first = (
        ngettext("{n} rule found nothing wrong in {orders} orders.", "{n} rules found nothing wrong in {orders} orders.", judged)
        if judged
        else _("No rule had a record to judge: whether these {orders} orders are right cannot be told.")
    ).format(n=count(judged), orders=count(totals["orders"]))  # fmt: skip
    (known,) = data.kpis(("order_accuracy_rate",), filters)
    if known.value is not None:
        return first, _("And nothing shows that one of them was wrong: no correction, return, credit note, complaint or review.")  # fmt: skip
    return first, _("Whether one of them was wrong all the same cannot be told: {reason}.").format(reason=known.reason)


def _verdict(totals: dict[str, Any], bars: Bars, filters: Filters) -> None:
    parts.verdict(f"{verdict_words(bars, totals[bars.of])}{_passed_words(filters)}.", _body(totals, filters))


def _passed_words(filters: Filters) -> str:
    (entry,) = data.kpis(("escape_rate_entry",), filters)
    return (
        ""
        if entry.value is None
        else _("; {share} of the errors passed the entry checks").format(share=percent(entry.value, 0))
    )


def _no_sales(totals: dict[str, Any]) -> str:
    """That the orders of this page are not those of the rates alone, where some are no sales."""
    number = totals["no_sales"]
    if not number:
        return ""
    words = ngettext(
        " ({n} of them is no sale and counts in no rate)", " ({n} of them are no sales and count in no rate)", number
    )
    return words.format(n=count(number))


def _body(totals: dict[str, Any], filters: Filters) -> str:
    if not totals["errors"]:
        told = _(
            "{n} of {all} orders{no_sales} have a finding. Corrections (order_changes), order_errors, returns or reviews will show which were really wrong."
        )
        return told.format(n=count(totals["finding_orders"]), all=count(totals["orders"]), no_sales=_no_sales(totals))  # fmt: skip
    told = _("{n} of {all} orders{no_sales} were wrong, as corrections, returns, complaints and reviews show; {escaped} errors reached the customer.").format(
        n=count(totals["error_orders"]), all=count(totals["orders"]), escaped=count(totals["escaped"]), no_sales=_no_sales(totals),
    )  # fmt: skip
    told = f"{told} {unreasoned_words(filters, mature=False)}".rstrip()
    return told + (" " + _("They cost {cost}.").format(cost=cost(totals["cost"])) if totals["cost"] else "")


render()
