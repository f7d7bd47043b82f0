"""What each rule is worth, what is said about the source and its masters, and what was accepted."""

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.words import _, count, ngettext, percent
from models.statistics.intervals import wilson
from pipelines.read.filters import Filters


def about_rules(filters: Filters) -> None:
    """The lower part of the page: rules, source, masters, acceptances."""
    _worth(filters)
    left, right = st.columns(2, gap="small")
    with left:
        _source()
    with right:
        _accepted()


def _worth(filters: Filters) -> None:
    rows = data.export("rules", filters)
    used = rows.filter((pl.col("open") > 0) | (pl.col("confirmed") > 0) | (pl.col("missed") > 0))
    silent = rows.height - used.height
    earned = used.filter(pl.col("confirmed") > 0).height
    title = _worth_words(rows, earned)
    line = _(
        "findings of the selected orders · right: of those judged, how many were wrong, with the 95 % interval · cost: beyond entry"
    )
    with parts.card(title, line):
        if used.is_empty():
            st.markdown(_("{n} rules ran; none found anything.").format(n=count(rows.height)))
            return
        shown = used.with_columns(
            pl.struct("confirmed", "judged").map_elements(_right, return_dtype=pl.String).alias("right"),
            (pl.col("minutes") * 60).alias("seconds"),
        ).select(
            "title", "line_of_defence", "open", "right", "before_shipment", "saw", "would_have_seen", "missed", "beyond_entry",
            "seconds", "rule",
        )  # fmt: skip
        parts.table(shown, "rule_worth", {
            "title": st.column_config.TextColumn(_("Rule"), width=300),
            "line_of_defence": st.column_config.NumberColumn(_("Line"), width=50),
            "open": st.column_config.NumberColumn(_("Open"), format="localized", width=60),
            "right": st.column_config.TextColumn(_("Right"), width=150),
            "before_shipment": st.column_config.NumberColumn(_("Before shipping"), format="localized", width=110),
            "saw": st.column_config.NumberColumn(_("Saw"), format="localized", width=60),
            "would_have_seen": st.column_config.NumberColumn(_("Would have seen"), format="localized", width=120),
            "missed": st.column_config.NumberColumn(_("Missed"), format="localized", width=70),
            "beyond_entry": st.column_config.NumberColumn(_("Cost"), format="%.0f", width=80),
            "seconds": st.column_config.NumberColumn(_("Run time, s"), format="%.1f", width=90),
        })  # fmt: skip
        parts.small(
            ngettext(
                "{n} more rule found nothing and missed nothing",
                "{n} more rules found nothing and missed nothing",
                silent,
            ).format(n=count(silent))
        )


def _worth_words(rows: pl.DataFrame, earned: int) -> str:
    if not rows["judged"].sum():
        found = rows.filter(pl.col("open") > 0).height
        return _("{n} of {all} rules found something; none of it has been judged yet").format(
            n=count(found), all=count(rows.height)
        )
    return _("{n} of {all} rules named something that turned out wrong").format(n=count(earned), all=count(rows.height))


def _right(row: dict[str, int]) -> str:
    """'92 % (77–98) of 25'."""
    interval = wilson(row["confirmed"], row["judged"]) if row["judged"] else None
    if interval is None:
        return _("not judged")
    share = percent(row["confirmed"] / row["judged"], 0)
    return f"{share} ({100 * interval.low:.0f}–{100 * interval.high:.0f}) {_('of')} {count(row['judged'])}"


def _source() -> None:
    """Rules that fail nearly everywhere, and findings on masters: neither says anything about an order."""
    rules, masters = data.query("source_findings"), data.query("master_findings")
    number = rules.height + masters.height
    words = ngettext(
        "{n} finding about the source and its masters", "{n} findings about the source and its masters", number
    ).format(n=count(number))
    with parts.card(
        words if number else _("No finding about the source and its masters"),
        _("kept in full in the ledger, shown apart from the rates"),
    ):
        if not number:
            st.markdown(_("None: no rule fails on most of its records, and the masters are clean."))
        for row in rules.iter_rows(named=True):
            share = percent(row["share"], 0)
            st.markdown(
                f"- **{row['title']}**: {count(row['failing_records'])} {_('of')} {count(row['checked'])} ({share})"
            )
        for row in masters.iter_rows(named=True):
            st.markdown(f"- **{row['title']}**: {count(row['findings'])} · {row['message']}")


def _accepted() -> None:
    rows = data.query("accepted")
    number = rows.filter(~pl.col("is_expired")).height
    words = ngettext("{n} deviation is accepted", "{n} deviations are accepted", number).format(n=count(number))
    title = words if number else _("No deviation is accepted")
    with parts.card(title, _("they do not count · as of this snapshot")):
        if rows.is_empty():
            st.markdown(_("Nothing has been accepted. A finding can be accepted above, with a reason and a last day."))
            return
        shown = rows.select("title", "order_id", "observed", "accepted_by", "note", "until", "findings")
        parts.table(shown, "accepted", {
            "accepted_by": st.column_config.TextColumn(_("By")), "note": st.column_config.TextColumn(_("Why")),
            "until": st.column_config.DateColumn(_("Until"), format="D MMM YYYY"),
        })  # fmt: skip
