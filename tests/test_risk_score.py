"""Scoring as a run does it: trained, novelty only, saved and used again."""

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pytest
from risk_fixture import add_line, add_order, company

from models.risk import evaluate, store
from models.risk.frame import feature_names, matrix, read_features
from models.risk.score import RiskResult, choose_window, score_orders
from models.risk.train import probability
from pipelines.settings import Home, Settings, open_home

SCORES = "SELECT * EXCLUDE (model_id) FROM risk.scores ORDER BY rank"


def card(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return dict(con.execute("SELECT key, value FROM risk.card").fetchall())


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[duckdb.DuckDBPyConnection, Home, RiskResult]]:
    con = company(6000)
    home = open_home(tmp_path_factory.mktemp("home"), create=True)
    yield con, home, score_orders(con, home, "r1", home.settings)
    con.close()


def test_all_open_orders_are_scored_and_ranked(trained: tuple[duckdb.DuckDBPyConnection, Home, RiskResult]) -> None:
    con, _, result = trained
    open_orders = con.execute("SELECT count(*) FROM marts.order_facts WHERE is_open").fetchall()[0][0]
    assert (result.kind, result.scored) == ("trained", open_orders)
    rows = con.execute("SELECT p_error, expected_loss, rank, novelty FROM risk.scores ORDER BY rank").fetchall()
    assert [row[2] for row in rows] == list(range(1, open_orders + 1))
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), reverse=True)
    cost = float(card(con)["mean_cost_of_a_wrong_order"])
    assert all(loss == pytest.approx(p * cost) for p, loss, _, _ in rows)
    assert all(0 <= row[3] <= 1 for row in rows)


def test_wrong_open_orders_rank_high(trained: tuple[duckdb.DuckDBPyConnection, Home, RiskResult]) -> None:
    con, _, _ = trained
    ranks = con.execute(
        "SELECT s.rank FROM risk.scores s WHERE order_id IN (SELECT id FROM made_line WHERE wrong)"
    ).fetchall()
    total = con.execute("SELECT count(*) FROM risk.scores").fetchall()[0][0]
    assert np.mean(ranks) < total * 0.4


def test_reasons_mention_the_order_s_own_values(trained: tuple[duckdb.DuckDBPyConnection, Home, RiskResult]) -> None:
    con, _, _ = trained
    first, top = con.execute("SELECT reason_1, contribution_1 FROM risk.scores ORDER BY rank LIMIT 1").fetchall()[0]
    assert any(digit in first for digit in "0123456789") and top > 0


def test_card_says_how_it_was_measured(trained: tuple[duckdb.DuckDBPyConnection, Home, RiskResult]) -> None:
    con, home, _ = trained
    told = card(con)
    for key in ("auc", "auc_low", "auc_high", "average_precision", "brier_skill", "precision_at_capacity", "base_rate"):
        assert np.isfinite(float(told[key]))
    assert set(evaluate.BASELINES) | {"random", "novelty"} == set(json.loads(told["baselines"]))
    for fold in json.loads(told["folds"]):
        gap = np.datetime64(fold["test_from"]) - np.datetime64(fold["train_until"])
        assert gap >= np.timedelta64(int(told["gap_days"]), "D")
    assert float(told["auc"]) > json.loads(told["baselines"])["random"]["auc"]
    assert json.loads((home.models / "r1" / "card.json").read_text(encoding="utf-8"))["kind"] == "trained"


def test_a_saved_model_gives_the_same_scores(trained: tuple[duckdb.DuckDBPyConnection, Home, RiskResult]) -> None:
    con, home, _ = trained
    model = store.load(home, "r1")
    names = feature_names().only(model.card["features"])
    frame = read_features(con, "SELECT order_key FROM risk.scores", "UTC")
    again = probability(model.parts["classifier"], matrix(frame, names))
    kept = dict(con.execute("SELECT order_key, p_error FROM risk.scores").fetchall())
    assert again.tolist() == [kept[key] for key in frame["order_key"]]


def test_the_next_run_scores_only_what_changed(trained: tuple[duckdb.DuckDBPyConnection, Home, RiskResult]) -> None:
    con, home, _ = trained
    before = con.execute(SCORES).fetchall()
    con.execute("INSERT INTO work.changed_orders SELECT order_key FROM risk.scores WHERE rank <= 7")
    result = score_orders(con, home, "r2", home.settings)
    con.execute("DELETE FROM work.changed_orders")
    assert (result.model_id, result.why_trained, result.scored) == ("r1", None, 7)
    assert con.execute(SCORES).fetchall() == before


def test_more_labels_other_features_or_a_lost_file_mean_a_new_model() -> None:
    told = {
        "inputs": ["a"],
        "versions": store.versions(),
        "mature_orders": 1000,
        "wrong_orders": 50,
        "all_orders": 2000,
    }
    assert store.why_train(told, 1099, 54, 2100, ["a"]) is None
    assert "1,000 to 1,100" in (store.why_train(told, 1100, 54, 2100, ["a"]) or "")
    assert "wrong orders" in (store.why_train({**told, "wrong_orders": 200}, 1000, 220, 2100, ["a"]) or "")
    assert "features" in (store.why_train(told, 1000, 50, 2000, ["a", "b"]) or "")
    assert "versions" in (store.why_train({**told, "versions": {}}, 1000, 50, 2000, ["a"]) or "")
    assert store.why_train(None, 0, 0, 0, []) == "no saved model"


def test_few_labels_give_novelty_only(tmp_path: Path) -> None:
    con = company(1200)
    home = open_home(tmp_path, create=True)
    add_order(
        con,
        "odd",
        "2025-12-30 09:00:00",
        customer_id="C5",
        entered_by="u1",
        ship_to="C5/9",
        channel="EDI",
        currency="EUR",
    )
    for line in range(1, 30):
        add_line(con, "odd", str(line), sku=f"P{line}", quantity=90_000, unit="PCE", unit_price=5, net_amount=450_000)
    result = score_orders(con, home, "r1", home.settings)
    assert result.kind == "novelty"
    assert "below 200" in card(con)["why_novelty_only"]
    top = con.execute(
        "SELECT order_id, p_error, expected_loss, novelty, reason_1, contribution_1 FROM risk.scores WHERE rank = 1"
    )
    order_id, p_error, loss, unusual, reason, contribution = top.fetchall()[0]
    assert (order_id, p_error, loss, contribution) == ("odd", None, None, None)
    assert unusual > 0.99 and "more unusual than" in reason


def test_nothing_to_go_by_is_no_error(tmp_path: Path) -> None:
    con = company()
    home = open_home(tmp_path, create=True)
    assert score_orders(con, home, "r1", home.settings).scored == 0
    add_order(con, "A", "2025-12-30")
    result = score_orders(con, home, "r2", home.settings)
    assert result.scored == 1
    row = con.execute("SELECT p_error, novelty, rank, reason_1 FROM risk.scores").fetchall()
    assert row == [(None, None, 1, None)]


def test_window_is_corrected_for_errors_not_found_yet() -> None:
    con = company(6000)
    home_settings = Settings()
    # delays are 1 + 39 u^2 days: nine in ten within 1 + 39 * 0.81 = 32.6
    assert 30 <= choose_window(con, home_settings) <= 34
    assert choose_window(company(), home_settings) == home_settings.mature_days
