"""Whatever is wrong in a file that people write is told with file and line, before anything is changed."""

from pathlib import Path

import pytest

from expectations.catalogue import load_rules
from pipelines.errors import ConfigurationError
from pipelines.process import load_process
from pipelines.settings import open_home
from tests.ingest_fixture import new_home


def _told(home: Path, name: str, content: bytes) -> str:
    made = new_home(home)
    (made.config / name).write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        made = open_home(home)
        load_process(made, None)
        load_rules(made)
    told = str(caught.value)
    assert str(made.config / name) in told
    return told


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("mature_days: thirty", 1, "whole number of days"),
        ("threads: 2\nreporting_zone: Europe/Berln", 2, "a time zone like Europe/Berlin"),
        ("reporting_zone: [UTC]", 1, "a time zone like"),
        ("memory_limit: lots", 1, "a size like 4GB"),
        ('memory_limit: "4GB\'; DROP"', 1, "a size like 4GB"),
        ("threads: -1", 1, "whole number from 0"),
        ("keep_snapshots: many", 1, "whole number from 0"),
        ("mature_days:", 1, "whole number of days"),
        ("mature_days: true", 1, "whole number of days"),
        ("accuracy_target: 97", 1, "a share between 0 and 1"),
        ("exception_target_hours: 0", 1, "above 0"),
        ("- mature_days", 1, "key: value"),
        ("mature_day: 3", 1, "settings has no"),
        ("1: 3", 1, "settings has no"),
    ],
)
def test_settings(tmp_path: Path, text: str, line: int, said: str) -> None:
    told = _told(tmp_path, "settings.yaml", text.encode())
    assert said in told
    assert f"line {line}" in told


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("stages: later", 1, "a list of stages"),
        ("case: order", 1, "'stages' is missing"),
        ("case: orders\nstages: []", 1, "one of order, line"),
        ("stages:\n  - entry", 2, "a stage must be"),
        ("stages:\n  - stage: entry\n    target_hours: many", 3, "a number of hours"),
        ("stages:\n  - stage: entry\n    activities: 3", 3, "a list of activities"),
        ("stages:\n  - stage: entry\n    activities: [7]", 3, "an activity must be"),
        ("stages:\n  - stage: entry\n    activities: [[7]]", 3, "an activity must be"),
        (
            "stages:\n  - stage: entry\n    activities:\n      - {name: Entered, mark: end}",
            4,
            "an activity has no 'mark'; did you mean 'marks'",
        ),
        ("stages:\n  - stage: entry\nerror_costs: 3", 3, "error_costs"),
    ],
)
def test_process(tmp_path: Path, text: str, line: int, said: str) -> None:
    told = _told(tmp_path, "process.yaml", text.encode())
    assert said in told
    assert f"line {line}" in told


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("stuck_order:\n  parameters: [1]", 2, "key: value"),
        ("7: off", 1, "has no 7"),
        ("stuck_order:\n  parameters: {3: 1}", 2, "has no 3"),
        ("stuck_order:\n  parameters:\n    times: often", 3, "a number like 1.5"),
    ],
)
def test_rules(tmp_path: Path, text: str, line: int, said: str) -> None:
    told = _told(tmp_path, "rules.yaml", text.encode())
    assert said in told
    assert f"line {line}" in told


@pytest.mark.parametrize("name", ["settings.yaml", "process.yaml", "rules.yaml"])
def test_bytes_that_are_no_text(tmp_path: Path, name: str) -> None:
    told = _told(tmp_path, name, b"a: 1\nb: \xff\n")
    assert "not UTF-8" in told
    assert "line 2" in told
