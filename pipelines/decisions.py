"""What people decide: an append-only file in the home folder, outside snapshots. The next run reads it as a source."""

import fcntl
import json
import os
import uuid
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.errors import OrderProofError, Place
from pipelines.settings import Home

KINDS = ("review", "acceptance", "baseline", "annotation", "revoke")


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. `subject_key` is an order_key, defect_id, or the name of a measure; `at` is in UTC."""

    kind: str
    subject_kind: str
    subject_key: str
    verdict: str
    by: str | None = None
    note: str | None = None
    payload: dict[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


def append(home: Home, decision: Decision) -> str:
    """Write one decision at the end of the file, synced to disk. Returns its id. Nothing written is ever changed."""
    path = _path(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({**asdict(decision), "at": decision.at.isoformat()}, ensure_ascii=False)
    with path.open("a", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        handle.write(line + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    return decision.id


def revoke(home: Home, decision_id: str, by: str | None = None) -> str:
    """Take a decision back, by another entry. Returns the id of the new entry."""
    return append(home, Decision("revoke", "decision", decision_id, "revoked", by))


def read_all(home: Home) -> list[Decision]:
    """The decisions that stand, oldest first: of several on one subject by kind the last, revoked ones left out.

    A last line that was cut off by a power failure is left out; a broken line elsewhere raises OrderProofError.
    """
    entries = _entries(_path(home))
    revoked = {entry.subject_key for entry in entries if entry.kind == "revoke"}
    standing: dict[tuple[str, str, str], Decision] = {}
    for entry in entries:
        if entry.kind != "revoke" and entry.id not in revoked:
            standing[(entry.kind, entry.subject_kind, entry.subject_key)] = entry
    return sorted(standing.values(), key=lambda entry: entry.at)


def _entries(path: Path) -> list[Decision]:
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    if lines and not text.endswith("\n"):
        lines.pop()
    return [_entry(path, number, line) for number, line in enumerate(lines, start=1)]


def _entry(path: Path, number: int, line: str) -> Decision:
    try:
        raw = json.loads(line)
        return Decision(**{**raw, "at": datetime.fromisoformat(raw["at"])})
    except (json.JSONDecodeError, TypeError, KeyError, ValueError) as error:
        raise OrderProofError(
            f"not a readable decision: {error}",
            place=Place(str(path), number),
            next_step="Mend the line, or move it to another file; every other decision is untouched.",
        ) from error


def _path(home: Home) -> Path:
    return home.decisions / "decisions.jsonl"
