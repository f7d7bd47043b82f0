"""Features as of submission: worked by hand on a few orders; what came later must not be visible."""

from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest
from risk_fixture import add_change, add_error, add_line, add_order, company

from models.risk.frame import changed_since, count_labels, feature_names, make_labels, matrix, read_features


def features(con: duckdb.DuckDBPyConnection, order_id: str, zone: str = "UTC") -> dict[str, Any]:
    frame = read_features(con, "SELECT order_key FROM core.orders WHERE order_id = ?", zone, order_id)
    assert frame.height == 1
    return frame.row(0, named=True)


@pytest.fixture
def small() -> duckdb.DuckDBPyConnection:
    """Customer C1 orders 10, 12 and 14 of P1, then O4: 120 of it, corrected to 12 a day later."""
    con = company()
    for number, quantity in enumerate((10, 12, 14), start=1):
        who = {"customer_id": "C1", "entered_by": "u1", "ship_to": "S1"}
        add_order(con, f"O{number}", f"2025-03-0{number} 09:00:00", **who, requested_delivery_date=f"2025-03-1{number}")
        add_line(con, f"O{number}", "1", sku="P1", quantity=quantity, unit="PCE", unit_price=2, net_amount=2 * quantity)
    add_order(con, "O4", "2025-03-10 22:30:00", customer_id="C1", entered_by="u1", ship_to="S2", channel="phone")
    add_line(con, "O4", "1", sku="P1", quantity=12, unit="BOX", unit_price=2, net_amount=24)
    add_change(con, "O4", "1", "2025-03-11 08:00:00", field="quantity", old_value="120", new_value="60", seq=1)
    add_change(con, "O4", "1", "2025-03-11 08:00:00", field="quantity", old_value="60", new_value="12", seq=2)
    add_change(con, "O4", None, "2025-03-11 08:00:00", field="channel", old_value=None, new_value="phone")
    return con


def test_the_value_at_submission_is_the_first_old_value(small: duckdb.DuckDBPyConnection) -> None:
    row = features(small, "O4")
    assert (row["qc_has"], row["qc_usual"], row["qc_sku"]) == (120, 12, "P1")
    assert row["quantity_vs_customer"] == pytest.approx(np.log(10))
    assert row["channel"] is None


def test_a_correction_that_came_later_changes_nothing(small: duckdb.DuckDBPyConnection) -> None:
    before = features(small, "O4")
    small.execute("UPDATE core.order_lines SET quantity = 77, unit_price = 9, sku = 'P9' WHERE order_id = 'O4'")
    for field, old, new in (("quantity", "12", "77"), ("unit_price", "2", "9"), ("sku", "P1", "P9")):
        add_change(small, "O4", "1", "2025-03-20 08:00:00", field=field, old_value=old, new_value=new)
    small.execute("UPDATE core.orders SET customer_id = 'C9', ship_to = 'S9', net_amount = 5 WHERE order_id = 'O4'")
    for field, old, new in (("customer_id", "C1", "C9"), ("ship_to", "S2", "S9"), ("net_amount", None, "5")):
        add_change(small, "O4", None, "2025-03-20 08:00:00", field=field, old_value=old, new_value=new)
    assert features(small, "O4") == before


def test_later_orders_and_errors_found_later_change_nothing(small: duckdb.DuckDBPyConnection) -> None:
    before = features(small, "O4")
    add_order(small, "O5", "2025-03-10 22:30:01", customer_id="C1", entered_by="u1", ship_to="S2")
    add_line(small, "O5", "1", sku="P1", quantity=999, unit="BOX", unit_price=50)
    add_error(small, "O1", "2025-03-10 23:00:00", "O1-1")
    add_error(small, "O4", "2025-03-11 08:00:00", "O4-1")
    assert features(small, "O4") == before


def test_errors_found_before_count(small: duckdb.DuckDBPyConnection) -> None:
    add_error(small, "O1", "2025-03-09 08:00:00", "O1-1")
    row = features(small, "O4")
    assert (row["customer_errors"], row["customer_orders"]) == (1, 3)
    assert row["customer_error_rate"] == row["user_error_rate"] == row["product_error_rate"] == pytest.approx(1 / 13)


def test_history_by_hand(small: duckdb.DuckDBPyConnection) -> None:
    row = features(small, "O4")
    assert (row["ship_to_orders"], row["new_products"], row["days_since_last_order"]) == (0, 0, 7)
    assert row["unit_share"] == 0 and row["us_unit"] == "BOX" and row["us_lines"] == 3
    assert row["usual_amount"] == pytest.approx((20 * 24 * 28) ** (1 / 3))
    assert row["rush_days"] is None and row["usual_rush"] == 10
    assert row["requested_on"] is None and row["missing_fields"] == 3
    # signs: unit never used before, ten times the quantity, same amount as O2, empty fields
    assert row["warning_signs"] == 4
    third = features(small, "O3")
    assert (third["ship_to_orders"], third["customer_orders"], third["rush_days"]) == (2, 2, 10)
    assert third["requested_on"] == date(2025, 3, 13)


def test_hours_and_days_are_cut_in_the_reporting_zone(small: duckdb.DuckDBPyConnection) -> None:
    assert features(small, "O4")["hour"] == 22
    local = features(small, "O4", "Asia/Shanghai")
    assert (local["hour"], local["weekday"]) == (6, 2)


def test_a_line_added_later_did_not_exist(small: duckdb.DuckDBPyConnection) -> None:
    add_line(small, "O4", "2", sku="P2", quantity=5, unit_price=100)
    add_change(small, "O4", "2", "2025-03-12 08:00:00", field="line_id", old_value=None, new_value="O4-2")
    assert features(small, "O4")["n_lines"] == 1


