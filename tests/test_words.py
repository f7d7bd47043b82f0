"""Every visible string goes through gettext; numbers, dates and spans are worded as people read them."""

import ast
from datetime import date, datetime
from pathlib import Path

import pytest

from dashboard.locale.extract import TEMPLATE, messages, template
from dashboard.words import (
    NBSP,
    count,
    counted_actions,
    counted_orders,
    day,
    duration,
    field_named,
    listed,
    moment,
    money,
    named,
    percent,
    points,
    span_of_days,
    span_of_hours,
    user_called,
)  # fmt: skip

FOLDER = TEMPLATE.parent.parent
# Calls whose text arguments people read.
SHOWN = {
    "markdown", "button", "verdict", "card", "missing", "small", "metric", "selectbox", "multiselect", "slider", "popover",
    "segmented_control", "chart_card", "date_input", "page_link", "note", "row_label", "pill",
}  # fmt: skip
PLAIN = {"Column", "CSV"}


def _loose_strings(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in SHOWN:
            texts = [a.value for a in node.args[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            found += [
                f"{path.name}: {t}"
                for t in texts
                if any(c.isalpha() for c in t) and t not in PLAIN and " " in t and not t.startswith("`")
            ]
    return found


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda p: p.name)
def test_no_visible_string_goes_past_gettext(path: Path) -> None:
    assert _loose_strings(path) == []


def test_the_template_lists_every_string() -> None:
    assert TEMPLATE.read_text(encoding="utf-8") == template(), "run: python -m dashboard.locale.extract"
    assert "Show them" in messages()


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (percent(0.9561), f"95.6{NBSP}%"),
        (percent(None), "–"),
        (points(-0.0064), f"0.6{NBSP}pts"),
        (count(1312), "1,312"),
        (count(-3), "−3"),
        (money(61_400, "EUR"), f"EUR{NBSP}61.4{NBSP}k"),
        (money(769, None), "769"),
        (duration(1200), f"20{NBSP}min"),
        (duration(4 * 3600), f"4.0{NBSP}h"),
        (duration(3.1 * 86_400), f"3.1{NBSP}d"),
        (duration(None), "–"),
        (day(date(2026, 11, 20)), "Fri 20 Nov 2026"),
        (span_of_days(date(2026, 5, 4), date(2026, 5, 31)), "4 – 31 May 2026"),
        (span_of_days(date(2026, 3, 31), date(2026, 6, 29)), "31 Mar – 29 Jun 2026"),
        (span_of_days(date(2025, 12, 30), date(2026, 3, 30)), "30 Dec 2025 – 30 Mar 2026"),
        (span_of_days(date(2026, 5, 4), date(2026, 5, 4)), "4 May 2026"),
        (listed(["a", "b", "c"]), "a, b and c"),
        (named("stock_shortage"), "Stock shortage"),
        (named(None), "unknown"),
    ],
)
def test_figures_are_worded_as_people_read_them(shown: str, expected: str) -> None:
    assert shown == expected


def test_a_day_without_a_time_is_told_as_the_day() -> None:
    assert moment(datetime(2026, 11, 20, 18, 0)) == "Fri 20 Nov 2026, 18:00"
    assert moment(datetime(2026, 11, 20)) == "Fri 20 Nov 2026"
    assert moment(None) == "–"


def test_hours_of_a_day() -> None:
    at = [datetime(2026, 11, 20, 17, 25), datetime(2026, 11, 20, 8, 10)]
    assert span_of_hours(at) == "08:10 to 17:25"
    assert span_of_hours(at[:1]) == "17:25"
    assert span_of_hours([datetime(2026, 11, 20)]) == "at unknown hours"


def test_one_is_one_and_a_number_is_no_name() -> None:
    assert (counted_actions(1), counted_orders(1312)) == ("1 action", "1,312 orders")
    assert (user_called("4"), user_called("u011")) == ("User 4", "u011")
    assert (field_named("sku"), field_named("net_amount"), field_named(None)) == (
        "Product code",
        "Net amount",
        "Unknown",
    )
