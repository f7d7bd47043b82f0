"""How well the trend's statistics do where the truth is known, each over 100 seeds. Made directly, without product runs.

Right edge: orders by day of entry with errors that are found after a delay, looked at as the page does (`error_trend`); the
rate of the last two-week window as found so far and as expected, against the rate once every error is found. Interval score
(Gneiting and Raftery 2007): width, plus 2/alpha times what the truth lies outside. `at best` is the error of somebody who knows the
true rate and the true delays: what chance alone leaves. Placebo dates: series without a change.
Go-live: with --home and --truth (`orderproof simulate`), the step that a product run of the simulated company shows.

uv run python -m tests.bench.bench_trends [--seeds 100] [--home HOME --truth DIR/truth]
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from dashboard.effects import Verdict, verdict
from dashboard.frames import Trend, error_trend
from models.statistics.segmented import Placebo, placebo, segmented
from pipelines.read.filters import Filters, with_selection
from pipelines.settings import open_home
from pipelines.simulate.company import load_company
from pipelines.sqlfiles import read_package_sql
from pipelines.warehouse import require_snapshot

LEVEL = 0.9
MATURE_DAYS = 30
MONDAY = date(2000, 1, 3)
FIRST = date(2025, 1, 6)
_MANY = 400_000
"""Delays drawn to know their distribution."""
Floats = NDArray[np.float64]
Delays = Callable[[np.random.Generator, int], Floats]


@dataclass(frozen=True, slots=True)
class Setting:
    """A company to look at: orders a day on average, error rate by day, delay of discovery in days, length in days."""

    name: str
    a_day: float
    rate: Callable[[np.random.Generator, int], Floats]
    delays: Delays
    days: int = 539


def exponential(mean: float) -> Delays:
    return lambda rng, size: rng.exponential(mean, size)


def as_simulated(rng: np.random.Generator, size: int) -> Floats:
    """The delays of the simulated company: caught before shipping, reported, or sent back after it (simulate/discovery.py)."""
    habits = load_company(None).discovery
    mean, shipped = habits["mean_days"], rng.gamma(4.0, 1.25, size)
    caught = habits["corrected"] * habits["found"]
    how = rng.choice(3, size, p=[caught / 2, 1 - caught / 2 - 0.17, 0.17])
    ways = [
        rng.uniform(0.1, 0.9, size) * shipped,
        rng.exponential(mean, size) + 1 / 12,
        shipped + 1 + rng.exponential(mean, size),
    ]
    return np.choose(how, ways)


def flat(rate: float) -> Callable[[np.random.Generator, int], Floats]:
    return lambda _rng, days: np.full(days, rate)


def stepped(before: float, after: float, at: float) -> Callable[[np.random.Generator, int], Floats]:
    return lambda _rng, days: np.where(np.arange(days) < at * days, before, after)


def restless(mean: float, spread: float) -> Callable[[np.random.Generator, int], Floats]:
    """A rate that wanders: each week's logarithm keeps 80 % of the last one's distance from the mean."""

    def made(rng: np.random.Generator, days: int) -> Floats:
        wander, value = [], 0.0
        for _ in range(days // 7 + 1):
            value = 0.8 * value + rng.normal(0, spread * np.sqrt(1 - 0.8**2))
            wander.append(value)
        return mean * np.exp(np.repeat(wander, 7)[:days] - spread**2 / 2)

    return made


SETTINGS = (
    Setting("flat 6 %, found after 20 days on average", 120, flat(0.06), exponential(20), 147),
    Setting("the simulated company, 100,000 orders", 185, stepped(0.056, 0.039, 0.56), as_simulated),
    Setting("the simulated company, 10,000 orders", 18.5, stepped(0.056, 0.039, 0.56), as_simulated),
    Setting("a restless rate (4 %, spread a fifth)", 100, restless(0.04, 0.2), exponential(15)),
    Setting("a step from 4 to 6 % in the last six weeks", 100, stepped(0.04, 0.06, 1 - 42 / 539), exponential(15)),
)


def entries(rng: np.random.Generator, setting: Setting) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """(orders by day, errors by day, true rate by day): fewer at the end of a week, next to none on its days off."""
    weights = np.array([1.15, 1.1, 1.0, 1.0, 0.9, 0.08, 0.03])
    weights = weights * 7 / weights.sum()
    orders = rng.poisson(setting.a_day * weights[np.arange(setting.days) % 7])
    rate = setting.rate(rng, setting.days)
    return orders, rng.binomial(orders, rate), rate


def look(rng: np.random.Generator, setting: Setting, unseen: Floats) -> tuple[Trend, float, float] | None:
    """The trend as the page draws it at the data end; of the last two-week window the true rate, and the rate expected by somebody
    who knows the rate of each day and `unseen`, the share of errors not found yet by age."""
    orders, errors, rate = entries(rng, setting)
    ages = np.arange(setting.days - 1, -1, -1)
    error_age = np.repeat(ages, errors)
    delay = np.floor(setting.delays(rng, error_age.size)).astype(np.int64)
    seen = delay <= error_age
    start = [MONDAY + timedelta(days=((FIRST - MONDAY).days + d) // 14 * 14) for d in range(setting.days)]
    found = np.bincount(setting.days - 1 - error_age[seen], minlength=setting.days)
    known = found + orders * rate * unseen[ages]
    by_day = pl.DataFrame(
        {"week": start, "age": ages, "orders": orders, "errors": found, "true": errors, "known": known}
    )
    periods = (
        by_day.group_by("week", maintain_order=True)
        .agg(pl.col("orders").sum(), pl.col("errors").sum(), pl.col("true").sum(), pl.col("known").sum(), (pl.col("age").min() >= MATURE_DAYS).alias("is_mature"),
             pl.len().alias("days"))
    )  # fmt: skip
    delays = pl.DataFrame({"delay": delay[seen], "age": error_age[seen]})
    trend = error_trend(periods, delays, by_day.filter(pl.col("orders") > 0), 14, None, LEVEL)
    true, known = (periods[name][-1] / periods["orders"][-1] for name in ("true", "known"))
    return (trend, true, known) if trend else None


def right_edge(setting: Setting, seeds: int) -> str:
    raw, best, off, covered, scores, widths = [], [], [], [], [], []
    many = np.floor(setting.delays(np.random.default_rng(seeds), _MANY))
    unseen = np.array([(many > age).mean() for age in range(setting.days)])
    for seed in range(seeds):
        looked = look(np.random.default_rng(seed), setting, unseen)
        assert looked is not None
        trend, true, known = looked
        last = trend.filling[-1]
        raw.append(abs(last.found - true))
        best.append(abs(known - true))
        if last.expected is None or last.low is None or last.high is None:
            continue
        off.append(abs(last.expected - true))
        covered.append(last.low - 1e-12 <= true <= last.high + 1e-12)
        outside = max(last.low - true, true - last.high, 0.0)
        widths.append(last.high - last.low)
        scores.append(widths[-1] + 2 / (1 - LEVEL) * outside)
    mean = [100 * float(np.mean(values)) for values in (raw, off, widths, scores, best)]
    return (
        f"{setting.name:45} raw {mean[0]:5.2f} pts  nowcast {mean[1]:5.2f} pts  ratio {mean[1] / mean[0]:4.2f} (at best {mean[4] / mean[0]:4.2f})  "
        f"covered {100 * np.mean(covered):3.0f} %  width {mean[2]:4.2f}  interval score {mean[3]:5.2f} pts  told {len(off)}/{seeds}"
    )


def weekly(rng: np.random.Generator, setting: Setting) -> tuple[list[date], Floats, Floats]:
    """(starts, rates, orders) of the complete weeks of a setting without discovery delay."""
    orders, errors = (x[: setting.days // 7 * 7].reshape(-1, 7).sum(axis=1) for x in entries(rng, setting)[:2])
    return [FIRST + timedelta(days=7 * week) for week in range(orders.size)], errors / orders, orders.astype(np.float64)


def placebos(setting: Setting, seeds: int) -> str:
    """One date by chance in each of `seeds` series in which nothing happened; and how many the page's own check lets pass."""
    significant = believed = 0
    for seed in range(seeds):
        rng = np.random.default_rng(1000 + seed)
        starts, rates, orders = weekly(rng, setting)
        at = int(rng.integers(8, len(starts) - 8))
        found = segmented(rates, at, orders)
        is_step = found is not None and found.level.is_significant
        quiet = [placebo(rates[:at], orders[:at]), placebo(rates[at:], orders[at:])]
        told = Verdict(found, Placebo(sum(q.dates for q in quiet), sum(q.significant for q in quiet)))
        significant, believed = significant + is_step, believed + (is_step and told.is_honest)
    return (
        f"{setting.name:45} {significant} of {seeds} placebo dates significant, {believed} told as a step by the page"
    )


