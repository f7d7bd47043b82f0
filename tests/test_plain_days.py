"""Days without a time stay the days that they are, in whatever zone they come and days are cut."""

from pathlib import Path

import pytest

from pipelines.ingest import zones
from tests.ingest_fixture import Warehouse, new_home

PROFILE = """
name: own
system: shop
{zone}
feeds:
  - name: list
    files: ["list*"]
    entities:
      - entity: orders
        columns: {{order_id: No, ordered_at: Day, cancelled_at: Moment}}
"""
# Mondays as well as the days on which clocks go forward or back: Berlin, New York, and Havana (at midnight).
DAYS = ("2026-01-05", "2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2024-03-10")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Shanghai", "Pacific/Kiritimati", "America/Havana")
SHOWN = "SELECT CAST(timezone(reporting_zone, timezone('UTC', {})) AS DATE)::VARCHAR FROM core.orders, meta.now ORDER BY order_id"


def _loaded(folder: Path, zone: str, text: str, setting: str | None = None) -> Warehouse:
    home = new_home(folder / "home", PROFILE.format(zone=f"zone: {zone}" if zone else ""))
    if setting:
        (home.config / "settings.yaml").write_text(f"reporting_zone: {setting}\n", encoding="utf-8")
        home = new_home(folder / "home")
    (folder / "list.csv").write_text(text, encoding="utf-8")
    warehouse = Warehouse(home, "own")
    warehouse.load(folder / "list.csv")
    return warehouse


def _list(days: tuple[str, ...]) -> str:
    return "No,Day,Moment\n" + "".join(f"{number},{day},\n" for number, day in enumerate(days))


@pytest.mark.parametrize("zone", ["", *ZONES])
@pytest.mark.parametrize("setting", [None, "UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo"])
def test_days_stay_the_days_they_are(tmp_path: Path, zone: str, setting: str | None) -> None:
    with _loaded(tmp_path, zone, _list(DAYS), setting) as warehouse:
        assert [day for (day,) in warehouse.rows(SHOWN.format("ordered_at"))] == list(DAYS)


@pytest.mark.parametrize("written", ["{} 00:00:00", "{}T00:00:00", "{} 00:00", "{} 00:00:00.000"])
def test_a_column_of_midnights_holds_days(tmp_path: Path, written: str) -> None:
    with _loaded(tmp_path, "Asia/Shanghai", _list(tuple(map(written.format, DAYS))), "America/New_York") as warehouse:
        assert [day for (day,) in warehouse.rows(SHOWN.format("ordered_at"))] == list(DAYS)


def test_moments_are_moments_beside_days(tmp_path: Path) -> None:
    """In Berlin's summer 2026-07-01 00:30 is 22:30 UTC the day before, and 18:30 in New York; the day alone stays."""
    text = "No,Day,Moment\n1,2026-07-01 00:30,2026-07-01\n2,2026-07-01,2026-07-01 09:00\n3,2026-07-01 00:00,20260701 003000\n"
    with _loaded(tmp_path, "Europe/Berlin", text, "America/New_York") as warehouse:
        assert warehouse.rows(
            "SELECT ordered_at::VARCHAR, cancelled_at::VARCHAR FROM core.orders ORDER BY order_id"
        ) == [
            ("2026-06-30 22:30:00", "2026-07-01 04:00:00"),
            ("2026-07-01 04:00:00", "2026-07-01 07:00:00"),
            ("2026-06-30 22:00:00", "2026-06-30 22:30:00"),
        ]


@pytest.mark.parametrize(
    ("zone", "setting", "cut_in", "said"),
    [
        ("Europe/Berlin", None, "Europe/Berlin", "the zone of all sources"),
        ("Europe/Berlin", "Asia/Tokyo", "Asia/Tokyo", None),
        ("", None, "UTC", None),
    ],
)
def test_the_zone_of_the_sources_is_the_companys(
    tmp_path: Path, zone: str, setting: str | None, cut_in: str, said: str | None
) -> None:
    with _loaded(tmp_path, zone, _list(DAYS), setting) as warehouse:
        assert warehouse.one("SELECT reporting_zone FROM meta.now") == cut_in
        told = [text for (text,) in warehouse.rows("SELECT text FROM meta.assumptions WHERE code = 'reporting_zone'")]
        assert len(told) == (said is not None) and all(said in text for text in told if said)


def test_sources_of_different_zones_are_cut_in_utc_and_said(tmp_path: Path) -> None:
    with _loaded(tmp_path, "Europe/Berlin", _list(DAYS)) as warehouse:
        warehouse.con.execute("UPDATE meta.files SET profile = 'other', zone = 'Asia/Tokyo'")
        (tmp_path / "list_2.csv").write_text(_list(("2026-02-02",)), encoding="utf-8")
        warehouse.load(tmp_path / "list_2.csv")
        assert warehouse.one("SELECT reporting_zone FROM meta.now") == "UTC"
        assert warehouse.rows("SELECT text LIKE '%different zones (Asia/Tokyo, Europe/Berlin)%' FROM meta.assumptions "
                              "WHERE code = 'reporting_zone'") == [(True,)]  # fmt: skip


def test_a_list_of_customers_has_no_say(tmp_path: Path) -> None:
    with _loaded(tmp_path, "Europe/Berlin", _list(DAYS)) as warehouse:
        warehouse.con.execute("INSERT INTO meta.files (file_no, profile, zone) VALUES (99, 'canonical', 'UTC')")
        warehouse.con.execute("INSERT INTO meta.emitted VALUES (99, 'customers', 10), (99, 'order_lines', 10)")
        assert zones.source_zones(warehouse.con, warehouse.profile, []) == ["Europe/Berlin"]
        warehouse.con.execute("INSERT INTO meta.emitted VALUES (99, 'user_actions', 10)")
        assert zones.source_zones(warehouse.con, warehouse.profile, []) == ["Europe/Berlin", "UTC"]
