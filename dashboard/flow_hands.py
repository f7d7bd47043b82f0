"""The cards of hand-overs on the page Flow: between departments, and between users."""

from typing import Any

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.charts.handover import Hand, bars, days, matrix
from dashboard.flow_orders import choose, chosen, on_points
from dashboard.theme import Tokens, compact
from dashboard.words import _, count, duration, percent
from pipelines.read.filters import Filters

UNKNOWN = "unknown"
DEPARTMENTS = 9
USERS = 100
SHOWN = 7


def cards(filters: Filters, colours: Tokens) -> None:
    """Both cards side by side; the users alone where the log names no departments."""
    if data.query("flow_departments", filters).is_empty():
        users_card(filters)
        parts.small(_no_departments())
        return
    left, right = st.columns([1.35, 1], gap="small")
    with left:
        departments_card(filters, colours)
    with right:
        users_card(filters)


def departments_card(filters: Filters, colours: Tokens) -> None:
    """The matrix of departments; a cell leads to its orders."""
    rows = data.query("flow_departments", filters)
    hands = [_hand(row) for row in rows.iter_rows(named=True)]
    shown = _largest(hands)
    look = chosen()
    picked = (look[1], look[2]) if look[:1] == ("hand",) else None
    key = "flow_departments"
    parts.chart_card(
        _title(hands),
        _(
            "rows hand over to columns, programs passed over · **median** time until the other acts, what customers and carriers "
            "take included · share of all such time · click for orders"
        ),
        (bars(shown, colours) if compact() else matrix(shown, picked, colours)) if hands else None, rows, key, _title(hands),
        data.sql_text(key, filters), _no_departments(), on_select=on_points(key, "hand"), selection_mode="points",
    )  # fmt: skip


def _hand(row: dict[str, Any]) -> Hand:
    source, target = row["from_department"] or UNKNOWN, row["to_department"] or UNKNOWN
    return Hand(source, target, row["hands"], row["total_seconds"], row["p50"], row["p90"])


def _no_departments() -> str:
    return _("No order changes between departments, or the log names none. Provide `department` in user_actions.")


def _largest(hands: list[Hand]) -> list[Hand]:
    """Those between the departments with the most time; a matrix of fifty says nothing."""
    time: dict[str, float] = {}
    for hand in hands:
        for name in (hand.source, hand.target):
            time[name] = time.get(name, 0) + hand.total
    kept = set(sorted(time, key=lambda name: -time[name])[:DEPARTMENTS])
    return [hand for hand in hands if hand.source in kept and hand.target in kept]


def _title(hands: list[Hand]) -> str:
    if not hands:
        return _("Hand-overs between departments")
    first, whole = hands[0], sum(hand.total for hand in hands) or 1
    return _("{one} to {other} takes {share} of all hand-over time").format(
        one=first.source, other=first.target, share=percent(first.total / whole, 0)
    )


def users_card(filters: Filters) -> None:
    """The costliest hand-overs between users; of one pair of departments where one is looked at."""
    look = chosen()
    giver, taker = (look[1], look[2]) if look[:1] == ("hand",) else ("", "")
    rows = data.query(
        "flow_users", filters, giver=giver.replace(UNKNOWN, ""), taker=taker.replace(UNKNOWN, ""), most=USERS
    )
    title = _("Between users: {one} to {other}").format(one=giver, other=taker) if giver else _("Between users")
    line = _(
        "hand-overs with the most time in all · it holds nights, stock and approvals too: no measure of who is slow"
    )
    with st.container(border=True, gap="xsmall", height="stretch"):
        view = parts.head(title, line, "flow_users" if rows.height else None, _("List"))
        if rows.is_empty():
            st.markdown(_("No order of this selection passes from one user to another."))
        elif view == "query":
            st.code(
                data.sql_text(
                    "flow_users",
                    filters,
                    giver=giver.replace(UNKNOWN, ""),
                    taker=taker.replace(UNKNOWN, ""),
                    most=USERS,
                ),
                language="sql",
            )
        elif view == "rows":
            parts.table(rows, "flow_users")
        else:
            _table(rows)


def _table(rows: pl.DataFrame) -> None:
    shown = rows.select(
        pl.col("from_user").alias("one"), pl.col("to_user").alias("other"), "hands",
        pl.Series("total", [days(seconds) for seconds in rows["total_seconds"]]),
        pl.Series("middle", [duration(seconds) for seconds in rows["p50"]]),
        pl.Series("mean", [duration(seconds) for seconds in rows["mean_seconds"]]),
    )  # fmt: skip
    st.dataframe(
        shown, hide_index=True, row_height=parts.ROW_HEIGHT, height=parts.tall(min(SHOWN, shown.height)),
        placeholder=_("unknown"), on_select=lambda: _picked(rows), selection_mode="single-row", key="hands",
        alt=_("Hand-overs between users"), column_config={
            "one": st.column_config.TextColumn(_("From")), "other": st.column_config.TextColumn(_("→ To")),
            "hands": st.column_config.NumberColumn(_("Times"), format="localized", width=70),
            "total": st.column_config.TextColumn(_("In all"), width=90), "middle": st.column_config.TextColumn(_("Median"), width=80),
            "mean": st.column_config.TextColumn(_("Mean"), width=80),
        },
    )  # fmt: skip
    first = rows.row(0, named=True)
    words = _("{n} hand-overs between users in all").format(n=count(first["all_hands"]))
    if first["unknown"]:
        words += _("; of {n} one side is unknown").format(n=count(first["unknown"]))
    parts.small(words)


def _picked(rows: pl.DataFrame) -> None:
    selected = st.session_state["hands"].selection.rows
    if selected:
        row = rows.row(int(selected[0]), named=True)
        choose(("user", row["from_user"] or "", row["to_user"] or ""))
