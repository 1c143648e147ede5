"""A challenger that a business chose: calibrated out of time, and scored where fitted.

What it learned is no table of terms. It is fitted again whenever it scores, on what the
last fit knew; whoever is scored is scored by a model of other customers, as in the
backtest that it was calibrated in. Its terms are those of the additive model that says
most nearly the same: good for reasons, and marked as approximate.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from covey.ml.metrics import Floats
from covey.ml.propensity.challengers import (
    Mask,
    fit_challenger,
    plain_matrix,
    predict_challenger,
)
from covey.ml.propensity.settings import (
    CHALLENGER_NAMES,
    PropensitySettings,
    features_to_fit,
)
from covey.ml.propensity.splits import FOLDS
from covey.ml.propensity.terms import Column, FeatureKinds, read_columns
from covey.ml.runs import hash_ids, one_thread, sort_rows

SMALLEST_CHANCE = 1e-4  # a tree that saw none says 0, which has no log-odds
DIGITS = 9
SCORE_COLUMNS = {"customer_id": "str", "outcome_type": "str", "log_odds": "float64"}


@dataclass(frozen=True)
class Calibration:
    """What the log-odds are stretched by and moved to."""

    offset: float = 0.0
    slope: float = 1.0

    def apply(self, probability: Floats) -> Floats:
        """Give calibrated log-odds."""
        clipped = np.clip(probability, SMALLEST_CHANCE, 1 - SMALLEST_CHANCE)
        return np.asarray(self.offset + self.slope * logit(clipped))


def fit_calibration(outcome: Floats, probability: Floats) -> Calibration:
    """Learn from what was said of rows out of time, and what happened."""
    plain = Calibration().apply(probability)[:, None]
    model = LogisticRegression(C=1e6, solver="newton-cholesky").fit(plain, outcome)
    return Calibration(float(model.intercept_[0]), float(model.coef_[0, 0]))


def predict_chosen(
    name: str,
    rows: pd.DataFrame,
    columns: Sequence[Column],
    validation: Sequence[tuple[Mask, Mask]],
    test: Sequence[tuple[Mask, Mask]],
) -> tuple[Floats, Floats, Calibration]:
    """Predict validation and test; calibrate both by what happened on validation.

    Parameters
    ----------
    rows : customer_id and is_positive, sorted by date and customer
    columns : what the challenger looks at, of the same rows

    Returns
    -------
    Probabilities of the validation and of the test rows, `nan` elsewhere.
    """
    matrix = plain_matrix(columns)
    chosen = predict_challenger(name, matrix, rows, validation)
    tested = predict_challenger(name, matrix, rows, test)
    is_known = ~np.isnan(chosen)
    outcome = rows["is_positive"].to_numpy(dtype="float64")
    calibration = fit_calibration(outcome[is_known], chosen[is_known])
    on_validation, on_test = (
        np.asarray(expit(calibration.apply(said))) for said in (chosen, tested)
    )
    return on_validation, on_test, calibration


@one_thread()
def score_with_chosen(
    name: str,
    training: pd.DataFrame,
    scored: pd.DataFrame,
    kinds: FeatureKinds,
    calibration: Calibration,
) -> Floats:
    """Fit a challenger on the rows of an outcome, and give log-odds of other customers.

    Parameters
    ----------
    training : customer_id, as_of_date, is_positive and the features
    scored : customer_id and the features
    """
    rows = sort_rows(training, ["as_of_date", "customer_id"])
    seen = read_columns(rows, kinds)
    learned_from = plain_matrix(seen)
    matrix = plain_matrix(read_columns(scored, kinds), seen)
    outcome = rows["is_positive"].to_numpy(dtype="float64")
    folds = hash_ids(rows["customer_id"]) % FOLDS
    scored_folds = hash_ids(scored["customer_id"]) % FOLDS
    probability = np.empty(len(scored))
    for fold in np.unique(scored_folds):
        own, others = scored_folds == fold, folds != fold
        ids = rows.loc[others, "customer_id"]
        fitted = fit_challenger(name, learned_from[others], outcome[others], ids)
        probability[own] = fitted.predict_proba(matrix[own])[:, 1]
    return calibration.apply(probability).round(DIGITS)


def score_chosen_outcomes(
    panel: pd.DataFrame,
    eligible: pd.DataFrame,
    features: pd.DataFrame,
    backtest: pd.DataFrame,
    settings: PropensitySettings,
    selection: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Score whoever can have an outcome that a chosen challenger is published for.

    Parameters
    ----------
    panel : the rows that `fit_propensity` was given
    eligible : customer_id and outcome_type of those to score
    features : customer_id and the features as they are now
    backtest : the published rows of `backtest_propensity`
    settings, selection : what the challenger may look at

    Returns
    -------
    One row per outcome_type and customer_id with the calibrated log_odds.
    """
    is_chosen = backtest["model"].isin(CHALLENGER_NAMES)
    tables = [pd.DataFrame(columns=list(SCORE_COLUMNS))]
    for row in backtest[is_chosen].drop_duplicates("outcome_type").to_dict("records"):
        outcome_type = row["outcome_type"]
        own = settings.of_outcome(outcome_type)
        names = features_to_fit(own, selection, outcome_type)
        is_own = eligible["outcome_type"] == outcome_type
        scored = eligible.loc[is_own, ["customer_id", "outcome_type"]].merge(
            features, on="customer_id", validate="one_to_one"
        )
        log_odds = score_with_chosen(
            row["model"],
            panel[panel["outcome_type"] == outcome_type],
            scored,
            {name: own.kinds[name] for name in names},
            Calibration(row["calibration_offset"], row["calibration_slope"]),
        )
        tables.append(scored[["customer_id", "outcome_type"]].assign(log_odds=log_odds))
    return pd.concat(tables)[list(SCORE_COLUMNS)].astype(SCORE_COLUMNS)
