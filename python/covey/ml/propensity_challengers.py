"""Other ways to make a probability, on the splits of the backtest: only to compare.

Their settings are fixed beforehand. A build fits them when asked to compare
(`covey build --compare`), and nothing is scored with them.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from covey.ml.metrics import Floats
from covey.ml.runs import hash_ids, one_thread

Mask = npt.NDArray[np.bool_]

SEED = 0
SVM_ROWS = 3_000  # its time grows with the square of the rows


class Classifier(Protocol):
    """What scikit-learn calls a classifier with probabilities."""

    def fit(self, matrix: Floats, outcome: Floats) -> Any:
        """Learn from rows with outcome 0 or 1."""

    def predict_proba(self, matrix: Floats) -> Floats:
        """Give the probability of 0 and of 1 per row."""


def _filled(*steps: Any) -> Any:
    return make_pipeline(
        SimpleImputer(add_indicator=True, keep_empty_features=True), *steps
    )


CHALLENGERS: Mapping[str, Callable[[], Classifier]] = {
    "decision_tree": lambda: _filled(
        DecisionTreeClassifier(max_depth=6, min_samples_leaf=50, random_state=SEED)
    ),
    "random_forest": lambda: _filled(
        RandomForestClassifier(
            100, max_samples=0.5, min_samples_leaf=20, random_state=SEED
        )
    ),
    "gradient_boosting": lambda: HistGradientBoostingClassifier(
        max_iter=100,
        learning_rate=0.05,
        max_leaf_nodes=8,
        min_samples_leaf=50,
        random_state=SEED,
    ),
    "support_vectors": lambda: _filled(
        StandardScaler(),
        # The weights only shape the boundary; the probabilities are calibrated after.
        CalibratedClassifierCV(
            SVC(gamma=0.01, class_weight="balanced"), ensemble=False, cv=3
        ),
    ),
    "neural_net": lambda: _filled(
        StandardScaler(),
        MLPClassifier(
            (8,), alpha=10.0, solver="lbfgs", max_iter=300, random_state=SEED
        ),
    ),
}


@one_thread()
def predict_challengers(
    matrix: Floats,
    rows: pd.DataFrame,
    folds: Sequence[tuple[Mask, Mask]],
    challengers: Mapping[str, Callable[[], Classifier]] = CHALLENGERS,
) -> pd.DataFrame:
    """Fit each challenger on each fold's training rows, and predict its test rows.

    Parameters
    ----------
    matrix : a number per row and column; `nan` where it is not known
    rows : customer_id, as_of_date and is_positive of the same rows
    folds : for each fold, which rows are for training and which for the test
    challengers : a new classifier by name

    Returns
    -------
    One row per challenger and test row: customer_id, as_of_date, is_positive, model,
    probability, and the CPU seconds of this thread that the challenger took in all.
    """
    outcome = rows["is_positive"].to_numpy(dtype="float64")
    order = np.argsort(hash_ids(rows["customer_id"]), kind="stable")
    tables: list[pd.DataFrame] = []
    for name, make in challengers.items():
        began = time.thread_time()
        probability = np.full(len(rows), np.nan)
        for is_training, is_test in folds:
            training = order[is_training[order]]
            if name == "support_vectors":
                training = training[:SVM_ROWS]
            fitted = make()
            fitted.fit(matrix[training], outcome[training])
            probability[is_test] = fitted.predict_proba(matrix[is_test])[:, 1]
        is_tested = ~np.isnan(probability)
        tested = rows.loc[is_tested, ["customer_id", "as_of_date", "is_positive"]]
        tables.append(
            tested.assign(
                model=name,
                probability=probability[is_tested],
                seconds=time.thread_time() - began,
            )
        )
    return pd.concat(tables, ignore_index=True)
