"""SQL files that carry a YAML block in their first comment: rules, marts, KPIs."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pipelines.config_file import config_text, parse_yaml
from pipelines.errors import ConfigurationError, Place

_FRONT_MATTER = re.compile(r"\A\s*/\*\s*---\s*\n(.*?)\n\s*---\s*\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SqlFile:
    """One SQL file: its front matter, the query without it (no closing semicolon), where it lies and on which line
    of the file the query begins.
    """

    name: str
    meta: dict[str, Any]
    sql: str
    path: str
    line: int = 1


def read_sql_file(path: Path) -> SqlFile:
    """Read one file. Raises ConfigurationError with the line where the front matter is wrong."""
    return _parse(path.stem, config_text(path), str(path))


def read_package_sql(package: str) -> list[SqlFile]:
    """All `.sql` files that ship in a package, sorted by file name."""
    return list(_package_sql(package))


@cache
def _package_sql(package: str) -> tuple[SqlFile, ...]:
    """What ships does not change while a process runs."""
    found = sorted(
        (item for item in files(package).iterdir() if item.name.endswith(".sql")), key=lambda item: item.name
    )
    return tuple(_parse(item.name.removesuffix(".sql"), item.read_text(encoding="utf-8"), str(item)) for item in found)


def _parse(name: str, text: str, path: str) -> SqlFile:
    match = _FRONT_MATTER.match(text)
    if match is None:
        return _sql_file(name, {}, text, 0, path)
    return _sql_file(name, _yaml(text, match, path), text, match.end(), path)


def _sql_file(name: str, meta: dict[str, Any], text: str, start: int, path: str) -> SqlFile:
    query = text[start:]
    before = text[: start + len(query) - len(query.lstrip())]
    return SqlFile(name, meta, query.strip().rstrip(";"), path, before.count("\n") + 1)


def _yaml(text: str, match: re.Match[str], path: str) -> dict[str, Any]:
    """The front matter, with the lines of the file it stands in."""
    first_line = text[: match.start(1)].count("\n")
    meta = parse_yaml("\n" * first_line + match.group(1), path) or {}
    if not isinstance(meta, dict):
        place = Place(path, first_line + 1)
        raise ConfigurationError("front matter must be a list of `key: value` lines.", place=place)
    return meta
