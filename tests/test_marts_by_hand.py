"""Four orders small enough to work every figure by hand: stages, repeats, errors, KPIs, filters, exports."""

from datetime import date, datetime
from pathlib import Path

import pytest

from expectations import ledger
from pipelines import run_log
from pipelines.marts.build import build_marts
from pipelines.process import load_process, write_process
from pipelines.read.exports import export, frame
from pipelines.read.filters import Filters
from pipelines.read.kpi import as_text, evaluate
from tests.ingest_fixture import Warehouse, new_home

ORDERS = """order_id,ordered_at,customer_id,customer_name,entered_by,channel,region,net_amount,promised_delivery_date,status,cancelled_at
1,2026-01-05T08:00:00Z,C1,=Alpha,u1,EDI,North,100,2026-01-08,closed,
2,2026-01-06T08:00:00Z,C1,Alpha,u1,phone,North,200,2026-01-07,closed,
3,2026-03-01T08:00:00Z,C2,Beta,u2,phone,South,300,2026-03-09,open,
4,2026-01-07T08:00:00Z,C2,Beta,u2,EDI,South,400,2026-01-09,cancelled,2026-01-07T12:00:00Z
"""
LINES = """line_id,order_id,line_no,sku,quantity,unit_price,net_amount
1-1,1,1,P1,10,10,100
2-1,2,1,P1,20,10,200
3-1,3,1,P2,30,10,300
4-1,4,1,P2,40,10,400
"""
ACTIONS = """action_id,order_id,activity,at,user_id,automatic
a1,1,Order entered,2026-01-05T08:00:00Z,EDI,true
a2,1,Order validated,2026-01-05T10:00:00Z,u1,false
a3,1,Order validated,2026-01-05T11:00:00Z,u1,false
a4,1,Goods shipped,2026-01-07T10:00:00Z,u3,false
a5,1,Payment received,2026-01-20T10:00:00Z,u4,false
b1,2,Order entered,2026-01-06T08:00:00Z,u1,false
b2,2,Order validated,2026-01-06T12:00:00Z,u1,false
b3,2,Order validated,2026-01-06T13:00:00Z,u2,false
b4,2,Goods shipped,2026-01-09T10:00:00Z,,
b5,2,Payment received,2026-01-30T10:00:00Z,u4,false
c1,3,Order entered,2026-03-01T08:00:00Z,u2,false
c2,3,Order validated,2026-03-01T14:00:00Z,u2,false
d1,4,Order entered,2026-01-07T08:00:00Z,u2,false
"""
CHANGES = """change_id,order_id,line_id,field,old_value,new_value,changed_at,changed_by,reason
h1,2,2-1,quantity,200,20,2026-01-06T11:00:00Z,u2,correction
h2,3,3-1,quantity,25,30,2026-03-01T16:00:00Z,u2,customer request
"""
EXCEPTIONS = """exception_id,order_id,type,raised_at,resolved_at
x1,1,stock_shortage,2026-01-05T12:00:00Z,2026-01-06T12:00:00Z
x2,3,credit_hold,2026-03-01T10:00:00Z,
"""
DELIVERIES = """delivery_item_id,order_id,line_id,kind,at,quantity
e1,1,1-1,delivery,2026-01-07T10:00:00Z,10
e2,2,2-1,delivery,2026-01-09T10:00:00Z,20
"""
FILES = {
    "orders": ORDERS,
    "order_lines": LINES,
    "user_actions": ACTIONS,
    "order_changes": CHANGES,
    "exceptions": EXCEPTIONS,
    "deliveries": DELIVERIES,
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return _built(tmp_path_factory.mktemp("hand"))


def _built(folder: Path, targets: str = "", orders: str = ORDERS) -> Warehouse:
    """The marts of the four orders; `targets`: rows of `meta.exception_targets`."""
    paths = []
    for name, text in {**FILES, "orders": orders}.items():
        path = folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    made = Warehouse(new_home(folder / "home"))
    run_log.begin(made.con)
    run_log.note_decisions(made.con, made.home)
    made.load(*paths)
    write_process(made.con, load_process(made.home, None))
    if targets:
        made.con.execute(f"INSERT INTO meta.exception_targets VALUES {targets}")
    build_marts(made.con, "facts", True)
    ledger.begin(made.con, ())
    build_marts(made.con, "orders", True)
    return made


def _value(warehouse: Warehouse, name: str, filters: Filters | None = None) -> tuple[float | None, ...]:
    (found,) = evaluate(warehouse.con, [name], filters)
    return found.value, found.numerator, found.denominator


def test_a_visit_lasts_from_the_completion_before_it(warehouse: Warehouse) -> None:
    rows = warehouse.rows(
        "SELECT stage, visit_no, sojourn_seconds / 3600 FROM marts.stage_facts WHERE order_id = '1' ORDER BY ended_at"
    )
    assert rows == [
        ("entry", 1, 0),
        ("validation", 1, 2),
        ("validation", 2, 1),
        ("shipping", 1, 47),
        ("payment", 1, 312),
    ]


def test_an_open_order_waits_for_the_next_stage_and_a_cancelled_one_for_none(warehouse: Warehouse) -> None:
    rows = warehouse.rows(
        "SELECT order_id, stage, entered_at, ended_at, outcome FROM marts.stage_facts WHERE outcome <> 'completed' ORDER BY 1"
    )
    assert rows == [
        ("3", "credit_check", datetime(2026, 3, 1, 14), None, "open"),
        ("4", "validation", datetime(2026, 1, 7, 8), datetime(2026, 1, 7, 12), "cancelled"),
    ]


# Data end on 1 March at 16:00: the credit hold has been open for six hours, the shortage took 24.
@pytest.mark.parametrize(
    ("targets", "beyond", "seconds", "overdue"),
    [
        ("", [False, False], [48 * 3600, 48 * 3600], 0),
        ("('credit_hold', 7), ('stock_shortage', 24)", [False, False], [24 * 3600, 7 * 3600], 0),
        ("('credit_hold', 5), ('stock_shortage', 23.5)", [True, True], [23.5 * 3600, 5 * 3600], 1),
        ("('another type', 1)", [False, False], [48 * 3600, 48 * 3600], 0),
    ],
)
def test_an_exception_has_the_target_of_its_type_else_that_of_the_settings(
    targets: str, beyond: list[bool], seconds: list[float], overdue: int, tmp_path: Path
) -> None:
    warehouse = _built(tmp_path, targets)
    rows = warehouse.rows("SELECT beyond_target, target_seconds FROM marts.exception_facts ORDER BY order_id")
    assert rows == list(zip(beyond, seconds, strict=True))
    assert _value(warehouse, "open_exceptions_beyond_target") == (overdue, overdue, 1)


def test_an_order_that_its_status_calls_cancelled_waits_for_nothing_though_nobody_says_since_when(
    tmp_path: Path,
) -> None:
    undated = ORDERS.replace("cancelled,2026-01-07T12:00:00Z", "Canceled,")
    rows = _built(tmp_path, orders=undated).rows(
        "SELECT order_id FROM marts.stage_facts WHERE outcome <> 'completed' ORDER BY 1"
    )
    assert rows == [("3",)]


def test_the_same_user_repeats_another_one_redoes(warehouse: Warehouse) -> None:
    rows = warehouse.rows("SELECT order_id, repeat_kind FROM marts.action_facts WHERE is_repeat ORDER BY 1")
    assert rows == [("1", "repeat"), ("2", "redo")]


def test_a_correction_is_an_error_of_entry_and_a_customers_wish_is_none(warehouse: Warehouse) -> None:
    rows = warehouse.rows(
        "SELECT order_id, field, type, evidence, origin_stage, origin_user, origin_at, delay_days * 24 FROM marts.error_facts"
    )
    assert rows == [
        ("2", "quantity", "quantity_power_of_ten", "correction", "entry", "u1", datetime(2026, 1, 6, 8), 3.0)
    ]


# Data end 1 March 16:00: orders 1, 2 and 4 are mature (30 days), order 3 is not.
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("orders_entered", (4, 4, None)),
        ("order_accuracy_rate", (2 / 3, 2, 3)),
        ("order_entry_error_rate", (1 / 3, 1, 3)),
        ("rework_rate", (2 / 4, 2, 4)),
        ("repeat_rate", (1 / 4, 1, 4)),
        ("redo_rate", (1 / 4, 1, 4)),
        ("exception_rate", (2 / 4, 2, 4)),
        ("on_time_rate", (1 / 2, 1, 2)),
        ("otif", (1 / 2, 1, 2)),
        ("perfect_order_rate", (1 / 2, 1, 2)),
        ("automation_rate", (1 / 12, 1, 12)),
        ("order_cycle_time", ((50 + 74) / 2, None, 2)),
        ("log_coverage", (1.0, 2, 2)),
    ],
)
def test_kpis_as_worked_by_hand(warehouse: Warehouse, name: str, value: tuple[float | None, ...]) -> None:
    assert _value(warehouse, name) == pytest.approx(value)


