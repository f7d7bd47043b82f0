"""What is wrong, where did it come in, and why did nobody stop it?"""

from datetime import timedelta
from typing import Any

import polars as pl
import streamlit as st

from dashboard import data, defect_list, defect_rules, parts
from dashboard.charts.defects import (
    Matrix,
    Part,
    Place,
    lines_of_defence,
    opened_and_closed,
    origin_by_found,
    pareto,
    vital,
)
from dashboard.state import chosen, filter_bar
from dashboard.theme import Tokens, compact, tokens
from dashboard.words import _, count, money, named, ngettext, percent
from pipelines.read.filters import Filters
from pipelines.read.kpi import find

SHOWN = 9


def render() -> None:
    filters = filter_bar("severity")
    severity = "|".join(chosen("severity"))
    totals = data.query("defect_totals", filters, severity=severity).row(0, named=True)
    if not totals["findings"] and not totals["errors"]:
        _nothing(totals)
        defect_rules.about_rules(filters)
        return
    of, by = _choice(totals)
    rows = _groups(filters, of, by, severity)
    _verdict(totals, rows, of, by, filters)
    colours = tokens()
    left, right = st.columns([1, 1.25], gap="small")
    with left:
        _pareto(rows, of, by, colours)
    with right:
        _matrix(filters, colours)
    left, right = st.columns([1, 1.25], gap="small")
    with left:
        _lines(filters, colours)
    with right:
        _weeks(filters, severity, colours)
    defect_list.drill(filters, of, by, severity, _names(rows))
    defect_list.corrections(filters)
    defect_rules.about_rules(filters)


def _nothing(totals: dict[str, Any]) -> None:
    if not totals["orders"]:
        parts.enough_orders(Filters(user="–"))
        return
    parts.verdict(
        _("No rule found anything wrong in these {n} orders.").format(n=count(totals["orders"])),
        _("And nothing shows that one of them was wrong: no correction, return, credit note, complaint or review."),
    )


def _choice(totals: dict[str, Any]) -> tuple[str, str]:
    """What the bars count, and by what."""
    what = {"findings": _("Open findings"), "errors": _("Confirmed errors")}
    kinds = {"type": _("By type"), "rule": _("By rule"), "origin": _("By origin")}
    usual = "findings" if totals["findings"] else "errors"
    with st.container(horizontal=True, gap="small"):
        of = st.segmented_control(
            _("Count"), list(what), format_func=what.__getitem__, default=usual, required=True, key="of", bind="query-params",
            label_visibility="collapsed", on_change=_forget_part,
        )  # fmt: skip
        by = st.segmented_control(
            _("By"), list(kinds), format_func=kinds.__getitem__, default="type", required=True, key="by", bind="query-params",
            label_visibility="collapsed", on_change=_forget_part,
        )  # fmt: skip
    return of or usual, by or "type"


def _forget_part() -> None:
    st.session_state["part"] = None


def _groups(filters: Filters, of: str, by: str, severity: str) -> pl.DataFrame:
    if of == "findings":
        return data.query("finding_groups", filters, by=by, severity=severity)
    return data.query("error_bars", filters, by=by)


def _names(rows: pl.DataFrame) -> dict[str, str]:
    """Code -> name of each bar."""
    special = {
        "no_rule": _("Seen by no rule"),
        "unknown": _("Unknown"),
        "confirmed_by_review": _("Confirmed by review"),
    }
    return {
        row["part"]: special.get(row["part"]) or (_(row["title"]) if row["title"] else named(row["part"]))
        for row in rows.iter_rows(named=True)
    }


def _parts(rows: pl.DataFrame, of: str) -> list[Part]:
    """The bars: numbers of findings, or costs of errors where they are known, else their number."""
    names, in_money = _names(rows), of == "errors" and bool(rows["cost"].sum())
    made = []
    for row in rows.iter_rows(named=True):
        number = row[of]
        words = _finding_words(number) if of == "findings" else _error_words(number)
        told = money(row["cost"], None) if in_money else count(number)
        word = words if in_money else ngettext("{n} order", "{n} orders", row["orders"]).format(n=count(row["orders"]))
        made.append(
            Part(row["part"], _short(names[row["part"]]), word, float((row["cost"] or 0) if in_money else number), told)
        )
    return made


def _short(name: str) -> str:
    most = 34 if compact() else 48
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def _currency() -> str | None:
    return data.home().settings.reporting_currency


def _finding_words(number: int) -> str:
    return ngettext("{n} finding", "{n} findings", number).format(n=count(number))


def _error_words(number: int) -> str:
    return ngettext("{n} error", "{n} errors", number).format(n=count(number))


