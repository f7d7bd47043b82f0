"""Where do orders wait?"""

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.charts.base import interval_rows, sorted_rows
from dashboard.charts.trend import columns, survival
from dashboard.state import filter_bar, whole_history
from dashboard.theme import Tokens, compact, tokens
from dashboard.words import _, count, duration, listed, percent
from models.statistics.survival import kaplan_meier, summarise_durations
from pipelines.read.filters import Filters

BUCKETS = ("under 1 d", "1–2 d", "2–5 d", "5–10 d", "10–30 d", "over 30 d")
MOST = 0.5


def render() -> None:
    filters = filter_bar()
    colours = tokens()
    rows = data.query("stages", filters)
    if rows.is_empty():
        parts.verdict(_("Where orders wait cannot be told yet."))
        parts.missing(_("No actions yet."), "user_actions")
        return
    _verdict(rows)
    left, right = st.columns([2, 1], gap="small")
    with left:
        _durations(rows, colours)
    with right:
        _delay(rows, colours)
    left, right = st.columns([1.25, 1], gap="small")
    with left:
        _ageing(filters, colours)
    with right:
        _survival(rows, filters, colours)
    _stuck(filters)


def _verdict(rows: pl.DataFrame) -> None:
    delay = rows.sort("delay_seconds", descending=True)
    total = float(delay["delay_seconds"].sum())
    open_visits = int(rows["open"].sum())
    if total <= 0:
        parts.verdict(_("No stage is over its target."), _("{n} visits are open now.").format(n=count(open_visits)))
        return
    share = float(delay["delay_seconds"][0]) / total
    top = [str(t) for t, d in zip(delay["stage_title"], delay["delay_seconds"], strict=True) if d > 0][
        : 1 if share > MOST else 2
    ]
    both = sum(float(d) for d in delay["delay_seconds"][: len(top)]) / total
    verb = _("causes") if len(top) == 1 else _("cause")
    parts.verdict(
        _("{stages} {verb} {share} of the delay.").format(stages=listed(top), verb=verb, share=percent(both, 0)),
        _(
            "Delay is elapsed time beyond a stage's target. {n} visits are open; they count with the time they have lasted so far."
        ).format(n=count(open_visits)),
    )


def _durations(rows: pl.DataFrame, colours: Tokens) -> None:
    timed = rows.filter(pl.col("p50").is_not_null())
    items = [
        {
            **row,
            "label": row["stage_title"],
            "hover": f"<b>{duration(row['p50'])}</b> {_('median')}, {count(row['completed'])} {_('completed visits')}",
        }
        for row in timed.iter_rows(named=True)
    ]
    past = [row["past_target"] for row in timed.iter_rows(named=True)]
    slow = [str(r["stage_title"]) for r in timed.iter_rows(named=True) if (r["past_target"] or 0) > MOST]
    title = _("In {stages}, most visits miss the target").format(stages=listed(slow)) if slow else _slowest(timed)
    parts.chart_card(
        title,
        _("elapsed time per visit, log scale · thin line 10–90 %, bar middle half, ring median, :green[tick target] · at the right: past target"),
        interval_rows(
            items, colours, [percent(p, 0) if p is not None else "" for p in past],
            [colours.error_text if (p or 0) > MOST else colours.muted for p in past], compact=compact(),
        )
        if items
        else None,
        rows.drop("stage_no"),
        "stages",
        _("Durations of the stages: {all}").format(all=", ".join(f"{i['label']} {duration(i['p50'])}" for i in items)),
        data.sql_of("stages"),
    )  # fmt: skip


def _slowest(timed: pl.DataFrame) -> str:
    """The title where no stage misses its target most of the time."""
    told = [r for r in timed.iter_rows(named=True) if r["past_target"] is not None]
    if not told:
        return _("Time per stage; no stage has a target")
    worst = max(told, key=lambda r: float(r["past_target"]))
    return _("{stage} misses its target most often: {share} of its visits").format(
        stage=worst["stage_title"], share=percent(worst["past_target"], 0)
    )


