"""What happens to every order, step by step: milestones with their time and user, exceptions, documents."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from pipelines.simulate.book import DAY, HOUR, ROBOTS, Book, first_of, line_net
from pipelines.simulate.calendar import next_working_day, present

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NEVER = np.int64(2**62)
EXCEPTION_TYPES = ("stock_shortage", "credit_hold", "price_block", "address_invalid", "approval_rejected")

# activity, lifecycle, role of the user (a robot by its name), mean hours after the step before, spread of the logarithm
STEPS: tuple[tuple[str, str, str, float, float], ...] = (
    ("Order entered", "complete", "entry", 0.0, 0.0),
    ("Order transferred", "complete", "SYNC", 0.08, 0.4),
    ("Order validated", "complete", "clerk", 1.5, 0.8),
    ("Credit checked", "complete", "credit", 2.5, 0.9),
    ("Approval requested", "start", "clerk", 0.6, 0.5),
    ("Order approved", "complete", "approver", 6.0, 0.9),
    ("Stock allocated", "complete", "planner", 8.0, 1.0),
    ("Picking started", "start", "picker", 5.0, 0.8),
    ("Goods picked", "complete", "picker", 1.5, 0.5),
    ("Goods shipped", "complete", "picker", 6.0, 0.8),
    ("Invoice issued", "complete", "ERP", 1.0, 0.5),
    ("Payment received", "complete", "credit", 24.0 * 20, 0.35),
)
# The stage that each step ends or begins; an order stands in the stage of its next step.
STAGES = (
    "entry", "entry", "validation", "credit_check", "approval", "approval",
    "allocation", "picking", "picking", "shipping", "invoicing", "payment",
)  # fmt: skip
STEP = {name: number for number, (name, *_rest) in enumerate(STEPS)}


@dataclass(slots=True)
class Timeline:
    """`at[step, order]` in epoch seconds (NEVER: did not happen), `by[step, order]` as index of the user.

    `rest` holds what of a line followed in a second delivery: quantity and time. `returns` are (line, quantity, time),
    `credits` (line, quantity or None for an amount only, amount, time). `causes` says why an order was cancelled,
    `excepted` which orders have exceptions, `nobody` on which no user is named, `on_behalf` who stood in for whom
    (order -> activity and the user whose it was).
    """

    at: Ints
    by: Ints
    cancelled: Ints
    exceptions: list[dict[str, Any]] = field(default_factory=list)
    extra_actions: list[dict[str, Any]] = field(default_factory=list)
    delivered: dict[int, float] = field(default_factory=dict)
    invoiced: dict[int, float] = field(default_factory=dict)
    rest: dict[int, tuple[float, int]] = field(default_factory=dict)
    unlinked: set[int] = field(default_factory=set)
    invoiced_price: dict[int, float] = field(default_factory=dict)
    status: dict[int, str] = field(default_factory=dict)
    returns: list[tuple[int, float, int]] = field(default_factory=list)
    credits: list[tuple[int, float | None, float, int]] = field(default_factory=list)
    causes: dict[int, str] = field(default_factory=dict)
    excepted: set[int] = field(default_factory=set)
    nobody: set[int] = field(default_factory=set)
    on_behalf: dict[int, tuple[str, str]] = field(default_factory=dict)

    def take_back(self, book: Book, goods: dict[int, float], at: int) -> None:
        """Goods (line -> quantity) of an order come back, and are credited some days later."""
        credited = at + int(book.rng.integers(1, 10)) * DAY
        for line, quantity in goods.items():
            self.returns.append((line, quantity, at))
            if credited <= book.end:
                amount = quantity * float(book.price[line]) * (1 - float(book.discount[line]))
                self.credits.append((line, quantity, amount, credited))


def draw_timeline(book: Book) -> Timeline:
    """Every order through the process, one step after the other, in office hours where people do it."""
    rng, count = book.rng, book.orders
    at = np.empty((len(STEPS), count), np.int64)
    by = np.empty((len(STEPS), count), np.int64)
    load = _load(book)
    needs_approval = np.bincount(book.line_order, line_net(book), minlength=count) > book.company.approval_limit
    now = book.at.copy()
    for step, (name, _, role, hours, spread) in enumerate(STEPS):
        by[step] = _another(book, _users(book, role)) if name == "Order validated" else _users(book, role)
        if step > 0:
            wait = (
                hours
                * HOUR
                * np.exp(rng.normal(0, spread, count))
                * (load if role in ("clerk", "picker", "planner") else 1)
            )
            reached = now + wait.astype(np.int64)
            reached = reached if role in ROBOTS else in_office(book, reached)
        else:
            reached = now
        if name in ("Approval requested", "Order approved"):
            at[step] = np.where(needs_approval, reached, NEVER)
            now = np.where(needs_approval, reached, now)
        else:
            at[step] = now = reached
    timeline = Timeline(at, by, np.full(count, NEVER))
    _draw_exceptions(book, timeline)
    _draw_cancellations(book, timeline)
    return timeline


def cut_at_end(book: Book, timeline: Timeline) -> None:
    """Nothing is known after the end of the data, nothing happens after a cancellation."""
    limit = np.minimum(timeline.cancelled, book.end)
    timeline.at[timeline.at > limit[None, :]] = NEVER
    timeline.cancelled[timeline.cancelled > book.end] = NEVER


def has_reached(book: Book, timeline: Timeline, order: int, step: str) -> bool:
    """Whether the order took a step before the end of the data."""
    return bool(timeline.at[STEP[step], order] <= book.end)


def shift_from(book: Book, timeline: Timeline, order: int, step: int, seconds: int) -> None:
    """Delay a step of one order and all that follow; people go on in office hours."""
    steps = np.arange(step, len(STEPS))
    steps = steps[timeline.at[steps, order] < NEVER]
    moved = timeline.at[steps, order] + seconds
    by_people = np.array([STEPS[number][2] not in ROBOTS for number in steps], dtype=np.bool_)
    moved = np.where(by_people, in_office(book, moved), moved)
    timeline.at[steps, order] = np.maximum.accumulate(moved) + 60 * np.arange(len(steps))


def stage_at(timeline: Timeline, order: int, at: int) -> str:
    """The stage in which an order stands at a moment: that of the step that comes next, the last one when all are done."""
    ahead = np.where(timeline.at[:, order] > at, timeline.at[:, order], NEVER)
    return STAGES[int(ahead.argmin())] if ahead.min() < NEVER else STAGES[-1]


def _load(book: Book) -> Floats:
    day = book.at // DAY
    volume = np.bincount(day - day.min())[day - day.min()]
    load: Floats = np.clip(volume / max(1.0, float(np.median(volume))), 0.6, 2.5)
    return load


def _users(book: Book, role: str) -> Ints:
    if role == "entry":
        return book.clerk
    if role in ROBOTS:
        return np.full(book.orders, ROBOTS.index(role))
    first = len(ROBOTS)
    if role == "clerk":
        drawn = book.rng.integers(0, len(book.masters.staff["clerk"]), book.orders)
        return first + present(drawn, book.at // DAY, book.masters.tenure, book.rng)
    for name, members in book.masters.staff.items():
        if name == role:
            return first + book.rng.integers(0, len(members), book.orders)
        first += len(members)
    raise KeyError(role)


def _another(book: Book, drawn: Ints) -> Ints:
    """Whoever validates did not enter the order."""
    clerks, first = len(book.masters.staff["clerk"]), len(ROBOTS)
    for _ in range(100):
        same = np.flatnonzero(drawn == book.clerk)
        again = book.rng.integers(0, clerks, len(same))
        drawn[same] = first + present(again, book.at[same] // DAY, book.masters.tenure, book.rng)
    return drawn


def in_office(book: Book, at: Ints) -> Ints:
    """Move what falls on a night, weekend or holiday to the next morning."""
    first, last = book.company.office_hours
    offset = book.company.zone_offset_hours * HOUR
    local = at + offset
    day, second = local // DAY, local % DAY
    late = second > (last + 1) * HOUR
    early = second < first * HOUR
    jitter = book.rng.integers(0, 2 * HOUR, len(at))
    day = day + late
    working = next_working_day(day, book.company)
    moved = late | early | (working > day)
    return np.where(moved, working * DAY + first * HOUR + jitter, local) - offset


def _draw_exceptions(book: Book, timeline: Timeline) -> None:
    rng = book.rng
    hit = np.flatnonzero(rng.random(book.orders) < book.company.exceptions)
    allocated = STEP["Stock allocated"]
    approver = first_of(book, "approver")
    for order in hit.tolist():
        raised = int(timeline.at[STEP["Credit checked"], order] + rng.integers(600, 2 * HOUR))
        took = int(HOUR * np.exp(rng.normal(2.6, 0.8)))
        owner = approver + int(rng.integers(0, len(book.masters.staff["approver"])))
        add_exception(book, timeline, order, raised, raised + took, owner)
        if timeline.at[STEP["Approval requested"], order] < NEVER:
            shift_from(book, timeline, order, STEP["Approval requested"], took)
        else:
            shift_from(book, timeline, order, allocated, took)


def add_exception(
    book: Book, timeline: Timeline, order: int, raised: int, resolved: int | None, owner: int, by: int | None = None
) -> None:
    """One exception of an order, ended by its owner or `by`; what lies beyond the end of the data is not known."""
    if raised > book.end:
        return
    timeline.excepted.add(order)
    known = resolved if resolved is not None and resolved <= book.end else None
    timeline.exceptions.append(
        {
            "exception_id": f"EX-{len(timeline.exceptions) + 1}",
            "order_id": book.order_id(order),
            "type": EXCEPTION_TYPES[int(book.rng.integers(0, len(EXCEPTION_TYPES)))],
            "raised_at": raised,
            "resolved_at": known,
            "raised_by": book.user(int(timeline.by[STEP["Credit checked"], order])),
            "owner": book.user(owner),
            "resolved_by": book.user(owner if by is None else by) if known is not None else None,
            "resolution": "released" if known is not None else None,
        }
    )


def _draw_cancellations(book: Book, timeline: Timeline) -> None:
    # An order that was entered a second time stands; it would be no error otherwise.
    free = (book.kind == "") & ~np.isin(np.arange(book.orders), list(book.originals))
    hit = np.flatnonzero((book.rng.random(book.orders) < book.company.cancellations) & free)
    before = timeline.at[STEP["Stock allocated"], hit]
    timeline.cancelled[hit] = in_office(book, before + book.rng.integers(HOUR, 4 * HOUR, len(hit)))
