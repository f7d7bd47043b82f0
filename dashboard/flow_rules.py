"""The card of constraints on the page Flow: what the way of an order is held against, how often it is broken, and by which action."""

from typing import Any

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.flow_orders import choose
from dashboard.flow_words import cases
from dashboard.theme import compact
from dashboard.words import _, count, ngettext, percent
from pipelines.read.filters import Filters

SHOWN = 9


def rules_card(filters: Filters, process_case: str) -> None:
    """The constraints that were broken, those that the company laid down first; a row leads to its orders."""
    rows = data.query("flow_conformance", filters)
    broken = rows.filter(pl.col("violated") > 0)
    line = _(
        "usual: what at least 98 % keep · nothing that is still to come on an open or cancelled order is held against it · choose a row"
    )
    with st.container(border=True, gap="xsmall", height="stretch"):
        view = parts.head(_title(rows, broken), line, "flow_conformance" if rows.height else None, _("List"))
        if rows.is_empty():
            st.markdown(_("The process lays nothing down, and too few ended orders show what is usual."))
        elif view == "query":
            st.code(data.sql_text("flow_conformance", filters), language="sql")
        elif view == "rows":
            parts.table(rows, "flow_conformance")
        elif broken.height:
            _table(broken, process_case)
        if broken.height:
            kept = rows.height - broken.height
            parts.small(ngettext("{n} more is kept by all", "{n} more are kept by all", kept).format(n=count(kept)))


def _title(rows: pl.DataFrame, broken: pl.DataFrame) -> str:
    if rows.is_empty():
        return _("What the way is held against")
    laid_down = broken.filter(pl.col("is_configured"))
    if broken.is_empty():
        return _("All {n} process rules are kept").format(n=count(rows.height))
    first = (laid_down if laid_down.height else broken).row(0, named=True)
    what = _("of those laid down") if first["is_configured"] else _("of what is usual")
    return _("{n} of {all} process rules are broken, {what} most often: {sentence}").format(
        n=count(broken.height), all=count(rows.height), what=what, sentence=sentence(first)
    )


def sentence(row: dict[str, Any]) -> str:
    """A constraint in words."""
    words = {
        "response": _("after {one} follows {other}"),
        "precedence": _("before {other} comes {one}"),
        "chain_response": _("right after {one} comes {other}"),
        "chain_precedence": _("right before {other} comes {one}"),
        "existence": _("{one} is done"),
        "exactly_one": _("{one} is done exactly once"),
        "at_most_once": _("{one} is done at most once"),
        "four_eyes": _("{one} and {other} are done by two people"),
    }[row["template"]]
    return words.format(one=row["first_title"], other=row["second_title"])


def _table(broken: pl.DataFrame, process_case: str) -> None:
    shown = pl.DataFrame([_row(row, process_case) for row in broken.iter_rows(named=True)])
    if compact():
        shown = shown.select("sentence", "share", "cases")
    st.dataframe(
        shown, hide_index=True, row_height=parts.ROW_HEIGHT, height=parts.tall(min(SHOWN, shown.height)),
        on_select=lambda: _picked(broken), selection_mode="single-row", key="constraints", alt=_("Process rules that were broken"),
        column_config={
            "sentence": st.column_config.TextColumn(_("Process rule"), width=200 if compact() else 520),
            "source": st.column_config.TextColumn(_("Why"), width=80),
            "activations": st.column_config.NumberColumn(_("Came into play"), format="localized", width=100),
            "violated": st.column_config.NumberColumn(_("Broken"), format="localized", width=75),
            "share": st.column_config.TextColumn(_("Share"), width=75), "cases": st.column_config.TextColumn(_("On"), width=110),
        },
    )  # fmt: skip


def _row(row: dict[str, Any], process_case: str) -> dict[str, Any]:
    told = sentence(row)
    return {
        "sentence": told[:1].upper() + told[1:],
        "source": _("laid down") if row["is_configured"] else _("usual"),
        "activations": row["activations"],
        "violated": row["violated"],
        "share": percent(row["share"], 1 if row["share"] >= 0.001 else 2),  # noqa: PLR2004 - 0.03 % is not 0.0 %
        "cases": cases(row["cases"], process_case),
    }


def _picked(broken: pl.DataFrame) -> None:
    selected = st.session_state["constraints"].selection.rows
    if selected:
        row = broken.row(int(selected[0]), named=True)
        choose(("constraint", str(row["constraint_no"]), sentence(row)))
