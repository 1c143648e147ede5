"""Which features a fit takes, what each says alone, and the one that is too good."""

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_selection import f_classif

from covey.ml.propensity.backtest import backtest_propensity
from covey.ml.propensity.evaluation import fit_propensity
from covey.ml.propensity.selection import auc_alone, select_features
from covey.ml.propensity.settings import MODEL, PropensitySettings
from covey.ml.propensity.terms import read_columns

ATTRIBUTES = {"contract": "category", "leak_by_level": "category"}
FEATURES = ["fee", "fee_in_cents", "noise", "constant", "empty", *ATTRIBUTES]
SETTINGS = PropensitySettings(FEATURES, ATTRIBUTES, {"fee": ["fee"]})
HONEST = PropensitySettings(FEATURES[:-1], {"contract": "category"}, {"fee": ["fee"]})


def make_rows(count=1500, seed=0):
    generator = np.random.default_rng(seed)
    fee = generator.lognormal(3, 1, count)
    is_positive = generator.random(count) < 1 / (1 + np.exp(3 - np.log1p(fee)))
    contract = np.where(generator.random(count) < 0.5 + 0.3 * is_positive, "a", "b")
    return pd.DataFrame(
        {
            "outcome_type": "churn",
            "customer_id": [f"c{place:04d}" for place in range(count)],
            "as_of_date": pd.Timestamp(2026, 1, 1),
            "horizon_end_date": pd.Timestamp(2026, 2, 1),
            "is_positive": is_positive,
            "fee": fee,
            "fee_in_cents": np.round(fee * 100),
            "noise": generator.normal(size=count),
            "constant": 7.0,
            "empty": np.nan,
            "contract": contract,
            "leak_by_level": np.where(is_positive, "ended", "runs"),
        }
    )


@pytest.fixture(scope="module")
def table():
    return select_features(make_rows(), SETTINGS).set_index("feature")


def test_what_never_varies_and_copies_are_left_out(table):
    kept = table.index[table["is_kept"]].tolist()
    assert kept == ["fee", "noise", "contract", "leak_by_level"]
    assert table.loc["constant", "reason"] == "never varies"
    assert table.loc["empty", "reason"] == "never varies"
    assert table.loc["fee_in_cents", "reason"] == "a copy of fee"
    assert table.loc["fee_in_cents", "copy_of"] == "fee"
    assert table.loc["empty", "known_rate"] == 0


def test_strength_is_told_in_several_ways(table):
    rows = make_rows()
    u = np.log1p(rows["fee"]).to_numpy()[:, None]
    assert table.loc["fee", "f_statistic"] == pytest.approx(
        f_classif(u, rows["is_positive"])[0][0]
    )
    for column in ("auc_alone", "f_statistic", "mutual_information"):
        assert table.loc["fee", column] > table.loc["noise", column]
    assert table.loc["leak_by_level", "path_rank"] == 1
    rates = select_features(rows, HONEST).set_index("feature")["fold_rate"]
    assert rates["fee"] == rates["contract"] == 1
    assert rates["noise"] < 0.5
    base = rows["is_positive"].mean()
    entropy = -base * np.log(base) - (1 - base) * np.log(1 - base)
    assert table.loc["leak_by_level", "mutual_information"] == pytest.approx(entropy)


def test_a_leak_shows_whichever_way_it_points():
    outcome = (np.arange(1000) % 5 == 0).astype(float)
    generator = np.random.default_rng(0)
    small = generator.normal(size=1000) / 100
    leaks = {
        "up": outcome + small,
        "down": -outcome + small,
        "middle": np.where(outcome == 1, 0, np.sign(generator.normal(size=1000))) * 5,
        "missing": np.where(outcome == 1, np.nan, small),
    }
    for name, values in leaks.items():
        (column,) = read_columns(pd.DataFrame({name: values}), {name: "numeric"})
        assert auc_alone(column, outcome) > 0.99, name
    (column,) = read_columns(pd.DataFrame({"x": small}), {"x": "numeric"})
    assert auc_alone(column, outcome) < 0.6


def test_fits_take_what_was_kept():
    rows = make_rows()
    selection = select_features(rows, HONEST)
    backtest = backtest_propensity(rows, HONEST, selection)
    published = backtest[backtest["is_published"]]
    assert set(published["model"]) == {MODEL}
    fitted = fit_propensity(rows, published, HONEST, selection)
    assert set(fitted["feature"]) == {"intercept", "fee", "noise", "contract"}


def test_order_of_rows_and_one_kind_of_outcome_change_nothing():
    rows = make_rows(200)
    first = select_features(rows, SETTINGS)
    again = select_features(rows.sample(frac=1, random_state=1), SETTINGS)
    pd.testing.assert_frame_equal(first, again, check_exact=True)
    one_kind = select_features(rows.assign(is_positive=False), SETTINGS)
    assert one_kind["auc_alone"].isna().all()
    assert one_kind["path_rank"].isna().all()
    assert select_features(rows.head(0), SETTINGS).empty
