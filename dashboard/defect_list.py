"""From a bar to its orders, from an order to the record: what stands there, what is meant, who brought it in, what to decide."""

from datetime import datetime
from typing import Any

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.columns import column_configs
from dashboard.costs import unit
from dashboard.defect_bars import Bars, part_picker
from dashboard.defect_decisions import decide
from dashboard.defect_matrix import ChosenCell, let_go_of_cell, where
from dashboard.theme import compact
from dashboard.words import _, count, field_named, moment, money, named, ngettext, percent, plain
from pipelines.contract import entities
from pipelines.read import clock
from pipelines.read.filters import Filters

ROWS_IN_VIEW = 9
_SHARES = {column.name for entity in entities().values() for column in entity.columns if column.type == "ratio"}


def drill(filters: Filters, bars: Bars, part: str, cell: ChosenCell | None, severity: str) -> None:
    """The orders of the chosen bar or cell at the left, what is wrong with the selected one at the right."""
    of = "errors" if cell else bars.of
    if of == "findings":
        rows = data.query("finding_orders", filters, by=bars.by, part=part, severity=severity)
    else:
        rows = data.query("errors_of_part", filters, by=bars.by, part="" if cell else part, **where(cell))
    left, right = st.columns([1.35, 1], gap="small")
    with left:
        order = _orders(rows, of, bars, bars.names.get(part, ""), cell)
    with right:
        if order is not None:
            _order(order)


def _orders(rows: pl.DataFrame, of: str, bars: Bars, part: str, cell: ChosenCell | None) -> str | None:
    columns = ["order_id", "message", of, "cost", "net_amount", "customer_name"]
    if compact():
        columns = ["order_id", "message", of, "cost"]
    shown = parts.filled(rows.select([name for name in columns if name in rows.columns]))
    orders = ngettext("{n} order", "{n} orders", rows.height).format(n=count(rows.height))
    name = cell.name if cell else part
    title = f"{orders}: {name}" if name else orders
    first = _("what can still be stopped first, then the gravest and the largest")
    with parts.card(title, first if of == "findings" else _("the dearest first")):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            part_picker(bars)
            if cell:
                st.button(_("Let go of the field"), on_click=let_go_of_cell, key="no_cell")
        if rows.is_empty():
            st.markdown(_("No order of this selection."))
            return None
        return _table(shown, title)


def _table(shown: pl.DataFrame, title: str) -> str:
    ids = shown["order_id"].to_list()
    asked = st.query_params.get("wrong")
    first = ids.index(asked) if asked in ids else 0
    labels = column_configs(shown.columns)
    labels["order_id"] = st.column_config.TextColumn(_("Order"), width=86 if compact() else 100)
    labels["customer_name"] = st.column_config.TextColumn(_("Customer"), width=140)
    labels["message"] = st.column_config.TextColumn(_("What is wrong"), width=140 if compact() else 320)
    labels["findings"] = st.column_config.NumberColumn(_("Findings"), format="localized", width=70)
    labels["errors"] = st.column_config.NumberColumn(_("Errors"), format="localized", width=60)
    labels["cost"] = st.column_config.NumberColumn(_("Cost, {unit}").format(unit=unit()), format="%.0f", width=100)
    labels["net_amount"] = st.column_config.NumberColumn(_("Net value"), format="localized", step=0.01, width=100)
    state = st.dataframe(
        shown, hide_index=True, height=parts.tall(min(ROWS_IN_VIEW, shown.height)), row_height=parts.ROW_HEIGHT,
        placeholder="–", on_select="rerun", selection_mode="single-row", key=f"orders_{title}", alt=title, column_config=labels,
        selection_default={"selection": {"rows": [first], "columns": [], "cells": []}},
    )  # fmt: skip
    rows = state.selection.rows if state and state.selection.rows else [first]
    order = str(ids[int(rows[0])])
    if order != ids[0] or asked:
        st.query_params["wrong"] = order
    parts.small(
        _("{n} of {all} orders in view").format(n=count(min(ROWS_IN_VIEW, shown.height)), all=count(shown.height))
    )
    return order


