"""Errors from evidence, each worked by hand: counted once, placed in the lines of defence, linked to the rules that saw them."""

import shutil
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.decisions import Decision, append, revoke
from pipelines.read.exports import frame
from pipelines.read.kpi import evaluate
from pipelines.run import run
from pipelines.settings import Home, open_home
from pipelines.warehouse import open_snapshot, require_snapshot

ORDERS = "order_id,ordered_at,customer_id,entered_by,net_amount,currency\n" + "".join(
    f"{n},2026-01-05T08:00:00Z,C{n},{'u1' if n < 4 else 'u2'},100,EUR\n" for n in range(1, 9)
)
LINES = "line_id,order_id,sku,quantity,unit_price,net_amount\n" + "".join(
    f"{n}-1,{n},P1,10,{ {4: 900, 8: 600}.get(n, 10) },100\n" for n in range(1, 9)
)
# Entered on 5 January, validated on the 6th, shipped on the 10th; what is not shipped waits for the credit check.
ACTIONS = "action_id,order_id,activity,at,user_id,detail\n" + "".join(
    f"e{n},{n},Order entered,2026-01-05T08:00:00Z,u1,\nv{n},{n},Order validated,2026-01-06T08:00:00Z,u3,\n"
    + (f"s{n},{n},Goods shipped,2026-01-10T08:00:00Z,u4,\n" if n not in (3, 7) else "")
    for n in range(1, 9)
) + "c7,7,Order cancelled,2026-01-07T08:00:00Z,u5,duplicate of order 6\n"  # fmt: skip
CHANGES = """change_id,order_id,line_id,field,old_value,new_value,changed_at,changed_by,reason
h1,1,1-1,unit_price,1000,10,2026-01-05T20:00:00Z,u3,
h2,2,2-1,quantity,100,10,2026-01-08T08:00:00Z,u3,correction
h3,3,3-1,quantity,9,8,2026-01-07T08:00:00Z,u6,adjustment
h4,3,3-1,quantity,8,10,2026-01-08T08:00:00Z,u3,wrong figure
h5,8,8-1,quantity,8,10,2026-01-08T08:00:00Z,u3,customer request
"""
ERRORS = """error_id,order_id,line_id,field,type,found_at,found_by,evidence,cost
r1,4,4-1,unit_price,wrong_price,2026-01-20T08:00:00Z,desk,complaint,70
r2,4,4-1,,wrong_price,2026-01-25T08:00:00Z,desk,complaint,70
r3,2,2-1,quantity,quantity_power_of_ten,2026-01-30T08:00:00Z,desk,complaint,70
"""
DELIVERIES = """delivery_item_id,order_id,line_id,kind,at,quantity
d4,4,4-1,return,2026-01-21T08:00:00Z,10
d5,5,5-1,return,2026-02-21T08:00:00Z,10
"""
INVOICES = """invoice_item_id,order_id,line_id,kind,at,quantity,amount
i5,5,5-1,credit,2026-02-22T08:00:00Z,10,100
"""
OWN_RULE = """/* ---
title: A price is below five hundred
entity: order_lines
kind: wrong_price
severity: high
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: record
needs: [order_lines.unit_price]
sentence: "{observed} is too much."
--- */
SELECT record_key, order_key, order_id, line_id, 'unit_price' AS field, unit_price::VARCHAR AS observed, '10' AS suggested, 0.9 AS confidence
FROM scope.order_lines WHERE unit_price > 500
"""
FILES = {
    "orders": ORDERS, "order_lines": LINES, "user_actions": ACTIONS, "order_changes": CHANGES, "order_errors": ERRORS,
    "deliveries": DELIVERIES, "invoices": INVOICES,
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("errors")
    (folder / "files").mkdir()
    for name, text in FILES.items():
        (folder / "files" / f"{name}.csv").write_text(text, encoding="utf-8")
    made = open_home(folder / "home", create=True)
    (made.config / "rules").mkdir()
    (made.config / "rules" / "dear.sql").write_text(OWN_RULE, encoding="utf-8")
    append(made, Decision("review", "order", "main:6", "confirmed", "ann"))
    append(made, Decision("review", "order", "main:4", "confirmed", "ann"))
    run([folder / "files"], made)
    return made


def ask(home: Home, sql: str) -> list[tuple[object, ...]]:
    with open_snapshot(require_snapshot(home)) as con:
        return con.execute(sql).fetchall()


def test_a_correction_without_a_reason_says_so(home: Home) -> None:
    told = ask(
        home, "SELECT order_id, evidence_told, is_unreasoned FROM marts.error_facts WHERE order_id < '5' ORDER BY 1"
    )
    assert told == [
        ("1", "correction, reason not given", True),
        ("2", "correction", False),
        ("3", "correction", False),
        ("4", "complaint", False),
    ]


def test_the_same_thing_counts_once_by_its_earliest_evidence(home: Home) -> None:
    rows = ask(
        home, "SELECT order_id, field, type, evidence, found_at FROM marts.error_facts WHERE order_id <> '6' ORDER BY 1"
    )
    assert rows == [
        (
            "1",
            "unit_price",
            "wrong_price",
            "correction",
            datetime(2026, 1, 5, 20),
        ),
        ("2", "quantity", "quantity_power_of_ten", "correction", datetime(2026, 1, 8, 8)),
        ("3", "quantity", "quantity", "correction", datetime(2026, 1, 8, 8)),
        ("4", "unit_price", "wrong_price", "complaint", datetime(2026, 1, 20, 8)),
        ("5", "quantity", "return", "return", datetime(2026, 2, 21, 8)),
        ("7", "order_id", "duplicate_order", "cancellation", datetime(2026, 1, 7, 8)),
    ]
    assert ask(home, "SELECT type, evidence FROM marts.error_facts WHERE order_id = '6'") == [
        ("confirmed_by_review", "review")
    ]


def test_where_it_came_in_and_where_it_was_noticed(home: Home) -> None:
    rows = ask(
        home,
        "SELECT order_id, origin_stage, origin_user, origin_line, found_place, found_line, cost FROM marts.error_facts ORDER BY 1",
    )
    assert rows == [
        ("1", "entry", "u1", 1, "validation", 1, 10.0),
        ("2", "entry", "u1", 1, "shipping", 2, 100.0),
        ("3", "credit_check", "u6", 2, "credit_check", 2, 15.0),
        ("4", "entry", "u2", 1, "customer", None, 70.0),
        ("5", None, None, None, "customer", None, 150.0),
        ("6", None, None, None, "monitoring", 3, 150.0),
        ("7", "entry", "u2", 1, "credit_check", 2, 15.0),
    ]


def test_which_line_each_error_passed(home: Home) -> None:
    rows = ask(
        home, "SELECT order_id, passed_entry, passed_process, passed_monitoring FROM marts.error_facts ORDER BY 1"
    )
    assert rows == [
        ("1", False, None, None),
        ("2", True, False, None),
        ("3", None, False, None),
        ("4", True, True, True),
        ("5", None, None, True),
        ("6", None, None, False),
        ("7", True, False, None),
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("escape_rate_entry", (3 / 4, 3, 4)),
        ("escape_rate_process", (1 / 4, 1, 4)),
        ("escape_rate_monitoring", (2 / 3, 2, 3)),
    ],
)
def test_escape_rates(home: Home, name: str, value: tuple[float, ...]) -> None:
    with open_snapshot(require_snapshot(home)) as con:
        (found,) = evaluate(con, [name])
    assert (found.value, found.numerator, found.denominator) == pytest.approx(value)


