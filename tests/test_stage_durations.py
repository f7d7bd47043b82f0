"""Visits worked by hand: waiting and service, elapsed and working; the page's counts; binned estimates against exact ones."""

from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest

from expectations import ledger
from models.statistics.competing import aalen_johansen, incidence_quantile, log_rank
from models.statistics.flow import little_check, net_change
from models.statistics.steps import STEPS, StepCounts, compare, incidence, middle, quantile, upper_edge
from pipelines import run_log
from pipelines.marts.build import build_marts
from pipelines.process import load_process, write_calendars, write_process
from pipelines.read.filters import Filters, with_selection
from pipelines.sqlfiles import read_package_sql
from tests.ingest_fixture import Warehouse, new_home

PROCESS = """
stages:
  - {stage: entry, department: Desk, target_hours: 2, activities: [Order entered]}
  - {stage: approval, department: Board, target_hours: 4,
     activities: [{name: Approval requested, marks: request}, {name: Order approved, kind: approve}]}
  - {stage: picking, department: Warehouse, target_hours: 4, activities: [{name: Picking started, marks: start}, Goods picked]}
  - {stage: shipping, department: Carrier, target_hours: 24, activities: [{name: Goods shipped, kind: complete}]}
calendars:
  default: {zone: UTC, week: {mon: "08:00-16:00", tue: "08:00-16:00", wed: "08:00-16:00", thu: "08:00-16:00", fri: "08:00-16:00"}}
  Carrier: {zone: UTC, week: {mon: "00:00-24:00", tue: "00:00-24:00", wed: "00:00-24:00", thu: "00:00-24:00", fri: "00:00-24:00"}}
"""
# 2026-01-09 is a Friday. Order 1 goes all the way; 2 is being picked at the end of the data; 3 waits for approval; 4 is cancelled there.
ORDERS = """order_id,ordered_at,customer_name,channel,region,net_amount,status,cancelled_at
1,2026-01-09T08:00:00Z,Alpha,EDI,North,100,closed,
2,2026-01-12T08:00:00Z,Beta,phone,North,200,open,
3,2026-01-12T09:00:00Z,Gamma,phone,South,300,open,
4,2026-01-12T10:00:00Z,Delta,EDI,South,400,cancelled,2026-01-13T10:00:00Z
"""
ACTIONS = """action_id,order_id,activity,at,user_id,lifecycle
a1,1,Order entered,2026-01-09T09:00:00Z,u1,complete
a2,1,Approval requested,2026-01-09T10:00:00Z,u1,start
a3,1,Order approved,2026-01-09T15:00:00Z,u2,complete
a4,1,Picking started,2026-01-12T09:00:00Z,u3,start
a5,1,Goods picked,2026-01-12T11:00:00Z,u4,complete
a6,1,Goods shipped,2026-01-13T11:00:00Z,,complete
b1,2,Order entered,2026-01-12T08:00:00Z,u1,complete
b3,2,Order approved,2026-01-12T12:00:00Z,u2,complete
b4,2,Picking started,2026-01-13T08:30:00Z,u3,start
c1,3,Order entered,2026-01-12T09:00:00Z,u1,complete
c2,3,Approval requested,2026-01-12T09:30:00Z,u1,start
d1,4,Order entered,2026-01-12T10:00:00Z,u1,complete
z,1,Order printed,2026-01-14T10:00:00Z,u1,complete
"""
HOUR = 3600


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder = tmp_path_factory.mktemp("durations")
    for name, text in {"orders": ORDERS, "user_actions": ACTIONS}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    home = new_home(folder / "home")
    (home.config / "process.yaml").write_text(PROCESS, encoding="utf-8")
    made = Warehouse(home)
    run_log.begin(made.con)
    run_log.note_decisions(made.con, made.home)
    made.load(folder / "orders.csv", folder / "user_actions.csv")
    process = load_process(made.home, None)
    write_process(made.con, process)
    write_calendars(made.con, process)
    build_marts(made.con, "facts", True)
    ledger.begin(made.con, ())
    build_marts(made.con, "orders", True)
    return made


def _ask(
    con: duckdb.DuckDBPyConnection, name: str, filters: Filters | None = None, **params: object
) -> list[tuple[object, ...]]:
    """A page's query as the page asks it."""
    sql = next(file.sql for file in read_package_sql("dashboard.queries") if file.name == name)
    for key, value in params.items():
        sql = sql.replace(f"${key}", str(value) if isinstance(value, int | float) else f"'{value}'")
    return con.execute(*with_selection(sql, filters or Filters())).fetchall()


