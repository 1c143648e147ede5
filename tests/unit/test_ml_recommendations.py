"""Neighbours, candidates and buy-again against dense numpy and against plain SQL."""

from dataclasses import replace
from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd
import pytest

from covey.ml.recommendation_evaluation import (
    QUALITY_COLUMNS,
    evaluate_recommendations,
    mean_and_error,
    recommend_popular,
    split_by_time,
    tune_knobs,
)
from covey.ml.recommendations import (
    Knobs,
    explain_recommendations,
    fit_neighbours,
    recommend_candidates,
    score_buy_again,
)

AS_OF = date(2024, 7, 1)
PLAIN = Knobs(
    half_life_days=np.inf,
    beta=0,
    alpha=0.5,
    shrink=0,
    profile_half_life_days=np.inf,
)

# The same formulas in SQL, for engines without the library and for one customer.
NEIGHBOURS_SQL = """
with last_purchases as (
    select customer_id, item_id, max(purchased_date) as last_purchased_date
    from purchases
    where purchased_date < $as_of_date
    group by customer_id, item_id
),

items as (
    select item_id
    from last_purchases
    group by item_id
    having count(*) >= $min_customers
),

weights as (
    select
        last_purchases.customer_id,
        last_purchases.item_id,
        pow(
            0.5,
            date_diff('day', last_purchases.last_purchased_date, $as_of_date)
            / $half_life_days
        )
        * pow(count(*) over (partition by last_purchases.customer_id), -$beta)
            as weight
    from last_purchases
    inner join items on last_purchases.item_id = items.item_id
),

norms as (
    select item_id, sum(weight * weight) as norm
    from weights
    group by item_id
),

pulls as (
    select $shrink * median(norm) as pull
    from norms
),

products as (
    select
        targets.item_id,
        sources.item_id as neighbour_item_id,
        sum(targets.weight * sources.weight) as product
    from weights as targets
    inner join weights as sources
        on
            targets.customer_id = sources.customer_id
            and targets.item_id != sources.item_id
    group by targets.item_id, sources.item_id
),

similarities as (
    select
        products.item_id,
        products.neighbour_item_id,
        round(
            products.product
            / (
                pow(source_norms.norm, $alpha) * pow(target_norms.norm, 1 - $alpha)
                + pulls.pull
            ),
            12
        ) as similarity
    from products
    inner join norms as source_norms
        on products.neighbour_item_id = source_norms.item_id
    inner join norms as target_norms on products.item_id = target_norms.item_id
    cross join pulls
)

select
    item_id,
    row_number() over (
        partition by item_id order by similarity desc, neighbour_item_id
    ) as neighbour_rank,
    neighbour_item_id,
    similarity
from similarities
where similarity > 0
qualify neighbour_rank <= $neighbour_count
order by item_id, neighbour_rank
"""

LAST_PURCHASES_SQL = """
with last_purchases as (
    select
        customer_id,
        item_id,
        pow(
            0.5,
            date_diff('day', max(purchased_date), $as_of_date)
            / $profile_half_life_days
        ) as profile_weight
    from purchases
    where purchased_date < $as_of_date
    group by customer_id, item_id
)
"""

CANDIDATES_SQL = (
    LAST_PURCHASES_SQL
    + """
select
    last_purchases.customer_id,
    neighbours.item_id,
    round(sum(last_purchases.profile_weight * neighbours.similarity), 12) as score
from last_purchases
inner join neighbours on last_purchases.item_id = neighbours.neighbour_item_id
left join last_purchases as already_bought
    on
        last_purchases.customer_id = already_bought.customer_id
        and neighbours.item_id = already_bought.item_id
where already_bought.item_id is null
group by last_purchases.customer_id, neighbours.item_id
having score > 0
order by last_purchases.customer_id, score desc, neighbours.item_id
"""
)

