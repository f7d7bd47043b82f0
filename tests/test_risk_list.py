"""The list of risky orders: what can still be put right comes first, in the order of its rank; what cannot be told stays null."""

import duckdb
import polars as pl
from page_fixture import add, snapshot

from dashboard.risk_list import of_the_others, orders_named
from pipelines.read.exports import frame


def _scored(*orders: tuple[str, str, str | None, bool]) -> duckdb.DuckDBPyConnection:
    """Orders as (id, system, shipped at, cancelled), ranked as they are given; all stand in picking."""
    con = snapshot()
    con.execute("CREATE SCHEMA risk")
    con.execute("INSERT INTO meta.stages VALUES ('pick', 'Picking', 6)")
    texts = ("order_number", "customer_id", "customer_name", "current_stage", "status", "currency", "system")
    for name in texts:
        con.execute(f"ALTER TABLE marts.order_facts ADD COLUMN IF NOT EXISTS {name} VARCHAR")
    for name in ("ordered_at", "shipped_at"):
        con.execute(f"ALTER TABLE marts.order_facts ADD COLUMN IF NOT EXISTS {name} TIMESTAMP")
    con.execute(
        "CREATE TABLE risk.scores (order_key VARCHAR, rank INTEGER, p_error DOUBLE, novelty DOUBLE, expected_loss DOUBLE, "
        "reason_1 VARCHAR, reason_2 VARCHAR, reason_3 VARCHAR, contribution_1 DOUBLE, contribution_2 DOUBLE, "
        "contribution_3 DOUBLE, model_id VARCHAR)"
    )
    for rank, (order, system, shipped_at, is_cancelled) in enumerate(orders, start=1):
        key = f"{system}:{order}"
        add(con, "marts.order_facts", {
            "order_key": key, "order_id": order, "system": system, "shipped_at": shipped_at, "is_cancelled": is_cancelled,
            "current_stage": "pick",
        })  # fmt: skip
        add(con, "risk.scores", {"order_key": key, "rank": rank, "novelty": 0.5})
    return con


def test_what_can_still_be_put_right_comes_first() -> None:
    con = _scored(
        ("1", "a", "2026-05-01", False), ("2", "a", None, False), ("3", "b", None, False), ("4", "a", None, True), ("5", "a", None, False)
    )  # fmt: skip
    rows = frame(con, "risk")
    # Nothing of system b was ever shipped: whether order 3 was is not known.
    told = rows.select("order_id", "can_be_put_right").rows()
    assert told == [("2", True), ("5", True), ("1", False), ("4", False), ("3", None)]
    assert rows["stage_title"].to_list() == ["Picking"] * 5
    assert orders_named(rows) == "5 open orders (2 of them can still be put right)"
    right = rows.filter(pl.col("can_be_put_right"))
    assert orders_named(right) == "2 orders that can still be put right"
    assert (
        of_the_others(right, rows) == "2 more open orders have been shipped, wholly or in part."
        and of_the_others(rows, rows) == ""
    )


def test_without_any_shipment_nothing_is_said_of_what_can_be_put_right() -> None:
    rows = frame(_scored(("1", "a", None, False), ("2", "a", None, False)), "risk")
    assert rows["order_id"].to_list() == ["1", "2"] and rows["can_be_put_right"].null_count() == 2
    assert orders_named(rows) == "2 open orders" and "`deliveries`" in of_the_others(rows, rows)
    none = frame(_scored(("1", "a", "2026-05-01", False)), "risk")
    assert orders_named(none) == "1 open order (none of them can still be put right)"
