"""Which incoming orders should we look at first?"""

import json
from typing import Any

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.charts.risk import capture_curve, contributions
from dashboard.columns import column_configs
from dashboard.costs import cost, unit
from dashboard.state import filter_bar, whole_history
from dashboard.theme import compact, tokens
from dashboard.words import MINUS, _, count, moment, money, ngettext, percent, plain
from pipelines.decisions import Decision, append, revoke

LISTED = 1000
ROWS_IN_VIEW = 12


def render() -> None:
    """Draw the page. The period is left out: an open order counts whenever it was entered."""
    filters = whole_history(filter_bar(of_period=False))
    rows = data.export("risk", filters)
    if rows.is_empty():
        parts.verdict(_("No open order is scored."))
        parts.small(
            _(
                "Open orders are scored at each run. Provide `user_actions` or a status, so that open orders can be told."
            )
        )
        return
    card = dict(data.query("risk_card").rows())
    is_trained = rows["p_error"].null_count() < rows.height
    capacity = _capacity(rows.height)
    _verdict(rows, card, capacity, is_trained=is_trained)
    _controls(rows, capacity, is_trained=is_trained)
    left, right = st.columns([2, 1], gap="small")
    with left:
        picked = _list(rows, capacity, is_trained=is_trained)
    with right:
        _detail(rows.row(min(picked, rows.height - 1), named=True), card)
    _card(card)


def _capacity(orders: int) -> int:
    chosen = st.session_state.get("capacity") or int(data.query("targets")["review_capacity"][0])
    return max(1, min(int(chosen), orders))


def _controls(rows: pl.DataFrame, capacity: int, *, is_trained: bool) -> None:
    left, middle, right = st.columns([1.1, 1.5, 1.3], gap="medium", vertical_alignment="bottom")
    if rows.height > 1:
        left.slider(
            _("Review capacity, orders a day"), 1, min(rows.height, 200), capacity, key="capacity", bind="query-params"
        )
    if is_trained:
        with middle:
            share = _caught(rows, capacity)
            parts.show(
                capture_curve(rows["p_error"].fill_null(0).sort(descending=True).to_list(), rows["p_error"].fill_null(0).to_list(), capacity, tokens()),
                "capture", _("The first {n} orders hold {share} of the errors to expect").format(n=capacity, share=percent(share, 0)),
            )  # fmt: skip
    with right:
        parts.downloads(rows.head(capacity), "risk", ngettext("order", "orders", capacity))


def _caught(rows: pl.DataFrame, capacity: int) -> float:
    total = float(rows["p_error"].sum())
    return float(rows.head(capacity)["p_error"].sum()) / total if total else 0.0


def _verdict(rows: pl.DataFrame, card: dict[str, str], capacity: int, *, is_trained: bool) -> None:
    top = rows.head(capacity)
    if not is_trained:
        why = (
            card.get("why_novelty_only")
            or card.get("why")
            or _("too few complete orders with known errors to train a model")
        )
        parts.verdict(
            _("{n} open orders, the most unusual first.").format(n=count(rows.height)),
            _("No probability is shown: {why}.").format(why=str(why).rstrip(".")),
        )
        return
    parts.verdict(
        _("Checking {k} of {n} open orders should catch {e} of {all} expected errors.").format(
            k=count(top.height), n=count(rows.height), e=f"{float(top['p_error'].sum()):.1f}", all=f"{float(rows['p_error'].sum()):.1f}"
        ),
        _("That is {share} of the errors; {k} orders picked at random would catch {random}. Sorted by the loss to expect, {loss} in these.").format(
            share=percent(_caught(rows, capacity), 0), k=count(top.height), random=percent(top.height / rows.height, 0),
            loss=cost(float(top["expected_loss"].sum() or 0)),
        ),
    )  # fmt: skip


