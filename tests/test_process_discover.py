"""A process proposed from data: the checker takes it, its stages are the log's, and it counts where the default knows nothing."""

from pathlib import Path

import pytest

from pipelines.cli import main
from pipelines.config_file import parse_yaml
from pipelines.process import load_process, process_of_run
from pipelines.process.discover import discover
from pipelines.process.model import Process
from pipelines.process.parse import parse_process
from tests.ingest_fixture import Warehouse, new_home

# Forty tickets: logged, then looked at by one of two, started and repaired, seldom escalated, closed.
STEPS = (
    (0, "Ticket logged", "complete", "Front"), (60, "Looked at: simple", "complete", "Front"), (60, "Looked at: hard", "complete", "Front"),
    (100, "Repair begun", "start", "Workshop"), (160, "Repaired", "complete", "Workshop"), (170, "Escalated, no?", "complete", "Board"),
    (400, "Closed", "complete", "Front"), (500, "Ticket cancelled", "complete", "Front"),
)  # fmt: skip


def _takes(ticket: int, activity: str) -> bool:
    """Every ticket is simple or hard, two in forty are escalated, the last two are cancelled, the others repaired and closed."""
    chosen = {
        "Looked at: simple": ticket % 2 == 0, "Looked at: hard": ticket % 2 == 1, "Escalated, no?": ticket in (3, 4),
        "Ticket cancelled": ticket > 37, "Repair begun": ticket <= 37, "Repaired": ticket <= 37, "Closed": ticket <= 37,
    }  # fmt: skip
    return chosen.get(activity, True)


def _log() -> str:
    rows = ["action_id,order_id,activity,at,lifecycle,department,user_id"]
    for ticket in range(40):
        for minutes, activity, lifecycle, department in STEPS:
            if _takes(ticket, activity):
                day, clock = 1 + ticket % 28, 8 * 60 + minutes
                at = f"2026-0{1 + ticket // 28}-{day:02d}T{clock // 60:02d}:{clock % 60:02d}:00Z"
                rows.append(f'{len(rows)},{ticket},"{activity}",{at},{lifecycle},{department},u1')
    return "\n".join(rows) + "\n"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder = tmp_path_factory.mktemp("discover")
    (folder / "user_actions.csv").write_text(_log(), encoding="utf-8")
    made = Warehouse(new_home(folder / "home"))
    made.load(folder / "user_actions.csv")
    return made


def test_activities_become_stages_in_their_typical_order(warehouse: Warehouse) -> None:
    text = discover(warehouse.con)
    assert text is not None
    process = parse_process(parse_yaml(text, "proposed"), {"error_costs": {}}, "proposed")
    assert process.case == "order"
    told = [
        (s.title, s.department, s.target_hours, [(a.name, a.marks, a.kind) for a in s.activities])
        for s in process.stages
    ]
    assert told == [
        ("Ticket logged", "Front", None, [("Ticket logged", "end", "step")]),
        # No ticket is both: two ways to complete one stage, an hour after the ticket was logged.
        (
            "Looked at: hard / Looked at: simple",
            "Front",
            1.0,
            [("Looked at: hard", "end", "step"), ("Looked at: simple", "end", "step")],
        ),
        ("Repaired", "Workshop", 1.7, [("Repair begun", "start", "step"), ("Repaired", "end", "step")]),
        ("Closed", "Front", 4.0, [("Closed", "end", "complete")]),
    ]
    others = {(a.name, a.kind) for a in process.other_activities}
    assert others == {("Escalated, no?", "step"), ("Ticket cancelled", "cancel")}


def test_a_home_takes_the_proposal_as_it_is(warehouse: Warehouse) -> None:
    text = discover(warehouse.con)
    assert text is not None
    (warehouse.home.config / "process.yaml").write_text(text, encoding="utf-8")
    try:
        assert [stage.name for stage in load_process(warehouse.home, None).stages][-1] == "closed"
    finally:
        (warehouse.home.config / "process.yaml").unlink()


def test_where_the_default_knows_no_activity_the_stages_come_from_the_data(warehouse: Warehouse) -> None:
    process = process_of_run(warehouse.con, warehouse.home, None, "", True)
    assert [stage.title for stage in process.stages][-1] == "Closed"
    assert {stage.target_hours for stage in process.stages} == {None}
    assert warehouse.rows("SELECT count(*) FROM meta.assumptions WHERE code = 'process'") == [(1,)]
    # A later run keeps what was decided, until every order is built anew.
    warehouse.con.execute(
        "CREATE TEMP TABLE kept AS FROM core.user_actions; UPDATE core.user_actions SET activity = 'Order entered'"
    )
    assert [s.title for s in process_of_run(warehouse.con, warehouse.home, None, "", False).stages][-1] == "Closed"
    assert process_of_run(warehouse.con, warehouse.home, None, "", True).stages[0].name == "entry"
    warehouse.con.execute("DELETE FROM core.user_actions; INSERT INTO core.user_actions FROM kept")


