"""Figures of the exceptions page, counted by hand."""

from datetime import datetime, timedelta

import duckdb
import polars as pl
import pytest

from dashboard.charts.exceptions import stages_by_types
from dashboard.exception_people import compared
from dashboard.theme import LIGHT
from pipelines.read.filters import Filters
from pipelines.sqlfiles import read_package_sql
from tests.page_fixture import add, asked, snapshot

T0 = datetime(2026, 5, 4, 8)
HOUR = 3600


def exception(
    key: str, order: str, kind: str, after: float | None, hours: float | None, **more: object
) -> dict[str, object]:
    """Raised `after` hours from T0 (None: unknown), resolved `hours` later (None: not), with a target of 48 hours."""
    raised = None if after is None else T0 + timedelta(hours=after)
    resolved = None if hours is None else (raised or T0) + timedelta(hours=hours)
    late = None if raised is None else (hours is None and raised < datetime(2026, 5, 30)) or (hours or 0) > 48
    return {
        "record_key": key, "order_key": order, "order_id": order, "type": kind, "raised_at": raised, "resolved_at": resolved,
        "is_open": resolved is None and order != "gone", "resolve_seconds": None if raised is None or hours is None else hours * HOUR,
        "on_day": (raised or resolved or T0).date(), "beyond_target": late, "target_seconds": 48 * HOUR, **more,
    }  # fmt: skip


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    made = snapshot()
    made.execute("INSERT INTO meta.stages VALUES ('entry', 'Entry', 1), ('pick', 'Picking', 2)")
    add(made, "core.orders", {"order_key": "gone", "cancelled_at": T0 + timedelta(hours=10)})
    add(
        made,
        "marts.order_facts",
        *({"order_key": key, "channel": "EDI" if key != "c" else "phone"} for key in ("a", "b", "c", "gone")),
    )
    add(
        made, "marts.exception_facts",
        exception("1", "a", "price", 0, 4, stage="entry", resolved_by="u1"),
        exception("2", "a", "price", 50, 60, stage="pick", resolved_by="u2"),  # the same type again, resolved late
        exception("3", "b", "price", 0, None, stage="entry"),  # open beyond target
        exception("4", "c", "stock", 24 * 26.5, None, stage=None),  # raised 30 May, 20 h: open within target
        exception("5", "c", "stock", None, 1, resolved_by="u1"),  # beginning unknown
        exception("6", "gone", "stock", 0, None, stage="entry"),  # its order was cancelled after 10 hours
    )  # fmt: skip
    add(made, "marts.exception_answers", *({"record_key": key, "order_key": order, "approved_at": at} for key, order, at in (
        ("1", "a", T0 + timedelta(hours=1)), ("2", "a", None), ("3", "b", None), ("4", "c", T0), ("6", "gone", None))))  # fmt: skip
    return made


def test_types_count_what_is_decided_and_what_came_again(con: duckdb.DuckDBPyConnection) -> None:
    price, stock = asked(con, "exception_types")
    assert [price[c] for c in ("type", "exceptions", "orders", "repeats")] == ["price", 3, 2, 1]
    assert (price["within"], price["decided"], price["within_target"]) == (1, 3, pytest.approx(1 / 3))
    # one open within target and one of an unknown beginning are not decided; the cancelled one neither
    assert (stock["exceptions"], stock["decided"], stock["within_target"]) == (3, 0, None)
    (only,) = asked(con, "exception_types", Filters(channels=("phone",)))
    assert (only["type"], only["exceptions"]) == ("stock", 2)


def test_what_is_open_is_counted_by_type(con: duckdb.DuckDBPyConnection) -> None:
    # of price one has been open since 4 May, of stock one for 20 hours; that of the cancelled order is not open
    told = [(r["type"], r["open"], r["open_beyond_target"], r["target"]) for r in asked(con, "exception_open")]
    assert told == [("price", 1, 1, 48 * HOUR), ("stock", 1, 0, 48 * HOUR)]
    assert [r["type"] for r in asked(con, "exception_open", Filters(channels=("phone",)))] == ["stock"]


def test_times_keep_open_ones_and_let_a_cancelled_order_end_them(con: duckdb.DuckDBPyConnection) -> None:
    rows = {(r["type"], r["outcome"], r["seconds"]): r["exceptions"] for r in asked(con, "exception_times")}
    open_for = (
        datetime(2026, 6, 1) - T0
    ).total_seconds()  # the other open one 28 hours, 100,800 seconds, told in three figures
    assert rows == {
        ("price", 1, 4.0 * HOUR): 1, ("price", 1, 60.0 * HOUR): 1, ("price", 0, round(open_for, -4)): 1,
        ("stock", 0, 101_000.0): 1, ("stock", 2, 10.0 * HOUR): 1,
    }  # fmt: skip


def test_orders_again_and_without_an_answer(con: duckdb.DuckDBPyConnection) -> None:
    (row,) = asked(con, "exception_orders")
    # a (2) and c (2) had several, a the same type twice, c too; 2 of a, 3 and 6 had no answer while open
    assert [row[c] for c in ("orders", "several", "repeated", "judged", "silent", "most")] == [4, 2, 2, 4, 3, 2]
    assert {r["order_id"] for r in asked(con, "exception_list", by="silent", part="", limit=9)} == {"a", "b", "gone"}
    assert len(asked(con, "exception_list", by="repeated", part="", limit=9)) == 4
    assert [r["order_id"] for r in asked(con, "exception_list", by="open", part="", limit=9)] == [
        "b",
        "c",
    ]  # beyond target first
    assert len(asked(con, "exception_list", by="stage", part="unknown", limit=9)) == 2
    assert len(asked(con, "exception_list", by="type", part="price", limit=9)) == 3


