"""Sentences a clerk understands, with the values, for the features that weigh most."""

import calendar
import string
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import polars as pl
import yaml
from numpy.typing import NDArray

Floats = NDArray[np.float64]

REASONS = 3
LEAST_POINTS = 0.0005
"""A contribution below a twentieth of a point is not worth a sentence."""
FEW_ORDERS = 1000
LEAST_RARITY = 0.9
UNKNOWN = "unknown"
MINUS = "\u2212"
SIGNS = "warning_signs"
CHANGED = "changed since"


def sentence(feature: str, row: Mapping[str, Any]) -> str:
    """What the feature says about one order; a feature without a template is told by name and value."""
    template = _templates().get(feature, {})
    if "each" in template:
        return "; ".join(sentence(name, row) for name in row[template["each"]]) or template["none"]
    is_missing = row.get(feature) is None
    text = template.get("missing") if is_missing else template.get("text")
    told = " ".join(_FORMATTER.vformat(text or f"{feature} is {{{feature}}}", (), row).replace(" ;", ";").split())
    return f"{told} ({CHANGED})" if _is_changed(template, row) else told


def _is_changed(template: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Whether the change log knows that a value that the sentence speaks of is another one by now."""
    changed = set(row.get("changed") or ())
    own = {f"{row.get(line)}/{field}" for line, fields in template.get("of_line", {}).items() for field in fields}
    of_lines = {one for one in changed if one.partition("/")[2] in template.get("of_lines", ())}
    return bool(changed & {*template.get("of", ()), *own} or of_lines)


def risk_reasons(frame: pl.DataFrame, names: Sequence[str], contributions: Floats) -> dict[str, list[Any]]:
    """Columns reason_1..3 and contribution_1..3 (points of probability, 100 = certain): what raises the risk comes first.

    Where fewer than three features raise it, those that lower it most follow. A feature that is told among the signs at
    entry gives its contribution to them, so that nothing is said twice.
    """
    contributions = _with_signs_together(frame, names, contributions)
    size = np.abs(contributions)
    rank = np.where(contributions > 0, -size, 1 - size)
    order = np.where(size < LEAST_POINTS, 1.0, rank).argsort(axis=1, kind="stable")[:, :REASONS]
    picked = np.take_along_axis(contributions, order, axis=1)
    keep = np.abs(picked) >= LEAST_POINTS
    columns = _sentences(frame, names, order, keep)
    for place in range(REASONS):
        columns[f"contribution_{place + 1}"] = _column(picked[:, place] * 100, keep[:, place])
    return columns


def novelty_reasons(frame: pl.DataFrame, names: Sequence[str], rarity: Floats, earlier: int) -> dict[str, list[Any]]:
    """Columns reason_1..3: the most unusual features, with how many of the `earlier` orders were less so. No contributions."""
    order = (-rarity).argsort(axis=1, kind="stable")[:, :REASONS]
    picked = np.take_along_axis(rarity, order, axis=1)
    columns = _sentences(frame, names, order, picked >= LEAST_RARITY)
    for place in range(REASONS):
        key = f"reason_{place + 1}"
        columns[key] = [
            _with_rarity(text, share, earlier) for text, share in zip(columns[key], picked[:, place], strict=True)
        ]
        columns[f"contribution_{place + 1}"] = [None] * frame.height
    return columns


def _with_signs_together(frame: pl.DataFrame, names: Sequence[str], contributions: Floats) -> Floats:
    if SIGNS not in names:
        return contributions
    out, total = contributions.copy(), names.index(SIGNS)
    for row, signs in enumerate(frame["signs"]):
        told = [names.index(sign) for sign in signs if sign in names]
        out[row, total] += out[row, told].sum()
        out[row, told] = 0.0
    return out


def _with_rarity(text: str | None, share: float, earlier: int) -> str | None:
    """Of few orders the number is told: a share would be finer than they can tell."""
    few = earlier < FEW_ORDERS
    less = f"{min(round(share * earlier), earlier - 1)} of {earlier}" if few else f"{100 * min(share, 0.999):.1f} % of"
    return text and f"{text} (more unusual than {less} earlier orders)"


def _sentences(
    frame: pl.DataFrame, names: Sequence[str], order: NDArray[np.intp], keep: NDArray[np.bool_]
) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {f"reason_{place + 1}": [] for place in range(REASONS)}
    for row, places, kept in zip(frame.iter_rows(named=True), order, keep, strict=True):
        for place in range(REASONS):
            wanted = place < len(places) and bool(kept[place])
            columns[f"reason_{place + 1}"].append(sentence(names[places[place]], row) if wanted else None)
    return columns


def _column(values: Floats, keep: NDArray[np.bool_]) -> list[float | None]:
    return [round(float(value), 3) if kept else None for value, kept in zip(values, keep, strict=True)]


@cache
def _templates() -> dict[str, dict[str, Any]]:
    text = (files(__package__) / "reasons.yaml").read_text(encoding="utf-8")
    templates: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return templates


class _Formatter(string.Formatter):
    """Numbers as people write them; `unknown` for what is not there."""

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return kwargs.get(str(key))

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        return value if value is None else super().convert_field(value, conversion)

    def format_field(self, value: Any, format_spec: str) -> str:
        if value is None:
            return _ABSENT.get(format_spec, UNKNOWN)
        return _SPECS[format_spec](value)


def _plain(value: Any) -> str:
    if isinstance(value, float):
        rounded = round(value, 2 if abs(value) < 1000 else 0)  # noqa: PLR2004 - cents do not matter in thousands
        return f"{rounded:,.2f}".rstrip("0").rstrip(".").replace("-", MINUS)
    return str(value)


def _percent(value: float) -> str:
    return f"{100 * value:.3g} %"


def _day(value: date) -> str:
    return value.isoformat()


def _weekday(value: float) -> str:
    return calendar.day_name[int(value) - 1]


def _person(value: Any) -> str:
    """'user u021'; a name that says so itself (a pseudonym, 'User13') stands alone."""
    name = str(value)
    return name if name.lower().startswith("user") else f"user {name}"


_ABSENT = {"maybe": "", "line": "a line"}
_SPECS = {
    "person": _person,
    "line": "line {}".format,
    "": _plain,
    "maybe": _plain,
    "percent": _percent,
    "date": _day,
    "weekday": _weekday,
}
_FORMATTER = _Formatter()
