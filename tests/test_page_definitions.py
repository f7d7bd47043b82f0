"""The SQL that a card offers, run by hand on the snapshot, gives the rows that the page shows: with the filters written out."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import data
from pipelines.read.kpi import KpiValue
from pipelines.settings import open_home
from pipelines.warehouse import open_snapshot, require_snapshot

APP = Path(__file__).parent.parent / "dashboard" / "app.py"
# What a page must at least offer, so that the test cannot pass on an empty page.
CARDS = {
    "overview": 7,
    "error_rate": 2,
    "defects": 2,
    "stages": 5,
    "flow": 4,
    "exceptions": 5,
    "changes": 5,
    "traces": 2,
}
FILTERS = {"period": "52 weeks", "channel": "EDI"}


def rows_of(frame: pl.DataFrame) -> list[tuple[Any, ...]]:
    """The rows, in an order of their own: a query by hand may return ties in another one. Sums of doubles differ in the last digits."""
    rounded = frame.with_columns(pl.col(pl.Float64, pl.Float32).round_sig_figs(9))
    return sorted(rounded.rows(), key=repr)


def kpi_frame(value: KpiValue) -> pl.DataFrame:
    """A KPI in the shape of its query. Without its data a page shows none, whatever the query says."""
    return pl.DataFrame(
        {"numerator": [value.numerator], "denominator": [value.denominator], "value": [value.value]},
        schema=dict.fromkeys(("numerator", "denominator", "value"), pl.Float64),
    )


def offered(page: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], list[pl.DataFrame]]:
    """(the SQL texts of all cards of a page, the frames that it read, KPIs among them)."""
    monkeypatch.setenv("ORDERPROOF_HOME", str(home))
    data.home.cache_clear()
    read: list[pl.DataFrame] = []
    query, kpis = data.query, data.kpis

    def reading(*args: Any, **params: Any) -> pl.DataFrame:
        read.append(query(*args, **params))
        return read[-1]

    def reading_kpis(*args: Any, **params: Any) -> list[KpiValue]:
        values = kpis(*args, **params)
        read.extend(kpi_frame(value) for value in values)
        return values

    monkeypatch.setattr(data, "query", reading)
    monkeypatch.setattr(data, "kpis", reading_kpis)
    app = AppTest.from_file(str(APP), default_timeout=60)
    for key, value in FILTERS.items():
        app.query_params[key] = value
    if page != "overview":
        app.switch_page(f"pages/{page}.py")
    app.run()
    for choice in app.segmented_control:
        if str(choice.key).startswith("view_"):
            choice.set_value("query")
    app.run()
    assert not app.exception
    return [str(code.value) for code in app.code if code.language == "sql"], read


@pytest.mark.parametrize("page", CARDS)
def test_the_sql_of_each_card_gives_what_the_page_shows(
    page: str, company_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts, read = offered(page, company_home, monkeypatch)
    assert len(texts) >= CARDS[page]
    known = [(frame.columns, rows_of(frame)) for frame in read if frame.height]
    with open_snapshot(require_snapshot(open_home(company_home))) as con:
        for text in ";\n\n".join(texts).split(";\n\n"):
            found = con.cursor().sql(text).pl()
            if "denominator" in found.columns:
                found = found.select("numerator", "denominator", "value").cast(pl.Float64)
            assert found.height and (found.columns, rows_of(found)) in known, text
