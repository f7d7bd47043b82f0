"""What the change log does not explain: changed values that are no longer what its last record says."""

from typing import Any

from dashboard import data, parts
from dashboard.charts.base import sorted_rows
from dashboard.charts.changes import SHOWN
from dashboard.theme import Tokens
from dashboard.words import _, count, field_named, percent
from pipelines.read.filters import Filters
from pipelines.read.kpi import KpiValue


def card(filters: Filters, coverage: KpiValue, colours: Tokens) -> None:
    """Unexplained values by field, with their share of the logged ones."""
    rows = data.query("change_log_gaps", filters)
    top = rows.head(SHOWN).to_dicts()
    title = (
        _("{share} of changed values are not what the log says").format(share=percent(1 - coverage.value))
        if coverage.value is not None and rows.height
        else _("Every changed value is what the log says") if coverage.value is not None
        else _("Whether the log is complete cannot be told")
    )  # fmt: skip
    parts.chart_card(
        title, _("values that the log's last record does not explain, by field; right: in % of the field's logged values"),
        sorted_rows(
            [field_named(row["field"]) for row in top], [max(row["elsewhere"], row["orders"]) for row in top],
            [f"<b>{count(max(row['elsewhere'], row['orders']))}</b>  {percent(row['unlogged_share'])}" for row in top], colours,
            [colours.error] * len(top), [_gap_words(row) for row in top],
        ) if top else None, rows, "change_log_gaps", title, data.sql_text("change_log_gaps", filters),
        coverage.reason or _("The last recorded change of every field left the value that stands there now."),
    )  # fmt: skip


def _gap_words(row: dict[str, Any]) -> str:
    words = _(
        "<b>{elsewhere}</b> of {logged} logged values differ<br>"
        "findings: {direct} edited directly, {chain} broken chains, {unlogged} unlogged changes"
    )
    return words.format(
        elsewhere=count(row["elsewhere"]), logged=count(row["logged"]), direct=count(row["direct_edit"]), chain=count(row["broken_chain"]),
        unlogged=count(row["unlogged_change"]),
    )  # fmt: skip
