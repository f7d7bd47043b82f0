"""Bad input: nothing is lost, and each message names the file, the line and the column as far as there are any."""

import gzip
import json
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from pipelines.errors import UnreadableFileError
from pipelines.sources import delimited
from pipelines.sources.table import ReadOptions
from tests.readers_fixture import bad_rows, query, read, read_one, rows, write


def refused(path: Path, options: ReadOptions | None = None) -> UnreadableFileError:
    """The error of a file that cannot be read at all."""
    with pytest.raises(UnreadableFileError) as caught:
        read(path, options)
    assert caught.value.place is not None
    assert caught.value.place.file == path.name
    assert caught.value.next_step
    return caught.value


@pytest.mark.parametrize("name", ["e.csv", "e.tsv", "e.json", "e.jsonl"])
@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_empty_file(tmp_path: Path, name: str, content: bytes) -> None:
    assert "is empty" in str(refused(write(tmp_path, name, content)))


def test_empty_workbook(tmp_path: Path) -> None:
    path = tmp_path / "e.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet()
    assert "is empty" in str(refused(path))


@pytest.mark.parametrize("content", ["id,name", "id,name\n", "id,name\r\n\r\n"])
def test_header_only_is_a_table_without_rows(tmp_path: Path, content: str) -> None:
    table = read_one(write(tmp_path, "h.csv", content))
    assert (table.columns, table.rows_read, rows(table)) == (("id", "name"), 0, [])


@pytest.mark.parametrize(
    ("name", "content", "told", "advice"),
    [
        ("e.parquet", b"", "it is empty", "Export it again"),
        ("e.xlsx", b"", "it is empty", "Export it again"),
        ("e.parquet", b"id,name\n1,2\n", "not a readable Parquet file: it is text", "Rename it to .csv"),
        ("e.xlsx", b"id;name\n1;2\n", "not a readable Excel file: it is text", "Rename it to .csv"),
        ("e.xls", b"<html><table></table></html>", "it is a web page", "save it as .xlsx"),
        ("e.xlsx", b"PAR1\x15\x04", "it is a Parquet file", "Rename it to .parquet"),
        (
            "e.parquet",
            b"PK\x03\x04\x00",
            "it is a zip or Excel file",
            "Rename it to .xlsx",
        ),
        ("e.xlsx", b"PK\x03\x04\x00", "not a readable Excel file: cut off or damaged", "save it again"),
    ],
)
def test_what_is_no_workbook_says_what_it_is(name: str, content: bytes, told: str, advice: str, tmp_path: Path) -> None:
    error = refused(write(tmp_path, name, content))
    assert told in str(error) and advice in (error.next_step or "")


def test_header_only_workbook_and_parquet(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "h.xlsx") as book:
        book.add_worksheet().write_row(0, 0, ["id", "name"])
    pl.DataFrame({"id": [], "name": []}, schema={"id": pl.String, "name": pl.String}).write_parquet(
        tmp_path / "h.parquet"
    )
    for name in ("h.xlsx", "h.parquet"):
        table = read_one(tmp_path / name)
        assert (table.columns, rows(table)) == (("id", "name"), [])


def test_ragged_rows_are_kept_with_their_reason(tmp_path: Path) -> None:
    table = read_one(write(tmp_path, "r.csv", "a,b,c\n1,2,3\n1,2\n1,2,3,4\n5,6,7,\n8,9,0\n"))
    assert rows(table) == [(2, "1", "2", "3"), (5, "5", "6", "7"), (6, "8", "9", "0")]
    assert bad_rows(table) == [
        (3, None, "ragged", "the row has 2 fields, the header has 3", "1,2"),
        (4, None, "ragged", "the row has 4 fields, the header has 3", "1,2,3,4"),
    ]
    assert table.rows_read == 5


