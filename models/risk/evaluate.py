"""How well the model would have done: rolling folds in time order, intervals by day, and simple rules to beat."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.risk import metrics, novelty, train
from models.risk.frame import FeatureNames, matrix
from models.risk.train import Fold

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

TOP_SHARE = 0.1

NOVELTY = "novelty"

# Simple rules that a model must beat, by the column that ranks; random and novelty are added.
BASELINES = {
    "order value": "amount",
    "warning signs at entry": "warning_signs",
    "customer's error rate": "customer_error_rate",
    "user's error rate": "user_error_rate",
}


def evaluate(
    frame: pl.DataFrame, wrong: Bools, names: FeatureNames, folds: list[Fold], capacity: int
) -> dict[str, Any]:
    """Entries of the report card, measured on the test parts of the folds taken together.

    `frame` in time order, `wrong` beside it, `capacity` orders reviewed a day.
    """
    score, unusual = _fold_scores(frame, wrong, names, folds)
    tested = np.concatenate([fold.test for fold in folds])
    day = frame["local_day"].to_physical().to_numpy().astype(np.int64)[tested]
    return {
        **_dates(frame, folds),
        **_measures(wrong[tested], score[tested], day, capacity),
        "baselines": _baselines(frame[tested], wrong[tested], unusual[tested], day, capacity),
        "reliability": metrics.reliability(wrong[tested], score[tested]),
    }


def _fold_scores(frame: pl.DataFrame, wrong: Bools, names: FeatureNames, folds: list[Fold]) -> tuple[Floats, Floats]:
    """Probability and novelty of each tested order, by models that saw its fold's training part; NaN for the others."""
    x, numbers = matrix(frame, names), matrix(frame, FeatureNames(names.numbers, ())).astype(np.float64)
    score, unusual = np.full(wrong.size, np.nan), np.full(wrong.size, np.nan)
    for fold in folds:
        score[fold.test] = train.probability(train.fit(x[fold.train], wrong[fold.train], names), x[fold.test])
        unusual[fold.test] = novelty.novelty(*novelty.fit_novelty(numbers[fold.train]), numbers[fold.test])
    return score, unusual


def _dates(frame: pl.DataFrame, folds: list[Fold]) -> dict[str, Any]:
    t0 = frame["t0"]
    return {
        "folds": [
            {
                "train_from": str(t0[int(fold.train[0])]),
                "train_until": str(t0[int(fold.train[-1])]),
                "test_from": str(t0[int(fold.test[0])]),
                "test_until": str(t0[int(fold.test[-1])]),
                "train_orders": int(fold.train.size),
                "test_orders": int(fold.test.size),
            }
            for fold in folds
        ]
    }


def _measures(wrong: Bools, score: Floats, day: NDArray[np.int64], capacity: int) -> dict[str, Any]:
    at_capacity = metrics.reviewed(score, day, capacity)
    top = metrics.reviewed(score, day, None, TOP_SHARE)
    measures: dict[str, metrics.Measure] = {
        "auc": lambda w: metrics.auc(wrong, score, w),
        "average_precision": lambda w: metrics.average_precision(wrong, score, w),
        "brier": lambda w: metrics.brier(wrong, score, w),
        "brier_skill": lambda w: metrics.brier_skill(wrong, score, w),
        "precision_at_capacity": lambda w: metrics.precision_recall(wrong, at_capacity, w)[0],
        "recall_at_capacity": lambda w: metrics.precision_recall(wrong, at_capacity, w)[1],
        "precision_at_top_tenth": lambda w: metrics.precision_recall(wrong, top, w)[0],
        "recall_at_top_tenth": lambda w: metrics.precision_recall(wrong, top, w)[1],
    }
    measured = {name: _with_interval(measure, day) for name, measure in measures.items()}
    sizes = {"test_orders": int(wrong.size), "test_wrong": int(wrong.sum()), "base_rate": float(wrong.mean())}
    shares = {"capacity": capacity, "reviewed_share_at_capacity": float(at_capacity.mean())}
    return {**sizes, **shares, "mean_prediction": float(score.mean()), **measured}


def _with_interval(measure: metrics.Measure, day: NDArray[np.int64]) -> dict[str, float]:
    low, high = metrics.by_day_interval(measure, day)
    return {"value": measure(np.ones(day.size)), "low": low, "high": high}


def _baselines(
    frame: pl.DataFrame, wrong: Bools, unusual: Floats, day: NDArray[np.int64], capacity: int
) -> dict[str, Any]:
    rng = np.random.default_rng(7)
    scores = {"random": rng.random(wrong.size), NOVELTY: unusual}
    for name, column in BASELINES.items():
        if frame[column].null_count() < frame.height:
            scores[name] = frame[column].fill_null(-1.0).to_numpy()
    return {name: _baseline(wrong, score, day, capacity) for name, score in scores.items()}


def _baseline(wrong: Bools, score: Floats, day: NDArray[np.int64], capacity: int) -> dict[str, float]:
    at_capacity = metrics.precision_recall(wrong, metrics.reviewed(score, day, capacity))
    top = metrics.precision_recall(wrong, metrics.reviewed(score, day, None, TOP_SHARE))
    return {
        "auc": metrics.auc(wrong, score),
        "average_precision": metrics.average_precision(wrong, score),
        "precision_at_capacity": at_capacity[0],
        "precision_at_top_tenth": top[0],
        "recall_at_top_tenth": top[1],
    }