def _verdict(totals: dict[str, Any], rows: pl.DataFrame, of: str, by: str, filters: Filters) -> None:
    made = _parts(rows, of)
    few, whole = vital(made), sum(part.size for part in made) or 1
    share = percent(sum(part.size for part in made[:few]) / whole, 0)
    things = {"type": ngettext("kind", "kinds", len(made)), "rule": ngettext("rule", "rules", len(made)),
              "origin": ngettext("origin", "origins", len(made))}[by]  # fmt: skip
    if of == "findings":
        first = _("{few} of {n} {things} make up {share} of {all}").format(
            few=count(few), n=count(len(made)), things=things, share=share, all=_open_words(totals["findings"])
        )
    else:
        first = _("{few} of {n} {things} make up {share} of the cost of {all}").format(
            few=count(few), n=count(len(made)), things=things, share=share, all=_error_words(totals["errors"])
        )
    parts.verdict(f"{first}{_passed_words(filters)}.", _body(totals))


def _open_words(number: int) -> str:
    return ngettext("{n} open finding", "{n} open findings", number).format(n=count(number))


def _passed_words(filters: Filters) -> str:
    (entry,) = data.kpis(("escape_rate_entry",), filters)
    return (
        ""
        if entry.value is None
        else _("; {share} of the errors passed the entry checks").format(share=percent(entry.value, 0))
    )


def _body(totals: dict[str, Any]) -> str:
    if not totals["errors"]:
        return _("{n} of {all} orders have a finding. Nothing shows yet which of them were really wrong.").format(
            n=count(totals["finding_orders"]), all=count(totals["orders"])
        )
    told = _("{n} of {all} orders were wrong, as corrections, returns, complaints and reviews show; {escaped} errors reached the customer.").format(
        n=count(totals["error_orders"]), all=count(totals["orders"]), escaped=count(totals["escaped"])
    )  # fmt: skip
    return told + (
        " " + _("They cost {cost}.").format(cost=money(totals["cost"], _currency())) if totals["cost"] else ""
    )


def _pareto(rows: pl.DataFrame, of: str, by: str, colours: Tokens) -> None:
    made = _parts(rows, of)
    whole = sum(part.size for part in made) or 1
    top = made[:SHOWN]
    in_money = of == "errors" and bool(rows["cost"].sum()) if made else False
    first = top[0].name if top else ""
    title = (
        _("{name} comes first, with {told}").format(name=first, told=_told(top[0], in_money))
        if top
        else _("Nothing to count")
    )
    line = {
        ("findings", False): _("open findings · right: share so far · click a bar to see its orders"),
        ("errors", True): _("cost of confirmed errors{currency} · right: share so far · click a bar to see its orders").format(
            currency=f", {_currency()}" if _currency() else ""),
        ("errors", False): _("confirmed errors, their cost is unknown · right: share so far · click a bar to see its orders"),
    }[(of, in_money)]  # fmt: skip
    parts.chart_card(
        title, line, pareto(top, vital(made), whole, colours, st.session_state.get("part") or "") if top else None, rows, f"pareto_{of}_{by}",
        _("{title}. {n} bars").format(title=title, n=len(top)),
        data.sql_of("finding_groups" if of == "findings" else "error_bars"),
        on_select=lambda: _picked(f"pareto_{of}_{by}"), selection_mode="points",
    )  # fmt: skip


def _told(part: Part, in_money: bool) -> str:
    return f"{_currency() or ''} {part.told}".strip() if in_money else part.told


def _picked(key: str) -> None:
    """A click on a bar chooses its part; a second one lets go of it."""
    points = st.session_state[key].selection.points
    code = points[0]["customdata"][0] if points else None
    st.session_state["part"] = None if code == st.session_state.get("part") else code


def _matrix(filters: Filters, colours: Tokens) -> None:
    rows = data.query("error_matrix", filters)
    key = "error_matrix"
    if rows.is_empty():
        with parts.card(_("Where errors come in and where they are noticed"), _("confirmed errors by stage")):
            st.markdown(
                _(
                    "Nothing shows yet that an order was wrong. Provide order_changes, order_errors, deliveries with returns, or review findings below."
                )
            )
        return
    matrix = _folded(rows) if compact() else _whole(rows)
    largest = max(matrix.origins, key=lambda origin: matrix.total(origin[0]))
    gone = matrix.errors.get((largest[0], "customer"), 0)
    title = _("{stage} starts {n} of {all} errors; {gone} of those reach the customer").format(
        stage=largest[1], n=count(matrix.total(largest[0])), all=count(rows["errors"].sum()), gone=count(gone)
    )
    parts.chart_card(
        title, _("errors by stage of origin (rows) and by where they were noticed (columns)"), origin_by_found(matrix, colours),
        rows, key, title, data.sql_of("error_matrix"),
    )  # fmt: skip


