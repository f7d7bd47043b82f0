"""What stops orders, how long, where does it arise, and what is stuck now?"""

from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from dashboard import data, exception_list, exception_now, exception_people, parts, week_cards
from dashboard.charts.base import interval_rows
from dashboard.charts.changes import Split, split_rows
from dashboard.charts.exceptions import stages_by_types
from dashboard.durations import Spans, quantile_words, span_words, spans
from dashboard.state import filter_bar, whole_history
from dashboard.theme import Tokens, compact, tokens
from dashboard.words import _, count, duration, named, percent
from pipelines.read.filters import Filters

SHOWN = 9
_UNKNOWN = "unknown"


def render() -> None:
    filters = filter_bar()
    if not data.is_given("exceptions"):
        parts.verdict(_("What stops orders cannot be told yet."))
        parts.missing(_("No exceptions yet."), "`exceptions`")
        return
    rows = data.query("exception_types", filters)
    open_now = data.query("exception_open", whole_history(filters))
    if rows.is_empty():
        _only_open(open_now, filters)
        return
    colours, stages, orders = (
        tokens(),
        data.query("exception_stages", filters),
        data.query("exception_orders", filters).row(0, named=True),
    )
    _verdict(rows, open_now)
    left, right = st.columns([1, 1.25], gap="small")
    with left:
        _types(rows, filters, colours)
    with right:
        _times(filters, rows, colours)
    left, right = st.columns([1.25, 1], gap="small")
    with left:
        _stages(rows, stages, filters, colours)
    with right:
        exception_now.ageing(whole_history(filters), open_now, colours)
    left, right = st.columns([1, 1.25], gap="small")
    with left:
        _orders(orders, filters, colours)
    with right:
        exception_people.card(filters, colours)
    week_cards.exceptions(filters, colours)
    exception_list.drill(filters, *_bars(rows, stages, open_now), int(rows["exceptions"].sum()))


def _only_open(open_now: pl.DataFrame, filters: Filters) -> None:
    """The orders of the period had none: what older orders still have open."""
    nothing = _("No order of this selection had an exception.")
    if open_now.is_empty():
        parts.verdict(nothing)
        return
    parts.verdict(
        _("{beyond} of {open} open exceptions are beyond their target.").format(**exception_now.words(open_now)),
        f"{nothing} {_('Open exceptions are those of orders of any age.')}",
    )
    exception_now.ageing(whole_history(filters), open_now, tokens())
    exception_list.drill(filters, *_open_bar(open_now), 0)


def _verdict(rows: pl.DataFrame, open_now: pl.DataFrame) -> None:
    total = int(rows["exceptions"].sum())
    sentence = _(
        "{beyond} of {open} open exceptions are beyond their target; of the period's orders the most frequent type is {type}, with {share} of all."
    )
    if open_now.is_empty():
        sentence = _("No exception is open; the most frequent type was {type}, with {share} of all.")
    parts.verdict(
        sentence.format(
            **exception_now.words(open_now), type=named(rows["type"][0]).lower(), share=percent(rows["exceptions"][0] / total, 0)
        ),
        _("Open exceptions are those of orders of any age; the orders of the period had {n} exceptions in all. {kept} An exception is a business condition that stops an order; it need not be anybody's mistake.").format(
            n=count(total), kept=_kept(rows)),
    )  # fmt: skip


def _kept(rows: pl.DataFrame) -> str:
    """The share resolved within target, and of what: open ones beyond it have missed it too."""
    timed, within, decided = (int(rows[c].sum()) for c in ("timed", "within", "decided"))
    if not decided:
        return ""
    words = _("{share} were resolved within their target: {within} of the {timed} resolved whose beginning is known.")
    if decided > timed:
        words = _(
            "{share} were resolved within their target: {within} of {decided}, which are the {timed} resolved whose beginning is known and {late} still open beyond it."
        )
    numbers = {"within": within, "timed": timed, "decided": decided, "late": decided - timed}
    return words.format(share=percent(within / decided, 0), **{name: count(n) for name, n in numbers.items()})


