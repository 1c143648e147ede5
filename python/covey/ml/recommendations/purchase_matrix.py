"""Purchases as numbers, which every list is made of.

Everything is the same for any order of the rows and any number of threads: ids are
coded in sorted order, sums run in that order, values are rounded to twelve decimals
and ties go to the smaller id.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from scipy import sparse

DECIMALS = 12
CELLS_PER_BLOCK = 2**23

Codes = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class PurchaseDays:
    """What each customer bought on which day, as known at the start of `as_of_date`.

    Parameters
    ----------
    as_of_date : days are counted back from here
    customer_ids, item_ids : sorted; a code is a place in them
    customers, items : codes, one per customer, item and day, in this order
    age_days : 1 for the day before `as_of_date`, or less if counted from before; the
        latest purchase of an item first
    is_prompted : whether one of our own lists had shown it; none where that is unknown
    """

    as_of_date: date
    customer_ids: pd.Index
    item_ids: pd.Index
    customers: Codes
    items: Codes
    age_days: Codes
    is_prompted: Flags | None = None

    @cached_property
    def is_last(self) -> Flags:
        """True for the latest purchase of each customer and item."""
        is_new = np.ones(len(self.items), dtype=bool)
        is_new[1:] = (np.diff(self.customers) != 0) | (np.diff(self.items) != 0)
        return is_new

    def matrix(self, weights: Weights) -> sparse.csr_matrix:
        """Make customers by items from one weight per latest purchase."""
        counts = np.bincount(
            self.customers[self.is_last], minlength=len(self.customer_ids)
        )
        starts = np.concatenate([[0], np.cumsum(counts)])
        return sparse.csr_matrix(
            (weights, self.items[self.is_last], starts),
            shape=(len(self.customer_ids), len(self.item_ids)),
        )

    def decay(self, half_life_days: float) -> Weights:
        """Say what each purchase still counts."""
        oldest = int(self.age_days.max(initial=0))
        youngest = int(self.age_days.min(initial=0))
        by_age: Weights = 0.5 ** (np.arange(youngest, oldest + 1) / half_life_days)
        return by_age[self.age_days - youngest]

    def profiles(self, half_life_days: float) -> sparse.csr_matrix:
        """Make customers by items of what the latest purchase still counts."""
        return self.matrix(self.decay(half_life_days)[self.is_last])

    def known_at(self, as_of_date: date) -> "PurchaseDays":
        """Go back to an earlier date; the codes stay what they are."""
        day_count = (pd.Timestamp(self.as_of_date) - pd.Timestamp(as_of_date)).days
        known = self._of_rows(self.age_days > day_count)
        return replace(
            known, as_of_date=as_of_date, age_days=known.age_days - day_count
        )

    def unprompted(self) -> "PurchaseDays":
        """Leave out what our own lists caused; the codes stay what they are."""
        return self if self.is_prompted is None else self._of_rows(~self.is_prompted)

    def of_customers(self, is_kept: Flags) -> "PurchaseDays":
        """Leave out what the other customers bought; the codes stay what they are."""
        return self._of_rows(is_kept[self.customers])

    def counted_from(self, as_of_date: date) -> "PurchaseDays":
        """Count days back from an earlier date; what was bought since counts more."""
        day_count = (pd.Timestamp(self.as_of_date) - pd.Timestamp(as_of_date)).days
        return replace(self, as_of_date=as_of_date, age_days=self.age_days - day_count)

    def bought_by(self, min_customers: int) -> "PurchaseDays":
        """Leave out the items with fewer buyers; these change their codes."""
        buyers = np.bincount(self.items[self.is_last], minlength=len(self.item_ids))
        is_kept = buyers >= min_customers
        kept = self._of_rows(is_kept[self.items])
        items = (np.cumsum(is_kept) - 1)[kept.items]
        return replace(kept, item_ids=self.item_ids[is_kept], items=items)

    def _of_rows(self, rows: Flags) -> "PurchaseDays":
        return replace(
            self,
            customers=self.customers[rows],
            items=self.items[rows],
            age_days=self.age_days[rows],
            is_prompted=None if self.is_prompted is None else self.is_prompted[rows],
        )

    def rows(self) -> pd.DataFrame:
        """Everything but the ids as a frame of numbers, to be hashed as one."""
        return pd.DataFrame(
            {"customer": self.customers, "item": self.items, "age_days": self.age_days}
        )


def read_purchase_days(
    purchases: pd.DataFrame | pa.Table | pa.RecordBatchReader, as_of_date: date
) -> PurchaseDays:
    """Code the purchases before `as_of_date`.

    Parameters
    ----------
    purchases : one row per customer, item and local day: `customer_id` and `item_id`
        (text), `purchased_date`, and `is_prompted` where that is known; an Arrow table
        is read three times as fast, and an Arrow reader takes a third of its memory

    Raises
    ------
    ValueError : a column is missing, or holds a null
    """
    frame = read_frame(purchases)
    for column in ("customer_id", "item_id", "purchased_date"):
        if column not in frame:
            raise ValueError(f"purchases has no column {column}")
        if frame[column].isna().any():
            raise ValueError(f"purchases.{column} holds a null: drop these rows first")
    dates = pd.to_datetime(frame["purchased_date"]).to_numpy("datetime64[D]")
    age_days = (np.datetime64(as_of_date, "D") - dates).astype(np.int64)
    is_known = age_days > 0
    customers, customer_ids = _code(frame["customer_id"][is_known])
    items, item_ids = _code(frame["item_id"][is_known])
    span = int(age_days.max(initial=0)) + 1
    # One whole number per row, so that one sort orders and de-duplicates all three.
    keys = customers
    keys *= len(item_ids)
    keys += items
    keys *= span
    keys += age_days[is_known]
    prompted = None
    if "is_prompted" in frame and frame["is_prompted"].any():
        prompted = np.unique(keys[frame["is_prompted"][is_known].to_numpy(dtype=bool)])
    # Of many rows each of these takes as much as what is returned.
    del frame, dates, age_days, is_known, customers, items
    # Arrow keeps what is freed, a third of all memory here, where none else may use it.
    pa.default_memory_pool().release_unused()
    keys.sort()
    keys = keys[np.diff(keys, prepend=-1) > 0]
    is_prompted = None if prompted is None else np.isin(keys, prompted)
    pairs, ages = np.divmod(keys, span)
    del keys
    customers, items = np.divmod(pairs, max(len(item_ids), 1))
    return PurchaseDays(
        as_of_date, customer_ids, item_ids, customers, items, ages, is_prompted
    )


def read_frame(table: pd.DataFrame | pa.Table | pa.RecordBatchReader) -> pd.DataFrame:
    """Take a frame as it is; from Arrow, hold each text only once.

    A reader gives some rows at a time: the texts of all are never held at once.
    """
    if isinstance(table, pd.DataFrame):
        return table
    if isinstance(table, pa.RecordBatchReader):
        coded = [_code_texts(batch) for batch in table]
        known = pa.Table.from_batches(coded) if coded else table.schema.empty_table()
        table = known.unify_dictionaries()
    frame: pd.DataFrame = table.to_pandas(
        strings_to_categorical=True, date_as_object=False
    )
    return frame


def _code_texts(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Copy a batch with its texts coded: what shares memory with it keeps all of it."""
    columns = [
        column.dictionary_encode()
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
        else pa.array(column.to_numpy(zero_copy_only=False).copy())
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, batch.schema.names)


