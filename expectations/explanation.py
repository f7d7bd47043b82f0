"""`orderproof rules NAME`: what a rule asks for, how it is set and where, what it found, how to run and to change it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from expectations.catalogue import Catalogue
from expectations.listing import LastRun, Line
from expectations.parameters import yaml_value
from expectations.rule import Rule
from pipelines.read.clock import reporting_zone, value_told
from pipelines.scope import over
from pipelines.settings import Home
from pipelines.warehouse import Snapshot
from pipelines.words import counted

_EXAMPLES = 5
# What is shown of a finding.
EXAMPLE = ("order_id", "line_id", "record_key", "field", "observed", "expected", "suggested", "confidence", "message")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a rule, its value, and where that was said."""

    name: str
    value: Any
    set_at: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is to be said about one rule. `query` runs over all records of a snapshot as it stands."""

    line: Line
    kind_title: str
    severity_set_at: str
    parameters: tuple[Parameter, ...]
    off_at: str | None
    query: str
    snapshot: str | None
    examples: tuple[dict[str, Any], ...]
    overrides: str

    def as_json(self) -> dict[str, Any]:
        """What `rules NAME --json` says."""
        rule = self.line.rule
        return {
            **self.line.as_json(),
            "sentence": rule.sentence,
            "needs": list(rule.needs),
            "checks": rule.checked,
            "file": rule.path,
            "file_line": rule.line,
            "parameters": [{"name": p.name, "value": p.value, "set_at": p.set_at} for p in self.parameters],
            "query": self.query,
            "examples": list(self.examples),
        }


def explain(
    line: Line, catalogue: Catalogue, home: Home, snapshot: Snapshot | None, con: duckdb.DuckDBPyConnection | None
) -> Explanation:
    """The explanation of a rule, with examples where a snapshot is open."""
    rule = line.rule
    set_at = catalogue.set_at
    usual = f"{rule.path}, line {rule.line}" if rule.own else "as shipped"
    return Explanation(
        line=line,
        kind_title=catalogue.kinds[rule.kind]["title"],
        severity_set_at=str(set_at.get((rule.name, "severity"), usual)),
        parameters=tuple(
            Parameter(name, value, str(set_at.get((rule.name, name), usual)))
            for name, value in sorted(rule.parameters.items())
        ),
        off_at=str(set_at[rule.name, None]) if line.is_off else None,
        query=over("core", rule.sql),
        snapshot=str(snapshot.path) if snapshot else None,
        examples=tuple(_examples(con, rule)) if con else (),
        overrides=str(home.config / "rules.yaml"),
    )


def _examples(con: duckdb.DuckDBPyConnection, rule: Rule) -> Iterator[dict[str, Any]]:
    rows = con.execute(
        f"SELECT {', '.join(EXAMPLE)} FROM ledger.defects WHERE rule = ? AND resolved_at IS NULL "
        "ORDER BY last_seen DESC, record_key, field LIMIT ?",
        [rule.name, _EXAMPLES],
    ).fetchall()
    zone = reporting_zone(con)
    return (_told(dict(zip(EXAMPLE, row, strict=True)), zone) for row in rows)


def _told(example: dict[str, Any], zone: str) -> dict[str, Any]:
    """A finding with its values as people read them: moments by the clocks of the reporting zone, which it names."""
    values = {name: value_told(example[name], example["field"], zone) for name in ("observed", "expected", "suggested")}
    return {**example, **values, "time_zone": zone}


def as_text(told: Explanation) -> str:
    """The same for people."""
    return "\n".join(line for part in _PARTS for line in (*part(told), ""))


def _what(told: Explanation) -> Iterator[str]:
    rule = told.line.rule
    yield f"{rule.name}: {rule.title}"
    if told.off_at:
        yield f"Switched off in {told.off_at}."
    yield f"  reads     {rule.sentence}"
    yield f"  kind      {rule.kind} ({told.kind_title}), severity {rule.severity} ({told.severity_set_at}), {rule.dimension}"
    yield f"  defence   line {rule.line_of_defence}; stage of origin: {rule.origin_stage or 'as the log shows'}"
    yield f"  looks at  {rule.entity} where {rule.checked}; reach: {rule.reach}"
    if rule.cannot_tell:
        yield f"  silent    where {rule.cannot_tell.because}"
    yield f"  needs     {', '.join(rule.needs) or 'nothing beyond them'}"
    yield f"  written   {rule.path}, line {rule.line}"


def _how_set(told: Explanation) -> Iterator[str]:
    yield "Parameters" if told.parameters else "It has no parameters."
    for parameter in told.parameters:
        yield f"  {parameter.name}: {yaml_value(parameter.value)}   ({parameter.set_at})"


def _found(told: Explanation) -> Iterator[str]:
    yield f"Last run: {outcome_in_words(told.line.last)}"
    for example in told.examples:
        yield f"  {example_in_words(example)}"


def _change(told: Explanation) -> Iterator[str]:
    rule = told.line.rule
    other = "low" if rule.severity != "low" else "high"
    yield f"Change it in {told.overrides}, then run again:"
    yield f"  {rule.name}: off"
    parts = [f"severity: {other}"]
    if rule.parameters:
        name, value = next(iter(sorted(rule.parameters.items())))
        parts.append(f"parameters: {{{name}: {yaml_value(value)}}}")
    yield f"  {rule.name}: {{{', '.join(parts)}}}"


def _query(told: Explanation) -> Iterator[str]:
    where = f"duckdb -readonly {told.snapshot}" if told.snapshot else "a published snapshot, read-only"
    yield f"The query over all records ({where}):"
    yield told.query


_PARTS = (_what, _how_set, _found, _change, _query)


def outcome_in_words(last: LastRun) -> str:
    """How a rule ended: 'fail: 12 findings in 12 of 9,023 records, 0.02 s'."""
    if last.failing is None:
        return f"{last.outcome.replace('_', ' ')}{f': {last.reason}' if last.reason else '.'}"
    if last.is_idle:
        return "had no record to judge."
    told = f"{last.outcome}: {_found_in(last)}"
    told += f", {last.accepted:,} more are accepted" if last.accepted else ""
    told += "" if last.seconds is None else f"; {last.seconds:.2f} s"
    if last.is_about_source:
        told += (
            "\n  More than half of the records fail: this says something about the source, or about the rule itself."
        )
        told += "\n  All findings are kept; they are shown apart from the rates."
    return f"{told}\n  {last.reason}" if last.reason else told


def _found_in(last: LastRun) -> str:
    checked = "an unknown number of" if last.checked is None else f"{last.checked:,}"
    if not last.failing:
        return f"no finding in {checked} records"
    return f"{counted(last.failing, 'finding')} in {last.failing_records:,} of {checked} records"


def example_in_words(example: dict[str, Any]) -> str:
    """One finding in a line: its record, and the sentence that a clerk reads."""
    line = f" line {example['line_id']}" if example["line_id"] else ""
    record = f"order {example['order_id']}{line}" if example["order_id"] else str(example["record_key"])
    message = " ".join(str(example["message"]).split())
    return f"{record}: {message if len(message) <= 200 else f'{message[:199]}…'}"  # noqa: PLR2004 - one line
