"""The event log as OCEL 2.0, in JSON or SQLite: orders, lines and users are objects, an action is an event."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import duckdb

from pipelines.contract import entity
from pipelines.read.filters import Filters
from pipelines.read.log_rows import Row, as_text, log_rows, moment

_FIRST_VALUE = "1970-01-01T00:00:00+00:00"
"""The time of a value that an object has from the start, as the standard sets it."""
_ENTITIES = {"order": "orders", "line": "order_lines"}
_NUMBERS = {"amount": "float", "quantity": "float", "price": "float", "ratio": "float", "integer": "integer"}
"""Type of the contract -> type of the standard, for what is a number."""
_COLUMNS = {"float": "REAL", "integer": "INTEGER", "string": "TEXT"}
_INTEGER, _DECIMAL = re.compile(r"-?\d{1,18}"), re.compile(r"-?\d+\.\d+")
_OBJECT_EVENT = ("user_id", "role", "department", "stage", "outcome", "automatic")


@dataclass(frozen=True, slots=True)
class _Object:
    """An order, an order line or a user, with the values that its attributes took and the objects that it is linked to."""

    id: str
    type: str
    attributes: tuple[tuple[str, str, str], ...] = ()
    """(name, time, value)"""
    links: tuple[tuple[str, str], ...] = ()
    """(object, what it is to this one)"""


@dataclass(frozen=True, slots=True)
class ObjectLog:
    """Events and objects of the selected orders. An event that several orders share is one event."""

    con: duckdb.DuckDBPyConnection
    filters: Filters

    def events(self) -> Iterator[tuple[Row, tuple[tuple[str, str], ...]]]:
        """Each event with its objects: (object, what it is to the event)."""
        for row in log_rows(self.con, "log_events", self.filters):
            lines = [(f"line:{key}", "line") for key in row["lines"]]
            users = [(f"user:{row['user_id']}", "user")] if row["user_id"] else []
            yield row, (*((f"order:{key}", "order") for key in row["orders"]), *lines, *users)

    def objects(self) -> Iterator[_Object]:
        """Orders, lines and users, in this order."""
        for row in log_rows(self.con, "log_objects", self.filters):
            values = tuple(
                (item["name"], moment(item["at"]) or _FIRST_VALUE, item["value"]) for item in row["attributes"] or ()
            )
            links = tuple((f"line:{key}", "line") for key in row["lines"] or ())
            yield _Object(f"{row['type']}:{row['id']}", row["type"], values, links)

    def attribute_types(self) -> dict[str, dict[str, str]]:
        """Object type -> the names of its attributes, each with its type: a number where every value it took is one."""
        found: dict[str, dict[str, str]] = {"order": {}, "line": {}, "user": {}}
        for item in self.objects():
            types = found[item.type]
            for name, _, value in item.attributes:
                if name not in types:
                    types[name] = _type_of(item.type, name)
                if types[name] != "string" and not _is_number(value, types[name]):
                    types[name] = "string"
        return found

    def activities(self) -> list[str]:
        """The event types."""
        return list(dict.fromkeys(row["activity"] for row, _ in self.events()))


def _type_of(kind: str, name: str) -> str:
    """The type that the contract lets expect of an attribute."""
    columns = entity(_ENTITIES[kind]).columns if kind in _ENTITIES else ()
    return next((_NUMBERS.get(column.type, "string") for column in columns if column.name == name), "string")


def _is_number(value: str, kind: str) -> bool:
    return bool(_INTEGER.fullmatch(value) or (kind == "float" and _DECIMAL.fullmatch(value)))


def _valued(value: str, kind: str) -> str | int | float:
    """A value in the type of its attribute."""
    if kind == "string":
        return value
    return int(value) if _INTEGER.fullmatch(value) else float(value)


def write_json(log: ObjectLog, out: Path) -> int:
    """Write the log as JSON. Returns the number of events."""
    types = log.attribute_types()
    object_types = [
        {"name": kind, "attributes": [{"name": name, "type": told} for name, told in names.items()]}
        for kind, names in types.items()
    ]
    attributes = [{"name": name, "type": "string"} for name in _OBJECT_EVENT]
    event_types = [{"name": name, "attributes": attributes} for name in log.activities()]
    with out.open("w", encoding="utf-8") as handle:
        handle.write(f'{{"objectTypes": {_json(object_types)},\n"eventTypes": {_json(event_types)},\n"objects": [\n')
        _write_list(handle, (_json_object(item, types[item.type]) for item in log.objects()))
        handle.write('],\n"events": [\n')
        events = _write_list(handle, (_json_event(row, objects) for row, objects in log.events()))
        handle.write("]}\n")
    return events


def _write_list(handle: TextIO, items: Iterator[dict[str, Any]]) -> int:
    number = 0
    for number, item in enumerate(items, start=1):
        handle.write((",\n" if number > 1 else "") + _json(item))
    handle.write("\n" if number else "")
    return number


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _json_object(item: _Object, types: dict[str, str]) -> dict[str, Any]:
    return {
        "id": item.id,
        "type": item.type,
        "attributes": [
            {"name": name, "time": at, "value": _valued(value, types[name])} for name, at, value in item.attributes
        ],
        "relationships": [{"objectId": key, "qualifier": what} for key, what in item.links],
    }


def _json_event(row: Row, objects: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    told = [(name, row[name]) for name in _OBJECT_EVENT if row[name] is not None]
    return {
        "id": row["event_id"],
        "type": row["activity"],
        "time": moment(row["at"]),
        "attributes": [{"name": name, "value": as_text(value)} for name, value in told],
        "relationships": [{"objectId": key, "qualifier": what} for key, what in objects],
    }


_TABLES = """
CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT);
CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT);
CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT,
  PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier));
