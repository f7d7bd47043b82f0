"""Why a score is high: exact Shapley values of the boosted trees, turned into points of probability.

Source: S. Lundberg et al., "From local explanations to global understanding with explainable AI for trees", Nature Machine
Intelligence 2 (2020), the path-dependent value. A leaf's value counts if every split on its path is passed; a feature that
is not in the coalition passes with the share of training orders that did. Such a product game has a closed Shapley value,
which depends only on which of the path's features the order passes: at most 2^depth cases a leaf, each worked out once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, product
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_NOTHING = 1e-12


@dataclass(frozen=True, slots=True)
class Explanation:
    """Contribution of each feature to each order's probability, in the same unit (0.03 is three points).

    Rows add up to the order's probability minus `base`, the probability at the mean score of the training orders.
    """

    contributions: Floats
    base: float


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A leaf's value, and per feature on its path the bounds it must lie in, what becomes of NaN, and the share that passes."""

    value: float
    low: dict[int, float] = field(default_factory=dict)
    high: dict[int, float] = field(default_factory=dict)
    takes_missing: dict[int, bool] = field(default_factory=dict)
    share: dict[int, float] = field(default_factory=dict)


def explain(model: Any, x: NDArray[Any]) -> Explanation:
    """Contributions for the rows of `x` under a calibrated model made by `train.fit`.

    The trees' Shapley values add up in log-odds. Calibration bends that scale, so each row's values are stretched by one
    common factor to add up to its change of probability: shares of the change are exact, points are proportional.
    """
    calibrated = model.calibrated_classifiers_[0]
    pipeline = calibrated.estimator.estimator
    encoded = pipeline.named_steps["encode"].transform(x).astype(np.float64)
    values, base_score = tree_values(pipeline.named_steps["boost"], encoded)
    calibrator = calibrated.calibrators[0]
    base = float(calibrator.predict(np.array([base_score]))[0])
    change = calibrator.predict(base_score + values.sum(axis=1)) - base
    return Explanation(values * _stretch(values.sum(axis=1), change)[:, None], base)


def tree_values(boosting: Any, encoded: Floats) -> tuple[Floats, float]:
    """Shapley values in log-odds of the encoded rows (n x features), and the mean score they start from.

    They add up, row by row, to `boosting.decision_function(encoded)` minus that mean score.
    """
    values = np.zeros(encoded.shape)
    base = float(np.ravel(boosting._baseline_prediction)[0])
    missing = np.isnan(encoded)
    for trees in boosting._predictors:
        for leaf in _leaves(trees[0].nodes, 0, _Leaf(0.0)):
            base += leaf.value * float(np.prod(list(leaf.share.values())))
            _add_leaf(values, leaf, encoded, missing)
    return values, base


def _stretch(total: Floats, change: Floats) -> Floats:
    safe = np.abs(total) > _NOTHING
    return np.where(safe, change / np.where(safe, total, 1.0), 0.0)


def _leaves(nodes: Any, index: int, path: _Leaf) -> Iterator[_Leaf]:
    node = nodes[index]
    if node["is_leaf"]:
        yield _Leaf(float(node["value"]), path.low, path.high, path.takes_missing, path.share)
        return
    for side in ("left", "right"):
        yield from _leaves(nodes, int(node[side]), _narrowed(path, nodes, node, left=side == "left"))


def _narrowed(path: _Leaf, nodes: Any, node: Any, *, left: bool) -> _Leaf:
    """The path with one more split: left means value <= threshold."""
    feature, threshold = int(node["feature_idx"]), float(node["num_threshold"])
    child = nodes[int(node["left" if left else "right"])]
    low, high = path.low.get(feature, -np.inf), path.high.get(feature, np.inf)
    takes = path.takes_missing.get(feature, True) and bool(node["missing_go_to_left"]) == left
    return _Leaf(
        0.0,
        {**path.low, feature: low if left else max(low, threshold)},
        {**path.high, feature: min(high, threshold) if left else high},
        {**path.takes_missing, feature: takes},
        {**path.share, feature: path.share.get(feature, 1.0) * float(child["count"]) / float(node["count"])},
    )


def _add_leaf(values: Floats, leaf: _Leaf, encoded: Floats, missing: NDArray[np.bool_]) -> None:
    features = list(leaf.share)
    case = np.zeros(len(encoded), dtype=np.int64)
    for place, feature in enumerate(features):
        column = encoded[:, feature]
        inside = (column > leaf.low[feature]) & (column <= leaf.high[feature])
        passes = np.where(missing[:, feature], leaf.takes_missing[feature], inside)
        case += passes.astype(np.int64) << place
    table = leaf.value * _cases(np.array([leaf.share[feature] for feature in features]))
    values[:, features] += table[case]


def _cases(share: Floats) -> Floats:
    """Shapley values of the game v(S) = prod over S of passes x prod over the others of share: a row per case of passes."""
    size = share.size
    passes = np.array(list(product([0.0, 1.0], repeat=size)))[:, ::-1]
    out = np.zeros((2**size, size))
    for feature in range(size):
        others = [i for i in range(size) if i != feature]
        for length in range(size):
            weight = factorial(length) * factorial(size - length - 1) / factorial(size)
            for chosen in combinations(others, length):
                absent = [i for i in others if i not in chosen]
                game = passes[:, chosen].prod(axis=1) * share[absent].prod()
                out[:, feature] += weight * game * (passes[:, feature] - share[feature])
    return out
