import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    brier_score_loss,
    f1_score,
    log_loss,
    precision_score,
    recall_score,
    roc_auc_score,
)

from covey.ml.metrics import (
    METRICS,
    jackknife_error,
    leave_groups_out,
    measure_auc,
    measure_calibration_error,
    measure_probabilities,
    measure_top_decile_lift,
    rank_deciles,
)
from covey.ml.runs import hash_ids, make_run_id, sort_rows


@pytest.fixture
def scored():
    generator = np.random.default_rng(3)
    probability = np.round(generator.uniform(0.02, 0.9, 5_000), 2)
    return (generator.random(5_000) < probability).astype(float), probability


def figure(name, outcome, probability):
    return measure_probabilities(outcome, probability)[METRICS.index(name)]


def test_figures_equal_those_of_scikit_learn(scored):
    assert figure("auc", *scored) == pytest.approx(roc_auc_score(*scored))
    assert figure("brier", *scored) == pytest.approx(brier_score_loss(*scored))
    assert figure("log_loss", *scored) == pytest.approx(log_loss(*scored))
    precision = average_precision_score(*scored)
    assert figure("average_precision", *scored) == pytest.approx(precision)


def test_yes_or_no_is_judged_as_scikit_learn_does(scored):
    outcome, probability = scored
    said = probability >= 0.5
    for name, score in (
        ("accuracy", accuracy_score),
        ("precision", precision_score),
        ("recall", recall_score),
        ("f1", f1_score),
    ):
        assert figure(name, *scored) == pytest.approx(score(outcome, said))


def test_a_campaign_earns_most_when_it_knows_who_leaves(scored):
    outcome, probability = scored
    known = figure("expected_maximum_profit", outcome, outcome)
    # Everyone who leaves is contacted and nobody else: 30% stay on average.
    assert known == pytest.approx(outcome.mean() * (0.3 * 190 - 1), rel=0.01)
    said = figure("expected_maximum_profit", outcome, probability)
    blind = figure("expected_maximum_profit", outcome, np.full(5_000, 0.5))
    assert known > said > blind >= 0


def test_true_probabilities_are_calibrated(scored):
    assert figure("calibration_error", *scored) < 0.03
    assert figure("calibration_slope", *scored) == pytest.approx(1, abs=0.08)


def test_calibration_slope_is_that_of_a_logistic_regression(scored):
    outcome, probability = scored
    log_odds = np.log(probability / (1 - probability))
    for said in (log_odds, 4 * log_odds + 3, 0.1 * log_odds - 2):
        model = LogisticRegression(C=np.inf, tol=1e-9).fit(said[:, None], outcome)
        slope = figure("calibration_slope", outcome, 1 / (1 + np.exp(-said)))
        assert slope == pytest.approx(model.coef_[0, 0], rel=1e-5)


def test_outcomes_that_are_parted_leave_no_slope():
    outcome = np.repeat([0.0, 1.0], 50)
    for probability in (0.25 + outcome / 2, outcome, np.linspace(0.1, 0.9, 100)):
        assert np.isnan(figure("calibration_slope", outcome, probability))


def test_overconfident_probabilities_have_a_low_slope(scored):
    outcome, probability = scored
    odds = (probability / (1 - probability)) ** 2
    assert figure("calibration_slope", outcome, odds / (1 + odds)) < 0.6


def test_figures_do_not_depend_on_the_order_of_rows(scored):
    outcome, probability = scored
    shuffled = np.random.default_rng(0).permutation(len(outcome))
    np.testing.assert_allclose(
        measure_probabilities(outcome, probability),
        measure_probabilities(outcome[shuffled], probability[shuffled]),
        rtol=1e-9,
    )


def test_equal_probabilities_say_nothing():
    outcome, probability = np.array([0, 1, 0, 1.0]), np.full(4, 0.5)
    assert measure_auc(outcome, probability) == 0.5
    assert measure_top_decile_lift(outcome, probability) == pytest.approx(1)
    assert len(set(rank_deciles(probability))) == 1


def test_distinct_probabilities_fill_ten_equal_deciles():
    deciles = rank_deciles(np.arange(100) / 100)
    assert np.bincount(deciles)[1:].tolist() == [10] * 10
    assert deciles[-1] == 10


def test_calibration_error_is_the_gap_in_each_bin():
    outcome = np.repeat([0.0, 1.0], 50)
    assert measure_calibration_error(outcome, np.full(100, 0.2)) == pytest.approx(0.3)


def test_best_lift_is_one_over_the_base_rate():
    outcome = np.repeat([0.0, 1.0], [95, 5])
    assert measure_top_decile_lift(outcome, outcome) == pytest.approx(10)


@pytest.mark.parametrize("outcome", [np.zeros(10), np.ones(10), np.array([])])
def test_one_class_leaves_figures_undefined_without_a_crash(outcome):
    figures = measure_probabilities(outcome, np.full(len(outcome), 0.3))
    assert np.isnan(figures[METRICS.index("auc")])
    assert len(figures) == len(METRICS)


def test_jackknife_of_a_mean_is_its_standard_error():
    values = np.random.default_rng(1).normal(size=2_000)
    groups = np.arange(2_000) % 500
    left_out = leave_groups_out(lambda kept: np.array([values[kept].mean()]), groups)
    expected = values.std() / np.sqrt(len(values))
    assert jackknife_error(left_out)[0] == pytest.approx(expected, rel=0.1)


def test_run_id_is_of_rows_parameters_and_code_only():
    rows = pd.DataFrame(
        {
            "customer_id": ["b", "a"],
            "as_of_date": pd.to_datetime(["2026-01-01", "2026-02-01"]),
            "count": [1, 2],
            "gap": [None, 2.5],
        }
    )
    first = make_run_id(rows, {"k": 5, "names": ["x"]}, "1")
    assert len(first) == 16
    assert int(first, 16) >= 0
    reordered = rows.iloc[::-1][["gap", "count", "as_of_date", "customer_id"]]
    assert make_run_id(reordered, {"names": ["x"], "k": 5}, "1") == first
    floats = rows.astype({"count": "float64", "as_of_date": "datetime64[ns]"})
    assert make_run_id(floats, {"k": 5, "names": ["x"]}, "1") == first
    others = [
        make_run_id(rows.assign(count=[1, 3]), {"k": 5, "names": ["x"]}, "1"),
        make_run_id(rows, {"k": 6, "names": ["x"]}, "1"),
        make_run_id(rows, {"k": 5, "names": ["x"]}, "2"),
        make_run_id(rows.iloc[:0], {"k": 5, "names": ["x"]}, "1"),
    ]
    assert len({first, *others}) == 5


def test_hash_of_an_id_depends_on_its_text_alone():
    ids = pd.Series(["a", "b", "c"])
    shuffled = ids.iloc[[2, 0, 1]].astype(object)
    assert hash_ids(shuffled).tolist() == hash_ids(ids)[[2, 0, 1]].tolist()
    # The folds of published models hang on these numbers.
    assert hash_ids(pd.Series(["customer"])).tolist() == [8959462661738260932]


def test_repeated_keys_are_named():
    rows = pd.DataFrame({"customer_id": ["a", "b", "a"]})
    with pytest.raises(ValueError, match=r"repeat a key.*'a'"):
        sort_rows(rows, ["customer_id"])
    with pytest.raises(ValueError, match="as_of_date"):
        sort_rows(rows, ["as_of_date"])
