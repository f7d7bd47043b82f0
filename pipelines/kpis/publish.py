"""Keeps the KPI values of a run as it published them, so that a later restatement can be told from them."""

from datetime import date, timedelta

import duckdb

from pipelines.read.filters import Filters
from pipelines.read.kpi import KpiValue, catalogue, evaluate
from pipelines.read.kpi_selection import Selected

_MONTHS = 6


def publish_kpis(con: duckdb.DuckDBPyConnection, run_id: str, config_hash: str) -> None:
    """All KPIs over everything, and for each of the last six months of entry those of a period, into meta.kpi_values."""
    con.execute(
        "CREATE TABLE IF NOT EXISTS meta.kpi_values (run_id VARCHAR, name VARCHAR, period VARCHAR, period_from DATE, "
        "period_to DATE, mature_until DATE, value DOUBLE, numerator DOUBLE, denominator DOUBLE, unit VARCHAR, "
        "reason VARCHAR, config_hash VARCHAR)"
    )
    rows = [_row(run_id, "all", value, config_hash) for value in evaluate(con)]
    of_a_period = [kpi.name for kpi in catalogue() if not kpi.is_now]
    for label, first, last in _last_months(con):
        rows += [
            _row(run_id, label, v, config_hash)
            for v in evaluate(con, of_a_period, Filters(date_from=first, date_to=last))
        ]
    # One statement: `executemany` takes milliseconds for each row.
    places = ", ".join(f"({', '.join('?' * len(row))})" for row in rows)
    con.execute(f"INSERT INTO meta.kpi_values VALUES {places}", [value for row in rows for value in row])


def _last_months(con: duckdb.DuckDBPyConnection) -> list[tuple[str, date, date]]:
    _first, newest, _mature = Selected(con, Filters()).period
    if newest is None:
        return []
    first = newest.replace(day=1)
    months = []
    for _ in range(_MONTHS):
        last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        months.append((first.strftime("%Y-%m"), first, last))
        first = (first - timedelta(days=1)).replace(day=1)
    return months


def _row(run_id: str, period: str, value: KpiValue, config_hash: str) -> list[object]:
    return [
        *(run_id, value.name, period, value.date_from, value.date_to, value.mature_until, value.value),
        *(value.numerator, value.denominator, value.unit, value.reason, config_hash),
    ]
