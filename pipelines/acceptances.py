"""Accepted deviations: who lets which finding stand, why, and until when. They count from the next run on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from pipelines.decisions import Decision, append, read_all, revoke
from pipelines.errors import UsageError
from pipelines.settings import Home

_UNCHANGED = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class Scope:
    """The findings of one rule: all of them, or those of one order, customer or product."""

    rule: str
    order: str | None = None
    customer: str | None = None
    product: str | None = None

    @property
    def key(self) -> str:
        """The subject of the decision: a second acceptance of the same scope takes the place of the first."""
        parts = [("order", self.order), ("customer", self.customer), ("product", self.product)]
        return ";".join([self.rule, *(f"{name}={value}" for name, value in parts if value is not None)])

    @property
    def terms(self) -> dict[str, Any]:
        """What the ledger reads of it."""
        named = {"rule": self.rule, "order": self.order, "customer": self.customer, "product": self.product}
        return {name: value for name, value in named.items() if value is not None}


def accept_defects(
    home: Home,
    con: duckdb.DuckDBPyConnection,
    defect_ids: Sequence[str],
    why: str,
    by: str | None = None,
    until: date | None = None,
) -> list[str]:
    """Accept single findings of the published ledger, each with the value that it has now. Returns the decisions' ids.

    Raises UsageError where the ledger has no such finding.
    """
    values = _observed(con, defect_ids)
    return [accept_value(home, key, values[key], why, by, until) for key in dict.fromkeys(defect_ids)]


def accept_value(
    home: Home, defect_id: str, observed: str | None, why: str, by: str | None = None, until: date | None = None
) -> str:
    """Accept one finding with the value that was looked at; another value counts again. Returns the decision's id."""
    ends = {"until": until.isoformat()} if until else {}
    return append(
        home, Decision("acceptance", "defect", defect_id, "accepted", by, why, {"observed": observed, **ends})
    )


def accept_rule(
    home: Home,
    con: duckdb.DuckDBPyConnection,
    scope: Scope,
    why: str,
    by: str | None = None,
    until: date | None = None,
) -> str:
    """Accept what a rule finds within a scope, now and later. Returns the decision's id.

    Raises UsageError where there is no such rule.
    """
    if con.execute("SELECT 1 FROM ledger.rules WHERE rule = ?", [scope.rule]).fetchone() is None:
        raise UsageError(
            f"there is no rule {scope.rule!r}.", state=_UNCHANGED, next_step="See: orderproof status, or the page Data."
        )
    ends = {"until": until.isoformat()} if until else {}
    return append(home, Decision("acceptance", "rule", scope.key, "accepted", by, why, {**scope.terms, **ends}))


def take_back(home: Home, subjects: Sequence[str], by: str | None = None) -> list[str]:
    """Revoke the acceptances in force of these subjects (defect ids, or the `key` of a scope). Returns the new entries' ids.

    Raises UsageError where one of them is not accepted; then none is revoked.
    """
    standing = {d.subject_key: d.id for d in read_all(home) if d.kind == "acceptance" and d.verdict == "accepted"}
    missing = [subject for subject in subjects if subject not in standing]
    if missing:
        raise UsageError(f"not accepted: {', '.join(missing)}.", state=_UNCHANGED)
    return [revoke(home, standing[subject], by) for subject in dict.fromkeys(subjects)]


def _observed(con: duckdb.DuckDBPyConnection, defect_ids: Sequence[str]) -> dict[str, str | None]:
    rows = con.execute(
        "SELECT defect_id, observed FROM ledger.defects WHERE list_contains($ids, defect_id)", {"ids": list(defect_ids)}
    ).fetchall()
    missing = sorted(set(defect_ids) - {row[0] for row in rows})
    if missing:
        raise UsageError(
            f"the ledger has no finding {', '.join(missing)}.",
            state=_UNCHANGED,
            next_step="The ids are in the column defect_id of: orderproof export defects --out defects.csv",
        )
    return dict(rows)
