"""Source profiles: YAML files that say how a company's files become the canonical entities."""

import difflib
import fnmatch
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import yaml

from pipelines.contract import ENTITY_NAMES, Entity, entity
from pipelines.errors import ConfigurationError, MissingColumnError, Place
from pipelines.settings import Home, config_text
from pipelines.sources.table import LandedTable, ReadOptions

SHIPPED = ("canonical", "o2c-sap-ibm", "olist", "online-retail", "northwind")
DEFAULT_NULLS = ("", "null", "NULL", "Null", "N/A", "#N/A", "n/a", "NaT", "None", "\\N")
REPAIRS = ("swap_day_month",)
ORDERS = ("day_first", "month_first")
UNITS = ("epoch_s", "epoch_ms", "percent")
KINDS = ("full", "delta", "append")
# `lines`: the sum over the order's lines, for an amount of an order that no file gives.
RULES = ("first", "last", "min", "max", "sum", "constant", "lines")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """How one contract column is found in the source. Exactly one of `columns`, `join`, `expr`, `const` is given."""

    columns: tuple[str, ...] = ()
    """Names in the source, the first that exists counts."""
    join: tuple[str, ...] = ()
    """Columns whose texts are joined with a space (a date and a time)."""
    expr: str | None = None
    """An SQL expression over the source row; every source column is text."""
    const: str | None = None
    codes: dict[str, str] = field(default_factory=dict)
    """Source value -> canonical value; other values stay."""
    nulls: tuple[str, ...] = ()
    """Texts that mean 'no value', beside the profile's own."""
    formats: tuple[str, ...] = ()
    """strptime formats of a date or moment."""
    order: str | None = None
    """day_first or month_first, for dates with slashes."""
    unit: str | None = None
    """epoch_s or epoch_ms for a moment; percent for a ratio."""
    zone: str | None = None
    repair: str | None = None
    """Name of a declared repair; the value as it came is kept and reported."""
    decimal: str = "."


@dataclass(frozen=True, slots=True)
class Mapping:
    """One entity fed by the rows of a feed."""

    entity: Entity
    columns: dict[str, ColumnMap]
    when: str | None = None
    """Only rows for which this SQL condition holds."""
    collapse: dict[str, str] | None = None
    """Rule per attribute where many rows make one record; key `default` for the rest."""


@dataclass(frozen=True, slots=True)
class Feed:
    """Files of one kind. The first mapping decides the disposition of a row."""

    name: str
    files: tuple[str, ...]
    mappings: tuple[Mapping, ...]
    kind: str = "delta"
    read_options: ReadOptions = field(default_factory=ReadOptions)
    extraction: dict[str, str] = field(default_factory=dict)
    """fixed, file_name (a regular expression with one group), or column; empty: the latest plausible moment."""
    fill_down: tuple[str, ...] = ()
    ignore: tuple[tuple[str, str], ...] = ()
    """(rule name, SQL condition): rows that are left out on purpose."""

    def required_columns(self) -> tuple[str, ...]:
        """Names (first synonym) of the source columns without which the primary entity cannot be read."""
        primary = self.mappings[0]
        needed = [primary.columns.get(c.name) for c in primary.entity.columns if c.required]
        return tuple(m.columns[0] for m in needed if m is not None and m.columns)


@dataclass(frozen=True, slots=True)
class Profile:
    """A source system and its feeds."""

    name: str
    system: str
    feeds: tuple[Feed, ...]
    zone: str = "UTC"
    zone_is_known: bool = False
    nulls: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    process: dict[str, Any] | None = None
    path: str = ""
    content_hash: str = ""
    """Of the profile's text: tells whether it was changed since a file was read with it."""

    def read_options(self, path: Path) -> ReadOptions:
        """How to read this file, as far as its name tells which feed it is."""
        return next((f.read_options for f in self.feeds if _name_fits(f, path.name, path.name)), ReadOptions())

    def feed_for(self, file: str, table: LandedTable) -> Feed:
        """The feed of a table: by its name, else by its columns. MissingColumnError or ConfigurationError if none fits."""
        named = [feed for feed in self.feeds if _name_fits(feed, file, table.member)]
        fitting = [feed for feed in named or self.feeds if not missing_columns(feed, table.columns)]
        if fitting:
            return max(fitting, key=lambda feed: _matched(feed, table.columns))
        closest = max(named or self.feeds, key=lambda feed: -len(missing_columns(feed, table.columns)))
        raise _missing(closest, table, self.path)


