"""XES event logs (IEEE 1849): one row an event, the attributes of its trace beside its own."""

from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

from pipelines.errors import Place, UnreadableFileError
from pipelines.sources.table import LandedTable, ReadOptions, empty_file, unique_names
from pipelines.sources.writer import TableWriter

TRACE = "case:"
"""What stands before the name of a trace's attribute."""
_VALUES = frozenset({"string", "date", "int", "float", "boolean", "id"})
_GROUPS = frozenset({"list", "container", "values"})
_FIRST = 1000

_Cells = dict[str, str | None]
_Take = Callable[[int, _Cells], None]
"""Takes the line and the cells of an event."""


class _Enough(Exception):  # noqa: N818 - no error
    """Ends the reading before the end of the file."""


def read_xes(path: Path, member: str, options: ReadOptions, out: Path) -> list[LandedTable]:
    """The events of all traces in their order, with the line of the XML at which each begins.

    Attributes of the log's global scopes stand in where an event or a trace does not name them. Nested attributes get
    names with a dot. Traces without events are told in a note. Raises UnreadableFileError, with the line, for text that
    is not XML or holds no event.
    """
    # The first events mostly have all the attributes there are; where a later one has more, all are read again.
    table = _try_write(_names(path, member, _FIRST), path, member, out)
    if table is None:
        table = _try_write(_names(path, member, None), path, member, out)
    if table is None or not table.rows:
        raise empty_file(member, 1)
    return [table]


def _names(path: Path, member: str, limit: int | None) -> list[str]:
    """Names of the attributes of the first events, those of their traces first."""
    names: dict[str, None] = {}
    events = 0

    def take(_: int, cells: _Cells) -> None:
        nonlocal events
        events += 1
        names.update(dict.fromkeys(cells))
        if events == limit:
            raise _Enough

    _parse(path, member, take)
    return sorted(names, key=lambda name: not name.startswith(TRACE))


def _try_write(keys: list[str], path: Path, member: str, out: Path) -> LandedTable | None:
    """All events; None at the first that has another attribute."""
    columns, notes = unique_names(keys)
    known, complete = frozenset(keys), True

    def take(line: int, cells: _Cells) -> None:
        nonlocal complete
        if not known.issuperset(cells):
            complete = False
            raise _Enough
        writer.add(line, [cells.get(key) for key in keys], 40 * len(cells))

    with TableWriter(out, member, columns) as writer:
        empty = _parse(path, member, take)
    return writer.finish("utf-8", None, (*notes, *_told(empty))) if complete else None


def _told(empty_traces: int) -> tuple[str, ...]:
    if not empty_traces:
        return ()
    return (f"{empty_traces:,} traces have no event; nothing of them can be attached to an order",)


def _parse(path: Path, member: str, take: _Take) -> int:
    """Hand every event to `take`, until it raises `_Enough`. Returns how many traces ended without an event."""
    parser = expat.ParserCreate()
    events = _Events(take, parser)
    try:
        with path.open("rb") as handle:
            parser.ParseFile(handle)
    except _Enough:
        pass
    except expat.ExpatError as error:
        raise UnreadableFileError(
            f"not valid XML: {expat.ErrorString(error.code)} at character {error.offset + 1}.",
            place=Place(member, error.lineno),
            next_step="Export the log again, or leave it out.",
        ) from error
    return events.empty_traces


class _Events:
    """Walks through the log and hands over each event as it ends. External entities are not followed."""

    def __init__(self, take: _Take, parser: expat.XMLParserType) -> None:
        self.empty_traces = 0
        self._take, self._parser = take, parser
        self._defaults: dict[str, _Cells] = {"trace": {}, "event": {}}
        self._scope: _Cells | None = None
        self._trace: _Cells | None = None
        self._event: _Cells | None = None
        self._prefix = ""
        self._names: list[str] = []
        self._line = self._in_trace = 0
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _VALUES or tag in _GROUPS:
            self._attribute(tag, attributes)
        elif tag == "event":
            self._event, self._prefix = {**(self._trace or {}), **self._defaults["event"]}, ""
            self._line = self._parser.CurrentLineNumber
        elif tag == "trace":
            self._trace, self._prefix, self._in_trace = dict(self._defaults["trace"]), TRACE, 0
        elif tag == "global":
            scope = attributes.get("scope", "event")
            self._scope, self._prefix = self._defaults.setdefault(scope, {}), TRACE if scope == "trace" else ""

    def _attribute(self, tag: str, attributes: dict[str, str]) -> None:
        self._names.append(attributes.get("key", tag))
        cells = next((c for c in (self._scope, self._event, self._trace) if c is not None), None)
        if cells is not None and tag in _VALUES:
            cells[self._prefix + ".".join(self._names)] = attributes.get("value")

    def _end(self, tag: str) -> None:
        if tag in _VALUES or tag in _GROUPS:
            self._names.pop()
        elif tag == "event" and self._event is not None:
            self._in_trace += 1
            self._take(self._line, self._event)
            self._event, self._prefix = None, TRACE
        elif tag == "trace":
            self.empty_traces += not self._in_trace
            self._trace = None
        elif tag == "global":
            self._scope = None
