"""How many orders were changed how often."""

import polars as pl

from dashboard import change_list, data, parts
from dashboard.charts.changes import Split, split_rows
from dashboard.theme import Tokens
from dashboard.words import _, count, ngettext
from pipelines.read.filters import Filters

OFTEN = 3
"""Changes from which on an order was changed often."""


def card(rows: pl.DataFrame, filters: Filters, colours: Tokens) -> None:
    """Orders by their number of recorded changes; a click on a bar opens their list."""
    bars = [
        Split(f"changes:{row['changes']}", change_list.times_words(row["changes"]), [row["orders"]], f"<b>{count(row['orders'])}</b>",
              f"<b>{count(row['orders'])}</b> {_('orders')}")
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip
    often = int(rows.filter(pl.col("changes") >= OFTEN)["orders"].sum())
    title = (
        ngettext(
            "{n} order was changed three times or more", "{n} orders were changed three times or more", often
        ).format(n=count(often))
        if often
        else _("No order was changed three times or more")
    )
    parts.chart_card(
        title, _("orders by number of recorded changes, of any field, at any time; at most {n} · click a bar for its changes").format(
            n=count(rows["most"].max() if rows.height else 0)),
        split_rows(bars, (colours.neutral,), colours, change_list.CHOICE.now()) if bars else None, rows, "change_counts", title,
        data.sql_text("change_counts", filters), on_select=lambda: change_list.CHOICE.clicked("change_counts"), selection_mode="points",
    )  # fmt: skip
