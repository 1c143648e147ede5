"""Whether the segments last, and say who will spend, better than simple labels.

At each past cut-off everybody is labelled anew by K-Means on the logs of the business's
features and by what a person would do instead: K-Means on recency, frequency and money
scaled to [0, 1], the sum of their scores from 1 to 5, and fifths of spend. A label is
judged by how much of the log of the next days' spend its mean explains (for customers
who were not in that mean), and a clustering also by whether it comes back when the
customers are drawn again.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.metrics.cluster import contingency_matrix

from covey.ml.metrics import Floats, jackknife_error, leave_groups_out
from covey.ml.runs import hash_ids, one_thread, sort_rows
from covey.ml.segment_labels import (
    BASELINES,
    MODEL,
    Labelling,
    Labels,
    list_labellings,
)

PROTOCOL = "next_days_spend"
FOLDS = 5
JACKKNIFE_GROUPS = 20
SILHOUETTE_ROWS = 5_000
QUALITY_COLUMNS = {
    "task": "str",
    "subject": "str",
    "protocol": "str",
    "split": "str",
    "as_of_date": "datetime64[us]",
    "model": "str",
    "metric": "str",
    "value": "float64",
    "standard_error": "float64",
    "baseline_model": "str",
    "baseline_value": "float64",
    "verdict": "str",
    "is_published": "bool",
}


@one_thread()
def evaluate_segments(
    panel: pd.DataFrame,
    feature_names: Sequence[str],
    n_clusters: int,
    *,
    n_cutoffs: int = 4,
    n_bootstraps: int = 20,
    random_state: int = 0,
) -> pd.DataFrame:
    """Compare the segments with simple labels at the last cut-offs and on average.

    Parameters
    ----------
    panel : customer_id, as_of_date, the features raw, those of `RFM`, and
        next_spend_amount over the days after the cut-off
    feature_names : what the business segments by
    n_clusters : how many segments it has

    Returns
    -------
    One row per split ('test' per cut-off, 'test_mean'), model and metric: `r2`, and for
    clusterings `adjusted_rand` and `min_jaccard` (mean over `n_bootstraps`, of the
    worst cluster) and `silhouette` in the model's own space, for information. The
    baseline is the better of the RFM grid and fifths of spend by mean r2; the verdict
    is about r2. No row where there are fewer than ten customers per cluster.
    """
    rows = sort_rows(panel, ["as_of_date", "customer_id"])
    labellings = list_labellings(feature_names, n_clusters, random_state)
    smallest = 10 * n_clusters
    dates = [day for day, part in rows.groupby("as_of_date") if len(part) >= smallest]
    figures = pd.DataFrame(
        [
            {"as_of_date": day, "model": labelling.model, **figure}
            for day in dates[-n_cutoffs:]
            for labelling in labellings
            for figure in _judge(
                rows[rows["as_of_date"] == day],
                labelling,
                n_bootstraps,
                random_state,
            )
        ]
    )
    if figures.empty:
        return pd.DataFrame(columns=list(QUALITY_COLUMNS)).astype(QUALITY_COLUMNS)
    # Half a year of the same customers: errors of cut-offs are not independent, so the
    # mean gets their mean error and not one that shrinks with the number of cut-offs.
    means = figures.groupby(["model", "metric"], as_index=False).mean(numeric_only=True)
    table = pd.concat([figures.assign(split="test"), means.assign(split="test_mean")])
    return _add_verdict(table, means)[list(QUALITY_COLUMNS)].astype(QUALITY_COLUMNS)


def measure_r2(labels: Labels, spend: Floats, customer_ids: pd.Series) -> Floats:
    """Share of the variance of log spend that a label's mean explains, and its error.

    A customer is predicted from the mean of the label's other customers, those of the
    four other folds.
    """
    hashes = hash_ids(customer_ids)
    target, predicted = np.log1p(np.maximum(spend, 0)), np.zeros(len(spend))
    for fold in range(FOLDS):
        is_out = hashes % FOLDS == fold
        others = pd.Series(target[~is_out]).groupby(labels[~is_out]).mean()
        seen = pd.Series(labels[is_out]).map(others)
        predicted[is_out] = seen.fillna(target[~is_out].mean())

    def share(is_kept: npt.NDArray[np.bool_]) -> Floats:
        spread = ((target[is_kept] - target[is_kept].mean()) ** 2).sum()
        missed = ((target[is_kept] - predicted[is_kept]) ** 2).sum()
        return np.array([1 - missed / spread if spread > 0 else np.nan])

    errors = jackknife_error(leave_groups_out(share, (hashes >> 8) % JACKKNIFE_GROUPS))
    return np.array([share(np.ones(len(spend), dtype=bool))[0], errors[0]])


def measure_stability(
    space: Floats,
    label: Callable[[Floats], Labels],
    n_bootstraps: int,
    random_state: int,
) -> pd.DataFrame:
    """Cluster again on customers drawn with replacement, and compare on everybody.

    Returns
    -------
    One row per bootstrap: `adjusted_rand` to the labels of everybody, and a column per
    label with its Jaccard overlap with the most similar new cluster.
    """
    generator = np.random.default_rng(random_state)
    labels = label(space)
    rows = []
    for _ in range(n_bootstraps):
        drawn = space[generator.integers(0, len(space), len(space))]
        again = _assign_again(space, drawn, label(drawn))
        shared = contingency_matrix(labels, again)
        unions = shared.sum(axis=1, keepdims=True) + shared.sum(axis=0) - shared
        overlaps = (shared / unions).max(axis=1)
        rows.append([adjusted_rand_score(labels, again), *overlaps])
    names = ["adjusted_rand", *np.unique(labels)]
    return pd.DataFrame(rows, columns=names)


def _judge(
    rows: pd.DataFrame, labelling: Labelling, n_bootstraps: int, random_state: int
) -> list[dict[str, float | str]]:
    """Figures of one way to label, at one cut-off."""
    space = labelling.space(rows)
    labels = labelling.label(space)
    spend = rows["next_spend_amount"].to_numpy(dtype="float64")
    value, error = measure_r2(labels, spend, rows["customer_id"])
    figures = [{"metric": "r2", "value": value, "standard_error": error}]
    if not labelling.is_clustering or len(np.unique(labels)) < 2:
        return figures
    drawn = measure_stability(space, labelling.label, n_bootstraps, random_state)
    worst = drawn[drawn.drop(columns="adjusted_rand").mean().idxmin()]
    for metric, values in {
        "adjusted_rand": drawn["adjusted_rand"],
        "min_jaccard": worst,
    }.items():
        error = values.std() / np.sqrt(n_bootstraps)
        figures.append(
            {"metric": metric, "value": values.mean(), "standard_error": error}
        )
    size = min(SILHOUETTE_ROWS, len(space))
    silhouette = silhouette_score(
        space, labels, sample_size=size, random_state=random_state
    )
    return [*figures, {"metric": "silhouette", "value": silhouette}]


def _add_verdict(table: pd.DataFrame, means: pd.DataFrame) -> pd.DataFrame:
    """Put the better simple label and the verdict beside each figure."""
    is_r2 = means["metric"] == "r2"
    r2 = dict(zip(means.loc[is_r2, "model"], means.loc[is_r2, "value"], strict=True))
    baseline = max(BASELINES, key=lambda model: r2[model])
    place = ["split", "as_of_date", "metric"]
    of_baseline = table[table["model"] == baseline].set_index(place)["value"]
    keys = pd.MultiIndex.from_frame(table[place])
    return table.assign(
        task="segments",
        subject="segments",
        protocol=PROTOCOL,
        baseline_model=baseline,
        baseline_value=of_baseline.reindex(keys).to_numpy(),
        verdict="published" if r2[MODEL] > r2[baseline] else "beaten by the baseline",
        is_published=table["model"] == MODEL,
    ).reset_index(drop=True)


def _assign_again(space: Floats, drawn: Floats, labels: Labels) -> Labels:
    """Give everybody the nearest of the centres of what was drawn."""
    centres = [drawn[labels == label].mean(axis=0) for label in np.unique(labels)]
    distances = [((space - centre) ** 2).sum(axis=1) for centre in centres]
    return np.asarray(np.argmin(distances, axis=0), dtype=np.int64)
