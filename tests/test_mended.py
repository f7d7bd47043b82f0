"""What a user mends, a profile or a file at the source, holds from the next run on, and nothing that was good is lost."""

from pathlib import Path

import pytest

from pipelines.run import run
from pipelines.settings import Home
from pipelines.warehouse import open_snapshot, require_snapshot
from tests.ingest_fixture import FULL_LIST, Warehouse, new_home, write_csv

ROWS = [
    "Tea list,,,",
    "No,Day,Customer,Item",
    "1,2026-01-02,C1,TEA-1",
    "1,2026-01-02,C1,TEA-2",
    "2,2026-01-03,C2,TEA-1",
]


def _rows(home: Home, query: str) -> list[tuple[object, ...]]:
    with open_snapshot(require_snapshot(home)) as con:
        return con.execute(query).fetchall()


def _picture(home: Home) -> list[list[tuple[object, ...]]]:
    return [
        _rows(home, "SELECT file, rows_read, accepted, quarantined FROM meta.files"),
        _rows(home, "SELECT order_id, customer_id, ordered_at FROM core.orders ORDER BY 1"),
        _rows(home, "SELECT line_id, sku FROM core.order_lines ORDER BY 1"),
        _rows(home, "SELECT rule, record_key, field FROM ledger.defects WHERE resolved_at IS NULL ORDER BY ALL"),
        _rows(home, "SELECT file, line FROM ingest.quarantine"),
    ]


@pytest.mark.parametrize(
    "wrong",
    [("sku: Item", "sku: Customer"), ("|| chr(45) ||", "|| NULL ||")],
)
def test_a_mended_profile_gives_what_it_gives_in_a_new_home(tmp_path: Path, wrong: tuple[str, str]) -> None:
    path = tmp_path / "list.csv"
    path.write_text("\n".join(ROWS) + "\n", encoding="utf-8")
    beside = write_csv(tmp_path / "orders.csv", "order_id,ordered_at", ["X,2026-01-05"])
    homes = [new_home(tmp_path / "new", FULL_LIST), new_home(tmp_path / "old", FULL_LIST.replace(*wrong))]
    for home in homes:
        run([beside], home, "canonical")
        run([path], home, "own")
    (homes[1].config / "profiles" / "own.yaml").write_text(FULL_LIST, encoding="utf-8")
    run([path], homes[1], "own")
    assert _picture(homes[1]) == _picture(homes[0])
    assert _rows(homes[1], "SELECT count(*) FROM core.order_lines") == [(3,)]


def test_a_row_mended_in_an_extract_of_the_same_day_is_there(tmp_path: Path) -> None:
    header = "No,Day,Customer,Item"
    (tmp_path / "mended").mkdir()
    old = write_csv(tmp_path / "list.csv", header, ["1,2026-01-02,C1,TEA-1", ",2026-01-03,C2,TEA-2"])
    new = write_csv(tmp_path / "mended" / "list.csv", header, ["1,2026-01-02,C1,TEA-1", "2,2026-01-03,C2,TEA-2"])
    for number, order in enumerate(((old, new), (new, old))):
        with Warehouse(
            new_home(tmp_path / f"h{number}", FULL_LIST.replace("skip_rows: 1", "skip_rows: 0")), "own"
        ) as warehouse:
            for path in order:
                warehouse.load(path)
            assert warehouse.rows("SELECT line_id FROM core.order_lines ORDER BY 1") == [("1-TEA-1",), ("2-TEA-2",)]
