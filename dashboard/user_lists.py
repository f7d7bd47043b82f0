"""The orders behind the numbers of one user: errors, rework, exceptions, changes."""

from collections.abc import Callable
from typing import Any

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.user_cards import Person
from dashboard.words import _, field_named, named


def user_lists(person: Person) -> None:
    """Lists to choose from; a row leads to its order."""
    frames: dict[str, tuple[str, Callable[[], pl.DataFrame]]] = {
        "introduced": (_("Errors that came in"), lambda: person.rows("user_introduced")),
        "caught": (_("Errors caught"), lambda: person.rows("user_caught")),
        "redone": (_("Rework"), lambda: person.rows("user_redone")),
        "exceptions": (_("Exceptions"), lambda: person.rows("user_exceptions")),
        "changes": (_("Changes"), lambda: person.rows("user_changes")),
    }
    with parts.card(_("What is behind the numbers"), _("newest first, at most 500 · choose a row to see its order")):
        picked = st.segmented_control(
            _("List"), list(frames), format_func=lambda k: frames[k][0], default="introduced", required=True, key="user_list",
            bind="query-params", label_visibility="collapsed",
        )  # fmt: skip
        rows = frames[picked or "introduced"][1]()
        if rows.is_empty():
            st.markdown(_nothing(picked or "introduced"))
            return
        rows = in_words(rows)
        key = f"user_{picked}"
        options: dict[str, Any] = (
            {"on_select": lambda: _open_order(key, rows), "selection_mode": "single-row"}
            if "order_id" in rows.columns
            else {}
        )
        parts.table(rows, key, **options)


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with fields and types as people call them."""
    names = {"field": field_named, "type": named, "found_place": named}
    told = [pl.col(name).map_elements(words, pl.String) for name, words in names.items() if name in rows.columns]
    if {"what", "text"} <= set(rows.columns):
        field = pl.col("text").map_elements(field_named, pl.String)
        told.append(pl.when(pl.col("what") == "corrected").then(field).otherwise(pl.col("text")).alias("text"))
    return rows.with_columns(told)


def _nothing(what: str) -> str:
    entity = {"changes": "order_changes", "exceptions": "exceptions"}.get(what)
    if entity and not data.is_given(entity):
        return _("None provided. Provide {files} to see them.").format(files=entity)
    return _("None in the period, as far as the log tells.")


def _open_order(key: str, rows: pl.DataFrame) -> None:
    """The order of the chosen row, in the view of one order."""
    chosen = st.session_state[f"table_{key}"].selection.rows
    if chosen:
        st.session_state["trace"] = "order"
        st.session_state["order"] = rows["order_id"][chosen[0]]
