"""How well the rules found the errors that somebody planted, and how well they told where these came from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.ingest.persons import rewrite
from pipelines.pseudonyms import Pseudonyms
from pipelines.scoreboard_text import Row, aligned, percent
from pipelines.scoreboard_truth import PLANTED_COLUMNS, load_truth
from pipelines.sqlfiles import read_sql_file

__all__ = ["PLANTED_COLUMNS", "KindScore", "Missed", "Scoreboard", "scoreboard"]

_HEADINGS = (
    "kind", "planted", "found", "recall", "false positives", "precision", "collateral", "on decoys",
    "origin right", "wrong", "unknown",
)  # fmt: skip
_MISSED_HEADINGS = ("kind", "order", "line", "field", "wrong", "right")
_MISSED_SHOWN = 10
# Below these shares the truth is hardly that of the home: other orders, or other files of a company that numbers alike.
_FEW_KNOWN, _FEW_FOUND, _ENOUGH_PLANTED = 0.5, 0.05, 20


@dataclass(frozen=True, slots=True)
class KindScore:
    """One kind of error. `on_decoys` are the false positives on orders that only look wrong; counts are of findings,
    `planted` and `found` of planted errors. `rule_ran` is false where no rule for the kind was run."""

    kind: str
    planted: int
    found: int
    false_positives: int
    collateral: int
    on_decoys: int
    origin_right: int
    origin_wrong: int
    origin_unknown: int
    rule_ran: bool

    @property
    def recall(self) -> float | None:
        """Share of the planted errors that were found; None where none was planted."""
        return _share(self.found, self.planted)

    @property
    def precision(self) -> float | None:
        """Errors found, of these and the false positives; None where there are neither."""
        return _share(self.found, self.found + self.false_positives)

    @property
    def is_undetected(self) -> bool:
        """True where errors were planted and no rule of the kind ran."""
        return self.planted > 0 and not self.rule_ran

    @property
    def origin(self) -> dict[str, int]:
        """Of the errors found: origin (stage, user, time) told right, told wrong, or not told in full."""
        return {"right": self.origin_right, "wrong": self.origin_wrong, "unknown": self.origin_unknown}

    def as_json(self) -> dict[str, Any]:
        """Counts, recall and precision (shares between 0 and 1)."""
        return {
            "kind": self.kind,
            "planted": self.planted,
            "found": self.found,
            "false_positives": self.false_positives,
            "collateral": self.collateral,
            "recall": self.recall,
            "precision": self.precision,
            "on_decoys": self.on_decoys,
            "rule_ran": self.rule_ran,
            "origin": self.origin,
        }

    def as_row(self) -> Row:
        """The cells of the table."""
        counts = (str(self.planted), str(self.found), percent(self.recall), str(self.false_positives))
        beside = (percent(self.precision), str(self.collateral), str(self.on_decoys))
        return (self.kind, *counts, *beside, *(str(count) for count in self.origin.values()))


@dataclass(frozen=True, slots=True)
class Missed:
    """A planted error that no open finding names."""

    kind: str
    planted_id: str | None
    order_id: str | None
    line_id: str | None
    field: str | None
    wrong: str | None
    right: str | None

    def as_json(self) -> dict[str, Any]:
        """All fields by name."""
        return {name: getattr(self, name) for name in self.__slots__}

    def as_row(self) -> Row:
        """The cells of the table."""
        cells = (self.order_id, self.line_id, self.field, self.wrong, self.right)
        return (self.kind, *(cell or "-" for cell in cells))


@dataclass(frozen=True, slots=True)
class Scoreboard:
    """The score of every kind that was planted or found, sorted by kind; the planted errors that were missed.

    `orders` counts the orders that the planted errors name, `orders_known` those of them that are in the home.
    """

    kinds: tuple[KindScore, ...]
    missed: tuple[Missed, ...]
    orders: int
    orders_known: int

    @property
    def origin(self) -> dict[str, int]:
        """Of all errors found: origin (stage, user, time) told right, told wrong, or not told in full."""
        return {
            verdict: sum(score.origin[verdict] for score in self.kinds) for verdict in ("right", "wrong", "unknown")
        }

    @property
    def warning(self) -> str | None:
        """Why the figures mean little: the truth is hardly that of what is in the home."""
        planted, found = (sum(getattr(score, name) for score in self.kinds) for name in ("planted", "found"))
        if self.orders_known < _FEW_KNOWN * self.orders:
            return (
                f"of the {self.orders:,} orders that the truth names, {self.orders_known:,} are in this home. "
                "The truth belongs to another company, or its files were not loaded here."
            )
        if planted >= _ENOUGH_PLANTED and found < _FEW_FOUND * planted:
            return (
                f"of {planted:,} planted errors only {found:,} were found. "
                "The truth may belong to other files of a company that numbers its orders alike."
            )
        return None

    def as_json(self) -> dict[str, Any]:
        """{"kinds": [...], "origin": {"right", "wrong", "unknown"}, "missed": [...], "orders", "orders_known", "warning"}."""
        return {
            "kinds": [score.as_json() for score in self.kinds],
            "origin": self.origin,
            "missed": [error.as_json() for error in self.missed],
            "orders": self.orders,
            "orders_known": self.orders_known,
            "warning": self.warning,
        }

    def as_text(self) -> str:
        """Tables for people: every kind, kinds that no rule looks for below them, then the first errors missed."""
        shown = [score for score in self.kinds if not score.is_undetected]
        rows = [_HEADINGS, *(score.as_row() for score in shown), _total(self.kinds).as_row()]
        origin = "Origin of the errors found: {right} right, {wrong} wrong, {unknown} unknown.".format(**self.origin)
        unseen = [f"{score.kind} ({score.planted} planted)" for score in self.kinds if score.is_undetected]
        tail = [f"Not yet detected (no rule ran): {', '.join(unseen)}"] if unseen else []
        head = [f"WARNING: {self.warning}", ""] if self.warning else []
        return "\n".join([*head, *aligned(rows), "", origin, *tail, *self._missed_text()])

    def _missed_text(self) -> list[str]:
        if not self.missed:
            return ["Missed: none."]
        rows = [_MISSED_HEADINGS, *(error.as_row() for error in self.missed[:_MISSED_SHOWN])]
        more = len(self.missed) - _MISSED_SHOWN
        rest = [f'and {more:,} more: --json lists all under "missed".'] if more > 0 else []
        return ["", f"Missed: {len(self.missed):,}", *aligned(rows, left=len(_MISSED_HEADINGS)), *rest]


def scoreboard(truth: Path, con: duckdb.DuckDBPyConnection, names: Pseudonyms | None = None) -> Scoreboard:
    """Compare the open findings of a snapshot with the planted errors in `truth`.

    `truth` holds `planted.csv` (`PLANTED_COLUMNS`) and may hold `corrected.csv` (same columns: errors that are no longer
    in the data) and `decoys.csv` (kind, order_id, line_id). `names` are the pseudonyms under which the snapshot has its people.
    Raises UsageError where the folder or a file cannot be used.
    """
    with con.cursor() as own:  # temporary tables and the time zone stay out of the caller's connection
        own.execute("SET TimeZone = 'UTC'")
        load_truth(own, truth)
        if names:
            for table in ("truth_planted", "truth_corrected"):
                rewrite(own, table, "origin_user", names.of_all)
        own.execute(f"CREATE OR REPLACE TEMP TABLE truth_hits AS {_sql('scoreboard_hits')}")
        kinds = own.execute(_sql("scoreboard")).fetchall()
        missed = own.execute(_sql("scoreboard_missed")).fetchall()
        orders, known = own.execute(_KNOWN).fetchall()[0]
    return Scoreboard(tuple(KindScore(*row) for row in kinds), tuple(Missed(*row) for row in missed), orders, known)


_KNOWN = """
SELECT count(*), count(*) FILTER (order_id IN (SELECT order_id FROM core.orders))
FROM (SELECT DISTINCT order_id FROM truth_planted WHERE order_id IS NOT NULL)"""


def _sql(name: str) -> str:
    return read_sql_file(Path(__file__).with_name(f"{name}.sql")).sql


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _total(kinds: tuple[KindScore, ...]) -> KindScore:
    def total(name: str) -> int:
        return sum(getattr(score, name) for score in kinds)

    found = (total("planted"), total("found"), total("false_positives"), total("collateral"), total("on_decoys"))
    return KindScore(
        "all", *found, total("origin_right"), total("origin_wrong"), total("origin_unknown"), rule_ran=True
    )
