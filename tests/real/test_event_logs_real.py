"""Real event logs: the counts that their sources state, and both forms of one log told alike."""

from pathlib import Path

import duckdb
import pytest

from pipelines.run import run
from pipelines.settings import open_home
from pipelines.warehouse import open_snapshot, require_snapshot


def loaded(file: Path, home: Path) -> duckdb.DuckDBPyConnection:
    opened = open_home(home, create=True)
    run([file], opened)
    return open_snapshot(require_snapshot(opened))


COUNTS = (
    'SELECT count(*), count(DISTINCT order_id), count(DISTINCT activity), count(DISTINCT user_id), min("at")::DATE::VARCHAR, '
    'max("at")::DATE::VARCHAR FROM core.user_actions'
)


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("helpdesk/helpdesk.xes.gz", (21_348, 4_580, 14, 22, "2010-01-13", "2014-01-03")),
        ("receipt/receipt.csv", (8_577, 1_434, 27, 48, "2010-10-02", "2012-01-23")),
    ],
)
def test_a_log_holds_what_its_source_says(
    file: str, expected: tuple[object, ...], real_data: Path, tmp_path: Path
) -> None:
    with loaded(real_data / file, tmp_path / "home") as con:
        assert con.execute(COUNTS).fetchone() == expected
        assert con.execute("SELECT sum(rows_read - accepted) FROM meta.files").fetchone() == (0,)
        # No process names these activities: the stages are read from the log, and nearly all cases pass them.
        assert con.execute("SELECT count(*) FROM meta.assumptions WHERE code = 'process'").fetchone() == (1,)
        stages, still_open = con.execute(
            "SELECT count(DISTINCT stage), count(*) FILTER (WHERE is_open) / count(*) FROM marts.stage_facts"
        ).fetchall()[0]
        assert stages >= 5 and still_open < 0.05


def test_planned_dates_of_the_receipt_log_are_the_orders(real_data: Path, tmp_path: Path) -> None:
    with loaded(real_data / "receipt" / "receipt.csv", tmp_path / "home") as con:
        planned = con.execute(
            "SELECT count(promised_delivery_date), count(requested_delivery_date), count(channel) FROM core.orders"
        ).fetchone()
        with duckdb.connect() as raw:
            truth = raw.execute(
                'SELECT count(DISTINCT "case:concept:name") FILTER ("case:enddate_planned" IS NOT NULL), '
                'count(DISTINCT "case:concept:name") FILTER ("case:deadline" IS NOT NULL), '
                'count(DISTINCT "case:concept:name") FILTER ("case:channel" IS NOT NULL) FROM read_csv(?, all_varchar = true)',
                [str(real_data / "receipt" / "receipt.csv")],
            ).fetchone()
        assert planned == truth


def test_both_forms_of_one_object_log_say_the_same(real_data: Path, tmp_path: Path) -> None:
    told = []
    for name in ("ocel20_example.json", "ocel20_example.sqlite"):
        with loaded(real_data / "ocel" / name, tmp_path / name) as con:
            told.append(
                [
                    con.execute("SELECT order_id, event_id, activity FROM core.user_actions ORDER BY ALL").fetchall(),
                    con.execute(
                        "SELECT order_id, field, old_value, new_value FROM core.order_changes ORDER BY ALL"
                    ).fetchall(),
                ]
            )
    assert told[0] == told[1]
    assert len(told[0][0]) == 13
    assert told[0][1] == [
        ("PO1", "po_quantity", "500", "600"),
        ("PO2", "Invoice.is_blocked", "No", "Yes"),
        ("PO2", "Invoice.is_blocked", "Yes", "No"),
    ]


def test_the_older_object_log(real_data: Path, tmp_path: Path) -> None:
    with loaded(real_data / "ocel" / "order_process.jsonocel", tmp_path / "home") as con:
        counts = con.execute(
            "SELECT count(DISTINCT event_id), count(DISTINCT order_id) FROM core.user_actions"
        ).fetchone()
        assert counts == (2_391, 199)
        # a route carries the items of several orders: it counts for each of them
        row = con.execute(
            "SELECT max(n) FROM (SELECT count(*) AS n FROM core.user_actions GROUP BY event_id)"
        ).fetchone()
        assert row is not None and row[0] > 1
