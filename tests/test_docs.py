"""The docs tell the truth: commands, KPIs, rules, settings and entities are documented, README commands work."""

import importlib.util
import re
import shlex
from pathlib import Path
from types import ModuleType

import pytest

from pipelines.arguments import build_parser
from pipelines.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
TEST_COMMANDS = ["python3 -m pip install -q uv", "python3 -m uv run -q pytest"]


def _reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_reference", ROOT / "docs" / "write_reference.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_command_below_a_command_is_documented_with_its_options() -> None:
    commands = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    _before, found, after = commands.partition("## orderproof process discover")
    assert found and "`--out`" in after.partition("## ")[0]
    assert "| `what` |  |" not in commands and not re.search(r"\| `[^`]+` \|\s+\|", commands)


@pytest.mark.parametrize("page", ["commands.md", "entities.md", "kpis.md", "rules.md", "settings.md"])
def test_reference_pages_are_what_the_definitions_say(page: str) -> None:
    written = (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8")
    assert written == _reference().pages()[page], "run: uv run python docs/write_reference.py"


def _readme_commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def _orderproof_commands() -> list[str]:
    found = [re.search(r"\borderproof (.+?)(?:$| &&|\s#)", line) for line in _readme_commands()]
    return [match.group(1) for match in found if match]


def test_the_readme_shows_every_command() -> None:
    shown = {command.split()[0] for command in _orderproof_commands()}
    assert shown >= {
        "demo",
        "run",
        "dashboard",
        "status",
        "kpi",
        "export",
        "accept",
        "rules",
        "simulate",
        "scoreboard",
        "templates",
    }


@pytest.mark.parametrize("command", _orderproof_commands())
def test_readme_commands_are_understood(command: str) -> None:
    options = build_parser().parse_args(shlex.split(command))
    assert callable(COMMANDS[options.command])


def test_ci_runs_the_readme_test_command() -> None:
    line = next(line for line in _readme_commands() if "pytest" in line)
    assert [part.strip() for part in line.split("&&")] == TEST_COMMANDS
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [part for part in script if part in TEST_COMMANDS] == TEST_COMMANDS


def test_every_file_the_docs_name_exists() -> None:
    for page in (ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "docs" / "rules.md"):
        for target in re.findall(r"\]\((?!https?:|#)([^)]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target.split("#")[0]).exists(), f"{page.name} names {target}"