def steps(setting: Setting, step: float, at: float, seeds: int) -> str:
    """A planted step: how often its interval holds it, how often it is called significant."""
    covered = called = 0
    values = []
    for seed in range(seeds):
        _starts, rates, orders = weekly(np.random.default_rng(2000 + seed), setting)
        found = segmented(rates, round(at * rates.size), orders)
        assert found is not None
        values.append(found.level.value)
        covered += found.level.interval.low <= step <= found.level.interval.high
        called += found.level.is_significant
    return (
        f"{setting.name:45} step {100 * step:+.1f} pts, found {100 * np.mean(values):+.2f} on average, "
        f"95 % interval holds it in {covered} of {seeds}, significant in {called}"
    )


QUIET = (
    Setting("flat 4 %", 100, flat(0.04), exponential(15)),
    Setting("a restless rate (4 %, spread a fifth)", 100, restless(0.04, 0.2), exponential(15)),
    Setting("the simulated company before its go-live", 185, flat(0.056), as_simulated, 301),
)
GO_LIVE = 44 / 77
STEPPED = Setting("the simulated company, 100,000 orders", 185, stepped(0.056, 0.039, GO_LIVE), as_simulated)


def product_go_live(home: Path, truth: Path) -> str:
    """The step at the go-live that a published snapshot shows, beside that of the planted errors that somebody found."""
    go_live = load_company(None).go_live
    snapshot = require_snapshot(open_home(home))
    con = duckdb.connect(str(snapshot.path), read_only=True)
    queries = {file.name: file.sql for file in read_package_sql("dashboard.queries")}

    def rows(name: str) -> pl.DataFrame:
        sql, params = with_selection(queries[name].replace("$weeks", "1"), Filters())
        found: pl.DataFrame = con.sql(sql, params=params).pl()
        return found

    trend = error_trend(rows("weekly_errors"), rows("error_delays"), rows("entry_days"), 7, None)
    assert trend is not None
    effect = verdict(trend, go_live)
    assert effect.effect is not None
    level = effect.effect.level
    true = _true_step(con, truth, trend, go_live)
    quiet = effect.placebo
    return (
        f"go-live of {go_live}: true step {100 * true:+.2f} pts; found {100 * level.value:+.2f} "
        f"({100 * level.interval.low:+.2f} to {100 * level.interval.high:+.2f}); placebo dates significant {quiet.significant} of {quiet.dates}"
    )


