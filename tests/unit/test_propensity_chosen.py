import numpy as np
import pandas as pd
import pytest

from covey.ml.metrics import measure_auc
from covey.ml.propensity.backtest import BEATEN, PUBLISHED, backtest_propensity
from covey.ml.propensity.challengers import CHALLENGERS
from covey.ml.propensity.chosen import (
    Calibration,
    fit_calibration,
    score_chosen_outcomes,
    score_with_chosen,
)
from covey.ml.propensity.comparison import compare_propensity
from covey.ml.propensity.evaluation import evaluate_propensity, fit_propensity
from covey.ml.propensity.refit import NEW, settle_refit
from covey.ml.propensity.regression import predict_probability
from covey.ml.propensity.settings import CHALLENGER_NAMES, MODEL, PropensitySettings
from covey.words.vocabulary import APPROXIMATE_MODELS

MONTHS = pd.date_range("2025-01-01", periods=6, freq="MS")
TREE = "decision_tree"
SETTINGS = PropensitySettings(
    features=["visits", "kind"],
    attribute_features={"kind": "category"},
    rules={"visits": ["visits"]},
    of_outcomes={"lapse": {"model": TREE}},
)


def make_panel(seed=3, is_learnable=True):
    """Few visits of one kind speak for a lapse, of the other one many do."""
    generator = np.random.default_rng(seed)
    rows = pd.DataFrame(
        [(f"c{n}", month) for n in range(400) for month in MONTHS],
        columns=["customer_id", "as_of_date"],
    )
    rows["visits"] = generator.poisson(6, len(rows)).astype("float64")
    rows["kind"] = np.where(generator.random(len(rows)) < 0.5, "a", "b")
    chance = np.where((rows["visits"] > 6) == (rows["kind"] == "b"), 0.7, 0.2)
    chance = chance + 0.1 * (rows["visits"] < 5) if is_learnable else 0.4
    rows["is_positive"] = generator.random(len(rows)) < chance
    rows["horizon_end_date"] = rows["as_of_date"] + pd.Timedelta(days=28)
    return rows.assign(outcome_type="lapse")


@pytest.fixture(scope="module")
def panel():
    return make_panel()


@pytest.fixture(scope="module")
def backtest(panel):
    return backtest_propensity(panel, SETTINGS)


@pytest.fixture(scope="module")
def fitted(panel, backtest):
    return fit_propensity(panel, backtest.query("is_published"), SETTINGS)


def score(panel, backtest, rows):
    published = backtest.query("is_published")
    keys, features = (
        rows[["customer_id", "outcome_type"]],
        rows.drop(columns="outcome_type"),
    )
    return score_chosen_outcomes(panel, keys, features, published, SETTINGS)


def test_the_names_are_the_same_everywhere():
    assert tuple(CHALLENGERS) == CHALLENGER_NAMES == APPROXIMATE_MODELS


def test_a_chosen_challenger_that_wins_is_published_beside_the_model(backtest):
    models = backtest.drop_duplicates("model").set_index("model")
    assert set(models.index) == {TREE, MODEL, "visits", "base_rate"}
    assert models["is_published"].idxmax() == TREE
    assert set(models["verdict"]) == {PUBLISHED}
    assert (models.drop(TREE)["calibration_slope"] == 1).all()


def test_one_that_loses_the_duel_gives_way_to_the_rule():
    noise = make_panel(is_learnable=False)
    tested = backtest_propensity(noise, SETTINGS)
    assert set(tested["verdict"]) == {BEATEN}
    assert TREE not in set(tested.loc[tested["is_published"], "model"])
    now = noise[noise["as_of_date"] == MONTHS[-1]]
    assert score(noise, tested, now).empty


def test_what_it_scores_ranks_better_than_its_terms(panel, backtest, fitted):
    """The terms are of the additive model that says most nearly the same."""
    now = make_panel(seed=9).query("as_of_date == @MONTHS[-1]")
    scored = score(panel, backtest, now)
    outcome = now["is_positive"].to_numpy(dtype="float64")
    assert scored["customer_id"].tolist() == now["customer_id"].tolist()
    assert measure_auc(outcome, scored["log_odds"].to_numpy()) > 0.7
    assert set(fitted["model"]) == {TREE}
    nearly = predict_probability(now, fitted).to_numpy()
    assert measure_auc(outcome, nearly) < 0.68


