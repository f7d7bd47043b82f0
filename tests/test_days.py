"""A day's batch on top of a history: the same findings as when everything is looked at again."""

import pytest

from pipelines.run import run
from pipelines.settings import Home, open_home
from pipelines.simulate import simulate
from pipelines.warehouse import open_snapshot, require_snapshot
from tests.days import split

# Not what was expected: a finding keeps the norm of the day on which it was made.
OPEN_FINDINGS = """
SELECT rule, coalesce(order_id, ''), coalesce(line_id, ''), coalesce(field, ''), coalesce(observed, ''),
  coalesce(origin_stage, ''), coalesce(origin_user, ''), coalesce(origin_at::VARCHAR, '')
FROM ledger.defects WHERE resolved_at IS NULL ORDER BY ALL
"""


@pytest.fixture(scope="module")
def after_a_day(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("days")
    simulate(3_000, folder / "files", 5, file_format="parquet")
    split(folder / "files", folder / "history", folder / "day", 60)
    home = open_home(folder / "home", create=True)
    run([folder / "history"], home)
    run([folder / "day"], home)
    return home


MARTS = (
    "action_facts", "stage_facts", "change_facts", "exception_facts", "error_facts", "order_facts", "order_users",
    "order_families", "daily_facts",
)  # fmt: skip


def _rows(home: Home, sql: str) -> list[tuple[object, ...]]:
    with open_snapshot(require_snapshot(home)) as con:
        return con.execute(sql).fetchall()


def _picture(home: Home) -> dict[str, set[tuple[object, ...]]]:
    """The open findings and every mart, by name."""
    marts = {name: set(_rows(home, f"SELECT m::VARCHAR FROM marts.{name} m")) for name in MARTS}
    return {"findings": set(_rows(home, OPEN_FINDINGS)), **marts}


def test_a_day_on_top_of_a_history_gives_what_a_full_check_gives(after_a_day: Home) -> None:
    added = _picture(after_a_day)
    run([after_a_day.path.parent / "day"], after_a_day, full_check=True)
    full = _picture(after_a_day)
    assert {name: sorted(full[name] ^ added[name], key=str)[:4] for name in full if full[name] != added[name]} == {}
    assert all(full.values())


def test_changed_settings_hold_for_every_order(after_a_day: Home) -> None:
    (after_a_day.config / "settings.yaml").write_text("mature_days: 3\n", encoding="utf-8")
    home = open_home(after_a_day.path)
    run([home.path.parent / "day"], home)
    wrong = _rows(
        home,
        "SELECT count(*) FROM marts.order_facts, meta.now WHERE is_mature <> (ordered_at <= data_until - INTERVAL 3 DAY)",
    )
    assert wrong == [(0,)]
