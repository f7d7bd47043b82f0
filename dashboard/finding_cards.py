"""The findings of a selection one by one, each with its whole sentence: to be read on the page, not only in an export."""

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.defect_bars import Bars
from dashboard.theme import compact
from dashboard.words import _, count, named, ngettext, plain
from pipelines.read.filters import Filters

A_PAGE = 8
"""Findings told at a time."""
LISTED = 400


def findings_card(filters: Filters, bars: Bars, part: str, severity: str) -> None:
    """All open findings of the chosen bar, or of all bars, some at a time."""
    total = int(sum(row["findings"] for row in bars.rows.to_dicts() if part in ("", row["part"])))
    rows = data.query("finding_list", filters, by=bars.by, part=part, severity=severity, limit=LISTED)
    words = ngettext("{n} finding in full", "{n} findings in full", total).format(n=count(total))
    title = f"{words}: {bars.names[part]}" if part else words
    order = _("what can still be stopped first, then the gravest and the largest order")
    cut = _("the first {n} of them · ").format(n=count(rows.height)) if rows.height < total else ""
    with parts.card(title, cut + order):
        pages = -(-rows.height // A_PAGE)
        page = 1
        if pages > 1:
            page = st.pagination(pages, key=f"findings_page_{bars.by}_{part}", max_visible_pages=3 if compact() else 7)
        _told(rows.slice((page - 1) * A_PAGE, A_PAGE))


def _told(rows: pl.DataFrame) -> None:
    for row in rows.iter_rows(named=True):
        line = f", {row['line_id']}" if row["line_id"] else ""
        severity = f":small[:gray[{named(row['severity']).lower()}]]"
        st.markdown(
            f"**{plain(row['order_id'])}**{plain(line)} · {data.kind_name(row['kind'])} {severity}  \n{plain(row['message'])}"
        )
