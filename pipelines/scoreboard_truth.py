"""Reads the truth that a scoreboard compares with: text files that people and other generators write, too."""

from pathlib import Path

import duckdb

from pipelines.errors import Place, UsageError

PLANTED_COLUMNS = (
    "planted_id", "kind", "order_id", "line_id", "field", "wrong", "right",
    "origin_stage", "origin_user", "origin_at", "found_at", "cost",
)  # fmt: skip
_COMPARED = tuple(name for name in PLANTED_COLUMNS if name not in ("found_at", "cost"))
_OPTIONAL = ("wrong",)  # shown beside what was missed, never compared
_DECOY_COLUMNS = ("kind", "order_id", "line_id")


def load_truth(con: duckdb.DuckDBPyConnection, truth: Path) -> None:
    """Temporary tables `truth_planted`, `truth_corrected`, `truth_decoys`. Raises UsageError where a file cannot be used."""
    if not (truth / "planted.csv").is_file():
        raise UsageError(
            f"{truth} holds no planted.csv." if truth.is_dir() else f"there is no folder {truth}.",
            state="Nothing was compared.",
            next_step="Give the folder `truth` that `orderproof simulate` wrote beside its files.",
        )
    _load(con, "truth_planted", truth / "planted.csv", _COMPARED)
    _load(con, "truth_corrected", truth / "corrected.csv", _COMPARED)
    _load(con, "truth_decoys", truth / "decoys.csv", _DECOY_COLUMNS)


def _load(con: duckdb.DuckDBPyConnection, table: str, path: Path, columns: tuple[str, ...]) -> None:
    """One truth file as a temporary table, all text but the time; an absent file gives an empty table."""
    if not path.exists():
        texts = ", ".join(f'NULL::{_type(name)} AS "{name}"' for name in columns)
        con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {texts} LIMIT 0")
        return
    header = _header(con, path)
    _refuse_missing(header, path, tuple(name for name in columns if name not in _OPTIONAL))
    _refuse_bad_times(con, path, columns)
    values = ", ".join(f'{_typed(name) if name in header else "NULL::VARCHAR"} AS "{name}"' for name in columns)
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