BECAUSE_SQL = (
    LAST_PURCHASES_SQL
    + """,

contributions as (
    select
        recommendations.customer_id,
        recommendations.item_id,
        last_purchases.item_id as because_item_id,
        round(last_purchases.profile_weight * neighbours.similarity, 12)
            as contribution
    from recommendations
    inner join last_purchases
        on recommendations.customer_id = last_purchases.customer_id
    inner join neighbours
        on
            recommendations.item_id = neighbours.item_id
            and last_purchases.item_id = neighbours.neighbour_item_id
)

select customer_id, item_id, because_item_id
from contributions
qualify row_number() over (
    partition by customer_id, item_id
    order by contribution desc, because_item_id
) = 1
order by customer_id, item_id
"""
)

BUY_AGAIN_SQL = """
with own_frequencies as (
    select
        customer_id,
        item_id,
        sum(
            pow(
                0.5,
                date_diff('day', purchased_date, $as_of_date) / $repeat_half_life_days
            )
        ) as own_frequency
    from purchases
    where purchased_date < $as_of_date
    group by customer_id, item_id
),

typical_frequencies as (
    select item_id, avg(own_frequency) as typical_frequency
    from own_frequencies
    group by item_id
    having count(*) >= $min_customers
)

select
    own_frequencies.customer_id,
    own_frequencies.item_id,
    round(
        own_frequencies.own_frequency
        + $typical_weight * typical_frequencies.typical_frequency,
        12
    ) as score
from own_frequencies
inner join typical_frequencies
    on own_frequencies.item_id = typical_frequencies.item_id
order by own_frequencies.customer_id, score desc, own_frequencies.item_id
"""


def query(sql: str, frames: dict[str, pd.DataFrame], **values: object) -> pd.DataFrame:
    with duckdb.connect() as connection:
        for name, frame in frames.items():
            connection.register(name, frame)
        used = {name: value for name, value in values.items() if f"${name}" in sql}
        return connection.execute(sql, used).df()


def make_purchases(seed: int = 1, customers: int = 60, items: int = 25) -> pd.DataFrame:
    """Random purchases over a year around the cut-off, popular and rare items."""
    rng = np.random.default_rng(seed)
    count = customers * 12
    chosen = (items * rng.random(count) ** 2).astype(int)
    days = rng.integers(-60, 300, count)
    rows = {
        "customer_id": [f"c{n:03}" for n in rng.integers(0, customers, count)],
        "item_id": [f"i{n:02}" for n in chosen],
        "purchased_date": [AS_OF - timedelta(days=int(day)) for day in days],
    }
    purchases = pd.DataFrame(rows).drop_duplicates(ignore_index=True)
    return purchases.astype({"purchased_date": "datetime64[us]"})


def make_baskets(baskets: dict[str, str], day: date) -> pd.DataFrame:
    """One letter an item: {'ann': 'ab'} bought a and b on one day."""
    pairs = [(customer, item) for customer, items in baskets.items() for item in items]
    frame = pd.DataFrame(pairs, columns=["customer_id", "item_id"]).astype("str")
    return frame.assign(purchased_date=pd.Timestamp(day))


def dense_ages(purchases: pd.DataFrame) -> pd.DataFrame:
    """Days since the last purchase: customers by items, infinite where none."""
    known = purchases[purchases["purchased_date"] < pd.Timestamp(AS_OF)]
    ages = (pd.Timestamp(AS_OF) - known["purchased_date"]).dt.days
    keys = [known["customer_id"], known["item_id"]]
    return ages.groupby(keys).min().unstack().fillna(np.inf)


def dense_similarities(purchases: pd.DataFrame, knobs: Knobs) -> pd.DataFrame:
    """Write the formula out: sources in rows, targets in columns."""
    ages = dense_ages(purchases)
    bought = np.isfinite(ages.to_numpy())
    item_counts = bought.sum(axis=1, keepdims=True).astype(float)
    days = np.where(bought, ages.to_numpy(), 0)
    decayed = np.where(bought, 0.5 ** (days / knobs.half_life_days), 0)
    weights = decayed * item_counts**-knobs.beta
    norms = (weights**2).sum(axis=0)
    below = norms[:, None] ** knobs.alpha * norms[None] ** (1 - knobs.alpha)
    below += knobs.shrink * np.median(norms)
    values = np.round(weights.T @ weights / below, 12)
    np.fill_diagonal(values, 0)
    return pd.DataFrame(values, ages.columns, ages.columns)


