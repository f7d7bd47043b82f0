"""Wrong usage is told before anything is opened."""

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
