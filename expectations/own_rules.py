"""A company's own rules as lists in YAML: generic checks, conditions in SQL, Great Expectations' names, kinds of error.

    kinds:
      weekend_delivery: {title: Delivery on a weekend}
    rules:
      - {check: required, entity: orders, column: region}
      - {expectation: ExpectColumnValuesToBeInSet, entity: orders, column: channel, value_set: [web, phone]}
      - {rule: no_weekend_delivery, entity: orders, fails_when: "dayofweek(requested_delivery_date) IN (0, 6)",
         field: requested_delivery_date, kind: weekend_delivery, sentence: "{observed} is a day without deliveries."}

A file may also be the list of rules alone. Whatever is wrong is told with its line when the rules are loaded.
"""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from expectations.contract_tables import contract_tables
from expectations.gx_terms import as_check
from expectations.parameters import filled, sql_literal, unset, with_parameters
from expectations.rule import Rule
from expectations.rule_shapes import RULE_NAME, Kinds, check_words, rule_shapes
from expectations.suites import arguments, generic_rule, templates
from pipelines.config_file import (
    EXPRESSION,
    FLAG,
    LIST,
    MAP,
    NUMBER,
    SHARE,
    TEXT,
    LinedList,
    LinedMap,
    Shape,
    changed,
    check_keys,
    check_value,
    is_scalar,
    one_of,
    read_yaml,
    wrong,
)
from pipelines.contract import Column, Entity, entities
from pipelines.errors import ConfigurationError

_MEASURES = ("amount", "quantity", "price", "ratio", "integer", "date", "moment")
_TIMES = ("date", "moment")
_FILE = {"kinds": MAP, "rules": LIST}
_KIND = {"title": TEXT, "field": TEXT, "entity": TEXT}
_WAYS = ("check", "expectation", "fails_when")
_SHAPES = {
    "share": SHARE,
    "number": NUMBER,
    "flag": FLAG,
    "pattern": TEXT,
    "condition": EXPRESSION,
    "expression": EXPRESSION,
    "parameters": MAP,
    "bound": Shape("a number, a date or a text", is_scalar),
    "values": Shape("a list of values", lambda v: LIST.fits(v) and all(map(is_scalar, v))),
}
# What a column that a check names must have.
_OF_COLUMNS: dict[str, tuple[str, Callable[[Column], bool]]] = {
    "column": ("", lambda _: True),
    "measure": (" with a number or a time", lambda column: column.type in _MEASURES),
    "time": (" with a time", lambda column: column.type in _TIMES),
    "reference": (" that points at another entity", lambda column: bool(column.references)),
}


def read_kinds(path: Path, known: Kinds) -> dict[str, dict[str, str]]:
    """The kinds of error that a file adds to the known ones. ConfigurationError with its line for a wrong one."""
    raw = read_yaml(path)
    kinds = raw.get("kinds", LinedMap()) if isinstance(raw, LinedMap) else LinedMap()
    if not isinstance(kinds, LinedMap):
        raise wrong("kinds must be `name: {title: ...}` lines", str(path), raw, "kinds")
    return {name: _kind(name, kinds, known, str(path)) for name in kinds}


def _kind(name: str, kinds: LinedMap, known: Kinds, path: str) -> dict[str, str]:
    if not RULE_NAME.fits(name):
        raise wrong(f"a kind must be {RULE_NAME.told}, not {name!r}", path, kinds, name)
    if name in known:
        raise wrong(f"the kind {name} is there already: {known[name]['title']}", path, kinds, name)
    check_keys(kinds[name], _KIND, f"the kind {name}", path, kinds, name)
    if "title" not in kinds[name]:
        raise wrong(f"the kind {name} must say its `title`", path, kinds, name)
    return {"field": "*", "entity": "*", **kinds[name]}


def read_rules(path: Path, kinds: Kinds) -> list[Rule]:
    """The rules of one file. ConfigurationError with its line for whatever is wrong."""
    items = _items(read_yaml(path), str(path))
    return [_Item(_in_our_words(items, position, str(path)), str(path), kinds).rule() for position in range(len(items))]


def _items(raw: Any, path: str) -> LinedList:
    if raw is None:
        return LinedList()
    if isinstance(raw, LinedMap):
        check_keys(raw, _FILE, "a list of rules", path)
        raw = raw.get("rules", LinedList())
    if not isinstance(raw, LinedList):
        raise wrong("a list of rules is one `- {...}` line a rule, alone or below `rules:`", path)
    return raw


def _in_our_words(items: LinedList, position: int, path: str) -> LinedMap:
    """A line of the list as a check with its arguments, whichever way it is written."""
    item = items[position]
    if not isinstance(item, LinedMap):
        raise wrong("a rule must be `{key: value, ...}`", path, items, position)
    ways = [way for way in _WAYS if way in item]
    if len(ways) != 1:
        found = f"this one says {' and '.join(ways)}" if ways else "this one says none of them"
        raise wrong(f"a rule says either {', '.join(_WAYS[:-1])} or {_WAYS[-1]}; {found}", path, item)
    if ways == ["expectation"]:
        return as_check(item, path)
    if ways == ["fails_when"]:
        return changed(item, {"check": "condition"}, "fails_when")
    check_value("check", item["check"], one_of(*checks()), path, item)
    return item


