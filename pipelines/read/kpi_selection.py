"""The selection of orders that KPIs are asked of: its period, that of its parts, its groups, and which data were given."""

from datetime import date
from functools import cached_property

import duckdb

from pipelines.read.filters import Filters

# First and last day of entry, and the last one of a mature order.
Period = tuple[date | None, date | None, date | None]
# Dimension -> expression over an order; every KPI that selects from orders can be split by it.
DIMENSIONS = {
    "month": "strftime(f.ordered_on, '%Y-%m')",
    "week": "strftime(f.ordered_on, '%G-W%V')",
    "day": "CAST(f.ordered_on AS VARCHAR)",
    "channel": "f.channel",
    "region": "f.region",
    "department": "f.department",
    "family": "f.product_family",
    "user": "f.entered_by",
    "customer": "f.customer_id",
    "currency": "f.currency",
    "order_type": "f.order_type",
}
# The last day of entry: the day until which the data reach where an order bears a later one, which no order can have.
_LAST_DAY = """CASE WHEN count(f.ordered_on) > 0 THEN greatest(min(f.ordered_on), least(max(f.ordered_on),
    (SELECT CAST(timezone(reporting_zone, timezone('UTC', data_until)) AS DATE) FROM meta.now))) END"""
# Dimensions that are time: a value has the days of its own part, not those of the whole selection.
_OF_TIME = ("month", "week", "day")


class Selected:
    """What several KPIs ask of one selection: its period, and which data were given. Each is looked up once."""

    def __init__(self, con: duckdb.DuckDBPyConnection, filters: Filters) -> None:
        self.con = con
        self.filters = filters
        self._given: dict[str, bool] = {}
        self._parts: dict[str, dict[str, Period]] = {}

    @cached_property
    def period(self) -> Period:
        """First and last day of entry, and the last one of a mature order."""
        condition, params = self.filters.where()
        row = self.con.execute(
            f"SELECT min(f.ordered_on), {_LAST_DAY}, max(f.ordered_on) FILTER (WHERE f.is_mature) "
            f"FROM marts.order_facts f WHERE {condition}",
            params,
        ).fetchone()
        first, last, mature = row or (None, None, None)
        return self.filters.date_from or first, self.filters.date_to or last, mature

    def period_of(self, by: str | None, group: str | None) -> Period:
        """The period of one month, week or day, cut to that of the selection; the selection's for any other dimension."""
        if by not in _OF_TIME or group is None:
            return self.period
        return self.parts(by).get(group, self.period)

    def parts(self, by: str) -> dict[str, Period]:
        """Month, week or day -> its first and last day within the selection, and the last one of a mature order."""
        if by not in self._parts:
            condition, params = self.filters.where()
            rows = self.con.execute(
                f"SELECT {DIMENSIONS[by]} AS g, CAST(date_trunc('{by}', min(f.ordered_on)) AS DATE), "
                f"CAST(date_trunc('{by}', min(f.ordered_on)) + INTERVAL 1 {by} - INTERVAL 1 DAY AS DATE), "
                f"max(f.ordered_on) FILTER (WHERE f.is_mature) FROM marts.order_facts f WHERE {condition} GROUP BY g",
                params,
            ).fetchall()
            self._parts[by] = {str(g): self._cut(first, last, mature) for g, first, last, mature in rows if first}
        return self._parts[by]

    def _cut(self, first: date, last: date, mature: date | None) -> tuple[date, date, date | None]:
        start, end, _mature = self.period
        is_beyond = end is not None and first > end
        return max(first, start or first), last if is_beyond else min(last, end or last), mature

    def has(self, need: str) -> bool:
        """Whether what a KPI needs was given."""
        if need not in self._given:
            self._given[need] = _is_given(self.con, need)
        return self._given[need]

    def groups(self, by: str) -> list[str | None]:
        """The members of a dimension that occur."""
        condition, params = self.filters.where()
        rows = self.con.execute(
            f"SELECT DISTINCT {DIMENSIONS[by]} AS g FROM marts.order_facts f WHERE {condition} ORDER BY g NULLS LAST",
            params,
        ).fetchall()
        return [row[0] for row in rows]


def _is_given(con: duckdb.DuckDBPyConnection, need: str) -> bool:
    queries = {
        "errors": "SELECT count(has_error) FROM marts.order_facts",
        "promised dates": "SELECT count(promised_delivery_date) FROM marts.order_facts",
        "deliveries or user_actions": "SELECT count(cycle_hours) FROM marts.order_facts",
    }
    query = queries.get(need, f"SELECT coalesce(sum(records), 0) FROM meta.entities WHERE entity = '{need}'")
    row = con.execute(query).fetchone()
    return bool(row and row[0])
