"""The highest values of each row of a product of sparse matrices, exactly.

sparse-dot-topn finds some fast, but picks among equals by its own order. So one more is
found than is asked, and a row whose last could be equalled by what was left out is
computed again in full.
"""

import os
from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from covey.ml.recommendations.purchase_matrix import (
    CELLS_PER_BLOCK,
    DECIMALS,
    Codes,
    Weights,
)

THREADS = os.cpu_count() or 1

# Rows and how many values of each, or all: these, and what the others are at most.
Search = Callable[[Codes, int | None], tuple[sparse.csr_matrix, Weights]]


def top_products(
    left: sparse.csr_matrix, right: sparse.csr_matrix, count: int
) -> sparse.csr_matrix:
    """Find the `count` highest positive values of each row of `left @ right`.

    A row of the result holds them best first, rounded, ties by column.
    """

    def search(
        rows: Codes, first_count: int | None
    ) -> tuple[sparse.csr_matrix, Weights]:
        return multiply(left[rows], right, first_count)

    shape = (left.shape[0], right.shape[1])
    return find_top(search, [np.arange(shape[0])], shape, count)


def multiply(
    left: sparse.csr_matrix, right: sparse.csr_matrix, count: int | None
) -> tuple[sparse.csr_matrix, Weights]:
    """Give the highest positive values of each row, and what the others are at most.

    All of them without a count. (By scipy: `sp_matmul` of sparse-dot-topn 1.2.0 returns
    garbage when a factor holds an explicit zero.)
    """
    limits = np.zeros(left.shape[0])
    if count is None:
        return left @ right, limits
    best = sp_matmul_topn(
        left, right, top_n=count, threshold=0.0, sort=True, n_threads=THREADS
    )
    is_cut = np.diff(best.indptr) == count
    limits[is_cut] = best.data[best.indptr[1:][is_cut] - 1]
    return best, limits


def find_top(
    search: Search, blocks: Iterable[Codes], shape: tuple[int, int], count: int
) -> sparse.csr_matrix:
    """Find the `count` highest positive values of each row, with a search for some.

    Parameters
    ----------
    blocks : rows to be searched together; a row that is in none of them stays empty
    """
    values = np.zeros((shape[0], count))
    columns = np.zeros((shape[0], count), dtype=np.int32)
    for wanted in (count + 1, None):
        width = min(wanted or shape[1], shape[1])
        size = max(1, CELLS_PER_BLOCK // max(width, 1))
        doubtful = []
        for block in blocks:
            for rows in np.split(block, range(size, len(block), size)):
                found, limits = search(rows, wanted)
                values[rows], columns[rows] = _rank(found, count)
                # What was left out may be as high as the last, but for its last bits.
                is_low = values[rows, -1] <= limits + 2 * 10.0**-DECIMALS
                doubtful.append(rows[is_low & (limits > 0)])
        blocks = [rows for rows in doubtful if len(rows)]
    is_kept = values > 0
    starts = np.concatenate([[0], np.cumsum(is_kept.sum(axis=1))])
    return sparse.csr_matrix((values[is_kept], columns[is_kept], starts), shape=shape)


def _rank(
    found: sparse.csr_matrix, count: int
) -> tuple[Weights, npt.NDArray[np.int32]]:
    """Make rows by `count` of the highest values and their columns, padded by zeros."""
    found.sort_indices()
    sizes = np.diff(found.indptr)
    is_value = np.arange(max(sizes.max(initial=0), count)) < sizes[:, None]
    values = np.zeros(is_value.shape)
    columns = np.zeros(is_value.shape, dtype=np.int32)
    values[is_value], columns[is_value] = np.round(found.data, DECIMALS), found.indices
    order = np.argsort(-values, axis=1, kind="stable")[:, :count]
    return (
        np.take_along_axis(values, order, axis=1),
        np.take_along_axis(columns, order, axis=1),
    )
