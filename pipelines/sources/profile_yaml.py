"""The YAML text of a source profile, checked key by key and turned into a Profile."""

import codecs
import hashlib
import re
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any

import duckdb

from pipelines.config_file import (
    ANY,
    FLAG,
    LIST,
    MAP,
    NAME,
    SOME_TEXTS,
    TEXT,
    TEXTS,
    ZONE,
    LinedMap,
    Shape,
    check_keys,
    check_value,
    is_scalar,
    is_text,
    one_of,
    parse_yaml,
    whole,
    wrong,
)
from pipelines.contract import ENTITY_NAMES, entity
from pipelines.sources.profile import ChangeLog, ColumnMap, Feed, Mapping, Profile
from pipelines.sources.table import ReadOptions

KINDS = ("full", "delta", "append")
# `lines`: the sum over the order's lines, for an amount of an order that no file gives.
RULES = ("first", "last", "min", "max", "sum", "constant", "lines")
_WAYS = ("column", "columns", "join", "expr", "const", "made")
# What the reading itself knows of a row: its table, its key there, its key over all tables, all its columns.
MADE = ("table", "row_id", "record_id", "row")


@cache
def _judge() -> duckdb.DuckDBPyConnection:
    """A connection of its own, without data, that says whether DuckDB understands an expression or a format."""
    return duckdb.connect()


def _parses(value: Any) -> bool:
    """Whether DuckDB can read it as one expression; whether its columns exist is known only with a file."""
    if not is_text(value):
        return False
    try:
        return len(_judge().extract_statements(f"SELECT ({value}\n)")) == 1
    except duckdb.Error:
        return False


def _is_moment(value: Any) -> bool:
    if isinstance(value, date):
        return True
    try:
        return isinstance(value, str) and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def _has_one_group(value: Any) -> bool:
    try:
        return isinstance(value, str) and re.compile(value).groups == 1
    except re.error:
        return False


def _is_format(value: Any) -> bool:
    formats = value if isinstance(value, list) else [value]
    if not formats or not all(is_text(one) and "%" in one for one in formats):
        return False
    try:
        _judge().execute("SELECT try_strptime('', ?)", [formats]).fetchall()
    except duckdb.Error:
        return False
    return True


