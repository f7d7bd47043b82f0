"""Who resolves exceptions: a funnel with limits, a least volume and the types taken out; never a league table."""

import polars as pl

from dashboard import data, parts
from dashboard.charts.funnel import FEWEST, funnel_plot, verdict
from dashboard.theme import Tokens, compact
from dashboard.words import _, count, percent
from models.statistics.funnel import Funnel, standardised_funnel
from pipelines.read.filters import Filters

LEAST = 30
"""Users who resolved fewer are not compared."""


def card(filters: Filters, colours: Tokens) -> None:
    """Share resolved later than the target by user, against the limits for the user's number of exceptions."""
    rows = data.query("exception_resolvers", filters, least=LEAST)
    made = compared(rows)
    line = _(
        "exceptions resolved later than their target, in % of those that a user resolved, types equalled out · limits 95 % and 99.8 %"
    )
    if made is None:
        with parts.card(_("Too few users with {n} resolved exceptions each to compare").format(n=LEAST), line):
            parts.small(_not_compared(rows))
            return
    hovers = [
        _hover(row, float(made.rate[i]), int(made.outside[i])) for i, row in enumerate(rows.iter_rows(named=True))
    ]
    sizes = _("exceptions resolved, weighed by type")
    fig = funnel_plot(made, rows["user_id"].to_list(), hovers, sizes, colours, compact=compact())
    title = _title(made, rows)
    parts.chart_card(
        title, line, fig, rows, "exception_resolvers", title, data.sql_text("exception_resolvers", filters, least=LEAST)
    )


def _not_compared(rows: pl.DataFrame) -> str:
    """Why no funnel is drawn."""
    if rows.height >= FEWEST:
        return _("Nobody resolved anything later than its target.")
    return _(
        "It takes {users} users who resolved {n} each, with the beginning known: what has none is counted, not timed."
    ).format(users=FEWEST, n=LEAST)


def compared(rows: pl.DataFrame) -> Funnel | None:
    """The funnel of users with the mix of types taken out; None where fewer than three can be compared or nothing was late."""
    if rows.height < FEWEST or not rows["late"].sum():
        return None
    return standardised_funnel(rows["late"].to_numpy(), rows["expected"].to_numpy(), rows["exceptions"].to_numpy())


def _hover(row: dict[str, object], rate: float, outside: int) -> str:
    return _(
        "<b>{name}</b><br>{rate} late with everybody's types<br>{late} late of {all} resolved<br>{verdict}"
    ).format(
        name=row["user_id"],
        rate=percent(rate),
        late=count(row["late"]),
        all=count(row["exceptions"]),
        verdict=verdict(outside),
    )


def _title(made: Funnel, rows: pl.DataFrame) -> str:
    high, low = int((made.outside > 0).sum()), int((made.outside < 0).sum())
    if not high and not low:
        return _("No user resolves later than chance explains: {n} compared").format(n=count(rows.height))
    return _("{high} of {n} users resolve late above the outer limit, {low} below it").format(
        high=count(high), n=count(rows.height), low=count(low)
    )
