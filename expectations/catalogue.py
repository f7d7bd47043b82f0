"""The rule catalogue: the rules that ship, a company's own, and what the company switched off or set otherwise."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml

from expectations.overrides import Overrides
from expectations.own_rules import read_kinds, read_rules
from expectations.parameters import with_parameters
from expectations.rule import Rule
from expectations.rule_shapes import Kinds
from expectations.sql_rules import sql_rule
from expectations.suites import generic_rules
from pipelines.errors import ConfigurationError, Place
from pipelines.settings import Home
from pipelines.sqlfiles import read_package_sql, read_sql_file


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All rules, sorted by name and set as the company wants them; those that are switched off; where it said so.

    `set_at` knows the place of each change: (rule, None) of the rule itself, (rule, "severity"), (rule, parameter).
    """

    rules: tuple[Rule, ...]
    off: frozenset[str]
    kinds: Kinds
    set_at: dict[tuple[str, str | None], Place]

    @property
    def switched_on(self) -> tuple[Rule, ...]:
        """The rules that a run judges."""
        return tuple(rule for rule in self.rules if rule.name not in self.off)


def load_rules(home: Home) -> tuple[Rule, ...]:
    """Every rule that is switched on, sorted by name.

    Raises ConfigurationError, with file and line, for a rule or an override that is wrong.
    """
    return read_catalogue(home).switched_on


def read_catalogue(home: Home) -> Catalogue:
    """Everything there is, switched on or not. Raises ConfigurationError as `load_rules` does."""
    vocabulary = _vocabulary(own_files(home, ".yaml"))
    rules: dict[str, Rule] = {}
    for rule in (*_shipped(), *_own(home, vocabulary)):
        refuse_taken(rule, rules)
        rules[rule.name] = rule
    overrides = Overrides.read(home.config / "rules.yaml", rules)
    changed = [with_parameters(overrides.applied_to(rules[name])) for name in sorted(rules)]
    return Catalogue(tuple(changed), overrides.off, vocabulary, overrides.places())


def rules_of_file(path: Path, home: Home) -> list[Rule]:
    """The rules of one file, in the company's vocabulary, wherever it lies. ConfigurationError where it is wrong."""
    lists = own_files(home, ".yaml")
    vocabulary = _vocabulary([*lists, *([path] if _suffix(path) == ".yaml" and path not in lists else [])])
    return [with_parameters(rule) for rule in _rules_of(path, vocabulary)]


@cache
def kinds() -> dict[str, dict[str, str]]:
    """The vocabulary of errors that ships: kind -> title, field, entity."""
    text = (files("pipelines.contract") / "kinds.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = yaml.load(text, yaml.CSafeLoader)
    return found


def own_files(home: Home, *suffixes: str) -> list[Path]:
    """The company's rule files with one of these endings (of `.sql` and `.yaml`), sorted by name."""
    folder = home.config / "rules"
    return sorted(path for path in folder.glob("*") if path.is_file() and _suffix(path) in suffixes)


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    return ".yaml" if suffix == ".yml" else suffix


def _vocabulary(lists: Iterable[Path]) -> dict[str, dict[str, str]]:
    """The kinds that ship and those that the company's lists add."""
    found = dict(kinds())
    for path in lists:
        found |= read_kinds(path, found)
    return found


@cache
def _shipped() -> tuple[Rule, ...]:
    """What ships does not change while a process runs, and a run asks for it twice."""
    return (*generic_rules(), *(sql_rule(file, kinds()) for file in read_package_sql("expectations.rules")))


def _own(home: Home, vocabulary: Kinds) -> list[Rule]:
    return [rule for path in own_files(home, ".sql", ".yaml") for rule in _rules_of(path, vocabulary)]


def _rules_of(path: Path, vocabulary: Kinds) -> list[Rule]:
    if _suffix(path) == ".sql":
        return [sql_rule(read_sql_file(path), vocabulary, own=True)]
    return read_rules(path, vocabulary)


def refuse_taken(rule: Rule, rules: dict[str, Rule]) -> None:
    """Two rules of one name would be one rule in the ledger: ConfigurationError with the place of the other one."""
    if rule.name not in rules:
        return
    other = rules[rule.name]
    whose = f"of {Place(other.path, other.line)}" if other.own else f"that ships ({other.title})"
    raise ConfigurationError(
        f"the name {rule.name} is taken by a rule {whose}.",
        place=Place(rule.path, rule.line),
        state="Nothing was changed.",
        next_step="Give your rule another name with `rule: NAME`, or change the other one in config/rules.yaml.",
    )
