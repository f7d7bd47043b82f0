"""Recent orders of the simulated company: medians with open visits kept, against what really came of them later.

The company is simulated to its end, and read as it stood sixty days before. What happened afterwards is the truth about the visits
that were open then. `python -m tests.test_stage_truth` prints the figures of several seeds.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest

from expectations import ledger
from models.statistics.steps import STEPS, StepCounts, incidence, quantile
from pipelines import run_log
from pipelines.marts.build import build_marts
from pipelines.process import load_process, write_process
from pipelines.read.filters import Filters, with_selection
from pipelines.simulate import simulate
from pipelines.sqlfiles import read_package_sql
from tests.ingest_fixture import Warehouse, new_home

ORDERS, DAYS, LATER, RECENT = 6_000, 240, 60, 42
COMPANY = f"days: {DAYS}\n"
_STAGE = "Payment"


@dataclass(frozen=True)
class Medians:
    """Median days of one stage of recent orders: as it came out, of the closed visits alone, and with the open ones kept."""

    true: float
    closed: float
    kept: float
    low: float
    high: float
    visits: int
    open: int


def measure(folder: Path, seed: int) -> Medians:
    """Simulate a company, read it as of sixty days before its end, and ask the page's query about the orders of the last six weeks."""
    (folder / "company.yaml").write_text(COMPANY, encoding="utf-8")
    simulate(ORDERS, folder / "files", seed, company=folder / "company.yaml", file_format="parquet")
    cut = _cut(folder)
    warehouse = _loaded(folder)
    first = cut.date() - timedelta(days=RECENT)
    counts = _counts(warehouse.con, first)
    half = quantile(incidence(counts), 0.5)
    assert half.value is not None and half.low is not None and half.high is not None
    return Medians(
        _true(folder, warehouse.con, first),
        _closed(warehouse.con, first),
        half.value / 86_400,
        half.low / 86_400,
        half.high / 86_400,
        counts.n,
        counts.n_open,
    )


def _cut(folder: Path) -> datetime:
    """What was known sixty days before the end: no later action, no later order, no status that tells the outcome."""
    with duckdb.connect() as con:
        files = folder / "files"
        cut: datetime = con.execute(
            f"SELECT max(\"at\"::TIMESTAMP) - to_days({LATER}) FROM '{files}/user_actions.parquet'"
        ).fetchall()[0][0]
        con.execute(
            f"COPY (FROM '{files}/user_actions.parquet' WHERE \"at\"::TIMESTAMP <= TIMESTAMP '{cut}') TO '{folder}/user_actions.parquet'"
        )
        con.execute(
            f"COPY (SELECT order_id, ordered_at, channel, region FROM '{files}/orders.parquet' WHERE ordered_at::TIMESTAMP <= "
            f"TIMESTAMP '{cut}') TO '{folder}/orders.parquet'"
        )
    return cut


def _loaded(folder: Path) -> Warehouse:
    made = Warehouse(new_home(folder / "home"))
    run_log.begin(made.con)
    run_log.note_decisions(made.con, made.home)
    made.load(folder / "user_actions.parquet", folder / "orders.parquet")
    write_process(made.con, load_process(made.home, None))
    build_marts(made.con, "facts", True)
    ledger.begin(made.con, ())
    build_marts(made.con, "orders", True)
    return made


def _counts(con: duckdb.DuckDBPyConnection, first: date) -> StepCounts:
    sql = next(file.sql for file in read_package_sql("dashboard.queries") if file.name == "stage_steps")
    rows = con.execute(*with_selection(sql.replace("$clock", "'elapsed'"), Filters(date_from=first))).fetchall()
    number = con.execute("SELECT stage_no FROM meta.stages WHERE title = ?", [_STAGE]).fetchall()[0][0]
    made = {name: np.zeros(STEPS) for name in ("completed", "cancelled", "open")}
    for stage_no, outcome, step, visits, *_late in rows:
        if stage_no == number:
            made[outcome][step] += visits
    return StepCounts(**made)


def _closed(con: duckdb.DuckDBPyConnection, first: date) -> float:
    """The usual answer: the median of the visits that are over."""
    found = con.execute(
        "SELECT median(sojourn_seconds) / 86400.0 FROM marts.stage_facts JOIN marts.order_facts USING (order_key) "
        "WHERE stage_title = ? AND ordered_on >= ?",
        [_STAGE, first],
    ).fetchall()
    return float(found[0][0])


def _true(folder: Path, con: duckdb.DuckDBPyConnection, first: date) -> float:
    """How long the same visits took in the end, by the log of all days: from the invoice to the payment. Never paid: longer than any."""
    found = con.execute(
        f"""
        WITH looked_at AS (
            SELECT order_id, entered_at FROM marts.stage_facts JOIN marts.order_facts USING (order_key, order_id)
            WHERE stage_title = ? AND ordered_on >= ?),
        paid AS (SELECT order_id, min("at"::TIMESTAMP) AS paid_at FROM '{folder}/files/user_actions.parquet'
            WHERE activity = 'Payment received' GROUP BY order_id)
        SELECT quantile_disc(coalesce(date_diff('second', entered_at, paid_at), 1e9), 0.5) / 86400.0 FROM looked_at LEFT JOIN paid USING (order_id)
        """,
        [_STAGE, first],
    ).fetchall()
    return float(found[0][0])


def test_the_median_of_recent_orders_is_within_five_percent_while_closed_visits_alone_mislead(tmp_path: Path) -> None:
    found = measure(tmp_path, 3)
    assert found.open > 0.3 * found.visits
    assert found.kept == pytest.approx(found.true, rel=0.05)
    assert found.low <= found.true <= found.high
    assert found.closed < 0.9 * found.true


if __name__ == "__main__":
    import tempfile

    for number in range(1, 6):
        with tempfile.TemporaryDirectory() as scratch:
            print(number, measure(Path(scratch), number), flush=True)
