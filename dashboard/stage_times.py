"""How long the stages take: quantiles with open visits censored and cancelled ones competing, from the binned counts of a snapshot."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import polars as pl
import streamlit as st

from dashboard import data
from dashboard.words import _
from models.statistics.competing import IncidenceCurve
from models.statistics.steps import STEPS, StepCounts, incidence, middle, quantile, upper_edge
from models.statistics.survival import QuantileEstimate
from pipelines.read.filters import Filters

Clock = Literal["working", "elapsed"]

DAY = 86_400.0
SHARES = {"p10": 0.1, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p90": 0.9}

_AT_ONCE = 60.0
"""Seconds below which a stage is passed at once: times of it that are counted in thousands say nothing."""


@dataclass(frozen=True)
class StageTimes:
    """One stage's visits of a selection. Durations are seconds of `clock`; `target` is None where it is set in the other time.

    `late` counts completed and open visits beyond the target, in the target's own time; `delay` are the seconds beyond it.
    """

    stage: str
    title: str
    department: str | None
    clock: Clock
    has_target: bool
    target: float | None
    counts: StepCounts
    late: int
    delay: float

    @cached_property
    def curve(self) -> IncidenceCurve:
        """Share completed by each time."""
        return incidence(self.counts)

    def at(self, share: float) -> QuantileEstimate:
        """The time by which a share of the visits was completed."""
        return quantile(self.curve, share)

    @property
    def past_target(self) -> float | None:
        """Share of the visits beyond the target; None without a target or visit."""
        seen = self.counts.completed.sum() + self.counts.open.sum()
        return self.late / float(seen) if self.has_target and seen else None

    @property
    def spread(self) -> float | None:
        """How much longer the slow visits take: p90 / p50; None where one of them is not reached, or half pass within a minute."""
        slow, usual = self.at(0.9).value, self.at(0.5).value
        return slow / usual if slow is not None and usual is not None and usual >= _AT_ONCE else None

    @property
    def total(self) -> float:
        """Seconds of all visits together, open ones as far as they got."""
        visits = self.counts.completed + self.counts.cancelled + self.counts.open
        return float((visits * middle(np.arange(STEPS))).sum())

    @property
    def longest(self) -> float:
        """The longest duration seen, open ones included."""
        seen = np.flatnonzero(self.counts.completed + self.counts.cancelled + self.counts.open)
        return float(upper_edge(seen)[-1]) if seen.size else 0.0


def chosen_clock() -> Clock:
    """The switch between working and elapsed time, kept in the address. Without a calendar there is elapsed time alone."""
    if not data.query("stage_list")["is_working"].any():
        return "elapsed"
    names = {"working": _("Working time"), "elapsed": _("Elapsed time")}
    picked = st.segmented_control(
        _("Time"), list(names), format_func=names.__getitem__, default="working", required=True, key="clock", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    return "elapsed" if picked == "elapsed" else "working"


def day_length(clock: Clock) -> float:
    """Seconds that count as a day: 24 hours, or the mean working day of the stages that have a calendar."""
    lengths = data.query("stage_list")["day_seconds"].drop_nulls()
    return float(lengths.mean()) if clock == "working" and lengths.len() else DAY  # type: ignore[arg-type]


def stage_times(filters: Filters, clock: Clock) -> list[StageTimes]:
    """The stages that the selection has visits of, in the order of the process."""
    rows = {name: data.query("stage_steps", filters, clock=name) for name in ("working", "elapsed")}
    made = (_stage(stage, rows, clock) for stage in data.query("stage_list").iter_rows(named=True))
    return [item for item in made if item.counts.n]


def _stage(stage: dict[str, Any], rows: dict[str, pl.DataFrame], clock: Clock) -> StageTimes:
    own: Clock = "working" if stage["is_working"] else "elapsed"
    shown: Clock = clock if stage["is_working"] else "elapsed"
    visits = {name: frame.filter(pl.col("stage_no") == stage["stage_no"]) for name, frame in rows.items()}
    target = stage["target_seconds"]
    late, delay = _late(visits[own], target) if target is not None else (0, 0.0)
    return StageTimes(
        stage["stage"], stage["stage_title"], stage["department"], shown, target is not None,
        target if shown == own else None, _counts(visits[shown]), late, delay,
    )  # fmt: skip


def _counts(visits: pl.DataFrame) -> StepCounts:
    def of(outcome: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        part = visits.filter(pl.col("outcome") == outcome)
        return np.bincount(part["step"].to_numpy(), weights=part["visits"].to_numpy(), minlength=STEPS).astype(
            np.float64
        )

    return StepCounts(of("completed"), of("cancelled"), of("open"))


def _late(visits: pl.DataFrame, target: float) -> tuple[int, float]:
    """Visits beyond the target and the seconds beyond it; completed ones stand in the middle of their step."""
    late = visits.filter(pl.col("late_visits") > 0)
    beyond = np.maximum(middle(late["step"].to_numpy()) - target, 0.0) * late["late_visits"].to_numpy()
    excess = np.where(late["late_seconds"].is_null().to_numpy(), beyond, late["late_seconds"].fill_null(0).to_numpy())
    return int(late["late_visits"].sum()), float(excess.sum())


def as_frame(stages: Iterable[StageTimes]) -> pl.DataFrame:
    """One row a stage, as the pages show it under a chart. Quantiles that are not reached are null."""
    return pl.DataFrame([_row(item) for item in stages])


def _row(item: StageTimes) -> dict[str, Any]:
    median, slow = item.at(0.5), item.at(0.9)
    return {
        "stage_title": item.title,
        "department": item.department,
        "completed": int(item.counts.completed.sum()),
        "open": item.counts.n_open,
        "cancelled": int(item.counts.cancelled.sum()),
        **{name: item.at(share).value for name, share in SHARES.items()},
        "median_low": median.low,
        "median_high": median.high,
        "p90_low": slow.low,
        "p90_high": slow.high,
        "target": item.target,
        "past_target": item.past_target,
        "delay_seconds": item.delay,
        "spread": item.spread,
    }
