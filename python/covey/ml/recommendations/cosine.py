"""Item-item cosine: which items speak for which, and what each customer wants next.

The lists are made from `PurchaseDays`, so they know nothing after its `as_of_date`, and
are the same for any order of the purchases and any number of threads.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from covey.ml.recommendations.purchase_matrix import (
    CELLS_PER_BLOCK,
    DECIMALS,
    THREADS,
    Codes,
    PurchaseDays,
    find_codes,
    flag,
    name_neighbours,
    top_products,
)

CUSTOMERS_PER_CHUNK = 20_000


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
    norms = by_item.multiply(by_item).sum(axis=1).A1
    pull = knobs.shrink * np.median(norms) if len(norms) else 0.0
    target_norms, source_norms = norms ** (1 - knobs.alpha), norms**knobs.alpha
    same = sparse.identity(len(norms), format="csr")
    size = max(1, CELLS_PER_BLOCK // (4 * THREADS) // max(len(norms), 1))

    def find_best(start: int) -> sparse.csr_matrix:
        block = by_item[start : start + size] @ weights
        targets = np.arange(start, start + block.shape[0], dtype=block.indices.dtype)
        counts = np.diff(block.indptr)
        # Weights can decay to nothing at all.
        below = source_norms[block.indices]
        below *= np.repeat(target_norms[targets], counts)
        below += pull
        below[below == 0] = 1
        block.data /= below
        # An item is no neighbour of itself.
        block.data[block.indices == np.repeat(targets, counts)] = 0
        return top_products(block, same, knobs.neighbour_count)

    # As many blocks at a time as there are cores: the product lets other threads run.
    with ThreadPoolExecutor(THREADS) as pool:
        blocks = list(pool.map(find_best, range(0, len(norms), size)))
    top = sparse.vstack(blocks or [same], format="csr")
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
    return list_items(
        days,
        profiles,
        similarities,
        item_ids,
        candidate_count,
        customers,
        exclude_bought,
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


def list_items(
    days: PurchaseDays,
    profiles: sparse.csr_matrix,
    item_scores: sparse.csr_matrix,
    item_ids: pd.Index,
    count: int,
    customers: Codes | None,
    exclude_bought: bool,
) -> pd.DataFrame:
    """Rank items by `profiles @ item_scores`, some thousand customers at a time."""
    if customers is None:
        customers = np.arange(len(days.customer_ids))
    bought = sparse.csr_matrix((len(days.customer_ids), 0))
    if exclude_bought:
        # A second half of each profile says what was bought, and is worth minus
        # infinity there. On the decayed profile itself no penalty is large enough.
        own = item_ids.get_indexer(days.item_ids)
        is_listed = np.flatnonzero(own >= 0)
        penalties = sparse.csr_matrix(
            (np.full(len(is_listed), -np.inf), (is_listed, own[is_listed])),
            shape=(len(days.item_ids), len(item_ids)),
        )
        bought = days.matrix(np.ones(days.is_last.sum()))
        item_scores = sparse.vstack([item_scores, penalties], format="csr")
    none = np.array([], dtype=np.int64)
    sizes, items, scores = [none], [none], [none.astype(float)]
    for start in range(0, len(customers), CUSTOMERS_PER_CHUNK):
        chunk = customers[start : start + CUSTOMERS_PER_CHUNK]
        both = sparse.hstack([profiles[chunk], bought[chunk]], format="csr")
        top = top_products(both, item_scores, count)
        sizes.append(np.diff(top.indptr))
        items.append(top.indices)
        scores.append(top.data)
    return pd.DataFrame(
        {
            "customer_id": days.customer_ids[customers].repeat(np.concatenate(sizes)),
            "item_id": item_ids[np.concatenate(items)],
            "score": np.concatenate(scores),
        }
    )
