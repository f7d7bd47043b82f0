"""What comes of the errors: put right before shipping, sent back, credited, reported, or never noticed."""

from typing import Any

import numpy as np

from pipelines.simulate.book import DAY, HOUR, Book, lines_of
from pipelines.simulate.timeline import NEVER, STEP, Timeline, in_office
from pipelines.simulate.truth import log_change

_COSTS = {"entry": 5.0, "shipping": 60.0, "customer": 150.0}
_ENTERED_TWICE = ("duplicate_order", "near_duplicate")
_TOO_MUCH = ("quantity_power_of_ten", "quantity_pack_size")
# Kinds by which the customer gets goods that he did not order.
_WRONG_GOODS = (*_ENTERED_TWICE, *_TOO_MUCH, "wrong_product")
# Right goods come back from orders like these; others carry an error in goods or documents already.
_ORDINARY = ("", "bulk_order", "promotion", "new_ship_to", "rush_order", "repeat_order", "similar_order")


def discover(book: Book, timeline: Timeline) -> None:
    """Follow every planted error until it is put right, comes back, is reported, or stays unseen."""
    for row in book.planted:
        noticed = bool(book.rng.random() <= book.company.discovery["found"])
        if noticed and _caught(book, timeline, row):
            book.corrected.append(row)
        elif not _sent_back(book, timeline, row) and noticed:
            _reported(book, timeline, row)
    gone = {row["planted_id"] for row in book.corrected}
    book.planted = [row for row in book.planted if row["planted_id"] not in gone]
    _ordinary_returns(book, timeline)


def _caught(book: Book, timeline: Timeline, row: dict[str, Any]) -> bool:
    """Put right before shipping: through the change log, or by cancelling the order."""
    rng, habits, order = book.rng, book.company.discovery, row["_order"]
    twice = row["kind"] in _ENTERED_TWICE
    if (row["_apply"] is None and not twice) or rng.random() >= habits["corrected"]:
        return False
    until = min(int(timeline.at[STEP["Goods shipped"], order]), book.end)
    noticed = row["origin_at"] + rng.uniform(0.1, 0.9) * max(HOUR, until - row["origin_at"])
    at = int(in_office(book, np.array([int(noticed)]))[0])
    if at >= until or timeline.cancelled[order] < NEVER:
        return False
    row["found_at"], row["cost"] = at, _COSTS["entry"]
    if twice or rng.random() < habits["cancelled"]:
        timeline.cancelled[order] = at
        timeline.causes[order] = row["kind"].replace("_", " ")
    else:
        _correct(book, timeline, row, at)
    return True


def _correct(book: Book, timeline: Timeline, row: dict[str, Any], at: int) -> None:
    row["_apply"]()
    corrector = book.user(int(timeline.by[STEP["Order validated"], row["_order"]]))
    log_change(
        book, row["_order"], row["line_id"], row["field"], row["wrong"], row["right"], at, corrector, "correction"
    )


def _sent_back(book: Book, timeline: Timeline, row: dict[str, Any]) -> bool:
    """Wrong goods that the customer sends back; the return is the evidence."""
    order = row["_order"]
    shipped = int(timeline.at[STEP["Goods shipped"], order])
    at = shipped + DAY + int(book.rng.exponential(book.company.discovery["mean_days"]) * DAY)
    if (
        row["kind"] not in _WRONG_GOODS
        or timeline.cancelled[order] < NEVER
        or book.rng.random() >= book.company.discovery["returned"]
        or shipped >= NEVER
        or at > book.end
    ):
        return False
    row["found_at"], row["cost"] = at, _COSTS["customer"]
    goods = {line: float(book.quantity[line]) for line in lines_of(book, order) if row["_line"] in (None, line)}
    if row["kind"] in _TOO_MUCH:
        goods = {row["_line"]: float(row["wrong"]) - float(row["right"])}
    timeline.take_back(book, goods, at)
    return True


def _reported(book: Book, timeline: Timeline, row: dict[str, Any]) -> None:
    """Somebody notices it later; what was charged in error is credited now and then, and documents then agree."""
    order = row["_order"]
    at = int(row["origin_at"] + book.rng.exponential(book.company.discovery["mean_days"]) * DAY + 2 * HOUR)
    if at > book.end:
        return
    row["found_at"] = at
    row["cost"] = _COSTS["customer"] if at > timeline.at[STEP["Goods shipped"], order] else _COSTS["shipping"]
    overcharged = _is_overcharged(row) and timeline.at[STEP["Invoice issued"], order] < at
    if overcharged and book.rng.random() < book.company.discovery["credited"]:
        _credit(book, timeline, row, at)
    else:
        book.found.append({**row, "evidence": ("complaint", "review")[int(book.rng.random() < 0.3)]})


def _is_overcharged(row: dict[str, Any]) -> bool:
    dear = row["kind"] == "wrong_price" and float(row["wrong"]) > float(row["right"])
    return dear or row["kind"] == "invoice_mismatch"


def _credit(book: Book, timeline: Timeline, row: dict[str, Any], at: int) -> None:
    """A price is credited as an amount. What was invoiced too much is credited in quantity and is no error any more."""
    line, difference = row["_line"], float(row["wrong"]) - float(row["right"])
    share = 1 - float(book.discount[line])
    if row["kind"] == "wrong_price":
        timeline.credits.append((line, None, difference * float(book.quantity[line]) * share, at))
    else:
        timeline.credits.append((line, difference, difference * float(book.price[line]) * share, at))
        book.corrected.append(row)


def _ordinary_returns(book: Book, timeline: Timeline) -> None:
    """Some of the right goods of some orders come back."""
    rng = book.rng
    sound = np.isin(book.kind, _ORDINARY) & (timeline.cancelled == NEVER)
    for order in np.flatnonzero(sound & (rng.random(book.orders) < book.company.returns)).tolist():
        line = int(rng.choice(lines_of(book, order)))
        at = int(timeline.at[STEP["Goods shipped"], order]) + int(rng.integers(1, 30)) * DAY
        quantity = float(np.ceil(book.quantity[line] * rng.uniform(0.05, 1)))
        if at <= book.end:
            timeline.take_back(book, {line: quantity}, at)
