"""What makes two fits the same: their rows, parameters and code, never the time.

A fit sees its rows in the order of their ids, so that the order in which an engine
happens to hand them over changes nothing.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from covey import __version__

RUN_ID_LENGTH = 16


def make_run_id(
    frame: pd.DataFrame, parameters: Mapping[str, Any], code_version: str = __version__
) -> str:
    """Name a fit by what went into it.

    Parameters
    ----------
    frame : the training rows, in any order of rows and columns
    parameters : what the fit was told; values that JSON knows, or that print plainly
    code_version : covey's own

    Returns
    -------
    Sixteen hexadecimal characters.

    Examples
    --------
    >>> rows = pd.DataFrame({"customer_id": ["a", "b"], "order_count_90d": [1, 2]})
    >>> make_run_id(rows, {"k": 2}) == make_run_id(rows[::-1], {"k": 2})
    True
    >>> make_run_id(rows, {"k": 2}) == make_run_id(rows, {"k": 3})
    False
    """
    columns = sorted(frame.columns)
    plain = pd.DataFrame({name: _plain(frame[name]) for name in columns})
    row_hashes = np.sort(pd.util.hash_pandas_object(plain, index=False).to_numpy())
    described = {
        "columns": columns,
        "parameters": dict(parameters),
        "code_version": code_version,
    }
    digest = hashlib.sha256(row_hashes.tobytes())
    digest.update(json.dumps(described, sort_keys=True, default=str).encode())
    return digest.hexdigest()[:RUN_ID_LENGTH]


def sort_rows(frame: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Put the rows in the order of their key, and number them from zero.

    Raises
    ------
    ValueError : a key column is missing, or two rows have the same key, which leaves no
        order that is the same every time
    """
    absent = [key for key in keys if key not in frame.columns]
    if absent:
        raise ValueError(f"no column {absent[0]!r} in the training rows: add it")
    if _is_rising(frame, keys):
        return frame.reset_index(drop=True)
    ordered = frame.sort_values(list(keys), ignore_index=True)
    is_repeated = (ordered[list(keys)] == ordered[list(keys)].shift()).all(axis=1)
    if is_repeated.any():
        first = ordered.loc[is_repeated, list(keys)].iloc[0].to_dict()
        raise ValueError(
            f"{int(is_repeated.sum())} training rows repeat a key, first {first}: "
            "aggregate them before the fit"
        )
    return ordered


def hash_ids(ids: pd.Series) -> npt.NDArray[np.uint64]:
    """Give each id a number that depends on its text alone.

    Folds and samples are drawn from it: the same customer always falls the same way.
    """
    texts = ids.to_numpy(dtype=object)
    return np.asarray(pd.util.hash_array(texts, categorize=False), dtype=np.uint64)


@contextmanager
def one_thread() -> Iterator[None]:
    """Let the linear algebra inside use one thread, as a context or a decorator.

    Its sums are then the same every time; small fits are many times faster too, since
    threads wait for one another longer than they work.
    """
    with threadpool_limits(limits=1):
        yield


def _is_rising(frame: pd.DataFrame, keys: Sequence[str]) -> bool:
    """Whether each row comes after the one before; asking is quicker than sorting."""
    is_equal = np.ones(max(len(frame) - 1, 0), dtype=bool)
    is_after = ~is_equal
    for key in keys:
        column = frame[key].array
        if column.isna().any():
            return False
        is_after |= is_equal & np.asarray(column[1:] > column[:-1], dtype=bool)
        is_equal &= np.asarray(column[1:] == column[:-1], dtype=bool)
    return bool(is_after.all())


def _plain(column: pd.Series) -> pd.Series:
    """Bring a column to a type that hashes alike wherever it came from."""
    if pd.api.types.is_numeric_dtype(column):
        return column.astype("float64") + 0.0
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.astype("datetime64[us]").astype("int64")
    plain = column.astype(object).where(column.notna(), None)
    return plain if pd.api.types.is_string_dtype(column) else plain.map(str)
