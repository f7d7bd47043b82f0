"""The company file: a company's size, habits, error rates and decoys."""

import difflib
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import ConfigurationError, Place

_NESTED = ("errors", "decoys", "discovery")


@dataclass(frozen=True, slots=True)
class Company:
    """Everything that `company.yaml` says; see there for the meaning of each key."""

    start: date
    days: int
    go_live: date
    go_live_factor: float
    currency: str
    zone_offset_hours: int
    customers: int
    products: int
    orders_per_clerk_day: float
    similar_names: float
    lines_per_order: float
    approval_limit: float
    weekday_weights: tuple[float, ...]
    season_amplitude: float
    quarter_end_peak: float
    office_hours: tuple[int, int]
    errors: dict[str, float]
    decoys: dict[str, float]
    discovery: dict[str, float]
    exceptions: float
    cancellations: float
    automation: float


def load_company(path: Path | None) -> Company:
    """The default company with whatever `path` changes. ConfigurationError with file and line for an unknown key."""
    default = yaml.safe_load((files(__package__) / "company.yaml").read_text(encoding="utf-8"))
    merged = _merge(default, _read(path), path) if path else default
    tuples = {key: tuple(merged[key]) for key in ("weekday_weights", "office_hours")}
    return Company(**{**merged, **tuples})


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise ConfigurationError(
            "the company file does not exist.", place=Place(str(path)), state="Nothing was written."
        )
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise ConfigurationError(f"not valid YAML: {error.problem}", place=Place(str(path), line)) from error


def _merge(default: dict[str, Any], own: dict[str, Any], path: Path) -> dict[str, Any]:
    _refuse_unknown(own, default, path)
    merged = {**default, **own}
    for key in _NESTED:
        if key in own:
            _refuse_unknown(own[key], default[key], path)
            merged[key] = {**default[key], **own[key]}
    return merged


def _refuse_unknown(own: dict[str, Any], known: dict[str, Any], path: Path) -> None:
    for key in own:
        if key not in known:
            close = difflib.get_close_matches(key, list(known), 1)
            hint = f"Did you mean {close[0]!r}?" if close else f"Known are: {', '.join(known)}."
            lines = path.read_text(encoding="utf-8").splitlines()
            line = next((n for n, text in enumerate(lines, start=1) if text.strip().startswith(f"{key}:")), None)
            raise ConfigurationError(
                f"unknown key {key!r}. {hint}", place=Place(str(path), line), state="Nothing was written."
            )
