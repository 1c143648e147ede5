import numpy as np
import pandas as pd
import pytest

from covey.ml.metrics import measure_auc
from covey.ml.propensity.challengers import CHALLENGERS, predict_challengers


@pytest.fixture(scope="module")
def customers():
    """A thousand rows: the first column decides, half of the second is unknown."""
    generator = np.random.default_rng(5)
    matrix = generator.normal(size=(1_000, 3))
    matrix[::2, 1] = np.nan
    chance = 1 / (1 + np.exp(1 - 2 * matrix[:, 0]))
    rows = pd.DataFrame(
        {
            "customer_id": [f"c{number}" for number in range(1_000)],
            "as_of_date": pd.Timestamp("2026-01-01"),
            "is_positive": generator.random(1_000) < chance,
        }
    )
    is_test = np.arange(1_000) % 3 == 0
    return matrix, rows, [(~is_test, is_test)]


def test_every_challenger_learns_and_is_judged_on_the_test_rows_alone(customers):
    matrix, rows, folds = customers
    predicted = predict_challengers(matrix, rows, folds)
    assert set(predicted["model"]) == set(CHALLENGERS)
    for name, own in predicted.groupby("model"):
        assert set(own["customer_id"]) == set(rows.loc[folds[0][1], "customer_id"])
        outcome = own["is_positive"].to_numpy(dtype="float64")
        assert measure_auc(outcome, own["probability"].to_numpy()) > 0.75, name
        assert abs(own["probability"].mean() - outcome.mean()) < 0.06, name


def test_labels_that_mean_nothing_teach_nothing(customers):
    matrix, rows, folds = customers
    coin = rows.assign(is_positive=np.random.default_rng(8).random(1_000) < 0.4)
    predicted = predict_challengers(matrix, coin, folds)
    for name, own in predicted.groupby("model"):
        outcome = own["is_positive"].to_numpy(dtype="float64")
        auc = measure_auc(outcome, own["probability"].to_numpy())
        assert auc == pytest.approx(0.5, abs=0.1), name


def test_a_test_row_is_never_learned_from(customers):
    matrix, rows, folds = customers
    changed = rows.copy()
    changed.loc[folds[0][1], "is_positive"] = True
    first = predict_challengers(matrix, rows, folds)["probability"]
    second = predict_challengers(matrix, changed, folds)["probability"]
    np.testing.assert_array_equal(first, second)
