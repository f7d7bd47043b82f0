"""Every table column that pages show: its label, format and width, in one place."""

from collections.abc import Iterable
from datetime import time
from typing import Any

import polars as pl
import streamlit as st

from dashboard.costs import unit
from dashboard.words import _

_MOMENT = "D MMM YYYY, HH:mm"
_DAY = "D MMM YYYY"


def column_configs(names: Iterable[str]) -> dict[str, Any]:
    """The configuration of these columns."""
    return {name: _config(name, _labels().get(name, name.replace("_", " "))) for name in names}


def configs_of(rows: pl.DataFrame) -> dict[str, Any]:
    """The configuration of the columns of these rows; moments that are all days without a time show no midnight."""
    days = {
        name: st.column_config.DateColumn(_labels().get(name, name.replace("_", " ")), format=_DAY)
        for name, kind in rows.schema.items()
        if isinstance(kind, pl.Datetime) and (rows[name].drop_nulls().dt.time() == time.min).all()
    }
    return {**column_configs(rows.columns), **days}


def _config(name: str, label: str) -> Any:
    if name in _MOMENTS:
        return st.column_config.DatetimeColumn(label, format=_MOMENT, width=145)
    if name in _DAYS:
        return st.column_config.DateColumn(label, format=_DAY)
    if name in _AMOUNTS:
        return st.column_config.NumberColumn(label, format="localized", step=0.01)
    if name in _NUMBERS:
        return st.column_config.NumberColumn(label, format=_NUMBERS[name])
    return st.column_config.Column(label, width="large" if name in _WIDE else None)


_MOMENTS = {
    "at", "entered_at", "raised_at", "resolved_at", "ordered_at", "origin_at", "recorded_at", "approved_at", "first_seen",
    "found_at", "changed_at", "requested_at", "alerted_at",
}  # fmt: skip
_DAYS = {"on_day", "week"}
_AMOUNTS = {"net_amount"}
_WIDE = {"message", "text", "title", "raw"}
_COUNTS = (
    "actions", "orders", "errors", "exceptions", "open", "open_beyond_target", "findings", "checked", "failing", "rows_read",
    "accepted", "quarantined", "duplicate", "superseded", "ignored", "visits", "past_target_visits", "completed", "timed", "line",
    "known",
)  # fmt: skip
_NUMBERS = {
    **dict.fromkeys(_COUNTS, "localized"), "expected_loss": "%.0f", "cost": "%.0f", "days": "%.1f",
    "target_days": "%.1f", "resolve_hours": "%.1f", "median_delay_days": "%.1f", "past_target": "percent", "within_target": "percent",
    "rate": "percent", "unlogged_share": "percent",
    "p10": "compact", "p25": "compact", "p50": "compact", "p75": "compact", "p90": "compact", "target": "compact",
    "delay_seconds": "compact", "novelty": "%.2f",
    "spread": "%.1f", "delay_share": "percent", "median_low": "compact", "median_high": "compact", "p90_low": "compact",
    "p90_high": "compact", "median_days": "%.1f", "oldest_days": "%.1f", "beyond_days": "%.1f", "in_stage": "%.1f",
    "by_littles_law": "%.1f", "ratio": "%.2f", "waiting": "compact", "service": "compact", "working_waiting": "compact",
    "working_service": "compact", "all_waiting": "compact", "batching": "compact", "contention": "compact",
    "within_expected": "%.1f", "usual_hours": "%.1f", "expected": "%.1f",
    "prioritisation": "compact", "unavailability": "compact", "other": "compact", "with_user": "localized",
}  # fmt: skip


