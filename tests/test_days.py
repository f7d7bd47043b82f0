"""A day's batch on top of a history: the same findings as when everything is looked at again."""

from datetime import date

import pytest

from expectations.catalogue import load_rules
from pipelines.acceptances import Scope, accept_defects, accept_rule
from pipelines.decisions import Decision, append
from pipelines.run import run
from pipelines.settings import Home, open_home
from pipelines.simulate import simulate
from pipelines.warehouse import open_snapshot, require_snapshot
from tests.days import split

# Not what was expected, and the sentence made of it: a finding keeps the norm of the day on which it was made.
LEDGER = "SELECT d::VARCHAR FROM (SELECT * EXCLUDE (expected, suggested, confidence, message, evidence) FROM ledger.defects) d"
# Run and duration are the stamps of a run. The premise of a rule may ask what was usual on the day of the last full check.
RULE_RUNS = """
SELECT r::VARCHAR FROM (SELECT * EXCLUDE (run_id, seconds) FROM ledger.rule_runs
  WHERE run_id = (SELECT max(run_id) FROM ledger.rule_runs) AND NOT list_contains({premised}, rule)) r
"""


def _decide(home: Home) -> None:
    """Somebody accepts some findings, one of them for a day only, and confirms others."""
    with open_snapshot(require_snapshot(home)) as con:
        ids = [str(row[0]) for row in con.execute("SELECT defect_id FROM ledger.defects ORDER BY 1 LIMIT 6").fetchall()]
        accept_defects(home, con, ids[:2], "agreed", "boss")
        accept_defects(home, con, ids[2:3], "agreed", "boss", date(2020, 1, 1))
        accept_rule(home, con, Scope("short_delivery"), "partial deliveries", "boss")
    for defect_id in ids[3:]:
        append(home, Decision("review", "defect", defect_id, "confirmed", "ann"))


@pytest.fixture(scope="module")
def after_a_day(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("days")
    simulate(3_000, folder / "files", 5, file_format="parquet")
    split(folder / "files", folder / "history", folder / "day", 60)
    home = open_home(folder / "home", create=True)
    run([folder / "history"], home)
    _decide(home)
    run([folder / "day"], home)
    return home


MARTS = (
    "action_facts", "stage_facts", "change_facts", "exception_facts", "error_facts", "order_facts", "order_users",
    "order_families", "order_visits", "open_visits", "wait_facts", "daily_facts", "corrections", "error_defects", "flow_cases", "flow_variants",
)  # fmt: skip


def _rows(home: Home, sql: str) -> list[tuple[object, ...]]:
    with open_snapshot(require_snapshot(home)) as con:
        return con.execute(sql).fetchall()


def _picture(home: Home) -> dict[str, set[tuple[object, ...]]]:
    """The ledger, what it says of each rule, and every mart, by name."""
    marts = {name: set(_rows(home, f"SELECT m::VARCHAR FROM marts.{name} m")) for name in MARTS}
    premised = [rule.name for rule in load_rules(home) if rule.applies]
    rules = set(_rows(home, RULE_RUNS.format(premised=premised)))
    return {"ledger": set(_rows(home, LEDGER)), "rules": rules, **marts}


def test_a_day_on_top_of_a_history_gives_what_a_full_check_gives(after_a_day: Home) -> None:
    added = _picture(after_a_day)
    run([after_a_day.path.parent / "day"], after_a_day, full_check=True)
    full = _picture(after_a_day)
    assert {name: sorted(full[name] ^ added[name], key=str)[:4] for name in full if full[name] != added[name]} == {}
    assert all(full.values())


def test_what_was_accepted_stands_apart_and_what_was_confirmed_was_noticed(after_a_day: Home) -> None:
    accepted = _rows(after_a_day, "SELECT count(*), bool_and(rule = 'short_delivery' OR accepted_by = 'boss') FROM "
                     "ledger.defects WHERE resolution = 'accepted'")  # fmt: skip
    assert accepted[0][0] > 2 and accepted[0][1]
    assert _rows(after_a_day, "SELECT count(*) FROM ledger.acceptances WHERE is_expired") == [(1,)]
    assert _rows(after_a_day, "SELECT failing, failing_records FROM ledger.rule_runs WHERE rule = 'short_delivery' "
                 "AND run_id = (SELECT max(run_id) FROM ledger.rule_runs)") == [(0, 0)]  # fmt: skip
    assert _rows(after_a_day, "SELECT count(*) FROM ledger.defects WHERE found_through IS NOT NULL")[0][0] > 3


def test_every_finding_is_of_the_population_that_the_rule_is_about(after_a_day: Home) -> None:
    """The rate of a rule has its denominator: what fails was counted as checked."""
    outside = []
    with open_snapshot(require_snapshot(after_a_day)) as con:
        for rule in load_rules(after_a_day):
            row = con.execute(
                f"SELECT count(*) FROM ledger.defects WHERE rule = ? AND resolved_at IS NULL AND record_key NOT IN "
                f"(SELECT record_key FROM core.{rule.entity} t WHERE {rule.checked})", [rule.name]
            ).fetchone()  # fmt: skip
            outside += [rule.name] if row and row[0] else []
    assert outside == []


def test_changed_settings_hold_for_every_order(after_a_day: Home) -> None:
    (after_a_day.config / "settings.yaml").write_text("mature_days: 3\n", encoding="utf-8")
    home = open_home(after_a_day.path)
    run([home.path.parent / "day"], home)
    wrong = _rows(
        home,
        "SELECT count(*) FROM marts.order_facts, meta.now WHERE is_mature <> (ordered_at <= data_until - INTERVAL 3 DAY)",
    )
    assert wrong == [(0,)]
