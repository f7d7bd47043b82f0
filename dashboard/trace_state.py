"""One order as it stood at a chosen moment: head and lines rebuilt from the change log, what differs from now, what nobody can tell."""

from datetime import datetime

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.trace_words import difference_words
from dashboard.words import _, count, field_named, moment
from pipelines.read import clock

NOW = "now"
_FIRST_FIELDS = (
    "customer_id", "customer_name", "sku", "quantity", "unit", "unit_price", "discount", "net_amount", "requested_delivery_date",
    "promised_delivery_date", "ship_to", "payment_terms", "status",
)  # fmt: skip
"""What an order is about comes first, the rest after it by name."""


def moments_of(log: dict[str, object], story: pl.DataFrame, asked: str | None) -> dict[str, datetime]:
    """Local time as text -> UTC: the moments at which the order may have changed, from its entry on, and the one that was asked for."""
    entered = log["ordered_at"]
    found = {at for at in story["moment"].to_list() if not isinstance(entered, datetime) or at >= entered}
    if isinstance(entered, datetime):
        found.add(entered)
    typed = _read(asked)
    if typed is not None:
        found.add(clock.in_utc(typed, str(log["zone"])))
    return {local_time(at, log).isoformat(sep=" "): at for at in sorted(found)}


def local_time(at: datetime, log: dict[str, object]) -> datetime:
    """A moment in UTC as the clock of the reporting zone showed it."""
    return clock.in_zone(at, str(log["zone"])) or at


def _read(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None) if text and text != NOW else None
    except ValueError:
        return None


def chosen_moment(log: dict[str, object], story: pl.DataFrame) -> datetime:
    """The slider over the order's moments, in local time; the address keeps where it stands. Returns UTC."""
    asked = st.session_state.get("at") or st.query_params.get("at")
    moments = moments_of(log, story, asked)
    until = log["data_until"]
    if not moments:
        return until if isinstance(until, datetime) else datetime.max
    if st.session_state.get("at") not in (*moments, NOW):
        st.session_state.pop("at", None)
    typed = _read(asked)
    start = typed.isoformat(sep=" ") if typed else NOW
    label = _("State of the order at (time in {zone})").format(zone=log["zone"])
    picked = st.select_slider(
        label, [*moments, NOW], value=start if start in moments else NOW, key="at", bind="query-params"
    )
    return (
        moments[picked]
        if picked != NOW
        else max([until, *moments.values()] if isinstance(until, datetime) else moments.values())
    )


def state_cards(order: str, log: dict[str, object], at: datetime) -> None:
    """What the order was at the moment."""
    entered = log["ordered_at"]
    if isinstance(entered, datetime) and at < entered:
        with parts.card(_("At that moment the order did not exist yet"), _("it was entered later")):
            st.markdown(_("Choose a later moment."))
        return
    state = told_state(data.query("order_state", order=order, moment=at.isoformat(sep=" ")), str(log["zone"]))
    with parts.card(_title(state, log), _line(log)):
        if log["has_log"] or _is_told_by_extracts(state):
            _differences(state, log)
        parts.downloads(_exported(state, at), "order_state", _("values of this state"))
    left, right = st.columns([2, 3], gap="small")
    with left, parts.card(_("Head as it stood"), _key()):
        _head(state)
    with right, parts.card(_("Lines as they stood"), _key()):
        _lines(state, log)


def told_state(state: pl.DataFrame, zone: str) -> pl.DataFrame:
    """The state with its moments in the reporting zone, a day without a time as its day; what a log wrote stays as it wrote it."""
    told = clock.values_told(state, ("was", "other", "is_now"), zone)
    by_log = (pl.col("told_by") == "log") & pl.col("state").is_in(["changed", "cannot_tell"])
    return told.with_columns(
        pl.when(by_log.fill_null(False)).then(state[name]).otherwise(pl.col(name)).alias(name)
        for name in ("was", "other")
    )


def _title(state: pl.DataFrame, log: dict[str, object]) -> str:
    if not log["has_log"] and not _is_told_by_extracts(state):
        return _("No change log: cannot tell what stood here at that moment")
    number = {what: state.filter(pl.col("state") == what).height for what in ("changed", "cannot_tell")}
    gone = state.filter(pl.col("state").is_in(["not_yet", "removed"]))["line_id"].unique().len()
    return difference_words(number["changed"], number["cannot_tell"], gone)


def _is_told_by_extracts(state: pl.DataFrame) -> bool:
    return bool((state["told_by"] == "extracts").any())


def _key() -> str:
    return _(
        "◆ changed since · (…) value of now, neither the log nor an extract tells what stood there · ? cannot tell"
    )


def _line(log: dict[str, object]) -> str:
    extracts = _extracts(log)
    if not log["has_log"]:
        return _("no change log of this system: {extracts}").format(extracts=extracts)
    fields = log["fields"]
    covered = ", ".join(fields) if isinstance(fields, list) else _("the fields that it was seen to record")
    since = log["since"]
    begins = _(", since {at}").format(at=moment(since)) if isinstance(since, datetime) else ""
    return _(
        "values of now, walked back through the change log, which covers {fields}{since}; of others {extracts}"
    ).format(fields=covered, since=begins, extracts=extracts)


def _extracts(log: dict[str, object]) -> str:
    """What the extracts can tell of the order."""
    number = int(str(log["n_extracts"]))
    if number > 1:
        return _("what its {n} extracts showed").format(n=count(number))
    if number == 1:
        return _("one extract alone showed this order, nothing before it can be told")
    return _("no extract bears a time, nothing can be walked back, values are those of now")


