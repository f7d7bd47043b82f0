"""The simulated company: every planted error is looked up again in the raw files, by means of its own."""

import ast
import csv
import difflib
import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

import pipelines.simulate as package
from pipelines.contract import entities
from pipelines.errors import ConfigurationError
from pipelines.simulate import SimulationSummary, simulate
from pipelines.simulate.company import load_company

Row = dict[str, str]
KINDS = tuple(load_company(None).errors)
EDI_USERS = ("EDI", "SYNC", "ERP")


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def by_order(path: Path) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows(path):
        found[row["order_id"]].append(row)
    return found


@dataclass
class Files:
    """The raw files of one simulation, by key."""

    folder: Path
    summary: SimulationSummary

    def __post_init__(self) -> None:
        at = self.folder
        self.orders = {row["order_id"]: row for row in rows(at / "orders.csv")}
        self.lines = {row["line_id"]: row for row in rows(at / "order_lines.csv")}
        self.lines_of = by_order(at / "order_lines.csv")
        self.actions = by_order(at / "user_actions.csv")
        self.changes = by_order(at / "order_changes.csv")
        self.exceptions = by_order(at / "exceptions.csv")
        self.documents = rows(at / "deliveries.csv"), rows(at / "invoices.csv")
        self.delivered = self.sums(0, "delivery")
        self.returned = self.sums(0, "return")
        self.invoiced = self.sums(1, "invoice")
        self.credited = self.sums(1, "credit")
        self.linked = {row["order_id"] for row in rows(at / "order_links.csv")}
        self.customers = {row["customer_id"]: row for row in rows(at / "customers.csv")}
        self.products = {row["sku"]: row for row in rows(at / "products.csv")}
        self.users = {row["user_id"]: row for row in rows(at / "users.csv")}
        self.prices: dict[str, list[Row]] = defaultdict(list)
        for row in rows(at / "prices.csv"):
            self.prices[row["sku"]].append(row)
        self.planted = rows(at / "truth" / "planted.csv")
        self.corrected = rows(at / "truth" / "corrected.csv")
        self.decoys = rows(at / "truth" / "decoys.csv")
        self.end = max(moment(a["at"]) for some in self.actions.values() for a in some)

    def sums(self, book: int, kind: str) -> dict[str, float]:
        """Quantity by line over all documents of a kind."""
        total: dict[str, float] = defaultdict(float)
        for row in self.documents[book]:
            if row["kind"] == kind:
                total[row["line_id"]] += float(row["quantity"] or 0)
        return dict(total)

    def action(self, order: str, activity: str) -> Row | None:
        return next((a for a in self.actions[order] if a["activity"] == activity), None)

    def at(self, order: str, activity: str) -> datetime:
        action = self.action(order, activity)
        assert action is not None
        return moment(action["at"])

    def customer(self, order: str) -> Row:
        return self.customers[self.orders[order]["customer_id"]]

    def listed(self, line: Row) -> set[float]:
        """Prices of the list that hold for the line on its day."""
        order = self.orders[line["order_id"]]
        day = order["ordered_at"][:10]
        return {
            float(p["price"])
            for p in self.prices[line["sku"]]
            if p["unit"] == line["unit"]
            and p["valid_from"] <= day <= (p["valid_until"] or "9999")
            and p["customer_id"] in ("", order["customer_id"])
        }


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The default company."""
    folder = tmp_path_factory.mktemp("usual")
    return Files(folder, simulate(3_000, folder))


@pytest.fixture(scope="module")
def clumsy(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """A company in which everything goes wrong often enough to be looked at kind by kind; nothing is corrected."""
    folder = tmp_path_factory.mktemp("clumsy")
    own = {
        "errors": dict.fromkeys(KINDS, 0.01),
        "discovery": {"corrected": 0.0},
        "account_owners": 1.0,
        "customers": 100,
    }
    (folder / "company.yaml").write_text(yaml.safe_dump(own), encoding="utf-8")
    return Files(folder, simulate(3_000, folder, seed=11, company=folder / "company.yaml"))


# --- every kind is really in the files --------------------------------------------------------------------------------


def same_number(text: str, other: str) -> bool:
    return abs(float(text) - float(other)) < 1e-4


def misspelt(files: Files, p: Row) -> bool:
    name = files.orders[p["order_id"]]["customer_name"]
    alike = difflib.SequenceMatcher(None, name, p["right"]).ratio()
    return name == p["wrong"] != p["right"] == files.customer(p["order_id"])["name"] and alike > 0.8


def times(files: Files, p: Row) -> float:
    assert same_number(files.lines[p["line_id"]]["quantity"], p["wrong"])
    return round(float(p["wrong"]) / float(p["right"]), 6)


def wrong_price(files: Files, p: Row) -> bool:
    line = files.lines[p["line_id"]]
    listed = files.listed(line)
    paid = float(line["unit_price"])
    told = same_number(line["unit_price"], p["wrong"]) and any(abs(x - float(p["right"])) < 1e-3 for x in listed)
    return told and all(abs(paid - x) > 0.05 * x for x in listed)


def wrong_total(files: Files, p: Row) -> bool:
    lines = sum(float(line["net_amount"]) for line in files.lines_of[p["order_id"]])
    return abs(float(files.orders[p["order_id"]]["net_amount"]) - lines) > 4.9


def wrong_date(files: Files, p: Row) -> bool:
    order = files.orders[p["order_id"]]
    wrong, entered = date.fromisoformat(order["requested_delivery_date"]), date.fromisoformat(order["ordered_at"][:10])
    return str(wrong) == p["wrong"] and (wrong < entered or wrong > entered + timedelta(days=300))


def swapped(files: Files, p: Row) -> bool:
    year, month, day = files.orders[p["order_id"]]["requested_delivery_date"].split("-")
    return f"{year}-{day}-{month}" == p["right"] and month != day


def goods(files: Files, order: str) -> set[tuple[str, str]]:
    return {(line["sku"], line["quantity"]) for line in files.lines_of[order]}


def apart(files: Files, p: Row) -> timedelta:
    copy, original = files.orders[p["order_id"]], files.orders[p["right"]]
    return moment(copy["ordered_at"]) - moment(original["ordered_at"])


def duplicate(files: Files, p: Row) -> bool:
    same_customer = files.customer(p["order_id"]) == files.customer(p["right"])
    near = timedelta(0) < apart(files, p) < timedelta(hours=4)
    return near and same_customer and goods(files, p["order_id"]) == goods(files, p["right"])


def near_duplicate(files: Files, p: Row) -> bool:
    """The same customer, by key or by name, one thing different."""
    heads = [files.orders[order] for order in (p["order_id"], p["right"])]
    same_name = files.customer(p["order_id"])["name"] == files.customer(p["right"])["name"]
    fields = ("customer_id", "customer_name", "requested_delivery_date")
    in_head = sum(heads[0][field] != heads[1][field] for field in fields)
    one, other = goods(files, p["order_id"]), goods(files, p["right"])
    in_lines = max(len(one - other), len(other - one))
    near = timedelta(0) < apart(files, p) < timedelta(hours=9)
    return near and same_name and in_head + in_lines == 1 and len(one & other) >= 2


def lost(files: Files, p: Row) -> bool:
    return p["order_id"] not in files.linked and [a["activity"] for a in files.actions[p["order_id"]]] == [
        "Order entered"
    ]


def stuck(files: Files, p: Row) -> bool:
    last = max(files.actions[p["order_id"]], key=lambda a: a["at"])
    return last["activity"] == "Stock allocated" and files.end - moment(last["at"]) > timedelta(days=58)


def of_line(files: Files, p: Row) -> list[Row]:
    return sorted(
        (c for c in files.changes[p["order_id"]] if c["line_id"] == p["line_id"]), key=lambda c: c["changed_at"]
    )


def unlogged(files: Files, p: Row) -> bool:
    now = files.lines[p["line_id"]]["quantity"]
    return same_number(now, p["wrong"]) and not same_number(now, of_line(files, p)[-1]["new_value"])


def unapproved(files: Files, p: Row) -> bool:
    (change,) = of_line(files, p)
    return (change["new_value"], change["approved_by"], change["approved_at"]) == (p["wrong"], "", "")


def late(files: Files, p: Row) -> bool:
    return moment(of_line(files, p)[-1]["changed_at"]) > files.at(p["order_id"], "Goods shipped")


def conflicting(files: Files, p: Row) -> bool:
    first, second = of_line(files, p)
    near = moment(second["changed_at"]) - moment(first["changed_at"]) < timedelta(minutes=10)
    return near and first["changed_by"] != second["changed_by"]


def skipped(files: Files, p: Row) -> bool:
    done = {a["activity"] for a in files.actions[p["order_id"]]}
    above = float(files.orders[p["order_id"]]["net_amount"]) > 5000
    return above and "Order approved" not in done and "Stock allocated" in done


def user_of(files: Files, p: Row, activity: str) -> str:
    action = files.action(p["order_id"], activity)
    assert action is not None
    return action["user_id"]


def unresolved(files: Files, p: Row) -> bool:
    known = files.exceptions[p["order_id"]]
    return any(not e["resolved_at"] and files.end - moment(e["raised_at"]) > timedelta(days=38) for e in known)


def short(files: Files, p: Row) -> bool:
    delivered = files.delivered[p["line_id"]]
    return delivered == float(p["wrong"]) < float(files.lines[p["line_id"]]["quantity"])


def overbilled(files: Files, p: Row) -> bool:
    return files.invoiced[p["line_id"]] == float(p["wrong"]) > files.delivered[p["line_id"]]


def confirmed_and_changed(files: Files, p: Row) -> bool:
    (change,) = [c for c in files.changes[p["order_id"]] if c["field"] == p["field"]]
    at, approved, picked = (
        moment(change["changed_at"]), files.at(p["order_id"], "Order approved"), files.at(p["order_id"], "Picking started")
    )  # fmt: skip
    return approved < at < picked and (change["new_value"], change["approved_by"]) == (p["wrong"], "")


def picked_and_changed(files: Files, p: Row) -> bool:
    (change,) = of_line(files, p)
    picked, shipped = files.at(p["order_id"], "Picking started"), files.at(p["order_id"], "Goods shipped")
    return picked < moment(change["changed_at"]) < shipped and change["approved_by"] == ""


def changed_often(files: Files, p: Row) -> bool:
    changes = of_line(files, p)
    unbroken = all(a["new_value"] == b["old_value"] for a, b in itertools.pairwise(changes))
    return len(changes) >= 5 and unbroken and changes[-1]["new_value"] == p["wrong"]


def broken(files: Files, p: Row) -> bool:
    first, second = of_line(files, p)
    ends = same_number(files.lines[p["line_id"]]["quantity"], second["new_value"])
    return (first["new_value"], second["old_value"]) == (p["right"], p["wrong"]) and p["right"] != p["wrong"] and ends


def never_applied(files: Files, p: Row) -> bool:
    (change,) = of_line(files, p)
    asked = change["reason"] == "customer request" and change["new_value"] == p["right"]
    return asked and same_number(files.lines[p["line_id"]]["quantity"], change["old_value"])


def overpriced(files: Files, p: Row) -> bool:
    line = files.lines[p["line_id"]]
    (row,) = [r for r in files.documents[1] if r["line_id"] == p["line_id"] and r["kind"] == "invoice"]
    paid = float(row["amount"]) / float(row["quantity"]) / (1 - float(line["discount"]))
    return abs(paid - float(p["wrong"])) < 0.02 and same_number(line["unit_price"], p["right"])


def called_wrong(files: Files, p: Row) -> bool:
    paid = files.action(p["order_id"], "Payment received") is not None
    return (
        files.orders[p["order_id"]]["status"] == p["wrong"]
        and paid == (p["right"] == "closed")
        and p["wrong"] != p["right"]
    )


def contested(files: Files, p: Row) -> bool:
    """Entered by one clerk, between two orders of the same customer that his own clerk entered, who was there that day."""
    order = files.orders[p["order_id"]]
    own = [
        o
        for o in files.orders.values()
        if o["customer_id"] == order["customer_id"] and o["entered_by"] not in EDI_USERS
    ]
    own.sort(key=lambda o: o["ordered_at"])
    place = own.index(order)
    around = {o["entered_by"] for o in own[place - 10 : place + 2] if o is not order}
    there = any(
        o["entered_by"] == p["right"] and o["ordered_at"][:10] == order["ordered_at"][:10]
        for o in files.orders.values()
    )
    return around == {p["right"]} and order["entered_by"] == p["wrong"] != p["right"] and there


def untaken(files: Files, p: Row) -> bool:
    last = max(files.actions[p["order_id"]], key=lambda a: a["at"])
    waits = files.end - moment(last["at"])
    return last["activity"] in ("Order validated", "Stock allocated") and timedelta(days=6) < waits < timedelta(days=10)


STANDS: dict[str, Callable[[Files, Row], bool]] = {
    "misspelt_customer": misspelt,
    "wrong_product": lambda f, p: f.lines[p["line_id"]]["sku"] == p["wrong"] != p["right"] and p["right"] in f.products,
    "quantity_power_of_ten": lambda f, p: times(f, p) in (10.0, 100.0),
    "quantity_pack_size": lambda f, p: times(f, p) == float(f.products[f.lines[p["line_id"]]["sku"]]["pack_size"]),
    "wrong_unit": lambda f, p: f.lines[p["line_id"]]["unit"] == p["wrong"] not in ("PCE", "BOX"),
    "wrong_price": wrong_price,
    "excess_discount": lambda f, p: float(f.lines[p["line_id"]]["discount"]) == float(p["wrong"]) > 0.05,
    "total_mismatch": wrong_total,
    "wrong_date": wrong_date,
    "swapped_day_month": swapped,
    "missing_field": lambda f, p: f.orders[p["order_id"]][p["field"]] == "" != p["right"],
    "duplicate_order": duplicate,
    "near_duplicate": near_duplicate,
    "wrong_ship_to": lambda f, p: f.orders[p["order_id"]]["ship_to"] not in f.customer(p["order_id"])["ship_tos"].split("|"),
    "wrong_terms": lambda f, p: f.orders[p["order_id"]]["payment_terms"] != f.customer(p["order_id"])["payment_terms"],
    "lost_order": lost,
    "stuck_order": stuck,
    "unlogged_change": unlogged,
    "unapproved_change": unapproved,
    "late_change": late,
    "conflicting_edits": conflicting,
    "skipped_approval": skipped,
    "self_approval": lambda f, p: user_of(f, p, "Order approved") == f.orders[p["order_id"]]["entered_by"],
    "unauthorised_action": lambda f, p: f.users[user_of(f, p, "Credit checked")]["role"] == "picker",
    "stage_out_of_order": lambda f, p: f.at(p["order_id"], "Credit checked") > f.at(p["order_id"], "Goods picked"),
    "unresolved_exception": unresolved,
    "late_sync": lambda f, p: f.at(p["order_id"], "Order transferred") - f.at(p["order_id"], "Order entered") > timedelta(hours=7),
    "missing_stage": lambda f, p: f.action(p["order_id"], p["right"]) is None and f.action(p["order_id"], "Goods picked") is not None,
    "repeated_stage": lambda f, p: sum(a["activity"] == p["wrong"] for a in f.actions[p["order_id"]]) == 2,
    "four_eyes": lambda f, p: user_of(f, p, "Order validated") == f.orders[p["order_id"]]["entered_by"] == p["wrong"],
    "unknown_user": lambda f, p: user_of(f, p, "Stock allocated") == p["wrong"] not in f.users,
    "outside_working_hours": lambda f, p: f.at(p["order_id"], "Stock allocated").hour < 5,
    "exception_without_approval": lambda f, p: any(
        e["resolved_by"] == p["wrong"] and f.users[p["wrong"]]["role"] == "picker" for e in f.exceptions[p["order_id"]]
    ),
    "contested_customer": contested,
    "no_owner": lambda f, p: {a["user_id"] for a in f.actions[p["order_id"]]} == {f.orders[p["order_id"]]["entered_by"]} == {""},
    "untaken_handover": untaken,
    "short_delivery": short,
    "invoice_mismatch": overbilled,
    "change_after_confirmation": confirmed_and_changed,
    "change_after_picking": picked_and_changed,
    "too_many_changes": changed_often,
    "broken_chain": broken,
    "change_not_applied": never_applied,
    "invoice_price_mismatch": overpriced,
    "status_mismatch": called_wrong,
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_each_planted_error_stands_in_the_raw_files(clumsy: Files, kind: str) -> None:
    planted = [row for row in clumsy.planted if row["kind"] == kind]
    assert len(planted) >= 3
    assert [row for row in planted if not STANDS[kind](clumsy, row)] == []


def test_the_origin_of_an_entry_error_is_the_entry(clumsy: Files) -> None:
    kinds = KINDS[: KINDS.index("lost_order")]
    for row in (row for row in clumsy.planted if row["kind"] in kinds):
        order = clumsy.orders[row["order_id"]]
        assert (row["origin_stage"], row["origin_user"], row["origin_at"]) == (
            "entry", order["entered_by"], order["ordered_at"]
        )  # fmt: skip
        assert order["entered_by"] not in EDI_USERS


def test_nobody_can_tell_who_made_an_unlogged_change(clumsy: Files) -> None:
    origins = {
        (r["origin_stage"], r["origin_user"], r["origin_at"]) for r in clumsy.planted if r["kind"] == "unlogged_change"
    }
    assert origins == {("", "", "")}


def test_a_corrected_error_is_no_longer_in_the_files_but_in_the_log(usual: Files) -> None:
    cancelled = {order for order, row in usual.orders.items() if row["status"] == "cancelled"}
    logged = [r for r in usual.corrected if r["order_id"] not in cancelled and r["kind"] != "invoice_mismatch"]
    assert logged
    for row in logged:
        record = usual.lines[row["line_id"]] if row["line_id"] else usual.orders[row["order_id"]]
        assert record[row["field"]] in (row["right"], f"{row['right']}.0") or same_number(
            record[row["field"]], row["right"]
        )
        changes = [c for c in usual.changes[row["order_id"]] if c["field"] == row["field"]]
        assert [(c["old_value"], c["new_value"]) for c in changes] == [(row["wrong"], row["right"])]


# --- evidence that errors leave -----------------------------------------------------------------------------------------

TOO_MUCH = ("quantity_power_of_ten", "quantity_pack_size")
TWICE = ("duplicate_order", "near_duplicate")


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """A company where everything that can come back does, and nothing else."""
    folder = tmp_path_factory.mktemp("honest")
    rates = {"found": 1.0, "corrected": 0.0, "returned": 1.0, "credited": 1.0}
    own = {"errors": dict.fromkeys(KINDS, 0.01), "discovery": rates, "returns": 0.0}
    (folder / "company.yaml").write_text(yaml.safe_dump(own), encoding="utf-8")
    return Files(folder, simulate(3_000, folder, seed=12, company=folder / "company.yaml"))


@pytest.mark.parametrize("kind", [*TOO_MUCH, *TWICE, "wrong_product"])
def test_goods_that_nobody_ordered_come_back_and_are_credited(honest: Files, kind: str) -> None:
    early = honest.end - timedelta(days=150)
    planted = [p for p in honest.planted if p["kind"] == kind and moment(p["origin_at"]) < early]
    assert planted
    for p in planted:
        lines = [p["line_id"]] if p["line_id"] else [line["line_id"] for line in honest.lines_of[p["order_id"]]]
        surplus = float(p["wrong"]) - float(p["right"]) if kind in TOO_MUCH else None
        for line in lines:
            expected = float(honest.lines[line]["quantity"]) if surplus is None else surplus
            assert honest.returned[line] == honest.credited[line] == pytest.approx(expected)
        assert p["found_at"]


def test_only_goods_that_nobody_ordered_come_back_where_returns_are_off(honest: Files) -> None:
    kinds = {p["order_id"]: p["kind"] for p in honest.planted}
    assert {kinds[line.rpartition("-")[0]] for line in honest.returned} == {*TOO_MUCH, *TWICE, "wrong_product"}


def test_a_price_that_was_too_high_is_credited_as_an_amount(honest: Files) -> None:
    amounts = {row["line_id"]: row for row in honest.documents[1] if row["kind"] == "credit" and not row["quantity"]}
    assert amounts
    dear = {p["line_id"]: p for p in honest.planted if p["kind"] == "wrong_price"}
    for line, row in amounts.items():
        price, right, quantity, discount = (
            float(text) for text in (dear[line]["wrong"], dear[line]["right"], honest.lines[line]["quantity"],
                                     honest.lines[line]["discount"])
        )  # fmt: skip
        assert float(row["amount"]) == pytest.approx((price - right) * quantity * (1 - discount), abs=0.011)


def test_an_invoice_that_was_credited_is_no_error_any_more(honest: Files) -> None:
    corrected = [p for p in honest.corrected if p["kind"] == "invoice_mismatch"]
    assert corrected
    for p in corrected:
        line = p["line_id"]
        assert honest.invoiced[line] - honest.credited[line] == pytest.approx(honest.delivered[line])


def test_an_order_entered_twice_is_cancelled_where_it_is_noticed_in_time(usual: Files) -> None:
    caught = [p["order_id"] for p in usual.corrected if p["kind"] in TWICE]
    assert caught
    for order in caught:
        assert usual.orders[order]["status"] == "cancelled" and usual.orders[order]["cancelled_at"]
        action = usual.action(order, "Order cancelled")
        assert action and action["detail"].startswith("entered in error")
        assert not usual.action(order, "Goods shipped")


def test_the_original_of_an_order_entered_twice_stands(usual: Files) -> None:
    originals = [p["right"] for p in (*usual.planted, *usual.corrected) if p["kind"] in TWICE]
    assert originals
    assert not [order for order in originals if usual.orders[order]["status"] == "cancelled"]


def test_right_goods_come_back_too_and_never_more_than_was_delivered(usual: Files) -> None:
    wrong = {p["order_id"] for p in usual.planted}
    ordinary = [line for line in usual.returned if line.rpartition("-")[0] not in wrong]
    assert ordinary
    assert [line for line in usual.returned if usual.returned[line] > usual.delivered[line] + 1e-9] == []


def test_similar_orders_come_days_after_what_they_resemble(usual: Files) -> None:
    decoys = [row["order_id"] for row in usual.decoys if row["kind"] == "similar_order"]
    assert decoys
    for order in decoys:
        own = usual.orders[order]
        earlier = [
            other for other, row in usual.orders.items()
            if row["customer_id"] == own["customer_id"] and row["ordered_at"] < own["ordered_at"]
            and len(goods(usual, other) & goods(usual, order)) >= 2
        ]  # fmt: skip
        assert any(apart(usual, {"order_id": order, "right": other}) >= timedelta(days=2) for other in earlier)


# --- the company as a whole -------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("two", 3), ("three", 4)):
        simulate(400, tmp_path / name, seed=seed)
    names = sorted(str(path.relative_to(tmp_path / "one")) for path in (tmp_path / "one").rglob("*.csv"))
    assert len(names) == 16
    assert all((tmp_path / "one" / n).read_bytes() == (tmp_path / "two" / n).read_bytes() for n in names)
    assert (tmp_path / "one" / "orders.csv").read_bytes() != (tmp_path / "three" / "orders.csv").read_bytes()


def test_every_column_of_every_file_is_in_the_contract(usual: Files) -> None:
    for path in usual.folder.glob("*.csv"):
        header = path.read_text(encoding="utf-8").partition("\n")[0].split(",")
        assert set(header) <= set(entities()[path.stem].column_names), path.name


def test_parquet_holds_the_same_rows_as_csv(usual: Files, tmp_path: Path) -> None:
    simulate(3_000, tmp_path, file_format="parquet")
    frame = pl.read_parquet(tmp_path / "order_lines.parquet")
    assert frame["line_id"].to_list() == list(usual.lines)


def test_a_key_is_used_once(usual: Files) -> None:
    for path in usual.folder.glob("*.csv"):
        if path.stem in ("prices", "order_links"):
            continue
        keys = [row[entities()[path.stem].key] for row in rows(path)]
        assert len(keys) == len(set(keys)), path.name


def test_the_summary_counts_what_was_written(usual: Files) -> None:
    counted = (len(usual.orders), len(usual.planted), len(usual.corrected), len(usual.decoys))
    s = usual.summary
    assert (s.orders, s.planted, s.corrected, s.decoys) == counted


def test_there_are_about_ten_actions_and_three_lines_an_order(usual: Files) -> None:
    assert 9 <= sum(map(len, usual.actions.values())) / len(usual.orders) <= 11.5
    assert 2.7 <= len(usual.lines) / len(usual.orders) <= 3.3


def test_more_orders_only_look_wrong_than_are_wrong(usual: Files) -> None:
    assert len(usual.decoys) >= len(usual.planted)
    wrong = {row["order_id"] for row in (*usual.planted, *usual.corrected)}
    assert wrong.isdisjoint(row["order_id"] for row in usual.decoys)


def test_an_order_carries_one_error_at_most(usual: Files) -> None:
    counts = Counter(row["order_id"] for row in (*usual.planted, *usual.corrected))
    assert max(counts.values()) == 1


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Orders (id, entry) and errors (kind, order, corrected ones too) of ten thousand orders."""
    folder = tmp_path_factory.mktemp("large")
    simulate(10_000, folder, file_format="parquet")
    errors = pl.concat(
        [pl.read_csv(folder / "truth" / f"{n}.csv", infer_schema=False) for n in ("planted", "corrected")]
    )
    yield pl.read_parquet(folder / "orders.parquet", columns=["order_id", "ordered_at"]), errors


