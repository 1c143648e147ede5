"""Candidates of everybody as one table, some thousand customers at a time.

A hundred rows for each of 250,000 customers are 25 million: ids are held once, and only
the first rows of each get a reason, which is where a list ends unless rules leave much
out. `ml_recommendations__scores` looks up the others.
"""

import numpy as np
import pandas as pd
import pyarrow as pa

from covey.ml.recommendations.cosine import (
    Knobs,
    recommend_candidates,
)
from covey.ml.recommendations.purchase_matrix import PurchaseDays
from covey.ml.recommendations.reasons import explain_recommendations

CUSTOMERS_PER_CHUNK = 20_000
_TEXT = pa.dictionary(pa.int32(), pa.string())
_SCHEMA = pa.schema(
    [
        ("customer_id", _TEXT),
        ("item_id", _TEXT),
        ("score", pa.float64()),
        ("because_item_id", _TEXT),
    ]
)


def make_candidates(
    days: PurchaseDays,
    neighbours: pd.DataFrame,
    knobs: Knobs,
    candidate_count: int,
    reason_count: int,
) -> pa.Table:
    """List what neighbours speak for; the first `reason_count` get a reason.

    Returns
    -------
    customer_id, item_id, score, because_item_id (null further down): at most
    `candidate_count` rows per customer, best first.
    """
    tables = [_SCHEMA.empty_table()]
    customer_count = len(days.customer_ids)
    for start in range(0, customer_count, CUSTOMERS_PER_CHUNK):
        chunk = np.arange(start, min(start + CUSTOMERS_PER_CHUNK, customer_count))
        found = recommend_candidates(
            days, neighbours, knobs, candidate_count, customers=chunk
        )
        place = found.groupby("customer_id", sort=False).cumcount()
        first = found[place < reason_count]
        explained = explain_recommendations(days, neighbours, first, knobs)
        found["because_item_id"] = explained["because_item_id"]
        tables.append(pa.Table.from_pandas(found, _SCHEMA, preserve_index=False))
    return pa.concat_tables(tables)
