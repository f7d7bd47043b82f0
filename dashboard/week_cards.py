"""Exceptions and changes week by week, with what happened meanwhile."""

import polars as pl

from dashboard import data, parts
from dashboard.charts.changes import split_weeks
from dashboard.happenings import marked
from dashboard.theme import Tokens
from dashboard.words import _, count
from pipelines.read.filters import Filters


def exceptions(filters: Filters, colours: Tokens) -> None:
    """Exceptions by week: resolved within target, beyond it, not decided."""
    rows = data.query("exception_weeks", filters)
    names = (_("resolved within target"), _("beyond target"), _("not decided: open within target, or of an unknown beginning"))  # fmt: skip
    average = rows.select(pl.sum_horizontal("within", "beyond", "undecided").mean()).item() if rows.height else None
    title = _("{n} exceptions a week on average").format(n=count(average))
    line = _(
        "exceptions by the week in which they were raised, or resolved where the beginning is unknown · "
        ":orange[within target], :red[beyond], :gray[not decided]"
    )
    weeks, figure = rows["week"].to_list(), None
    if weeks:
        figure = split_weeks(weeks, [rows[c].to_list() for c in ("within", "beyond", "undecided")], names,
                             (colours.exception, colours.error, colours.neutral), colours)  # fmt: skip
        line += marked(figure, weeks[0], weeks[-1], colours)
    parts.chart_card(
        title, line, figure,
        rows, "exception_weeks", title, data.sql_text("exception_weeks", filters),
    )  # fmt: skip


def changes(filters: Filters, colours: Tokens) -> None:
    """Changes by week: wanted by the customer, internal, cannot tell."""
    rows = data.query("change_weeks", filters)
    names = (_("wanted by the customer"), _("internal"), _("cannot tell"))
    average = rows.select(pl.sum_horizontal("customer", "internal", "unknown").mean()).item() if rows.height else None
    title = _("Changes a week, on average: {n}").format(n="–" if average is None else f"{average:.1f}")
    line = _("changes by the week in which they were made · :blue[customer], **internal**, :gray[cannot tell]")
    weeks, figure = rows["week"].to_list(), None
    if weeks:
        figure = split_weeks(weeks, [rows[c].to_list() for c in ("customer", "internal", "unknown")], names,
                             (colours.working, colours.ink, colours.neutral), colours)  # fmt: skip
        line += marked(figure, weeks[0], weeks[-1], colours)
    parts.chart_card(
        title, line, figure,
        rows, "change_weeks", title, data.sql_text("change_weeks", filters),
    )  # fmt: skip