def _labels() -> dict[str, str]:
    return {
        "order_id": _("Order"), "line_id": _("Line"), "customer_name": _("Customer"), "net_amount": _("Net value"),
        "ordered_at": _("Entered"), "entered_by": _("Entered by"), "stage": _("Stage"), "stage_title": _("Stage"),
        "department": _("Department"), "entered_at": _("Since"), "days": _("Days"), "target_days": _("Target, days"),
        "type": _("Type"), "raised_at": _("Raised"), "resolved_at": _("Resolved"), "is_open": _("Open"),
        "beyond_target": _("Beyond target"), "stands": _("State"),
        "resolve_hours": _("Hours"), "raised_by": _("Raised by"), "owner": _("Owner"),
        "resolved_by": _("Resolved by"), "resolution": _("Resolution"), "kind": _("Kind"), "severity": _("Severity"),
        "field": _("Field"), "observed": _("Observed"), "suggested": _("→ Suggested"), "old_value": _("Old"), "new_value": _("→ New"),
        "message": _("Finding"), "origin_stage": _("Came in at"), "origin_user": _("By"), "origin_at": _("When"), "at": _("When"),
        "activity": _("Activity"), "what": _("What"), "text": _("Text"), "who": _("Who"), "reason": _("Reason"),
        "approved_by": _("Approved by"), "outcome": _("Outcome"), "on_day": _("Day"), "actions": _("Actions"), "orders": _("Orders"),
        "errors": _("Errors"), "cost": _("Cost, {unit}").format(unit=unit()),
        "expected_loss": _("Loss to expect, {unit}").format(unit=unit()),
        "novelty": _("Unusual, 0 to 1"), "median_delay_days": _("Found after, days (median)"), "exceptions": _("Exceptions"),
        "open": _("Open"), "open_beyond_target": _("Open beyond target"), "timed": _("Timed"), "within_target": _("Within target"),
        "p10": _("10 %, s"), "p25": _("25 %, s"), "p50": _("Median, s"), "p75": _("75 %, s"), "p90": _("90 %, s"),
        "target": _("Target, s"), "past_target": _("Past target"), "delay_seconds": _("Beyond target, s"), "completed": _("Completed"),
        "week": _("From"), "is_mature": _("Complete"), "known": _("Known"), "part": _("Group"), "rate": _("Rate"),
        "file": _("File"), "member": _("Part of it"), "source": _("Source"), "rows_read": _("Rows read"), "accepted": _("Accepted"),
        "quarantined": _("Quarantined"), "duplicate": _("Duplicate"), "superseded": _("Superseded"), "ignored": _("Ignored"),
        "recorded_at": _("Made at"), "recorded_at_from": _("Told by"), "encoding": _("Encoding"), "line": _("Line"),
        "column_name": _("Column"), "raw": _("As it stands in the file"), "title": _("Rule"), "failing": _("Findings"),
        "checked": _("Checked"), "entity": _("Entity"), "line_of_defence": _("Line of defence"), "rule": _("Id"),
        "subject": _("Where"), "findings": _("Findings"), "bucket": _("Bucket"), "visits": _("Visits"), "is_repeat": _("Repeat"),
        "repeat_kind": _("Kind of repeat"), "period": _("Period"),
        "spread": _("Slow tenth / median"), "delay_share": _("Share of delay"), "trend": _("In the stage"),
        "median_low": _("Median from, s"), "median_high": _("Median to, s"),
        "p90_low": _("90 % from, s"), "p90_high": _("90 % to, s"), "cancelled": _("Cancelled"),
        "median_days": _("Median, days"), "oldest_days": _("Oldest, days"), "beyond_days": _("Beyond, days"),
        "held_by": _("Held by"), "exception_type": _("Open exception"), "past_target_visits": _("Past target"),
        "in_stage": _("In the stage, mean"), "by_littles_law": _("By Little's law"), "ratio": _("Ratio"),
        "median_told": _("Median"), "p90_told": _("Nine in ten within"),
        "within": _("Within target"), "decided": _("Decided"), "repeats": _("Again on the order"), "alerted_at": _("Alert"),
        "several": _("Orders with several"), "repeated": _("Same type again"), "silent": _("No approval, no alert"),
        "judged": _("Can be judged"), "role": _("Role"), "late": _("Late"),
        "undecided": _("Not decided"), "beyond": _("Beyond target"), "seconds": _("Seconds"),
        "changed_at": _("Changed"), "changed_by": _("Changed by"), "requested_at": _("Asked for"), "requested_by": _("Asked by"),
        "approved_at": _("Approved"), "after_confirmation": _("After confirmation"), "customer_initiated": _("Wanted by the customer"),
        "customer": _("Customer only"), "internal": _("Internal"), "unknown": _("Cannot tell"), "changes": _("Changes"),
        "unlogged_share": _("Unlogged"), "elsewhere": _("Differ from the log"), "logged": _("Logged values"),
        "direct_edit": _("Edited directly"), "broken_chain": _("Broken chains"), "unlogged_change": _("Unlogged changes"),
        "user_id": _("User"),
        "with_user": _("With a user"), "all_waiting": _("Waiting, s"), "waiting": _("Waiting, s, mean"), "service": _("Working, s, mean"),
        "working_waiting": _("Waiting, working s, mean"), "working_service": _("Working, working s, mean"), "batching": _("Batching, s"),
        "contention": _("Contention, s"), "prioritisation": _("Prioritisation, s"), "unavailability": _("Unavailability, s"),
        "other": _("Other, s"),
        "evidence": _("Evidence"), "found_at": _("Found"), "found_place": _("Found in"), "found_by": _("Found by"),
        "resolved": _("Resolved"), "introduced": _("Errors that came in"), "caught": _("Errors caught"), "detail": _("Detail"),
        "within_expected": _("Within target, expected"), "usual_hours": _("Hours, everybody"), "hour": _("Hour"),
        "expected": _("Expected"), "least": _("From"), "most": _("To"), "fifth": _("Fifth"), "value": _("Value"),
        "unknown_costs": _("Of unknown cost"), "came_in": _("Came in"), "closed": _("Closed"),
        "stopped": _("Stopped"), "passed": _("Passed on"),
    }  # fmt: skip
