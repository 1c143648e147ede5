"""How good the lists are on MovieLens 100K, beside figures that others have published.

    python -m benchmarks.recommendation_references [share held out to choose, .1]

The ratings come out of a pinned wheel, as a demo's data does. In the file's order each
row draws a random number; of each film's rows, in the order of these, the first three
quarters are for training. Every rating in the test counts, whatever its value; films in
the training rows are left out of a list. The knobs of each method are chosen on a share
of the training rows, cut out the same way, and never on the test. SAR is the
proof of the split: a public notebook reports the same three figures.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from scipy import sparse

from covey.landing.fetch import fetch_demo, load_demo
from covey.ml.recommendations.challengers import list_by_factors, list_scored
from covey.ml.recommendations.comparison import PLAIN_KNOBS
from covey.ml.recommendations.cosine import Knobs, fit_neighbours, recommend_candidates
from covey.ml.recommendations.ease import fit_ease
from covey.ml.recommendations.purchase_matrix import read_purchase_days
from covey.ml.recommendations.ranking_metrics import coverage, rank_lists, rank_metrics
from covey.ml.recommendations.splits import Split
from covey.settings import Settings

LIST_LENGTH = 10
SAR_HALF_LIFE_DAYS = 30
REFERENCES = {
    "SAR": "NDCG .3938 precision .3406 recall .1854",
    "popularity": "NDCG .252",
    "cosine, all neighbours": "NDCG .411",
    "cosine, 100 neighbours": "NDCG .432",
    "item-item cosine, tuned": "NDCG .455",
    "EASE": "NDCG .483",
    "EASE, positive, 200 kept": "NDCG .460",
    "implicit ALS": "NDCG .486",
}
Lists = Callable[[Split], pd.DataFrame]


def read_ratings(path: Path) -> pd.DataFrame:
    """Read customer_id, item_id, purchased_date, rating and rated_at, in file order."""
    rows = pd.read_csv(path, sep="\t", dtype={0: "str", 1: "str"})
    rows.columns = pd.Index(["customer_id", "item_id", "rating", "rated_at"])
    date = pd.to_datetime(rows["rated_at"], unit="s").dt.floor("D")
    return rows.assign(purchased_date=date.astype("datetime64[us]"))


def part_by_item(
    rows: pd.DataFrame, seed: int, share: float = 0.75
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cut each item's rows, in the order of a random number each, at `share`."""
    # The published figures rest on this generator, which numpy keeps for such uses.
    draws = np.random.RandomState(seed).rand(len(rows))
    shuffled = rows.assign(draw=draws).sort_values(["item_id", "draw"], kind="stable")
    place = shuffled.groupby("item_id").cumcount()
    size = shuffled.groupby("item_id")["item_id"].transform("size")
    is_training = place < (share * size).round()
    return (
        shuffled[is_training].drop(columns="draw").sort_index(),
        shuffled[~is_training].drop(columns="draw").sort_index(),
    )


def make_split(training: pd.DataFrame, test: pd.DataFrame) -> Split:
    """Put both parts in the form that lists are made of and judged by."""
    until = training["purchased_date"].max() + pd.Timedelta(days=1)
    days = read_purchase_days(training, until.date())
    everybody = np.arange(len(days.customer_ids))
    wanted = test[test["customer_id"].isin(days.customer_ids)]
    relevant = {"all": wanted[["customer_id", "item_id"]]}
    return Split(until, days, days, everybody, relevant)


def judge(split: Split, lists: Lists) -> dict[str, float]:
    """Give the means over customers of what the public notebook reports."""
    ranked = rank_lists(lists(split), LIST_LENGTH)
    figures = rank_metrics(ranked, split.relevant["all"], LIST_LENGTH).mean()
    covered = coverage(ranked, len(split.days.item_ids))
    return {**figures.to_dict(), "coverage": covered}


def list_by_sar(training: pd.DataFrame, split: Split) -> pd.DataFrame:
    """List by Simple Algorithm for Recommendation: affinity by Jaccard likeness.

    affinity = rating * 0.5 ^ (age / 30 days), an age from the last training rating
    """
    days = split.days
    users = days.customer_ids.get_indexer(training["customer_id"])
    items = days.item_ids.get_indexer(training["item_id"])
    age_days = (training["rated_at"].max() - training["rated_at"]) / 86_400
    affinity = training["rating"] * 0.5 ** (age_days / SAR_HALF_LIFE_DAYS)
    shape = (len(days.customer_ids), len(days.item_ids))
    rated = sparse.csr_matrix((np.ones(len(users)), (users, items)), shape=shape)
    both = (rated.T @ rated).toarray()
    counts = np.diag(both)
    likeness = both / (counts[:, None] + counts[None, :] - both)
    profiles = sparse.csr_matrix((affinity, (users, items)), shape=shape)
    return list_scored(split, lambda chunk: profiles[chunk] @ likeness, LIST_LENGTH)


