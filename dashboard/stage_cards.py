"""Cards of the page of stages: durations, what holds orders up, what stands open now."""

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.charts.base import interval_rows
from dashboard.charts.staged_flow import Flow
from dashboard.charts.stages import bottlenecks
from dashboard.charts.trend import columns
from dashboard.stage_times import SHARES, Clock, StageTimes, as_frame, day_length
from dashboard.theme import Tokens, compact
from dashboard.words import _, count, duration, percent
from models.statistics.survival import QuantileEstimate
from pipelines.read.filters import Filters

BUCKETS = ("under 1 d", "1–2 d", "2–5 d", "5–10 d", "10–30 d", "over 30 d")
_MOST = 0.5
_WIDE = 10.0


def told(found: QuantileEstimate, length: float) -> str:
    """A quantile with its interval: '3.1 h (2.9–3.4 h)', or that it is not reached."""
    if found.value is None:
        return _("not reached")
    value = duration(found.value, length)
    if found.low is None and found.high is None:
        return value
    if found.low is None or found.high is None:
        words = _("{value} (over {low})") if found.high is None else _("{value} (below {high})")
        return words.format(value=value, low=duration(found.low, length), high=duration(found.high, length))
    return f"{value} ({duration(found.low, length)} – {duration(found.high, length)})"


def visits_told(item: StageTimes) -> str:
    """How many visits there are, how many of them open and how many cancelled."""
    return _("{n} visits, {open} open, {cancelled} cancelled").format(
        n=count(item.counts.n), open=count(item.counts.n_open), cancelled=count(item.counts.cancelled.sum())
    )


def durations_card(stages: list[StageTimes], filters: Filters, clock: Clock, colours: Tokens) -> None:
    """One interval row a stage, with the share past target at the right."""
    past = [item.past_target for item in stages]
    slow = [item.title for item in stages if (item.past_target or 0) > _MOST]
    title = _("In {stages}, most visits miss the target").format(stages=", ".join(slow)) if slow else _slowest(stages)
    time = _("working time") if clock == "working" else _("elapsed time")
    line = _(
        "{time}, open visits included, log scale · line 10–90 % (arrow: not reached), bar middle half, ring median"
    )
    line = line.format(time=time)
    if any(item.has_target for item in stages):
        line += _(", :green[tick target] · right: past target")
    parts.chart_card(
        title,
        line,
        interval_rows(
            [_interval(item) for item in stages], colours, [percent(p, 0) if p is not None else "" for p in past],
            [colours.error_text if (p or 0) > _MOST else colours.muted for p in past], compact=compact(), day_length=day_length(clock),
        ),
        as_frame(stages),
        "stages",
        _("Durations of the stages: {all}").format(
            all=", ".join(f"{item.title} {duration(item.at(0.5).value, day_length(item.clock))}" for item in stages)
        ),
        data.sql_text("stage_steps", filters, clock=clock),
    )  # fmt: skip


def _interval(item: StageTimes) -> dict[str, object]:
    length = day_length(item.clock)
    words = [
        f"{_('median')} <b>{told(item.at(0.5), length)}</b>",
        f"{_('nine in ten')} {told(item.at(0.9), length)}",
        visits_told(item),
    ]
    quantiles = {name: item.at(share).value for name, share in SHARES.items()}
    return {
        **quantiles,
        "label": item.title,
        "hover": "<br>".join(words),
        "target": item.target,
        "longest": item.longest,
    }


def _slowest(stages: list[StageTimes]) -> str:
    """The title where no stage misses its target most of the time."""
    with_target = [item for item in stages if item.past_target is not None]
    if not with_target:
        return _("Time per stage; no stage has a target")
    worst = max(with_target, key=lambda item: item.past_target or 0)
    return _("{stage} misses its target most often: {share} of its visits").format(
        stage=worst.title, share=percent(worst.past_target, 0)
    )


def bottleneck_card(
    stages: list[StageTimes], moving: list[Flow], filters: Filters, clock: Clock, colours: Tokens
) -> None:
    """Stages by their share of the delay, or of all time where no target is set, with their spread and how their work grows."""
    timed = {item.stage: item.delay if any(s.has_target for s in stages) else item.total for item in stages}
    ranked = sorted((item for item in stages if timed[item.stage] > 0), key=lambda item: -timed[item.stage])
    total = sum(timed.values()) or 1.0
    shares = [timed[item.stage] / total for item in ranked]
    words = {flow.title: flow.word for flow in moving}
    facts = [" · ".join(filter(None, (_spread(item), words.get(item.title)))) for item in ranked]
    rows = [
        {
            "stage_title": item.title, "delay_share": share, "delay_seconds": timed[item.stage], "spread": item.spread,
            "trend": words.get(item.title),
        }
        for item, share in zip(ranked, shares, strict=True)
    ]  # fmt: skip
    title, line, figure = _bottleneck_words(stages, ranked, shares)
    if ranked:
        hover = [
            f"<b>{percent(s)}</b>, {duration(timed[i.stage], day_length(i.clock))}"
            for i, s in zip(ranked, shares, strict=True)
        ]
        late = any(item.has_target for item in stages)
        marks = _vital_few(shares, colours) if late else [colours.neutral] * len(ranked)
        figure = bottlenecks([item.title for item in ranked], shares, facts, marks, hover, colours, compact=compact())
    parts.chart_card(
        title, line, figure, pl.DataFrame(rows), "delay", _("Share of delay by stage"), data.sql_text("stage_steps", filters, clock=clock),
        _("No stage has gone beyond its target, or none has one."),
    )  # fmt: skip


