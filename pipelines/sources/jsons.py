"""JSON and JSON lines: nested objects become columns with dots, lists stay JSON text."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.errors import Place, UnreadableFileError
from pipelines.sources.sniff import find_encoding
from pipelines.sources.table import LandedTable, ReadOptions, TableWriter, require_header

_Record = tuple[int, dict[str, str | None]]


def read_json(path: Path, member: str, options: ReadOptions, out: Path) -> list[LandedTable]:
    """A list of objects, or an object that holds exactly one such list. Line numbers count the objects from 1."""
    encoding = options.encoding or find_encoding(path)
    try:
        value = json.loads(path.read_text(encoding=encoding))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        line = getattr(error, "lineno", None)
        raise UnreadableFileError(
            f"not valid JSON: {error}", place=Place(member, line), next_step="Export it again, or leave it out."
        ) from error
    records = [(number, _flat(item)) for number, item in enumerate(_objects(value, member), start=1)]
    return [_write(records, [], member, encoding, out)]


def read_json_lines(path: Path, member: str, options: ReadOptions, out: Path) -> list[LandedTable]:
    """One object a line; a line that is none goes to the bad rows."""
    encoding = options.encoding or find_encoding(path)
    good: list[_Record] = []
    bad: list[tuple[int, str, str]] = []
    for number, line in _lines(path, encoding):
        try:
            good.append((number, _flat(json.loads(line))))
        except (json.JSONDecodeError, TypeError) as error:
            bad.append((number, str(error), line))
    return [_write(good, bad, member, encoding, out)]


def _lines(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    with path.open(encoding=encoding, errors="backslashreplace") as handle:
        for number, line in enumerate(handle, start=1):
            if line.strip():
                yield number, line.rstrip("\n")


def _objects(value: Any, member: str) -> list[dict[str, Any]]:
    lists = [value] if isinstance(value, list) else [v for v in value.values() if isinstance(v, list)]
    if len(lists) != 1 or not all(isinstance(item, dict) for item in lists[0]):
        raise UnreadableFileError(
            "expected a list of objects, or an object that holds one such list.",
            place=Place(member),
            next_step="Export the records as JSON lines.",
        )
    found: list[dict[str, Any]] = lists[0]
    return found


def _flat(item: Any, prefix: str = "") -> dict[str, str | None]:
    if not isinstance(item, dict):
        raise TypeError("a record must be a JSON object")
    cells: dict[str, str | None] = {}
    for key, value in item.items():
        if isinstance(value, dict):
            cells |= _flat(value, f"{prefix}{key}.")
        else:
            cells[f"{prefix}{key}"] = _text(value)
    return cells


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _write(good: list[_Record], bad: list[tuple[int, str, str]], member: str, encoding: str, out: Path) -> LandedTable:
    columns = tuple(dict.fromkeys(name for _, cells in good for name in cells))
    require_header(list(columns), member, 1)
    with TableWriter(out, member, columns) as writer:
        for line, cells in good:
            writer.add(line, [cells.get(name) for name in columns])
        for line, message, raw in bad:
            writer.add_bad(line, None, "invalid_json", message, raw)
    return writer.finish(encoding, None, ())
