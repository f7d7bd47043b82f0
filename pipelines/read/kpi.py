"""KPIs: each defined once, in `pipelines/kpis/<name>.sql`; evaluated here for pages, exports, reports and the command."""

import difflib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import duckdb

from pipelines.errors import UsageError
from pipelines.read.filters import Filters, with_selection
from pipelines.read.kpi_selection import DIMENSIONS, Selected
from pipelines.sqlfiles import read_package_sql

_ERROR_SOURCES = "order_errors, order_changes, or deliveries and invoices with returns and credit notes"


@dataclass(frozen=True, slots=True)
class Kpi:
    """A KPI's definition. `unit`: percent, hours, count or money; `good`: up, down or none."""

    name: str
    title: str
    text: str
    formula: str
    unit: str
    good: str
    population: str
    needs: tuple[str, ...]
    order: int
    sql: str
    target: str | None = None
    is_now: bool = False
    """A state of today, which is asked of the selected orders whenever they were entered."""

    def asked_of(self, filters: Filters) -> Filters:
        """The orders of a selection that the KPI speaks of: a period of entry does not narrow what is a state of today."""
        return filters.without_period() if self.is_now else filters


@dataclass(frozen=True, slots=True)
class KpiValue:
    """A KPI's value: percent as a share (0.956), hours, counts, money. Null with its reason where it cannot be told."""

    name: str
    value: float | None
    unit: str
    numerator: float | None
    denominator: float | None
    date_from: date | None
    date_to: date | None
    mature_until: date | None
    reason: str | None
    group: str | None = None


@cache
def catalogue() -> tuple[Kpi, ...]:
    """All KPIs, in the order in which pages show them."""
    kpis = [Kpi(**{**f.meta, "needs": tuple(f.meta["needs"])}, sql=f.sql) for f in read_package_sql("pipelines.kpis")]
    return tuple(sorted(kpis, key=lambda kpi: kpi.order))


def find(name: str) -> Kpi:
    """One KPI by name. UsageError with the name that was probably meant."""
    known = {kpi.name: kpi for kpi in catalogue()}
    if name not in known:
        close = difflib.get_close_matches(name, list(known), 1)
        hint = f"Did you mean {close[0]}?" if close else f"Known are: {', '.join(known)}."
        raise UsageError(f"there is no KPI {name!r}.", state="", next_step=hint)
    return known[name]


def evaluate(
    con: duckdb.DuckDBPyConnection,
    names: Sequence[str] | None = None,
    filters: Filters | None = None,
    by: str | None = None,
    as_published: str | None = None,
) -> list[KpiValue]:
    """Values of the KPIs (all where `names` is None), split by a dimension, or as a run published them."""
    kpis = [find(name) for name in names] if names is not None else list(catalogue())
    if as_published is not None:
        return _published(con, kpis, as_published)
    filters = filters or Filters()
    if by is not None and by not in DIMENSIONS:
        raise UsageError(f"there is no dimension {by!r}.", state="", next_step=f"Known are: {', '.join(DIMENSIONS)}.")
    selected = Selected(con, filters)
    of_any_age = Selected(con, filters.without_period())
    groups = [None] if by is None else selected.groups(by)
    return [_value(of_any_age if kpi.is_now else selected, kpi, group, by) for kpi in kpis for group in groups]


def as_json(values: Sequence[KpiValue]) -> dict[str, Any]:
    """The shape that `orderproof kpi --json` prints."""
    return {"kpis": [_json_row(value) for value in values]}


def as_text(values: Sequence[KpiValue], currency: str | None = None) -> str:
    """A table for people, below it the days that it is about where they are the same for all; `currency` is that of costs."""
    titles = {kpi.name: kpi.title for kpi in catalogue()}
    rows = [(titles[v.name], v.group or "", shown(v, currency), _basis(v)) for v in values]
    widths = [max(len(row[i]) for row in rows) if rows else 0 for i in range(3)]
    lines = [
        f"{title:<{widths[0]}}  {group:<{widths[1]}}  {value:>{widths[2]}}  {basis}".rstrip()
        for title, group, value, basis in rows
    ]
    periods = {(v.date_from, v.date_to, v.mature_until) for v in values if not find(v.name).is_now}
    return "\n".join(lines + _period_told(periods))


