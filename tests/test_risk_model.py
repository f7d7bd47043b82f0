"""The model's parts: folds, leak gate, measures and explanations against brute force and scikit-learn."""

from itertools import combinations
from math import factorial

import numpy as np
import polars as pl
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import average_precision_score, roc_auc_score

from models.risk import explain, metrics, train
from models.risk.frame import FeatureNames
from models.risk.leaks import refused_features
from models.risk.reasons import novelty_reasons, risk_reasons, sentence

RNG = np.random.default_rng(4)


def days(count: int) -> np.ndarray:
    return np.datetime64("2025-01-01") + np.sort(RNG.integers(0, 300 * 86400, count)).astype("timedelta64[s]")


def test_each_fold_leaves_the_gap_and_looks_only_forward() -> None:
    t0, wrong = days(6000), RNG.random(6000) < 0.08
    folds = train.rolling_folds(t0, wrong, gap_days=30)
    assert len(folds) == 3
    for fold in folds:
        assert t0[fold.test[0]] - t0[fold.train[-1]] > np.timedelta64(30, "D")
    assert not set(folds[0].test) & set(folds[1].test)
    assert folds[0].train[-1] < folds[1].train[-1] < folds[2].train[-1]


def test_no_fold_where_the_gap_eats_the_training_part() -> None:
    t0, wrong = days(6000), RNG.random(6000) < 0.08
    assert train.rolling_folds(t0, wrong, gap_days=250) == []


def test_a_planted_column_that_knows_the_outcome_is_refused_by_name() -> None:
    wrong = RNG.random(4000) < 0.06
    frame = pl.DataFrame(
        {
            "honest": RNG.normal(size=4000) + wrong,
            "corrected_by": [None if not w else 1.0 for w in wrong],
            "minus": -(wrong + RNG.normal(scale=0.1, size=4000)),
            "status": ["corrected" if w and RNG.random() < 0.95 else "open" for w in wrong],
            "channel": RNG.choice(["EDI", "phone"], 4000),
        }
    )
    names = FeatureNames(("honest", "corrected_by", "minus"), ("status", "channel"))
    assert set(refused_features(frame, wrong, names)) == {"corrected_by", "minus", "status"}


def test_auc_and_average_precision_equal_scikit_learn() -> None:
    wrong, score = RNG.random(500) < 0.2, RNG.integers(0, 40, 500) / 40
    weight = RNG.integers(0, 4, 500).astype(float)
    assert metrics.auc(wrong, score) == pytest.approx(roc_auc_score(wrong, score))
    assert metrics.auc(wrong, score, weight) == pytest.approx(roc_auc_score(wrong, score, sample_weight=weight))
    assert metrics.average_precision(wrong, score, weight) == pytest.approx(
        average_precision_score(wrong, score, sample_weight=weight)
    )


def test_review_takes_the_highest_of_each_day() -> None:
    score, day = np.array([0.1, 0.9, 0.5, 0.7, 0.2]), np.array([1, 1, 1, 2, 2])
    assert metrics.reviewed(score, day, 1).tolist() == [False, True, False, True, False]
    assert metrics.reviewed(score, day, None, 0.5).tolist() == [False, True, True, True, False]
    wrong = np.array([True, True, False, False, False])
    assert metrics.precision_recall(wrong, metrics.reviewed(score, day, 1)) == (0.5, 0.5)


def test_base_rate_has_no_skill_and_reliability_counts_all() -> None:
    wrong = RNG.random(1000) < 0.1
    assert metrics.brier_skill(wrong, np.full(1000, wrong.mean())) == pytest.approx(0)
    assert metrics.brier_skill(wrong, wrong.astype(float)) == 1
    assert sum(group["n"] for group in metrics.reliability(wrong, RNG.random(1000))) == 1000


def test_interval_by_day_is_wider_where_days_differ() -> None:
    day = np.repeat(np.arange(50), 40)
    wrong = RNG.random(2000) < np.repeat(np.where(np.arange(50) % 10 == 0, 0.5, 0.05), 40)
    low, high = metrics.by_day_interval(lambda w: float(np.average(wrong, weights=w)), day)
    assert low < wrong.mean() < high
    assert high - low > 2 * 1.96 * np.sqrt(wrong.mean() * (1 - wrong.mean()) / 2000)


