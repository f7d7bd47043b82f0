"""The trace of one order: its story on one time axis, its state at any moment, and what the rules found."""

from datetime import datetime

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.charts.trace import Dot, Visit, story_lanes
from dashboard.theme import compact, tokens
from dashboard.trace_state import chosen_moment, local_time, state_cards
from dashboard.words import _, count, counted_days, field_named, moment, money, named, ngettext, plain
from pipelines.read.filters import Filters

_DOCUMENTS = ("delivery", "return", "invoice", "credit note")


def order_view(filters: Filters) -> None:
    """The view of one order."""
    order = _choose(filters)
    if order is None:
        return
    head = data.query("order_head", order=order)
    if head.is_empty():
        parts.verdict(_("There is no order {order}.").format(order=order))
        return
    story = data.values_in_zone(data.query("order_story", order=order), "old_value", "new_value")
    defects = data.values_in_zone(data.query("order_defects", order=order), "observed", "suggested")
    _verdict(order, head.row(0, named=True), story, defects)
    log = data.query("order_log", order=order).row(0, named=True)
    above = st.container()
    at = chosen_moment(log, story)
    with above:
        _story_card(order, story, log, local_time(at, log))
    state_cards(order, log, at)
    _findings_card(defects)


def _findings_card(defects: pl.DataFrame) -> None:
    """What the rules found, each sentence in full above the values."""
    with parts.card(_("Open findings"), _("what the rules found, observed and suggested side by side")):
        if defects.is_empty():
            st.markdown(_("No rule found anything."))
            return
        for row in defects.iter_rows(named=True):
            st.markdown(f":red[●] {plain(row['message'])}")
        titles = data.stage_titles()
        is_stage = pl.col("field").is_in(["activity", "status"])
        stages = [
            pl.when(is_stage).then(pl.col(name).replace(titles)).otherwise(pl.col(name)).alias(name) for name in ("observed", "suggested")
        ]  # fmt: skip
        shown = defects.with_columns(*stages, pl.col("origin_stage").replace(titles)).with_columns(
            pl.col("field").map_elements(field_named, pl.String, skip_nulls=True)
        )
        parts.table(parts.filled(data.times_in_zone(shown.drop("message"))), "order_defects")


def _choose(filters: Filters) -> str | None:
    choices = data.query("order_choices", filters)["order_id"].to_list()
    if not choices:
        parts.verdict(_("No order matches."))
        return None
    asked = st.session_state.get("order") or st.query_params.get("order")
    options = [asked, *choices] if asked and asked not in choices else choices
    picked = st.selectbox(
        _("Order"), options, key="order", bind="query-params", accept_new_options=True, help=_("Type any order's key."), width=320
    )  # fmt: skip
    return picked or choices[0]


def _verdict(order: str, row: dict[str, object], story: pl.DataFrame, defects: pl.DataFrame) -> None:
    number = {what: story.filter(pl.col("what") == what).height for what in ("change", "version", "exception", "error")}
    parts.verdict(
        _("{order} for {customer}: {what}.").format(
            order=plain(order), customer=plain(row["customer_name"] or row["customer_id"] or _("an unknown customer")),
            what=_happened(number["change"] + number["version"], number["exception"], number["error"], defects.height),
        ),
        _("Entered {at} by {user} through {channel}; {amount}; {stands}.").format(
            at=moment(_moment(row["entered_at"])), user=row["entered_by"] or _("unknown"),
            channel=row["channel"] or _("an unknown channel"), amount=_amount(row),
            stands=how_it_stands(row),
        ),
    )  # fmt: skip


def _happened(changes: int, exceptions: int, errors: int, findings: int) -> str:
    """'1 change, 3 exceptions, 1 error, 2 open findings'; what did not happen is left out."""
    told = [
        (changes, ngettext("{n} change", "{n} changes", changes)), (exceptions, ngettext("{n} exception", "{n} exceptions", exceptions)),
        (errors, ngettext("{n} error", "{n} errors", errors)), (findings, ngettext("{n} open finding", "{n} open findings", findings)),
    ]  # fmt: skip
    return ", ".join(words.format(n=count(n)) for n, words in told if n) or _("no change, exception, error or finding")


def how_it_stands(row: dict[str, object]) -> str:
    """Where an order stands now; nothing is said of one that no status, stage or action tells about."""
    if row["current_stage"]:
        stage = str(row["current_stage"])
        return _("now in {stage}").format(stage=data.stage_titles().get(stage, named(stage)))
    if row["is_cancelled"]:
        return _("cancelled")
    if row["status"]:
        return _("its status: {status}").format(status=row["status"])
    if row["is_open"] is None:
        return _("whether it is finished cannot be told")
    return _("still open") if row["is_open"] else _("finished")


def _amount(row: dict[str, object]) -> str:
    if row["net_amount"] is None:
        return _("amount unknown")
    return money(row["net_amount"], str(row["currency"]) if row["currency"] else None)


