"""The rule catalogue: the rules that ship, a company's own, and what the company switched off or set otherwise."""

import dataclasses
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from expectations.rule import DIMENSIONS, LINES_OF_DEFENCE, REACHES, SEVERITIES, Premise, Rule, Unknowns
from expectations.suites import generic_rules
from pipelines.config_file import FLAG, MAP, Shape, check_keys, config_text, is_number, one_of, read_yaml
from pipelines.contract import entities
from pipelines.errors import ConfigurationError, Place
from pipelines.settings import Home
from pipelines.sqlfiles import SqlFile, read_package_sql, read_sql_folder

_REQUIRED = ("title", "entity", "kind", "severity", "dimension", "line_of_defence", "reach", "sentence")
_OPTIONAL = ("rule", "origin_stage", "needs", "parameters", "checked", "applies", "cannot_tell")
_PARTS = {"applies": ("when", "otherwise"), "cannot_tell": ("count", "because")}
_CHOICES: dict[str, tuple[Any, ...]] = {
    "severity": SEVERITIES,
    "dimension": DIMENSIONS,
    "line_of_defence": LINES_OF_DEFENCE,
    "reach": REACHES,
}
_PARAMETER = re.compile(r"\$([a-z][a-z0-9_]*)")
_OVERRIDE = Shape("`off`, or lines that say what should be different", lambda v: v == "off" or isinstance(v, dict))
_CHANGES = {"off": FLAG, "severity": one_of(*SEVERITIES), "parameters": MAP}


def load_rules(home: Home) -> tuple[Rule, ...]:
    """Every rule that is switched on, sorted by name.

    Raises ConfigurationError, with file and line, for a rule or an override that is wrong.
    """
    shipped = [_rule(file) for file in read_package_sql("expectations.rules")]
    own = [_rule(file) for file in read_sql_folder(home.config / "rules")]
    rules = {rule.name: rule for rule in (*generic_rules(), *shipped, *own)}
    switched_on = _override(rules, home.config / "rules.yaml")
    return tuple(_with_parameters(rule) for rule in sorted(switched_on, key=lambda rule: rule.name))


