"""Landing: a file is kept once, whole or not at all, under the hash of its content; what is no data is left out and named."""

import errno
import io
import os
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.errors import DiskFullError, OrderProofError, UnreadableFileError, UsageError
from pipelines.ingest.landing import expand, land, not_data, remove_unregistered
from pipelines.settings import Home, open_home
from pipelines.sources import duck
from pipelines.sources.table import ReadOptions
from tests.ingest_fixture import Warehouse, new_home
from tests.readers_fixture import bad_rows, rows, write

OPTIONS = ReadOptions()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home folder."""
    return open_home(tmp_path / "home", create=True)


def landed(home: Home) -> list[str]:
    """Names of what lies in the landing folder."""
    return sorted(item.name for item in home.landing.iterdir())


def test_a_file_is_landed_once(tmp_path: Path, home: Home) -> None:
    path = write(tmp_path, "orders.csv", "id,name\n1,a\n2\n")
    first, second = land(path, OPTIONS, home), land(path, OPTIONS, home)
    assert (first.already_landed, second.already_landed) == (False, True)
    assert (first.batch_id, first.tables, first.bytes) == (second.batch_id, second.tables, path.stat().st_size)
    assert len(first.batch_id) == 16
    assert landed(home) == [first.batch_id]
    table = second.tables[0]
    assert (rows(table), [row[0] for row in bad_rows(table)]) == ([(2, "1", "a")], [3])
    assert (table.columns, table.rows_read) == (("id", "name"), 2)


def test_the_content_makes_the_batch_not_the_name(tmp_path: Path, home: Home) -> None:
    first = land(write(tmp_path, "a.csv", "id\n1\n"), OPTIONS, home)
    renamed = land(write(tmp_path, "b.csv", "id\n1\n"), OPTIONS, home)
    changed = land(write(tmp_path, "a.csv", "id\n2\n"), OPTIONS, home)
    assert renamed.batch_id == first.batch_id != changed.batch_id
    assert (renamed.file, renamed.tables[0].member) == ("b.csv", "b.csv")


def test_another_way_of_reading_is_another_batch(tmp_path: Path, home: Home) -> None:
    path = write(tmp_path, "a.csv", "id;x\n1;2\n")
    one, other = land(path, OPTIONS, home), land(path, ReadOptions(delimiter=","), home)
    assert one.batch_id != other.batch_id
    assert (one.tables[0].columns, other.tables[0].columns) == (("id", "x"), ("id;x",))


def test_nothing_but_tables_stays_behind(tmp_path: Path, home: Home) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("o.csv", "a,b\n1,x\n")
        archive.writestr("p.csv", "a,b\n1,Ä\n".encode("utf-16"))
    batch = land(path, OPTIONS, home)
    names = sorted(item.name for item in (home.landing / batch.batch_id).iterdir())
    assert names == ["manifest.json", "o.csv.parquet", "p.csv.parquet"]


def test_a_file_that_cannot_be_read_leaves_nothing(tmp_path: Path, home: Home) -> None:
    with pytest.raises(UnreadableFileError):
        land(write(tmp_path, "a.parquet", b"no"), OPTIONS, home)
    assert landed(home) == []


def test_half_a_batch_of_a_killed_run_is_made_anew(tmp_path: Path, home: Home) -> None:
    path = write(tmp_path, "a.csv", "id\n1\n")
    batch_id = land(path, OPTIONS, home).batch_id
    for name in (batch_id, f"{batch_id}.part"):
        (home.landing / name).mkdir(exist_ok=True)
        (home.landing / name / "rubbish.parquet").write_bytes(b"x")
    (home.landing / batch_id / "manifest.json").unlink()
    batch = land(path, OPTIONS, home)
    assert not batch.already_landed
    assert landed(home) == [batch_id]
    assert rows(batch.tables[0]) == [(2, "1")]


def _full_for_arrow(*_: object, **__: object) -> Any:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class _FullConnection:
    def __enter__(self) -> "_FullConnection":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def execute(self, sql: str) -> None:
        if sql.startswith("COPY"):
            raise duckdb.IOException('IO Error: Could not write file "x": No space left on device')


@pytest.mark.parametrize("content", ["id,name\n1,a\n", 'id,name\n1,"a\nb"\n'])
def test_full_disk(tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    """Both writers: DuckDB tells a full disk in its own words, the other as the system does."""
    monkeypatch.setattr(duck.duckdb, "connect", lambda **_: _FullConnection())
    monkeypatch.setattr("pipelines.sources.writer.pq.ParquetWriter", _full_for_arrow)
    with pytest.raises(DiskFullError) as caught:
        land(write(tmp_path, "orders.csv", content), OPTIONS, home)
    assert "orders.csv" in str(caught.value)
    assert "Make room" in str(caught.value)
    assert landed(home) == []


def test_a_file_without_permission(tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "secret.csv", "id\n1\n")
    opened = io.open

    def guarded(file: Any, *args: Any, **kwargs: Any) -> Any:
        if str(file) == str(path):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return opened(file, *args, **kwargs)

    monkeypatch.setattr(io, "open", guarded)
    with pytest.raises(UnreadableFileError, match=r"secret\.csv: cannot be read: Permission denied"):
        land(path, OPTIONS, home)


def test_a_folder_named_like_a_file(tmp_path: Path, home: Home) -> None:
    folder = tmp_path / "x.csv"
    folder.mkdir()
    inner = write(folder, "orders.csv", "id\n1\n")
    assert expand([folder]) == [inner]
    with pytest.raises(UnreadableFileError, match="folder"):
        land(folder, OPTIONS, home)


def test_expand_walks_folders_and_leaves_out_what_is_no_data(tmp_path: Path) -> None:
    for folder in ("in/b", "in/a", "in/.git", "in/truth"):
        (tmp_path / folder).mkdir(parents=True)
    wanted = [write(tmp_path, f"in/{name}", "x") for name in ("a/2.CSV", "b/1.xlsx", "c.json")]
    for name in ("SOURCE.md", "README.md", "readme.txt", "photo.png", ".hidden.csv", ".git/x.csv", "truth/planted.csv"):
        write(tmp_path, f"in/{name}", "x")
    assert expand([tmp_path / "in"]) == wanted
    assert [path.name for path in not_data([tmp_path / "in"])] == [
        "README.md",
        "SOURCE.md",
        "photo.png",
        "readme.txt",
        "planted.csv",
    ]


def test_expand_takes_a_file_once(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "x")
    assert expand([path, tmp_path, path]) == [path]


def test_expand_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.csv does not exist"):
        expand([tmp_path / "nowhere.csv"])
    with pytest.raises(UsageError, match="no file in"):
        expand([tmp_path])


def test_unregistered_batches_are_removed(tmp_path: Path, home: Home) -> None:
    kept = land(write(tmp_path, "a.csv", "id\n1\n"), OPTIONS, home).batch_id
    orphan = land(write(tmp_path, "b.csv", "id\n2\n"), OPTIONS, home).batch_id
    (home.landing / f"{orphan}.part").mkdir()
    (home.landing / "notes.txt").write_text("somebody's own file", encoding="utf-8")
    assert sorted(remove_unregistered(home, {kept})) == sorted([orphan, f"{orphan}.part"])
    assert landed(home) == sorted([kept, "notes.txt"])


def test_errors_say_the_state_and_the_next_step(tmp_path: Path, home: Home) -> None:
    with pytest.raises(OrderProofError) as caught:
        land(write(tmp_path, "empty.csv", ""), OPTIONS, home)
    text = str(caught.value)
    assert text.startswith("empty.csv, line 1: the file is empty")
    assert "last published snapshot stands" in text
    assert caught.value.next_step in text


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "orders.csv")
    with pytest.raises(UsageError, match="neither a file nor a folder"):
        expand([tmp_path / "orders.csv"])


def test_a_file_name_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"orders\xff.csv")).write_text("order_id\nA\n", encoding="utf-8")
    with pytest.raises(UsageError, match="Rename the file") as caught:
        expand([tmp_path])
    assert "orders\\xff.csv" in str(caught.value)


@pytest.mark.parametrize("column", ["_ignored", "_line", "_file_no", "_key", "_system"])
def test_a_column_may_be_called_as_it_likes(tmp_path: Path, column: str) -> None:
    path = write(tmp_path, "orders.csv", f"order_id,ordered_at,{column}\nA,2026-01-01,x\nB,2026-01-02,\n")
    with Warehouse(new_home(tmp_path / "loaded")) as warehouse:
        warehouse.load(path)
        assert warehouse.counts() == {"orders.csv": (2, 2, 0, 0, 0, 0)}
