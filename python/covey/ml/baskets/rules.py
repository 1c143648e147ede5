"""Association rules: who puts these things in a basket also puts that one in.

Counts are whole numbers and thresholds fractions, so that a rule that sits exactly at
one is in: as doubles, 8 of 10 can be less than .8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from covey.ml.baskets.significance import (
    Chances,
    Counts,
    chance_of_so_many,
    correct_for_tries,
)
from covey.ml.runs import make_run_id

Items = tuple[str, ...]

ITEM_IDS: Any = pd.ArrowDtype(pa.list_(pa.string()))
PERIODS = ("is_rule", "is_rule_in_first_half", "is_rule_in_second_half")


@dataclass(frozen=True)
class Thresholds:
    """What a rule has to reach, in a half of the days as in all.

    Parameters
    ----------
    support : share of all baskets that hold the whole rule
    confidence : share of the baskets with the antecedent that hold the consequent
    lift : that confidence, in shares of all baskets that hold the consequent
    """

    support: float
    confidence: float
    lift: float

    def __post_init__(self) -> None:
        for name, most in (("support", 1), ("confidence", 1), ("lift", np.inf)):
            value = getattr(self, name)
            if not 0 <= value <= most:
                limit = f" and at most {most}" if name != "lift" else ""
                raise ValueError(
                    f"basket_minimum_{name} is {value!r}: it must be at least 0{limit}"
                )

    def are_reached(
        self, both: Counts, antecedent: Counts, consequent: Counts, total: int
    ) -> npt.NDArray[np.bool_]:
        """Say which rules reach all three, in whole numbers of any size."""
        held, first, second = (
            part.astype(object) for part in (both, antecedent, consequent)
        )
        reached = held > 0
        for share, part, whole in (
            (self.support, held, total),
            (self.confidence, held, first),
            (self.lift, held * total, first * second),
        ):
            ratio = Fraction(str(share))
            reached &= part * ratio.denominator >= whole * ratio.numerator
        return reached.astype(bool)


def make_rules(
    itemsets: pd.DataFrame, baskets: Mapping[str, int], thresholds: Thresholds
) -> pd.DataFrame:
    """Make the rules with one consequent that reach the thresholds.

    A rule is held against chance and against what is simpler: by Fisher's exact test,
    its consequent must be more frequent among the baskets with the antecedent than
    among those with all but one item of it, whichever that is ("productive" rules,
    Webb 2007, Discovering significant patterns). The largest of these chances is the
    rule's. That of a rule of `n` items is corrected for as many tries as there are
    ways to choose one consequent and `n - 1` other items among the frequent ones.

    Parameters
    ----------
    itemsets : item_ids (sorted), basket_count, second_half_basket_count and
        customer_count, of every frequent set and all its parts
    baskets : basket_count and second_half_basket_count of all baskets

    Returns
    -------
    One row per rule that holds in all days or in one half of them: `is_rule`,
    `is_rule_in_first_half`, `is_rule_in_second_half`; antecedent_item_ids,
    consequent_item_id, rule_length, counts, p_value and q_value, on all days.
    """
    sets = [tuple(items) for items in itemsets["item_ids"]]
    place_of = {items: place for place, items in enumerate(sets)}
    parts = [
        (place, place_of[items[:left_out] + items[left_out + 1 :]], left_out)
        for place, items in enumerate(sets)
        if len(items) > 1
        for left_out in range(len(items))
    ]
    whole, antecedent, _ = np.array(parts, dtype=np.int64).reshape(-1, 3).T
    consequent = np.array(
        [place_of[(sets[place][item],)] for place, _, item in parts], dtype=np.int64
    )
    counts = itemsets["basket_count"].to_numpy(np.int64)
    later = itemsets["second_half_basket_count"].to_numpy(np.int64)
    total, later_total = baskets["basket_count"], baskets["second_half_basket_count"]
    holds = {
        period: thresholds.are_reached(
            held[whole], held[antecedent], held[consequent], among
        )
        for period, held, among in zip(
            PERIODS,
            (counts, counts - later, later),
            (total, total - later_total, later_total),
            strict=True,
        )
    }
    is_kept = np.any(list(holds.values()), axis=0)
    whole, antecedent, consequent = (
        places[is_kept] for places in (whole, antecedent, consequent)
    )
    lengths = np.array([len(sets[place]) for place in whole], dtype=np.int64)
    chances = _chances_beside_simpler(
        sets, place_of, counts, total, antecedent, consequent
    )
    item_count = sum(len(items) == 1 for items in sets)
    rates = np.ones(len(chances))
    for length in np.unique(lengths):
        tries = float(item_count * comb(item_count - 1, int(length) - 1))
        is_own = lengths == length
        rates[is_own] = correct_for_tries(chances[is_own], tries)
    return pd.DataFrame(
        {
            "antecedent_item_ids": pd.array(
                [list(sets[place]) for place in antecedent], dtype=ITEM_IDS
            ),
            "consequent_item_id": pd.array(
                [sets[place][0] for place in consequent], dtype="str"
            ),
            "rule_length": lengths,
            "basket_count": counts[whole],
            "antecedent_basket_count": counts[antecedent],
            "consequent_basket_count": counts[consequent],
            "total_basket_count": np.full(len(whole), total, dtype=np.int64),
            "customer_count": itemsets["customer_count"].to_numpy(np.int64)[whole],
            "p_value": chances,
            "q_value": rates,
            **{period: held[is_kept] for period, held in holds.items()},
        }
    )


def _chances_beside_simpler(
    sets: list[Items],
    place_of: Mapping[Items, int],
    counts: Counts,
    total: int,
    antecedents: Counts,
    consequents: Counts,
) -> Chances:
    """Give the largest chance of each rule, beside those with one item less."""
    tests: list[tuple[int, int, int, int]] = []
    starts: list[int] = []
    for antecedent, consequent in zip(antecedents, consequents, strict=True):
        starts.append(len(tests))
        items, then = sets[antecedent], sets[consequent]
        both = counts[place_of[tuple(sorted(items + then))]]
        for left_out in range(len(items)):
            simpler = items[:left_out] + items[left_out + 1 :]
            if simpler:
                among = counts[place_of[simpler]]
                held = counts[place_of[tuple(sorted(simpler + then))]]
            else:
                among, held = total, counts[consequent]
            tests.append((both, counts[antecedent], held, among))
    if not tests:
        return np.empty(0)
    chances = chance_of_so_many(*np.array(tests, dtype=np.int64).T)
    largest: Chances = np.maximum.reduceat(chances, starts)
    return largest


def name_fit(
    itemsets: pd.DataFrame, baskets: Mapping[str, int], thresholds: Thresholds
) -> str:
    """Name the fit by the counts and thresholds that the rules follow from."""
    texts = ["\n".join(items) for items in itemsets["item_ids"]]
    parameters = {**vars(thresholds), **baskets}
    return make_run_id(itemsets.assign(item_ids=texts), parameters)
