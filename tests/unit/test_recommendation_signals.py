"""What speaks for an item: types of interactions, and a least rating."""

import duckdb
import pytest

from unit.macros import load_macros

INTERACTIONS = (
    "(values ('purchase', null), ('rating', 5), ('rating', 2), ('view', null))"
)


@pytest.mark.parametrize(
    ("signals", "expected"),
    [
        ({"purchase": None}, 1),
        ({"rating": None}, 2),
        ({"rating": 4}, 1),
        ({"purchase": None, "rating": 4}, 2),
        ({"view": 1}, 0),
    ],
)
@pytest.mark.parametrize("alias", ["", "i"])
def test_only_what_the_business_names_speaks_for_an_item(signals, expected, alias):
    condition = load_macros(recommendation_signals=signals).speaks_for_item(alias)
    found = duckdb.sql(
        f"select count(*) from {INTERACTIONS} as i (interaction_type, rating) "
        f"where {condition}"
    )
    assert found.fetchall() == [(expected,)]


@pytest.mark.parametrize(("least", "expected"), [(None, 3), (3, 3), (4, 0)])
def test_ratings_of_one_value_all_speak_or_none_does(least, expected):
    condition = load_macros(recommendation_signals={"rating": least}).speaks_for_item()
    found = duckdb.sql(
        "select count(*) from (values ('rating', 3), ('rating', 3), ('rating', 3)) "
        f"as i (interaction_type, rating) where {condition}"
    )
    assert found.fetchall() == [(expected,)]
