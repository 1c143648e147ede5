"""Why an item is in a list: "because you bought"."""

import numpy as np
import pandas as pd
from scipy import sparse

from covey.ml.recommendations.cosine import Knobs, read_similarities
from covey.ml.recommendations.purchase_matrix import (
    CELLS_PER_BLOCK,
    DECIMALS,
    Codes,
    PurchaseDays,
    Weights,
    find_codes,
)

PAIRS_PER_CHUNK = 20_000


def find_common(days: PurchaseDays, item_ids: pd.Series, knobs: Knobs) -> Weights:
    """Give the mean profile weight that customers have for each item."""
    profiles = days.profiles(knobs.profile_half_life_days)
    means = profiles.sum(axis=0).A1 / max(len(days.customer_ids), 1)
    codes = find_codes(item_ids, days.item_ids)
    found: Weights = means[codes]
    return found


def explain_recommendations(
    days: PurchaseDays,
    neighbours: pd.DataFrame,
    recommendations: pd.DataFrame,
    knobs: Knobs,
) -> pd.DataFrame:
    """Find the bought item that adds most to each score.

    Everybody buys milk, so milk adds most to most scores and tells nobody anything:
    what an item adds counts times 1 minus the mean profile weight that customers had
    for it at the fit.

    Parameters
    ----------
    neighbours : with neighbour_common, that mean of `find_common`; or nothing is
        discounted
    recommendations : customer_id, item_id, and any other columns

    Returns
    -------
    `recommendations` and because_item_id, null where nothing bought adds anything;
    ties go to the smaller id.
    """
    similarities, item_ids = read_similarities(days, neighbours)
    profiles = days.profiles(knobs.profile_half_life_days)
    if "neighbour_common" in neighbours:
        known = neighbours.drop_duplicates("neighbour_item_id")
        codes = find_codes(known["neighbour_item_id"], days.item_ids)
        common = np.zeros(len(days.item_ids))
        common[codes[codes >= 0]] = known["neighbour_common"].to_numpy()[codes >= 0]
        profiles.data *= np.maximum(1 - common, 1e-6)[profiles.indices]
    because = _strongest_sources(
        profiles,
        similarities.T.tocsr(),
        find_codes(recommendations["customer_id"], days.customer_ids),
        find_codes(recommendations["item_id"], item_ids),
    )
    because_ids = days.item_ids.take(because, allow_fill=True, fill_value=np.nan)
    return recommendations.assign(because_item_id=because_ids)


def _strongest_sources(
    profiles: sparse.csr_matrix,
    by_target: sparse.csr_matrix,
    customers: Codes,
    targets: Codes,
) -> Codes:
    """Column of the largest product of a profile and a target's similarities, or -1."""
    strongest = np.full(len(customers), -1)
    known = np.flatnonzero((customers >= 0) & (targets >= 0))
    known = known[np.diff(profiles.indptr)[customers[known]] > 0]
    # By target, so that the similarities of a few at a time can be held in full.
    known = known[np.argsort(targets[known], kind="stable")]
    width = max(1, CELLS_PER_BLOCK // max(by_target.shape[1], 1))
    for first in range(0, by_target.shape[0], width):
        full = by_target[first : first + width].toarray()
        begin, end = np.searchsorted(targets[known], [first, first + width])
        for start in range(begin, end, PAIRS_PER_CHUNK):
            pairs = known[start : min(start + PAIRS_PER_CHUNK, end)]
            begins = profiles.indptr[customers[pairs]]
            sizes = profiles.indptr[customers[pairs] + 1] - begins
            ends = np.cumsum(sizes)
            starts = ends - sizes
            bought = np.repeat(begins - starts, sizes) + np.arange(ends[-1])
            sources = profiles.indices[bought]
            similarities = full[np.repeat(targets[pairs] - first, sizes), sources]
            adds = np.round(profiles.data[bought] * similarities, DECIMALS)
            most = np.maximum.reduceat(adds, starts)
            is_most = np.flatnonzero(adds == np.repeat(most, sizes))
            place = is_most[np.searchsorted(is_most, starts)]
            strongest[pairs] = np.where(most > 0, sources[place], -1)
    return strongest
