"""The run of the catalogue: four outcomes, Great Expectations' agreement, Data Docs, a company's own rules."""

from pathlib import Path

import pytest

from expectations.catalogue import load_rules
from expectations.check import run_checks
from pipelines.settings import Home, open_home
from tests.checks_fixture import empty_warehouse, put

OWN_RULE = """/* ---
title: Every order has a region we sell in
entity: orders
kind: invalid_value
severity: low
dimension: validity
line_of_defence: 1
reach: record
needs: [orders.region]
sentence: "{observed} is not a region."
parameters: {regions: [North, South]}
--- */
SELECT record_key, order_key, order_id, 'region' AS field, region AS observed
FROM scope.orders WHERE NOT list_contains($regions, region)
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path, create=True)


def add_rule(home: Home, text: str, name: str = "own_rule") -> Path:
    folder = home.config / "rules"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.sql"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_outcome_and_the_docs(home: Home) -> None:
    add_rule(home, OWN_RULE)
    add_rule(home, OWN_RULE.replace("region AS observed", "no_such_column AS observed"), "broken")
    con = empty_warehouse()
    put(con, "orders", order_id="1", ordered_at="2026-05-01 10:00", region="Mars", net_amount=10)
    result = run_checks(con, home, "run1", True)
    outcome = {
        row[0]: row[1:]
        for row in con.execute("SELECT rule, outcome, reason, checked, failing FROM ledger.rule_runs").fetchall()
    }
    assert outcome["own_rule"] == ("fail", None, 1, 1)
    assert outcome["orders_ordered_at_required"][0] == "pass"
    assert outcome["broken"][0] == "error" and "no_such_column" in outcome["broken"][1]
    assert outcome["total_mismatch"][0] == "not_applicable"
    assert "net_amount of order lines" in outcome["total_mismatch"][1]
    assert (result.failed, result.errors) == (1, 1)
    assert result.passed + result.failed + result.not_applicable + result.errors == len(load_rules(home))
    assert (home.data_docs / "index.html").exists()
    assert sorted(path.name for path in home.path.iterdir() if path.name not in ("FORMAT",)) == [
        "config",
        "data_docs",
        "decisions",
        "landing",
        "models",
        "snapshots",
        "tmp",
    ]
    message = con.execute("SELECT message, file_no, source_line FROM ledger.defects WHERE rule = 'own_rule'").fetchone()
    assert message == ("Mars is not a region.", 1, 2)
