"""Whether the values of a filter occur in the data: a mistyped region must not read as 'nothing was sold there'."""

import difflib

import duckdb

from pipelines.errors import UsageError
from pipelines.read.filters import Filters

_SHOWN = 12
# What a filter is called -> the values of it that occur.
_KNOWN = {
    "region": "SELECT DISTINCT region FROM marts.order_facts",
    "channel": "SELECT DISTINCT channel FROM marts.order_facts",
    "department": "SELECT DISTINCT department FROM marts.order_facts",
    "family": "SELECT DISTINCT product_family FROM marts.order_families",
    "user": "SELECT DISTINCT user_id FROM marts.order_users",
}


def refuse_unknown(con: duckdb.DuckDBPyConnection, filters: Filters) -> None:
    """UsageError for a region, channel, department, product family or user of which the data hold no order."""
    wanted = {
        "region": filters.regions, "channel": filters.channels, "department": filters.departments,
        "family": filters.families, "user": (filters.user,) if filters.user else (),
    }  # fmt: skip
    for name, values in wanted.items():
        if values:
            _refuse(con, name, values)


def _refuse(con: duckdb.DuckDBPyConnection, name: str, values: tuple[str, ...]) -> None:
    known = sorted(str(row[0]) for row in con.execute(_KNOWN[name]).fetchall() if row[0] is not None)
    for value in values:
        if value not in known:
            raise UsageError(
                f"no order has the {name} {value!r}.", state="Nothing was written.", next_step=_hint(value, known)
            )


def _hint(value: str, known: list[str]) -> str:
    if not known:
        return "The data name none at all."
    # The same word in other letters first: names are compared as they stand.
    alike = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(value.casefold(), list(alike), 1)
    if close:
        return f"Did you mean {alike[close[0]]!r}?"
    rest = f" and {len(known) - _SHOWN:,} more" if len(known) > _SHOWN else ""
    return f"The data name: {', '.join(known[:_SHOWN])}{rest}."
