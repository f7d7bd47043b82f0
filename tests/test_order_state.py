"""An order as it stood at a moment: against a replay in Python of random histories, by hand where the log is silent, and the company's truth."""

import csv
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from dashboard.data import _bound, sql_of
from pipelines.settings import open_home
from pipelines.simulate import simulate
from pipelines.warehouse import open_snapshot, require_snapshot
from tests.checks_fixture import empty_warehouse, put

START = datetime(2026, 3, 2, 8)
HEAD, LINE = ("ship_to", "payment_terms"), ("quantity", "sku")


def state(con: duckdb.DuckDBPyConnection, order: str, moment: datetime) -> dict[tuple[str | None, str], dict[str, Any]]:
    """The query's rows by line and field."""
    cursor = con.execute(_bound(sql_of("order_state"), (("moment", moment.isoformat(sep=" ")), ("order", order))))
    names = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {(row["line_id"], row["field"]): row for row in rows}


@dataclass
class History:
    """One order's life as it really was: every edit of every cell, logged or not, and when lines came and went."""

    order: str
    edits: dict[tuple[str | None, str], list[tuple[datetime, str, bool]]] = field(default_factory=dict)
    added: dict[str, datetime] = field(default_factory=dict)
    removed: dict[str, datetime] = field(default_factory=dict)

    def value(self, cell: tuple[str | None, str], at: datetime) -> str:
        """The last value that was set at or before a moment."""
        return [value for when, value, _ in self.edits[cell] if when <= at][-1]

    def told(self, cell: tuple[str | None, str], at: datetime) -> tuple[str, str | None]:
        """(state, value) as somebody tells it who has the log and the record of now: the recorded edits around the moment must agree."""
        logged = [when for when, _, is_logged in self.edits[cell][1:] if is_logged]
        before, after = [w for w in logged if w <= at], [w for w in logged if w > at]
        late = self.value(cell, after[0] - timedelta(microseconds=1)) if after else self.value(cell, datetime.max)
        if before and self.value(cell, before[-1]) != late:
            return "cannot_tell", self.value(cell, before[-1])
        return ("same" if late == self.value(cell, datetime.max) else "changed"), late


def _random_value(rng: random.Random, name: str) -> str:
    return str(rng.randint(1, 5)) if name == "quantity" else rng.choice("ABCDE") + name[:2]


def _random_history(rng: random.Random, number: int) -> History:
    history = History(f"O{number}")
    lines = [f"O{number}-{n}" for n in (1, 2, 3)]
    for cell in [(None, name) for name in HEAD] + [(line, name) for line in lines for name in LINE]:
        moments = sorted(rng.sample(range(1, 400), rng.randint(0, 5)))
        edits = [(START, _random_value(rng, cell[1]), True)]
        for minute in moments:
            value = _random_value(rng, cell[1])
            if value != edits[-1][1]:
                edits.append((START + timedelta(hours=minute), value, rng.random() > 0.2))
        history.edits[cell] = edits
    if rng.random() < 0.5:
        history.added[lines[1]] = START + timedelta(hours=rng.randint(1, 200), minutes=30)
    if rng.random() < 0.5:
        history.removed[lines[2]] = START + timedelta(hours=rng.randint(1, 399), minutes=30)
    return history


def _store(con: duckdb.DuckDBPyConnection, history: History, rng: random.Random) -> None:
    order = history.order
    now = {cell: history.value(cell, datetime.max) for cell in history.edits}
    put(con, "orders", order_id=order, ordered_at=START, entered_by="u1", ship_to=now[(None, "ship_to")], payment_terms=now[(None, "payment_terms")])  # fmt: skip
    for line in {line for line, _ in history.edits if line}:
        put(con, "order_lines", order_id=order, line_id=line, line_no=line[-1], quantity=now[(line, "quantity")], sku=now[(line, "sku")])  # fmt: skip
    for (line, name), edits in history.edits.items():
        for (_, old, _), (when, new, is_logged) in pairwise(edits):
            if is_logged:
                # A log writes numbers and codes in its own way.
                written = f"{new}.00" if name == "quantity" and rng.random() < 0.3 else new
                _log(con, order, line, name, f" {old.lower()}" if rng.random() < 0.3 else old, written, when)
    for line, when in history.added.items():
        _log(con, order, line, "line", None, line, when)
    for line, when in history.removed.items():
        _log(con, order, line, "line", line, None, when)
        con.execute("INSERT INTO history.order_lines BY NAME SELECT *, 'superseded' AS _disposition, 1 AS _version, true AS _deleted FROM core.order_lines WHERE line_id = ?", [line])  # fmt: skip
        con.execute("DELETE FROM core.order_lines WHERE line_id = ?", [line])


