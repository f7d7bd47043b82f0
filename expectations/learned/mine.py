"""Mining a version: how often values and pairs of values stand together, and which columns depend on which."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import duckdb

from expectations.learned.datasets import Dataset, identifier
from expectations.learned.statements import execute


def mine(con: duckdb.DuckDBPyConnection, dataset: Dataset, values: Mapping[str, Any], *, anew: bool) -> None:
    """Count `temp.learned_rows` and find the dependencies of this version.

    `anew` counts everything and looks for dependencies among all columns; else the new records are added to the
    counts of the dependencies that are known.
    """
    execute(con, "work", values)
    if anew:
        for table in ("value_counts", "pair_counts", "combinations", "decided_gaps"):
            con.execute(f"DELETE FROM learned.{table} WHERE dataset = ?", [dataset.name])
    for column in dataset.columns:
        execute(con, "count_values", {**values, "column": column}, columns={"column": column})
    for left, right in list(_promising(con, dataset, values) if anew else _counted_pairs(con, dataset)):
        names = {"left": left, "right": right}
        execute(con, "count_pairs", {**values, **names, "keep": not anew}, columns=names)
    if not anew:
        execute(con, "add_up", values)
    for statement in ("slips", "directed"):
        execute(con, statement, values)
    single = [*dataset.columns, *(name for name, _, _ in combined_columns(con, dataset))]
    execute(con, "dependencies", {**values, "determinants": single})
    if anew:
        _combine(con, dataset, values)
        _decide_gaps(con, dataset, values)
    _forget_independent(con, dataset, values)


def _promising(
    con: duckdb.DuckDBPyConnection, dataset: Dataset, values: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Pairs of columns of which one may depend on the other: values repeat, and pairs repeat hardly less often."""
    for left, right in combinations(_repeating(con, dataset, values), 2):
        if {left, right} & set(dataset.decided):
            seen = _look(con, left, right)
            if seen.may_depend:
                yield left, right
            elif seen.is_crossed and dataset.entity == "records":
                things, voices = (left, right) if seen.lefts > seen.rights else (right, left)
                _note_voices(con, things, voices)


def _repeating(con: duckdb.DuckDBPyConnection, dataset: Dataset, values: Mapping[str, Any]) -> list[str]:
    """Columns with values that are shared by several records each: neither constants nor keys.

    Of a column that is nearly a key (the product of few orders each), some records have to share a value all the same.
    """
    rows = con.execute(
        "SELECT column_name FROM learned.value_counts WHERE dataset = $dataset AND value <> '' GROUP BY column_name "
        "HAVING count(*) >= 2 AND (count(*) * $repeats <= sum(n) OR count(*) FILTER (n >= $repeats) >= $support "
        "AND sum(n) FILTER (n >= $repeats) >= $shared * sum(n))",
        {"dataset": dataset.name, **{name: values[name] for name in ("repeats", "support", "shared")}},
    ).fetchall()
    found = {row[0] for row in rows}
    return [column for column in dataset.columns if column in found]


@dataclass(frozen=True, slots=True)
class _Look:
    """Distinct values and pairs of two columns, in some records."""

    lefts: int
    rights: int
    pairs: int
    records: int

    @property
    def may_depend(self) -> bool:
        """Were one decided by the other, there would be as many pairs as values, but for the noise."""
        return self.pairs <= max(self.lefts, self.rights) + 0.5 * self.records

    @property
    def is_crossed(self) -> bool:
        """Each value of one meets each of the other once at most, and both come again and again."""
        return self.pairs >= 0.95 * self.records and max(self.lefts, self.rights) <= 0.25 * self.records


def _look(con: duckdb.DuckDBPyConnection, left: str, right: str) -> _Look:
    a, b = identifier(left), identifier(right)
    row = con.execute(
        f"SELECT count(DISTINCT {a}), count(DISTINCT {b}), count(DISTINCT ({a}, {b})), count(*) "
        f"FROM (FROM temp.learned_rows WHERE is_counted AND {a} IS NOT NULL AND {b} IS NOT NULL LIMIT 20000)"
    ).fetchone()
    assert row is not None
    return _Look(*row)


def _note_voices(con: duckdb.DuckDBPyConnection, determinant: str, voices: str) -> None:
    """Few voices tell of many things. They have names: a column of numbers (a year, a position) tells no voices apart."""
    named = f"count(*) FILTER (regexp_matches({identifier(voices)}, '\\p{{L}}')) >= 0.9 * count({identifier(voices)})"
    con.execute(
        f"INSERT INTO work.learned_voices SELECT $determinant, $voices FROM temp.learned_rows HAVING {named} "
        "AND $determinant NOT IN (SELECT determinant FROM work.learned_voices)",
        {"determinant": determinant, "voices": voices},
    )


def combined_columns(con: duckdb.DuckDBPyConnection, dataset: Dataset) -> list[tuple[str, str, str]]:
    """(name, left, right) of the pairs of columns that decide something together."""
    return con.execute(
        "SELECT name, left_column, right_column FROM learned.combinations WHERE dataset = ? ORDER BY ALL",
        [dataset.name],
    ).fetchall()


