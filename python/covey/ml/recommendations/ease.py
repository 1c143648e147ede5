"""EASE: the linear model of all items at once that shows each item its neighbours.

Steck, "Embarrassingly Shallow Autoencoders for Sparse Data" (2019). Unlike cosine it
knows that two items which speak for a third may say the same thing twice, and an item
may speak against another.
"""

import numpy as np
import pandas as pd
from scipy import sparse

from covey.ml.recommendations.cosine import Knobs, weigh_purchases
from covey.ml.recommendations.purchase_matrix import (
    DECIMALS,
    PurchaseDays,
    name_neighbours,
)
from covey.ml.runs import one_thread

# The time grows with the third power: 1,500 items take .4 s, 5,000 about 10 s.
MOST_ITEMS = 5_000


@one_thread()
def fit_ease(days: PurchaseDays, knobs: Knobs) -> pd.DataFrame:
    """Solve for the weights by which what was bought tells the rest.

    With W customers by items, as `fit_neighbours` weighs purchases, and m the median
    of the norms on the diagonal of W'W::

        P                = inverse of (W'W + l2 * m * identity)
        similarity(j, i) = -P(j, i) / P(i, i)

    Returns
    -------
    item_id, neighbour_rank, neighbour_item_id, similarity: the `knobs.neighbour_count`
    sources of each item that weigh most, for or against it, in the order of their
    similarity: what speaks against the item comes last.

    Raises
    ------
    ValueError : more than 5,000 items can be recommended
    """
    item_count = len(days.item_ids)
    if item_count > MOST_ITEMS:
        raise ValueError(
            f"recommendation_method ease takes at most {MOST_ITEMS} items, and "
            f"{item_count} have enough buyers: raise recommendation_minimum_customers, "
            "choose a coarser recommendation_grain, or use item_item_cosine"
        )
    weights = weigh_purchases(days, knobs)
    gram = (weights.T @ weights).toarray()
    pull = knobs.l2 * np.median(np.diag(gram)) if item_count else 0.0
    if pull <= 0:  # nothing was bought, or so long ago that it counts nothing
        return name_neighbours(sparse.csr_matrix(gram.shape), days.item_ids)
    gram[np.diag_indices(item_count)] += pull
    inverse = np.linalg.inv(gram)
    similarities = np.round(-inverse / np.diag(inverse), DECIMALS).T
    np.fill_diagonal(similarities, 0)
    return name_neighbours(
        _keep_heaviest(similarities, knobs.neighbour_count), days.item_ids
    )


def _keep_heaviest(similarities: np.ndarray, count: int) -> sparse.csr_matrix:
    """Keep the values of each row that are furthest from 0, the highest first."""
    heaviest = np.argsort(-np.abs(similarities), axis=1, kind="stable")[:, :count]
    sources = np.sort(heaviest, axis=1)
    values = np.take_along_axis(similarities, sources, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    sources = np.take_along_axis(sources, order, axis=1)
    values = np.take_along_axis(values, order, axis=1)
    is_kept = values != 0
    starts = np.concatenate([[0], np.cumsum(is_kept.sum(axis=1))])
    return sparse.csr_matrix(
        (values[is_kept], sources[is_kept], starts), shape=similarities.shape
    )
