"""zip and gzip, unpacked with a limit: an archive that expands without bound is refused, not believed."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from pipelines.errors import Place, UnreadableFileError
from pipelines.sources.table import file_stem

_BLOCK = 1 << 20
_NO_TABLES = (".zip", ".gz", ".7z", ".rar", ".tar")


def unzip(path: Path, out: Path, limit: int) -> Iterator[tuple[str, Path]]:
    """(member name, unpacked file) of every member, one at a time; each is deleted once it was read."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if _is_content(info)]
            for info in members:
                _refuse_nested(path, info.filename)
                with archive.open(info) as source:
                    limit, target = _unpack(source, path, out / f"unpacked-{file_stem(info.filename)}", limit)
                yield PurePosixPath(info.filename).name, target
                target.unlink()
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise _broken(path, "zip", error) from error


def gunzip(path: Path, out: Path, limit: int) -> tuple[str, Path]:
    """(name without .gz, unpacked file)."""
    name = path.name.removesuffix(".gz").removesuffix(".GZ")
    _refuse_nested(path, name)
    try:
        with gzip.open(path) as source:
            _, target = _unpack(source, path, out / f"unpacked-{file_stem(name)}", limit)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise _broken(path, "gzip", error) from error
    return name, target


def _unpack(source: IO[bytes], path: Path, target: Path, limit: int) -> tuple[int, Path]:
    with target.open("wb") as sink:
        while block := source.read(_BLOCK):
            limit -= len(block)
            if limit < 0:
                target.unlink()
                raise UnreadableFileError(
                    "the archive expands beyond the limit; it was not read further.",
                    place=Place(path.name),
                    next_step="Unpack it yourself and give the files, if they are what you expect.",
                )
            sink.write(block)
    return limit, target


def _is_content(info: zipfile.ZipInfo) -> bool:
    hidden = PurePosixPath(info.filename).name.startswith(".") or info.filename.startswith("__MACOSX/")
    return not info.is_dir() and not hidden


def _refuse_nested(path: Path, member: str) -> None:
    if PurePosixPath(member).suffix.lower() in _NO_TABLES:
        raise UnreadableFileError(
            f"{member!r} is an archive inside an archive.", place=Place(path.name), next_step="Unpack it once by hand."
        )


def _broken(path: Path, kind: str, error: Exception) -> UnreadableFileError:
    return UnreadableFileError(
        f"not a readable {kind} file: {error}", place=Place(path.name), next_step="Transfer or export it again."
    )