def checks() -> tuple[str, ...]:
    """The generic checks that a list may name."""
    return tuple(name for name, file in templates().items() if "takes" in file.meta and name != "condition")


@dataclasses.dataclass(frozen=True, slots=True)
class _Item:
    """One line of a list."""

    said: LinedMap
    path: str
    kinds: Kinds

    def rule(self) -> Rule:
        entity = self._entity()
        check_keys(self.said, self._shapes(entity), self._called, self.path)
        check_words(self.said, self.path)
        self._has_all(entity)
        rule = generic_rule(entity, _with_texts(self.said, entity), self.path, self.said.line)
        self._try(rule)
        return dataclasses.replace(rule, own=True)

    @property
    def _called(self) -> str:
        return "a condition" if self.said["check"] == "condition" else f"the check {self.said['check']}"

    def _entity(self) -> Entity:
        if "entity" not in self.said:
            raise self._wrong(f"{self._called} must say its `entity`")
        check_value("entity", self.said["entity"], one_of(*entities()), self.path, self.said)
        return entities()[self.said["entity"]]

    def _shapes(self, entity: Entity) -> dict[str, Shape]:
        of_check = {key: _shape(shape, entity) for key, shape in arguments(self.said["check"]).items()}
        return {"check": TEXT, **of_check, **rule_shapes(self.kinds)}

    def _has_all(self, entity: Entity) -> None:
        meta = templates()[self.said["check"]].meta
        needed = (*meta["takes"], *(("rule", "sentence") if self.said["check"] == "condition" else ()))
        for key in needed:
            if key not in self.said:
                raise self._wrong(f"{self._called} must say `{key}`")
        either = meta.get("takes_one_of", ())
        if either and not set(either) & set(self.said):
            raise self._wrong(f"{self._called} must say `{'` or `'.join(either)}`")
        if self.said["check"] == "allowed" and not (self.said.get("allowed") or self._column(entity).allowed):
            raise self._wrong(f"{self._called} must say the values of {self.said['column']} as `allowed`")

    def _column(self, entity: Entity) -> Column:
        return entity.by_name[self.said["column"]]

    def _try(self, rule: Rule) -> None:
        """Try what is written in SQL on the contract's empty tables: each part with its own line, then the whole."""
        for key, shape in arguments(rule.check).items():
            if key in self.said and shape in ("condition", "expression"):
                self._try_part(rule, key, shape)
            if key in self.said and shape == "bound":
                self._try_bound(rule, key)
        told = contract_tables().wrong_query(rule.entity, with_parameters(rule).sql)
        if told:
            raise self._wrong(f"{rule.name} cannot be run: {told}")

    def _try_part(self, rule: Rule, key: str, shape: str) -> None:
        text = str(self.said[key])
        missing = unset(text, rule.parameters)
        if missing:
            raise self._wrong(f"{key} of {rule.name} uses ${missing}, which `parameters` does not set", key)
        tables = contract_tables()
        look = tables.wrong_condition if shape == "condition" else tables.wrong_expression
        told = look(rule.entity, filled(text, rule.parameters))
        if told:
            raise self._wrong(f"{key} of {rule.name} cannot be run: {told}", key)

    def _try_bound(self, rule: Rule, key: str) -> None:
        literal = sql_literal(self.said[key])
        told = contract_tables().wrong_value(rule.entity, self.said["column"], literal)
        if told:
            raise self._wrong(f"{key} of {rule.name} cannot be compared: {told}", key)

    def _wrong(self, message: str, key: str | None = None) -> ConfigurationError:
        return wrong(message, self.path, self.said, key)


def _shape(name: str, entity: Entity) -> Shape:
    """The shape of an argument: of the usual ones, or columns of the entity that have what the check looks at."""
    if name == "columns":
        column = _shape("column", entity)
        told = f"a list of columns of {entity.name}"
        return Shape(told, lambda v: LIST.fits(v) and all(map(column.fits, v)), column.words)
    if name in _SHAPES:
        return _SHAPES[name]
    what, fits = _OF_COLUMNS[name]
    words = tuple(column.name for column in entity.columns if fits(column))
    return Shape(f"a column of {entity.name}{what}", lambda v: v in words, words)


def _with_texts(item: LinedMap, entity: Entity) -> LinedMap:
    """Values of a text column as texts: YAML reads a code like 10 as a number."""
    column = entity.by_name.get(str(item.get("column")))
    lists = [key for key in ("allowed", "forbidden") if key in item]
    if column is None or column.type != "text" or not lists:
        return item
    return changed(item, {key: [str(value) for value in item[key]] for key in lists})