def test_duplicate_and_missing_header_names(tmp_path: Path) -> None:
    table = read_one(write(tmp_path, "d.csv", "id,Name,name,id,,_line\n1,2,3,4,5,6\n"))
    assert table.columns == ("id", "Name", "name_2", "id_2", "column_5", "_line_2")
    assert table.notes[0] == "line 1: column 'name' stands twice; the second is read as 'name_2'"
    assert [note.split()[3] for note in table.notes] == ["'name'", "'id'", "'_line'"]
    assert rows(table) == [(2, "1", "2", "3", "4", "5", "6")]


def test_undecodable_bytes_name_line_and_column_and_stay_visible(tmp_path: Path) -> None:
    content = "id,name\n1,Zoë\n2,caf".encode() + b"\xff\xfe\n" + "3,Søren\n".encode()
    table = read_one(write(tmp_path, "u.csv", content))
    assert rows(table) == [(2, "1", "Zoë"), (4, "3", "Søren")]
    assert bad_rows(table) == [
        (3, "name", "undecodable", "column 'name' holds bytes that are not utf-8", "2,caf\\xff\\xfe")
    ]


def test_undecodable_bytes_in_an_ascii_file(tmp_path: Path) -> None:
    table = read_one(write(tmp_path, "u.csv", b"id,name\n1,abc\n2,\xff\n"))
    assert [row[:3] for row in bad_rows(table)] == [(3, "name", "undecodable")]


def test_undecodable_bytes_in_chinese_text(tmp_path: Path) -> None:
    text = "编号,名称\n1,上海远东贸易\n2,广州宏达电子\n3,北京天成科技\n".encode("gb18030")
    table = read_one(write(tmp_path, "u.csv", text + b"4,\xff\n" + b"5,ok\n"))
    assert (table.encoding, table.rows) == ("gb18030", 4)
    assert [row[:3] for row in bad_rows(table)] == [(5, "名称", "undecodable")]


def test_undecodable_header(tmp_path: Path) -> None:
    assert read_one(write(tmp_path, "u.csv", b"id,na\xffme\n1,2\n")).columns == ("id", "na\\xffme")


def test_truncated_utf16(tmp_path: Path) -> None:
    table = read_one(write(tmp_path, "u.csv", "a,b\n1,2\n3,4".encode("utf-16")[:-1]))
    assert rows(table) == [(2, "1", "2")]
    assert [row[:3] for row in bad_rows(table)] == [(3, "b", "undecodable")]


def test_nul_bytes(tmp_path: Path) -> None:
    table = read_one(write(tmp_path, "n.csv", "id,name\n1,a\x00b\n2,ok\n"))
    assert rows(table) == [(3, "2", "ok")]
    assert bad_rows(table) == [(2, "name", "nul_byte", "column 'name' holds a NUL byte", "1,a\\x00b")]


def test_a_quote_that_is_never_closed_costs_one_line(tmp_path: Path) -> None:
    body = "".join(f"{n},x{n}\n" for n in range(4, 1000))
    table = read_one(write(tmp_path, "q.csv", 'id,name\n1,a\n2,"b\n' + body))
    assert (table.rows, table.rows_read) == (997, 998)
    assert bad_rows(table) == [
        (3, None, "unclosed_quote", "a quote is opened and not closed; only this line is left out", '2,"b')
    ]
    assert rows(table)[1] == (4, "4", "x4")


def test_a_stray_quote_before_a_proper_one(tmp_path: Path) -> None:
    table = read_one(write(tmp_path, "q.csv", 'id,name\n1,"a\n2,"b ""c"""\n3,"two\nlines"\n4,d\n'))
    assert rows(table) == [(3, "2", 'b "c"'), (4, "3", "two\nlines"), (6, "4", "d")]
    assert [row[:3] for row in bad_rows(table)] == [(2, None, "unclosed_quote")]


def test_an_inch_mark_is_only_text(tmp_path: Path) -> None:
    assert rows(read_one(write(tmp_path, "q.csv", 'id,name\n1,5" pipe\n2,x\n'))) == [(2, "1", '5" pipe'), (3, "2", "x")]


