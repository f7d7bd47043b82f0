"""The scoreboard on tables made by hand: every figure is counted with a pencil."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.errors import UsageError
from pipelines.scoreboard import PLANTED_COLUMNS, KindScore, Scoreboard, scoreboard

HEADER = ",".join(PLANTED_COLUMNS)
PRICE = "E1,wrong_price,SO-1,SO-1-10,unit_price,9,10,entry,u1,2025-01-06T08:00:00Z,,"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA ledger")
        connection.execute("CREATE SCHEMA core")
        connection.execute("CREATE TABLE core.orders AS SELECT 'SO-' || i AS order_id FROM range(1, 100) r(i)")
        connection.execute(
            "CREATE TABLE ledger.defects (defect_id VARCHAR, kind VARCHAR, order_id VARCHAR, line_id VARCHAR, "
            "field VARCHAR, confidence DOUBLE, origin_stage VARCHAR, origin_user VARCHAR, origin_at TIMESTAMP, "
            "resolved_at TIMESTAMP)"
        )
        connection.execute("CREATE TABLE ledger.rules (rule VARCHAR, kind VARCHAR)")
        connection.execute("CREATE TABLE ledger.rule_runs (run_id VARCHAR, rule VARCHAR, outcome VARCHAR)")
        yield connection


@pytest.fixture
def finding(con: duckdb.DuckDBPyConnection) -> Callable[..., None]:
    """Write one finding; what is not said is as in the planted price error `PRICE`."""

    def write(**own: Any) -> None:
        count = con.execute("SELECT count(*) FROM ledger.defects").fetchall()[0][0]
        usual = {
            "defect_id": f"D{count + 1}", "kind": "wrong_price", "order_id": "SO-1", "line_id": "SO-1-10",
            "field": "unit_price", "confidence": 0.9, "origin_stage": "entry", "origin_user": "u1",
            "origin_at": "2025-01-06 08:00:00", "resolved_at": None,
        }  # fmt: skip
        row = {**usual, **own}
        con.execute("INSERT INTO ledger.defects VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [row[name] for name in usual])

    return write


def board(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    planted: list[str],
    corrected: tuple[str, ...] = (),
    decoys: tuple[str, ...] = (),
) -> Scoreboard:
    (folder / "planted.csv").write_text("\n".join([HEADER, *planted]) + "\n", encoding="utf-8")
    if corrected:
        (folder / "corrected.csv").write_text("\n".join([HEADER, *corrected]) + "\n", encoding="utf-8")
    if decoys:
        (folder / "decoys.csv").write_text("\n".join(["kind,order_id,line_id", *decoys]) + "\n", encoding="utf-8")
    return scoreboard(folder, con)


def only(result: Scoreboard, kind: str = "wrong_price") -> KindScore:
    return next(score for score in result.kinds if score.kind == kind)


def test_a_finding_that_names_order_line_field_and_kind_is_a_hit(con, finding, tmp_path) -> None:
    finding()
    result = board(con, tmp_path, [PRICE])
    score = only(result)
    assert (score.planted, score.found, score.false_positives, score.collateral) == (1, 1, 0, 0)
    assert (score.recall, score.precision) == (1.0, 1.0)
    assert result.origin == {"right": 1, "wrong": 0, "unknown": 0}


@pytest.mark.parametrize(
    "other", [{"line_id": "SO-1-20"}, {"line_id": None}, {"field": "discount"}, {"kind": "excess_discount"}]
)
def test_another_line_field_or_kind_on_the_same_order_is_collateral(con, finding, tmp_path, other) -> None:
    finding(**other)
    score = only(board(con, tmp_path, [PRICE]), other.get("kind", "wrong_price"))
    assert (score.found, score.false_positives, score.collateral) == (0, 0, 1)


def test_an_order_level_error_is_not_hit_by_a_finding_on_a_line(con, finding, tmp_path) -> None:
    planted = "E1,wrong_date,SO-1,,requested_delivery_date,a,b,entry,u1,2025-01-06T08:00:00Z,,"
    finding(kind="wrong_date", field="requested_delivery_date")
    assert only(board(con, tmp_path, [planted]), "wrong_date").found == 0
    finding(kind="wrong_date", field="requested_delivery_date", line_id=None)
    assert only(board(con, tmp_path, [planted]), "wrong_date").found == 1


def test_findings_on_untouched_orders_are_false_positives_of_their_kind(con, finding, tmp_path) -> None:
    finding()
    finding(order_id="SO-2", line_id="SO-2-10")
    finding(order_id="SO-3", line_id="SO-3-10", kind="excess_discount")
    result = board(con, tmp_path, [PRICE], decoys=("promotion,SO-2,SO-2-10",))
    assert (only(result).false_positives, only(result).on_decoys, only(result).precision) == (1, 1, 0.5)
    other = only(result, "excess_discount")
    assert (other.planted, other.false_positives, other.on_decoys, other.recall, other.precision) == (0, 1, 0, None, 0)


def test_resolved_findings_do_not_count(con, finding, tmp_path) -> None:
    finding(resolved_at="2025-02-01 00:00:00")
    finding(order_id="SO-2", resolved_at="2025-02-01 00:00:00")
    score = only(board(con, tmp_path, [PRICE]))
    assert (score.found, score.false_positives, score.recall, score.precision) == (0, 0, 0.0, None)


def test_two_rules_that_find_the_same_error_find_one_error(con, finding, tmp_path) -> None:
    finding(confidence=0.5, origin_user="u9")
    finding(confidence=0.9)
    result = board(con, tmp_path, [PRICE])
    assert (only(result).found, only(result).collateral) == (1, 0)
    assert result.origin == {"right": 1, "wrong": 0, "unknown": 0}


def test_a_finding_on_a_corrected_order_is_never_a_false_positive(con, finding, tmp_path) -> None:
    finding(order_id="SO-7", line_id="SO-7-10")
    corrected = "E2,wrong_price,SO-7,SO-7-10,unit_price,9,10,entry,u1,2025-01-06T08:00:00Z,2025-01-07T08:00:00Z,5.0"
    score = only(board(con, tmp_path, [PRICE], (corrected,)))
    assert (score.planted, score.found, score.false_positives, score.collateral) == (1, 0, 0, 1)


def test_a_finding_on_the_original_of_a_pair_is_collateral(con, finding, tmp_path) -> None:
    finding(kind="duplicate_order", order_id="SO-8", line_id=None, field="order_id")
    finding(kind="duplicate_order", order_id="SO-9", line_id=None, field="order_id")
    planted = "E1,duplicate_order,SO-9,,order_id,SO-9,SO-8,entry,u1,2025-01-06T08:00:00Z,,"
    score = only(board(con, tmp_path, [planted]), "duplicate_order")
    assert (score.found, score.collateral, score.false_positives) == (1, 1, 0)


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        ({"origin_at": "2025-01-06 08:00:01"}, "right"),
        ({"origin_at": "2025-01-06 08:00:02"}, "wrong"),
        ({"origin_user": "u2"}, "wrong"),
        ({"origin_stage": "picking"}, "wrong"),
        ({"origin_user": None}, "unknown"),
        ({"origin_stage": None, "origin_user": None, "origin_at": None}, "unknown"),
        ({"origin_user": None, "origin_stage": "picking"}, "wrong"),
    ],
)
def test_origin_is_right_wrong_or_unknown(con, finding, tmp_path, told, verdict) -> None:
    finding(**told)
    assert board(con, tmp_path, [PRICE]).origin == {"right": 0, "wrong": 0, "unknown": 0, verdict: 1}


def test_where_nobody_can_know_the_origin_silence_is_right_and_a_guess_is_wrong(con, finding, tmp_path) -> None:
    planted = [
        "E1,unlogged_change,SO-1,SO-1-10,quantity,9,10,,,,,",
        "E2,unlogged_change,SO-2,SO-2-10,quantity,9,10,,,,,",
    ]
    silent = {"origin_stage": None, "origin_user": None, "origin_at": None}
    finding(kind="unlogged_change", field="quantity", **silent)
    finding(
        kind="unlogged_change", field="quantity", order_id="SO-2", line_id="SO-2-10", **{**silent, "origin_user": "u1"}
    )
    assert board(con, tmp_path, planted).origin == {"right": 1, "wrong": 1, "unknown": 0}


def test_kinds_without_a_rule_that_ran_are_listed_as_not_yet_detected(con, finding, tmp_path) -> None:
    finding()
    con.execute("INSERT INTO ledger.rules VALUES ('price_list', 'wrong_price'), ('terms', 'wrong_terms')")
    con.execute("INSERT INTO ledger.rule_runs VALUES ('r1', 'price_list', 'fail'), ('r1', 'terms', 'not_applicable')")
    terms = "E2,wrong_terms,SO-3,,payment_terms,a,b,entry,u1,2025-01-06T08:00:00Z,,"
    text = board(con, tmp_path, [PRICE, terms]).as_text()
    assert "Not yet detected (no rule ran): wrong_terms (1 planted)" in text
    assert text.splitlines()[1].split() == [
        "wrong_price", "1", "1", "100.0", "%", "0", "100.0", "%", "0", "0", "1", "0", "0",
    ]  # fmt: skip
    assert text.splitlines()[2].split()[:5] == ["all", "2", "1", "50.0", "%"]


def test_json_has_the_promised_keys(con, finding, tmp_path) -> None:
    finding()
    shape = board(con, tmp_path, [PRICE]).as_json()
    promised = {"kind", "planted", "found", "false_positives", "collateral", "recall", "precision"}
    assert set(shape) == {"kinds", "origin", "missed", "orders", "orders_known", "warning"}
    assert promised <= set(shape["kinds"][0])
    assert shape["origin"] == shape["kinds"][0]["origin"] == {"right": 1, "wrong": 0, "unknown": 0}


def test_what_is_missed_is_told_with_what_is_wrong_and_what_would_be_right(con, finding, tmp_path) -> None:
    finding()
    others = [
        f"E{n},wrong_terms,SO-{n},,payment_terms,NET30,NET60,entry,u1,2025-01-06T08:00:00Z,," for n in range(10, 22)
    ]
    result = board(con, tmp_path, [PRICE, *others])
    missed = result.as_json()["missed"]
    assert len(missed) == 12
    assert missed[0] == {
        "kind": "wrong_terms", "planted_id": "E10", "order_id": "SO-10", "line_id": None, "field": "payment_terms",
        "wrong": "NET30", "right": "NET60",
    }  # fmt: skip
    lines = result.as_text().splitlines()
    assert "Missed: 12" in lines
    shown = [line.split() for line in lines if line.split()[1:2] in ([f"SO-{n}"] for n in range(10, 22))]
    assert shown == [["wrong_terms", f"SO-{n}", "-", "payment_terms", "NET30", "NET60"] for n in range(10, 20)]
    assert lines[-1] == 'and 2 more: --json lists all under "missed".'


def test_where_nothing_is_missed_it_is_said(con, finding, tmp_path) -> None:
    finding()
    result = board(con, tmp_path, [PRICE])
    assert (result.as_text().splitlines()[-1], result.as_json()["missed"]) == ("Missed: none.", [])


def test_origins_are_counted_kind_by_kind(con, finding, tmp_path) -> None:
    finding(origin_user="u2")
    finding(kind="wrong_terms", field="payment_terms", order_id="SO-3", line_id=None, origin_stage=None)
    terms = "E2,wrong_terms,SO-3,,payment_terms,a,b,entry,u1,2025-01-06T08:00:00Z,,"
    result = board(con, tmp_path, [PRICE, terms])
    assert only(result).origin == {"right": 0, "wrong": 1, "unknown": 0}
    assert only(result, "wrong_terms").origin == {"right": 0, "wrong": 0, "unknown": 1}


def test_the_truth_of_another_company_is_warned_of(con, finding, tmp_path) -> None:
    finding()
    strange = [PRICE.replace("E1", f"E{n}").replace("SO-1", f"X-{n}") for n in (2, 3)]
    result = board(con, tmp_path, [PRICE, *strange])
    assert (result.orders, result.orders_known) == (3, 1)
    assert result.as_text().startswith("WARNING: of the 3 orders that the truth names, 1 are in this home.")
    assert "another company" in result.as_json()["warning"]
    assert board(con, tmp_path, [PRICE, strange[0]]).warning is None


def test_hardly_anything_found_is_warned_of_as_the_truth_of_other_files(con, finding, tmp_path) -> None:
    finding()
    planted = [PRICE.replace("E1", f"E{n}").replace("SO-1", f"SO-{n}") for n in range(1, 22)]
    assert "only 1 were found" in str(board(con, tmp_path, planted).warning)
    assert board(con, tmp_path, planted[:19]).warning is None
    assert board(con, tmp_path, planted[:20]).warning is None


def test_a_truth_without_the_wrong_values_is_compared_all_the_same(con, tmp_path) -> None:
    header, *values = (line.split(",") for line in (HEADER, PRICE))
    place = header.index("wrong")
    lines = [",".join(row[:place] + row[place + 1 :]) for row in (header, *values)]
    (tmp_path / "planted.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (missed,) = scoreboard(tmp_path, con).missed
    assert (missed.wrong, missed.right) == (None, "10")


def test_an_offset_in_the_time_counts(con, finding, tmp_path) -> None:
    finding()
    assert board(con, tmp_path, [PRICE.replace("08:00:00Z", "09:00:00+01:00")]).origin["right"] == 1


def test_quoted_commas_and_empty_texts_are_read(con, finding, tmp_path) -> None:
    finding()
    planted = 'E1,wrong_price,SO-1,SO-1-10,unit_price,"","10,5",entry,u1,2025-01-06T08:00:00Z,"",'
    assert only(board(con, tmp_path, [planted])).found == 1


def test_a_missing_folder_and_a_folder_without_truth_are_told(con, tmp_path) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        scoreboard(tmp_path / "nowhere", con)
    with pytest.raises(UsageError, match=r"holds no planted\.csv"):
        scoreboard(tmp_path, con)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("planted_id;kind;order_id\nE1;wrong_price;SO-1\n", "columns missing: planted_id"),
        ("kind,order_id\nwrong_price,SO-1\n", "columns missing: planted_id"),
        ("", "columns missing"),
        (f"{HEADER}\n{PRICE.replace('2025-01-06T08:00:00Z', 'last week')}\n", "'last week' of E1 is not a time"),
    ],
)
def test_a_wrong_truth_file_is_told_with_its_name(con, tmp_path, text, told) -> None:
    (tmp_path / "planted.csv").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=told) as raised:
        scoreboard(tmp_path, con)
    assert str(tmp_path / "planted.csv") in str(raised.value)


def test_a_file_that_is_not_text_is_told(con, tmp_path) -> None:
    (tmp_path / "planted.csv").write_bytes(b"\xff\xfe\x00\x01PK\x03\x04" * 50)
    with pytest.raises(UsageError):
        scoreboard(tmp_path, con)
