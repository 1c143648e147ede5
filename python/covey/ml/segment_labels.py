"""The ways to label customers that an evaluation compares: ours, and simpler ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata
from sklearn.cluster import KMeans

from covey.ml.metrics import Floats

Labels = npt.NDArray[np.int64]

MODEL = "kmeans_log_z"
BASELINES = ("rfm_grid", "spend_quintile")
# Of the hundreds of fits of an evaluation; the published one has ten.
STARTS = 3
RFM = ("days_since_last_order", "order_count_90d", "spend_amount_90d")


@dataclass(frozen=True)
class Labelling:
    """One way to label customers: the space it works in, and whether it clusters."""

    model: str
    space: Callable[[pd.DataFrame], Floats]
    label: Callable[[Floats], Labels]
    is_clustering: bool


def list_labellings(
    feature_names: Sequence[str], n_clusters: int, random_state: int
) -> list[Labelling]:
    """List the segments and the simple labels that they have to beat."""

    def cluster(space: Floats) -> Labels:
        distinct_rows = len(pd.DataFrame(space).drop_duplicates())
        count = min(n_clusters, distinct_rows)
        model = KMeans(count, n_init=STARTS, random_state=random_state)
        return np.asarray(model.fit(space).labels_, dtype=np.int64)

    def log_z(rows: pd.DataFrame) -> Floats:
        logs = np.log1p(np.maximum(rows[list(feature_names)].to_numpy("float64"), 0))
        return np.asarray((logs - logs.mean(axis=0)) / _positive(logs.std(axis=0)))

    def min_max(rows: pd.DataFrame) -> Floats:
        values = rows[list(RFM)].to_numpy("float64")
        spans = _positive(np.ptp(values, axis=0))
        return np.asarray((values - values.min(axis=0)) / spans)

    def scores(rows: pd.DataFrame) -> Floats:
        recency, frequency, money = (score_fifths(rows[name]) for name in RFM)
        return np.column_stack([6 - recency + frequency + money]).astype("float64")

    def fifths(rows: pd.DataFrame) -> Floats:
        return np.column_stack([score_fifths(rows[RFM[2]])]).astype("float64")

    def as_it_is(space: Floats) -> Labels:
        return space[:, 0].astype(np.int64)

    return [
        Labelling(MODEL, log_z, cluster, True),
        Labelling("kmeans_min_max_rfm", min_max, cluster, True),
        Labelling("rfm_grid", scores, as_it_is, False),
        Labelling("spend_quintile", fifths, as_it_is, False),
    ]


def score_fifths(values: pd.Series) -> Labels:
    """Scores from 1 (lowest fifth) to 5; equal values share one."""
    ranks = rankdata(values, method="min") - 1
    return np.asarray(ranks * 5 // max(len(values), 1) + 1, dtype=np.int64)


def _positive(spread: Floats) -> Floats:
    """Divide by nothing where nothing varies."""
    return np.where(spread > 0, spread, 1.0)
