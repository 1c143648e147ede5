"""Neighbours, candidates and buy-again against dense numpy and against plain SQL."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from covey.ml.recommendations import cosine
from covey.ml.recommendations import reasons as recommendation_reasons
from covey.ml.recommendations.cosine import (
    Knobs,
    fit_neighbours,
    recommend_candidates,
    score_buy_again,
)
from covey.ml.recommendations.purchase_matrix import read_purchase_days
from covey.ml.recommendations.reasons import explain_recommendations, find_common
from unit.purchases_fixture import AS_OF, make_baskets, make_purchases, read
from unit.recommendation_oracles import (
    BECAUSE_SQL,
    BUY_AGAIN_SQL,
    CANDIDATES_SQL,
    NEIGHBOURS_SQL,
    dense_similarities,
    query,
)

PLAIN = Knobs(
    half_life_days=np.inf,
    beta=0,
    alpha=0.5,
    shrink=0,
    profile_half_life_days=np.inf,
)


KNOB_SETS = [
    Knobs(),
    Knobs(neighbour_count=3),
    replace(PLAIN, neighbour_count=4),
    Knobs(half_life_days=14, beta=1, alpha=1, shrink=0.2, neighbour_count=5),
]


@pytest.mark.parametrize("knobs", KNOB_SETS)
def test_neighbours_equal_dense_numpy(knobs: Knobs) -> None:
    purchases = make_purchases()
    ours = fit_neighbours(read(purchases), knobs)
    values = dense_similarities(purchases, knobs)
    for item_id, rows in ours.groupby("item_id"):
        column = values[item_id].rename("similarity").rename_axis("other").reset_index()
        best = column[column["similarity"] > 0].sort_values(
            ["similarity", "other"], ascending=[False, True]
        )[: knobs.neighbour_count]
        assert list(rows["neighbour_rank"]) == list(range(1, len(best) + 1))
        np.testing.assert_allclose(rows["similarity"], best["similarity"], atol=2e-12)
        if knobs != KNOB_SETS[2]:
            # With neither decay nor weights many values tie but for their last bit.
            assert list(rows["neighbour_item_id"]) == list(best["other"])
    assert set(ours["item_id"]) == set(values.columns)


@pytest.mark.parametrize("knobs", KNOB_SETS[:2] + KNOB_SETS[3:])
@pytest.mark.parametrize("min_customers", [1, 20])
def test_neighbours_equal_sql(knobs: Knobs, min_customers: int) -> None:
    purchases = make_purchases(seed=2)
    ours = fit_neighbours(read(purchases).bought_by(min_customers), knobs)
    theirs = query(
        NEIGHBOURS_SQL,
        {"purchases": purchases},
        as_of_date=AS_OF,
        min_customers=min_customers,
        **vars(knobs),
    )
    assert len(ours) > 20
    pd.testing.assert_frame_equal(ours, theirs, rtol=0, atol=2e-12, check_dtype=False)


def test_norms_that_are_far_apart_hide_no_neighbour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    days = read(make_purchases(customers=200, items=400))
    knobs = Knobs(neighbour_count=2, shrink=0.2)
    together = [fit_neighbours(days, knobs)]
    monkeypatch.setattr(cosine, "NORM_STEP", 1e9)
    together.append(fit_neighbours(days, knobs))
    every = fit_neighbours(days, replace(knobs, neighbour_count=400))
    best = every[every["neighbour_rank"] <= 2].reset_index(drop=True)
    for ours in together:
        pd.testing.assert_frame_equal(ours, best, rtol=0, atol=2e-12)


def test_candidates_equal_sql_with_and_without_the_cut() -> None:
    purchases, knobs = make_purchases(seed=3), Knobs(neighbour_count=8)
    neighbours = fit_neighbours(read(purchases).bought_by(3), knobs)
    theirs = query(
        CANDIDATES_SQL,
        {"purchases": purchases, "neighbours": neighbours},
        as_of_date=AS_OF,
        **vars(knobs),
    )
    ours = recommend_candidates(read(purchases), neighbours, knobs)
    pd.testing.assert_frame_equal(ours, theirs, rtol=0, atol=2e-12)
    three = recommend_candidates(read(purchases), neighbours, knobs, 3)
    best = ours.groupby("customer_id").head(3).reset_index(drop=True)
    pd.testing.assert_frame_equal(three, best)


def test_bought_items_come_back_only_when_asked_for() -> None:
    purchases = make_baskets({"ann": "ab", "bob": "bc"}, AS_OF - timedelta(days=9))
    neighbours = fit_neighbours(read(purchases), Knobs())
    new = recommend_candidates(read(purchases), neighbours, Knobs())
    assert new[["customer_id", "item_id"]].to_numpy().tolist() == [
        ["ann", "c"],
        ["bob", "a"],
    ]
    both = recommend_candidates(
        read(purchases), neighbours, Knobs(), exclude_bought=False
    )
    assert set(both["item_id"][both["customer_id"] == "ann"]) == {"a", "b", "c"}


def test_a_purchase_of_many_years_ago_is_still_not_new() -> None:
    recent = make_baskets({"ann": "a", "bob": "ab"}, AS_OF - timedelta(days=1))
    old = make_baskets({"ann": "b"}, AS_OF - timedelta(days=365 * 30))
    purchases = pd.concat([recent, old])
    neighbours = fit_neighbours(read(purchases), Knobs())
    for knobs in (Knobs(), Knobs(profile_half_life_days=0.1)):
        assert recommend_candidates(read(purchases), neighbours, knobs).empty


def test_because_is_the_bought_item_that_adds_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    purchases, knobs = make_purchases(seed=4), Knobs(neighbour_count=10)
    neighbours = fit_neighbours(read(purchases).bought_by(3), knobs)
    recommendations = recommend_candidates(read(purchases), neighbours, knobs, 5)
    frames = {
        "purchases": purchases,
        "neighbours": neighbours,
        "recommendations": recommendations,
    }
    because = query(BECAUSE_SQL, frames, as_of_date=AS_OF, **vars(knobs))
    ours = explain_recommendations(read(purchases), neighbours, recommendations, knobs)
    assert len(ours) == len(recommendations) > 100
    pd.testing.assert_frame_equal(
        ours.sort_values(["customer_id", "item_id"], ignore_index=True)[[*because]],
        because,
    )
    monkeypatch.setattr(recommendation_reasons, "PAIRS_PER_CHUNK", 7)
    monkeypatch.setattr(recommendation_reasons, "CELLS_PER_BLOCK", 3 * 25)
    pd.testing.assert_frame_equal(
        ours,
        explain_recommendations(read(purchases), neighbours, recommendations, knobs),
    )


def test_what_everybody_buys_is_not_the_reason() -> None:
    shop = {f"c{n}": "m" for n in range(7)} | {"c7": "md", "c8": "md"}
    shop |= {"ann": "md", "bob": "mdw", "cat": "mw"}
    days = read(make_baskets(shop, date(2024, 6, 30)))
    neighbours = fit_neighbours(days, PLAIN)
    asked = make_baskets({"ann": "w", "c1": "w"}, AS_OF)
    because = explain_recommendations(days, neighbours, asked, PLAIN)
    assert list(because["because_item_id"]) == ["m", "m"]
    common = find_common(days, neighbours["neighbour_item_id"], PLAIN)
    neighbours["neighbour_common"] = common
    because = explain_recommendations(days, neighbours, asked, PLAIN)
    # Milk is the only reason that c1 has.
    assert list(because["because_item_id"]) == ["d", "m"]


def test_lists_keep_their_order_when_days_are_counted_from_before() -> None:
    purchases, knobs = make_purchases(seed=4), Knobs(neighbour_count=10)
    days = read(purchases)
    neighbours = fit_neighbours(days, knobs)
    then = days.counted_from(AS_OF - timedelta(days=30))
    assert (then.age_days < 0).any()
    lists = recommend_candidates(days, neighbours, knobs, 5)
    earlier = recommend_candidates(then, neighbours, knobs, 5)
    same = ["customer_id", "item_id"]
    pd.testing.assert_frame_equal(lists[same], earlier[same])
    gain = 2 ** (30 / knobs.profile_half_life_days)
    assert earlier["score"].to_numpy() == pytest.approx(gain * lists["score"])


def test_of_equal_reasons_the_smaller_id_is_named() -> None:
    days = read(make_baskets({"ann": "ba", "bob": "abc", "cat": "z"}, date(2024, 6, 1)))
    asked = make_baskets({"ann": "c"}, AS_OF)
    because = explain_recommendations(days, fit_neighbours(days, PLAIN), asked, PLAIN)
    assert list(because["because_item_id"]) == ["a"]


def test_nothing_bought_gives_no_reason() -> None:
    purchases = make_baskets({"ann": "ab", "bob": "bc", "cat": "z"}, date(2024, 6, 1))
    neighbours = fit_neighbours(read(purchases), Knobs())
    asked = make_baskets({"ann": "c", "cat": "a", "eve": "a", "bob": "q"}, AS_OF)
    because = explain_recommendations(read(purchases), neighbours, asked, Knobs())
    assert because["because_item_id"].fillna("none").tolist() == [
        "b",
        "none",
        "none",
        "none",
    ]
    nothing = explain_recommendations(read(purchases), neighbours, asked[:0], Knobs())
    assert str(nothing["because_item_id"].dtype) == "str"


def test_buy_again_equals_sql() -> None:
    purchases, knobs = make_purchases(seed=5), Knobs()
    ours = score_buy_again(read(purchases).bought_by(4), knobs)
    theirs = query(
        BUY_AGAIN_SQL,
        {"purchases": purchases},
        as_of_date=AS_OF,
        min_customers=4,
        **vars(knobs),
    )
    pd.testing.assert_frame_equal(ours, theirs, rtol=0, atol=2e-12)


def test_ties_go_to_the_smaller_id_at_the_cut() -> None:
    purchases = make_baskets({"ann": "fedcba", "bob": "a"}, date(2024, 6, 1))
    knobs = replace(PLAIN, neighbour_count=2)
    neighbours = fit_neighbours(read(purchases), knobs)
    of_f = neighbours[neighbours["item_id"] == "f"]
    assert list(of_f["neighbour_item_id"]) == ["b", "c"]
    everything = replace(PLAIN, neighbour_count=10)
    neighbours = fit_neighbours(read(purchases), everything)
    for_bob = recommend_candidates(read(purchases), neighbours, everything, 3)
    assert list(for_bob["item_id"]) == ["b", "c", "d"]


@pytest.mark.parametrize("knobs", [Knobs(neighbour_count=4), KNOB_SETS[2]])
def test_row_order_and_input_types_change_nothing(knobs: Knobs) -> None:
    purchases = make_purchases(seed=6)
    shuffled = purchases.sample(frac=1, random_state=3)
    shuffled = shuffled.astype({"customer_id": "category", "item_id": object})
    shuffled["purchased_date"] = shuffled["purchased_date"].dt.date
    first = fit_neighbours(read(purchases).bought_by(2), knobs)
    second = fit_neighbours(read(shuffled).bought_by(2), knobs)
    pd.testing.assert_frame_equal(first, second, check_exact=True)
    pd.testing.assert_frame_equal(
        recommend_candidates(read(purchases), first, knobs, 5),
        recommend_candidates(read(shuffled), first[::-1], knobs, 5),
        check_exact=True,
    )
    pd.testing.assert_frame_equal(
        score_buy_again(read(purchases), knobs),
        score_buy_again(read(shuffled), knobs),
        check_exact=True,
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_an_arrow_table_is_read_like_a_frame_in_any_order(seed: int) -> None:
    purchases = make_purchases()
    shuffled = purchases.sample(frac=1, random_state=seed)
    shuffled["purchased_date"] = shuffled["purchased_date"].dt.date
    table = pa.Table.from_pandas(shuffled, preserve_index=False)
    frame, arrow = read(purchases), read_purchase_days(table, AS_OF)
    for name in ("customer_ids", "item_ids"):
        assert list(getattr(frame, name)) == sorted(getattr(arrow, name))
    pd.testing.assert_frame_equal(frame.rows(), arrow.rows())


def test_going_back_is_reading_at_an_earlier_date() -> None:
    purchases, earlier = make_purchases(seed=9), AS_OF - timedelta(days=50)
    there = read_purchase_days(purchases, earlier)
    back = read(purchases).known_at(earlier)
    pd.testing.assert_frame_equal(
        fit_neighbours(there, Knobs()), fit_neighbours(back.bought_by(1), Knobs())
    )
    pd.testing.assert_frame_equal(
        score_buy_again(there, Knobs()), score_buy_again(back, Knobs())
    )


def test_asking_for_some_customers_gives_their_lists_only() -> None:
    days, knobs = read(make_purchases()), Knobs(neighbour_count=8)
    neighbours, asked = fit_neighbours(days, knobs), np.array([3, 17, 41])
    names = days.customer_ids[asked]
    for everybody, some in (
        (
            recommend_candidates(days, neighbours, knobs, 5),
            recommend_candidates(days, neighbours, knobs, 5, customers=asked),
        ),
        (score_buy_again(days, knobs), score_buy_again(days, knobs, customers=asked)),
    ):
        expected = everybody[everybody["customer_id"].isin(names)]
        assert len(expected) > 10
        pd.testing.assert_frame_equal(some, expected.reset_index(drop=True))


def test_what_happens_on_or_after_the_cut_off_changes_nothing() -> None:
    purchases, knobs = make_purchases(seed=7), Knobs()
    known = purchases[purchases["purchased_date"] < pd.Timestamp(AS_OF)]
    assert len(known) < len(purchases)
    first = fit_neighbours(read(known).bought_by(2), knobs)
    second = fit_neighbours(read(purchases).bought_by(2), knobs)
    pd.testing.assert_frame_equal(first, second, check_exact=True)
    pd.testing.assert_frame_equal(
        recommend_candidates(read(known), first, knobs),
        recommend_candidates(read(purchases), first, knobs),
        check_exact=True,
    )


def test_no_purchases_give_empty_typed_frames() -> None:
    none = make_purchases()[:0]
    untyped = pd.DataFrame(columns=["customer_id", "item_id", "purchased_date"])
    for purchases in (none, untyped):
        neighbours = fit_neighbours(read(purchases), Knobs())
        assert dict(neighbours.dtypes.astype(str)) == {
            "item_id": "str",
            "neighbour_rank": "int64",
            "neighbour_item_id": "str",
            "similarity": "float64",
        }
        lists = [
            recommend_candidates(read(purchases), neighbours, Knobs()),
            recommend_candidates(read(make_purchases()), neighbours, Knobs()),
            score_buy_again(read(purchases), Knobs()),
        ]
        for frame in lists:
            assert frame.empty
            assert list(frame.dtypes.astype(str)) == ["str", "str", "float64"]


def test_one_customer_everything_and_everybody() -> None:
    day = date(2024, 6, 1)
    one = make_baskets({"ann": "abc"}, day)
    neighbours = fit_neighbours(read(one), Knobs())
    assert len(neighbours) == 6
    assert recommend_candidates(read(one), neighbours, Knobs()).empty
    # x is bought by everybody, and cat has bought everything.
    shop = make_baskets({"ann": "xa", "bob": "xb", "cat": "xab", "dan": "x"}, day)
    neighbours = fit_neighbours(read(shop), Knobs())
    lists = recommend_candidates(read(shop), neighbours, Knobs())
    assert set(lists["customer_id"]) == {"ann", "bob", "dan"}
    assert "x" not in set(lists["item_id"])


def test_purchases_that_decay_to_nothing() -> None:
    # Weights of exactly zero made sparse-dot-topn's `sp_matmul` invent columns.
    knobs = Knobs(half_life_days=0.1, alpha=0.5, shrink=0)
    with np.errstate(divide="raise", invalid="raise"):
        found = fit_neighbours(read(make_purchases(8)), knobs)
    assert len(found) > 0
    assert found["similarity"].between(0, 1, inclusive="right").all()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("half_life_days", 0),
        ("half_life_days", float("nan")),
        ("beta", 1.5),
        ("alpha", -0.1),
        ("shrink", -1),
        ("neighbour_count", 0),
        ("neighbour_count", 2.5),
        ("profile_half_life_days", -90),
        ("repeat_half_life_days", 0),
        ("typical_weight", float("inf")),
    ],
)
def test_a_wrong_knob_is_named(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"knob {name} is"):
        Knobs(**{name: value})


def test_a_missing_column_and_a_null_are_named() -> None:
    purchases = make_purchases()
    with pytest.raises(ValueError, match="no column item_id"):
        score_buy_again(read(purchases.drop(columns="item_id")), Knobs())
    purchases.loc[3, "customer_id"] = None
    with pytest.raises(ValueError, match=r"purchases\.customer_id holds a null"):
        score_buy_again(read(purchases), Knobs())


def test_a_reader_gives_the_same_days_as_a_frame() -> None:
    purchases = make_purchases().assign(is_prompted=False)
    table = pa.Table.from_pandas(purchases, preserve_index=False)
    days = read(purchases)
    for batches in (table.to_batches(max_chunksize=50), []):
        reader = pa.RecordBatchReader.from_batches(table.schema, batches)
        told = read_purchase_days(reader, AS_OF)
        expected = days if batches else read(purchases.head(0))
        pd.testing.assert_frame_equal(told.rows(), expected.rows())
        assert told.customer_ids.equals(expected.customer_ids)
