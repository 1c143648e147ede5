"""Item-item cosine: which items speak for which, and what each customer wants next.

The lists are made from `PurchaseDays`, so they know nothing after its `as_of_date`, and
are the same for any order of the purchases and any number of threads.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from covey.ml.recommendations.purchase_matrix import (
    DECIMALS,
    Codes,
    PurchaseDays,
    Weights,
    find_codes,
    flag,
    name_neighbours,
)
from covey.ml.recommendations.top_products import find_top, multiply, top_products

# Targets with norms of one step are searched together; it changes no result.
NORM_STEP = 1.4
SMALLEST_WEIGHT = 1e-150


@dataclass(frozen=True)
class Knobs:
    """What can be turned; the defaults won or tied on two shops (quality page).

    Parameters
    ----------
    half_life_days : a purchase this old counts half in a similarity; `inf` for no decay
    beta : how much less each purchase of a customer with many items counts (0 to 1)
    alpha : how much of the popularity penalty falls on the item that was bought; the
        rest falls on the one that is recommended (0 to 1, .5 is cosine)
    shrink : pull of similarities with little evidence to zero, in median item norms
    l2 : EASE's pull of its weights to zero, in median item norms
    neighbour_count : sources kept per item
    profile_half_life_days : a purchase this old counts half in a customer's scores
    repeat_half_life_days : a purchase this old counts half in the buy-again score
    typical_weight : share of the item's typical buyer in the buy-again score
    """

    half_life_days: float = 60
    beta: float = 0.5
    alpha: float = 0.6
    shrink: float = 1
    l2: float = 20
    neighbour_count: int = 200
    profile_half_life_days: float = 90
    repeat_half_life_days: float = 90
    typical_weight: float = 0.5

    def __post_init__(self) -> None:
        rules = {
            "half_life_days": (self.half_life_days > 0, "above 0"),
            "beta": (0 <= self.beta <= 1, "from 0 to 1"),
            "alpha": (0 <= self.alpha <= 1, "from 0 to 1"),
            "shrink": (0 <= self.shrink < np.inf, "0 or more"),
            "l2": (0 < self.l2 < np.inf, "above 0"),
            "neighbour_count": (
                self.neighbour_count >= 1 and self.neighbour_count % 1 == 0,
                "a whole number, 1 or more",
            ),
            "profile_half_life_days": (self.profile_half_life_days > 0, "above 0"),
            "repeat_half_life_days": (self.repeat_half_life_days > 0, "above 0"),
            "typical_weight": (0 <= self.typical_weight < np.inf, "0 or more"),
        }
        for name, (is_valid, rule) in rules.items():
            if not is_valid:
                raise ValueError(
                    f"recommendation knob {name} is {getattr(self, name)!r}: "
                    f"it must be {rule}"
                )


def weigh_purchases(days: PurchaseDays, knobs: Knobs) -> sparse.csr_matrix:
    """Make customers by items of w(u, i), what a purchase counts in a fit."""
    weights = days.profiles(knobs.half_life_days)
    item_counts = np.diff(weights.indptr)
    weights.data *= np.repeat(item_counts, item_counts) ** -float(knobs.beta)
    # What decays to nothing when squared has no norm.
    weights.data[weights.data < SMALLEST_WEIGHT] = 0
    weights.eliminate_zeros()
    return weights


def fit_neighbours(days: PurchaseDays, knobs: Knobs) -> pd.DataFrame:
    """Find the bought items that speak most for each item.

    `item_id` is the target i, the item that may be recommended. `neighbour_item_id` is
    the source j, an item that a customer has bought::

        w(u, i)     = 0.5 ^ (days since u last bought i / half_life_days) * |u| ^ -beta
        n(i)        = sum over u of w(u, i) ^ 2
        similarity  = sum over u of w(u, j) * w(u, i)
                      / (n(j) ^ alpha * n(i) ^ (1 - alpha) + shrink * median n)

    |u| is the number of items of customer u. Leave out what hardly anybody bought
    before: `fit_neighbours(days.bought_by(10), knobs)`.

    Returns
    -------
    item_id, neighbour_rank (1 is the strongest), neighbour_item_id, similarity; at most
    `knobs.neighbour_count` rows per item, only positive similarities.
    """
    weights = weigh_purchases(days, knobs)
    by_item = weights.T.tocsr()
    norms = np.bincount(weights.indices, weights.data**2, len(days.item_ids))
    pull = knobs.shrink * np.median(norms) if len(norms) else 0.0
    target_norms, source_norms = norms ** (1 - knobs.alpha), norms**knobs.alpha
    least_source = source_norms.min(initial=np.inf, where=norms > 0)

    def search(rows: Codes, count: int | None) -> tuple[sparse.csr_matrix, Weights]:
        # No product of two matrices has the pull of each pair. With the least norm of
        # these targets in place of their own a similarity is a little too high.
        least = target_norms[rows].min()
        above = source_norms * least + pull
        values = above[weights.indices]
        np.divide(weights.data, values, out=values)
        places = (weights.indices, weights.indptr)
        scaled = sparse.csr_matrix((values, *places), weights.shape)
        found, limits = multiply(by_item[rows], scaled, count and 2 * count)
        targets = np.repeat(rows, np.diff(found.indptr))
        below = source_norms[found.indices] * target_norms[targets] + pull
        found.data *= above[found.indices] / below
        # An item is no neighbour of itself.
        found.data[found.indices == targets] = 0
        limits *= least_source * least + pull
        limits /= least_source * target_norms[rows] + pull
        return found, limits

    is_bought = np.flatnonzero(norms)
    steps = np.floor(np.log(target_norms[is_bought]) / np.log(NORM_STEP))
    blocks = [is_bought[steps == step] for step in np.unique(steps)]
    top = find_top(search, blocks, (len(norms), len(norms)), knobs.neighbour_count)
    return name_neighbours(top, days.item_ids)


def recommend_candidates(
    days: PurchaseDays,
    neighbours: pd.DataFrame,
    knobs: Knobs,
    candidate_count: int = 100,
    *,
    customers: Codes | None = None,
    exclude_bought: bool = True,
) -> pd.DataFrame:
    """Score the best items for every customer who bought something with neighbours.

    score(u, i) = sum over bought j of
    0.5 ^ (days since u last bought j / profile_half_life_days) * similarity(j -> i)

    Parameters
    ----------
    customers : codes of the customers to list, in order; everybody if left out

    Returns
    -------
    customer_id, item_id, score: at most `candidate_count` rows per customer, best
    first, only positive scores.
    """
    similarities, item_ids = read_similarities(days, neighbours)
    profiles = days.profiles(knobs.profile_half_life_days)
    if exclude_bought:
        similarities = similarities + forbid_bought(days, item_ids)
    return list_items(
        days, profiles, similarities, item_ids, candidate_count, customers
    )


def score_buy_again(
    days: PurchaseDays, knobs: Knobs, *, customers: Codes | None = None
) -> pd.DataFrame:
    """Score every item that a customer has bought for being bought again.

    score(u, i) = own(u, i) + typical_weight * mean of own(v, i) over buyers v of i,
    own(u, i) = sum over days on which u bought i of 0.5 ^ (age / repeat_half_life_days)

    The mean says how often an item is bought again by those who buy it: milk rather
    than a mop, which own frequency cannot tell after one purchase of each.

    Parameters
    ----------
    customers : codes of the customers to list; everybody if left out

    Returns
    -------
    customer_id, item_id, score: one row per customer and item bought, best first.
    """
    weights = days.decay(knobs.repeat_half_life_days)
    item_count = len(days.item_ids)
    buyer_counts = np.bincount(days.items[days.is_last], minlength=item_count)
    totals = np.bincount(days.items, weights=weights, minlength=item_count)
    typical = totals / np.maximum(buyer_counts, 1)
    if customers is None:
        customers = np.arange(len(days.customer_ids))
    rows = flag(customers, len(days.customer_ids))[days.customers]
    is_last = days.is_last[rows]
    own = np.bincount(np.cumsum(is_last) - 1, weights=weights[rows])
    buyers, items = days.customers[rows][is_last], days.items[rows][is_last]
    scores = np.round(own + knobs.typical_weight * typical[items], DECIMALS)
    order = np.lexsort((items, -scores, buyers))
    return pd.DataFrame(
        {
            "customer_id": days.customer_ids[buyers[order]],
            "item_id": days.item_ids[items[order]],
            "score": scores[order],
        }
    )


def read_similarities(
    days: PurchaseDays, neighbours: pd.DataFrame
) -> tuple[sparse.csr_matrix, pd.Index]:
    """Make bought items by the items that may be listed, and the ids of these."""
    target_ids = pd.Index(neighbours["item_id"].unique(), dtype="str").sort_values()
    sources = find_codes(neighbours["neighbour_item_id"], days.item_ids)
    targets = find_codes(neighbours["item_id"], target_ids)
    is_bought = sources >= 0
    places = (sources[is_bought], targets[is_bought])
    similarities = sparse.csr_matrix(
        (neighbours["similarity"].to_numpy()[is_bought], places),
        shape=(len(days.item_ids), len(target_ids)),
    )
    return similarities, target_ids


def forbid_bought(days: PurchaseDays, item_ids: pd.Index) -> sparse.csr_matrix:
    """Make bought items by the items that may be listed: minus infinity for the same.

    On a profile that has decayed no finite penalty is large enough. Times a weight that
    has decayed to 0 it is no number, which is no score above 0 either.
    """
    own = item_ids.get_indexer(days.item_ids)
    is_listed = np.flatnonzero(own >= 0)
    return sparse.csr_matrix(
        (np.full(len(is_listed), -np.inf), (is_listed, own[is_listed])),
        shape=(len(days.item_ids), len(item_ids)),
    )


def list_items(
    days: PurchaseDays,
    profiles: sparse.csr_matrix,
    item_scores: sparse.csr_matrix,
    item_ids: pd.Index,
    count: int,
    customers: Codes | None,
) -> pd.DataFrame:
    """Rank items by `profiles @ item_scores`."""
    if customers is None:
        customers = np.arange(len(days.customer_ids))
    top = top_products(profiles[customers], item_scores, count)
    return pd.DataFrame(
        {
            "customer_id": days.customer_ids[customers].repeat(np.diff(top.indptr)),
            "item_id": item_ids[top.indices],
            "score": top.data,
        }
    )