KNOB_SETS = [
    Knobs(),
    Knobs(neighbour_count=3),
    replace(PLAIN, neighbour_count=4),
    Knobs(half_life_days=14, beta=1, alpha=1, shrink=0.2, neighbour_count=5),
]


@pytest.mark.parametrize("knobs", KNOB_SETS)
def test_neighbours_equal_dense_numpy(knobs: Knobs) -> None:
    purchases = make_purchases()
    ours = fit_neighbours(purchases, AS_OF, knobs, min_customers=1)
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
    ours = fit_neighbours(purchases, AS_OF, knobs, min_customers=min_customers)
    theirs = query(
        NEIGHBOURS_SQL,
        {"purchases": purchases},
        as_of_date=AS_OF,
        min_customers=min_customers,
        **vars(knobs),
    )
    assert len(ours) > 20
    pd.testing.assert_frame_equal(ours, theirs, rtol=0, atol=2e-12, check_dtype=False)


def test_candidates_equal_sql_with_and_without_the_cut() -> None:
    purchases, knobs = make_purchases(seed=3), Knobs(neighbour_count=8)
    neighbours = fit_neighbours(purchases, AS_OF, knobs, min_customers=3)
    theirs = query(
        CANDIDATES_SQL,
        {"purchases": purchases, "neighbours": neighbours},
        as_of_date=AS_OF,
        **vars(knobs),
    )
    ours = recommend_candidates(purchases, neighbours, AS_OF, knobs)
    pd.testing.assert_frame_equal(ours, theirs, rtol=0, atol=2e-12)
    three = recommend_candidates(purchases, neighbours, AS_OF, knobs, 3)
    best = ours.groupby("customer_id").head(3).reset_index(drop=True)
    pd.testing.assert_frame_equal(three, best)


def test_bought_items_come_back_only_when_asked_for() -> None:
    purchases = make_baskets({"ann": "ab", "bob": "bc"}, AS_OF - timedelta(days=9))
    neighbours = fit_neighbours(purchases, AS_OF, Knobs(), min_customers=1)
    new = recommend_candidates(purchases, neighbours, AS_OF, Knobs())
    assert new[["customer_id", "item_id"]].to_numpy().tolist() == [
        ["ann", "c"],
        ["bob", "a"],
    ]
    both = recommend_candidates(
        purchases, neighbours, AS_OF, Knobs(), exclude_bought=False
    )
    assert set(both["item_id"][both["customer_id"] == "ann"]) == {"a", "b", "c"}


def test_a_purchase_of_many_years_ago_is_still_not_new() -> None:
    recent = make_baskets({"ann": "a", "bob": "ab"}, AS_OF - timedelta(days=1))
    old = make_baskets({"ann": "b"}, AS_OF - timedelta(days=365 * 30))
    purchases = pd.concat([recent, old])
    neighbours = fit_neighbours(purchases, AS_OF, Knobs(), min_customers=1)
    assert recommend_candidates(purchases, neighbours, AS_OF, Knobs()).empty


def test_because_is_the_bought_item_that_adds_most() -> None:
    purchases, knobs = make_purchases(seed=4), Knobs(neighbour_count=10)
    neighbours = fit_neighbours(purchases, AS_OF, knobs, min_customers=3)
    recommendations = recommend_candidates(purchases, neighbours, AS_OF, knobs, 5)
    frames = {
        "purchases": purchases,
        "neighbours": neighbours,
        "recommendations": recommendations,
    }
    because = query(BECAUSE_SQL, frames, as_of_date=AS_OF, **vars(knobs))
    ours = explain_recommendations(
        purchases, neighbours, recommendations, AS_OF, knobs, discount_common=False
    )
    assert len(ours) == len(recommendations) > 100
    pd.testing.assert_frame_equal(
        ours.sort_values(["customer_id", "item_id"], ignore_index=True), because
    )


