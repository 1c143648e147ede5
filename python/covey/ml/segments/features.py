"""Which of the features that a business names can tell its customers apart."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from covey.ml.metrics import Floats
from covey.ml.runs import one_thread, sort_rows
from covey.ml.segments.kmeans import to_matrix

MOST_ALIKE = 0.99
LEAST_SPREAD = 1e-9
FEATURE_COLUMNS = {
    "feature": "str",
    "feature_place": "int64",
    "is_used": "bool",
    "reason": "str",
    "alike_feature": "str",
    "alike_correlation": "float64",
}


@one_thread()
def choose_features(
    customers: pd.DataFrame,
    feature_names: Sequence[str],
    most_alike: float = MOST_ALIKE,
) -> pd.DataFrame:
    """Leave out what is the same for everybody, and what only repeats another feature.

    Parameters
    ----------
    customers : customer_id and the features as deviations of their logs
    feature_names : what the business names, the most important first; of two that say
        the same the first stays
    most_alike : the absolute correlation above which two say the same

    Returns
    -------
    One row per feature in the order named: `is_used`, the `reason`, and of those used
    before it the one most like it with their correlation. Where nothing varies the
    first is used, so that there is a segment.

    Examples
    --------
    >>> rows = pd.DataFrame({"customer_id": ["a", "b"], "x": [1.0, 2.0], "y": [3, 3]})
    >>> choose_features(rows, ["x", "y"])["is_used"].tolist()
    [True, False]
    """
    rows = sort_rows(customers, ["customer_id"])
    matrix = to_matrix(rows, feature_names)
    spreads = matrix.std(axis=0) if len(matrix) else np.zeros(len(feature_names))
    used: list[int] = []
    found = []
    for place, name in enumerate(feature_names):
        alike, correlation = _most_alike(matrix, used, place, spreads)
        row: dict[str, object] = {
            "feature": name,
            "feature_place": place,
            "reason": "sets customers apart",
        }
        if spreads[place] <= LEAST_SPREAD:
            row["reason"] = "is the same for everybody"
        elif alike is not None and abs(correlation) > most_alike:
            row["reason"] = f"says the same as {feature_names[alike]}"
        else:
            used.append(place)
        is_used = used[-1:] == [place]
        if alike is not None:
            row["alike_feature"] = feature_names[alike]
            row["alike_correlation"] = correlation
        found.append({**row, "is_used": is_used})
    table = pd.DataFrame(found, columns=list(FEATURE_COLUMNS)).astype(FEATURE_COLUMNS)
    if not used and len(table):
        table.loc[0, "is_used"] = True
    return table


def used_features(chosen: pd.DataFrame) -> list[str]:
    """Name the features that are used, in the order that the business named them."""
    ordered = chosen[chosen["is_used"]].sort_values("feature_place")
    return [str(name) for name in ordered["feature"]]


def _most_alike(
    matrix: Floats, used: list[int], place: int, spreads: Floats
) -> tuple[int | None, float]:
    """Find the used feature with the highest absolute correlation, if any varies."""
    if not used or spreads[place] <= LEAST_SPREAD:
        return None, 0.0
    own = matrix[:, place] - matrix[:, place].mean()
    others = matrix[:, used] - matrix[:, used].mean(axis=0)
    correlations = (own @ others) / (len(own) * spreads[place] * spreads[used])
    best = int(np.abs(correlations).argmax())
    return used[best], float(correlations[best].round(9))
