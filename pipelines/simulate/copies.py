"""Orders that are entered again: the same twice, nearly the same twice, and honest repeats of old ones."""

from collections.abc import Callable, Iterable

import numpy as np

from pipelines.simulate.book import DAY, Book, Ints, copy_lines, list_price, seller
from pipelines.simulate.calendar import LEAD_DAYS
from pipelines.simulate.masters import ship_to
from pipelines.simulate.truth import a_line, decoy, plant
from pipelines.simulate.value_mishaps import misspelt

# How a copy differs, and how many lines the original has to have so that it stays the same order.
_FEWEST_LINES = {"": 1, "shorter": 3, "longer": 3, "quantity": 3, "date": 2, "customer": 2, "spelling": 2}
_GOODS_DIFFER = ("shorter", "longer", "quantity")
_VARIANTS = {
    "duplicate_order": ("",),
    "near_duplicate": tuple(name for name in _FEWEST_LINES if name),
    "repeat_order": ("",),
    "similar_order": _GOODS_DIFFER,
}
# Minutes after the original; a repeat or similar order comes so many days after the last one that it could be taken from.
_MINUTES = {"duplicate_order": (5, 180), "near_duplicate": (10, 480)}
_DAYS = {"repeat_order": 5, "similar_order": 2}
_LOOK_BACK = 40


def copy_orders(book: Book) -> None:
    """Copies take over another order's customer and lines; their own lines go. Where none can be copied, nothing happens."""
    copies: dict[int, int] = {}
    variants: dict[int, str] = {}
    by_customer, sizes = _orders_by_customer(book), np.bincount(book.line_order, minlength=book.orders)
    for kind, choices in _VARIANTS.items():
        for order in np.flatnonzero(book.kind == kind).tolist():
            variant = str(book.rng.choice(choices))
            fits = _fits(book, variant, sizes, copies)
            source = next((c for c in _candidates(book, order, kind, by_customer) if fits(c)), None)
            if source is None:
                book.kind[order] = ""
                continue
            copies[order], variants[order] = source, variant
            _take_over(book, order, source, kind, variant)
    book.originals = set(copies.values())
    copy_lines(book, copies, _shortened(copies, variants))
    _price_of_the_day(book, [order for order in copies if book.kind[order] in _DAYS])
    for order, source in copies.items():
        if variants[order] == "quantity":
            _other_quantity(book, order)
        _write_down(book, order, source)


def _write_down(book: Book, order: int, source: int) -> None:
    if book.kind[order] in _MINUTES:
        plant(book, order, None, "order_id", book.order_id(order), book.order_id(source))
    else:
        decoy(book, order, None)


def _fits(book: Book, variant: str, sizes: Ints, copies: dict[int, int]) -> Callable[[int], bool]:
    """Which orders can be copied in this way: untouched so far, long enough, with a customer who is held twice."""
    taken = {*copies, *copies.values()}
    doubles = book.masters.doubles

    def fits(order: int) -> bool:
        free = book.kind[order] == "" and order not in taken and sizes[order] >= _FEWEST_LINES[variant]
        return bool(free and (variant != "customer" or int(book.customer[order]) in doubles))

    return fits


def _candidates(book: Book, order: int, kind: str, by_customer: list[Ints]) -> Iterable[int]:
    """The orders just before, or for a repeat the customer's earlier ones, some days old; the latest first."""
    if kind in _MINUTES:
        return range(order - 1, max(-1, order - _LOOK_BACK), -1)
    own = by_customer[book.customer[order]]
    earlier = map(int, own[: np.searchsorted(own, order)][::-1])
    return (c for c in earlier if book.at[c] < book.at[order] - _DAYS[kind] * DAY)


def _orders_by_customer(book: Book) -> list[Ints]:
    """The orders of every customer, in the order of entry."""
    ends = np.cumsum(np.bincount(book.customer, minlength=len(book.masters.names)))
    return np.split(np.argsort(book.customer, kind="stable"), ends[:-1])


def _take_over(book: Book, order: int, source: int, kind: str, variant: str) -> None:
    for name in ("customer", "name", "ship_to", "terms", "channel"):
        getattr(book, name)[order] = getattr(book, name)[source]
    if kind in _MINUTES:
        book.at[order] = book.at[source] + int(book.rng.integers(*_MINUTES[kind])) * 60
        book.requested[order], book.promised[order] = book.requested[source], book.promised[source]
    else:
        book.clerk[order] = seller(book, order)
    if variant == "date":
        _other_date(book, order)
    elif variant == "customer":
        book.customer[order] = book.masters.doubles[int(book.customer[order])]
        book.ship_to[order] = ship_to(int(book.customer[order]), 1)
    elif variant == "spelling":
        book.name[order] = misspelt(book.rng, str(book.name[order]))


def _other_date(book: Book, order: int) -> None:
    entered, old = int(book.at[order] // DAY), int(book.requested[order])
    days = [day for day in (entered + lead for lead in range(*LEAD_DAYS)) if 1 <= abs(day - old) <= 5]
    book.requested[order] = book.promised[order] = int(book.rng.choice(days))


def _shortened(copies: dict[int, int], variants: dict[int, str]) -> set[int]:
    """The orders that lose a line: the copy, or the original so that the copy has one more."""
    shorter = {order for order in copies if variants[order] == "shorter"}
    return shorter | {copies[order] for order in copies if variants[order] == "longer"}


def _other_quantity(book: Book, order: int) -> None:
    line = a_line(book, order)
    old = float(book.quantity[line])
    new = max(1.0, float(np.round(old * book.rng.uniform(0.6, 1.5))))
    book.quantity[line] = new if new != old else old + 1


def _price_of_the_day(book: Book, orders: list[int]) -> None:
    """A repeat order takes the goods of an old one, not its prices."""
    lines = np.flatnonzero(np.isin(book.line_order, orders))
    day = book.at[book.line_order[lines]] // DAY
    book.price[lines] = list_price(book.company, book.masters, book.product[lines], book.boxed[lines], day)
