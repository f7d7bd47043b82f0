"""What there is most of: findings or errors by type, rule or origin, as bars that lead to their orders."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.charts.defects import Part, pareto, vital
from dashboard.choice import Choice
from dashboard.costs import cost, unit
from dashboard.defect_matrix import let_go_of_cell
from dashboard.theme import Tokens, compact
from dashboard.words import _, count, money, named, ngettext, percent
from pipelines.read.filters import Filters

SHOWN = 9
# What the vital few must make up to be called so.
HALF = 0.5


@dataclass(frozen=True)
class Bars:
    """The groups of findings or errors (`of`) by type, rule or origin (`by`), the largest first."""

    of: str
    by: str
    rows: pl.DataFrame
    query: str

    @cached_property
    def in_money(self) -> bool:
        """Errors are shown by their cost where any is known."""
        return self.of == "errors" and bool(self.rows["cost"].sum())

    @cached_property
    def names(self) -> dict[str, str]:
        """Code -> name of each bar; two of one name carry their codes."""
        special = {
            "no_rule": _("Seen by no rule"),
            "unknown": _("Unknown"),
            "confirmed_by_review": _("Confirmed by review"),
        }
        names = {
            code: special.get(code) or (_(title) if title else named(code))
            for code, title in self.rows.select("part", "title").iter_rows()
        }
        several = {name for name in names.values() if list(names.values()).count(name) > 1}
        return {code: f"{name} ({code})" if name in several else name for code, name in names.items()}

    @cached_property
    def parts(self) -> list[Part]:
        """The bars: numbers of findings, or costs of errors where they are known, else their number."""
        return [self._part(row) for row in self.rows.iter_rows(named=True)]

    @property
    def whole(self) -> float:
        """All bars together; 1 where there are none."""
        return sum(part.size for part in self.parts) or 1

    def words(self, number: int) -> str:
        """'12 open findings', '3 errors'."""
        if self.of == "findings":
            return ngettext("{n} open finding", "{n} open findings", number).format(n=count(number))
        return ngettext("{n} error", "{n} errors", number).format(n=count(number))

    def things(self) -> str:
        """'kinds', 'rules', 'origins'."""
        number = self.rows.height
        return {"type": ngettext("kind", "kinds", number), "rule": ngettext("rule", "rules", number),
                "origin": ngettext("origin", "origins", number)}[self.by]  # fmt: skip

    def told(self, part: Part) -> str:
        """How large a bar is, with its unit."""
        if self.in_money:
            return _("a cost of {cost}").format(cost=cost(part.size))
        return self.words(int(part.size))

    def table(self) -> pl.DataFrame:
        """The bars as rows: name, number, orders, and of errors their cost and how many cost nobody knows what."""
        names = pl.col("part").replace_strict(self.names, return_dtype=pl.String)
        return self.rows.select(names, pl.all().exclude("part", "title"))

    def _part(self, row: dict[str, Any]) -> Part:
        number = row[self.of]
        orders = ngettext("{n} order", "{n} orders", row["orders"]).format(n=count(row["orders"]))
        name = _short(self.names[row["part"]])
        if self.in_money:
            return Part(row["part"], name, self.words(number), float(row["cost"] or 0), money(row["cost"], None))
        return Part(row["part"], name, orders, float(number), count(number))


def choose(filters: Filters, severity: str, totals: dict[str, Any]) -> Bars:
    """Ask what the bars count and by what, and count it."""
    names = {"findings": _("Open findings"), "errors": _("Confirmed errors")}
    what = {name: words for name, words in names.items() if totals[name]}
    kinds = {"type": _("By type"), "rule": _("By rule"), "origin": _("By origin")}
    usual = next(iter(what))
    with st.container(horizontal=True, gap="small"):
        of = usual if len(what) == 1 else st.segmented_control(
            _("Count"), list(what), format_func=what.__getitem__, default=usual, required=True, key="of", bind="query-params",
            label_visibility="collapsed", on_change=_let_go,
        )  # fmt: skip
        by = st.segmented_control(
            _("By"), list(kinds), format_func=kinds.__getitem__, default="type", required=True, key="by", bind="query-params",
            label_visibility="collapsed", on_change=_let_go,
        )  # fmt: skip
    return _counted(filters, of if of in what else usual, by or "type", severity)


def _counted(filters: Filters, of: str, by: str, severity: str) -> Bars:
    name, params = ("finding_groups", {"severity": severity}) if of == "findings" else ("error_bars", {})
    rows = data.query(name, filters, by=by, **params)
    return Bars(of, by, rows, data.sql_text(name, filters, by=by, **params))


def _let_go() -> None:
    st.session_state["part"] = None
    let_go_of_cell()


def chosen_part(bars: Bars) -> str:
    """The bar that is looked at, empty for all: by a click, or by the address, which holds its name; code or name will do."""
    if "part" not in st.session_state:
        asked = st.query_params.get("part")
        codes = {name: code for code, name in bars.names.items()}
        st.session_state["part"] = asked if asked in bars.names else codes.get(asked or "")
    if st.session_state["part"] not in bars.names:
        st.session_state["part"] = None
    return st.session_state["part"] or ""


def part_picker(bars: Bars) -> None:
    """The choice of a bar by its name."""
    st.selectbox(
        _("Show"), list(bars.names), index=None, format_func=lambda code: bars.names.get(code, code), key="part",
        bind="query-params", placeholder=_("all bars"), label_visibility="collapsed", on_change=let_go_of_cell,
    )  # fmt: skip


def pareto_card(bars: Bars, part: str, colours: Tokens) -> None:
    """The largest bars, the vital few red; a click on one chooses it."""
    top = bars.parts[:SHOWN]
    key = f"pareto_{bars.of}_{bars.by}"
    title = (
        _("{name} comes first: {told}").format(name=top[0].name, told=bars.told(top[0]))
        if top
        else _("Nothing to count")
    )
    figure = pareto(top, vital(bars.parts), bars.whole, colours, part) if top else None
    parts.chart_card(
        title, _line(bars), figure, bars.table(), key, _("{title}. {n} bars").format(title=title, n=len(top)), bars.query,
        on_select=lambda: _picked(key), selection_mode="points",
    )  # fmt: skip


def _line(bars: Bars) -> str:
    counted = {
        ("findings", False): _("open findings"),
        ("errors", True): _("cost of confirmed errors, in {unit}").format(unit=unit()),
        ("errors", False): _("confirmed errors, their cost is unknown"),
    }[(bars.of, bars.in_money)]  # fmt: skip
    if bars.rows.height > SHOWN:
        counted = _("{unit}, {n} of {all} {things}").format(
            unit=counted, n=SHOWN, all=bars.rows.height, things=bars.things()
        )
    return _("{unit} · right: share so far · click a bar for its orders").format(unit=counted)


def _picked(key: str) -> None:
    """A click on a bar chooses its part; a second one lets go of it."""
    Choice("part").clicked(key)
    let_go_of_cell()


def verdict_words(bars: Bars, number: int) -> str:
    """Whether a few groups make up most of all findings or errors."""
    few, n = vital(bars.parts), bars.rows.height
    share = sum(part.size for part in bars.parts[:few]) / bars.whole
    told = {"few": count(few), "n": count(n), "things": bars.things(), "share": percent(share, 0), "all": bars.words(number),
            "first": bars.parts[0].name}  # fmt: skip
    if few == n:
        return _("{all} of {n} {things}").format(**told)
    if share < HALF:
        return _("{all} of {n} {things}, none of which stands out").format(**told)
    of = _("the cost of {all}").format(**told) if bars.in_money else told["all"]
    if few == 1:
        return _("{first} makes up {share} of {of}").format(**told, of=of)
    return _("{few} of {n} {things} make up {share} of {of}").format(**told, of=of)


def _short(name: str) -> str:
    most = 34 if compact() else 48
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"
