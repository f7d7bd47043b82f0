"""Where a few keys lie among all: spans of keys, told as a condition by which DuckDB passes over most of a long history.

DuckDB keeps the least and the greatest key of every hundred thousand rows, and reads no others where a condition names values. It does
not ask them in a join. Numbers are mostly given in the order of time, so that the orders of a day lie close together: a look-up that
names their spans as well reads the few blocks in which they are, whatever the history. Where keys are scattered it reads all as before.
"""

from bisect import bisect
from itertools import pairwise

import duckdb

from pipelines.ingest.typing_sql import quote

# Each span has to be compared with every row that is read.
_MOST = 4
# A span ends where so much of the history lies before the next key.
_GAP = 0.03
# Where the keys are a larger part of the history, or more of it lies within their spans, to ask for them saves nothing.
_FEW = 0.1
_WORTH = 0.5
_SAMPLED = 300
# DuckDB tells blocks apart by so many first characters.
_CHARACTERS = 12

Span = tuple[str, str]


def within(con: duckdb.DuckDBPyConnection, column: str, keys: str, history: str) -> str:
    """A condition that every row with one of the keys (column of the table `keys`) fulfils, and as few others of `history` as spans allow.

    `true` where it would leave most of the history. Keys that are null have no row.
    """
    if _rows(con, keys) > _FEW * _rows(con, history):
        return "true"
    spans = con.execute(
        f"SELECT min({column}), max({column}) FROM {keys} WHERE {column} IS NOT NULL GROUP BY {column}[:{_CHARACTERS}] ORDER BY 1"
    ).fetchall()
    sample = _sample(con, column, history)
    joined = _joined(spans, sample)
    return "true" if _passed(sample, joined) > _WORTH * len(sample) else _condition(column, joined)


def _rows(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])


def _sample(con: duckdb.DuckDBPyConnection, column: str, history: str) -> list[str]:
    """Some hundred keys from all over the history, in their order."""
    rows = _rows(con, history)
    found = con.execute(
        f"SELECT {column} FROM {history} WHERE {column} IS NOT NULL "
        f"AND rowid IN (SELECT unnest(range(0, {rows}, {1 + rows // _SAMPLED}))) ORDER BY {column}"
    ).fetchall()
    return [row[0] for row in found]


def _joined(spans: list[Span], sample: list[str]) -> list[Span]:
    """The spans with those between which little of the history lies made one, at most so many as are allowed."""
    if not spans:
        return []
    gaps = [(_between(sample, before[1], after[0]), number) for number, (before, after) in enumerate(pairwise(spans))]
    wide = sorted(gap for gap in gaps if gap[0] > _GAP * len(sample))
    cuts = sorted(number for _, number in wide[-(_MOST - 1) :])
    firsts, lasts = [0, *(cut + 1 for cut in cuts)], [*cuts, len(spans) - 1]
    return [(spans[first][0], spans[last][1]) for first, last in zip(firsts, lasts, strict=True)]


def _passed(sample: list[str], spans: list[Span]) -> int:
    return sum(_between(sample, first, last) for first, last in spans)


def _between(sample: list[str], first: str, last: str) -> int:
    return bisect(sample, last) - bisect(sample, first)


def _condition(column: str, spans: list[Span]) -> str:
    named = [f"{column} BETWEEN {quote(first)} AND {quote(last)}" for first, last in spans]
    return f"({' OR '.join(named)})" if named else "false"