def _list(rows: pl.DataFrame, capacity: int, *, is_trained: bool) -> int:
    deciding = ["p_error", "expected_loss"] if is_trained else ["novelty", "net_amount"]
    columns = ["order_id", *deciding] if compact() else ["order_id", "customer_name", *deciding, "reason_1"]
    shown = parts.filled(rows.head(LISTED).select(columns))
    if is_trained:
        shown = shown.with_columns(pl.col("p_error") * 100)
    what = _("by the loss to expect") if is_trained else _("by how unusual they are")
    title = _("{n} open orders {what}").format(n=count(rows.height), what=what)
    line = _("the first {k} are one day's review · select one to see why").format(k=count(capacity))
    with parts.card(title, line):
        chosen = st.dataframe(
            shown, hide_index=True, height=parts.tall(ROWS_IN_VIEW), row_height=parts.ROW_HEIGHT, placeholder="–",
            on_select="rerun", selection_mode="single-row", key="risk_table", alt=title,
            selection_default={"selection": {"rows": [0], "columns": [], "cells": []}}, column_config=_configs(shown),
        )  # fmt: skip
    selected = chosen.selection.rows if chosen and chosen.selection.rows else [0]
    return int(selected[0])


def _configs(shown: pl.DataFrame) -> dict[str, Any]:
    made = column_configs(shown.columns)
    made["order_id"] = st.column_config.TextColumn(_("Order"), width=92 if compact() else 110)
    made["customer_name"] = st.column_config.TextColumn(_("Customer"), width=170)
    made["reason_1"] = st.column_config.TextColumn(_("First reason"), width=330)
    if "novelty" in shown.columns:
        made["novelty"] = st.column_config.NumberColumn(
            _("Unusual"), format="%.2f", width=80, help=_("0.99: more unusual than 99 in 100 earlier orders")
        )
    if "p_error" in shown.columns:
        top = max(1.0, float(shown["p_error"].max() or 1.0))  # type: ignore[arg-type]
        made["p_error"] = st.column_config.ProgressColumn(
            _("Risk of error"),
            format="%.0f %%",
            min_value=0,
            max_value=top,
            color="red",
            width=100 if compact() else 140,
        )
        made["expected_loss"] = st.column_config.NumberColumn(
            _("Exp. loss, {unit}").format(unit=unit()), format="%.0f", width=84 if compact() else 110
        )
    return made


def _detail(row: dict[str, Any], card: dict[str, str]) -> None:
    amount = None if row["net_amount"] is None else money(row["net_amount"], row["currency"])
    facts = [amount, row["channel"], _("entered {at}").format(at=moment(row["ordered_at"])),
             _("by {user}").format(user=row["entered_by"]) if row["entered_by"] else _("by an unknown user")]  # fmt: skip
    with parts.card(
        plain(f"{row['order_id']}, {row['customer_name'] or _('unknown customer')}"), " · ".join(f for f in facts if f)
    ):
        if row["p_error"] is not None:
            _measures(row, card)
        _reasons(row)
        parts.story_link(row["order_id"])
        _decide(row["order_id"])


def _measures(row: dict[str, Any], card: dict[str, str]) -> None:
    left, right = st.columns(2, wrap=False)
    base = float(card.get("base_rate") or 0)
    left.metric(_("Risk of error"), percent(row["p_error"], 0))
    right.metric(_("Expected loss"), cost(row["expected_loss"]))
    if base:
        left.markdown(parts.pill(_("{n} × the average").format(n=f"{row['p_error'] / base:.1f}"), "gray"))
    if row["p_error"]:
        right.markdown(
            parts.pill(_("if wrong: {cost}").format(cost=cost(row["expected_loss"] / row["p_error"])), "gray")
        )


