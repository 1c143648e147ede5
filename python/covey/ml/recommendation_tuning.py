"""Choose knobs on validation cut-offs, before the test cut-offs and apart from them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

import pandas as pd
import pyarrow as pa
from scipy.stats import norm

from covey.ml.recommendation_evaluation import (
    Chosen,
    judge_lists,
    make_lister,
    mean_and_error,
)
from covey.ml.recommendation_splits import MAX_CUSTOMERS, NEW_ITEMS, split_all


def tune_knobs(
    purchases: pd.DataFrame | pa.Table,
    validation_dates: Sequence[date],
    grid: Sequence[Chosen],
    *,
    min_customers: int,
    protocol: str = NEW_ITEMS,
    horizon_days: int = 30,
    list_length: int = 10,
    max_customers: int = MAX_CUSTOMERS,
) -> pd.DataFrame:
    """Compare methods and knobs on validation cut-offs; the first is the incumbent.

    Returns
    -------
    One row per choice in the order of the grid: `method`, its knobs, `ndcg`,
    `standard_error`, `gain` over the incumbent with `gain_standard_error` (paired),
    and `is_chosen`: the best if it beats the incumbent by more than chance would among
    so many (Bonferroni, 2.5%), else the incumbent, so that noise does not turn knobs.

    Raises
    ------
    ValueError : the grid is empty, or nobody can be judged on the validation dates
    """
    if not grid:
        raise ValueError("the grid of knobs is empty: give at least the present knobs")
    splits = split_all(
        purchases,
        validation_dates,
        min_customers=min_customers,
        horizon_days=horizon_days,
        max_customers=max_customers,
    )
    splits = [split for split in splits if len(split.relevant[protocol])]
    if not splits:
        raise ValueError(
            f"no known customer has a {protocol} purchase within {horizon_days} days "
            f"of any validation date: give dates inside the purchases"
        )
    judged = []
    for chosen in grid:
        lister = make_lister(protocol, chosen.model(protocol), chosen)
        judged.append(judge_lists(splits, protocol, lister, list_length)["ndcg"])
    ndcg = mean_and_error(pd.concat(judged, axis=1, keys=range(len(grid))))
    gains = [values - judged[0] for values in judged]
    gain = mean_and_error(pd.concat(gains, axis=1, keys=range(len(grid))))
    rows = [{"method": one.method, **asdict(one.knobs)} for one in grid]
    table = pd.DataFrame(rows).assign(
        ndcg=ndcg["value"],
        standard_error=ndcg["standard_error"],
        gain=gain["value"],
        gain_standard_error=gain["standard_error"],
    )
    best = int(table["ndcg"].argmax())
    # The best of many sets is ahead by luck alone, so the bar rises with their number.
    bar = norm.ppf(1 - 0.025 / max(len(grid) - 1, 1))
    is_clear = table["gain"][best] > bar * table["gain_standard_error"][best]
    return table.assign(is_chosen=table.index == (best if is_clear else 0))
