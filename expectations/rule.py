"""What a rule is: who may break it, how bad that is, and the query that finds the records that do."""

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
    """One rule of the catalogue. `sql` selects the failing records; its parameters are already filled in."""

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
    applies: Premise | None = None
    cannot_tell: Unknowns | None = None
