"""Proposes a process from the data: activities in their typical order, grouped to stages, with owners and observed medians.

What is typical is counted on a sample of cases. An activity that at least one case in ten has becomes a stage, twelve at most; the rest
stand beside the stages. The order is that of most cases, pair by pair. Names tell only what an activity means (approve, ship, ...).
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import duckdb

_CASES = 20_000
_SHARE = 0.1
_MOST_STAGES = 12
_TOGETHER_SECONDS = 2
_MOSTLY = 0.8
_SELDOM = 0.02
_ENDS = 0.7
# What a name says of an activity, in the languages of the shipped profiles.
_KINDS = {
    "approve": r"approv|genehmig|freigabe|审批|批准|審批",
    "confirm": r"order confirm|confirm order|auftragsbestätig|确认订单|確認訂單",
    "pick": r"\bpick|packed|pack item|kommission|拣货|揀貨",
    "ship": r"\bship|dispatch|goods? issue|deliver(?:y|ed)|versand|发货|發貨|出库|出庫",
    "invoice": r"invoic|billing|rechnung|发票|發票|开票",
    "cancel": r"cancel|storn|withdrawn|取消|撤销",
}  # fmt: skip
_BEGINS = r"\b(?:start|started|begin|begun|began)\b|开始|開始"
_ASKS = r"\b(?:request|requested|received|submitted)\b|申请|收到"


@dataclass(slots=True)
class Found:
    """An activity as the data show it. Shares are null where nothing could be counted; gaps are seconds."""

    activity: str
    cases: int
    all_cases: int
    has_start: bool
    has_end: bool
    department: str | None
    ends_case: float | None
    next_activity: str | None
    next_share: float | None
    next_gap: float | None
    ahead: float

    @property
    def kind(self) -> str:
        """What the activity means for the order: by its name, or by what comes after it."""
        if self.by_name == "cancel":
            return self.by_name
        return "complete" if (self.ends_case or 0) >= _ENDS else self.by_name

    @property
    def by_name(self) -> str:
        """What its name alone says."""
        kinds = (kind for kind, words in _KINDS.items() if re.search(words, self.activity, re.IGNORECASE))
        return next(kinds, "step")


@dataclass(slots=True)
class Proposed:
    """A proposed stage: what completes it last, what belongs to it before that (with the mark it has)."""

    ends: list[Found]
    before: list[tuple[Found, str]] = field(default_factory=list)
    hours: float | None = None

    @property
    def title(self) -> str:
        """The activities that complete it."""
        return " / ".join(item.activity for item in self.ends)


def discover(con: duckdb.DuckDBPyConnection, targets: bool = True) -> str | None:
    """The text of a process.yaml that fits the actions of the data, observed medians as `targets`; None without actions."""
    con.execute(_sql("discover_activities.sql").replace("$cases", str(_CASES)))
    rows = con.execute("SELECT * FROM discovered_activities ORDER BY ahead DESC, cases DESC, activity").fetchall()
    found = [Found(*row) for row in rows]
    if not found:
        return None
    stages, others = _stages(found, _exclusive(con))
    if targets:
        _time(con, stages)
    by_line = con.execute("SELECT count(line_key) > 0.5 * count(*) FROM core.user_actions").fetchone()
    return _text("line" if by_line and by_line[0] else "order", stages, others)


def _sql(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def _exclusive(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], int]:
    """Pairs of activities -> cases that have both."""
    return {(a, b): n for a, b, n in con.execute("SELECT activity, other, shared FROM discovered_pairs").fetchall()}


def _stages(found: Sequence[Found], both: dict[tuple[str, str], int]) -> tuple[list[Proposed], list[Found]]:
    """Stages in the order of `found`, and what belongs to none."""
    wanted = [item for item in found if item.cases >= _SHARE * item.all_cases and item.kind != "cancel"]
    wanted = sorted(wanted, key=lambda item: -item.cases)[: 2 * _MOST_STAGES]
    named = {item.activity for item in wanted}
    stages: list[Proposed] = []
    waiting: list[tuple[Found, str]] = []
    for item in (item for item in found if item.activity in named):
        mark = _mark(item, named)
        if mark:
            waiting.append((item, mark))
        elif stages and not waiting and _are_alternatives(stages[-1].ends, item, both):
            stages[-1].ends.append(item)
        else:
            stages.append(Proposed([item], waiting))
            waiting = []
    if waiting:
        stages += [Proposed([item]) for item, _ in waiting]
    kept = sorted(stages, key=lambda stage: -sum(item.cases for item in stage.ends))[:_MOST_STAGES]
    stages = [stage for stage in stages if any(stage is other for other in kept)]
    used = {item.activity for stage in stages for item in (*stage.ends, *(found for found, _ in stage.before))}
    return stages, [item for item in found if item.activity not in used]


def _mark(item: Found, named: set[str]) -> str | None:
    """`start` or `request` where the activity only leads to the next one; None where it completes something itself."""
    if item.next_activity not in named or item.next_activity == item.activity:
        return None
    mostly = (item.next_share or 0) >= _MOSTLY
    if mostly and (re.search(_BEGINS, item.activity, re.IGNORECASE) or (item.has_start and not item.has_end)):
        return "request" if re.search(_ASKS, item.activity, re.IGNORECASE) else "start"
    if mostly and item.next_gap is not None and item.next_gap < _TOGETHER_SECONDS:
        return "request"
    return "request" if mostly and re.search(_ASKS, item.activity, re.IGNORECASE) else None


def _are_alternatives(ends: Sequence[Found], item: Found, both: dict[tuple[str, str], int]) -> bool:
    """Whether hardly any case has both, so that each is a way to complete the same stage."""
    return all(both.get((end.activity, item.activity), 0) <= _SELDOM * min(end.cases, item.cases) for end in ends)


def _time(con: duckdb.DuckDBPyConnection, stages: list[Proposed]) -> None:
    con.execute("CREATE OR REPLACE TEMP TABLE discovered_ends (activity VARCHAR, stage INTEGER)")
    for number, stage in enumerate(stages):
        for item in stage.ends:
            con.execute("INSERT INTO discovered_ends VALUES (?, ?)", [item.activity, number])
    for number, hours in con.execute(_sql("discover_medians.sql")).fetchall():
        stages[number].hours = hours


def _text(case: str, stages: Sequence[Proposed], others: Sequence[Found]) -> str:
    cases = stages[0].ends[0].all_cases if stages else 0
    lines = [
        f"# Proposed from {cases:,} {case}s of the data: activities in their typical order, the department that mostly does them,",
        "# and the observed median as a first target (elapsed hours). Change what is not so; docs/process.md says what may stand here.",
        f"case: {case}",
        "stages:",
        *(
            line
            for name, stage in zip(_names(stages), stages, strict=True)
            for line in _stage_lines(name, stage, stage is stages[-1])
        ),
    ]
    if others:
        lines += ["other_activities:", *(f"  - {_activity(item, None, in_stage=False)}" for item in others)]
    return "\n".join(lines) + "\n"


def _stage_lines(name: str, stage: Proposed, is_last: bool) -> Iterator[str]:
    cases, all_cases = max(item.cases for item in stage.ends), stage.ends[0].all_cases
    yield f"  - stage: {_quoted(name)}   # {cases / all_cases:.0%} of the cases"
    yield f"    title: {_quoted(stage.title)}"
    department = stage.ends[0].department
    if department:
        yield f"    department: {_quoted(department)}"
    if stage.hours:
        yield f"    target_hours: {_rounded(stage.hours)}"
    yield "    activities:"
    yield from (f"      - {_activity(item, mark)}" for item, mark in stage.before)
    yield from (f"      - {_activity(item, None, is_last=is_last)}" for item in stage.ends)


def _activity(item: Found, mark: str | None, in_stage: bool = True, is_last: bool = False) -> str:
    """One activity; what merely begins or asks for a stage means nothing for the order, nor does a seldom one.

    The last stage completes the order whatever its activity means, so a shipment or an invoice there is told as what it is.
    """
    kind = item.by_name if is_last and item.by_name in ("ship", "invoice") else item.kind
    parts: dict[str, Any] = {"name": item.activity}
    if mark:
        parts["marks"] = mark
    elif kind != "step" and (in_stage or kind in ("cancel", "complete")):
        parts["kind"] = kind
    return "{" + ", ".join(f"{key}: {_quoted(value)}" for key, value in parts.items()) + "}"


def _names(stages: Sequence[Proposed]) -> list[str]:
    """Short names without twins."""
    names: list[str] = []
    for number, stage in enumerate(stages, start=1):
        plain = re.sub(r"\W+", "_", stage.ends[0].activity.lower()).strip("_")[:40] or f"stage_{number}"
        names.append(plain if plain not in names else f"{plain}_{number}")
    return names


def _quoted(text: str) -> str:
    """As YAML reads it whatever it holds; plain words stay plain."""
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9 _-]*[A-Za-z0-9]", text) and text.lower() not in (
        "yes",
        "no",
        "on",
        "off",
        "true",
        "false",
        "null",
    )
    return text if plain else json.dumps(text, ensure_ascii=False)


def _rounded(hours: float) -> str:
    """Two figures, at least a tenth of an hour."""
    value = max(hours, 0.1)
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"  # noqa: PLR2004