def load_profile(name: str, home: Home) -> Profile:
    """A profile by name (the home folder's own first, then the shipped ones) or by path.

    Raises ConfigurationError with file and line for anything wrong in it.
    """
    own = home.config / "profiles" / f"{name}.yaml"
    if own.exists():
        return _parse(config_text(own), str(own))
    if name in SHIPPED:
        resource = files("pipelines.sources") / "profiles" / f"{name}.yaml"
        return _parse(resource.read_text(encoding="utf-8"), f"{name}.yaml")
    if Path(name).is_file():
        return _parse(config_text(Path(name)), name)
    close = difflib.get_close_matches(name, SHIPPED, 1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise ConfigurationError(
        f"there is no profile {name!r}.{hint}",
        state="Nothing was changed.",
        next_step=f"Shipped are: {', '.join(SHIPPED)}; your own go into {own.parent}.",
    )


def match_profile(tables: Sequence[tuple[str, LandedTable]], home: Home) -> Profile:
    """The first profile whose feeds fit every table. ConfigurationError that says how to pick where none does."""
    own = sorted(path.stem for path in (home.config / "profiles").glob("*.yaml"))
    complaint: ConfigurationError | None = None
    for name in [*own, *SHIPPED]:
        profile = load_profile(name, home)
        try:
            for file, table in tables:
                profile.feed_for(file, table)
        except ConfigurationError as error:
            complaint = complaint or error
            continue
        return profile
    assert complaint is not None
    complaint.next_step = (
        "Name the source with --profile. A list with names of its own, or with rows above its header, needs a profile "
        "(docs/profiles.md); `orderproof templates` shows the canonical columns."
    )
    raise complaint


def missing_columns(feed: Feed, found: Sequence[str]) -> list[str]:
    """Required source columns that a table lacks, by their first synonym."""
    primary = feed.mappings[0]
    needed = [primary.columns.get(c.name) for c in primary.entity.columns if c.required]
    return [m.columns[0] for m in needed if m is not None and m.columns and find_column(m.columns, found) is None]


def find_column(names: Sequence[str], found: Sequence[str]) -> str | None:
    """The table's own spelling of the first of `names` that it has; case, blanks, '-' and '_' do not count."""
    by_plain = {_plain(name): name for name in reversed(found)}
    return next((by_plain[_plain(name)] for name in names if _plain(name) in by_plain), None)


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "").replace("_", "").replace("-", "")


def _name_fits(feed: Feed, file: str, member: str) -> bool:
    names = {file.lower(), member.lower(), member.lower().split("#")[-1]}
    return any(fnmatch.fnmatch(name, pattern.lower()) for name in names for pattern in feed.files)


def _matched(feed: Feed, columns: Sequence[str]) -> int:
    wanted = [m.columns for mapping in feed.mappings for m in mapping.columns.values() if m.columns]
    return sum(find_column(names, columns) is not None for names in wanted)


def _missing(feed: Feed, table: LandedTable, path: str) -> MissingColumnError:
    missing = missing_columns(feed, table.columns)
    hints = [f"{name!r}{_meant(name, table.columns)}" for name in missing]
    return MissingColumnError(
        f"required column {', '.join(hints)} not found. Found: {', '.join(table.columns[:40])}.",
        place=Place(table.member, 1, missing[0]),
        next_step=f"Rename the column, or add its name to feed {feed.name!r} of the profile {path}.",
    )


