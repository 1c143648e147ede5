"""Other ways to make a list of new items, none of which fills the table of neighbours.

They only stand beside what is published, when a build is asked to compare. Their
settings are fixed beforehand.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from covey.ml.recommendations.purchase_matrix import (
    DECIMALS,
    Codes,
    PurchaseDays,
    Weights,
)
from covey.ml.recommendations.splits import Split
from covey.ml.recommendations.top_products import top_products
from covey.ml.runs import one_thread

CUSTOMERS_PER_CHUNK = 500
POPULARITY_HALF_LIFE_DAYS = 30
LIKE_CUSTOMERS = 200
ITERATIONS = 15


def list_scored(
    split: Split, score: Callable[[Codes], npt.NDArray[np.float64]], count: int
) -> pd.DataFrame:
    """List the best unbought items of each customer that is judged.

    Parameters
    ----------
    score : gives a row of scores for each customer code, a column per item that can
        be listed; equal scores go to the smaller id

    Returns
    -------
    customer_id, item_id, score.
    """
    days = split.fit_days
    bought = days.matrix(np.ones(days.is_last.sum()))
    tables = [pd.DataFrame({"customer_id": [], "item_id": [], "score": []})[:0]]
    for start in range(0, len(split.customers), CUSTOMERS_PER_CHUNK):
        chunk = split.customers[start : start + CUSTOMERS_PER_CHUNK]
        scores = np.round(score(chunk), DECIMALS)
        scores[bought[chunk].nonzero()] = -np.inf
        best = np.argsort(-scores, axis=1, kind="stable")[:, :count]
        values = np.take_along_axis(scores, best, axis=1)
        tables.append(
            pd.DataFrame(
                {
                    "customer_id": days.customer_ids[chunk.repeat(best.shape[1])],
                    "item_id": days.item_ids[best.ravel()],
                    "score": values.ravel(),
                }
            )[np.isfinite(values.ravel())]
        )
    return pd.concat(tables[1:] or tables, ignore_index=True)


def list_decayed_popularity(split: Split, count: int) -> pd.DataFrame:
    """List what most customers bought, an older purchase counting less."""
    popularity = _count_decayed(split.fit_days)
    return list_scored(split, lambda chunk: np.tile(popularity, (len(chunk), 1)), count)


def list_by_like_customers(split: Split, count: int) -> pd.DataFrame:
    """List what the 200 customers bought who are most alike by cosine (user-based)."""
    days = split.fit_days.unprompted()
    bought = days.matrix(np.ones(days.is_last.sum()))
    sizes = np.maximum(np.diff(bought.indptr), 1)
    unit = sparse.diags(sizes**-0.5) @ bought

    def score(chunk: Codes) -> npt.NDArray[np.float64]:
        alike = top_products(unit[chunk], unit.T.tocsr(), LIKE_CUSTOMERS + 1)
        rows = np.repeat(np.arange(len(chunk)), np.diff(alike.indptr))
        alike.data[alike.indices == chunk[rows]] = 0
        scores: npt.NDArray[np.float64] = (alike @ bought).toarray()
        return scores

    return list_scored(split, score, count)


@one_thread()
def list_by_factors(
    split: Split,
    count: int,
    *,
    factors: int = 32,
    regularisation: float = 10.0,
    alpha: float = 1.0,
) -> pd.DataFrame:
    """List by implicit ALS (Hu, Koren and Volinsky 2008), of the library `implicit`.

    Raises
    ------
    ValueError : the library is not installed
    """
    try:
        from implicit.cpu.als import AlternatingLeastSquares
    except ImportError as missing:
        raise ValueError(
            "comparing recommendations needs the library implicit: "
            "pip install -e '.[compare]' in covey's folder"
        ) from missing
    days = split.fit_days.unprompted()
    bought = days.matrix(np.ones(days.is_last.sum()))
    model = AlternatingLeastSquares(
        factors=factors,
        regularization=regularisation,
        alpha=alpha,
        iterations=ITERATIONS,
        dtype=np.float64,
        num_threads=1,
        random_state=0,
    )
    model.fit(bought, show_progress=False)
    return list_scored(
        split, lambda chunk: model.user_factors[chunk] @ model.item_factors.T, count
    )


def _count_decayed(days: PurchaseDays) -> Weights:
    profiles = days.profiles(POPULARITY_HALF_LIFE_DAYS)
    counted: Weights = profiles.sum(axis=0).A1
    return counted
