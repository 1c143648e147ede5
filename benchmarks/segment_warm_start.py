"""How to stay near the fit before, and what it costs.

`python -m benchmarks.segment_warm_start` on the last build of the grocer (of December,
for the months of the docs): at each monthly cut-off everybody is clustered anew, from
nothing, from the centres of the month before, or from those with an early stop.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans

from covey.settings import Settings
from covey.warehouse import open_build

FEATURES = ["active_week_count_90d", "spend_amount_90d", "category_count_90d"]
STILL = 0.1  # of a deviation

Fit = Callable[[np.ndarray, np.ndarray, KMeans], np.ndarray]


def from_nothing(_: np.ndarray, before: np.ndarray, best: KMeans) -> np.ndarray:
    """Give the best of ten starts."""
    return best.cluster_centers_


def from_before(
    points: np.ndarray, before: np.ndarray, best: KMeans, tolerance: float
) -> np.ndarray:
    """Go on from the centres before to the end, unless another end is better."""
    warm = KMeans(len(before), init=before, n_init=1).fit(points)
    is_good = warm.inertia_ <= best.inertia_ * (1 + tolerance)
    return (warm if is_good else best).cluster_centers_


def stop_early(
    points: np.ndarray, before: np.ndarray, best: KMeans, tolerance: float
) -> np.ndarray:
    """Take steps from the centres before until the inertia is good enough."""
    centres = before
    for _ in range(100):
        labels = distances(points, centres).argmin(axis=1)
        groups = [points[labels == place] for place in range(len(centres))]
        centres = np.stack([group.mean(axis=0) for group in groups])
        if inertia(points, centres) <= best.inertia_ * (1 + tolerance):
            break
    return centres


def frozen(_: np.ndarray, before: np.ndarray, best: KMeans) -> np.ndarray:
    """Leave the centres where they are."""
    return before


WAYS: dict[str, Fit] = {
    "ten starts": from_nothing,
    **{
        f"from before, within {tolerance:.1%}": partial(
            from_before, tolerance=tolerance
        )
        for tolerance in (0.0, 0.001, 0.01)
    },
    **{
        f"from before, stopped within {tolerance:.1%}": partial(
            stop_early, tolerance=tolerance
        )
        for tolerance in (0.01, 0.03)
    },
    "frozen": frozen,
}


def distances(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Square the way of each point to each centre."""
    return ((points[:, None] - centres) ** 2).sum(axis=2)


def inertia(points: np.ndarray, centres: np.ndarray) -> float:
    """Sum up the squared ways to the nearest centre."""
    return float(distances(points, centres).min(axis=1).sum())


def refit(panel: pd.DataFrame, n_clusters: int, fit: Fit) -> list[tuple[float, ...]]:
    """Give of each month: both models, still customers, those who stayed, inertia."""
    found, before = [], None
    for _, rows in panel.groupby("as_of_date"):
        logs = np.log1p(rows.set_index("customer_id")[FEATURES].clip(lower=0))
        mean, deviation = logs.mean().to_numpy(), logs.std(ddof=0).to_numpy()
        points = ((logs - mean) / deviation).to_numpy()
        best = KMeans(n_clusters, n_init=10, random_state=0).fit(points)
        if before is None:
            centres = best.cluster_centers_
            labels = distances(points, centres).argmin(axis=1)
        else:
            raw, old_mean, old_deviation, old_labels, old_logs = before
            centres = fit(points, (raw - mean) / deviation, best)
            labels = distances(points, centres).argmin(axis=1)
            old_points = ((logs - old_mean) / old_deviation).to_numpy()
            by_old = distances(old_points, (raw - old_mean) / old_deviation)
            shared = np.zeros((n_clusters, n_clusters))
            np.add.at(shared, (by_old.argmin(axis=1), labels), 1)
            places = linear_sum_assignment(shared, maximize=True)
            as_before = pd.Series(np.argsort(places[1])[labels], logs.index)
            both = logs.index.intersection(old_logs.index)
            steps = (logs.loc[both] - old_logs.loc[both]).abs() / deviation
            still = both[steps.max(axis=1) < STILL]
            stayed = (as_before[still] == old_labels[still]).sum()
            agreement = shared[places].sum() / len(labels)
            excess = inertia(points, centres) / best.inertia_ - 1
            found.append((agreement, len(still), stayed, excess))
        of_all = pd.Series(labels, logs.index)
        before = (centres * deviation + mean, mean, deviation, of_all, logs)
    return found


def main() -> None:
    """Print each way for several numbers of segments."""
    with open_build(Settings.load("grocery").build_path) as connection:
        panel = connection.sql("from feat_customers order by all").df()
    print("| k | way | both models | worst month | still, both months | inertia |")
    print("|---|---|---|---|---|---|")
    for n_clusters in (4, 5, 6):
        for name, fit in WAYS.items():
            both, still, stayed, excess = zip(
                *refit(panel, n_clusters, fit), strict=True
            )
            print(
                f"| {n_clusters} | {name} | {np.mean(both):.3f} | {min(both):.3f} "
                f"| {sum(stayed) / sum(still):.3f} of {sum(still):,} "
                f"| +{max(excess):.1%} at worst |"
            )


if __name__ == "__main__":
    main()
