"""The list of risky orders: which of them it holds, its columns, and the order that is selected."""

from typing import Any

import polars as pl
import streamlit as st

from dashboard import parts
from dashboard.columns import column_configs
from dashboard.costs import unit
from dashboard.theme import compact
from dashboard.words import _, count, ngettext

LISTED = 1000
ROWS_IN_VIEW = 8
_ROW, _TALL_ROW = 62, 134
"""Pixels of a row on a desk and on a phone: from 61 on a table breaks its texts into lines."""
_HEADER = 36


def looked_at(every: pl.DataFrame) -> pl.DataFrame:
    """The orders of the list, of all that are scored (rows of the export `risk`): those that can still be put right, or all.

    Draws the choice where there is one; all stand by their rank.
    """
    right = every.filter(pl.col("can_be_put_right"))
    if right.is_empty() or right.height == every.height:
        return every.sort("rank")
    names = {"right": _("Can still be put right"), "all": _("All open")}
    picked = st.segmented_control(
        _("Orders"), list(names), format_func=names.__getitem__, default="right", required=True, key="risky", bind="query-params",
        help=_("An order can still be put right while nothing of it has been shipped and it is not cancelled."),
    )  # fmt: skip
    return every.sort("rank") if picked == "all" else right


def orders_named(rows: pl.DataFrame) -> str:
    """What the orders of the list are: '112 orders that can still be put right', '535 open orders (112 of them can ...)'."""
    right = int(rows["can_be_put_right"].sum() or 0)
    if right == rows.height:
        return ngettext(
            "{n} order that can still be put right", "{n} orders that can still be put right", right
        ).format(n=count(right))
    told = ngettext("{n} open order", "{n} open orders", rows.height).format(n=count(rows.height))
    if rows["can_be_put_right"].null_count() == rows.height:
        return told
    return _("{orders} ({right} of them can still be put right)").format(
        orders=told, right=count(right) if right else _("none")
    )


def of_the_others(rows: pl.DataFrame, every: pl.DataFrame) -> str:
    """How many open orders are not in the list, and why; or that it cannot be told which can be put right."""
    if every["can_be_put_right"].null_count() == every.height:
        return _(
            "Which of them have been shipped is not in the data; provide `deliveries` to see what can still be put right."
        )
    others = (every.height - rows.height) and int((~every["can_be_put_right"]).sum())
    return (
        ngettext(
            "{n} more open order has been shipped, wholly or in part.",
            "{n} more open orders have been shipped, wholly or in part.",
            others,
        ).format(n=count(others))
        if others
        else ""
    )


def order_list(rows: pl.DataFrame, capacity: int, *, is_trained: bool) -> int:
    """The card with the list; returns which row is selected."""
    shown = _narrow(rows.head(LISTED)) if compact() else rows.head(LISTED)
    shown = parts.filled(shown.select(_columns(is_trained=is_trained)))
    if is_trained:
        shown = shown.with_columns(pl.col("p_error") * 100)
    what = _("by the loss to expect") if is_trained else _("by how unusual they are")
    title = _("{orders}, {what}").format(orders=orders_named(rows), what=what)
    line = _("the first {k} are one day's review · select one to see why").format(k=count(capacity))
    height = _TALL_ROW if compact() else _ROW
    in_view = min(rows.height, ROWS_IN_VIEW)
    with parts.card(title, line):
        chosen = st.dataframe(
            shown, hide_index=True, height=height * in_view + _HEADER, row_height=height, placeholder="–",
            on_select="rerun", selection_mode="single-row", key=f"risk_table_{rows.height}", alt=title,
            selection_default={"selection": {"rows": [0], "columns": [], "cells": []}}, column_config=_configs(shown),
        )  # fmt: skip
    selected = chosen.selection.rows if chosen and chosen.selection.rows else [0]
    return int(selected[0])


def _columns(*, is_trained: bool) -> list[str]:
    deciding = ["p_error", "expected_loss"] if is_trained else ["novelty", "net_amount"]
    if compact():
        return ["order_id", deciding[0], "about"]
    return ["order_id", "customer_name", "stage_title", *deciding, "reason_1"]


def _narrow(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with customer, stage and first reason in one text, which breaks into lines where it is narrow."""
    return rows.with_columns(
        pl.concat_str("customer_name", "stage_title", "reason_1", separator=" · ", ignore_nulls=True).alias("about")
    )


def _configs(shown: pl.DataFrame) -> dict[str, Any]:
    made = column_configs(shown.columns)
    text = st.column_config.TextColumn
    made["order_id"] = text(_("Order"), width=100 if compact() else 104)
    made["customer_name"] = text(_("Customer"), width=138)
    made["stage_title"] = text(_("Stage"), width=92)
    made["reason_1"] = text(_("First reason"), width=258)
    made["about"] = text(_("Customer, stage, first reason"), width=134)
    if "novelty" in shown.columns:
        made["novelty"] = st.column_config.NumberColumn(
            _("Unusual"),
            format="%.2f",
            width=54 if compact() else 80,
            help=_("0.99: more unusual than 99 in 100 earlier orders"),
        )
    if "p_error" in shown.columns and compact():
        made["p_error"] = st.column_config.NumberColumn(_("Risk"), format="%.0f %%", width=52)
    elif "p_error" in shown.columns:
        top = max(1.0, float(shown["p_error"].max() or 1.0))  # type: ignore[arg-type]
        made["p_error"] = st.column_config.ProgressColumn(
            _("Risk of error"), format="%.0f %%", min_value=0, max_value=top, color="red", width=110
        )
        made["expected_loss"] = st.column_config.NumberColumn(
            _("Loss, {unit}").format(unit=unit()), format="%.0f", width=80, help=_("The loss to expect")
        )
    return made