def test_every_kind_occurs_among_ten_thousand_orders(large: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    assert set(large[1]["kind"]) == set(KINDS)


def test_three_to_five_percent_of_orders_are_wrong_before_go_live_and_entry_errors_fall_after(
    large: tuple[pl.DataFrame, pl.DataFrame],
) -> None:
    orders, errors = large
    go_live = str(load_company(None).go_live)
    table = orders.join(errors.select("order_id", "origin_stage"), on="order_id", how="left").with_columns(
        after=pl.col("ordered_at") >= go_live, entry=(pl.col("origin_stage") == "entry").fill_null(False)
    )
    before, after = (table.filter(pl.col("after") == flag) for flag in (False, True))
    assert 0.03 <= before["origin_stage"].is_not_null().mean() <= 0.05
    assert after["entry"].mean() < 0.65 * before["entry"].mean()
    by_month = before.group_by(pl.col("ordered_at").str.slice(0, 7)).agg(pl.len(), pl.col("entry").mean())
    assert by_month.filter(pl.col("len") > 300)["entry"].min() > after["entry"].mean()


def test_only_the_bulk_orders_and_errors_leave_the_usual_quantities(usual: Files) -> None:
    bulk = [row["line_id"] for row in usual.decoys if row["kind"] == "bulk_order"]
    quantities = np.array([float(line["quantity"]) for line in usual.lines.values()])
    assert np.median([float(usual.lines[line]["quantity"]) for line in bulk]) > 3 * np.median(quantities)


def test_prices_that_are_no_error_are_on_the_list(usual: Files) -> None:
    cancelled = {row["order_id"] for row in usual.corrected if usual.orders[row["order_id"]]["status"] == "cancelled"}
    wrong = {row["order_id"] for row in usual.planted} | cancelled
    off = [
        line["line_id"]
        for line in usual.lines.values()
        if line["order_id"] not in wrong
        and not any(abs(float(line["unit_price"]) - p) < 1e-3 for p in usual.listed(line))
    ]
    assert off == []


# --- the company file -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("days: 90\ncustomer: 5\n", 2, "did you mean 'customers'"),
        ("errors:\n  wrong_prise: 0.1\n", 2, "did you mean 'wrong_price'"),
        ("days: [30\n", 2, "not valid YAML"),
        ("errors: 0.1\n", 1, "must be"),
        ("- days\n", 1, "must be"),
        ("errors:\n  wrong_price: often\n", 2, "must be"),
        ("days: -3\n", 1, "must be"),
        ("automation: 1.5\n", 1, "must be"),
        ("start: spring\n", 1, "must be"),
    ],
)
def test_a_wrong_company_file_is_told_with_its_line(tmp_path: Path, text: str, line: int, told: str) -> None:
    path = tmp_path / "company.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=told) as raised:
        simulate(50, tmp_path / "out", company=path)
    assert raised.value.place is not None
    assert (raised.value.place.file, raised.value.place.line) == (str(path), line)
    assert not (tmp_path / "out").exists()


def test_a_company_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="does not exist"):
        load_company(tmp_path / "none.yaml")


def test_the_second_company_has_its_own_habits(tmp_path: Path) -> None:
    path = Path(__file__).resolve().parent.parent / "data" / "company" / "other.yaml"
    summary = simulate(1_000, tmp_path, company=path)
    assert summary.decoys >= summary.planted > 0
    assert {row["currency"] for row in rows(tmp_path / "orders.csv")} == {load_company(path).currency} != {"EUR"}


def test_it_knows_nothing_of_rules_and_models() -> None:
    for path in Path(str(package.__file__)).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            assert not [n for n in names if n.split(".")[0] in ("expectations", "models", "dashboard")], path.name


def test_the_readme_explains_every_kind_and_decoy() -> None:
    text = (Path(__file__).resolve().parent.parent / "data" / "company" / "README.md").read_text(encoding="utf-8")
    habits = load_company(None)
    assert [kind for kind in (*habits.errors, *habits.decoys) if f"| `{kind}` |" not in text] == []
