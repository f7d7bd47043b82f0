"""The general check over dates finds the SAP log's swapped day and month, and is silent on the other three data sets."""

from pathlib import Path

import duckdb
import pytest

from expectations import ledger
from expectations.catalogue import load_rules
from expectations.engine import Data, run_rule
from expectations.measure import measure_norms
from expectations.norms import needed_by
from pipelines.ingest.landing import expand, land
from pipelines.ingest.load import load_batches
from pipelines.ingest.schema import create_schema
from pipelines.marts.build import build_marts
from pipelines.process import process_of_run, write_calendars, write_process
from pipelines.settings import Home, open_home
from pipelines.sources.profile_files import load_profile
from pipelines.warehouse import open_work_file


def loaded(home: Home, folder: Path, profile_name: str) -> duckdb.DuckDBPyConnection:
    profile = load_profile(profile_name, home)
    batches = [land(path, way, home) for path in expand([folder]) for way in profile.readings(path)]
    con = open_work_file(home, "run")
    create_schema(con)
    load_batches(con, batches, profile, "run", home.settings, True)
    process = process_of_run(con, home, profile.process, profile.path, True)
    write_process(con, process)
    write_calendars(con, process)
    build_marts(con, "facts", True)
    return con


def findings(con: duckdb.DuckDBPyConnection, home: Home, name: str) -> list[tuple[str, str]]:
    rules = [rule for rule in load_rules(home) if rule.name == name]
    ledger.begin(con, rules)
    measure_norms(con, True, needed_by(rules[0].queries))
    run = run_rule(con, rules[0], Data(con, True, frozenset()))
    assert run.outcome in (None, "not_applicable"), run.reason
    return con.execute("SELECT field, evidence FROM work.rule_hits").fetchall()


def test_the_sap_log_swaps_day_and_month(real_data: Path, tmp_path: Path) -> None:
    home = open_home(tmp_path, create=True)
    con = loaded(home, real_data / "o2c-sap-ibm", "o2c-sap-ibm")
    found = findings(con, home, "source_swapped_day_month")
    assert [field for field, _ in found] == ["user_actions.at"]
    assert any(f"{share} % are far" in found[0][1] for share in ("100", "99.9"))
    assert "Good Issue and delivery" in found[0][1]


@pytest.mark.parametrize(
    ("folder", "profile"),
    [("olist-2017-10k", "olist"), ("online-retail", "online-retail"), ("northwind", "northwind")],
)
def test_the_other_sources_do_not(real_data: Path, tmp_path: Path, folder: str, profile: str) -> None:
    home = open_home(tmp_path, create=True)
    con = loaded(home, real_data / folder, profile)
    for name in ("source_swapped_day_month", "swapped_day_month"):
        assert findings(con, home, name) == []
