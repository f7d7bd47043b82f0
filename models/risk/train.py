"""Temporal folds, the classifier and its calibration. No class weights: its probabilities are shown to people."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import TargetEncoder
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from models.risk.frame import FeatureNames

Bools = NDArray[np.bool_]

CALIBRATION_SHARE = 0.2
FEWEST_WRONG_TO_FIT = 100
FEWEST_WRONG_TO_CALIBRATE = 20
FEWEST_WRONG_TO_TEST = 20
TESTED_SHARE = 0.4
FOLDS = 3


@dataclass(frozen=True, slots=True)
class Fold:
    """Row numbers to train on and to test on; every training order is older than the test start by more than the gap."""

    train: NDArray[np.int64]
    test: NDArray[np.int64]


def rolling_folds(t0: NDArray[Any], wrong: Bools, gap_days: int, folds: int = FOLDS) -> list[Fold]:
    """Rolling-origin folds over the last two fifths of the orders (`t0` ascending, datetime64).

    Each fold trains on all orders submitted at least `gap_days` before its test starts: their labels were known by then.
    Folds with too few wrong orders to train or test on are left out.
    """
    edges = np.linspace(t0.size * (1 - TESTED_SHARE), t0.size, folds + 1).astype(int)
    made = [_fold(t0, start, end, gap_days) for start, end in pairwise(edges) if end > start]
    return [f for f in made if can_fit(wrong[f.train]) and wrong[f.test].sum() >= FEWEST_WRONG_TO_TEST]


def can_fit(wrong: Bools) -> bool:
    """Enough wrong and right orders to fit on the older part and to calibrate on the newer (`wrong` in time order)."""
    older, newer = _slices(wrong.size)
    return (
        wrong[older].sum() >= FEWEST_WRONG_TO_FIT
        and wrong[newer].sum() >= FEWEST_WRONG_TO_CALIBRATE
        and not wrong[newer].all()
    )


def fit(x: NDArray[Any], wrong: Bools, names: FeatureNames) -> Any:
    """Fit on the older four fifths, calibrate on the newer fifth (rows in time order). Encoders see the fitted part only."""
    older, newer = _slices(wrong.size)
    # one thread: so few rows gain little from more, and waiting threads are slow on a busy machine
    with threadpool_limits(limits=1, user_api="openmp"):
        model = _pipeline(names).fit(x[older], wrong[older])
    return CalibratedClassifierCV(FrozenEstimator(model), method="sigmoid").fit(x[newer], wrong[newer])  # type: ignore[no-untyped-call]


def unusable_features(frame: pl.DataFrame, names: FeatureNames, folds: list[Fold]) -> list[str]:
    """Features that have fewer than two values in the oldest part that is fitted: there is nothing to learn from them."""
    oldest = frame[folds[0].train[_slices(folds[0].train.size)[0]]]
    numbers = [name for name in names.numbers if oldest[name].drop_nulls().drop_nans().n_unique() <= 1]
    return numbers + [name for name in names.categories if oldest[name].n_unique() <= 1]


def probability(model: Any, x: NDArray[Any]) -> NDArray[np.float64]:
    """Chance of being wrong, one value per row."""
    with threadpool_limits(limits=1, user_api="openmp"):
        return np.asarray(model.predict_proba(x)[:, 1], dtype=np.float64)


def _slices(size: int) -> tuple[slice, slice]:
    cut = int(size * (1 - CALIBRATION_SHARE))
    return slice(0, cut), slice(cut, size)


def _fold(t0: NDArray[Any], start: int, end: int, gap_days: int) -> Fold:
    last = t0[start] - np.timedelta64(gap_days, "D")
    return Fold(np.arange(np.searchsorted(t0, last)), np.arange(start, end))


def _pipeline(names: FeatureNames) -> Pipeline:
    """Categories become the error rate they had in the training part (cross-fitted there), so that all inputs are numbers."""
    numbers = list(range(len(names.numbers)))
    categories = list(range(len(names.numbers), len(names.all)))
    encode = ColumnTransformer(  # type: ignore[no-untyped-call]
        [
            ("numbers", "passthrough", numbers),
            (
                "categories",
                TargetEncoder(target_type="binary", cv=StratifiedKFold(5, shuffle=True, random_state=7)),  # type: ignore[no-untyped-call]
                categories,
            ),
        ]
    )
    boosting = HistGradientBoostingClassifier(  # type: ignore[no-untyped-call]
        learning_rate=0.05,
        max_iter=150,
        max_leaf_nodes=6,
        max_depth=3,
        min_samples_leaf=20,
        l2_regularization=5.0,
        early_stopping=False,
        random_state=7,
    )
    return Pipeline([("encode", encode), ("boost", boosting)])  # type: ignore[no-untyped-call]
