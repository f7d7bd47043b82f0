"""Errors counted by where they came in: one definition for all figures, and the origin that moved while the whole did not."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from page_fixture import add, asked, snapshot

from dashboard import data
from dashboard.error_origins import moved_words, origin_trends
from dashboard.frames import Trend, error_trend
from pipelines.read.filters import Filters, readable, with_selection

PERIODS = 40


def _company() -> Any:
    con = snapshot()
    for table in ("order", "error"):
        con.execute(f"CREATE VIEW selected_{table}s AS FROM marts.{table}_facts")
    con.execute("ALTER TABLE marts.error_facts ADD COLUMN IF NOT EXISTS origin_stage VARCHAR")
    con.execute("ALTER TABLE marts.error_facts ADD COLUMN IF NOT EXISTS found_at TIMESTAMP")
    con.execute("ALTER TABLE marts.order_facts ADD COLUMN IF NOT EXISTS first_error_at TIMESTAMP")
    con.execute("ALTER TABLE marts.order_facts ADD COLUMN IF NOT EXISTS ordered_at TIMESTAMP DEFAULT '2026-01-05'")
    for order, has_error in (("1", True), ("2", True), ("3", True), ("4", False), ("5", None)):
        first = "2026-01-07" if has_error else None
        add(
            con,
            "marts.order_facts",
            {"order_key": order, "order_id": order, "has_error": has_error, "first_error_at": first},
        )
    for order, stage, found in (
        ("1", "entry", "2026-01-09"), ("1", "picking", "2026-01-07"), ("2", "picking", "2026-01-07"), ("3", None, "2026-01-07")
    ):  # fmt: skip
        add(
            con,
            "marts.error_facts",
            {"order_key": order, "error_key": order + str(stage), "origin_stage": stage, "found_at": found},
        )
    return con


@pytest.mark.parametrize(
    ("errors", "wrong"), [(None, ["1", "2", "3"]), ("entry", ["1"]), ("picking", ["1", "2"]), ("unknown", ["3"])]
)
def test_only_errors_of_the_origin_make_an_order_wrong(errors: str | None, wrong: list[str]) -> None:
    con, filters = _company(), Filters(errors=errors)
    sql = "SELECT order_key, has_error FROM selected_orders ORDER BY order_key"
    rows = con.execute(*with_selection(sql, filters)).fetchall()
    assert [order for order, has_error in rows if has_error] == wrong and rows[4] == ("5", None)
    assert con.execute(readable(sql, filters)).fetchall() == rows
    (week,) = asked(con, "weekly_errors", filters, weeks=1)
    assert (week["orders"], week["errors"], week["known"]) == (5, len(wrong), 4)
    delays = sorted(row["delay"] for row in asked(con, "error_delays", filters))
    # Order 1 was found at entry two days later than its other error.
    assert delays == ([4] if errors == "entry" else [2] * len(wrong))
    errors_sql = "SELECT count(*) FROM selected_errors"
    assert (
        con.execute(*with_selection(errors_sql, filters)).fetchone()
        == con.execute(readable(errors_sql, filters)).fetchone()
    )


def test_the_origins_of_a_week_are_what_each_choice_counts() -> None:
    con = _company()
    told = {row["origin"]: row["errors"] for row in asked(con, "error_origins", weeks=1)}
    assert told == {
        origin: asked(con, "weekly_errors", Filters(errors=origin), weeks=1)[0]["errors"]
        for origin in ("entry", "picking", "unknown")
    }
    assert (
        Filters.from_params(Filters(errors="entry").to_params()) == Filters(errors="entry")
        and not Filters(errors="x").is_empty
    )


def _frames(entry: np.ndarray, picking: np.ndarray, orders: int) -> dict[str, pl.DataFrame]:
    weeks = [date(2025, 1, 6) + timedelta(days=7 * n) for n in range(PERIODS)]
    whole = {"week": weeks, "orders": [orders] * PERIODS, "errors": entry + picking, "is_mature": True, "known": orders}
    origins = [
        pl.DataFrame({"week": weeks, "origin": name, "errors": wrong})
        for name, wrong in (("entry", entry), ("picking", picking))
    ]
    return {"weekly_errors": pl.DataFrame(whole), "error_origins": pl.concat(origins)}


def _told(frames: dict[str, pl.DataFrame], monkeypatch: pytest.MonkeyPatch) -> tuple[str, Trend]:
    monkeypatch.setattr(data, "query", lambda name, *_args, **_params: frames[name])
    monkeypatch.setattr(data, "stage_titles", lambda: {"entry": "Entry", "picking": "Picking"})
    monkeypatch.setattr(data, "decisions", list)
    whole = error_trend(
        frames["weekly_errors"], pl.DataFrame(schema={"delay": pl.Int64, "age": pl.Int64}), pl.DataFrame(), 7, None
    )
    assert whole is not None
    return moved_words(Filters(), whole), whole


def test_an_origin_that_moved_is_named_where_the_whole_is_steady(monkeypatch: pytest.MonkeyPatch) -> None:
    wave = np.array([-6, 6] * (PERIODS // 2))
    entry = np.where(np.arange(PERIODS) < 24, 20, 10) + wave // 3
    picking = np.where(np.arange(PERIODS) < 24, 40, 50) - 2 * wave
    words, whole = _told(_frames(entry, picking + wave, 1000), monkeypatch)
    assert not whole.recent_signals
    # 20 and 10 of 1,000 by construction; the 25th week begins on 23 June 2025.
    assert words.startswith(
        "**All errors together are steady, but errors that came in at Entry fell from 2.0\u00a0% to 1.0\u00a0% since 23 Jun 2025"
    )
    assert words.endswith("more than chance explains.")


def test_nothing_is_named_where_nothing_moved_or_errors_are_too_rare(monkeypatch: pytest.MonkeyPatch) -> None:
    even = np.array([20, 22, 18, 20, 21, 19, 22, 18] * 5)
    assert _told(_frames(even, even[::-1], 1000), monkeypatch)[0] == ""
    rare = np.where(np.arange(PERIODS) < 24, 1, 0)
    assert _told(_frames(rare, even, 1000), monkeypatch)[0] == "" and set(origin_trends(Filters())) == {"picking"}
