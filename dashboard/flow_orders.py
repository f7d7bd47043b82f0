"""From anything that one can click on the page Flow to its orders: one choice at a time, kept in the address."""

from collections.abc import Callable, Sequence

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.flow_words import cases
from dashboard.theme import compact
from dashboard.words import _, count
from pipelines.read.filters import Filters

SHOWN = 500
_ALL = 10_000_000
_PARAM = "look"

Look = tuple[str, ...]


def chosen() -> Look:
    """What is looked at: ('step', from, to), ('variant', number), ('hand', from, to) and the like; empty for nothing."""
    asked = st.session_state[_PARAM] if _PARAM in st.session_state else st.query_params.get(_PARAM, "")
    return tuple(asked.split("|")) if asked else ()


def choose(look: Sequence[str]) -> None:
    """Look at this; the same once more lets go of it."""
    told = "|".join(look)
    st.session_state[_PARAM] = "" if told == "|".join(chosen()) else told
    st.query_params[_PARAM] = st.session_state[_PARAM]
    if not st.session_state[_PARAM]:
        del st.query_params[_PARAM]


def on_points(key: str, kind: str) -> Callable[[], None]:
    """The callback of a chart whose points carry (from, to); without a `from` the map means the box."""

    def clicked() -> None:
        points = st.session_state[key].selection.points
        if points:
            source, target = points[0]["customdata"]
            choose(("activity", target) if kind == "step" and not source else (kind, source, target))

    return clicked


def drill(area: Sequence[str], filters: Filters, process_case: str, total: int | None = None) -> None:
    """The orders of what is looked at, where it belongs to this `area` of the page (kinds of choices)."""
    look = chosen()
    if not look or look[0] not in area:
        return
    name, params = _query(look)
    rows = data.times_in_zone(data.query(name, filters, **params, most=SHOWN))
    words = _title(look)
    with parts.card(words, _line(rows, process_case, total)):
        if rows.is_empty():
            st.markdown(_("No order of this selection."))
        else:
            _table(rows, "_".join(look))
            _exports(name, params, filters)
        st.button(_("Let go"), type="tertiary", key=f"let_go_{look[0]}", on_click=choose, args=(look,))


def _query(look: Look) -> tuple[str, dict[str, str | int]]:
    kind, *rest = look
    if kind in ("step", "again"):
        return "flow_step_orders", {"from": rest[0], "to": rest[1], "again": int(kind == "again")}
    if kind == "hand":
        return "flow_hand_orders", {"from": rest[0], "to": rest[1], "giver": "", "taker": ""}
    if kind == "user":
        return "flow_hand_orders", {"from": "", "to": "", "giver": rest[0], "taker": rest[1]}
    if kind == "constraint":
        return "flow_witnesses", {"constraint": int(rest[0])}
    if kind == "variant":
        return "flow_path_orders", {"variant": int(rest[0]), "activity": ""}
    return "flow_path_orders", {"variant": 0, "activity": rest[0]}


def _title(look: Look) -> str:
    kind, *rest = look
    words = {
        "step": _("From {one} straight to {other}"), "again": _("{other} done again after {one}"), "activity": _("Through {one}"),
        "variant": _("Way {one}"), "hand": _("Handed from {one} to {other}"), "user": _("Handed from {one} to {other}"),
        "constraint": _("Broken: {other}"),
    }[kind]  # fmt: skip
    return words.format(one=rest[0] or _("anything"), other=rest[-1])


def _line(rows: pl.DataFrame, process_case: str, total: int | None) -> str:
    shown = _("the longest first") if "days" in rows.columns else _("the latest first, with the action that breaks it")
    if rows.height < SHOWN:
        return f"{cases(rows.height, process_case)} · {shown}"
    of = f" {_('of')} {count(total)}" if total else ""
    return f"{count(rows.height)}{of} · {shown}"


def _table(rows: pl.DataFrame, key: str) -> None:
    drop = [name for name in rows.columns if rows[name].null_count() == rows.height]
    shown = rows.drop([*drop, *(["started_at", "net_amount"] if compact() else [])], strict=False)
    parts.table(shown, f"flow_{key}", {
        "days": st.column_config.NumberColumn(_("Days"), format="%.2f"),
        "started_at": st.column_config.DatetimeColumn(_("First action"), format="D MMM YYYY, HH:mm"),
        "state": st.column_config.TextColumn(_("Stands at")),
    })  # fmt: skip
    order = st.selectbox(
        _("Order"),
        rows["order_id"].unique(maintain_order=True).to_list(),
        key=f"story_{key}",
        label_visibility="collapsed",
    )
    parts.story_link(str(order))


def _exports(name: str, params: dict[str, str | int], filters: Filters) -> None:
    """All of them, not only those in view."""
    parts.export_buttons(
        _("Export all:"), lambda: data.for_a_file(data.query(name, filters, **params, most=_ALL)), "orders"
    )
