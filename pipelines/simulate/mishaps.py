"""Planted errors and their decoys. Each order carries one at most; the truth of each is written down."""

from collections.abc import Callable
from typing import Any

import numpy as np

from pipelines.simulate.book import DAY, HOUR, ROBOTS, Book, Floats, copy_lines, line_net, list_price
from pipelines.simulate.masters import TERMS, customer_id, ship_to
from pipelines.simulate.timeline import NEVER, STAGES, STEP, STEPS, Timeline, add_exception, shift_from, stage_at

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
            weight = at_entry if kind in ENTRY_KINDS else _process_weight(book, kind)
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


def _process_weight(book: Book, kind: str) -> Floats:
    """The same for all orders; a kind about approvals falls only on those that are approved, so that its rate is of all."""
    if kind not in _ABOUT_APPROVAL:
        return np.ones(book.orders)
    approved = np.bincount(book.line_order, line_net(book), minlength=book.orders) > book.company.approval_limit
    fit = approved & (book.clerk >= len(ROBOTS)) if kind == "self_approval" else approved
    return np.where(fit, book.orders / max(1, fit.sum()), 0.0)


def copy_orders(book: Book) -> None:
    """Duplicates and repeat orders take over another order's customer and lines; their own lines go."""
    copies: dict[int, int] = {}
    for kind in ("duplicate_order", "repeat_order"):
        for order in np.flatnonzero(book.kind == kind).tolist():
            source = _source(book, order, kind, copies)
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
            _plant(book, order, None, "order_id", book.order_id(order), book.order_id(source))
        else:
            _decoy(book, order, None)


def _price_of_the_day(book: Book, orders: list[int]) -> None:
    """A repeat order takes the goods of an old one, not its prices."""
    lines = np.flatnonzero(np.isin(book.line_order, orders))
    day = book.at[book.line_order[lines]] // DAY
    book.price[lines] = list_price(book.company, book.masters, book.product[lines], book.boxed[lines], day)


def _source(book: Book, order: int, kind: str, copies: dict[int, int]) -> int | None:
    candidates = range(order - 1, max(-1, order - 40), -1)
    if kind == "repeat_order":
        same = np.flatnonzero((book.customer[:order] == book.customer[order]) & (book.kind[:order] == ""))
        old = same[book.at[same] < book.at[order] - 5 * DAY]
        candidates = range(int(old[-1]), int(old[-1]) - 1, -1) if len(old) else range(0)
    return next((c for c in candidates if book.kind[c] == "" and c not in copies), None)


def before_timeline(book: Book) -> None:
    """Errors and decoys in the values of the order itself."""
    for order in np.flatnonzero(np.isin(book.kind, list(_VALUE_MISHAPS))):
        _VALUE_MISHAPS[book.kind[order]](book, int(order))


def after_timeline(book: Book, timeline: Timeline) -> None:
    """Errors and decoys in what happens to the order; an order that is not far enough carries none."""
    for order in np.flatnonzero(np.isin(book.kind, list(_PROCESS_MISHAPS))):
        if timeline.cancelled[order] < NEVER or not _PROCESS_MISHAPS[book.kind[order]](book, timeline, int(order)):
            book.kind[order] = ""


def discover(book: Book, timeline: Timeline) -> None:
    """Some errors are noticed: some of these corrected through the log before shipping, the others reported later."""
    rng, habits = book.rng, book.company.discovery
    for row in list(book.planted):
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


def _correct(book: Book, timeline: Timeline, row: dict[str, Any], at: int) -> None:
    row["_apply"]()
    row["found_at"], row["cost"] = at, _COSTS["entry"]
    corrector = book.user(int(timeline.by[STEP["Order validated"], row["_order"]]))
    log_change(
        book, row["_order"], row["line_id"], row["field"], row["wrong"], row["right"], at, corrector, "correction"
    )
    book.planted.remove(row)
    book.corrected.append(row)


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
    """One row of the change log; an approval comes before the change."""
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
            "requested_by": "customer" if reason == "customer request" else None,
            "approved_by": approver if approved else None,
            "approved_at": max(int(book.at[order]), at - 1200) if approved else None,
            "origin": "log",
        }
    )


# --- values -----------------------------------------------------------------------------------------------------------


