"""Users compared: fair to who has the hard orders and to who has few, plain about who really differs."""

import polars as pl

from dashboard.charts.funnel import funnel_plot, verdict
from dashboard.people import compared, hovers
from dashboard.theme import LIGHT


def rows(*users: tuple[str, int, int, float]) -> pl.DataFrame:
    return pl.DataFrame(users, schema=["user_id", "orders", "errors", "expected"], orient="row")


STEADY = [(f"u{n:02d}", 1000 + n, 50 + n % 5, 51.0) for n in range(20)]


def test_who_has_the_hard_orders_is_no_signal() -> None:
    found = compared(rows(*STEADY, ("phone", 1000, 110, 108.0)))
    assert found is not None and found.outside.tolist() == [0] * 21


def test_who_really_differs_is_named_and_who_has_few_orders_is_not() -> None:
    frame = rows(*STEADY, ("careless", 1000, 120, 51.0), ("new", 30, 4, 1.6))
    found = compared(frame)
    assert found is not None and found.outside.tolist() == [0] * 20 + [1, 0]
    fig = funnel_plot(found, frame["user_id"].to_list(), hovers(found, frame), "orders entered", LIGHT, compact=False)
    named = [a.text for a in fig.layout.annotations if a.text.startswith("<b>")]
    assert named == ["<b>careless</b>"]
    dots = {text: trace.marker.color for trace in fig.data if trace.mode == "markers" for text in trace.hovertext}
    colours = {text.split("<br>")[0]: colour for text, colour in dots.items()}
    assert (len(colours), colours["<b>careless</b>"], colours["<b>u00</b>"]) == (22, LIGHT.error, LIGHT.ink)
    assert (
        "<b>careless</b><br>12.9\xa0% with everybody's case mix<br>120 wrong of 1,000 entered<br>above the outer limit: look at the orders before the person"
        in dots
    )


def test_two_users_or_no_error_are_no_comparison() -> None:
    assert compared(rows(("a", 100, 5, 4.0), ("b", 100, 3, 4.0))) is None
    assert compared(rows(("a", 100, 0, 0.0), ("b", 100, 0, 0.0), ("c", 100, 0, 0.0))) is None
    assert "no signal about the person" in verdict(0)
