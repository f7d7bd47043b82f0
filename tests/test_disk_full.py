"""A full disk is told as a full disk, whoever met it."""

import errno
import os
from pathlib import Path

import duckdb
import pytest

from pipelines.cli import main
from pipelines.errors import is_disk_full


def _spill_into_too_small_a_folder(folder: Path) -> duckdb.Error:
    with duckdb.connect() as con:
        con.execute(f"SET temp_directory = '{folder}'")
        con.execute("SET max_temp_directory_size = '1MB'")
        con.execute("SET memory_limit = '40MB'")
        with pytest.raises(duckdb.Error) as caught:
            con.execute("CREATE TABLE t AS SELECT range AS a, hash(range) AS b FROM range(20_000_000) ORDER BY b")
    return caught.value


def test_a_spill_that_finds_no_room_is_a_full_disk(tmp_path: Path) -> None:
    assert is_disk_full(_spill_into_too_small_a_folder(tmp_path))


def test_an_error_that_was_wrapped_still_says_it() -> None:
    try:
        try:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            raise RuntimeError("the work file was not written") from error
    except RuntimeError as wrapped:
        assert is_disk_full(wrapped)
    assert not is_disk_full(PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def test_the_command_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_room(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("pipelines.run.open_work_file", no_room)
    (tmp_path / "orders.csv").write_text("order_id,ordered_at\nA,2026-01-01\n", encoding="utf-8")
    code = main(["run", str(tmp_path / "orders.csv"), "--home", str(tmp_path / "home")])
    told = capsys.readouterr().err
    assert code == 1
    assert "no room left on the disk" in told
    assert "last published snapshot stands" in told
    assert "Make room" in told
    assert "defect of OrderProof" not in told
