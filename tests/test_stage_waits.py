"""What orders wait for: cases by hand, and random visits against looking at every minute."""

from datetime import datetime, timedelta

import duckdb
import numpy as np
import pytest

from pipelines.process.working_time import Calendar, parse_ranges, write_working_time
from pipelines.sqlfiles import read_package_sql

MONDAY = datetime(2026, 1, 5)
CAUSES = ("batching", "contention", "prioritisation", "unavailability", "other")
OFFICE = {day: parse_ranges("08:00-16:00") for day in range(5)}
# order, user, came, started, ended; in minutes since Monday 00:00, stage 1
Visit = tuple[str, str | None, int, int, int | None]


def _waits(visits: list[Visit], calendar: str | None = "default") -> dict[str, tuple[int | None, ...]]:
    """Order -> minutes of each cause, by the mart's own query."""
    con = duckdb.connect()
    for schema in ("meta", "marts"):
        con.execute(f"CREATE SCHEMA {schema}")
    write_working_time(con, {"default": Calendar("UTC", OFFICE)}, MONDAY.date(), (MONDAY + timedelta(days=40)).date())
    con.execute("CREATE TABLE meta.now AS SELECT TIMESTAMP '2026-02-01' AS data_until")
    con.execute("CREATE TABLE meta.stages AS SELECT 1 AS stage_no, ?::VARCHAR AS calendar", [calendar])
    con.execute(
        "CREATE TABLE marts.order_facts (order_key VARCHAR, order_id VARCHAR, ordered_on DATE, region VARCHAR, channel VARCHAR, department VARCHAR)"
    )
    con.execute(
        "CREATE TABLE marts.stage_facts (order_key VARCHAR, line_key VARCHAR, stage_no INTEGER, visit_no INTEGER, started_by VARCHAR, "
        "entered_at TIMESTAMP, started_at TIMESTAMP, ended_at TIMESTAMP, outcome VARCHAR, waiting_seconds BIGINT, service_seconds BIGINT, "
        "working_waiting_seconds BIGINT, working_service_seconds BIGINT)"
    )
    for order, user, came, started, ended in visits:
        con.execute("INSERT INTO marts.order_facts (order_key) VALUES (?)", [order])
        times = [None if m is None else MONDAY + timedelta(minutes=m) for m in (came, started, ended)]
        outcome = "open" if ended is None else "completed"
        con.execute(
            "INSERT INTO marts.stage_facts VALUES (?, NULL, 1, 1, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)",
            [order, user, *times, outcome, 60 * (started - came)],
        )
    sql = next(file.sql for file in read_package_sql("pipelines.marts") if file.meta.get("mart") == "wait_facts")
    rows = con.execute(f"SELECT order_key, {', '.join(CAUSES)} FROM ({sql})").fetchall()
    return {row[0]: tuple(None if v is None else v // 60 for v in row[1:]) for row in rows}


def _at(day: int, hour: float) -> int:
    return int(1440 * day + 60 * hour)


def test_a_user_who_works_on_what_came_earlier_is_contention_on_what_came_later_prioritisation() -> None:
    found = _waits(
        [
            ("early", "u", _at(0, 8), _at(0, 10), _at(0, 11)),
            ("mine", "u", _at(0, 9), _at(0, 14), _at(0, 15)),
            ("late", "u", _at(0, 11), _at(0, 12), _at(0, 13)),
            ("another's", "v", _at(0, 8), _at(0, 9), _at(0, 14)),
        ]
    )
    # 9 to 14: one hour on what came earlier, one on what came later, the rest nothing explains.
    assert found["mine"] == (0, 60, 60, 0, 180)
    assert found["another's"] == (0, 0, 0, 0, 60)


def test_who_waits_for_others_to_be_started_together_is_batched_until_the_last_has_come() -> None:
    found = _waits(
        [
            ("first", "u", _at(0, 9), _at(0, 12), _at(0, 13)),
            ("last", "u", _at(0, 11), _at(0, 12), _at(0, 13)),
            ("alone", "u", _at(0, 9), _at(0, 14), _at(0, 15)),
        ]
    )
    assert found["first"] == (120, 0, 0, 0, 60)
    assert found["last"] == (0, 0, 0, 0, 60)
    # Of 9 to 14, from 12 to 13 the user worked on two that had both come, one of them no later.
    assert sum(v or 0 for v in found["alone"]) == 300 and found["alone"][0] == 0
    assert (found["alone"][1] or 0) + (found["alone"][2] or 0) == 60


def test_nights_and_weekends_are_unavailability_where_hours_are_configured() -> None:
    visits: list[Visit] = [("mine", "u", _at(4, 15), _at(7, 9), None)]
    assert _waits(visits)["mine"] == (0, 0, 0, 64 * 60, 2 * 60)
    assert _waits(visits, calendar=None)["mine"] == (0, 0, 0, None, 66 * 60)


def test_nothing_is_said_of_who_is_not_named() -> None:
    assert _waits([("mine", None, _at(0, 9), _at(0, 14), None)])["mine"] == (None, None, None, None, None)


def _by_minute(visits: list[Visit]) -> dict[str, tuple[int, ...]]:
    """The same by asking of every minute what the user did in it."""
    answer = {}
    for order, user, came, started, _ended in visits:
        together = _batch(visits, user, started)
        ready = min(started, max(v[2] for v in together))
        work = sorted((v[3], v[4], v[2]) for v in visits if v[1] == user and v[4] is not None and v[4] > v[3])
        counts = dict.fromkeys(CAUSES, 0)
        for minute in range(came, started):
            moment = MONDAY + timedelta(minutes=minute)
            doing = next((w for w in work if w[0] <= minute < w[1]), None)
            if minute < ready:
                counts["batching"] += 1
            elif doing:
                counts["contention" if doing[2] <= ready else "prioritisation"] += 1
            elif moment.weekday() > 4 or not 8 <= moment.hour < 16:
                counts["unavailability"] += 1
            else:
                counts["other"] += 1
        answer[order] = tuple(counts.values())
    return answer


def _batch(visits: list[Visit], user: str | None, started: int) -> list[Visit]:
    """All that the user started within a minute of the one before, around `started`."""
    own = sorted((v for v in visits if v[1] == user), key=lambda v: v[3])
    groups: list[list[Visit]] = []
    for visit in own:
        if groups and visit[3] - groups[-1][-1][3] <= 1:
            groups[-1].append(visit)
        else:
            groups.append([visit])
    return next(group for group in groups if any(v[3] == started for v in group))


@pytest.mark.parametrize("seed", range(6))
def test_equals_looking_at_every_minute(seed: int) -> None:
    rng = np.random.default_rng(seed)
    visits: list[Visit] = []
    for number in range(60):
        came = int(rng.integers(0, 8 * 1440))
        started = came + int(rng.choice([5, 200, 3_000]) * rng.uniform(0, 1))
        started = visits[-1][3] if visits and rng.random() < 0.2 and visits[-1][3] >= came else started
        ended = None if rng.random() < 0.1 else started + int(rng.choice([0, 30, 600]) * rng.uniform(0, 2))
        visits.append((f"o{number}", f"u{rng.integers(0, 3)}", came, started, ended))
    assert _waits(visits) == _by_minute(visits)
