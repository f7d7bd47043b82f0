"""The card that compares orders changed after confirmation with unchanged ones of the same mix: association, not cause."""

import polars as pl

from dashboard import data, parts
from dashboard.charts.changes import Ratio, ratio_rows
from dashboard.theme import Tokens, compact
from dashboard.words import _, count, duration, listed, percent
from models.statistics.same_mix import MixComparison, group, on_same_mix
from pipelines.read.filters import Filters

_MIX = ("channel", "order_type", "lines", "value_class")
# Measure -> number of orders, sum, sum of squares (none for a share).
MEASURES = {
    "hours": ("timed", "hours", "hours_squared"),
    "wrong": ("judged", "wrong", None),
    "stopped": ("watched", "stopped", None),
}


def card(filters: Filters, colours: Tokens) -> None:
    """Cycle time, errors and exceptions of changed orders against unchanged ones of the same channel, type, size and value."""
    rows = data.query("change_effects", filters)
    told = {name: made for name in MEASURES if (made := compared(rows, name)) is not None}
    bars = [_bar(name, one) for name, one in told.items() if one.ratio is not None and one.ratio_interval is not None]
    line = _(
        "complete orders changed after confirmation against unchanged ones of the same channel, type, lines and value, 95 % interval · "
        "association, not cause: an order that takes longer has more time to be changed, and what went wrong may be why"
    )
    parts.chart_card(
        _title(told), line, ratio_rows(bars, colours) if bars else None, rows, "change_effects", _title(told),
        data.sql_text("change_effects", filters), _("Too few changed orders to compare: ten of each kind are needed in the same mix."),
    )  # fmt: skip


def compared(rows: pl.DataFrame, measure: str) -> MixComparison | None:
    """Changed against unchanged orders in one measure: `hours` of cycle time, share `wrong`, share `stopped` by an exception."""
    n, total, squares = MEASURES[measure]
    wanted = [n, total, *([squares] if squares else [])]
    strata = rows.with_columns(pl.col(c).fill_null(0) for c in wanted)
    changed, other = (
        strata.filter(pl.col("is_changed") == side).select(*_MIX, *wanted) for side in (True, False)
    )  # fmt: skip
    both = changed.join(other, on=list(_MIX), how="full", nulls_equal=True, suffix="_other").with_columns(
        pl.col(c).fill_null(0) for c in (*wanted, *(f"{c}_other" for c in wanted))
    )
    sides = [
        group(both[n + end].to_numpy(), both[total + end].to_numpy(), both[squares + end].to_numpy() if squares else None)
        for end in ("", "_other")
    ]  # fmt: skip
    return on_same_mix(sides[0], sides[1])


def _bar(name: str, told: MixComparison) -> Ratio:
    titles = {"hours": _("Cycle time"), "wrong": _("Orders with an error"), "stopped": _("Orders with an exception")}
    words = [duration(3600 * v) if name == "hours" else percent(v) for v in (told.first, told.second)]
    assert told.ratio is not None and told.ratio_interval is not None
    tone = ("worse" if told.difference > 0 else "better") if told.is_signal else ""
    text = _("{first} against {second}").format(first=words[0], second=words[1])
    if not compact():
        text += " · " + _("{n} changed orders").format(n=count(told.compared))
    return Ratio(titles[name], told.ratio, told.ratio_interval.low, told.ratio_interval.high, tone, text)


def _title(told: dict[str, MixComparison]) -> str:
    if not told:
        return _("What changed orders cost cannot be told yet")
    words = {"hours": _("longer cycle times"), "wrong": _("more errors"), "stopped": _("more exceptions")}
    worse = [words[name] for name, one in told.items() if one.is_signal and one.difference > 0]
    if not worse:
        return _("Changed orders do not fare worse than unchanged ones")
    return _("Changed orders go with {effects}").format(effects=listed(worse))