def _meant(name: str, columns: Sequence[str]) -> str:
    by_plain = {_plain(column): column for column in columns}
    close = difflib.get_close_matches(_plain(name), list(by_plain), 1, cutoff=0.6)
    return f" (probably meant: {by_plain[close[0]]!r})" if close else ""


# --- reading the YAML -------------------------------------------------------------------------------------------------


class _Lined(dict[Any, Any]):
    """A mapping of the file that knows on which line it and each of its keys stand."""

    line: int = 1
    lines: dict[Any, int]


class _Loader(yaml.SafeLoader):
    """Reads YAML into `_Lined` mappings."""

    def lined(self, node: yaml.MappingNode) -> Iterator[_Lined]:
        """A mapping, filled after it was handed out: so anchors may point at it."""
        made = _Lined()
        made.line = node.start_mark.line + 1
        made.lines = {key.value: key.start_mark.line + 1 for key, _ in node.value}
        yield made
        self.flatten_mapping(node)
        made.update(self.construct_mapping(node))


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.lined)
# Only true and false are booleans: a column may well be called No, and a code Y.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, rule) for tag, rule in rules if first in "tTfF" or not tag.endswith(":bool")]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _parse(text: str, path: str) -> Profile:
    try:
        raw = yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise ConfigurationError(f"not valid YAML: {error.problem}", place=Place(path, line)) from error
    return replace(_Parser(path).profile(raw), content_hash=hashlib.sha256(text.encode()).hexdigest()[:16])


