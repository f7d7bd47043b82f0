"""A log of five orders, small enough to work every figure of the page Flow by hand; and where the boxes of a map stand."""

import random
from collections import defaultdict
from pathlib import Path
from statistics import median

import duckdb
import polars as pl
import pytest

from dashboard.charts.layout import Edge, Node, Spot, forward_edges, goes_back, most_frequent, place
from dashboard.charts.process_map import Step, process_map
from dashboard.data import _bound
from dashboard.flow_words import cases, difference, short_path
from dashboard.theme import LIGHT
from expectations import ledger
from pipelines import run_log
from pipelines.ingest.schema import create_scope
from pipelines.marts.build import build_marts
from pipelines.process import load_process, write_process
from pipelines.read.filters import Filters, with_selection
from pipelines.settings import Home
from pipelines.sqlfiles import read_package_sql
from tests.ingest_fixture import Warehouse, new_home

ORDERS = """order_id,ordered_at,region,status
1,2026-01-05T08:00:00Z,North,closed
2,2026-01-06T08:00:00Z,North,closed
3,2026-01-07T08:00:00Z,North,closed
4,2026-01-08T08:00:00Z,North,closed
5,2026-01-09T07:00:00Z,South,open
"""
# Order 3 goes back (entered again by the same user, checked again by another); of order 4 nobody knows who entered it again, and it was
# checked and shipped at the same moment, in this order of rows.
ACTIONS = """action_id,order_id,line_id,activity,at,user_id,department
a1,1,1-1,Order entered,2026-01-05T08:00:00Z,u1,Desk
a2,1,1-1,Order checked,2026-01-05T09:00:00Z,u2,Finance
a3,1,1-2,Goods shipped,2026-01-05T12:00:00Z,u3,Store
b1,2,2-1,Order entered,2026-01-06T08:00:00Z,u1,Desk
b2,2,2-1,Order checked,2026-01-06T10:00:00Z,u2,Finance
b3,2,2-1,Goods shipped,2026-01-06T14:00:00Z,u3,Store
c1,3,3-1,Order entered,2026-01-07T08:00:00Z,u1,Desk
c2,3,3-1,Order checked,2026-01-07T08:30:00Z,u2,Finance
c3,3,3-1,Order entered,2026-01-07T09:30:00Z,u1,Desk
c4,3,3-1,Order checked,2026-01-07T10:00:00Z,u4,Finance
c5,3,3-1,Goods shipped,2026-01-07T11:00:00Z,u3,Store
d1,4,4-1,Order entered,2026-01-08T08:00:00Z,u1,Desk
d2,4,4-1,Order entered,2026-01-08T08:10:00Z,,Desk
z4,4,4-1,Order checked,2026-01-08T09:00:00Z,u2,Finance
d4,4,4-1,Goods shipped,2026-01-08T09:00:00Z,u3,Store
e1,5,5-1,Order checked,2026-01-09T07:00:00Z,u2,Finance
"""
QUERIES = {file.name: file.sql for file in read_package_sql("dashboard.queries")}
ENTERED, CHECKED, SHIPPED = "Order entered", "Order checked", "Goods shipped"
BIN = 0.006  # half a bin of one percent, and the rounding to whole seconds


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder = tmp_path_factory.mktemp("flow")
    for name, text in (("orders", ORDERS), ("user_actions", ACTIONS)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    made = Warehouse(new_home(folder / "home"))
    run_log.begin(made.con)
    made.load(folder / "orders.csv", folder / "user_actions.csv")
    write_process(made.con, load_process(made.home, None))
    build_marts(made.con, "facts", True)
    ledger.begin(made.con, ())
    build_marts(made.con, "orders", True)
    return made


def _read(
    warehouse: Warehouse, name: str, filters: Filters | None = None, **params: str | int
) -> list[dict[str, object]]:
    sql, values = with_selection(_bound(QUERIES[name], tuple(sorted(params.items()))), filters or Filters())
    found: pl.DataFrame = warehouse.con.sql(sql, params=values).pl()
    return found.to_dicts()


def test_what_comes_right_after_what_is_counted_and_timed(warehouse: Warehouse) -> None:
    rows = {(row["from_activity"], row["to_activity"]): row for row in _read(warehouse, "flow_edges")}
    assert {pair: (row["steps"], row["again"]) for pair, row in rows.items()} == {
        (ENTERED, CHECKED): (5, 1), (CHECKED, SHIPPED): (4, 0), (CHECKED, ENTERED): (1, 1), (ENTERED, ENTERED): (1, 1),
    }  # fmt: skip
    # Entered to checked: 30, 30, 50, 60 and 120 minutes.
    assert rows[ENTERED, CHECKED]["p50"] == pytest.approx(3000, rel=BIN)
    assert rows[ENTERED, CHECKED]["p90"] == pytest.approx(7200, rel=BIN)
    assert rows[ENTERED, CHECKED]["total_seconds"] == pytest.approx(290 * 60, rel=BIN)
    # Checked to shipped: none (the tie keeps the order of rows), 1, 3 and 4 hours.
    assert rows[CHECKED, SHIPPED]["p50"] == pytest.approx(3600, rel=BIN)


def test_short_times_are_exact(warehouse: Warehouse) -> None:
    rows = warehouse.rows(
        "SELECT s FROM range(0, 60) t(s) WHERE round(exp((ceil(100 * ln(1 + s)) - 0.5) / 100) - 1) <> s"
    )
    assert rows == []


def test_each_sequence_is_a_variant(warehouse: Warehouse) -> None:
    names = {row["activity_no"]: row["activity"] for row in _read(warehouse, "flow_names")}
    rows = _read(warehouse, "flow_variants", most=10)
    found = [([names[number] for number in row["path"]], row["cases"], row["p50"]) for row in rows]  # type: ignore[attr-defined]
    assert found[0] == ([ENTERED, CHECKED, SHIPPED], 2, 5 * 3600)
    assert ([ENTERED, CHECKED, ENTERED, CHECKED, SHIPPED], 1, 3 * 3600) in found
    assert ([ENTERED, ENTERED, CHECKED, SHIPPED], 1, 3600) in found
    assert rows[-1]["share_so_far"] == 1 and len(rows) == 4


def test_activities_are_counted_once_a_case_and_in_all(warehouse: Warehouse) -> None:
    rows = {row["activity"]: row for row in _read(warehouse, "flow_activities")}
    assert {name: (row["actions"], row["cases"], row["first_of"], row["last_of"]) for name, row in rows.items()} == {
        ENTERED: (6, 4, 4, 0), CHECKED: (6, 5, 1, 1), SHIPPED: (4, 4, 0, 4),
    }  # fmt: skip


def test_rework_is_a_repeat_a_redo_or_cannot_be_told(warehouse: Warehouse) -> None:
    rows = _read(warehouse, "flow_rework")
    found = {
        (row["from_activity"], row["to_activity"]): (row["n"], row["repeats"], row["redos"], row["unknown"])
        for row in rows
    }
    assert found == {
        (CHECKED, ENTERED): (1, 1, 0, 0),
        (ENTERED, CHECKED): (1, 0, 1, 0),
        (ENTERED, ENTERED): (1, 0, 0, 1),
    }
    (totals,) = _read(warehouse, "flow_totals")
    assert (totals["cases"], totals["variants"], totals["with_repeats"]) == (5, 4, 2)


def test_hand_overs_cost_the_time_until_the_other_acts(warehouse: Warehouse) -> None:
    rows = {(row["from_department"], row["to_department"]): row for row in _read(warehouse, "flow_departments")}
    assert {pair: row["hands"] for pair, row in rows.items()} == {
        ("Desk", "Finance"): 5, ("Finance", "Store"): 4, ("Finance", "Desk"): 1,
    }  # fmt: skip
    assert rows["Desk", "Finance"]["total_seconds"] == pytest.approx(290 * 60, rel=BIN)
    users = _read(warehouse, "flow_users", giver="", taker="", most=50)
    found = {(row["from_user"], row["to_user"]): (row["hands"], row["total_seconds"]) for row in users}
    assert found == {
        ("u1", "u2"): (3, 3.5 * 3600), ("u2", "u3"): (3, 7 * 3600), ("u2", "u1"): (1, 3600), ("u1", "u4"): (1, 1800),
        ("u4", "u3"): (1, 3600), ("u1", None): (1, 600), (None, "u2"): (1, 3000),
    }  # fmt: skip
    assert {(row["all_hands"], row["unknown"]) for row in users} == {(11, 2)}
    within = _read(warehouse, "flow_users", giver="Finance", taker="Desk", most=50)
    assert [(row["from_user"], row["to_user"], row["hands"]) for row in within] == [("u2", "u1", 1)]


def test_the_median_of_a_pair_is_that_of_all_its_hand_overs() -> None:
    """Times of half a minute to three weeks, odd and even numbers of them, users who act for two departments."""
    rng, con = random.Random(7), duckdb.connect()
    con.execute("CREATE SCHEMA marts")
    con.execute(
        "CREATE TABLE marts.flow_parties (party_no BIGINT, department_no BIGINT, department VARCHAR, user_id VARCHAR)"
    )
    parties = {1: ("Desk", "u1"), 2: ("Finance", "u1"), 3: ("Finance", "u2"), 4: ("Store", "u3"), 5: ("Store", None)}
    con.executemany("INSERT INTO marts.flow_parties VALUES (?, 1, ?, ?)", [[number, *who] for number, who in parties.items()])  # fmt: skip
    con.execute("CREATE TABLE selected_cases (hands BIGINT[])")
    told = defaultdict[tuple[str | None, str | None], list[int]](list)
    for _ in range(700):
        giver, taker = rng.sample(sorted(parties), 2)
        seconds = int(30 * 2 ** rng.uniform(0, 16))
        con.execute("INSERT INTO selected_cases VALUES ([?::BIGINT])", [(giver << 46) + (taker << 30) + seconds])
        if parties[giver][1] != parties[taker][1]:
            told[parties[giver][1], parties[taker][1]].append(seconds)
    cursor = con.execute(_bound(QUERIES["flow_users"], (("giver", ""), ("most", 50), ("taker", ""))))
    found = {row[:2]: (row[2], row[3], row[4]) for row in cursor.fetchall()}
    assert {len(times) % 2 for times in told.values()} == {0, 1}
    assert found == {pair: (len(times), sum(times), median(times)) for pair, times in told.items()}


def test_everything_leads_to_its_orders(warehouse: Warehouse) -> None:
    def orders(name: str, **params: str | int) -> list[object]:
        return [row["order_id"] for row in _read(warehouse, name, **params, most=10)]

    assert orders("flow_step_orders", **{"from": CHECKED, "to": SHIPPED, "again": 0}) == ["2", "1", "3", "4"]
    assert orders("flow_step_orders", **{"from": "", "to": ENTERED, "again": 1}) == ["3", "4"]
    assert orders("flow_path_orders", variant=0, activity=SHIPPED) == ["2", "1", "3", "4"]
    assert orders("flow_hand_orders", **{"from": "Finance", "to": "Desk", "giver": "", "taker": ""}) == ["3"]
    assert orders("flow_hand_orders", **{"from": "", "to": "", "giver": "u2", "taker": "u3"}) == ["2", "1", "4"]


def test_filters_choose_the_cases(warehouse: Warehouse) -> None:
    south = Filters(regions=("South",))
    assert _read(warehouse, "flow_edges", south) == []
    assert _read(warehouse, "flow_totals", south)[0]["cases"] == 1
    assert _read(warehouse, "flow_totals", Filters(user="u4"))[0]["cases"] == 1


@pytest.mark.parametrize("mart", ["selected_cases", "selected_visits", "selected_open", "selected_waits"])
@pytest.mark.parametrize(
    "filters",
    [Filters(), Filters(user="u4"), Filters(user="u1", user_role="entered"), Filters(families=("Bolts",)),
     Filters(families=("Bolts", "Nuts"), regions=("North",), user="u2")],
)  # fmt: skip
def test_a_mart_with_dimensions_of_its_own_is_filtered_as_its_orders_are(
    warehouse: Warehouse, mart: str, filters: Filters
) -> None:
    warehouse.con.execute(
        "UPDATE marts.order_facts SET families = CASE order_id WHEN '1' THEN ['Bolts'] WHEN '2' THEN ['Bolts', 'Nuts'] END"
    )
    for table in ("flow_cases", "order_visits", "open_visits"):
        warehouse.con.execute(
            f"UPDATE marts.{table} v SET families = f.families FROM marts.order_facts f WHERE f.order_key = v.order_key"
        )
    own, chosen = (
        warehouse.con.execute(*with_selection(f"SELECT order_key FROM {name} ORDER BY order_key", filters)).fetchall()
        for name in (mart, "selected_orders")
    )
    assert set(own) <= set(chosen)
    table = {
        "selected_cases": "flow_cases",
        "selected_visits": "order_visits",
        "selected_open": "open_visits",
        "selected_waits": "wait_facts",
    }[mart]
    assert len(own) == len([key for key in warehouse.rows(f"SELECT order_key FROM marts.{table}") if key in chosen])


def test_a_days_batch_replaces_its_own_orders_alone(warehouse: Warehouse) -> None:
    before = warehouse.rows("SELECT * FROM marts.flow_cases ORDER BY case_key")
    names = warehouse.rows("SELECT * FROM marts.flow_activities")
    warehouse.con.execute("CREATE OR REPLACE TABLE work.changed_orders AS SELECT 'main:3' AS order_key")
    create_scope(warehouse.con, full=False)
    build_marts(warehouse.con, "facts", False)
    build_marts(warehouse.con, "orders", False)
    assert warehouse.rows("SELECT * FROM marts.flow_cases ORDER BY case_key") == before
    assert warehouse.rows("SELECT * FROM marts.flow_activities") == names
    create_scope(warehouse.con, full=True)


def test_lines_are_the_cases_where_the_process_says_so(warehouse: Warehouse) -> None:
    warehouse.con.execute("UPDATE meta.process SET process_case = 'line'")
    try:
        build_marts(warehouse.con, "facts", True)
        build_marts(warehouse.con, "orders", True)
        rows = warehouse.rows(
            "SELECT line_id, len(steps), seconds FROM marts.flow_cases WHERE order_id = '1' ORDER BY line_id"
        )
        assert rows == [("1-1", 1, 3600), ("1-2", 0, 0)]
    finally:
        warehouse.con.execute("UPDATE meta.process SET process_case = 'order'")
        build_marts(warehouse.con, "facts", True)
        build_marts(warehouse.con, "orders", True)


EDGES = [
    Edge("a", "b", 90),
    Edge("b", "c", 60),
    Edge("b", "d", 30),
    Edge("d", "c", 30),
    Edge("c", "b", 5, 5),
    Edge("c", "e", 85),
]
NODES = [Node("a", 1, 90, 90), Node("b", 2, 90), Node("c", 3.4, 90), Node("d", 3.5, 30), Node("e", 4, 85)]


def test_boxes_stand_after_what_comes_before_them() -> None:
    assert place(NODES, EDGES) == {"a": Spot(0, 0), "b": Spot(1, 0), "c": Spot(3, 0), "d": Spot(2, 1), "e": Spot(4, 0)}


def test_a_cycle_is_cut_where_it_is_rarest() -> None:
    round_about = [Edge("a", "b", 9), Edge("b", "c", 8), Edge("c", "a", 1)]
    assert forward_edges(round_about) == round_about[:2]
    assert goes_back(EDGES[4]) and not goes_back(EDGES[0])


def test_the_share_keeps_the_most_frequent_edges_and_lets_no_box_hang() -> None:
    kept = most_frequent(EDGES, 0.5)
    assert kept[:2] == [EDGES[0], EDGES[5]]
    assert EDGES[1] in kept and EDGES[2] not in kept
    assert set(most_frequent(EDGES, 1)) == set(EDGES)


def test_a_map_is_red_only_where_something_is_wrong() -> None:
    calm = process_map(NODES, [Step(edge, 60, 120) for edge in EDGES], None, LIGHT).to_json()
    assert LIGHT.error not in calm and "↩" in calm.encode().decode("unicode_escape")
    wrong = process_map(
        NODES, [Step(edge, 60, 120, edge == EDGES[4]) for edge in EDGES], None, LIGHT, compact=True
    ).to_json()
    assert LIGHT.error in wrong


def test_a_way_is_told_against_the_usual_one() -> None:
    usual = ["a", "b", "c", "d"]
    assert difference(usual, usual) == "the usual way"
    assert difference(["a", "b"], usual, unfinished=True) == "so far the usual way, up to b"
    assert difference(["a", "b", "b", "d"], usual) == "+ b, − c"
    assert difference(["a", "x", "b"], usual, unfinished=True) == "so far: + x"
    assert difference(["b", "a", "c", "d"], usual) in ("a elsewhere", "b elsewhere")
    assert short_path(["a", "b", "b", "c"]) == "a › b ×2 › c"
    assert cases(1, "line") == "1 order line" and cases(1200, "order") == "1,200 orders"


PROCESS = """
case: order
stages:
  - {stage: entry, title: Entry, required: true, repeats: forbidden, activities: [Order entered]}
  - {stage: check, title: Check, after: [entry], activities: [Order checked]}
  - {stage: ship, title: Shipment, after: [check], activities: [Goods shipped]}
four_eyes: [[entry, check]]
"""
SIXTH = """f1,6,6-1,Order entered,2026-01-10T08:00:00Z,u2,Desk
f2,6,6-1,Order checked,2026-01-10T09:00:00Z,u2,Finance
"""


def _built(home: Home, *files: tuple[str, str]) -> Warehouse:
    for name, text in files:
        (home.path / f"{name}.csv").write_text(text, encoding="utf-8")
    made = Warehouse(home)
    run_log.begin(made.con)
    made.load(*(home.path / f"{name}.csv" for name, _text in files))
    write_process(made.con, load_process(made.home, None))
    build_marts(made.con, "facts", True)
    ledger.begin(made.con, ())
    made.con.execute(
        "CREATE TABLE work.four_eyes AS SELECT NULL::VARCHAR AS _system, pair_no::BIGINT AS pair_no, first_step, second_step, first_keys, "
        "second_keys, NULL::HUGEINT AS n, NULL::DOUBLE AS expected, NULL::HUGEINT AS same FROM meta.four_eyes"
    )
    build_marts(made.con, "orders", True)
    return made


def _constraints(warehouse: Warehouse) -> dict[tuple[object, ...], tuple[object, ...]]:
    return {
        (row["template"], row["first_title"], row["second_title"]): (
            row["activations"],
            row["violated"],
            row["cases"],
            row["untold"],
        )
        for row in _read(warehouse, "flow_conformance")
    }


@pytest.fixture(scope="module")
def laid_down(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    home = new_home(tmp_path_factory.mktemp("laid_down"))
    (home.config / "process.yaml").write_text(PROCESS, encoding="utf-8")
    return _built(home, ("orders", ORDERS + "6,2026-01-10T08:00:00Z,North,open\n"), ("user_actions", ACTIONS + SIXTH))


def test_what_the_process_lays_down_is_counted_where_it_came_into_play(laid_down: Warehouse) -> None:
    # Order 5 was never entered, but is open: what may still come is not held against it; that it was checked before is.
    assert _constraints(laid_down) == {
        ("exactly_one", "Entry", None): (5, 2, 2, 0),
        ("precedence", "Entry", "Check"): (7, 1, 1, 0),
        ("precedence", "Check", "Shipment"): (4, 0, 0, 0),
        # Order 4 was entered by somebody unknown as well, order 6 by the one who checked it.
        ("four_eyes", "Entry", "Check"): (4, 1, 1, 1),
    }
    assert {(row["from_activity"], row["to_activity"]) for row in _read(laid_down, "flow_forbidden")} == {
        (CHECKED, ENTERED), (SHIPPED, CHECKED),
    }  # fmt: skip


def test_a_broken_constraint_names_its_orders_and_the_action_that_breaks_it(laid_down: Warehouse) -> None:
    numbers = {
        (row["template"], row["first_title"]): row["constraint_no"] for row in _read(laid_down, "flow_conformance")
    }

    def witnesses(*key: str) -> list[tuple[object, ...]]:
        rows = _read(laid_down, "flow_witnesses", constraint=int(str(numbers[key])), most=9)  # type: ignore[index]
        return [(row["order_id"], row["activity"], str(row["at"])[:16], row["user_id"]) for row in rows]

    assert witnesses("exactly_one", "Entry") == [
        ("4", ENTERED, "2026-01-08 08:10", None),
        ("3", ENTERED, "2026-01-07 09:30", "u1"),
    ]
    assert witnesses("precedence", "Entry") == [("5", CHECKED, "2026-01-09 07:00", "u2")]
    assert witnesses("four_eyes", "Entry") == [("6", CHECKED, "2026-01-10 09:00", "u2")]


def test_what_nearly_all_keep_is_usual(tmp_path: Path) -> None:
    """Sixty orders go a, b, c; one goes a, c. What follows from two others is left out; who never reaches b keeps no 'after b'."""
    rows = [f"{order}{step},{order},{step},2026-01-{1 + order % 28:02d}T0{hour}:00:00Z" for order in range(1, 62)
            for hour, step in enumerate("abc") if (order, step) != (61, "b")]  # fmt: skip
    orders = "order_id,ordered_at\n" + "".join(
        f"{order},2026-01-{1 + order % 28:02d}T00:00:00Z\n" for order in range(1, 62)
    )
    actions = "action_id,order_id,activity,at\n" + "\n".join(rows) + "\n"
    with _built(new_home(tmp_path / "home"), ("orders", orders), ("user_actions", actions)) as usual:
        found = {key: counts[:2] for key, counts in _constraints(usual).items()}
        assert found == {
            ("response", "a", "b"): (61, 1), ("response", "b", "c"): (60, 0),
            ("precedence", "a", "b"): (60, 0), ("precedence", "b", "c"): (61, 1),
            ("chain_response", "a", "b"): (61, 1), ("chain_response", "b", "c"): (60, 0),
            ("chain_precedence", "a", "b"): (60, 0), ("chain_precedence", "b", "c"): (61, 1),
            ("exactly_one", "a", None): (61, 0), ("exactly_one", "b", None): (61, 1), ("exactly_one", "c", None): (61, 0),
        }  # fmt: skip
        assert usual.rows("SELECT DISTINCT is_configured FROM marts.flow_constraints") == [(False,)]


def test_what_should_come_right_then_is_not_held_against_a_cancelled_order(tmp_path: Path) -> None:
    """Sixty orders go a, b; the last one is cancelled right after a, another one goes a, c, b."""
    steps = {61: ("a", "Order cancelled"), 62: ("a", "c", "b")}
    rows = [
        f"{order}-{hour},{order},{step},2026-01-{1 + order % 28:02d}T0{hour}:00:00Z"
        for order in range(1, 63)
        for hour, step in enumerate(steps.get(order, ("a", "b")))
    ]
    orders = "order_id,ordered_at\n" + "".join(
        f"{order},2026-01-{1 + order % 28:02d}T00:00:00Z\n" for order in range(1, 63)
    )
    actions = "action_id,order_id,activity,at\n" + "\n".join(rows) + "\n"
    with _built(new_home(tmp_path / "home"), ("orders", orders), ("user_actions", actions)) as usual:
        assert _constraints(usual)["chain_response", "a", "b"][1] == 1
        ((broken, unfinished),) = usual.rows(
            "SELECT k.broken, k.unfinished FROM marts.flow_cases c JOIN marts.flow_checks k USING (variant_no) JOIN marts.flow_constraints t "
            "USING (constraint_no) WHERE c.order_id = '61' AND t.template = 'chain_response'"
        )
        assert (broken, unfinished) == (0, 1)


def _with_programs(folder: Path, actions: str) -> Warehouse:
    """A company whose two orders pass through a program: the desk hands over to the store, once directly and once by it."""
    orders = "order_id,ordered_at,status\n1,2026-01-05T08:00:00Z,closed\n2,2026-01-06T08:00:00Z,closed\n"
    return _built(new_home(folder / "home"), ("orders", orders), ("user_actions", actions))


def test_programs_hand_nothing_over(tmp_path: Path) -> None:
    made = _with_programs(tmp_path, """action_id,order_id,activity,at,user_id,department,automatic
a1,1,Order entered,2026-01-05T08:00:00Z,u1,Desk,false
a2,1,Order transferred,2026-01-05T09:00:00Z,SYNC,IT,true
a3,1,Goods shipped,2026-01-05T12:00:00Z,u3,Store,false
b0,2,Order received,2026-01-06T07:00:00Z,EDI,IT,true
b1,2,Order entered,2026-01-06T08:00:00Z,u1,Desk,
b2,2,Goods shipped,2026-01-06T10:00:00Z,u3,Store,false
b3,2,Invoice issued,2026-01-06T11:00:00Z,ERP,IT,true
""")  # fmt: skip
    (row,) = _read(made, "flow_departments")
    assert (row["from_department"], row["to_department"], row["hands"]) == ("Desk", "Store", 2)
    # Four hours with the program in between, and two.
    assert row["total_seconds"] == pytest.approx(6 * 3600, rel=BIN)
    (users,) = _read(made, "flow_users", giver="", taker="", most=9)
    assert (users["from_user"], users["to_user"], users["hands"], users["total_seconds"]) == ("u1", "u3", 2, 6 * 3600)
    named = {"from": "Desk", "to": "Store", "giver": "", "taker": "", "most": 9}
    assert [(r["order_id"], r["days"]) for r in _read(made, "flow_hand_orders", **named)] == [
        ("1", 4 / 24),
        ("2", 2 / 24),
    ]
    # The map shows every action all the same.
    assert ("Order entered", "Order transferred") in {
        (r["from_activity"], r["to_activity"]) for r in _read(made, "flow_edges")
    }


def test_finished_ways_stand_apart_from_those_of_open_orders(warehouse: Warehouse) -> None:
    every, ended = (_read(warehouse, "flow_variants", Filters(ended=only), most=10) for only in (False, True))
    assert sum(row["cases"] for row in every) == 5 and sum(row["cases"] for row in ended) == 4  # type: ignore[misc]
    gone = [row for row in every if row["variant_no"] not in {other["variant_no"] for other in ended}]
    # Order 5 was checked and is still open: the only one of its way.
    assert [(row["cases"], row["open_cases"]) for row in gone] == [(1, 1)]
    assert {row["open_cases"] for row in ended} == {0} and ended[0]["share"] == 0.5
    (totals,) = _read(warehouse, "flow_totals", Filters(ended=True))
    assert (totals["cases"], totals["variants"], totals["open_cases"]) == (4, 3, 0)
    assert Filters.from_params(Filters(ended=True).to_params()) == Filters(ended=True)
