"""The card of dated events: what people wrote on the time axis, and what each did to the error rate."""

from datetime import date

import plotly.graph_objects as go
import streamlit as st

from dashboard import data
from dashboard.charts.base import event_lines
from dashboard.charts.waterfall import points_of
from dashboard.effects import Happening, Verdict, happenings, verdict
from dashboard.frames import Trend
from dashboard.theme import Tokens
from dashboard.words import _, count, short_day
from pipelines.decisions import Decision, append, revoke


def known() -> list[Happening]:
    """What was written on the time axis, oldest first."""
    return happenings(data.decisions())


def happening_card(trend: Trend) -> None:
    """Choose a dated event and read its effect; write a new one, or take one back."""
    events = known()
    chosen = _chosen(events)
    told = verdict(trend, chosen.day) if chosen else None
    with st.container(border=True, gap="xsmall", height="stretch"):
        with st.container(gap=None):
            st.markdown(f"#### {_title(chosen, told)}")
            line = _(
                "the error rate before and after a day of your choice, complete periods only · "
                "a step or a bend that chance does not explain (segmented regression)"
            )
            st.markdown(f":small[:gray[{line}]]")
        if chosen and told:
            _pick(events)
            _tell(told)
            if st.button(_("Take it off the time axis"), type="tertiary"):
                revoke(data.home(), chosen.id)
                st.rerun()
        _form(trend)


def _chosen(events: list[Happening]) -> Happening | None:
    wanted = st.session_state.get("happening")
    return next((one for one in events if one.id == wanted), events[-1] if events else None)


def _pick(events: list[Happening]) -> None:
    if len(events) > 1:
        names = {one.id: f"{short_day(one.day)} · {one.text}" for one in events}
        st.selectbox(
            _("Event"), list(names), index=len(names) - 1, format_func=names.__getitem__, key="happening",
            label_visibility="collapsed",
        )  # fmt: skip


def _title(chosen: Happening | None, told: Verdict | None) -> str:
    if chosen is None or told is None:
        return _("Did a change help? Write it on the time axis")
    what = _("{text} on {day}").format(text=chosen.text, day=short_day(chosen.day))
    if told.effect is None:
        return _("{what}: too few complete periods on one side to tell").format(what=what)
    level = told.effect.level
    if not told.is_honest:
        return _("{what}: cannot tell, the rate jumps at other dates as well").format(what=what)
    if not level.is_significant:
        return _("{what}: no step that chance does not explain").format(what=what)
    words = _("the error rate fell by {points}") if level.value < 0 else _("the error rate rose by {points}")
    return f"{what}: {words.format(points=points_of(abs(level.value)).lstrip('+'))}"


def _tell(told: Verdict) -> None:
    if told.effect is None:
        st.markdown(_("Eight complete periods are needed before it and after it."))
        return
    level, slope = told.effect.level, told.effect.slope
    lines = [
        _("Step: {value} ({low} to {high}, 95 %).").format(
            value=points_of(level.value), low=points_of(level.interval.low), high=points_of(level.interval.high)
        ),
        _("Trend afterwards: {value} a period more than before ({low} to {high}).").format(
            value=points_of(slope.value), low=points_of(slope.interval.low), high=points_of(slope.interval.high)
        ),
    ]
    if told.placebo.dates:
        lines.append(
            _("Check: of {dates} other dates, {n} look like a step; chance alone gives about {chance}.").format(
                dates=count(told.placebo.dates), n=count(told.placebo.significant), chance=count(0.05 * told.placebo.dates)
            )
        )  # fmt: skip
    st.markdown("  \n".join(lines))


def _form(trend: Trend) -> None:
    with st.form("new_happening", border=False, clear_on_submit=True):
        left, right, end = st.columns([1, 2, 1], vertical_alignment="bottom")
        day = left.date_input(_("Day"), value=trend.starts[len(trend.starts) // 2], key="happening_day")
        text = right.text_input(_("What happened"), placeholder=_("New entry form, training, staff change"))
        if end.form_submit_button(f"**{_('Add')}**") and text.strip() and isinstance(day, date):
            append(data.home(), Decision("annotation", "measure", f"error_rate:{day}:{text.strip()}", "noted",
                                         note=text.strip(), payload={"day": day.isoformat()}))  # fmt: skip
            st.rerun()


def marked(fig: go.Figure | None, first: date, last: date, colours: Tokens) -> str:
    """Lines at the days of what happened between the two, and the words for the card's line; empty where nothing did."""
    shown = [one for one in known() if first <= one.day <= last]
    if fig is None or not shown:
        return ""
    event_lines(fig, [one.day for one in shown], colours)
    return " · " + ", ".join(f"❘ {short_day(one.day)} {one.text}" for one in shown)


def marks(events: list[Happening]) -> list[tuple[date, str]]:
    """Day and words of each event, for the charts."""
    return [(one.day, one.text) for one in events]
