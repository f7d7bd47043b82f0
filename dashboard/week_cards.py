"""Exceptions and changes week by week, with what happened meanwhile."""

from collections.abc import Sequence

import polars as pl

from dashboard import data, parts
from dashboard.charts.changes import split_weeks
from dashboard.happenings import marked
from dashboard.theme import Tokens
from dashboard.words import _
from pipelines.read.filters import Filters


def exceptions(filters: Filters, colours: Tokens) -> None:
    """Exceptions by week: resolved within target, beyond it, not decided."""
    kinds = {
        "within": (_("resolved within target"), colours.exception),
        "beyond": (_("beyond target"), colours.error),
        "undecided": (_("not decided: open within target, or of an unknown beginning"), colours.neutral),
    }
    rows = data.query("exception_weeks", filters)
    title = _("Exceptions a week, on average: {n}").format(n=_a_week(rows, list(kinds)))
    line = _(
        "exceptions by the week in which they were raised, or resolved where the beginning is unknown · "
        ":orange[within target], :red[beyond], :gray[not decided]"
    )
    _card(rows, "exception_weeks", kinds, title, line, filters, colours)


def changes(filters: Filters, colours: Tokens) -> None:
    """Changes by week: wanted by the customer, internal, cannot tell."""
    kinds = {
        "customer": (_("wanted by the customer"), colours.working),
        "internal": (_("internal"), colours.ink),
        "unknown": (_("cannot tell"), colours.neutral),
    }
    rows = data.query("change_weeks", filters)
    title = _("Changes a week, on average: {n}").format(n=_a_week(rows, list(kinds)))
    line = _("changes by the week in which they were made · :blue[customer], **internal**, :gray[cannot tell]")
    _card(rows, "change_weeks", kinds, title, line, filters, colours)


def _a_week(rows: pl.DataFrame, columns: Sequence[str]) -> str:
    """The mean of the weeks' sums from the first to the last of them; a dash without a week."""
    return f"{rows.select(pl.sum_horizontal(*columns).mean()).item():,.1f}" if rows.height else "–"


def _card(
    rows: pl.DataFrame,
    query: str,
    kinds: dict[str, tuple[str, str]],
    title: str,
    line: str,
    filters: Filters,
    colours: Tokens,
) -> None:
    """Columns of a week, split by `kinds` (column -> name and colour)."""
    weeks, figure = rows["week"].to_list(), None
    if weeks:
        names, inks = zip(*kinds.values(), strict=True)
        figure = split_weeks(weeks, [rows[column].to_list() for column in kinds], names, inks, colours)
        line += marked(figure, weeks[0], weeks[-1], colours)
    parts.chart_card(title, line, figure, rows, query, title, data.sql_text(query, filters))
