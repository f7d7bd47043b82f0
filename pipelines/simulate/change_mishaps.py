"""Errors and decoys in changes that came too late, too often or not at all, and in what other systems make of an order."""

from collections.abc import Callable

from pipelines.simulate.book import DAY, Book
from pipelines.simulate.timeline import NEVER, STEP, Timeline, stage_at
from pipelines.simulate.truth import a_line, day_text, decoy, log_change, number, plant

_CUSTOMER, _OURS = "customer request", "adjustment"


def _after_confirmation(book: Book, timeline: Timeline, order: int) -> bool:
    changed = _other_day(book, timeline, order, _OURS, approved=False)
    if changed is None:
        return False
    right, wrong, at = changed
    who = _clerk(book, timeline, order)
    origin = (stage_at(timeline, order, at), who, at)
    plant(book, order, None, "requested_delivery_date", wrong, right, origin=origin)
    return True


def _confirmed_customer_change(book: Book, timeline: Timeline, order: int) -> bool:
    if _other_day(book, timeline, order, _CUSTOMER, approved=True) is None:
        return False
    decoy(book, order, None)
    return True


def _other_day(book: Book, timeline: Timeline, order: int, reason: str, approved: bool) -> tuple[str, str, int] | None:
    """The day of delivery put off between approval and picking: the old day, the new one, when."""
    at = _between(book, timeline, order, "Order approved", "Picking started")
    if at is None:
        return None
    old, new = int(book.requested[order]), int(book.requested[order] + book.rng.integers(1, 6))
    book.requested[order] = new
    who = _clerk(book, timeline, order)
    log_change(book, order, None, "requested_delivery_date", day_text(old), day_text(new), at, who, reason, approved)
    return day_text(old), day_text(new), at


def _after_picking(book: Book, timeline: Timeline, order: int) -> bool:
    changed = _more(book, timeline, order, ("Picking started", "Goods shipped"), _OURS, approved=False)
    if changed is None:
        return False
    line, old, at = changed
    origin = (stage_at(timeline, order, at), _clerk(book, timeline, order), at)
    plant(book, order, line, "quantity", number(float(book.quantity[line])), number(old), origin=origin)
    return True


def _approved_change_in_picking(book: Book, timeline: Timeline, order: int) -> bool:
    changed = _more(book, timeline, order, ("Picking started", "Goods shipped"), _CUSTOMER, approved=True)
    if changed is None:
        return False
    decoy(book, order, changed[0])
    return True


def _too_many(book: Book, timeline: Timeline, order: int) -> bool:
    line, times = a_line(book, order), int(book.rng.integers(5, 9))
    start, end = (int(timeline.at[STEP[s], order]) for s in ("Order validated", "Picking started"))
    if end > book.end or end - start < times * 1800:
        return False
    who, values = _clerk(book, timeline, order), [float(book.quantity[line])]
    for n in range(times):
        at = start + (end - start) * (n + 1) // (times + 1)
        values.append(values[-1] + (1.0 if book.rng.random() < 0.5 or values[-1] < 2 else -1.0))
        log_change(book, order, book.line_id(line), "quantity", number(values[-2]), number(values[-1]), at, who, _OURS)
    book.quantity[line] = values[-1]
    origin = (stage_at(timeline, order, at), who, at)
    plant(book, order, line, "quantity", number(values[-1]), number(values[0]), origin=origin)
    return True


def _broken_chain(book: Book, timeline: Timeline, order: int) -> bool:
    changed = _more(book, timeline, order, ("Order validated", "Picking started"), _OURS, approved=True)
    if changed is None:
        return False
    line, _, at = changed
    left_at, begins = float(book.quantity[line]), float(book.quantity[line] + book.rng.integers(2, 9))
    book.quantity[line] = begins + 1
    who = _clerk(book, timeline, order)
    log_change(book, order, book.line_id(line), "quantity", number(begins), number(begins + 1), at + 900, who, _OURS)
    # Who changed it in between left no record.
    plant(book, order, line, "quantity", number(begins), number(left_at), origin=(None, None, None))
    return True


def _never_applied(book: Book, timeline: Timeline, order: int) -> bool:
    changed = _more(book, timeline, order, ("Order validated", "Picking started"), _CUSTOMER, approved=True)
    if changed is None:
        return False
    line, old, at = changed
    wanted, book.quantity[line] = float(book.quantity[line]), old
    origin = (stage_at(timeline, order, at), _clerk(book, timeline, order), at)
    plant(book, order, line, "quantity", number(old), number(wanted), origin=origin)
    return True


def _more(
    book: Book, timeline: Timeline, order: int, steps: tuple[str, str], reason: str, approved: bool
) -> tuple[int, float, int] | None:
    """A logged change of a quantity between two steps: the line, the old quantity, when."""
    line, at = a_line(book, order), _between(book, timeline, order, *steps)
    if at is None:
        return None
    old = float(book.quantity[line])
    book.quantity[line] = old + float(book.rng.integers(1, 4))
    who, new = _clerk(book, timeline, order), number(float(book.quantity[line]))
    log_change(book, order, book.line_id(line), "quantity", number(old), new, at, who, reason, approved)
    return line, old, at


def _between(book: Book, timeline: Timeline, order: int, first: str, last: str) -> int | None:
    """A moment between two steps that both happened, with half an hour to spare; None where there is none."""
    start, end = (int(timeline.at[STEP[step], order]) for step in (first, last))
    if end > book.end or end - start < 2 * 1800:
        return None
    return start + 900 + int(book.rng.uniform(0, 1) * (end - start - 2 * 900))


def _invoice_price(book: Book, timeline: Timeline, order: int) -> bool:
    step, line = STEP["Invoice issued"], a_line(book, order)
    if timeline.at[step, order] > book.end:
        return False
    right = round(float(book.price[line]), 4)
    wrong = round(right * float(book.rng.choice([0.8, 0.9, 1.1, 1.25])), 4)
    if abs(wrong - right) * float(book.quantity[line]) < 1:
        return False
    timeline.invoiced_price[line] = wrong
    origin = ("invoicing", book.user(int(timeline.by[step, order])), int(timeline.at[step, order]))
    plant(book, order, line, "unit_price", number(wrong), number(right), origin=origin)
    return True


def _status(book: Book, timeline: Timeline, order: int) -> bool:
    paid, billed = int(timeline.at[STEP["Payment received"], order]), int(timeline.at[STEP["Invoice issued"], order])
    if max(paid, billed) < book.end - 10 * DAY:
        wrong, right = str(book.rng.choice(["open", "shipped"])), "closed"
    elif billed < book.end - 10 * DAY and book.end < paid < NEVER:
        wrong, right = "closed", "shipped"
    else:
        return False
    timeline.status[order] = wrong
    plant(book, order, None, "status", wrong, right, origin=(None, None, None))
    return True


def _clerk(book: Book, timeline: Timeline, order: int) -> str:
    return book.user(int(timeline.by[STEP["Order validated"], order]))


CHANGE_MISHAPS: dict[str, Callable[[Book, Timeline, int], bool]] = {
    "change_after_confirmation": _after_confirmation,
    "change_after_picking": _after_picking,
    "too_many_changes": _too_many,
    "broken_chain": _broken_chain,
    "change_not_applied": _never_applied,
    "invoice_price_mismatch": _invoice_price,
    "status_mismatch": _status,
    "confirmed_customer_change": _confirmed_customer_change,
    "approved_change_in_picking": _approved_change_in_picking,
}
