"""Other ways to make lists beside what is published, in every figure.

Fitted when asked for, on the splits of the evaluation.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from covey.ml.recommendations.challengers import (
    list_by_factors,
    list_by_like_customers,
    list_decayed_popularity,
)
from covey.ml.recommendations.cosine import Knobs
from covey.ml.recommendations.ease import MOST_ITEMS
from covey.ml.recommendations.evaluation import (
    BASELINES,
    Chosen,
    Lister,
    compare_judged,
    judge_lists,
    make_lister,
)
from covey.ml.recommendations.groups import (
    list_by_group_fits,
    list_group_popularity,
    list_raised_by_group,
)
from covey.ml.recommendations.neighbour_methods import CONTENT, COSINE, EASE
from covey.ml.recommendations.splits import (
    BUY_AGAIN,
    MAX_CUSTOMERS,
    NEW_ITEMS,
    Split,
    split_all,
)
from covey.ml.recommendations.tuning import FOREVER_DAYS

LISTS = {NEW_ITEMS: "new_for_you", BUY_AGAIN: "buy_again"}
PLAIN_KNOBS = Knobs(
    half_life_days=FOREVER_DAYS,
    beta=0,
    alpha=0.5,
    shrink=0,
    profile_half_life_days=FOREVER_DAYS,
)
# What the grocer's validation months chose, for a business that has not tuned EASE.
EASE_KNOBS = replace(PLAIN_KNOBS, half_life_days=120, l2=20, neighbour_count=400)
COLUMNS = {
    "subject": "str",
    "split": "str",
    "as_of_date": "datetime64[us]",
    "model": "str",
    "metric": "str",
    "value": "float64",
    "standard_error": "float64",
    "baseline_model": "str",
    "baseline_value": "float64",
    "verdict": "str",
}


def compare_recommendations(
    purchases: pd.DataFrame | pa.Table,
    test_dates: Sequence[date],
    chosen: Chosen,
    *,
    min_customers: int,
    horizon_days: int = 30,
    list_length: int = 10,
    max_customers: int = MAX_CUSTOMERS,
) -> pd.DataFrame:
    """Judge each way to make each list on the splits of the evaluation.

    Without test dates nothing is compared.

    Returns
    -------
    One row per subject (the list), split ('compare' per cut-off, 'compare_mean'),
    model and metric as in `evaluate_recommendations`. The baseline is what the business
    has chosen, so `<metric>_gain` is what another way adds. `seconds` are CPU of all
    its fits and lists, and not the same twice.
    """
    all_splits = split_all(
        purchases,
        test_dates,
        min_customers=min_customers,
        horizon_days=horizon_days,
        max_customers=max_customers,
    )
    tables = [pd.DataFrame(columns=list(COLUMNS)).astype(COLUMNS)]
    for protocol, subject in LISTS.items():
        splits = [split for split in all_splits if len(split.relevant[protocol])]
        if not splits:
            continue
        model = chosen.model(protocol)
        own, seconds = _judge(
            splits, protocol, make_lister(protocol, model, chosen), list_length
        )
        figures = [_figures(model, own, own, seconds, seconds, list_length)]
        for name, lister in _other_ways(protocol, chosen, splits).items():
            judged, other_seconds = _judge(splits, protocol, lister, list_length)
            figures.append(
                _figures(name, judged, own, other_seconds, seconds, list_length)
            )
        table = pd.concat(figures, ignore_index=True)
        table = table.assign(
            subject=subject,
            baseline_model=model,
            verdict=np.where(table["model"] == model, "chosen", "not chosen"),
        )
        tables.append(table[list(COLUMNS)].astype(COLUMNS))
    return pd.concat(tables, ignore_index=True)


def _other_ways(
    protocol: str, chosen: Chosen, splits: Sequence[Split]
) -> Mapping[str, Lister]:
    """Name every way but the chosen one."""
    rules = {name: make_lister(protocol, name, chosen) for name in BASELINES[protocol]}
    if protocol == BUY_AGAIN:
        return rules
    plain = replace(chosen, method=COSINE, knobs=PLAIN_KNOBS)
    methods = {
        COSINE: replace(chosen, method=COSINE, knobs=Knobs()),
        CONTENT: replace(chosen, method=CONTENT),
    }
    if max(len(split.fit_days.item_ids) for split in splits) <= MOST_ITEMS:
        methods[EASE] = replace(chosen, method=EASE, knobs=EASE_KNOBS)
    ways: dict[str, Lister] = {
        **{name: make_lister(protocol, name, way) for name, way in methods.items()},
        "plain_cosine": make_lister(protocol, COSINE, plain),
        "user_cosine": list_by_like_customers,
        "implicit_als": list_by_factors,
        **rules,
        "decayed_popularity": list_decayed_popularity,
        "segment_popularity": list_group_popularity,
        "fitted_by_segment": lambda split, count: list_by_group_fits(
            split, chosen, count
        ),
        "raised_by_segment": lambda split, count: list_raised_by_group(
            split, chosen, count
        ),
    }
    ways.pop(chosen.method, None)
    return ways


def _judge(
    splits: Sequence[Split], protocol: str, lister: Lister, list_length: int
) -> tuple[pd.DataFrame, float]:
    """Judge a way, and count the CPU seconds of its fits and lists."""
    seconds = 0.0

    def timed(split: Split, count: int) -> pd.DataFrame:
        nonlocal seconds
        began = time.process_time()
        lists = lister(split, count)
        seconds += time.process_time() - began
        return lists

    judged = judge_lists(splits, protocol, timed, list_length)
    return judged, seconds


def _figures(
    model: str,
    judged: pd.DataFrame,
    own: pd.DataFrame,
    seconds: float,
    own_seconds: float,
    list_length: int,
) -> pd.DataFrame:
    figures = compare_judged(judged, own, list_length, "compare")
    duration = pd.DataFrame(
        {
            "split": ["compare_mean"],
            "as_of_date": [np.datetime64("NaT")],
            "metric": ["seconds"],
            "value": [seconds],
            "baseline_value": [own_seconds],
        }
    )
    return pd.concat([figures, duration]).assign(model=model)
