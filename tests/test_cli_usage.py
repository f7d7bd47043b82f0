"""Wrong usage is told before anything is opened."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.cli import main


@pytest.mark.parametrize("command", [["kpi"], ["export", "risk"]])
def test_a_period_that_ends_before_it_begins(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    out = ["--out", str(tmp_path / "list.csv")] if command[0] == "export" else []
    period = ["--from", "2026-03-02", "--to", "2026-03-01"]
    assert main([*command, *period, *out, "--home", str(tmp_path / "home")]) == 2
    assert "begins on 2026-03-02, after its end on 2026-03-01" in capsys.readouterr().err


@pytest.mark.parametrize("asked", [["rules"], ["rules", "wrong_price"]], ids=["a long answer", "a short one"])
def test_a_reader_that_closes_the_pipe_is_no_defect(tmp_path: Path, asked: list[str]) -> None:
    command = [sys.executable, "-c", "from pipelines.cli import main; raise SystemExit(main())", *asked]
    # Held back until the end of the command, as where output is not a terminal's.
    held_back = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        [*command, "--home", str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=held_back
    ) as listing:
        assert listing.stdout is not None and listing.stderr is not None
        listing.stdout.close()
        told = listing.stderr.read()
    assert (listing.returncode, told) == (0, "")
