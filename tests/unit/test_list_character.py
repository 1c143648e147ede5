"""What lists are like, by hand."""

from datetime import timedelta

import numpy as np
import pandas as pd

from covey.ml.recommendations.list_character import describe_lists
from covey.ml.recommendations.purchase_matrix import read_purchase_days
from covey.ml.recommendations.splits import split_by_time
from unit.purchases_fixture import AS_OF, make_baskets


def test_lists_of_rare_and_of_like_things(monkeypatch) -> None:
    monkeypatch.setattr("covey.ml.recommendations.list_character.BESTSELLERS", 1)
    old = make_baskets({"ann": "ab", "bob": "ab", "cat": "c"}, AS_OF - timedelta(90))
    new = make_baskets({"ann": "d", "bob": "ad", "cat": "d", "dan": "d"}, AS_OF)
    purchases = pd.concat([old, new])
    purchases["purchased_date"] -= pd.Timedelta(days=10)
    days = read_purchase_days(purchases, AS_OF)
    split = split_by_time(days, AS_OF, min_customers=1, horizon_days=30)
    ranked = pd.DataFrame(
        {"customer_id": [*"cccdde"], "item_id": [*"abcada"[:6]], "rank": 1}
    )
    found = describe_lists(ranked.iloc[:5], split)
    # a and b are always bought together, c by somebody else.
    assert found.loc["c", "diversity"] == 1 - (1 + 0 + 0) / 3
    assert found.loc["c", "novelty"] == np.mean([1, 1, 2])
    assert found.loc["c", "bestseller_rate"] == 0
    # d was bought by all four, and most of late.
    assert found.loc["d", "novelty"] == np.mean([1, 0])
    assert found.loc["d", "bestseller_rate"] == 0.5
    assert np.isnan(describe_lists(ranked.iloc[5:], split).loc["e", "diversity"])