def _misspell(book: Book, order: int) -> None:
    right = str(book.name[order])
    head = list(right)
    place = int(book.rng.integers(1, max(2, len(right.split(maxsplit=1)[0]) - 1)))
    if book.rng.random() < 0.5:
        head[place], head[place + 1] = head[place + 1], head[place]
    else:
        head.insert(place, head[place])
    wrong = "".join(head)
    if wrong == right:
        wrong = right[:place] + right[place + 1 :]
    _set_order(book, order, "customer_name", book.name, wrong, right)


def _wrong_product(book: Book, order: int) -> None:
    line = _a_line(book, order)
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
    line = _a_line(book, order)
    right = float(book.quantity[line])
    factor = 100.0 if book.rng.random() < 0.1 else 10.0
    _set_line(book, order, line, "quantity", book.quantity, right * factor, right)


def _pack_size(book: Book, order: int) -> None:
    line = _a_line(book, order)
    right = float(book.quantity[line])
    _set_line(
        book, order, line, "quantity", book.quantity, right * float(book.masters.pack_size[book.product[line]]), right
    )


def _wrong_unit(book: Book, order: int) -> None:
    line = _a_line(book, order)
    _set_line(book, order, line, "unit", book.unit, "KG", str(book.unit[line]))


def _wrong_price(book: Book, order: int) -> None:
    line = _a_line(book, order)
    right = float(book.price[line])
    factor = 10.0 if book.rng.random() < 0.3 else float(book.rng.choice([0.7, 0.8, 0.85, 1.15, 1.25, 1.4]))
    _set_line(book, order, line, "unit_price", book.price, round(right * factor, 4), right)


def _excess_discount(book: Book, order: int) -> None:
    line = _a_line(book, order)
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
    _plant(book, order, None, "net_amount", f"sum of lines + {offset}", "sum of lines")


