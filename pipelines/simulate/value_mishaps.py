"""Errors and decoys in the values of an order: names, products, quantities, prices, dates, places."""

from collections.abc import Callable
from typing import Any

import numpy as np

from pipelines.simulate.book import DAY, Book, lines_of
from pipelines.simulate.calendar import swappable_days, swapped_day
from pipelines.simulate.masters import TERMS, customer_id, ship_to
from pipelines.simulate.truth import a_line, day_text, decoy, number, plant

# None is a rebate that a promotion gives: the price might be on the customer's list of that day.
_PRICE_SLIPS = (0.6, 0.7, 0.75, 1.15, 1.25, 1.4)
_PROMOTIONS = (0.8, 0.85, 0.9)


def misspelt(rng: np.random.Generator, right: str) -> str:
    """A name with two letters of its first word swapped, or one doubled or lost."""
    head = list(right)
    place = int(rng.integers(1, max(2, len(right.split(maxsplit=1)[0]) - 1)))
    if rng.random() < 0.5:
        head[place], head[place + 1] = head[place + 1], head[place]
    else:
        head.insert(place, head[place])
    wrong = "".join(head)
    return wrong if wrong != right else right[:place] + right[place + 1 :]


def _misspell(book: Book, order: int) -> None:
    right = str(book.name[order])
    _set_order(book, order, "customer_name", book.name, misspelt(book.rng, right), right)


def _wrong_product(book: Book, order: int) -> None:
    line = a_line(book, order)
    right, product = str(book.sku[line]), int(book.product[line])
    if book.rng.random() < 0.5:
        digits = list(right)
        place = int(book.rng.integers(2, len(digits) - 1))
        digits[place], digits[place + 1] = digits[place + 1], digits[place]
        wrong = "".join(digits)
    else:
        wrong = str(book.masters.skus[product + 1 if product + 1 < len(book.masters.skus) else product - 1])
    if wrong == right:
        wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    _set_line(book, order, line, "sku", book.sku, wrong, right)


def _power_of_ten(book: Book, order: int) -> None:
    line = a_line(book, order)
    right = float(book.quantity[line])
    factor = 100.0 if book.rng.random() < 0.1 else 10.0
    _set_line(book, order, line, "quantity", book.quantity, right * factor, right)


def _pack_size(book: Book, order: int) -> None:
    line = a_line(book, order)
    right = float(book.quantity[line])
    _set_line(
        book, order, line, "quantity", book.quantity, right * float(book.masters.pack_size[book.product[line]]), right
    )


def _wrong_unit(book: Book, order: int) -> None:
    line = a_line(book, order)
    _set_line(book, order, line, "unit", book.unit, "KG", str(book.unit[line]))


def _wrong_price(book: Book, order: int) -> None:
    line = a_line(book, order)
    right = float(book.price[line])
    factor = 10.0 if book.rng.random() < 0.3 else float(book.rng.choice(_PRICE_SLIPS))
    _set_line(book, order, line, "unit_price", book.price, round(right * factor, 4), right)


def _excess_discount(book: Book, order: int) -> None:
    line = a_line(book, order)
    _set_line(
        book,
        order,
        line,
        "discount",
        book.discount,
        float(book.rng.choice([0.12, 0.15, 0.2, 0.25])),
        float(book.discount[line]),
    )


def _total_mismatch(book: Book, order: int) -> None:
    offset = float(np.round(book.rng.uniform(5, 200), 2))
    book.net_offset[order] = offset
    plant(book, order, None, "net_amount", f"sum of lines + {offset}", "sum of lines")


