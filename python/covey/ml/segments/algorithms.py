"""Ways to part customers into groups: the space that each works in, and its fit.

A fit takes points with how often each was drawn, and gives a rule that labels any
points, so that what a fit on some customers says of all of them can be compared.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial import KDTree
from scipy.special import ndtri
from scipy.stats import rankdata
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.mixture import GaussianMixture

from covey.ml.metrics import Floats

Labels = npt.NDArray[np.int64]
Predict = Callable[[Floats], Labels]
Fit = Callable[[Floats, Floats, int, int], Predict]
Space = Callable[[pd.DataFrame, Sequence[str]], Floats]

MODEL = "kmeans_log_z"
RFM_RULES = "rfm_rules"
RFM = ("days_since_last_order", "order_count_90d", "spend_amount_90d")
# Of the hundreds of fits of an evaluation; the published one has ten.
STARTS = 3
PCA_SHARE = 0.9


@dataclass(frozen=True)
class Algorithm:
    """One way to part customers.

    Attributes
    ----------
    space : features to points
    fit : points, how often each was drawn, number of groups, seed; to a rule
    takes_count : whether the number of groups is told, and not found
    has_gap : whether groups in points without any are found like in points with some
    """

    name: str
    space: Space
    fit: Fit
    takes_count: bool = True
    has_gap: bool = True


def to_log_z(rows: pd.DataFrame, names: Sequence[str]) -> Floats:
    """Take log(1 + x) in deviations from its mean; what is missing is typical."""
    logs = np.log1p(np.maximum(rows[list(names)].to_numpy("float64"), 0))
    is_known = np.isfinite(logs)
    counts = np.maximum(is_known.sum(axis=0), 1)
    means = np.where(is_known, logs, 0).sum(axis=0) / counts
    spreads = np.where(is_known, logs - means, 0.0)
    deviations = np.sqrt((spreads**2).sum(axis=0) / counts)
    return np.asarray(spreads / _positive(deviations))


def to_min_max(rows: pd.DataFrame, names: Sequence[str]) -> Floats:
    """Take the features from 0 to 1."""
    values = _filled(rows, names)
    return np.asarray((values - values.min(axis=0)) / _positive(np.ptp(values, axis=0)))


def to_quantile_normal(rows: pd.DataFrame, names: Sequence[str]) -> Floats:
    """Take each feature's rank as the deviation that it has in a bell curve."""
    ranks = rankdata(_filled(rows, names), axis=0)
    return np.asarray(ndtri((ranks - 0.5) / max(len(rows), 1)))


def to_components(rows: pd.DataFrame, names: Sequence[str]) -> Floats:
    """Take the principal components of the logs that hold nine tenths of the spread."""
    points = to_log_z(rows, names)
    _, strengths, directions = np.linalg.svd(points, full_matrices=False)
    shares = np.cumsum(strengths**2) / max((strengths**2).sum(), 1e-12)
    count = int(np.searchsorted(shares, PCA_SHARE) + 1)
    return np.asarray(points @ directions[:count].T)


def to_rfm_sum(rows: pd.DataFrame, names: Sequence[str]) -> Floats:
    """Take the sum of the scores from 1 to 5 of recency, frequency and money."""
    recency, frequency, money = (score_fifths(rows[name]) for name in RFM)
    return np.column_stack([6 - recency + frequency + money]).astype("float64")


def score_fifths(values: pd.Series) -> Labels:
    """Score from 1 (lowest fifth, or missing) to 5; equal values share one."""
    ranks = rankdata(values.astype("float64").fillna(-np.inf), method="min") - 1
    return np.asarray(ranks * 5 // max(len(values), 1) + 1, dtype=np.int64)


def fit_kmeans_rule(
    points: Floats, counts: Floats, n_clusters: int, random_state: int
) -> Predict:
    """Part by the nearest of so many centres."""
    n_clusters = min(n_clusters, len(np.unique(points, axis=0)))
    model = KMeans(n_clusters, n_init=STARTS, random_state=random_state)
    model.fit(points, sample_weight=counts)
    return lambda others: np.asarray(model.predict(others), dtype=np.int64)


def fit_mixture(
    points: Floats, counts: Floats, n_clusters: int, random_state: int
) -> Predict:
    """Part by the likeliest of so many bell curves, each with its own spread."""
    model = GaussianMixture(n_clusters, random_state=random_state, reg_covar=1e-3)
    model.fit(np.repeat(points, counts.astype(np.int64), axis=0))
    return lambda others: np.asarray(model.predict(others), dtype=np.int64)


def fit_ward(
    points: Floats, counts: Floats, n_clusters: int, random_state: int
) -> Predict:
    """Join the nearest groups until so many are left."""
    drawn = np.repeat(points, counts.astype(np.int64), axis=0)
    tree = linkage(drawn, method="ward")
    return _like_the_nearest(drawn, fcluster(tree, n_clusters, criterion="maxclust"))


def fit_hdbscan(
    points: Floats, counts: Floats, n_clusters: int, random_state: int
) -> Predict:
    """Find dense places, as many as there are; whoever is in none is a group too.

    Counts are left out: a point that is drawn twice is no denser place.
    """
    model = HDBSCAN(min_cluster_size=max(len(points) // 50, 5), copy=True)
    return _like_the_nearest(points, model.fit_predict(points))


def fit_rfm_rules(
    points: Floats, counts: Floats, n_clusters: int, random_state: int
) -> Predict:
    """Cut the sum of scores into groups of about equal size."""
    drawn = np.sort(np.repeat(points[:, 0], counts.astype(np.int64)))
    places = np.arange(1, n_clusters) * len(drawn) // n_clusters
    cuts = drawn[places]
    return lambda others: np.searchsorted(cuts, others[:, 0], side="right")


ALGORITHMS = (
    Algorithm(MODEL, to_log_z, fit_kmeans_rule),
    Algorithm("kmeans_min_max", to_min_max, fit_kmeans_rule),
    Algorithm("kmeans_quantile_normal", to_quantile_normal, fit_kmeans_rule),
    Algorithm("kmeans_components", to_components, fit_kmeans_rule),
    Algorithm("ward", to_log_z, fit_ward),
    Algorithm("gaussian_mixture", to_log_z, fit_mixture),
    Algorithm("hdbscan", to_log_z, fit_hdbscan, takes_count=False, has_gap=False),
    Algorithm(RFM_RULES, to_rfm_sum, fit_rfm_rules, has_gap=False),
)


def _like_the_nearest(drawn: Floats, labels: npt.NDArray[np.integer]) -> Predict:
    tree = KDTree(drawn)
    return lambda others: np.asarray(labels[tree.query(others)[1]], dtype=np.int64)


def _filled(rows: pd.DataFrame, names: Sequence[str]) -> Floats:
    values = rows[list(names)].astype("float64")
    return np.asarray(values.fillna(values.mean()).fillna(0.0).to_numpy())


def _positive(spread: Floats) -> Floats:
    """Divide by nothing where nothing varies."""
    return np.where(spread > 0, spread, 1.0)
