"""Errors and decoys in what happens to an order: transfer, changes, approvals, stages, documents."""

from collections.abc import Callable
from typing import Any

import numpy as np

from pipelines.simulate.book import DAY, HOUR, ROBOTS, Book, first_of
from pipelines.simulate.timeline import (
    NEVER,
    STAGES,
    STEP,
    STEPS,
    Timeline,
    add_exception,
    has_reached,
    in_office,
    shift_from,
    stage_at,
)
from pipelines.simulate.truth import a_line, decoy, log_change, number, plant


def _lost_order(book: Book, timeline: Timeline, order: int) -> bool:
    if book.at[order] > book.end - 10 * DAY:
        return False
    timeline.at[1:, order] = NEVER
    timeline.unlinked.add(order)
    # The transfer did not happen, so nobody did it.
    plant(book, order, None, "order_id", book.order_id(order), "", origin=("entry", None, int(book.at[order])))
    return True


def _stuck_order(book: Book, timeline: Timeline, order: int) -> bool:
    step = STEP["Stock allocated"]
    if timeline.at[step, order] > book.end - 60 * DAY:
        return False
    timeline.at[step + 1 :, order] = NEVER
    # Nobody took the order up after allocation, so nobody is named.
    plant(book, order, None, "status", "picking", "", origin=("picking", None, int(timeline.at[step, order])))
    return True


def _unlogged_change(book: Book, timeline: Timeline, order: int) -> bool:
    logged = _logged_quantity(book, timeline, order)
    if logged is None:
        return False
    line, _ = logged
    right = float(book.quantity[line])
    wrong = right + float(book.rng.integers(1, 9))
    book.quantity[line] = wrong
    plant(book, order, line, "quantity", number(wrong), number(right), origin=(None, None, None))
    return True


def _unapproved_change(book: Book, timeline: Timeline, order: int) -> bool:
    logged = _logged_quantity(book, timeline, order, approved=False)
    if logged is None:
        return False
    line, change = logged
    at = change["changed_at"]
    origin = (stage_at(timeline, order, at), change["changed_by"], at)
    plant(book, order, line, "quantity", change["new_value"], change["old_value"], origin=origin)
    return True


def _late_change(book: Book, timeline: Timeline, order: int) -> bool:
    shipped = int(timeline.at[STEP["Goods shipped"], order])
    logged = _logged_quantity(book, timeline, order, at=shipped + int(book.rng.integers(2, 30)) * HOUR)
    if logged is None:
        return False
    line, change = logged
    timeline.delivered[line] = float(change["old_value"])
    timeline.invoiced[line] = float(change["old_value"])
    at = change["changed_at"]
    origin = (stage_at(timeline, order, at), change["changed_by"], at)
    plant(book, order, line, "quantity", change["new_value"], change["old_value"], origin=origin)
    return True


def _conflicting_edits(book: Book, timeline: Timeline, order: int) -> bool:
    first = _logged_quantity(book, timeline, order)
    if first is None:
        return False
    line, change = first
    other = book.user(int(timeline.by[STEP["Credit checked"], order]))
    old, new = change["new_value"], number(float(change["new_value"]) + 3)
    book.quantity[line] = float(new)
    at = change["changed_at"] + int(book.rng.integers(1, 8)) * 60
    log_change(book, order, book.line_id(line), "quantity", old, new, at, other, "adjustment")
    plant(book, order, line, "quantity", new, old, origin=(stage_at(timeline, order, at), other, at))
    return True


def _skipped_approval(book: Book, timeline: Timeline, order: int) -> bool:
    if not has_reached(book, timeline, order, "Stock allocated") or timeline.at[STEP["Order approved"], order] == NEVER:
        return False
    timeline.at[STEP["Approval requested"], order] = timeline.at[STEP["Order approved"], order] = NEVER
    step = STEP["Stock allocated"]
    origin = ("approval", book.user(int(timeline.by[step, order])), int(timeline.at[step, order]))
    plant(book, order, None, "activity", "", "Order approved", origin=origin)
    return True


def _self_approval(book: Book, timeline: Timeline, order: int) -> bool:
    step = STEP["Order approved"]
    if book.clerk[order] < len(ROBOTS) or not has_reached(book, timeline, order, "Order approved"):
        return False
    timeline.by[step, order] = book.clerk[order]
    who = book.user(int(book.clerk[order]))
    plant(book, order, None, "activity", who, "another user", origin=("approval", who, int(timeline.at[step, order])))
    return True


def _unauthorised(book: Book, timeline: Timeline, order: int) -> bool:
    step = STEP["Credit checked"]
    if not has_reached(book, timeline, order, "Credit checked"):
        return False
    picker = first_of(book, "picker") + int(book.rng.integers(0, len(book.masters.staff["picker"])))
    timeline.by[step, order] = picker
    origin = ("credit_check", book.user(picker), int(timeline.at[step, order]))
    plant(book, order, None, "activity", book.user(picker), "credit", origin=origin)
    return True


def _out_of_order(book: Book, timeline: Timeline, order: int) -> bool:
    if not has_reached(book, timeline, order, "Goods shipped"):
        return False
    credit, picked = STEP["Credit checked"], STEP["Goods picked"]
    # Whoever first went on without the check let the order through.
    first = next(step for step in range(credit + 1, len(STEPS)) if timeline.at[step, order] < NEVER)
    origin = (STAGES[first], book.user(int(timeline.by[first, order])), int(timeline.at[first, order]))
    timeline.at[credit, order] = timeline.at[picked, order] + 1800
    plant(book, order, None, "activity", STEPS[first][0], "Credit checked", origin=origin)
    return True


