"""K-Means as a table: fit the centroids, assign customers to them, name them."""

from collections.abc import Sequence
from contextlib import nullcontext

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans

from covey.ml.runs import hash_ids, one_thread, sort_rows

Floats = npt.NDArray[np.float64]

CENTROID_COLUMNS = {
    "cluster_id": "int64",
    "feature": "str",
    "centre": "float64",
    "member_count": "int64",
}


def fit_kmeans(
    features: pd.DataFrame,
    feature_names: Sequence[str],
    n_clusters: int,
    *,
    previous: pd.DataFrame | None = None,
    tolerance: float = 0.01,
    sample_rows: int = 100_000,
    n_init: int = 10,
    random_state: int = 0,
) -> pd.DataFrame:
    """Find the centroids: many starts on a sample, then all rows from the best of them.

    K-Means has many nearly equal ends, and chance picks one. So a start from the
    centroids of the fit before is tried too, and taken unless another is better by more
    than `tolerance`: segments that stay are worth more than a hair of inertia.

    Parameters
    ----------
    features : customer_id and the features, already scaled (deviations of the log)
    feature_names : the columns to cluster by
    n_clusters : how many; fewer come back when there are fewer distinct customers
    previous : cluster_id, feature and centre of the fit before, in deviations of these
        customers; left alone if it has other features or another number of clusters
    tolerance : how much worse the end of the start from `previous` may be, as a share
        of the best inertia
    sample_rows : customers that the starts look at, chosen by a hash of their id

    Returns
    -------
    One row per cluster and feature: `cluster_id` from 0, `feature`, `centre` and
    `member_count`. Cluster 0 has the highest mean centre, so that ids follow volume
    and not chance. No customers, no rows.

    Raises
    ------
    ValueError : `n_clusters` is below 1, a column is missing, an id occurs twice, or a
        feature is missing or infinite for somebody

    Examples
    --------
    >>> rows = pd.DataFrame({"customer_id": ["a", "b", "c"], "spend": [0.0, 0.1, 9.0]})
    >>> fit_kmeans(rows, ["spend"], 2)["centre"].tolist()
    [9.0, 0.05]
    """
    if n_clusters < 1:
        raise ValueError(f"n_clusters is {n_clusters}: it must be 1 or more")
    rows = sort_rows(features, ["customer_id"])
    matrix = to_matrix(rows, feature_names)
    if len(matrix) == 0:
        return pd.DataFrame(columns=list(CENTROID_COLUMNS)).astype(CENTROID_COLUMNS)
    sample = _draw_sample(matrix, rows["customer_id"], sample_rows)
    count = min(n_clusters, len(pd.DataFrame(sample).drop_duplicates()))
    starts = [KMeans(count, n_init=n_init, random_state=random_state)]
    earlier = _previous_centres(previous, feature_names)
    if len(earlier) == count:
        starts.append(KMeans(count, init=earlier, n_init=1))
    labels = _fit_labels(matrix, sample, starts, tolerance)
    # The centres are taken anew from the labels, in the order of the ids: the sums of
    # threads inside scikit-learn would change their last digits from run to run.
    member_counts = np.bincount(labels)
    is_used = member_counts > 0
    centres = _group_means(matrix, labels)[is_used]
    order = np.lexsort([*(-centres.T[::-1]), -centres.mean(axis=1).round(12)])
    return pd.DataFrame(
        {
            "cluster_id": np.repeat(np.arange(len(order)), len(feature_names)),
            "feature": list(feature_names) * len(order),
            "centre": centres[order].ravel(),
            "member_count": np.repeat(
                member_counts[is_used][order], len(feature_names)
            ),
        }
    ).astype(CENTROID_COLUMNS)


def assign_clusters(features: pd.DataFrame, centroids: pd.DataFrame) -> pd.DataFrame:
    """Give each customer the nearest centroid; the lower id wins a tie, as in SQL.

    Parameters
    ----------
    features : customer_id and the features that the centroids name, scaled alike
    centroids : the rows of `fit_kmeans`

    Returns
    -------
    One row per customer in the order given: customer_id, cluster_id.
    """
    names = list(dict.fromkeys(centroids["feature"]))
    wide = centroids.pivot(index="cluster_id", columns="feature", values="centre")
    wide = wide.sort_index()[names]
    if wide.empty:
        return features[["customer_id"]].iloc[:0].assign(cluster_id=0)
    matrix = to_matrix(features, names)
    distances = np.zeros((len(matrix), len(wide)))
    for column, centres in enumerate(wide.to_numpy().T):
        distances += (matrix[:, [column]] - centres) ** 2
    nearest = wide.index.to_numpy()[distances.argmin(axis=1)]
    return pd.DataFrame(
        {"customer_id": features["customer_id"].to_numpy(), "cluster_id": nearest}
    )


