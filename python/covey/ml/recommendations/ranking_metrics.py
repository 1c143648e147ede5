"""How good a ranked list is, per customer, when an item is either wanted or not."""

import numpy as np
import pandas as pd


def rank_lists(recommended: pd.DataFrame, list_length: int = 10) -> pd.DataFrame:
    """Keep the first `list_length` items of each customer, with their rank from 1.

    Parameters
    ----------
    recommended : customer_id, item_id, score; equal scores go to the smaller item_id

    Raises
    ------
    ValueError : an item is twice in a list, or the list length is below 1
    """
    if list_length < 1:
        raise ValueError(f"list_length is {list_length}: it must be 1 or more")
    customers, _ = pd.factorize(recommended["customer_id"])
    items, item_ids = pd.factorize(recommended["item_id"], sort=True)
    is_repeated = pd.Series(customers * len(item_ids) + items).duplicated().to_numpy()
    if is_repeated.any():
        twice = recommended[is_repeated].iloc[0]
        raise ValueError(
            f"item {twice['item_id']!r} is twice in the list of customer "
            f"{twice['customer_id']!r}"
        )
    order = np.lexsort((items, -recommended["score"].to_numpy(), customers))
    customers = customers[order]
    rank = np.arange(len(order)) - np.searchsorted(customers, customers) + 1
    is_first = rank <= list_length
    return recommended.iloc[order[is_first]].assign(rank=rank[is_first])


def rank_metrics(
    ranked: pd.DataFrame, relevant: pd.DataFrame, list_length: int = 10
) -> pd.DataFrame:
    """Judge each customer's list.

    With hits at ranks r, R relevant items and L = `list_length`::

        ndcg      = sum over hits of 1 / log2(r + 1), over the same sum when the first
                    min(R, L) places are all hits
        recall    = hits / R
        precision = hits / L, also when the list is shorter
        hit_rate  = 1 with at least one hit, else 0
        map       = sum over hits of (hits up to this rank / rank), over min(R, L)

    Parameters
    ----------
    ranked : customer_id, item_id, rank, as `rank_lists` gives them
    relevant : customer_id, item_id; duplicates count once

    Returns
    -------
    One row per customer in `relevant`, sorted, with `customer_id` as the index. A
    customer without a list scores zero; a list of anybody else is not looked at.

    Examples
    --------
    >>> lists = pd.DataFrame({"customer_id": "a", "item_id": ["x", "y"]})
    >>> ranked = rank_lists(lists.assign(score=[2, 1]), 2)
    >>> wanted = pd.DataFrame({"customer_id": ["a"], "item_id": ["y"]})
    >>> float(rank_metrics(ranked, wanted, 2).loc["a", "recall"])
    1.0
    """
    relevant = relevant[["customer_id", "item_id"]].drop_duplicates()
    relevant_counts = relevant.groupby("customer_id").size().astype(float)
    hits = ranked.merge(relevant, on=["customer_id", "item_id"])
    hits["gain"] = 1 / np.log2(hits["rank"] + 1)
    hits = hits.sort_values(["customer_id", "rank"])
    by_customer = hits.groupby("customer_id")
    hits["precision"] = (by_customer.cumcount() + 1) / hits["rank"]
    customers = relevant_counts.index
    hit_counts = by_customer.size().reindex(customers, fill_value=0)
    gains = by_customer["gain"].sum().reindex(customers, fill_value=0.0)
    precisions = by_customer["precision"].sum().reindex(customers, fill_value=0.0)
    best_gains = np.cumsum(1 / np.log2(np.arange(2, list_length + 2)))
    places = np.minimum(relevant_counts.to_numpy(), list_length).astype(int)
    return pd.DataFrame(
        {
            "ndcg": gains / best_gains[places - 1],
            "recall": hit_counts / relevant_counts,
            "precision": hit_counts / list_length,
            "hit_rate": (hit_counts > 0).astype(float),
            "map": precisions / places,
        }
    )


def coverage(ranked: pd.DataFrame, item_count: int) -> float:
    """Share of `item_count` items that stand in anybody's list."""
    return ranked["item_id"].nunique() / item_count if item_count else float("nan")
