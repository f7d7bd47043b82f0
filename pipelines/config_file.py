"""Files that people write in YAML, read so that whatever is wrong in them can be told with its line."""

import contextlib
import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, cast
from zoneinfo import available_timezones

import yaml

from pipelines.errors import ConfigurationError, Place

LARGEST_WHOLE = 1_000_000
# A message that lists more does not help.
_MOST_WORDS = 40

_AGAIN = "Correct the file, then run the same command again."


class LinedMap(dict[Any, Any]):
    """A mapping of the file that knows on which line it and each of its keys stand."""

    line: int = 1
    lines: dict[str, int]


class LinedList(list[Any]):
    """A list of the file that knows on which line it and each of its items (by position) stand."""

    line: int = 1
    lines: dict[str, int]


class _Lines(yaml.constructor.SafeConstructor):
    """Makes `LinedMap` and `LinedList` of what a YAML file says."""

    def lined_map(self, node: yaml.MappingNode) -> Iterator[LinedMap]:
        """A mapping, filled after it was handed out: so anchors may point at it."""
        made = LinedMap()
        made.line = node.start_mark.line + 1
        made.lines = {str(key.value): key.start_mark.line + 1 for key, _ in node.value}
        yield made
        self.flatten_mapping(node)
        made.update(self.construct_mapping(node))

    def lined_list(self, node: yaml.SequenceNode) -> Iterator[LinedList]:
        """A list, filled after it was handed out."""
        made = LinedList()
        made.line = node.start_mark.line + 1
        made.lines = {str(number): item.start_mark.line + 1 for number, item in enumerate(node.value)}
        yield made
        made.extend(self.construct_sequence(node))


class _Loader(yaml.CSafeLoader, _Lines):
    """The parser in C: ten times as fast, and a run reads hundreds of small texts."""


class _PlainLoader(yaml.SafeLoader, _Lines):
    """The parser in Python, whose messages are better: it reads again what the other one refused."""