def test_list_price_by_unit_customer_and_day() -> None:
    con = company()
    con.execute(
        "INSERT INTO core.products (_system, sku, unit, pack_unit, pack_size, list_price) VALUES ('s','P1','PCE','BOX',10,3)"
    )
    con.execute(
        "INSERT INTO core.prices (_system, sku, customer_id, unit, price, valid_from, valid_until) VALUES "
        "('s','P1',NULL,'PCE',4,'2025-01-01','2025-06-30'), ('s','P1','C1','PCE',5,'2025-01-01',NULL)"
    )
    for order, customer, unit, at in (
        ("A", "C1", "PCE", "2025-03-01"),
        ("B", "C2", "PCE", "2025-03-01"),
        ("C", "C2", "PCE", "2025-07-01"),
        ("D", "C2", "BOX", "2025-03-01"),
    ):
        add_order(con, order, at, customer_id=customer)
        add_line(con, order, "1", sku="P1", quantity=1, unit=unit, unit_price=8)
    assert [features(con, order)["pl_usual"] for order in "ABCD"] == [5, 4, 3, 30]
    con.execute(
        "INSERT INTO core.prices (_system, sku, customer_id, unit, price, valid_from, valid_until) VALUES "
        "('s','P1',NULL,'PCE',7,'2025-01-01','2025-06-30'), ('s','P1',NULL,'PCE',12,'2025-01-01','2025-06-30')"
    )
    assert features(con, "B")["pl_usual"] == 7


def test_features_do_not_depend_on_which_orders_are_asked_for() -> None:
    con = company(1500)
    names = feature_names()
    numbers = names.only(names.numbers)
    everything = read_features(con, "SELECT order_key FROM core.orders", "UTC")
    some = read_features(con, "SELECT order_key FROM core.orders WHERE order_id LIKE '%7'", "UTC")
    same = everything.join(some.select("order_key"), on="order_key", how="semi").sort("t0", "order_key")
    assert some.height == 150
    assert np.allclose(
        matrix(same, numbers).astype(float),
        matrix(some, numbers).astype(float),
        equal_nan=True,
    )
    assert same.select(names.categories).equals(some.select(names.categories))


def test_old_orders_that_are_asked_about_apart_know_what_they_know_among_others() -> None:
    con = company(1500)
    numbers = feature_names().only(feature_names().numbers)
    everything = read_features(con, "SELECT order_key FROM core.orders", "UTC")
    few = (
        "(SELECT order_key FROM core.orders ORDER BY ordered_at, order_key LIMIT 12) UNION ALL "
        "(SELECT order_key FROM core.orders ORDER BY ordered_at DESC, order_key LIMIT 150)"
    )
    some = read_features(con, few, "UTC")
    same = everything.join(some.select("order_key"), on="order_key", how="semi").sort("t0", "order_key")
    old = some.filter(pl.col("t0") < pl.col("t0").max() - timedelta(days=90))
    assert (some.height, old.height) == (162, 12)
    assert np.allclose(matrix(same, numbers).astype(float), matrix(some, numbers).astype(float), equal_nan=True)


def test_labels_wait_for_the_window() -> None:
    con = company()
    for order, at in (
        ("old", "2025-11-01"),
        ("late", "2025-11-02"),
        ("young", "2025-12-20"),
        ("undated", "2025-11-03"),
    ):
        add_order(con, order, at)
    add_error(con, "old", "2025-11-20")
    add_error(con, "late", "2025-12-25")
    add_error(con, "young", "2025-12-21")
    add_error(con, "undated", None)
    assert count_labels(con, 30) == (2, 1)
    make_labels(con, 30)
    labels = con.execute("SELECT order_key, wrong FROM work.risk_labels ORDER BY t0").fetchall()
    assert labels == [("s:old", True), ("s:late", False)]


def test_matrix_keeps_unknown_apart() -> None:
    frame = pl.DataFrame({"amount": [1.0, None], "channel": ["EDI", None]})
    made = matrix(frame, feature_names().only(["amount", "channel"]))
    assert made[0].tolist() == [1.0, "EDI"]
    assert np.isnan(made[1, 0]) and made[1, 1] is None


def test_changed_since_names_what_is_not_the_value_of_entry_any_more() -> None:
    con = company()
    for order in ("A", "B"):
        add_order(con, order, "2025-12-01 10:00", payment_terms="NET60")
        add_line(con, order, "10", quantity=12, discount=0.1)
        add_line(con, order, "20", quantity=5, discount=0.3)
    con.execute("UPDATE marts.order_facts SET is_open = order_id = 'A'")
    for at, old, new in (("2025-12-01 09:00", "NET10", "NET30"), ("2025-12-02 09:00", "NET30", "NET60")):
        add_change(con, "A", None, at, field="payment_terms", old_value=old, new_value=new)
    for at, old, new in (("2025-12-02 09:00", "12", "120"), ("2025-12-03 09:00", "120", "12")):
        add_change(con, "A", "10", at, field="quantity", old_value=old, new_value=new)
    add_change(con, "A", "20", "2025-12-02 09:00", field="quantity", old_value="50", new_value="5")
    add_change(con, "A", None, "2025-11-30 09:00", field="ship_to", old_value="1", new_value="2")
    add_change(con, "B", "20", "2025-12-02 09:00", field="quantity", old_value="50", new_value="5")
    rows = {row["order_key"]: sorted(row["changed"]) for row in changed_since(con).iter_rows(named=True)}
    # Line 10 was changed and changed back, the place before entry; order B is not open.
    assert rows == {"s:A": ["20/quantity", "payment_terms"]}
    frame = read_features(con, "SELECT 's:A' AS order_key", "UTC")
    assert frame["discount_line"].to_list() == ["20"]
