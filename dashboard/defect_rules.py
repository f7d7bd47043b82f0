"""What each rule is worth, what is said about the source and its masters, and what was accepted."""

from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.costs import unit
from dashboard.theme import compact
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
        "findings on the selected orders · right: of the findings that were judged or proved, how many were errors (95 % interval)"
    )
    with parts.card(title, line):
        if used.is_empty():
            st.markdown(_("None of them has an open finding here."))
            return
        shown = used.with_columns(
            pl.struct("confirmed", "judged").map_elements(_right, return_dtype=pl.String).alias("right"),
            (pl.col("minutes") * 60).alias("seconds"),
        ).select(
            "title", "line_of_defence", "open", "right", "before_shipment", "saw", "would_have_seen", "missed", "beyond_entry",
            "seconds", "rule",
        )  # fmt: skip
        parts.table(shown.select("title", "open", "right") if compact() else shown, "rule_worth", _columns())
        parts.small(
            ngettext(
                "{n} more rule found nothing and missed nothing",
                "{n} more rules found nothing and missed nothing",
                silent,
            ).format(n=count(silent))
        )


def _columns() -> dict[str, Any]:
    """The columns of the table of rules, each with what it counts."""
    number = partial(st.column_config.NumberColumn, format="localized")
    helps = {
        "line": _("Line of defence: 1 entry checks, 2 process controls, 3 monitoring"),
        "right": _("Of the findings that a reviewer judged or an error proved: how many were errors, with the 95 % interval"),
        "before": _("Errors that the rule shows before the goods leave"),
        "saw": _("Errors that the rule named before anybody else noticed them"),
        "would": _("Errors that were corrected before the first run; the rule finds them in the order as it was entered"),
        "missed": _("Errors of the rule's kind that it does not see"),
        "cost": _("What these errors cost beyond the cost of one that is noticed at entry"),
    }  # fmt: skip
    return {
        "title": st.column_config.TextColumn(_("Rule"), width=150 if compact() else 300),
        "line_of_defence": number(_("Line"), width=50, help=helps["line"]),
        "open": number(_("Open"), width=60),
        "right": st.column_config.TextColumn(_("Right"), width=150, help=helps["right"]),
        "before_shipment": number(_("Before shipping"), width=110, help=helps["before"]),
        "saw": number(_("Saw"), width=60, help=helps["saw"]),
        "would_have_seen": number(_("Would have seen"), width=120, help=helps["would"]),
        "missed": number(_("Missed"), width=70, help=helps["missed"]),
        "beyond_entry": number(_("Cost, {unit}").format(unit=unit()), format="%.0f", width=100, help=helps["cost"]),
        "seconds": number(_("Run time, s"), format="%.1f", width=90),
    }


def _worth_words(rows: pl.DataFrame, earned: int) -> str:
    if not rows["judged"].sum():
        found = rows.filter(pl.col("open") > 0).height
        if not found:
            return ngettext("{n} rule looked at these orders", "{n} rules looked at these orders", rows.height).format(
                n=count(rows.height)
            )
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
        "{n} finding about the source and its master records",
        "{n} findings about the source and its master records",
        number,
    ).format(n=count(number))
    judged = int(data.query("judged_rules")["about_masters"][0])
    nothing = (
        _("No finding about the source and its master records")
        if judged
        else _("No rule fails on most of its records; no master records were given")
    )
    with parts.card(
        words if number else nothing,
        _("they say something about whole files or master records, so they count in no rate"),
    ):
        if not number:
            st.markdown(
                _("No rule fails on most of its records, and none finds anything in the master records.")
                if judged
                else _("Provide `customers`, `products`, `prices` or `users` to have them judged.")
            )
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
        shown = data.values_in_zone(rows, "observed").select(
            "title", "order_id", "observed", "accepted_by", "note", "until", "findings"
        )
        parts.table(shown, "accepted", {
            "accepted_by": st.column_config.TextColumn(_("By")), "note": st.column_config.TextColumn(_("Why")),
            "until": st.column_config.DateColumn(_("Until"), format="D MMM YYYY"),
        })  # fmt: skip