def test_what_everybody_buys_is_not_the_reason() -> None:
    shop = {f"c{n}": "m" for n in range(9)} | {"ann": "md", "bob": "mdw", "cat": "mw"}
    purchases = make_baskets(shop, date(2024, 6, 30))
    neighbours = fit_neighbours(purchases, AS_OF, PLAIN, min_customers=1)
    asked = make_baskets({"ann": "w", "c1": "w"}, AS_OF)
    because = explain_recommendations(purchases, neighbours, asked, AS_OF, PLAIN)
    # Milk is the only reason that c1 has.
    assert list(because["because_item_id"]) == ["d", "m"]


def test_nothing_bought_gives_no_reason() -> None:
    purchases = make_baskets({"ann": "ab", "bob": "bc", "cat": "z"}, date(2024, 6, 1))
    neighbours = fit_neighbours(purchases, AS_OF, Knobs(), min_customers=1)
    asked = make_baskets({"ann": "c", "cat": "a", "eve": "a", "bob": "q"}, AS_OF)
    because = explain_recommendations(purchases, neighbours, asked, AS_OF, Knobs())
    named = because[["customer_id", "item_id", "because_item_id"]]
    assert named.to_numpy().tolist() == [["ann", "c", "b"]]
    nothing = explain_recommendations(purchases, neighbours, asked[:0], AS_OF, Knobs())
    assert list(nothing.dtypes.astype(str)) == ["str", "str", "str"]


def test_buy_again_equals_sql() -> None:
    purchases, knobs = make_purchases(seed=5), Knobs()
    ours = score_buy_again(purchases, AS_OF, knobs, min_customers=4)
    theirs = query(
        BUY_AGAIN_SQL,
        {"purchases": purchases},
        as_of_date=AS_OF,
        min_customers=4,
        **vars(knobs),
    )
    pd.testing.assert_frame_equal(ours, theirs, rtol=0, atol=2e-12)


def test_popular_items_count_customers_of_the_window_only() -> None:
    old = make_baskets({"ann": "x", "bob": "x", "cat": "x"}, date(2024, 5, 1))
    recent = make_baskets({"ann": "b", "bob": "ab", "cat": "a"}, date(2024, 6, 20))
    lists = recommend_popular(
        pd.concat([old, recent]), AS_OF, window_days=30, exclude_bought=False
    )
    ann = lists[lists["customer_id"] == "ann"]
    assert ann[["item_id", "score"]].to_numpy().tolist() == [["a", 2.0], ["b", 2.0]]


def test_ties_go_to_the_smaller_id_at_the_cut() -> None:
    purchases = make_baskets({"ann": "fedcba", "bob": "a"}, date(2024, 6, 1))
    knobs = replace(PLAIN, neighbour_count=2)
    neighbours = fit_neighbours(purchases, AS_OF, knobs, min_customers=1)
    of_f = neighbours[neighbours["item_id"] == "f"]
    assert list(of_f["neighbour_item_id"]) == ["b", "c"]
    everything = replace(PLAIN, neighbour_count=10)
    neighbours = fit_neighbours(purchases, AS_OF, everything, min_customers=1)
    for_bob = recommend_candidates(purchases, neighbours, AS_OF, everything, 3)
    assert list(for_bob["item_id"]) == ["b", "c", "d"]


@pytest.mark.parametrize("knobs", [Knobs(neighbour_count=4), KNOB_SETS[2]])
def test_row_order_and_input_types_change_nothing(knobs: Knobs) -> None:
    purchases = make_purchases(seed=6)
    shuffled = purchases.sample(frac=1, random_state=3)
    shuffled = shuffled.astype({"customer_id": "category", "item_id": object})
    shuffled["purchased_date"] = shuffled["purchased_date"].dt.date
    first = fit_neighbours(purchases, AS_OF, knobs, min_customers=2)
    second = fit_neighbours(shuffled, AS_OF, knobs, min_customers=2)
    pd.testing.assert_frame_equal(first, second, check_exact=True)
    pd.testing.assert_frame_equal(
        recommend_candidates(purchases, first, AS_OF, knobs, 5),
        recommend_candidates(shuffled, first[::-1], AS_OF, knobs, 5),
        check_exact=True,
    )
    pd.testing.assert_frame_equal(
        score_buy_again(purchases, AS_OF, knobs),
        score_buy_again(shuffled, AS_OF, knobs),
        check_exact=True,
    )


