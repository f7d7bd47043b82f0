"""A day's batch on top of a history: the same findings as when everything is looked at again."""

import pytest

from pipelines.run import run
from pipelines.settings import Home, open_home
from pipelines.simulate import simulate
from pipelines.warehouse import open_snapshot, require_snapshot
from tests.days import split

OPEN_FINDINGS = """
SELECT rule, coalesce(order_id, ''), coalesce(line_id, ''), coalesce(field, ''), coalesce(observed, ''),
  coalesce(expected, ''), coalesce(origin_stage, ''), coalesce(origin_user, ''), coalesce(origin_at::VARCHAR, '')
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


def _rows(home: Home, sql: str) -> list[tuple[object, ...]]:
    with open_snapshot(require_snapshot(home)) as con:
        return con.execute(sql).fetchall()


def test_a_day_on_top_of_a_history_gives_the_findings_of_a_full_check(after_a_day: Home) -> None:
    added = _rows(after_a_day, OPEN_FINDINGS)
    run([after_a_day.path.parent / "day"], after_a_day, full_check=True)
    full = _rows(after_a_day, OPEN_FINDINGS)
    assert sorted(set(full) ^ set(added)) == []
    assert len(full) == len(added)
