"""Profiles: what is shipped loads, what is wrong is told with file, line and the word that was probably meant."""

import zipfile
from pathlib import Path

import pytest

from pipelines.errors import ConfigurationError, MissingColumnError
from pipelines.process import load_process
from pipelines.sources.profile import find_column
from pipelines.sources.profile_files import SHIPPED, load_profile, match_profile
from pipelines.sources.profile_yaml import parse_profile
from pipelines.sources.table import LandedTable, ReadOptions
from tests.ingest_fixture import Warehouse, new_home, write_csv

PROFILE = """name: own
system: erp
feeds:
  - name: orders
    files: ["so_*"]
    entities:
      - entity: orders
        columns:
          order_id: [OrderNo, Auftrag]
          ordered_at: {column: Entered, format: "%d.%m.%Y"}
"""


NO_FEEDS = ("feeds:", "feeds: []", "feeds: 3", "feeds:\n  - just text", "feeds:\n  - {name: a, files: b, entities: []}")


def _table(member: str, *columns: str) -> LandedTable:
    return LandedTable(member, Path("none.parquet"), None, columns, 1, 0, "utf-8")


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_profiles_load_with_their_process(name: str, tmp_path: Path) -> None:
    home = new_home(tmp_path)
    profile = load_profile(name, home)
    assert profile.name == name
    assert load_process(home, profile.process).stages


@pytest.mark.parametrize(
    ("wrong", "right", "line", "says"),
    [
        ("system:", "sytem:", 2, "did you mean 'system'"),
        ("entity: orders", "entity: ordrs", 7, "did you mean 'orders'"),
        ("order_id:", "orderid:", 9, "did you mean 'order_id'"),
        ("column: Entered", "colum: Entered", 10, "did you mean 'column'"),
        ("files:", "kind: fulll\n    files:", 5, "full, delta, append"),
        ("order_id: [OrderNo, Auftrag]", "order_id: {column: OrderNo, const: x}", 9, "exactly one"),
        ("column: Entered", "column: Entered, repair: swap", 10, "swap_day_month"),
        ("column: Entered", "column: Entered, zone: Berlin", 10, "Europe/Berlin"),
        ("system: erp", "system: erp\nzone: Nowhere", 3, "a time zone like"),
        ("files:", "read: {skip_rows: two}\n    files:", 5, "skip_rows must be a whole number from 0"),
        ("files:", "read: {skip_rows: -1}\n    files:", 5, "skip_rows must be a whole number from 0"),
        ("files:", 'read: {delimiter: "||"}\n    files:', 5, "delimiter must be one character"),
        ("files:", "read: {encoding: utf-88}\n    files:", 5, "an encoding like"),
        ("files:", "read: {header_use: 2}\n    files:", 5, "one of the header rows"),
        ("files:", "extraction: {file_name: '(['}\n    files:", 5, "a regular expression with one group"),
        ("files:", "extraction: {file_name: 'no group'}\n    files:", 5, "a regular expression with one group"),
        ("files:", "extraction: {fixed: someday}\n    files:", 5, "a date like 2026-11-24"),
        ("files:", "ignore: [{name: x, when: 'a = = b'}]\n    files:", 5, "an SQL expression"),
        ("files:", "ignore: [text]\n    files:", 5, "an ignore rule must be"),
        ('["so_*"]', "{a: b}", 5, "a text or a list of texts"),
        ("system: erp", "system: erp\nzone: [UTC]", 3, "a time zone like"),
        ("system: erp", "system: erp\nnulls: {a: b}", 3, "a text or a list of texts"),
        ("column: Entered", "column: Entered, codes: [a, b]", 10, "codes must be"),
        ("column: Entered", "expr: 'a b c d'", 10, "an SQL expression"),
        ('"%d.%m.%Y"', '"%Q"', 10, "a format like"),
        ('"%d.%m.%Y"', "7", 10, "a format like"),
        ("[OrderNo, Auftrag]", "[]", 9, "order_id must be"),
        ("[OrderNo, Auftrag]", "", 9, "column 'order_id' must be"),
        ("system: erp", "system: erp\nlog: [quantity]", 3, "log must be"),
        ("system: erp", "system: erp\nlog: {since: 2026-01-01}", 3, "log has no 'since'"),
        ("system: erp", "system: erp\nlog: {from: lately}", 3, "a date like 2026-11-24"),
        ("system: erp", "system: erp\nlog: {truncates_at: 0}", 3, "truncates_at must be a whole number from 1"),
        ("columns:", "when: [a]\n        columns:", 8, "an SQL expression"),
    ],
)
def test_a_wrong_profile_is_told_with_its_line(tmp_path: Path, wrong: str, right: str, line: int, says: str) -> None:
    home = new_home(tmp_path, PROFILE.replace(wrong, right, 1))
    with pytest.raises(ConfigurationError) as caught:
        load_profile("own", home)
    assert says in str(caught.value)
    assert caught.value.place is not None
    assert (Path(caught.value.place.file).name, caught.value.place.line) == ("own.yaml", line)