def test_terms_of_what_is_a_sum_of_parts_come_near():
    generator = np.random.default_rng(0)
    rows = make_panel()
    odds = 2 - 1.5 * np.log1p(rows["visits"]) + (rows["kind"] == "b")
    rows["is_positive"] = generator.random(len(rows)) < 1 / (1 + np.exp(-odds))
    tested = backtest_propensity(rows, SETTINGS)
    terms = fit_propensity(rows, tested.query("is_published"), SETTINGS)
    said = score(rows, tested, rows[rows["as_of_date"] == MONTHS[-1]])
    nearly = predict_probability(rows[rows["as_of_date"] == MONTHS[-1]], terms)
    chance = 1 / (1 + np.exp(-said["log_odds"].to_numpy()))
    assert np.corrcoef(chance, nearly)[0, 1] > 0.9
    assert chance.mean() == pytest.approx(nearly.mean(), abs=0.03)


def test_nobody_is_scored_by_what_they_did_themselves(panel):
    kinds, now = SETTINGS.kinds, panel[panel["as_of_date"] == MONTHS[-1]].iloc[:5]
    own = panel["customer_id"] == now["customer_id"].iloc[0]
    changed = panel.assign(is_positive=panel["is_positive"] ^ own)
    first, second = (
        score_with_chosen(TREE, rows, now, kinds, Calibration())
        for rows in (panel, changed)
    )
    assert first[0] == second[0]


def test_the_order_of_rows_changes_nothing(panel, backtest, fitted):
    now = panel[panel["as_of_date"] == MONTHS[-1]]
    pd.testing.assert_frame_equal(
        score(panel[::-1], backtest, now), score(panel, backtest, now)
    )
    again = backtest_propensity(panel[::-1], SETTINGS)
    pd.testing.assert_frame_equal(again, backtest)
    terms = fit_propensity(panel[::-1], backtest.query("is_published"), SETTINGS)
    pd.testing.assert_frame_equal(terms, fitted)


def test_a_refit_of_it_is_not_held_against_terms_that_are_not_all_of_it(
    panel, backtest, fitted
):
    old = fitted.assign(run_id="old", fit_date=pd.Timestamp("2025-03-01"))
    now = pd.Timestamp("2025-07-01").date()
    settled = settle_refit(fitted, old, panel, backtest, SETTINGS.kinds, now)
    assert set(settled["refit_verdict"]) == {NEW}
    assert settled["refit_gain"].isna().all()


def test_it_is_judged_and_compared_like_the_model(panel, backtest, fitted):
    figures = evaluate_propensity(backtest, fitted)
    assert set(figures.loc[figures["is_published"], "model"]) == {TREE}
    ways = {name: CHALLENGERS[name] for name in (TREE, "gradient_boosting")}
    compared = compare_propensity(
        panel, backtest, SETTINGS, fitted, challengers=ways
    ).query("split == 'compare_mean' and metric == 'auc'")
    assert set(compared["model"]) == {TREE, MODEL, "gradient_boosting", "visits"}
    assert set(compared["baseline_model"]) == {TREE}


def test_calibration_undoes_what_is_too_sure():
    generator = np.random.default_rng(1)
    odds = generator.normal(-1, 1, 20_000)
    outcome = (generator.random(20_000) < 1 / (1 + np.exp(-odds))).astype("float64")
    too_sure = 1 / (1 + np.exp(-2 * odds - 1))
    found = fit_calibration(outcome, too_sure)
    np.testing.assert_allclose([found.slope, found.offset], [0.5, -0.5], atol=0.05)


def test_an_unknown_model_is_named():
    with pytest.raises(ValueError, match="no model 'forest': there are "):
        PropensitySettings(["visits"], of_outcomes={"lapse": {"model": "forest"}})
