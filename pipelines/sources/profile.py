"""Source profiles: what says how a company's files become the canonical entities."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipelines.contract import Entity
from pipelines.errors import MissingColumnError, Place
from pipelines.sources.readers import is_archive, names_within
from pipelines.sources.table import LandedTable, ReadOptions, name_fits, ways_to_read

DEFAULT_NULLS = ("", "null", "NULL", "Null", "N/A", "#N/A", "n/a", "NaT", "None", "\\N")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """How one contract column is found in the source. Exactly one of `columns`, `join`, `expr`, `const`, `made` is given."""

    columns: tuple[str, ...] = ()
    """Names in the source, the first that exists counts."""
    join: tuple[str, ...] = ()
    """Columns whose texts are joined with a space (a date and a time)."""
    expr: str | None = None
    """An SQL expression over the source row; every source column is text."""
    const: str | None = None
    made: str | None = None
    """What the reading itself knows: a word of `profile_yaml.MADE`."""
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
    line: int = 0
    """Where the profile says so; 0 where nobody wrote it."""


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
class ChangeLog:
    """What the system's change log covers. Replay judges nothing else."""

    fields: tuple[str, ...] = ()
    """Logged fields by their names in `order_changes`; empty: those that the log is seen to hold."""
    since: str | None = None
    """ISO time from which on it is complete; None: from the beginning."""
    truncates_at: int | None = None
    """Values longer than so many characters are cut."""


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
    log: ChangeLog = ChangeLog()
    path: str = ""
    content_hash: str = ""
    """Of the profile's text: tells whether it was changed since a file was read with it."""
    ships: bool = False

    def readings(self, path: Path) -> tuple[ReadOptions, ...]:
        """How to read this file, as far as its name tells which feed it is; once for each sheet where feeds name sheets.

        Of an archive, each member is read as its own name tells.
        """
        fitting = [feed.read_options for feed in self.feeds if _name_fits(feed, path.name, path.name)] or [
            ReadOptions()
        ]
        if is_archive(path):
            return (replace(fitting[0], of_members=self._of_members()),)
        return ways_to_read(fitting, path.name)

    def _of_members(self) -> tuple[tuple[str, ReadOptions], ...]:
        """Pattern and way of each feed; nothing where all are read as any file is."""
        if all(feed.read_options == ReadOptions() for feed in self.feeds):
            return ()
        return tuple((pattern, feed.read_options) for feed in self.feeds for pattern in feed.files)

    def knows(self, path: Path) -> bool:
        """Whether the name of the file, or of each table in the archive, tells which feed it is."""
        if self._knows_name(path.name):
            return True
        names = names_within(path)
        return bool(names) and all(map(self._knows_name, names))

    def _knows_name(self, name: str) -> bool:
        return any(_name_fits(feed, name, name) for feed in self.feeds)

    def feed_for(self, file: str, table: LandedTable) -> Feed:
        """The feed of a table: by its name, else by its columns. MissingColumnError or ConfigurationError if none fits."""
        named = [
            feed for feed in self.feeds if _name_fits(feed, file, table.member) and _sheet_fits(feed, table.member)
        ]
        fitting = [feed for feed in named or self.feeds if not missing_columns(feed, table.columns)]
        if fitting:
            return max(fitting, key=lambda feed: _matched(feed, table.columns))
        closest = max(named or self.feeds, key=lambda feed: -len(missing_columns(feed, table.columns)))
        raise _missing(closest, table, self.path)


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
    return any(name_fits(pattern, name) for name in names for pattern in feed.files)


def _sheet_fits(feed: Feed, member: str) -> bool:
    """Whether a table may be the sheet that the feed names; a table that names no sheet may be any."""
    sheet = feed.read_options.sheet
    return sheet is None or member.endswith(f"#{sheet}") or "#" not in member


def _matched(feed: Feed, columns: Sequence[str]) -> int:
    wanted = [m.columns for mapping in feed.mappings for m in mapping.columns.values() if m.columns]
    return sum(find_column(names, columns) is not None for names in wanted)


def _missing(feed: Feed, table: LandedTable, path: str) -> MissingColumnError:
    missing = missing_columns(feed, table.columns)
    hints = [f"{name!r}{_meant((name, *_usual(feed, name)), table.columns)}" for name in missing]
    return MissingColumnError(
        f"required column {', '.join(hints)} not found. Found: {', '.join(table.columns[:40])}.",
        place=Place(table.member, 1, missing[0]),
        next_step=f"Rename the column, or add its name to feed {feed.name!r} of the profile {path}.",
    )


def _usual(feed: Feed, wanted: str) -> tuple[str, ...]:
    """What other systems call the column that a feed wants under the name `wanted`."""
    primary = feed.mappings[0]
    return next((c.usual for c in primary.entity.columns if wanted in _names(primary, c.name)), ())


def _names(mapping: Mapping, column: str) -> tuple[str, ...]:
    return mapping.columns[column].columns if column in mapping.columns else ()


def _meant(names: Sequence[str], columns: Sequence[str]) -> str:
    """A hint at the column that bears one of the names, else at one that is nearly called like the first."""
    by_plain = {_plain(column).strip(".:#*"): column for column in columns}
    same = [by_plain[_plain(name)] for name in names if _plain(name) in by_plain]
    close = same or [
        by_plain[one] for one in difflib.get_close_matches(_plain(names[0]), list(by_plain), 1, cutoff=0.6)
    ]
    return f" (probably meant: {close[0]!r})" if close else ""
