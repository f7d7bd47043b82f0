"""Which incoming orders should we look at first?"""

import json
from typing import Any

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.charts.risk import capture_curve
from dashboard.costs import cost
from dashboard.risk_detail import order_detail
from dashboard.risk_list import looked_at, of_the_others, order_list, orders_named
from dashboard.state import filter_bar, whole_history
from dashboard.theme import tokens
from dashboard.words import MINUS, _, count, ngettext, percent

MOST = 200  # orders that a day's review may hold


def render() -> None:
    """Draw the page. The period is left out: an open order counts whenever it was entered."""
    filters = whole_history(filter_bar(of_period=False))
    every = data.export("risk", filters)
    if every.is_empty():
        parts.verdict(_("No open order is scored."))
        parts.small(
            _(
                "Open orders are scored at each run. Provide `user_actions` or a status, so that open orders can be told."
            )
        )
        return
    card = dict(data.query("risk_card").rows())
    is_trained = every["p_error"].null_count() < every.height
    answer = st.container()
    left, middle, right = st.columns([1.1, 1.5, 1.3], gap="medium", vertical_alignment="bottom")
    with left:
        rows = looked_at(every)
        capacity = _capacity(rows.height)
    with answer:
        _verdict(rows, every, card, capacity, is_trained=is_trained)
    if is_trained:
        with middle:
            _curve(rows, capacity)
    with right:
        parts.downloads(rows.head(capacity), "risk", ngettext("order", "orders", capacity))
    left, right = st.columns([2, 1], gap="small")
    with left:
        picked = order_list(rows, capacity, is_trained=is_trained)
    with right:
        order_detail(rows.row(min(picked, rows.height - 1), named=True), card)
    _card(card)


def _capacity(orders: int) -> int:
    """How many orders are reviewed a day, as the slider says that this draws."""
    usual = max(1, min(int(data.query("targets")["review_capacity"][0]), orders))
    if orders == 1:
        return 1
    most = min(orders, MOST)
    if st.session_state.get("capacity", 0) > most:
        st.session_state["capacity"] = most
    return int(st.slider(_("Review capacity, orders a day"), 1, most, usual, key="capacity", bind="query-params"))


def _curve(rows: pl.DataFrame, capacity: int) -> None:
    risks = rows["p_error"].fill_null(0)
    alt = _("The first {n} orders hold {share} of the errors to expect").format(
        n=capacity, share=percent(_caught(rows, capacity), 0)
    )
    best = risks.sort(descending=True).to_list()
    parts.show(capture_curve(best, risks.to_list(), capacity, tokens()), "capture", alt)


def _caught(rows: pl.DataFrame, capacity: int) -> float:
    total = float(rows["p_error"].sum())
    return float(rows.head(capacity)["p_error"].sum()) / total if total else 0.0


def _verdict(rows: pl.DataFrame, every: pl.DataFrame, card: dict[str, str], capacity: int, *, is_trained: bool) -> None:
    if not is_trained:
        why = (
            card.get("why_novelty_only")
            or card.get("why")
            or _("too few complete orders with known errors to train a model")
        )
        parts.verdict(
            _("{orders}, the most unusual first.").format(orders=orders_named(rows)),
            " ".join(
                [of_the_others(rows, every), _("No probability is shown: {why}.").format(why=str(why).rstrip("."))]
            ),
        )
        return
    parts.verdict(
        _("Checking {k} of {orders} should catch {e} of {all} expected errors.").format(
            k=count(capacity), orders=orders_named(rows),
            e=f"{float(rows.head(capacity)['p_error'].sum()):.1f}", all=f"{float(rows['p_error'].sum()):.1f}",
        ),
        of_the_others(rows, every) + " " + _("That is {share} of the errors; {k} orders picked at random would catch {random}. Sorted by the loss to expect, {loss} in these.").format(
            share=percent(_caught(rows, capacity), 0), k=count(capacity), random=percent(capacity / rows.height, 0),
            loss=cost(float(rows.head(capacity)["expected_loss"].sum() or 0)),
        ),
    )  # fmt: skip


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
