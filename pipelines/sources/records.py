"""The records of a delimited file one by one, each with the number of its first line. A stray quote costs one line, not the file."""

import csv
import sys
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from typing import NamedTuple

csv.field_size_limit(sys.maxsize)

# No honest record is longer; beyond it a quote was opened and never closed.
MAX_RECORD_CHARS = 1 << 24


class Record(NamedTuple):
    """One record: its first line's number (from 1), its cells, its text as it stands; `stray` where a quote is not closed."""

    line: int
    cells: list[str]
    raw: str
    stray: bool = False


class _Lines:
    """Physical lines that can be handed back and read again."""

    def __init__(self, handle: Iterable[str], first: int) -> None:
        self._source = iter(handle)
        self._waiting: deque[str] = deque()
        self._taken: list[str] = []
        self._chars = 0
        self.first = first
        self.ran_out = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else next(self._source, "")
        if not line or self._chars > MAX_RECORD_CHARS:
            if line:
                self._waiting.appendleft(line)
            self.ran_out = True
            raise StopIteration
        self._taken.append(line)
        self._chars += len(line)
        return line

    def take(self) -> list[str]:
        """The lines read since the last call."""
        taken, self._taken, self._chars = self._taken, [], 0
        return taken

    def hand_back(self, lines: list[str]) -> None:
        """These lines come again."""
        self._waiting.extendleft(reversed(lines))
        self.ran_out = False


def without_blanks_before_quotes(lines: Iterable[str], delimiter: str) -> Iterator[str]:
    """The lines without the blanks between the beginning of a cell and its quote, as in `a, "b, c"`; other blanks stay."""
    inside = False
    for line in lines:
        pieces = line.split('"')
        for number, piece in enumerate(pieces[:-1]):
            # A quote follows each of these pieces: it ends a cell, begins one, stands for itself behind another, or is a mere sign.
            if inside:
                inside = False
                continue
            bare = piece.rstrip(" ")
            begins = bare.endswith(delimiter) or (not bare and number == 0)
            pieces[number] = bare if begins else piece
            inside = begins or not piece
        yield '"'.join(pieces)


def read_records(handle: Iterable[str], delimiter: str, first_line: int) -> Iterator[Record]:
    """Every record that is not a blank line. `handle` stands at the start of line `first_line`."""
    lines = _Lines(handle, first_line)
    while True:
        stray = yield from _until_stray(lines, delimiter)
        if not stray:
            return


def _until_stray(lines: _Lines, delimiter: str) -> Generator[Record, None, bool]:
    """Records up to the end (returns False) or to a quote that swallows lines that are not its own (returns True)."""
    for cells in csv.reader(lines, delimiter=delimiter):
        taken, line = lines.take(), lines.first
        if (len(taken) > 1 or lines.ran_out) and not _is_well_quoted(taken, delimiter):
            lines.first += 1
            lines.hand_back(taken[1:])
            yield Record(line, [taken[0]], taken[0], stray=True)
            return True
        lines.first += len(taken)
        if cells:
            yield Record(line, cells, taken[0] if len(taken) == 1 else "".join(taken))
    return False


def _is_well_quoted(lines: list[str], delimiter: str) -> bool:
    try:
        return len(list(csv.reader(lines, delimiter=delimiter, strict=True))) == 1
    except csv.Error:
        return False
