"""Data Docs: Great Expectations' pages show each suite with severity, sentence and counts, and need no network."""

import re
from pathlib import Path

import pytest
from great_expectations.expectations.metadata_types import FailureSeverity

from expectations.check import run_checks
from expectations.suite_runner import _expectation
from pipelines.settings import Home, open_home
from tests.checks_fixture import small_company
from tests.rule_cases import shipped_rules

OWN = """
- {rule: own, entity: orders, title: 'A <b>bold</b> $title', fails_when: "order_id = 'O9'", field: ship_to, severity: low,
   sentence: '<script>alert(1)</script> {observed} for $5'}
"""


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = open_home(tmp_path_factory.mktemp("docs"), create=True)
    (home.config / "rules").mkdir()
    (home.config / "rules" / "own.yaml").write_text(OWN, encoding="utf-8")
    con = small_company()
    con.execute("UPDATE core.orders SET net_amount = net_amount + 1 WHERE order_id IN ('O7', 'O8')")
    run_checks(con, home, "run1", True)
    return home


def _page(docs: Home, pattern: str) -> str:
    (path,) = docs.data_docs.glob(pattern)
    return path.read_text(encoding="utf-8")


def _words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_results_show_severity_sentence_and_counts(docs: Home) -> None:
    words = _words(_page(docs, "validations/orders/run1/*/*.html"))
    rule = shipped_rules()["total_mismatch"]
    assert f"{rule.title} {rule.sentence} severity {rule.severity} · line of defence {rule.line_of_defence}" in words
    assert "· total mismatch · total_mismatch 2 findings, 400 records checked" in words
    assert "own 1 finding, 400 records checked" in words
    assert "orders_currency_required 0 findings, 400 records checked" in words
    assert "Unsuccessful Expectations 2" in words


def test_the_suites_show_their_rules(docs: Home) -> None:
    words = _words(_page(docs, "expectations/order_lines.html"))
    ours = [rule for rule in shipped_rules().values() if rule.entity == "order_lines" and "wrong_price" in rule.name]
    assert all(f"{rule.title} {rule.sentence} severity {rule.severity}" in words for rule in ours) and ours


def test_the_index_leads_to_every_page(docs: Home) -> None:
    index = _page(docs, "index.html")
    pages = {str(path.relative_to(docs.data_docs)) for path in docs.data_docs.rglob("*.html")} - {"index.html"}
    assert set(re.findall(r'href="([^"#]+\.html)"', index)) - {"index.html"} == pages
    assert any(page.startswith("validations/orders/") for page in pages)


def test_nothing_is_fetched_from_elsewhere(docs: Home) -> None:
    for path in docs.data_docs.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"https?://|<script|<link|<img|@import|url\(", text), path


def test_words_of_a_company_are_words_and_no_markup(docs: Home) -> None:
    page = _page(docs, "validations/orders/run1/*/*.html")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {observed} for $5" in page
    assert "A &lt;b&gt;bold&lt;/b&gt; $title" in page


@pytest.mark.parametrize(
    ("severity", "theirs"),
    [("high", FailureSeverity.CRITICAL), ("medium", FailureSeverity.WARNING), ("low", FailureSeverity.INFO)],
)
def test_an_expectation_has_great_expectations_own_severity(severity: str, theirs: FailureSeverity) -> None:
    rule = next(rule for rule in shipped_rules().values() if rule.severity == severity)
    made = _expectation(rule, 7)
    assert made.severity == theirs
    assert made.meta["rule"] == rule.name and made.meta["checked"] == 7


def test_pages_of_an_earlier_run_go(docs: Home, tmp_path: Path) -> None:
    home = open_home(tmp_path, create=True)
    (home.data_docs / "validations").mkdir(parents=True)
    (home.data_docs / "validations" / "old.html").write_text("old", encoding="utf-8")
    run_checks(small_company(), home, "run2", True)
    assert not (home.data_docs / "validations" / "old.html").exists()
    assert (home.data_docs / "index.html").exists()
