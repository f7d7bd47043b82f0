"""Object-centric logs as tables: one row an event and order, so that an event of several orders counts for each of them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.errors import Place, UnreadableFileError
from pipelines.sources.ocel import ObjectLog, from_json, from_sqlite
from pipelines.sources.table import LandedTable, ReadOptions, empty_file, unique_names
from pipelines.sources.writer import TableWriter

EVENTS, CHANGES = "#events", "#changes"
_ORDER = re.compile(r"order|auftrag|订单|訂單", re.IGNORECASE)
_LINE = re.compile(r"item|line|position|行|明细|明細", re.IGNORECASE)
_USER = re.compile(r"employee|user|resource|worker|staff|员工|員工|用户|用戶", re.IGNORECASE)
_ROUNDS = 5
_Orders = dict[str, dict[str, None]]
"""Object -> the orders that it belongs to, in the order in which they were met."""
_OWN = ("ocel:eid", "ocel:activity", "ocel:timestamp", "ocel:order", "ocel:line", "ocel:user", "ocel:objects")
_CHANGED = (
    "ocel:order",
    "ocel:line",
    "ocel:object",
    "ocel:type",
    "ocel:field",
    "ocel:old",
    "ocel:new",
    "ocel:timestamp",
)


def read_object_log(value: dict[str, Any], member: str, options: ReadOptions, out: Path) -> list[LandedTable]:
    """The tables of a parsed JSON log: its events, and the changes of its orders and lines where there are any."""
    return _tables(from_json(value, member), member, options, out)


def read_sqlite(path: Path, member: str, options: ReadOptions, out: Path) -> list[LandedTable]:
    """The same of an OCEL 2.0 SQLite database."""
    return _tables(from_sqlite(path, member), member, options, out)


def _tables(log: ObjectLog, member: str, options: ReadOptions, out: Path) -> list[LandedTable]:
    if not log.events:
        raise empty_file(member, 1)
    leading = options.leading or _leading_type(log, member)
    orders = _orders_of_objects(log, leading)
    note = f"the object type {leading!r} is read as the order; events of other objects belong to the orders that these are linked to"
    tables = [_write_events(log, orders, member, out, note)]
    changed = [change for change in log.changes if orders.get(change.object)]
    if changed:
        tables.append(_write_changes(log, orders, leading, member, out))
    return tables


def _leading_type(log: ObjectLog, member: str) -> str:
    """The object type that is called an order; the shortest such name (order, not order item)."""
    types = sorted(set(log.types.values()), key=lambda name: (len(name), name))
    found = next((name for name in types if _ORDER.search(name)), None)
    if found is None:
        raise UnreadableFileError(
            f"none of its object types is called an order: {', '.join(types)}.",
            place=Place(member),
            next_step="Say in a profile which type it is: `read: {leading: TYPE}`.",
        )
    return found


def _orders_of_objects(log: ObjectLog, leading: str) -> _Orders:
    """Object -> the orders that it belongs to: by links between objects, else by an event that names both.

    An event with several orders says less than one with a single order, and is asked only where there is no other. What
    meets an order only through another object (a payment its invoice, a delivery its items) belongs to it as well.
    """
    known: _Orders = {key: {key: None} for key, kind in log.types.items() if kind == leading}
    near = _neighbours(log, leading)
    for _ in range(_ROUNDS):
        fresh = {
            key: found for key in log.types if key not in known and (found := _through(near.get(key, ()), known, log))
        }
        if not fresh:
            break
        known |= fresh
    return known


def _neighbours(log: ObjectLog, leading: str) -> dict[str, list[str]]:
    near: dict[str, dict[str, None]] = {}
    for one, other in log.links:
        near.setdefault(one, {}).setdefault(other)
        near.setdefault(other, {}).setdefault(one)
    for key, others in _seen_together(log, leading).items():
        if not any(log.types.get(other) == leading for other in near.get(key, ())):
            near.setdefault(key, {}).update(others)
    return {key: list(others) for key, others in near.items()}


def _seen_together(log: ObjectLog, leading: str) -> dict[str, dict[str, None]]:
    """Object -> orders of the events that name it: events of a single order, else of several; else its other companions."""
    by_one: dict[str, dict[str, None]] = {}
    by_many: dict[str, dict[str, None]] = {}
    by_none: dict[str, dict[str, None]] = {}
    for event in log.events:
        orders = dict.fromkeys(key for key in event.objects if log.types.get(key) == leading)
        target = (by_none, by_one)[len(orders)] if len(orders) <= 1 else by_many
        for key in event.objects:
            target.setdefault(key, {}).update(orders or dict.fromkeys(event.objects))
    return by_none | by_many | by_one


def _through(near: Any, known: _Orders, log: ObjectLog) -> dict[str, None]:
    """Orders of the neighbours that are known; of those of the kind that belongs to the fewest orders, if there are several."""
    by_kind: dict[str, list[dict[str, None]]] = {}
    for key in near:
        if key in known:
            by_kind.setdefault(log.types[key], []).append(known[key])
    if not by_kind:
        return {}
    best = min(by_kind.values(), key=lambda found: sum(map(len, found)) / len(found))
    return dict.fromkeys(order for found in best for order in found)


def _write_events(log: ObjectLog, orders: _Orders, member: str, out: Path, note: str) -> LandedTable:
    names = list(dict.fromkeys(name for event in log.events for name in event.attributes))
    columns, notes = unique_names([*_OWN, *names])
    with TableWriter(out, member + EVENTS, columns) as writer:
        for number, event in enumerate(log.events, start=1):
            rest = [event.attributes.get(name) for name in names]
            own = (event.id, event.activity, event.time)
            objects = json.dumps(event.objects, ensure_ascii=False)
            for order in _orders_of_event(event.objects, orders, log) or (None,):
                line, user = (_single(event.objects, log, kind) for kind in (_LINE, _USER))
                writer.add(number, [*own, order, line, user, objects, *rest], 200)
    return writer.finish("utf-8", None, (*notes, note))


def _orders_of_event(objects: tuple[str, ...], orders: _Orders, log: ObjectLog) -> tuple[str, ...]:
    return tuple(_through([key for key in objects if key in orders], orders, log))


def _single(objects: tuple[str, ...], log: ObjectLog, kind: re.Pattern[str]) -> str | None:
    """The one object of a kind that an event names; None where there are none or several."""
    found = [key for key in objects if kind.search(log.types.get(key, ""))]
    return found[0] if len(found) == 1 else None


def _write_changes(log: ObjectLog, orders: _Orders, leading: str, member: str, out: Path) -> LandedTable:
    with TableWriter(out, member + CHANGES, _CHANGED) as writer:
        for number, row in enumerate(_change_rows(log, orders, leading), start=1):
            writer.add(number, row, 200)
    return writer.finish("utf-8", None, ())


def _change_rows(log: ObjectLog, orders: _Orders, leading: str) -> Iterator[list[str | None]]:
    for change in log.changes:
        kind = log.types.get(change.object, "")
        line = change.object if kind != leading and _LINE.search(kind) else None
        name = change.field if kind == leading or line else f"{kind}.{change.field}"
        for order in orders.get(change.object, ()):
            yield [order, line, change.object, kind, name, change.old, change.new, change.time]
