"""How many segments: as many as still come back when the customers are drawn again.

Each number of segments is tried at several cut-offs, since what is stable in one month
need not be in the next. What the segments say of the next days' spend stands beside it
and does not decide: more groups always say a little more.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

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
    to_log_z,
    to_rfm_sum,
)
from covey.ml.segments.power import measure_r2, measure_r2_gain
from covey.ml.segments.stability import measure_stability, summarise_stability

COUNTS = (4, 5, 6, 7, 8)
LEAST_JACCARD = 0.75
CUSTOMERS_PER_SEGMENT = 10
CANDIDATE_COLUMNS = {
    "split": "str",
    "as_of_date": "datetime64[us]",
    "model": "str",
    "n_clusters": "int64",
    "metric": "str",
    "value": "float64",
    "standard_error": "float64",
}
CHOICE_COLUMNS = {
    "n_clusters": "int64",
    "rule_n_clusters": "int64",
    "is_fixed": "bool",
    "min_jaccard": "float64",
    "reason": "str",
}


@one_thread()
def judge_counts(
    panel: pd.DataFrame,
    feature_names: Sequence[str],
    counts: Sequence[int] = COUNTS,
    *,
    n_cutoffs: int = 4,
    n_bootstraps: int = 100,
    random_state: int = 0,
) -> pd.DataFrame:
    """Try each number of segments at the last cut-offs.

    Parameters
    ----------
    panel : customer_id, as_of_date, the features raw, those of `RFM`, and
        next_spend_amount over the days after the cut-off, missing until they are over
    feature_names : what the segments are made by
    counts : the numbers to try
    n_bootstraps : in all, shared by the cut-offs

    Returns
    -------
    One row per split ('choice' per cut-off, 'choice_mean'), model, number and metric.
    Of K-Means: `min_jaccard` (mean overlap of the worst segment), `adjusted_rand`,
    `smallest_share`, and where the next days are over `r2` and `r2_gain`, the paired
    difference to RFM rules cut to as many groups, which are the other model. No row
    where there are fewer than ten customers per segment.
    """
    rows = sort_rows(panel, ["as_of_date", "customer_id"])
    cutoffs = [part for _, part in rows.groupby("as_of_date")]
    judged = cutoffs[-n_cutoffs:]
    is_over = [
        part
        for part in cutoffs
        if part["next_spend_amount"].notna().all()
        and part["next_spend_amount"].nunique() > 1
    ]
    shared = -(-n_bootstraps // max(len(judged), 1))
    figures = [
        {"as_of_date": part["as_of_date"].iloc[0], "n_clusters": count, **figure}
        for count in counts
        for part, judge in [
            *((part, _judge_stability) for part in judged),
            *((part, _judge_power) for part in is_over[-n_cutoffs:]),
        ]
        if len(part) >= CUSTOMERS_PER_SEGMENT * count
        for figure in judge(part, feature_names, count, shared, random_state)
    ]
    return summarise_cutoffs(pd.DataFrame(figures), "choice", CANDIDATE_COLUMNS)


def choose_count(
    candidates: pd.DataFrame,
    wanted: int | str = "auto",
    counts: Sequence[int] = COUNTS,
    least_jaccard: float = LEAST_JACCARD,
) -> pd.DataFrame:
    """Choose the largest number up to which every number of segments comes back.

    Parameters
    ----------
    candidates : the rows of `judge_counts`
    wanted : the number that the business wants, whatever comes back, or `auto`
    counts : the numbers that were tried; the least is taken if none comes back
    least_jaccard : what the worst segment has to overlap, on the mean of the cut-offs

    Returns
    -------
    One row: `n_clusters`, `rule_n_clusters` (what the rule takes), `is_fixed`,
    `min_jaccard` of the chosen number (missing if it was not tried) and `reason`.

    Examples
    --------
    >>> tried = pd.DataFrame({"n_clusters": [4, 5, 6], "value": [0.92, 0.81, 0.6]})
    >>> tried = tried.assign(split="choice_mean", model=MODEL, metric="min_jaccard")
    >>> int(choose_count(tried)["n_clusters"].iloc[0])
    5
    """
    fixed_count = None if wanted == "auto" else int(wanted)
    is_jaccard = candidates["metric"] == "min_jaccard"
    is_mean = (candidates["split"] == "choice_mean") & (candidates["model"] == MODEL)
    means = candidates[is_jaccard & is_mean]
    found = dict(
        zip(means["n_clusters"].tolist(), means["value"].tolist(), strict=True)
    )
    ruled = min(counts)
    for count in sorted(counts):
        if not found.get(count, 0.0) >= least_jaccard:
            break
        ruled = count
    chosen = ruled if fixed_count is None else fixed_count
    row = {
        "n_clusters": chosen,
        "rule_n_clusters": ruled,
        "is_fixed": fixed_count is not None,
        "min_jaccard": found.get(chosen, np.nan),
        "reason": _give_reason(found, ruled, fixed_count, least_jaccard),
    }
    return pd.DataFrame([row]).astype(CHOICE_COLUMNS)


def summarise_cutoffs(
    figures: pd.DataFrame, split: str, columns: dict[str, str]
) -> pd.DataFrame:
    """Add to the figures of each cut-off their means over the cut-offs.

    The cut-offs hold much the same customers, so a mean gets their mean error and not
    one that shrinks with their number.
    """
    if figures.empty:
        return pd.DataFrame(columns=list(columns)).astype(columns)
    keys = ["model", "n_clusters", "metric"]
    means = figures.groupby(keys, as_index=False).mean(numeric_only=True)
    table = pd.concat(
        [figures.assign(split=split), means.assign(split=f"{split}_mean")]
    )
    return table[list(columns)].astype(columns).reset_index(drop=True)


def _judge_stability(
    rows: pd.DataFrame,
    feature_names: Sequence[str],
    n_clusters: int,
    n_bootstraps: int,
    random_state: int,
) -> list[dict[str, float | str]]:
    """Judge whether so many segments come back at one cut-off."""

    def fit(points: Floats, counts: Floats) -> Predict:
        return fit_kmeans_rule(points, counts, n_clusters, random_state)

    space = to_log_z(rows, feature_names)
    labels = fit(space, np.ones(len(space)))(space)
    sizes = np.bincount(labels)
    if len(sizes) < n_clusters:
        return []
    drawn = measure_stability(space, fit, n_bootstraps, random_state)
    smallest = {"metric": "smallest_share", "value": sizes.min() / len(labels)}
    return [{"model": MODEL, **one} for one in [*summarise_stability(drawn), smallest]]


def _judge_power(
    rows: pd.DataFrame,
    feature_names: Sequence[str],
    n_clusters: int,
    n_bootstraps: int,
    random_state: int,
) -> list[dict[str, float | str]]:
    """Judge what so many segments say of the next days, beside as many RFM groups."""
    spend = rows["next_spend_amount"].to_numpy(dtype="float64")
    ids, once = rows["customer_id"], np.ones(len(rows))
    space, scores = to_log_z(rows, feature_names), to_rfm_sum(rows, RFM)
    labels: dict[str, Labels] = {
        MODEL: fit_kmeans_rule(space, once, n_clusters, random_state)(space),
        RFM_RULES: fit_rfm_rules(scores, once, n_clusters, random_state)(scores),
    }
    figures = [
        (model, "r2", measure_r2(of_model, spend, ids))
        for model, of_model in labels.items()
    ]
    gain = measure_r2_gain(labels[MODEL], labels[RFM_RULES], spend, ids)
    return [
        {"model": model, "metric": metric, "value": value, "standard_error": error}
        for model, metric, (value, error) in [*figures, (MODEL, "r2_gain", gain)]
    ]


def _give_reason(
    found: dict[int, float], ruled: int, fixed_count: int | None, least: float
) -> str:
    """Say in a sentence why this number."""
    if ruled not in found:
        rule = f"too few customers to test how many come back; {ruled} is the least"
    elif found[ruled] < least:
        rule = (
            f"not even {ruled} segments all come back when customers are drawn again "
            f"(the worst overlaps {found[ruled]:.2f}, {least:.2f} needed)"
        )
    else:
        rule = (
            f"all of {ruled} segments come back when customers are drawn again "
            f"(the worst overlaps {found[ruled]:.2f}, {least:.2f} needed)"
        )
        if ruled + 1 in found:
            rule += f", of {ruled + 1} one does not ({found[ruled + 1]:.2f})"
    if fixed_count is None:
        return rule
    return f"the business wants {fixed_count}; by the rule it were {ruled}: {rule}"
