"""How well the rules found the errors that somebody planted, and how well they told where these came from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.errors import Place, UsageError
from pipelines.sqlfiles import read_sql_file

PLANTED_COLUMNS = (
    "planted_id", "kind", "order_id", "line_id", "field", "wrong", "right",
    "origin_stage", "origin_user", "origin_at", "found_at", "cost",
)  # fmt: skip
_NEEDED = ("planted_id", "kind", "order_id", "line_id", "field", "right", "origin_stage", "origin_user", "origin_at")
_DECOY_COLUMNS = ("kind", "order_id", "line_id")
_HEADINGS = ("kind", "planted", "found", "recall", "false positives", "precision", "collateral", "on decoys")


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
        }


@dataclass(frozen=True, slots=True)
class Scoreboard:
    """The score of every kind that was planted or found, sorted by kind."""

    kinds: tuple[KindScore, ...]

    @property
    def origin(self) -> dict[str, int]:
        """Of the errors found: origin (stage, user, time) told right, told wrong, or not told in full."""
        return {
            "right": sum(score.origin_right for score in self.kinds),
            "wrong": sum(score.origin_wrong for score in self.kinds),
            "unknown": sum(score.origin_unknown for score in self.kinds),
        }

    def as_json(self) -> dict[str, Any]:
        """{"kinds": [...], "origin": {"right", "wrong", "unknown"}}."""
        return {"kinds": [score.as_json() for score in self.kinds], "origin": self.origin}

    def as_text(self) -> str:
        """A table for people; kinds that no rule looks for stand below it."""
        shown = [score for score in self.kinds if not score.is_undetected]
        rows = [_HEADINGS, *(_row(score) for score in shown), _total(self.kinds)]
        origin = "Origin of the errors found: {right} right, {wrong} wrong, {unknown} unknown.".format(**self.origin)
        missed = [f"{score.kind} ({score.planted} planted)" for score in self.kinds if score.is_undetected]
        tail = [f"Not yet detected (no rule ran): {', '.join(missed)}"] if missed else []
        return "\n".join([*_aligned(rows), "", origin, *tail])


def scoreboard(truth: Path, con: duckdb.DuckDBPyConnection) -> Scoreboard:
    """Compare the open findings of a snapshot with the planted errors in `truth`.

    `truth` holds `planted.csv` (`PLANTED_COLUMNS`) and may hold `corrected.csv` (same columns: errors that are no longer
    in the data) and `decoys.csv` (kind, order_id, line_id). Raises UsageError where the folder or a file cannot be used.
    """
    if not (truth / "planted.csv").is_file():
        raise UsageError(
            f"{truth} holds no planted.csv." if truth.is_dir() else f"there is no folder {truth}.",
            state="Nothing was compared.",
            next_step="Give the folder `truth` that `orderproof simulate` wrote beside its files.",
        )
    with con.cursor() as own:  # temporary tables and the time zone stay out of the caller's connection
        own.execute("SET TimeZone = 'UTC'")
        _load(own, "truth_planted", truth / "planted.csv", _NEEDED)
        _load(own, "truth_corrected", truth / "corrected.csv", _NEEDED)
        _load(own, "truth_decoys", truth / "decoys.csv", _DECOY_COLUMNS)
        rows = own.execute(read_sql_file(Path(__file__).with_name("scoreboard.sql")).sql).fetchall()
    return Scoreboard(tuple(KindScore(*row) for row in rows))


def _load(con: duckdb.DuckDBPyConnection, table: str, path: Path, columns: tuple[str, ...]) -> None:
    """One truth file as a temporary table, all text but the time; an absent file gives an empty table."""
    if not path.exists():
        texts = ", ".join(f'NULL::{_type(name)} AS "{name}"' for name in columns)
        con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {texts} LIMIT 0")
        return
    _refuse_missing(_header(con, path), path, columns)
    _refuse_bad_times(con, path, columns)
    values = ", ".join(f'{_typed(name)} AS "{name}"' for name in columns)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {values} FROM {_CSV}", [str(path)])


_CSV = "read_csv(?, header = true, all_varchar = true, delim = ',', quote = '\"')"


def _typed(column: str) -> str:
    """The text without blanks, empty as null; a time with an offset in UTC, without one taken as UTC."""
    text = f"nullif(trim(\"{column}\"), '')"
    return f"try_cast({text} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'" if _type(column) == "TIMESTAMP" else text


def _type(column: str) -> str:
    return "TIMESTAMP" if column == "origin_at" else "VARCHAR"


def _header(con: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    try:
        con.execute(f"SELECT count(*) FROM {_CSV}", [str(path)]).fetchall()
        return [str(row[0]) for row in con.execute(f"DESCRIBE SELECT * FROM {_CSV}", [str(path)]).fetchall()]
    except (duckdb.InvalidInputException, duckdb.IOException) as error:
        raise _unusable(f"not a comma-separated UTF-8 file: {str(error).splitlines()[0]}", Place(str(path))) from error


def _refuse_missing(found: list[str], path: Path, columns: tuple[str, ...]) -> None:
    missing = [name for name in columns if name not in found]
    if missing:
        raise _unusable(f"columns missing: {', '.join(missing)}; found: {', '.join(found)}.", Place(str(path), 1))


def _refuse_bad_times(con: duckdb.DuckDBPyConnection, path: Path, columns: tuple[str, ...]) -> None:
    """A time that cannot be read must not pass for an origin nobody knows."""
    if "origin_at" not in columns:
        return
    bad = con.execute(
        f"SELECT planted_id, origin_at FROM {_CSV} "
        f"WHERE nullif(trim(origin_at), '') IS NOT NULL AND {_typed('origin_at')} IS NULL LIMIT 1",
        [str(path)],
    ).fetchone()
    if bad:
        raise _unusable(
            f"{bad[1]!r} of {bad[0]} is not a time like 2026-03-31T08:15:00Z.", Place(str(path), None, "origin_at")
        )


def _unusable(message: str, place: Place) -> UsageError:
    return UsageError(
        message,
        place=place,
        state="Nothing was compared.",
        next_step=f"planted.csv has the columns {', '.join(PLANTED_COLUMNS)}.",
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def _row(score: KindScore) -> tuple[str, ...]:
    counts = (str(score.planted), str(score.found), _percent(score.recall), str(score.false_positives))
    return (score.kind, *counts, _percent(score.precision), str(score.collateral), str(score.on_decoys))


def _total(kinds: tuple[KindScore, ...]) -> tuple[str, ...]:
    names = ("planted", "found", "false_positives", "collateral", "on_decoys")
    planted, found, false_positives, collateral, on_decoys = (sum(getattr(k, name) for k in kinds) for name in names)
    return _row(KindScore("all", planted, found, false_positives, collateral, on_decoys, 0, 0, 0, True))


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(_HEADINGS))]
    return [
        "  ".join(cell.ljust(width) if place == 0 else cell.rjust(width)
                  for place, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in rows
    ]  # fmt: skip
