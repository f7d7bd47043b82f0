"""One risky order beside the list: its risk, its reasons, and what a reviewer decides about it."""

from typing import Any

import streamlit as st

from dashboard import data, parts
from dashboard.charts.risk import contributions
from dashboard.costs import cost
from dashboard.theme import tokens
from dashboard.words import _, moment, money, percent, plain
from pipelines.decisions import Decision, append, revoke


def order_detail(row: dict[str, Any], card: dict[str, str]) -> None:
    """The card of an order of the list (a row of the export `risk`); `card` is the model's."""
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
