"""The start page's answer: how many orders were right, and how that stands to the weeks before; each rate with its days and orders."""

from dashboard import data
from dashboard.error_course import baseline_words, course, recent_words
from dashboard.error_origins import moved_words
from dashboard.frames import Trend
from dashboard.parts import small, verdict
from dashboard.unreasoned import unreasoned_words
from dashboard.words import _, count, percent, points, short_day, span_of_days
from pipelines.read.filters import Filters
from pipelines.read.kpi import KpiValue


def accuracy_verdict(filters: Filters) -> None:
    """Draw the verdict on the orders of the selection."""
    now = data.kpis(("order_accuracy_rate",), filters)[0]
    if now.value is None:
        verdict(_suspected(filters), _("Order accuracy is unknown; {reason}.").format(reason=now.reason))
        return
    sentence = _beside_target(now.value, data.home().settings.accuracy_target)
    trend = course(filters)
    told = [
        _wrong(now),
        unreasoned_words(filters, mature=True),
        _immature(now),
        recent_words(trend) if trend else "",
        moved_words(filters, trend) if trend else "",
    ]
    verdict(sentence, " ".join(part for part in told if part))
    if trend:
        _spans(trend)


def _beside_target(value: float, aim: float) -> str:
    """How far accuracy is from its target, as far as the digits shown tell them apart."""
    if points(value - aim) == points(0):
        return _("Order accuracy is {value}, as the target is.").format(value=percent(value))
    return _("Order accuracy is {value}, {gap} {side} target.").format(
        value=percent(value), gap=points(value - aim), side=_("above") if value >= aim else _("below")
    )


def _suspected(filters: Filters) -> str:
    """What can be said without evidence of errors: how many orders break a rule."""
    found, entered = data.kpis(("defect_rate", "orders_entered"), filters)
    if found.value is None:
        return _("{orders} orders were entered; how many were wrong is unknown.").format(orders=count(entered.value))
    if not found.numerator:
        return _("None of {orders} orders breaks a rule; how many of them were wrong is unknown.").format(
            orders=count(found.denominator)
        )
    return _("{n} of {orders} orders break a rule ({share}); how many of them were wrong is unknown.").format(
        n=count(found.numerator), orders=count(found.denominator), share=percent(found.value)
    )


def _wrong(now: KpiValue) -> str:
    return _("{wrong} of {orders} complete orders{entered} were wrong: {rate}.").format(
        wrong=count((now.denominator or 0) - (now.numerator or 0)), orders=count(now.denominator), entered=_entered(now),
        rate=percent(1 - (now.value or 0)),
    )  # fmt: skip


def _entered(now: KpiValue) -> str:
    """' entered 31 Mar – 30 May 2026': the days that a figure of complete orders is about."""
    last = now.mature_until or now.date_to
    if last is None:
        return ""
    if now.date_from is None or now.date_from > last:
        return _(" entered until {day}").format(day=short_day(last))
    return _(" entered {span}").format(span=span_of_days(now.date_from, last))


def _spans(trend: Trend) -> None:
    """Why the rates above differ: each looks at other weeks."""
    words = _(
        "The rates differ because each is about other weeks: the complete orders of the period chosen above; "
        "the latest whole weeks that are complete; the weeks of the baseline, which the course is judged against."
    )
    small(f"{baseline_words(trend)} {words}")


def _immature(now: KpiValue) -> str:
    if now.mature_until is None or now.mature_until == now.date_to:
        return ""
    return _("Orders entered after {day} are not complete yet and do not count.").format(
        day=f"{now.mature_until.day} {now.mature_until:%B %Y}"
    )
