"""Which cluster is which segment, on plans where the answer is known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covey.ml.segments.matching import match_segments

NOBODY = pd.DataFrame({"cluster_id": [], "segment_id": []})


def overlaps_of(shared: dict[str, list[int]], distances=None) -> pd.DataFrame:
    """Customers that segments (rows) and clusters (columns) share, in long form."""
    table = pd.DataFrame(shared).T
    rows = table.stack().rename("shared_count").reset_index()
    rows.columns = ["segment_id", "cluster_id", "shared_count"]
    rows["segment_count"] = rows["segment_id"].map(table.sum(axis=1))
    rows["cluster_count"] = rows["cluster_id"].map(table.sum(axis=0))
    return rows.assign(centroid_distance=distances or 0.0)


def previous_of(living, ended=()) -> pd.DataFrame:
    ids = [*living, *ended]
    clusters = [*range(len(living)), *[None] * len(ended)]
    return pd.DataFrame({"segment_id": ids, "cluster_id": clusters})


def match(shared, accepted=NOBODY, ended=(), **options) -> pd.DataFrame:
    clusters = range(len(next(iter(shared.values()))))
    overlaps = overlaps_of(shared, options.pop("distances", None))
    found = match_segments(
        overlaps, clusters, previous_of(shared, ended), accepted, **options
    )
    return found.set_index("segment_id")


def test_a_first_fit_numbers_its_segments_in_the_order_of_the_clusters():
    nothing = pd.DataFrame(columns=list(overlaps_of({"segment_1": [1]})))
    found = match_segments(nothing, [1, 0], previous_of([]), NOBODY)
    assert found["segment_id"].tolist() == ["segment_1", "segment_2"]
    assert found["cluster_id"].tolist() == [0, 1]
    assert found["event"].tolist() == ["new", "new"]
    assert not found["is_ambiguous"].any()


@settings(deadline=None)
@given(st.permutations(range(6)), st.integers(0, 20))
def test_ids_follow_the_customers_whatever_the_clusters_are_called(order, noise):
    sizes = np.array([300, 250, 200, 150, 100, 80])
    shared = np.full((6, 6), 0)
    shared[range(6), order] = sizes - noise
    shared[range(6), np.roll(order, 1)] += noise
    names = [f"segment_{number}" for number in (4, 9, 1, 2, 7, 11)]
    found = match(dict(zip(names, shared.tolist(), strict=True)), ended=["segment_3"])
    assert found["cluster_id"].to_dict() == dict(zip(names, order, strict=True))
    assert (found["event"] == "kept").all() and not found["is_ambiguous"].any()


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.integers(0, 50), min_size=4, max_size=4), min_size=1, max_size=6
    )
)
def test_every_cluster_is_one_segment_and_no_old_number_comes_back(counts):
    names = [f"segment_{2 * n + 1}" for n in range(len(counts))]
    shared = dict(zip(names, counts, strict=True))
    found = match(shared, ended=["segment_40"])
    living = found.dropna(subset=["cluster_id"])
    assert sorted(living["cluster_id"]) == [0, 1, 2, 3]
    assert set(names) <= set(found.index) and found.index.is_unique
    fresh = [name for name in found.index if name not in names]
    assert fresh == [f"segment_{41 + n}" for n in range(len(fresh))]
    assert (found.loc[fresh, "event"].isin(["new", "split"])).all()
    ended = found[found["cluster_id"].isna()]
    assert ended["event"].isin(["merged", "retired"]).all()
    assert found.equals(match(dict(reversed(shared.items())), ended=["segment_40"]))


def test_a_segment_that_splits_stays_with_the_larger_part():
    found = match({"segment_1": [100, 0, 0], "segment_2": [0, 70, 30]})
    assert found.loc["segment_2", "cluster_id"] == 1
    assert found.loc["segment_3", ["event", "previous_segment_ids"]].tolist() == [
        "split",
        "segment_2",
    ]
    assert found.loc["segment_2", "match_margin"] == pytest.approx(0.4)


def test_two_that_merge_are_the_larger_one_and_the_other_says_where_it_went():
    found = match({"segment_1": [60, 0], "segment_2": [35, 0], "segment_3": [0, 50]})
    ended = found.loc["segment_2"]
    assert (ended["event"], ended["next_segment_id"]) == ("merged", "segment_1")
    assert pd.isna(ended["cluster_id"])
    assert found.loc["segment_1", "previous_segment_ids"] == "segment_1, segment_2"
    assert not found["is_ambiguous"].any()


def test_a_segment_whose_customers_scatter_is_retired():
    found = match(
        {"segment_1": [90, 0, 0], "segment_2": [10, 10, 10], "segment_3": [0, 90, 90]},
        least_share=0.3,
    )
    assert found.loc["segment_2", "event"] == "retired"


def test_halves_are_ambiguous_and_the_question_names_both():
    found = match({"segment_1": [52, 48]})
    assert found.loc["segment_1", "is_ambiguous"]
    assert found.loc["segment_1", "question"] == (
        "segment_1 could be cluster 0 (52% in both) or cluster 1 (48%)"
    )
    merged = match({"segment_1": [51, 0], "segment_2": [49, 0], "segment_3": [0, 9]})
    assert merged.loc["segment_1", "question"] == (
        "cluster 0 could be segment_1 (51% in both) or segment_2 (49%)"
    )
    assert not match({"segment_1": [56, 44]})["is_ambiguous"].any()


def test_a_persons_word_settles_it():
    halves = {"segment_1": [52, 48, 0], "segment_2": [0, 0, 80]}
    assert match(halves)["is_ambiguous"].any()
    smaller = pd.DataFrame({"cluster_id": [1], "segment_id": ["segment_1"]})
    found = match(halves, smaller)
    assert not found["is_ambiguous"].any()
    assert found["cluster_id"].to_dict() == {
        "segment_1": 1,
        "segment_2": 2,
        "segment_3": 0,
    }
    neither = pd.DataFrame({"cluster_id": [0, 1], "segment_id": ["new", "new"]})
    found = match(halves, neither)
    assert not found["is_ambiguous"].any()
    assert found.loc["segment_1", ["event", "next_segment_id"]].tolist() == [
        "merged",
        "segment_3",
    ]
    assert found.loc[["segment_3", "segment_4"], "event"].tolist() == ["split", "split"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([(7, "segment_1")], "no cluster 7, only 0, 1"),
        ([(0, "segment_8")], "no segment 'segment_8' lives: segment_1, segment_2, new"),
        ([(0, "segment_1"), (1, "segment_1")], "twice"),
    ],
)
def test_a_decision_about_what_is_not_there_says_so(rows, words):
    accepted = pd.DataFrame(rows, columns=["cluster_id", "segment_id"])
    with pytest.raises(ValueError, match=words):
        match({"segment_1": [9, 1], "segment_2": [1, 9]}, accepted)


def test_equal_shares_go_to_the_nearer_centroid():
    shared = {"segment_1": [10, 10], "segment_2": [10, 10]}
    found = match(shared, distances=[2.0, 1.0, 1.0, 2.0])
    assert found["cluster_id"].to_dict() == {"segment_1": 1, "segment_2": 0}
    assert found["is_ambiguous"].all()
