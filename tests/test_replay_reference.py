"""The replay of random change logs beside a plain one in Python: many ties, gaps, empty values and long chains."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import duckdb
import pytest

from expectations import ledger
from pipelines.sqlfiles import read_package_sql
from tests.checks_fixture import empty_warehouse, put

_FIELDS = ("status", "payment_terms")
_VALUES = ("open", "hold", "done", "", None)
_START = datetime(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Change:
    """One recorded change of a field; `line` is its place in the file, and no two have the same."""

    key: str
    order: str
    field: str
    at: datetime
    seq: int | None
    line: int
    old: str | None
    new: str | None
    who: str


@dataclass(frozen=True, slots=True)
class _Follows:
    """How a change stands to the one before it."""

    differs: bool
    is_tied: bool
    is_close: bool
    left_at: str | None


# Number in the chain, breaks it, follows on another user's, ends elsewhere.
Halt = tuple[int, bool, bool, bool]


@pytest.mark.parametrize("seed", range(6))
def test_a_random_log_halts_where_a_plain_replay_halts(seed: int) -> None:
    draw = random.Random(seed)
    now = {(f"O{number}", field): draw.choice(_VALUES) for number in range(12) for field in _FIELDS}
    changes = [_change(draw, line) for line in range(150)]
    expected = _replayed(changes, now)
    assert any(halt[1] for halt in expected.values()) and any(halt[3] for halt in expected.values())
    assert _found(changes, now) == expected


@pytest.mark.parametrize(("length", "is_kept"), [(3, False), (4, True)])
def test_a_long_chain_that_breaks_nowhere_is_kept_by_its_last_change(length: int, is_kept: bool) -> None:
    values = [f"v{number}" for number in range(length + 1)]
    changes = [
        Change(f"sys:H{n}", "O1", "status", _START + timedelta(days=n), None, n, values[n], values[n + 1], f"u{n}")
        for n in range(length)
    ]
    now: dict[tuple[str, str], str | None] = {("O1", "status"): values[-1], ("O1", "payment_terms"): None}
    assert _found(changes, now) == ({f"sys:H{length - 1}": (length, False, False, False)} if is_kept else {})


def _change(draw: random.Random, line: int) -> Change:
    at = _START + timedelta(hours=draw.choice((0, 1, 2, 30, 31, 60, 90)), minutes=draw.choice((0, 0, 20)))
    return Change(
        f"sys:H{line}", f"O{draw.randrange(12)}", draw.choice(_FIELDS), at, draw.choice((None, None, 1, 2)), line,
        draw.choice(_VALUES), draw.choice(_VALUES), draw.choice(("u1", "u2")),
    )  # fmt: skip


def _replayed(changes: Sequence[Change], now: dict[tuple[str, str], str | None]) -> dict[str, Halt]:
    chains: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in sorted(changes, key=lambda c: (c.at, c.seq is not None, c.seq, c.line)):
        chains[change.order, change.field].append(change)
    return {key: halt for place, chain in chains.items() for key, halt in _halts(chain, now[place] or "").items()}


def _halts(chain: Sequence[Change], current: str) -> dict[str, Halt]:
    ways = [_follow(before, change) for before, change in pairwise(chain)]
    unclear = {place for n, way in enumerate(ways, 1) if way.is_tied and way.differs for place in (n, n - 1)}
    halts = {}
    for n, (change, way) in enumerate(zip(chain, [_Follows(False, False, False, None), *ways], strict=True)):
        is_last = n == len(chain) - 1
        is_other = is_last and current != (change.new or "")
        if way.differs or way.is_close or is_other or (is_last and n >= 3):
            elsewhere = is_other and not (way.is_tied and way.left_at == current)
            halts[change.key] = (n + 1, way.differs and not {n, n - 1} & unclear, way.is_close, elsewhere)
    return halts


def _follow(before: Change, change: Change) -> _Follows:
    return _Follows(
        (change.old or "") != (before.new or ""),
        change.seq is None and change.at == before.at,
        before.who != change.who and change.at - before.at <= timedelta(hours=4),
        before.new or "",
    )


def _found(changes: Sequence[Change], now: dict[tuple[str, str], str | None]) -> dict[str, Halt]:
    con = empty_warehouse()
    ledger.begin(con, [])
    for order in {order for order, _ in now}:
        put(con, "orders", order_id=order, **{field: now[order, field] for field in _FIELDS})
    con.executemany(
        "INSERT INTO core.order_changes BY NAME SELECT ? AS record_key, 'sys:' || ? AS order_key, ? AS field, ?::TIMESTAMP AS changed_at, "
        "? AS seq, ? AS _line, ? AS old_value, ? AS new_value, ? AS changed_by, 'sys' AS _system, 'log' AS origin",
        [(c.key, c.order, c.field, c.at, c.seq, c.line, c.old, c.new, c.who) for c in changes],
    )
    norms = {norm.name: norm.sql for norm in read_package_sql("expectations.norms")}
    for name in ("02_values", "06_entry_values", "07_replay"):
        con.execute(norms[name])
    return _rows(con)


def _rows(con: duckdb.DuckDBPyConnection) -> dict[str, Halt]:
    rows = con.execute(
        "SELECT record_key, change_no, breaks, coalesce(follows_another, false), ends_elsewhere FROM work.replay"
    ).fetchall()
    return {row[0]: row[1:] for row in rows}
