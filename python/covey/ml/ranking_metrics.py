"""How good a ranked list is, per customer, when an item is either wanted or not."""

import numpy as np
import pandas as pd

METRICS = ("ndcg", "recall", "precision", "hit_rate")


def rank_metrics(
    recommended: pd.DataFrame, relevant: pd.DataFrame, list_length: int = 10
) -> pd.DataFrame:
    """Judge the first `list_length` items of each customer's list.

    With hits at ranks r, R relevant items and L = `list_length`::

        ndcg      = sum over hits of 1 / log2(r + 1), over the same sum when the first
                    min(R, L) places are all hits
        recall    = hits / R
        precision = hits / L, also when the list is shorter
        hit_rate  = 1 with at least one hit, else 0

    Parameters
    ----------
    recommended : customer_id, item_id, score; equal scores go to the smaller item_id
    relevant : customer_id, item_id; duplicates count once

    Returns
    -------
    One row per customer in `relevant`, sorted, with `customer_id` as the index. A
    customer without a list scores zero; a list of anybody else is not looked at.

    Raises
    ------
    ValueError : an item is twice in a list, or the list length is below 1

    Examples
    --------
    >>> lists = pd.DataFrame({"customer_id": "a", "item_id": ["x", "y"]})
    >>> wanted = pd.DataFrame({"customer_id": ["a"], "item_id": ["y"]})
    >>> figures = rank_metrics(lists.assign(score=[2, 1]), wanted, 2)
    >>> float(figures.loc["a", "recall"])
    1.0
    """
    if list_length < 1:
        raise ValueError(f"list_length is {list_length}: it must be 1 or more")
    relevant = relevant[["customer_id", "item_id"]].drop_duplicates()
    relevant_counts = relevant.groupby("customer_id").size().astype(float)
    hits = _ranked(recommended, list_length).merge(
        relevant, on=["customer_id", "item_id"]
    )
    hits["gain"] = 1 / np.log2(hits["rank"] + 1)
    by_customer = hits.sort_values(["customer_id", "rank"]).groupby("customer_id")
    customers = relevant_counts.index
    hit_counts = by_customer.size().reindex(customers, fill_value=0)
    gains = by_customer["gain"].sum().reindex(customers, fill_value=0.0)
    best_gains = np.cumsum(1 / np.log2(np.arange(2, list_length + 2)))
    places = np.minimum(relevant_counts.to_numpy(), list_length).astype(int)
    return pd.DataFrame(
        {
            "ndcg": gains / best_gains[places - 1],
            "recall": hit_counts / relevant_counts,
            "precision": hit_counts / list_length,
            "hit_rate": (hit_counts > 0).astype(float),
        }
    )


def coverage(
    recommended: pd.DataFrame, item_count: int, list_length: int = 10
) -> float:
    """Share of `item_count` items that stand in anybody's first `list_length`."""
    listed = _ranked(recommended, list_length)["item_id"].nunique()
    return listed / item_count if item_count else float("nan")


def _ranked(recommended: pd.DataFrame, list_length: int) -> pd.DataFrame:
    """Rank each customer's items from 1 and keep the first `list_length`."""
    key = ["customer_id", "item_id"]
    if recommended.duplicated(key).any():
        twice = recommended[recommended.duplicated(key)].iloc[0]
        raise ValueError(
            f"item {twice['item_id']!r} is twice in the list of customer "
            f"{twice['customer_id']!r}"
        )
    ordered = recommended.sort_values(
        ["customer_id", "score", "item_id"], ascending=[True, False, True]
    )
    rank = ordered.groupby("customer_id").cumcount() + 1
    return ordered.assign(rank=rank)[rank <= list_length]
