"""What a list caused is no proof that the list is right."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest

from covey.ml.recommendations.cosine import Knobs, fit_neighbours, recommend_candidates
from covey.ml.recommendations.splits import BUY_AGAIN, NEW_ITEMS, split_all
from unit.purchases_fixture import AS_OF, make_baskets, make_purchases, read

BEFORE = AS_OF - timedelta(days=10)


@pytest.fixture
def purchases() -> pd.DataFrame:
    """Tea goes with milk; jam was bought with milk only where a list had shown it."""
    own = make_baskets({"ann": "mt", "bob": "mt", "cid": "m", "dan": "j"}, BEFORE)
    shown = make_baskets({"ann": "j", "bob": "j"}, BEFORE)
    return pd.concat([own.assign(is_prompted=False), shown.assign(is_prompted=True)])


def test_neighbours_are_learned_from_what_was_bought_unprompted(
    purchases: pd.DataFrame,
) -> None:
    days = read(purchases)
    pairs = fit_neighbours(days.unprompted(), Knobs())[["item_id", "neighbour_item_id"]]
    assert sorted(map(tuple, pairs.to_numpy())) == [("m", "t"), ("t", "m")]
    everything = fit_neighbours(days, Knobs())
    assert "j" in set(everything["item_id"])


def test_what_was_prompted_is_not_new_again(purchases: pd.DataFrame) -> None:
    days = read(purchases)
    neighbours = fit_neighbours(days, Knobs())
    listed = recommend_candidates(days, neighbours, Knobs())
    assert set(listed.loc[listed["item_id"] == "j", "customer_id"]) == {"cid"}


def test_an_earlier_purchase_of_ones_own_counts(purchases: pd.DataFrame) -> None:
    earlier = make_baskets({"ann": "j"}, BEFORE - timedelta(days=90))
    days = read(pd.concat([purchases, earlier.assign(is_prompted=False)])).unprompted()
    bought = set(zip(days.customers, days.items, days.age_days, strict=True))
    jam, ann = days.item_ids.get_loc("j"), days.customer_ids.get_loc("ann")
    assert {
        age for customer, item, age in bought if (customer, item) == (ann, jam)
    } == {100}


def test_a_list_is_not_judged_by_what_it_caused(purchases: pd.DataFrame) -> None:
    later = make_baskets({"ann": "j", "cid": "jm"}, AS_OF + timedelta(days=3))
    later["is_prompted"] = [False, True, False]
    told = pd.concat([purchases, later])
    (split,) = split_all(
        told, [AS_OF], min_customers=1, horizon_days=30, max_customers=10
    )
    # Ann bought jam before, when it was shown, so this time it is no new thing.
    assert split.relevant[NEW_ITEMS].empty
    again = split.relevant[BUY_AGAIN].to_numpy()
    assert sorted(map(tuple, again)) == [("ann", "j"), ("cid", "m")]


def test_without_feedback_nothing_changes() -> None:
    purchases = make_purchases()
    days = read(purchases)
    told = read(purchases.assign(is_prompted=False))
    assert told.unprompted() is told
    pd.testing.assert_frame_equal(days.rows(), told.rows())
    pd.testing.assert_frame_equal(
        fit_neighbours(days, Knobs()), fit_neighbours(told.unprompted(), Knobs())
    )
