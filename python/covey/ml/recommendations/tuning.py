"""Choose method and knobs on validation cut-offs, before the test cut-offs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date
from itertools import product
from typing import Any

import pandas as pd
import pyarrow as pa
from scipy.stats import norm

from covey.ml.recommendations.ease import MOST_ITEMS
from covey.ml.recommendations.evaluation import (
    Chosen,
    judge_lists,
    make_lister,
    mean_and_error,
)
from covey.ml.recommendations.neighbour_methods import CONTENT, COSINE, EASE
from covey.ml.recommendations.splits import MAX_CUSTOMERS, NEW_ITEMS, split_all

# So old that nothing decays.
FOREVER_DAYS = 36_500
GRIDS: dict[str, dict[str, Sequence[float]]] = {
    COSINE: {
        "half_life_days": (30, 60, 120, 240),
        "alpha": (0.5, 0.6, 0.8),
        "shrink": (0, 1),
    },
    EASE: {
        "half_life_days": (60, 120, FOREVER_DAYS),
        "profile_half_life_days": (90, FOREVER_DAYS),
        "l2": (5, 10, 20, 40),
        "neighbour_count": (200, 400),
        "beta": (0,),
    },
    CONTENT: {"profile_half_life_days": (90, FOREVER_DAYS)},
}


def make_grid(incumbent: Chosen) -> list[Chosen]:
    """Give the choices to compare, each once; the incumbent is the first."""

    def choices() -> Iterator[Chosen]:
        yield incumbent
        for method, grid in GRIDS.items():
            for values in product(*grid.values()):
                changed: dict[str, Any] = dict(zip(grid, values, strict=True))
                knobs = replace(incumbent.knobs, **changed)
                yield replace(incumbent, method=method, knobs=knobs)

    unique = {(choice.method, choice.knobs): choice for choice in choices()}
    return list(unique.values())


def tune_choice(
    purchases: pd.DataFrame | pa.Table,
    validation_dates: Sequence[date],
    grid: Sequence[Chosen],
    *,
    min_customers: int,
    protocol: str = NEW_ITEMS,
    horizon_days: int = 30,
    list_length: int = 10,
    max_customers: int = MAX_CUSTOMERS,
    watch: Callable[[Sequence[Chosen]], Iterable[Chosen]] = iter,
) -> pd.DataFrame:
    """Compare methods and knobs on validation cut-offs; the first is the incumbent.

    EASE is left out where more items can be recommended than it takes. `watch` hands
    out the choices one by one, and may tell a person how far it is.

    Returns
    -------
    One row per choice in the order of the grid: `method`, its knobs, `ndcg`,
    `standard_error`, `gain` over the incumbent with `gain_standard_error` (paired),
    `is_present` and `is_chosen`: the best if it beats the incumbent by more than chance
    would among so many (Bonferroni, 2.5%), else the incumbent, so that noise does not
    turn knobs.

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
    if max(len(split.fit_days.item_ids) for split in splits) > MOST_ITEMS:
        grid = [grid[0], *(one for one in grid[1:] if one.method != EASE)]
    judged = []
    for chosen in watch(grid):
        lister = make_lister(protocol, chosen.model(protocol), chosen)
        lists = judge_lists(splits, protocol, lister, list_length, is_described=False)
        judged.append(lists["ndcg"])
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
    # The best of many is ahead by luck alone, so the bar rises with their number.
    bar = norm.ppf(1 - 0.025 / max(len(grid) - 1, 1))
    is_clear = table["gain"][best] > bar * table["gain_standard_error"][best]
    return table.assign(
        is_present=table.index == 0,
        is_chosen=table.index == (best if is_clear else 0),
    )
