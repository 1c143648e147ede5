"""EASE against the regression that defines it."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from covey.ml.recommendations import ease
from covey.ml.recommendations.cosine import Knobs, weigh_purchases
from covey.ml.recommendations.ease import fit_ease
from covey.ml.recommendations.neighbour_methods import fit_method
from unit.purchases_fixture import make_purchases, read

KNOBS = Knobs(half_life_days=90, beta=0.2, l2=2, neighbour_count=1000)


def test_weights_are_those_of_a_ridge_on_all_other_items() -> None:
    days = read(make_purchases())
    found = fit_ease(days, KNOBS)
    weights = weigh_purchases(days, KNOBS).toarray()
    pull = KNOBS.l2 * np.median((weights**2).sum(axis=0))
    for target, item_id in enumerate(days.item_ids):
        others = np.delete(np.arange(len(days.item_ids)), target)
        design = weights[:, others]
        ridge = np.linalg.solve(
            design.T @ design + pull * np.identity(len(others)),
            design.T @ weights[:, target],
        )
        own = found[found["item_id"] == item_id].set_index("neighbour_item_id")
        np.testing.assert_allclose(
            own["similarity"][days.item_ids[others]], ridge, atol=1e-11
        )


def test_the_heaviest_are_kept_and_what_speaks_against_comes_last() -> None:
    days = read(make_purchases())
    whole = fit_ease(days, KNOBS)
    few = fit_ease(days, replace(KNOBS, neighbour_count=8))
    for item_id, own in few.groupby("item_id"):
        weights = whole[whole["item_id"] == item_id]["similarity"]
        heaviest = weights.abs().sort_values(ascending=False).iloc[:8]
        assert sorted(own["similarity"].abs()) == sorted(heaviest)
        assert all(first >= second for first, second in pairwise(own["similarity"]))
        assert own["neighbour_rank"].tolist() == list(range(1, 9))
    assert (few["similarity"] < 0).any()


def test_nothing_known_is_no_neighbours() -> None:
    assert fit_ease(read(make_purchases().iloc[:0]), KNOBS).empty


def test_a_large_catalogue_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ease, "MOST_ITEMS", 3)
    with pytest.raises(ValueError, match="at most 3 items, and 25 have enough buyers"):
        fit_method("ease", read(make_purchases()), KNOBS)


def test_an_unknown_method_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="recommendation_method is 'magic'"):
        fit_method("magic", read(make_purchases()), KNOBS)