def _bottleneck_words(stages: list[StageTimes], ranked: list[StageTimes], shares: list[float]) -> tuple[str, str, None]:
    if not ranked:
        return _("No delay beyond a target"), _("share of time beyond target"), None
    named = {"stage": ranked[0].title, "share": percent(shares[0], 0)}
    if any(item.has_target for item in stages):
        line = _("share of time beyond target · ×: slow tenth against median · change of orders in the stage a week")
        return _("{stage} holds {share} of the delay").format(**named), line, None
    line = _("share of all time in stages · ×: slow tenth against median · change of orders in the stage a week")
    return _("{stage} takes {share} of the time").format(**named), line, None


def _spread(item: StageTimes) -> str:
    return f"×{item.spread:,.{0 if item.spread >= _WIDE else 1}f}" if item.spread is not None else ""


def _vital_few(shares: list[float], colours: Tokens) -> list[str]:
    """Red for those that make up the first half of the delay."""
    running, marks = 0.0, []
    for share in shares:
        marks.append(colours.error if running < _MOST else colours.neutral)
        running += share
    return marks


def ageing_card(filters: Filters, clock: Clock, colours: Tokens) -> None:
    """Open visits by their age, those beyond target in red on top; the rows say of which stage and whose they are."""
    length = day_length(clock)
    rows = data.query("ageing", filters, clock=clock, day_length=length)
    by_bucket = {row["bucket"]: row for row in rows.iter_rows(named=True)}
    whole = [int(by_bucket[n]["visits"]) if n in by_bucket else 0 for n in range(1, len(BUCKETS) + 1)]
    past = [int(by_bucket[n]["past_target"]) if n in by_bucket else 0 for n in range(1, len(BUCKETS) + 1)]
    time = _("working time") if clock == "working" else _("elapsed time")
    numbers = {"past": count(sum(past)), "all": count(sum(whole)), "old": count(sum(whole[4:]))}
    title = _("{all} visits are open; {old} have lasted more than ten days")
    line = _("open orders of any age by {time} in their present stage")
    if data.query("stage_list")["target_seconds"].drop_nulls().len():
        title = _("{past} of {all} open visits are past target; {old} have lasted more than ten days")
        line += " · :red[" + _("past target") + "]"
    parts.chart_card(
        title.format(**numbers) if sum(whole) else _("No visit is open"),
        line.format(time=time),
        columns([_(b) for b in BUCKETS], whole, past, colours, compact=compact()) if sum(whole) else None,
        data.query("open_by_stage", filters, clock=clock, day_length=length),
        "ageing",
        _("Open visits by age"),
        data.sql_text("ageing", filters, clock=clock, day_length=length),
        _("No order is open."),
    )


def _stuck_columns(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns that say something, the deciding ones alone where it is narrow; what is within its target is not beyond it."""
    late = pl.when(pl.col("beyond_days") > 0).then(pl.col("beyond_days")).alias("beyond_days")
    shown = parts.filled(rows.with_columns(late))
    narrow = [name for name in ("order_id", "stage_title", "days", "beyond_days") if name in shown.columns]
    return shown.select(narrow) if compact() else shown


def stuck_card(filters: Filters, stages: list[StageTimes], clock: Clock) -> None:
    """The open visits, those furthest beyond their target on top; a stage can be picked, and the list exported."""
    titles = {item.stage: item.title for item in stages}
    with parts.card(
        _("Open visits, those furthest beyond target first")
        if any(item.has_target for item in stages)
        else _("Open visits, the longest first"),
        _("at most 500 shown · held by who started the work, else who owns the open exception"),
    ):
        picked = st.selectbox(
            _("Stage"), list(titles), index=None, format_func=titles.__getitem__, placeholder=_("All stages"), key="stuck_stage",
            bind="query-params", label_visibility="collapsed",
        )  # fmt: skip
        rows = data.query(
            "stuck_visits",
            filters,
            clock=clock,
            day_length=day_length(clock),
            working_day=day_length("working"),
            stage=picked or "",
        )
        if rows.is_empty():
            st.markdown(_("No order is open here."))
            return
        parts.table(data.times_in_zone(_stuck_columns(rows)), "stuck")
        everything = data.export("open_visits", filters)
        parts.downloads(everything, "open_visits", _("open visits"))
