"""Which cluster of a new fit is which segment of the one before.

Both models label the same customers, those of the fit date, and how many of them two
groups share says which belong together. A segment keeps its id as long as one cluster
goes on with it; a number that was used once is never used again.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import linear_sum_assignment

Floats = npt.NDArray[np.float64]

MATCH_COLUMNS = {
    "segment_id": "str",
    "cluster_id": "Int64",
    "event": "str",
    "previous_segment_ids": "str",
    "next_segment_id": "str",
    "matched_share": "float64",
    "match_margin": "float64",
    "is_ambiguous": "bool",
    "question": "str",
}
NEW = "new"
_COUNTS = ("shared_count", "segment_count", "cluster_count", "centroid_distance")
# Equal shares go to the nearer centroid, and distance outweighs no single customer.
_DISTANCE_WEIGHT = 1e-9
# A segment split off one, or ended in one, with which it shares most of its customers.
_MOST = 0.5


def match_segments(
    overlaps: pd.DataFrame,
    cluster_ids: Sequence[int],
    previous: pd.DataFrame,
    accepted: pd.DataFrame,
    *,
    least_share: float = 0.25,
    least_margin: float = 0.1,
) -> pd.DataFrame:
    """Give the clusters of a fit the durable ids of the segments that they continue.

    The share of a segment and a cluster is the number of customers that are in both
    over the number in either (Jaccard). The pairs with the highest total are taken
    (Hungarian method); a pair below `least_share` is none. The margin of a pair is its
    share less the highest share that either of the two has with anybody else.

    Parameters
    ----------
    overlaps : segment_id, cluster_id, shared_count, segment_count, cluster_count and
        centroid_distance, for every living segment and every cluster
    cluster_ids : the clusters of the new fit
    previous : segment_id of every segment that ever was, and cluster_id, which those
        that ended have not
    accepted : cluster_id and segment_id (or `new`): what a person has decided
    least_share : what a segment and the cluster that continues it must share
    least_margin : a match with less is ambiguous, unless a person has decided it

    Returns
    -------
    One row per segment that lives or ended now. `event` is `kept` (the cluster goes on
    with it), `split` (a new id, most of its customers were in one segment), `new`,
    `merged` (it ended, most of its customers are in `next_segment_id`) or `retired`.
    `question` says of an ambiguous match what else it could be.

    Raises
    ------
    ValueError : an accepted match names a cluster or segment that is not there, or one
        twice

    Examples
    --------
    >>> overlaps = pd.DataFrame({
    ...     "segment_id": ["segment_7"], "cluster_id": [0], "shared_count": [9],
    ...     "segment_count": [10], "cluster_count": [9], "centroid_distance": [0.1]})
    >>> previous = pd.DataFrame({"segment_id": ["segment_7"], "cluster_id": [2]})
    >>> nothing = pd.DataFrame({"cluster_id": [], "segment_id": []})
    >>> match_segments(overlaps, [0], previous, nothing)["event"].tolist()
    ['kept']
    """
    clusters = sorted(int(cluster_id) for cluster_id in cluster_ids)
    living = sorted(
        previous.loc[previous["cluster_id"].notna(), "segment_id"], key=_number
    )
    decided = _read_accepted(accepted, clusters, living)
    table = _Overlaps(overlaps, living, clusters)
    pairs = table.pair(decided, least_share)
    fresh = 1 + max((_number(name) for name in previous["segment_id"]), default=0)
    missing = [cluster for cluster in clusters if cluster not in pairs]
    names = {cluster: f"segment_{fresh + n}" for n, cluster in enumerate(missing)}
    names |= pairs
    rows = [
        *table.continued(pairs, decided, least_margin),
        *table.begun(missing, names),
        *table.ended(pairs, names),
    ]
    found = pd.DataFrame(rows, columns=list(MATCH_COLUMNS))
    found["is_ambiguous"] = found["question"].notna()
    return (
        found.astype(MATCH_COLUMNS)
        .sort_values("segment_id", key=lambda ids: ids.map(_number))
        .reset_index(drop=True)
    )


class _Overlaps:
    """What segments and clusters share, as matrices of segments by clusters."""

    def __init__(
        self, overlaps: pd.DataFrame, living: Sequence[str], clusters: Sequence[int]
    ) -> None:
        self.living, self.clusters = list(living), list(clusters)
        shared, segment, cluster, self.distance = (
            self._matrix(overlaps, column) for column in _COUNTS
        )
        self.of_segment = shared / np.maximum(segment, 1)
        self.of_cluster = shared / np.maximum(cluster, 1)
        self.share = shared / np.maximum(segment + cluster - shared, 1)

    def _matrix(self, overlaps: pd.DataFrame, column: str) -> Floats:
        wide = overlaps.pivot(index="segment_id", columns="cluster_id", values=column)
        wide = wide.reindex(index=self.living, columns=self.clusters)
        return wide.fillna(0).to_numpy(dtype="float64")

    def pair(self, decided: dict[int, str], least_share: float) -> dict[int, str]:
        """Give each cluster that continues a segment the segment's id."""
        rows = [n for n, name in enumerate(self.living) if name not in decided.values()]
        columns = [n for n, name in enumerate(self.clusters) if name not in decided]
        nearness = self.distance / (1 + self.distance.max(initial=0))
        value = self.share - _DISTANCE_WEIGHT * nearness
        place = linear_sum_assignment(value[np.ix_(rows, columns)], maximize=True)
        pairs = {cluster: name for cluster, name in decided.items() if name != NEW}
        for row, column in zip(*place, strict=True):
            if self.share[rows[row], columns[column]] >= least_share:
                pairs[self.clusters[columns[column]]] = self.living[rows[row]]
        return pairs

    def continued(
        self,
        pairs: dict[int, str],
        decided: dict[int, str],
        least_margin: float,
    ) -> Iterator[dict[str, object]]:
        """Say of each segment that goes on how sure that is."""
        settled = {name for name in decided.values() if name != NEW}
        for cluster, segment in pairs.items():
            row, column = self.living.index(segment), self.clusters.index(cluster)
            share = self.share[row, column]
            opening = f"{segment} could be cluster {cluster}"
            others = [
                (self.share[row, n], opening, f"cluster {other}")
                for n, other in enumerate(self.clusters)
                if other != cluster and other not in decided
            ] + [
                (self.share[n, column], f"cluster {cluster} could be {segment}", other)
                for n, other in enumerate(self.living)
                if other != segment and other not in settled
            ]
            rival, opening, name = max(others, default=(0.0, "", ""))
            margin = share - rival
            is_ambiguous = cluster not in decided and margin < least_margin
            question = f"{opening} ({share:.0%} in both) or {name} ({rival:.0%})"
            sources = [segment, *self._absorbed(column, pairs)]
            yield {
                "segment_id": segment,
                "cluster_id": cluster,
                "event": "kept",
                "previous_segment_ids": ", ".join(sorted(sources, key=_number)),
                "matched_share": share,
                "match_margin": margin,
                "question": question if is_ambiguous else None,
            }

    def begun(
        self, missing: Sequence[int], names: dict[int, str]
    ) -> Iterator[dict[str, object]]:
        """Say of each segment that is new where most of its customers come from."""
        for cluster in missing:
            column = self.clusters.index(cluster)
            parts = self.of_cluster[:, column]
            source = int(parts.argmax()) if len(parts) and parts.max() > _MOST else None
            origin = (
                {}
                if source is None
                else {
                    "previous_segment_ids": self.living[source],
                    "matched_share": self.share[source, column],
                }
            )
            yield {
                "segment_id": names[cluster],
                "cluster_id": cluster,
                "event": "split" if origin else NEW,
                **origin,
            }

    def ended(
        self, pairs: dict[int, str], names: dict[int, str]
    ) -> Iterator[dict[str, object]]:
        """Say of each segment that is no more where most of its customers went."""
        for row, segment in enumerate(self.living):
            if segment in pairs.values():
                continue
            parts = self.of_segment[row]
            goal = int(parts.argmax()) if len(parts) and parts.max() > _MOST else None
            heir = (
                {}
                if goal is None
                else {
                    "next_segment_id": names[self.clusters[goal]],
                    "matched_share": self.share[row, goal],
                }
            )
            yield {
                "segment_id": segment,
                "event": "merged" if heir else "retired",
                "previous_segment_ids": segment,
                **heir,
            }

    def _absorbed(self, column: int, pairs: dict[int, str]) -> list[str]:
        """Name the segments that ended with most of their customers in a cluster."""
        return [
            segment
            for row, segment in enumerate(self.living)
            if segment not in pairs.values()
            and self.of_segment[row].argmax() == column
            and self.of_segment[row, column] > _MOST
        ]


def _read_accepted(
    accepted: pd.DataFrame, clusters: Sequence[int], living: Sequence[str]
) -> dict[int, str]:
    """Check what a person has decided against what there is."""
    decided: dict[int, str] = {}
    for cluster, segment in zip(
        accepted["cluster_id"], accepted["segment_id"], strict=True
    ):
        if int(cluster) not in clusters:
            problem = f"there is no cluster {cluster}, only {_listed(clusters)}"
        elif segment not in (NEW, *living):
            problem = f"no segment {segment!r} lives: {_listed([*living, NEW])}"
        elif int(cluster) in decided or segment in set(decided.values()) - {NEW}:
            problem = "it or its segment is matched twice"
        else:
            decided[int(cluster)] = segment
            continue
        raise ValueError(f"seeds/segment_matches.csv, cluster {cluster}: {problem}")
    return decided


def _listed(values: Sequence[object]) -> str:
    return ", ".join(str(value) for value in values)


def _number(segment_id: str) -> int:
    return int(segment_id.rsplit("_", 1)[1])
