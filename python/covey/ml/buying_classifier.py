"""BG/NBD as a way to say who will lapse: only to compare."""

from typing import Self

import numpy as np
from scipy.special import logit
from sklearn.linear_model import LogisticRegression

from covey.ml.buying import fit_buying
from covey.ml.metrics import Floats

# What it looks at, in this order: repeats, age at the last of them, age, how far ahead
# to look, and the day of the row.
BUYING_COLUMNS = (
    "repeat_count",
    "last_order_age_days",
    "age_days",
    "horizon_days",
    "day",
)


class BuyingClassifier:
    """The chance of no purchase within the horizon, calibrated.

    The spread of rates and chances to stop is fitted to the newest training day, on
    which each customer is there once; the calibration, a logistic regression on the
    log-odds of that chance, to all training rows.
    """

    def fit(self, matrix: Floats, outcome: Floats) -> Self:
        """Learn from rows with outcome 0 or 1."""
        newest = matrix[matrix[:, 4] == matrix[:, 4].max()]
        self._buying = fit_buying(*newest[:, :3].T)
        self._calibration = LogisticRegression(C=1e6).fit(self._see(matrix), outcome)
        return self

    def predict_proba(self, matrix: Floats) -> Floats:
        """Give the probability of 0 and of 1 per row."""
        return np.asarray(self._calibration.predict_proba(self._see(matrix)))

    def _see(self, matrix: Floats) -> Floats:
        repeats, last, age, horizon = matrix[:, :4].T
        quiet = np.empty(len(matrix))
        for days in np.unique(horizon):
            is_own = horizon == days
            quiet[is_own] = self._buying.chance_of_none(
                repeats[is_own], last[is_own], age[is_own], float(days)
            )
        return np.asarray(logit(np.clip(quiet, 1e-9, 1 - 1e-9)))[:, None]
