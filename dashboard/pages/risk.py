"""Which incoming orders should we look at first?"""

import json
from typing import Any

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.state import filter_bar, whole_history
from dashboard.words import _, count, moment, money, percent
from pipelines.decisions import Decision, append, read_all, revoke


def render() -> None:
    filters = whole_history(filter_bar())
    rows = data.export("risk", filters)
    if rows.is_empty():
        parts.verdict(_("No open order is scored."))
        parts.small(
            _("Open orders are scored at each run; provide user_actions or a status, so that open orders can be told.")
        )
        return
    card = dict(data.query("risk_card").rows())
    capacity = int(data.query("targets")["review_capacity"][0])
    _verdict(rows, card, capacity)
    left, right = st.columns([2, 1], gap="small")
    with left:
        picked = _list(rows, capacity)
    with right:
        _detail(rows.row(picked, named=True))
    _card(card)


def _verdict(rows: pl.DataFrame, card: dict[str, str], capacity: int) -> None:
    top = rows.head(capacity)
    if top["p_error"].null_count() == top.height:
        parts.verdict(
            _("{n} open orders, the most unusual first.").format(n=count(rows.height)),
            _("No error probability is shown: {why}").format(
                why=card.get("why_novelty_only")
                or card.get("why")
                or _("too few mature orders with known errors to train a model.")
            ),
        )
        return
    expected = float(top["p_error"].sum())
    loss = top["expected_loss"].sum()
    currency = top["currency"][0] if top["currency"].n_unique() == 1 else None
    parts.verdict(
        _("Reviewing {k} of {n} open orders should catch about {e} wrong ones.").format(
            k=count(top.height), n=count(rows.height), e=f"{expected:.1f}"
        ),
        _(
            "Sorted by the loss to expect, {loss} in these {k}. Probabilities are calibrated on later orders; how well is said below."
        ).format(loss=money(loss, currency), k=count(top.height)),
    )


def _list(rows: pl.DataFrame, capacity: int) -> int:
    shown = rows.select(
        "order_id", "customer_name", "p_error", "novelty", "expected_loss", "net_amount", "reason_1", "current_stage"
    ).with_columns((pl.col("p_error") * 100).alias("p_error"))
    with parts.card(
        _("{n} orders by the loss to expect").format(n=count(rows.height)),
        _("the first {k} are one day's review · the reason is the strongest of three").format(k=count(capacity)),
    ):
        chosen = st.dataframe(
            shown.head(1000),
            hide_index=True,
            height=36 * 12 + 34,
            on_select="rerun",
            selection_mode="single-row",
            selection_default={"selection": {"rows": [0], "columns": [], "cells": []}},
            key="risk_table",
            alt=_("Open orders by expected loss"),
            column_config={
                "order_id": st.column_config.TextColumn(_("Order"), width="small"),
                "customer_name": st.column_config.TextColumn(_("Customer"), width="medium"),
                "p_error": st.column_config.ProgressColumn(
                    _("Risk"),
                    format="%.1f %%",
                    min_value=0,
                    max_value=max(1.0, float(shown["p_error"].max() or 1)),
                    color="red",
                    width="small",
                ),
                "novelty": st.column_config.NumberColumn(
                    _("Unusual"), format="%.2f", width="small", help=_("0 is ordinary, 1 the most unusual order.")
                ),
                "expected_loss": st.column_config.NumberColumn(_("Loss to expect"), format="%.0f", width="small"),
                "net_amount": st.column_config.NumberColumn(_("Net value"), format="%.0f", width="small"),
                "reason_1": st.column_config.TextColumn(_("First reason"), width="large"),
                "current_stage": st.column_config.TextColumn(_("Stage"), width="small"),
            },
        )
        parts.downloads(rows, "risk", _("orders"))
    selected = chosen.selection.rows if chosen and chosen.selection.rows else [0]
    return int(selected[0])


def _detail(row: dict[str, Any]) -> None:
    with parts.card(
        f"{row['order_id']} · {row['customer_name'] or _('unknown customer')}", _("why this order stands here")
    ):
        st.markdown(
            _("Entered {at} by {user}, {channel}; {amount}.").format(
                at=moment(row["ordered_at"]), user=row["entered_by"] or _("unknown"), channel=row["channel"] or _("unknown channel"),
                amount=money(row["net_amount"], row["currency"]),
            )
        )  # fmt: skip
        if row["p_error"] is not None:
            st.markdown(
                _("Probability of an error **{p}**, loss to expect **{loss}**.").format(
                    p=percent(row["p_error"]), loss=money(row["expected_loss"], row["currency"])
                )
            )
        for number in (1, 2, 3):
            reason, contribution = row[f"reason_{number}"], row[f"contribution_{number}"]
            if reason:
                sign = (
                    ""
                    if contribution is None
                    else f" :{'red' if contribution > 0 else 'green'}[{contribution:+.1f} {_('pts')}]"
                )
                st.markdown(f"- {reason}{sign if row['p_error'] is not None else ''}")
        _decide(row["order_id"])


def _decide(order_id: str) -> None:
    key = data.query("order_head", order=order_id)["order_key"][0]
    standing = [d for d in read_all(data.home()) if d.kind == "review" and d.subject_key == key]
    if standing:
        words = _("confirmed as wrong") if standing[-1].verdict == "confirmed" else _("looks right")
        st.markdown(
            _("Reviewed: **{words}** ({at} UTC). The next run counts it.").format(
                words=words, at=f"{standing[-1].at:%d %b %Y %H:%M}"
            )
        )
        if st.button(_("Undo"), key="undo_review"):
            revoke(data.home(), standing[-1].id)
            st.rerun()
        return
    with st.container(horizontal=True):
        for verdict, words in (("confirmed", _("It is wrong")), ("rejected", _("Looks right"))):
            if st.button(f"**{words}**", key=f"review_{verdict}"):
                append(data.home(), Decision("review", "order", key, verdict, payload={"snapshot": data.snapshot().id}))
                st.rerun()


def _card(card: dict[str, str]) -> None:
    with parts.card(
        _("How well the model was measured"),
        _("on orders that came after the ones it learned from, with a gap between"),
    ):
        if card.get("kind") != "trained":
            st.markdown(
                card.get("why") or _("Only novelty is shown: an isolation forest ranks orders by how unusual they are.")
            )
            return
        facts = [
            (_("Area under the curve"), _range(card, "auc", 3), "0.5"),
            (_("Average precision"), _range(card, "average_precision", 3), f"{float(card['base_rate']):.3f}"),
            (_("Brier skill"), _range(card, "brier_skill", 3), "0"),
            (_("Errors among the top tenth"), _range(card, "recall_at_top_tenth", 2), "0.10"),
        ]
        rows = pl.DataFrame(facts, schema=[_("measure"), _("value and 95 % interval"), _("at random")], orient="row")
        st.dataframe(rows, hide_index=True, height="content", key="model_card")
        parts.small(
            _("{n} test orders, {wrong} of them wrong · label: {label} · features refused as leaks: {refused}").format(
                n=count(float(card["test_orders"])), wrong=count(float(card["test_wrong"])), label=card["label"],
                refused=", ".join(json.loads(card["refused_features"])) or _("none"),
            )
        )  # fmt: skip


def _range(card: dict[str, str], name: str, digits: int) -> str:
    value, low, high = (float(card[key]) for key in (name, f"{name}_low", f"{name}_high"))
    return f"{value:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


render()