def brute_force(boosting: HistGradientBoostingClassifier, row: np.ndarray) -> np.ndarray:
    """Shapley values from their definition, the expectation of a coalition by walking both sides of unknown splits."""

    def expectation(nodes: np.ndarray, known: set[int], index: int = 0) -> float:
        node = nodes[index]
        if node["is_leaf"]:
            return float(node["value"])
        value = row[node["feature_idx"]]
        if node["feature_idx"] in known:
            left = bool(node["missing_go_to_left"]) if np.isnan(value) else value <= node["num_threshold"]
            return expectation(nodes, known, node["left"] if left else node["right"])
        share = nodes[node["left"]]["count"] / node["count"]
        return share * expectation(nodes, known, node["left"]) + (1 - share) * expectation(nodes, known, node["right"])

    def game(known: tuple[int, ...]) -> float:
        return sum(expectation(trees[0].nodes, set(known)) for trees in boosting._predictors)

    size = row.size
    out = np.zeros(size)
    for feature in range(size):
        others = [i for i in range(size) if i != feature]
        for length in range(size):
            weight = factorial(length) * factorial(size - length - 1) / factorial(size)
            out[feature] += sum(weight * (game((*c, feature)) - game(c)) for c in combinations(others, length))
    return out


def test_tree_values_equal_the_definition_and_add_up() -> None:
    x = RNG.normal(size=(800, 4))
    x[RNG.random(x.shape) < 0.15] = np.nan
    y = (np.nan_to_num(x[:, 0]) * np.nan_to_num(x[:, 1]) + np.isnan(x[:, 2]) + RNG.normal(size=800)) > 1
    boosting = HistGradientBoostingClassifier(max_iter=6, max_leaf_nodes=8, max_depth=4).fit(x, y)
    values, base = explain.tree_values(boosting, x)
    assert base + values.sum(axis=1) == pytest.approx(boosting.decision_function(x))
    for row in range(5):
        assert values[row] == pytest.approx(brute_force(boosting, x[row]))


def test_contributions_add_up_to_the_calibrated_probability() -> None:
    names = FeatureNames(("a", "b"), ("channel",))
    x = np.empty((6000, 3), dtype=object)
    x[:, 0], x[:, 1], x[:, 2] = RNG.normal(size=6000), RNG.normal(size=6000), RNG.choice(["EDI", "phone", None], 6000)
    wrong = RNG.random(6000) < 0.03 + 0.1 * (x[:, 0] > 1) + 0.1 * (x[:, 2] == "phone")
    model = train.fit(x, wrong, names)
    found = explain.explain(model, x[:200])
    probability = train.probability(model, x[:200])
    assert found.base + found.contributions.sum(axis=1) == pytest.approx(probability)
    assert abs(train.probability(model, x).mean() - wrong.mean()) < 0.01
    by_phone = x[:200, 2] == "phone"
    assert found.contributions[by_phone, 2].min() > 0 > found.contributions[~by_phone, 2].max()


def test_reasons_carry_the_values() -> None:
    row = {"quantity_vs_customer": 2.3, "qc_sku": "P-4711", "qc_usual": 12.0, "qc_has": 120.0, "qc_line": "10"}
    assert sentence("quantity_vs_customer", row) == "this customer's usual quantity of P-4711 is 12; line 10 has 120"
    assert sentence("quantity_vs_customer", {**row, "qc_line": None}).endswith("is 12; a line has 120")
    assert sentence("rush_days", {"rush_days": -32.0, "requested_on": None}).startswith("wanted −32 days after entry")
    for name, told in (("u021", "user u021"), ("User 2BF0", "User 2BF0"), ("User13", "User13")):
        assert (
            sentence("user_orders", {"user_orders": 9.0, "entered_by": name})
            == f"{told} entered 9 orders in the year before"
        )
    assert "never ordered" in sentence("quantity_vs_customer", {**row, "quantity_vs_customer": None})
    assert sentence(
        "name_similarity", {"name_similarity": 0.9, "customer_name": "Nordwnd", "master_name": "Nordwind"}
    ) == ("the order says 'Nordwnd', the customer master 'Nordwind'")


