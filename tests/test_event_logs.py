"""XES and object-centric logs: what they say by hand, what is wrong in them, and written out and read again."""

import gzip
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.cli import main
from pipelines.errors import UnreadableFileError
from pipelines.run import run
from pipelines.settings import open_home
from pipelines.sources.readers import read_file
from pipelines.sources.table import LandedTable, ReadOptions
from pipelines.warehouse import open_snapshot, require_snapshot

XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <global scope="trace"><string key="concept:name" value="unnamed"/></global>
  <global scope="event"><string key="org:resource" value="nobody"/></global>
  <string key="origin" value="by hand"/>
  <trace>
    <string key="concept:name" value="0042"/>
    <string key="region" value="North &amp; West"/>
    <event>
      <string key="concept:name" value="Order received"/>
      <date key="time:timestamp" value="2026-03-02T09:15:00+01:00"/>
    </event>
    <event>
      <string key="concept:name" value="Order approved"><string key="by" value="chief"/></string>
      <string key="org:resource" value="u1"/>
      <date key="time:timestamp" value="2026-03-02T10:15:00+01:00"/>
      <list key="codes"><values><string key="first" value="A"/></values></list>
    </event>
  </trace>
  <trace><string key="concept:name" value="0043"/></trace>
</log>
"""


def read(path: Path, **options: str) -> list[tuple[LandedTable, pl.DataFrame]]:
    out = path.parent / "out"
    out.mkdir(exist_ok=True)
    return [(table, pl.read_parquet(table.parquet)) for table in read_file(path, ReadOptions(**options), out)]  # type: ignore[arg-type]


def test_xes_by_hand(tmp_path: Path) -> None:
    (tmp_path / "log.xes").write_text(XES, encoding="utf-8")
    ((table, rows),) = read(tmp_path / "log.xes")
    assert rows.to_dicts() == [
        {"_line": 9, "case:concept:name": "0042", "case:region": "North & West", "org:resource": "nobody",
         "concept:name": "Order received", "time:timestamp": "2026-03-02T09:15:00+01:00",
         "concept:name.by": None, "codes.values.first": None},
        {"_line": 13, "case:concept:name": "0042", "case:region": "North & West", "org:resource": "u1",
         "concept:name": "Order approved", "time:timestamp": "2026-03-02T10:15:00+01:00",
         "concept:name.by": "chief", "codes.values.first": "A"},
    ]  # fmt: skip
    assert table.notes == ("1 traces have no event; nothing of them can be attached to an order",)


def test_an_attribute_that_comes_late_is_not_lost(tmp_path: Path) -> None:
    event = '<event><string key="concept:name" value="a"/><date key="time:timestamp" value="2026-03-02T09:15:00Z"/>{}</event>'
    events = event.format("") * 1200 + event.format('<string key="late" value="x"/>')
    (tmp_path / "log.xes").write_text(f'<log><trace><string key="concept:name" value="1"/>{events}</trace></log>')
    ((_, rows),) = read(tmp_path / "log.xes")
    assert (rows.height, rows["late"].to_list()[-1], rows["late"].null_count()) == (1201, "x", 1200)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("<log>\n<trace>\n</log>", 3, "mismatched tag"),
        ("<log></log>", 1, "empty"),
        ("no xml", 1, "syntax error"),
        ('<!DOCTYPE log [<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY {b} "{"&" + a + ";" * 1}{("&" + a + ";") * 9}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)) + "]><log>&i;</log>", None, "amplification"),
    ],
)  # fmt: skip
def test_what_is_no_xes_is_told_with_its_line(tmp_path: Path, text: str, line: int | None, said: str) -> None:
    (tmp_path / "log.xes").write_text(text)
    with pytest.raises(UnreadableFileError, match=said) as caught:
        read(tmp_path / "log.xes")
    assert caught.value.place is not None and (line is None or caught.value.place.line == line)


OCEL = {
    "objectTypes": [], "eventTypes": [],
    "objects": [
        {"id": "o1", "type": "order", "attributes": [
            {"name": "price", "time": "1970-01-01T00:00:00Z", "value": "10"}, {"name": "price", "time": "2026-03-03T00:00:00Z", "value": 12.5}],
         "relationships": [{"objectId": "i1", "qualifier": "item"}]},
        {"id": "o2", "type": "order"}, {"id": "i1", "type": "order item"}, {"id": "i2", "type": "order item"},
        {"id": "p1", "type": "package"}, {"id": "truck", "type": "truck"}, {"id": "lost", "type": "truck"},
    ],
    "events": [
        {"id": "e1", "type": "place", "time": "2026-03-01T08:00:00Z", "attributes": [{"name": "resource", "value": "ann"}],
         "relationships": [{"objectId": "o2", "qualifier": ""}, {"objectId": "i2", "qualifier": ""}]},
        {"id": "e2", "type": "pick", "time": "2026-03-02T08:00:00Z", "relationships": [{"objectId": "i1", "qualifier": ""}]},
        {"id": "e3", "type": "pack", "time": "2026-03-03T08:00:00Z",
         "relationships": [{"objectId": key, "qualifier": ""} for key in ("i1", "i2", "p1")]},
        {"id": "e4", "type": "send", "time": "2026-03-04T08:00:00Z", "relationships": [{"objectId": "p1", "qualifier": ""}]},
        {"id": "e5", "type": "park", "time": "2026-03-05T08:00:00Z", "relationships": [{"objectId": "lost", "qualifier": ""}]},
    ],
}  # fmt: skip


def test_events_belong_to_the_orders_that_their_objects_belong_to(tmp_path: Path) -> None:
    (tmp_path / "log.json").write_text(json.dumps(OCEL))
    (events, rows), (changes, changed) = read(tmp_path / "log.json")
    assert (events.member, changes.member) == ("log.json#events", "log.json#changes")
    told = rows.select("_line", "ocel:eid", "ocel:order", "ocel:line").rows()
    assert told == [
        (1, "e1", "o2", "i2"),
        (2, "e2", "o1", "i1"),
        (3, "e3", "o1", None), (3, "e3", "o2", None),
        (4, "e4", "o1", None), (4, "e4", "o2", None),
        (5, "e5", None, None),
    ]  # fmt: skip
    assert changed.drop("_line").rows() == [("o1", None, "o1", "order", "price", "10", "12.5", "2026-03-03T00:00:00Z")]


def test_the_leading_object_can_be_named_and_must_be_there(tmp_path: Path) -> None:
    (tmp_path / "log.json").write_text(json.dumps(OCEL))
    (_, rows), *_ = read(tmp_path / "log.json", leading="package")
    assert set(rows["ocel:order"].drop_nulls()) == {"p1"}
    text = json.dumps(OCEL).replace("order item", "item").replace('"order"', '"case"')
    (tmp_path / "other.json").write_text(text)
    with pytest.raises(UnreadableFileError, match="called an order: case, item, truck, package"):
        read(tmp_path / "other.json")


@pytest.mark.parametrize("content", [b"SQLite format 3\x00 but no more", b"", b"a,b\n1,2\n"])
def test_what_is_no_database_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "log.sqlite").write_bytes(content)
    with pytest.raises(UnreadableFileError, match="object-centric"):
        read(tmp_path / "log.sqlite")


def _loaded(files: Path, home: Path) -> duckdb.DuckDBPyConnection:
    opened = open_home(home, create=True)
    run([files], opened)
    return open_snapshot(require_snapshot(opened))


ACTIONS = 'SELECT order_id, activity, user_id, "at" FROM core.user_actions ORDER BY ALL'


@pytest.mark.parametrize("suffix", ["xes", "xes.gz", "json", "sqlite"])
def test_a_log_that_was_written_is_read_as_the_same(suffix: str, company_home: Path, tmp_path: Path) -> None:
    out = tmp_path / f"log.{suffix}"
    assert main(["export", "log", "--home", str(company_home), "--out", str(out)]) == 0
    with open_snapshot(require_snapshot(open_home(company_home))) as con:
        expected = con.execute(ACTIONS).fetchall()
        changes = con.execute(
            "SELECT order_id, field, new_value FROM core.order_changes WHERE old_value IS NOT NULL AND new_value IS NOT NULL ORDER BY ALL"
        ).fetchall()
    with _loaded(out, tmp_path / "home") as con:
        prefix = "order:" if suffix in ("json", "sqlite") else ""
        found = con.execute(ACTIONS.replace("order_id,", f"replace(order_id, '{prefix}', '') AS order_id,")
                            .replace("user_id,", "replace(user_id, 'user:', '') AS user_id,")).fetchall()  # fmt: skip
        assert found == expected and len(found) > 1000
        if prefix:
            told = con.execute(
                "SELECT replace(order_id, 'order:', ''), field, new_value FROM core.order_changes ORDER BY ALL"
            ).fetchall()
            assert set(told) >= set(changes) and changes


def test_xes_holds_whatever_a_text_holds(company_home: Path, tmp_path: Path) -> None:
    out = tmp_path / "log.xes.gz"
    assert main(["export", "log", "--home", str(company_home), "--out", str(out), "--limit", "5"]) == 0
    with gzip.open(out, "rt", encoding="utf-8") as handle:
        assert handle.read().rstrip().endswith("</log>")


def test_the_database_has_the_tables_of_the_standard(company_home: Path, tmp_path: Path) -> None:
    out = tmp_path / "log.sqlite"
    main(["export", "log", "--home", str(company_home), "--out", str(out)])
    con = sqlite3.connect(out)
    tables = {row[0] for row in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables >= {
        "event",
        "object",
        "event_object",
        "object_object",
        "event_map_type",
        "object_map_type",
        "object_order",
    }
    for (mapped,) in con.execute("SELECT ocel_type_map FROM event_map_type"):
        assert f"event_{mapped}" in tables
    orphans = con.execute("SELECT count(*) FROM event_object WHERE ocel_object_id NOT IN (SELECT ocel_id FROM object)")
    assert orphans.fetchone() == (0,)


def test_another_suffix_is_refused(company_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "log", "--home", str(company_home), "--out", str(tmp_path / "log.doc")]) == 2
    assert ".csv" in capsys.readouterr().err


def _company_with_prices(tmp_path: Path) -> Path:
    """Two orders; of the price of a line the log knows a number and later a word, of its quantity two numbers."""
    folder = tmp_path / "files"
    folder.mkdir()
    for name, text in {
        "orders": "order_id,ordered_at,net_amount,channel\n1,2026-01-05T08:00:00Z,1234.50,0042\n2,2026-01-06T08:00:00Z,20,0042\n",
        "order_lines": "line_id,order_id,sku,quantity,unit_price\n1-1,1,007,3,411.50\n2-1,2,008,1,20\n",
        "user_actions": "action_id,order_id,line_id,activity,at,user_id\na,1,1-1,Order entered,2026-01-05T08:00:00Z,u1\n"
        "b,2,2-1,Order entered,2026-01-06T08:00:00Z,u1\n",
        "order_changes": "change_id,order_id,line_id,field,old_value,new_value,changed_at,changed_by\n"
        "h1,1,1-1,quantity,30,3,2026-01-05T09:00:00Z,u1\nh2,2,2-1,quantity,1.5,1,2026-01-06T09:00:00Z,u1\n"
        "h3,2,2-1,unit_price,20,free,2026-01-06T09:00:00Z,u1\n",
    }.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    home = open_home(tmp_path / "priced", create=True)
    run([folder], home)
    return home.path


def test_numbers_are_written_as_numbers(tmp_path: Path) -> None:
    home = _company_with_prices(tmp_path)
    for suffix in ("xes", "json", "sqlite"):
        assert main(["export", "log", "--home", str(home), "--out", str(tmp_path / f"log.{suffix}")]) == 0
    xes = (tmp_path / "log.xes").read_text(encoding="utf-8")
    amounts = re.findall('<(.*) key="net_amount" value="(.*)"/>', xes)
    assert [(kind, float(value)) for kind, value in amounts] == [("float", 1234.5), ("float", 20)]
    assert '<string key="channel" value="0042"/>' in xes

    log = json.loads((tmp_path / "log.json").read_text(encoding="utf-8"))
    types = {kind["name"]: {a["name"]: a["type"] for a in kind["attributes"]} for kind in log["objectTypes"]}
    assert types["order"]["net_amount"] == types["line"]["quantity"] == "float"
    # a price that was once a word is no number, and a code of digits never was one
    assert types["line"]["unit_price"] == types["line"]["sku"] == types["order"]["channel"] == "string"
    line = next(item for item in log["objects"] if item["id"] == "line:2-1")
    assert [a["value"] for a in line["attributes"] if a["name"] == "quantity"] == [1.5, 1]
    order = next(item for item in log["objects"] if item["id"] == "order:1")
    assert {a["name"]: a["value"] for a in order["attributes"]} == {"channel": "0042", "net_amount": 1234.5}

    with closing(sqlite3.connect(tmp_path / "log.sqlite")) as con:
        declared = {row[1]: row[2] for row in con.execute("PRAGMA table_info(object_line)")}
        assert (declared["quantity"], declared["unit_price"], declared["sku"]) == ("REAL", "TEXT", "TEXT")
        assert con.execute("SELECT net_amount FROM object_order WHERE ocel_id = 'order:1'").fetchall() == [(1234.5,)]
    for suffix in ("json", "sqlite"):
        with _loaded(tmp_path / f"log.{suffix}", tmp_path / f"from_{suffix}") as back:
            told = back.execute("SELECT line_id, field, old_value, new_value FROM core.order_changes ORDER BY ALL")
            assert [(field, old, new) for _line, field, old, new in told.fetchall()] == [
                ("quantity", "30", "3"), ("quantity", "1.5", "1"), ("unit_price", "20", "free")]  # fmt: skip
