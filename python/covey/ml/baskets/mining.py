"""Sets of more than three items, by the library that people know for it."""

from __future__ import annotations

from fractions import Fraction
from importlib import import_module
from math import ceil
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

ALGORITHMS = {"fp_growth": "fpgrowth", "apriori": "apriori"}
COUNTED_LENGTH = 3


class MissingLibraryError(ImportError):
    """A library is not installed; the message says which, and how to get it."""


def add_longer_itemsets(
    itemsets: pd.DataFrame,
    baskets: pd.DataFrame,
    support: float,
    rule_length: int,
    algorithm: str = "fp_growth",
) -> pd.DataFrame:
    """Add the frequent sets of four items and more to those that are counted in SQL.

    Parameters
    ----------
    itemsets : item_ids (sorted), basket_count, second_half_basket_count and
        customer_count
    baskets : basket_code, item_id, customer_code and is_second_half, one row per basket
        and item; no rows where no longer sets are wanted
    support : least share of all baskets
    rule_length : the most items of a set
    algorithm : `fp_growth` or `apriori`, which find the same

    Raises
    ------
    MissingLibraryError : longer sets are wanted, and mlxtend is not installed
    """
    if rule_length <= COUNTED_LENGTH or baskets.empty:
        return itemsets
    longer = find_itemsets(baskets, support, rule_length, algorithm)
    longer = longer[longer["item_ids"].map(len) > COUNTED_LENGTH]
    return pd.concat([itemsets, longer], ignore_index=True)


def find_itemsets(
    baskets: pd.DataFrame, support: float, rule_length: int, algorithm: str
) -> pd.DataFrame:
    """Find all frequent sets of up to `rule_length` items with mlxtend.

    Returns
    -------
    What `itemsets` of `add_longer_itemsets` holds, shorter sets first.
    """
    if algorithm not in ALGORITHMS:
        raise ValueError(
            f"basket_algorithm is {algorithm!r}, and may be {' or '.join(ALGORITHMS)}"
        )
    try:
        patterns = import_module("mlxtend.frequent_patterns")
    except ImportError as error:
        raise MissingLibraryError(
            f"basket_rule_length {rule_length} needs mlxtend: "
            "pip install -e '.[compare]' in covey's folder, or set it to 3"
        ) from error
    rows, basket_ids = pd.factorize(baskets["basket_code"])
    item_ids = np.sort(baskets["item_id"].unique())
    columns = np.searchsorted(item_ids, baskets["item_id"].to_numpy())
    held = sparse.csc_matrix(
        (np.ones(len(rows), dtype=bool), (rows, columns)),
        shape=(len(basket_ids), len(item_ids)),
    )
    total = len(basket_ids)
    least = max(1, ceil(Fraction(str(support)) * total))
    # A little below a whole count: the library compares doubles, and would lose those
    # that sit exactly at the support.
    frame: Any = pd.DataFrame
    found = getattr(patterns, ALGORITHMS[algorithm])(
        frame.sparse.from_spmatrix(held),
        min_support=(least - 0.5) / total,
        max_len=rule_length,
    )
    is_later = np.zeros(total, dtype=bool)
    is_later[rows] = baskets["is_second_half"].to_numpy(dtype=bool)
    customers = np.empty(total, dtype=np.int64)
    customers[rows] = pd.factorize(baskets["customer_code"])[0]
    codes = [tuple(sorted(items)) for items in found["itemsets"]]
    codes.sort(key=lambda items: (len(items), items))
    holders = [_baskets_with(held, items) for items in codes]
    return pd.DataFrame(
        {
            "item_ids": [list(item_ids[list(items)]) for items in codes],
            "basket_count": [len(own) for own in holders],
            "second_half_basket_count": [is_later[own].sum() for own in holders],
            "customer_count": [
                len(np.setdiff1d(customers[own], -1)) for own in holders
            ],
        }
    )


def _baskets_with(held: sparse.csc_matrix, items: tuple[int, ...]) -> np.ndarray:
    """Give the rows that hold all of the columns, the rarest column first."""
    columns = [
        held.indices[held.indptr[item] : held.indptr[item + 1]] for item in items
    ]
    columns.sort(key=len)
    rows: np.ndarray = columns[0]
    for column in columns[1:]:
        rows = np.intersect1d(rows, column, assume_unique=True)
    return rows