def _types(rows: pl.DataFrame, filters: Filters, colours: Tokens) -> None:
    total, running = int(rows["exceptions"].sum()), 0
    bars = []
    for row in rows.head(SHOWN).iter_rows(named=True):
        running += row["exceptions"]
        hover = _("<b>{n}</b> on {orders} orders<br>{repeats} of them again on an order that had one").format(
            n=count(row["exceptions"]), orders=count(row["orders"]), repeats=count(row["repeats"])
        )
        end = f"<b>{count(row['exceptions'])}</b>  {percent(running / total, 0)}"
        bars.append(Split(f"type:{row['type']}", named(row["type"]), [row["exceptions"]], end, hover))
    title = _("{type} comes first, with {n} of {all}").format(
        type=named(rows["type"][0]), n=count(rows["exceptions"][0]), all=count(total)
    )
    parts.chart_card(
        title, _("exceptions by type · number and running share · click a bar for its exceptions"),
        split_rows(bars, (colours.exception,), colours, exception_list.CHOICE.now()), rows, "exception_types", title,
        data.sql_text("exception_types", filters), on_select=lambda: exception_list.CHOICE.clicked("exception_types"), selection_mode="points",
    )  # fmt: skip


def _times(filters: Filters, rows: pl.DataFrame, colours: Tokens) -> None:
    raw = data.query("exception_times", filters)
    timed = {r["type"]: r for r in rows.head(SHOWN).iter_rows(named=True) if r["type"] in set(raw["type"])}
    told = {name: spans(raw.filter(pl.col("type") == name), "exceptions") for name in timed}
    items = [_time_row(row, told[name], colours) for name, row in timed.items()]
    ends = [percent(row["within_target"], 0) for row in timed.values()]
    line = _("elapsed time, open ones count with their age, log scale · thin line 10–90 %, bar middle half, ring median, :green[tick target] · right: resolved within target, of those resolved or open beyond it")  # fmt: skip
    title = _times_title(told)
    parts.chart_card(
        title, line, interval_rows(items, colours, ends, [colours.muted] * len(items), compact=compact()) if items else None,
        raw, "exception_times", title, data.sql_text("exception_times", filters),
        _("No exception has a beginning; an unknown beginning is counted, not timed."),
    )  # fmt: skip


def _time_row(row: dict[str, Any], told: Spans, colours: Tokens) -> dict[str, Any]:
    words = f"<span style='color:{colours.muted}'>{span_words(told, compact=compact())}</span>"
    hover = f"<b>{named(row['type'])}</b><br>{span_words(told)}<br>" + _(
        "{within} of {decided} that are resolved or open beyond target were resolved within {target}"
    ).format(within=count(row["within"]), decided=count(row["decided"]), target=duration(row["target"]))
    return {**told.row(), "target": row["target"], "label": f"{named(row['type'])}</b>  {words}<b>", "hover": hover}


def _times_title(told: dict[str, Spans]) -> str:
    if not told:
        return _("How long they last is unknown")
    slow = max(told, key=lambda name: told[name].quantiles["p50"].value or float("inf"))
    middle = told[slow].quantiles["p50"]
    if middle.value is None:
        return _("{type} takes longest: half are not resolved yet").format(type=named(slow))
    return _("{type} takes longest: half are resolved within {time}").format(
        type=named(slow), time=quantile_words(middle)
    )


