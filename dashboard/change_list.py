"""From a bar of the changes page to its changes: old and new value side by side, who, when, for whom, with whose approval."""

from typing import Any

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.choice import Choice
from dashboard.columns import configs_of
from dashboard.theme import compact
from dashboard.words import _, count, counted_changes, field_named, ngettext
from pipelines.read.filters import Filters

IN_VIEW = 2000
ALL = 10_000_000
MOST = 6
"""Orders changed so often or more are one group."""
_WIDE = ("order_id", "line_id", "field", "old_value", "new_value", "changed_at", "changed_by", "wanted_by", "requested_at", "approved_by",
         "approved_at", "reason")  # fmt: skip
_NARROW = ("order_id", "field", "old_value", "new_value")
CHOICE = Choice("change")
"""The bar that is looked at, as `field:quantity`, `kind:unapproved_change` or `changes:3`."""


def times_words(changes: int) -> str:
    """'Changed once', 'Changed 3 times', 'Changed 6 times or more'."""
    if changes == 1:
        return _("Changed once")
    return (_("Changed {n} times or more") if changes >= MOST else _("Changed {n} times")).format(n=changes)


def drill(
    filters: Filters, fields: pl.DataFrame, findings: pl.DataFrame, counts: pl.DataFrame, totals: dict[str, Any]
) -> None:
    """The changes of the chosen bar, or all of them, with the story of the selected one's order and the export."""
    names, numbers = _bars(fields, findings, counts)
    part = CHOICE.now()
    if part not in names:
        part = ""
        CHOICE.let_go()
    number = numbers.get(part, totals["changes"])
    changes = counted_changes(number)
    line = _("old and new value side by side, the latest first")
    with parts.card(f"{changes}: {names[part]}" if part else changes, line):
        st.selectbox(
            _("Show"), list(names), index=None, format_func=lambda code: names.get(code, code), key=CHOICE.name,
            placeholder=_("all changes"), label_visibility="collapsed",
        )  # fmt: skip
        CHOICE.keep(part)
        rows = _rows(filters, part, IN_VIEW)
        if rows.is_empty():
            st.markdown(_("No change of this selection."))
            return
        _table(rows, number)
        words = ngettext("Export {n} change:", "Export {n} changes:", number).format(n=count(number))
        parts.export_buttons(words, lambda: data.for_a_file(_rows(filters, part, ALL)), "changes")


def _bars(fields: pl.DataFrame, findings: pl.DataFrame, counts: pl.DataFrame) -> tuple[dict[str, str], dict[str, int]]:
    """(code -> name, code -> number of changes) of every bar on the page."""
    names, numbers = dict[str, str](), dict[str, int]()
    for row in fields.iter_rows(named=True):
        code = f"field:{row['field']}"
        names[code], numbers[code] = (
            _("{field} after confirmation").format(field=field_named(row["field"])),
            row["changes"],
        )
    for row in findings.iter_rows(named=True):
        names[f"kind:{row['part']}"], numbers[f"kind:{row['part']}"] = _(row["title"] or row["part"]), row["findings"]
    for row in counts.iter_rows(named=True):
        code = f"changes:{row['changes']}"
        names[code], numbers[code] = times_words(row["changes"]), row["all_changes"]
    return names, numbers


def _rows(filters: Filters, part: str, limit: int) -> pl.DataFrame:
    by, _colon, name = part.partition(":")
    if by == "kind":
        rows = data.query("change_finding_list", filters, part=name, limit=limit)
        told = data.values_in_zone(rows, "old_value", "new_value")
        # What the change log wrote stays as it wrote it.
        ours = [
            pl.when("of_ledger").then(told[value]).otherwise(rows[value]).alias(value)
            for value in ("old_value", "new_value")
        ]
        return rows.with_columns(ours).drop("of_ledger")
    return data.query("change_list", filters, by=by, part=name, limit=limit)


def _table(rows: pl.DataFrame, number: int) -> None:
    words = {True: _("customer"), False: _("internal")}
    told = rows.with_columns(
        pl.col("customer_initiated")
        .replace_strict(words, default=_("cannot tell"), return_dtype=pl.String)
        .alias("wanted_by"),
        pl.col("field").map_elements(field_named, pl.String),
    )
    columns = [c for c in ((*_NARROW, "message") if compact() else (*_WIDE, "message")) if c in told.columns]
    shown = data.times_in_zone(told.select(columns))
    labels = configs_of(shown)
    labels["old_value"] = st.column_config.TextColumn(_("Old"), alignment="right")
    labels["wanted_by"] = st.column_config.TextColumn(_("Wanted by"))
    state = st.dataframe(
        shown, hide_index=True,
        height=parts.tall(min(10, told.height)), row_height=parts.ROW_HEIGHT,
        placeholder="–", on_select="rerun", selection_mode="single-row", key="change_rows", column_config=labels,
        alt=_("Changes with old and new value"),
    )  # fmt: skip
    if told.height < number:
        parts.small(_("{n} of {all} changes in the list").format(n=count(told.height), all=count(number)))
    parts.story_of_selected(told, state)
