"""Score the open orders: with a trained model where there are labels enough, else by how unusual they are."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl

from models.risk.card import TABLE as CARD_TABLE
from models.risk.card import current_model, write_card
from models.risk.frame import (
    FeatureNames,
    changed_since,
    count_labels,
    feature_names,
    make_labels,
    matrix,
    query,
    read_features,
)
from models.risk.store import SavedModel, load, read_card, save, why_train
from models.statistics.nowcast import found_share
from pipelines.settings import Home, Settings

FOUND_SHARE = 0.9
WINDOW_CAP_DAYS = 90

_SCORES_TABLE = """
CREATE TABLE IF NOT EXISTS risk.scores (
    order_key VARCHAR, order_id VARCHAR, ordered_at TIMESTAMP, p_error DOUBLE, novelty DOUBLE, rank BIGINT,
    expected_loss DOUBLE, reason_1 VARCHAR, reason_2 VARCHAR, reason_3 VARCHAR,
    contribution_1 DOUBLE, contribution_2 DOUBLE, contribution_3 DOUBLE, model_id VARCHAR)"""

_STALE = """
DELETE FROM risk.scores
WHERE model_id IS DISTINCT FROM ? OR order_key IN (SELECT order_key FROM work.changed_orders)
    OR order_key NOT IN (SELECT order_key FROM marts.order_facts WHERE is_open)"""

_UNSCORED = """SELECT order_key FROM marts.order_facts
    WHERE is_open AND order_key NOT IN (SELECT order_key FROM risk.scores)"""

_RANK = """
UPDATE risk.scores SET expected_loss = p_error * $cost, rank = ranked.place
FROM (
    SELECT order_key, row_number() OVER (ORDER BY p_error * $cost DESC NULLS LAST, p_error DESC NULLS LAST,
        novelty DESC NULLS LAST, order_key) AS place
    FROM risk.scores
) AS ranked
WHERE ranked.order_key = risk.scores.order_key"""

# Mean cost of an order that was wrong, of those whose cost is known.
_COST = """SELECT avg(cost) FROM (
    SELECT sum(cost)::DOUBLE AS cost FROM marts.error_facts WHERE cost IS NOT NULL GROUP BY order_key)"""


@dataclass(frozen=True, slots=True)
class RiskResult:
    """What was done: the model used, its kind (trained or novelty), why a new one was made (None = saved one), orders."""

    model_id: str
    kind: str
    why_trained: str | None
    scored: int


def score_orders(con: duckdb.DuckDBPyConnection, home: Home, run_id: str, settings: Settings) -> RiskResult:
    """Fill `risk.scores` for all open orders and `risk.card`; train first where labels have grown by a tenth.

    A new model is saved under `home.models/<run_id>`. Which model is current is told by the snapshot's `risk.card`, so
    that a model of a run that was never published is not used. With the saved model only open orders that this run
    touched, or that have no score yet, are scored.
    """
    con.execute(_SCORES_TABLE)
    con.execute(CARD_TABLE)
    model, why, frame = _model(con, home, run_id, settings)
    con.execute(_STALE, [model.model_id])
    if frame is None:
        frame = read_features(con, _UNSCORED, settings.reporting_zone)
    if frame.height:
        _insert(con, _scores(frame.join(changed_since(con), on="order_key", how="left"), model))
    cost = con.execute(_COST).fetchall()[0][0]
    con.execute(_RANK, {"cost": cost})
    write_card(con, model.model_id, {**model.card, "mean_cost_of_a_wrong_order": cost})
    for table in ("risk_labels", "risk_window"):
        con.execute(f"DROP TABLE IF EXISTS work.{table}")
    return RiskResult(model.model_id, model.card["kind"], why, frame.height)


def choose_window(con: duckdb.DuckDBPyConnection, settings: Settings) -> int:
    """Days after which nine in ten errors have been found (corrected for those not found yet), at most 90.

    Without any dated error: the setting `mature_days`.
    """
    rows = con.execute(query("window")).fetchall()
    if not rows:
        return min(settings.mature_days, WINDOW_CAP_DAYS)
    delays, ages = np.array(rows, dtype=np.int64).T
    found = found_share(delays, np.maximum(ages, delays))
    return settings.mature_days if found is None else min(max(found.mature_age(FOUND_SHARE), 1), WINDOW_CAP_DAYS)


def _model(
    con: duckdb.DuckDBPyConnection, home: Home, run_id: str, settings: Settings
) -> tuple[SavedModel, str | None, pl.DataFrame | None]:
    """The saved model where it still serves; else a new one, why, and the features of all open orders."""
    window = choose_window(con, settings)
    mature, wrong = count_labels(con, window)
    orders = con.execute("SELECT count(*) FROM core.orders").fetchall()[0][0]
    names, saved_id = feature_names(), current_model(con)
    why = why_train(read_card(home, saved_id), mature, wrong, orders, list(names.all))
    if why is None and saved_id is not None:
        return load(home, saved_id), None, None
    from models.risk.build import build_model

    make_labels(con, window)
    counts = {"mature_orders": mature, "wrong_orders": wrong, "all_orders": orders}
    built = build_model(con, settings, names, window, counts)
    model = SavedModel(run_id, built.parts, {"model_id": run_id, "why_trained": why, **built.card})
    save(home, model)
    return model, why, built.open_orders


def _scores(frame: pl.DataFrame, model: SavedModel) -> pl.DataFrame:
    """One row per order of `frame` with probability, novelty, reasons; rank and expected loss are filled in SQL."""
    from models.risk.reasons import novelty_reasons, risk_reasons

    names = feature_names()
    unusual, rarity = _novelty(frame, model, names)
    if model.parts["classifier"] is None:
        probability: list[float | None] = [None] * frame.height
        reasons = novelty_reasons(frame, names.numbers, rarity, model.card["all_orders"])
    else:
        probability, kept, contributions = _probability(frame, model, names)
        reasons = risk_reasons(frame, kept.all, contributions)
    return pl.DataFrame(
        {
            "order_key": frame["order_key"],
            "order_id": frame["order_id"],
            "ordered_at": frame["t0"],
            "p_error": pl.Series(probability, dtype=pl.Float64),
            "novelty": unusual,
            **{name: pl.Series(values, dtype=_dtype(name)) for name, values in reasons.items()},
            "model_id": [model.model_id] * frame.height,
        }
    )


def _probability(
    frame: pl.DataFrame, model: SavedModel, names: FeatureNames
) -> tuple[list[float | None], FeatureNames, Any]:
    from models.risk.explain import explain
    from models.risk.train import probability

    kept = names.only(model.card["features"])
    x = matrix(frame, kept)
    return probability(model.parts["classifier"], x).tolist(), kept, explain(model.parts["classifier"], x).contributions


def _novelty(frame: pl.DataFrame, model: SavedModel, names: FeatureNames) -> tuple[pl.Series, Any]:
    from models.risk.novelty import Reference, novelty, rarity

    numbers = matrix(frame, FeatureNames(names.numbers, ())).astype(np.float64)
    if model.parts["novelty"] is None:
        return pl.Series([None] * frame.height, dtype=pl.Float64), np.zeros(numbers.shape)
    reference = Reference(model.parts["reference_features"], model.parts["reference_scores"])
    return pl.Series(novelty(model.parts["novelty"], reference, numbers)), rarity(reference, numbers)


def _insert(con: duckdb.DuckDBPyConnection, scores: pl.DataFrame) -> None:
    """Hand over through a Parquet file: DuckDB 2.0.0 has wrong results on in-memory frames."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "scores.parquet")
        scores.write_parquet(path)
        con.execute("INSERT INTO risk.scores BY NAME SELECT * FROM read_parquet(?)", [path])


def _dtype(name: str) -> Any:
    return pl.String if name.startswith("reason") else pl.Float64