def _wrong_date(book: Book, order: int) -> None:
    right = int(book.requested[order])
    wrong = right + 365 if book.rng.random() < 0.5 else int(book.at[order] // DAY) - int(book.rng.integers(3, 40))
    _set_day(book, order, wrong, right)


def _swapped(book: Book, order: int) -> None:
    right = int(book.requested[order])
    for shift in range(40):
        day = np.datetime64(right + shift, "D")
        month, number = int(str(day)[5:7]), int(str(day)[8:10])
        if number <= 12 and abs(number - month) >= 2:
            book.requested[order] = book.promised[order] = right + shift
            wrong = np.datetime64(f"{str(day)[:4]}-{number:02d}-{month:02d}", "D").astype(np.int64)
            _set_day(book, order, int(wrong), right + shift)
            return


def _missing(book: Book, order: int) -> None:
    field = str(book.rng.choice(["payment_terms", "ship_to", "requested_delivery_date", "customer_id"]))
    book.missing[order] = field
    values = {"payment_terms": book.terms, "ship_to": book.ship_to}
    right = str(values[field][order]) if field in values else day_text(int(book.requested[order]))
    if field == "customer_id":
        right = str(customer_id(int(book.customer[order]))[0])
    _plant(book, order, None, field, "", right, lambda: book.missing.pop(order))


def _wrong_ship_to(book: Book, order: int) -> None:
    other = int(
        (book.customer[order] + 1 + book.rng.integers(0, len(book.masters.names) - 1)) % len(book.masters.names)
    )
    _set_order(book, order, "ship_to", book.ship_to, ship_to(other, 1), str(book.ship_to[order]))


def _wrong_terms(book: Book, order: int) -> None:
    right = str(book.terms[order])
    _set_order(book, order, "payment_terms", book.terms, next(t for t in TERMS if t != right), right)


def _bulk_order(book: Book, order: int) -> None:
    line = _a_line(book, order)
    book.quantity[line] = np.round(book.quantity[line] * book.rng.uniform(4, 9))
    _decoy(book, order, line)


def _new_ship_to(book: Book, order: int) -> None:
    customer = int(book.customer[order])
    place = ship_to(customer, 3 + sum(c == customer for c, _ in book.extra_places))
    book.extra_places.append((customer, place))
    book.ship_to[order] = place
    _decoy(book, order, None)


def _promotion(book: Book, order: int) -> None:
    line = _a_line(book, order)
    book.price[line] = round(float(book.price[line]) * float(book.rng.choice([0.8, 0.85, 0.9])), 4)
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
    _decoy(book, order, line)


# --- process ----------------------------------------------------------------------------------------------------------


def _lost_order(book: Book, timeline: Timeline, order: int) -> bool:
    if book.at[order] > book.end - 10 * DAY:
        return False
    timeline.at[1:, order] = NEVER
    timeline.unlinked.add(order)
    _plant(book, order, None, "order_id", book.order_id(order), "", origin=("entry", "SYNC", int(book.at[order])))
    return True


def _stuck_order(book: Book, timeline: Timeline, order: int) -> bool:
    step = STEP["Stock allocated"]
    if timeline.at[step, order] > book.end - 60 * DAY:
        return False
    timeline.at[step + 1 :, order] = NEVER
    # Nobody took the order up after allocation, so nobody is named.
    _plant(book, order, None, "status", "picking", "", origin=("picking", None, int(timeline.at[step, order])))
    return True


def _unlogged_change(book: Book, timeline: Timeline, order: int) -> bool:
    logged = _logged_quantity(book, timeline, order)
    if logged is None:
        return False
    line, _ = logged
    right = float(book.quantity[line])
    wrong = right + float(book.rng.integers(1, 9))
    book.quantity[line] = wrong
    _plant(book, order, line, "quantity", number(wrong), number(right), origin=(None, None, None))
    return True


def _unapproved_change(book: Book, timeline: Timeline, order: int) -> bool:
    logged = _logged_quantity(book, timeline, order, approved=False)
    if logged is None:
        return False
    line, change = logged
    at = change["changed_at"]
    origin = (stage_at(timeline, order, at), change["changed_by"], at)
    _plant(book, order, line, "quantity", change["new_value"], change["old_value"], origin=origin)
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
    _plant(book, order, line, "quantity", change["new_value"], change["old_value"], origin=origin)
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
    _plant(book, order, line, "quantity", new, old, origin=(stage_at(timeline, order, at), other, at))
    return True


def _skipped_approval(book: Book, timeline: Timeline, order: int) -> bool:
    if not _reached(book, timeline, order, "Stock allocated") or timeline.at[STEP["Order approved"], order] == NEVER:
        return False
    timeline.at[STEP["Approval requested"], order] = timeline.at[STEP["Order approved"], order] = NEVER
    step = STEP["Stock allocated"]
    origin = ("approval", book.user(int(timeline.by[step, order])), int(timeline.at[step, order]))
    _plant(book, order, None, "activity", "", "Order approved", origin=origin)
    return True


def _self_approval(book: Book, timeline: Timeline, order: int) -> bool:
    step = STEP["Order approved"]
    if book.clerk[order] < len(ROBOTS) or not _reached(book, timeline, order, "Order approved"):
        return False
    timeline.by[step, order] = book.clerk[order]
    who = book.user(int(book.clerk[order]))
    _plant(book, order, None, "activity", who, "another user", origin=("approval", who, int(timeline.at[step, order])))
    return True


def _unauthorised(book: Book, timeline: Timeline, order: int) -> bool:
    step = STEP["Credit checked"]
    if not _reached(book, timeline, order, "Credit checked"):
        return False
    picker = len(book.users) - 1 - int(book.rng.integers(0, len(book.masters.staff["picker"])))
    timeline.by[step, order] = picker
    origin = ("credit_check", book.user(picker), int(timeline.at[step, order]))
    _plant(book, order, None, "activity", book.user(picker), "credit", origin=origin)
    return True


def _out_of_order(book: Book, timeline: Timeline, order: int) -> bool:
    if not _reached(book, timeline, order, "Goods shipped"):
        return False
    credit, picked = STEP["Credit checked"], STEP["Goods picked"]
    # Whoever first went on without the check let the order through.
    first = next(step for step in range(credit + 1, len(STEPS)) if timeline.at[step, order] < NEVER)
    origin = (STAGES[first], book.user(int(timeline.by[first, order])), int(timeline.at[first, order]))
    timeline.at[credit, order] = timeline.at[picked, order] + 1800
    _plant(book, order, None, "activity", STEPS[first][0], "Credit checked", origin=origin)
    return True


def _unresolved(book: Book, timeline: Timeline, order: int) -> bool:
    raised = int(timeline.at[STEP["Credit checked"], order]) + HOUR
    if raised > book.end - 40 * DAY or any(e["order_id"] == book.order_id(order) for e in timeline.exceptions[-5:]):
        return False
    owner = len(ROBOTS) + len(book.masters.staff["clerk"]) + len(book.masters.staff["credit"])
    add_exception(book, timeline, order, raised, None, owner)
    _plant(
        book, order, None, "resolved_at", "", "", origin=(stage_at(timeline, order, raised), book.user(owner), raised)
    )
    return True


def _late_sync(book: Book, timeline: Timeline, order: int) -> bool:
    step = STEP["Order transferred"]
    shift_from(timeline, order, step, int(book.rng.integers(8, 70)) * HOUR)
    if timeline.at[step, order] > book.end:
        return False
    _plant(book, order, None, "at", "", "", origin=("entry", "SYNC", int(timeline.at[step, order])))
    return True


def _short_delivery(book: Book, timeline: Timeline, order: int) -> bool:
    line = _a_line(book, order)
    if not _reached(book, timeline, order, "Payment received") or book.quantity[line] < 2:
        return False
    short = float(np.floor(book.quantity[line] * book.rng.uniform(0.4, 0.9)))
    timeline.delivered[line] = timeline.invoiced[line] = short
    step = STEP["Goods shipped"]
    origin = ("shipping", book.user(int(timeline.by[step, order])), int(timeline.at[step, order]))
    _plant(book, order, line, "quantity", number(short), number(float(book.quantity[line])), origin=origin)
    return True


def _invoice_mismatch(book: Book, timeline: Timeline, order: int) -> bool:
    line = _a_line(book, order)
    if not _reached(book, timeline, order, "Invoice issued"):
        return False
    timeline.invoiced[line] = float(book.quantity[line] + book.rng.integers(1, 6))
    step = STEP["Invoice issued"]
    origin = ("invoicing", book.user(int(timeline.by[step, order])), int(timeline.at[step, order]))
    _plant(
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
    if not _reached(book, timeline, order, "Order approved"):
        return False
    deputy = len(ROBOTS) + len(book.masters.staff["clerk"]) + len(book.masters.staff["credit"])
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
    _decoy(book, order, None)
    return True


def _customer_change(book: Book, timeline: Timeline, order: int) -> bool:
    logged = _logged_quantity(book, timeline, order, reason="customer request")
    if logged is None:
        return False
    _decoy(book, order, logged[0])
    return True


# --- helpers ----------------------------------------------------------------------------------------------------------


def _logged_quantity(
    book: Book, timeline: Timeline, order: int, at: int | None = None, approved: bool = True, reason: str = "adjustment"
) -> tuple[int, dict[str, Any]] | None:
    """A logged change of a quantity between validation and picking (or at `at`); None where the order is not so far."""
    line = _a_line(book, order)
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


def _reached(book: Book, timeline: Timeline, order: int, step: str) -> bool:
    return bool(timeline.at[STEP[step], order] <= book.end)


def _a_line(book: Book, order: int) -> int:
    last = book.first_line[order + 1] if order + 1 < book.orders else len(book.line_order)
    return int(book.rng.integers(book.first_line[order], last))


def _set_order(book: Book, order: int, field: str, values: Any, wrong: str, right: str) -> None:
    values[order] = wrong
    _plant(book, order, None, field, wrong, right, lambda: values.__setitem__(order, right))


def _set_line(book: Book, order: int, line: int, field: str, values: Any, wrong: Any, right: Any) -> None:
    values[line] = wrong
    _plant(book, order, line, field, number(wrong), number(right), lambda: values.__setitem__(line, right))


def _set_day(book: Book, order: int, wrong: int, right: int) -> None:
    book.requested[order] = wrong
    _plant(
        book,
        order,
        None,
        "requested_delivery_date",
        day_text(wrong),
        day_text(right),
        lambda: book.requested.__setitem__(order, right),
    )


def _plant(
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
            "_apply": apply,
        }
    )


def _decoy(book: Book, order: int, line: int | None) -> None:
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


_VALUE_MISHAPS: dict[str, Callable[[Book, int], None]] = {
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
}
_PROCESS_MISHAPS: dict[str, Callable[[Book, Timeline, int], bool]] = {
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
}
