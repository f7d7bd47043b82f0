"""What each line of defence stops, and what came in and was closed, week by week."""

from datetime import timedelta

import polars as pl

from dashboard import data, parts
from dashboard.charts.defects import lines_of_defence, opened_and_closed
from dashboard.happenings import marked
from dashboard.theme import Tokens
from dashboard.words import _, count, ngettext, percent
from pipelines.read.filters import Filters

_LINES = ("escape_rate_entry", "escape_rate_process", "escape_rate_monitoring")


def lines_card(filters: Filters, colours: Tokens) -> None:
    """Of the errors that reached each line of defence: what it stopped and what it passed on."""
    titles = (_("1  Entry checks"), _("2  Process controls"), _("3  Monitoring"))
    told = [
        (title, int(v.denominator) - int(v.numerator or 0), int(v.numerator or 0))
        for title, v in zip(titles, data.kpis(_LINES, filters), strict=True)
        if v.denominator
    ]
    rows = pl.DataFrame(
        [{"title": title, "stopped": stopped, "passed": passed} for title, stopped, passed in told],
        schema={"title": pl.String, "stopped": pl.Int64, "passed": pl.Int64},
    )
    words = [f"{title.split('  ')[1].lower()} {percent(s / (s + p), 0)}" for title, s, p in told]
    queries = ";\n\n".join(data.kpi_sql(name, filters).strip() for name in _LINES)
    heading = _("Stopped: {words}").format(words=", ".join(words)) if told else _("What each line of defence stops")
    parts.chart_card(
        heading, _("of the errors that reached each line · :green[**stopped**] and :red[**passed on**]"),
        lines_of_defence(told, colours) if told else None, rows, "lines_of_defence", heading, queries,
        _("Of no error it is known where it came in and where it was noticed."),
    )  # fmt: skip


def weeks_card(filters: Filters, severity: str, colours: Tokens) -> None:
    """Findings that came in and that were closed, a week each."""
    rows = data.query("defect_weeks", filters, severity=severity)
    if rows.is_empty():
        parts.chart_card(_("Findings by week"), _("came in and closed"), None, rows, "defect_weeks", "")
        return
    filling = rows.filter(~pl.col("is_mature"))["week"].to_list()
    end = rows["week"].to_list()[-1] + timedelta(days=7)
    heading = _course_words(int(rows["came_in"].sum()), int(rows["closed"].sum()))
    figure = opened_and_closed(
        rows["week"].to_list(), rows["came_in"].to_list(), rows["closed"].to_list(), filling[0] if filling else None, end, colours
    )  # fmt: skip
    line = _("findings a week · :red[**came in**] upwards, by when the wrong value did · :green[**closed**] downwards")
    line += marked(figure, rows["week"].to_list()[0], end, colours)
    parts.chart_card(
        heading, line, figure, rows, "defect_weeks", heading, data.sql_text("defect_weeks", filters, severity=severity),
    )  # fmt: skip


def _course_words(came_in: int, closed: int) -> str:
    """'103 findings came in, 12 of them are closed'."""
    told = ngettext("{n} finding came in", "{n} findings came in", came_in).format(n=count(came_in))
    if not closed:
        return _("{findings}, none is closed yet").format(findings=told)
    return ngettext("{findings}, {m} of them is closed", "{findings}, {m} of them are closed", closed).format(
        findings=told, m=count(closed)
    )
