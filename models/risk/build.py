"""Build a model from what is mature: measure first, then decide whether it may give probabilities at all."""

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.risk import evaluate, leaks, novelty, store, train
from models.risk.frame import FeatureNames, matrix, read_features
from models.risk.store import FEWEST_WRONG
from pipelines.settings import Settings

TRAINING_ROWS = 100_000
"""Beyond this every n-th mature order is taken, evenly over time: a longer span teaches more than a denser one."""
ENOUGH_WRONG = 2_000
"""Where errors are rare, more rows are taken, so that about this many wrong orders stay in the sample."""
NOVELTY_ROWS = 100_000
FEWEST_FOR_NOVELTY = 50
FEWEST_MATURE_FOR_NOVELTY = 1000
SUSPICIOUS_AUC = 0.95

OPEN_ORDERS = "SELECT order_key FROM marts.order_facts WHERE is_open"
_MATURE = """SELECT order_key FROM (
    SELECT order_key, row_number() OVER (ORDER BY t0, order_key) AS place FROM work.risk_labels) WHERE place % ? = 0"""
_NEWEST = """SELECT order_key FROM core.orders WHERE coalesce(order_class, 'sale') = 'sale'
    ORDER BY ordered_at DESC, order_key LIMIT ?"""

EXPLAINED = (
    "Shapley values of the boosted trees (path-dependent), exact in log-odds, stretched by one factor per order so that "
    "they add up to its probability minus the probability at the mean score."
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """Mature orders in time order: what was known at submission, and whether they turned out wrong."""

    frame: pl.DataFrame
    wrong: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class BuiltModel:
    """Parts (classifier or None, novelty and its reference or None), card, and the features of the open orders."""

    parts: dict[str, Any]
    card: dict[str, Any]
    open_orders: pl.DataFrame


def build_model(
    con: duckdb.DuckDBPyConnection, settings: Settings, names: FeatureNames, window: int, counts: dict[str, int]
) -> BuiltModel:
    """A new model, and the features of all open orders: history is gone through once for both.

    `work.risk_labels` holds the labels; `counts` are mature_orders, wrong_orders, all_orders; `window` is in days.
    """
    few = counts["mature_orders"] < FEWEST_MATURE_FOR_NOVELTY
    step = sampling_step(counts["mature_orders"], counts["wrong_orders"])
    con.execute(
        f"CREATE OR REPLACE TABLE work.risk_sample AS {_NEWEST if few else _MATURE}", [NOVELTY_ROWS if few else step]
    )
    both = read_features(con, f"SELECT order_key FROM work.risk_sample UNION {OPEN_ORDERS}", settings.reporting_zone)
    frame = _of(con, both, "SELECT order_key FROM work.risk_sample")
    con.execute("DROP TABLE work.risk_sample")
    labelled = _labelled(con, frame)
    card = {**_about(names, window, counts, labelled), "sampled_every": step}
    # of a sample only its share of the day's reviews
    capacity = max(1, round(settings.review_capacity / step))
    classifier, measured = _classifier(labelled, names, window, capacity, counts["wrong_orders"])
    parts = {"classifier": classifier, **_novelty(frame, names)}
    return BuiltModel(parts, {**card, **measured}, _of(con, both, OPEN_ORDERS))


def _of(con: duckdb.DuckDBPyConnection, frame: pl.DataFrame, orders: str) -> pl.DataFrame:
    return frame.join(con.sql(orders).pl(), on="order_key", how="semi", maintain_order="left")


def sampling_step(mature: int, wrong: int) -> int:
    """Every how many-th mature order is trained and tested on."""
    return max(1, min(-(-mature // TRAINING_ROWS), wrong // ENOUGH_WRONG))


def _labelled(con: duckdb.DuckDBPyConnection, frame: pl.DataFrame) -> Labelled:
    labels = con.sql("SELECT order_key, wrong FROM work.risk_labels").pl()
    joined = frame.join(labels, on="order_key", how="inner", maintain_order="left")
    return Labelled(joined, joined["wrong"].to_numpy())


def _about(names: FeatureNames, window: int, counts: dict[str, int], labelled: Labelled) -> dict[str, Any]:
    return {
        **counts,
        "label": f"an error found within {window} days of submission",
        "window_days": window,
        "gap_days": window,
        "training_rows": labelled.frame.height,
        "training_base_rate": float(labelled.wrong.mean()) if labelled.wrong.size else None,
        "inputs": list(names.all),
        "versions": store.versions(),
    }


def _classifier(
    labelled: Labelled, names: FeatureNames, window: int, capacity: int, wrong_orders: int
) -> tuple[Any, dict[str, Any]]:
    """The fitted classifier, or None with the reason in the card."""
    if wrong_orders < FEWEST_WRONG:
        known = f"{wrong_orders} of the earlier orders are" if wrong_orders else "no earlier order is"
        return None, _novelty_only(
            f"{known} known to have been wrong; below {FEWEST_WRONG} a list of the most unusual orders finds more than a model could."
        )
    folds = train.rolling_folds(labelled.frame["t0"].to_numpy(), labelled.wrong, window)
    if not folds or not train.can_fit(labelled.wrong):
        return None, _novelty_only("the complete orders span too short a time to train, wait and test in order.")
    kept, card = _inputs(labelled, names, folds)
    card |= evaluate.evaluate(labelled.frame, labelled.wrong, kept, folds, capacity)
    objection = _objection(card)
    if objection:
        return None, {**card, **_novelty_only(objection)}
    classifier = train.fit(matrix(labelled.frame, kept), labelled.wrong, kept)
    return classifier, {**card, "kind": "trained", "explained": EXPLAINED, "warning": _warning(card["auc"]["value"])}


def _objection(card: dict[str, Any]) -> str | None:
    """Why the measured model may not give probabilities, or None."""
    if not card["auc"]["low"] > 0.5:  # noqa: PLR2004 - the AUC of chance
        return "measured in time order, the model did not rank better than chance."
    unusual = card["baselines"][evaluate.NOVELTY]["precision_at_top_tenth"]
    if card["precision_at_top_tenth"]["value"] < unusual:
        return "measured in time order, novelty found more of the wrong orders in the top tenth of each day than the model."
    return None


def _inputs(labelled: Labelled, names: FeatureNames, folds: list[train.Fold]) -> tuple[FeatureNames, dict[str, Any]]:
    """The features to learn from; refused and unusable ones are told in the card."""
    refused = leaks.refused_features(labelled.frame, labelled.wrong, names)
    unusable = train.unusable_features(labelled.frame, names, folds)
    kept = names.only([name for name in names.all if name not in refused and name not in unusable])
    return kept, {"features": list(kept.all), "refused_features": refused, "unusable_features": unusable}


def _novelty_only(why: str) -> dict[str, Any]:
    return {"kind": "novelty", "why_novelty_only": why}


def _warning(auc: float) -> str | None:
    if auc < SUSPICIOUS_AUC:
        return None
    return f"AUC {auc:.3f}: honest figures on such data are .6 to .9; look for a feature that knows the outcome."


def _novelty(frame: pl.DataFrame, names: FeatureNames) -> dict[str, Any]:
    if frame.height < FEWEST_FOR_NOVELTY:
        return {"novelty": None, "reference_features": None, "reference_scores": None}
    model, reference = novelty.fit_novelty(matrix(frame, FeatureNames(names.numbers, ())).astype(np.float64))
    return {"novelty": model, "reference_features": reference.features, "reference_scores": reference.scores}
