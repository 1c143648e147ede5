"""A fit of one outcome: the formula, the penalty, and what cannot be fitted."""

import math

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from covey.ml.propensity.regression import fit_logistic, predict_probability
from covey.ml.propensity.terms import design_matrix
from unit.propensity_panel import (
    FEATURES,
    KINDS,
    make_panel,
)


def test_fit_equals_a_scikit_learn_pipeline():
    panel, names = make_panel(), FEATURES[:3]
    model = make_pipeline(
        FunctionTransformer(np.log1p),
        StandardScaler(),
        LogisticRegression(C=0.3, solver="newton-cholesky"),
    ).fit(panel[names], panel["is_positive"])
    probability = predict_probability(
        panel, fit_logistic(panel, dict.fromkeys(names, "numeric"), C=0.3)
    )
    expected = model.predict_proba(panel[names])[:, 1]
    np.testing.assert_allclose(probability, expected, atol=1e-9)


def test_prediction_is_the_stated_formula():
    table = fit_logistic(make_panel(), KINDS, form="spline")
    values = {"days_since_last_order": -5, "spend_amount_90d": 12.5}
    customer = pd.DataFrame([values], columns=FEATURES)
    log_odds = 0.0
    for row in table.to_dict("records"):
        known = values.get(row["feature"])
        if row["term"] == "intercept" or (row["term"] == "missing") == (known is None):
            if row["term"] == "knot":
                u = math.copysign(math.log(1 + abs(known)), known)
                log_odds += row["coefficient"] * max(u - row["knot"], 0)
            else:
                log_odds += row["coefficient"]
    expected = 1 / (1 + math.exp(-log_odds))
    assert predict_probability(customer, table)[0] == pytest.approx(expected, abs=1e-12)


def test_fit_does_not_depend_on_the_order_of_rows():
    panel = make_panel()
    shuffled = panel.sample(frac=1, random_state=4)
    first, second = fit_logistic(panel, KINDS), fit_logistic(shuffled, KINDS)
    pd.testing.assert_frame_equal(first, second, check_exact=True)


@pytest.mark.parametrize("is_positive", [False, True])
def test_outcomes_of_one_kind_leave_a_cautious_intercept(is_positive):
    panel = make_panel().head(10).assign(is_positive=is_positive)
    table = fit_logistic(panel, KINDS)
    assert table["feature"].tolist() == ["intercept"]
    expected = 10.5 / 11 if is_positive else 0.5 / 11
    assert predict_probability(panel, table).to_numpy() == pytest.approx(expected)


def test_constant_and_empty_features_add_nothing():
    panel = make_panel().assign(constant=3.0, unknown=np.nan)
    table = fit_logistic(panel, {**KINDS, "constant": "numeric", "unknown": "numeric"})
    weights = table.groupby("feature")["coefficient"].apply(lambda own: own.abs().max())
    assert weights["constant"] == pytest.approx(0, abs=1e-12)
    assert weights["unknown"] == 0
    assert np.isfinite(table["coefficient"]).all()


def test_no_rows_no_coefficients():
    table = fit_logistic(make_panel().head(0), KINDS)
    assert table.empty
    assert str(table["coefficient"].dtype) == "float64"


def test_what_cannot_be_fitted_is_named():
    panel = make_panel()
    with pytest.raises(ValueError, match="'visits'"):
        fit_logistic(panel, {"visits": "numeric"})
    with pytest.raises(ValueError, match="'spend_amount_90d' is infinite in 2800 of"):
        fit_logistic(panel.assign(spend_amount_90d=np.inf), KINDS)
    with pytest.raises(ValueError, match="repeat a key"):
        fit_logistic(pd.concat([panel, panel]), KINDS)
    with pytest.raises(ValueError, match="0 rows named 'intercept'"):
        predict_probability(panel, fit_logistic(panel, KINDS).iloc[1:])


def test_design_matrix_is_plain_numbers_scaled_by_the_training_rows():
    panel = make_panel(months=1).assign(plan=["a", "b"] * 200)
    kinds = {**KINDS, "plan": "category"}
    new = panel.head(3).assign(plan=["a", "never seen", None], spend_amount_90d=np.nan)
    matrix = design_matrix(panel, new, kinds)
    assert np.isfinite(matrix).all()
    assert matrix.shape == (3, 4 + 1 + 2)
    assert matrix[:, -2:].tolist() == [[1, 0], [0, 0], [0, 0]]
    seen = design_matrix(panel, panel, kinds)
    assert seen[:, 0].mean() == pytest.approx(0)
    assert seen[:, 0].std() == pytest.approx(1)
