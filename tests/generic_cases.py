"""Cases of the rules that the suites make from templates: for each one what breaks it, what just does not, and null.

They are made from what the suite and the contract say, on twenty records of every entity in which nothing is wrong. A
check that has no place in `MAKERS` has no cases, and `tests/test_rule_coverage.py` says so.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb

from expectations.suites import rule_name
from pipelines.config_file import parse_yaml
from pipelines.contract import Column, Entity, entities
from tests.checks_fixture import empty_warehouse

RECORDS = 20
_STEP = {
    "amount": Decimal("0.0001"),
    "quantity": Decimal("0.0001"),
    "price": Decimal("0.000001"),
    "ratio": 1e-9,
    "integer": 1,
}
# A value of each format, and one that is just none.
_FORMATS = {"[A-Z]{3}": ("EUR", "EURO"), "[A-Z]{2}": ("DE", "D")}


@dataclass(frozen=True, slots=True)
class GenericCase:
    """A change of record 7, and the records that the rule then finds, as numbers of their keys."""

    rule: str
    told: str
    change: str
    found: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Suited:
    """A line of a suite that ships: the rule it makes, its entity, what it says."""

    rule: str
    entity: Entity
    item: dict[str, Any]

    @property
    def column(self) -> Column:
        return self.entity.by_name[self.item["column"]]

    def set(self, value: str, record: int = 7, column: str | None = None) -> str:
        """SQL that sets the column of one record."""
        return f"UPDATE core.{self.entity.name} SET \"{column or self.column.name}\" = {value} WHERE record_key = 's:{record}'"

    def case(self, told: str, change: str, *found: int) -> GenericCase:
        return GenericCase(self.rule, told, change, found)


@cache
def suited() -> tuple[Suited, ...]:
    """Every line of the suites that ship."""
    return tuple(line for entity in entities().values() for line in _suited(entity))


def _suited(entity: Entity) -> Iterator[Suited]:
    text = (files("expectations.suites") / f"{entity.name}.yaml").read_text(encoding="utf-8")
    for item in parse_yaml(text, entity.name)["checks"]:
        yield Suited(rule_name(entity, item), entity, item)


def twenty_records() -> duckdb.DuckDBPyConnection:
    """Twenty records of every entity with every column filled; each points at the records of the same number."""
    con = empty_warehouse()
    con.execute("DELETE FROM meta.files; INSERT INTO meta.files (file_no, file) VALUES (1, 'one.csv'), (2, 'two.csv')")
    for entity in entities().values():
        values = ", ".join(f'{_value(entity, column)} AS "{column.name}"' for column in entity.columns)
        links = "'s:' || i AS order_key," if "order_id" in entity.by_name else ""
        con.execute(
            f"INSERT INTO core.{entity.name} BY NAME SELECT {values}, {links} 's:' || i AS record_key, 's' AS _system, "
            f"false AS _derived, 1 AS _file_no, i AS _line FROM range(1, {RECORDS + 1}) r(i)"
        )
    return con


def _value(entity: Entity, column: Column) -> str:
    if column.name == entity.key or column.references or (column.type == "text" and not column.allowed):
        pattern = _pattern(entity, column)
        return f"'{_FORMATS[pattern][0]}'" if pattern else "'k' || i"
    if column.allowed:
        return f"'{column.allowed[0]}'"
    by_type = {"moment": "TIMESTAMP '2026-01-01 08:00' + to_hours(i::INTEGER)", "date": "DATE '2026-01-02'", "ratio": "0.5",
               "integer": "i", "boolean": "true"}  # fmt: skip
    return by_type.get(column.type, "100 + i")


def _pattern(entity: Entity, column: Column) -> str | None:
    found = [
        s.item["pattern"] for s in suited() if s.item["check"] == "format" and s.entity == entity and s.column == column
    ]
    return found[0] if found else None


def cases_of(line: Suited) -> list[GenericCase]:
    """All cases of one line of a suite; KeyError for a check that nobody wrote cases for."""
    return list(MAKERS[line.item["check"]](line))


def _required(line: Suited) -> Iterator[GenericCase]:
    yield line.case("null", line.set("NULL"), 7)
    made_up = f"{line.set('true', column='_derived')}; {line.set(repr('derived'), column='_source')}"
    yield line.case("null, of a record that was made up", f"{line.set('NULL')}; {made_up}")
    collapsed = f"UPDATE core.{line.entity.name} SET _derived = true, _source = 'list'"
    yield line.case("null, of a record that was made of several rows", f"{collapsed}; {line.set('NULL')}", 7)
    if line.item.get("usually") == 0:
        nowhere = "; ".join(line.set("NULL", record) for record in range(1, RECORDS + 1))
        yield line.case("null in all records that were made of rows", f"{collapsed}; {nowhere}")
    if line.item.get("usually") == 0:
        others = "; ".join(line.set("NULL", record) for record in range(1, RECORDS))
        yield line.case("null in nearly all records", others, *range(1, RECORDS))
    else:
        yield line.case("null in a tenth", f"{line.set('NULL')}; {line.set('NULL', 8)}", 7, 8)
        yield line.case("null in more than a tenth", "; ".join(line.set("NULL", record) for record in (7, 8, 9)))


def _allowed(line: Suited) -> Iterator[GenericCase]:
    allowed = line.item.get("allowed") or line.column.allowed
    yield line.case("no such value", line.set(f"'{allowed[0]}_'"), 7)
    yield line.case("in capitals", line.set(f"'{allowed[0].upper()}'"), 7)
    yield from (line.case(f"{value} is allowed", line.set(f"'{value}'")) for value in allowed)
    yield line.case("null", line.set("NULL"))


def _format(line: Suited) -> Iterator[GenericCase]:
    pattern = line.item["pattern"]
    right, wrong = _FORMATS[pattern]
    assert re.fullmatch(pattern, right) and not re.fullmatch(pattern, wrong)
    yield line.case("a character too many or too few", line.set(f"'{wrong}'"), 7)
    yield line.case("of its form", line.set(f"'{right[::-1]}'"))
    yield line.case("null", line.set("NULL"))


def _range(line: Suited) -> Iterator[GenericCase]:
    step = _STEP[line.column.type]
    for bound, outwards, strict in (("minimum", -step, "strictly"), ("maximum", step, "strictly_below")):
        if bound in line.item:
            last = line.item[bound]
            if line.item.get(strict):
                yield line.case(f"the {bound} itself", line.set(str(last)), 7)
                yield line.case(f"just inside the {bound}", line.set(f"{last - outwards:f}"))
            else:
                yield line.case(f"just outside the {bound}", line.set(f"{last + outwards:.9f}"), 7)
                yield line.case(f"the {bound} itself", line.set(str(last)))
    yield line.case("null", line.set("NULL"))


def _reference(line: Suited) -> Iterator[GenericCase]:
    target = entities()[line.column.references or ""]
    yield line.case("nobody", line.set("'nobody'"), 7)
    yield line.case("another one", line.set("'k8'"))
    if target != line.entity:
        elsewhere = f"UPDATE core.{target.name} SET _system = 'other' WHERE record_key = 's:7'"
        yield line.case("known to another system only", elsewhere, 7)
    yield line.case("null", line.set("NULL"))


def _time_order(line: Suited) -> Iterator[GenericCase]:
    other = f'"{line.item["after"]}"'
    day = line.column.type == "date"
    before = f"{other}::DATE - 1" if day else f"{other} - INTERVAL 1 MICROSECOND"
    yield line.case("just before", line.set(before), 7)
    yield line.case("at the same time", line.set(f"{other}::DATE" if day else other))
    yield line.case("null", line.set("NULL"))
    yield line.case("nothing to compare with", f"{line.set(before)}; {line.set('NULL', column=line.item['after'])}")


def _unique(line: Suited) -> Iterator[GenericCase]:
    twice = line.set("'k8'")
    yield line.case("twice", twice, 7, 8)
    elsewhere = line.set("'other'", column="_system")
    yield line.case("twice, in two systems", f"{twice}; {elsewhere}")
    yield line.case("null twice", f"{line.set('NULL')}; {line.set('NULL', 8)}")


def _date_plausible(line: Suited) -> Iterator[GenericCase]:
    name, years = f"core.{line.entity.name}", line.item.get("years", 5)
    middle = f'(SELECT quantile_disc("{line.column.name}", 0.5) FROM {name})'
    for told, sign in (("after", "+"), ("before", "-")):
        yield line.case(f"too long {told}", line.set(f"{middle} {sign} INTERVAL {years * 365 + 1} DAY"), 7)
        yield line.case(f"just not too long {told}", line.set(f"{middle} {sign} INTERVAL {years * 365} DAY"))
    yield line.case("null", line.set("NULL"))


def _unreadable(line: Suited) -> Iterator[GenericCase]:
    name, note = (
        line.entity.name,
        "INSERT INTO ingest.unreadable BY NAME SELECT '{}' AS entity, '{}' AS record_key, 'x' AS column_name, ",
    )
    cell = note + "'?' AS raw, 'not a number' AS reason, 2 AS file_no, 9 AS line"
    yield line.case("a cell that cannot be read", cell.format(name, "s:7"), 7)
    yield line.case("a cell of another entity", cell.format("other", "s:7"))
    yield line.case("a cell of a record that is no more", cell.format(name, "s:99"))
    mended = f"INSERT INTO history.{name} BY NAME SELECT 's:7' AS record_key, 2 AS _file_no, 9 AS _line"
    yield line.case("put right by a later version", f"{cell.format(name, 's:7')}; {mended}")


def _conflict(line: Suited) -> Iterator[GenericCase]:
    name = line.entity.name
    note = (
        "INSERT INTO ingest.conflicts BY NAME SELECT '{}' AS entity, '{}' AS record_key, {} AS column_name, 'a' AS kept, "
        "'b' AS other, 1 AS kept_file_no, 3 AS kept_line, 2 AS other_file_no, {} AS other_line"
    )
    once = note.format(name, "s:7", "NULL", 4)
    yield line.case("two records of one key", once, 7)
    yield line.case("three records of one key are told once", f"{once}; {note.format(name, 's:7', 'NULL', 5)}", 7)
    columns = "; ".join(note.format(name, "s:7", f"'{column}'", 4) for column in "xy")
    yield line.case("two columns that disagree", columns, 7, 7)
    yield line.case("records of another entity", note.format("other", "s:7", "NULL", 4))


MAKERS: dict[str, Callable[[Suited], Iterator[GenericCase]]] = {
    "required": _required,
    "allowed": _allowed,
    "format": _format,
    "range": _range,
    "reference": _reference,
    "time_order": _time_order,
    "unique": _unique,
    "date_plausible": _date_plausible,
    "unreadable": _unreadable,
    "conflict": _conflict,
}
