"""The split and SAR of the MovieLens reference, on a tiny example."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from benchmarks.recommendation_references import (
    judge,
    list_by_sar,
    list_popular,
    make_split,
    part_by_item,
)


def make_ratings(rows: list[tuple[str, str, int, int]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "item_id", "rating", "day"])
    date = pd.Timestamp("1998-01-01") + pd.to_timedelta(frame.pop("day"), unit="D")
    return frame.assign(
        rated_at=(date - pd.Timestamp(0)).dt.total_seconds(),
        purchased_date=date.astype("datetime64[us]"),
    )


def test_three_quarters_of_each_item_train_whatever_its_size() -> None:
    sizes = {"a": 8, "b": 3, "c": 2, "d": 1}
    rows = [(f"u{n}", item, 3, 0) for item, size in sizes.items() for n in range(size)]
    training, test = part_by_item(make_ratings(rows), seed=42)
    # Half goes to the even number, as numpy rounds.
    assert training["item_id"].value_counts().to_dict() == {
        "a": 6,
        "b": 2,
        "c": 2,
        "d": 1,
    }
    assert sorted({*training.index, *test.index}) == list(range(14))
    draws = np.random.RandomState(42).rand(14)
    own = training.index[training["item_id"] == "a"]
    assert draws[own].max() < draws[test.index[test["item_id"] == "a"]].min()


def test_sar_adds_jaccard_likeness_weighted_by_decayed_ratings() -> None:
    training = make_ratings(
        [
            *(("ann", "a", 4, 30), ("ann", "b", 5, 0)),
            *(("bob", "a", 3, 30), ("bob", "c", 3, 30)),
            *(("cat", "b", 3, 30), ("cat", "c", 3, 30), ("cat", "d", 3, 30)),
        ]
    )
    test = make_ratings([("ann", "d", 5, 40)])
    split = make_split(training, test)
    lists = list_by_sar(training, split).query("customer_id == 'ann'")
    assert lists["item_id"].tolist() == ["c", "d"]
    # c is like a and b by a third each; what b got thirty days earlier counts half.
    assert lists["score"].tolist() == pytest.approx([4 / 3 + 2.5 / 3, 2.5 / 2])
    assert judge(split, partial(list_by_sar, training))["ndcg"] == pytest.approx(
        1 / np.log2(3)
    )
    assert list_popular(split).query("customer_id == 'ann'")["item_id"].tolist() == [
        "c",
        "d",
    ]
