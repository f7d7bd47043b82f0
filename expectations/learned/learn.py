"""Learning from one entity's records: a new version where they have grown, then the hits of what is judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from expectations.learned.datasets import Dataset, column_expression, datasets, identifier
from expectations.learned.judge import judge
from expectations.learned.mine import combined_columns, lost_columns, mine
from expectations.learned.statements import execute

# How is learned: a new number makes every dataset be mined anew.
METHOD = 2


@dataclass(frozen=True, slots=True)
class Version:
    """What of a dataset is mined: from `since` (None: from the beginning) until `until`, `records` in all."""

    number: int
    records: int
    since: Any
    until: Any
    source: str
    is_new: bool


def learn(con: duckdb.DuckDBPyConnection, entity: str, settings: Mapping[str, Any], *, full: bool) -> None:
    """Bring `learned.hits` of an entity up to date. `settings` are the parameters of its rules, and `mature_days`.

    All or nothing: what goes wrong leaves what was learned before. Raises duckdb.Error.
    """
    con.begin()
    try:
        known = [dataset for dataset in datasets(con, entity) if dataset.columns]
        _forget_others(con, entity, [dataset.name for dataset in known])
        for dataset in known:
            _learn(con, dataset, settings, full)
    except BaseException:
        con.rollback()
        raise
    con.commit()


def _learn(con: duckdb.DuckDBPyConnection, dataset: Dataset, settings: Mapping[str, Any], full: bool) -> None:
    version = _version(con, dataset, settings, full)
    if version is None or (dataset.entity == "records" and not version.is_new):
        return
    values = {
        **settings,
        "dataset": dataset.name,
        "entity": dataset.entity,
        "things": dataset.things,
        "system": dataset.system,
        "table": dataset.table,
        "dependents": list(dataset.decided),
        "version": version.number,
        "since": version.since,
        "until": version.until,
        "mined_until": version.until,
        "mines": version.is_new,
        "anew": version.is_new and version.since is None,
    }
    whole = full or version.is_new
    _fill_rows(con, dataset, values, whole)
    if version.is_new:
        mine(con, dataset, values, anew=values["anew"])
        _note(con, dataset, settings, version)
    judge(con, dataset, values, anew=version.is_new, whole=whole)


def _fill_rows(con: duckdb.DuckDBPyConnection, dataset: Dataset, values: Mapping[str, Any], whole: bool) -> None:
    # A record is known by its place in its table while it is judged: to write four keys for each takes as long as all the rest.
    records = f"(SELECT *, rowid AS rid FROM core.{dataset.entity})"
    if not whole:
        execute(con, "again", values, parts={"entity": dataset.entity})
        records = f"(SELECT *, rowid AS rid FROM core.{dataset.entity} WHERE rowid IN ({_places(dataset.entity)}))"
    asked = dataset.columns if values["mines"] else _judged_columns(con, dataset)
    columns = ", ".join(f"{column_expression(dataset, column)} AS {identifier(column)}" for column in asked)
    execute(con, f"rows_of_{dataset.entity}", values, parts={"columns": columns, "records": records})
    if not whole:
        execute(con, "few", values)
    combinations = () if values["anew"] else combined_columns(con, dataset)
    parts = {
        "asked": ", ".join(["is_counted", *map(identifier, asked)]),
        "combined": ", ".join(
            f"{identifier(left)} || ' / ' || {identifier(right)} AS {identifier(name)}"
            for name, left, right in combinations
        ),
    }
    execute(con, "each" if values["mines"] else "alike", values, parts=parts)


def _places(entity: str) -> str:
    """Where the few records to judge are in their table: found by their key alone, fetched by their place."""
    return f"SELECT rowid FROM core.{entity} SEMI JOIN work.learned_again USING (record_key)"


def _judged_columns(con: duckdb.DuckDBPyConnection, dataset: Dataset) -> list[str]:
    """The columns that a known version asks about a record: what decides, what is decided, and what excuses."""
    rows = con.execute(
        "SELECT unnest([determinant, dependent]) FROM learned.dependencies WHERE dataset = $dataset "
        "UNION SELECT unnest([left_column, right_column]) FROM learned.combinations WHERE dataset = $dataset "
        "UNION SELECT column_name FROM learned.exceptions WHERE dataset = $dataset",
        {"dataset": dataset.name},
    ).fetchall()
    return [column for column in dataset.columns if (column,) in rows]


def _version(
    con: duckdb.DuckDBPyConnection, dataset: Dataset, settings: Mapping[str, Any], full: bool
) -> Version | None:
    """The version to judge by; None where there is nothing mature to learn from."""
    source, records, until = _mature(con, dataset, settings)
    last = con.execute(
        "SELECT version, records, mined_until, source, settings FROM learned.versions WHERE dataset = ? "
        "ORDER BY version DESC LIMIT 1",
        [dataset.name],
    ).fetchone()
    if last is None:
        return Version(1, records, None, until, source, True) if records else None
    number, counted, mined_until, mined_source, mined_with = last
    same = mined_with == _fingerprint(settings) and mined_source == source and not lost_columns(con, dataset)
    if same and records - counted < settings["growth"] * counted:
        return Version(number, counted, mined_until, mined_until, source, False)
    since = mined_until if same and not full else None
    return Version(number + 1, records, since, until, source, True)


def _mature(con: duckdb.DuckDBPyConnection, dataset: Dataset, settings: Mapping[str, Any]) -> tuple[str, int, Any]:
    """(what it comes from, number of mature records, the moment until which they are). A table has no times."""
    if dataset.entity == "records":
        query = (
            "SELECT string_agg(DISTINCT _file_no::VARCHAR, ',' ORDER BY _file_no::VARCHAR), count(*), NULL FROM core.records "
            "WHERE _system = $system AND table_name = $table"
        )
        found = con.execute(query, {"system": dataset.system, "table": dataset.table}).fetchone()
    else:
        query = (
            "WITH mature AS (SELECT data_until - to_days($days::INTEGER) AS until FROM meta.now) "
            "SELECT '', count(*), any_value(until) FROM core.orders, mature WHERE _system = $system AND ordered_at <= until"
        )
        found = con.execute(query, {"system": dataset.system, "days": settings["mature_days"]}).fetchone()
    assert found is not None
    return (found[0] or "", int(found[1]), found[2])


def _note(con: duckdb.DuckDBPyConnection, dataset: Dataset, settings: Mapping[str, Any], version: Version) -> None:
    con.execute(
        "INSERT INTO learned.versions SELECT ?, ?, ?, ?, ?, ?, ?::TIMESTAMP, data_until FROM meta.now",
        [
            dataset.name,
            dataset.entity,
            version.number,
            _fingerprint(settings),
            version.source,
            version.records,
            version.until,
        ],
    )


def _fingerprint(settings: Mapping[str, Any]) -> str:
    return ", ".join([f"method {METHOD}", *(f"{name} {settings[name]}" for name in sorted(settings))])


def _forget_others(con: duckdb.DuckDBPyConnection, entity: str, names: list[str]) -> None:
    """Hits of datasets that are no longer there go."""
    con.execute(
        "DELETE FROM learned.hits WHERE entity = ? AND NOT list_contains(?::VARCHAR[], dataset)", [entity, names]
    )
