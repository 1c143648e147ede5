"""Other ways to make a probability, on the splits of the backtest.

Their settings are fixed beforehand. A build fits them when asked to compare
(`covey build --compare`), and nothing is scored with them unless a business chose one.
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
from covey.ml.propensity.terms import LOG, Column, choose_encoding, encode
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


def plain_matrix(
    columns: Sequence[Column], seen: Sequence[Column] | None = None
) -> Floats:
    """Show features as numbers, `nan` where not known, and a mark per level.

    Parameters
    ----------
    columns : the features of some rows
    seen : those of the rows that say which levels there are; by default the same
    """
    return np.column_stack(
        [
            column.values
            if column.levels is None
            else encode([choose_encoding(known, LOG)], [column])
            for column, known in zip(columns, seen or columns, strict=True)
        ]
    )


def fit_challenger(
    name: str,
    matrix: Floats,
    outcome: Floats,
    ids: pd.Series,
    challengers: Mapping[str, Callable[[], Classifier]] = CHALLENGERS,
) -> Classifier:
    """Fit one on rows in the order of a hash of their customers."""
    order = np.argsort(hash_ids(ids), kind="stable")
    if name == "support_vectors":
        order = order[:SVM_ROWS]
    fitted = challengers[name]()
    fitted.fit(matrix[order], outcome[order])
    return fitted


def predict_challenger(
    name: str,
    matrix: Floats,
    rows: pd.DataFrame,
    folds: Sequence[tuple[Mask, Mask]],
    challengers: Mapping[str, Callable[[], Classifier]] = CHALLENGERS,
) -> Floats:
    """Fit one on each fold's training rows; `nan` away from the test rows."""
    outcome = rows["is_positive"].to_numpy(dtype="float64")
    probability = np.full(len(rows), np.nan)
    for is_training, is_test in folds:
        ids = rows.loc[is_training, "customer_id"]
        learned_from = matrix[is_training], outcome[is_training]
        fitted = fit_challenger(name, *learned_from, ids, challengers)
        probability[is_test] = fitted.predict_proba(matrix[is_test])[:, 1]
    return probability


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
    tables: list[pd.DataFrame] = []
    for name in challengers:
        began = time.thread_time()
        probability = predict_challenger(name, matrix, rows, folds, challengers)
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
