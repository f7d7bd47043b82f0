"""A failpoint after each step of a run, then one more run: the same result as an undisturbed run."""

import multiprocessing
import os
import sys
from pathlib import Path

import pytest

from pipelines.cli import main
from pipelines.settings import open_home
from pipelines.simulate import simulate
from pipelines.warehouse import current_snapshot, open_snapshot, require_snapshot

STEPS = ("land", "copy", "load", "facts", "checks", "orders", "risk", "before publish", "publish")

# What must not depend on an interruption; the stamps of runs (ids, wall clock) are left out.
FIGURES = {
    "orders": "SELECT count(*), bit_xor(hash(o)) FROM core.orders o",
    "lines": "SELECT count(*), bit_xor(hash(o)) FROM core.order_lines o",
    "order facts": "SELECT count(*), bit_xor(hash(o)) FROM marts.order_facts o",
    "stage facts": "SELECT count(*), bit_xor(hash(o)) FROM marts.stage_facts o",
    "defects": "SELECT count(*), bit_xor(hash(defect_id)) FROM ledger.defects",
    "files": "SELECT count(*), sum(rows_read), sum(accepted), sum(duplicate), sum(superseded) FROM meta.files",
    "scores": "SELECT count(*), round(sum(novelty), 6) FROM risk.scores",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    simulate(300, folder, 3)
    return folder


# Runs are real processes that really die. They are forked from a server that has the slow imports behind it.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["expectations.suite_runner", "models.risk.score", "pipelines.run"])


def _run(files: Path, home: Path, failpoint: str | None = None) -> int:
    process = _PROCESSES.Process(target=_command, args=(str(files), str(home), failpoint))
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def _command(files: str, home: str, failpoint: str | None) -> None:
    if failpoint:
        os.environ["ORDERPROOF_FAILPOINT"] = failpoint
    sys.exit(main(["run", files, "--profile", "canonical", "--home", home]))


def _figures(home: Path) -> dict[str, list[tuple[object, ...]]]:
    with open_snapshot(require_snapshot(open_home(home))) as con:
        return {name: con.execute(query).fetchall() for name, query in FIGURES.items()}


@pytest.fixture(scope="module")
def undisturbed(files: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    home = tmp_path_factory.mktemp("undisturbed")
    assert _run(files, home) == 0
    return _figures(home)


def test_killed_after_every_step_then_run_once_more(
    files: Path, undisturbed: dict[str, list[tuple[object, ...]]], tmp_path: Path
) -> None:
    for step in STEPS:
        assert _run(files, tmp_path, failpoint=step) == -9, step
        published = current_snapshot(open_home(tmp_path))
        assert (published is not None) == (step == "publish"), step
    assert _run(files, tmp_path) == 0
    assert _figures(tmp_path) == undisturbed


def test_the_same_files_again_change_nothing(
    files: Path, undisturbed: dict[str, list[tuple[object, ...]]], tmp_path: Path
) -> None:
    assert _run(files, tmp_path) == 0
    assert _run(files, tmp_path) == 0
    assert _figures(tmp_path) == undisturbed