def list_popular(split: Split) -> pd.DataFrame:
    """List what most rated."""
    counts = split.days.matrix(np.ones(split.days.is_last.sum())).sum(axis=0).A1
    return list_scored(
        split, lambda chunk: np.tile(counts, (len(chunk), 1)), LIST_LENGTH
    )


def list_by_cosine(knobs: Knobs, split: Split) -> pd.DataFrame:
    """List by item-item cosine."""
    neighbours = fit_neighbours(split.days, knobs)
    return recommend_candidates(split.days, neighbours, knobs, LIST_LENGTH)


def list_by_ease(
    knobs: Knobs, split: Split, positive_only: bool = False
) -> pd.DataFrame:
    """List by EASE, whole or by the positive part of what is kept."""
    neighbours = fit_ease(split.days, replace(knobs, neighbour_count=10_000))
    if positive_only:
        is_kept = neighbours["similarity"] > 0
        is_kept &= neighbours["neighbour_rank"] <= knobs.neighbour_count
        neighbours = neighbours[is_kept]
    return recommend_candidates(split.days, neighbours, knobs, LIST_LENGTH)


def choose(
    split: Split, candidates: Iterable[Any], make: Callable[[Any], Lists]
) -> Any:
    """Choose what has the highest NDCG on the validation part."""
    return max(candidates, key=lambda one: judge(split, make(one))["ndcg"])


def grid(base: Knobs, **values: Sequence[float]) -> list[Knobs]:
    """Turn some knobs in every combination."""
    chosen: list[dict[str, Any]] = [
        dict(zip(values, combination, strict=True))
        for combination in product(*values.values())
    ]
    return [replace(base, **one) for one in chosen]


def tuned_ways(validation: Split) -> dict[str, tuple[Lists, str]]:
    """Choose the knobs of each method on validation rows."""
    cosines = grid(
        replace(PLAIN_KNOBS, neighbour_count=100),
        neighbour_count=(100, 200, 400),
        alpha=(0.5, 0.6, 0.7),
        beta=(0.25, 0.5, 0.75),
        shrink=(0, 0.5),
    )
    cosine = choose(validation, cosines, lambda one: partial(list_by_cosine, one))
    eases = grid(
        replace(PLAIN_KNOBS, neighbour_count=200),
        l2=(10, 20, 40, 80),
        beta=(0, 0.25, 0.5),
    )
    ease = choose(validation, eases, lambda one: partial(list_by_ease, one))
    cut = choose(
        validation, eases, lambda one: partial(list_by_ease, one, positive_only=True)
    )
    settings = [
        {"factors": factors, "regularisation": regularisation, "alpha": alpha}
        for factors, regularisation, alpha in product(
            (32, 48, 64), (10.0, 30.0, 60.0, 100.0), (3.0, 10.0)
        )
    ]

    def by_factors(one: dict[str, Any]) -> Lists:
        return lambda split: list_by_factors(split, LIST_LENGTH, **one)

    factors = choose(validation, settings, by_factors)
    return {
        "item-item cosine, tuned": (partial(list_by_cosine, cosine), _say(cosine)),
        "EASE": (partial(list_by_ease, ease), _say(ease)),
        "EASE, positive, 200 kept": (
            partial(list_by_ease, cut, positive_only=True),
            _say(cut),
        ),
        "implicit ALS": (by_factors(factors), str(factors)),
    }


def _say(knobs: Knobs) -> str:
    names = ("alpha", "beta", "shrink", "l2", "neighbour_count")
    told = {name: getattr(knobs, name) for name in names}
    return ", ".join(f"{name} {value:g}" for name, value in told.items()) + (
        f", profile {knobs.profile_half_life_days:g} d"
    )


def main() -> None:
    """Print the table."""
    folder = fetch_demo(Settings.load(), load_demo("media"))
    rows = read_ratings(folder / "ratings.tsv")
    training, test = part_by_item(rows, seed=42)
    split = make_split(training, test)
    held_out = float(sys.argv[1]) if len(sys.argv) > 1 else 0.1
    validation = make_split(*part_by_item(training, seed=43, share=1 - held_out))
    every = replace(PLAIN_KNOBS, neighbour_count=len(split.days.item_ids))
    ways: dict[str, tuple[Lists, str]] = {
        "SAR": (partial(list_by_sar, training), ""),
        "popularity": (list_popular, ""),
        "cosine, all neighbours": (partial(list_by_cosine, every), ""),
        "cosine, 100 neighbours": (
            partial(list_by_cosine, replace(every, neighbour_count=100)),
            "",
        ),
        **tuned_ways(validation),
    }
    columns = ("ndcg", "precision", "recall", "map", "coverage")
    table = Table(
        "way", *columns, "reference", title=f"{len(training):,} / {len(test):,}"
    )
    console = Console()
    for name, (lists, knobs) in ways.items():
        figures = judge(split, lists)
        table.add_row(
            name, *(f"{figures[one]:.4f}" for one in columns), REFERENCES[name]
        )
        if knobs:
            console.print(f"{name}: {knobs}")
    console.print(table)


if __name__ == "__main__":
    main()
