"""What a company sets otherwise about rules that are there: `config/rules.yaml`, one name a rule."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from expectations.rule import SEVERITIES, Rule
from pipelines.config_file import FLAG, MAP, LinedMap, Shape, check_keys, is_number, one_of, read_yaml
from pipelines.errors import Place

_OVERRIDE = Shape("`off`, or lines that say what should be different", lambda v: v == "off" or isinstance(v, dict))
_CHANGES = {"off": FLAG, "severity": one_of(*SEVERITIES), "parameters": MAP}


@dataclass(frozen=True, slots=True)
class Overrides:
    """Rule -> what should be different, and in which file that is said."""

    said: LinedMap
    path: str

    @classmethod
    def read(cls, path: Path, rules: Mapping[str, Rule]) -> "Overrides":
        """What the file says. ConfigurationError, with its line, for a rule, a key or a value that cannot be."""
        said = (read_yaml(path) if path.exists() else None) or LinedMap()
        check_keys(said, dict.fromkeys(rules, _OVERRIDE), "the rule catalogue", str(path))
        for name, change in said.items():
            if change != "off":
                _check(rules[name], change, str(path))
        return cls(said, str(path))

    @property
    def off(self) -> frozenset[str]:
        """Names of the rules that are switched off."""
        return frozenset(name for name, change in self.said.items() if change == "off" or change.get("off"))

    def applied_to(self, rule: Rule) -> Rule:
        """The rule as the company wants it."""
        change = self.said.get(rule.name, {})
        if change == "off":
            return rule
        severity = change.get("severity", rule.severity)
        return dataclasses.replace(
            rule, severity=severity, parameters=rule.parameters | dict(change.get("parameters", {}))
        )

    def places(self) -> dict[tuple[str, str | None], Place]:
        """Where each change is said: (rule, None), (rule, "severity"), (rule, name of a parameter)."""
        found: dict[tuple[str, str | None], Place] = {}
        for name, change in self.said.items():
            found[name, None] = self._place(self.said, name)
            if isinstance(change, LinedMap):
                found |= {(name, key): self._place(change, key) for key in change}
                parameters = change.get("parameters", LinedMap())
                found |= {(name, key): self._place(parameters, key) for key in parameters}
        return found

    def _place(self, within: LinedMap, key: str) -> Place:
        return Place(self.path, within.lines[str(key)])


def _check(rule: Rule, change: LinedMap, path: str) -> None:
    check_keys(change, _CHANGES, f"the change of {rule.name}", path)
    shapes = {name: _like(usual) for name, usual in rule.parameters.items()}
    check_keys(change.get("parameters", LinedMap()), shapes, f"rule {rule.name} (its parameters)", path)


def _like(usual: Any) -> Shape:
    """Values of the kind that a parameter has; where it usually has none, any one value will do."""
    if usual is None:
        return Shape("one value", lambda v: not isinstance(v, dict | list))
    return Shape(f"{_kind(usual)} like {usual!r}", lambda v: _kind(v) == _kind(usual))


def _kind(value: Any) -> str:
    if is_number(value):
        return "a number"
    names = {list: "a list", str: "a text", bool: "true or false"}
    return next((told for kind, told in names.items() if isinstance(value, kind)), "a value")