def _differences(state: pl.DataFrame, log: dict[str, object]) -> None:
    rows = state.filter(pl.col("state").is_in(["changed", "cannot_tell", "not_yet", "removed"]))
    # A line that was not there is one difference, not one a field.
    rows = rows.filter(
        ~pl.col("state").is_in(["not_yet", "removed"]) | pl.struct("line_id", "state").is_first_distinct()
    )
    if rows.is_empty():
        st.markdown(_("Every value that can be told is the same now: not changed since, or changed back."))
        return
    shown = pl.DataFrame(
        [
            {
                "record": _("Line {n}").format(n=row["line_no"] or row["line_id"]) if row["line_id"] else _("Head"),
                "field": _("whole line") if row["state"] in ("not_yet", "removed") else field_named(row["field"]),
                "old_value": _then(row), "new_value": row["is_now"] if row["state"] in ("changed", "cannot_tell") else "",
                "at": row["changed_at"], "who": row["changed_by"], "approved_by": row["approved_by"], "how": _how(row, log),
            }
            for row in rows.iter_rows(named=True)
        ],
        schema={**dict.fromkeys(("record", "field", "old_value", "new_value"), pl.String), "at": pl.Datetime, "who": pl.String,
                "approved_by": pl.String, "how": pl.String},
    )  # fmt: skip
    labels = {
        "record": st.column_config.Column(_("Record")), "old_value": st.column_config.Column(_("Then")),
        "new_value": st.column_config.Column(_("→ Now")),
        "at": st.column_config.DatetimeColumn(_("Next changed"), format="D MMM YYYY, HH:mm"),
        "who": st.column_config.Column(_("By")), "how": st.column_config.Column(_("Told by")),
    }  # fmt: skip
    told = data.times_in_zone(shown if shown["how"].is_not_null().any() else shown.drop("how"))
    parts.table(told, "order_differences", labels)


def _how(row: dict[str, object], log: dict[str, object]) -> str | None:
    """Between which extracts a value was changed; null where the log tells it."""
    since, until = row["unseen_from"], row["changed_at"]
    if row["told_by"] != "extracts" or not isinstance(since, datetime) or not isinstance(until, datetime):
        return None
    return _("between {since} and {until}, seen in the extracts").format(
        since=moment(local_time(since, log)), until=moment(local_time(until, log))
    )


def _then(row: dict[str, object]) -> str:
    """The value at the moment in words; what is not known is said."""
    if row["state"] == "not_yet":
        return _("not there yet")
    if row["state"] == "removed":
        return _("already gone")
    was = str(row["was"]) if row["was"] is not None else _("empty")
    if row["state"] == "cannot_tell":
        other = str(row["other"]) if row["other"] is not None else _("empty")
        return (
            _("cannot tell: {a} or {b}").format(a=was, b=other)
            if row["was"] is not None
            else _("cannot tell; {b} later").format(b=other)
        )
    return was


def cell(row: dict[str, object]) -> str:
    """A value of the state as a table shows it."""
    if row["state"] == "changed":
        return f"◆ {row['was'] if row['was'] is not None else '–'} ({_('now')} {row['is_now'] if row['is_now'] is not None else '–'})"
    if row["state"] == "not_covered":
        return f"({row['is_now']})"
    if row["state"] == "cannot_tell":
        return f"? {_then(row)}"
    return str(row["was"]) if row["was"] is not None else "–"


def _head(state: pl.DataFrame) -> None:
    rows = state.filter(pl.col("line_id").is_null() & (pl.col("field") != "order_id"))
    shown = pl.DataFrame(
        {"field": [field_named(str(row["field"])) for row in _sorted(rows)], "value": [cell(row) for row in _sorted(rows)]},
        schema={"field": pl.String, "value": pl.String},
    )  # fmt: skip
    parts.table(shown, "order_head_then", {"value": st.column_config.Column(_("As it stood"), width="large")})


def _sorted(rows: pl.DataFrame) -> list[dict[str, object]]:
    places = {name: number for number, name in enumerate(_FIRST_FIELDS)}
    return sorted(
        rows.iter_rows(named=True), key=lambda row: (places.get(row["field"], len(places)), str(row["field"]))
    )


def _lines(state: pl.DataFrame, log: dict[str, object]) -> None:
    there = state.filter(pl.col("line_id").is_not_null() & ~pl.col("state").is_in(["not_yet", "removed"]))
    if there.is_empty():
        st.markdown(_("No line was there at that moment."))
    else:
        fields = list(dict.fromkeys(str(row["field"]) for row in _sorted(there) if row["field"] != "line_no"))
        cells = {(row["line_id"], row["field"]): cell(row) for row in there.iter_rows(named=True)}
        lines = there.unique("line_id", maintain_order=True)
        shown = pl.DataFrame(
            {"line": lines["line_no"].fill_null(lines["line_id"]).to_list(),
             **{field: [cells.get((line, field), "–") for line in lines["line_id"]] for field in fields}},
            schema={"line": pl.String, **dict.fromkeys(fields, pl.String)},
        )  # fmt: skip
        labels = {field: st.column_config.Column(field_named(field)) for field in fields}
        parts.table(shown, "order_lines_then", {"line": st.column_config.Column(_("Line")), **labels})
    if log["has_log"] and not log["logs_lines"]:
        parts.small(
            _(
                "The log was never seen to record added or removed lines: cannot tell whether these lines were there from the start."
            )
        )


def _exported(state: pl.DataFrame, at: datetime) -> pl.DataFrame:
    return state.select(
        pl.lit(at).alias("as_of_utc"), "line_id", "line_no", "field", pl.col("was").alias("value_then"), pl.col("other").alias("or_else"),
        pl.col("is_now").alias("value_now"), "state", "unseen_from", "changed_at", "changed_by", "approved_by", "told_by",
    )  # fmt: skip