def test_a_visit_is_split_into_waiting_and_service_where_the_start_is_stamped(warehouse: Warehouse) -> None:
    rows = warehouse.rows(
        "SELECT stage, sojourn_seconds / 3600, waiting_seconds / 3600, service_seconds / 3600, working_seconds / 3600, "
        "working_waiting_seconds / 3600, working_service_seconds / 3600, started_by FROM marts.stage_facts WHERE order_id = '1' ORDER BY stage_no"
    )
    assert rows == [
        ("entry", 1, None, None, 1, None, None, None),
        # Asking for the approval begins no work: nothing tells when the board took it up.
        ("approval", 6, None, None, 6, None, None, None),
        # Friday 15:00 to Monday 11:00: one working hour on Friday, three on Monday.
        ("picking", 68, 66, 2, 4, 2, 2, "u3"),
        ("shipping", 24, None, None, 24, None, None, None),
    ]


def test_every_moment_of_an_order_belongs_to_one_stage(warehouse: Warehouse) -> None:
    (row,) = warehouse.rows(
        "SELECT sum(sojourn_seconds) / 3600, date_diff('hour', min(entered_at), max(ended_at)) FROM marts.stage_facts WHERE order_id = '1'"
    )
    assert row[0] == row[1] == 99


def test_open_visits_are_as_old_as_the_data_and_name_who_holds_them(warehouse: Warehouse) -> None:
    rows = warehouse.rows(
        "SELECT order_id, stage, elapsed_seconds / 3600, working_seconds / 3600, beyond_seconds / 3600, held_by, owner_department "
        "FROM marts.open_visits ORDER BY order_id"
    )
    # Until Wednesday 10:00; the targets are working hours.
    assert rows == [
        ("2", "picking", 46, 4 + 8 + 2, 10, "u3", "Warehouse"),
        ("3", "approval", 49, 7 + 8 + 2, 13, None, "Board"),
    ]


def test_the_pages_counts_are_those_of_the_visits(warehouse: Warehouse) -> None:
    rows = _ask(warehouse.con, "stage_steps", clock="working")
    assert sum(int(str(row[3])) for row in rows) == len(warehouse.rows("FROM marts.stage_facts")) == 11
    late = {(row[0], row[1]): (row[4], row[5]) for row in rows if row[4]}
    # Order 1's approval took 6 of 4 working hours, its picking 4 of 4: not late. Orders 2 and 3 are late where they stand.
    assert late == {(2, "completed"): (1, None), (2, "open"): (1, 13 * HOUR), (3, "open"): (1, 10 * HOUR)}
    cancelled = [row for row in rows if row[1] == "cancelled"]
    assert [(row[0], row[2]) for row in cancelled] == [(2, 1 + int(16 * np.log2(8 * HOUR)))]
    elapsed = _ask(warehouse.con, "stage_steps", clock="elapsed")
    assert [row[2] for row in elapsed if row[:2] == (4, "completed")] == [1 + int(16 * np.log2(24 * HOUR))]


@pytest.mark.parametrize(
    ("filters", "visits"),
    [
        (Filters(channels=("EDI",)), 6),
        (Filters(regions=("North",)), 7),
        (Filters(date_from=date(2026, 1, 12)), 7),
        (Filters(user="u2"), 7),
        (Filters(channels=("phone",), regions=("South",)), 2),
    ],
)
def test_filters_hold_for_ended_and_open_visits(warehouse: Warehouse, filters: Filters, visits: int) -> None:
    rows = _ask(warehouse.con, "stage_steps", filters, clock="elapsed")
    assert sum(int(str(row[3])) for row in rows) == visits


def test_the_flow_counts_what_came_left_and_is_there(warehouse: Warehouse) -> None:
    rows = _ask(warehouse.con, "stage_flow", unit="day")
    picking = [(row[3], *row[4:]) for row in rows if row[0] == "picking"]
    assert picking[0] == (date(2026, 1, 9), 1, 0, 1)
    assert picking[3] == (date(2026, 1, 12), 1, 1, 1)
    assert picking[-1][1:] == (0, 0, 1)
    week = [(row[3], *row[4:]) for row in _ask(warehouse.con, "stage_flow", unit="week") if row[0] == "approval"]
    assert week == [(date(2026, 1, 5), 1, 1, 0), (date(2026, 1, 12), 3, 2, 1)]


def test_ages_are_sorted_by_what_is_beyond_target(warehouse: Warehouse) -> None:
    params = {"clock": "working", "day_length": 8 * HOUR, "working_day": 8 * HOUR, "stage": ""}
    rows = _ask(warehouse.con, "stuck_visits", None, **params)
    assert [(row[0], row[3], row[4], row[7], row[8], row[9]) for row in rows] == [
        ("3", "Board", None, 2.1, 0.5, 1.6),
        ("2", "Warehouse", "u3", 1.8, 0.5, 1.3),
    ]
    assert _ask(warehouse.con, "ageing", clock="working", day_length=8 * HOUR) == [(2, 1, 1), (3, 1, 1)]
    by_stage = _ask(warehouse.con, "open_by_stage", clock="elapsed", day_length=86_400)
    assert [(row[1], row[4], row[5], row[7]) for row in by_stage] == [("approval", 1, 1, 2.0), ("picking", 1, 1, 1.9)]