@pytest.mark.parametrize("quirk", ["", "3\n"])
def test_a_megabyte_in_one_cell_is_fine(tmp_path: Path, quirk: str) -> None:
    table = read_one(write(tmp_path, "m.csv", f"a,b\n1,{'x' * 1_000_000}\n2,y\n{quirk}"))
    first = rows(table)[0]
    assert (first[0], len(str(first[2])), table.rows) == (2, 1_000_000, 2)


def test_a_cell_longer_than_the_fast_path_takes(tmp_path: Path) -> None:
    table = read_one(write(tmp_path, "m.csv", f"a,b\n1,{'x' * 5_000_000}\n2,y\n"))
    assert [len(str(row[2])) for row in rows(table)] == [5_000_000, 1]


@pytest.mark.parametrize("name", ["c.xlsx", "c.xls", "c.parquet", "c.zip", "c.csv.gz"])
@pytest.mark.parametrize("content", [b"this is something else", b"PK\x03\x04 and no more", b"PAR1 and PAR1", b""])
def test_corrupt_files(tmp_path: Path, name: str, content: bytes) -> None:
    # An empty gzip file unpacks to an empty file.
    words = "is empty" if name.endswith(".gz") and not content else "not a readable"
    with pytest.raises(UnreadableFileError, match=words):
        read(write(tmp_path, name, content))


def test_parquet_cut_short_and_with_a_broken_page(tmp_path: Path) -> None:
    whole = tmp_path / "w.parquet"
    pl.DataFrame({"n": range(100_000), "t": [f"text {n * 7919}" for n in range(100_000)]}).write_parquet(whole)
    content = whole.read_bytes()
    assert "Parquet" in str(refused(write(tmp_path, "cut.parquet", content[:-100])))
    middle = len(content) // 2
    broken = content[: middle - 5000] + b"\xff" * 10_000 + content[middle + 5000 :]
    assert "Parquet" in str(refused(write(tmp_path, "page.parquet", broken)))


def test_gzip_cut_short(tmp_path: Path) -> None:
    content = gzip.compress(b"a,b\n" + b"".join(b"%d,%d\n" % (n, n * 7919) for n in range(10_000)))
    assert "gzip" in str(refused(write(tmp_path, "t.csv.gz", content[:-2000])))


def test_zip_with_a_damaged_member(tmp_path: Path) -> None:
    path = tmp_path / "d.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("o.csv", "a,b\n" + "".join(f"{n},{n * 7919}\n" for n in range(10_000)))
    content = bytearray(path.read_bytes())
    content[1000:1100] = b"\xaa" * 100
    assert "zip" in str(refused(write(tmp_path, "d.zip", bytes(content))))


@pytest.mark.parametrize("name", ["bomb.zip", "bomb.csv.gz"])
def test_archives_that_expand_without_bound(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith(".zip"):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("o.csv", "w") as member:
            for _ in range(300):
                member.write(b"0" * (1 << 20))
    else:
        with gzip.open(path, "wb", compresslevel=1) as sink:
            for _ in range(300):
                sink.write(b"0" * (1 << 20))
    assert "without bound" in str(refused(path))


def test_the_size_limit_counts_all_members(tmp_path: Path) -> None:
    path = tmp_path / "big.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("a.csv", "b.csv"):
            archive.writestr(name, "x,y\n" + "1,2\n" * 1000)
    assert "without bound" in str(refused(path, ReadOptions(max_expanded_bytes=6000)))
    assert len(read(path, ReadOptions(max_expanded_bytes=9000))) == 2


def test_archive_in_an_archive_and_archive_without_tables(tmp_path: Path) -> None:
    for name, member, words in (("n.zip", "inner.zip", "archive inside"), ("p.zip", "photo.png", "no table")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(member, b"x")
        message = str(refused(tmp_path / name))
        assert words in message
        assert member in message


def test_encrypted_member(tmp_path: Path) -> None:
    path = tmp_path / "e.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("o.csv", "a,b\n1,2\n")
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    assert "encrypted" in str(refused(write(tmp_path, "e.zip", bytes(content))))


def test_unknown_kind(tmp_path: Path) -> None:
    assert "'photo.png'" in str(refused(write(tmp_path, "photo.png", b"x")))


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ('[{"a": 1},\n{"a": }]', 2, "not valid JSON"),
        ('[{"a": 1},\n{"a": "x\\', 2, "not valid JSON"),
        ('"just text"', None, "list of objects"),
        ('{"a": [1], "b": [2]}', None, "list of objects"),
        ('{"a": 1}', None, "list of objects"),
        ("[" * 100_000, None, "nested too deeply"),
    ],
)
def test_json_that_is_no_table(tmp_path: Path, content: str, line: int | None, words: str) -> None:
    error = refused(write(tmp_path, "j.json", content))
    assert words in str(error)
    assert error.place is not None
    assert error.place.line == line


