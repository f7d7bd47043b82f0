"""Measures of a score against what happened, with weights, so that days can be drawn again for intervals."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Measure = Callable[[Floats], float]
"""From the weight of each order to the measured value."""


def auc(wrong: Bools, score: Floats, weight: Floats | None = None) -> float:
    """Chance that a wrong order scores above a right one, ties counted half; NaN where one kind is missing."""
    right_before, wrong_at, right_at = _by_score(wrong, score, weight)
    total = wrong_at.sum() * right_at.sum()
    return float((wrong_at * (right_before + right_at / 2)).sum() / total) if total else float("nan")


def average_precision(wrong: Bools, score: Floats, weight: Floats | None = None) -> float:
    """Mean precision over the wrong orders, from the highest score down, equal scores taken together; NaN if none."""
    _, wrong_at, right_at = _by_score(wrong, score, weight)
    hits, seen = np.cumsum(wrong_at[::-1]), np.cumsum((wrong_at + right_at)[::-1])
    precision = hits / np.where(seen > 0, seen, 1.0)
    return float((precision * wrong_at[::-1]).sum() / hits[-1]) if hits[-1] else float("nan")


def brier(wrong: Bools, probability: Floats, weight: Floats | None = None) -> float:
    """Mean squared distance of probability and outcome."""
    return float(np.average((probability - wrong) ** 2, weights=weight))


def brier_skill(wrong: Bools, probability: Floats, weight: Floats | None = None) -> float:
    """1 - Brier score / that of the constant base rate of the same orders: 0 says nothing, 1 everything."""
    rate = np.average(wrong, weights=weight)
    reference = rate * (1 - rate)
    return 1 - brier(wrong, probability, weight) / float(reference) if reference > 0 else float("nan")


def reviewed(score: Floats, day: NDArray[np.int64], capacity: int | None, share: float | None = None) -> Bools:
    """The orders reviewed if each day the highest scores are taken: `capacity` of them, or a `share` of the day's orders."""
    order = np.lexsort((np.arange(score.size), -score, day))
    _, first, count = np.unique(day[order], return_index=True, return_counts=True)
    place = np.arange(score.size) - np.repeat(first, count)
    limit = np.repeat(np.ceil(count * share), count) if share is not None else np.full(score.size, capacity)
    out = np.zeros(score.size, dtype=bool)
    out[order] = place < limit
    return out


def precision_recall(wrong: Bools, taken: Bools, weight: Floats | None = None) -> tuple[float, float]:
    """Share of wrong ones among the taken, and share of the wrong ones that were taken; NaN where there are none."""
    w = np.ones(wrong.size) if weight is None else weight
    hits, of_taken, of_wrong = (w * (wrong & taken)).sum(), (w * taken).sum(), (w * wrong).sum()
    return (
        float(hits / of_taken) if of_taken else float("nan"),
        float(hits / of_wrong) if of_wrong else float("nan"),
    )


def reliability(wrong: Bools, probability: Floats, bins: int = 10) -> list[dict[str, float]]:
    """Orders in equal groups by probability: how many, mean probability, share wrong."""
    groups = np.array_split(np.argsort(probability, kind="stable"), min(bins, max(wrong.size, 1)))
    return [
        {"n": float(g.size), "predicted": float(probability[g].mean()), "observed": float(wrong[g].mean())}
        for g in groups
        if g.size
    ]


def by_day_interval(
    measure: Measure, day: NDArray[np.int64], draws: int = 200, level: float = 0.95, seed: int = 7
) -> tuple[float, float]:
    """Percentile interval of a measure over whole days drawn with replacement: orders of a day are not independent."""
    days, place = np.unique(day, return_inverse=True)
    rng = np.random.default_rng(seed)
    times = rng.multinomial(days.size, np.full(days.size, 1 / days.size), size=draws).astype(np.float64)
    values = [measure(drawn[place]) for drawn in times]
    tail = 100 * (1 - level) / 2
    low, high = np.nanpercentile(values, [tail, 100 - tail])
    return float(low), float(high)


def _by_score(wrong: Bools, score: Floats, weight: Floats | None) -> tuple[Floats, Floats, Floats]:
    """Per distinct score from low to high: weight of right orders below, of wrong ones at it, of right ones at it."""
    w = np.ones(wrong.size) if weight is None else weight
    values, place = np.unique(score, return_inverse=True)
    wrong_at = np.bincount(place, weights=w * wrong, minlength=values.size).astype(np.float64)
    right_at = np.bincount(place, weights=w * ~wrong, minlength=values.size).astype(np.float64)
    return np.cumsum(right_at) - right_at, wrong_at, right_at