def _log(con: duckdb.DuckDBPyConnection, order: str, line: str | None, name: str, old: str | None, new: str | None, when: datetime) -> None:  # fmt: skip
    key = f"{order}{line}{name}{when}"
    put(con, "order_changes", change_id=key, order_id=order, line_id=line, field=name, old_value=old, new_value=new, changed_at=when, changed_by="u2", origin="log")  # fmt: skip


def test_random_histories_are_told_as_a_replay_tells_them() -> None:
    rng = random.Random(4)
    con = empty_warehouse()
    histories = [_random_history(rng, number) for number in range(25)]
    for history in histories:
        _store(con, history, rng)
    seen: dict[str, int] = {}
    for history in histories:
        for hour in rng.sample(range(420), 4):
            at = START + timedelta(hours=hour, minutes=45)
            found = state(con, history.order, at)
            for cell in history.edits:
                line = cell[0]
                row = found[cell]
                if line in history.added and at < history.added[line]:
                    expected: tuple[str, str | None] = ("not_yet", None)
                elif line in history.removed and at >= history.removed[line]:
                    expected = ("removed", None)
                else:
                    expected = history.told(cell, at)
                was = None if row["was"] is None else row["was"].strip().upper().removesuffix(".00")
                assert (row["state"], was) == (expected[0], None if expected[1] is None else expected[1].upper()), (
                    history,
                    cell,
                    at,
                )
                seen[row["state"]] = seen.get(row["state"], 0) + 1
    assert set(seen) == {"same", "changed", "cannot_tell", "not_yet", "removed"} and min(seen.values()) > 10, seen


def test_what_was_recorded_is_what_really_was() -> None:
    """Where every edit is in the log, the state is the truth at every hour."""
    rng = random.Random(11)
    con = empty_warehouse()
    history = _random_history(rng, 1)
    history.edits = {cell: [(when, value, True) for when, value, _ in edits] for cell, edits in history.edits.items()}
    history.added, history.removed = {}, {}
    _store(con, history, random.Random(0))
    for hour in range(0, 410, 7):
        at = START + timedelta(hours=hour)
        found = state(con, "O1", at)
        told = {cell: found[cell]["was"].strip().upper().removesuffix(".00") for cell in history.edits}
        assert told == {cell: history.value(cell, at).upper() for cell in history.edits}


def _one_order(**more: object) -> duckdb.DuckDBPyConnection:
    con = empty_warehouse()
    put(con, "orders", order_id="A", ordered_at=START, entered_by="u1", ship_to="North", payment_terms="NET30", net_amount="90", currency="EUR", **more)  # fmt: skip
    put(con, "order_lines", order_id="A", line_id="A-1", line_no="1", quantity="9", sku="P1")
    return con


LATER = START + timedelta(days=5)


def test_a_field_that_the_log_never_names_is_not_covered_and_what_is_fixed_at_entry_is_known() -> None:
    con = _one_order()
    _log(con, "A", "A-1", "quantity", "8", "9", LATER)
    found = state(con, "A", START)
    assert (found[("A-1", "quantity")]["state"], found[("A-1", "quantity")]["was"]) == ("changed", "8")
    assert {found[(None, name)]["state"] for name in ("net_amount", "currency", "ship_to")} == {"not_covered"}
    assert found[(None, "net_amount")]["was"] is None and found[(None, "net_amount")]["is_now"] == "90"
    assert (found[(None, "entered_by")]["state"], found[(None, "entered_by")]["was"]) == ("same", "u1")
    # Lines of a field are lines: a head field of the same name stays uncovered.
    assert found[("A-1", "sku")]["state"] == "not_covered"