def _stages(rows: pl.DataFrame, stages: pl.DataFrame, filters: Filters, colours: Tokens) -> None:
    types = [(name, named(name)) for name in rows["type"].head(SHOWN)]
    titles = {row["stage"] or _UNKNOWN: row["title"] or _("Unknown") for row in stages.iter_rows(named=True)}
    numbers = {(row["type"], row["stage"] or _UNKNOWN): int(row["exceptions"]) for row in stages.iter_rows(named=True)}
    by_stage = stages.group_by("stage").agg(pl.col("exceptions").sum()).sort("exceptions", descending=True)
    known = by_stage.filter(pl.col("stage").is_not_null())
    total = int(stages["exceptions"].sum())
    found = int(known["exceptions"].sum())
    if found < total / 2:
        title = _("Where {n} of {all} arose is unknown").format(n=count(total - found), all=count(total))
    else:
        title = _("{stage} is where most arise: {n} of {all}").format(
            stage=titles[known["stage"][0]], n=count(known["exceptions"][0]), all=count(total)
        )
    parts.chart_card(
        title, _("exceptions by type (rows) and by the stage in which they were raised (columns) · click a field for those of its stage"),
        _stage_bars(by_stage, titles, colours) if compact() else stages_by_types(types, list(titles.items()), numbers, colours), stages, "exception_stages", title, data.sql_text("exception_stages", filters),
        on_select=lambda: exception_list.CHOICE.clicked("exception_stages"), selection_mode="points",
    )  # fmt: skip


def _stage_bars(by_stage: pl.DataFrame, titles: dict[str, str], colours: Tokens) -> go.Figure:
    """On a phone: a bar a stage, all types together."""
    bars = [
        Split(f"stage:{row['stage'] or _UNKNOWN}", titles[row["stage"] or _UNKNOWN], [row["exceptions"]],
              f"<b>{count(row['exceptions'])}</b>", f"<b>{count(row['exceptions'])}</b>")
        for row in by_stage.iter_rows(named=True)
    ]  # fmt: skip
    return split_rows(bars, (colours.exception,), colours, exception_list.CHOICE.now())


def _orders(orders: dict[str, Any], filters: Filters, colours: Tokens) -> None:
    bars = [
        Split("", _("With an exception"), [orders["orders"]], f"<b>{count(orders['orders'])}</b>", ""),
        Split("", _("With several"), [orders["several"]], f"<b>{count(orders['several'])}</b>  {_('at most {n}').format(n=count(orders['most']))}", ""),
        Split("repeated:", _("With the same type again"), [orders["repeated"]], f"<b>{count(orders['repeated'])}</b>", ""),
        Split("silent:", _("Without approval and alert while it was open"), [orders["silent"]],
              f"<b>{count(orders['silent'])}</b>  {_('of {n} that can be judged').format(n=count(orders['judged']))}", ""),
    ]  # fmt: skip
    title = (
        _("{n} of {all} orders had the same type again").format(
            n=count(orders["repeated"]), all=count(orders["orders"])
        )
        if orders["repeated"]
        else _("No order had the same type of exception twice")
    )
    frame = pl.DataFrame([orders])
    parts.chart_card(
        title, _("orders with exceptions · an approval of the order or of a change, an alert: an activity that says so · click a bar"),
        split_rows(bars, (colours.neutral,), colours, exception_list.CHOICE.now() or "-", right=190), frame, "exception_orders", title,
        data.sql_text("exception_orders", filters), on_select=lambda: exception_list.CHOICE.clicked("exception_orders"), selection_mode="points",
    )  # fmt: skip


def _open_bar(open_now: pl.DataFrame) -> tuple[dict[str, str], dict[str, int]]:
    """(code -> name, code -> number of exceptions) of what is open."""
    return {exception_list.OPEN: _("Open, orders of any age")}, {exception_list.OPEN: int(open_now["open"].sum())}


def _bars(rows: pl.DataFrame, stages: pl.DataFrame, open_now: pl.DataFrame) -> tuple[dict[str, str], dict[str, int]]:
    """(code -> name, code -> number of exceptions) of every bar and field; of orders their exceptions are counted in the list."""
    names, numbers = _open_bar(open_now)
    names |= {
        "repeated:": _("The same type again on the order"),
        "silent:": _("Without approval and alert while open"),
    }
    for row in rows.iter_rows(named=True):
        names[f"type:{row['type']}"], numbers[f"type:{row['type']}"] = named(row["type"]), row["exceptions"]
    for row in stages.iter_rows(named=True):
        code = f"stage:{row['stage'] or _UNKNOWN}"
        names[code] = _("Raised in {stage}").format(stage=row["title"] or _("an unknown stage"))
        numbers[code] = numbers.get(code, 0) + row["exceptions"]
    return names, numbers


render()