def _delay(rows: pl.DataFrame, colours: Tokens) -> None:
    delay = rows.filter(pl.col("delay_seconds") > 0).sort("delay_seconds", descending=True)
    total = float(delay["delay_seconds"].sum()) or 1.0
    shares = [float(d) / total for d in delay["delay_seconds"]]
    running = 0.0
    marks = []
    for share in shares:
        marks.append(colours.error if running < MOST else colours.neutral)
        running += share
    parts.chart_card(
        _("{stage} holds {share} of the delay").format(stage=delay["stage_title"][0], share=percent(shares[0], 0))
        if delay.height
        else _("No delay beyond a target"),
        _("share of all time beyond target"),
        sorted_rows(
            delay["stage_title"].to_list(), shares, [f"<b>{percent(s, 0)}</b>" for s in shares], colours, marks,
            [f"<b>{percent(s)}</b>, {duration(float(d))}" for s, d in zip(shares, delay["delay_seconds"], strict=True)],
        )
        if delay.height
        else None,
        delay.select("stage_title", "delay_seconds", "open", "completed"),
        "delay",
        _("Share of delay by stage"),
        data.sql_of("stages"),
        _("No stage has gone beyond its target, or none has one."),
    )  # fmt: skip


def _ageing(filters: Filters, colours: Tokens) -> None:
    rows = data.query("ageing", whole_history(filters))
    by_bucket = {row["bucket"]: row for row in rows.iter_rows(named=True)}
    whole = [int(by_bucket[n]["visits"]) if n in by_bucket else 0 for n in range(1, len(BUCKETS) + 1)]
    past = [int(by_bucket[n]["past_target"]) if n in by_bucket else 0 for n in range(1, len(BUCKETS) + 1)]
    parts.chart_card(
        _("{past} of {all} open visits are past target; {old} have lasted more than ten days").format(
            past=count(sum(past)), all=count(sum(whole)), old=count(sum(whole[4:]))
        ),
        _("open orders of any age by elapsed time in their present stage · :red[past target]"),
        columns([_(b) for b in BUCKETS], whole, past, colours) if sum(whole) else None,
        rows,
        "ageing",
        _("Open visits by age"),
        data.sql_of("ageing"),
        _("No order is open."),
    )


def _survival(rows: pl.DataFrame, filters: Filters, colours: Tokens) -> None:
    titles = dict(zip(rows["stage"], rows["stage_title"], strict=True))
    busiest = str(rows.sort("delay_seconds", descending=True)["stage"][0])
    stage = st.session_state.get("survival_stage", busiest)
    visits = data.query("stage_visits", filters, stage=stage)
    with parts.card(
        _("How long {stage} takes, open orders included").format(stage=titles.get(stage, stage)),
        _("share of visits still in the stage by time since arrival · Kaplan–Meier, 95 % band"),
    ):
        st.selectbox(
            _("Stage"),
            list(titles),
            format_func=titles.__getitem__,
            index=list(titles).index(busiest),
            key="survival_stage",
            label_visibility="collapsed",
        )
        if visits.is_empty():
            st.markdown(_("No visit in this selection."))
            return
        hours, ended = visits["hours"].to_numpy(), visits["ended"].to_numpy()
        summary = summarise_durations(hours, ended)
        median = duration(summary.median.value * 3600) if summary.median.value is not None else _("not reached")
        st.markdown(
            f"{_('Median')} **{median}** · {count(summary.n)} {_('visits')}, {count(summary.n_open)} {_('open')}"
        )
        curve = kaplan_meier(hours, ended)
        step = max(1, len(curve.times) // 400)
        cut = slice(None, None, step)
        target = rows.filter(pl.col("stage") == stage)["target"][0]
        figure = survival(
            curve.times[cut].tolist(),
            curve.survival[cut].tolist(),
            curve.lower[cut].tolist(),
            curve.upper[cut].tolist(),
            target / 3600 if target else None,
            colours,
        )
        parts.show(
            figure,
            "survival",
            _("Survival curve of {stage}, median {median}").format(stage=titles.get(stage, stage), median=median),
        )


def _stuck(filters: Filters) -> None:
    rows = data.query("stuck_visits", whole_history(filters))
    with parts.card(
        _("The longest beyond target"), _("open visits, those furthest beyond their target on top; at most 500")
    ):
        if rows.is_empty():
            st.markdown(_("No open order is past its target."))
            return
        parts.table(rows, "stuck")


render()
