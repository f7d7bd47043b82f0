"""Landing: every file is kept as it came, as immutable Parquet under the hash of its content."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pipelines.errors import DiskFullError, Place, UnreadableFileError, UsageError, is_disk_full
from pipelines.settings import Home
from pipelines.sources.readers import is_document, is_supported, read_file
from pipelines.sources.table import LandedTable, ReadOptions

# The simulator's truth lies beside data; it is not data.
_NOT_DATA_FOLDERS = ("truth",)
# Kinds of files that hold several tables.
_SHEET = re.compile(r"\.(?:xls[xm]?|json|jsonocel|sqlite3?|db)(#.*)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LandedBatch:
    """One landed file: its identity, its name as given, its tables."""

    batch_id: str
    sha256: str
    file: str
    bytes: int
    tables: tuple[LandedTable, ...]
    already_landed: bool


def expand(paths: Sequence[Path]) -> list[Path]:
    """Files as given; folders walked, in the order of names; each file once. UsageError for a path that is not there.

    A folder's hidden files, its documents and files that no reader can read are left out; `not_data` lists them.
    """
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise UsageError(
                f"{path} does not exist.",
                state="Nothing was changed.",
                next_step="Look at the name; paths count from the folder that the command was called in.",
            )
        if not path.is_dir() and not path.is_file():
            raise UsageError(f"{path} is neither a file nor a folder.", state="Nothing was changed.")
        found += sorted(p for p in path.rglob("*") if _is_data(p, path)) if path.is_dir() else [path]
    for path in found:
        _refuse_odd_name(path)
    once: dict[Path, Path] = {}
    for path in found:
        once.setdefault(path.resolve(), path)
    if not found:
        raise UsageError(
            f"no file in {', '.join(map(str, paths))} can be read.",
            state="Nothing was changed.",
            next_step="Readable are CSV, TSV, Excel, Parquet, JSON, JSON lines, XES and OCEL event logs, and zip or gzip of these.",
        )
    return list(once.values())


def _refuse_odd_name(path: Path) -> None:
    """DuckDB takes names as UTF-8 only."""
    try:
        path.name.encode("utf-8")
    except UnicodeEncodeError as error:
        shown = os.fsencode(path.name).decode("utf-8", "backslashreplace")
        raise UsageError(
            f"the name of the file {shown} is not UTF-8.",
            state="Nothing was changed.",
            next_step="Rename the file, then run the same command again.",
        ) from error


def not_data(paths: Sequence[Path]) -> list[Path]:
    """Visible files below the given folders that `expand` leaves out, so that a run can name them."""
    below = [(p, root) for root in paths if root.is_dir() for p in sorted(root.rglob("*")) if p.is_file()]
    return [p for p, root in below if not _is_hidden(p, root) and not _is_data(p, root)]


def land(path: Path, options: ReadOptions, home: Home) -> LandedBatch:
    """Keep one file: read it into a new folder, sync, rename. A file landed before is not read again.

    Raises UnreadableFileError where it cannot be read at all, DiskFullError where there is no room.
    """
    try:
        digest = _sha256(path)
        batch_id = _batch_id(digest, path, options)
        folder = home.landing / batch_id
        already = (folder / "manifest.json").exists()
        if not already:
            _land_into(folder, path, options, home)
        return _batch(folder, batch_id, digest, path, path.stat().st_size, already)
    except OSError as error:
        raise _as_message(error, path) from error


def landed(home: Home, batch_id: str, sha256: str, file: str, size: int) -> LandedBatch:
    """A batch that a run has loaded before, from its folder."""
    return _batch(home.landing / batch_id, batch_id, sha256, Path(file), size, True)


def remove_unregistered(home: Home, known: set[str]) -> list[str]:
    """Delete landing folders that no published run has loaded. Returns their names."""
    orphans = [item for item in home.landing.iterdir() if item.is_dir() and item.name not in known]
    for folder in orphans:
        shutil.rmtree(folder)
    return [folder.name for folder in orphans]


def _is_data(path: Path, root: Path) -> bool:
    left_out = is_document(path.name) or any(part in _NOT_DATA_FOLDERS for part in path.relative_to(root).parts)
    return path.is_file() and not _is_hidden(path, root) and not left_out and is_supported(path)


def _is_hidden(path: Path, root: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(root).parts)


def _land_into(folder: Path, path: Path, options: ReadOptions, home: Home) -> None:
    part = home.landing / f"{folder.name}.part"
    for left in (part, folder):
        shutil.rmtree(left, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        _fill(part, path, options)
    except BaseException:
        # Half a batch would only take room: on a full disk it would be in the way of the next try.
        shutil.rmtree(part, ignore_errors=True)
        raise
    part.rename(folder)
    _sync(home.landing)


def _fill(part: Path, path: Path, options: ReadOptions) -> None:
    tables = read_file(path, options, part)
    for left in part.glob("unpacked-*"):
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    (part / "manifest.json").write_text(json.dumps([_to_manifest(table) for table in tables]), encoding="utf-8")
    for item in (*part.iterdir(), part):
        _sync(item)


def _to_manifest(table: LandedTable) -> dict[str, Any]:
    raw = asdict(table)
    return {**raw, "parquet": table.parquet.name, "bad_rows": table.bad_rows.name if table.bad_rows else None}


def _batch(folder: Path, batch_id: str, digest: str, path: Path, size: int, already: bool) -> LandedBatch:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    tables = tuple(_named_after(path, _from_manifest(folder, raw)) for raw in manifest)
    return LandedBatch(batch_id, digest, path.name, size, tables, already)


def _from_manifest(folder: Path, raw: dict[str, Any]) -> LandedTable:
    bad = folder / raw["bad_rows"] if raw["bad_rows"] else None
    columns, notes = tuple(raw["columns"]), tuple(raw["notes"])
    return LandedTable(
        **{**raw, "parquet": folder / raw["parquet"], "bad_rows": bad, "columns": columns, "notes": notes}
    )


def _named_after(path: Path, table: LandedTable) -> LandedTable:
    """The same content may come again under another name: its table is called by the name that the file has now."""
    if path.suffix.lower() == ".zip":
        return table
    name = path.name[: -len(".gz")] if path.suffix.lower() == ".gz" else path.name
    sheet = _SHEET.search(table.member)
    return replace(table, member=name + (sheet[1] if sheet else ""))


def _sha256(path: Path) -> str:
    if path.is_dir():
        raise UnreadableFileError("this is a folder, not a file.", place=Place(str(path)))
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _batch_id(digest: str, path: Path, options: ReadOptions) -> str:
    """The content, the kind of file and the way it is read make the batch; its name and place do not."""
    shaping = {key: value for key, value in asdict(options).items() if not key.startswith("max_")}
    # The ids of archives that were read before there were ways for members stay theirs.
    if not options.of_members:
        shaping.pop("of_members")
    text = f"{digest}{path.suffix.lower()}{shaping}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _as_message(error: OSError, path: Path) -> Exception:
    if is_disk_full(error):
        return DiskFullError("no room left on the disk while landing the file.", place=Place(path.name))
    return UnreadableFileError(f"cannot be read: {error.strerror or error}", place=Place(str(path)))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
