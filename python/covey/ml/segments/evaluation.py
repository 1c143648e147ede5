"""Whether the segments last, and say who will spend, better than simple labels.

At each past cut-off everybody is labelled anew by K-Means on the logs of the business's
features and by what a person would do instead: K-Means on recency, frequency and money
scaled to [0, 1], the sum of their scores from 1 to 5, the same sum cut to as many
groups as there are segments, and fifths of spend. A label is judged by how much of the
log of the next days' spend its mean explains (for customers who were not in that mean),
and a clustering also by whether it comes back when the customers are drawn again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import silhouette_score

from covey.ml.metrics import Floats
from covey.ml.runs import one_thread, sort_rows
from covey.ml.segments.algorithms import (
    MODEL,
    RFM,
    RFM_RULES,
    Labels,
    Predict,
    fit_kmeans_rule,
    fit_rfm_rules,
    score_fifths,
    to_log_z,
    to_min_max,
    to_rfm_sum,
)
from covey.ml.segments.power import measure_r2, measure_r2_gain
from covey.ml.segments.stability import measure_stability, summarise_stability

PROTOCOL = "next_days_spend"
BASELINES = ("rfm_grid", "spend_quintile", RFM_RULES)
# The paired difference to each of them, until the best one is known.
GAIN = "r2_gain:"
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


@dataclass(frozen=True)
class Labelling:
    """One way to label customers: where it works, and its rule there."""

    model: str
    space: Callable[[pd.DataFrame], Floats]
    fit: Callable[[Floats, Floats], Predict]
    is_clustering: bool = False


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
        next_spend_amount over the days after the cut-off, missing until they are over
    feature_names : what the business segments by
    n_clusters : how many segments it has

    Returns
    -------
    One row per split ('test' per cut-off, 'test_mean'), model and metric: `r2`, and for
    clusterings `adjusted_rand` and `min_jaccard` (mean over `n_bootstraps`, of the
    worst cluster) and `silhouette` in the model's own space, for information. The
    baseline is the best of `BASELINES` by mean r2; `r2_gain` is the paired difference
    to it, and the verdict is about r2. No row where there are fewer than ten customers
    per cluster, or where all spend the same: nothing, say.
    """
    rows = sort_rows(panel, ["as_of_date", "customer_id"])
    rows = rows[rows["next_spend_amount"].notna()]
    labellings = list_labellings(feature_names, n_clusters, random_state)
    smallest = 10 * n_clusters
    dates = [
        day
        for day, part in rows.groupby("as_of_date")
        if len(part) >= smallest and part["next_spend_amount"].nunique() > 1
    ]
    figures = pd.DataFrame(
        [
            {"as_of_date": day, **figure}
            for day in dates[-n_cutoffs:]
            for figure in _judge(
                rows[rows["as_of_date"] == day], labellings, n_bootstraps, random_state
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


def list_labellings(
    feature_names: Sequence[str], n_clusters: int, random_state: int
) -> list[Labelling]:
    """List the segments and the simple labels that they have to beat."""

    def cluster(points: Floats, counts: Floats) -> Predict:
        return fit_kmeans_rule(points, counts, n_clusters, random_state)

    def cut(points: Floats, counts: Floats) -> Predict:
        return fit_rfm_rules(points, counts, n_clusters, random_state)

    def as_it_is(points: Floats, counts: Floats) -> Predict:
        return lambda others: others[:, 0].astype(np.int64)

    def fifths(rows: pd.DataFrame) -> Floats:
        return np.column_stack([score_fifths(rows[RFM[2]])]).astype("float64")

    def of_rfm(rows: pd.DataFrame) -> Floats:
        return to_min_max(rows, RFM)

    def of_features(rows: pd.DataFrame) -> Floats:
        return to_log_z(rows, feature_names)

    def of_scores(rows: pd.DataFrame) -> Floats:
        return to_rfm_sum(rows, RFM)

    return [
        Labelling(MODEL, of_features, cluster, is_clustering=True),
        Labelling("kmeans_min_max_rfm", of_rfm, cluster, is_clustering=True),
        Labelling("rfm_grid", of_scores, as_it_is),
        Labelling(RFM_RULES, of_scores, cut),
        Labelling("spend_quintile", fifths, as_it_is),
    ]


def _judge(
    rows: pd.DataFrame,
    labellings: Sequence[Labelling],
    n_bootstraps: int,
    random_state: int,
) -> list[dict[str, float | str]]:
    """Figures of each way to label, at one cut-off."""
    spend = rows["next_spend_amount"].to_numpy(dtype="float64")
    ids = rows["customer_id"]
    spaces = {each.model: each.space(rows) for each in labellings}
    labels: dict[str, Labels] = {
        each.model: each.fit(spaces[each.model], np.ones(len(rows)))(spaces[each.model])
        for each in labellings
    }
    figures: list[dict[str, float | str]] = []
    for each in labellings:
        own: list[dict[str, float | str]] = []
        value, error = measure_r2(labels[each.model], spend, ids)
        own.append({"metric": "r2", "value": value, "standard_error": error})
        if each.is_clustering and len(np.unique(labels[each.model])) > 1:
            space = spaces[each.model]
            drawn = measure_stability(space, each.fit, n_bootstraps, random_state)
            silhouette = silhouette_score(
                space,
                labels[each.model],
                sample_size=min(SILHOUETTE_ROWS, len(space)),
                random_state=random_state,
            )
            own += summarise_stability(drawn)
            own.append({"metric": "silhouette", "value": silhouette})
        figures += [{"model": each.model, **figure} for figure in own]
    for baseline in BASELINES:
        value, error = measure_r2_gain(labels[MODEL], labels[baseline], spend, ids)
        figures.append(
            {
                "model": MODEL,
                "metric": GAIN + baseline,
                "value": value,
                "standard_error": error,
            }
        )
    return figures


def _add_verdict(table: pd.DataFrame, means: pd.DataFrame) -> pd.DataFrame:
    """Put the better simple label and the verdict beside each figure."""
    is_r2 = means["metric"] == "r2"
    r2 = dict(zip(means.loc[is_r2, "model"], means.loc[is_r2, "value"], strict=True))
    baseline = max(BASELINES, key=lambda model: r2[model])
    place = ["split", "as_of_date", "metric"]
    table = table.replace({"metric": {GAIN + baseline: GAIN.rstrip(":")}})
    table = table[~table["metric"].str.startswith(GAIN)]
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
