"""Association rules: against brute force, against mlxtend, and at their thresholds."""

from __future__ import annotations

import sys
from fractions import Fraction
from itertools import combinations

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from covey.ml.baskets.mining import (
    ALGORITHMS,
    MissingLibraryError,
    add_longer_itemsets,
    find_itemsets,
)
from covey.ml.baskets.rules import Thresholds, make_rules
from covey.ml.baskets.significance import chance_of_so_many, correct_for_tries
from unit.macros import PROJECT_DIR, render

Baskets = list[frozenset[str]]
SHOPS = st.lists(
    st.frozensets(st.sampled_from("abcdef"), min_size=1), min_size=1, max_size=40
)
ANYTHING = Thresholds(support=0, confidence=0, lift=0)


def count_by_force(baskets: Baskets, longest: int, least: int = 1) -> pd.DataFrame:
    """Count every set in every basket; every other basket is of the second half."""
    items = sorted(set().union(*baskets))
    rows = []
    for size in range(1, longest + 1):
        for chosen in combinations(items, size):
            held = [n for n, basket in enumerate(baskets) if set(chosen) <= basket]
            if len(held) >= least:
                later = sum(number % 2 for number in held)
                rows.append(
                    (list(chosen), len(held), later, len({n // 3 for n in held}))
                )
    names = ["item_ids", "basket_count", "second_half_basket_count", "customer_count"]
    return pd.DataFrame(rows, columns=names)


def as_rows(baskets: Baskets) -> pd.DataFrame:
    rows = [
        (number, item, number // 3, bool(number % 2))
        for number, basket in enumerate(baskets)
        for item in basket
    ]
    names = ["basket_code", "item_id", "customer_code", "is_second_half"]
    return pd.DataFrame(rows, columns=names)


def totals(baskets: Baskets) -> dict[str, int]:
    count = len(baskets)
    return {"basket_count": count, "second_half_basket_count": count // 2}


@settings(max_examples=40, deadline=None)
@given(SHOPS, st.sampled_from([0.1, 0.2, 0.3, 0.7]), st.sampled_from(list(ALGORITHMS)))
def test_longer_sets_are_those_of_brute_force(
    baskets: Baskets, support: float, algorithm: str
) -> None:
    least = max(1, -(-Fraction(str(support)) * len(baskets) // 1))
    found = find_itemsets(as_rows(baskets), support, 6, algorithm)
    expected = count_by_force(baskets, 6, int(least))
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


@settings(max_examples=8, deadline=None)
@given(SHOPS, st.sampled_from([0.1, 0.29, 0.3]), st.sampled_from([1, 2]))
def test_sets_counted_in_sql_are_those_of_brute_force(
    baskets: Baskets, support: float, least_customers: int
) -> None:
    """A set is in if one of the halves has it often enough, to the last basket."""
    items, itemsets = (
        render(
            (PROJECT_DIR / f"models/ml/baskets/ml_baskets__{name}.sql").read_text(),
            basket_minimum_support=support,
            smallest_published_group=least_customers,
            basket_rule_length=3,
        )
        for name in ("items", "itemsets")
    )
    rows = as_rows(baskets).assign(is_counted=True, basket_id=lambda each: "b")
    whole = pd.DataFrame([totals(baskets)])
    with duckdb.connect() as connection:
        connection.register("ml_baskets__training_set", rows)
        connection.register("ml_baskets__totals", whole)
        connection.execute(f"create table ml_baskets__items as {items}")
        found = connection.sql(
            f"from ({itemsets}) order by len(item_ids), item_ids"
        ).df()
    found["item_ids"] = found["item_ids"].map(list)
    expected = count_by_force(baskets, 3)
    later = expected["second_half_basket_count"]
    share = Fraction(str(support))
    half = len(baskets) // 2
    is_in = (later >= share * half) | (
        expected["basket_count"] - later >= share * (len(baskets) - half)
    )
    expected = expected[is_in & (expected["customer_count"] >= least_customers)]
    expected = expected.reset_index(drop=True)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


@settings(max_examples=60, deadline=None)
@given(SHOPS, st.sampled_from([0, 0.1, 0.8]), st.sampled_from([0, 1, 1.5]))
def test_rules_are_those_of_brute_force(
    baskets: Baskets, confidence: float, lift: float
) -> None:
    itemsets = count_by_force(baskets, 3)
    rules = make_rules(itemsets, totals(baskets), Thresholds(0, confidence, lift))
    found = {
        (*rule.antecedent_item_ids, rule.consequent_item_id): rule.basket_count
        for rule in rules[rules["is_rule"]].itertuples()
    }
    counts = {frozenset(row[0]): row[1] for row in itemsets.to_numpy()}
    expected = {}
    for items, both in counts.items():
        for then in items if len(items) > 1 else ():
            first, second = counts[items - {then}], counts[frozenset(then)]
            is_sure = Fraction(both, first) >= Fraction(str(confidence))
            lifted = Fraction(both * len(baskets), first * second)
            if is_sure and lifted >= Fraction(str(lift)):
                expected[(*sorted(items - {then}), then)] = both
    assert found == expected


@pytest.mark.parametrize(
    ("both", "first", "confidence"), [(8, 10, 0.8), (7, 10, 0.7), (29, 100, 0.29)]
)
def test_a_rule_exactly_at_the_confidence_is_in(
    both: int, first: int, confidence: float
) -> None:
    # In doubles .29 * 100 is less than 29, and .7 * 10 may be more than 7.
    baskets = [frozenset("ab")] * both + [frozenset("a")] * (first - both)
    baskets += [frozenset("c")] * first
    rules = make_rules(
        count_by_force(baskets, 2), totals(baskets), Thresholds(0, confidence, 0)
    )
    named = [(*r.antecedent_item_ids, r.consequent_item_id) for r in rules.itertuples()]
    assert ("a", "b") in named


def test_a_rule_says_whether_it_holds_in_each_half() -> None:
    # Even baskets are of the first half: there a comes with b, later it does not.
    baskets = [frozenset("ab"), frozenset("b"), frozenset("c"), frozenset("a")] * 10
    rules = make_rules(
        count_by_force(baskets, 2), totals(baskets), Thresholds(0, 0.4, 0)
    )
    rule = rules[rules["consequent_item_id"] == "b"].iloc[0]
    assert (rule["is_rule"], rule["is_rule_in_first_half"]) == (True, True)
    assert not rule["is_rule_in_second_half"]


def test_what_an_item_more_does_not_improve_is_not_significant() -> None:
    """a comes with b; c is in every other basket, whatever else is in it."""
    baskets = [frozenset("ab"), frozenset("abc"), frozenset("d"), frozenset("cd")] * 50
    rules = make_rules(count_by_force(baskets, 3), totals(baskets), ANYTHING)
    q_value = {
        (*rule.antecedent_item_ids, rule.consequent_item_id): rule.q_value
        for rule in rules.itertuples()
    }
    assert q_value[("a", "b")] < 1e-50
    assert q_value[("a", "c", "b")] > 0.5  # lift 2, all of it from a
    assert q_value[("a", "c")] > 0.5


def test_noise_has_hardly_a_significant_rule() -> None:
    generator = np.random.default_rng(7)
    names = np.array([f"i{n:02d}" for n in range(40)])
    held = generator.random((2000, 40)) < 0.1
    baskets = [frozenset(names[row]) for row in held if row.any()]
    rules = make_rules(count_by_force(baskets, 2), totals(baskets), ANYTHING)
    assert (rules["p_value"] < 0.05).sum() > 20
    assert (rules["q_value"] <= 0.05).sum() == 0


def test_chances_are_those_of_scipy() -> None:
    generator = np.random.default_rng(1)
    total = generator.integers(10, 200_000, 300)
    first = (generator.random(300) * total).astype(np.int64)
    second = (generator.random(300) * total).astype(np.int64)
    mean = first * second / total
    both = np.round(mean + generator.normal(0, 2, 300) * np.sqrt(mean)).astype(np.int64)
    both = np.clip(
        both, np.maximum(0, first + second - total), np.minimum(first, second)
    )
    expected = stats.hypergeom.sf(both - 1, total, first, second)
    found = chance_of_so_many(both, first, second, total)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-300)


def test_corrections_are_those_of_scipy() -> None:
    chances = np.random.default_rng(2).random(200) ** 3
    expected = stats.false_discovery_control(chances)
    np.testing.assert_allclose(correct_for_tries(chances, 200), expected, rtol=1e-9)


def test_no_baskets_have_no_rules() -> None:
    empty = count_by_force([frozenset("a")], 1).head(0)
    rules = make_rules(empty, totals([]), ANYTHING)
    assert rules.empty
    assert str(rules["consequent_item_id"].dtype) == "str"


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mlxtend.frequent_patterns", None)
    baskets = [frozenset("abcd")] * 3
    short = count_by_force(baskets, 3)
    assert add_longer_itemsets(short, as_rows(baskets), 0.1, 3) is short
    with pytest.raises(MissingLibraryError, match=r"pip install -e '.\[compare\]'"):
        add_longer_itemsets(short, as_rows(baskets), 0.1, 4)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ((2, 0, 0), "basket_minimum_support is 2: it must be at least 0 and at most 1"),
        ((0, -1, 0), "basket_minimum_confidence is -1"),
        ((0, 0, -1), "basket_minimum_lift is -1: it must be at least 0$"),
    ],
)
def test_a_wrong_threshold_is_named(told: tuple, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Thresholds(*told)
