"""Files in any order of arrival, one run or several, late, twice: the same core, history and dispositions."""

import itertools
import random
from pathlib import Path

import pytest

from tests.ingest_fixture import Warehouse, new_home, write_csv

ORDERS = "order_id,ordered_at,customer_id,net_amount,updated_at"
ACTIONS = "order_id,activity,at,user_id"


def _files(folder: Path) -> list[Path]:
    """Four deliveries of two feeds: a change, a redelivered row, an old version, a conflict, twins in a keyless file."""
    folder.mkdir()
    a = "A,2026-01-01T10:00:00Z,C1"
    return [
        write_csv(
            folder / "orders_1.csv",
            ORDERS,
            [f"{a},10,2026-01-01T10:00:00Z", "B,2026-01-01T11:00:00Z,C2,20,2026-01-01T11:00:00Z"],
        ),
        write_csv(
            folder / "orders_2.csv",
            ORDERS,
            [f"{a},12,2026-01-05T10:00:00Z", "B,2026-01-01T11:00:00Z,C2,20,2026-01-01T11:00:00Z"],
        ),
        write_csv(
            folder / "orders_0.csv",
            ORDERS,
            [f"{a},11,2026-01-03T10:00:00Z", f"{a},11,2026-01-03T10:00:00Z", f"{a},99,2026-01-03T10:00:00Z"],
        ),
        write_csv(
            folder / "user_actions_1.csv",
            ACTIONS,
            ["A,Order entered,2026-01-01T10:00:00Z,u1"] * 2 + ["B,Order entered,x,u2"],
        ),
    ]


def _loaded(tmp_path: Path, name: str, runs: list[list[Path]]) -> dict[str, list[tuple[object, ...]]]:
    with Warehouse(new_home(tmp_path / name)) as warehouse:
        for paths in runs:
            warehouse.load(*paths)
        return warehouse.picture()


def test_every_order_of_arrival_gives_the_same(tmp_path: Path) -> None:
    files = _files(tmp_path / "in")
    expected = _loaded(tmp_path, "all", [files])
    orders = random.Random(3).sample(list(itertools.permutations(files)), 3)
    for number, order in enumerate(orders):
        cut = number % 3
        runs = [list(order[:cut])] * (cut > 0) + [[path] for path in order[cut:]]
        assert _loaded(tmp_path, f"p{number}", runs) == expected, [p.name for p in order]


def test_dispositions_by_hand(tmp_path: Path) -> None:
    """A: 10 < 11 = 11 (repeat) < 99 (same time, later line) < 12; B: the same row twice; actions: twins are both kept."""
    files = _files(tmp_path / "in")
    with Warehouse(new_home(tmp_path / "h")) as warehouse:
        warehouse.load(*reversed(files))
        assert warehouse.counts() == {
            "orders_0.csv": (3, 0, 0, 1, 2, 0),
            "orders_1.csv": (2, 1, 0, 0, 1, 0),
            "orders_2.csv": (2, 1, 0, 1, 0, 0),
            "user_actions_1.csv": (3, 3, 0, 0, 0, 0),
        }
        assert warehouse.rows("SELECT order_id, net_amount::INTEGER FROM core.orders ORDER BY 1") == [
            ("A", 12),
            ("B", 20),
        ]
        history = warehouse.rows(
            "SELECT net_amount::INTEGER FROM history.orders WHERE order_id = 'A' ORDER BY _version"
        )
        assert history == [(10,), (11,), (11,), (99,)]
        assert warehouse.rows("SELECT column_name, raw, line FROM ingest.unreadable") == [("at", "x", 4)]
        assert (
            warehouse.one("SELECT count(*) FROM core.user_actions WHERE activity = 'Order entered' AND order_id = 'A'")
            == 2
        )


def test_same_key_and_time_with_other_content_is_a_conflict(tmp_path: Path) -> None:
    a = "A,2026-01-01T10:00:00Z,C1"
    path = write_csv(tmp_path / "orders.csv", ORDERS, [f"{a},10,2026-01-01T10:00:00Z", f"{a},11,2026-01-01T10:00:00Z"])
    with Warehouse(new_home(tmp_path / "h")) as warehouse:
        warehouse.load(path)
        assert warehouse.counts()["orders.csv"] == (2, 1, 0, 0, 1, 0)
        assert warehouse.rows("SELECT entity, record_key, kept_line, other_line FROM ingest.conflicts") == [
            ("orders", "main:A", 3, 2)
        ]


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    files = _files(tmp_path / "in")
    with Warehouse(new_home(tmp_path / "h")) as warehouse:
        warehouse.load(*files)
        before = warehouse.picture(), warehouse.rows("FROM meta.files"), warehouse.rows("FROM meta.emitted")
        result = warehouse.load(*files)
        assert (result.new_rows, result.changed_orders) == (0, 0)
        assert before == (warehouse.picture(), warehouse.rows("FROM meta.files"), warehouse.rows("FROM meta.emitted"))


def test_only_orders_that_read_otherwise_are_touched(tmp_path: Path) -> None:
    files = _files(tmp_path / "in")
    with Warehouse(new_home(tmp_path / "h")) as warehouse:
        assert warehouse.load(files[0]).changed_orders == 2
        result = warehouse.load(files[1])
        assert (result.new_rows, result.changed_orders) == (2, 1)
        assert warehouse.rows("SELECT order_id FROM scope.orders") == [("A",)]
        assert warehouse.load(files[2]).changed_orders == 1  # older versions of A, late