def _order(order: str) -> None:
    head = data.query("order_head", order=order).row(0, named=True)
    findings = data.query("order_findings", order=order)
    errors = data.query("order_errors", order=order)
    amount = None if head["net_amount"] is None else money(head["net_amount"], head["currency"])
    facts = [amount, head["channel"], _("entered {at}").format(at=moment(head["entered_at"])),
             _("by {user}").format(user=head["entered_by"]) if head["entered_by"] else _("by an unknown user")]  # fmt: skip
    whose = plain(f"{order}, {head['customer_name'] or _('unknown customer')}")
    with parts.card(whose, " · ".join(plain(f) for f in facts if f)):
        for row in errors.iter_rows(named=True):
            st.markdown(f":red[●] {_error(row)}")
        if findings.is_empty():
            st.markdown(_("No rule found anything on this order as it stands."))
        else:
            _finding(order, _which(findings))
        parts.story_link(order)


def _error(row: dict[str, Any]) -> str:
    """One confirmed error in a sentence, and who saw it before."""
    places = {"customer": _("by the customer"), "monitoring": _("in monitoring")}
    where = places.get(row["found_place"] or "") or (
        data.stage_titles().get(row["found_place"] or "") or _("unknown where")
    )
    value = (
        plain(f": {row['wrong'] or _('nothing')} → {row['corrected'] or _('nothing')}")
        if row["corrected"] or row["wrong"]
        else ""
    )
    seen = {
        "saw": _("seen before by {rules}"), "would_have_seen": _("{rules} would have seen it"), "no_rule": _("seen by no rule"),
    }[row["how"] or "no_rule"].format(rules=row["rules"])  # fmt: skip
    return _("**{what}**{value}; shown by a {evidence}, {where}, {at}; {seen}.").format(
        what=data.kind_name(row["type"]), value=value, evidence=named(row["evidence"]).lower(), where=where,
        at=_at(row["found_at"]), seen=seen,
    )  # fmt: skip


def _which(findings: pl.DataFrame) -> dict[str, Any]:
    rows = {row["defect_id"]: row for row in findings.iter_rows(named=True)}
    if len(rows) == 1:
        return next(iter(rows.values()))
    picked = st.selectbox(
        ngettext("{n} finding on this order", "{n} findings on this order", len(rows)).format(n=len(rows)),
        list(rows),
        format_func=lambda key: _label(rows[key]),
        key="defect",
    )
    return rows[picked or next(iter(rows))]


def _label(row: dict[str, Any]) -> str:
    state = "" if row["resolved_at"] is None else f" ({_(row['resolution'])})"
    where = f" {row['line_id']}" if row["line_id"] else ""
    return f"{row['title'] or row['rule']}{where}{state}"


def _finding(order: str, row: dict[str, Any]) -> None:
    st.markdown(f"**{plain(row['message'])}**")
    if _is_of_a_value(row):
        _values(row)
    parts.small(_came_in(row))
    parts.small(_noticed(row))
    file = (
        _("{file}, line {line}").format(file=row["file"], line=count(row["source_line"]))
        if row["file"]
        else _("no file: derived")
    )
    parts.small(f"{named(row['severity'])} · `{row['rule']}` · {file} · `{row['defect_id']}`")
    if row["entity"] in ("orders", "order_lines") and row["field"] and _is_of_a_value(row):
        _history(order, row)
    decide(row)


def _is_of_a_value(row: dict[str, Any]) -> bool:
    """Whether a value stands in the record that another one belongs in; what was done, or not done, is told by the sentence alone."""
    return bool(row["suggested"] or (row["is_value"] and row["field"] not in (None, "order_id")))


