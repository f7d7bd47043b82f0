"""Which way do orders take, where do they go back, and who hands over to whom?"""

from typing import Any

import polars as pl
import streamlit as st

from dashboard import data, flow_hands, flow_rules, flow_ways, parts
from dashboard.charts.layout import Edge, Node, forward_edges, goes_back, most_frequent
from dashboard.charts.process_map import Step, process_map
from dashboard.flow_orders import chosen, drill, on_points
from dashboard.flow_words import cases, rounded
from dashboard.state import filter_bar
from dashboard.theme import Tokens, compact, tokens
from dashboard.words import _, count, duration, percent
from pipelines.read.filters import Filters

SHARES = (30, 40, 50, 60, 70, 80, 85, 90, 95, 98, 99, 100)
READABLE = 16
FEW = 5


def render() -> None:
    filters = filter_bar()
    if not data.is_given("user_actions"):
        parts.verdict(_("Which way orders take cannot be told yet."))
        parts.missing(_("No actions yet."), "user_actions")
        return
    totals = data.query("flow_totals", filters).row(0, named=True)
    if not totals["cases"]:
        parts.verdict(_("No order of this selection has an action with a time."))
        st.button(f"**{_('Look at the whole history')}**", on_click=parts.widen)
        return
    colours, case = tokens(), totals["process_case"]
    edges, activities = data.query("flow_edges", filters), data.query("flow_activities", filters)
    answer = st.container()
    _map(activities, edges, filters, colours)
    drill(("step", "activity"), filters, case)
    of_ways = flow_ways.pick_cases(filters, totals)
    ways, counted = flow_ways.read(of_ways), data.query("flow_totals", of_ways).row(0, named=True)
    with answer:
        _verdict(totals, counted, ways, data.query("flow_edges", of_ways), ended=of_ways.ended)
    left, right = st.columns([1.7, 1], gap="small")
    with left:
        flow_ways.variants_card(ways, of_ways, counted["variants"], totals)
    with right:
        flow_ways.rework_card(filters, totals["with_repeats"], totals["cases"], case, colours)
    drill(("variant",), of_ways, case)
    drill(("again",), filters, case)
    flow_hands.cards(filters, colours)
    drill(("hand", "user"), filters, case)
    flow_rules.rules_card(filters, case)
    drill(("constraint",), filters, case)


def _verdict(
    totals: dict[str, Any], counted: dict[str, Any], ways: pl.DataFrame, edges: pl.DataFrame, *, ended: bool
) -> None:
    """`totals` are of all cases, `counted` of those whose ways are told: the finished ones where `ended`."""
    number, all_of = min(FEW, ways.height), cases(counted["cases"], totals["process_case"], finished=ended)
    few = _("{share} of {cases} take one of {n} ways").format(
        share=percent(float(ways["share_so_far"][number - 1]), 0), cases=all_of, n=number
    )
    if counted["variants"] == 1:
        few = _("All of {cases} take the same way").format(cases=all_of)
    parts.verdict(f"{few}; {_back(counted, edges)}.", _body(totals, counted, ways))


def _back(totals: dict[str, Any], edges: pl.DataFrame) -> str:
    """How many do a step again, and the most frequent way back: to what usually comes earlier."""
    made = [_edge(row) for row in edges.iter_rows(named=True)]
    onwards = set(forward_edges(made))
    again = sorted((edge for edge in made if edge.again), key=lambda edge: -edge.again)
    if not totals["with_repeats"] or not again:
        return _("none does a step again")
    share = rounded(totals["with_repeats"] / totals["cases"])
    earlier = [edge for edge in again if edge not in onwards and edge.source != edge.target]
    if not earlier:
        return _("{share} do a step again, mostly {activity}").format(share=share, activity=again[0].target)
    return _("{share} go back, mostly from {one} to {other}").format(
        share=share, one=earlier[0].source, other=earlier[0].target
    )


