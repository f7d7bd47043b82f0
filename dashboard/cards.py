"""KPI cards: value, change against the period before with its signal, interval, target, and the last 13 periods."""

from dataclasses import dataclass
from datetime import date, timedelta

import streamlit as st

from dashboard import data
from dashboard.charts.trend import sparkline
from dashboard.costs import cost
from dashboard.parts import show, small
from dashboard.state import before, windows
from dashboard.theme import compact, tokens
from dashboard.words import _, count, counted_orders, duration, money, ngettext, percent, points, span_of_days
from models.statistics.intervals import compare_rates, wilson
from pipelines.read.filters import Filters
from pipelines.read.kpi import Kpi, KpiValue, catalogue, find

_FIRST = (
    "order_accuracy_rate", "perfect_order_rate", "first_time_right", "touchless_rate_entry", "cost_of_error",
    "open_exceptions_beyond_target",
)  # fmt: skip
_CARDS = 6
_SIGMAS = 1.96


@dataclass(frozen=True, slots=True)
class Change:
    """A KPI's change against the period before: its words, colour of the pill and of the last point."""

    text: str
    colour: str


def kpi_row(filters: Filters) -> None:
    """Six cards: six in a row on a desk, two on a phone. Cards of a row are equally high."""
    values = _six(filters)
    small(_compared_with(filters))
    in_row = 2 if compact() else _CARDS
    for number, value in enumerate(values):
        if number % in_row == 0:
            row = st.columns(in_row, gap="small", wrap=False)
        with row[number % in_row].container(border=True, gap="xsmall", height="stretch"):
            _card(find(value.name), value, filters)


def _compared_with(filters: Filters) -> str:
    """What the pills and the lines of the cards compare: said once above them."""
    former, drawn = before(filters), windows(filters)
    last = drawn[-1] if drawn else Filters()
    days = period_days(last.date_from, last.date_to) if last.date_from and last.date_to else 0
    line = _("line: {n} periods of {days} days").format(n=len(drawn), days=days)
    if former is None or former.date_from is None or former.date_to is None:
        return _("all of history: there is no period before it to compare with · {line}").format(line=line)
    return _("change: against the period before, {span} · {line}").format(
        span=span_of_days(former.date_from, former.date_to), line=line
    )


def definitions(filters: Filters) -> None:
    """What the cards count, each with the query that gives its figure from the snapshot."""
    with st.expander(_("How these figures are counted")):
        for value in _six(filters):
            kpi = find(value.name)
            st.markdown(f"**{_(kpi.title)}** · {_(kpi.text)}")
            st.code(data.kpi_sql(kpi.name, filters).strip(), language="sql")


def shown(value: float | None, unit: str) -> str:
    """A KPI's value as people read it."""
    if unit == "percent":
        return percent(value)
    if unit == "hours":
        return duration(None if value is None else value * 3600)
    return cost(value) if unit == "money" else count(value)


def _six(filters: Filters) -> list[KpiValue]:
    names = tuple(kpi.name for kpi in sorted(catalogue(), key=_place))
    values = data.kpis(names, filters)
    told = [value for value in values if value.value is not None]
    return (told + [value for value in values if value.value is None])[:_CARDS]


def _place(kpi: Kpi) -> int:
    return _FIRST.index(kpi.name) if kpi.name in _FIRST else _CARDS + kpi.order


def _card(kpi: Kpi, now: KpiValue, filters: Filters) -> None:
    former = None if kpi.is_now else before(filters)
    past = data.kpis((kpi.name,), former)[0] if former else None
    change = Change(_("now"), "gray") if kpi.is_now and now.value is not None else _change(kpi, now, past)
    with st.container(gap=None):
        st.metric(_(kpi.title), shown(now.value, kpi.unit), help=_(kpi.text))
        st.markdown(f":{change.colour}-badge[{change.text}]")
    small(_line(kpi, now))
    # What is open now has no periods before it.
    if now.value is not None and not kpi.is_now:
        _spark(kpi, filters, change)