def _moment(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None


def _story_card(order: str, story: pl.DataFrame, log: dict[str, object], at: datetime) -> None:
    if story.is_empty():
        st.markdown(_("No event of this order is recorded."))
        return
    if compact():
        _story_list(story)
        return
    moments: list[datetime] = story["at"].to_list()
    dots, lanes = story_frame(story)
    visits = [
        Visit(row["title"], row["entered_at"], row["ended_at"])
        for row in data.query("order_visits", order=order).iter_rows(named=True)
    ]
    line = _(
        "time in {zone}, days on which nothing happened left out · :blue[❘ action] · ◆ change, ◇ seen between two extracts · "
        ":orange[▲ exception, △ resolved] · "
        ":red[○ defect came in, ● error found] · :gray[■ document] · :green[┊ the state below]"
    )
    parts.chart_card(
        _events_words(story.height, (max(moments) - min(moments)).days + 1),
        line.format(zone=log["zone"]), story_lanes(dots, lanes, visits, at, tokens()), story.drop("moment", "field"), "order_story",
        _("Events of order {order}").format(order=order), data.sql_text("order_story", order=order),
        on_select=_pick_moment, selection_mode="points",
    )  # fmt: skip


def _events_words(events: int, days: int) -> str:
    told = ngettext("{n} event over {days}", "{n} events over {days}", events)
    return told.format(n=count(events), days=counted_days(days))


def _pick_moment() -> None:
    """A click on a mark looks at the order as it stood right after it."""
    points = st.session_state["order_story"].selection.points
    if points and "customdata" in points[0]:
        st.session_state["at"] = points[0]["customdata"][0]


def _lane(what: str) -> str:
    if what in _DOCUMENTS:
        return _("Documents")
    return {
        "action": _("Actions"), "change": _("Changes"), "version": _("Changes"),
        "exception": _("Exceptions"), "resolved": _("Exceptions"), "defect": _("Defects"),
        "error": _("Errors"),
    }[what]  # fmt: skip


def story_frame(story: pl.DataFrame) -> tuple[list[Dot], list[str]]:
    """The dots of an order's story and the lanes that it needs, in their fixed order. One document at one moment is one dot."""
    whats = ("action", "change", "exception", "defect", "error", "delivery")
    dots: list[Dot] = []
    seen: set[tuple[object, ...]] = set()
    for row in story.iter_rows(named=True):
        is_document = row["what"] in _DOCUMENTS
        if is_document and (row["at"], row["text"]) in seen:
            continue
        seen.add((row["at"], row["text"]))
        mark = "document" if is_document else row["what"]
        hover = f"<b>{row['at']:%a %d %b %Y %H:%M}</b><br>{sentence(row)}"
        dots.append(Dot(row["at"], _lane(row["what"]), mark, hover, _beside(row), row["at"].isoformat(sep=" ")))
    present = {dot.lane for dot in dots}
    return dots, [lane for lane in dict.fromkeys(map(_lane, whats)) if lane in present]


def _beside(row: dict[str, object]) -> str:
    """What stands beside a mark in the chart."""
    what, text = row["what"], str(row["text"])
    if what == "version":
        return f"{_field(row)} {row['old_value'] or '–'} → {row['new_value'] or '–'}"
    if what == "change":
        approval = (
            _("approved by {who}").format(who=row["approved_by"]) if row["approved_by"] else _("no approval recorded")
        )
        return f"{_field(row)} {row['old_value'] or '–'} → {row['new_value'] or '–'}, {row['who'] or _('unknown user')}, {approval}"
    if what == "exception":
        return named(text) + (f", {row['detail']}" if row["detail"] else "")
    if what == "defect":
        return text
    if what == "error":
        return f"{text} ({row['detail']})"
    return named(str(what)) if what in _DOCUMENTS else ""


def _field(row: dict[str, object]) -> str:
    line = f" ({_('line')} {str(row['line_id']).rsplit('-', 1)[-1]})" if row["line_id"] else ""
    return field_named(str(row["text"])) + line


def sentence(row: dict[str, object]) -> str:
    """One event in words: what, old and new, who, approval, detail."""
    what = str(row["what"])
    kind = {"exception": _("raised"), "resolved": _("resolved"), "defect": _("came in"), "error": _("error found")}.get(
        what
    )
    namer = {"exception": named, "resolved": named, "change": field_named, "version": field_named}.get(what, str)
    said = namer(str(row["text"]))
    words = [f"{named(what)} {said}" if what in _DOCUMENTS else f"{said}{f' {kind}' if kind else ''}"]
    if what in ("change", "version", "error", "defect") and (row["old_value"] or row["new_value"]):
        words[0] += f": {row['old_value'] or '–'} → {row['new_value'] or '–'}"
    if row["who"] or what in ("action", "change"):
        words.append(str(row["who"] or _("unknown user")))
    if what == "change":
        words.append(
            _("approved by {who}").format(who=row["approved_by"]) if row["approved_by"] else _("no approval recorded")
        )
    if what == "version":
        words.append(_("changed after {since}, seen in the extracts").format(since=row["detail"]))
    elif row["detail"]:
        words.append(str(row["detail"]).rstrip("."))
    if row["line_id"]:
        words.append(_("line {line}").format(line=row["line_id"]))
    return ", ".join(words)


_SIGNS = {
    "action": ":blue[❘]", "change": "◆", "version": "◇",
    "exception": ":orange[▲]", "resolved": ":orange[△]", "defect": ":red[○]", "error": ":red[●]",
}  # fmt: skip


def _story_list(story: pl.DataFrame) -> None:
    with parts.card(_("{n} events").format(n=count(story.height)), _("time, mark, what happened and who")):
        shown = story.unique(subset=["at", "what", "text", "old_value", "new_value"], maintain_order=True, keep="first")
        day_before = None
        for row in shown.iter_rows(named=True):
            if row["at"].date() != day_before:
                st.markdown(f"**{row['at']:%a} {row['at'].day} {row['at']:%b %Y}**")
                day_before = row["at"].date()
            st.markdown(f":gray[{row['at']:%H:%M}] {_SIGNS.get(row['what'], ':gray[■]')} {plain(sentence(row))}")