def _orders(*shares: tuple[str, int]) -> str:
    """Twenty orders, an hour between their steps; of each step, how many of the orders have it."""
    rows = ["action_id,order_id,activity,at"]
    for order in range(20):
        for hour, (activity, orders) in enumerate(shares, start=8):
            if order < orders:
                rows.append(f"{len(rows)},{order},{activity},2026-01-{order + 1:02d}T{hour:02d}:00:00Z")
    return "\n".join(rows) + "\n"


def _process_of(folder: Path, *shares: tuple[str, int]) -> tuple[Process, list[tuple[str, ...]]]:
    """The process that counts for such orders where nobody laid one down, and what is told of it."""
    (folder / "user_actions.csv").write_text(_orders(*shares), encoding="utf-8")
    with Warehouse(new_home(folder / "home")) as made:
        made.load(folder / "user_actions.csv")
        process = process_of_run(made.con, made.home, None, "", True)
        told = made.rows("SELECT code, text FROM meta.assumptions WHERE subject = 'stages' ORDER BY ALL")
    return process, told


def test_a_default_that_misses_what_most_orders_have_gives_way_to_the_data(tmp_path: Path) -> None:
    """Half of the actions are known, but the confirmation and the shipment are not."""
    process, told = _process_of(
        tmp_path, ("Create order", 20), ("Approve order", 20), ("Confirm order", 20), ("Ship order", 18)
    )
    kinds = [(item.name, item.kind) for stage in process.stages for item in stage.activities]
    assert kinds == [("Create order", "step"), ("Approve order", "approve"), ("Confirm order", "confirm"), ("Ship order", "ship")]  # fmt: skip
    assert [code for code, _ in told] == ["process"]


def test_a_few_unknown_activities_leave_the_default_and_are_told(tmp_path: Path) -> None:
    """20 and 1 of 121 actions are less than a fifth: the default counts, and names what it does not know."""
    known = [(name, 20) for name in ("Order entered", "Order validated", "Order approved", "Goods picked", "Goods shipped")]  # fmt: skip
    process, told = _process_of(tmp_path, *known, ("Quality seen", 20), ("Label printed", 1))
    assert process.stages[0].name == "entry"
    assert told == [
        (
            "unknown_activities",
            "“Quality seen” and “Label printed” (21 of 121 actions) belong to no stage of the default process, which is in use; "
            "`orderproof process discover` proposes one from the data.",
        )
    ]


def test_a_third_of_odd_steps_that_few_orders_have_leaves_the_default(tmp_path: Path) -> None:
    odd = [(name, 8) for name in ("Odd step", "Even step", "Late step")]
    process, told = _process_of(tmp_path, ("Order entered", 20), ("Order approved", 20), *odd)
    assert process.stages[0].name == "entry"
    assert told[0][1].startswith("“Even step”, “Late step” and “Odd step” (24 of 64 actions) belong to no stage")


def test_a_process_of_ones_own_is_told_what_it_misses(warehouse: Warehouse) -> None:
    own = {"stages": [{"stage": "entry", "department": "Front", "activities": ["Ticket logged", "Looked at: simple", "Repair begun", "Repaired", "Closed"]}],
           "other_activities": [{"name": "Ticket cancelled"}, {"name": "Escalated, no?"}]}  # fmt: skip
    process_of_run(warehouse.con, warehouse.home, own, "", False)
    assert warehouse.rows("SELECT text FROM meta.assumptions WHERE subject = 'stages'") == [
        ("“Looked at: hard” (20 of 198 actions) belongs to no stage of the process in use; `orderproof process discover` proposes one from the data.",)
    ]  # fmt: skip


def test_without_actions_there_is_nothing_to_propose(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("order_id,ordered_at\n1,2026-01-01\n", encoding="utf-8")
    with Warehouse(new_home(tmp_path / "home")) as made:
        made.load(tmp_path / "orders.csv")
        assert discover(made.con) is None


def test_the_command_writes_a_file_and_leaves_one_that_is_there(
    company_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "process.yaml"
    assert main(["process", "discover", "--home", str(company_home), "--out", str(out)]) == 0
    process = parse_process(parse_yaml(out.read_text(encoding="utf-8"), "p"), {"error_costs": {}}, "p")
    # The order in which the simulated company works, with the departments that it has.
    titles = [stage.title for stage in process.stages if stage.title != "Order transferred"]
    assert titles == ["Order entered", "Order validated", "Credit checked", "Order approved", "Stock allocated", "Goods picked",
                      "Goods shipped", "Invoice issued", "Payment received"]  # fmt: skip
    departments = {stage.title: stage.department for stage in process.stages}
    assert (departments["Credit checked"], departments["Goods picked"]) == ("Finance", "Warehouse")
    assert main(["process", "discover", "--home", str(company_home), "--out", str(out)]) == 2
    assert "exists already" in capsys.readouterr().err
