"""Every visible string goes through `_`; numbers, dates and durations are worded here, once."""

import gettext
import re
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from pipelines.contract import field_in_words

_translation = gettext.translation("orderproof", Path(__file__).parent / "locale", fallback=True)
_ = _translation.gettext
ngettext = _translation.ngettext

NBSP = "\u00a0"
MINUS = "\u2212"


def percent(share: float | None, digits: int = 1) -> str:
    """0.956 -> '95.6 %' with a space that does not break; a dash where unknown."""
    return "–" if share is None else f"{100 * share:.{digits}f}{NBSP}%"


def points(difference: float) -> str:
    """A difference of two shares: '0.6 pts'."""
    return f"{abs(100 * difference):.1f}{NBSP}{_('pts')}"


def count(value: Any) -> str:
    """A whole number with thousands separators."""
    return "–" if value is None else f"{value:,.0f}".replace("-", MINUS)


def counted_orders(number: int) -> str:
    """'1 order', '1,312 orders'."""
    return ngettext("{n} order", "{n} orders", number).format(n=count(number))


def counted_actions(number: int) -> str:
    """'1 action', '1,312 actions'."""
    return ngettext("{n} action", "{n} actions", number).format(n=count(number))


def counted_changes(number: int) -> str:
    """'1 change', '1,312 changes'."""
    return ngettext("{n} change", "{n} changes", number).format(n=count(number))


def counted_days(number: int) -> str:
    """'1 day', '312 days'."""
    return ngettext("{n} day", "{n} days", number).format(n=count(number))


def money(value: Any, currency: str | None) -> str:
    """An amount rounded to what one would act on."""
    if value is None:
        return "–"
    if abs(value) >= 1_000_000:  # noqa: PLR2004 - three readable forms
        text = f"{value / 1_000_000:,.2f}{NBSP}M"
    else:
        text = f"{value / 1000:,.1f}{NBSP}k" if abs(value) >= 10_000 else f"{value:,.0f}"  # noqa: PLR2004
    return f"{currency}{NBSP}{text}" if currency else text


def duration(seconds: float | None, day_length: float = 86_400) -> str:
    """A span in the unit that gives one to three figures: '20 min', '4.2 h', '3.1 d'. A working day is shorter than 24 hours."""
    if seconds is None:
        return "–"
    units = ((5400, _("min"), 60), (2 * day_length, _("h"), 3600), (float("inf"), _("d"), day_length))
    for limit, unit, size in units:
        if abs(seconds) < limit:
            value = seconds / size
            return f"{value:.0f}{NBSP}{unit}" if value >= 10 or unit == _("min") else f"{value:.1f}{NBSP}{unit}"  # noqa: PLR2004
    raise AssertionError


def day(value: date | datetime | None) -> str:
    """'Fri 20 Nov 2026'."""
    return "–" if value is None else f"{value:%a} {value.day} {value:%b %Y}"


def short_day(value: date) -> str:
    """'20 Nov 2026'."""
    return f"{value.day} {value:%b %Y}"


def span_of_days(first: date, last: date) -> str:
    """'4 – 31 May 2026', '31 Mar – 29 Jun 2026'; the year twice only where it differs."""
    if first.year != last.year:
        return f"{short_day(first)} – {short_day(last)}"
    start = str(first.day) if first.month == last.month else f"{first.day} {first:%b}"
    return f"{start} – {short_day(last)}" if first != last else short_day(last)


def moment(value: datetime | None) -> str:
    """'Fri 20 Nov 2026, 18:00'; the day alone where midnight says that no more is known."""
    return day(value) if value is None or is_day(value) else f"{day(value)}, {value:%H:%M}"


def is_day(value: datetime) -> bool:
    """Whether a moment of the reporting zone is a day without a time, which begins at midnight."""
    return value.time() == time.min


def span_of_hours(times: list[datetime]) -> str:
    """'08:10 to 17:25': the hours of moments of one day; days without a time have none."""
    if all(is_day(at) for at in times):
        return _("at unknown hours")
    first, last = f"{min(times):%H:%M}", f"{max(times):%H:%M}"
    return first if first == last else _("{first} to {last}").format(first=first, last=last)


def user_called(user: str) -> str:
    """A user at the beginning of a sentence; a bare number would read as a count."""
    return _("User {id}").format(id=user) if user.isdigit() else user


def listed(items: list[str]) -> str:
    """'a, b and c'."""
    if len(items) < 2:  # noqa: PLR2004
        return "".join(items)
    return f"{', '.join(items[:-1])} {_('and')} {items[-1]}"


def field_named(field: str | None) -> str:
    """A field as a clerk calls it: 'sku' -> 'Product code'; unknown stays unknown."""
    words = field_in_words(field) if field else _("unknown")
    return words[:1].upper() + words[1:]


_MARKS = re.compile(r"([\\`*_\[\]$~<])")


def plain(text: object) -> str:
    """A text of the data for a sentence in Markdown: what would be read as markup stands as it is."""
    return _MARKS.sub(r"\\\1", str(text))


def named(code: str | None) -> str:
    """A code as words: 'stock_shortage' -> 'Stock shortage'; unknown stays unknown."""
    return _("unknown") if not code else code.replace("_", " ")[:1].upper() + code.replace("_", " ")[1:]
