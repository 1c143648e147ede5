"""Whether a clustering comes back when the customers are drawn again."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from covey.ml.metrics import Floats
from covey.ml.segments.algorithms import Labels, Predict


def measure_stability(
    space: Floats,
    fit: Callable[[Floats, Floats], Predict],
    n_bootstraps: int,
    random_state: int,
) -> pd.DataFrame:
    """Cluster again on customers drawn with replacement, and compare on everybody.

    Parameters
    ----------
    space : a point per customer
    fit : points and how often each was drawn, to a rule that labels any points

    Returns
    -------
    One row per bootstrap: `adjusted_rand` to the labels of everybody, and a column per
    label with its Jaccard overlap with the most similar new cluster.
    """
    generator = np.random.default_rng(random_state)
    size = len(space)
    names, labels = np.unique(fit(space, np.ones(size))(space), return_inverse=True)
    rows = []
    for _ in range(n_bootstraps):
        counts = np.bincount(generator.integers(0, size, size), minlength=size)
        is_drawn = counts > 0
        again = fit(space[is_drawn], counts[is_drawn].astype("float64"))(space)
        shared = count_shared(labels, np.unique(again, return_inverse=True)[1])
        unions = shared.sum(axis=1, keepdims=True) + shared.sum(axis=0) - shared
        overlaps = (shared / unions).max(axis=1)
        rows.append([adjusted_rand(shared), *overlaps])
    return pd.DataFrame(rows, columns=["adjusted_rand", *names.tolist()])


def summarise_stability(drawn: pd.DataFrame) -> list[dict[str, float | str]]:
    """Give the mean adjusted Rand index, and the overlap of the worst cluster."""
    worst = drawn[drawn.drop(columns="adjusted_rand").mean().idxmin()]
    metrics = {"adjusted_rand": drawn["adjusted_rand"], "min_jaccard": worst}
    return [
        {
            "metric": metric,
            "value": values.mean(),
            "standard_error": values.std() / np.sqrt(len(values)),
        }
        for metric, values in metrics.items()
    ]


def count_shared(labels: Labels, others: Labels) -> npt.NDArray[np.int64]:
    """Count customers by both labels, each from 0 without a gap."""
    width = int(others.max()) + 1
    height = int(labels.max()) + 1
    counts = np.bincount(labels * width + others, minlength=height * width)
    return np.asarray(counts.reshape(height, width), dtype=np.int64)


def adjusted_rand(shared: npt.NDArray[np.int64]) -> float:
    """Agreement on pairs of customers, 0 by chance and 1 for the same groups.

    Hubert and Arabie (1985), from the counts of `count_shared`.
    """

    def pairs(counts: npt.NDArray[np.int64]) -> float:
        return float((counts * (counts - 1) / 2).sum())

    of_rows, of_columns = pairs(shared.sum(axis=1)), pairs(shared.sum(axis=0))
    by_chance = of_rows * of_columns / max(pairs(shared.sum(keepdims=True)), 1.0)
    most = (of_rows + of_columns) / 2
    return (
        1.0 if most == by_chance else (pairs(shared) - by_chance) / (most - by_chance)
    )