def _reasons(row: dict[str, Any]) -> None:
    told = [(row[f"reason_{n}"], row[f"contribution_{n}"]) for n in (1, 2, 3) if row[f"reason_{n}"]]
    if row["p_error"] is None or any(points is None for _reason, points in told):
        parts.small(_("What makes it unusual") if told else _("Nothing about it stands out by itself."))
        for reason, _points in told:
            st.markdown(f"- {plain(reason)}")
        return
    st.markdown(
        f":small[:gray[{_('What')} :red[**{_('raises')}**] {_('and')} :green[**{_('lowers')}**] {_('the risk, in points')}]]"
    )
    alt = "; ".join(f"{reason}: {points:+.1f}" for reason, points in told)
    parts.show(contributions([(str(r), float(p)) for r, p in told], tokens()), "contributions", alt, static=True)


def _decide(order_id: str) -> None:
    key = data.query("order_head", order=order_id)["order_key"][0]
    standing = [d for d in data.decisions() if d.kind == "review" and d.subject_key == key]
    if standing:
        words = _("confirmed error") if standing[-1].verdict == "confirmed" else _("looks right")
        st.markdown(
            _("Reviewed: **{words}**, {at}. The next run counts it.").format(
                words=words, at=moment(data.in_zone(standing[-1].at))
            )
        )
        if st.button(_("Undo"), key="undo_review"):
            revoke(data.home(), standing[-1].id)
            st.rerun()
        return
    with st.container(horizontal=True):
        for verdict, words in (("confirmed", _("Confirmed error")), ("rejected", _("Looks right"))):
            if st.button(f"**{words}**", key=f"review_{verdict}"):
                append(data.home(), Decision("review", "order", key, verdict, payload={"snapshot": data.snapshot().id}))
                st.rerun()


def _card(card: dict[str, str]) -> None:
    if card.get("kind") != "trained":
        with parts.card(_("How orders are ranked"), _("no model has been trained")):
            st.markdown(
                card.get("why")
                or _(
                    "Orders are ranked by how unusual they are beside earlier ones; that says nothing about right and wrong."
                )
            )
        return
    caught = float(card["recall_at_top_tenth"])
    title = _("In the test, the riskiest tenth of the orders held {share} of the errors").format(
        share=percent(caught, 0)
    )
    with parts.card(title, _("measured on orders that came after the ones the model learned from, with a gap between")):
        facts = [
            (_("Share of the errors that the riskiest tenth holds"), _range(card, "recall_at_top_tenth", 2), "0.10"),
            (_("Of a wrong and a right order, how often the wrong one has the higher risk (AUC)"), _range(card, "auc", 3), "0.5"),
            (_("Share of wrong orders among those flagged, over all lengths of the list (average precision)"),
             _range(card, "average_precision", 3), f"{float(card['base_rate']):.3f}"),
            (_("How much nearer to the truth than the average rate the probabilities are (Brier skill)"), _range(card, "brier_skill", 3), "0"),
        ]  # fmt: skip
        rows = pl.DataFrame(facts, schema=["measure", "value", "random"], orient="row")
        labels: dict[str, Any] = {
            "measure": st.column_config.TextColumn(_("Measure"), width="large"), "value": _("Value and 95 % interval"),
            "random": _("At random"),
        }  # fmt: skip
        st.dataframe(
            rows, hide_index=True, height="content", row_height=parts.ROW_HEIGHT, key="model_card", column_config=labels
        )
        parts.small(
            _("{n} test orders, {wrong} of them wrong · label: {label} · features refused as leaks: {refused}").format(
                n=count(float(card["test_orders"])), wrong=count(float(card["test_wrong"])), label=card["label"],
                refused=", ".join(json.loads(card["refused_features"])) or _("none"),
            )
        )  # fmt: skip


def _range(card: dict[str, str], name: str, digits: int) -> str:
    value, low, high = (float(card[key]) for key in (name, f"{name}_low", f"{name}_high"))
    return _("{value} ({low} to {high})").format(
        **{
            key: f"{number:.{digits}f}".replace("-", MINUS)
            for key, number in (("value", value), ("low", low), ("high", high))
        }
    )


render()