def _unresolved(book: Book, timeline: Timeline, order: int) -> bool:
    raised = int(timeline.at[STEP["Credit checked"], order]) + HOUR
    if raised > book.end - 40 * DAY or order in timeline.excepted:
        return False
    owner = first_of(book, "approver")
    add_exception(book, timeline, order, raised, None, owner)
    plant(
        book, order, None, "resolved_at", "", "", origin=(stage_at(timeline, order, raised), book.user(owner), raised)
    )
    return True


def _late_sync(book: Book, timeline: Timeline, order: int) -> bool:
    step = STEP["Order transferred"]
    shift_from(book, timeline, order, step, int(book.rng.integers(8, 70)) * HOUR)
    if timeline.at[step, order] > book.end:
        return False
    plant(book, order, None, "at", "", "", origin=("entry", "SYNC", int(timeline.at[step, order])))
    return True


def _short_delivery(book: Book, timeline: Timeline, order: int) -> bool:
    line = a_line(book, order)
    if not has_reached(book, timeline, order, "Payment received") or book.quantity[line] < 2:
        return False
    short = float(np.floor(book.quantity[line] * book.rng.uniform(0.4, 0.9)))
    timeline.delivered[line] = timeline.invoiced[line] = short
    step = STEP["Goods shipped"]
    origin = ("shipping", book.user(int(timeline.by[step, order])), int(timeline.at[step, order]))
    plant(book, order, line, "quantity", number(short), number(float(book.quantity[line])), origin=origin)
    return True


def _invoice_mismatch(book: Book, timeline: Timeline, order: int) -> bool:
    line = a_line(book, order)
    if not has_reached(book, timeline, order, "Invoice issued"):
        return False
    timeline.invoiced[line] = float(book.quantity[line] + book.rng.integers(1, 6))
    step = STEP["Invoice issued"]
    origin = ("invoicing", book.user(int(timeline.by[step, order])), int(timeline.at[step, order]))
    plant(
        book,
        order,
        line,
        "quantity",
        number(timeline.invoiced[line]),
        number(float(book.quantity[line])),
        origin=origin,
    )
    return True


def _bypass(book: Book, timeline: Timeline, order: int) -> bool:
    step = STEP["Order approved"]
    if not has_reached(book, timeline, order, "Order approved"):
        return False
    deputy = first_of(book, "approver")
    timeline.by[step, order] = deputy
    timeline.extra_actions.append(
        {
            "order": order,
            "activity": "Approval delegated",
            "at": int(timeline.at[step, order]) - 600,
            "by": deputy,
            "detail": "deputy rule, documented",
        }
    )
    decoy(book, order, None)
    return True


def _customer_change(book: Book, timeline: Timeline, order: int) -> bool:
    logged = _logged_quantity(book, timeline, order, reason="customer request")
    if logged is None:
        return False
    decoy(book, order, logged[0])
    return True


def _partial_delivery(book: Book, timeline: Timeline, order: int) -> bool:
    line, later = a_line(book, order), int(book.rng.integers(1, 7)) * DAY
    shipped, by = (int(values[STEP["Goods shipped"], order]) for values in (timeline.at, timeline.by))
    if not has_reached(book, timeline, order, "Goods shipped") or shipped + later > book.end or book.quantity[line] < 2:
        return False
    picked, again = (int(at) for at in in_office(book, shipped + later + np.array([0, HOUR])))
    again = max(again, picked + HOUR // 2)
    if again > book.end:
        return False
    timeline.rest[line] = (float(np.ceil(book.quantity[line] * book.rng.uniform(0.2, 0.6))), again)
    for activity, at in (("Goods picked", picked), ("Goods shipped", again)):
        timeline.extra_actions.append({"order": order, "activity": activity, "at": at, "by": by, "detail": None})
    decoy(book, order, line)
    return True


def _logged_quantity(
    book: Book, timeline: Timeline, order: int, at: int | None = None, approved: bool = True, reason: str = "adjustment"
) -> tuple[int, dict[str, Any]] | None:
    """A logged change of a quantity between validation and picking (or at `at`); None where the order is not so far."""
    line = a_line(book, order)
    early, late = (int(timeline.at[STEP[s], order]) for s in ("Order validated", "Picking started"))
    if at is None:
        if late > book.end or late - early < 2 * HOUR:
            return None
        at = early + int(book.rng.uniform(0.1, 0.8) * (late - early))
    if at > book.end:
        return None
    old = float(book.quantity[line])
    new = max(1.0, np.round(old * book.rng.uniform(0.7, 1.4)) + (1 if book.rng.random() < 0.5 else 0))
    new = new if new != old else old + 1
    book.quantity[line] = new
    who = book.user(int(timeline.by[STEP["Order validated"], order]))
    log_change(book, order, book.line_id(line), "quantity", number(old), number(new), at, who, reason, approved)
    return line, book.changes[-1]


PROCESS_MISHAPS: dict[str, Callable[[Book, Timeline, int], bool]] = {
    "lost_order": _lost_order,
    "stuck_order": _stuck_order,
    "unlogged_change": _unlogged_change,
    "unapproved_change": _unapproved_change,
    "late_change": _late_change,
    "conflicting_edits": _conflicting_edits,
    "skipped_approval": _skipped_approval,
    "self_approval": _self_approval,
    "unauthorised_action": _unauthorised,
    "stage_out_of_order": _out_of_order,
    "unresolved_exception": _unresolved,
    "late_sync": _late_sync,
    "short_delivery": _short_delivery,
    "invoice_mismatch": _invoice_mismatch,
    "authorised_bypass": _bypass,
    "customer_change": _customer_change,
    "partial_delivery": _partial_delivery,
}