def test_what_happens_on_or_after_the_cut_off_changes_nothing() -> None:
    purchases, knobs = make_purchases(seed=7), Knobs()
    known = purchases[purchases["purchased_date"] < pd.Timestamp(AS_OF)]
    assert len(known) < len(purchases)
    first = fit_neighbours(known, AS_OF, knobs, min_customers=2)
    second = fit_neighbours(purchases, AS_OF, knobs, min_customers=2)
    pd.testing.assert_frame_equal(first, second, check_exact=True)
    pd.testing.assert_frame_equal(
        recommend_candidates(known, first, AS_OF, knobs),
        recommend_candidates(purchases, first, AS_OF, knobs),
        check_exact=True,
    )


def test_no_purchases_give_empty_typed_frames() -> None:
    none = make_purchases()[:0]
    untyped = pd.DataFrame(columns=["customer_id", "item_id", "purchased_date"])
    for purchases in (none, untyped):
        neighbours = fit_neighbours(purchases, AS_OF, Knobs(), min_customers=1)
        assert dict(neighbours.dtypes.astype(str)) == {
            "item_id": "str",
            "neighbour_rank": "int64",
            "neighbour_item_id": "str",
            "similarity": "float64",
        }
        lists = [
            recommend_candidates(purchases, neighbours, AS_OF, Knobs()),
            recommend_candidates(make_purchases(), neighbours, AS_OF, Knobs()),
            recommend_popular(purchases, AS_OF),
            score_buy_again(purchases, AS_OF, Knobs()),
        ]
        for frame in lists:
            assert frame.empty
            assert list(frame.dtypes.astype(str)) == ["str", "str", "float64"]
        assert evaluate_recommendations(
            purchases, [AS_OF], Knobs(), min_customers=1
        ).empty


def test_one_customer_everything_and_everybody() -> None:
    day = date(2024, 6, 1)
    one = make_baskets({"ann": "abc"}, day)
    neighbours = fit_neighbours(one, AS_OF, Knobs(), min_customers=1)
    assert len(neighbours) == 6
    assert recommend_candidates(one, neighbours, AS_OF, Knobs()).empty
    # x is bought by everybody, and cat has bought everything.
    shop = make_baskets({"ann": "xa", "bob": "xb", "cat": "xab", "dan": "x"}, day)
    neighbours = fit_neighbours(shop, AS_OF, Knobs(), min_customers=1)
    lists = recommend_candidates(shop, neighbours, AS_OF, Knobs())
    assert set(lists["customer_id"]) == {"ann", "bob", "dan"}
    assert "x" not in set(lists["item_id"])


def test_purchases_that_decay_to_nothing() -> None:
    # Weights of exactly zero made sparse-dot-topn's `sp_matmul` invent columns.
    knobs = Knobs(half_life_days=0.1, alpha=0.5, shrink=0)
    with np.errstate(divide="raise", invalid="raise"):
        found = fit_neighbours(make_purchases(8), AS_OF, knobs, min_customers=1)
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
        score_buy_again(purchases.drop(columns="item_id"), AS_OF, Knobs())
    purchases.loc[3, "customer_id"] = None
    with pytest.raises(ValueError, match=r"purchases\.customer_id holds a null"):
        score_buy_again(purchases, AS_OF, Knobs())


