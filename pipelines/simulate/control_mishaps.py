"""Errors and decoys about who does what, and when: stages left out, second pairs of eyes, night work, sellers, hand-overs."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from pipelines.simulate.book import DAY, HOUR, ROBOTS, STRANGER, Book, Floats, first_of
from pipelines.simulate.calendar import present
from pipelines.simulate.timeline import (
    NEVER,
    STAGES,
    STEP,
    STEPS,
    Timeline,
    add_exception,
    has_reached,
    shift_from,
    stage_at,
)
from pipelines.simulate.truth import decoy, plant

Bools = npt.NDArray[np.bool_]
_LEFT_OUT = ("Order validated", "Credit checked", "Stock allocated")
_DONE_AGAIN = ("Order validated", "Credit checked")
# A seller of one's own shows in as many orders; a rival in one between two of the seller's, not further apart.
_STEADY, _NEAR = 12, 6 * DAY
# Days before the end of the data at which an order that nobody takes up was handed over, by its last step.
_WAITS = {"Order validated": (6.2, 9.8), "Stock allocated": (8.0, 9.8)}


def _missing_stage(book: Book, timeline: Timeline, order: int) -> bool:
    step = STEP[str(book.rng.choice(_LEFT_OUT))]
    if not has_reached(book, timeline, order, "Goods picked"):
        return False
    timeline.at[step, order] = NEVER
    # Whoever first went on without it let the order through.
    first = next(later for later in range(step + 1, len(STEPS)) if timeline.at[later, order] < NEVER)
    origin = (STAGES[step], book.user(int(timeline.by[first, order])), int(timeline.at[first, order]))
    plant(book, order, None, "activity", "", STEPS[step][0], origin=origin)
    return True


def _repeated_stage(book: Book, timeline: Timeline, order: int) -> bool:
    activity = str(book.rng.choice(_DONE_AGAIN))
    at = int(timeline.at[STEP[activity], order]) + int(book.rng.integers(10, 90)) * 60
    if not has_reached(book, timeline, order, "Picking started") or order in timeline.excepted:
        return False
    by = int(timeline.by[STEP["Order validated"], order])
    if at >= timeline.at[STEP["Picking started"], order] or at > book.end:
        return False
    timeline.extra_actions.append({"order": order, "activity": activity, "at": at, "by": by, "detail": None})
    plant(book, order, None, "activity", activity, "", origin=(STAGES[STEP[activity]], book.user(by), at))
    return True


def _four_eyes(book: Book, timeline: Timeline, order: int) -> bool:
    step = STEP["Order validated"]
    if not has_reached(book, timeline, order, "Order validated"):
        return False
    timeline.by[step, order] = book.clerk[order]
    who = book.user(int(book.clerk[order]))
    plant(book, order, None, "activity", who, "another user", origin=("validation", who, int(timeline.at[step, order])))
    return True


def _unknown_user(book: Book, timeline: Timeline, order: int) -> bool:
    step = STEP["Stock allocated"]
    if not has_reached(book, timeline, order, "Stock allocated"):
        return False
    right = book.user(int(timeline.by[step, order]))
    timeline.by[step, order] = len(book.users) - 1
    plant(book, order, None, "user_id", STRANGER, right, origin=("allocation", STRANGER, int(timeline.at[step, order])))
    return True


def _outside_hours(book: Book, timeline: Timeline, order: int) -> bool:
    """Stock is allocated in the small hours of the next day."""
    step = STEP["Stock allocated"]
    old = int(timeline.at[step, order])
    latest = book.company.office_hours[0] - 2.5
    new = _local_midnight(book, old) + DAY + int(book.rng.uniform(1.0, max(1.1, latest)) * HOUR)
    if new > book.end or old >= NEVER or latest < 1:
        return False
    shift_from(book, timeline, order, step + 1, new - old)
    timeline.at[step, order] = new
    plant(book, order, None, "at", "", "", origin=("allocation", book.user(int(timeline.by[step, order])), new))
    return True


def _without_approval(book: Book, timeline: Timeline, order: int) -> bool:
    """An exception that an approver owns is ended by somebody of the warehouse."""
    raised = int(timeline.at[STEP["Credit checked"], order]) + int(book.rng.integers(10, 60)) * 60
    resolved = raised + int(book.rng.integers(2, 30)) * HOUR
    approved = int(timeline.at[STEP["Order approved"], order])
    if order in timeline.excepted or resolved > book.end or raised <= approved <= resolved:
        return False
    picker = first_of(book, "picker") + int(book.rng.integers(0, len(book.masters.staff["picker"])))
    add_exception(book, timeline, order, raised, resolved, first_of(book, "approver"), picker)
    origin = (stage_at(timeline, order, resolved), book.user(picker), resolved)
    plant(book, order, None, "resolved_by", book.user(picker), "an approver", origin=origin)
    return True


def _no_owner(book: Book, timeline: Timeline, order: int) -> bool:
    done = int(timeline.at[STEP["Payment received"], order])
    if order in timeline.excepted or done <= book.end or book.at[order] > book.end:
        return False
    timeline.nobody.add(order)
    right = book.user(int(book.clerk[order]))
    plant(book, order, None, "entered_by", "", right, origin=("entry", None, None))
    return True


def _untaken(book: Book, timeline: Timeline, order: int) -> bool:
    """Handed over by the desk to finance, or by the planners to the warehouse, and then nothing."""
    waits = {name: (book.end - int(timeline.at[STEP[name], order])) / DAY for name in _WAITS}
    fit = [name for name, (least, most) in _WAITS.items() if least <= waits[name] <= most]
    if not fit or order in timeline.excepted:
        return False
    step = STEP[fit[-1]]
    timeline.at[step + 1 :, order] = NEVER
    stage = STAGES[step + 1]
    plant(book, order, None, "status", stage, "", origin=(stage, None, int(timeline.at[step, order])))
    return True


def _deputy(book: Book, timeline: Timeline, order: int) -> bool:
    step = STEP["Credit checked"]
    if not has_reached(book, timeline, order, "Credit checked"):
        return False
    timeline.on_behalf[order] = (STEPS[step][0], book.user(int(timeline.by[step, order])))
    timeline.by[step, order] = first_of(book, "planner")
    decoy(book, order, None)
    return True


def _night_shift(book: Book, timeline: Timeline, order: int) -> bool:
    """The one who works nights picks and ships."""
    first, last = STEP["Picking started"], STEP["Goods shipped"]
    old = int(timeline.at[first, order])
    start = _local_midnight(book, old) + int(book.rng.uniform(22, 25) * HOUR)
    if start + 4 * HOUR > book.end or old >= NEVER:
        return False
    shift_from(book, timeline, order, last + 1, start + 4 * HOUR - int(timeline.at[last, order]))
    timeline.at[first : last + 1, order] = start + np.cumsum(book.rng.integers(600, HOUR, last + 1 - first))
    timeline.by[first : last + 1, order] = first_of(book, "night picker")
    decoy(book, order, None)
    return True


def contested(book: Book, order: int) -> None:
    """Somebody else enters an order of a customer whose seller is at work on the same day; else the order carries nothing."""
    seller, day = int(book.clerk[order]), int(book.at[order] // DAY)
    others = np.flatnonzero((book.customer == book.customer[order]) & (book.clerk >= len(ROBOTS)))
    others = others[np.argsort(book.at[others], kind="stable")]
    place = int(np.flatnonzero(others == order)[0])
    around = others[max(0, place - _STEADY) : place + 2]
    alone = (book.clerk[around] == seller).all() and (book.kind[around] == "contested_customer").sum() == 1
    busy = ((book.clerk == seller) & (book.at // DAY == day)).sum() > 1
    near = len(around) == _STEADY + 2 and np.ptp(book.at[around[-3:]]) <= 2 * _NEAR
    if not (alone and busy and near):
        book.kind[order] = ""
        return
    clerks = len(book.masters.staff["clerk"])
    rival = seller
    while rival == seller:
        drawn = book.rng.integers(0, clerks, 1)
        rival = len(ROBOTS) + int(present(drawn, np.array([day]), book.masters.tenure, book.rng)[0])
    book.clerk[order] = rival
    plant(book, order, None, "entered_by", book.user(rival), book.user(seller))


def _between_two(book: Book) -> Bools:
    """Orders between two near ones of a customer with a seller of his own."""
    own = book.owner[book.customer] + len(ROBOTS) == book.clerk
    ranked = np.lexsort((book.at, book.customer))
    ranked = ranked[own[ranked]]
    customer, at = book.customer[ranked], book.at[ranked]
    fit = np.zeros(book.orders, np.bool_)
    if len(ranked) > _STEADY + 1:
        inner = slice(_STEADY, -1)
        same = (customer[: -_STEADY - 1] == customer[inner]) & (customer[inner] == customer[_STEADY + 1 :])
        before, after = at[inner] - at[_STEADY - 1 : -2], at[_STEADY + 1 :] - at[inner]
        fit[ranked[inner]] = same & (before <= _NEAR) & (after <= _NEAR)
    return fit


def _age(book: Book) -> Floats:
    return (book.end - book.at) / DAY


# Which orders can carry the kind at all, so that its rate is one of all orders.
CAN_CARRY: dict[str, Callable[[Book], Bools]] = {
    "four_eyes": lambda book: book.clerk >= len(ROBOTS),
    "contested_customer": _between_two,
    "no_owner": lambda book: (_age(book) > 1) & (_age(book) < 15),
    "untaken_handover": lambda book: (_age(book) > 6) & (_age(book) < 11),
}


def _local_midnight(book: Book, at: int) -> int:
    offset = book.company.zone_offset_hours * HOUR
    return (at + offset) // DAY * DAY - offset


CONTROL_MISHAPS: dict[str, Callable[[Book, Timeline, int], bool]] = {
    "missing_stage": _missing_stage,
    "repeated_stage": _repeated_stage,
    "four_eyes": _four_eyes,
    "unknown_user": _unknown_user,
    "outside_working_hours": _outside_hours,
    "exception_without_approval": _without_approval,
    "no_owner": _no_owner,
    "untaken_handover": _untaken,
    "deputy": _deputy,
    "night_shift": _night_shift,
}
