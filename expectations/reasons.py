"""Why a rule did not run, in words for whoever has to mend it."""

import re
from pathlib import Path

import duckdb

from expectations.rule import Rule

# The query stands below one line of ours, see `engine.run_rule`.
_LINES_ABOVE = 1
_LINE = re.compile(r"\n\nLINE (\d+):")
_COLUMNS = "record_key, order_key, order_id, line_id, field, observed, expected, suggested, confidence, evidence"


def why_it_broke(error: duckdb.Error, rule: Rule, timeout: float) -> str:
    """DuckDB's words in one line, and of a company's rule the line in its file."""
    if isinstance(error, duckdb.InterruptException):
        return f"The rule ran longer than {timeout:g} seconds and was stopped."
    told = " ".join(_LINE.split(str(error))[0].split()).rstrip(".") + "."
    if 'not found in table "rule_hits"' in told or '"rule_hits" does not have a column' in told:
        told = f"{told} A rule returns {_COLUMNS}."
    return f"{told} ({_place(error, rule)})" if rule.own else told


def what_to_provide(missing: list[str]) -> str:
    """What would switch a rule on that lacks its data."""
    words = [_describe(need) for need in missing]
    return f"Provide {', '.join(words[:-1])}{' and ' if words[:-1] else ''}{words[-1]} to switch this rule on."


def _place(error: duckdb.Error, rule: Rule) -> str:
    line = _LINE.search(str(error))
    below = max(int(line.group(1)) - _LINES_ABOVE - 1, 0) if line and rule.check == "rule" else 0
    return f"{Path(rule.path).name}, line {rule.line + below}"


def _describe(need: str) -> str:
    entity, _, column = need.partition(".")
    label = entity.replace("_", " ")
    return f"the column {column} of {label}" if column else label
