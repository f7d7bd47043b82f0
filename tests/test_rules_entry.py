"""Rules about what people type in: required fields, formats, odd characters, spellings, prices, dates."""

import duckdb
import pytest

from expectations import ledger
from tests.checks_fixture import empty_warehouse


@pytest.fixture(scope="module")
def macros() -> duckdb.DuckDBPyConnection:
    con = empty_warehouse()
    ledger.begin(con, [])
    return con


@pytest.mark.parametrize(
    ("value", "shape", "word_shape", "run_shape"),
    [
        ("SO-100123", "AA-999999", "ww-wwwwww", "A-9"),
        ("76c6e8", "99a9a9", "wwwwww", "9a9a9"),
        ("Customer 26", "Aaaaaaaa 99", "wwwwwwww ww", "Aa 9"),
        ("Äpfel, süß", "Aaaaa, aaa", "wwwww, www", "Aa, a"),
        ("上海 贸易 A1", "文文 文文 A9", "文文 文文 ww", "文 文 A9"),
        ("", "", "", ""),
        (None, None, None, None),
    ],
)
def test_the_shape_of_a_text(
    macros: duckdb.DuckDBPyConnection,
    value: str | None,
    shape: str | None,
    word_shape: str | None,
    run_shape: str | None,
) -> None:
    found = macros.execute(
        "SELECT work.shape(v), work.word_shape(v), work.run_shape(v) FROM (SELECT ?::VARCHAR AS v)", [value]
    ).fetchone()
    assert found == (shape, word_shape, run_shape)