def test_a_profile_says_what_its_log_covers(tmp_path: Path) -> None:
    orders = write_csv(tmp_path / "so_1.csv", "OrderNo,Entered", ["1,02.03.2026"])
    log = "log: {fields: [quantity, unit_price], from: 2026-01-01, truncates_at: 40}\n"
    with Warehouse(new_home(tmp_path / "h", log + PROFILE), "own") as warehouse:
        warehouse.load(orders)
        warehouse.load(orders)
        found = warehouse.rows("SELECT system, fields, since::VARCHAR, truncates_at FROM meta.change_logs")
    assert found == [("erp", ["quantity", "unit_price"], "2026-01-01 00:00:00", 40)]


def test_wrong_sql_in_a_profile_is_no_traceback(tmp_path: Path) -> None:
    text = PROFILE + "          net_amount: {expr: 'Nett * 2'}\n"
    path = write_csv(tmp_path / "so_1.csv", "OrderNo,Entered,Net", ["A,02.03.2026,1"])
    with Warehouse(new_home(tmp_path / "h", text), "own") as warehouse, pytest.raises(ConfigurationError) as caught:
        warehouse.load(path)
    assert "Nett" in str(caught.value)
    assert "OrderNo, Entered, Net" in str(caught.value)


@pytest.mark.parametrize(
    "text", ["name: [", "", "- a list", *[f"name: own\nsystem: erp\n{feeds}\n" for feeds in NO_FEEDS]]
)
def test_what_is_no_profile_at_all_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError):
        load_profile("own", new_home(tmp_path, text))


def test_a_process_in_a_profile_is_told_with_the_profiles_line(tmp_path: Path) -> None:
    text = PROFILE + "process:\n  case: order\n  stages:\n    - {stage: entry, target_hours: many}\n"
    home = new_home(tmp_path, text)
    profile = load_profile("own", home)
    with pytest.raises(ConfigurationError) as caught:
        load_process(home, profile.process, profile.path)
    assert caught.value.place is not None
    assert (Path(caught.value.place.file).name, caught.value.place.line) == ("own.yaml", 14)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("CAST(Net AS INTEGER)", "TRY_CAST"),
        ("strptime(Net, '%Y')", "net_amount"),
        ("ln(CAST(Net AS DOUBLE) - 1)", "net_amount"),
    ],
)
def test_sql_of_a_profile_that_fails_on_a_value_is_named(tmp_path: Path, expression: str, said: str) -> None:
    text = PROFILE + f'          net_amount: {{expr: "{expression}"}}\n'
    path = write_csv(tmp_path / "so_1.csv", "OrderNo,Entered,Net", ["A,02.03.2026,1", "B,02.03.2026,1x"])
    with Warehouse(new_home(tmp_path / "h", text), "own") as warehouse, pytest.raises(ConfigurationError) as caught:
        warehouse.load(path)
    assert said in str(caught.value)
    assert "orders.net_amount" in str(caught.value)


def test_an_unknown_profile_names_the_shipped_ones(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"Did you mean 'olist'"):
        load_profile("olits", new_home(tmp_path))


def test_a_profile_is_found_by_path_and_the_home_folder_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(PROFILE, encoding="utf-8")
    assert load_profile(str(path), new_home(tmp_path / "a")).system == "erp"
    home = new_home(tmp_path / "b", PROFILE)
    (home.config / "profiles" / "olist.yaml").write_text(PROFILE.replace("erp", "mine"), encoding="utf-8")
    assert load_profile("olist", home).system == "mine"


def test_synonyms_do_not_care_for_case_and_blanks() -> None:
    assert find_column(("Auftrag", "OrderNo"), ("order no", "x")) == "order no"
    assert find_column(("Auftrag",), ("order no",)) is None


def test_a_missing_required_column_says_what_was_found_and_meant(tmp_path: Path) -> None:
    profile = load_profile("own", new_home(tmp_path, PROFILE))
    assert profile.feed_for("so_1.csv", _table("so_1.csv", "auftrag", "Entered")).name == "orders"
    with pytest.raises(MissingColumnError) as caught:
        profile.feed_for("so_1.csv", _table("so_1.csv", "Order_Nr", "Entered"))
    assert "'OrderNo' (probably meant: 'Order_Nr')" in str(caught.value)
    assert "Found: Order_Nr, Entered" in str(caught.value)


