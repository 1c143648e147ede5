"""The figures of a ranked list, by hand and beside scikit-learn's."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import ndcg_score

from covey.ml.recommendations.ranking_metrics import coverage, rank_lists, rank_metrics


def make_list(items: str, customer_id: str = "ann") -> pd.DataFrame:
    scores = range(len(items), 0, -1)
    return pd.DataFrame(
        {"customer_id": customer_id, "item_id": list(items), "score": list(scores)}
    )


def judge(lists: pd.DataFrame, relevant: pd.DataFrame, length: int) -> pd.DataFrame:
    return rank_metrics(rank_lists(lists, length), relevant, length)


def make_relevant(items: str, customer_id: str = "ann") -> pd.DataFrame:
    return pd.DataFrame({"customer_id": customer_id, "item_id": list(items)})


def test_figures_by_hand() -> None:
    figures = judge(make_list("abcde"), make_relevant("bdx"), 4).loc["ann"]
    best = 1 + 1 / np.log2(3) + 1 / np.log2(4)
    assert figures["ndcg"] == pytest.approx((1 / np.log2(3) + 1 / np.log2(5)) / best)
    assert figures["recall"] == pytest.approx(2 / 3)
    assert figures["precision"] == pytest.approx(2 / 4)
    assert figures["hit_rate"] == 1


def test_the_best_list_scores_one_even_when_more_is_wanted_than_fits() -> None:
    figures = judge(make_list("abc"), make_relevant("abcdef"), 3).loc["ann"]
    assert figures["ndcg"] == pytest.approx(1)
    assert figures["recall"] == pytest.approx(0.5)


def test_a_customer_without_a_list_scores_zero_and_others_are_not_judged() -> None:
    figures = judge(make_list("ab", "bob"), make_relevant("a", "ann"), 2)
    assert list(figures.index) == ["ann"]
    assert (figures.to_numpy() == 0).all()


def test_equal_scores_go_to_the_smaller_id_whatever_the_row_order() -> None:
    tied = make_list("cab").assign(score=1.0)
    for rows in (tied, tied[::-1]):
        assert judge(rows, make_relevant("a"), 1).loc["ann", "hit_rate"] == 1


def test_wanted_twice_counts_once() -> None:
    once, twice = make_relevant("ax"), make_relevant("aaxx")
    lists = make_list("ab")
    pd.testing.assert_frame_equal(judge(lists, once, 2), judge(lists, twice, 2))


def test_nothing_wanted_gives_no_rows() -> None:
    assert judge(make_list("ab"), make_relevant(""), 10).empty


def test_an_item_twice_in_a_list_is_named() -> None:
    with pytest.raises(ValueError, match="'a' is twice in the list of customer 'ann'"):
        rank_lists(make_list("aba"))


def test_a_list_of_no_length_is_refused() -> None:
    with pytest.raises(ValueError, match="list_length is 0"):
        rank_lists(make_list("a"), 0)


def test_ndcg_equals_scikit_learn() -> None:
    rng = np.random.default_rng(5)
    customers, items, length = 30, 40, 10
    scores = rng.permuted(np.tile(np.arange(items), (customers, 1)), axis=1)
    wanted = rng.random((customers, items)) < rng.uniform(0.02, 0.5, (customers, 1))
    wanted[:, 0] = True
    names = pd.MultiIndex.from_product(
        [[f"c{i:02}" for i in range(customers)], [f"i{i:02}" for i in range(items)]],
        names=["customer_id", "item_id"],
    )
    lists = pd.Series(scores.ravel(), index=names, name="score").reset_index()
    relevant = names[wanted.ravel()].to_frame(index=False)
    expected = [
        ndcg_score(wanted[[row]], scores[[row]], k=length) for row in range(customers)
    ]
    ours = judge(lists, relevant, length)["ndcg"]
    np.testing.assert_allclose(ours, expected, rtol=1e-12)


def test_coverage_counts_items_that_reach_a_list() -> None:
    lists = pd.concat([make_list("abc", "ann"), make_list("bax", "bob")])
    assert coverage(rank_lists(lists, 2), 8) == pytest.approx(2 / 8)
    assert np.isnan(coverage(rank_lists(lists[:0]), 0))


def test_average_precision_by_hand() -> None:
    found = judge(make_list("abcd"), make_relevant("bd"), 4)
    assert found.loc["ann", "map"] == (1 / 2 + 2 / 4) / 2
