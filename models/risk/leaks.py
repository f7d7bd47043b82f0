"""The leak gate: a feature that alone tells nearly everything knows the future, and is refused by name."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.risk.frame import FeatureNames
from models.risk.metrics import auc

SUSPICIOUS_AUC = 0.9


def refused_features(
    frame: pl.DataFrame, wrong: NDArray[np.bool_], names: FeatureNames, limit: float = SUSPICIOUS_AUC
) -> dict[str, float]:
    """Features whose own AUC, in either direction, exceeds `limit`, with that AUC.

    A number is also tried as "is it known at all". A category is scored on every second order by the share of wrong
    orders it had among the others.
    """
    scores = {name: _number_auc(_numbers(frame[name]), wrong) for name in names.numbers}
    scores |= {name: _category_auc(frame[name], wrong) for name in names.categories}
    return {name: score for name, score in scores.items() if score > limit}


def _numbers(series: pl.Series) -> NDArray[np.float64]:
    return series.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _number_auc(values: NDArray[np.float64], wrong: NDArray[np.bool_]) -> float:
    known = ~np.isnan(values)
    candidates = [
        (known.astype(np.float64), wrong),
        (values[known], wrong[known]),
        (np.abs(values[known]), wrong[known]),
    ]
    return max(_either_way(score, label) for score, label in candidates)


def _category_auc(series: pl.Series, wrong: NDArray[np.bool_]) -> float:
    even = np.arange(wrong.size) % 2 == 0
    table = pl.DataFrame({"category": series.cast(pl.String).fill_null(""), "wrong": wrong, "even": even})
    rates = table.filter("even").group_by("category").agg(pl.col("wrong").mean().alias("rate"))
    tried = table.filter(~pl.col("even")).join(rates, on="category", how="left", maintain_order="left")
    return _either_way(tried["rate"].fill_null(0.0).to_numpy(), tried["wrong"].to_numpy())


def _either_way(score: NDArray[np.float64], wrong: NDArray[np.bool_]) -> float:
    if not wrong.any() or wrong.all():
        return 0.5
    value = auc(wrong, score)
    return max(value, 1 - value)
