"""Judge the lists, out of time, against what a person would do instead.

For each cut-off T: learn from purchases before T, look at [T, T + horizon). Customers
and items are those known at T: a list is judged by what it could have held. New items
(never bought before T) and buy-again (bought before T) are judged apart, because what
everybody buys again would hide everything else.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from covey.ml.ranking_metrics import METRICS, coverage, rank_metrics
from covey.ml.recommendations import (
    Knobs,
    fit_neighbours,
    recommend_candidates,
    recommend_popular,
    score_buy_again,
)

NEW_ITEMS, BUY_AGAIN = "new_items", "buy_again"
COSINE, TYPICAL_FREQUENCY = "item_item_cosine", "own_and_typical_frequency"
POPULARITY, OWN_FREQUENCY = "popularity_30d", "own_frequency"
MODELS = {NEW_ITEMS: COSINE, BUY_AGAIN: TYPICAL_FREQUENCY}
BASELINES = {NEW_ITEMS: [POPULARITY], BUY_AGAIN: [OWN_FREQUENCY, POPULARITY]}
POPULARITY_DAYS = 30
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


@dataclass(frozen=True)
class Split:
    """What was known at a cut-off, and what was bought after it."""

    as_of_date: pd.Timestamp
    known: pd.DataFrame
    item_count: int
    min_customers: int
    relevant: dict[str, pd.DataFrame]


def split_by_time(
    purchases: pd.DataFrame, as_of_date: date, *, min_customers: int, horizon_days: int
) -> Split:
    """Cut at `as_of_date`; part what came after into new to the customer and not."""
    start = pd.Timestamp(as_of_date)
    dates = pd.to_datetime(purchases["purchased_date"])
    key = ["customer_id", "item_id"]
    known = purchases[dates < start]
    bought = known[key].drop_duplicates()
    buyer_counts = bought.groupby("item_id").size()
    items = buyer_counts.index[buyer_counts >= min_customers]
    is_after = (dates >= start) & (dates < start + pd.Timedelta(days=horizon_days))
    after = purchases.loc[is_after, key].drop_duplicates()
    after = after[
        after["customer_id"].isin(bought["customer_id"]) & after["item_id"].isin(items)
    ]
    after = after.merge(bought, on=key, how="left", indicator="is_again")
    is_again = after["is_again"] == "both"
    relevant = {
        NEW_ITEMS: after.loc[~is_again, key],
        BUY_AGAIN: after.loc[is_again, key],
    }
    return Split(start, known, len(items), min_customers, relevant)


def rank_items(
    split: Split, protocol: str, model: str, knobs: Knobs, list_length: int
) -> pd.DataFrame:
    """Make everybody's list at the cut-off: customer_id, item_id, score."""
    known, as_of_date = split.known, split.as_of_date
    if model == COSINE:
        neighbours = fit_neighbours(
            known, as_of_date, knobs, min_customers=split.min_customers
        )
        return recommend_candidates(known, neighbours, as_of_date, knobs, list_length)
    if model == POPULARITY and protocol == NEW_ITEMS:
        return recommend_popular(
            known,
            as_of_date,
            list_length,
            window_days=POPULARITY_DAYS,
            min_customers=split.min_customers,
        )
    if model == OWN_FREQUENCY:
        knobs = replace(knobs, typical_weight=0)
    lists = score_buy_again(known, as_of_date, knobs, min_customers=split.min_customers)
    if model == POPULARITY:
        first_date = as_of_date - pd.Timedelta(days=POPULARITY_DAYS)
        recent = known[pd.to_datetime(known["purchased_date"]) >= first_date]
        buyer_counts = recent.groupby("item_id")["customer_id"].nunique()
        lists["score"] = lists["item_id"].map(buyer_counts).fillna(0.0)
    return lists


def judge_lists(
    splits: Sequence[Split], protocol: str, model: str, knobs: Knobs, list_length: int
) -> pd.DataFrame:
    """Metrics per `as_of_date` and `customer_id` (the index), for one model."""
    judged = {}
    for split in splits:
        lists = rank_items(split, protocol, model, knobs, list_length)
        figures = rank_metrics(lists, split.relevant[protocol], list_length)
        covered = coverage(lists, split.item_count, list_length)
        judged[split.as_of_date] = figures.assign(coverage=covered)
    return pd.concat(judged, names=["as_of_date", "customer_id"])


