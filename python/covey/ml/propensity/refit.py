"""A new fit comes into use unless the model in use does better on what neither saw.

Both say what would happen at the cut-offs whose horizon ended since the model in use
was fitted: it from its own terms, the new one in its backtest, where every prediction
is from other customers' rows that were over by then.
"""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from covey.ml.metrics import SMALLEST_PROBABILITY, Floats
from covey.ml.propensity.backtest import stack_tables
from covey.ml.propensity.evaluation import FIT_COLUMNS
from covey.ml.propensity.regression import INTERCEPT, predict_probability
from covey.ml.propensity.settings import CHALLENGER_NAMES
from covey.ml.propensity.terms import FeatureKinds

ERRORS_OF_NOISE = 2.0
NEW, KEPT = "new fit", "kept the model in use"
SETTLED_COLUMNS = {
    **FIT_COLUMNS,
    "fit_date": "datetime64[us]",
    "refit_verdict": "str",
    "refit_gain": "float64",
    "refit_gain_error": "float64",
}


def settle_refit(
    fitted: pd.DataFrame,
    in_use: pd.DataFrame,
    panel: pd.DataFrame,
    backtest: pd.DataFrame,
    kinds: FeatureKinds,
    fit_date: date,
) -> pd.DataFrame:
    """Choose for each outcome between the new fit and the model in use.

    The model in use stays only if the new one has the higher log loss by more than
    twice the paired standard error over customers. There is nothing to hold against
    each other in a first fit, when the kind of model or a feature is another one, where
    a challenger was chosen, whose terms are not all of it, or if no horizon ended
    since: then the new fit comes into use.

    Parameters
    ----------
    fitted : the rows of `fit_propensity`
    in_use : the same of the version before, with the `fit_date` that they knew all
        before
    panel : the rows that both were made for
    backtest : the rows of `backtest_propensity`
    kinds : the features that there are now
    fit_date : what the new fit knows all before

    Returns
    -------
    The terms to use per outcome_type: those of `fit_propensity`, the `fit_date` they
    are of, refit_verdict, and the log loss of the new fit less that of the model in use
    (refit_gain) with its error, missing where nothing was held against each other.
    """
    tables = []
    for outcome_type, new in fitted.groupby("outcome_type"):
        old = in_use[in_use["outcome_type"] == outcome_type]
        gain, error = np.nan, np.nan
        if _is_comparable(new, old, kinds):
            tested = _unseen(outcome_type, panel, backtest, old["fit_date"].iloc[0])
            gain, error = measure_refit_gain(tested, old)
        is_kept = bool(gain > ERRORS_OF_NOISE * error)
        chosen = old if is_kept else new.assign(fit_date=pd.Timestamp(fit_date))
        tables.append(
            chosen.assign(
                refit_verdict=KEPT if is_kept else NEW,
                refit_gain=gain,
                refit_gain_error=error,
            )
        )
    return stack_tables(tables, SETTLED_COLUMNS)


def measure_refit_gain(tested: pd.DataFrame, old: pd.DataFrame) -> tuple[float, float]:
    """Take the log loss of a new fit less that of the model in use, and its error.

    Parameters
    ----------
    tested : customer_id, is_positive, the features, and the new fit's probability
    old : the terms of the model in use
    """
    if len(tested) == 0 or tested["is_positive"].nunique() < 2:
        return np.nan, np.nan
    outcome = tested["is_positive"].to_numpy(dtype="float64")
    before = _losses(outcome, predict_probability(tested, old).to_numpy())
    gains = _losses(outcome, tested["probability"].to_numpy()) - before
    gain = float(gains.mean())
    by_customer = pd.Series(gains - gain).groupby(tested["customer_id"].to_numpy())
    error = float(np.sqrt((by_customer.sum() ** 2).sum()) / len(gains))
    return gain, error


def _is_comparable(new: pd.DataFrame, old: pd.DataFrame, kinds: FeatureKinds) -> bool:
    """Whether both are of one kind, and what the old one looks at is still there."""
    if old.empty or old["fit_date"].isna().any():
        return False
    if new["model"].iloc[0] in CHALLENGER_NAMES:
        return False
    looks_at = set(old["feature"]) - {INTERCEPT}
    return old["model"].iloc[0] == new["model"].iloc[0] and looks_at <= set(kinds)


def _unseen(
    outcome_type: Any, panel: pd.DataFrame, backtest: pd.DataFrame, since: Any
) -> pd.DataFrame:
    """Take the test rows of the new fit that the old one could not know."""
    is_own = (backtest["outcome_type"] == outcome_type) & backtest["is_published"]
    keys = ["customer_id", "as_of_date"]
    predicted = backtest.loc[is_own, [*keys, "probability"]]
    ends = pd.to_datetime(panel["horizon_end_date"])
    is_new = (panel["outcome_type"] == outcome_type) & (ends > pd.Timestamp(since))
    rows = panel[is_new]
    typed = {"as_of_date": "datetime64[us]"}
    return pd.merge(rows.astype(typed), predicted.astype(typed), on=keys)


def _losses(outcome: Floats, probability: Floats) -> Floats:
    clipped = np.clip(probability, SMALLEST_PROBABILITY, 1 - SMALLEST_PROBABILITY)
    return np.asarray(-np.log(np.where(outcome == 1, clipped, 1 - clipped)))