def make_two_tastes(seed: int = 0) -> pd.DataFrame:
    """Two groups of customers who each buy from their own twenty items."""
    rng = np.random.default_rng(seed)
    customers = rng.integers(0, 200, 4000)
    items = 20 * (customers % 2) + rng.integers(0, 20, 4000)
    days = rng.integers(-60, 200, 4000)
    purchases = pd.DataFrame(
        {
            "customer_id": [f"c{n:03}" for n in customers],
            "item_id": [f"i{n:02}" for n in items],
            "purchased_date": [AS_OF - timedelta(days=int(day)) for day in days],
        }
    )
    return purchases.drop_duplicates().astype({"purchased_date": "datetime64[us]"})


def test_planted_tastes_beat_popularity_by_a_clear_margin() -> None:
    dates = [AS_OF, AS_OF + timedelta(days=30)]
    figures = evaluate_recommendations(
        make_two_tastes(), dates, Knobs(), min_customers=5
    )
    assert {name: str(kind) for name, kind in figures.dtypes.items()} == QUALITY_COLUMNS
    key = ["protocol", "split", "as_of_date", "model", "metric", "baseline_model"]
    assert not figures.duplicated(key).any()
    is_mean = (figures["split"] == "test_mean") & (figures["protocol"] == "new_items")
    mean = figures[is_mean].set_index("metric")
    gain, value = mean.loc["ndcg_at_10_gain"], mean.loc["ndcg_at_10"]
    assert gain["value"] > 5 * gain["standard_error"] > 0
    assert gain["value"] == pytest.approx(value["value"] - value["baseline_value"])


def test_an_evaluation_sees_nothing_after_its_window() -> None:
    purchases = make_two_tastes()
    end = pd.Timestamp(AS_OF) + pd.Timedelta(days=30)
    before = purchases[purchases["purchased_date"] < end]
    pd.testing.assert_frame_equal(
        evaluate_recommendations(purchases, [AS_OF], Knobs(), min_customers=5),
        evaluate_recommendations(before, [AS_OF], Knobs(), min_customers=5),
    )


def test_a_split_judges_known_customers_and_items_only() -> None:
    known = make_baskets({"ann": "ab", "bob": "ac"}, AS_OF - timedelta(days=1))
    after = make_baskets({"ann": "acz", "eve": "a", "bob": "b"}, AS_OF)
    late = make_baskets({"ann": "c"}, AS_OF + timedelta(days=30))
    split = split_by_time(
        pd.concat([known, after, late]), AS_OF, min_customers=1, horizon_days=30
    )
    assert split.relevant["new_items"].to_numpy().tolist() == [
        ["ann", "c"],
        ["bob", "b"],
    ]
    assert split.relevant["buy_again"].to_numpy().tolist() == [["ann", "a"]]
    assert split.item_count == 3


def test_tuning_keeps_the_present_knobs_without_a_clear_winner() -> None:
    purchases, dates = make_two_tastes(), [AS_OF]
    grid = [Knobs(), Knobs(half_life_days=90), Knobs(profile_half_life_days=60)]
    table = tune_knobs(purchases, dates, grid, min_customers=5)
    assert table["ndcg"].argmax() != 0
    assert list(table["is_chosen"]) == [True, False, False]
    # One neighbour each, almost unrelated to what was bought, against all of them.
    grid = [Knobs(neighbour_count=1), Knobs()]
    table = tune_knobs(purchases, dates, grid, min_customers=5)
    assert list(table["is_chosen"]) == [False, True]
    with pytest.raises(ValueError, match="grid of knobs is empty"):
        tune_knobs(purchases, dates, [], min_customers=5)
    with pytest.raises(ValueError, match="no known customer"):
        tune_knobs(purchases, [date(2030, 1, 1)], grid, min_customers=5)


def test_the_error_of_a_mean_counts_a_customer_once() -> None:
    index = pd.MultiIndex.from_product(
        [["t1", "t2"], ["ann", "bob", "cat", "dan"]],
        names=["as_of_date", "customer_id"],
    )
    once = [0.0, 1.0, 0.0, 1.0]
    values = pd.Series(once * 2, index=index)
    mean, error = mean_and_error(values)
    assert mean == 0.5
    assert error == pytest.approx(np.std(once) / np.sqrt(len(once)))
