"""The cards of variants and of rework on the page Flow."""

from dataclasses import replace
from typing import Any

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.charts.rework import rework
from dashboard.flow_orders import choose, on_points
from dashboard.flow_words import cases, difference, rounded, short_path
from dashboard.theme import Tokens, compact
from dashboard.words import _, count, duration, percent
from models.statistics.intervals import wilson
from pipelines.read.filters import Filters

MOST = 200
SHOWN = 7


def pick_cases(filters: Filters, totals: dict[str, Any]) -> Filters:
    """Whose ways are told: the finished cases, or all. Draws the choice where some of the cases are open, and some are not."""
    if not 0 < totals["open_cases"] < totals["cases"]:
        return filters
    names = {"ended": _("Finished ways"), "all": _("Unfinished too")}
    picked = st.segmented_control(
        _("Ways"), list(names), format_func=names.__getitem__, default="ended", required=True, key="whole", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    return replace(filters, ended=picked != "all")


def read(filters: Filters) -> pl.DataFrame:
    """The variants with their activities by name, short path and difference from the most frequent one."""
    names = {row["activity_no"]: row for row in data.query("flow_names").iter_rows(named=True)}
    rows = data.query("flow_variants", filters, most=MOST)
    paths = [[str(names[number]["activity"]) for number in path] for path in rows["path"].to_list()]
    usual = paths[usual_row(rows)] if paths else []
    opened = [n > 0 and 2 * n > c for n, c in zip(rows["open_cases"], rows["cases"], strict=True)]
    return rows.with_columns(
        pl.Series("way", [short_path(path) for path in paths], dtype=pl.String),
        pl.Series(
            "differs",
            [difference(path, usual, unfinished=o) for path, o in zip(paths, opened, strict=True)],
            dtype=pl.String,
        ),
    )


def usual_row(rows: pl.DataFrame) -> int:
    """The row of the most frequent variant whose cases have mostly ended: an order that was just entered shows no way yet."""
    ended = (2 * rows["open_cases"] <= rows["cases"]).arg_true()
    return int(ended[0]) if len(ended) else 0


def variants_card(rows: pl.DataFrame, filters: Filters, total: int, totals: dict[str, Any]) -> None:
    """The variants, the most frequent first; a row leads to its orders. `totals` are of all cases, finished or not."""
    usual, process_case = rows.row(usual_row(rows), named=True), totals["process_case"]
    title = _("The usual way is taken by {share}; {n} ways in all").format(
        share=percent(usual["share"], 0), n=count(total)
    )
    line = _(
        "the most frequent first · time from first to last action, open ones left out · errors: 95 % interval · choose a row for its orders"
    )
    with st.container(border=True, gap="xsmall", height="stretch"):
        view = parts.head(title, line, "flow_variants", _("List"))
        if view == "query":
            st.code(data.sql_text("flow_variants", filters, most=MOST), language="sql")
        elif view == "rows":
            parts.table(rows.drop("path"), "flow_variants")
        else:
            _table(rows if not filters.ended else rows.drop("open_cases"), total, process_case)
            if filters.ended:
                words = _("{cases} are not finished and stand apart: they show a part of their way only.")
                parts.small(words.format(cases=cases(totals["open_cases"], process_case)))


def _table(rows: pl.DataFrame, total: int, process_case: str) -> None:
    shown = pl.DataFrame([_row(row) for row in rows.iter_rows(named=True)])
    if compact():
        shown = shown.select("cases", "so_far", "differs", "p50", "errors")
    st.dataframe(
        shown, hide_index=True, row_height=parts.ROW_HEIGHT, placeholder="–",
        height=parts.tall(min(SHOWN, shown.height)), on_select=lambda: _picked(rows), selection_mode="single-row",
        key="ways", alt=_("Variants, the most frequent first"), column_config={
            "cases": st.column_config.NumberColumn(_("Lines") if process_case == "line" else _("Orders"), format="localized", width=70),
            "share": st.column_config.TextColumn(_("Share"), width=65),
            "so_far": st.column_config.TextColumn(_("So far"), width=65),
            "differs": st.column_config.TextColumn(_("Against the usual way"), width=290),
            "p50": st.column_config.TextColumn(_("Median"), width=65), "p90": st.column_config.TextColumn("90 %", width=65),
            "errors": st.column_config.TextColumn(_("With an error"), width=130),
            "open": st.column_config.NumberColumn(_("Open"), format="localized", width=60),
            "way": st.column_config.TextColumn(_("Activities"), width=1200),
        },
    )  # fmt: skip
    words = _("{n} of {all} ways in view").format(n=count(min(SHOWN, shown.height)), all=count(total))
    if total > shown.height:
        words += _("; the list holds the {n} most frequent").format(n=count(shown.height))
    parts.small(words)


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "cases": row["cases"],
        "share": percent(row["share"], 1),
        "so_far": percent(row["share_so_far"], 1),
        "differs": row["differs"],
        "p50": duration(row["p50"]),
        "p90": duration(row["p90"]),
        "errors": _rate(row["errors"], row["known"]),
        **({"open": row["open_cases"]} if "open_cases" in row else {}),
        "way": row["way"],
    }


def _rate(errors: int, known: int) -> str:
    interval = wilson(errors, known) if known else None
    if interval is None:
        return "–"
    return f"{percent(errors / known)} ({100 * interval.low:.1f}–{100 * interval.high:.1f})"


def _picked(rows: pl.DataFrame) -> None:
    chosen = st.session_state["ways"].selection.rows
    if chosen:
        choose(("variant", str(rows["variant_no"][int(chosen[0])])))


def rework_card(filters: Filters, with_repeats: int, total: int, process_case: str, colours: Tokens) -> None:
    """What is done again, split into the same user and another one."""
    rows = data.query("flow_rework", filters)
    by = (
        rows.group_by("to_activity")
        .agg(pl.col("n", "repeats", "redos", "unknown").sum())
        .sort("n", "to_activity", descending=[True, False])
    )
    title = _("{share} do a step again: {cases}").format(
        share=rounded(with_repeats / total), cases=cases(with_repeats, process_case)
    )
    if not with_repeats:
        title = _("None does a step again")
    key = "flow_rework"
    parts.chart_card(
        title, _("actions · dark: same user (repeat) · light: another (redo) · hollow: cannot tell"),
        rework(by.head(SHOWN).to_dicts(), colours) if rows.height else None, rows, key, title, data.sql_text(key, filters),
        _("No order of this selection did a step again."), on_select=on_points(key, "again"), selection_mode="points",
    )  # fmt: skip