def test_a_kpi_without_its_data_is_null_with_its_reason(warehouse: Warehouse) -> None:
    (found,) = evaluate(warehouse.con, ["change_rate_after_confirmation"])
    assert found.value is None
    assert found.reason == "no order of this selection is in the population"


def test_filters_select_the_same_orders_everywhere(warehouse: Warehouse) -> None:
    january = Filters(date_from=date(2026, 1, 1), date_to=date(2026, 1, 31), channels=("EDI",))
    assert _value(warehouse, "orders_entered", january)[0] == 2
    assert sorted(frame(warehouse.con, "orders", january)["order_id"]) == ["1", "4"]
    touched = Filters(user="u1")
    assert sorted(frame(warehouse.con, "orders", touched)["order_id"]) == ["1", "2"]
    assert Filters.from_params(january.to_params()) == january


def test_an_export_cannot_run_as_a_formula(warehouse: Warehouse, tmp_path: Path) -> None:
    assert export(warehouse.con, "orders", tmp_path / "orders.csv") == 4
    text = (tmp_path / "orders.csv").read_text(encoding="utf-8-sig")
    assert "'=Alpha" in text and ",=Alpha" not in text


def test_an_incremental_build_gives_what_a_whole_one_gives(warehouse: Warehouse) -> None:
    before = warehouse.rows("SELECT * FROM marts.order_facts ORDER BY order_id")
    warehouse.con.execute("CREATE OR REPLACE TABLE work.changed_orders AS SELECT 'main:2' AS order_key")
    from pipelines.ingest.schema import create_scope

    create_scope(warehouse.con, full=False)
    build_marts(warehouse.con, "facts", False)
    build_marts(warehouse.con, "orders", False)
    assert warehouse.rows("SELECT * FROM marts.order_facts ORDER BY order_id") == before


def test_what_is_overdue_now_is_not_narrowed_by_a_period_of_entry(tmp_path: Path) -> None:
    """The order of the overdue credit hold was entered in March: a period before it speaks of the same state of today."""
    warehouse = _built(tmp_path, "('credit_hold', 5)")
    january = Filters(date_from=date(2026, 1, 1), date_to=date(2026, 1, 31))
    assert _value(warehouse, "exception_rate", january)[1] == 1
    assert _value(warehouse, "open_exceptions_beyond_target", january) == (1, 1, 1)
    assert _value(warehouse, "open_exceptions_beyond_target", Filters(channels=("none",)))[0] == 0
    (told,) = evaluate(warehouse.con, ["open_exceptions_beyond_target"], january)
    assert as_text([told]).endswith("now, orders of any age")
