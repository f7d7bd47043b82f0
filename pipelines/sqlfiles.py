"""SQL files that carry a YAML block in their first comment: rules, marts, KPIs."""

import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import ConfigurationError, Place

_FRONT_MATTER = re.compile(r"\A\s*/\*\s*---\s*\n(.*?)\n\s*---\s*\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SqlFile:
    """One SQL file: its front matter, the query without it (no closing semicolon), and where it lies."""

    name: str
    meta: dict[str, Any]
    sql: str
    path: str


def read_sql_file(path: Path) -> SqlFile:
    """Read one file. Raises ConfigurationError with the line where the front matter is wrong."""
    return _parse(path.stem, path.read_text(encoding="utf-8"), str(path))


def read_sql_folder(folder: Path) -> list[SqlFile]:
    """All `.sql` files of a folder, sorted by file name."""
    return [read_sql_file(path) for path in sorted(folder.glob("*.sql"))]


def read_package_sql(package: str) -> list[SqlFile]:
    """All `.sql` files that ship in a package, sorted by file name."""
    found = sorted(
        (item for item in files(package).iterdir() if item.name.endswith(".sql")), key=lambda item: item.name
    )
    return [_parse(item.name.removesuffix(".sql"), item.read_text(encoding="utf-8"), str(item)) for item in found]


def _parse(name: str, text: str, path: str) -> SqlFile:
    match = _FRONT_MATTER.match(text)
    if match is None:
        return SqlFile(name, {}, text.strip().rstrip(";"), path)
    first_line = text[: match.start(1)].count("\n") + 1
    return SqlFile(name, _yaml(match.group(1), path, first_line), text[match.end() :].strip().rstrip(";"), path)


def _yaml(block: str, path: str, first_line: int) -> dict[str, Any]:
    try:
        meta = yaml.safe_load(block) or {}
    except yaml.MarkedYAMLError as error:
        line = first_line + error.problem_mark.line if error.problem_mark else first_line
        raise ConfigurationError(f"front matter is not valid YAML: {error.problem}", place=Place(path, line)) from error
    if not isinstance(meta, dict):
        raise ConfigurationError("front matter must be a list of `key: value` lines.", place=Place(path, first_line))
    return meta
