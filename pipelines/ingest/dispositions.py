"""Every source row has exactly one disposition; per file they add up to the rows read."""

from collections.abc import Collection

import duckdb

from pipelines.contract import entities
from pipelines.errors import OrderProofError, Place


def count(con: duckdb.DuckDBPyConnection, files: Collection[int] | None = None) -> None:
    """Count the dispositions of the files anew (of all where None): a late file may have changed those of an earlier one."""
    of_files = _among("c._file_no", files)
    accepted = " UNION ALL ".join(
        f"SELECT c._file_no AS file_no, count({counted}) AS rows FROM core.{name} c JOIN meta.files f "
        f"ON f.file_no = c._file_no AND f.primary_entity = '{name}' AND f.many_a_row = {many} WHERE NOT c._derived "
        f"AND {of_files} GROUP BY ALL"
        for name in entities()
        for many, counted in (("false", "*"), ("true", "DISTINCT c._line"))
    )
    parts = " UNION ALL ".join(
        f"SELECT c._file_no, count(*) FROM ingest.parts_{name} c JOIN meta.files f "
        f"ON f.file_no = c._file_no AND f.primary_entity = '{name}' WHERE {of_files} GROUP BY ALL"
        for name in entities()
    )
    con.execute(
        f"UPDATE meta.files SET accepted = coalesce((SELECT sum(rows) FROM ({accepted} UNION ALL {parts}) a "
        f"WHERE a.file_no = meta.files.file_no), 0) WHERE {_among('file_no', files)}"
    )
    for disposition in ("quarantined", "duplicate", "superseded", "ignored"):
        con.execute(
            f"UPDATE meta.files SET {disposition} = (SELECT count(*) FROM ingest.row_dispositions d "
            f"WHERE d.file_no = meta.files.file_no AND d.disposition = '{disposition}')"
        )
    _count_entities(con)


def _among(column: str, files: Collection[int] | None) -> str:
    """A condition that names values: by it DuckDB passes over the rows of other files."""
    if files is None:
        return "true"
    return f"{column} IN ({', '.join(map(str, sorted(files)))})" if files else "false"


def check_balance(con: duckdb.DuckDBPyConnection) -> None:
    """Prove that no row was lost: OrderProofError with the first file whose dispositions do not add up."""
    row = con.execute(
        "SELECT file, rows_read, accepted + quarantined + duplicate + superseded + ignored AS explained FROM meta.files "
        "WHERE rows_read IS DISTINCT FROM accepted + quarantined + duplicate + superseded + ignored ORDER BY file_no LIMIT 1"
    ).fetchone()
    if row is not None:
        raise OrderProofError(
            f"{row[1]:,} rows were read but {row[2]:,} have a disposition; a row was lost or counted twice.",
            place=Place(row[0]),
            next_step="This is a defect of OrderProof; please report it with the profile that was used.",
        )


def _count_entities(con: duckdb.DuckDBPyConnection) -> None:
    given = {row[0] for row in con.execute("SELECT DISTINCT entity FROM meta.emitted WHERE records > 0").fetchall()}
    con.execute("DELETE FROM meta.entities")
    for name in entities():
        con.execute(
            f"INSERT INTO meta.entities SELECT ?, ?, coalesce(bool_or(_derived), false), count(*) FROM core.{name}",
            [name, name in given],
        )
