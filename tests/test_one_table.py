"""Any table through the profile `one-table`: every row a record, every cell as it came, and pages that still render."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import data
from pipelines.errors import ConfigurationError
from pipelines.run import run
from pipelines.settings import open_home
from pipelines.sources.profile_files import match_profile
from pipelines.sources.table import LandedTable
from tests.ingest_fixture import Warehouse, new_home, write_csv

APP = Path(__file__).parent.parent / "dashboard" / "app.py"
PAGES = ("overview", "error_rate", "stages", "exceptions", "traces", "risk", "data")


def test_a_row_becomes_a_record_with_every_cell_as_it_came(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "towns.csv", "town,zip,Note", ["Gent, 9000,N/A", "Aalst,,  "])
    with Warehouse(new_home(tmp_path / "home"), "one-table") as warehouse:
        warehouse.load(path)
        rows = warehouse.rows("SELECT record_id, table_name, row_id, content, _line FROM core.records ORDER BY _line")
    assert [row[:3] for row in rows] == [("towns/Gent", "towns", "Gent"), ("towns/Aalst", "towns", "Aalst")]
    assert [json.loads(row[3]) for row in rows] == [
        {"town": "Gent", "zip": " 9000", "Note": "N/A"},
        {"town": "Aalst", "zip": None, "Note": "  "},
    ]
    assert [row[4] for row in rows] == [2, 3]


@pytest.mark.parametrize("first", [["7", "7"], ["7", ""]], ids=["repeated", "empty"])
def test_the_line_is_the_key_where_the_first_column_is_none(first: list[str], tmp_path: Path) -> None:
    path = write_csv(tmp_path / "t.csv", "id,v", [f"{key},a" for key in first])
    with Warehouse(new_home(tmp_path / "home"), "one-table") as warehouse:
        warehouse.load(path)
        assert warehouse.rows("SELECT row_id FROM core.records ORDER BY _line") == [("2",), ("3",)]
        assert warehouse.rows("SELECT * FROM meta.unknown_columns") == []


def test_two_tables_are_kept_apart_and_a_mended_row_is_a_new_version(tmp_path: Path) -> None:
    first = write_csv(tmp_path / "a.csv", "id,v", ["1,old", "2,same"])
    other = write_csv(tmp_path / "b.csv", "id,v", ["1,other"])
    (tmp_path / "later").mkdir()
    later = write_csv(tmp_path / "later" / "a.csv", "id,v", ["1,new", "2,same"])
    with Warehouse(new_home(tmp_path / "home"), "one-table") as warehouse:
        warehouse.load(first, other)
        warehouse.load(later)
        found = warehouse.rows("SELECT record_id, json_extract_string(content, '$.v') FROM core.records ORDER BY 1")
        assert found == [("a/1", "new"), ("a/2", "same"), ("b/1", "other")]


def test_the_profile_is_never_chosen_by_itself(tmp_path: Path) -> None:
    table = LandedTable("t.csv", tmp_path / "t.parquet", None, ("whatever",), 1, 0, "utf-8")
    with pytest.raises(ConfigurationError):
        match_profile([("t.csv", table)], open_home(tmp_path / "home", create=True))


@pytest.fixture(scope="module")
def table_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("table")
    path = write_csv(folder / "towns.csv", "town,zip", [f"Town {n % 5},{9000 + n % 5}" for n in range(40)])
    run([path], open_home(folder / "home", create=True), "one-table")
    return folder / "home"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_renders_without_any_order(page: str, table_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERPROOF_HOME", str(table_home))
    data.home.cache_clear()
    app = AppTest.from_file(str(APP), default_timeout=60)
    if page != "overview":
        app.switch_page(f"pages/{page}.py")
    app.run()
    assert not app.exception
    assert "\n".join(str(item.value) for item in app.markdown).count("## ") >= 1
