"""Writes down what was planted, what only looks wrong, and what the change log knows of it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from pipelines.simulate.book import ROBOTS, Book, lines_of


def plant(
    book: Book,
    order: int,
    line: int | None,
    field: str,
    wrong: str,
    right: str,
    apply: Callable[[], Any] | None = None,
    origin: tuple[str | None, str | None, int | None] | None = None,
) -> None:
    """Write down one planted error. `apply` puts the right value back, where a correction could."""
    stage, user, at = origin or ("entry", book.user(int(book.clerk[order])), int(book.at[order]))
    book.planted.append(
        {
            "planted_id": f"E{len(book.planted) + len(book.corrected) + 1:06d}",
            "kind": str(book.kind[order]),
            "order_id": book.order_id(order),
            "line_id": book.line_id(line) if line is not None else None,
            "field": field,
            "wrong": wrong,
            "right": right,
            "origin_stage": stage,
            "origin_user": user,
            "origin_at": int(book.at[order]) if at is None else at,
            "origin_known": at is not None,
            "found_at": None,
            "cost": None,
            "_order": order,
            "_line": line,
            "_apply": apply,
        }
    )


def decoy(book: Book, order: int, line: int | None) -> None:
    book.decoys.append(
        {
            "kind": str(book.kind[order]),
            "order_id": book.order_id(order),
            "line_id": book.line_id(line) if line is not None else None,
        }
    )


def number(value: Any) -> str:
    """A number as the files write it; text stays."""
    if isinstance(value, str):
        return value
    return f"{value:.4f}".rstrip("0").rstrip(".")


def day_text(day: int) -> str:
    """Days since 1970 as an ISO date."""
    return str(np.datetime64(day, "D"))


def log_change(
    book: Book,
    order: int,
    line_id: str | None,
    field: str,
    old: str,
    new: str,
    at: int,
    by: str,
    reason: str,
    approved: bool = True,
) -> None:
    """One row of the change log; an approval comes before the change, a customer's request before the approval."""
    asked, agreed = reason == "customer request", max(int(book.at[order]), at - 1200)
    approver = book.user(len(ROBOTS) + len(book.masters.staff["clerk"]) + len(book.masters.staff["credit"]))
    book.changes.append(
        {
            "change_id": f"CH-{len(book.changes) + 1}",
            "order_id": book.order_id(order),
            "line_id": line_id,
            "field": field,
            "old_value": old,
            "new_value": new,
            "changed_at": at,
            "changed_by": by,
            "reason": reason,
            "requested_by": "customer" if asked else None,
            "requested_at": max(int(book.at[order]), agreed - _answered_after(len(book.changes))) if asked else None,
            "approved_by": approver if approved else None,
            "approved_at": agreed if approved else None,
            "origin": "log",
        }
    )


def _answered_after(number: int) -> int:
    """Seconds from the request to the approval: half within three hours. By the change's number, not by chance, so that every
    other figure of a seed stays what it was."""
    chance = (number * 7919 % 997 + 0.5) / 997
    return int(-4.3 * 3600 * np.log(chance))


def a_line(book: Book, order: int) -> int:
    """One line of an order by chance."""
    return int(book.rng.choice(lines_of(book, order)))