class _Parser:
    """Turns the YAML into a Profile; whatever is wrong in it is told with its line."""

    def __init__(self, path: str) -> None:
        self.path = path

    def profile(self, raw: Any) -> Profile:
        known = {"name", "title", "system", "zone", "nulls", "assumptions", "process", "feeds", "canonical"}
        self.check_keys(raw, known, "a profile")
        self.check_zone(raw)
        feeds = _canonical_feeds() if raw.get("canonical") else self.need(raw, "feeds")
        return Profile(
            name=self.need(raw, "name"),
            system=str(self.need(raw, "system")),
            feeds=tuple(self.feed(item) for item in feeds),
            zone=raw.get("zone", "UTC"),
            zone_is_known="zone" in raw,
            nulls=tuple(map(str, raw.get("nulls", ()))),
            assumptions=tuple(raw.get("assumptions", ())),
            process=raw.get("process"),
            path=self.path,
        )

    def feed(self, raw: Any) -> Feed:
        known = {"name", "files", "kind", "read", "extraction", "fill_down", "ignore", "entities"}
        self.check_keys(raw, known, "a feed")
        self.check_word(raw, "kind", KINDS)
        self.check_keys(raw.get("read", {}), {f.name for f in fields(ReadOptions)}, "read")
        self.check_keys(raw.get("extraction", {}), {"fixed", "file_name", "column"}, "extraction")
        for rule in raw.get("ignore", ()):
            self.check_keys(rule, {"name", "when"}, "an ignore rule")
        return Feed(
            name=self.need(raw, "name"),
            files=_texts(self.need(raw, "files")),
            mappings=tuple(self.mapping(item) for item in self.need(raw, "entities")),
            kind=raw.get("kind", "delta"),
            read_options=ReadOptions(**raw.get("read", {})),
            extraction={key: str(value) for key, value in raw.get("extraction", {}).items()},
            fill_down=_texts(raw.get("fill_down", ())),
            ignore=tuple((self.need(item, "name"), str(self.need(item, "when"))) for item in raw.get("ignore", ())),
        )

    def mapping(self, raw: Any) -> Mapping:
        self.check_keys(raw, {"entity", "when", "collapse", "columns"}, "an entity")
        self.need(raw, "entity")
        self.check_word(raw, "entity", ENTITY_NAMES)
        target = entity(raw["entity"])
        columns = self.need(raw, "columns")
        self.check_keys(columns, set(target.column_names), f"the columns of {target.name}")
        rules = raw.get("collapse")
        self.check_keys(rules or {}, {"default", *target.column_names}, "collapse")
        for column in rules or {}:
            self.check_word(rules, column, RULES)
        mapped = {column: self.column(value, columns, column) for column, value in columns.items()}
        if target.key not in mapped and target.by_name[target.key].required:
            message = f"{target.name} cannot be told apart without {target.key!r}: say how it is found"
            raise self.error(message, raw, "columns")
        return Mapping(target, mapped, raw.get("when"), rules)

    def column(self, raw: Any, parent: Any, key: str) -> ColumnMap:
        if isinstance(raw, str | list):
            return ColumnMap(columns=_texts(raw))
        known = {f.name for f in fields(ColumnMap)} | {"column", "format"}
        self.check_keys(raw, known, f"column {key!r}", parent, key)
        if sum(way in raw for way in ("column", "columns", "join", "expr", "const")) != 1:
            raise self.error("a column needs exactly one of column, columns, join, expr, const", parent, key)
        for word, words in (("repair", REPAIRS), ("order", ORDERS), ("unit", UNITS), ("decimal", (".", ","))):
            self.check_word(raw, word, words)
        self.check_zone(raw)
        return ColumnMap(
            columns=_texts(raw.get("columns") or raw.get("column", ())),
            join=_texts(raw.get("join", ())),
            expr=raw.get("expr"),
            const=None if raw.get("const") is None else str(raw["const"]),
            codes={str(k): str(v) for k, v in raw.get("codes", {}).items()},
            nulls=tuple(map(str, raw.get("nulls", ()))),
            formats=_texts(raw.get("formats") or raw.get("format", ())),
            **{word: raw[word] for word in ("order", "unit", "zone", "repair", "decimal") if word in raw},
        )

    def need(self, raw: Any, key: str) -> Any:
        if key not in raw:
            raise self.error(f"{key!r} is missing", raw)
        return raw[key]

    def check_keys(self, raw: Any, known: set[str], what: str, parent: Any = None, at: str | None = None) -> None:
        if not isinstance(raw, dict):
            raise self.error(f"{what} must be `key: value` lines, not {raw!r}", parent, at)
        for key in raw:
            if key not in known:
                raise self.error(f"{what} has no {key!r}{_meant_word(str(key), sorted(known))}", raw, key)

    def check_word(self, raw: Any, key: str, words: Sequence[str]) -> None:
        if key in raw and raw[key] not in words:
            said = f"{key} is {raw[key]!r}{_meant_word(str(raw[key]), words)}; it must be one of {', '.join(words)}"
            raise self.error(said, raw, key)

    def check_zone(self, raw: Any) -> None:
        if "zone" in raw and raw["zone"] not in available_timezones():
            raise self.error(f"there is no time zone {raw['zone']!r}; write it as Europe/Berlin or UTC", raw, "zone")

    def error(self, message: str, raw: Any, key: str | None = None) -> ConfigurationError:
        line = raw.lines.get(key, raw.line) if isinstance(raw, _Lined) else None
        return ConfigurationError(f"{message}.", place=Place(self.path, line), state="Nothing was changed.")


def _meant_word(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, list(known), 1)
    return f"; did you mean {close[0]!r}?" if close else f"; known are: {', '.join(known)}"


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _canonical_feeds() -> list[dict[str, Any]]:
    """One feed an entity, every column under its own name."""
    return [
        {
            "name": name,
            "files": [f"{name}.*", f"{name}[-_ 0-9]*", name],
            "kind": "append" if name in ("user_actions", "order_changes") else "delta",
            "entities": [{"entity": name, "columns": {column: column for column in entity(name).column_names}}],
        }
        for name in ENTITY_NAMES
    ]
