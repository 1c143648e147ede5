"""Other ways to make lists: what each of them lists, and how they stand."""

import sys
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from covey.ml.recommendations.challengers import (
    list_by_factors,
    list_by_like_customers,
    list_decayed_popularity,
)
from covey.ml.recommendations.comparison import COLUMNS, compare_recommendations
from covey.ml.recommendations.evaluation import Chosen
from covey.ml.recommendations.groups import group_customers, list_group_popularity
from covey.ml.recommendations.purchase_matrix import read_purchase_days
from covey.ml.recommendations.splits import Split, split_by_time
from unit.purchases_fixture import AS_OF, make_baskets, make_purchases

TERMS = pd.DataFrame(
    {
        "item_id": [f"i{n:02}" for n in range(25)],
        "term": [f"t{n % 5}" for n in range(25)],
        "weight": 1.0,
    }
)


def make_split(*purchases: pd.DataFrame) -> Split:
    days = read_purchase_days(pd.concat(purchases), AS_OF)
    return split_by_time(days, AS_OF, min_customers=1, horizon_days=30)


def items_of(lists: pd.DataFrame, customer_id: str) -> list[str]:
    return lists.loc[lists["customer_id"] == customer_id, "item_id"].tolist()


def test_every_way_is_judged_beside_the_chosen_one() -> None:
    purchases = make_purchases(customers=120)
    chosen = Chosen("ease", terms=TERMS)
    found = compare_recommendations(purchases, [AS_OF], chosen, min_customers=3)
    assert found.dtypes.astype(str).to_dict() == COLUMNS
    key = ["subject", "split", "as_of_date", "model", "metric"]
    assert not found.duplicated(key).any()
    new = found[found["subject"] == "new_for_you"]
    assert set(new["model"]) == {
        *("ease", "item_item_cosine", "content", "plain_cosine", "user_cosine"),
        *("implicit_als", "popularity_30d", "decayed_popularity"),
        *("segment_popularity", "fitted_by_segment", "raised_by_segment"),
    }
    own = new[new["model"] == "ease"].set_index("metric")
    assert (own["verdict"] == "chosen").all()
    assert (own.loc["ndcg_at_10_gain", "value"] == 0).all()
    mean = new[new["split"] == "compare_mean"].pivot_table(
        index="model", columns="metric", values="value"
    )
    ndcg = mean["ndcg_at_10"]
    np.testing.assert_allclose(ndcg - ndcg["ease"], mean["ndcg_at_10_gain"], atol=1e-12)
    assert (mean["seconds"] >= 0).all()
    again = compare_recommendations(purchases, [AS_OF], chosen, min_customers=3)
    is_same_twice = found["metric"] != "seconds"
    pd.testing.assert_frame_equal(found[is_same_twice], again[is_same_twice])
    assert compare_recommendations(purchases, [], chosen, min_customers=3).empty


def test_what_was_bought_is_not_listed_and_the_like_minded_are_asked() -> None:
    others = {f"o{n}": "abc" if n % 2 else "xyz" for n in range(60)}
    baskets = {"ann": "ab", "dan": "xy", **others}
    split = make_split(make_baskets(baskets, AS_OF - timedelta(days=5)))
    for lister in (list_by_like_customers, list_by_factors):
        lists = lister(split, 2)
        assert items_of(lists, "ann")[0] == "c"
        assert items_of(lists, "dan")[0] == "z"


def test_recent_purchases_count_more_in_popularity() -> None:
    old = make_baskets({"bob": "a", "cat": "a", "dan": "a"}, AS_OF - timedelta(days=90))
    new = make_baskets({"ann": "x", "bob": "b", "cat": "b"}, AS_OF - timedelta(days=1))
    assert items_of(list_decayed_popularity(make_split(old, new), 2), "ann") == [
        "b",
        "a",
    ]


def test_groups_are_of_volume_and_have_their_own_bestsellers() -> None:
    day = AS_OF - timedelta(days=1)
    few = make_baskets({f"l{n}": "p" for n in range(6)} | {"l9": "q"}, day)
    many = make_baskets(
        {f"m{n}": "abcdefgr" for n in range(4)} | {"m9": "abcdefgs"}, day
    )
    split = make_split(few, many)
    groups = group_customers(split.days, 2)
    assert len(set(groups[:7])) == len(set(groups[7:])) == 1
    assert groups[0] != groups[-1]
    lists = list_group_popularity(split, 1)
    assert items_of(lists, "l9") == ["p"]
    assert items_of(lists, "m9") == ["r"]


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "implicit.cpu.als", None)
    split = make_split(make_baskets({"ann": "a", "bob": "b"}, AS_OF - timedelta(1)))
    with pytest.raises(ValueError, match="needs the library implicit: pip install"):
        list_by_factors(split, 1)


def test_nothing_is_learned_from_what_our_own_lists_caused() -> None:
    others = {f"o{n}": "abcd" if n < 4 else "abd" for n in range(30)}
    purchases = make_baskets({"ann": "ab", **others}, AS_OF - timedelta(days=5))
    prompted = purchases.assign(is_prompted=purchases["item_id"] == "d")
    for lister in (list_by_like_customers, list_by_factors):
        assert items_of(lister(make_split(purchases), 1), "ann") == ["d"]
        assert items_of(lister(make_split(prompted), 1), "ann") == ["c"]
