"""Spans of keys: what a look-up of a few orders may pass over, and that it never passes over one of them."""

import duckdb
import pytest

from pipelines.spans import within

_HISTORY = 300_000


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    """A history of numbered orders in the order of time; row 0 is `S-1000000`."""
    con = duckdb.connect()
    con.execute(f"CREATE TABLE history AS SELECT 'S-' || (1000000 + range) AS k FROM range({_HISTORY})")
    return con


def _asked(con: duckdb.DuckDBPyConnection, condition: str) -> str:
    con.execute(f"CREATE OR REPLACE TABLE keys AS SELECT k FROM history WHERE {condition}")
    return within(con, "k", "keys", "history")


def _left(con: duckdb.DuckDBPyConnection, spans: str) -> tuple[int, int]:
    """Rows of the history within the spans, and keys that are not."""
    within_spans = con.execute(f"SELECT count(*) FROM history WHERE {spans}").fetchall()[0][0]
    lost = con.execute(f"SELECT count(*) FROM keys WHERE k IS NOT NULL AND ({spans}) IS NOT true").fetchall()[0][0]
    return within_spans, lost


def test_a_days_orders_are_one_span(con: duckdb.DuckDBPyConnection) -> None:
    spans = _asked(con, "rowid >= 299000 AND rowid % 2 = 0")
    assert spans == "(k BETWEEN 'S-1299000' AND 'S-1299998')"


def test_old_orders_among_them_have_spans_of_their_own(con: duckdb.DuckDBPyConnection) -> None:
    spans = _asked(con, "rowid >= 299000 OR rowid IN (5, 7, 150000)")
    assert spans.count("BETWEEN") == 3
    assert _left(con, spans) == (1_000 + 3 + 1, 0)


def test_there_are_few_spans_however_many_gaps(con: duckdb.DuckDBPyConnection) -> None:
    spans = _asked(con, "rowid % 30000 = 3 AND rowid < 100000 OR rowid > 299900")
    assert spans.count("BETWEEN") <= 4
    passed, lost = _left(con, spans)
    assert lost == 0
    assert passed < _HISTORY / 2


def test_scattered_keys_are_not_asked_for_by_spans(con: duckdb.DuckDBPyConnection) -> None:
    assert _asked(con, "rowid % 1000 = 1") == "true"


def test_where_most_is_asked_for_nothing_is_passed_over(con: duckdb.DuckDBPyConnection) -> None:
    assert _asked(con, "rowid > 100000") == "true"


def test_no_key_has_no_row(con: duckdb.DuckDBPyConnection) -> None:
    assert _asked(con, "false") == "false"


def test_a_key_that_is_null_has_no_row_and_quotes_are_kept(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE OR REPLACE TABLE keys AS SELECT unnest(['O''Neil', NULL]) AS k")
    spans = within(con, "k", "keys", "history")
    assert spans == "(k BETWEEN 'O''Neil' AND 'O''Neil')"


def test_duckdb_reads_only_the_blocks_of_the_spans(con: duckdb.DuckDBPyConnection) -> None:
    spans = _asked(con, "rowid >= 299000")
    plan = con.execute(
        f"EXPLAIN ANALYZE SELECT count(*) FROM history SEMI JOIN keys USING (k) WHERE {spans}"
    ).fetchall()
    assert "Row Groups Scanned: 1 / 3" in plan[0][1]
