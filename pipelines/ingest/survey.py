"""One cheap look over the texts of a table before they are typed: it tells which dearer looks can be left out."""

from collections import Counter
from dataclasses import dataclass

import duckdb

from pipelines.contract import Entity
from pipelines.ingest.typing_sql import name
from pipelines.sources.profile import Mapping

ROWS = "*"
"""The name under which rows are counted beside columns."""

_SLASHES = "/.-"


@dataclass(frozen=True, slots=True)
class Survey:
    """Filled cells a column, and the least and the greatest text of the columns that hold times."""

    filled: Counter[str]
    typed: tuple[str, ...]
    extremes: dict[str, tuple[str | None, str | None]]
    has_every_key: bool

    def may_have_slashes(self, column: str) -> bool:
        """Whether a text of the column may begin like 3/4/2026 or 03.04.2026.

        All texts between two that begin alike begin like them: where the least and the greatest share three characters
        without a slash, no text in between has one there.
        """
        least, greatest = self.extremes.get(column, (None, None))
        if least is None or greatest is None:
            return False
        start = least[:3]
        return len(start) < 3 or start != greatest[:3] or any(mark in _SLASHES for mark in start[1:])  # noqa: PLR2004 - dd/

    def accounts_for(self, kept: Counter[str], mapping: Mapping) -> bool:
        """Whether every row was kept and every filled cell could be read, with no repair declared that changes any."""
        repaired = any(source.repair for source in mapping.columns.values())
        whole = kept[ROWS] == self.filled[ROWS] and all(kept[column] == self.filled[column] for column in self.typed)
        return whole and not repaired


def take_survey(con: duckdb.DuckDBPyConnection, mapping: Mapping, texts: dict[str, str], rows: str) -> Survey:
    """Count the filled cells of `rows` (a FROM clause). `texts` are the expressions of the columns that the source has."""
    kinds = {c.name: c.type for c in mapping.entity.columns}
    typed = tuple(column for column in texts if kinds[column] != "text")
    times = [column for column in typed if kinds[column] in ("date", "moment")]
    key = mapping.entity.key if _has_own_key(mapping, texts) else None
    counted = list(dict.fromkeys((*typed, *([key] if key else []))))
    aggregates = [f"count({name(c)})" for c in counted] + [f"{f}({name(c)})" for c in times for f in ("min", "max")]
    inner = ", ".join(f"{texts[c]} AS {name(c)}" for c in counted)
    row = con.execute(
        f"SELECT count(*){''.join(', ' + a for a in aggregates)} FROM (SELECT _line{', ' + inner if inner else ''} {rows})"
    ).fetchone()
    found = iter(row or ())
    filled = Counter({column: next(found) for column in (ROWS, *counted)})
    extremes = {column: (next(found), next(found)) for column in times}
    has_every_key = key is not None and filled[key] == filled[ROWS]
    return Survey(filled, typed, extremes, has_every_key)


def _has_own_key(mapping: Mapping, texts: dict[str, str]) -> bool:
    key = mapping.entity.key
    return key in texts and mapping.columns[key].expr is None


def needed_column(entity: Entity) -> str | None:
    """The column without which a row cannot be attached to anything; None where its content alone will do."""
    if not entity.key_is_optional:
        return entity.key
    return "order_id" if "order_id" in entity.by_name else None
