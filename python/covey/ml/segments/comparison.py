"""Other ways to make segments beside ours, in every figure that people ask for.

Fitted when asked for. Silhouette, Calinski-Harabasz, Davies-Bouldin and the gap are
each taken in the space that a way works in: they tell numbers of groups of one way
apart, and must never rank ways, since a poor space (recency from 0 to 1) looks the most
orderly. What ranks ways is whether they come back and what they say of the next days.
"""

import time
from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
from sklearn.metrics import (
    calinski_harabasz_score,
    davies_bouldin_score,
    silhouette_score,
)

from covey.ml.metrics import Floats
from covey.ml.runs import hash_ids, one_thread, sort_rows
from covey.ml.segments.algorithms import (
    ALGORITHMS,
    RFM_RULES,
    Algorithm,
    Labels,
    Predict,
)
from covey.ml.segments.choice import (
    CANDIDATE_COLUMNS,
    COUNTS,
    CUSTOMERS_PER_SEGMENT,
    summarise_cutoffs,
)
from covey.ml.segments.power import measure_lapse_auc, measure_r2, measure_r2_gain
from covey.ml.segments.stability import measure_stability, summarise_stability

Figure = dict[str, float | str]
CUSTOMERS = 2_000
GAP_CUSTOMERS = 1_000
GAP_REFERENCES = 5
# What an algorithm finds by itself is told under this number.
OWN_COUNT = 0