def _change(kpi: Kpi, now: KpiValue, past: KpiValue | None) -> Change:
    if now.value is None:
        return Change(_("unknown"), "gray")
    if past is None or past.value is None:
        return Change(_("nothing before"), "gray")
    difference = now.value - past.value
    size = points(difference) if kpi.unit == "percent" else _size(abs(difference), kpi.unit)
    if size == (points(0) if kpi.unit == "percent" else _size(0, kpi.unit)):
        return Change(_("unchanged"), "gray")
    arrow = "↑" if difference > 0 else "↓"
    told = _signal(kpi, now, past)
    words = {"better": ", " + _("better"), "worse": ", " + _("worse"), "no signal": ", " + _("no signal"), "": ""}
    colours = {"better": "green", "worse": "red"}
    return Change(f"{arrow} {size}{words[told]}", colours.get(told, "gray"))


def _size(difference: float, unit: str) -> str:
    """A difference in the unit of the value above it, the currency left out: a pill is narrow."""
    return money(difference, None) if unit == "money" else shown(difference, unit)


def _signal(kpi: Kpi, now: KpiValue, past: KpiValue) -> str:
    """Better or worse only where the interval of the difference excludes zero; nothing where it is not known how far chance goes."""
    if kpi.unit == "percent" and kpi.good in ("up", "down") and now.denominator and past.denominator:
        found = compare_rates(
            now.numerator or 0,
            now.denominator,
            past.numerator or 0,
            past.denominator,
            "up" if kpi.good == "up" else "down",
        )
        return found.verdict if found else "no signal"
    if kpi.unit == "count" and kpi.good == "down" and now.value is not None and past.value is not None:
        # Two counts as Poisson: the variance of their difference is their sum.
        far = abs(now.value - past.value) > _SIGMAS * (now.value + past.value) ** 0.5
        return "no signal" if not far else ("better" if now.value < past.value else "worse")
    return ""


def _line(kpi: Kpi, now: KpiValue) -> str:
    if now.value is None:
        return now.reason or _("cannot be told")
    parts = []
    if kpi.unit == "percent" and now.denominator:
        interval = wilson(now.numerator or 0, now.denominator)
        if interval:
            parts.append(f"{100 * interval.low:.1f}–{100 * interval.high:.1f}")
    elif now.denominator and kpi.unit in ("hours", "money"):
        parts.append(
            counted_orders(int(now.denominator))
            if kpi.unit == "hours"
            else ngettext("{n} error", "{n} errors", int(now.denominator)).format(n=count(now.denominator))
        )
    elif kpi.is_now:
        parts.append(_("of {n} open, orders of any age").format(n=count(now.denominator)))
    elif now.denominator:
        parts.append(_("of {n}").format(n=count(now.denominator)))
    target = _target(kpi)
    if target is not None:
        parts.append(_("target {value}").format(value=shown(target, kpi.unit)))
    return " · ".join(parts) or _("in the period")


def _target(kpi: Kpi) -> float | None:
    return float(getattr(data.home().settings, kpi.target)) if kpi.target else None


def _spark(kpi: Kpi, filters: Filters, change: Change) -> None:
    values = [data.kpis((kpi.name,), window)[0].value for window in windows(filters)]
    colours = tokens()
    last = {"red": colours.error, "green": colours.target}.get(change.colour, colours.ink)
    alt = _("{title}: the last {n} periods, latest {value}").format(
        title=_(kpi.title),
        n=len(values),
        value=shown(next((v for v in reversed(values) if v is not None), None), kpi.unit),
    )
    show(sparkline(values, _target(kpi), last, colours), f"spark_{kpi.name}", alt, static=True)


def period_days(first: date, last: date) -> int:
    """Length of a period, both ends included."""
    return (last - first + timedelta(days=1)).days