def test_an_action_delivered_again_in_a_longer_file_is_a_duplicate(tmp_path: Path) -> None:
    """The occurrence of a content within the file is part of a keyless row's identity."""
    row = "A,Order entered,2026-01-01T10:00:00Z,u1"
    first = write_csv(tmp_path / "user_actions_1.csv", ACTIONS, [row, row])
    longer = write_csv(
        tmp_path / "user_actions_2.csv", ACTIONS, [row, row, row, "A,Order approved,2026-01-02T10:00:00Z,u2"]
    )
    with Warehouse(new_home(tmp_path / "h")) as warehouse:
        warehouse.load(longer)
        warehouse.load(first)
        assert warehouse.counts() == {
            "user_actions_1.csv": (2, 2, 0, 0, 0, 0),
            "user_actions_2.csv": (4, 2, 0, 2, 0, 0),
        }
        assert warehouse.one("SELECT count(*) FROM core.user_actions") == 4


FULL = """
name: own
system: erp
zone: UTC
feeds:
  - name: extract
    files: ["extract*"]
    kind: full
    extraction: {file_name: "extract_(\\\\d{8})"}
    entities:
      - entity: orders
        columns: {order_id: id, ordered_at: entered, customer_id: customer, net_amount: net, updated_by: by}
"""


def _extracts(folder: Path) -> list[Path]:
    folder.mkdir()
    header = "id,entered,customer,net,by"
    return [
        write_csv(
            folder / "extract_20260101.csv",
            header,
            ["A,2026-01-01,C1,10,u1", "B,2026-01-01,C2,20,u1", "C,2026-01-01,C3,30,u1"],
        ),
        write_csv(folder / "extract_20260102.csv", header, ["A,2026-01-01,C1,12,u2", "B,2026-01-01,C2,20,u1"]),
        write_csv(folder / "extract_20260103.csv", header, ["A,2026-01-01,C9,10,u3", "C,2026-01-01,C3,30,u1"]),
    ]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_full_extracts_in_any_order(tmp_path: Path, order: tuple[int, ...]) -> None:
    """B is gone from the last extract, C was gone and came back, A changed twice; by hand."""
    files = _extracts(tmp_path / "in")
    with Warehouse(new_home(tmp_path / "h", FULL), "own") as warehouse:
        for number in order:
            warehouse.load(files[number])
        current = warehouse.rows("SELECT order_id, net_amount::INTEGER, customer_id FROM core.orders ORDER BY 1")
        assert current == [("A", 10, "C9"), ("C", 30, "C3")]
        assert warehouse.rows("SELECT order_id FROM history.orders WHERE _deleted") == [("B",)]
        assert warehouse.counts() == {
            "extract_20260101.csv": (3, 1, 0, 0, 2, 0),
            "extract_20260102.csv": (2, 0, 0, 1, 1, 0),
            "extract_20260103.csv": (2, 1, 0, 1, 0, 0),
        }
        if order == (0, 1, 2):
            # The last extract changed A, left out B, brought C back.
            assert warehouse.rows("SELECT order_key FROM work.changed_orders ORDER BY 1") == [
                ("erp:A",),
                ("erp:B",),
                ("erp:C",),
            ]
        changes = warehouse.rows(
            "SELECT order_id, field, old_value, new_value, changed_at::DATE::VARCHAR, changed_by, origin "
            "FROM core.order_changes ORDER BY changed_at, field"
        )
        assert changes == [
            ("A", "net_amount", "10.0000", "12.0000", "2026-01-02", "u2", "snapshot"),
            ("A", "customer_id", "C1", "C9", "2026-01-03", "u3", "snapshot"),
            ("A", "net_amount", "12.0000", "10.0000", "2026-01-03", "u3", "snapshot"),
        ]


def test_parents_are_derived_until_they_come(tmp_path: Path) -> None:
    """Orders only named by lines and events are made from them; a file of orders replaces what was made."""
    lines = write_csv(
        tmp_path / "order_lines.csv",
        "line_id,order_id,sku,quantity,net_amount",
        ["A-1,A,P1,1,10", "A-2,A,P2,2,5.5", "B-1,B,P1,1,"],
    )
    events = write_csv(
        tmp_path / "user_actions.csv",
        ACTIONS,
        ["A,Order entered,2026-01-03T10:00:00Z,u1", "A,Order entered,2026-01-02T10:00:00Z,u9"],
    )
    orders = write_csv(tmp_path / "orders.csv", ORDERS, ["A,2026-01-01T10:00:00Z,C1,99,"])
    with Warehouse(new_home(tmp_path / "h")) as warehouse:
        warehouse.load(lines, events)
        made = warehouse.rows(
            "SELECT order_id, net_amount::DOUBLE, entered_by, ordered_at::VARCHAR, _derived FROM core.orders ORDER BY 1"
        )
        assert made == [("A", 15.5, "u9", "2026-01-02 10:00:00", True), ("B", None, None, None, True)]
        warehouse.load(orders)
        known = warehouse.rows("SELECT order_id, net_amount::DOUBLE, _derived FROM core.orders ORDER BY 1")
        assert known[0] == ("A", 99.0, False)
