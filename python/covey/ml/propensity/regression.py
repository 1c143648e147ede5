"""Logistic regression as a table: fit the terms of each feature, predict from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from covey.ml.propensity.terms import (
    CATEGORY,
    KNOT_COUNT,
    LOG,
    NUMERIC,
    Column,
    FeatureKinds,
    Floats,
    Part,
    choose_encoding,
    read_columns,
)
from covey.ml.runs import one_thread, sort_rows

INTERCEPT = "intercept"
TERM_COLUMNS = {
    "feature": "str",
    "term": "str",
    "term_rank": "int64",
    "knot": "float64",
    "level": "str",
    "coefficient": "float64",
    "typical_value": "float64",
    "typical_level": "str",
}


@dataclass(frozen=True)
class LogisticFit:
    """What was learned: log-odds of the average customer, and a part per feature."""

    intercept: float
    parts: tuple[Part, ...] = ()

    def predict_probability(self, columns: Sequence[Column]) -> Floats:
        """Score rows; columns that no part is of are passed over."""
        by_name = {column.name: column for column in columns}
        log_odds = np.full(len(columns[0].values) if columns else 0, self.intercept)
        for part in self.parts:
            log_odds += part.evaluate(by_name[part.feature])
        return np.asarray(expit(log_odds))


def fit_logistic(
    training: pd.DataFrame,
    kinds: FeatureKinds,
    *,
    form: str = LOG,
    C: float = 1.0,  # noqa: N803 - scikit-learn's spelling
    knot_count: int = KNOT_COUNT,
) -> pd.DataFrame:
    """Fit a logistic regression on terms of the features, without class weights.

    Parameters
    ----------
    training : customer_id, as_of_date, is_positive (or how likely that is) and the
        features (null where unknown); customer and date are the key
    kinds : the columns to learn from: `numeric` or `category`
    form : `log` or `spline`, of what is numeric
    C : inverse strength of the L2 penalty, as in scikit-learn
    knot_count : at most so many knots has a spline

    Returns
    -------
    One row per term: feature, term, term_rank, knot, level, coefficient, and what is
    typical of the feature. The parts are centred: over the training rows each has the
    mean zero, and the `intercept` takes the rest. With outcomes of one kind only, the
    intercept alone says how rare the other one must be; without rows there are none.

    Raises
    ------
    ValueError : a column is missing, a key occurs twice or a value is infinite
    """
    rows = sort_rows(training, ["as_of_date", "customer_id"])
    if rows.empty:
        return pd.DataFrame(columns=list(TERM_COLUMNS)).astype(TERM_COLUMNS)
    outcome = rows["is_positive"].to_numpy(dtype="float64")
    with one_thread():
        (fitted,) = fit_path(
            read_columns(rows, kinds), outcome, [C], form=form, knot_count=knot_count
        )
    return write_terms(fitted)


def fit_path(
    columns: Sequence[Column],
    outcome: Floats,
    inverse_penalties: Sequence[float],
    *,
    form: str = LOG,
    knot_count: int = KNOT_COUNT,
) -> list[LogisticFit]:
    """Fit the same rows once for each penalty."""
    positives, count = outcome.sum(), len(outcome)
    if not columns or positives in (0, count):
        # Half a row of each kind more: nothing is certain because it never happened.
        base = float(logit((positives + 0.5) / (count + 1)))
        return [LogisticFit(base)] * len(inverse_penalties)
    encodings = [choose_encoding(column, form, knot_count) for column in columns]
    blocks = [e.encode(c) for e, c in zip(encodings, columns, strict=True)]
    matrix = np.hstack(blocks)
    ends = np.cumsum([block.shape[1] for block in blocks])[:-1]
    means = np.split(matrix.mean(axis=0), ends)
    fits = []
    for inverse_penalty in inverse_penalties:
        model = _fit(matrix, outcome, inverse_penalty)
        intercept, parts = float(model.intercept_[0]), []
        weights = np.split(model.coef_[0], ends)
        for encoding, mean, own in zip(encodings, means, weights, strict=True):
            average = float(mean @ own)
            parts.append(encoding.explain(own).shift(-average))
            intercept += average
        fits.append(LogisticFit(intercept, tuple(parts)))
    return fits


def _fit(matrix: Floats, outcome: Floats, inverse_penalty: float) -> LogisticRegression:
    model = LogisticRegression(C=inverse_penalty, solver="newton-cholesky")
    if np.isin(outcome, (0, 1)).all():
        return model.fit(matrix, outcome)
    # Each row once as it happened and once as it did not, by how likely that is.
    kinds = np.repeat([1.0, 0.0], len(outcome))
    weights = np.concatenate([outcome, 1 - outcome])
    return model.fit(np.vstack([matrix, matrix]), kinds, sample_weight=weights)


def predict_probability(frame: pd.DataFrame, terms: pd.DataFrame) -> pd.Series:
    """Score rows with the table of `fit_logistic`, as the SQL model does.

    Returns
    -------
    `probability`, with the index of `frame`.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {
    ...         "feature": ["intercept", *["order_count_90d"] * 3],
    ...         "term": ["intercept", "offset", "knot", "missing"],
    ...         "knot": [None, None, 0.0, None],
    ...         "level": None,
    ...         "coefficient": [0.0, np.log(4), -1.0, 0.0],
    ...     }
    ... )
    >>> rows = pd.DataFrame({"order_count_90d": [3, 0, None]})
    >>> predict_probability(rows, table).round(2).tolist()
    [0.5, 0.8, 0.5]
    """
    fitted = read_terms(terms)
    kinds = {
        part.feature: NUMERIC if part.levels is None else CATEGORY
        for part in fitted.parts
    }
    columns = read_columns(frame, kinds) or [Column("", np.zeros(len(frame)))]
    probability = fitted.predict_probability(columns)
    return pd.Series(probability, index=frame.index, name="probability")


def write_terms(fitted: LogisticFit) -> pd.DataFrame:
    """Write a fit as its table, a row per term."""
    rows: list[dict[str, Any]] = [_term(INTERCEPT, INTERCEPT, 0, fitted.intercept)]
    for part in fitted.parts:
        own = []
        if part.missing is not None:
            own.append(_term(part.feature, "missing", 0, part.missing))
        if part.levels is None:
            own.append(_term(part.feature, "offset", 0, part.offset))
            knots = zip(part.knots, part.slopes, strict=True)
            own += [
                _term(part.feature, "knot", rank, slope, knot=knot)
                for rank, (knot, slope) in enumerate(knots, start=1)
            ]
        else:
            own += [
                _term(part.feature, "level", rank, value, level=level)
                for rank, (level, value) in enumerate(part.levels.items(), start=1)
            ]
        typical = {
            "typical_value": part.typical_value,
            "typical_level": part.typical_level,
        }
        rows += [{**row, **typical} for row in own]
    return pd.DataFrame(rows, columns=list(TERM_COLUMNS)).astype(TERM_COLUMNS)


def read_terms(terms: pd.DataFrame) -> LogisticFit:
    """Read a fit from its table.

    Raises
    ------
    ValueError : there is no intercept, or more than one
    """
    is_intercept = terms["feature"] == INTERCEPT
    if is_intercept.sum() != 1:
        raise ValueError(
            f"{is_intercept.sum()} rows named {INTERCEPT!r} among the terms: there "
            "must be one; is it the table of one outcome and one model?"
        )
    parts = []
    for feature, rows in terms[~is_intercept].groupby("feature", sort=False):
        by_term = rows.groupby("term")["coefficient"].sum()
        knots, levels = rows[rows["term"] == "knot"], rows[rows["term"] == "level"]
        parts.append(
            Part(
                str(feature),
                missing=float(by_term["missing"]) if "missing" in by_term else None,
                offset=float(by_term.get("offset", 0.0)),
                knots=knots["knot"].to_numpy(dtype="float64"),
                slopes=knots["coefficient"].to_numpy(dtype="float64"),
                levels=None
                if levels.empty
                else dict(zip(levels["level"], levels["coefficient"], strict=True)),
            )
        )
    intercept = float(terms.loc[is_intercept, "coefficient"].iloc[0])
    return LogisticFit(intercept, tuple(parts))


def _term(
    feature: str,
    term: str,
    rank: int,
    coefficient: float,
    *,
    knot: float | None = None,
    level: str | None = None,
) -> dict[str, Any]:
    return {
        "feature": feature,
        "term": term,
        "term_rank": rank,
        "knot": knot,
        "level": level,
        "coefficient": coefficient,
    }