def test_signs_at_entry_are_told_one_by_one() -> None:
    row = {"signs": ["missing_fields", "hour"], "missing_fields": 2.0, "hour": 3.0, "warning_signs": 2.0}
    assert sentence("warning_signs", row) == "fields left empty at entry: 2; entered in hour 3 of the day"
    assert sentence("warning_signs", {"signs": [], "warning_signs": 0.0}) == "nothing unusual was seen at entry"


def test_nothing_is_said_twice() -> None:
    frame = pl.DataFrame(
        {"missing_fields": [2.0], "hour": [9.0], "signs": [["missing_fields"]], "warning_signs": [1.0]}
    )
    found = risk_reasons(frame, ["missing_fields", "hour", "warning_signs"], np.array([[0.1, 0.02, 0.05]]))
    assert [found[f"reason_{i}"][0] for i in (1, 2, 3)] == [
        "fields left empty at entry: 2",
        "entered in hour 9 of the day",
        None,
    ]
    assert [found[f"contribution_{i}"][0] for i in (1, 2, 3)] == [15.0, 2.0, None]


def test_what_raises_the_risk_comes_first() -> None:
    frame = pl.DataFrame({"n_lines": [3.0], "weekday": [5.0], "hour": [9.0], "channel": ["EDI"]})
    names = ["n_lines", "weekday", "hour", "channel"]
    found = risk_reasons(frame, names, np.array([[-0.2, 0.01, 0.0001, 0.05]]))
    assert [found[f"reason_{i}"][0] for i in (1, 2, 3)] == [
        "came in by EDI",
        "entered on a Friday",
        "the order has 3 lines",
    ]
    assert [found[f"contribution_{i}"][0] for i in (1, 2, 3)] == [5.0, 1.0, -20.0]


def test_novelty_names_only_what_is_unusual() -> None:
    frame = pl.DataFrame({"n_lines": [30.0], "weekday": [5.0], "hour": [9.0]})
    rarity = np.array([[0.995, 0.2, 0.1]])
    found = novelty_reasons(frame, ["n_lines", "weekday", "hour"], rarity, 5000)
    assert found["reason_1"] == ["the order has 30 lines (more unusual than 99.5 % of earlier orders)"]
    few = novelty_reasons(frame, ["n_lines", "weekday", "hour"], rarity, 60)
    assert few["reason_1"] == ["the order has 30 lines (more unusual than 59 of 60 earlier orders)"]
    assert found["reason_2"] == [None] and found["contribution_1"] == [None]


def test_a_reason_says_that_its_value_has_changed_since() -> None:
    row = {"price_vs_list": 2.3, "pl_sku": "P-4711", "pl_usual": 12.0, "pl_has": 120.0, "pl_line": "10"}
    told = "the list price of P-4711 is 12; line 10 has 120"
    assert sentence("price_vs_list", {**row, "changed": None}) == told
    assert sentence("price_vs_list", {**row, "changed": ["10/unit_price"]}) == f"{told} (changed since)"
    other = ["20/unit_price", "10/quantity", "unit_price", "payment_terms"]
    assert sentence("price_vs_list", {**row, "changed": other}) == told
    assert sentence("amount", {"amount": 9.0, "changed": ["10/net_amount"]}) == "the order is worth 9"
    assert sentence("amount", {"amount": 9.0, "changed": ["net_amount"]}) == "the order is worth 9 (changed since)"
    assert sentence("header_vs_lines", {"header_vs_lines": 0.1, "changed": ["10/net_amount"]}).endswith(
        "(changed since)"
    )
    signs = {
        "signs": ["terms_differ", "hour"],
        "terms_differ": 1.0,
        "hour": 3.0,
        "payment_terms": "NET30",
        "warning_signs": 2.0,
    }
    assert sentence("warning_signs", {**signs, "changed": ["payment_terms"]}) == (
        "terms of payment are NET30; agreed are unknown (changed since); entered in hour 3 of the day"
    )
