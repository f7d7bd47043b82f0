"""Errors against workload and hour of the day: with volumes, limits and the mix taken out, and with what they do not prove."""

import polars as pl

from dashboard import data, parts
from dashboard.charts.rates import rate_hours, rate_rows
from dashboard.theme import Tokens, compact, tokens
from dashboard.words import _, count, ngettext, percent
from models.statistics.dose import Dose, dose
from models.statistics.funnel import Funnel, standardised_funnel
from pipelines.read.filters import Filters

LEAST_ORDERS = 30
"""Hours with fewer mature orders are not shown as a rate."""
FEWEST = 100
_SIGNIFICANT = 0.01


def workload_view(filters: Filters) -> None:
    """The view of workload and hour."""
    rows = data.query("workload_days", filters)
    own, team = (rows.filter(pl.col("what") == what) for what in ("user", "team"))
    hours = data.query("workload_hours", filters)
    if rows.is_empty() or int(own["orders"].sum() or 0) < FEWEST:
        parts.verdict(
            _("Whether errors go with workload cannot be told."),
            _("It takes {n} complete orders with the person who entered them named and their errors known: from order_changes, "
              "order_errors, returns or reviews.").format(n=count(FEWEST)),
        )  # fmt: skip
        return
    found = trend(own)
    parts.verdict(_verdict(own, found), _(
        "Days differ in more than the number of orders: who was on duty and which channels came in is taken out, what was in the orders is "
        "not. A difference here is a question for the team, not a cause."
    ))  # fmt: skip
    colours = tokens()
    _rows_card(own, filters, "user", _("By the user's own day"), found, colours)
    _rows_card(team, filters, "team", _("By what came in for everybody"), trend(team), colours)
    _hours_card(hours, filters, colours)


def trend(rows: pl.DataFrame) -> Dose | None:
    """The trend over the fifths, at their middle, widened by how much days differ."""
    if rows.is_empty():
        return None
    dispersion = float(rows["pearson"].sum() or 0) / max(int(rows["days"].sum()) - rows.height, 1)
    middle = (rows["least"] + rows["most"]).to_numpy() / 2
    return dose(rows["errors"].to_numpy(), rows["expected"].to_numpy(), rows["orders"].to_numpy(), middle, dispersion)


def _verdict(rows: pl.DataFrame, found: Dose | None) -> str:
    if found is None or rows.height < 2:  # noqa: PLR2004
        return _("All days are alike: nothing to compare.")
    first, last = rows.row(0, named=True), rows.row(-1, named=True)
    rates = {"low": percent(first["errors"] / first["orders"]), "high": percent(last["errors"] / last["orders"])}
    words = {
        0: _(
            "Errors do not go with workload: {high} on the busiest days of a user, {low} on the quietest, no more than chance."
        ),
        1: _("More errors on busy days: {high} on the busiest days of a user against {low} on the quietest."),
        -1: _("Fewer errors on busy days: {high} on the busiest days of a user against {low} on the quietest."),
    }
    return words[_direction(found)].format(**rates)


def _direction(found: Dose) -> int:
    """1 where the rate rises with the load, -1 where it falls, 0 where chance explains it."""
    return 0 if found.p >= _SIGNIFICANT else 1 if found.z > 0 else -1


def _rows_card(rows: pl.DataFrame, filters: Filters, what: str, name: str, found: Dose | None, colours: Tokens) -> None:
    labels = [load_words(what, row["least"], row["most"]) for row in rows.iter_rows(named=True)]
    signal = (
        _("cannot tell") if found is None else {0: _("no signal"), 1: _("rises"), -1: _("falls")}[_direction(found)]
    )
    line = _(
        "orders with an error made at entry, in % of those entered, in fifths of the days · 95 % intervals · "
        ":green[❙ expected of the same users and channels] · {n} orders"
    )
    figure = rate_rows(labels, rows["errors"].to_list(), rows["orders"].to_list(), rows["expected"].to_list(), colours)
    parts.chart_card(
        f"{name}: {signal}", line.format(n=count(rows["orders"].sum())), figure, rows.drop("what", "variance", "pearson"),
        f"workload_{what}", _("Error rate by workload: {rows}").format(rows="; ".join(labels)), data.sql_text("workload_days", filters),
    )  # fmt: skip


def load_words(what: str, least: int, most: int) -> str:
    """'1 action a day', '2 to 5 orders a day': what there was to do on the days of a fifth."""
    one = {
        "user": ngettext("{least} action a day", "{least} actions a day", least),
        "team": ngettext("{least} order a day", "{least} orders a day", least),
    }
    more = {"user": _("{least} to {most} actions a day"), "team": _("{least} to {most} orders a day")}
    return (one if least == most else more)[what].format(least=count(least), most=count(most))


def by_hour(hours: pl.DataFrame) -> tuple[pl.DataFrame, Funnel | None]:
    """The hours with enough orders, and the limits for their volumes with the mix taken out; None where nothing can be compared."""
    rows = hours.filter(pl.col("hour").is_not_null() & (pl.col("orders") >= LEAST_ORDERS))
    if rows.height < 2 or not rows["errors"].sum():  # noqa: PLR2004
        return rows, None
    return rows, standardised_funnel(rows["errors"].to_numpy(), rows["expected"].to_numpy(), rows["orders"].to_numpy())


def _hours_card(hours: pl.DataFrame, filters: Filters, colours: Tokens) -> None:
    line = _(
        "orders with an error made at entry, in % of those entered in that hour, users and channels equalled out · "
        "limits 95 % and 99.8 % for the volume · bars: orders"
    )
    without = int(hours.filter(pl.col("hour").is_null())["orders"].sum() or 0)
    dateless = ngettext("{n} order carries a day and no time", "{n} orders carry a day and no time", without).format(
        n=count(without)
    )
    rows, made = by_hour(hours)
    if made is None:
        with parts.card(_("The hour of the day cannot be compared"), line):
            parts.small(f"{dateless}." if without else _("Too few orders an hour to compare."))
        return
    few = int(hours["orders"].sum()) - without - int(rows["orders"].sum())
    notes = [dateless] if without else []
    notes += (
        [_("{n} orders of hours with fewer than {least} left out").format(n=count(few), least=LEAST_ORDERS)]
        if few
        else []
    )
    figure = rate_hours(rows["hour"].to_list(), made, rows["orders"].to_list(), colours, compact=compact())
    parts.chart_card(
        _hours_title(rows, made), " · ".join([line, *notes]), figure, hours, "workload_hours", _("Error rate by hour of entry"),
        data.sql_text("workload_hours", filters),
    )  # fmt: skip


def _hours_title(rows: pl.DataFrame, made: Funnel) -> str:
    high = [f"{hour}:00" for hour, out in zip(rows["hour"].to_list(), made.outside.tolist(), strict=True) if out > 0]
    if not high:
        return _("No hour of the day has more errors than chance explains")
    return _("More errors than the limits allow among orders entered at {hours}").format(hours=", ".join(high))
