"""Logistic regression as a table: fit coefficients, predict from them.

With x clipped at zero, a customer's log-odds are::

    intercept + sum over features of coefficient * (ln(1 + x) - centre) / deviation

so each term is what one feature adds to the log-odds of the typical customer, whose
values are exp(centre) - 1. A missing value adds nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from covey.ml.runs import one_thread, sort_rows

Floats = npt.NDArray[np.float64]

INTERCEPT = "intercept"
COEFFICIENT_COLUMNS = {
    "feature": "str",
    "transform": "str",
    "coefficient": "float64",
    "centre": "float64",
    "deviation": "float64",
    "typical_value": "float64",
}


@dataclass(frozen=True)
class LogisticFit:
    """What was learned: arrays with one entry per feature, and the intercept."""

    centre: Floats
    deviation: Floats
    coefficient: Floats
    intercept: float

    def predict_probability(self, logs: Floats) -> Floats:
        """Score rows of ln(1 + x); `nan` stands for a missing value."""
        terms = np.nan_to_num((logs - self.centre) / self.deviation, nan=0.0)
        return np.asarray(expit(self.intercept + terms @ self.coefficient))


def fit_logistic(
    training: pd.DataFrame,
    feature_names: Sequence[str],
    *,
    C: float = 1.0,  # noqa: N803 - scikit-learn's spelling
) -> pd.DataFrame:
    """Fit a logistic regression on the logs of the features, without class weights.

    Parameters
    ----------
    training : customer_id, as_of_date, is_positive and the features (zero or more;
        null where unknown); customer and date are the key
    feature_names : the columns to learn from
    C : inverse strength of the L2 penalty, as in scikit-learn

    Returns
    -------
    One row per feature and one for the `intercept`: transform ('log1p', or 'identity'
    for the intercept), coefficient, centre, deviation and typical_value. With outcomes
    of one kind only, the intercept alone says how rare the other one must be; without
    rows there are none.

    Raises
    ------
    ValueError : a column is missing, a key occurs twice or a value is infinite
    """
    rows = sort_rows(training, ["as_of_date", "customer_id"])
    names = list(feature_names)
    if rows.empty:
        return pd.DataFrame(columns=list(COEFFICIENT_COLUMNS)).astype(
            COEFFICIENT_COLUMNS
        )
    outcome = rows["is_positive"].to_numpy(dtype="float64")
    with one_thread():
        fitted = fit_logs(to_logs(rows, names), outcome, C)
    if not fitted.coefficient.any():
        names, empty = [], np.array([])
        fitted = LogisticFit(empty, empty, empty, fitted.intercept)
    return pd.DataFrame(
        {
            "feature": [INTERCEPT, *names],
            "transform": ["identity", *["log1p"] * len(names)],
            "coefficient": [fitted.intercept, *fitted.coefficient],
            "centre": [0.0, *fitted.centre],
            "deviation": [1.0, *fitted.deviation],
            "typical_value": [1.0, *np.expm1(fitted.centre)],
        }
    ).astype(COEFFICIENT_COLUMNS)


def predict_probability(frame: pd.DataFrame, coefficients: pd.DataFrame) -> pd.Series:
    """Score rows with the table of `fit_logistic`, as the SQL model does.

    Returns
    -------
    `probability`, with the index of `frame`.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {
    ...         "feature": ["intercept", "order_count_90d"],
    ...         "coefficient": [0.0, -1.0],
    ...         "centre": [0.0, np.log(4)],
    ...         "deviation": [1.0, 1.0],
    ...     }
    ... )
    >>> rows = pd.DataFrame({"order_count_90d": [3, 0, None]})
    >>> predict_probability(rows, table).round(2).tolist()
    [0.5, 0.8, 0.5]
    """
    is_intercept = coefficients["feature"] == INTERCEPT
    if is_intercept.sum() != 1:
        raise ValueError(
            f"{is_intercept.sum()} rows named {INTERCEPT!r} among the coefficients: "
            "there must be one; is it the table of one outcome and one model?"
        )
    terms = coefficients[~is_intercept]
    fitted = LogisticFit(
        centre=terms["centre"].to_numpy(dtype="float64"),
        deviation=terms["deviation"].to_numpy(dtype="float64"),
        coefficient=terms["coefficient"].to_numpy(dtype="float64"),
        intercept=float(coefficients.loc[is_intercept, "coefficient"].iloc[0]),
    )
    logs = to_logs(frame, list(terms["feature"]))
    probability = fitted.predict_probability(logs)
    return pd.Series(probability, index=frame.index, name="probability")


def to_logs(frame: pd.DataFrame, feature_names: Sequence[str]) -> Floats:
    """Take ln(1 + x) of the features as one matrix; below zero counts as zero."""
    absent = [name for name in feature_names if name not in frame.columns]
    if absent:
        raise ValueError(f"no column {absent[0]!r} among the features")
    matrix = frame[list(feature_names)].to_numpy(dtype="float64", na_value=np.nan)
    infinite = np.isinf(matrix).sum(axis=0)
    if infinite.any():
        worst = int(infinite.argmax())
        raise ValueError(
            f"feature {feature_names[worst]!r} is infinite in {infinite[worst]} of "
            f"{len(matrix)} rows: bound it before the fit"
        )
    return np.asarray(np.log1p(np.maximum(matrix, 0.0)))


def fit_logs(logs: Floats, outcome: Floats, inverse_penalty: float) -> LogisticFit:
    """Fit on rows of ln(1 + x); a column that never varies gets no weight."""
    centre, deviation = _scale(logs)
    positives, count = outcome.sum(), len(outcome)
    if logs.shape[1] == 0 or positives in (0, count):
        # Half a row of each kind more: nothing is certain because it never happened.
        base = float(logit((positives + 0.5) / (count + 1)))
        return LogisticFit(centre, deviation, np.zeros_like(centre), base)
    terms = np.nan_to_num((logs - centre) / deviation, nan=0.0)
    model = LogisticRegression(C=inverse_penalty, solver="newton-cholesky")
    model.fit(terms, outcome)
    return LogisticFit(centre, deviation, model.coef_[0], float(model.intercept_[0]))


def _scale(logs: Floats) -> tuple[Floats, Floats]:
    """Mean and deviation of what is known in each column; 0 and 1 where nothing is."""
    is_known = ~np.isnan(logs)
    counts = np.maximum(is_known.sum(axis=0), 1)
    known = np.where(is_known, logs, 0.0)
    centre = known.sum(axis=0) / counts
    squares = np.where(is_known, (logs - centre) ** 2, 0.0)
    deviation = np.sqrt(squares.sum(axis=0) / counts)
    is_constant = deviation < 1e-9
    return centre, np.where(is_constant, 1.0, deviation)
