"""What a profile can say, on one small file each: headers repeated or on the first row only, joined times, codes, rules."""

from datetime import datetime
from pathlib import Path

from tests.ingest_fixture import Warehouse, new_home, write_csv

HEAD = "name: own\nsystem: erp\n"


def _loaded(tmp_path: Path, profile: str, header: str, *rows: str, name: str = "sales.csv") -> Warehouse:
    warehouse = Warehouse(new_home(tmp_path / "h", HEAD + profile), "own")
    warehouse.load(write_csv(tmp_path / name, header, rows))
    return warehouse


REPEATED = """
zone: Asia/Shanghai
nulls: ["-"]
feeds:
  - name: sales
    files: ["sales*"]
    ignore:
      - {name: "totals of the report", when: "No = 'Total'"}
    entities:
      - entity: order_lines
        columns:
          line_id: {expr: "No || '/' || Pos"}
          order_id: No
          line_no: Pos
          sku: {column: Item, nulls: ["n/k"]}
          net_amount: Net
      - entity: orders
        collapse: {default: constant, ordered_at: min, net_amount: sum}
        columns:
          order_id: No
          ordered_at: {join: [Day, Time], format: "%Y-%m-%d %H%M"}
          order_class: {column: Kind, codes: {S: sale, R: return}}
          customer_id: Customer
          net_amount: Net
"""


def test_one_row_a_line_with_a_repeated_header(tmp_path: Path) -> None:
    header = "No,Pos,Item,Net,Day,Time,Kind,Customer"
    rows = (
        "7,1,A1,10,2026-03-02,0915,S,C1",
        "7,2,n/k,5.5,2026-03-02,0914,S,C2",
        "8,1,-,1,2026-03-03,0000,R,-",
        "Total,,,16.5,,,,",
    )
    with _loaded(tmp_path, REPEATED, header, *rows) as warehouse:
        assert warehouse.counts() == {"sales.csv": (4, 3, 0, 0, 0, 1)}
        assert warehouse.rows("SELECT reason, line FROM ingest.row_dispositions") == [("totals of the report", 5)]
        orders = warehouse.rows(
            "SELECT order_id, ordered_at, order_class, customer_id, net_amount::DOUBLE, _derived FROM core.orders ORDER BY 1"
        )
        assert orders == [
            ("7", datetime(2026, 3, 2, 1, 14), "sale", "C2", 15.5, True),
            ("8", datetime(2026, 3, 2, 16, 0), "return", None, 1.0, True),
        ]
        assert warehouse.rows("SELECT line_id, sku FROM core.order_lines ORDER BY 1") == [
            ("7/1", "A1"),
            ("7/2", None),
            ("8/1", None),
        ]
        assert warehouse.rows("SELECT record_key, column_name, kept, other FROM ingest.conflicts") == [
            ("erp:7", "customer_id", "C2", "C1")
        ]
        assert warehouse.one("SELECT count(*) FROM meta.assumptions WHERE code = 'zone'") == 0


MISSPELT = """
feeds:
  - name: sales
    files: ["sales*"]
    entities:
      - entity: orders
        columns:
          order_id: No
          ordered_at: {join: [Day, Hour]}
          currency: Currency
          payment_terms: [Terms, Conditions]
          net_amount: {expr: "Net"}
"""


def test_a_column_that_no_file_has_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    with _loaded(tmp_path, MISSPELT, "No,Day,Currecny,Net", "7,2026-03-02,EUR,10") as warehouse:
        told = [text.split("own.yaml, ")[1] for (text,) in warehouse.rows("SELECT text FROM meta.assumptions WHERE code = 'missing_column'")]  # fmt: skip
        assert sorted(told) == [
            "line 11: of the files of feed 'sales' in this run none has the column 'Hour' for orders.ordered_at (not read yet: 'Currecny'); the other columns are read.",
            "line 12: of the files of feed 'sales' in this run none has the column 'Currency' for orders.currency (probably meant: 'Currecny'); the other columns are read.",
            "line 13: of the files of feed 'sales' in this run none has the column 'Terms' or 'Conditions' for orders.payment_terms (not read yet: 'Currecny'); the other columns are read.",
        ]
        assert warehouse.rows("SELECT order_id, currency, net_amount::INTEGER FROM core.orders") == [("7", None, 10)]
        # The next file has the columns.
        warehouse.load(write_csv(tmp_path / "sales2.csv", "No,Day,Hour,Currency,Terms,Net", ["8,2026-03-02,09:00,EUR,NET30,10"]))  # fmt: skip
        assert warehouse.one("SELECT count(*) FROM meta.assumptions WHERE code = 'missing_column'") == 0


