"""A snapshot that another edition of the program made is built anew, and pages say so until it is."""

from pathlib import Path

import pytest

from pipelines import edition, run_log
from pipelines.run import run
from pipelines.settings import open_home
from pipelines.warehouse import open_snapshot, require_snapshot

ORDERS = "order_id,ordered_at,customer_id\n1,2026-01-05T08:00:00Z,C1\n2,2026-01-06T08:00:00Z,C2\n"


def test_the_edition_follows_the_definitions_of_tables_alone() -> None:
    names = {path.name for path in edition._definitions()}
    assert {"50_error_facts.sql", "20_unusual_quantity.sql", "orders.yaml"} <= names
    assert not names & {"rule_counts.sql", "automation_rate.sql"}


def test_a_run_builds_every_order_again_after_another_edition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    home = open_home(tmp_path / "home", create=True)
    with monkeypatch.context() as former:
        former.setattr(run_log, "edition", lambda: "0.0.9+former")
        assert run([tmp_path / "orders.csv"], home).changed_orders == 2
        assert run([], home).changed_orders == 0
    assert run([], home).changed_orders == 2
    with open_snapshot(require_snapshot(home)) as con:
        made = con.execute("SELECT product_version FROM meta.run ORDER BY run_id DESC LIMIT 1").fetchone()
    assert made == (edition.edition(),)
