"""What the segments of a fit are called: a segment that goes on keeps its name."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from covey.ml.segments.kmeans import name_clusters

WORDS = ["segment_name", "name_rank", "description", "strategy"]
_SCORES = ["recency_score", "volume_score"]


def name_segments(
    profiles: pd.DataFrame,
    rules: pd.DataFrame,
    matches: pd.DataFrame,
    previous: pd.DataFrame,
    overrides: pd.DataFrame,
    *,
    clear_move: float = 1.0,
) -> pd.DataFrame:
    """Name new segments by rule and leave the names of the others, unless they moved.

    A segment that goes on loses its name only if the rules, asked anew for all
    clusters, give it another one whose typical customer is nearer by at least
    `clear_move` points of the scores. New names come from those that nobody has, by
    rule or from a person; if the best that is left for a new segment is out of order (a
    better name than a segment has that outdoes it, or the other way round), the rules
    name all of them.

    Parameters
    ----------
    profiles : cluster_id, recency_score and volume_score (1 to 5, means of members)
    rules : segment_name, name_rank (1 is best), scores of the typical customer,
        description and strategy
    matches : segment_id, cluster_id and event of `match_segments`
    previous : segment_id, segment_name, name_rank, description and strategy of the
        version before
    overrides : segment_id and segment_name, where people have their own
    clear_move : in points of the scores

    Returns
    -------
    One row per cluster: cluster_id, segment_name, name_rank, description, strategy.
    Where the rules still have a kept name, its words are those of the rules.

    Raises
    ------
    ValueError : there are more clusters to name than free names
    """
    clusters = profiles.merge(
        matches.dropna(subset=["cluster_id"])[["cluster_id", "segment_id", "event"]],
        on="cluster_id",
    )
    earlier = previous.astype({"segment_id": "str"}).set_index("segment_id")[WORDS]
    is_kept = (clusters["event"] == "kept") & clusters["segment_id"].isin(earlier.index)
    kept = clusters[is_kept].merge(earlier, left_on="segment_id", right_index=True)
    kept = kept[~_has_moved(kept, profiles, rules, clear_move)]
    living = set(clusters["segment_id"])
    given = overrides.loc[overrides["segment_id"].isin(living), "segment_name"].dropna()
    free = rules[~rules["segment_name"].isin(given)]
    unnamed = profiles[~profiles["cluster_id"].isin(kept["cluster_id"])]
    fresh = name_clusters(
        unnamed, free[~free["segment_name"].isin(kept["segment_name"])]
    )
    if _is_out_of_order(fresh, kept, profiles):
        kept, fresh = kept.iloc[:0], name_clusters(profiles, free)
    fresh = fresh[["cluster_id", "segment_name"]].merge(rules[WORDS], on="segment_name")
    named = pd.concat([_refresh(kept[["cluster_id", *WORDS]], rules), fresh])
    types = {"cluster_id": "int64", "name_rank": "int64", "segment_name": "str"}
    return named.astype(types).sort_values("cluster_id", ignore_index=True)


def _is_out_of_order(
    fresh: pd.DataFrame, kept: pd.DataFrame, profiles: pd.DataFrame
) -> bool:
    """Whether a new name outranks a kept one that outdoes it, or the reverse."""
    points = profiles.set_index("cluster_id")[_SCORES]
    pairs = fresh[["cluster_id", "name_rank"]].merge(
        kept[["cluster_id", "name_rank"]], how="cross", suffixes=("", "_kept")
    )
    gaps = points.loc[pairs["cluster_id"]].to_numpy() - points.loc[
        pairs["cluster_id_kept"]
    ].to_numpy(dtype="float64")
    is_better = pairs["name_rank"].to_numpy() < pairs["name_rank_kept"].to_numpy()
    outdone = (gaps <= 0).all(axis=1) & is_better
    outdoes = (gaps >= 0).all(axis=1) & ~is_better
    return bool((outdone | outdoes).any())


def _has_moved(
    kept: pd.DataFrame, profiles: pd.DataFrame, rules: pd.DataFrame, clear_move: float
) -> npt.NDArray[np.bool_]:
    """Whether the rules now clearly give a kept segment another name."""
    by_rule = name_clusters(profiles, rules).set_index("cluster_id")["segment_name"]
    typical = rules.set_index("segment_name")[_SCORES]
    now = typical.reindex(by_rule.reindex(kept["cluster_id"])).to_numpy("float64")
    before = typical.reindex(kept["segment_name"]).to_numpy("float64")
    points = kept[_SCORES].to_numpy("float64")
    gain = np.linalg.norm(points - before, axis=1) - np.linalg.norm(
        points - now, axis=1
    )
    # A name that the rules lack has no typical customer, and so no gain: it stays.
    return np.asarray(np.nan_to_num(gain) >= clear_move)


def _refresh(kept: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Take the words of a kept name from the rules, if they still have it."""
    words = rules.set_index("segment_name")[WORDS[1:]]
    current = words.reindex(kept["segment_name"]).reset_index(drop=True)
    old = kept.reset_index(drop=True)
    return old.assign(**{word: current[word].fillna(old[word]) for word in WORDS[1:]})