def test_what_the_profile_says_of_the_log_counts() -> None:
    con = _one_order()
    con.execute("INSERT INTO meta.change_logs VALUES ('sys', ['ship_to', 'quantity'], ?, NULL)", [START + timedelta(days=2)])  # fmt: skip
    _log(con, "A", "A-1", "quantity", "8", "9", LATER)
    assert state(con, "A", START + timedelta(days=3))[(None, "ship_to")]["state"] == "same"
    assert state(con, "A", START + timedelta(days=3))[(None, "payment_terms")]["state"] == "not_covered"
    assert state(con, "A", START)[("A-1", "quantity")]["state"] == "cannot_tell"


def test_without_any_log_nothing_is_walked_back() -> None:
    found = state(_one_order(), "A", START)
    assert {row["state"] for (_, name), row in found.items() if name not in ("order_id", "ordered_at", "entered_by", "line_no")} == {"not_covered"}  # fmt: skip


def test_a_log_without_old_values_says_nothing_of_what_was_before() -> None:
    con = _one_order()
    _log(con, "A", "A-1", "quantity", None, "9", LATER)
    row = state(con, "A", START)[("A-1", "quantity")]
    assert (row["state"], row["was"]) == ("cannot_tell", None)
    assert state(con, "A", LATER)[("A-1", "quantity")]["was"] == "9"


def test_a_value_that_was_empty_is_empty_and_one_that_the_log_cut_is_the_same() -> None:
    con = _one_order()
    con.execute("INSERT INTO meta.change_logs VALUES ('sys', NULL, NULL, 3)")
    _log(con, "A", None, "payment_terms", None, "NET", LATER)
    _log(con, "A", "A-1", "quantity", "8", "9", LATER)
    before, after = state(con, "A", START)[(None, "payment_terms")], state(con, "A", LATER)[(None, "payment_terms")]
    assert (before["state"], before["was"], before["is_now"]) == ("changed", None, "NET30")
    assert (after["state"], after["was"]) == ("same", "NET30")


def test_a_change_at_the_moment_itself_has_happened() -> None:
    con = _one_order()
    _log(con, "A", "A-1", "quantity", "8", "9", LATER)
    assert state(con, "A", LATER)[("A-1", "quantity")]["state"] == "same"
    assert state(con, "A", LATER - timedelta(seconds=1))[("A-1", "quantity")]["was"] == "8"
    assert state(con, "A", LATER - timedelta(seconds=1))[("A-1", "quantity")]["changed_by"] == "u2"


