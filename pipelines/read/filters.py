"""The one filter state of pages, exports and the command line, and how it becomes SQL and an address."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Literal

# Notes above a query; what follows them tells whether it has a WITH of its own.
_LEADING_COMMENTS = re.compile(r"\A(?:\s*--[^\n]*\n)*\s*")

UserRole = Literal["entered", "touched"]

# Where an error came in, by which errors may be counted apart: its stage of origin, 'unknown' where the log is silent.
_ORIGIN = "coalesce(origin_stage, 'unknown')"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which orders are looked at. Days are days of entry in the reporting zone, both ends included; empty means all."""

    date_from: date | None = None
    date_to: date | None = None
    regions: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    user: str | None = None
    user_role: UserRole = "touched"
    errors: str | None = None
    """Only errors that came in at this stage count ('unknown': the log is silent); an order with others alone is right. None: all."""
    ended: bool = False
    """Of the cases of the process only those that are not open: they have gone their whole way."""

    def where(self) -> tuple[str, list[Any]]:
        """(SQL condition over `marts.order_facts f`, and its parameters)."""
        condition, params = self.where_dimensions()
        conditions = [condition]
        if self.families:
            # faster than list_has_any, which hashes each list
            conditions.append(f"({' OR '.join(['list_contains(f.families, ?)'] * len(self.families))})")
            params += self.families
        if self.user:
            entered = self.user_role == "entered"
            conditions.append("f.entered_by = ?" if entered else "list_contains(f.touched_by, ?)")
            params.append(self.user)
        return " AND ".join(conditions), params

    def where_dimensions(self) -> tuple[str, list[Any]]:
        """The part of it that any mart with `ordered_on`, `region`, `channel` and `department` can be asked, and its parameters.

        A mart that carries the order's `families`, `entered_by` and `touched_by` as well can be asked the whole (`where`).
        """
        conditions: list[str] = ["true"]
        params: list[Any] = []
        for column, operator, day in (("ordered_on", ">=", self.date_from), ("ordered_on", "<=", self.date_to)):
            if day is not None:
                conditions.append(f"f.{column} {operator} ?")
                params.append(day)
        for column, wanted in (("region", self.regions), ("channel", self.channels), ("department", self.departments)):
            if wanted:
                conditions.append(f"f.{column} IN ({', '.join('?' * len(wanted))})")
                params += wanted
        return " AND ".join(conditions), params

    def without_period(self) -> "Filters":
        """The same selection of orders of any age: for what is a state of today, and for charts whose axis is time."""
        return replace(self, date_from=None, date_to=None)

    def to_params(self) -> dict[str, str]:
        """The state as address parameters; what is not set is left out."""
        params = {
            "from": self.date_from.isoformat() if self.date_from else "",
            "to": self.date_to.isoformat() if self.date_to else "",
            "region": "|".join(self.regions),
            "channel": "|".join(self.channels),
            "department": "|".join(self.departments),
            "family": "|".join(self.families),
            "user": self.user or "",
            "as": self.user_role if self.user else "",
            "errors": self.errors or "",
            "ended": "1" if self.ended else "",
        }
        return {key: value for key, value in params.items() if value}

    @classmethod
    def from_params(cls, params: Mapping[str, str]) -> "Filters":
        """The state of an address. A parameter that cannot be read counts as not set."""
        return cls(
            date_from=_day(params.get("from")),
            date_to=_day(params.get("to")),
            regions=_several(params.get("region")),
            channels=_several(params.get("channel")),
            departments=_several(params.get("department")),
            families=_several(params.get("family")),
            user=params.get("user") or None,
            user_role="entered" if params.get("as") == "entered" else "touched",
            errors=params.get("errors") or None,
            ended=params.get("ended") == "1",
        )

    @property
    def is_empty(self) -> bool:
        """True when nothing is filtered."""
        plain = Filters(user_role=self.user_role)
        return all(getattr(self, item.name) == getattr(plain, item.name) for item in fields(self))


# Marts that carry an order's dimensions themselves: filtered where they stand, and only for a query that names them. All but that of
# waits, which has many rows an order, carry its families and users too.
_OWN_DIMENSIONS = {
    "selected_visits": "marts.order_visits",
    "selected_open": "marts.open_visits",
    "selected_waits": "marts.wait_facts",
    "selected_cases": "marts.flow_cases",
}
_LOOKED_UP = ("selected_waits",)


