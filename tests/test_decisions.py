"""Decisions are appended, never changed; the last one on a subject stands unless it was revoked."""

from pathlib import Path

import pytest

from pipelines.decisions import Decision, append, read_all, revoke
from pipelines.errors import OrderProofError
from pipelines.settings import Home, open_home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path, create=True)


def _review(order: str, verdict: str) -> Decision:
    return Decision("review", "order", order, verdict, by="u1")


def test_the_last_decision_on_a_subject_stands(home: Home) -> None:
    append(home, _review("main:1", "confirmed"))
    append(home, _review("main:2", "confirmed"))
    append(home, _review("main:1", "rejected"))
    assert {d.subject_key: d.verdict for d in read_all(home)} == {"main:1": "rejected", "main:2": "confirmed"}


def test_undo_brings_the_former_decision_back(home: Home) -> None:
    append(home, _review("main:1", "confirmed"))
    second = append(home, _review("main:1", "rejected"))
    before = (home.decisions / "decisions.jsonl").read_text()
    revoke(home, second)
    assert [d.verdict for d in read_all(home)] == ["confirmed"]
    assert (home.decisions / "decisions.jsonl").read_text().startswith(before)


def test_a_cut_off_last_line_is_left_out_and_a_broken_one_is_named(home: Home) -> None:
    append(home, _review("main:1", "confirmed"))
    path = home.decisions / "decisions.jsonl"
    path.write_text(path.read_text() + '{"kind": "rev')
    assert len(read_all(home)) == 1
    path.write_text("not json\n" + path.read_text())
    with pytest.raises(OrderProofError, match="line 1"):
        read_all(home)
