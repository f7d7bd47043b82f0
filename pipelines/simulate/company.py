"""The company file: a company's size, habits, error rates and decoys."""

import re
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from pipelines.config_file import MAP, Shape, check_keys, is_number, is_whole, parse_yaml, read_yaml
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
    account_owners: float
    similar_names: float
    double_customers: float
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
    returns: float
    automation: float


def load_company(path: Path | None) -> Company:
    """The default company with whatever `path` changes. ConfigurationError with file and line for an unknown key."""
    default = parse_yaml((files(__package__) / "company.yaml").read_text(encoding="utf-8"), "company.yaml")
    merged = _merge(default, _read(path, default)) if path else default
    tuples = {key: tuple(merged[key]) for key in ("weekday_weights", "office_hours", "holidays")}
    return Company(**{**merged, **tuples})


def _read(path: Path, default: dict[str, Any]) -> dict[str, Any]:
    if not path.exists():
        raise ConfigurationError(
            "the company file does not exist.", place=Place(str(path)), state="Nothing was written."
        )
    own = read_yaml(path)
    if own is None:
        return {}
    check_keys(own, {key: _SHAPES.get(key, _SHARE) for key in default}, "a company file", str(path))
    for key in _NESTED:
        shapes = {name: _SHAPES.get(name, _SHARE) for name in default[key]}
        check_keys(own.get(key, {}), shapes, key, str(path))
    return dict(own)


def _merge(default: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    return {**default, **own, **{key: {**default[key], **own.get(key, {})} for key in _NESTED}}


_SHARE = Shape("a share between 0 and 1", lambda v: is_number(v, 0, 1))
_DATE = Shape("a date like 2025-01-06", lambda v: isinstance(v, date))
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_POSITIVE = Shape("a number above 0", lambda v: is_number(v) and v > 0)
_SHAPES: dict[str, Shape] = {
    **dict.fromkeys(_NESTED, MAP),
    "start": _DATE,
    "go_live": _DATE,
    "days": Shape("a whole number from 60 to 7300", lambda v: is_whole(v, 60, 7300)),
    "customers": Shape("a whole number from 20 to 1000000", lambda v: is_whole(v, 20, 1_000_000)),
    "products": Shape("a whole number from 20 to 80000", lambda v: is_whole(v, 20, 80_000)),
    "currency": Shape("three capital letters", lambda v: isinstance(v, str) and len(v) == 3 and v.isupper()),
    "zone_offset_hours": Shape("a whole number from -12 to 14", lambda v: is_whole(v, -12, 14)),
    "go_live_factor": _POSITIVE,
    "orders_per_clerk_day": _POSITIVE,
    "approval_limit": _POSITIVE,
    "quarter_end_peak": _POSITIVE,
    "mean_days": _POSITIVE,
    "lines_per_order": Shape("a number from 1 to 8", lambda v: is_number(v) and 1 <= v <= 8),
    "weekday_weights": Shape(
        "seven numbers, Monday first",
        lambda v: isinstance(v, list) and len(v) == 7 and all(is_number(n) and n >= 0 for n in v) and sum(v) > 0,
    ),
    "holidays": Shape(
        "a list of month-days like 12-25",
        lambda v: isinstance(v, list) and all(isinstance(day, str) and _MONTH_DAY.fullmatch(day) for day in v),
    ),
    "office_hours": Shape(
        "two whole hours, the first before the last",
        lambda v: isinstance(v, list) and len(v) == 2 and all(is_whole(n, 0, 23) for n in v) and v[0] < v[1],
    ),
}
