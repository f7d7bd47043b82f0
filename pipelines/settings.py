"""The home folder and what a company may set in it."""

import hashlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.config_file import ZONE, Shape, check_keys, is_number, is_text, is_whole, read_yaml, whole
from pipelines.errors import ConfigurationError, Place

FORMAT_VERSION = 1
DEFAULT_HOME = Path("data/home")


@dataclass(frozen=True, slots=True)
class Settings:
    """What `config/settings.yaml` may say. Every key has a default; an unknown key is an error."""

    reporting_zone: str = "UTC"
    """Zone in which days are cut; where it is not set, the zone of the sources, if all of them agree."""
    reporting_currency: str | None = None
    """Currency of the shown amounts; empty: amounts of one currency as they are, several currencies shown apart."""
    mature_days: int = 30
    """An order is mature when it was entered this many days before the data end."""
    review_capacity: int = 40
    """Orders the team can review a day."""
    exception_target_hours: float = 48.0
    """An exception should be resolved within this time."""
    delivery_tolerance_days: int = 0
    """Days after the promised date that still count as on time."""
    accuracy_target: float = 0.97
    """Target of the order accuracy rate."""
    memory_limit: str = "4GB"
    """Memory DuckDB may use before it spills to disk."""
    threads: int = 0
    """Threads DuckDB may use; 0 is all processors."""
    keep_snapshots: int = 3
    """Published snapshots kept besides the current one."""
    rule_timeout_seconds: float = 120.0
    """A rule that runs longer is stopped and told as broken; the others go on."""
    pseudonyms: bool = False
    """Whether people are shown under pseudonyms instead of their names; roles and departments stay."""


@dataclass(frozen=True, slots=True)
class Home:
    """The folder that holds everything OrderProof keeps."""

    path: Path
    settings: Settings = field(default_factory=Settings)
    zone_is_set: bool = False
    """Whether the company itself says in which zone days are cut."""

    @property
    def landing(self) -> Path:
        """Immutable source rows as Parquet, one folder per batch."""
        return self.path / "landing"

    @property
    def snapshots(self) -> Path:
        """Published snapshot files and the CURRENT pointer."""
        return self.path / "snapshots"

    @property
    def models(self) -> Path:
        """Saved risk models with their cards."""
        return self.path / "models"

    @property
    def decisions(self) -> Path:
        """Append-only files of what people decided."""
        return self.path / "decisions"

    @property
    def config(self) -> Path:
        """The company's own settings, profiles, rules and process."""
        return self.path / "config"

    @property
    def data_docs(self) -> Path:
        """Data Docs of Great Expectations."""
        return self.path / "data_docs"

    @property
    def pseudonyms(self) -> Path:
        """The key of the pseudonyms and who was given which, by keyed hash. To be kept as one keeps passwords."""
        return self.path / "secrets" / "pseudonyms.key"

    @property
    def temporary(self) -> Path:
        """Spill files and half-made things; emptied at the start of each run."""
        return self.path / "tmp"

    def config_hash(self) -> str:
        """Hash of every file below `config/`: names and contents. Twelve hex digits."""
        digest = hashlib.sha256()
        for path in sorted(p for p in self.config.rglob("*") if p.is_file()):
            digest.update(path.relative_to(self.config).as_posix().encode())
            digest.update(path.read_bytes())
        return digest.hexdigest()[:12]


def open_home(path: Path | str | None = None, *, create: bool = False) -> Home:
    """The home folder: `path`, else ORDERPROOF_HOME, else `data/home`.

    Raises ConfigurationError for a format that is newer than this program or for a wrong settings file.
    """
    root = Path(path or os.environ.get("ORDERPROOF_HOME") or DEFAULT_HOME).expanduser()
    if create:
        _create(root)
    _check_format(root)
    said = _read_settings(root / "config" / "settings.yaml")
    return Home(root, Settings(**said), zone_is_set="reporting_zone" in said)


def _create(root: Path) -> None:
    for name in ("landing", "snapshots", "models", "decisions", "config", "tmp"):
        (root / name).mkdir(parents=True, exist_ok=True)
    marker = root / "FORMAT"
    if not marker.exists():
        marker.write_text(f"{FORMAT_VERSION}\n", encoding="utf-8")


def _check_format(root: Path) -> None:
    marker = root / "FORMAT"
    if marker.exists() and marker.read_text(encoding="utf-8").strip() != str(FORMAT_VERSION):
        raise ConfigurationError(
            f"the home folder's format is not {FORMAT_VERSION}, the only one that this version knows.",
            place=Place(str(marker)),
            next_step="Use the version of OrderProof that made it, or another --home.",
        )


def _read_settings(path: Path) -> dict[str, Any]:
    raw = read_yaml(path) if path.exists() else None
    if raw is None:
        return {}
    check_keys(raw, _SHAPES, "settings", str(path))
    return dict(raw)


_MEMORY = re.compile(r"\d+(\.\d+)?\s*([KMGT]i?B)", re.IGNORECASE)
_DAYS = Shape("a whole number of days from 0", lambda v: is_whole(v, 0))
_SHAPES: dict[str, Shape] = {
    "reporting_zone": ZONE,
    "reporting_currency": Shape("a currency like EUR", lambda v: v is None or (is_text(v) and len(v) == 3)),  # noqa: PLR2004
    "mature_days": _DAYS,
    "review_capacity": whole(1),
    "exception_target_hours": Shape("a number of hours above 0", lambda v: is_number(v, 0) and v > 0),
    "delivery_tolerance_days": _DAYS,
    "accuracy_target": Shape("a share between 0 and 1", lambda v: is_number(v, 0, 1)),
    "memory_limit": Shape("a size like 4GB", lambda v: is_text(v) and bool(_MEMORY.fullmatch(v.strip()))),
    "threads": whole(0),
    "keep_snapshots": whole(0),
    "rule_timeout_seconds": Shape("a number of seconds above 0", lambda v: is_number(v, 0) and v > 0),
    "pseudonyms": Shape("true or false", lambda v: isinstance(v, bool)),
}