@one_thread()
def compare_algorithms(
    panel: pd.DataFrame,
    feature_names: Sequence[str],
    counts: Sequence[int] = COUNTS,
    *,
    n_cutoffs: int = 4,
    n_bootstraps: int = 20,
    algorithms: Sequence[Algorithm] = ALGORITHMS,
    random_state: int = 0,
) -> pd.DataFrame:
    """Judge each way to make segments, for each number of them.

    Parameters
    ----------
    panel : customer_id, as_of_date, the features raw, those of `RFM`, and over the days
        after the cut-off next_spend_amount and next_order_count, missing until they are
        over; at most 2,000 customers of a cut-off are looked at, chosen by their id
    n_cutoffs : the last so many whose next days are over
    n_bootstraps : in all, shared by the cut-offs

    Returns
    -------
    One row per split ('compare' per cut-off, 'compare_mean'), model, number (0 where
    the way finds its own) and metric: `r2`, `r2_gain` (over RFM rules cut to as many
    groups, paired), `lapse_auc`, `adjusted_rand`, `min_jaccard`, `largest_share`,
    `smallest_share`, `group_count`, `seconds` of one fit (CPU; the one figure here that
    is not the same twice), and in the way's own space `silhouette`,
    `calinski_harabasz`, `davies_bouldin` and `gap`.
    """
    rows = sort_rows(panel, ["as_of_date", "customer_id"])
    rows = rows[rows["next_spend_amount"].notna()]
    cutoffs = [_sample(part) for _, part in rows.groupby("as_of_date")][-n_cutoffs:]
    shared = -(-n_bootstraps // max(len(cutoffs), 1))
    figures = [
        {"as_of_date": part["as_of_date"].iloc[0], **figure}
        for part in cutoffs
        for figure in _compare_at(
            part, feature_names, counts, shared, algorithms, random_state
        )
    ]
    return summarise_cutoffs(pd.DataFrame(figures), "compare", CANDIDATE_COLUMNS)


def measure_gap(
    space: Floats, algorithm: Algorithm, n_clusters: int, random_state: int
) -> float:
    """By how much less the groups spread than groups in points without any.

    Tibshirani, Walther and Hastie (2001): the mean log of the spread within groups over
    points drawn evenly in the box of the principal components, less that of the points.
    """
    points = space[:GAP_CUSTOMERS] - space[:GAP_CUSTOMERS].mean(axis=0)
    turned = points @ np.linalg.svd(points, full_matrices=False)[2].T
    lowest, highest = turned.min(axis=0), turned.max(axis=0)
    generator = np.random.default_rng(random_state)

    def log_spread(among: Floats) -> float:
        rule = algorithm.fit(among, np.ones(len(among)), n_clusters, random_state)
        labels = rule(among)
        inside = sum(
            ((part - part.mean(axis=0)) ** 2).sum()
            for part in (among[labels == label] for label in np.unique(labels))
        )
        return float(np.log(max(inside, 1e-12)))

    references = [
        log_spread(generator.uniform(lowest, highest, turned.shape))
        for _ in range(GAP_REFERENCES)
    ]
    return float(np.mean(references) - log_spread(turned))


def _compare_at(
    rows: pd.DataFrame,
    feature_names: Sequence[str],
    counts: Sequence[int],
    n_bootstraps: int,
    algorithms: Sequence[Algorithm],
    random_state: int,
) -> list[Figure]:
    """Judge every way at one cut-off."""
    usable = [n for n in counts if len(rows) >= CUSTOMERS_PER_SEGMENT * n]
    rules = {n: _label(rows, feature_names, RFM_RULES, n, random_state) for n in usable}
    figures: list[Figure] = []
    for algorithm in algorithms if usable else []:
        space = algorithm.space(rows, feature_names)
        for count in usable if algorithm.takes_count else [OWN_COUNT]:
            began = time.process_time()
            rule = algorithm.fit(space, np.ones(len(space)), count, random_state)
            seconds = time.process_time() - began
            labels = rule(space)
            found: list[Figure] = [
                {"metric": "seconds", "value": seconds},
                *_describe(space, labels, random_state),
                *_judge_label(rows, labels, rules.get(count)),
            ]
            if len(np.unique(labels)) > 1:
                fit = partial(_fit, algorithm, count, random_state)
                drawn = measure_stability(space, fit, n_bootstraps, random_state)
                found += summarise_stability(drawn)
            if algorithm.has_gap:
                gap = measure_gap(space, algorithm, count, random_state)
                found.append({"metric": "gap", "value": gap})
            about: Figure = {"model": algorithm.name, "n_clusters": count}
            figures += [{**about, **one} for one in found]
    return figures


def _describe(space: Floats, labels: Labels, random_state: int) -> list[Figure]:
    """Count the groups, and say how orderly they look in their own space."""
    shares = np.unique(labels, return_counts=True)[1] / len(labels)
    figures = {
        "group_count": float(len(shares)),
        "largest_share": shares.max(),
        "smallest_share": shares.min(),
    }
    if 1 < len(shares) < len(labels):
        figures["silhouette"] = silhouette_score(space, labels)
        figures["calinski_harabasz"] = calinski_harabasz_score(space, labels)
        figures["davies_bouldin"] = davies_bouldin_score(space, labels)
    return [{"metric": name, "value": value} for name, value in figures.items()]


def _judge_label(
    rows: pd.DataFrame, labels: Labels, rules: Labels | None
) -> list[Figure]:
    """Judge what the label says of the next days."""
    spend = rows["next_spend_amount"].to_numpy(dtype="float64")
    orders = rows["next_order_count"].to_numpy(dtype="float64")
    ids = rows["customer_id"]
    auc = measure_lapse_auc(labels, orders, ids)
    found = {"r2": measure_r2(labels, spend, ids)}
    if rules is not None:
        found["r2_gain"] = measure_r2_gain(labels, rules, spend, ids)
    figures: list[Figure] = [
        {"metric": metric, "value": value, "standard_error": error}
        for metric, (value, error) in found.items()
    ]
    return [*figures, {"metric": "lapse_auc", "value": auc}]


def _fit(
    algorithm: Algorithm,
    n_clusters: int,
    random_state: int,
    points: Floats,
    counts: Floats,
) -> Predict:
    return algorithm.fit(points, counts, n_clusters, random_state)


def _label(
    rows: pd.DataFrame,
    feature_names: Sequence[str],
    name: str,
    n_clusters: int,
    random_state: int,
) -> Labels:
    algorithm = next(each for each in ALGORITHMS if each.name == name)
    space = algorithm.space(rows, feature_names)
    return algorithm.fit(space, np.ones(len(space)), n_clusters, random_state)(space)


def _sample(rows: pd.DataFrame) -> pd.DataFrame:
    """Take the customers with the lowest hashes, in the order of their ids."""
    order = np.argsort(hash_ids(rows["customer_id"]), kind="stable")
    return rows.iloc[np.sort(order[:CUSTOMERS])]
