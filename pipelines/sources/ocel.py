"""Object-centric event logs: OCEL 2.0 as JSON or SQLite, and the older .jsonocel, as one shape in memory."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.errors import Place, UnreadableFileError

Attributes = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Event:
    """One event and the objects that it touches."""

    id: str
    activity: str
    time: str
    attributes: Attributes
    objects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A value that an attribute of an object takes at a time; the first one known has `old` None."""

    object: str
    field: str
    old: str | None
    new: str | None
    time: str


@dataclass(slots=True)
class ObjectLog:
    """Events in the order of the file, object -> its type, links between objects, changed attributes."""

    events: list[Event] = field(default_factory=list)
    types: dict[str, str] = field(default_factory=dict)
    links: list[tuple[str, str]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


def is_object_log(value: Any) -> bool:
    """Whether parsed JSON is such a log, of either version."""
    return isinstance(value, dict) and ("ocel:events" in value or {"events", "objects", "eventTypes"} <= value.keys())


def from_json(value: dict[str, Any], member: str) -> ObjectLog:
    """Parsed JSON of either version. UnreadableFileError where a part does not have the shape that the standard gives it."""
    try:
        return _first_version(value) if "ocel:events" in value else _second_version(value)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise _odd(member, f"{type(error).__name__}: {error}") from error


def from_sqlite(path: Path, member: str) -> ObjectLog:
    """An OCEL 2.0 database, opened read-only. UnreadableFileError where it is none."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as con:
            con.row_factory = sqlite3.Row
            return _database(con)
    except sqlite3.Error as error:
        raise _odd(member, str(error)) from error


def _odd(member: str, reason: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"not a readable object-centric event log: {reason}.",
        place=Place(member),
        next_step="Export it again as OCEL 2.0 (JSON or SQLite), or leave it out.",
    )


def text(value: Any) -> str | None:
    """A value as text; lists and objects as JSON."""
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cell(value: Any) -> str | None:
    """A value of a database as text; a column of numbers holds 20 as 20.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else text(value)


def _first_version(value: dict[str, Any]) -> ObjectLog:
    log = ObjectLog(types={key: str(one["ocel:type"]) for key, one in value["ocel:objects"].items()})
    for key, one in value["ocel:events"].items():
        attributes = {name: text(item) for name, item in one.get("ocel:vmap", {}).items()}
        log.events.append(
            Event(key, str(one["ocel:activity"]), str(one["ocel:timestamp"]), attributes, tuple(one["ocel:omap"]))
        )
    return log


def _second_version(value: dict[str, Any]) -> ObjectLog:
    log = ObjectLog()
    for one in value["objects"]:
        log.types[one["id"]] = str(one["type"])
        log.links += [(one["id"], link["objectId"]) for link in one.get("relationships", ())]
        log.changes += _history(
            one["id"], [(a["name"], text(a["value"]), a["time"]) for a in one.get("attributes", ())]
        )
    for one in value["events"]:
        attributes = {a["name"]: text(a["value"]) for a in one.get("attributes", ())}
        touched = dict.fromkeys(link["objectId"] for link in one.get("relationships", ()))
        log.events.append(Event(one["id"], str(one["type"]), str(one["time"]), attributes, tuple(touched)))
    return log


def _history(key: str, values: list[tuple[str, str | None, str]]) -> Iterator[Change]:
    """The values that one object's attributes took, each after the one before it; a first value is no change."""
    last: Attributes = {}
    for name, value, time in sorted(values, key=lambda item: item[2]):
        if name in last:
            yield Change(key, name, last[name], value, time)
        last[name] = value


def _database(con: sqlite3.Connection) -> ObjectLog:
    log = ObjectLog(types=dict(con.execute("SELECT ocel_id, ocel_type FROM object").fetchall()))
    log.links = [
        tuple(row) for row in con.execute("SELECT ocel_source_id, ocel_target_id FROM object_object").fetchall()
    ]
    touched: dict[str, dict[str, None]] = {}
    for event, item in con.execute("SELECT ocel_event_id, ocel_object_id FROM event_object ORDER BY rowid"):
        touched.setdefault(event, {}).setdefault(item)
    rows = {row["ocel_id"]: row for _, table in _type_tables(con, "event") for row in _rows(con, table)}
    for key, activity in con.execute("SELECT ocel_id, ocel_type FROM event ORDER BY rowid"):
        row = rows[key]
        attributes = {name: _cell(row[name]) for name in row.keys() if name not in ("ocel_id", "ocel_time")}  # noqa: SIM118 - a row is no dict
        log.events.append(Event(key, activity, str(row["ocel_time"]), attributes, tuple(touched.get(key, ()))))
    for _, table in _type_tables(con, "object"):
        log.changes += _changes(_rows(con, table))
    return log


def _type_tables(con: sqlite3.Connection, what: str) -> list[tuple[str, str]]:
    rows = con.execute(f"SELECT ocel_type, ocel_type_map FROM {what}_map_type ORDER BY rowid").fetchall()
    return [(str(row[0]), f"{what}_{row[1]}") for row in rows]


def _rows(con: sqlite3.Connection, table: str) -> list[sqlite3.Row]:
    quoted = table.replace('"', '""')
    return con.execute(f'SELECT * FROM "{quoted}" ORDER BY rowid').fetchall()


def _changes(rows: list[sqlite3.Row]) -> Iterator[Change]:
    """A row without a changed field holds an object's values; one with it the new value of that field."""
    by_object: dict[str, list[tuple[str, str | None, str]]] = {}
    for row in rows:
        names = row.keys()
        changed = row["ocel_changed_field"] if "ocel_changed_field" in names else None
        told = [changed] if changed else [n for n in names if not n.startswith("ocel_")]
        by_object.setdefault(row["ocel_id"], []).extend((n, _cell(row[n]), str(row["ocel_time"])) for n in told)
    for key, values in by_object.items():
        yield from _history(key, values)
