"""The candidates of customers in SQL alone equal those of the library."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from covey.ml.recommendations.cosine import Knobs, recommend_candidates
from covey.ml.recommendations.neighbour_methods import COSINE, EASE, fit_method
from covey.ml.recommendations.reasons import explain_recommendations, find_common
from covey.ml.recommendations.visitor_query import candidates_sql
from unit.purchases_fixture import AS_OF, make_purchases, read

CUSTOMERS = 1_000
HISTORY = """
create table history as
select
    customer_id,
    item_id,
    pow(0.5, date_diff('day', max(purchased_date), $as_of_date) / $half_life) as weight
from purchases
where purchased_date < $as_of_date
group by customer_id, item_id
"""


@pytest.mark.parametrize("method", [COSINE, EASE])
def test_a_thousand_customers_get_the_same_from_sql(method: str) -> None:
    knobs = Knobs(neighbour_count=40, l2=0.5)
    purchases = make_purchases(seed=11, customers=CUSTOMERS, items=60)
    days = read(purchases)
    neighbours = fit_method(method, days.bought_by(5), knobs)
    sources = neighbours["neighbour_item_id"]
    neighbours["neighbour_common"] = find_common(days, sources, knobs)
    ours = recommend_candidates(days, neighbours, knobs)
    ours = explain_recommendations(days, neighbours, ours, knobs)
    with duckdb.connect() as connection:
        connection.register("purchases", purchases)
        connection.register("neighbours", neighbours)
        values = {"as_of_date": AS_OF, "half_life": knobs.profile_half_life_days}
        connection.execute(HISTORY, values)
        theirs = connection.execute(candidates_sql("history", "neighbours")).df()
    assert ours["customer_id"].nunique() > 0.99 * CUSTOMERS
    assert len(ours) > 10 * CUSTOMERS
    assert (neighbours["similarity"] < 0).any() == (method == EASE)
    pd.testing.assert_frame_equal(ours, theirs, rtol=0, atol=1e-9)
