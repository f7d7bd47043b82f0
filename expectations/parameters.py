"""Parameters of rules: `$name` in a query is replaced by the value that the rule, or the company, gives it."""

import dataclasses
import json
import re
from collections.abc import Mapping
from typing import Any

from expectations.rule import Rule
from pipelines.errors import ConfigurationError, Place

_PARAMETER = re.compile(r"\$([a-z][a-z0-9_]*)")


def unset(sql: str, parameters: Mapping[str, Any]) -> str | None:
    """The first `$name` that has no value; None where all have one."""
    return next((name for name in _PARAMETER.findall(sql) if name not in parameters), None)


def filled(sql: str, parameters: Mapping[str, Any]) -> str:
    """The query with the values in place, so that it runs anywhere as it is."""
    return _PARAMETER.sub(lambda match: sql_literal(parameters[match.group(1)]), sql)


def with_parameters(rule: Rule) -> Rule:
    """The rule with its parameters filled in. Raises ConfigurationError for a `$name` that has no value."""
    applies, cannot_tell = rule.applies, rule.cannot_tell
    return dataclasses.replace(
        rule,
        sql=_of_rule(rule, rule.sql),
        checked=_of_rule(rule, rule.checked),
        applies=applies and dataclasses.replace(applies, when=_of_rule(rule, applies.when)),
        cannot_tell=cannot_tell and dataclasses.replace(cannot_tell, count=_of_rule(rule, cannot_tell.count)),
    )


def _of_rule(rule: Rule, sql: str) -> str:
    missing = unset(sql, rule.parameters)
    if missing is None:
        return filled(sql, rule.parameters)
    message = f"the query of {rule.name} uses ${missing}, which `parameters` does not set."
    line = rule.line + rule.sql.partition(f"${missing}")[0].count("\n") if rule.check == "rule" else rule.line
    raise ConfigurationError(message, place=Place(rule.path, line), next_step="Add the parameter, then run again.")


def sql_literal(value: Any) -> str:
    """A value of YAML as DuckDB writes it: text quoted, lists in brackets, null where there is none."""
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return f"[{', '.join(sql_literal(item) for item in value)}]"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return "'" + str(value).replace("'", "''") + "'"


def yaml_value(value: Any) -> str:
    """A value as it is written in YAML."""
    return json.dumps(value, ensure_ascii=False, default=str)
