"""Writes the configured process to the tables that marts, rules and pages read."""

from collections.abc import Iterable
from importlib.resources import files
from typing import Any

import duckdb

from pipelines.contract.statuses import status_macro
from pipelines.process.model import Activity, Approval, Process
from pipelines.process.working_time import write_working_time

Row = list[Any]


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """The tables of `tables.sql` and `working_time.sql`, empty; and what the words of a status mean."""
    for name in ("tables.sql", "working_time.sql"):
        con.execute((files(__package__) / name).read_text(encoding="utf-8"))
    con.execute(status_macro())


def write_process(con: duckdb.DuckDBPyConnection, process: Process) -> None:
    """The process as tables of `meta`, made anew; `tables.sql` says what they hold."""
    create_tables(con)
    for table, rows in (_stage_rows(process) | _control_rows(process)).items():
        for row in rows:
            con.execute(f"INSERT INTO meta.{table} VALUES ({', '.join('?' * len(row))})", row)


def write_calendars(con: duckdb.DuckDBPyConnection, process: Process) -> None:
    """`meta.working_days` of the configured calendars, for the days from the first order or action of the data to their end."""
    days = con.execute((files(__package__) / "days.sql").read_text(encoding="utf-8")).fetchone()
    if process.controls.calendars and days and days[0]:
        write_working_time(con, process.controls.calendars, *days)


def _stage_rows(process: Process) -> dict[str, Iterable[Row]]:
    numbered = list(enumerate(process.stages, start=1))
    in_stages = [_activity_row(act, stage.name, number) for number, stage in numbered for act in stage.activities]
    return {
        "process": [[process.case]],
        "stages": [
            [
                s.name,
                number,
                s.title,
                s.department,
                s.target_hours,
                s.repeats,
                line,
                process.controls.calendar_of(s.department),
            ]
            for (number, s), line in zip(numbered, process.lines_of_defence, strict=True)
        ],
        "activities": in_stages + [_activity_row(activity, None, None) for activity in process.other_activities],
        "error_costs": [[stage, cost] for stage, cost in process.error_costs.items()],
        "required_stages": [
            [s.name, number, s.required, s.when.amount_above, s.when.order_types, s.when.channels]
            for number, s in numbered
            if s.required is not None
        ],
        "stage_order": [[s.name, n, other] for n, s in numbered if s.after is not None for other in s.after or [None]],
    }


def _activity_row(activity: Activity, stage: str | None, number: int | None) -> Row:
    return [activity.key, stage, number, activity.marks, activity.kind]


def _control_rows(process: Process) -> dict[str, Iterable[Row]]:
    controls = process.controls
    stage_of = {a.key: number for number, stage in enumerate(process.stages, start=1) for a in stage.activities}
    return {
        "four_eyes": [
            [number, first.name, second.name, first.activities, second.activities]
            for number, (first, second) in enumerate(controls.four_eyes, start=1)
        ],
        "segregation": [
            [number, item.across, step.name, key]
            for number, item in enumerate(controls.segregation, start=1)
            for step in item.steps
            for key in step.activities
        ],
        "rights": [[r.role.strip().lower(), r.role, key] for r in controls.rights for key in r.step.activities],
        "approvals": [_approval_row(n, item, stage_of) for n, item in enumerate(controls.approvals, start=1)],
        "calendars": [
            [department, calendar.zone, calendar.day_seconds] for department, calendar in controls.calendars.items()
        ],
        "exception_targets": [[kind.strip().lower(), hours] for kind, hours in controls.exception_targets],
    }


def _approval_row(number: int, item: Approval, stage_of: dict[str, int]) -> Row:
    step, when = item.step, item.when
    keys = step.activities if step else ()
    stage = min((stage_of[key] for key in keys if key in stage_of), default=None)
    roles = [role.strip().lower() for role in item.by]
    types = [kind.strip().lower() for kind in item.exceptions]
    subject, name = ("step", step.name) if step else ("exception", None)
    return [
        *(number, subject, name, stage, keys, types),
        *(when.amount_above, when.discount_above, when.order_types, when.channels, roles),
    ]
