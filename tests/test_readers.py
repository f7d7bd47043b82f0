"""Every format gives the same rows with true line numbers; encoding, delimiter and header are found without being told."""

import csv
import datetime as dt
import gzip
import io
import json
import zipfile
from pathlib import Path

import duckdb
import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.errors import ConfigurationError, UnreadableFileError
from pipelines.sources import delimited
from pipelines.sources.readers import read_file
from pipelines.sources.sniff import find_delimiter, find_encoding
from pipelines.sources.table import ReadOptions
from tests.readers_fixture import bad_rows, query, read, read_one, rows, write

SIMPLIFIED = "订单,客户,备注\n1,上海远东贸易有限公司,请在周五之前发货\n2,广州宏达电子,数量已经确认\n3,北京天成,\n"
TRADITIONAL = "訂單,客戶,備註\n1,台北遠東貿易有限公司,請在週五之前出貨\n2,高雄宏達電子,數量已經確認\n3,新竹天成,\n"
WESTERN = "order,customer\n1,Müller & Söhne\n2,Café Brûlé\n3,España Niño – “Año”\n4,plain\n"


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8-sig"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        (TRADITIONAL, "utf-8", "utf-8"),
        (WESTERN, "cp1252", "cp1252"),
        (WESTERN, "utf-8", "utf-8"),
        ("a,b\n1,2\n", "ascii", "utf-8"),
    ],
)
def test_encoding_is_found_and_rows_are_the_same(tmp_path: Path, text: str, encoding: str, found: str) -> None:
    table = read_one(write(tmp_path, "orders.csv", text.encode(encoding)))
    assert table.encoding == found
    header, *expected = csv.reader(io.StringIO(text))
    assert table.columns == tuple(header)
    assert rows(table) == [(n, *(cell or None for cell in row)) for n, row in enumerate(expected, start=2)]


def test_utf16_big_endian(tmp_path: Path) -> None:
    path = write(tmp_path, "o.csv", b"\xfe\xff" + SIMPLIFIED.encode("utf-16-be"))
    assert read_one(path).columns == ("订单", "客户", "备注")


@pytest.mark.parametrize(("text", "encoding"), [(SIMPLIFIED, "gb18030"), (TRADITIONAL, "big5")])
def test_chinese_that_comes_late_in_a_large_file(tmp_path: Path, text: str, encoding: str) -> None:
    plain = b"".join(b"%d,name,note\n" % n for n in range(40_000))
    path = write(tmp_path, "late.csv", b"a,b,c\n" + plain + text.encode(encoding))
    assert find_encoding(path) == encoding


@pytest.mark.parametrize("word", ["Müller", "Ärzte", "Ångström", "CAFÉ", "señor", "Straße", "12 °C", "5 €", "naïve"])
def test_one_western_word_is_not_chinese(tmp_path: Path, word: str) -> None:
    assert find_encoding(write(tmp_path, "w.csv", f"a,b\n1,{word}\n2,x\n".encode("cp1252"))) == "cp1252"


def test_a_guessed_encoding_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, "w.csv", WESTERN.encode("cp1252"))
    assert "cp1252" in read_one(path).notes[0]
    assert read_one(path, ReadOptions(encoding="cp1252")).notes == ()


def test_a_replacement_character_in_valid_utf8_is_just_a_character(tmp_path: Path) -> None:
    table = read_one(write(tmp_path, "r.csv", "a,b\n1,caf\ufffd\n"))
    assert (table.encoding, rows(table)) == ("utf-8", [(2, "1", "caf\ufffd")])