def test_the_companys_corrected_errors_stand_in_the_state_until_they_were_found(
    company_home: Path, tmp_path: Path
) -> None:
    """The truth that the simulator wrote for the same company: the wrong value until it was corrected, the right one from then on."""
    simulate(800, tmp_path, 5)
    with (tmp_path / "truth" / "corrected.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    with open_snapshot(require_snapshot(open_home(company_home))) as con:
        # Some were ended otherwise: the order was cancelled.
        logged = set(con.execute("SELECT order_id, field FROM core.order_changes").fetchall())
        rows = [row for row in rows if (row["order_id"], row["field"]) in logged]
        assert len(rows) >= 5
        for row in rows:
            came, gone = (datetime.fromisoformat(row[name]).replace(tzinfo=None) for name in ("origin_at", "found_at"))
            cell = (row["line_id"] or None, row["field"])
            wrong, right = (
                state(con, row["order_id"], at)[cell]["was"]
                for at in (came + (gone - came) / 2, gone + timedelta(minutes=1))
            )
            assert (wrong or "", right) == (row["wrong"], row["right"]), row


def _shown(con: duckdb.DuckDBPyConnection, at: datetime, valid_at: datetime | None = None, **values: str) -> None:
    """An older extract showed the order with these values; its rows are kept in history."""
    changed = ", ".join(f"'{value}' AS {name}" for name, value in values.items())
    con.execute(
        f"INSERT INTO history.orders BY NAME SELECT * REPLACE ({changed}{',' if changed else ''} CAST(? AS TIMESTAMP) AS _recorded_at, "
        "CAST(? AS TIMESTAMP) AS _valid_at), 'superseded' AS _disposition, 1 AS _version, false AS _deleted FROM core.orders",
        [at, valid_at],
    )


def _extracts() -> duckdb.DuckDBPyConnection:
    """Shown on days 1, 3, 5 and 9, without a log: the terms were changed between 3 and 5 and again between 5 and 9."""
    con = _one_order(updated_by="u7")
    con.execute("UPDATE core.orders SET _recorded_at = ?", [START + timedelta(days=9)])
    for day, terms in ((1, "NET10"), (3, "NET10"), (5, "NET20")):
        _shown(con, START + timedelta(days=day), payment_terms=terms)
    return con


def test_without_a_log_the_extracts_tell_what_they_showed() -> None:
    con = _extracts()
    # hours after the start -> state, value then, what it may have been as well, hours between which it was changed next
    expected = {
        12: ("not_covered", None, None, None),  # before the first extract
        24: ("changed", "NET10", None, (72, 120)),
        50: ("changed", "NET10", None, (72, 120)),  # the same before and after
        80: ("cannot_tell", "NET10", "NET20", (72, 120)),
        120: ("changed", "NET20", None, (120, 216)),
        200: ("cannot_tell", "NET20", "NET30", (120, 216)),
        216: ("same", "NET30", None, None),
        900: ("same", "NET30", None, None),
    }
    for hours, (known, was, other, between) in expected.items():
        row = state(con, "A", START + timedelta(hours=hours))[(None, "payment_terms")]
        assert (row["state"], row["was"], row["other"]) == (known, was, other), hours
        told = tuple(
            None if at is None else (at - START) / timedelta(hours=1) for at in (row["unseen_from"], row["changed_at"])
        )
        assert told == (between or (None, None)), hours
    row = state(con, "A", START + timedelta(hours=50))[(None, "payment_terms")]
    assert (row["told_by"], row["n_changes"]) == ("extracts", 0)
    assert state(con, "A", START + timedelta(hours=50))[(None, "ship_to")]["state"] == "same"


def test_a_value_stood_from_its_time_of_modification_on_and_an_extract_without_a_time_tells_nothing() -> None:
    con = _one_order()
    con.execute(
        "UPDATE core.orders SET _recorded_at = ?, _valid_at = ?", [START + timedelta(days=9), START + timedelta(days=6)]
    )
    _shown(con, START + timedelta(days=3), START + timedelta(days=1), ship_to="South")
    at = {hours: state(con, "A", START + timedelta(hours=hours))[(None, "ship_to")] for hours in (24, 100, 144)}
    assert {hours: (row["state"], row["was"]) for hours, row in at.items()} == {
        24: ("changed", "South"), 100: ("cannot_tell", "South"), 144: ("same", "North")}  # fmt: skip
    assert (at[24]["unseen_from"], at[24]["changed_at"]) == (START + timedelta(days=3), START + timedelta(days=6))
    con.execute("UPDATE core.orders SET _recorded_at = NULL, _valid_at = NULL")
    con.execute("UPDATE history.orders SET _recorded_at = NULL, _valid_at = NULL")
    assert state(con, "A", START + timedelta(hours=100))[(None, "ship_to")]["state"] == "not_covered"


def test_the_log_comes_first_and_the_extracts_tell_of_what_it_leaves_out() -> None:
    con = _extracts()
    _log(con, "A", None, "ship_to", "South", "North", START + timedelta(days=2))
    found = state(con, "A", START + timedelta(days=1))
    assert (found[(None, "ship_to")]["was"], found[(None, "ship_to")]["told_by"]) == ("South", "log")
    assert (found[(None, "payment_terms")]["was"], found[(None, "payment_terms")]["told_by"]) == ("NET10", "extracts")
    # What the run made of the extracts itself is no log: it is known between two extracts, not to the second.
    con.execute("UPDATE core.order_changes SET origin = 'snapshot'")
    assert state(con, "A", START + timedelta(days=1))[(None, "ship_to")]["told_by"] == "extracts"


def test_versions_of_another_feed_are_not_compared() -> None:
    con = _extracts()
    con.execute("UPDATE core.orders SET _source = 'erp'")
    con.execute("UPDATE history.orders SET _source = 'shop'")
    row = state(con, "A", START + timedelta(days=4))[(None, "payment_terms")]
    assert (row["state"], row["was"]) == ("not_covered", None)
