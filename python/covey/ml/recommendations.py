"""Item-item cosine: which items speak for which, and what each customer wants next.

`purchases` is one row per customer, item and local day: `customer_id` and `item_id`
(text), `purchased_date`. Only rows before `as_of_date` are looked at.

Everything is the same for any order of the rows and any number of threads: ids are
coded in sorted order, sums run in that order, values are rounded to twelve decimals
and ties go to the smaller id.
"""

import os
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

DECIMALS = 12
CUSTOMERS_PER_CHUNK = 20_000
CELLS_PER_BLOCK = 2**23
THREADS = os.cpu_count() or 1


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
    neighbour_count : sources kept per item
    profile_half_life_days : a purchase this old counts half in a customer's scores
    repeat_half_life_days : a purchase this old counts half in the buy-again score
    typical_weight : share of the item's typical buyer in the buy-again score
    """

    half_life_days: float = 60
    beta: float = 0.5
    alpha: float = 0.6
    shrink: float = 1
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


@dataclass(frozen=True)
class PurchaseDays:
    """Purchases as numbers: sorted by customer, item and age, without duplicates."""

    customer_ids: pd.Index
    item_ids: pd.Index
    customers: np.ndarray
    items: np.ndarray
    age_days: np.ndarray

    @property
    def is_last(self) -> np.ndarray:
        """True for the latest purchase of each customer and item."""
        is_new = np.ones(len(self.items), dtype=bool)
        is_new[1:] = (np.diff(self.customers) != 0) | (np.diff(self.items) != 0)
        return is_new

    def matrix(self, weights: np.ndarray) -> sparse.csr_matrix:
        """Make customers by items from one weight per latest purchase."""
        place = (self.customers[self.is_last], self.items[self.is_last])
        return sparse.csr_matrix(
            (weights, place), shape=(len(self.customer_ids), len(self.item_ids))
        )


def read_purchase_days(
    purchases: pd.DataFrame, as_of_date: date, *, min_customers: int = 1
) -> PurchaseDays:
    """Code the purchases before `as_of_date` of items with `min_customers` buyers.

    Raises
    ------
    ValueError : a column is missing, or holds a null
    """
    for column in ("customer_id", "item_id", "purchased_date"):
        if column not in purchases:
            raise ValueError(f"purchases has no column {column}")
        if purchases[column].isna().any():
            raise ValueError(f"purchases.{column} holds a null: drop these rows first")
    dates = pd.to_datetime(purchases["purchased_date"]).to_numpy("datetime64[D]")
    age_days = (np.datetime64(as_of_date, "D") - dates).astype(np.int64)
    is_known = age_days > 0
    known = purchases[["customer_id", "item_id"]][is_known]
    customers, customer_ids = pd.factorize(known["customer_id"], sort=True)
    items, item_ids = pd.factorize(known["item_id"], sort=True)
    span = int(age_days.max(initial=0)) + 1
    # One whole number per row, so that one sort orders and de-duplicates all three.
    keys = customers * np.int64(len(item_ids)) + items
    keys = np.sort(keys * span + age_days[is_known])
    keys = keys[np.diff(keys, prepend=-1) > 0]
    pairs, age_days = np.divmod(keys, span)
    customers, items = np.divmod(pairs, max(len(item_ids), 1))
    days = PurchaseDays(
        pd.Index(customer_ids, dtype="str"),
        pd.Index(item_ids, dtype="str"),
        customers,
        items,
        age_days,
    )
    buyers = np.bincount(items[days.is_last], minlength=len(item_ids))
    is_kept = buyers >= min_customers
    new_codes = np.cumsum(is_kept) - 1
    rows = is_kept[items]
    return PurchaseDays(
        days.customer_ids,
        days.item_ids[is_kept],
        customers[rows],
        new_codes[items[rows]],
        age_days[rows],
    )


def top_products(
    left: sparse.csr_matrix, right: sparse.csr_matrix, count: int
) -> sparse.csr_matrix:
    """Exactly the `count` highest positive values of each row of `left @ right`.

    A row of the result holds them best first, ties by column. sparse-dot-topn finds
    values fast but picks among equals by its own order, so rows with equal values are
    computed again in full. (By scipy: `sp_matmul` of sparse-dot-topn 1.2.0 returns
    garbage when a factor holds an explicit zero.)
    """
    best = sp_matmul_topn(
        left, right, top_n=count + 1, threshold=0.0, sort=True, n_threads=THREADS
    )
    best.data = np.round(best.data, DECIMALS)
    row_of = np.repeat(np.arange(best.shape[0]), np.diff(best.indptr))
    rank_of = np.arange(best.nnz) - best.indptr[row_of]
    is_tie = (rank_of[1:] > 0) & (best.data[1:] == best.data[:-1])
    tied = np.unique(row_of[1:][is_tie])
    is_kept = (rank_of < count) & (best.data > 0) & ~np.isin(row_of, tied)
    found = [(row_of[is_kept], best.indices[is_kept], best.data[is_kept])]
    edges = np.zeros(best.shape[0])
    edges[row_of[rank_of == count - 1]] = best.data[rank_of == count - 1]
    size = max(1, CELLS_PER_BLOCK // max(right.shape[1], 1))
    for rows in np.split(tied, range(size, len(tied), size)):
        values = (left[rows] @ right).tocoo()
        scores, row = np.round(values.data, DECIMALS), rows[values.row]
        is_candidate = (scores > 0) & (scores >= edges[row])
        row, scores = row[is_candidate], scores[is_candidate]
        columns = values.col[is_candidate]
        order = np.lexsort((columns, -scores, row))
        row, columns, scores = row[order], columns[order], scores[order]
        is_kept = np.arange(len(row)) - np.searchsorted(row, row) < count
        found.append((row[is_kept], columns[is_kept], scores[is_kept]))
    row, columns, scores = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.argsort(row, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=best.shape[0]))])
    return sparse.csr_matrix((scores[order], columns[order], starts), shape=best.shape)


def fit_neighbours(
    purchases: pd.DataFrame, as_of_date: date, knobs: Knobs, *, min_customers: int
) -> pd.DataFrame:
    """Find the bought items that speak most for each item.

    `item_id` is the target i, the item that may be recommended. `neighbour_item_id` is
    the source j, an item that a customer has bought::

        w(u, i)     = 0.5 ^ (days since u last bought i / half_life_days) * |u| ^ -beta
        n(i)        = sum over u of w(u, i) ^ 2
        similarity  = sum over u of w(u, j) * w(u, i)
                      / (n(j) ^ alpha * n(i) ^ (1 - alpha) + shrink * median n)

    |u| is the number of items of customer u, among those that `min_customers` bought.

    Returns
    -------
    item_id, neighbour_rank (1 is the strongest), neighbour_item_id, similarity; at most
    `knobs.neighbour_count` rows per item, only positive similarities.
    """
    days = read_purchase_days(purchases, as_of_date, min_customers=min_customers)
    bought = days.matrix(np.ones(days.is_last.sum()))
    item_counts = np.diff(bought.indptr)
    weights = days.matrix(
        0.5 ** (days.age_days[days.is_last] / knobs.half_life_days)
        * np.repeat(item_counts, item_counts) ** -float(knobs.beta)
    )
    by_item = weights.T.tocsr()
    norms = np.asarray(by_item.multiply(by_item).sum(axis=1)).ravel()
    pull = knobs.shrink * np.median(norms) if len(norms) else 0.0
    target_norms, source_norms = norms ** (1 - knobs.alpha), norms**knobs.alpha
    same = sparse.identity(len(norms), format="csr")
    size = max(1, CELLS_PER_BLOCK // max(len(norms), 1))
    blocks = []
    for start in range(0, len(norms), size):
        block = by_item[start : start + size] @ weights
        targets = start + np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))
        below = target_norms[targets] * source_norms[block.indices] + pull
        # An item is no neighbour of itself, and weights can decay to nothing at all.
        is_pair = (targets != block.indices) & (below > 0)
        block.data = np.where(is_pair, block.data, 0) / np.where(is_pair, below, 1)
        blocks.append(top_products(block, same, knobs.neighbour_count))
    top = sparse.vstack(blocks or [same], format="csr")
    targets = np.repeat(np.arange(len(norms)), np.diff(top.indptr))
    return pd.DataFrame(
        {
            "item_id": days.item_ids[targets],
            "neighbour_rank": np.arange(top.nnz) - top.indptr[targets] + 1,
            "neighbour_item_id": days.item_ids[top.indices],
            "similarity": top.data,
        }
    )


def recommend_candidates(
    purchases: pd.DataFrame,
    neighbours: pd.DataFrame,
    as_of_date: date,
    knobs: Knobs,
    candidate_count: int = 100,
    *,
    exclude_bought: bool = True,
) -> pd.DataFrame:
    """Score the best items for every customer who bought something with neighbours.

    score(u, i) = sum over bought j of
    0.5 ^ (days since u last bought j / profile_half_life_days) * similarity(j -> i)

    Returns
    -------
    customer_id, item_id, score: at most `candidate_count` rows per customer, best
    first, only positive scores.
    """
    days = read_purchase_days(purchases, as_of_date)
    item_ids = pd.Index(neighbours["item_id"].unique(), dtype="str").sort_values()
    sources = days.item_ids.get_indexer(pd.Index(neighbours["neighbour_item_id"]))
    targets = item_ids.get_indexer(pd.Index(neighbours["item_id"]))
    is_bought = sources >= 0
    similarities = sparse.csr_matrix(
        (
            neighbours["similarity"].to_numpy()[is_bought],
            (sources[is_bought], targets[is_bought]),
        ),
        shape=(len(days.item_ids), len(item_ids)),
    )
    ages = days.age_days[days.is_last]
    profiles = days.matrix(0.5 ** (ages / knobs.profile_half_life_days))
    return _list_items(
        days, profiles, similarities, item_ids, candidate_count, exclude_bought
    )


def recommend_popular(
    purchases: pd.DataFrame,
    as_of_date: date,
    candidate_count: int = 100,
    *,
    window_days: int = 30,
    min_customers: int = 1,
    exclude_bought: bool = True,
) -> pd.DataFrame:
    """List what most customers bought in the last `window_days`: the simple rule.

    Same columns as `recommend_candidates`; the score is the number of customers who
    bought the item in the window, of items that `min_customers` ever bought.
    """
    days = read_purchase_days(purchases, as_of_date, min_customers=min_customers)
    is_recent = days.is_last & (days.age_days <= window_days)
    item_count = len(days.item_ids)
    buyers = np.bincount(days.items[is_recent], minlength=item_count).astype(float)
    # A fraction orders items with equally many buyers by id, and is cut off again.
    tie_breaks = np.arange(item_count, 0, -1) / (item_count + 1)
    everybody = sparse.csr_matrix(np.ones((len(days.customer_ids), 1)))
    popularity = sparse.csr_matrix(np.where(buyers > 0, buyers + tie_breaks, 0.0))
    lists = _list_items(
        days, everybody, popularity, days.item_ids, candidate_count, exclude_bought
    )
    return lists.assign(score=np.floor(lists["score"]))


def score_buy_again(
    purchases: pd.DataFrame, as_of_date: date, knobs: Knobs, *, min_customers: int = 1
) -> pd.DataFrame:
    """Score every item that a customer has bought for being bought again.

    score(u, i) = own(u, i) + typical_weight * mean of own(v, i) over buyers v of i,
    own(u, i) = sum over days on which u bought i of 0.5 ^ (age / repeat_half_life_days)

    The mean says how often an item is bought again by those who buy it: milk rather
    than a mop, which own frequency cannot tell after one purchase of each.

    Returns
    -------
    customer_id, item_id, score: one row per customer and item bought, best first.
    """
    days = read_purchase_days(purchases, as_of_date, min_customers=min_customers)
    is_last = days.is_last
    decayed = 0.5 ** (days.age_days / knobs.repeat_half_life_days)
    pair = np.cumsum(is_last) - 1
    own = np.bincount(pair, weights=decayed, minlength=is_last.sum())
    customers, items = days.customers[is_last], days.items[is_last]
    buyers = np.bincount(items, minlength=len(days.item_ids))
    totals = np.bincount(items, weights=own, minlength=len(days.item_ids))
    typical = totals / np.maximum(buyers, 1)
    scores = np.round(own + knobs.typical_weight * typical[items], DECIMALS)
    order = np.lexsort((items, -scores, customers))
    return pd.DataFrame(
        {
            "customer_id": days.customer_ids[customers[order]],
            "item_id": days.item_ids[items[order]],
            "score": scores[order],
        }
    )


def _list_items(
    days: PurchaseDays,
    profiles: sparse.csr_matrix,
    item_scores: sparse.csr_matrix,
    item_ids: pd.Index,
    count: int,
    exclude_bought: bool,
) -> pd.DataFrame:
    """Rank items by `profiles @ item_scores`, some thousand customers at a time."""
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
        profiles = sparse.hstack([profiles, bought], format="csr")
        item_scores = sparse.vstack([item_scores, penalties], format="csr")
    sizes, items, scores = [], [], []
    for start in range(0, len(days.customer_ids), CUSTOMERS_PER_CHUNK):
        chunk = profiles[start : start + CUSTOMERS_PER_CHUNK]
        top = top_products(chunk, item_scores, count)
        sizes.append(np.diff(top.indptr))
        items.append(top.indices)
        scores.append(top.data)
    none = np.array([], dtype=np.int64)
    return pd.DataFrame(
        {
            "customer_id": days.customer_ids.repeat(np.concatenate([none, *sizes])),
            "item_id": item_ids[np.concatenate([none, *items])],
            "score": np.concatenate([none.astype(float), *scores]),
        }
    )