def test_stages_ages_and_weeks(con: duckdb.DuckDBPyConnection) -> None:
    stages = {(r["type"], r["stage"]): r["exceptions"] for r in asked(con, "exception_stages")}
    assert stages == {("price", "entry"): 2, ("price", "pick"): 1, ("stock", "entry"): 1, ("stock", None): 2}
    # open: 3 for 27.7 days, 4 for 28 hours
    assert [(r["bucket"], r["exceptions"], r["beyond"]) for r in asked(con, "exception_ageing")] == [
        (2, 1, 0),
        (5, 1, 1),
    ]
    weeks = asked(con, "exception_weeks")
    assert [(w["within"], w["beyond"], w["undecided"]) for w in weeks] == [
        (1, 3, 1),
        (0, 0, 0),
        (0, 0, 0),
        (0, 0, 1),
    ]  # of an unknown beginning: not decided; weeks without an exception stand in between


def test_resolvers_are_compared_with_the_mix_of_types_taken_out() -> None:
    con = snapshot()
    con.execute(
        "CREATE TABLE core.users (user_id VARCHAR, automatic BOOLEAN); INSERT INTO core.users VALUES ('robot', true)"
    )
    add(con, "marts.order_facts", {"order_key": "a"})
    for user, easy, hard, late in (
        ("u1", 40, 0, 2),
        ("u2", 0, 40, 20),
        ("u3", 20, 20, 11),
        ("robot", 50, 0, 0),
        ("few", 3, 0, 0),
    ):
        hard_late = late if hard else 0
        for number in range(easy + hard):
            is_late = number >= easy + hard - hard_late if hard else number < late
            add(
                con,
                "marts.exception_facts",
                exception(
                    f"{user}{number}",
                    "a",
                    "easy" if number < easy else "hard",
                    0,
                    60 if is_late else 1,
                    resolved_by=user,
                ),
            )
    rows = {r["user_id"]: r for r in asked(con, "exception_resolvers", least=30)}
    assert set(rows) == {"u1", "u2", "u3"}
    # easy: 2 of 63 late (few's three count for the rate), hard: 31 of 60
    assert rows["u2"]["late"] == 20 and rows["u2"]["expected"] == pytest.approx(40 * 31 / 60)
    assert rows["u1"]["expected"] == pytest.approx(40 * 2 / 63)
    made = compared(pl.DataFrame(list(rows.values())))
    assert made is not None and not made.outside.any()  # u2 has the hard ones, and is no worse
    assert compared(pl.DataFrame(list(rows.values())[:2])) is None


def test_an_answer_is_an_approval_or_an_alert_while_the_exception_is_open() -> None:
    con = snapshot()
    con.execute("DROP TABLE marts.exception_answers; DROP TABLE marts.action_facts; CREATE SCHEMA scope;"
                "CREATE VIEW scope.orders AS FROM core.orders; CREATE VIEW scope.exception_facts AS FROM marts.exception_facts;"
                'CREATE TABLE marts.action_facts (order_key VARCHAR, activity VARCHAR, activity_kind VARCHAR, "at" TIMESTAMP);'
                "CREATE VIEW scope.action_facts AS FROM marts.action_facts; CREATE VIEW scope.change_facts AS FROM marts.change_facts")  # fmt: skip
    add(con, "core.orders", *({"order_key": key} for key in "abcd"))
    add(con, "marts.exception_facts", exception("1", "a", "x", 0, 10), exception("2", "b", "x", 0, 10), exception("3", "c", "x", 0, None),
        exception("4", "d", "x", 0, 10))  # fmt: skip
    at = T0 + timedelta(hours=5)
    con.execute("INSERT INTO marts.action_facts VALUES ('a', 'Order approved', 'approve', ?), ('b', 'Order approved', 'approve', ?),"
                "('c', 'Alert sent', NULL, ?)", [at, T0 + timedelta(hours=11), at])  # fmt: skip
    add(con, "marts.change_facts", {"order_key": "d", "approved_at": at})
    (sql,) = [mart.sql for mart in read_package_sql("pipelines.marts") if mart.meta.get("mart") == "exception_answers"]
    found = {key: (approved, alerted) for key, _order, approved, alerted in con.execute(sql).fetchall()}
    assert found == {"1": (at, None), "2": (None, None), "3": (None, at), "4": (at, None)}


def test_the_heat_map_writes_each_number_once_and_a_field_carries_its_stage() -> None:
    numbers = {("price", "entry"): 4, ("stock", "pick"): 1}
    fig = stages_by_types(
        [("price", "Price"), ("stock", "Stock")], [("entry", "Entry"), ("pick", "Picking")], numbers, LIGHT
    )
    assert [trace.customdata[0][0] for trace in fig.data] == ["stage:entry", "stage:pick"]
    words = [note.text for note in fig.layout.annotations]
    assert words.count("4") == 1 and "<b>4</b>" in words and len(fig.layout.shapes) == 2