def _period_told(periods: set[tuple[date | None, date | None, date | None]]) -> list[str]:
    if len(periods) != 1:
        return []
    ((first, last, mature),) = periods
    if first is None or last is None:
        return []
    told = f"\nOrders entered from {first} to {last}"
    if mature is None:
        return [f"{told}; none of them has had the time yet in which errors show."]
    return [f"{told}; rates of errors are of those entered until {mature}, as errors take their time to show."]


def shown(value: KpiValue, currency: str | None = None) -> str:
    """The value as people read it: '95.6 %', '3.1 h', '1,312', 'EUR 740'; a dash where it cannot be told."""
    if value.value is None:
        return "–"
    if value.unit == "percent":
        return f"{100 * value.value:.1f} %"
    if value.unit == "hours":
        return f"{value.value:,.1f} h"
    if value.unit == "money":
        return f"{currency} {value.value:,.0f}" if currency else f"{value.value:,.0f} cost units"
    return f"{value.value:,.0f}"


def _basis(value: KpiValue) -> str:
    if value.value is None:
        return value.reason or ""
    if find(value.name).is_now:
        return "now, orders of any age"
    if value.unit == "percent" and value.numerator is not None and value.denominator is not None:
        return f"{value.numerator:,.0f} of {value.denominator:,.0f}"
    return ""


def _json_row(value: KpiValue) -> dict[str, Any]:
    raw = asdict(value)
    return {**raw, "from": raw.pop("date_from"), "to": raw.pop("date_to")}


def _value(selected: Selected, kpi: Kpi, group: str | None, by: str | None) -> KpiValue:
    sql, params = with_selection(f"SELECT numerator, denominator, value FROM ({kpi.sql})", selected.filters)
    if by is not None:
        marker = "f.* FROM marts.order_facts f WHERE "
        sql = sql.replace(marker, f"{marker}{DIMENSIONS[by]} IS NOT DISTINCT FROM ? AND ", 1)
        params = [group, *params]
    numerator, denominator, value = selected.con.execute(sql, params).fetchone() or (None, None, None)
    result = KpiValue(
        kpi.name,
        _number(value),
        kpi.unit,
        _number(numerator),
        _number(denominator),
        *selected.period_of(by, group),
        None,
    )
    reason = _reason(selected, kpi, result)
    shown_group = None if by is None else (group if group is not None else "unknown")
    return replace(result, value=None if reason else result.value, reason=reason, group=shown_group)


def _reason(selected: Selected, kpi: Kpi, result: KpiValue) -> str | None:
    missing = [need for need in kpi.needs if not selected.has(need)]
    if missing:
        provide = [_ERROR_SOURCES if need == "errors" else need for need in missing]
        return f"no data: provide {'; '.join(provide)}"
    if result.value is None:
        return "no order of this selection is in the population" if not result.denominator else "cannot be computed"
    return None


def _published(con: duckdb.DuckDBPyConnection, kpis: Sequence[Kpi], run_id: str) -> list[KpiValue]:
    rows = con.execute(
        "SELECT name, value, unit, numerator, denominator, period_from, period_to, mature_until, reason, period "
        "FROM meta.kpi_values WHERE run_id = ? ORDER BY name, period",
        [run_id],
    ).fetchall()
    if not rows:
        known = [row[0] for row in con.execute("SELECT DISTINCT run_id FROM meta.kpi_values ORDER BY 1").fetchall()]
        raise UsageError(f"no run {run_id!r} published KPIs.", state="", next_step=f"Known are: {', '.join(known)}.")
    wanted = {kpi.name for kpi in kpis}
    return [KpiValue(*row) for row in rows if row[0] in wanted]


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
