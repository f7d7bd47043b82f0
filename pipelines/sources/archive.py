"""zip and gzip, unpacked with a limit: an archive that expands without bound is refused, not believed."""

import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from pipelines.errors import Place, UnreadableFileError
from pipelines.sources.table import ReadOptions, file_stem

_BLOCK = 1 << 20
# Up to here a high ratio does no harm: empty columns compress a thousandfold.
_HARMLESS_BYTES = 256 * 1024 * 1024
_NO_TABLES = (".zip", ".gz", ".7z", ".rar", ".tar", ".bz2", ".xz", ".tgz", ".zst")


@dataclass(slots=True)
class _Meter:
    """Counts what one archive has expanded to."""

    archive: Path
    options: ReadOptions
    unpacked: int = 0

    def add(self, count: int) -> None:
        """UnreadableFileError once the archive has become too large."""
        self.unpacked += count
        by_ratio = max(self.archive.stat().st_size * self.options.max_expansion, _HARMLESS_BYTES)
        if self.unpacked > min(self.options.max_expanded_bytes, by_ratio):
            raise UnreadableFileError(
                f"the archive expands without bound: {self.unpacked:,} bytes and more out of "
                f"{self.archive.stat().st_size:,}. It was not read further.",
                place=Place(self.archive.name),
                next_step="Unpack it yourself and give the files, if they are what you expect.",
            )


def unzip(path: Path, out: Path, options: ReadOptions, is_table: Callable[[str], bool]) -> Iterator[tuple[str, Path]]:
    """(member name, unpacked file) of every member that is a table, one at a time; each is deleted once it was read.

    The name is the member's path where two members share a file name. Raises UnreadableFileError for an archive that is
    corrupt, encrypted, holds another archive or no table, or expands without bound.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            tables = [info for info in archive.infolist() if _is_content(info) and _is_table(path, info, is_table)]
            _require_tables(path, archive, tables)
            meter = _Meter(path, options)
            for name, info in zip(_member_names(tables), tables, strict=True):
                with archive.open(info) as source:
                    target = _unpack(source, meter, out / f"unpacked-{file_stem(name)}")
                yield name, target
                target.unlink()
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise _broken(path, "zip", error) from error


def members(path: Path) -> list[str]:
    """The names of what is in a zip file; none where it is no zip file."""
    try:
        with zipfile.ZipFile(path) as archive:
            return [info.filename for info in archive.infolist() if _is_content(info)]
    except (zipfile.BadZipFile, OSError):
        return []


def gunzip(path: Path, out: Path, options: ReadOptions) -> tuple[str, Path]:
    """(name without .gz, unpacked file). Raises UnreadableFileError as `unzip` does."""
    name = path.name[: -len(".gz")]
    _refuse_nested(path, name)
    try:
        with gzip.open(path) as source:
            return name, _unpack(source, _Meter(path, options), out / f"unpacked-{file_stem(name)}")
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise _broken(path, "gzip", error) from error


def _unpack(source: IO[bytes] | gzip.GzipFile, meter: _Meter, target: Path) -> Path:
    with target.open("wb") as sink:
        while block := source.read(_BLOCK):
            meter.add(len(block))
            sink.write(block)
    return target


def _is_content(info: zipfile.ZipInfo) -> bool:
    hidden = PurePosixPath(info.filename).name.startswith(".") or info.filename.startswith("__MACOSX/")
    return not info.is_dir() and not hidden


def _is_table(path: Path, info: zipfile.ZipInfo, is_table: Callable[[str], bool]) -> bool:
    _refuse_nested(path, info.filename)
    return is_table(info.filename)


def _require_tables(path: Path, archive: zipfile.ZipFile, tables: list[zipfile.ZipInfo]) -> None:
    if not tables:
        held = ", ".join(repr(name) for name in archive.namelist()[:5]) or "nothing"
        raise UnreadableFileError(
            f"the archive holds no table that can be read; it holds {held}.",
            place=Place(path.name),
            next_step="Put CSV, Excel, Parquet or JSON files into it.",
        )


def _member_names(tables: list[zipfile.ZipInfo]) -> list[str]:
    """File names; whole paths where they would be the same; numbered where even those are."""
    short = [PurePosixPath(info.filename).name for info in tables]
    names = short if len(set(map(file_stem, short))) == len(short) else [info.filename for info in tables]
    stems: list[str] = []
    for position, name in enumerate(names):
        if file_stem(name) in stems:
            path = PurePosixPath(name)
            names[position] = str(path.with_name(f"{path.stem}_{position + 1}{path.suffix}"))
        stems.append(file_stem(names[position]))
    return names


def _refuse_nested(path: Path, member: str) -> None:
    if PurePosixPath(member).suffix.lower() in _NO_TABLES:
        raise UnreadableFileError(
            f"{member!r} is an archive inside an archive.", place=Place(path.name), next_step="Unpack it once by hand."
        )


def _broken(path: Path, kind: str, error: Exception) -> UnreadableFileError:
    return UnreadableFileError(
        f"not a readable {kind} file: {error}", place=Place(path.name), next_step="Transfer or export it again."
    )