def selection(filters: Filters, sql: str = "") -> tuple[str, list[Any]]:
    """The `WITH` clause that puts filtered queries in place of the `selected_*` views that `sql` reads, and its parameters."""
    condition, params = filters.where()
    own = [(name, *_of_own(name, filters)) for name in _OWN_DIMENSIONS if name in sql]
    selected = [_selected(name, of_own) for name, of_own, _params in own]
    clause = ", ".join([_selected_orders(filters, condition), *_following(filters).values(), *selected])
    return f"WITH {clause} ", params + [value for _name, _condition, values in own for value in values]


def _of_own(name: str, filters: Filters) -> tuple[str, list[Any]]:
    """The condition over a mart with dimensions of its own; families and users that it does not carry are looked up at the order."""
    if name not in _LOOKED_UP:
        condition, params = filters.where()
        return condition + (" AND f.is_open IS NOT TRUE" if filters.ended and name == "selected_cases" else ""), params
    condition, params = filters.where_dimensions()
    if filters.families or filters.user:
        condition += " AND f.order_key IN (SELECT order_key FROM selected_orders)"
    return condition, params


def _selected(name: str, condition: str) -> str:
    return f"{name} AS (SELECT f.* FROM {_OWN_DIMENSIONS.get(name, 'marts.order_facts')} f WHERE {condition})"


def _selected_orders(filters: Filters, condition: str) -> str:
    """The selected orders; where errors are counted by origin, only those of that origin make an order wrong."""
    if filters.errors is None:
        return _selected("selected_orders", condition)
    return f"""selected_orders AS (
    SELECT f.* REPLACE (CASE WHEN f.has_error IS NOT NULL THEN w.wrong_key IS NOT NULL END AS has_error, w.found_at AS first_error_at)
    FROM marts.order_facts f LEFT JOIN (
        SELECT order_key AS wrong_key, min(found_at) AS found_at FROM marts.error_facts
        WHERE {_ORIGIN} = {literal(filters.errors)} GROUP BY order_key) w ON w.wrong_key = f.order_key
    WHERE {condition})"""


def _of_selected(name: str, table: str, condition: str = "") -> str:
    return f"{name} AS (SELECT v.* FROM {table} v SEMI JOIN selected_orders s ON s.order_key = v.order_key{condition})"


# What follows from the selected orders, as `selected_*` are in a snapshot for all orders.
_FOLLOWING = {
    "selected_lines": "main.selected_lines",
    "selected_stages": "marts.stage_facts",
    "selected_actions": "marts.action_facts",
    "selected_changes": "marts.change_facts",
    "selected_exceptions": "marts.exception_facts",
    "selected_errors": "marts.error_facts",
}


def _following(filters: Filters) -> dict[str, str]:
    made = {name: _of_selected(name, table) for name, table in _FOLLOWING.items()}
    if filters.errors is not None:
        condition = f" WHERE {_ORIGIN} = {literal(filters.errors)}"
        made["selected_errors"] = _of_selected("selected_errors", _FOLLOWING["selected_errors"], condition)
    return made


def readable(sql: str, filters: Filters) -> str:
    """`sql` as somebody runs it by hand on a snapshot: the filters written out in front of it.

    Without a filter that is `sql` itself, since a snapshot has `selected_*` as views.
    """
    if filters.is_empty:
        return sql
    following = [part for name, part in _following(filters).items() if name in sql]
    own = [_selected(name, _written(*_of_own(name, filters))) for name in _OWN_DIMENSIONS if name in sql]
    selected = ",\n".join([_selected_orders(filters, _written(*filters.where())), *following, *own])
    notes, query = _notes_and_query(sql)
    return f"{notes}WITH {selected}" + (f",\n{query[5:]}" if _has_with(query) else f"\n{query}")


def _written(condition: str, params: Sequence[Any]) -> str:
    """A condition with its parameters written out."""
    pieces = condition.split("?")
    return "".join(piece + literal(value) for piece, value in zip(pieces, params, strict=False)) + pieces[-1]


def literal(value: object) -> str:
    """A value as SQL text."""
    return str(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "''") + "'"


def _notes_and_query(sql: str) -> tuple[str, str]:
    match = _LEADING_COMMENTS.match(sql)
    cut = match.end() if match else 0
    return sql[:cut], sql[cut:]


def _has_with(query: str) -> bool:
    return query[:5].upper() == "WITH "


def with_selection(sql: str, filters: Filters, params: Sequence[Any] = ()) -> tuple[str, list[Any]]:
    """`sql` over `selected_*`, filtered; a `WITH` of its own is joined to the selection's."""
    clause, selected = selection(filters, sql)
    _notes, query = _notes_and_query(sql)
    return f"{clause}, {query[5:]}" if _has_with(query) else clause + query, [*selected, *params]


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _several(text: str | None) -> tuple[str, ...]:
    return tuple(part for part in (text or "").split("|") if part)
