"""Imports go one way; the allowed ones are this list. See ARCHITECTURE.md."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("pipelines", "expectations", "models", "dashboard")

# What a package may import of the others. The commands of the CLI and the steps of a run are the two named exceptions.
ALLOWED: dict[str, tuple[str, ...]] = {
    "pipelines": (),
    "expectations": (
        "pipelines.config_file",
        "pipelines.contract",
        "pipelines.read.clock",
        "pipelines.scope",
        "pipelines.words",
        "pipelines.warehouse",
        "pipelines.sqlfiles",
        "pipelines.errors",
        "pipelines.settings",
    ),
    "models": (
        "pipelines.contract",
        "pipelines.warehouse",
        "pipelines.sqlfiles",
        "pipelines.errors",
        "pipelines.settings",
    ),
    "dashboard": (
        "models.statistics",
        "pipelines.acceptances",
        "pipelines.contract",
        "pipelines.decisions",
        "pipelines.edition",
        "pipelines.errors",
        "pipelines.pseudonyms",
        "pipelines.read",
        "pipelines.settings",
        "pipelines.sqlfiles",
        "pipelines.warehouse",
    ),
}
EXCEPTIONS: dict[str, tuple[str, ...]] = {
    "pipelines/run.py": ("expectations.check", "models.risk.score"),
    "pipelines/cli.py": ("dashboard.launch", "expectations.rules_command"),
}


def _python_files() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in names if name.split(".")[0] in PACKAGES}


def _is_allowed(name: str, file: str, package: str) -> bool:
    allowed = (package, *ALLOWED[package], *EXCEPTIONS.get(file, ()))
    # `from pipelines import errors` names the bare package first; the full name beside it decides.
    return name in PACKAGES or any(name == item or name.startswith(item + ".") for item in allowed)


@pytest.mark.parametrize("path", _python_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_only_what_the_plan_allows(path: Path) -> None:
    file = path.relative_to(ROOT).as_posix()
    refused = sorted(name for name in _imported(path) if not _is_allowed(name, file, file.split("/")[0]))
    assert refused == []


def test_the_simulator_knows_neither_rules_nor_models() -> None:
    files = sorted((ROOT / "pipelines" / "simulate").rglob("*.py"))
    assert files
    assert not [f for f in files if any(n.split(".")[0] in ("expectations", "models") for n in _imported(f))]


def test_a_broken_import_would_be_seen(tmp_path: Path) -> None:
    file = tmp_path / "bad.py"
    file.write_text("from dashboard.app import main\n", encoding="utf-8")
    refused = {name for name in _imported(file) if not _is_allowed(name, "models/bad.py", "models")}
    assert refused == {"dashboard.app", "dashboard.app.main"}
