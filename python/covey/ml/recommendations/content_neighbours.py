"""Which items are alike by what is said of them, for items that nobody bought yet."""

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy import sparse

from covey.ml.recommendations.purchase_matrix import (
    name_neighbours,
    read_frame,
)
from covey.ml.recommendations.top_products import top_products


def fit_content_neighbours(
    terms: pd.DataFrame | pa.Table, neighbour_count: int
) -> pd.DataFrame:
    """Find the items whose terms are most like those of each item.

    Parameters
    ----------
    terms : one row per item and term: `item_id`, `term`, and `weight`, of which an
        item's squares add up to 1
    neighbour_count : neighbours kept per item

    Returns
    -------
    item_id, neighbour_rank (1 is the nearest), neighbour_item_id, similarity (cosine,
    above 0); ties go to the smaller id.

    Examples
    --------
    >>> terms = pd.DataFrame({"item_id": ["a", "b", "c"], "term": ["x", "x", "y"]})
    >>> found = fit_content_neighbours(terms.assign(weight=1.0), 5)
    >>> found[["item_id", "neighbour_item_id"]].to_numpy().tolist()
    [['a', 'b'], ['b', 'a']]
    """
    frame = read_frame(terms)
    items, item_ids = pd.factorize(frame["item_id"].astype("str"), sort=True)
    codes, found = pd.factorize(frame["term"].astype("str"), sort=True)
    shape = (len(item_ids), len(found))
    weights = sparse.csr_matrix(
        (frame["weight"].to_numpy(dtype=float), (items, codes)), shape=shape
    )
    # One more than asked for, since the item itself may be among them, but need not be:
    # another with the very same terms may come before it.
    top = top_products(weights, weights.T.tocsr(), neighbour_count + 1)
    targets = np.repeat(np.arange(shape[0]), np.diff(top.indptr))
    top.data[targets == top.indices] = 0
    top.eliminate_zeros()
    named = name_neighbours(top, pd.Index(item_ids, dtype="str"))
    return named[named["neighbour_rank"] <= neighbour_count].reset_index(drop=True)
