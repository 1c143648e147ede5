"""Principal components as a table: the directions in which customers differ most."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from covey.ml.runs import sort_rows
from covey.ml.segments.kmeans import to_matrix

COMPONENT_COLUMNS = {
    "component": "int64",
    "feature": "str",
    "loading": "float64",
    "centre": "float64",
    "explained_share": "float64",
}


def fit_components(
    features: pd.DataFrame, feature_names: Sequence[str], n_components: int = 2
) -> pd.DataFrame:
    """Find the directions in which scaled features vary most.

    Parameters
    ----------
    features : customer_id and the features, already scaled
    feature_names : the columns to look at
    n_components : how many; fewer come back when there are fewer features

    Returns
    -------
    One row per component (1 explains most) and feature: `loading`, the feature's
    `centre`, and the component's `explained_share` of all variance. The largest
    loading of a component is positive, so that a picture does not flip from fit to
    fit. No customers, no rows.

    Examples
    --------
    >>> rows = pd.DataFrame({"customer_id": ["a", "b"], "x": [0.0, 2.0], "y": [1.0, 1]})
    >>> fit_components(rows, ["x", "y"], 1)["loading"].tolist()
    [1.0, 0.0]
    """
    matrix = to_matrix(sort_rows(features, ["customer_id"]), feature_names)
    if len(matrix) == 0:
        return pd.DataFrame(columns=list(COMPONENT_COLUMNS)).astype(COMPONENT_COLUMNS)
    # Summed in the order of the ids and rounded: the same on any number of threads.
    centre = np.array([column.sum() for column in matrix.T]) / len(matrix)
    shifted = matrix - centre
    covariance = np.array(
        [[(one * two).sum() for two in shifted.T] for one in shifted.T]
    ) / len(matrix)
    variances, directions = np.linalg.eigh(covariance.round(12))
    order = np.argsort(-variances, kind="stable")[:n_components]
    loadings = directions[:, order].round(9).T
    largest = loadings[np.arange(len(order)), np.abs(loadings).argmax(axis=1)]
    loadings *= np.where(largest < 0, -1.0, 1.0)[:, None]
    shares = np.maximum(variances[order], 0) / max(covariance.trace(), 1e-12)
    return pd.DataFrame(
        {
            "component": np.repeat(np.arange(1, len(order) + 1), len(feature_names)),
            "feature": list(feature_names) * len(order),
            "loading": loadings.ravel() + 0.0,
            "centre": np.tile(centre, len(order)),
            "explained_share": np.repeat(shares.round(9), len(feature_names)),
        }
    ).astype(COMPONENT_COLUMNS)