def _is_encoding(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(codecs.lookup(value))
    except LookupError:
        return False


_SQL = Shape("an SQL expression", _parses)
_FORMAT = Shape("a format like %d.%m.%Y (or a list of them)", _is_format)
_CODES = Shape("`source value: meaning` lines", lambda v: isinstance(v, dict) and all(map(is_scalar, v.values())))
_PROFILE = {
    "name": NAME,
    "title": TEXT,
    "system": NAME,
    "zone": ZONE,
    "nulls": TEXTS,
    "assumptions": TEXTS,
    "process": MAP,
    "log": MAP,
    "feeds": LIST,
    "canonical": FLAG,
}
_LOG = {
    "fields": SOME_TEXTS,
    "from": Shape("a date like 2026-11-24 or a time like 2026-11-24 18:00", _is_moment),
    "truncates_at": whole(1),
}
_FEED = {
    "name": NAME,
    "files": SOME_TEXTS,
    "kind": one_of(*KINDS),
    "read": MAP,
    "extraction": MAP,
    "fill_down": TEXTS,
    "ignore": LIST,
    "entities": LIST,
}
_READ = {
    "encoding": Shape("an encoding like utf-8, gb18030 or cp1252", _is_encoding),
    "delimiter": Shape(
        "one character", lambda v: isinstance(v, str) and len(v) == 1 and (v.isprintable() or v == "\t")
    ),
    "skip_rows": whole(0),
    "header_rows": whole(1),
    "header_use": whole(1),
    "sheet": TEXT,
    "leading": TEXT,
    "max_expanded_bytes": Shape("a whole number of bytes", lambda v: isinstance(v, int) and v > 0),
    "max_expansion": whole(1),
}
_EXTRACTION = {
    "fixed": Shape("a date like 2026-11-24 or a time like 2026-11-24 18:00", _is_moment),
    "file_name": Shape("a regular expression with one group, like _(\\d{8})", _has_one_group),
    "column": NAME,
}
_IGNORE = {"name": NAME, "when": _SQL}
_ENTITY = {"entity": one_of(*ENTITY_NAMES), "when": _SQL, "collapse": MAP, "columns": MAP}
_COLUMN = {
    "column": NAME,
    "columns": SOME_TEXTS,
    "join": SOME_TEXTS,
    "expr": _SQL,
    "const": Shape("one value", lambda v: is_scalar(v) or isinstance(v, bool)),
    "made": one_of(*MADE),
    "codes": _CODES,
    "nulls": TEXTS,
    "format": _FORMAT,
    "formats": _FORMAT,
    "order": one_of("day_first", "month_first"),
    "unit": one_of("epoch_s", "epoch_ms", "percent"),
    "zone": ZONE,
    "repair": one_of("swap_day_month"),
    "decimal": one_of(".", ","),
}


def parse_profile(text: str, path: str) -> Profile:
    """The profile that a YAML text describes; `path` is what errors call it.

    Raises ConfigurationError with file and line for anything wrong in it.
    """
    made = _Parser(path).profile(parse_yaml(text, path))
    return replace(made, content_hash=hashlib.sha256(text.encode()).hexdigest()[:16])


class _Parser:
    """Turns checked YAML into a Profile."""

    def __init__(self, path: str) -> None:
        self.path = path

    def profile(self, raw: Any) -> Profile:
        self.check(raw, _PROFILE, "a profile")
        feeds = _canonical_feeds() if raw.get("canonical") else self.need(raw, "feeds")
        return Profile(
            name=str(self.need(raw, "name")),
            system=str(self.need(raw, "system")),
            feeds=tuple(self.feed(item, feeds, number) for number, item in enumerate(feeds)),
            zone=raw.get("zone", "UTC"),
            zone_is_known="zone" in raw,
            nulls=_texts(raw.get("nulls", ())),
            assumptions=_texts(raw.get("assumptions", ())),
            process=raw.get("process"),
            log=self.log(raw.get("log", {})),
            path=self.path,
        )

    def log(self, raw: Any) -> ChangeLog:
        self.check(raw, _LOG, "log")
        since = None if "from" not in raw else str(raw["from"])
        return ChangeLog(_texts(raw.get("fields", ())), since, raw.get("truncates_at"))

    def feed(self, raw: Any, feeds: Any, number: int) -> Feed:
        self.check(raw, _FEED, "a feed", feeds, number)
        self.check(raw.get("extraction", {}), _EXTRACTION, "extraction")
        entities = self.need(raw, "entities")
        return Feed(
            name=str(self.need(raw, "name")),
            files=_texts(self.need(raw, "files")),
            mappings=tuple(self.mapping(item, entities, position) for position, item in enumerate(entities)),
            kind=raw.get("kind", "delta"),
            read_options=self.read_options(raw.get("read", {})),
            extraction={key: str(value) for key, value in raw.get("extraction", {}).items()},
            fill_down=_texts(raw.get("fill_down", ())),
            ignore=self.ignore_rules(raw.get("ignore", [])),
        )

    def read_options(self, raw: Any) -> ReadOptions:
        self.check(raw, _READ, "read")
        if raw.get("header_use", 1) > raw.get("header_rows", 1):
            raise wrong("header_use must be one of the header rows: raise header_rows", self.path, raw, "header_use")
        return ReadOptions(**raw)

    def ignore_rules(self, raw: Any) -> tuple[tuple[str, str], ...]:
        for number, rule in enumerate(raw):
            self.check(rule, _IGNORE, "an ignore rule", raw, number)
        return tuple((str(self.need(rule, "name")), self.need(rule, "when")) for rule in raw)

    def mapping(self, raw: Any, entities: Any, position: int) -> Mapping:
        self.check(raw, _ENTITY, "an entity", entities, position)
        target = entity(self.need(raw, "entity"))
        columns = self.need(raw, "columns")
        self.check(columns, dict.fromkeys(target.column_names, ANY), f"{target.name} (its columns)")
        rules = raw.get("collapse")
        shapes = dict.fromkeys(("default", *target.column_names), one_of(*RULES))
        self.check(rules or {}, shapes, "collapse")
        mapped = {column: self.column(value, columns, column) for column, value in columns.items()}
        if target.key not in mapped and target.by_name[target.key].required:
            message = f"{target.name} cannot be told apart without {target.key!r}: say how it is found"
            raise wrong(message, self.path, raw, "columns")
        return Mapping(target, mapped, raw.get("when"), rules)

    def column(self, raw: Any, parent: Any, key: str) -> ColumnMap:
        if isinstance(raw, list) or is_scalar(raw):
            check_value(key, raw, SOME_TEXTS, self.path, parent)
            return ColumnMap(columns=_texts(raw), line=_line(parent, key))
        self.check(raw, _COLUMN, f"column {key!r}", parent, key)
        if sum(way in raw for way in _WAYS) != 1:
            raise wrong(f"a column needs exactly one of {', '.join(_WAYS)}", self.path, parent, key)
        return ColumnMap(
            columns=_texts(raw.get("columns") or raw.get("column", ())),
            join=_texts(raw.get("join", ())),
            expr=raw.get("expr"),
            const=None if raw.get("const") is None else str(raw["const"]),
            made=raw.get("made"),
            codes={str(k): str(v) for k, v in raw.get("codes", {}).items()},
            nulls=_texts(raw.get("nulls", ())),
            formats=_texts(raw.get("formats") or raw.get("format", ())),
            line=_line(parent, key),
            **{word: raw[word] for word in ("order", "unit", "zone", "repair", "decimal") if word in raw},
        )

    def need(self, raw: Any, key: str) -> Any:
        if key not in raw:
            raise wrong(f"{key!r} is missing", self.path, raw)
        return raw[key]

    def check(self, raw: Any, shapes: dict[str, Shape], what: str, within: Any = None, at: Any = None) -> None:
        check_keys(raw, shapes, what, self.path, within, at)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value),)


def _line(parent: Any, key: str) -> int:
    """Where the key of a mapping stands in the file; 0 in one that no file wrote."""
    return int(parent.lines.get(key, parent.line)) if isinstance(parent, LinedMap) else 0


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
