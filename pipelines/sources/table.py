"""What a reader takes and gives, and how columns and files get their names."""

import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipelines.errors import Place, UnreadableFileError

GIBIBYTE = 1024**3
WORKBOOKS = (".xlsx", ".xlsm", ".xls")
# Names that the landing itself gives; a source column of that name gets a number.
_OWN = {"_line", "_breaks", "_table"}


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read a file. What is None is found by itself."""

    encoding: str | None = None
    delimiter: str | None = None
    skip_rows: int = 0
    """Rows above the header."""
    header_rows: int = 1
    header_use: int = 1
    """Which of the header rows names the columns, from 1."""
    sheet: str | None = None
    leading: str | None = None
    """Of an object-centric event log: the object type that is the order."""
    max_expanded_bytes: int = 4 * GIBIBYTE
    """An archive that expands beyond this is refused."""
    max_expansion: int = 200
    """So is one that expands by more than this factor, once it is beyond what does no harm."""
    of_members: tuple[tuple[str, "ReadOptions"], ...] = ()
    """Of an archive: how a member is read whose name fits a pattern; any other is read as the rest says."""

    def ways(self, member: str) -> tuple["ReadOptions", ...]:
        """How to read a member of an archive, or the file itself: once, or once for each sheet that is named."""
        fitting = [way for pattern, way in self.of_members if name_fits(pattern, PurePosixPath(member).name)]
        return ways_to_read(fitting or [self], member)


def name_fits(pattern: str, name: str) -> bool:
    """Whether a file's name fits a pattern such as `orders*.csv`; capitals do not count."""
    return fnmatch.fnmatch(name.lower(), pattern.lower())


def ways_to_read(fitting: Sequence[ReadOptions], file: str) -> tuple[ReadOptions, ...]:
    """Of several feeds that a file's name fits, the first one's way; of a workbook one for each sheet that they name."""
    if fitting[0].sheet is None or not is_workbook(file):
        return (fitting[0],)
    of_sheets = {way.sheet: way for way in reversed(fitting) if way.sheet is not None}
    return tuple(reversed(of_sheets.values()))


def is_workbook(file: str) -> bool:
    """Whether the file's name says that it may have several sheets."""
    return PurePosixPath(file).suffix.lower() in WORKBOOKS


@dataclass(frozen=True, slots=True)
class LandedTable:
    """One table of a file. `parquet` has `_line` and the source columns as text; `bad_rows` what could not be read."""

    member: str
    parquet: Path
    bad_rows: Path | None
    columns: tuple[str, ...]
    rows: int
    bad: int
    encoding: str
    delimiter: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def rows_read(self) -> int:
        """Data rows of the source, readable or not."""
        return self.rows + self.bad


def unique_names(header: list[str], line: int = 1) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Column names without repeats or blanks, and a note for each name of line `line` that had to be changed."""
    names: list[str] = []
    notes: list[str] = []
    for position, raw in enumerate(header, start=1):
        name = raw.strip().strip("\ufeff") or f"column_{position}"
        unique = _free_name(name, names)
        if unique != name:
            notes.append(f"line {line}: column {name!r} stands twice; the second is read as {unique!r}")
        names.append(unique)
    return tuple(names), tuple(notes)


def require_header(header: list[str], file: str, line: int) -> None:
    """UnreadableFileError for a file without any header."""
    if not any(cell.strip() for cell in header):
        raise empty_file(file, line)


def empty_file(file: str, line: int) -> UnreadableFileError:
    """The error of a file in which nothing stands."""
    return UnreadableFileError(
        "the file is empty: no header and no rows.",
        place=Place(file, line),
        next_step="Export it again, or leave it out.",
    )


def file_stem(member: str) -> str:
    """A file name for a member: its own name with anything that a folder could not hold replaced."""
    return "".join(char if char.isalnum() or char in "._-#" else "_" for char in member)


def _free_name(name: str, taken: list[str]) -> str:
    lower = {item.lower() for item in taken} | _OWN
    candidate, number = name, 2
    while candidate.lower() in lower:
        candidate, number = f"{name}_{number}", number + 1
    return candidate
