"""Learns once a run and entity, before the first of its learned rules reads the hits."""

from collections.abc import Iterable
from typing import Any

import duckdb

from expectations.learned.learn import learn
from expectations.rule import Rule
from pipelines.sqlfiles import read_package_sql

_CHECKS = ("learned_dependency", "table_spelling", "table_format")


class Learner:
    """Brings `learned.hits` up to date where a rule asks for it. A company's parameters of a rule count for its entity."""

    def __init__(self, con: duckdb.DuckDBPyConnection, rules: Iterable[Rule], mature_days: int, full: bool) -> None:
        self._con = con
        self._rules = tuple(rule for rule in rules if rule.check in _CHECKS)
        self._mature_days = mature_days
        self._full = full
        self._learned: set[str] = set()

    def prepare(self, rule: Rule) -> None:
        """Learn the entity of a learned rule, unless that is done; nothing for another rule. Raises duckdb.Error."""
        if rule.check in _CHECKS and rule.entity not in self._learned:
            learn(self._con, rule.entity, self._settings(rule.entity), full=self._full)
            self._learned.add(rule.entity)

    def _settings(self, entity: str) -> dict[str, Any]:
        found = {"mature_days": self._mature_days, **default_settings()}
        for rule in self._rules:
            if rule.entity == entity:
                found |= rule.parameters
        return found


def default_settings() -> dict[str, Any]:
    """The parameters of all learned rules as they ship."""
    found: dict[str, Any] = {}
    for file in read_package_sql("expectations.templates"):
        if file.name in _CHECKS:
            found |= file.meta["parameters"]
    return found
