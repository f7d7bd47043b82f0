"""Which orders go wrong and which only look it. Each carries one error or decoy at most; the truth of each is written down."""

import numpy as np

from pipelines.simulate.book import DAY, ROBOTS, Book, Floats, line_net
from pipelines.simulate.calendar import swappable_days
from pipelines.simulate.change_mishaps import CHANGE_MISHAPS
from pipelines.simulate.control_mishaps import CAN_CARRY, CONTROL_MISHAPS, contested
from pipelines.simulate.process_mishaps import PROCESS_MISHAPS
from pipelines.simulate.timeline import NEVER, Timeline
from pipelines.simulate.value_mishaps import VALUE_MISHAPS

# Made at entry by a person; go-live makes them rarer.
ENTRY_KINDS = (
    "misspelt_customer", "wrong_product", "quantity_power_of_ten", "quantity_pack_size", "wrong_unit", "wrong_price",
    "excess_discount", "total_mismatch", "wrong_date", "swapped_day_month", "missing_field", "duplicate_order",
    "near_duplicate", "wrong_ship_to", "wrong_terms", "contested_customer",
)  # fmt: skip
_IN_VALUES = VALUE_MISHAPS | {"contested_customer": contested}
_IN_PROCESS = PROCESS_MISHAPS | CONTROL_MISHAPS | CHANGE_MISHAPS
# Only an order above the approval limit can go wrong there.
_ABOUT_APPROVAL = (
    "skipped_approval", "self_approval", "authorised_bypass", "change_after_confirmation", "confirmed_customer_change",
)  # fmt: skip


def assign_kinds(book: Book) -> None:
    """Decide which orders carry an error or a decoy. Errors come more often from some clerks, by phone, under load."""
    company = book.company
    entry = {kind: rate for kind, rate in company.errors.items() if kind in ENTRY_KINDS}
    process = {kind: rate for kind, rate in company.errors.items() if kind not in ENTRY_KINDS}
    at_entry = _entry_weight(book)
    for rates in (entry, process, company.decoys):
        for kind, rate in rates.items():
            weight = _prone(book, kind, at_entry if kind in ENTRY_KINDS else np.ones(book.orders))
            hit = (book.rng.random(book.orders) < rate * weight) & (book.kind == "")
            book.kind[hit] = kind
    book.kind[0] = ""


def _entry_weight(book: Book) -> Floats:
    """How prone an order is to an entry error, 1 on average before go-live; EDI enters without errors."""
    skill = np.exp(book.rng.normal(0, 0.5, len(book.users)))[book.clerk]
    by_phone = np.where(book.channel == 3, 1.7, 0.9)
    weight = np.where(book.clerk >= len(ROBOTS), skill / skill.mean() * by_phone, 0.0)
    go_live = np.datetime64(book.company.go_live, "D").astype(np.int64) * DAY
    return np.where(book.at >= go_live, weight * book.company.go_live_factor, weight)


def _prone(book: Book, kind: str, weight: Floats) -> Floats:
    """`weight`, moved to the orders that can carry the kind at all, so that its rate is one of all orders."""
    if kind in _ABOUT_APPROVAL:
        fit = np.bincount(book.line_order, line_net(book), minlength=book.orders) > book.company.approval_limit
        fit &= (book.clerk >= len(ROBOTS)) | (kind != "self_approval")
    elif kind == "swapped_day_month":
        days, place = np.unique(book.at // DAY, return_inverse=True)
        fit = np.array([bool(swappable_days(int(day))) for day in days])[place]
    elif kind in CAN_CARRY:
        fit = CAN_CARRY[kind](book)
    else:
        return weight
    return np.where(fit, weight * book.orders / max(1, fit.sum()), 0.0)


def before_timeline(book: Book) -> None:
    """Errors and decoys in the values of the order itself."""
    for order in np.flatnonzero(np.isin(book.kind, list(_IN_VALUES))):
        _IN_VALUES[book.kind[order]](book, int(order))


def after_timeline(book: Book, timeline: Timeline) -> None:
    """Errors and decoys in what happens to the order; an order that is not far enough carries none."""
    for order in np.flatnonzero(np.isin(book.kind, list(_IN_PROCESS))):
        if timeline.cancelled[order] < NEVER or not _IN_PROCESS[book.kind[order]](book, timeline, int(order)):
            book.kind[order] = ""
