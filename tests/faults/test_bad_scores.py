"""What a score must not be made of: each gives a named error, or no score.

No positives, all positives, ten customers, a constant feature, a perfect one, labels
before features, a level never seen before, NaN and infinity. What a whole build says of
tiny and lopsided shops is in `test_bad_values_35.py`.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pytest

from covey.ml.propensity.backtest import NO_TEST, backtest_propensity
from covey.ml.propensity.chosen import score_chosen_outcomes
from covey.ml.propensity.evaluation import evaluate_propensity, fit_propensity
from covey.ml.propensity.regression import predict_probability
from covey.ml.propensity.selection import select_features
from covey.ml.propensity.settings import PropensitySettings
from unit.macros import load_macros

SETTINGS = PropensitySettings(
    features=["visits", "spend", "plan"],
    attribute_features={"plan": "category"},
    rules={"visits": ["visits"]},
    of_outcomes={"churn": {"model": "decision_tree"}},
)


def make_customers(count: int = 600) -> pd.DataFrame:
    """One row per customer and month, of customers who leave when they visit less."""
    generator = np.random.default_rng(4)
    months = pd.date_range("2025-01-01", periods=6, freq="MS")
    rows = pd.DataFrame(
        [(f"c{n:04d}", month) for n in range(count) for month in months],
        columns=["customer_id", "as_of_date"],
    )
    rows["visits"] = generator.poisson(5, len(rows)).astype("float64")
    rows["spend"] = generator.lognormal(3, 1, len(rows))
    rows["plan"] = np.where(generator.random(len(rows)) < 0.5, "basic", "full")
    chance = 1 / (1 + np.exp(0.5 * rows["visits"] - 1))
    rows["is_positive"] = generator.random(len(rows)) < chance
    rows["horizon_end_date"] = rows["as_of_date"] + pd.Timedelta(days=28)
    return rows.assign(outcome_type="churn")


def run(rows: pd.DataFrame) -> tuple[pd.DataFrame, ...]:
    """Go the way of a build: selection, backtest, fit and evaluation."""
    selection = select_features(rows, SETTINGS)
    backtest = backtest_propensity(rows, SETTINGS, selection)
    published = backtest[backtest["is_published"].astype(bool)]
    fitted = fit_propensity(rows, published, SETTINGS, selection)
    return selection, backtest, fitted, evaluate_propensity(backtest, fitted)


@pytest.mark.parametrize(
    ("rows", "positives"),
    [
        (make_customers(40).assign(is_positive=False), 0),
        (make_customers(40).assign(is_positive=True), 240),
        (make_customers(10).query("as_of_date >= '2025-05-01'"), None),
    ],
    ids=["no positives", "all positives", "ten customers"],
)
def test_what_teaches_nothing_leaves_one_cautious_chance_for_all(
    rows: pd.DataFrame, positives: int | None
) -> None:
    _, backtest, fitted, quality = run(rows)
    known = rows["is_positive"].sum() if positives is None else positives
    assert backtest.empty
    assert quality["verdict"].tolist() == [NO_TEST]
    assert fitted["model"].tolist() == ["base_rate"]
    chance = predict_probability(rows, fitted).to_numpy()
    assert chance == pytest.approx((known + 0.5) / (len(rows) + 1))
    scored = score_chosen_outcomes(
        rows, rows[["customer_id", "outcome_type"]], rows, backtest, SETTINGS
    )
    assert scored.empty


def test_a_constant_feature_is_left_out_by_name() -> None:
    selection, _, fitted, quality = run(make_customers().assign(spend=12.5))
    (row,) = selection[~selection["is_kept"]].to_dict("records")
    assert (row["feature"], row["reason"]) == ("spend", "never varies")
    assert "spend" not in set(fitted["feature"])
    assert np.isfinite(quality["value"]).all()


@pytest.mark.parametrize(
    ("kind", "is_attribute", "stops"),
    [("label", False, True), ("lapse", True, True), ("lapse", False, False)],
)
def test_a_perfect_feature_is_named_and_stops_unless_covey_counted_it(
    kind: str, is_attribute: bool, stops: bool
) -> None:
    rows = make_customers()
    rows["spend"] = np.where(rows["is_positive"], 1.0, 2.0)
    selection = select_features(rows, SETTINGS)
    macros = load_macros(
        largest_auc_alone=0.95, attribute_features=["spend"] if is_attribute else []
    )
    with duckdb.connect() as connection:
        connection.register("ml_propensity__feature_selection", selection)
        kinds = pd.DataFrame({"outcome_type": ["churn"], "kind": [kind]})
        connection.register("outcome_types", kinds)
        condition = macros.is_written_down()
        stopping, warning = (
            connection.sql(macros.too_good_features(each)).df()["message"].tolist()
            for each in (condition, f"not {condition}")
        )
    assert (len(stopping), len(warning)) == ((1, 0) if stops else (0, 1))
    assert "spend predicts churn alone with AUC 1.000" in [*stopping, *warning][0]


def test_labels_before_features_are_refused() -> None:
    rows = make_customers()
    rows.loc[7, "horizon_end_date"] = rows.loc[7, "as_of_date"]
    with pytest.raises(ValueError, match="1 labels were over before their features"):
        backtest_propensity(rows, SETTINGS)


def test_a_level_never_seen_before_is_other_or_adds_nothing() -> None:
    rows = make_customers()
    _, backtest, fitted, _ = run(rows)
    now = rows[rows["as_of_date"] == "2025-06-01"].copy()
    now["plan"] = "brand new"
    chance = predict_probability(now, fitted)
    assert chance.between(0, 1, inclusive="neither").all()
    published = backtest[backtest["is_published"]].assign(model="decision_tree")
    keys, features = (
        now[["customer_id", "outcome_type"]],
        now.drop(columns="outcome_type"),
    )
    scored = score_chosen_outcomes(rows, keys, features, published, SETTINGS)
    assert np.isfinite(scored["log_odds"]).all()
    assert len(scored) == len(now)


def test_infinity_is_refused_by_name() -> None:
    rows = make_customers()
    rows.loc[3, "spend"] = np.inf
    with pytest.raises(ValueError, match="'spend' is infinite in 1 of 3600 rows"):
        run(rows)


def test_nan_is_what_is_not_known_and_never_a_score() -> None:
    rows = make_customers()
    rows.loc[::3, "spend"] = np.nan
    _, _, fitted, quality = run(rows)
    assert np.isfinite(fitted["coefficient"]).all()
    assert np.isfinite(quality["value"]).all()
    nothing = rows.assign(visits=np.nan, spend=np.nan, plan=None)
    assert predict_probability(nothing, fitted).between(0, 1).all()