def _wrong_date(book: Book, order: int) -> None:
    right, entered = int(book.requested[order]), int(book.at[order] // DAY)
    wrong = right + 365 if book.rng.random() < 0.5 else entered - int(book.rng.integers(3, 40))
    # A date that makes sense with day and month swapped would be taken for that error, and nobody could tell.
    while wrong < entered and swapped_day(wrong) is not None and 0 <= int(swapped_day(wrong) or 0) - entered <= 60:
        wrong = entered - int(book.rng.integers(3, 40))
    _set_day(book, order, wrong, right)


def _swapped(book: Book, order: int) -> None:
    right = int(book.rng.choice(swappable_days(int(book.at[order] // DAY))))
    book.requested[order] = book.promised[order] = right
    _set_day(book, order, int(swapped_day(right) or right), right)


def _missing(book: Book, order: int) -> None:
    field = str(book.rng.choice(["payment_terms", "ship_to", "requested_delivery_date", "customer_id"]))
    book.missing[order] = field
    values = {"payment_terms": book.terms, "ship_to": book.ship_to}
    right = str(values[field][order]) if field in values else day_text(int(book.requested[order]))
    if field == "customer_id":
        right = str(customer_id(int(book.customer[order]))[0])
    plant(book, order, None, field, "", right, lambda: book.missing.pop(order))


def _wrong_ship_to(book: Book, order: int) -> None:
    other = int(
        (book.customer[order] + 1 + book.rng.integers(0, len(book.masters.names) - 1)) % len(book.masters.names)
    )
    _set_order(book, order, "ship_to", book.ship_to, ship_to(other, 1), str(book.ship_to[order]))


def _wrong_terms(book: Book, order: int) -> None:
    right = str(book.terms[order])
    _set_order(book, order, "payment_terms", book.terms, next(t for t in TERMS if t != right), right)


def _bulk_order(book: Book, order: int) -> None:
    """Many times as much of one line, or for a project of all lines."""
    lines = lines_of(book, order) if book.rng.random() < 0.5 else [a_line(book, order)]
    for line in lines:
        book.quantity[line] = np.round(book.quantity[line] * book.rng.uniform(4, 9))
        decoy(book, order, line)


def _new_ship_to(book: Book, order: int) -> None:
    customer = int(book.customer[order])
    later = book.extra_places.setdefault(customer, [])
    place = ship_to(customer, 3 + len(later))
    later.append(place)
    book.ship_to[order] = place
    decoy(book, order, None)


def _promotion(book: Book, order: int) -> None:
    line = a_line(book, order)
    book.price[line] = round(float(book.price[line]) * float(book.rng.choice(_PROMOTIONS)), 4)
    day = day_text(int(book.at[order] // DAY))
    book.extra_prices.append(
        {
            "sku": str(book.sku[line]),
            "customer_id": str(customer_id(int(book.customer[order]))[0]),
            "unit": str(book.unit[line]),
            "price": float(book.price[line]),
            "currency": book.company.currency,
            "valid_from": day,
            "valid_until": day,
        }
    )
    decoy(book, order, line)


def _rush_order(book: Book, order: int) -> None:
    today = int(book.at[order] // DAY)
    book.requested[order] = book.promised[order] = today + int(book.rng.integers(0, 2))
    decoy(book, order, None)


def _set_order(book: Book, order: int, field: str, values: Any, wrong: str, right: str) -> None:
    values[order] = wrong
    plant(book, order, None, field, wrong, right, lambda: values.__setitem__(order, right))


def _set_line(book: Book, order: int, line: int, field: str, values: Any, wrong: Any, right: Any) -> None:
    values[line] = wrong
    plant(book, order, line, field, number(wrong), number(right), lambda: values.__setitem__(line, right))


def _set_day(book: Book, order: int, wrong: int, right: int) -> None:
    book.requested[order] = wrong
    plant(
        book,
        order,
        None,
        "requested_delivery_date",
        day_text(wrong),
        day_text(right),
        lambda: book.requested.__setitem__(order, right),
    )


VALUE_MISHAPS: dict[str, Callable[[Book, int], None]] = {
    "misspelt_customer": _misspell,
    "wrong_product": _wrong_product,
    "quantity_power_of_ten": _power_of_ten,
    "quantity_pack_size": _pack_size,
    "wrong_unit": _wrong_unit,
    "wrong_price": _wrong_price,
    "excess_discount": _excess_discount,
    "total_mismatch": _total_mismatch,
    "wrong_date": _wrong_date,
    "swapped_day_month": _swapped,
    "missing_field": _missing,
    "wrong_ship_to": _wrong_ship_to,
    "wrong_terms": _wrong_terms,
    "bulk_order": _bulk_order,
    "new_ship_to": _new_ship_to,
    "promotion": _promotion,
    "rush_order": _rush_order,
}
