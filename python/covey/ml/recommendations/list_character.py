"""What lists are like, whether or not they hit: rare or common things, alike or not."""

import numpy as np
import pandas as pd
from scipy import sparse

from covey.ml.recommendations.purchase_matrix import find_codes
from covey.ml.recommendations.splits import Split

BESTSELLERS = 20
BESTSELLER_DAYS = 30


def describe_lists(ranked: pd.DataFrame, split: Split) -> pd.DataFrame:
    """Describe each list by what customers had bought before the cut-off.

    novelty         = mean of -log2(share of customers who bought the item)
    diversity       = 1 - mean cosine of two of its items, by who bought them
    bestseller_rate = share of the list that is among the 20 items which most customers
                      bought in the last 30 days

    The cosine is over the customers that are judged. Vargas and Castells (2011) define
    the first two.

    Returns
    -------
    One row per customer with a list, `customer_id` as the index; diversity is missing
    for a list of one.
    """
    days = split.fit_days
    items = find_codes(ranked["item_id"], days.item_ids)
    lists, customer_ids = pd.factorize(ranked["customer_id"], sort=True)
    sizes = np.bincount(lists, minlength=len(customer_ids))
    last = days.items[days.is_last]
    buyers = np.bincount(last, minlength=len(days.item_ids))
    surprise = -np.log2(buyers / max(len(np.unique(split.days.customers)), 1))
    recent = np.bincount(
        last[days.age_days[days.is_last] <= BESTSELLER_DAYS], minlength=len(buyers)
    )
    is_best = np.zeros(len(buyers))
    is_best[np.argsort(-recent, kind="stable")[:BESTSELLERS]] = 1
    bought = days.matrix(np.ones(len(last)))[split.customers]
    norms = np.sqrt(np.maximum(bought.sum(axis=0).A1, 1))
    unit = bought @ sparse.diags(1 / norms)
    held = sparse.csr_matrix(
        (np.ones(len(items)), (lists, items)), shape=(len(sizes), len(buyers))
    )
    # The squared length of a sum of unit vectors is their number plus all cosines.
    sums = held @ unit.T
    lengths = (held @ (unit.multiply(unit)).sum(axis=0).A1[:, None])[:, 0]
    pairs = sums.multiply(sums).sum(axis=1).A1 - lengths
    with np.errstate(invalid="ignore"):
        cosine = pairs / np.where(sizes > 1, sizes * (sizes - 1), np.nan)
    return pd.DataFrame(
        {
            "novelty": np.bincount(lists, weights=surprise[items]) / sizes,
            "diversity": 1 - cosine,
            "bestseller_rate": np.bincount(lists, weights=is_best[items]) / sizes,
        },
        index=pd.Index(customer_ids, name="customer_id"),
    )