def find_codes(ids: pd.Series, known_ids: pd.Index) -> Codes:
    """Look up ids; -1 for one that is not known."""
    texts = ids.astype("category")
    known = known_ids.get_indexer(pd.Index(texts.cat.categories, dtype="str"))
    return known.astype(np.int64)[texts.cat.codes]


def flag(codes: Codes, count: int) -> Flags:
    """Mark the places that are in `codes`."""
    is_marked = np.zeros(count, dtype=bool)
    is_marked[codes] = True
    return is_marked


def name_neighbours(top: sparse.csr_matrix, item_ids: pd.Index) -> pd.DataFrame:
    """Turn the best sources of each target, best first, into a table of neighbours.

    Returns
    -------
    item_id, neighbour_rank (1 is the strongest), neighbour_item_id, similarity.
    """
    targets = np.repeat(np.arange(top.shape[0]), np.diff(top.indptr))
    return pd.DataFrame(
        {
            "item_id": item_ids[targets],
            "neighbour_rank": np.arange(top.nnz) - top.indptr[targets] + 1,
            "neighbour_item_id": item_ids[top.indices],
            "similarity": top.data,
        }
    )


def _code(ids: pd.Series) -> tuple[Codes, pd.Index]:
    """Give ids their place in sorted order, whatever order an engine gave them."""
    codes, found = pd.factorize(ids)
    texts = pd.Index(found, dtype="str")
    order = texts.argsort()
    places = np.empty(len(texts), dtype=np.int64)
    places[order] = np.arange(len(texts))
    return places[codes], texts[order]
