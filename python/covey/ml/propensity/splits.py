"""Who is predicted from whom: never from oneself, and never from the future.

Where an outcome has several cut-offs, a customer is tested at cut-off T on a model of
other customers' rows whose horizon was over by T. Everything that is chosen is chosen
on validation cut-offs whose own horizon was over when the first test cut-off began.

Where it has one, time cannot test it: three tenths of the customers are held out, and
everything is chosen by cross-validation among the others.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from covey.ml.propensity.settings import TEST_CUTOFFS
from covey.ml.runs import hash_ids

Mask = npt.NDArray[np.bool_]

FOLDS = 5
SMALLEST_CLASS = 20
TIME_FORWARD = "time_forward_customer_disjoint"
HOLDOUT = "customer_disjoint_holdout"


class Fold(NamedTuple):
    """Rows to learn from, and rows to predict from that."""

    is_training: Mask
    is_test: Mask


class Splits(NamedTuple):
    """Folds to choose on and folds to test on; without a test there are none."""

    protocol: str
    validation: list[Fold]
    test: list[Fold]


def split_rows(rows: pd.DataFrame, n_test: int = TEST_CUTOFFS) -> Splits:
    """Find the folds of an outcome, out of time where that is possible.

    Parameters
    ----------
    rows : customer_id, as_of_date, horizon_end_date and is_positive, sorted by date and
        customer
    n_test : at most so many of the last cut-offs are for the test

    Raises
    ------
    ValueError : what happened was over when the features were taken
    """
    is_early = pd.to_datetime(rows["horizon_end_date"]) <= pd.to_datetime(
        rows["as_of_date"]
    )
    if is_early.any():
        first = rows.loc[is_early, ["customer_id", "as_of_date"]].iloc[0].to_dict()
        raise ValueError(
            f"{int(is_early.sum())} labels were over before their features, first "
            f"{first}: what predicts has to come before what happens"
        )
    if rows["as_of_date"].nunique() == 1:
        return hold_out(rows)
    validation, test = split_cutoffs(rows, n_test)
    return Splits(
        TIME_FORWARD, out_of_time_folds(rows, validation), out_of_time_folds(rows, test)
    )


def split_cutoffs(
    rows: pd.DataFrame, n_test: int = TEST_CUTOFFS
) -> tuple[list[pd.Timestamp], list[pd.Timestamp]]:
    """Find the cut-offs to choose on and those to test on.

    A cut-off counts when it has outcomes of both kinds, and so many of each are known
    before it that a fit means something. The test gets the last `n_test` or fewer, so
    that at least one validation cut-off is over before the first of them; where that
    cannot be, both lists are empty.
    """
    ends = pd.to_datetime(rows["horizon_end_date"])
    dates = pd.to_datetime(rows["as_of_date"])
    positive = rows["is_positive"].astype("float64")
    usable = []
    for cutoff in sorted(dates.unique()):
        before, now = positive[ends <= cutoff], positive[dates == cutoff]
        rarest = min(before.sum(), len(before) - before.sum())
        if rarest >= SMALLEST_CLASS and 0 < now.mean() < 1:
            usable.append(cutoff)
    last_ends = ends.groupby(dates).max()
    for first in range(max(len(usable) - n_test, 0), len(usable)):
        over = [day for day in usable[:first] if last_ends[day] <= usable[first]]
        if over:
            return over, usable[first:]
    return [], []


def out_of_time_folds(
    rows: pd.DataFrame, cutoffs: Sequence[pd.Timestamp]
) -> list[Fold]:
    """Predict each cut-off's customers from the others' rows that were over by then."""
    dates = pd.to_datetime(rows["as_of_date"]).to_numpy()
    ends = pd.to_datetime(rows["horizon_end_date"]).to_numpy()
    folds = hash_ids(rows["customer_id"]) % FOLDS
    return [
        Fold((ends <= cutoff) & (folds != fold), (dates == cutoff) & (folds == fold))
        for cutoff in map(np.datetime64, cutoffs)
        for fold in range(FOLDS)
    ]


def hold_out(rows: pd.DataFrame) -> Splits:
    """Hold three tenths of the customers out; choose on five folds of the others."""
    hashes = hash_ids(rows["customer_id"])
    is_held_out = (hashes >> 20) % 10 < 3
    folds = hashes % FOLDS
    positive = rows["is_positive"].to_numpy(dtype="float64")
    kept, held_out = positive[~is_held_out], positive[is_held_out]
    rarest = min(kept.sum(), len(kept) - kept.sum())
    if rarest < SMALLEST_CLASS or held_out.sum() in (0, len(held_out)):
        return Splits(HOLDOUT, [], [])
    validation = [
        Fold(~is_held_out & (folds != fold), ~is_held_out & (folds == fold))
        for fold in range(FOLDS)
    ]
    return Splits(HOLDOUT, validation, [Fold(~is_held_out, is_held_out)])
