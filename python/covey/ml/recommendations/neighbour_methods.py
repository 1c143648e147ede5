"""The methods that can fill the table of neighbours, each by its name."""

from collections.abc import Mapping

import pandas as pd

from covey.ml.recommendations.content_neighbours import fit_content_neighbours
from covey.ml.recommendations.cosine import Knobs, fit_neighbours
from covey.ml.recommendations.ease import fit_ease
from covey.ml.recommendations.purchase_matrix import PurchaseDays

COSINE, EASE, CONTENT = "item_item_cosine", "ease", "content"
METHODS = (COSINE, EASE, CONTENT)


def fit_method(
    method: str, days: PurchaseDays, knobs: Knobs, terms: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Fit neighbours among the items of `days`, which have enough buyers.

    Parameters
    ----------
    method : one of `METHODS`
    terms : item_id, term and weight; what `content` learns from

    Returns
    -------
    item_id (what may be recommended), neighbour_rank, neighbour_item_id (what was
    bought), similarity.

    Raises
    ------
    ValueError : no such method, or content without terms
    """
    if method == COSINE:
        return fit_neighbours(days, knobs)
    if method == EASE:
        return fit_ease(days, knobs)
    if method != CONTENT:
        raise ValueError(
            f"recommendation_method is {method!r}: it must be one of "
            f"{', '.join(METHODS)}"
        )
    if terms is None:
        raise ValueError("recommendation_method content needs the terms of the items")
    known = terms[terms["item_id"].isin(days.item_ids)]
    return fit_content_neighbours(known, knobs.neighbour_count)


def describe_fit(method: str, knobs: Knobs, days: PurchaseDays) -> Mapping[str, object]:
    """Name what a fit was told, for its `run_id`."""
    return {"method": method, **vars(knobs), "item_ids": list(days.item_ids)}
