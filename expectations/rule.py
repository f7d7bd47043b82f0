"""What a rule is: who may break it, how bad that is, and the query that finds the records that do."""

import re
from dataclasses import dataclass, field
from typing import Any

SEVERITIES = ("low", "medium", "high")
DIMENSIONS = ("completeness", "validity", "accuracy", "consistency", "uniqueness", "integrity", "timeliness")
LINES_OF_DEFENCE = (1, 2, 3)

# How far a rule looks, and so what has to be checked again when something changed.
#   record, order  the record itself, or its order: changed orders only
#   neighbours     changed orders, against their customer's and product's other orders
#   reference      changed orders; everything once a master that the rule needs was delivered again
#   clock          changed and open orders, open findings, orders that moved lately: what was fine yesterday may be late today
#   table          everything: masters, and sources judged as a whole
REACHES = ("record", "order", "neighbours", "reference", "clock", "table")

NAME_OF_A_RULE = re.compile(r"[a-z][a-z0-9_]*")
# What a sentence may name in braces: the columns of a finding.
WORDS_OF_A_SENTENCE = ("field", "observed", "expected", "suggested", "evidence")
_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Premise:
    """When a rule can be judged at all: a condition in SQL, and what is told where it does not hold."""

    when: str
    otherwise: str


@dataclass(frozen=True, slots=True)
class Unknowns:
    """What a rule cannot tell: a query for how many records, and why."""

    count: str
    because: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the catalogue. `sql` selects the failing records; its parameters are already filled in.

    `line` is where it stands in the file `path`: of a rule that is a file of its own, the line where its query begins.
    `own` is true for a rule that the company wrote.
    """

    name: str
    title: str
    entity: str
    kind: str
    severity: str
    dimension: str
    line_of_defence: int
    origin_stage: str | None
    reach: str
    needs: tuple[str, ...]
    sentence: str
    sql: str
    path: str
    check: str = "rule"
    checked: str = "true"
    parameters: dict[str, Any] = field(default_factory=dict)
    last: bool = False
    """True for a rule that reads what the others found."""
    applies: Premise | None = None
    cannot_tell: Unknowns | None = None
    line: int = 1
    own: bool = False

    @property
    def queries(self) -> tuple[str, ...]:
        """Everything that it asks of the data."""
        asked = (self.applies and self.applies.when, self.cannot_tell and self.cannot_tell.count)
        return (self.sql, self.checked, *(query for query in asked if query))


def unknown_word(sentence: str) -> str | None:
    """A word in braces that a finding cannot fill in; None where there is none."""
    return next((word for word in _BRACES.findall(sentence) if word not in WORDS_OF_A_SENTENCE), None)