def _teach(loader: type[_Loader] | type[_PlainLoader]) -> None:
    """Lines for every mapping and list. Only true and false are booleans: a column may well be called No, a code Y,
    and a rule may be `off`.
    """
    loader.add_constructor("tag:yaml.org,2002:map", cast(Any, _Lines.lined_map))
    loader.add_constructor("tag:yaml.org,2002:seq", cast(Any, _Lines.lined_list))
    loader.yaml_implicit_resolvers = {
        first: [(tag, rule) for tag, rule in rules if first in "tTfF" or not tag.endswith(":bool")]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_teach(_Loader)
_teach(_PlainLoader)


def changed(item: LinedMap, values: Mapping[Any, Any], at: str | None = None) -> LinedMap:
    """A copy of a mapping with some values added or replaced; the new ones stand on the line of the key `at`."""
    made = LinedMap({**item, **values})
    made.line = item.line
    made.lines = {**dict.fromkeys(map(str, values), item.lines.get(str(at), item.line)), **item.lines}
    return made


@dataclass(frozen=True, slots=True)
class Shape:
    """What the value of a key must be: in words, as a test, and the words to choose from where there are some."""

    told: str
    fits: Callable[[Any], bool]
    words: tuple[str, ...] = ()


def config_text(path: Path) -> str:
    """The text of a file that people write. ConfigurationError with its line where it is not UTF-8."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ConfigurationError(
            "not UTF-8 text.", place=Place(str(path), line), next_step="Save the file as UTF-8, then run again."
        ) from error


def read_yaml(path: Path) -> Any:
    """What a YAML file says, with lines. ConfigurationError where it is no YAML at all."""
    return parse_yaml(config_text(path), str(path))


def parse_yaml(text: str, path: str) -> Any:
    """What a YAML text says, with lines; `path` is what errors call it."""
    with contextlib.suppress(yaml.YAMLError, ValueError):
        return yaml.load(text, _Loader)
    try:
        return yaml.load(text, _PlainLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise ConfigurationError(
            f"not valid YAML: {error.problem}.", place=Place(path, line), next_step=_AGAIN
        ) from error
    except (yaml.YAMLError, ValueError) as error:
        # A character that YAML does not allow, or a date like 2026-02-31.
        raise ConfigurationError(f"not valid YAML: {error}.", place=Place(path), next_step=_AGAIN) from error


def wrong(message: str, path: str, raw: Any = None, key: object = None) -> ConfigurationError:
    """The error of one place of a file: `raw` is the mapping or list it stands in, `key` its key or position there."""
    line = raw.lines.get(str(key), raw.line) if isinstance(raw, LinedMap | LinedList) else 1
    return ConfigurationError(
        message if message.endswith("?") else f"{message}.",
        place=Place(path, line),
        state="Nothing was changed.",
        next_step=_AGAIN,
    )


def check_keys(raw: Any, shapes: Mapping[str, Shape], what: str, path: str, within: Any = None, at: Any = None) -> None:
    """Refuse what is no mapping, a key that is not of `shapes`, and a value that does not fit its shape.

    `within` and `at` say where `raw` itself stands, for the line of the first of these.
    """
    if not isinstance(raw, dict):
        raise wrong(f"{what} must be `key: value` lines, not {shown(raw)}", path, within, at)
    for key, value in raw.items():
        if key not in shapes:
            raise wrong(f"{what} has no {key!r}{meant(str(key), tuple(shapes))}", path, raw, key)
        check_value(key, value, shapes[key], path, raw)


def check_value(key: str, value: Any, shape: Shape, path: str, raw: Any) -> None:
    """Refuse a value that does not fit its shape."""
    if not shape.fits(value):
        guess = meant(str(value), shape.words, otherwise="") if isinstance(value, str) and shape.words else ""
        raise wrong(f"{key} must be {shape.told}, not {shown(value)}{guess}", path, raw, key)


def shown(value: Any) -> str:
    """A value as a message shows it: short, and an empty one by its name."""
    if value is None:
        return "nothing"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."  # noqa: PLR2004 - a line of a message


def meant(word: str, known: Sequence[str], otherwise: str = "; known are: {}") -> str:
    """A hint at the known word that is nearest to a wrong one; else all known words, where a message can hold them."""
    close = difflib.get_close_matches(word, list(known), 1)
    if close:
        return f"; did you mean {close[0]!r}?"
    return otherwise.format(", ".join(known)) if len(known) <= _MOST_WORDS else ""


def is_text(value: Any) -> bool:
    """Whether YAML gave a text with something in it."""
    return isinstance(value, str) and bool(value.strip())


def is_scalar(value: Any) -> bool:
    """Whether YAML gave one text, number or date: what a name or a code may look like."""
    return value is not None and not isinstance(value, dict | list | bool)


def is_number(value: Any, least: float = float("-inf"), most: float = float("inf")) -> bool:
    """Whether YAML gave a finite number between two bounds."""
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value) and least <= value <= most


def is_whole(value: Any, least: int, most: int = LARGEST_WHOLE) -> bool:
    """Whether YAML gave a whole number between two bounds."""
    return isinstance(value, int) and is_number(value, least, most)


def one_of(*words: str) -> Shape:
    """One of some words."""
    return Shape(f"one of {', '.join(words)}", lambda v: v in words, words)


def whole(least: int) -> Shape:
    """A whole number that is not below `least`."""
    return Shape(f"a whole number from {least}", lambda v: is_whole(v, least))


TEXT = Shape("a text", is_text)
NAME = Shape("a name", is_scalar)
TEXTS = Shape("a text or a list of texts", lambda v: is_scalar(v) or (isinstance(v, list) and all(map(is_scalar, v))))
SOME_TEXTS = Shape(TEXTS.told, lambda v: TEXTS.fits(v) and v != [])
LIST = Shape("a list that is not empty", lambda v: isinstance(v, list) and bool(v))
MAP = Shape("`key: value` lines", lambda v: isinstance(v, dict))
ANY = Shape("anything", lambda _: True)
NUMBER = Shape("a number", is_number)
SHARE = Shape("a share between 0 and 1", lambda v: is_number(v, 0, 1))
EXPRESSION = Shape("an expression in SQL", lambda v: is_text(v) or is_scalar(v) or isinstance(v, bool))
FLAG = Shape("true or false", lambda v: isinstance(v, bool))
ZONE = Shape("a time zone like Europe/Berlin or UTC", lambda v: isinstance(v, str) and v in available_timezones())