def test_a_correction_is_judged_as_it_was_entered_and_the_rest_as_it_stands(home: Home) -> None:
    rows = ask(
        home,
        "SELECT e.order_id, d.rule, d.how, d.before_shipment, d.defect_id IS NULL FROM marts.error_defects d "
        "JOIN marts.error_facts e USING (error_key) WHERE d.rule = 'dear' ORDER BY 1",
    )
    assert rows == [("1", "dear", "would_have_seen", True, True), ("4", "dear", "would_have_seen", True, False)]


def test_every_error_is_linked_or_was_seen_by_no_rule(home: Home) -> None:
    assert ask(home, "SELECT count(*) FROM marts.error_facts ANTI JOIN marts.error_defects USING (error_key)") == [(0,)]
    unseen = ask(
        home, "SELECT order_id FROM marts.error_facts JOIN marts.error_defects USING (error_key) WHERE how = 'no_rule'"
    )
    assert {"3", "5"} <= {row[0] for row in unseen}
    with open_snapshot(require_snapshot(home)) as con:
        seen = dict(frame(con, "errors").select("order_id", "seen").iter_rows())
    assert (seen["1"], seen["5"]) == ("would_have_seen", "no_rule")


def test_the_correction_list_has_the_best_suggestion_of_each_cell_with_its_line(home: Home) -> None:
    with open_snapshot(require_snapshot(home)) as con:
        rows = frame(con, "corrections").filter(pl.col("rule") == "dear")
    columns = ("order_id", "line_id", "field", "wrong", "suggested", "confidence", "file", "source_line")
    assert rows.select(columns).rows() == [
        ("4", "4-1", "unit_price", "900", "10", 0.9, "order_lines.csv", 5),
        ("8", "8-1", "unit_price", "600", "10", 0.9, "order_lines.csv", 9),
    ]


