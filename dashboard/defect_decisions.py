"""What somebody decides about a finding: it is an error, it looks right, it is accepted for a while. The next run counts it."""

from datetime import date
from typing import Any

import streamlit as st

from dashboard import data
from dashboard.words import _, moment, short_day
from pipelines.acceptances import accept_value
from pipelines.decisions import Decision, append, revoke


def decide(row: dict[str, Any]) -> None:
    """What was decided, with a way back, or the buttons to decide."""
    key = row["defect_id"]
    standing = [d for d in data.decisions() if d.subject_kind == "defect" and d.subject_key == key]
    if standing:
        _standing(standing[-1])
    elif row["resolved_at"] is None:
        with st.container(horizontal=True):
            _review(key, "confirmed", _("Confirmed error"))
            _review(key, "rejected", _("Looks right"))
            _accept(row)
    elif row["resolution"] == "accepted":
        st.markdown(
            _("Accepted by {who}: {why}").format(
                who=row["accepted_by"] or _("somebody"), why=row["accepted_note"] or "–"
            )
        )


def _standing(decision: Decision) -> None:
    words = {"confirmed": _("confirmed error"), "rejected": _("looks right"), "accepted": _("accepted")}[
        decision.verdict
    ]
    until = decision.payload.get("until")
    more = _(" until {day}").format(day=short_day(date.fromisoformat(until))) if until else ""
    why = f": {decision.note}" if decision.note else ""
    st.markdown(
        _("Decided: **{words}**{more}{why} ({who}, {at}). The next run counts it.").format(
            words=words, more=more, why=why, who=decision.by or _("no name given"), at=moment(data.in_zone(decision.at))
        )
    )
    if st.button(_("Undo"), key="undo_decision"):
        revoke(data.home(), decision.id)
        st.rerun()


def _review(key: str, verdict: str, words: str) -> None:
    if st.button(f"**{words}**", key=f"finding_{verdict}"):
        append(data.home(), Decision("review", "defect", key, verdict, payload={"snapshot": data.snapshot().id}))
        st.rerun()


def _accept(row: dict[str, Any]) -> None:
    with st.popover(f"**{_('Accept')}**"), st.form("accept", border=False):
        why = st.text_input(_("Why may it stand?"), key="accept_why").strip()
        until = st.date_input(_("Until (empty: for good)"), value=None, key="accept_until", format="YYYY-MM-DD")
        who = st.text_input(_("Your name"), key="accept_by").strip()
        if not st.form_submit_button(f"**{_('Accept this value')}**", key="accept_value"):
            return
        if not why or not who:
            st.markdown(_("Say why it may stand, and who says so."))
            return
        accept_value(data.home(), row["defect_id"], row["observed"], why, who, until)
        st.rerun()
