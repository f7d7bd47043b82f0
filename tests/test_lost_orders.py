"""Orders that came in no file, and orders whose lines came in none: told once nothing can come any more, kept out of the rates."""

from pathlib import Path

import pytest

from expectations import ledger
from expectations.engine import Data, choose_clock_orders, run_rule
from pipelines import run_log
from pipelines.marts.build import build_marts
from pipelines.process import load_process, write_process
from pipelines.read.kpi import evaluate
from tests.ingest_fixture import Warehouse, new_home, write_csv
from tests.rule_cases import shipped_rules

ORDERS, LINES = "order_id,ordered_at,customer_id,net_amount", "line_id,order_id,sku,quantity"


def _orders(folder: Path, *numbers: int) -> Path:
    """A file of orders, one a day."""
    folder.mkdir(exist_ok=True)
    return write_csv(folder / "orders.csv", ORDERS, [f"O{n},2026-01-{n:02d} 10:00,C1,10" for n in numbers])


def _lines(folder: Path, *numbers: int) -> Path:
    folder.mkdir(exist_ok=True)
    return write_csv(folder / "order_lines.csv", LINES, [f"O{n}-1,O{n},P1,{n}" for n in numbers])


def _build_facts(warehouse: Warehouse) -> None:
    run_log.begin(warehouse.con)
    run_log.note_decisions(warehouse.con, warehouse.home)
    write_process(warehouse.con, load_process(warehouse.home, None))
    build_marts(warehouse.con, "facts", True)


def _told(warehouse: Warehouse, rule: str, *, full: bool = True) -> list[str]:
    """Orders of which the rule tells something; unless `full`, of those that this run touched or that time may have made wrong."""
    _build_facts(warehouse)
    ledger.begin(warehouse.con, [])
    if not full:
        build_marts(warehouse.con, "orders", True)
        choose_clock_orders(warehouse.con, [shipped_rules()[rule]])
    run = run_rule(warehouse.con, shipped_rules()[rule], Data(warehouse.con, full, frozenset()))
    assert run.outcome in (None, "not_applicable"), run.reason
    return [order for (order,) in warehouse.rows("SELECT order_id FROM work.rule_hits WHERE rule = ? ORDER BY 1", rule)]


HEADERS, BODIES = "order_lines_order_id_reference", "order_without_lines"


def test_a_line_without_its_order_and_an_order_without_lines_are_told(tmp_path: Path) -> None:
    with Warehouse(new_home(tmp_path / "home")) as warehouse:
        warehouse.load(_orders(tmp_path, 1, 2, 3, 5, 6), _lines(tmp_path, 1, 2, 4, 5, 6))
        assert _told(warehouse, HEADERS) == ["O4"]
        assert _told(warehouse, BODIES) == ["O3"]
        assert warehouse.rows("SELECT subject, text LIKE '1 of its orders came in no file of orders%' FROM meta.assumptions WHERE code = 'lost_orders'") == [("main", True)]  # fmt: skip
        warehouse.load(_orders(tmp_path / "next", 4), _lines(tmp_path / "next", 3))
        assert _told(warehouse, HEADERS) == _told(warehouse, BODIES) == []
        assert warehouse.one("SELECT count(*) FROM meta.assumptions WHERE code = 'lost_orders'") == 0


@pytest.mark.parametrize("only", [_orders, _lines])
def test_a_system_that_delivers_one_table_alone_is_silent(only: object, tmp_path: Path) -> None:
    with Warehouse(new_home(tmp_path / "home")) as warehouse:
        warehouse.load(only(tmp_path, 1, 2, 3))  # type: ignore[operator]
        assert _told(warehouse, HEADERS) == _told(warehouse, BODIES) == []
        assert warehouse.one("SELECT count(*) FROM meta.assumptions WHERE code = 'lost_orders'") == 0


def test_lines_that_come_a_run_before_their_orders_wait_for_them(tmp_path: Path) -> None:
    with Warehouse(new_home(tmp_path / "home")) as warehouse:
        warehouse.load(_orders(tmp_path / "a", 1, 2, 3), _lines(tmp_path / "a", 1, 2, 3))
        warehouse.load(_lines(tmp_path / "b", 4, 5))
        assert _told(warehouse, HEADERS) == []
        warehouse.load(_orders(tmp_path / "c", 4), _lines(tmp_path / "c", 6))
        # By now one order of four came after its line: the home shows that one more delivery is to be waited for.
        assert _told(warehouse, HEADERS) == []
        warehouse.load(_orders(tmp_path / "d", 6))
        assert _told(warehouse, HEADERS) == _told(warehouse, HEADERS, full=False) == ["O5"]


def test_orders_that_come_a_run_before_their_lines_wait_for_them(tmp_path: Path) -> None:
    with Warehouse(new_home(tmp_path / "home")) as warehouse:
        warehouse.load(_orders(tmp_path / "a", 1, 2, 3, 4, 5), _lines(tmp_path / "a", 1, 2, 3))
        assert _told(warehouse, BODIES) == []
        warehouse.con.execute("INSERT INTO meta.run BY NAME SELECT 'a' AS run_id, data_until FROM meta.now")
        warehouse.load(_orders(tmp_path / "b", 6, 7), _lines(tmp_path / "b", 5))
        assert _told(warehouse, BODIES) == _told(warehouse, BODIES, full=False) == ["O4"]


def test_an_order_that_came_in_no_file_counts_in_no_rate(tmp_path: Path) -> None:
    with Warehouse(new_home(tmp_path / "home")) as warehouse:
        warehouse.load(_orders(tmp_path, 1, 2, 3), _lines(tmp_path, 1, 2, 3, 4))
        _build_facts(warehouse)
        ledger.begin(warehouse.con, [])
        build_marts(warehouse.con, "orders", True)
        assert warehouse.rows("SELECT order_id, order_class FROM marts.order_facts ORDER BY 1") == [
            ("O1", "sale"), ("O2", "sale"), ("O3", "sale"), ("O4", None)]  # fmt: skip
        (entered,) = evaluate(warehouse.con, ["orders_entered"], None)
        assert entered.value == 3
