"""The configured process: what each key becomes, and what is refused with its line."""

import re
from datetime import date, time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.errors import ConfigurationError
from pipelines.process import Process, load_process, write_calendars, write_process
from tests.checks_fixture import small_company
from tests.ingest_fixture import new_home

DOCUMENTED = (Path(__file__).resolve().parent.parent / "docs" / "process.md").read_text(encoding="utf-8")
STAGES = """stages:
  - {stage: entry, activities: [Order entered]}
  - {stage: approval, activities: [{name: Approval requested, marks: start}, {name: Order approved, kind: approve}]}
other_activities: [Customer created]
"""


def loaded(folder: Path, text: str) -> Process:
    home = new_home(folder)
    (home.config / "process.yaml").write_text(text, encoding="utf-8")
    return load_process(home, None)


def written(folder: Path, text: str) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("CREATE SCHEMA meta")
    write_process(con, loaded(folder, text))
    return con


def rows(con: duckdb.DuckDBPyConnection, query: str) -> list[Any]:
    return con.execute(query).fetchall()


def test_the_documented_example_loads_and_every_key_has_one(tmp_path: Path) -> None:
    example = re.findall(r"```yaml\n(.*?)```", DOCUMENTED, re.DOTALL)[0]
    con = written(tmp_path, example)
    tables = rows(con, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'meta'")
    assert [name for (name,) in tables if not rows(con, f"FROM meta.{name}")] == ["working_days"]
    assert rows(con, "FROM meta.required_stages ORDER BY ALL") == [
        ("credit_check", 3, True, 1000.0, ["ZOR"], ["phone", "e-mail"]),
        ("picking", 5, False, None, [], []),
        ("validation", 2, True, None, [], []),
    ]
    assert rows(con, "SELECT stage, repeats FROM meta.stages WHERE repeats IS NOT NULL ORDER BY ALL") == [
        ("credit_check", "forbidden"),
        ("shipping", "allowed"),
    ]
    assert rows(con, "FROM meta.stage_order ORDER BY ALL") == [("picking", 5, "approval"), ("picking", 5, "validation")]


def test_a_step_is_an_activity_or_what_completes_a_stage(tmp_path: Path) -> None:
    con = written(
        tmp_path,
        STAGES + "four_eyes: [[entry, approval], [ order ENTERED , Customer created]]\n"
        "roles: {clerk: entry, chief: [approval]}\n"
        "segregation: [[entry, approval], {steps: [Customer created, Order approved], across: all_orders}]\n",
    )
    assert rows(con, "SELECT first_keys, second_keys FROM meta.four_eyes ORDER BY pair_no") == [
        (["order entered"], ["order approved"]),
        (["order entered"], ["customer created"]),
    ]
    # A right to a stage is one to all of it, its beginning too.
    assert rows(con, "FROM meta.rights ORDER BY ALL") == [
        ("chief", "chief", "approval requested"),
        ("chief", "chief", "order approved"),
        ("clerk", "clerk", "order entered"),
    ]
    assert rows(con, "FROM meta.segregation ORDER BY ALL") == [
        (1, "order", "approval", "order approved"),
        (1, "order", "entry", "order entered"),
        (2, "all_orders", "Customer created", "customer created"),
        (2, "all_orders", "Order approved", "order approved"),
    ]


def test_approvals_are_of_a_step_or_of_exceptions(tmp_path: Path) -> None:
    con = written(
        tmp_path,
        STAGES + "approvals:\n  - {step: approval, amount_above: 5000, channels: 7, by: [Chief, director]}\n"
        "  - {exceptions: Credit_Hold, by: chief}\n"
        "exception_targets: {Credit_Hold: 24}\n",
    )
    assert rows(con, "FROM meta.approvals ORDER BY ALL") == [
        (1, "step", "approval", 2, ["order approved"], [], 5000.0, None, [], ["7"], ["chief", "director"]),
        (2, "exception", None, None, [], ["credit_hold"], None, None, [], [], ["chief"]),
    ]
    assert rows(con, "FROM meta.exception_targets") == [("credit_hold", 24.0)]


def test_a_calendar_has_hours_holidays_closures_and_make_up_days(tmp_path: Path) -> None:
    week = "week: {mon: '08:00-12:00, 13:00-17:30', sat: 09:00-24:00}"
    own = f"{{zone: Asia/Shanghai, {week}, holidays: CN, closures: [2026-12-24], extra_days: [2026-12-27]}}"
    calendar = loaded(tmp_path, f"{STAGES}calendars: {{Desk: {own}}}\n").controls.calendars["Desk"]
    assert (calendar.zone, calendar.holidays) == ("Asia/Shanghai", "CN")
    assert calendar.week == {
        0: ((time(8), time(12)), (time(13), time(17, 30))),
        5: ((time(9), None),),
    }
    assert (calendar.closures, calendar.extra_days) == ({date(2026, 12, 24)}, {date(2026, 12, 27)})


def test_working_days_reach_from_the_first_order_to_the_end_of_the_data(tmp_path: Path) -> None:
    con = small_company()
    process = loaded(tmp_path, STAGES + "calendars: {default: {zone: UTC, week: {mon: '08:00-17:00'}}}\n")
    write_process(con, process)
    write_calendars(con, process)
    days = "SELECT min(day)::VARCHAR, max(day)::VARCHAR, sum(until_1 - from_1) / 3600 FROM meta.working_days"
    assert rows(con, days) == [("2026-01-02", "2026-06-01", 22 * 9)]
    con.execute("UPDATE core.orders SET ordered_at = '0202-01-02' WHERE order_id = 'O1'")
    write_calendars(con, process)
    assert rows(con, days)[0][0] == "1996-06-01"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("four_eyes:\n  - [entry, aproval]", 6, "'aproval' is no stage and no activity of this process; did you mean 'approval'"),
        ("four_eyes:\n  - [entry]", 6, "a pair of stages or activities"),
        ("four_eyes: entry", 5, "a list of pairs"),
        ("four_eyes:\n  - [entry, Order entered]", 6, "both sides"),
        ("segregation:\n  - [entry]", 6, "two or more stages"),
        ("segregation:\n  - {across: order}", 6, "must have `steps:`"),
        ("segregation:\n  - {steps: [entry, approval], across: orders}", 6, "one of order, all_orders"),
        ("roles:\n  clerk:", 6, "role clerk must be a text or a list"),
        ("roles:\n  clerk:\n    - entry\n    - Order archived", 8, "'Order archived' is no stage"),
        ("approvals:\n  - {by: [chief]}", 6, "one of the two"),
        ("approvals:\n  - {step: approval, amount_above: high}", 6, "a number from 0"),
        ("approvals:\n  - {step: approval, discount_above: 10}", 6, "a share between 0 and 1"),
        ("approvals:\n  - {exceptions: [hold], discount_above: 0.1}", 6, "has no discount"),
        ("approvals:\n  - {step: Customer created}", 6, "belongs to no stage"),
        ("exception_targets:\n  hold: 0", 6, "hours above 0"),
        ("calendars:\n  Desk: {week: {mon: '08:00-17:00'}}", 6, "must have `zone:`"),
        ("calendars:\n  Desk: {zone: Berlin, week: {}}", 6, "a time zone like"),
        ("calendars:\n  Desk:\n    zone: UTC\n    week:\n      mon: 8-17", 9, "mon: '8-17' is not a range like 08:00-17:00"),
        ("calendars:\n  Desk:\n    zone: UTC\n    week:\n      mon: 08:00-12:00, 11:00-14:00", 9, "overlap"),
        ("calendars:\n  Desk:\n    zone: UTC\n    week:\n      monday: 08:00-12:00", 9, "week has no 'monday'; did you mean 'mon'"),
        ("calendars:\n  Desk: {zone: UTC, week: {}, closures: [12-24]}", 6, "a list of days"),
        ("calendars:\n  Desk:\n    zone: UTC\n    week: {}\n    holidays: XX", 9, "a country, or country and region"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        loaded(tmp_path, f"{STAGES}{text}\n")
    assert said in str(caught.value)
    assert f"process.yaml, line {line}" in str(caught.value)


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        ("{stage: b, required: maybe}", "true or false"),
        ("{stage: b, when: {amount_above: 5}}", "`required: true` is missing"),
        ("{stage: b, required: true, when: {above: 5}}", "when has no 'above'"),
        ("{stage: b, repeats: never}", "one of allowed, forbidden"),
        ("{stage: b, after: [c]}", "'c' is no stage that is listed before 'b'"),
    ],
)
def test_what_is_wrong_in_a_stage_is_told_with_its_line(tmp_path: Path, stage: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        loaded(tmp_path, f"stages:\n  - stage: a\n  - {stage}\n  - stage: c\n")
    assert said in str(caught.value)
    assert "process.yaml, line 3" in str(caught.value)


def test_a_company_that_says_nothing_has_nothing_laid_down(tmp_path: Path) -> None:
    con = written(tmp_path, STAGES)
    for table in ("required_stages", "stage_order", "four_eyes", "segregation", "rights", "approvals", "calendars"):
        assert rows(con, f"FROM meta.{table}") == []
