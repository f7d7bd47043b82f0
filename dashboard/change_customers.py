"""Whose orders change after confirmation more often than others' of the same channel and type: a funnel, never a league table."""

import polars as pl

from dashboard import data, parts
from dashboard.charts.funnel import FEWEST, funnel_plot
from dashboard.theme import Tokens, compact
from dashboard.words import _, count, ngettext
from models.statistics.ratio_funnel import RatioFunnel, ratio_funnel
from pipelines.read.filters import Filters

LEAST = 30
"""Customers with fewer confirmed orders are not compared."""


def card(filters: Filters, colours: Tokens) -> None:
    """Changes after confirmation by customer over those expected, against the limits for what was expected."""
    rows = data.query("change_customers", filters, least=LEAST)
    made = compared(rows)
    line = _(
        "changes after confirmation of what is delivered, where, when or for how much, over what everybody's orders of the same channels "
        "and types let expect · limits 95 % and 99.8 %"
    )
    if made is None:
        with parts.card(_("Too few customers with {n} confirmed orders each to compare").format(n=LEAST), line):
            return
    fig = funnel_plot(
        made, rows["customer_name"].to_list(), hovers(made, rows), _("changes expected"), colours, compact=compact()
    )
    title = _title(made)
    parts.chart_card(
        title, line, fig, rows, "change_customers", title, data.sql_text("change_customers", filters, least=LEAST)
    )


def compared(rows: pl.DataFrame) -> RatioFunnel | None:
    """The funnel of customers with their mix of orders taken out; None where fewer than three can be compared or nothing was changed."""
    if rows.height < FEWEST or not rows["changes"].sum():
        return None
    return ratio_funnel(rows["changes"].to_numpy(), rows["expected"].to_numpy())


def hovers(made: RatioFunnel, rows: pl.DataFrame) -> list[str]:
    """What each customer's dot says."""
    words = _("<b>{name}</b><br>{changes} changes on {orders} confirmed orders, {expected} expected<br>{verdict}")
    return [
        words.format(
            name=row["customer_name"], changes=count(row["changes"]), orders=count(row["orders"]), expected=f"{row['expected']:,.1f}",
            verdict=_verdict(int(made.outside[i])),
        )
        for i, row in enumerate(rows.iter_rows(named=True))
    ]  # fmt: skip


def _verdict(outside: int) -> str:
    if outside > 0:
        return _("above the outer limit: ask what this customer needs to know before confirming")
    if outside < 0:
        return _("below the outer limit: something to learn from")
    return _("inside the limits for this mix of orders: no signal about the customer")


def _title(made: RatioFunnel) -> str:
    high, low = int((made.outside > 0).sum()), int((made.outside < 0).sum())
    if not high and not low:
        return _("No customer's orders change more than chance explains: {n} compared").format(n=count(made.rate.size))
    return ngettext(
        "{high} of {n} customers changes above the outer limit, {low} below it",
        "{high} of {n} customers change above the outer limit, {low} below it",
        high,
    ).format(high=count(high), n=count(made.rate.size), low=count(low))
