"""Do groups of customers help their lists? Three ways to use them, only to compare.

The groups are those that covey's segments are made of: volume, at the cut-off, from
the purchases alone.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.cluster import KMeans

from covey.ml.recommendations.challengers import list_scored
from covey.ml.recommendations.cosine import read_similarities, recommend_candidates
from covey.ml.recommendations.evaluation import POPULARITY_DAYS, Chosen
from covey.ml.recommendations.neighbour_methods import fit_method
from covey.ml.recommendations.purchase_matrix import Codes, PurchaseDays
from covey.ml.recommendations.splits import Split
from covey.ml.runs import one_thread

GROUPS = 5
WINDOW_DAYS = 90
# What a group has bought less often than this counts little against everybody's taste.
PRIOR_BUYERS = 20


@one_thread()
def group_customers(days: PurchaseDays, n_clusters: int = GROUPS) -> Codes:
    """Put each customer in a group by K-Means on log-z of three kinds of volume.

    Days with a purchase, purchases and different items in the last 90 days.
    """
    count = len(days.customer_ids)
    is_recent = days.age_days <= WINDOW_DAYS
    rows = pd.DataFrame({"customer": days.customers, "day": days.age_days})[is_recent]
    visited = rows.drop_duplicates()["customer"]
    volumes = [
        np.bincount(codes, minlength=count)
        for codes in (
            visited,
            rows["customer"],
            days.customers[is_recent & days.is_last],
        )
    ]
    logs = np.log1p(np.stack(volumes, axis=1))
    deviation = logs.std(axis=0)
    space = (logs - logs.mean(axis=0)) / np.where(deviation > 0, deviation, 1)
    n_clusters = min(n_clusters, len(np.unique(space, axis=0)))
    fitted = KMeans(n_clusters, n_init=10, random_state=0).fit(space)
    groups: Codes = fitted.labels_.astype(np.int64)
    return groups


def list_group_popularity(split: Split, count: int) -> pd.DataFrame:
    """List what most customers of the own group bought in the last 30 days."""
    groups = group_customers(split.days)
    buyers = _count_buyers(split.fit_days, groups, POPULARITY_DAYS)
    return list_scored(split, lambda chunk: buyers[groups[chunk]], count)


def list_by_group_fits(split: Split, chosen: Chosen, count: int) -> pd.DataFrame:
    """Fit neighbours on the customers of each group, and list these by them."""
    groups = group_customers(split.days)
    tables = []
    for group in np.unique(groups[split.customers]):
        own = split.fit_days.unprompted().of_customers(groups == group)
        neighbours = fit_method(
            chosen.method, own.bought_by(1), chosen.knobs, chosen.terms
        )
        listed = split.customers[groups[split.customers] == group]
        tables.append(
            recommend_candidates(
                split.days, neighbours, chosen.knobs, count, customers=listed
            )
        )
    return pd.concat(tables, ignore_index=True)


def list_raised_by_group(split: Split, chosen: Chosen, count: int) -> pd.DataFrame:
    """Raise what the own group buys more than everybody, by the root of how much more.

    score = that of the chosen method * (share of the group's customers who bought the
    item in 90 days / share of everybody) ^ 0.5, where the group's share is drawn to
    everybody's by 20 customers.
    """
    groups = group_customers(split.days)
    days, knobs = split.fit_days, chosen.knobs
    buyers = _count_buyers(days, groups, WINDOW_DAYS)
    sizes = np.bincount(groups)[:, None]
    share = np.maximum(buyers.sum(axis=0) / sizes.sum(), 1e-12)
    lifts = (buyers + PRIOR_BUYERS * share) / (sizes + PRIOR_BUYERS) / share
    neighbours = fit_method(chosen.method, days.unprompted(), knobs, chosen.terms)
    similarities, item_ids = read_similarities(split.days, neighbours)
    profiles = split.days.profiles(knobs.profile_half_life_days)
    places = days.item_ids.get_indexer(item_ids)

    def score(chunk: Codes) -> npt.NDArray[np.float64]:
        scores = np.zeros((len(chunk), len(days.item_ids)))
        scores[:, places] = (profiles[chunk] @ similarities).toarray()
        raised: npt.NDArray[np.float64] = scores * lifts[groups[chunk]] ** 0.5
        return raised

    return list_scored(split, score, count)


def _count_buyers(
    days: PurchaseDays, groups: Codes, window_days: int
) -> npt.NDArray[np.float64]:
    """Make groups by items: how many customers bought the item lately."""
    is_counted = days.is_last & (days.age_days <= window_days)
    counts = np.zeros((groups.max(initial=-1) + 1, len(days.item_ids)))
    np.add.at(counts, (groups[days.customers[is_counted]], days.items[is_counted]), 1)
    return counts
