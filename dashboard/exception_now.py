"""Which exceptions are open now, of orders of any age: a state of today, which no period of entry narrows."""

import polars as pl

from dashboard import data, parts
from dashboard.charts.trend import columns
from dashboard.theme import Tokens, compact
from dashboard.words import _, count
from pipelines.read.filters import Filters


def words(open_now: pl.DataFrame) -> dict[str, str]:
    """How many exceptions are open and how many of them beyond target, as text: open, beyond."""
    return {"beyond": count(int(open_now["open_beyond_target"].sum())), "open": count(int(open_now["open"].sum()))}


def ageing(filters: Filters, open_now: pl.DataFrame, colours: Tokens) -> None:
    """Open exceptions by their age, those beyond target in red; `open_now` are the same by type."""
    aged = data.query("exception_ageing", filters)
    labels = {
        0: _("unknown"),
        1: _("under 1 d"),
        2: _("1–2 d"),
        3: _("2–5 d"),
        4: _("5–10 d"),
        5: _("10–30 d"),
        6: _("over 30 d"),
    }
    title = (
        _("None is open")
        if open_now.is_empty()
        else _("{beyond} of {open} open ones are beyond target").format(**words(open_now))
    )
    numbers = {row["bucket"]: row for row in aged.iter_rows(named=True)}
    shown = [b for b in labels if b or b in numbers]
    figure = columns(
        [labels[b] for b in shown], [numbers[b]["exceptions"] if b in numbers else 0 for b in shown],
        [numbers[b]["beyond"] if b in numbers else 0 for b in shown], colours, compact=compact(),
    )  # fmt: skip
    line = _(
        "open exceptions by their age, in elapsed days, orders of any age · :red[red and in brackets: beyond target]"
    )
    parts.chart_card(
        title, line, figure if aged.height else None, aged, "exception_ageing", title, data.sql_text("exception_ageing", filters),
        _("Every exception is resolved, or its order was cancelled."),
    )  # fmt: skip