def evaluate_recommendations(
    purchases: pd.DataFrame,
    test_dates: Sequence[date],
    knobs: Knobs,
    *,
    min_customers: int,
    horizon_days: int = 30,
    list_length: int = 10,
) -> pd.DataFrame:
    """Compare both lists with their baselines at every cut-off and on average.

    Returns
    -------
    One row per protocol, split ('test' or 'test_mean'), as_of_date (null for the mean),
    model, metric and baseline_model: value, its standard_error, baseline_value, and
    customer_count. `<metric>_gain` is the mean paired difference to the baseline, with
    its own standard error; coverage has none. A cut-off at which nobody can be judged
    has no row.
    """
    all_splits = [
        split_by_time(
            purchases, day, min_customers=min_customers, horizon_days=horizon_days
        )
        for day in sorted(set(test_dates))
    ]
    tables = [pd.DataFrame(columns=list(QUALITY_COLUMNS)).astype(QUALITY_COLUMNS)]
    for protocol, model in MODELS.items():
        splits = [split for split in all_splits if len(split.relevant[protocol])]
        if not splits:
            continue
        judged = judge_lists(splits, protocol, model, knobs, list_length)
        for baseline in BASELINES[protocol]:
            beside = judge_lists(splits, protocol, baseline, knobs, list_length)
            table = pd.DataFrame(
                [
                    *(
                        row | {"split": "test", "as_of_date": split.as_of_date}
                        for split in splits
                        for row in _compare(
                            judged.loc[[split.as_of_date]],
                            beside.loc[[split.as_of_date]],
                            list_length,
                        )
                    ),
                    *(
                        row | {"split": "test_mean", "as_of_date": pd.NaT}
                        for row in _compare(judged, beside, list_length)
                    ),
                ]
            )
            names = {"protocol": protocol, "model": model, "baseline_model": baseline}
            table = table.assign(**names)[list(QUALITY_COLUMNS)]
            tables.append(table.astype(QUALITY_COLUMNS))
    return pd.concat(tables, ignore_index=True)


def tune_knobs(
    purchases: pd.DataFrame,
    validation_dates: Sequence[date],
    grid: Sequence[Knobs],
    *,
    min_customers: int,
    protocol: str = NEW_ITEMS,
    horizon_days: int = 30,
    list_length: int = 10,
) -> pd.DataFrame:
    """Compare knob sets on validation cut-offs; the first of the grid is the incumbent.

    Returns
    -------
    One row per knob set in the order of the grid: the knobs, `ndcg`, `standard_error`,
    `gain` over the incumbent with `gain_standard_error` (paired), and `is_chosen`: the
    best set if it beats the incumbent by more than two standard errors, else the
    incumbent, so that noise does not turn knobs.

    Raises
    ------
    ValueError : the grid is empty, or nobody can be judged on the validation dates
    """
    if not grid:
        raise ValueError("the grid of knobs is empty: give at least the present knobs")
    splits = [
        split_by_time(
            purchases, day, min_customers=min_customers, horizon_days=horizon_days
        )
        for day in sorted(set(validation_dates))
    ]
    splits = [split for split in splits if len(split.relevant[protocol])]
    if not splits:
        raise ValueError(
            f"no known customer has a {protocol} purchase within {horizon_days} days "
            f"of any validation date: give dates inside the purchases"
        )
    rows, incumbent = [], None
    for knobs in grid:
        judged = judge_lists(splits, protocol, MODELS[protocol], knobs, list_length)
        ndcg = judged["ndcg"]
        incumbent = ndcg if incumbent is None else incumbent
        mean, error = mean_and_error(ndcg)
        gain, gain_error = mean_and_error(ndcg - incumbent)
        figures = {"ndcg": mean, "standard_error": error}
        gains = {"gain": gain, "gain_standard_error": gain_error}
        rows.append(asdict(knobs) | figures | gains)
    table = pd.DataFrame(rows)
    best = int(table["ndcg"].argmax())
    is_clear = table["gain"][best] > 2 * table["gain_standard_error"][best]
    return table.assign(is_chosen=table.index == (best if is_clear else 0))


def mean_and_error(values: pd.Series) -> tuple[float, float]:
    """Mean of the cut-offs' means, and its standard error clustered by customer.

    `values` has the index (`as_of_date`, `customer_id`). A customer who is in several
    cut-offs is one source of error, not several.
    """
    by_cutoff = values.groupby(level="as_of_date")
    means = by_cutoff.mean()
    influence = (values - by_cutoff.transform("mean")) / by_cutoff.transform("size")
    totals = influence.groupby(level="customer_id").sum() / len(means)
    return float(means.mean()), float(np.sqrt((totals**2).sum()))


def _compare(
    judged: pd.DataFrame, beside: pd.DataFrame, list_length: int
) -> list[dict[str, object]]:
    """One row per metric, and one per paired gain, over the same customers."""
    customer_count = judged.index.get_level_values("customer_id").nunique()
    rows: list[dict[str, object]] = []
    for metric in (*METRICS, "coverage"):
        value, error = mean_and_error(judged[metric])
        row = {
            "metric": f"{metric}_at_{list_length}",
            "value": value,
            "standard_error": error,
            "baseline_value": mean_and_error(beside[metric])[0],
            "customer_count": customer_count,
        }
        if metric == "coverage":
            rows.append(row | {"standard_error": np.nan})
            continue
        gain, gain_error = mean_and_error(judged[metric] - beside[metric])
        gains = {"value": gain, "standard_error": gain_error}
        rows += [row, row | gains | {"metric": f"{row['metric']}_gain"}]
    return rows
