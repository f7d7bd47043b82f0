"""`orderproof rules`: the list, one rule explained, a rule tried on the published data before it is switched on."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.catalogue import load_rules, read_catalogue
from expectations.listing import last_runs
from expectations.trial import try_rules
from pipelines.cli import main
from pipelines.scope import over
from pipelines.settings import Home, open_home
from pipelines.warehouse import open_snapshot, require_snapshot

LATE = "- {rule: late, entity: orders, fails_when: hour(t.ordered_at) >= 12, field: ordered_at, sentence: '{observed} is late.'}\n"


@pytest.fixture
def home(company_home: Path, tmp_path: Path) -> Home:
    """A home of its own, with the published company."""
    shutil.copytree(company_home, tmp_path / "home")
    made = open_home(tmp_path / "home", create=True)
    (made.config / "rules").mkdir()
    return made


def told(capsys: pytest.CaptureFixture[str], home: Home | Path, *arguments: str, code: int = 0) -> str:
    path = home.path if isinstance(home, Home) else home
    assert main(["rules", *arguments, "--home", str(path)]) == code
    out, err = capsys.readouterr()
    return out if code == 0 else out + err


def answer(capsys: pytest.CaptureFixture[str], home: Home | Path, *arguments: str) -> Any:
    return json.loads(told(capsys, home, *arguments, "--json"))


def test_every_rule_is_listed_with_its_last_outcome(company_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = {item["rule"]: item for item in answer(capsys, company_home)["rules"]}
    home = open_home(company_home)
    assert list(listed) == [rule.name for rule in load_rules(home)]
    with open_snapshot(require_snapshot(home)) as con:
        rows = con.execute("SELECT rule, outcome, failing, checked FROM ledger.rule_runs").fetchall()
    assert {name: (item["outcome"], item["failing"], item["checked"]) for name, item in listed.items()} == {
        row[0]: row[1:] for row in rows
    }
    lines = told(capsys, company_home).splitlines()
    assert lines[0].split()[:4] == ["rule", "title", "kind", "severity"]
    assert len(lines) == len(listed) + 3
    failing = next(item for item in listed.values() if item["outcome"] == "fail")
    line = next(line for line in lines if line.startswith(failing["rule"] + " "))
    assert f"{failing['failing_records']:,}/{failing['checked']:,}" in line
    assert lines[-1].startswith(f"{len(listed)} rules: ")


def test_the_list_is_narrowed_down(company_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    everything = answer(capsys, company_home)["rules"]

    def names(**wanted: str) -> list[str]:
        return [item["rule"] for item in everything if all(item[key] == value for key, value in wanted.items())]

    def listed(*arguments: str) -> list[str]:
        return [item["rule"] for item in answer(capsys, company_home, *arguments)["rules"]]

    assert listed("--kind", "missing_field") == names(kind="missing_field") != []
    assert listed("--entity", "prices", "--kind", "missing_field") == names(entity="prices", kind="missing_field") != []
    assert listed("--failing") == names(outcome="fail") != []
    assert "No rule is so." in told(capsys, company_home, "--kind", "lost_order", "--entity", "users")


def test_rules_are_listed_before_anything_is_published(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_home(tmp_path, create=True)
    (tmp_path / "config" / "rules.yaml").write_text("wrong_price: off\n", encoding="utf-8")
    listed = {item["rule"]: item["outcome"] for item in answer(capsys, tmp_path)["rules"]}
    assert listed["wrong_price"] == "off"
    assert listed["wrong_terms"] == "not run yet"
    assert "Last run: not run yet." in told(capsys, tmp_path, "wrong_terms")


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (["wrong_pric"], "there is no rule 'wrong_pric'; did you mean 'wrong_price'?", 2),
        (["--kind", "wrong_pric"], "there is no kind 'wrong_pric'; did you mean 'wrong_price'?", 2),
        (["--entity", "order"], "there is no entity 'order'; did you mean 'orders'?", 2),
        (["wrong_price", "--test", "wrong_price"], "either a rule to explain, or --test", 2),
        (["--test", "no-such-file.yaml"], "there is no file no-such-file.yaml", 2),
        (["--test", "no_such_rule"], "there is no rule 'no_such_rule'", 2),
    ],
)
def test_wrong_usage_is_told(
    company_home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str, code: int
) -> None:
    assert words in told(capsys, company_home, *arguments, code=code)


def test_a_trial_needs_published_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_home(tmp_path, create=True)
    assert "nothing was published" in told(capsys, tmp_path, "--test", "wrong_price", code=1)


def test_a_rule_is_explained(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    (home.config / "rules.yaml").write_text(
        "# ours\nwrong_price:\n  severity: low\n  parameters:\n    relative: 0.02\nwrong_terms: off\n", encoding="utf-8"
    )
    path = home.config / "rules.yaml"
    text = told(capsys, home, "wrong_price")
    assert f"severity low ({path}, line 3)" in text
    assert f"  relative: 0.02   ({path}, line 5)" in text
    assert "  absolute: 0.006   (as shipped)" in text
    assert f"Change it in {path}, then run again:\n  wrong_price: off\n" in text
    assert "expectations/rules/wrong_price.sql, line " in text
    assert f"Switched off in {path}, line 6." in told(capsys, home, "wrong_terms")
    said = answer(capsys, home, "wrong_price")["rule"]
    assert said["needs"] == ["order_lines.unit_price", "order_lines.sku", "prices.price"]
    assert said["parameters"][-1]["name"] == "slack_days"


def test_an_explanation_shows_what_was_found(company_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = open_home(company_home)
    with open_snapshot(require_snapshot(home)) as con:
        rule, message, order = con.execute(
            "SELECT rule, message, order_id FROM ledger.defects WHERE resolved_at IS NULL AND order_id IS NOT NULL "
            "ORDER BY rule, last_seen DESC, record_key, field LIMIT 1"
        ).fetchall()[0]
    text = told(capsys, company_home, rule)
    assert f"order {order}" in text and message[:100] in text
    assert "Last run: fail: " in text


def test_the_query_shown_finds_what_the_run_found(company_home: Path) -> None:
    """Pasted into a shell on the snapshot, each query gives the findings of the ledger."""
    home = open_home(company_home)
    with open_snapshot(require_snapshot(home)) as con:
        ran, found = last_runs(con), {}
        for rule in load_rules(home):
            if ran[rule.name].outcome in ("pass", "fail"):
                query = f"SELECT count(DISTINCT (record_key, field)) FROM ({over('core', rule.sql)})"
                found[rule.name] = con.execute(query).fetchall()[0][0]
    assert found == {name: ran[name].failing for name in found}
    assert sum(found.values()) > 10


def test_a_trial_of_every_rule_ends_as_its_run_did(company_home: Path) -> None:
    home = open_home(company_home)
    with open_snapshot(require_snapshot(home)) as con:
        ran = last_runs(con)
    trials = try_rules(read_catalogue(home).rules, home, require_snapshot(home))
    ended = {t.rule.name: (t.run.outcome, t.run.checked, t.run.failing, t.run.failing_records) for t in trials}
    assert ended == {name: (r.outcome, r.checked, r.failing, r.failing_records) for name, r in ran.items()}


def test_a_file_is_tried_and_nothing_is_written(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "late.yaml"
    path.write_text(LATE, encoding="utf-8")
    before = _hashes(home.path)
    text = told(capsys, home, "--test", str(path))
    (trial,) = answer(capsys, home, "--test", str(path))["tests"]
    assert _hashes(home.path) == before
    with duckdb.connect(str(require_snapshot(home).path), read_only=True) as con:
        late, everything = con.execute(
            "SELECT count(*) FILTER (hour(ordered_at) >= 12), count(*) FROM core.orders"
        ).fetchall()[0]
    assert (trial["outcome"], trial["failing"], trial["checked"]) == ("fail", late, everything)
    assert len(trial["findings"]) == 10
    assert trial["findings"][0]["message"].endswith(" is late.")
    assert f"fail: {late:,} findings in {late:,} of {everything:,} records" in text
    assert f"  and {late - 10:,} more" in text
    assert text.endswith("Nothing was written.\n")


def _hashes(folder: Path) -> dict[str, str]:
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


def test_a_trial_of_a_file_in_place_is_set_as_the_company_sets_it(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    path = home.config / "rules" / "late.yaml"
    path.write_text(LATE.replace(">= 12", ">= $from, parameters: {from: 12}"), encoding="utf-8")
    (home.config / "rules.yaml").write_text("late: {parameters: {from: 99}}\n", encoding="utf-8")
    (trial,) = answer(capsys, home, "--test", str(path))["tests"]
    assert (trial["outcome"], trial["failing"]) == ("pass", 0)


def test_a_trial_says_why_a_rule_broke(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "broken.yaml"
    broken = "- {rule: broken, entity: orders, fails_when: t.customer_id::INTEGER > 3, sentence: x}\n"
    path.write_text(LATE + broken, encoding="utf-8")
    text = told(capsys, home, "--test", str(path), code=1)
    assert "fail: " in text
    assert "error: Conversion Error" in text and "(broken.yaml, line 2)" in text


def test_a_trial_refuses_a_name_that_is_taken(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "taken.yaml"
    path.write_text("- {check: required, entity: orders, column: region}\n", encoding="utf-8")
    assert "name orders_region_required is taken" in told(capsys, home, "--test", str(path), code=2)


def test_a_trial_says_when_most_records_fail(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "all.yaml"
    path.write_text(LATE.replace(">= 12", ">= 0"), encoding="utf-8")
    text = told(capsys, home, "--test", str(path))
    assert "More than half of the records fail" in text and "All findings are kept" in text


def test_a_trial_looks_at_all_records_whatever_the_last_run_looked_at(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with duckdb.connect(str(require_snapshot(home).path)) as con:
        con.execute("CREATE OR REPLACE VIEW scope.orders AS FROM core.orders WHERE false")
        everything = con.execute("SELECT count(*) FROM core.orders").fetchall()[0][0]
    path = tmp_path / "all.yaml"
    path.write_text(LATE.replace(">= 12", ">= 0"), encoding="utf-8")
    (trial,) = answer(capsys, home, "--test", str(path))["tests"]
    assert trial["failing"] == everything