def test_json_with_bytes_that_do_not_belong(tmp_path: Path) -> None:
    error = refused(write(tmp_path, "j.json", b'[{"a": "x"},\n{"a": "\xff"}]'))
    assert "line 2" in str(error)


def test_json_items_that_are_no_objects_are_bad_rows(tmp_path: Path) -> None:
    table = read_one(write(tmp_path, "j.json", '[{"a": 1}, 7, {"a": 2}, {"a": "\\ud800"}]'))
    assert rows(table) == [(1, "1"), (3, "2")]
    assert [row[:3] for row in bad_rows(table)] == [(2, None, "invalid_json"), (4, None, "undecodable")]


def test_json_lines_that_cannot_be_read_are_bad_rows(tmp_path: Path) -> None:
    lines = [b'{"a": 1}', b'{"a": ', b"[1]", b'{"a": "\xff"}', b"[" * 100_000, b'{"a": "\\ud800"}', b'{"a": 2}']
    table = read_one(write(tmp_path, "j.jsonl", b"\n".join(lines)))
    assert rows(table) == [(1, "1"), (7, "2")]
    reasons = [(row[0], row[2]) for row in bad_rows(table)]
    assert reasons == [
        (2, "invalid_json"),
        (3, "invalid_json"),
        (4, "undecodable"),
        (5, "invalid_json"),
        (6, "undecodable"),
    ]
    assert bad_rows(table)[0][4] == '{"a": '


def test_numbers_that_are_none_stay_text(tmp_path: Path) -> None:
    """Typing decides later, and says so; reading keeps what the source wrote."""
    query(f"COPY (SELECT 'NaN'::FLOAT AS a, 'inf'::DOUBLE AS b) TO '{tmp_path}/n.parquet' (FORMAT parquet)")
    assert rows(read_one(tmp_path / "n.parquet")) == [(1, "nan", "inf")]
    assert rows(read_one(write(tmp_path, "n.csv", "a,b\nNaN,-Infinity\n"))) == [(2, "NaN", "-Infinity")]
    assert rows(read_one(write(tmp_path, "n.json", json.dumps([{"a": float("inf")}])))) == [(1, "Infinity")]


def test_every_row_bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.sources.writer.CHUNK_ROWS", 100)
    table = read_one(write(tmp_path, "b.csv", "a,b\n" + "1\n" * 1000))
    assert (table.rows, table.bad, len(bad_rows(table))) == (0, 1000, 1000)


def test_careful_reading_writes_in_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.sources.writer.CHUNK_CHARS", 1000)
    monkeypatch.setattr(delimited, "_read_fast", lambda *_: None)
    table = read_one(write(tmp_path, "b.csv", "a,b\n" + "".join(f"{n},x\n" for n in range(2, 1002))))
    assert rows(table) == [(n, str(n), "x") for n in range(2, 1002)]
