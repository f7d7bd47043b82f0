"""What `orderproof rules` answers: an object for machines, a text for people, and whether a rule broke."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from expectations import explanation, listing
from expectations.catalogue import read_catalogue
from expectations.trial import rules_to_try, try_rules
from pipelines.settings import Home
from pipelines.warehouse import Snapshot, current_snapshot, open_snapshot, require_snapshot

Answer = tuple[dict[str, Any], str, bool]


def list_rules(home: Home, kind: str | None, entity: str | None, failing: bool) -> Answer:
    """All rules, or some of them; nothing needs to be published yet."""
    catalogue = read_catalogue(home)
    with _published(home) as (_, con):
        found = listing.lines(catalogue, listing.last_runs(con) if con else {})
    found = listing.chosen(found, catalogue, kind, entity, failing)
    return {"rules": [line.as_json() for line in found]}, listing.as_text(found), False


def explain_rule(home: Home, name: str) -> Answer:
    """One rule; with its findings where something was published."""
    catalogue = read_catalogue(home)
    rule = listing.rule_called(name, catalogue)
    with _published(home) as (snapshot, con):
        ran = listing.last_runs(con) if con else {}
        line = next(line for line in listing.lines(catalogue, ran) if line.rule == rule)
        told = explanation.explain(line, catalogue, home, snapshot, con)
    return {"rule": told.as_json()}, explanation.as_text(told), False


def test_rules(home: Home, what: str) -> Answer:
    """Rules of a file, or one by its name, tried on the published data. NoSnapshotError where there are none."""
    snapshot = require_snapshot(home)
    trials = try_rules(rules_to_try(what, read_catalogue(home), home), home, snapshot)
    text = "\n\n".join([*(trial.as_text() for trial in trials), "Nothing was written."])
    return {"tests": [trial.as_json() for trial in trials]}, text, any(t.run.outcome == "error" for t in trials)


@contextmanager
def _published(home: Home) -> Iterator[tuple[Snapshot | None, duckdb.DuckDBPyConnection | None]]:
    """The current snapshot, open for reading; twice None where nothing was published."""
    snapshot = current_snapshot(home)
    if snapshot is None:
        yield None, None
        return
    with open_snapshot(snapshot) as con:
        yield snapshot, con
