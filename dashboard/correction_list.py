"""What is to be put right: record, field, wrong and suggested value, as it is exported."""

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.theme import compact
from dashboard.words import _, count, field_named, ngettext
from pipelines.read.filters import Filters


def corrections(filters: Filters) -> None:
    """The correction list, as it is exported."""
    rows = data.export("corrections", filters)
    title = ngettext("{n} value to put right", "{n} values to put right", rows.height).format(n=count(rows.height))
    with parts.card(
        title,
        _(
            "the best suggestion for each value · what has not left yet first, then the gravest and the largest · without cancelled orders"
        ),
    ):
        if rows.is_empty():
            st.markdown(_("No open finding of this selection comes with a value to put in its place."))
            return
        columns = ["order_id", "line_id", "field", "wrong", "suggested", "confidence", "alternative"]
        columns += ["message", "file", "source_line"]
        if rows["alternative"].is_null().all():
            columns.remove("alternative")
        if compact():
            columns = ["order_id", "field", "wrong", "suggested"]
        shown = rows.with_columns(
            pl.col("confidence") * 100, pl.col("field").map_elements(field_named, pl.String)
        ).select(columns)
        parts.table(shown, "corrections", {
            "order_id": st.column_config.TextColumn(_("Order"), width=86 if compact() else 100),
            "field": st.column_config.TextColumn(_("Field"), width=76 if compact() else 130),
            "wrong": st.column_config.TextColumn(_("Wrong"), width=76 if compact() else 130),
            "suggested": st.column_config.TextColumn(_("→ Suggested"), width=84 if compact() else 130),
            "confidence": st.column_config.NumberColumn(_("Sure"), format="%.0f %%", width=70),
            "alternative": st.column_config.TextColumn(_("Or"), width=110, help=_("what another rule suggests instead")),
            "message": st.column_config.TextColumn(_("Finding"), width=340),
            "source_line": st.column_config.NumberColumn(_("In line"), format="localized", width=70),
        })  # fmt: skip
        parts.downloads(rows, "corrections", ngettext("value", "values", rows.height))
