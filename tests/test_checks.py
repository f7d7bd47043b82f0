"""The run of the catalogue: four outcomes, Great Expectations' agreement, Data Docs, a company's own rules."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from expectations import ledger
from expectations.catalogue import kinds, load_rules
from expectations.check import _outcome as judge
from expectations.check import run_checks
from expectations.engine import Data, RuleRun, run_rule
from expectations.rule import Rule
from pipelines.errors import ConfigurationError
from pipelines.settings import Home, open_home
from tests.checks_fixture import empty_warehouse, limit_scope, put, small_company

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
    assert result.passed + result.failed + result.idle + result.not_applicable + result.errors == len(load_rules(home))
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


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (
            OWN_RULE.replace("severity: low", "severity: grave"),
            5,
            "severity must be one of low, medium, high, not 'grave'",
        ),
        (OWN_RULE.replace("kind: invalid_value", "kind: odd"), 4, "kind must be a kind .*, not 'odd'"),
        (
            OWN_RULE.replace("entity: orders", "entity: order"),
            3,
            "entity must be one of .*, not 'order'; did you mean 'orders'",
        ),
        (OWN_RULE.replace("reach: record\n", ""), 1, "must say `reach`"),
        (OWN_RULE.replace("reach: record", "reach: record\ncolour: red"), 9, "front matter of a rule has no 'colour'"),
        (
            OWN_RULE.replace("[orders.region]", "[orders.regoin]"),
            9,
            "orders has no column 'regoin'; did you mean 'region'",
        ),
        (OWN_RULE.replace("parameters: {regions: [North, South]}\n", ""), 13, "uses $regions"),
        (OWN_RULE.replace("title: Every", "title: [Every"), 2, "not valid YAML"),
    ],
)
def test_a_wrong_rule_names_file_and_line(home: Home, text: str, line: int, words: str) -> None:
    path = add_rule(home, text)
    with pytest.raises(ConfigurationError, match=words.replace("$", r"\$")) as caught:
        load_rules(home)
    assert caught.value.place is not None
    assert caught.value.place.file == str(path)
    assert caught.value.exit_code == 2
    if "YAML" not in words:
        assert caught.value.place.line == line


def test_a_company_changes_rules(home: Home) -> None:
    add_rule(home, OWN_RULE)
    (home.config / "rules.yaml").write_text(
        "wrong_price: off\nwrong_terms: {off: true}\nown_rule:\n  severity: high\n  parameters: {regions: [West]}\n",
        encoding="utf-8",
    )
    rules = {rule.name: rule for rule in load_rules(home)}
    assert not {"wrong_price", "wrong_terms"} & set(rules)
    assert rules["own_rule"].severity == "high"
    assert "['West']" in rules["own_rule"].sql


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("# rules\nno_such_rule: off\n", 2, "has no 'no_such_rule'"),
        ("wrong_price:\n  severity: grave\n", 2, "severity must be one of .*, not 'grave'"),
        ("wrong_price:\n  parameters: {toleranz: 1}\n", 2, "has no 'toleranz'; known are: relative"),
        ("wrong_price:\n  off: maybe\n", 2, "off must be true or false"),
        ("wrong_price:\n  colour: red\n", 2, "has no 'colour'"),
        ("- wrong_price\n", 1, "must be `key: value` lines"),
        ("wrong_price: [\n", 2, "not valid YAML"),
    ],
)
def test_a_wrong_override_names_file_and_line(home: Home, text: str, line: int, words: str) -> None:
    path = home.config / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=words) as caught:
        load_rules(home)
    assert caught.value.place is not None
    assert (caught.value.place.file, caught.value.place.line) == (str(path), line)


def test_a_rule_that_runs_too_long_is_stopped_and_the_next_one_runs() -> None:
    con = empty_warehouse()
    con.execute("CREATE TABLE work.rule_hits (rule VARCHAR, record_key VARCHAR)")
    con.execute("CREATE TABLE work.judged_rules (rule VARCHAR, judged VARCHAR)")
    rule = Rule(
        "slow", "", "orders", "invalid_value", "low", "validity", 1, None, "record", (), "",
        "SELECT max(a.range * b.range)::VARCHAR AS record_key FROM range(10000000) a, range(10000000) b", "",
    )  # fmt: skip
    data = Data(con, True, frozenset())
    run = run_rule(con, rule, data, timeout=0.2)
    assert (run.outcome, run.reason) == ("error", "The rule ran longer than 0.2 seconds and was stopped.")
    assert run_rule(con, replace(rule, sql="SELECT 'x' AS record_key"), data).outcome is None


def test_what_is_missing_is_said_in_words() -> None:
    con = empty_warehouse()
    rule = Rule("r", "", "orders", "k", "low", "validity", 1, None, "record", ("users", "orders.region"), "", "", "")
    run = run_rule(con, rule, Data(con, True, frozenset()))
    assert run.outcome == "not_applicable"
    assert run.reason == "Provide users and the column region of orders to switch this rule on."


def test_a_reference_rule_looks_at_everything_once_its_master_arrives_again() -> None:
    con = small_company()
    limit_scope(con, "O1")
    con.execute("DELETE FROM core.customers WHERE customer_id = 'C7'")
    rule = next(rule for rule in load_rules(Home(Path("none"))) if rule.name == "orders_customer_id_reference")
    ledger.begin(con, [rule])
    run_rule(con, rule, Data(con, False, frozenset()))
    assert con.execute("SELECT count(*) FROM work.rule_hits").fetchone() == (0,)
    run_rule(con, rule, Data(con, False, frozenset({"customers"})))
    assert con.execute("SELECT count(*) FROM work.rule_hits").fetchone() == (40,)


def test_every_rule_of_the_catalogue_is_whole() -> None:
    rules = load_rules(Home(Path("none")))
    assert len({rule.name for rule in rules}) == len(rules)
    for rule in rules:
        assert rule.kind in kinds() and rule.title and rule.sentence, rule.name
        assert not re.findall(r"\$[a-z]", rule.sql), rule.name


@pytest.mark.parametrize(
    ("failing", "seen", "outcome"), [(0, 0, "pass"), (3, 3, "fail"), (3, 2, "error"), (0, None, "error")]
)
def test_a_disagreement_with_great_expectations_is_an_error(failing: int, seen: int | None, outcome: str) -> None:
    rule = Rule("r", "", "orders", "k", "low", "validity", 1, None, "record", (), "", "", "")
    counts = {} if seen is None else {"r": seen}
    assert judge(RuleRun(rule, None, None, 0.0), failing, counts).outcome == outcome


PREMISE = """applies: {when: "EXISTS (FROM core.orders WHERE channel = 'phone')", otherwise: "Nobody orders by phone."}
cannot_tell: {count: "SELECT count(*) FROM core.orders WHERE region IS NULL", because: "the region is unknown"}
--- */"""


def test_a_rule_whose_premise_does_not_hold_is_not_applicable_and_its_findings_go(home: Home) -> None:
    add_rule(home, OWN_RULE.replace("--- */", PREMISE))
    con = empty_warehouse()
    put(con, "orders", order_id="1", region="Mars", channel="phone")
    put(con, "orders", order_id="2")
    told = "SELECT outcome, reason, failing FROM ledger.rule_runs WHERE rule = 'own_rule' AND run_id = ?"
    standing = "SELECT count(*) FROM ledger.defects WHERE rule = 'own_rule' AND resolved_at IS NULL"
    run_checks(con, home, "run1", True)
    assert con.execute(told, ["run1"]).fetchone() == ("fail", "Cannot tell for 1: the region is unknown.", 1)
    assert con.execute(standing).fetchone() == (1,)
    con.execute("UPDATE core.orders SET channel = NULL")
    run_checks(con, home, "run2", True)
    assert con.execute(told, ["run2"]).fetchone() == ("not_applicable", "Nobody orders by phone.", None)
    assert con.execute(standing).fetchone() == (0,)


@pytest.mark.parametrize("wrong", ["applies: always", "applies: {when: 'true'}", "cannot_tell: {count: 1, because: x}"])
def test_a_premise_that_is_not_said_in_full_is_refused(home: Home, wrong: str) -> None:
    path = add_rule(home, OWN_RULE.replace("--- */", f"{wrong}\n--- */"))
    with pytest.raises(ConfigurationError, match="each a text") as caught:
        load_rules(home)
    assert f"{path}, line 12" in str(caught.value)
