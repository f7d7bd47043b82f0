"""What a reader takes and gives, and how columns and files get their names."""

from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import Place, UnreadableFileError

GIBIBYTE = 1024**3
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