def _true_step(con: duckdb.DuckDBPyConnection, truth: Path, trend: Trend, go_live: date) -> float:
    """Planted errors that somebody found, as a share of the orders, after the go-live less before it."""
    con.sql(f"""
        CREATE TEMP TABLE wrong AS SELECT DISTINCT order_id FROM read_csv(['{truth}/planted.csv', '{truth}/corrected.csv'], union_by_name = true)
        WHERE found_at IS NOT NULL""")
    row = con.execute(
        """
        SELECT avg((w.order_id IS NOT NULL)::INT) FILTER (ordered_on >= $day) - avg((w.order_id IS NOT NULL)::INT) FILTER (ordered_on < $day)
        FROM marts.order_facts o LEFT JOIN wrong w USING (order_id)
        WHERE order_class = 'sale' AND ordered_on BETWEEN $first AND $last""",
        {"day": go_live, "first": trend.starts[0], "last": trend.starts[-1] + timedelta(days=6)},
    ).fetchone()
    assert row is not None
    return float(row[0])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--truth", type=Path)
    options = parser.parse_args()
    print("Right edge: mean absolute error of the last two-week window, 90 % interval")
    for setting in SETTINGS:
        print(right_edge(setting, options.seeds), flush=True)
    print("Placebo dates: 5 % are to be expected")
    for setting in QUIET:
        print(placebos(setting, options.seeds), flush=True)
    print("Planted step")
    print(steps(STEPPED, 0.039 - 0.056, GO_LIVE, options.seeds), flush=True)
    if options.home and options.truth:
        print(product_go_live(options.home, options.truth))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
