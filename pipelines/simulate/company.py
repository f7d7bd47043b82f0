"""The company file: a company's size, habits, error rates and decoys."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import ConfigurationError, Place
from pipelines.settings import config_text

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
    holidays: tuple[str, ...]
    turnover: float
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
    tuples = {key: tuple(merged[key]) for key in ("weekday_weights", "office_hours", "holidays")}
    return Company(**{**merged, **tuples})


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise ConfigurationError(
            "the company file does not exist.", place=Place(str(path)), state="Nothing was written."
        )
    try:
        own = yaml.safe_load(config_text(path)) or {}
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise _wrong(f"not valid YAML: {error.problem}", path, line) from error
    if not isinstance(own, dict):
        raise _wrong("the file must be a list of `key: value` lines.", path, 1)
    return own


def _merge(default: dict[str, Any], own: dict[str, Any], path: Path) -> dict[str, Any]:
    merged = {**default}
    for key, value in own.items():
        _refuse_unknown(key, default, path)
        if key in _NESTED:
            merged[key] = {**default[key], **_nested(key, value, default[key], path)}
        else:
            _refuse_odd(key, value, path)
            merged[key] = value
    return merged


def _nested(key: str, own: Any, known: dict[str, Any], path: Path) -> dict[str, Any]:
    if not isinstance(own, dict):
        raise _wrong(f"{key!r} must be a list of `name: number` lines below it.", path, _line_of(key, path))
    for name, value in own.items():
        _refuse_unknown(name, known, path)
        _refuse_odd(name, value, path)
    return own


def _refuse_unknown(key: str, known: dict[str, Any], path: Path) -> None:
    if key in known:
        return
    close = difflib.get_close_matches(str(key), list(known), 1)
    hint = f"Did you mean {close[0]!r}?" if close else f"Known are: {', '.join(known)}."
    raise _wrong(f"unknown key {key!r}. {hint}", path, _line_of(key, path))


def _refuse_odd(key: str, value: Any, path: Path) -> None:
    """Every key has a kind of value; those not named here are shares of orders."""
    told, fits = _VALUES.get(key, ("a share between 0 and 1", lambda v: _number(v) and 0 <= v <= 1))
    if not fits(value):
        raise _wrong(f"{key!r} must be {told}, not {value!r}.", path, _line_of(key, path))


def _wrong(message: str, path: Path, line: int | None) -> ConfigurationError:
    return ConfigurationError(message, place=Place(str(path), line), state="Nothing was written.")


def _line_of(key: str, path: Path) -> int | None:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((n for n, text in enumerate(lines, start=1) if text.strip().startswith(f"{key}:")), None)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


_DATE = ("a date like 2025-01-06", lambda v: isinstance(v, date))
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_POSITIVE = ("a number above 0", lambda v: _number(v) and v > 0)
_VALUES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "start": _DATE,
    "go_live": _DATE,
    "days": ("a whole number from 60 to 7300", lambda v: _whole(v, 60, 7300)),
    "customers": ("a whole number from 20 to 1000000", lambda v: _whole(v, 20, 1_000_000)),
    "products": ("a whole number from 20 to 80000", lambda v: _whole(v, 20, 80_000)),
    "currency": ("three capital letters", lambda v: isinstance(v, str) and len(v) == 3 and v.isupper()),
    "zone_offset_hours": ("a whole number from -12 to 14", lambda v: _whole(v, -12, 14)),
    "go_live_factor": _POSITIVE,
    "orders_per_clerk_day": _POSITIVE,
    "approval_limit": _POSITIVE,
    "quarter_end_peak": _POSITIVE,
    "mean_days": _POSITIVE,
    "lines_per_order": ("a number from 1 to 8", lambda v: _number(v) and 1 <= v <= 8),
    "weekday_weights": (
        "seven numbers, Monday first",
        lambda v: isinstance(v, list) and len(v) == 7 and all(_number(n) and n >= 0 for n in v) and sum(v) > 0,
    ),
    "holidays": (
        "a list of month-days like 12-25",
        lambda v: isinstance(v, list) and all(isinstance(day, str) and _MONTH_DAY.fullmatch(day) for day in v),
    ),
    "office_hours": (
        "two whole hours, the first before the last",
        lambda v: isinstance(v, list) and len(v) == 2 and all(_whole(n, 0, 23) for n in v) and v[0] < v[1],
    ),
}
