import numpy as np
import pandas as pd
import pytest
from sklearn.tree import DecisionTreeClassifier

from covey.ml.metrics import METRICS
from covey.ml.propensity.backtest import backtest_propensity
from covey.ml.propensity.challengers import plain_matrix
from covey.ml.propensity.comparison import compare_propensity
from covey.ml.propensity.settings import PropensitySettings
from covey.ml.propensity.terms import read_columns

MONTHS = pd.date_range("2025-01-01", periods=6, freq="MS")
SETTINGS = PropensitySettings(
    features=["visits", "kind"],
    attribute_features={"kind": "category"},
    rules={"visits": ["visits"]},
)
WAYS = {"tree": lambda: DecisionTreeClassifier(max_depth=4, random_state=0)}


@pytest.fixture(scope="module")
def panel():
    """Four hundred customers in six months: few visits of one kind speak for a lapse,
    of the other one many do, which no sum of parts can say."""
    generator = np.random.default_rng(3)
    rows = pd.DataFrame(
        [(f"c{n}", month) for n in range(400) for month in MONTHS],
        columns=["customer_id", "as_of_date"],
    )
    rows["visits"] = generator.poisson(6, len(rows)).astype("float64")
    rows["kind"] = np.where(generator.random(len(rows)) < 0.5, "a", "b")
    is_many = rows["visits"] > 6
    chance = np.where(is_many == (rows["kind"] == "b"), 0.7, 0.2)
    rows["is_positive"] = generator.random(len(rows)) < chance
    rows["horizon_end_date"] = rows["as_of_date"] + pd.Timedelta(days=28)
    return rows.assign(outcome_type="lapse")


@pytest.fixture(scope="module")
def backtest(panel):
    return backtest_propensity(panel, SETTINGS)


def compare(panel, backtest, **more):
    fitted = pd.DataFrame({"outcome_type": ["lapse"], "run_id": ["abc"]})
    return compare_propensity(
        panel, backtest, SETTINGS, fitted, challengers=WAYS, **more
    )


def test_what_a_sum_of_parts_cannot_say_is_seen(panel, backtest):
    found = compare(panel, backtest)
    means = found[found["split"] == "compare_mean"].set_index(["model", "metric"])
    published = backtest.loc[backtest["is_published"], "model"].iloc[0]
    gain = means.loc[("tree", "auc_gain")]
    assert gain["value"] > 0.1
    assert gain["value"] > 3 * gain["standard_error"] > 0
    assert set(means.loc["tree"].index) >= {*METRICS, "seconds", "log_loss_gain"}
    assert {"tree", "visits", published} <= set(means.index.levels[0])
    assert (means["verdict"] == "chosen").sum() == means.loc[published].shape[0]
    assert not found["is_published"].any()
    assert set(found["run_id"]) == {"abc"}
    assert means.loc[(published, "seconds"), "value"] > 0


def test_all_are_tested_on_the_rows_of_the_backtest(panel, backtest):
    found = compare(panel, backtest)
    rates = found[found["metric"] == "base_rate"]
    assert set(rates["as_of_date"].dropna()) == set(backtest["as_of_date"])
    assert (rates.groupby("as_of_date")["value"].nunique() == 1).all()


def test_without_a_panel_or_a_test_nothing_is_compared(panel, backtest):
    assert compare(panel.iloc[:0], backtest.iloc[:0]).empty
    assert compare(panel, backtest.iloc[:0]).empty


def test_a_category_is_a_mark_per_level_and_what_is_unknown_stays_so():
    rows = pd.DataFrame({"visits": [0.0, np.nan] * 30, "kind": ["a", "b"] * 30})
    matrix = plain_matrix(read_columns(rows, SETTINGS.kinds))
    np.testing.assert_array_equal(matrix[:2, 1:], [[1, 0], [0, 1]])
    assert matrix[0, 0] == 0
    assert np.isnan(matrix[1, 0])