def _values(row: dict[str, Any]) -> None:
    """What stands there and what is meant, side by side."""
    left, right = st.columns(2, gap="small", wrap=False)
    field = field_named(row["field"]) if row["field"] else _("Observed")
    observed, meant = (_told(row, value) for value in (row["observed"], row["suggested"] or row["expected"]))
    if row["field"] == "activity":
        observed, meant = (data.stage_titles().get(stage or "", stage) for stage in (observed, meant))
    left.markdown(f":small[:gray[{field}]]  \n:red[**{plain(observed or _('nothing'))}**]")
    sure = (
        f", {percent(row['confidence'], 0)} {_('sure')}" if row["confidence"] is not None and row["suggested"] else ""
    )
    word = _("→ Suggested") if row["suggested"] else _("→ Expected")
    right.markdown(f":small[:gray[{word}{sure}]]  \n**{plain(meant or _('unknown'))}**")
    if row["alternatives"]:
        parts.small(_("Another rule suggests {values}.").format(values=_told(row, row["alternatives"])))


def _told(row: dict[str, Any], value: str | None) -> str | None:
    """A value of the finding's field as people read it."""
    share = share_told(value) if row["field"] in _SHARES else None
    return share or clock.value_told(value, row["field"], data.zone())


def share_told(value: str | None) -> str | None:
    """'0.25' of a discount as '25 %'; None for what is no share."""
    try:
        share = float(value or "")
    except ValueError:
        return None
    return percent(share, 1 if round(1000 * share) % 10 else 0) if abs(share) <= 1 else None


def _came_in(row: dict[str, Any]) -> str:
    if not (row["origin_stage"] or row["origin_user"] or row["origin_at"]):
        return _("Where it came in cannot be told: the log is silent.")
    return _("Came in at {stage}, by {user}, {at}.").format(
        stage=data.stage_titles().get(row["origin_stage"] or "", named(row["origin_stage"])),
        user=row["origin_user"] or _("an unknown user"),
        at=_at(row["origin_at"]),
    )  # fmt: skip


def _at(value: datetime | None) -> str:
    """A moment of the ledger as clocks of the reporting zone show it."""
    return moment(data.in_zone(value)) if value else _("at an unknown time")


def _noticed(row: dict[str, Any]) -> str:
    if not row["found_through"]:
        return _("Nobody has noticed it yet; OrderProof saw it first on {at}.").format(at=_at(row["first_seen"]))
    return _("Noticed through a {how} by {user}, {at}, at {stage}.").format(
        how=named(row["found_through"]).lower(), user=row["found_by"] or _("an unknown user"),
        at=_at(row["found_at"]),
        stage=data.stage_titles().get(row["found_stage"] or "", _("an unknown stage")),
    )  # fmt: skip


def _history(order: str, row: dict[str, Any]) -> None:
    """The changes of this value, the one that brought it in marked; nothing where it never changed and came in otherwise."""
    rows = data.query(
        "cell_history",
        order=order,
        line=row["line_id"] or "",
        field=row["field"],
        value=clock.value_told(row["observed"], row["field"], data.zone()) or "",
    )
    culprit = pl.when((pl.col("at") == row["origin_at"]) & pl.col("who").eq_missing(pl.lit(row["origin_user"]))).then(
        pl.lit("◆")
    )
    marked = rows.with_columns(culprit.otherwise(None).alias("culprit")).select(
        "culprit", "at", "who", "old_value", "new_value", "reason"
    )
    if rows.height <= 1 and marked["culprit"].is_null().all():
        return
    labels = column_configs(marked.columns) | {
        "culprit": st.column_config.TextColumn("", width=30, help=_("the entry or change that brought the value in"))
    }
    st.dataframe(
        data.times_in_zone(marked), hide_index=True,
        height="content", row_height=parts.ROW_HEIGHT, column_config=labels, key=f"history_{row['defect_id']}",
        placeholder="–", alt=_("History of {field}; ◆ marks what brought the value in").format(field=field_named(row["field"])),
    )  # fmt: skip
    parts.small(_("history of this value · ◆ what brought it in"))
