"""`orderproof rules`: every rule of the catalogue with what became of it in the last run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from expectations.catalogue import Catalogue
from expectations.rule import Rule
from pipelines.config_file import meant
from pipelines.contract import entities
from pipelines.errors import UsageError

_TITLE_WIDTH = 52
_HEAD = ("rule", "title", "kind", "severity", "line", "reach", "outcome", "failing/checked", "seconds")
_RIGHT = frozenset(("line", "failing/checked", "seconds"))


@dataclass(frozen=True, slots=True)
class LastRun:
    """What became of a rule in a run; counts are None where it was not judged. `is_about_source`: most records fail."""

    outcome: str
    reason: str | None = None
    checked: int | None = None
    failing: int | None = None
    failing_records: int | None = None
    accepted: int | None = None
    seconds: float | None = None
    is_about_source: bool = False

    @property
    def is_idle(self) -> bool:
        """Whether it had no record to judge: it has passed nothing."""
        return self.outcome == "pass" and self.checked == 0


@dataclass(frozen=True, slots=True)
class Line:
    """A rule, whether it is switched off, and its last run."""

    rule: Rule
    is_off: bool
    last: LastRun

    def as_json(self) -> dict[str, Any]:
        """What `rules --json` says of it."""
        rule, last = self.rule, self.last
        return {
            "rule": rule.name,
            "title": rule.title,
            "entity": rule.entity,
            "kind": rule.kind,
            "severity": rule.severity,
            "dimension": rule.dimension,
            "line_of_defence": rule.line_of_defence,
            "origin_stage": rule.origin_stage,
            "reach": rule.reach,
            "own": rule.own,
            "off": self.is_off,
            **{name: getattr(last, name) for name in LastRun.__slots__},
        }


def last_runs(con: duckdb.DuckDBPyConnection) -> dict[str, LastRun]:
    """Rule -> what became of it in the last run of a snapshot."""
    names = ", ".join(f"r.{name}" for name in LastRun.__slots__ if name != "is_about_source")
    rows = con.execute(
        f"SELECT r.rule, {names}, s.rule IS NOT NULL FROM ledger.rule_runs r LEFT JOIN ledger.source_rules s USING (rule) "
        "WHERE r.run_id = (SELECT max(run_id) FROM ledger.rule_runs)"
    ).fetchall()
    return {row[0]: LastRun(*row[1:]) for row in rows}


def lines(catalogue: Catalogue, ran: dict[str, LastRun]) -> list[Line]:
    """Every rule with its last run, sorted by name."""
    return [_line(rule, rule.name in catalogue.off, ran) for rule in catalogue.rules]


def _line(rule: Rule, is_off: bool, ran: dict[str, LastRun]) -> Line:
    if is_off:
        return Line(rule, True, LastRun("off"))
    return Line(rule, False, ran.get(rule.name, LastRun("not run yet")))


def chosen(
    found: Sequence[Line], catalogue: Catalogue, kind: str | None, entity: str | None, failing: bool
) -> list[Line]:
    """The lines of one kind, of one entity, those that fail. UsageError for a kind or an entity that is none."""
    _check(kind, catalogue.kinds, "kind")
    _check(entity, entities(), "entity")
    return [
        line
        for line in found
        if kind in (None, line.rule.kind)
        and entity in (None, line.rule.entity)
        and (not failing or line.last.outcome in ("fail", "error"))
    ]


def _check(word: str | None, known: Iterable[str], what: str) -> None:
    words = tuple(known)
    if word is not None and word not in words:
        raise UsageError(f"there is no {what} {word!r}{meant(word, words)}", state="Nothing was changed.")


def rule_called(name: str, catalogue: Catalogue) -> Rule:
    """The rule of that name, switched on or not. UsageError with the one that was probably meant."""
    rules = {rule.name: rule for rule in catalogue.rules}
    if name not in rules:
        raise UsageError(
            f"there is no rule {name!r}{meant(name, tuple(rules), otherwise='.') or '.'}",
            state="Nothing was changed.",
            next_step="`orderproof rules` lists them all.",
        )
    return rules[name]


def as_text(found: Sequence[Line]) -> str:
    """A table for people, with a line below that counts."""
    rows = [_HEAD, *(_cells(line) for line in found)]
    widths = [max(len(row[position]) for row in rows) for position in range(len(_HEAD))]
    table = [
        "  ".join(_aligned(cell, head, width) for cell, head, width in zip(row, _HEAD, widths, strict=True))
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in (*table, "", _count(found)))


def _cells(line: Line) -> tuple[str, ...]:
    rule, last = line.rule, line.last
    title = rule.title if len(rule.title) <= _TITLE_WIDTH else f"{rule.title[: _TITLE_WIDTH - 1]}…"
    defence, seconds = str(rule.line_of_defence), "" if last.seconds is None else f"{last.seconds:.2f}"
    return (rule.name, title, rule.kind, rule.severity, defence, rule.reach, _outcome(last), _share(last), seconds)


def _outcome(last: LastRun) -> str:
    return "nothing to judge" if last.is_idle else last.outcome


def _share(last: LastRun) -> str:
    if last.failing_records is None:
        return ""
    return f"{last.failing_records:,}/{'?' if last.checked is None else f'{last.checked:,}'}"


def _aligned(cell: str, head: str, width: int) -> str:
    return f"{cell:>{width}}" if head in _RIGHT else f"{cell:<{width}}"


def _count(found: Sequence[Line]) -> str:
    outcomes: dict[str, int] = {}
    for line in found:
        outcome = _outcome(line.last)
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    told = ", ".join(f"{n} {outcome.replace('_', ' ')}" for outcome, n in sorted(outcomes.items()))
    return f"{len(found)} rules: {told}." if found else "No rule is so."
