"""How well a label says what customers do next: who spends how much, who stays away.

A customer is predicted from the mean of the label's other customers, those of the four
other folds, so a label of many small groups gains nothing from being fine.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from covey.ml.metrics import Floats, jackknife_error, leave_groups_out, measure_auc
from covey.ml.runs import hash_ids
from covey.ml.segments.algorithms import Labels

FOLDS = 5
JACKKNIFE_GROUPS = 20


def measure_r2(labels: Labels, spend: Floats, customer_ids: pd.Series) -> Floats:
    """Share of the variance of log spend that a label explains, and its error."""
    return _measure([labels], spend, customer_ids, [1.0])


def measure_r2_gain(
    labels: Labels, others: Labels, spend: Floats, customer_ids: pd.Series
) -> Floats:
    """By how much the share exceeds that of another label, and the paired error."""
    return _measure([labels, others], spend, customer_ids, [1.0, -1.0])


def measure_lapse_auc(
    labels: Labels, next_order_counts: Floats, customer_ids: pd.Series
) -> float:
    """Chance that who does not buy in the next days has the likelier label."""
    has_lapsed = (next_order_counts == 0).astype("float64")
    return measure_auc(
        has_lapsed, predict_from_labels(labels, has_lapsed, hash_ids(customer_ids))
    )


def predict_from_labels(
    labels: Labels, target: Floats, hashes: npt.NDArray[np.uint64]
) -> Floats:
    """Mean of the target among the label's customers in the other folds."""
    predicted = np.zeros(len(target))
    for fold in range(FOLDS):
        is_out = hashes % FOLDS == fold
        others = pd.Series(target[~is_out]).groupby(labels[~is_out]).mean()
        seen = pd.Series(labels[is_out]).map(others)
        typical = target[~is_out].mean() if (~is_out).any() else 0.0
        predicted[is_out] = seen.fillna(typical)
    return predicted


def _measure(
    labellings: list[Labels],
    spend: Floats,
    customer_ids: pd.Series,
    signs: list[float],
) -> Floats:
    hashes = hash_ids(customer_ids)
    target = np.log1p(np.maximum(spend, 0))
    predictions = [predict_from_labels(each, target, hashes) for each in labellings]

    def share(is_kept: npt.NDArray[np.bool_]) -> Floats:
        kept = target[is_kept]
        spread = ((kept - kept.mean()) ** 2).sum()
        if spread <= 0:
            return np.array([np.nan])
        shares = [
            1 - ((kept - each[is_kept]) ** 2).sum() / spread for each in predictions
        ]
        return np.array([np.dot(signs, shares)])

    errors = jackknife_error(leave_groups_out(share, (hashes >> 8) % JACKKNIFE_GROUPS))
    return np.array([share(np.ones(len(spend), dtype=bool))[0], errors[0]])