def test_encoding_of_the_profile_is_obeyed(tmp_path: Path) -> None:
    path = write(tmp_path, "k.csv", "名,数\n注文,1\n".encode("shift_jis"))
    assert rows(read_one(path, ReadOptions(encoding="shift_jis"))) == [(2, "注文", "1")]
    with pytest.raises(ConfigurationError, match="utf-nine"):
        read_one(path, ReadOptions(encoding="utf-nine"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    lines = [["id", "name", "amount"], ["1", "Smith, Jones; Co", "1,50"], ["2", "a|b", "2,75"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(lines)
    table = read_one(write(tmp_path, "d.csv", text.getvalue()))
    assert table.delimiter == delimiter
    assert rows(table) == [(2, *lines[1]), (3, *lines[2])]


def test_delimiter_of_one_column_and_of_the_profile(tmp_path: Path) -> None:
    assert find_delimiter(["id\n", "1\n"]) == ","
    path = write(tmp_path, "d.csv", "a;b,c\n1;2,3\n")
    assert read_one(path, ReadOptions(delimiter=",")).columns == ("a;b", "c")


def test_excel_states_its_delimiter(tmp_path: Path) -> None:
    table = read_one(write(tmp_path, "s.csv", "\ufeffsep=;\na;b\n1;2,5\n"))
    assert (table.columns, rows(table)) == (("a", "b"), [(3, "1", "2,5")])


def test_rows_above_the_header_and_a_header_of_two_rows(tmp_path: Path) -> None:
    path = write(tmp_path, "h.csv", "Report of June,\n,\nOrder,Date\nid,on\n1,2024-06-01\n")
    table = read_one(path, ReadOptions(skip_rows=2, header_rows=2, header_use=2))
    assert (table.columns, rows(table)) == (("id", "on"), [(5, "1", "2024-06-01")])


def test_blank_lines_are_no_rows_and_do_not_shift_line_numbers(tmp_path: Path) -> None:
    table = read_one(write(tmp_path, "b.csv", "\n\na,b\n1,2\n\n\n3,4\n\n"))
    assert (rows(table), table.rows_read) == ([(4, "1", "2"), (7, "3", "4")], 2)


def test_quoted_line_ends_keep_line_numbers_true(tmp_path: Path) -> None:
    table = read_one(write(tmp_path, "q.csv", 'a,b\n1,"two\nlines"\n2,"a ""quoted"" word"\n3,x\n'))
    assert rows(table) == [(2, "1", "two\nlines"), (4, "2", 'a "quoted" word'), (5, "3", "x")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(tmp_path: Path, end: str) -> None:
    assert rows(read_one(write(tmp_path, "e.csv", end.join(["a,b", "1,2", "3,4"])))) == [(2, "1", "2"), (3, "3", "4")]


def test_raw_text_is_not_touched(tmp_path: Path) -> None:
    cells = [" padded ", "007", "1,234.50", "NULL", "ＡＢＣ１２", "NaN", "1e5", "#N/A", "true"]
    text = io.StringIO()
    csv.writer(text).writerows([[f"c{n}" for n in range(len(cells))], cells])
    assert rows(read_one(write(tmp_path, "r.csv", text.getvalue()))) == [(2, *cells)]


cell = st.text(alphabet=st.sampled_from("ab1 ,;\"'\n\r\t\\é中"), max_size=6)
table_of_cells = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=8)
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table_of_cells)
def test_what_csv_wrote_is_what_is_read(tmp_path: Path, cells: list[list[str]]) -> None:
    """Both paths against Python's own csv module: any text, any quoting, line numbers counted by hand."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([f"c{n}" for n in range(len(cells[0]))])
    expected = []
    for row in cells:
        line = text.getvalue().replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
        writer.writerow(row)
        expected.append((line, *(text or None for text in row)))
    path = write(tmp_path, "h.csv", text.getvalue())
    assert rows(read_one(path)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (',"" ', [(2, None, " ")]),
        ('"a" ,b\n', [(2, "a ", "b")]),
        (',"a"  \r\n,"b"\r\n', [(2, None, "a  "), (3, None, "b")]),
        ('"he said ""a"" b",\n', [(2, 'he said "a" b', None)]),
        # A quote behind blanks begins the cell, in a file with an odd row as well.
        ('1, "b, c"\n', [(2, "1", "b, c")]),
        (' "a", b\nodd\n', [(2, "a", " b")]),
        ('5" pipe,"x, ""y"" "\n1, "b, c"\nodd\n', [(2, '5" pipe', 'x, "y" '), (3, "1", "b, c")]),
        (' "",', [(2, None, None)]),
    ],
)
def test_blanks_around_quotes_are_read_in_one_way(
    tmp_path: Path, text: str, expected: list[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB drops those behind a quote; such a file is read the careful way, wherever a block of it ends."""
    path = write(tmp_path, "f.csv", "x,y\n" + text)
    assert rows(read_one(path)) == expected
    for size in (1, 5, 6, 7, 8):
        monkeypatch.setattr(delimited, "_BLOCK", size)
        assert rows(read_one(path)) == expected


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.sampled_from('ab ,"\n\r'), max_size=40))
def test_fast_and_careful_path_agree_on_anything(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, "f.csv", "x,y\n" + text)
    fast = read_one(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "_read_fast", lambda *_: None)
        fast_rows, fast_bad = rows(fast), bad_rows(fast)
        careful = read_one(path)
        assert (rows(careful), bad_rows(careful)) == (fast_rows, fast_bad)


def test_excel_cells_as_text_with_true_row_numbers(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        day, moment, hour = (book.add_format({"num_format": f}) for f in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "hh:mm"))
        sheet = book.add_worksheet("Orders")
        sheet.write_row(2, 1, ["id", "on", "at", "qty", "flag", "time"])
        sheet.write_string(3, 1, "007")
        sheet.write_datetime(3, 2, dt.datetime(2024, 1, 2), day)
        sheet.write_datetime(3, 3, dt.datetime(2024, 1, 2, 13, 4, 5), moment)
        sheet.write_number(3, 4, 12)
        sheet.write_boolean(3, 5, True)
        sheet.write_datetime(3, 6, dt.time(7, 30), hour)
        sheet.write_row(5, 1, ["1.0", None, None, 1234567.891])
        book.add_worksheet("Empty")
    table = read_one(path)
    assert table.columns == ("id", "on", "at", "qty", "flag", "time")
    assert rows(table) == [
        (4, "007", "2024-01-02", "2024-01-02 13:04:05", "12", "true", "07:30:00"),
        (6, "1.0", None, None, "1234567.891", None, None),
    ]


def test_excel_sheets_are_tables(tmp_path: Path) -> None:
    path = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("orders", "lines"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["id", "what"])
            sheet.write_row(1, 0, ["1", name])
    assert [t.member for t in read(path)] == ["two.xlsx#orders", "two.xlsx#lines"]
    assert rows(read_one(path, ReadOptions(sheet="lines"))) == [(2, "1", "lines")]
    with pytest.raises(UnreadableFileError, match="'orders', 'lines'"):
        read(path, ReadOptions(sheet="Lines"))


def test_parquet_types_become_text(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    query(
        f"""COPY (SELECT 1 AS i, 17850.0::DOUBLE AS d, 0.1::DOUBLE AS e, 'NaN'::DOUBLE AS nan, '-inf'::DOUBLE AS inf,
        1.50::DECIMAL(9,2) AS m, TIMESTAMP '2024-01-02 03:04:05' AS t, DATE '2024-01-02' AS day, true AS b, '' AS empty,
        {{'x': 1}} AS s, [1, 2] AS l, '1.0' AS text, 'q' AS "a ""b""c") TO '{path}' (FORMAT parquet)"""
    )
    table = read_one(path)
    assert rows(table) == [
        (
            *(1, "1", "17850", "0.1", "nan", "-inf", "1.50", "2024-01-02 03:04:05", "2024-01-02", "true", None),
            *('{"x":1}', "[1,2]", "1.0", "q"),
        )
    ]
    assert table.columns[-1] == 'a "b"c'


def test_parquet_rows_are_numbered_in_file_order(tmp_path: Path) -> None:
    path = tmp_path / "many.parquet"
    pl.DataFrame({"n": range(1, 300_001)}).write_parquet(path, row_group_size=10_000)
    table = read_one(path)
    wrong = query(f"SELECT count(*) FROM '{table.parquet}' WHERE n::BIGINT <> _line")
    assert (table.rows, wrong) == (300_000, [(0,)])


def test_lines_of_a_large_csv_are_numbered_in_file_order(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    pl.DataFrame({"n": range(2, 400_002), "text": "some words to make the file larger than one block"}).write_csv(path)
    table = read_one(path)
    wrong = query(f"SELECT count(*) FROM '{table.parquet}' WHERE n::BIGINT <> _line")
    assert (table.rows, wrong) == (400_000, [(0,)])


RECORDS = [{"id": "1", "who": {"name": "Ann", "at": {"city": "Bonn"}}, "tags": ["a", 2]}, {"id": 2, "ok": True}]


@pytest.mark.parametrize("wrap", [lambda r: r, lambda r: {"count": 2, "orders": r}])
def test_json_objects_are_flattened(tmp_path: Path, wrap: object) -> None:
    table = read_one(write(tmp_path, "o.json", json.dumps(wrap(RECORDS), indent=1)))  # type: ignore[operator]
    assert table.columns == ("id", "who.name", "who.at.city", "tags", "ok")
    assert rows(table) == [(1, "1", "Ann", "Bonn", '["a", 2]', None), (2, "2", None, None, None, "true")]


def test_json_numbers_keep_their_digits(tmp_path: Path) -> None:
    path = write(tmp_path, "n.json", '[{"a": 1.10, "b": 12345678901234567890.12, "c": 1e3, "d": NaN, "e": 007e0}]')
    with pytest.raises(UnreadableFileError):
        read_one(path)
    path = write(tmp_path, "n.json", '[{"a": 1.10, "b": 12345678901234567890.12, "c": 1e3, "d": NaN}]')
    assert rows(read_one(path)) == [(1, "1.10", "12345678901234567890.12", "1e3", "NaN")]


def test_json_lines_keep_their_line(tmp_path: Path) -> None:
    table = read_one(write(tmp_path, "o.jsonl", '{"a": 1}\n\n{"b": "x"}\n'))
    assert rows(table) == [(1, "1", None), (3, None, "x")]


def test_a_column_that_comes_late_in_json_lines(tmp_path: Path) -> None:
    table = read_one(write(tmp_path, "o.jsonl", '{"a": 1}\n' * 1500 + '{"a": 2, "b": 3}\n'))
    assert (table.columns, rows(table)[-1], table.rows) == (("a", "b"), (1501, "2", "3"), 1501)


def test_zip_members_are_tables(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("north/orders.csv", "a,b\n1,2\n")
        archive.writestr("south/orders.csv", "a,b\n3,4\n")
        archive.writestr("lines.json", '[{"a": "5"}]')
        archive.writestr("README.md", "about")
        archive.writestr("__MACOSX/._orders.csv", b"\0\0")
    tables = {t.member: rows(t) for t in read(path)}
    assert tables == {
        "north/orders.csv": [(2, "1", "2")],
        "south/orders.csv": [(2, "3", "4")],
        "lines.json": [(1, "5")],
    }


def test_gzip_of_any_kind(tmp_path: Path) -> None:
    table = read_one(write(tmp_path, "orders.csv.gz", gzip.compress(SIMPLIFIED.encode("gb18030"))))
    assert (table.member, table.encoding, table.rows) == ("orders.csv", "gb18030", 3)


def test_quoted_line_ends_and_blank_lines_far_into_a_large_file(tmp_path: Path) -> None:
    lines = ["id,note", *(f'{n},"{"two" if n % 3 else "one"}{chr(10) * (n % 3)}"' for n in range(150_000))]
    expected = 2 + 120_000 + sum(n % 3 for n in range(120_000))
    for text in (lines, [*lines[:130_001], "", *lines[130_001:], "", ""]):
        table = read_one(write(tmp_path, "l.csv", "\n".join(text)))
        found = query(f"SELECT _line FROM '{table.parquet}' WHERE id = '120000'")
        last = query(f"SELECT _line FROM '{table.parquet}' WHERE id = '149999'")
        assert found == [(expected,)]
        assert last == [(2 + 149_999 + sum(n % 3 for n in range(149_999)) + (text is not lines),)]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", ["order_id,customer\nA1,Miller\n", "order_id,customer\nA1,米勒商行\nA2,王记贸易\n"])
def test_wide_text_without_a_byte_order_mark(tmp_path: Path, encoding: str, text: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(text.encode(encoding))
    (table,) = read_file(path, ReadOptions(), tmp_path)
    assert (table.encoding, table.columns) == (encoding, ("order_id", "customer"))
    assert any(encoding in note for note in table.notes)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04rest", "zip or Excel"),
        (b"\x1f\x8brest", "gzip"),
        (b"PAR1\x15rest", "Parquet"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_a_file_of_another_kind_than_its_name_says(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError, match=said):
        read_file(path, ReadOptions(), tmp_path)


def test_a_first_column_may_be_called_like_the_mark_of_a_parquet_file(tmp_path: Path) -> None:
    path = tmp_path / "partners.csv"
    path.write_text("PAR1,PAR2\n1,2\n", encoding="utf-8")
    (table,) = read_file(path, ReadOptions(), tmp_path)
    assert table.columns == ("PAR1", "PAR2")


def test_a_readme_in_a_zip_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "These are our orders.")
        archive.writestr("orders.csv", "order_id\nA1\n")
    (table,) = read_file(path, ReadOptions(), tmp_path)
    assert table.member == "orders.csv"


def test_a_parquet_column_may_be_called_as_duckdb_calls_its_row_number(tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    duckdb.execute(f"COPY (SELECT 7 AS file_row_number, 'A1' AS order_id) TO '{path}'").fetchall()
    (table,) = read_file(path, ReadOptions(), tmp_path)
    assert table.columns == ("file_row_number", "order_id")
    assert duckdb.execute(f"SELECT * FROM '{table.parquet}'").fetchall() == [(1, "7", "A1")]
