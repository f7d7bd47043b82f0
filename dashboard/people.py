"""The card that compares users: a funnel with limits, a least volume and the case mix taken out; never a league table."""

import polars as pl

from dashboard import data, parts
from dashboard.charts.funnel import FEWEST, funnel_plot, verdict
from dashboard.theme import Tokens, compact
from dashboard.words import _, count, percent
from models.statistics.funnel import Funnel, standardised_funnel
from pipelines.read.filters import Filters

LEAST_ORDERS = 30
"""Users with fewer mature orders are not compared."""


def people_card(filters: Filters, colours: Tokens, mark: str | None = None) -> None:
    """Error rate at entry by user, against the limits for the user's number of orders; `mark` names one of them."""
    rows = data.query("user_errors", filters, least=LEAST_ORDERS)
    made = compared(rows)
    title = (
        _title(made, rows)
        if made is not None
        else _("Too few users with {n} orders each to compare").format(n=LEAST_ORDERS)
    )
    line = _(
        "orders with an error made at entry, in % of those entered, channels and order types equalled out · limits 95 % and 99.8 %"
    )
    if made is None:
        with parts.card(title, line):
            return
    parts.chart_card(
        title, line,
        funnel_plot(
            made, rows["user_id"].to_list(), hovers(made, rows), _("orders entered, weighed by channel and order type"), colours,
            compact=compact(), mark=mark,
        ),
        rows, "people", _("Users in the funnel: {title}").format(title=title), data.sql_text("user_errors", filters, least=LEAST_ORDERS),
    )  # fmt: skip


def compared(rows: pl.DataFrame) -> Funnel | None:
    """The funnel of users with their case mix taken out; None where fewer than three can be compared."""
    if rows.height < FEWEST or not rows["errors"].sum():
        return None
    return standardised_funnel(rows["errors"].to_numpy(), rows["expected"].to_numpy(), rows["orders"].to_numpy())


def hovers(made: Funnel, rows: pl.DataFrame) -> list[str]:
    """What each user's dot says."""
    words = _("<b>{name}</b><br>{rate} with everybody's case mix<br>{errors} wrong of {orders} entered<br>{verdict}")
    return [
        words.format(
            name=row["user_id"], rate=percent(float(made.rate[i])), errors=count(row["errors"]), orders=count(row["orders"]),
            verdict=verdict(int(made.outside[i])),
        )
        for i, row in enumerate(rows.iter_rows(named=True))
    ]  # fmt: skip


def _title(made: Funnel, rows: pl.DataFrame) -> str:
    high, low = int((made.outside > 0).sum()), int((made.outside < 0).sum())
    if not high and not low:
        return _("No user differs more than chance: {n} compared, all of them {rate}").format(
            n=count(rows.height), rate=percent(made.pooled)
        )
    return _("{high} of {n} users lie above the outer limit, {low} below it").format(
        high=count(high), n=count(rows.height), low=count(low)
    )