def test_a_stage_without_a_calendar_has_no_working_time(tmp_path: Path) -> None:
    home = new_home(tmp_path / "home")
    (home.config / "process.yaml").write_text(PROCESS[: PROCESS.index("calendars:")], encoding="utf-8")
    assert load_process(home, None).controls.calendar_of("Desk") is None
    (home.config / "process.yaml").write_text(PROCESS, encoding="utf-8")
    controls = load_process(home, None).controls
    assert [controls.calendar_of(name) for name in ("Desk", "Carrier", None)] == ["default", "Carrier", "default"]
    assert [c.day_seconds for c in controls.calendars.values()] == [8 * HOUR, 24 * HOUR]


def _sample(rng: np.random.Generator, scale: float, n: int = 4_000) -> tuple[np.ndarray, np.ndarray]:
    """Durations in seconds and how they ended: 0 open, 1 completed, 2 cancelled."""
    ends, cancels, ages = (
        rng.lognormal(np.log(scale), 0.9, n),
        rng.exponential(20 * scale, n),
        rng.exponential(3 * scale, n),
    )
    durations = np.minimum.reduce([ends, cancels, ages])
    return durations, np.where(durations == ages, 0, np.where(durations == ends, 1, 2))


def _counts(durations: np.ndarray, causes: np.ndarray) -> StepCounts:
    steps = np.minimum(510, 1 + np.floor(16 * np.log2(np.maximum(durations, 1)))).astype(int)
    return StepCounts(*(np.bincount(steps[causes == c], minlength=STEPS).astype(float) for c in (1, 2, 0)))


@pytest.mark.parametrize("scale", [40.0, 3_000.0, 400_000.0])
def test_binned_estimates_are_within_one_percent_of_the_exact_ones(scale: float) -> None:
    rng = np.random.default_rng(3)
    durations, causes = _sample(rng, scale)
    exact, binned = aalen_johansen(durations, causes), incidence(_counts(durations, causes))
    for share in (0.1, 0.25, 0.5, 0.75):
        one, other = incidence_quantile(exact, share), quantile(binned, share)
        assert other.value == pytest.approx(one.value, rel=0.01)
        assert other.low == pytest.approx(one.low, rel=0.02) and other.high == pytest.approx(one.high, rel=0.02)
    assert (incidence_quantile(exact, 0.99).value, quantile(binned, 0.99).value) == (None, None)


@pytest.mark.parametrize("other", [3_000.0, 3_200.0, 4_000.0])
def test_the_binned_test_agrees_with_the_exact_one(other: float) -> None:
    rng = np.random.default_rng(5)
    first, second = _sample(rng, 3_000.0, 1_500), _sample(rng, other, 1_500)
    exact, binned = log_rank(*first, *second), compare(_counts(*first), _counts(*second))
    assert exact is not None and binned is not None
    assert binned.statistic == pytest.approx(exact.statistic, rel=0.06, abs=0.1)
    assert (binned.p_value < 0.05) == (exact.p_value < 0.05)
    assert (binned.seen > binned.expected) == (exact.seen > exact.expected)


def test_steps_hold_what_sql_puts_into_them(warehouse: Warehouse) -> None:
    rows = warehouse.rows(
        "SELECT s, marts.duration_step(s) FROM (VALUES (0), (1), (59), (3600), (86400), (31536000)) v(s)"
    )
    for seconds, step in rows:
        assert (seconds == 0) == (step == 0)
        assert seconds <= upper_edge(step) and (step < 2 or seconds >= upper_edge(step - 1))
        assert middle(step) == pytest.approx(seconds, rel=0.045, abs=1)


def test_an_empty_group_has_no_quantile_and_no_test() -> None:
    nothing = StepCounts(np.zeros(STEPS), np.zeros(STEPS), np.zeros(STEPS))
    assert quantile(incidence(nothing), 0.5).value is None and compare(nothing, nothing) is None


def test_work_that_piles_up_is_told_from_chance() -> None:
    assert net_change([10] * 13, [8, 9, 8, 7, 9, 8, 8, 9, 7, 8, 8, 9, 8]).is_signal  # type: ignore[union-attr]
    assert not net_change([10, 8, 12, 9, 11, 10], [9, 9, 11, 10, 10, 11]).is_signal  # type: ignore[union-attr]
    assert net_change([1, 2], [2, 1]) is None


def test_littles_law_holds_in_a_queue_that_neither_fills_nor_empties() -> None:
    rng = np.random.default_rng(1)
    came, stays = np.sort(rng.uniform(0, 1_000, 20_000)), rng.exponential(5, 20_000)
    days = np.arange(100, 900)
    inside = [int(((came < day + 1) & (came + stays >= day + 1)).sum()) for day in days]
    arrivals = [int(((came >= day) & (came < day + 1)).sum()) for day in days]
    check = little_check(inside, arrivals, float(stays.mean()))
    assert check is not None and check.ratio == pytest.approx(1, abs=0.03)
    assert little_check(inside, arrivals, 0.5) is None