FIRST_ROW_ONLY = """
feeds:
  - name: sales
    files: ["sales*"]
    fill_down: [No, Customer]
    extraction: {column: Made}
    entities:
      - entity: order_lines
        columns: {line_id: {expr: "No || '-' || Pos"}, order_id: No, sku: Item}
      - entity: orders
        collapse: {default: first}
        columns: {order_id: No, customer_id: Customer}
"""


def test_a_header_on_the_first_row_only_is_filled_down(tmp_path: Path) -> None:
    rows = ("7,C1,1,A1,2026-03-02", ",,2,A2,2026-03-04", "8,C2,1,A3,2026-03-03", ",,2,A4,")
    with _loaded(tmp_path, FIRST_ROW_ONLY, "No,Customer,Pos,Item,Made", *rows) as warehouse:
        lines = warehouse.rows("SELECT line_id, order_id FROM core.order_lines ORDER BY 1")
        assert lines == [("7-1", "7"), ("7-2", "7"), ("8-1", "8"), ("8-2", "8")]
        assert warehouse.rows("SELECT order_id, customer_id FROM core.orders ORDER BY 1") == [("7", "C1"), ("8", "C2")]
        assert warehouse.rows("SELECT recorded_at, recorded_at_from FROM meta.files") == [
            (datetime(2026, 3, 4), "column Made")
        ]


SWAPPED = """
zone: UTC
feeds:
  - name: log
    files: ["log*"]
    extraction: {fixed: "2026-12-31T00:00:00"}
    entities:
      - entity: user_actions
        columns:
          order_id: {expr: "regexp_extract(Ref, 'SO([0-9]+)', 1)"}
          activity: Step
          at: {column: When, format: "%Y-%m-%d", repair: swap_day_month}
      - entity: user_actions
        when: "Done IS NOT NULL"
        columns:
          order_id: {expr: "regexp_extract(Ref, 'SO([0-9]+)', 1)"}
          activity: {const: Done}
          at: {column: Done, format: "%Y-%m-%d"}
"""


def test_a_key_inside_a_string_a_repair_and_one_row_as_two_actions(tmp_path: Path) -> None:
    rows = ("EU|SO0012|x,Start,2026-05-01,", "EU|SO0012|x,Check,2026-01-13,2026-01-14", "EU|SO0013|x,Start,2026-04-04,")
    with _loaded(
        tmp_path, SWAPPED, "Ref,Step,When,Done,Extra", *(f"{row},e" for row in rows), name="log.csv"
    ) as warehouse:
        actions = warehouse.rows(
            'SELECT order_id, activity, CAST("at" AS DATE)::VARCHAR FROM core.user_actions ORDER BY 3'
        )
        assert actions == [
            ("0012", "Start", "2026-01-05"),
            ("0012", "Check", "2026-01-13"),
            ("0012", "Done", "2026-01-14"),
            ("0013", "Start", "2026-04-04"),
        ]
        assert warehouse.rows("SELECT raw, repaired, rule, line FROM ingest.repairs") == [
            ("2026-05-01", "2026-01-05 00:00:00", "swap_day_month", 2)
        ]
        assert warehouse.rows("SELECT entity, records FROM meta.emitted") == [("user_actions", 4)]
        assert warehouse.one("SELECT data_until FROM meta.now") == datetime(2026, 12, 31)
        assert warehouse.rows("SELECT column_name, filled, example FROM meta.unknown_columns") == [("Extra", 3, "e")]
        assert warehouse.counts() == {"log.csv": (3, 3, 0, 0, 0, 0)}