CREATE TABLE object_object (ocel_source_id TEXT, ocel_target_id TEXT, ocel_qualifier TEXT,
  PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier));
"""


def write_sqlite(log: ObjectLog, out: Path) -> int:
    """Write the log as a SQLite database; a file of that name is replaced. Returns the number of events."""
    out.unlink(missing_ok=True)
    with closing(sqlite3.connect(out)) as con:
        con.executescript(_TABLES)
        _write_objects(con, log)
        events = _write_events(con, log)
        con.commit()
    return events


def _write_objects(con: sqlite3.Connection, log: ObjectLog) -> None:
    types = log.attribute_types()
    for kind, attributes in types.items():
        columns = "".join(f", {_name(attribute)} {_COLUMNS[told]}" for attribute, told in attributes.items())
        con.execute("INSERT INTO object_map_type VALUES (?, ?)", [kind, kind])
        con.execute(f"CREATE TABLE object_{kind} (ocel_id TEXT, ocel_time TIMESTAMP, ocel_changed_field TEXT{columns})")
    for item in log.objects():
        con.execute("INSERT INTO object VALUES (?, ?)", [item.id, item.type])
        con.executemany(
            "INSERT INTO object_object VALUES (?, ?, ?)", [(item.id, key, what) for key, what in item.links]
        )
        _write_values(con, item, types[item.type])


def _write_values(con: sqlite3.Connection, item: _Object, types: dict[str, str]) -> None:
    first = {name: _valued(value, types[name]) for name, at, value in item.attributes if at == _FIRST_VALUE}
    columns = "".join(f", {_name(name)}" for name in first)
    marks = ", ?" * len(first)
    con.execute(
        f"INSERT INTO object_{item.type} (ocel_id, ocel_time{columns}) VALUES (?, ?{marks})",
        [item.id, _FIRST_VALUE, *first.values()],
    )
    for name, at, value in item.attributes:
        if at != _FIRST_VALUE:
            statement = f"INSERT INTO object_{item.type} (ocel_id, ocel_time, ocel_changed_field, {_name(name)}) VALUES (?, ?, ?, ?)"
            con.execute(statement, [item.id, at, name, _valued(value, types[name])])


def _write_events(con: sqlite3.Connection, log: ObjectLog) -> int:
    tables: dict[str, str] = {}
    events = 0
    for row, objects in log.events():
        events += 1
        table = tables.get(row["activity"]) or _event_table(con, row["activity"], tables)
        con.execute("INSERT INTO event VALUES (?, ?)", [row["event_id"], row["activity"]])
        told = [None if row[name] is None else as_text(row[name]) for name in _OBJECT_EVENT]
        con.execute(
            f"INSERT INTO {table} VALUES (?, ?{', ?' * len(told)})", [row["event_id"], moment(row["at"]), *told]
        )
        con.executemany("INSERT INTO event_object VALUES (?, ?, ?)", [(row["event_id"], *pair) for pair in objects])
    return events


def _event_table(con: sqlite3.Connection, activity: str, tables: dict[str, str]) -> str:
    """A table for one kind of event; its name is made of letters and digits and a number, so that no two are alike."""
    plain = "".join(part.capitalize() for part in re.findall(r"[A-Za-z0-9]+", activity))
    mapped = f"{plain}{len(tables) + 1}"
    tables[activity] = f"event_{mapped}"
    con.execute("INSERT INTO event_map_type VALUES (?, ?)", [activity, mapped])
    columns = ", ".join(f"{name} TEXT" for name in _OBJECT_EVENT)
    con.execute(f"CREATE TABLE event_{mapped} (ocel_id TEXT PRIMARY KEY, ocel_time TIMESTAMP, {columns})")
    return tables[activity]


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
