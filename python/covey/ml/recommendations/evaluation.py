"""Judge the lists, out of time, against what a person would do instead.

For each cut-off T: learn from purchases before T, look at [T, T + horizon). New items
(never bought before T) and buy-again (bought before T) are judged apart, because what
everybody buys again would hide everything else. A list is judged by what it could have
held: items that were known at T.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy import sparse

from covey.ml.recommendations.cosine import (
    Knobs,
    forbid_bought,
    list_items,
    recommend_candidates,
    score_buy_again,
)
from covey.ml.recommendations.list_character import describe_lists
from covey.ml.recommendations.neighbour_methods import COSINE, METHODS, fit_method
from covey.ml.recommendations.purchase_matrix import Codes, PurchaseDays, find_codes
from covey.ml.recommendations.ranking_metrics import coverage, rank_lists, rank_metrics
from covey.ml.recommendations.splits import (
    BUY_AGAIN,
    MAX_CUSTOMERS,
    NEW_ITEMS,
    Split,
    split_all,
)

TYPICAL_FREQUENCY = "own_and_typical_frequency"
POPULARITY, OWN_FREQUENCY = "popularity_30d", "own_frequency"
BASELINES = {NEW_ITEMS: [POPULARITY], BUY_AGAIN: [OWN_FREQUENCY, POPULARITY]}
POPULARITY_DAYS = 30
# What a list is judged by; the others say what it is like.
ACCURACY = ("ndcg", "recall", "precision", "hit_rate", "map")
QUALITY_COLUMNS = {
    "protocol": "str",
    "split": "str",
    "as_of_date": "datetime64[us]",
    "model": "str",
    "metric": "str",
    "value": "float64",
    "standard_error": "float64",
    "baseline_model": "str",
    "baseline_value": "float64",
    "customer_count": "int64",
}


def recommend_popular(
    days: PurchaseDays,
    candidate_count: int = 100,
    *,
    window_days: int = POPULARITY_DAYS,
    customers: Codes | None = None,
    exclude_bought: bool = True,
) -> pd.DataFrame:
    """List what most customers bought in the last `window_days`: the simple rule.

    Same columns as `recommend_candidates`; the score is the number of customers who
    bought the item in the window.
    """
    buyers = _count_recent_buyers(days, window_days)
    # A fraction orders items with equally many buyers by id, and is cut off again.
    tie_breaks = np.arange(len(buyers), 0, -1) / (len(buyers) + 1)
    everybody = sparse.csr_matrix(np.ones((len(days.customer_ids), 1)))
    popularity = sparse.csr_matrix(np.where(buyers > 0, buyers + tie_breaks, 0.0))
    if exclude_bought:
        bought = days.matrix(np.ones(days.is_last.sum()))
        everybody = sparse.hstack([everybody, bought], format="csr")
        penalties = forbid_bought(days, days.item_ids)
        popularity = sparse.vstack([popularity, penalties], format="csr")
    lists = list_items(
        days, everybody, popularity, days.item_ids, candidate_count, customers
    )
    return lists.assign(score=np.floor(lists["score"]))


@dataclass(frozen=True)
class Chosen:
    """What a business has chosen: how neighbours are learned, and how knobs are set.

    Parameters
    ----------
    method : one of `neighbour_methods.METHODS`
    terms : item_id, term and weight, for a method that reads them
    """

    method: str = COSINE
    knobs: Knobs = field(default_factory=Knobs)
    terms: pd.DataFrame | None = None

    def model(self, protocol: str) -> str:
        """Name what makes the list."""
        return self.method if protocol == NEW_ITEMS else TYPICAL_FREQUENCY


def rank_items(
    split: Split, protocol: str, model: str, chosen: Chosen, list_length: int
) -> pd.DataFrame:
    """Make the lists of those who are judged: customer_id, item_id, score."""
    knobs = chosen.knobs
    if model in METHODS:
        fit_days = split.fit_days.unprompted()
        neighbours = fit_method(model, fit_days, knobs, chosen.terms)
        return recommend_candidates(
            split.days, neighbours, knobs, list_length, customers=split.customers
        )
    if model == POPULARITY and protocol == NEW_ITEMS:
        return recommend_popular(split.fit_days, list_length, customers=split.customers)
    if model == OWN_FREQUENCY:
        knobs = replace(knobs, typical_weight=0)
    lists = score_buy_again(split.fit_days, knobs, customers=split.customers)
    if model == POPULARITY:
        buyers = _count_recent_buyers(split.fit_days, POPULARITY_DAYS)
        lists["score"] = buyers[find_codes(lists["item_id"], split.fit_days.item_ids)]
    return lists


Lister = Callable[[Split, int], pd.DataFrame]


def judge_lists(
    splits: Sequence[Split],
    protocol: str,
    lister: Lister,
    list_length: int,
    *,
    is_described: bool = True,
) -> pd.DataFrame:
    """Metrics per `as_of_date` and `customer_id` (the index), for one model.

    Parameters
    ----------
    lister : makes the lists of a split, of a length: customer_id, item_id, score
    is_described : whether to say what the lists are like as well
    """
    judged = {}
    for split in splits:
        ranked = rank_lists(lister(split, list_length), list_length)
        figures = rank_metrics(ranked, split.relevant[protocol], list_length)
        if is_described:
            covered = coverage(ranked, len(split.fit_days.item_ids))
            described = describe_lists(ranked, split)
            figures = figures.join(described).assign(coverage=covered)
        judged[split.as_of_date] = figures
    return pd.concat(judged, names=["as_of_date", "customer_id"])


def make_lister(protocol: str, model: str, chosen: Chosen) -> Lister:
    """Bind a model to what was chosen."""

    def lister(split: Split, list_length: int) -> pd.DataFrame:
        return rank_items(split, protocol, model, chosen, list_length)

    return lister


def evaluate_recommendations(
    purchases: pd.DataFrame | pa.Table | pa.RecordBatchReader,
    test_dates: Sequence[date],
    chosen: Chosen,
    *,
    min_customers: int,
    horizon_days: int = 30,
    list_length: int = 10,
    max_customers: int = MAX_CUSTOMERS,
) -> pd.DataFrame:
    """Compare both lists with their baselines at every cut-off and on average.

    Returns
    -------
    One row per protocol, split ('test' or 'test_mean'), as_of_date (null for the mean),
    model, metric and baseline_model: value, its standard_error, baseline_value, and
    customer_count. `<metric>_gain` is the mean paired difference to the baseline, with
    its own standard error; coverage has none, and what a list is like has no gain. A
    cut-off at which nobody can be judged has no row.
    """
    all_splits = split_all(
        purchases,
        test_dates,
        min_customers=min_customers,
        horizon_days=horizon_days,
        max_customers=max_customers,
    )
    tables = [pd.DataFrame(columns=list(QUALITY_COLUMNS)).astype(QUALITY_COLUMNS)]
    for protocol, baselines in BASELINES.items():
        model = chosen.model(protocol)
        splits = [split for split in all_splits if len(split.relevant[protocol])]
        if not splits:
            continue
        lister = make_lister(protocol, model, chosen)
        judged = judge_lists(splits, protocol, lister, list_length)
        for baseline in baselines:
            lister = make_lister(protocol, baseline, chosen)
            beside = judge_lists(splits, protocol, lister, list_length)
            figures = compare_judged(judged, beside, list_length, "test")
            names = {"protocol": protocol, "model": model, "baseline_model": baseline}
            tables.append(
                figures.assign(**names)[list(QUALITY_COLUMNS)].astype(QUALITY_COLUMNS)
            )
    return pd.concat(tables, ignore_index=True)


def mean_and_error(values: pd.DataFrame) -> pd.DataFrame:
    """Mean of the cut-offs' means of each column, and its error by customer.

    `values` has the index (`as_of_date`, `customer_id`), and may miss some. A customer
    who is in several cut-offs is one source of error, not several.

    Returns
    -------
    One row per column of `values`: value, standard_error.
    """
    by_cutoff = values.groupby(level="as_of_date")
    means = by_cutoff.mean()
    sizes = by_cutoff.transform("count")
    influence = (values - by_cutoff.transform("mean")).div(sizes, axis=0)
    totals = influence.groupby(level="customer_id").sum() / len(means)
    errors = np.sqrt((totals**2).sum())
    return pd.DataFrame({"value": means.mean(), "standard_error": errors})


def compare_judged(
    judged: pd.DataFrame, beside: pd.DataFrame, list_length: int, split: str
) -> pd.DataFrame:
    """Figures at each cut-off (`split`) and on average (`split`_mean)."""
    days = judged.index.get_level_values("as_of_date").unique()
    parts = [
        _compare(judged.loc[[day]], beside.loc[[day]], list_length).assign(
            split=split, as_of_date=day
        )
        for day in days
    ]
    mean = _compare(judged, beside, list_length)
    parts.append(mean.assign(split=f"{split}_mean", as_of_date=np.datetime64("NaT")))
    return pd.concat(parts, ignore_index=True)


def _compare(
    judged: pd.DataFrame, beside: pd.DataFrame, list_length: int
) -> pd.DataFrame:
    """One row per metric, and one per paired gain, over the same customers."""
    gains = (judged - beside)[list(ACCURACY)]
    judged = judged.add_suffix(f"_at_{list_length}")
    beside = beside.add_suffix(f"_at_{list_length}")
    covered = f"coverage_at_{list_length}"
    gains = gains.add_suffix(f"_at_{list_length}_gain")
    figures = mean_and_error(judged.join(gains))
    figures.loc[covered, "standard_error"] = np.nan
    baselines = mean_and_error(beside)["value"]
    return figures.assign(
        baseline_value=baselines[figures.index.str.removesuffix("_gain")].to_numpy(),
        customer_count=judged.index.get_level_values("customer_id").nunique(),
    ).reset_index(names="metric")


def _count_recent_buyers(days: PurchaseDays, window_days: int) -> Codes:
    """Count the customers who bought each item in the last `window_days`."""
    is_recent = days.is_last & (days.age_days <= window_days)
    return np.bincount(days.items[is_recent], minlength=len(days.item_ids))
