"""Where do orders wait?"""

import streamlit as st

from dashboard import data, parts
from dashboard.stage_cards import ageing_card, bottleneck_card, durations_card, stuck_card
from dashboard.stage_compare import compare_card, curve_card
from dashboard.stage_flow import flow_card, flows
from dashboard.stage_times import Clock, StageTimes, chosen_clock, day_length, stage_times
from dashboard.stage_waits import waits_cards
from dashboard.state import filter_bar, whole_history
from dashboard.theme import tokens
from dashboard.words import _, count, duration, listed, percent

MOST = 0.5


def render() -> None:
    filters = filter_bar()
    colours = tokens()
    clock = chosen_clock()
    stages = stage_times(filters, clock)
    if not stages:
        parts.verdict(_("Where orders wait cannot be told yet."))
        if data.is_given("user_actions"):
            st.markdown(_("No order of this selection has passed a stage."))
        else:
            parts.missing(_("No actions yet."), "user_actions")
        return
    _verdict(stages, clock)
    moving = flows(whole_history(filters))
    left, right = st.columns([1.7, 1], gap="small")
    with left:
        durations_card(stages, filters, clock, colours)
    with right:
        bottleneck_card(stages, moving, filters, clock, colours)
    waits_cards(filters, clock, colours)
    left, right = st.columns([1.25, 1], gap="small")
    with left:
        ageing_card(whole_history(filters), clock, colours)
    with right:
        curve_card(stages, clock, colours)
    compare_card(filters, stages, clock, colours)
    flow_card(filters, moving, colours)
    stuck_card(whole_history(filters), stages, clock)


def _verdict(stages: list[StageTimes], clock: Clock) -> None:
    delay = sorted(stages, key=lambda item: -item.delay)
    total = sum(item.delay for item in stages)
    open_visits = sum(item.counts.n_open for item in stages)
    if not any(item.has_target for item in stages):
        slowest = max(stages, key=_half)
        half = duration(slowest.at(0.5).value, day_length(slowest.clock))
        sentence = _("{stage} takes longest: half of the visits are completed within {time}.").format(
            stage=slowest.title, time=half
        )
        if slowest.at(0.5).value is None:
            sentence = _("{stage} takes longest: less than half of the visits are completed.").format(
                stage=slowest.title
            )
        parts.verdict(sentence, _("No stage has a target: set `target_hours` in process.yaml to see what is late."))
        return
    if total <= 0:
        parts.verdict(
            _("No stage is over its target."),
            _("{n} visits of the period's orders are open now.").format(n=count(open_visits)),
        )
        return
    share = delay[0].delay / total
    top = [item.title for item in delay if item.delay > 0][: 1 if share > MOST else 2]
    both = sum(item.delay for item in delay[: len(top)]) / total
    verb = _("causes") if len(top) == 1 else _("cause")
    parts.verdict(
        _("{stages} {verb} {share} of the delay.").format(stages=listed(top), verb=verb, share=percent(both, 0)),
        f"{_meaning(stages, clock)} "
        + _("{n} visits of the period's orders are open; they count with the time they have lasted so far.").format(
            n=count(open_visits)
        ),
    )


def _half(item: StageTimes) -> float:
    """The median, or the longest duration seen where it is not reached."""
    half = item.at(0.5).value
    return item.longest if half is None else half


def _meaning(stages: list[StageTimes], clock: Clock) -> str:
    """What delay is, and what a day is."""
    in_working = any(item.clock == "working" for item in stages)
    hours = day_length("working") / 3600
    if in_working:
        return _("Delay is working time beyond a stage's target; a day has {hours:.1f} working hours.").format(
            hours=hours
        )
    if clock == "elapsed" and day_length("working") < day_length("elapsed"):
        return _("Targets are set in working time: what is late and how much is told in it, whichever time is shown.")
    return _("Delay is elapsed time beyond a stage's target.")


render()