def lost_columns(con: duckdb.DuckDBPyConnection, dataset: Dataset) -> list[str]:
    """Columns that the last version counted and that nothing fills any more, as where a profile was set otherwise."""
    rows = con.execute(
        "SELECT column_name FROM learned.value_counts WHERE dataset = $dataset AND column_name NOT IN "
        "(SELECT name FROM learned.combinations WHERE dataset = $dataset) "
        "UNION SELECT unnest([left_column, right_column]) FROM learned.combinations WHERE dataset = $dataset ORDER BY 1",
        {"dataset": dataset.name},
    ).fetchall()
    return [column for (column,) in rows if column not in dataset.columns]


def _combine(con: duckdb.DuckDBPyConnection, dataset: Dataset, values: Mapping[str, Any]) -> None:
    """Look for pairs of columns that decide together what no single one does."""
    execute(con, "partial", values)
    halves = con.execute("SELECT dependent, determinant, told FROM work.learned_partial ORDER BY ALL").fetchall()
    for dependent, half, half_told in halves:
        others = [column for column in _repeating(con, dataset, values) if column not in (dependent, half)]
        told = {other: _told(con, values, half, other, dependent) for other in others}
        best = max(told, key=lambda other: told[other], default=None)
        # The second column has to explain most of what the first one leaves open.
        if best is not None and told[best] - half_told >= values["together"] * (1 - half_told):
            _count_combined(con, dataset, values, half, best, dependent)
    names = [name for name, _, _ in combined_columns(con, dataset)]
    execute(con, "dependencies", {**values, "determinants": names})


def _told(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any], left: str, right: str, dependent: str) -> float:
    """What two columns tell of a third: 1 all, 0 nothing; 0 too where their pairs hardly ever come again."""
    execute(con, "told", values, columns={"left": left, "right": right, "dependent": dependent})
    row = con.execute("SELECT told, repeats FROM work.learned_told").fetchone()
    return float(row[0]) if row and row[0] is not None and row[1] else 0.0


def _count_combined(
    con: duckdb.DuckDBPyConnection, dataset: Dataset, values: Mapping[str, Any], left: str, right: str, dependent: str
) -> None:
    name = f"{left} + {right}"
    if name not in [known for known, _, _ in combined_columns(con, dataset)]:
        execute(con, "combine", values, columns={"combined": name, "left": left, "right": right})
        con.execute("INSERT INTO learned.combinations VALUES (?, ?, ?, ?)", [dataset.name, name, left, right])
    pair = {"left": name, "right": dependent}
    execute(con, "count_pairs", {**values, **pair, "keep": True}, columns=pair)


def _decide_gaps(con: duckdb.DuckDBPyConnection, dataset: Dataset, values: Mapping[str, Any]) -> None:
    """Look which columns decide where others are empty; only of those that a dependency might fill."""
    found = con.execute(
        "SELECT DISTINCT dependent, list(voices) FILTER (noise >= $noise) FROM learned.dependencies JOIN learned.value_counts "
        "ON value_counts.dataset = $dataset AND column_name = dependent AND value = '' "
        "WHERE dependencies.dataset = $dataset AND version = $version GROUP BY dependent ORDER BY dependent",
        {name: values[name] for name in ("dataset", "version", "noise")},
    ).fetchall()
    deciders = _repeating(con, dataset, values)
    for gaps, voices in found:
        for decider in deciders:
            if decider != gaps and decider not in (voices or ()) and not _is_decided(con, dataset, gaps):
                names = {"gaps": gaps, "decider": decider}
                execute(con, "decided_gaps", {**values, **names}, columns=names)


def _is_decided(con: duckdb.DuckDBPyConnection, dataset: Dataset, gaps: str) -> bool:
    """One column that decides where the gaps are is enough."""
    query = "SELECT count(*) > 0 FROM learned.decided_gaps WHERE dataset = ? AND column_name = ?"
    row = con.execute(query, [dataset.name, gaps]).fetchone()
    return bool(row and row[0])


def _counted_pairs(con: duckdb.DuckDBPyConnection, dataset: Dataset) -> list[tuple[str, str]]:
    found = con.execute(
        "SELECT DISTINCT left_column, right_column FROM learned.pair_counts WHERE dataset = ? ORDER BY ALL",
        [dataset.name],
    ).fetchall()
    return [(left, right) for left, right in found]


def _forget_independent(con: duckdb.DuckDBPyConnection, dataset: Dataset, values: Mapping[str, Any]) -> None:
    """Only what is needed to judge and to count on is kept."""
    con.execute(
        "DELETE FROM learned.pair_counts WHERE dataset = $dataset AND NOT EXISTS (FROM learned.dependencies d "
        "WHERE d.dataset = $dataset AND d.version = $version AND (d.determinant, d.dependent) IN "
        "((left_column, right_column), (right_column, left_column)))",
        {"dataset": dataset.name, "version": values["version"]},
    )
    con.execute(
        "DELETE FROM learned.combinations c WHERE dataset = $dataset AND NOT EXISTS (FROM learned.dependencies d "
        "WHERE d.dataset = $dataset AND d.version = $version AND d.determinant = c.name)",
        {"dataset": dataset.name, "version": values["version"]},
    )
