"""One user's figures counted with a pencil, errors against workload counted another way, and the charts of the traces."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboard.charts.days import day_calendar
from dashboard.charts.rates import rate_hours, rate_rows
from dashboard.charts.trace import Axis, Visit, day_lanes, story_lanes
from dashboard.data import _bound, sql_of
from dashboard.theme import LIGHT
from dashboard.trace_order import how_it_stands, sentence, story_frame
from dashboard.trace_user import day_frame
from dashboard.user_cards import chance_limits
from dashboard.workload import by_hour, trend
from expectations import ledger
from models.statistics.funnel import funnel
from pipelines import run_log
from pipelines.marts.build import build_marts
from pipelines.process import load_process, write_process
from pipelines.read.filters import Filters, with_selection
from pipelines.settings import open_home
from pipelines.warehouse import open_snapshot, require_snapshot
from tests.ingest_fixture import Warehouse, new_home
from tests.test_marts_by_hand import FILES

SPAN = {"first": "2026-01-01", "last": "2026-12-31"}
WITH_PEOPLE = {
    **FILES,
    "exceptions": """exception_id,order_id,type,raised_at,resolved_at,raised_by,owner,resolved_by
x1,1,stock_shortage,2026-01-05T12:00:00Z,2026-01-06T12:00:00Z,u3,u2,u2
x2,3,credit_hold,2026-03-01T10:00:00Z,,u3,u2,
x3,2,stock_shortage,2026-01-06T12:00:00Z,2026-01-10T12:00:00Z,u3,u4,u4
""",
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder = tmp_path_factory.mktemp("people")
    for name, text in WITH_PEOPLE.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    made = Warehouse(new_home(folder / "home"))
    run_log.begin(made.con)
    made.load(*(folder / f"{name}.csv" for name in WITH_PEOPLE))
    write_process(made.con, load_process(made.home, None))
    build_marts(made.con, "facts", True)
    ledger.begin(made.con, ())
    build_marts(made.con, "orders", True)
    return made


def told(small: Warehouse, query: str, **params: str) -> list[dict[str, Any]]:
    cursor = small.con.execute(_bound(sql_of(query), tuple(sorted({**SPAN, **params}.items()))))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_the_days_of_a_user(small: Warehouse) -> None:
    """u2 validated order 2 on 6 January after correcting it, entered order 4 on the 7th and order 3 on 1 March, changed it, resolved x1."""
    days = {row.pop("on_day"): row for row in told(small, "user_days", user="u2")}
    nothing = dict.fromkeys(("actions", "orders", "changes", "resolved", "introduced", "caught"), 0)
    assert days == {
        date(2026, 1, 6): {**nothing, "actions": 1, "orders": 1, "changes": 1, "resolved": 1, "caught": 1},
        date(2026, 1, 7): {**nothing, "actions": 1, "orders": 1},
        date(2026, 3, 1): {**nothing, "actions": 2, "orders": 1, "changes": 1},
    }
    assert [row["introduced"] for row in told(small, "user_days", user="u1")] == [1, 0]
    assert told(small, "user_days", user="u2", last="2026-01-06") != told(small, "user_days", user="u2")


def test_the_totals_of_a_user(small: Warehouse) -> None:
    (row,) = told(small, "user_totals", user="u2")
    assert {name: row[name] for name in ("actions", "orders", "entered", "changes", "automatic", "zone")} == {
        "actions": 4, "orders": 3, "entered": 2, "changes": 2, "automatic": False, "zone": "UTC"}  # fmt: skip
    assert [row["user_id"] for row in told(small, "busiest_users")] == ["u1", "u2", "u4", "u3", "EDI"]


def test_what_the_work_led_to_and_what_was_to_be_expected(small: Warehouse) -> None:
    """Of five validations by people one was done again by another: three of them by u1 let expect 0.6. Eleven actions found one error."""
    first = {row["measure"]: row for row in told(small, "user_rates", user="u1")}
    assert (first["redone"]["chances"], first["redone"]["expected"]) == (4, pytest.approx(0.6))
    assert (first["changed_wrongly"]["own"], first["changed_wrongly"]["chances"]) == (0, 0)
    second = {row["measure"]: row for row in told(small, "user_rates", user="u2")}
    assert (second["caught"]["own"], second["caught"]["chances"], second["caught"]["expected"]) == (
        1,
        4,
        pytest.approx(4 / 11),
    )
    assert (second["changed_wrongly"]["chances"], second["changed_wrongly"]["expected"]) == (2, 0)


def test_rework_that_a_user_caused_and_errors_traced_to_them(small: Warehouse) -> None:
    rows = {(row["what"], row["order_id"], row["who"], row["old_value"]) for row in told(small, "user_redone", user="u1")}  # fmt: skip
    assert rows == {("done again", "2", "u2", None), ("corrected", "2", "u2", "200")}
    # u2 changed a value of their own order after a customer asked: that is no rework.
    assert told(small, "user_redone", user="u2") == []
    (error,) = told(small, "user_introduced", user="u1")
    assert (error["order_id"], error["old_value"], error["new_value"], error["found_place"]) == (
        "2",
        "200",
        "20",
        "validation",
    )
    assert [row["origin_user"] for row in told(small, "user_caught", user="u2")] == ["u1"]


def test_exceptions_that_a_user_handled(small: Warehouse) -> None:
    """Of two stock shortages the one that u2 resolved took 24 hours, the other 96: half of them within 48 hours."""
    rows = {row["type"]: row for row in told(small, "user_exceptions", user="u2")}
    shortage, hold = rows["stock_shortage"], rows["credit_hold"]
    assert (
        shortage["resolved"],
        shortage["within_target"],
        shortage["within_expected"],
        shortage["resolve_hours"],
    ) == (1, 1, 0.5, 24)
    assert (hold["resolved"], hold["open"]) == (0, 1)


def test_a_day_tells_what_happened_in_it_alone(small: Warehouse) -> None:
    rows = told(small, "user_day", user="u2", day="2026-01-06")
    assert [(row["at"].hour, row["what"], row["order_id"]) for row in rows] == [
        (11, "caught", "2"), (11, "change", "2"), (12, "resolved", "1"), (13, "action", "2")]  # fmt: skip
    frame = pl.DataFrame(rows)
    dots, order, ends = day_frame(frame)
    assert order[0] == "Order validated"
    assert sorted(order[1:]) == ["Changes", "Errors", "Exceptions"] and ends == ["1"] * 4
    fig = day_lanes(dots, order, ends, LIGHT, compact=False)
    assert {(t.name, t.marker.symbol) for t in fig.data} == {
        ("action", "line-ns-open"), ("change", "diamond"), ("resolved", "triangle-up-open"), ("defect", "circle-open")}  # fmt: skip
    # From 11:00 to 12:00 and to 13:00 nothing is recorded.
    assert len(fig.layout.shapes) == 2


def test_the_story_of_an_order_has_everything_on_one_axis(small: Warehouse) -> None:
    rows = told(small, "order_story", order="2")
    assert [row["what"] for row in rows if row["what"] != "action"] == [
        "change",
        "error",
        "exception",
        "delivery",
        "resolved",
    ]
    words = [sentence(row) for row in rows]
    assert "Quantity: 200 → 20, u2, no approval recorded, correction, line 2-1" in words
    assert "Goods shipped, unknown user" in words
    dots, lanes = story_frame(pl.DataFrame(rows))
    assert lanes == ["Actions", "Changes", "Exceptions", "Errors", "Documents"]
    visits = [
        Visit("Entry", datetime(2026, 1, 6, 8), datetime(2026, 1, 6, 12)),
        Visit("Validation", datetime(2026, 1, 6, 12), datetime(2026, 1, 9, 10)),
    ]
    fig = story_lanes(dots, lanes, visits, datetime(2026, 1, 6, 11), LIGHT)
    assert [row["title"] for row in told(small, "order_visits", order="2")][:2] == ["Entry", "Order check"] or len(
        visits
    ) == 2
    drawn = {t.name for t in fig.data}
    assert {"action", "change", "exception", "resolved", "error", "document", "stage"} <= drawn
    assert any("200 → 20" in note.text for note in fig.layout.annotations)


def test_days_on_which_nothing_happened_take_no_room() -> None:
    axis = Axis.of([datetime(2026, 1, 5, 8), datetime(2026, 1, 5, 16), datetime(2026, 2, 20, 12)])
    assert axis.days == (date(2026, 1, 5), date(2026, 2, 20))
    places = [
        axis.place(at)
        for at in (datetime(2026, 1, 5, 8), datetime(2026, 1, 5, 16), datetime(2026, 1, 30), datetime(2026, 2, 20, 12))
    ]
    assert places == sorted(places) and places[0] == pytest.approx(0.06) and places[1] == pytest.approx(0.88)
    assert 1 <= places[2] <= places[3] <= 1.5
    assert axis.gaps() == [(1, 45)]


def test_a_calendar_has_a_field_a_day_and_a_red_dot_where_an_error_came_in() -> None:
    days = [date(2026, 3, 2), date(2026, 3, 4), date(2024, 1, 1)]
    fig = day_calendar(days, [10, 2, 5], [0, 1, 0], ["a", "b", "c"], days[0], LIGHT, compact=False)
    by_name = {t.name: t for t in fig.data}
    # The day of two years ago is beyond the 53 weeks that are shown.
    assert list(by_name["days"].y) == [6, 4]
    assert [point[0] for point in by_name["errors"].customdata] == ["2026-03-04"]
    assert by_name["days"].marker.opacity[0] > by_name["days"].marker.opacity[1]


def test_chance_alone_gives_the_binomial_limits() -> None:
    """5 expected of 100: 95 % of a binomial lie between 1 and 10, between its steps a little inside."""
    low, high = chance_limits(5, 100)
    assert 0.5 < low < 2 and 9 < high < 10.5
    assert chance_limits(0, 10) == (0, 0)


def _selected(con: Any, query: str) -> pl.DataFrame:
    sql, params = with_selection(sql_of(query), Filters())
    found: pl.DataFrame = con.sql(sql, params=params).pl()
    return found


def test_workload_and_hours_add_up_to_what_was_entered(company_home: Path) -> None:
    """The same orders counted in Python, one by one."""
    with open_snapshot(require_snapshot(open_home(company_home))) as con:
        days, hours = _selected(con, "workload_days"), _selected(con, "workload_hours")
        orders = con.execute(
            "SELECT entered_by, ordered_at, ordered_on, has_entry_error FROM marts.order_facts WHERE order_class = 'sale' AND is_mature "
            "AND has_entry_error IS NOT NULL AND entered_by NOT IN (SELECT user_id FROM core.users WHERE automatic)"
        ).fetchall()
        counted = con.execute("SELECT user_id, on_day, count(*) FROM marts.action_facts GROUP BY ALL").fetchall()
    acts = {(user, day): number for user, day, number in counted}
    by_hour_counted: dict[int, list[int]] = {}
    loads: list[tuple[int, bool]] = []
    for user, at, on_day, wrong in orders:
        seen = by_hour_counted.setdefault(at.hour, [0, 0])
        seen[0], seen[1] = seen[0] + 1, seen[1] + wrong
        if (user, on_day) in acts:
            loads.append((acts[(user, on_day)], wrong))
    assert {row["hour"]: [row["orders"], row["errors"]] for row in hours.iter_rows(named=True)} == by_hour_counted
    own = days.filter(pl.col("what") == "user")
    for row in own.iter_rows(named=True):
        inside = [wrong for load, wrong in loads if row["least"] <= load <= row["most"]]
        assert (row["orders"], row["errors"]) == (len(inside), sum(inside))
    assert own["orders"].sum() == len(loads)
    # What is expected of everybody together is what happened.
    assert float(own["expected"].sum()) == pytest.approx(float(own["errors"].sum()), rel=0.1)
    assert float(hours["expected"].sum()) == pytest.approx(float(hours["errors"].sum()))


def _fifths(errors: list[int]) -> pl.DataFrame:
    return pl.DataFrame({"least": [1, 20, 40, 60, 80], "most": [19, 39, 59, 79, 99], "days": [200] * 5, "orders": [2000] * 5, "errors": errors,
                         "expected": [sum(errors) / 5] * 5, "variance": [sum(errors) / 5 * 0.95] * 5, "pearson": [199.0] * 5})  # fmt: skip


def test_a_planted_effect_of_workload_is_seen_and_none_is_not() -> None:
    rising, level = trend(_fifths([60, 70, 80, 95, 120])), trend(_fifths([84, 86, 80, 90, 85]))
    assert rising is not None and rising.z > 0 and rising.p < 0.001 and rising.ratio == pytest.approx(2)
    assert level is not None and level.p > 0.2


def test_an_hour_beyond_its_limits_is_red_and_few_orders_are_left_out() -> None:
    hours = pl.DataFrame({"hour": [8, 9, 10, 11, 22, None], "orders": [3000, 3000, 3000, 3000, 10, 50], "errors": [90, 95, 88, 190, 9, 2],
                          "expected": [92.6] * 4 + [0.3, None]})  # fmt: skip
    rows, made = by_hour(hours)
    assert made is not None and rows["hour"].to_list() == [8, 9, 10, 11]
    fig = rate_hours(rows["hour"].to_list(), made, rows["orders"].to_list(), LIGHT, compact=False)
    colours = {t.x[0]: t.marker.color for t in fig.data if t.name == "rate"}
    assert colours[8] == LIGHT.ink
    assert (colours[11] == LIGHT.error) == bool(made.outside[3] > 0)
    assert funnel([90, 95, 88, 190], [3000] * 4).rate[3] == pytest.approx(0.0633, abs=0.001)


def test_rate_rows_carry_rate_interval_and_volume() -> None:
    fig = rate_rows(["quiet", "busy"], [4, 30], [100, 500], [5.0, 20.0], LIGHT)
    rates = [float(t.x[0]) for t in fig.data if t.name == "rate"]
    assert rates == pytest.approx([4, 6])
    low, high = next(t.x for t in fig.data if t.name == "interval")
    assert (low, high) == (pytest.approx(1.57, abs=0.01), pytest.approx(9.84, abs=0.01))  # Wilson, 4 of 100
    assert any("of 500" in note.text for note in fig.layout.annotations)


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """One order as two extracts of a delta feed showed it: its terms changed in between."""
    folder = tmp_path_factory.mktemp("twice")
    made = Warehouse(new_home(folder / "home"))
    run_log.begin(made.con)
    for number, (terms, at) in enumerate((("NET10", "2026-01-05T10:00:00Z"), ("NET30", "2026-01-09T10:00:00Z"))):
        path = folder / f"orders_{number}.csv"
        head = "order_id,ordered_at,customer_id,payment_terms,ship_to,updated_at,updated_by"
        path.write_text(f"{head}\n1,2026-01-04T08:00:00Z,C1,{terms},North,{at},u{number}\n", encoding="utf-8")
        made.load(path)
    write_process(made.con, load_process(made.home, None))
    build_marts(made.con, "facts", True)
    ledger.begin(made.con, ())
    build_marts(made.con, "orders", True)
    return made


def test_what_differs_between_two_extracts_stands_on_the_time_axis(twice: Warehouse) -> None:
    (row,) = told(twice, "order_story", order="1")
    assert (row["what"], row["text"], row["old_value"], row["new_value"], row["who"]) == ("version", "payment_terms", "NET10", "NET30", "u1")  # fmt: skip
    assert row["moment"] == datetime(2026, 1, 9, 10)
    assert row["detail"] == "2026-01-05 10:00"
    assert "changed after 2026-01-05 10:00, seen in the extracts" in sentence(row)
    (state,) = [
        found
        for found in told(twice, "order_state", order="1", moment="2026-01-07 10:00:00")
        if found["field"] == "payment_terms"
    ]
    assert (state["state"], state["was"], state["other"]) == ("cannot_tell", "NET10", "NET30")
    assert told(twice, "order_log", order="1")[0]["n_extracts"] == 2


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ({"is_open": False}, "finished"),
        ({"is_open": True}, "still open"),
        ({"is_open": None}, "whether it is finished cannot be told"),
        ({"is_open": False, "is_cancelled": True}, "cancelled"),
        ({"is_open": None, "status": "Klärung"}, "its status: Klärung"),
    ],
)
def test_nothing_is_said_of_an_order_that_nothing_tells_about(order: dict[str, object], told: str) -> None:
    assert how_it_stands({"current_stage": None, "is_cancelled": None, "status": None, **order}) == told
