"""What was assumed, repaired or not used, each as a sentence to be read in full and with the place that it is about."""

import streamlit as st

from dashboard import data, parts
from dashboard.words import _, field_named, named

LISTED = 40
"""Sentences on the page; the file holds all."""


def assumptions_card() -> None:
    """One sentence a line; all of them as a file."""
    rows = data.query("assumptions")
    with parts.card(_("What was assumed, repaired or not used"), _("nothing is guessed in silence")):
        if rows.is_empty():
            st.markdown(_("Nothing had to be assumed."))
            return
        systems = data.query("files")["system"].n_unique()
        st.markdown("\n".join(f"- {sentence(row, systems)}" for row in rows.head(LISTED).to_dicts()))
        parts.rows_and_csv(rows, "assumptions")


def sentence(row: dict[str, str], systems: int) -> str:
    """'**Order lines, quantity**: 3 values could not be read …'; the system is named where there are several."""
    return f"**{_place(row['about'], row['subject'], systems)}**: {row['text'][:1].upper()}{row['text'][1:]}"


def _place(about: str, subject: str, systems: int) -> str:
    """Where a sentence belongs, as people call it."""
    if about == "field":
        entity, _dot, field = subject.partition(".")
        return f"{named(entity)}, {field_named(field).lower()}"
    if about == "profile":
        return _("Profile {name}").format(name=subject)
    of_system = {"zone": _("Times"), "lost_orders": _("Orders")}
    if about in of_system:
        return of_system[about] if systems <= 1 else f"{of_system[about]}, {subject}"
    return subject if about in ("file", "reading") else named(subject)
