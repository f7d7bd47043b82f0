"""Any supported file to Parquet tables of raw text. Every source row keeps the number of its line."""

from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from pipelines.errors import Place, UnreadableFileError
from pipelines.sources import archive, delimited, jsons, object_events, workbook, xes
from pipelines.sources.table import WORKBOOKS, LandedTable, ReadOptions

DELIMITED = (".csv", ".tsv", ".txt")
READERS: dict[str, Callable[[Path, str, ReadOptions, Path], list[LandedTable]]] = {
    **dict.fromkeys(DELIMITED, delimited.read),
    **dict.fromkeys(WORKBOOKS, workbook.read_excel),
    ".parquet": workbook.read_parquet,
    ".json": jsons.read_json,
    ".jsonl": jsons.read_json_lines,
    ".ndjson": jsons.read_json_lines,
    ".jsonocel": jsons.read_json,
    ".xes": xes.read_xes,
    **dict.fromkeys((".sqlite", ".sqlite3", ".db"), object_events.read_sqlite),
}
ARCHIVES = (".zip", ".gz")
# They lie beside data, in folders and archives; they are not data.
_DOCUMENTS = ("source.md", "readme.md", "readme.txt")


def is_supported(path: Path) -> bool:
    """Whether the file's name says that some reader can read it."""
    return path.suffix.lower() in READERS or is_archive(path)


def is_archive(path: Path) -> bool:
    """Whether the file's name says that others are packed in it."""
    return path.suffix.lower() in ARCHIVES


def is_document(name: str) -> bool:
    """Whether a file's name says that it tells about data and is none."""
    return name.lower() in _DOCUMENTS


def read_file(path: Path, options: ReadOptions, out: Path) -> list[LandedTable]:
    """Read one file, or every table in an archive, into Parquet files below `out`.

    Raises UnreadableFileError for a file that cannot be read at all; rows that cannot be read go to `bad_rows`.
    """
    tables: list[LandedTable] = []
    for member, content in _contents(path, options, out):
        reader = READERS.get(Path(member).suffix.lower())
        if reader is None:
            raise UnreadableFileError(
                f"{member!r} is of no kind that can be read; known are {', '.join(sorted({*READERS, *ARCHIVES}))}.",
                place=Place(path.name),
                next_step="Save it as CSV or Excel, or leave it out.",
            )
        for way in options.ways(member):
            tables += reader(content, member, way, out)
    return tables


def names_within(path: Path) -> list[str]:
    """The names of the tables in an archive, or of the file itself; none where the archive cannot be opened."""
    if path.suffix.lower() == ".zip":
        return [PurePosixPath(member).name for member in archive.members(path) if _is_table(member)]
    return [path.stem if is_archive(path) else path.name]


def _is_table(member: str) -> bool:
    return Path(member).suffix.lower() in READERS and not is_document(PurePosixPath(member).name)


def _contents(path: Path, options: ReadOptions, out: Path) -> Iterator[tuple[str, Path]]:
    suffix = path.suffix.lower()
    if suffix == ".zip":
        yield from archive.unzip(path, out, options, _is_table)
    elif suffix == ".gz":
        yield archive.gunzip(path, out, options)
    else:
        yield path.name, path
