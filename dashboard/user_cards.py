"""Cards of one user: actions, wrong orders, wrong changes, errors caught, exceptions, work done again; each with what is expected."""

from dataclasses import dataclass

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.people import LEAST_ORDERS
from dashboard.theme import compact
from dashboard.words import _, count, counted_changes, counted_orders
from models.statistics.funnel import Funnel, limits


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the page is about, with the period as the queries want it."""

    id: str
    span: dict[str, str]

    def rows(self, query: str) -> pl.DataFrame:
        """One of the queries `user_*` for this person and period."""
        return data.query(query, None, user=self.id, **self.span)


def place_of(person: Person, others: pl.DataFrame) -> int | None:
    """The person's row among those who are compared; None where they entered too few orders."""
    names = others["user_id"].to_list()
    return names.index(person.id) if person.id in names else None


@dataclass(frozen=True, slots=True)
class _Card:
    label: str
    value: str
    line: str
    pill: str = ""
    colour: str = "gray"
    help: str = ""


def user_cards(person: Person, totals: dict[str, int], others: pl.DataFrame, made: Funnel | None) -> None:
    """What the work led to, beside what the same work leads to expect."""
    cards = [
        _Card(_("Actions"), count(totals["actions"]), _("{orders}, {entered} entered, {changes}").format(
            orders=counted_orders(totals["orders"]), entered=count(totals["entered"]), changes=counted_changes(totals["changes"]))),
        _entry_card(person, bool(totals["entered"]), others, made), *_rate_cards(person), _exception_card(person),
    ]  # fmt: skip
    in_row = 2 if compact() else len(cards)
    for number, card in enumerate(cards):
        if number % in_row == 0:
            row = st.columns(in_row, gap="small", wrap=False)
        with row[number % in_row].container(border=True, gap="xsmall", height="stretch"):
            st.metric(card.label, card.value, help=card.help or None)
            if card.pill:
                st.markdown(f":{card.colour}-badge[{card.pill}]")
            parts.small(card.line)


def _entry_card(person: Person, entered: bool, others: pl.DataFrame, made: Funnel | None) -> _Card:
    label, text = (
        _("Orders wrong at entry"),
        _("Complete orders that this user entered and that had an error made at entry."),
    )
    place = place_of(person, others)
    if place is None and not entered:
        return _Card(label, "–", _("no order entered in the period"), help=text)
    if place is None:
        return _Card(
            label,
            "–",
            _("fewer than {n} complete orders whose errors are known").format(n=LEAST_ORDERS),
            _("cannot tell"),
            help=text,
        )
    row = others.row(place, named=True)
    told = {1: (_("above the limits"), "red"), -1: (_("below the limits"), "green"), 0: (_("no signal"), "gray")}
    pill, colour = told[int(made.outside[place])] if made is not None else (_("too few users"), "gray")
    line = _("of {n}; {expected} expected for these channels and types").format(
        n=count(row["orders"]), expected=_number(row["expected"])
    )
    if row["unreasoned"]:
        line += _(" · {n} corrected, reason not given").format(n=count(row["unreasoned"]))
    return _Card(label, count(row["errors"]), line, pill, colour, text)  # fmt: skip


def _rate_cards(person: Person) -> list[_Card]:
    found = {row["measure"]: row for row in person.rows("user_rates").iter_rows(named=True)}
    again = person.rows("user_redone").filter(pl.col("what") == "done again").height
    return [
        _rate_card(_("Changes gone wrong"), found.get("changed_wrongly"), _("of {n} changes"),
                   _("Errors that a change by this user brought in; expected is what everybody's changes of the same fields bring in.")),
        _rate_card(_("Errors caught"), _told(found.get("caught")), _("in {n} actions"),
                   _("Errors that this user found; expected is what people of the same role find in as many actions."),
                   _("the data name nobody of this role who found an error")),
        _rate_card(_("Work done again"), {**found["redone"], "own": again} if "redone" in found else None, _("of {n} actions"),
                   _("Actions of this user that somebody else did once more on the same order; expected is what happens to everybody's.")),
    ]  # fmt: skip


def _told(row: dict[str, object] | None) -> dict[str, object] | None:
    """The row, unless nothing of the kind happened to anybody: then zero would be a guess."""
    return row if row and (row["own"] or float(str(row["expected"] or 0)) > 0) else None


def _rate_card(label: str, row: dict[str, object] | None, of: str, text: str, silent: str = "") -> _Card:
    chances = int(str(row["chances"] or 0)) if row else 0
    if row is None or not chances:
        return _Card(label, "–", silent or _("nothing of the kind in the period"), help=text)
    expected = float(str(row["expected"] or 0))
    low, high = chance_limits(expected, chances)
    line = _("{of}; {expected} expected, {low}–{high} by chance").format(
        of=of.format(n=count(chances)), expected=_number(expected), low=count(low), high=count(high)
    )
    return _Card(label, count(row["own"]), line, help=text)


def chance_limits(expected: float, chances: int) -> tuple[float, float]:
    """The counts between which chance alone keeps 95 % of those who do the same work (binomial)."""
    if not 0 < expected < chances:
        return expected, expected
    found = limits([chances], expected / chances, 0.95)
    return float(found.low[0]) * chances, float(found.high[0]) * chances


def _exception_card(person: Person) -> _Card:
    label, rows = _("Exceptions resolved"), person.rows("user_exceptions")
    if not data.is_given("exceptions"):
        return _Card(label, "–", _("no exceptions provided"))
    sums = {
        name: float(rows[name].sum() or 0) for name in ("resolved", "timed", "within_target", "within_expected", "open")
    }
    open_words = _("{n} of this user's own are open").format(n=count(sums["open"]))
    if not sums["timed"]:
        return _Card(label, count(sums["resolved"]), open_words)
    line = _("{within} of {timed} within target, {expected} expected for these types; {open}").format(
        within=count(sums["within_target"]),
        timed=count(sums["timed"]),
        expected=_number(sums["within_expected"]),
        open=open_words,
    )
    return _Card(label, count(sums["resolved"]), line)  # fmt: skip


def _number(value: float) -> str:
    """An expected count: with a decimal while it is small."""
    return f"{value:.1f}" if value < 20 else count(value)  # noqa: PLR2004