def test_profiles_are_matched_by_names_and_columns(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    canonical = _table("orders.csv", "order_id", "ordered_at")
    assert match_profile([("orders.csv", canonical)], home).name == "canonical"
    retail = _table(
        "online_retail_II.parquet", "Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price"
    )
    assert match_profile([("online_retail_II.parquet", retail)], home).name == "online-retail"
    northwind = _table("orders.csv", "orderID", "customerID", "employeeID", "orderDate", "requiredDate", "shippedDate")
    assert match_profile([("orders.csv", northwind)], home).name == "northwind"
    with pytest.raises(ConfigurationError, match="--profile"):
        match_profile([("x.csv", _table("x.csv", "a", "b"))], home)


@pytest.mark.parametrize(
    ("columns", "meant"),
    [
        (("Order No", "Order Date"), ("Order No", "Order Date")),
        (("Order no.", "Order date"), ("Order no.", "Order date")),
        (("订单号", "下单日期"), ("订单号", "下单日期")),
        (("order", "ordred_at"), ("ordred_at",)),
    ],
)
def test_a_missing_column_is_guessed_from_usual_names(
    tmp_path: Path, columns: tuple[str, str], meant: tuple[str, ...]
) -> None:
    profile = load_profile("canonical", new_home(tmp_path))
    with pytest.raises(MissingColumnError) as caught:
        profile.feed_for("orders.csv", _table("orders.csv", *columns, "x"))
    for name in meant:
        assert f"probably meant: {name!r}" in str(caught.value)


def _feed(name: str, read: str, kind: str) -> str:
    columns = f"{{order_id: Order, order_class: {{const: {kind}}}}}"
    return f"  - {{name: {name}, files: ['list*'], read: {{{read}}}, entities: [{{entity: orders, columns: {columns}}}]}}\n"


def test_a_file_is_read_once_for_each_sheet_that_feeds_name_and_else_once() -> None:
    sales, returns = _feed("sales", "sheet: Sales", "sale"), _feed("returns", "sheet: Returns, skip_rows: 2", "return")
    both = parse_profile(
        f"name: x\nsystem: s\nfeeds:\n{sales}{sales.replace('name: sales', 'name: again')}{returns}", "x.yaml"
    )
    assert [(way.sheet, way.skip_rows) for way in both.readings(Path("list.xlsx"))] == [("Sales", 0), ("Returns", 2)]
    assert both.readings(Path("list.csv")) == both.readings(Path("list.xlsx"))[:1]
    assert both.readings(Path("other.xlsx")) == (ReadOptions(),)
    # Sheets whose columns are the same are told apart by the sheet that each feed names, not by what fits first.
    assert both.feed_for("list #1.xlsx", _table("list #1.xlsx#Returns", "Order")).name == "returns"
    assert both.feed_for("list #1.xlsx", _table("list #1.xlsx#Sales", "Order")).name == "sales"
    plain = parse_profile(
        f"name: x\nsystem: s\nfeeds:\n{_feed('a', 'skip_rows: 1', 'sale')}{_feed('b', 'skip_rows: 3', 'sale')}",
        "x.yaml",
    )
    assert plain.readings(Path("list.csv")) == (ReadOptions(skip_rows=1),)


def test_members_of_an_archive_are_read_as_their_own_names_tell(tmp_path: Path) -> None:
    """Before, all of them were read as the archive's name told, which no feed knew."""
    sales, other = (
        _feed("sales", "sheet: Sales", "sale"),
        _feed("other", "delimiter: '|'", "sale").replace("list*", "old*"),
    )
    profile = parse_profile(f"name: x\nsystem: s\nfeeds:\n{sales}{other}", "x.yaml")
    (way,) = profile.readings(Path("export.zip"))
    assert [each.sheet for each in way.ways("March/list.xlsx")] == ["Sales"]
    assert [each.delimiter for each in way.ways("OLD.csv")] == ["|"]
    assert way.ways("unknown.csv") == (way,)
    (packed,) = profile.readings(Path("old.csv.gz"))
    assert packed.ways("old.csv")[0].delimiter == "|"
    archive = tmp_path / "export.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a/list.csv", "Order\n1\n")
    assert profile.knows(archive)
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr("a/new.csv", "Order\n1\n")
    assert not profile.knows(archive)
    (tmp_path / "broken.zip").write_text("no archive")
    assert not profile.knows(tmp_path / "broken.zip")
    # Where no feed asks for anything, an archive is read, and known, as it always was.
    plain = parse_profile(f"name: x\nsystem: s\nfeeds:\n{_feed('a', '', 'sale')}", "x.yaml")
    assert plain.readings(Path("export.zip")) == (ReadOptions(),)
