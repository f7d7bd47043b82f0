"""How unusual an order is among those before it: an isolation forest, and which of its features stand out."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import IsolationForest
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline

Floats = NDArray[np.float64]

SAMPLE = 100_000
QUANTILES = 1001


@dataclass(frozen=True, slots=True)
class Reference:
    """How the values and scores of earlier orders are spread: quantiles at even steps, one row per feature."""

    features: Floats
    scores: Floats


def fit_novelty(numbers: Floats) -> tuple[Pipeline, Reference]:
    """Fit on the newest orders (at most 100,000; rows in time order, NaN = unknown), and note how their values spread."""
    sample = numbers[-SAMPLE:]
    # an entirely unknown feature keeps its place as zeros
    impute = SimpleImputer(strategy="median", keep_empty_features=True)  # type: ignore[no-untyped-call]
    model = Pipeline([("impute", impute), ("forest", IsolationForest(n_estimators=100, random_state=7))]).fit(sample)  # type: ignore[no-untyped-call]
    raw = -model.score_samples(sample)
    return model, Reference(np.array([_quantiles(column) for column in sample.T]), _quantiles(raw))


def novelty(model: Any, reference: Reference, numbers: Floats) -> Floats:
    """Share of the earlier orders that were less unusual, 0 to 1."""
    return _share_below(reference.scores, -model.score_samples(numbers))


def rarity(reference: Reference, numbers: Floats) -> Floats:
    """Per order and feature: share of earlier orders whose value was nearer the middle, 0 to 1; 0 where unknown."""
    out = np.zeros(numbers.shape)
    for column, spread in enumerate(reference.features):
        below = np.searchsorted(spread, numbers[:, column], side="left") / spread.size
        above = 1 - np.searchsorted(spread, numbers[:, column], side="right") / spread.size
        out[:, column] = 1 - np.minimum(1.0, 2 * (1 - np.maximum(below, above)))
    return np.where(np.isnan(numbers) | np.isnan(reference.features[:, 0]), 0.0, out)


def _quantiles(values: Floats) -> Floats:
    known = values[~np.isnan(values)]
    return np.quantile(known, np.linspace(0, 1, QUANTILES)) if known.size else np.full(QUANTILES, np.nan)


def _share_below(spread: Floats, values: Floats) -> Floats:
    return np.asarray(np.searchsorted(spread, values, side="left") / spread.size, dtype=np.float64)