@cache
def kinds() -> dict[str, dict[str, str]]:
    """The vocabulary of errors: kind -> title, field, entity."""
    text = (files("pipelines.contract") / "kinds.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = yaml.safe_load(text)
    return found


def _rule(file: SqlFile) -> Rule:
    _check_keys(file)
    meta = file.meta
    return Rule(
        name=str(meta.get("rule", file.name)),
        title=meta["title"],
        entity=meta["entity"],
        kind=meta["kind"],
        severity=meta["severity"],
        dimension=meta["dimension"],
        line_of_defence=meta["line_of_defence"],
        origin_stage=meta.get("origin_stage"),
        reach=meta["reach"],
        needs=tuple(meta.get("needs") or ()),
        sentence=meta["sentence"],
        sql=file.sql,
        path=file.path,
        checked=str(meta.get("checked", "true")),
        parameters=dict(meta.get("parameters") or {}),
        applies=Premise(**meta["applies"]) if "applies" in meta else None,
        cannot_tell=Unknowns(**meta["cannot_tell"]) if "cannot_tell" in meta else None,
    )


def _check_keys(file: SqlFile) -> None:
    for key in _REQUIRED:
        if key not in file.meta:
            raise _wrong(file, None, f"the front matter of a rule must say `{key}`.")
    for key in file.meta:
        if key not in _REQUIRED + _OPTIONAL:
            raise _wrong(file, key, f"unknown key {key!r}; known are: {', '.join(_REQUIRED + _OPTIONAL)}.")
    for key, value in _words(file.meta):
        if value not in _choices()[key]:
            raise _wrong(file, key, f"{value!r} is no {key}; known are: {', '.join(map(str, _choices()[key]))}.")
    for need in file.meta.get("needs") or ():
        _check_need(file, str(need))
    for key, parts in _PARTS.items():
        given = file.meta.get(key, dict.fromkeys(parts, ""))
        if (
            not isinstance(given, dict)
            or set(given) != set(parts)
            or not all(isinstance(v, str) for v in given.values())
        ):
            raise _wrong(file, key, f"`{key}` must say `{parts[0]}` and `{parts[1]}`, each a text.")


def _words(meta: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((key, value) for key, value in meta.items() if key in _choices())


@cache
def _choices() -> dict[str, tuple[Any, ...]]:
    return _CHOICES | {"entity": tuple(entities()), "kind": tuple(kinds())}


def _check_need(file: SqlFile, need: str) -> None:
    entity, _, column = need.partition(".")
    if entity not in entities():
        raise _wrong(file, "needs", f"{entity!r} is no entity; known are: {', '.join(entities())}.")
    if column and column not in entities()[entity].by_name:
        raise _wrong(file, "needs", f"{entity} has no column {column!r}.")


def _wrong(file: SqlFile, key: str | None, message: str) -> ConfigurationError:
    place = Place(file.path, _line_of(file.path, key))
    return ConfigurationError(
        message, place=place, next_step="Correct the rule, or take the file away, then run again."
    )


def _line_of(path: str, key: str | None) -> int:
    if key is not None and Path(path).exists():
        for number, line in enumerate(config_text(Path(path)).splitlines(), start=1):
            if re.match(rf"\s*['\"]?{re.escape(key)}['\"]?\s*:", line):
                return number
    return 1


def _override(rules: dict[str, Rule], path: Path) -> Iterable[Rule]:
    overrides = (read_yaml(path) if path.exists() else None) or {}
    check_keys(overrides, dict.fromkeys(rules, _OVERRIDE), "the rule catalogue", str(path))
    for name, change in overrides.items():
        wanted = {"off": True} if change == "off" else change
        changed = _changed(rules[name], wanted, str(path))
        if wanted.get("off"):
            del rules[name]
        else:
            rules[name] = changed
    return rules.values()


def _changed(rule: Rule, change: dict[str, Any], path: str) -> Rule:
    check_keys(change, _CHANGES, f"the change of {rule.name}", path)
    parameters = change.get("parameters", {})
    shapes = {name: _like(usual) for name, usual in rule.parameters.items()}
    check_keys(parameters, shapes, f"rule {rule.name} (its parameters)", path)
    severity = change.get("severity", rule.severity)
    return dataclasses.replace(rule, severity=severity, parameters=rule.parameters | parameters)


def _like(usual: Any) -> Shape:
    return Shape(f"{_kind(usual)} like {usual!r}", lambda v: _kind(v) == _kind(usual))


def _kind(value: Any) -> str:
    if is_number(value):
        return "a number"
    names = {list: "a list", str: "a text", bool: "true or false"}
    return next((told for kind, told in names.items() if isinstance(value, kind)), "a value")


def _with_parameters(rule: Rule) -> Rule:
    """The rule with `$name` in its SQL replaced by the parameter's value, so that the query runs anywhere as it is."""
    applies, cannot_tell = rule.applies, rule.cannot_tell
    if applies:
        applies = dataclasses.replace(applies, when=_filled_in(rule, applies.when))
    if cannot_tell:
        cannot_tell = dataclasses.replace(cannot_tell, count=_filled_in(rule, cannot_tell.count))
    return dataclasses.replace(rule, sql=_filled_in(rule, rule.sql), applies=applies, cannot_tell=cannot_tell)


def _filled_in(rule: Rule, sql: str) -> str:
    missing = sorted({name for name in _PARAMETER.findall(sql) if name not in rule.parameters})
    if missing:
        message = f"the query uses ${missing[0]}, which `parameters` does not set."
        place = Place(rule.path, _line_of(rule.path, "parameters"))
        raise ConfigurationError(message, place=place, next_step="Add the parameter, then run again.")
    return _PARAMETER.sub(lambda match: sql_literal(rule.parameters[match.group(1)]), sql)


def sql_literal(value: Any) -> str:
    """A value of YAML as DuckDB writes it: text quoted, lists in brackets, null where there is none."""
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return f"[{', '.join(sql_literal(item) for item in value)}]"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return "'" + str(value).replace("'", "''") + "'"
