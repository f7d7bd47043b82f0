"""From a bar or field of the exceptions page to its exceptions: who raised and resolved them, how long they took, the export."""

from typing import Any

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.choice import Choice
from dashboard.columns import configs_of
from dashboard.state import whole_history
from dashboard.theme import compact
from dashboard.words import _, count, named, ngettext
from pipelines.read.filters import Filters

IN_VIEW = 2000
ALL = 10_000_000
_WIDE = (
    "order_id", "line_id", "type", "stage", "raised_at", "resolved_at", "stands", "resolve_hours", "raised_by",
    "owner", "resolved_by", "approved_at", "resolution",
)  # fmt: skip
_NARROW = ("order_id", "type", "stands", "resolve_hours")
CHOICE = Choice("exception")
"""The bar that is looked at, as `type:price_block`, `stage:entry`, `open:`, `repeated:` or `silent:`."""
OPEN = "open:"


def drill(filters: Filters, names: dict[str, str], numbers: dict[str, int], total: int) -> None:
    """The exceptions of the chosen bar, or all of them. `names` and `numbers` go from a bar's code to its name and size."""
    part = CHOICE.now()
    if part not in names:
        part = ""
        CHOICE.let_go()
    rows = _rows(filters, part, IN_VIEW)
    number = numbers.get(part, rows.height) if part else total
    words = ngettext("{n} exception", "{n} exceptions", number).format(n=count(number))
    with parts.card(f"{words}: {names[part]}" if part else words, _line(part)):
        st.selectbox(
            _("Show"), list(names), index=None, format_func=lambda code: names.get(code, code), key=CHOICE.name,
            placeholder=_("all exceptions"), label_visibility="collapsed",
        )  # fmt: skip
        CHOICE.keep(part)
        if rows.is_empty():
            st.markdown(_("No exception of this selection."))
            return
        _table(rows, number)
        words = ngettext("Export {n} exception:", "Export {n} exceptions:", number).format(n=count(number))
        parts.export_buttons(words, lambda: data.for_a_file(_rows(filters, part, ALL)), "exceptions")


def _line(part: str) -> str:
    if part == OPEN:
        return _("open exceptions of orders of any age, those beyond target on top")
    return _("exceptions of the period's orders, open ones beyond target on top")


def _rows(filters: Filters, part: str, limit: int) -> pl.DataFrame:
    """What is open is so today: the period of entry does not narrow it."""
    by, _colon, name = part.partition(":")
    asked_of = whole_history(filters) if part == OPEN else filters
    return data.query("exception_list", asked_of, by=by, part=name, limit=limit)


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """The exceptions with their types and stages by name, and in a word how each stands against its target."""
    late, is_open = pl.col("beyond_target"), pl.col("is_open")
    stands = (
        pl.when(is_open & late).then(pl.lit(_("open, beyond target"))).when(is_open).then(pl.lit(_("open")))
        .when(late).then(pl.lit(_("beyond target"))).when(late.not_()).then(pl.lit(_("within target")))
    )  # fmt: skip
    return rows.with_columns(
        pl.col("type").map_elements(named, pl.String),
        pl.col("stage").replace(data.stage_titles()),
        stands.alias("stands"),
    )


def _table(rows: pl.DataFrame, number: int) -> None:
    told = in_words(rows)
    columns: list[Any] = list(_NARROW if compact() else _WIDE)
    shown = parts.filled(data.times_in_zone(told.select(columns)))
    state = st.dataframe(
        shown, hide_index=True,
        height=parts.tall(min(10, told.height)), row_height=parts.ROW_HEIGHT,
        placeholder="–", on_select="rerun", selection_mode="single-row", key="exception_rows", column_config=configs_of(shown),
        alt=_("Exceptions, open ones beyond target on top"),
    )  # fmt: skip
    if told.height < number:
        parts.small(_("{n} of {all} exceptions in the list").format(n=count(told.height), all=count(number)))
    parts.story_of_selected(told, state)