def _body(totals: dict[str, Any], counted: dict[str, Any], ways: pl.DataFrame) -> str:
    words = [_("{n} different ways in all.").format(n=count(counted["variants"]))]
    if totals["open_cases"]:
        words.append(
            _("{n} are still open: what is to come on them is not on the map.").format(
                n=cases(totals["open_cases"], totals["process_case"])
            )
        )
    known, wrong = int(ways["known"].sum()), int(ways["errors"].sum())
    usual = ways.row(flow_ways.usual_row(ways), named=True)
    if wrong and usual["known"] and known > usual["known"]:
        words.append(
            _("Errors on the usual way: {usual}, on all others: {others}.").format(
                usual=percent(usual["errors"] / usual["known"]),
                others=percent((wrong - usual["errors"]) / (known - usual["known"])),
            )
        )
    return " ".join(words)


def _map(rows: pl.DataFrame, edges: pl.DataFrame, filters: Filters, colours: Tokens) -> None:
    share = _share([_edge(row) for row in edges.iter_rows(named=True)])
    shown = most_frequent([_edge(row) for row in edges.iter_rows(named=True)], share / 100)
    back = [edge for edge in shown if goes_back(edge) or edge.source == edge.target]
    line = _(
        "{n} of {all} activities, {steps} of {whole} steps · wide: frequent · on it: median time, to 1 % · ↩ dashed: done again · click for the orders"
    ).format(n=len(_named(shown)) or rows.height, all=rows.height, steps=len(shown), whole=edges.height)
    title = _longest(edges)
    key = "flow_map"
    parts.chart_card(
        title, line, _figure(rows, edges, shown, colours), edges, key,
        _("Process map: {title}; {n} steps go back").format(title=title, n=len(back)), data.sql_text("flow_edges", filters),
        on_select=on_points(key, "step"), selection_mode="points",
    )  # fmt: skip


def _longest(edges: pl.DataFrame) -> str:
    """The step that holds most of the time."""
    if edges.is_empty():
        return _("Every order has one action alone")
    whole, first = (
        float(edges["total_seconds"].sum()) or 1.0,
        edges.sort("total_seconds", descending=True).row(0, named=True),
    )
    return _("{one} to {other} holds {share} of all time, {median} in the median").format(
        one=first["from_activity"],
        other=first["to_activity"],
        share=percent(first["total_seconds"] / whole, 0),
        median=duration(first["p50"]),
    )


def _share(edges: list[Edge]) -> int:
    """The share of steps that is shown: at first the largest of which the map stays readable."""
    readable = [share for share in SHARES if len(most_frequent(edges, share / 100)) <= READABLE]
    left, _right = st.columns([1, 1.6])
    picked = left.select_slider(
        _("Share of all steps that the map shows, the most frequent first"), SHARES, key="steps", bind="query-params",
        value=max(readable, default=SHARES[0]), format_func=lambda share: f"{share} %",
    )  # fmt: skip
    return int(picked or SHARES[0])


def _figure(rows: pl.DataFrame, edges: pl.DataFrame, shown: list[Edge], colours: Tokens) -> Any:
    names = _named(shown)
    nodes = [
        Node(row["activity"], row["place"], row["cases"], row["first_of"])
        for row in rows.iter_rows(named=True)
        if row["activity"] in names or not shown
    ]
    times = {
        (row["from_activity"], row["to_activity"]): (row["p50"], row["p90"]) for row in edges.iter_rows(named=True)
    }
    wrong = set(data.query("flow_forbidden").iter_rows())
    steps = [Step(edge, *times[edge.source, edge.target], (edge.source, edge.target) in wrong) for edge in shown]
    look = chosen()
    picked = (look[1], look[2]) if look[:1] == ("step",) else ("", look[1]) if look[:1] == ("activity",) else None
    return process_map(nodes, steps, picked, colours, compact=compact())


def _edge(row: dict[str, Any]) -> Edge:
    return Edge(row["from_activity"], row["to_activity"], row["steps"], row["again"])


def _named(edges: list[Edge]) -> set[str]:
    return {name for edge in edges for name in (edge.source, edge.target)}


render()