def test_a_cell_has_one_row_in_the_correction_list_and_names_what_another_rule_suggests(
    home: Home, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.duckdb"
    shutil.copyfile(require_snapshot(home).path, copy)
    with duckdb.connect(str(copy)) as con:
        for rule, suggested, confidence in (("dearer", "12", 0.95), ("as_dear", "10", 0.5)):
            con.execute(
                "INSERT INTO ledger.defects BY NAME SELECT * REPLACE (? AS rule, ? AS defect_id, ? AS suggested, ?::DOUBLE AS confidence) "
                "FROM ledger.defects WHERE rule = 'dear' AND order_id = '4'",
                [rule, rule, suggested, confidence],
            )
        rows = frame(con, "corrections").filter(pl.col("field") == "unit_price")
    assert rows.select("order_id", "suggested", "rule", "alternative").sort("order_id").rows() == [
        ("4", "12", "dearer", "10 (dear); 10 (as_dear)"),
        ("8", "10", "dear", None),
    ]


def test_a_price_reckoned_from_a_doubted_code_is_the_alternative_to_the_code(home: Home, tmp_path: Path) -> None:
    copy = tmp_path / "copy.duckdb"
    shutil.copyfile(require_snapshot(home).path, copy)
    with duckdb.connect(str(copy)) as con:
        con.execute(
            "INSERT INTO ledger.defects BY NAME SELECT * REPLACE ('code' AS rule, 'code' AS defect_id, 'sku' AS field, 'P1' AS observed, "
            "'P7' AS suggested, 0.8 AS confidence) FROM ledger.defects WHERE rule = 'dear' AND order_id = '4'"
        )
        rows = frame(con, "corrections").filter(pl.col("order_id").is_in(["4", "8"]))
    assert rows.select("order_id", "field", "suggested", "alternative").sort("order_id").rows() == [
        ("4", "sku", "P7", "unit price 10 (dear)"),
        ("8", "unit_price", "10", None),
    ]


def test_what_a_rule_is_worth(home: Home) -> None:
    """Both errors were there at entry; found there each would have cost 5, as against the 10 and 70 that they did cost."""
    with open_snapshot(require_snapshot(home)) as con:
        (row,) = frame(con, "rules").filter(pl.col("rule") == "dear").to_dicts()
    wanted = {"open": 2, "confirmed": 2, "judged": 2, "precision": 1.0, "would_have_seen": 2, "saw": 0, "before_shipment": 2,
              "missed": 0, "beyond_entry": 70.0, "unknown_costs": 0}  # fmt: skip
    assert {name: row[name] for name in wanted} == wanted
    assert 0 < row["minutes"] < 1


def test_a_confirmed_finding_is_an_error_that_the_rule_saw(home: Home) -> None:
    """The next run reads the decision though no order came, and forgets it when it is taken back."""
    ((defect_id,),) = ask(home, "SELECT defect_id FROM ledger.defects WHERE rule = 'dear' AND order_id = '8'")
    of_order = (
        "SELECT field, type, evidence, how, has_error FROM marts.error_facts JOIN marts.error_defects USING (error_key) "
        "JOIN marts.order_facts f ON f.order_key = error_facts.order_key WHERE error_facts.order_id = '8' AND rule = 'dear'"
    )
    assert ask(home, of_order) == []
    review = append(home, Decision("review", "defect", str(defect_id), "confirmed", "ann"))
    run([home.path.parent / "files"], home)
    assert ask(home, of_order) == [("unit_price", "wrong_price", "review", "saw", True)]
    revoke(home, review)
    run([home.path.parent / "files"], home)
    assert ask(home, of_order) == []
    assert ask(home, "SELECT has_error FROM marts.order_facts WHERE order_id = '8'") == [(False,)]
