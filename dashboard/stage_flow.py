"""How orders flow through the stages over time, and whether work piles up."""

from datetime import timedelta

import numpy as np
import polars as pl

from dashboard import data, parts
from dashboard.charts.staged_flow import Flow, staged_flow
from dashboard.happenings import marked
from dashboard.stage_times import DAY, stage_times
from dashboard.state import whole_history
from dashboard.theme import Tokens, compact
from dashboard.words import _
from models.statistics.flow import LittleCheck, NetChange, little_check, net_change
from models.statistics.steps import STEPS, middle
from pipelines.read.filters import Filters

WEEKS = 13
"""Complete weeks over which the trend of the work in progress is told."""
_SHOWN_DAYS = 60
"""A period up to this long is shown by day."""


def flows(filters: Filters) -> list[Flow]:
    """The complete weeks of every stage, with a word about its work in progress where it grows or shrinks more than by chance."""
    rows = _complete(data.query("stage_flow", filters, unit="week"), 7)
    return [_flow(str(key[0]), part) for key, part in rows.group_by("stage_title", maintain_order=True)]


def _complete(rows: pl.DataFrame, days: int) -> pl.DataFrame:
    until = data.data_until()
    return rows if until is None else rows.filter(pl.col("span") + timedelta(days=days) <= until.date())


def _flow(title: str, part: pl.DataFrame) -> Flow:
    change = net_change(part["arrivals"].tail(WEEKS).to_numpy(), part["departures"].tail(WEEKS).to_numpy())
    signal = change is not None and change.is_signal and change.value > 0
    columns = (part[name].to_list() for name in ("span", "arrivals", "departures", "in_stage"))
    return Flow(title, _word(change), signal, *columns)


def _word(change: NetChange | None) -> str:
    if change is None:
        return ""
    if not change.is_signal:
        return _("steady")
    return _("{n} a week").format(n=f"{'+' if change.value > 0 else '−'}{abs(change.value):,.1f}")


def flow_card(filters: Filters, moving: list[Flow], colours: Tokens) -> None:
    """Arrivals and departures, and the work in progress, of every stage over time."""
    growing = [flow for flow in moving if flow.is_signal]
    busy = [flow for flow in moving if any(flow.in_stage)]
    by_day = (
        filters.date_from is not None
        and filters.date_to is not None
        and (filters.date_to - filters.date_from).days < _SHOWN_DAYS
    )
    shown = [_shown(flow, filters, by_day) for flow in (_days(filters) if by_day else moving)]
    title = (
        _("Work piles up in {stages}").format(stages=", ".join(flow.title for flow in growing))
        if growing
        else _("Work piles up in no stage")
    )
    unit = _("day") if by_day else _("week")
    figure = staged_flow(shown, colours, compact=compact()) if busy and any(flow.spans for flow in shown) else None
    spans = [span for flow in shown for span in flow.spans]
    events = marked(figure, min(spans), max(spans), colours) if spans else ""
    parts.chart_card(
        title,
        _(
            "per {unit} · left: grey columns what came, line what left · right: orders in the stage, and the mean change a week "
            "over the last {weeks} weeks where it is more than chance"
        ).format(unit=unit, weeks=WEEKS)
        + events,
        figure,
        _rows(shown, whole_history(filters)),
        "flow",
        _("Orders that came to and left each stage, and those in it"),
        data.sql_text("stage_flow", whole_history(filters), unit="day" if by_day else "week"),
        _("No complete week yet."),
    )  # fmt: skip


def _days(filters: Filters) -> list[Flow]:
    words = {flow.title: flow for flow in flows(whole_history(filters))}
    rows = _complete(data.query("stage_flow", whole_history(filters), unit="day"), 1)
    made = []
    for key, part in rows.group_by("stage_title", maintain_order=True):
        known = words.get(str(key[0]))
        columns = (part[name].to_list() for name in ("span", "arrivals", "departures", "in_stage"))
        made.append(Flow(str(key[0]), known.word if known else "", bool(known and known.is_signal), *columns))
    return made


def _shown(flow: Flow, filters: Filters, by_day: bool) -> Flow:
    """The part of the period that the filters name; all of it where they name none."""
    first = filters.date_from - timedelta(days=0 if by_day else 6) if filters.date_from else None
    keep = [n for n, span in enumerate(flow.spans) if first is None or span >= first]
    cut = slice(keep[0], None) if keep else slice(0, 0)
    return Flow(
        flow.title,
        flow.word,
        flow.is_signal,
        flow.spans[cut],
        flow.arrivals[cut],
        flow.departures[cut],
        flow.in_stage[cut],
    )


def _rows(shown: list[Flow], filters: Filters) -> pl.DataFrame:
    """What the card shows as data: Little's law; where no stage holds orders long enough for it, what came to each stage and left it."""
    checks = _little_rows(filters)
    if checks.height or not shown:
        return checks
    columns = ("spans", "arrivals", "departures", "in_stage")
    return pl.concat(
        pl.DataFrame({"stage_title": flow.title, **{column: getattr(flow, column) for column in columns}})
        for flow in shown
    )


def _little_rows(filters: Filters) -> pl.DataFrame:
    """Little's law by stage: orders counted in it on the mean day, and as arrivals a day times mean stay give them."""
    checks = little_checks(filters)
    return pl.DataFrame(
        [
            {"stage_title": title, "in_stage": check.counted, "by_littles_law": check.expected, "ratio": check.ratio}
            for title, check in checks.items()
        ],
        schema={"stage_title": pl.String, "in_stage": pl.Float64, "by_littles_law": pl.Float64, "ratio": pl.Float64},
    )


def little_checks(filters: Filters) -> dict[str, LittleCheck]:
    """Stage title -> Little's law over the whole history, for stages in which orders stay two days or more on the mean."""
    stays = {}
    for item in stage_times(filters, "elapsed"):
        counts = item.counts.completed + item.counts.cancelled + item.counts.open
        stays[item.title] = float((counts * middle(np.arange(STEPS))).sum() / counts.sum()) / DAY
    rows = _complete(data.query("stage_flow", filters, unit="day"), 1)
    found = {}
    for key, part in rows.group_by("stage_title", maintain_order=True):
        check = little_check(part["in_stage"].to_numpy(), part["arrivals"].to_numpy(), stays.get(str(key[0]), 0.0))
        if check:
            found[str(key[0])] = check
    return found
