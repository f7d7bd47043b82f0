"""A failpoint after each step of a run, then one more run: the same result as an undisturbed run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

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


def _run(files: Path, home: Path, failpoint: str | None = None) -> int:
    environment = {**os.environ, **({"ORDERPROOF_FAILPOINT": failpoint} if failpoint else {})}
    command = [sys.executable, "-m", "pipelines.cli", "run", str(files), "--profile", "canonical", "--home", str(home)]
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode


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
