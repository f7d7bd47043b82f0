"""When two texts are the same value: for a log, which writes it in its own way, and for blame, where each letter counts."""

from collections.abc import Iterator

import duckdb
import pytest

from expectations import ledger
from tests.checks_fixture import empty_warehouse


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    made = empty_warehouse()
    ledger.begin(made, [])
    yield made
    made.close()


# one, the other, the type of the field, the same to a log, the very same
PAIRS = [
    ("8.5", "8.5000", "price", True, True),
    ("8.5", "8.50006", "price", False, False),
    ("007", "7", "text", True, False),  # a log may drop zeros; as a code it is another one
    ("box", " BOX ", "text", True, False),
    ("BOX", " BOX ", "text", True, True),
    ("2026-03-05", "2026-03-05T00:00:00", "date", True, True),
    ("2026-03-05 10:00:00", "2026-03-05T10:00:00", "moment", True, True),
    ("2026-03-05", "2026-03-06", "date", False, False),
    ("", None, "text", True, True),
    (" ", None, "text", True, True),
    ("x", None, "text", False, False),
    ("0", None, "quantity", False, False),
    ("0", "", "quantity", False, False),
]


@pytest.mark.parametrize(("one", "other", "kind", "to_a_log", "very"), PAIRS)
def test_the_same_value(
    con: duckdb.DuckDBPyConnection, one: str, other: str | None, kind: str, to_a_log: bool, very: bool
) -> None:
    for a, b in ((one, other), (other, one)):
        told = con.execute("SELECT work.same_value(?, ?), work.is_same(?, ?, ?)", [a, b, a, b, kind]).fetchone()
        assert told == (to_a_log, very)
