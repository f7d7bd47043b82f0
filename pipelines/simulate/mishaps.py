"""Which orders go wrong and which only look it. Each carries one error or decoy at most; the truth of each is written down."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from pipelines.simulate.book import DAY, HOUR, ROBOTS, Book, Floats, Ints, copy_lines, line_net, list_price
from pipelines.simulate.calendar import swappable_days
from pipelines.simulate.process_mishaps import PROCESS_MISHAPS
from pipelines.simulate.timeline import NEVER, STEP, Timeline
from pipelines.simulate.truth import decoy, log_change, plant
from pipelines.simulate.value_mishaps import VALUE_MISHAPS

# Made at entry by a person; go-live makes them rarer.
ENTRY_KINDS = (
    "misspelt_customer", "wrong_product", "quantity_power_of_ten", "quantity_pack_size", "wrong_unit", "wrong_price",
    "excess_discount", "total_mismatch", "wrong_date", "swapped_day_month", "missing_field", "duplicate_order",
    "wrong_ship_to", "wrong_terms",
)  # fmt: skip
# Only an order above the approval limit can go wrong there.
_ABOUT_APPROVAL = ("skipped_approval", "self_approval", "authorised_bypass")
_COSTS = {"entry": 5.0, "shipping": 60.0, "customer": 150.0}


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
    else:
        return weight
    return np.where(fit, weight * book.orders / max(1, fit.sum()), 0.0)


def copy_orders(book: Book) -> None:
    """Duplicates and repeat orders take over another order's customer and lines; their own lines go."""
    copies: dict[int, int] = {}
    by_customer = _orders_by_customer(book)
    for kind in ("duplicate_order", "repeat_order"):
        for order in np.flatnonzero(book.kind == kind).tolist():
            source = _source(book, order, kind, copies, by_customer)
            if source is None:
                book.kind[order] = ""
                continue
            copies[order] = source
            for name in ("customer", "name", "ship_to", "terms", "channel"):
                getattr(book, name)[order] = getattr(book, name)[source]
            if kind == "duplicate_order":
                book.at[order] = book.at[source] + int(book.rng.integers(5, 180)) * 60
                book.requested[order], book.promised[order] = book.requested[source], book.promised[source]
    copy_lines(book, copies)
    _price_of_the_day(book, [order for order in copies if book.kind[order] == "repeat_order"])
    for order, source in copies.items():
        if book.kind[order] == "duplicate_order":
            plant(book, order, None, "order_id", book.order_id(order), book.order_id(source))
        else:
            decoy(book, order, None)


def _price_of_the_day(book: Book, orders: list[int]) -> None:
    """A repeat order takes the goods of an old one, not its prices."""
    lines = np.flatnonzero(np.isin(book.line_order, orders))
    day = book.at[book.line_order[lines]] // DAY
    book.price[lines] = list_price(book.company, book.masters, book.product[lines], book.boxed[lines], day)


def _source(book: Book, order: int, kind: str, copies: dict[int, int], by_customer: list[Ints]) -> int | None:
    """The order that is copied: one just before it, or for a repeat the customer's last one of five days before or more."""
    candidates: Iterable[int] = range(order - 1, max(-1, order - 40), -1)
    if kind == "repeat_order":
        own = by_customer[book.customer[order]]
        earlier = own[: np.searchsorted(own, order)][::-1]
        candidates = (c for c in map(int, earlier) if book.at[c] < book.at[order] - 5 * DAY)
    return next((c for c in candidates if book.kind[c] == "" and c not in copies), None)


def _orders_by_customer(book: Book) -> list[Ints]:
    """The orders of every customer, in the order of entry."""
    ends = np.cumsum(np.bincount(book.customer, minlength=len(book.masters.names)))
    return np.split(np.argsort(book.customer, kind="stable"), ends[:-1])


def before_timeline(book: Book) -> None:
    """Errors and decoys in the values of the order itself."""
    for order in np.flatnonzero(np.isin(book.kind, list(VALUE_MISHAPS))):
        VALUE_MISHAPS[book.kind[order]](book, int(order))


def after_timeline(book: Book, timeline: Timeline) -> None:
    """Errors and decoys in what happens to the order; an order that is not far enough carries none."""
    for order in np.flatnonzero(np.isin(book.kind, list(PROCESS_MISHAPS))):
        if timeline.cancelled[order] < NEVER or not PROCESS_MISHAPS[book.kind[order]](book, timeline, int(order)):
            book.kind[order] = ""


def discover(book: Book, timeline: Timeline) -> None:
    """Some errors are noticed: some of these corrected through the log before shipping, the others reported later."""
    rng, habits = book.rng, book.company.discovery
    for row in book.planted:
        if rng.random() > habits["found"]:
            continue
        order = row["_order"]
        at = int(row["origin_at"] + rng.exponential(habits["mean_days"]) * DAY + 2 * HOUR)
        shipped = timeline.at[STEP["Goods shipped"], order]
        if row["_apply"] is not None and rng.random() < habits["corrected"]:
            at = int(row["origin_at"] + rng.uniform(0.1, 0.9) * max(HOUR, min(shipped, book.end) - row["origin_at"]))
            if at < min(shipped, book.end) and timeline.cancelled[order] == NEVER:
                _correct(book, timeline, row, at)
                continue
        if at <= book.end:
            row["found_at"] = at
            row["cost"] = _COSTS["customer"] if at > shipped else _COSTS["shipping"]
            book.found.append({**row, "evidence": ("complaint", "review")[int(rng.random() < 0.3)]})
    gone = {row["planted_id"] for row in book.corrected}
    book.planted = [row for row in book.planted if row["planted_id"] not in gone]


def _correct(book: Book, timeline: Timeline, row: dict[str, Any], at: int) -> None:
    row["_apply"]()
    row["found_at"], row["cost"] = at, _COSTS["entry"]
    corrector = book.user(int(timeline.by[STEP["Order validated"], row["_order"]]))
    log_change(
        book, row["_order"], row["line_id"], row["field"], row["wrong"], row["right"], at, corrector, "correction"
    )
    book.corrected.append(row)