def name_clusters(profiles: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Give the clusters distinct names, each near its typical customer.

    The names with the smallest total squared distance are taken. Then a cluster that
    is at least as good as another in both scores never has the worse name, and the
    one with the highest sum of scores has the best name of all that are used: a mean
    over thousands of customers may sit nearer to the wrong typical customer.

    Parameters
    ----------
    profiles : cluster_id, recency_score and volume_score (1 to 5, means of members)
    rules : segment_name, name_rank (1 is best), recency_score and volume_score of the
        typical customer

    Returns
    -------
    One row per cluster: cluster_id, segment_name, name_rank.

    Raises
    ------
    ValueError : there are more clusters than names
    """
    if len(profiles) > len(rules):
        raise ValueError(
            f"{len(profiles)} clusters and {len(rules)} names: add rows to the seed "
            "segment_names or lower segment_count"
        )
    scores = ["recency_score", "volume_score"]
    clusters = profiles.assign(total=profiles[scores].sum(axis=1)).sort_values(
        ["total", "volume_score", "cluster_id"], ascending=[False, False, True]
    )
    names = rules.sort_values("name_rank", ignore_index=True)
    points = clusters[scores].to_numpy(dtype="float64")
    typical = names[scores].to_numpy(dtype="float64")
    costs = ((points[:, None, :] - typical[None, :, :]) ** 2).sum(axis=2)
    chosen = _respect_dominance(points, linear_sum_assignment(costs)[1])
    return pd.DataFrame(
        {
            "cluster_id": clusters["cluster_id"].to_numpy(dtype="int64"),
            "segment_name": names["segment_name"].to_numpy()[chosen],
            "name_rank": names["name_rank"].to_numpy(dtype="int64")[chosen],
        }
    ).sort_values("cluster_id", ignore_index=True)


def to_matrix(features: pd.DataFrame, feature_names: Sequence[str]) -> Floats:
    """Take the features as one matrix, or say which of them cannot be clustered."""
    absent = [name for name in feature_names if name not in features.columns]
    if absent:
        raise ValueError(f"no column {absent[0]!r} among the segment features")
    matrix = features[list(feature_names)].to_numpy(dtype="float64")
    unusable = (~np.isfinite(matrix)).sum(axis=0)
    if unusable.any():
        worst = int(unusable.argmax())
        raise ValueError(
            f"feature {feature_names[worst]!r} is missing or infinite for "
            f"{unusable[worst]} of {len(matrix)} customers: fill it before the fit"
        )
    return matrix


def _draw_sample(matrix: Floats, customer_ids: pd.Series, sample_rows: int) -> Floats:
    """Take the customers with the lowest hashes, in the order of their ids."""
    if len(matrix) <= sample_rows:
        return matrix
    lowest = np.argpartition(hash_ids(customer_ids), sample_rows)[:sample_rows]
    return matrix[np.sort(lowest)]


def _previous_centres(
    previous: pd.DataFrame | None, feature_names: Sequence[str]
) -> Floats:
    """Give the centres of the fit before as a matrix; none if they do not fit."""
    nothing = np.empty((0, len(feature_names)))
    if previous is None or set(previous["feature"]) != set(feature_names):
        return nothing
    wide = previous.pivot(index="cluster_id", columns="feature", values="centre")
    return wide.sort_index()[list(feature_names)].to_numpy(dtype="float64")


def _fit_labels(
    matrix: Floats, sample: Floats, starts: Sequence[KMeans], tolerance: float
) -> npt.NDArray[np.int32]:
    """Run K-Means on a sample, and Lloyd's steps from there on everybody.

    The last start is taken unless another one ends better by more than the tolerance.
    """
    is_sampled = len(sample) < len(matrix)
    with nullcontext() if is_sampled else one_thread():
        ends = [start.fit(sample) for start in starts]
    lowest = min(end.inertia_ for end in ends)
    good = [end for end in ends if end.inertia_ <= lowest * (1 + tolerance)]
    best = good[-1]
    if is_sampled:
        centres = best.cluster_centers_
        best = KMeans(len(centres), init=centres, n_init=1).fit(matrix)
    return np.asarray(best.labels_)


def _group_means(matrix: Floats, labels: npt.NDArray[np.int32]) -> Floats:
    """Mean of each column within each label, summed in the order of the rows."""
    member_counts = np.maximum(np.bincount(labels), 1)
    sums = [np.bincount(labels, weights=column) for column in matrix.T]
    return np.stack(sums, axis=1) / member_counts[:, None]


def _respect_dominance(
    points: Floats, chosen: npt.NDArray[np.intp]
) -> npt.NDArray[np.intp]:
    """Swap names until no cluster has a worse one than a cluster it outdoes.

    `points` are in falling order of their sum, so each swap puts one more pair in
    order and the loop ends.
    """
    chosen = chosen.copy()
    pairs = [
        (better, worse)
        for better in range(len(points))
        for worse in range(better + 1, len(points))
        if better == 0 or (points[better] >= points[worse]).all()
    ]
    while swaps := [pair for pair in pairs if chosen[pair[0]] > chosen[pair[1]]]:
        better, worse = swaps[0]
        chosen[[better, worse]] = chosen[[worse, better]]
    return chosen
