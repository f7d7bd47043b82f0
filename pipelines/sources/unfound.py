"""Columns that a company's own profile names and no file has: told with the line in the profile, and read as absent."""

import difflib
from collections.abc import Iterator, Sequence

from pipelines.sources.profile import ColumnMap, Feed, Profile, find_column
from pipelines.sources.table import LandedTable


def unfound_columns(profile: Profile, tables: Sequence[tuple[str, LandedTable]]) -> list[str]:
    """A sentence for each written column of a feed that none of its tables has; `tables` are files with a table each.

    Nothing is told of profiles that ship: they name what a source may have.
    """
    if profile.ships:
        return []
    of_feeds = [(profile.feed_for(file, table), table) for file, table in tables]
    found: list[str] = []
    for feed in profile.feeds:
        headers = list(dict.fromkeys(c for given, table in of_feeds if given is feed for c in table.columns))
        if headers:
            found += _of_feed(profile, feed, headers)
    return found


def _of_feed(profile: Profile, feed: Feed, headers: Sequence[str]) -> Iterator[str]:
    used, written = _used(feed, headers), _sql(feed)
    spare = [header for header in headers if header not in used and header not in written]
    for mapping in feed.mappings:
        for column, source in mapping.columns.items():
            missing = _missing(source, headers)
            if source.line and missing:
                yield (
                    f"{profile.path}, line {source.line}: of the files of feed {feed.name!r} in this run none has the column "
                    f"{' or '.join(map(repr, missing))} for {mapping.entity.name}.{column}{_meant(missing, spare)}; "
                    "the other columns are read."
                )


def _missing(source: ColumnMap, headers: Sequence[str]) -> tuple[str, ...]:
    """Names of which one had to be there, or each had to be (`join`)."""
    if source.columns:
        return () if find_column(source.columns, headers) else source.columns
    return tuple(part for part in source.join if find_column((part,), headers) is None)


def _used(feed: Feed, headers: Sequence[str]) -> set[str | None]:
    sources = [source for mapping in feed.mappings for source in mapping.columns.values()]
    return {find_column((name,), headers) for source in sources for name in (*source.columns, *source.join)}


def _sql(feed: Feed) -> str:
    """Everything that the author of the feed wrote as SQL."""
    sources = [source.expr or "" for mapping in feed.mappings for source in mapping.columns.values()]
    return " ".join([*sources, *(mapping.when or "" for mapping in feed.mappings), *(rule for _, rule in feed.ignore)])


def _meant(missing: Sequence[str], spare: Sequence[str]) -> str:
    """The header that is nearest to one of the names, of those that nothing else is read from."""
    by_small = {header.lower(): header for header in spare}
    for name in missing:
        near = difflib.get_close_matches(name.lower(), list(by_small), 1, cutoff=0.5)
        if near:
            return f" (probably meant: {by_small[near[0]]!r})"
    return f" (not read yet: {', '.join(map(repr, spare[:10]))})" if spare else ""
