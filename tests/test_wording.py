"""How sentences of findings write numbers, counts, spans and moments, and how a sentence is put together."""

import duckdb
import pytest

from expectations import ledger
from expectations.ledger import insert_rows
from expectations.sql import statement
from tests.checks_fixture import small_company


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    """The small company, with the macros and tables of the ledger."""
    company = small_company()
    ledger.begin(company, [])
    return company


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("say_number(5548.0900)", "5,548.09"),
        ("say_number(31.500000)", "31.5"),
        ("say_number(1000)", "1,000"),
        ("say_number(0)", "0"),
        ("say_number(-1234567.5)", "-1,234,567.5"),
        ("say_count(1, 'order', 'orders')", "1 order"),
        ("say_count(2365, 'action shows', 'actions show')", "2,365 actions show"),
        ("say_count(0, 'line', 'lines')", "0 lines"),
        ("say_of(756, 2365)", "756 of 2,365"),
        ("say_share(0.999)", "99.9 %"),
        ("say_share(0.5)", "50 %"),
        ("say_share(1)", "100 %"),
        ("say_share(0.9996)", "more than 99.9 %"),
        ("say_share(0.0004)", "less than 0.1 %"),
        ("say_share(0)", "0 %"),
        ("say_span(45)", "45 seconds"),
        ("say_span(60)", "a minute"),
        ("say_span(7 * 60)", "7 minutes"),
        ("say_span(3600)", "an hour"),
        ("say_span(5400)", "1.5 hours"),
        ("say_span(1440 * 60)", "a day"),
        ("say_span(1.5 * 86400)", "1.5 days"),
        ("say_span(363 * 86400)", "363 days"),
        ("say_value('12.5000', 'price')", "12.5"),
        ("say_value('1200', 'quantity')", "1,200"),
        ("say_value('007', 'text')", "007"),
        ("say_value('  ', 'text')", None),
    ],
)
def test_words_of_values(con: duckdb.DuckDBPyConnection, said: str, words: str | None) -> None:
    assert con.execute(f"SELECT work.{said}").fetchone() == (words,)


@pytest.mark.parametrize(
    ("zone", "moment", "words"),
    [
        ("UTC", "2026-06-29 22:19:54", "on 2026-06-29 at 22:19"),
        ("Asia/Shanghai", "2026-06-29 22:19:54", "on 2026-06-30 at 06:19"),
        # In New York clocks went from 02:00 to 03:00 on 8 March 2026.
        ("America/New_York", "2026-03-08 06:59:00", "on 2026-03-08 at 01:59"),
        ("America/New_York", "2026-03-08 07:00:00", "on 2026-03-08 at 03:00"),
        # A day without a time begins at midnight of the zone, and stays its day.
        ("Asia/Shanghai", "2026-06-29 16:00:00", "on 2026-06-30"),
        ("America/New_York", "2026-07-01 04:00:00", "on 2026-07-01"),
    ],
)
def test_words_of_moments(zone: str, moment: str, words: str) -> None:
    con = small_company()
    ledger.begin(con, [])
    con.execute("UPDATE meta.now SET reporting_zone = ?", [zone])
    assert con.execute("SELECT work.say_when(?::TIMESTAMP)", [moment]).fetchone() == (words,)
    assert con.execute("SELECT work.say_moment(?::TIMESTAMP)", [moment]).fetchone() == (
        words.removeprefix("on ").replace(" at ", " "),
    )


def _sentence(con: duckdb.DuckDBPyConnection, sentence: str, **hit: str | None) -> str:
    """The message of a finding of a rule with that sentence."""
    con.execute("DELETE FROM ledger.rules; DELETE FROM work.rule_hits")
    entity = hit.pop("entity", "orders")
    row = ["r", "R", entity, "wrong_date", "low", "validity", 1, "entry", "record", sentence, "", []]
    insert_rows(con, "ledger.rules", [row])
    names = ", ".join(hit)
    con.execute(
        f"INSERT INTO work.rule_hits (rule, record_key, {names}) VALUES ('r', 'k', {', '.join('?' * len(hit))})",
        [*hit.values()],
    )
    con.execute(statement("findings"))
    found = con.execute("SELECT message FROM work.findings").fetchone()
    assert found is not None
    return str(found[0])


def test_a_field_has_the_name_that_a_clerk_gives_it(con: duckdb.DuckDBPyConnection) -> None:
    assert _sentence(con, "{field} is missing.", field="sku") == "Product code is missing."
    assert _sentence(con, "{field} is missing.", field="payment_terms") == "Payment terms is missing."


def test_a_user_at_the_beginning_is_written_as_he_is_called(con: duckdb.DuckDBPyConnection) -> None:
    assert (
        _sentence(con, "{observed} acted {evidence}.", observed="u025", field="at", evidence="at night")
        == "u025 acted at night."
    )


def test_numbers_of_a_sentence_have_no_zeros_and_no_null(con: duckdb.DuckDBPyConnection) -> None:
    said = "The order says {observed}, its lines add up to {expected}."
    hit = {"field": "net_amount", "observed": "15548.0900", "expected": "5548.0000"}
    assert _sentence(con, said, **hit) == "The order says 15,548.09, its lines add up to 5,548."
    assert _sentence(con, said, field="net_amount", observed=None, expected=None) == (
        "The order says nothing, its lines add up to unknown."
    )


def test_stages_stand_by_their_titles(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "INSERT INTO meta.stages (stage, stage_no, title) VALUES ('credit_check', 1, 'Credit check'), ('packing', 2, 'Packing')"
    )
    hit = {"field": "activity", "observed": "packing", "expected": "credit_check, packing"}
    assert _sentence(con, "The order came to {observed} without {expected}.", **hit) == (
        "The order came to Packing without Credit check and Packing."
    )
