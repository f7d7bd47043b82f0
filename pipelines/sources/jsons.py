"""JSON and JSON lines: nested objects become columns with dots, lists stay JSON text."""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from pipelines.errors import Place, UnreadableFileError
from pipelines.sources.object_events import read_object_log
from pipelines.sources.ocel import is_object_log
from pipelines.sources.sniff import find_encoding
from pipelines.sources.table import LandedTable, ReadOptions, empty_file, require_header, unique_names
from pipelines.sources.text import fault, open_text
from pipelines.sources.writer import TableWriter

_Cells = dict[str, str | None]
_Bad = tuple[str, str]
"""(reason code, words)"""
_Item = tuple[int, _Cells | _Bad, str]
"""(line or record number, the record or what is wrong with it, its text as it stands)"""

_FIRST = 1000


class _Number(float):
    """A number that remembers how it was written: 1.10 stays 1.10, and no digit of a long amount is lost."""

    raw: str

    def __new__(cls, raw: str) -> "_Number":
        made = super().__new__(cls, raw)
        made.raw = raw
        return made


def read_json(path: Path, member: str, options: ReadOptions, out: Path) -> list[LandedTable]:
    """A list of objects, or an object that holds exactly one such list; or an object-centric event log.

    Line numbers count the objects from 1.

    Raises UnreadableFileError, with the line, for text that is not JSON. An item that is no object goes to the bad rows.
    """
    encoding = find_encoding(path, options.encoding)
    with open_text(path, encoding) as handle:
        text = handle.read()
    value = _parsed(text, member, encoding)
    if is_object_log(value):
        return read_object_log(value, member, options, out)
    items = _list_of(value, member)
    return [_write(lambda: _numbered(items), member, encoding, out)]


def read_json_lines(path: Path, member: str, options: ReadOptions, out: Path) -> list[LandedTable]:
    """One object a line; a line that is none goes to the bad rows. Read twice: first for the columns, then for the rows."""
    encoding = find_encoding(path, options.encoding)
    return [_write(lambda: _lines(path, encoding), member, encoding, out)]


def _parsed(text: str, member: str, encoding: str) -> Any:
    require_header([text], member, 1)
    found = fault(text, encoding)
    if found is not None:
        line = next(number for number, part in enumerate(text.split("\n"), start=1) if fault(part, encoding))
        raise _not_json(f"it holds {found[1]}", member, line)
    try:
        return json.loads(text, parse_float=_Number)
    except json.JSONDecodeError as error:
        raise _not_json(error.msg, member, error.lineno, error.colno) from error
    except RecursionError as error:
        raise _not_json("it is nested too deeply", member) from error


def _not_json(reason: str, member: str, line: int | None = None, at: int | None = None) -> UnreadableFileError:
    where = f" at character {at}" if at else ""
    next_step = "Export it again, or leave it out."
    return UnreadableFileError(f"not valid JSON: {reason}{where}.", place=Place(member, line), next_step=next_step)


def _list_of(value: Any, member: str) -> list[Any]:
    members = value.values() if isinstance(value, dict) else [value]
    lists = [item for item in members if isinstance(item, list)]
    if len(lists) != 1:
        raise UnreadableFileError(
            "expected a list of objects, or an object that holds one such list.",
            place=Place(member),
            next_step="Export the records as JSON lines.",
        )
    return list(lists[0])


def _numbered(items: list[Any]) -> Iterator[_Item]:
    for number, item in enumerate(items, start=1):
        yield number, _record(item), "" if isinstance(item, dict) else json.dumps(item, ensure_ascii=False)


def _lines(path: Path, encoding: str) -> Iterator[_Item]:
    with open_text(path, encoding) as handle:
        for number, line in enumerate(handle, start=1):
            if line.strip("\ufeff \t\r\n"):
                yield number, _line(line, encoding), line


def _line(line: str, encoding: str) -> _Cells | _Bad:
    found = fault(line, encoding)
    if found is not None:
        return found[0], f"the line holds {found[1]}"
    try:
        return _record(json.loads(line.lstrip("\ufeff"), parse_float=_Number))
    except json.JSONDecodeError as error:
        return "invalid_json", f"not valid JSON: {error.msg} at character {error.colno}"
    except RecursionError:
        return "invalid_json", "not valid JSON: it is nested too deeply"


def _record(item: Any) -> _Cells | _Bad:
    if not isinstance(item, dict):
        return "invalid_json", "a record must be a JSON object"
    cells = dict(_flat(item, ""))
    try:
        "".join([*cells, *filter(None, cells.values())]).encode("utf-8")
    except UnicodeEncodeError:
        return "undecodable", "a text holds half of a character (a lone surrogate)"
    return cells


def _flat(item: dict[str, Any], prefix: str) -> Iterable[tuple[str, str | None]]:
    for key, value in item.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", _text(value)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.raw if isinstance(value, _Number) else json.dumps(value, ensure_ascii=False)


def _write(items: Callable[[], Iterator[_Item]], member: str, encoding: str, out: Path) -> LandedTable:
    """The columns of the first records are mostly all there are; where a later record has more, all are read again."""
    table = _try_write(_keys(islice(items(), _FIRST)), items, member, encoding, out)
    if table is None:
        table = _try_write(_keys(items()), items, member, encoding, out)
    if table is None or not table.rows_read:
        raise empty_file(member, 1)
    return table


def _keys(items: Iterable[_Item]) -> list[str]:
    return list(dict.fromkeys(name for _, cells, _ in items if isinstance(cells, dict) for name in cells))


def _try_write(
    keys: list[str], items: Callable[[], Iterator[_Item]], member: str, encoding: str, out: Path
) -> LandedTable | None:
    """All records; None at the first that has another key."""
    columns, notes = unique_names(keys)
    known = frozenset(keys)
    with TableWriter(out, member, columns) as writer:
        for line, cells, raw in items():
            if not isinstance(cells, dict):
                writer.add_bad(line, None, *cells, raw)
            elif known.issuperset(cells):
                writer.add(line, [cells.get(key) for key in keys], len(raw))
            else:
                return None
    return writer.finish(encoding, None, notes)