def _whole(rows: pl.DataFrame) -> Matrix:
    """Every stage a column, then monitoring, unknown and the customer; stages after shipping only where something was noticed."""
    stages = data.query("stages_of_defence")
    numbers = dict(zip(stages["stage"], stages["stage_no"], strict=True))
    noticed = set(rows["found_place"].drop_nulls())
    places = [
        Place(stage, title, line)
        for stage, title, line in stages.select("stage", "title", "line_of_defence").iter_rows()
        if line < _MONITORING or stage in noticed
    ]
    places.append(Place("monitoring", _("Monitor"), _MONITORING))
    if rows["found_place"].null_count():
        places.append(Place("unknown", _("Unknown"), 0))
    places.append(Place("customer", _("Customer"), 4))
    origins = [
        (s, t) for s, t in stages.select("stage", "title").iter_rows() if s in set(rows["origin_stage"].drop_nulls())
    ]
    return _matrix_of(rows, origins, places, {place.code: place.code for place in places}, numbers)


def _folded(rows: pl.DataFrame) -> Matrix:
    """On a phone: a column a line of defence."""
    stages = data.query("stages_of_defence")
    lines = dict(zip(stages["stage"], stages["line_of_defence"], strict=True))
    fold = {
        **{stage: f"line {line}" for stage, line in lines.items()},
        "monitoring": "line 3",
        "customer": "customer",
        "unknown": "unknown",
    }
    places = [Place("line 1", _("entry"), 1), Place("line 2", _("controls"), 2), Place("line 3", _("monitor"), 3)]
    if rows["found_place"].null_count():
        places.append(Place("unknown", _("unknown"), 0))
    places.append(Place("customer", _("customer"), 4))
    origins = [
        (s, t) for s, t in stages.select("stage", "title").iter_rows() if s in set(rows["origin_stage"].drop_nulls())
    ]
    return _matrix_of(rows, origins, places, fold, lines)


_MONITORING = 3


def _matrix_of(
    rows: pl.DataFrame, origins: list[tuple[str, str]], places: list[Place], fold: dict[str, str], order: dict[str, int]
) -> Matrix:
    """`order` of stages, or of their lines: an error cannot be noticed before it came in."""
    errors: dict[tuple[str, str], int] = {}
    costs: dict[tuple[str, str], float | None] = {}
    for row in rows.iter_rows(named=True):
        cell = (row["origin_stage"] or "unknown", fold.get(row["found_place"] or "unknown", "unknown"))
        errors[cell] = errors.get(cell, 0) + row["errors"]
        costs[cell] = None if row["cost"] is None else (costs.get(cell) or 0) + row["cost"]
    if rows["origin_stage"].null_count():
        origins = [*origins, ("unknown", _("Unknown"))]
    known = {fold[stage]: number for stage, number in order.items() if stage in fold}
    possible = {
        (origin, place.code) for origin, _name in origins for place in places
        if origin == "unknown" or place.code not in known or known[place.code] >= order[origin]
    }  # fmt: skip
    return Matrix(origins, places, errors, costs, possible)


def _lines(filters: Filters, colours: Tokens) -> None:
    names = ("escape_rate_entry", "escape_rate_process", "escape_rate_monitoring")
    titles = (_("1  Entry checks"), _("2  Process controls"), _("3  Monitoring"))
    values = data.kpis(names, filters)
    told = [
        (title, int(v.denominator) - int(v.numerator or 0), int(v.numerator or 0))
        for title, v in zip(titles, values, strict=True)
        if v.denominator
    ]
    rows = pl.DataFrame(
        [{"title": title, "stopped": stopped, "passed": passed} for title, stopped, passed in told],
        schema={"title": pl.String, "stopped": pl.Int64, "passed": pl.Int64},
    )
    words = [f"{title.split('  ')[1].lower()} {percent(s / (s + p), 0)}" for title, s, p in told]
    heading = _("Stopped: {words}").format(words=", ".join(words)) if told else _("What each line of defence stops")
    parts.chart_card(
        heading, _("of the errors that reached each line · :green[**stopped**] and :red[**passed on**]"),
        lines_of_defence(told, colours) if told else None, rows, "lines_of_defence", heading, find("escape_rate_entry").sql,
        _("Of no error it is known where it came in and where it was noticed."),
    )  # fmt: skip


def _weeks(filters: Filters, severity: str, colours: Tokens) -> None:
    rows = data.query("defect_weeks", filters, severity=severity)
    if rows.is_empty():
        parts.chart_card(_("Findings by week"), _("came in and closed"), None, rows, "defect_weeks", "")
        return
    filling = rows.filter(~pl.col("is_mature"))["week"].to_list()
    end = rows["week"].to_list()[-1] + timedelta(days=7)
    heading = _("{n} came in, {m} were closed").format(n=count(rows["came_in"].sum()), m=count(rows["closed"].sum()))
    parts.chart_card(
        heading, _("findings a week · :red[**came in**] upwards, by when the wrong value did · :green[**closed**] downwards"),
        opened_and_closed(rows["week"].to_list(), rows["came_in"].to_list(), rows["closed"].to_list(), filling[0] if filling else None, end, colours),
        rows, "defect_weeks", heading, data.sql_of("defect_weeks"),
    )  # fmt: skip


render()
