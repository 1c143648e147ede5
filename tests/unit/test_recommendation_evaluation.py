"""Lists judged out of time: on planted tastes, and by hand."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from covey.ml.recommendations.cosine import Knobs
from covey.ml.recommendations.evaluation import (
    BASELINES,
    QUALITY_COLUMNS,
    Chosen,
    evaluate_recommendations,
    judge_lists,
    make_lister,
    mean_and_error,
    recommend_popular,
)
from covey.ml.recommendations.purchase_matrix import read_purchase_days
from covey.ml.recommendations.splits import split_by_time
from covey.ml.recommendations.tuning import tune_choice
from unit.purchases_fixture import AS_OF, make_baskets, make_purchases, read


def test_popular_items_count_customers_of_the_window_only() -> None:
    old = make_baskets({"ann": "x", "bob": "x", "cat": "x"}, date(2024, 5, 1))
    recent = make_baskets({"ann": "b", "bob": "ab", "cat": "a"}, date(2024, 6, 20))
    lists = recommend_popular(
        read(pd.concat([old, recent])), window_days=30, exclude_bought=False
    )
    ann = lists[lists["customer_id"] == "ann"]
    assert ann[["item_id", "score"]].to_numpy().tolist() == [["a", 2.0], ["b", 2.0]]


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
        make_two_tastes(), dates, Chosen(), min_customers=5
    )
    assert {name: str(kind) for name, kind in figures.dtypes.items()} == QUALITY_COLUMNS
    key = ["protocol", "split", "as_of_date", "model", "metric", "baseline_model"]
    assert not figures.duplicated(key).any()
    is_mean = (figures["split"] == "test_mean") & (figures["protocol"] == "new_items")
    mean = figures[is_mean].set_index("metric")
    # Alike in a list of one taste, and none rarer than others.
    assert mean.loc["diversity_at_10", "value"] < 0.9
    assert "diversity_at_10_gain" not in mean.index
    gain, value = mean.loc["ndcg_at_10_gain"], mean.loc["ndcg_at_10"]
    assert gain["value"] > 5 * gain["standard_error"] > 0
    assert gain["value"] == pytest.approx(value["value"] - value["baseline_value"])


def test_an_evaluation_sees_nothing_after_its_window() -> None:
    purchases = make_two_tastes()
    end = pd.Timestamp(AS_OF) + pd.Timedelta(days=30)
    before = purchases[purchases["purchased_date"] < end]
    pd.testing.assert_frame_equal(
        evaluate_recommendations(purchases, [AS_OF], Chosen(), min_customers=5),
        evaluate_recommendations(before, [AS_OF], Chosen(), min_customers=5),
    )


def test_a_split_judges_known_customers_and_items_only() -> None:
    known = make_baskets({"ann": "ab", "bob": "ac"}, AS_OF - timedelta(days=1))
    after = make_baskets({"ann": "acz", "eve": "a", "bob": "b"}, AS_OF)
    late = make_baskets({"ann": "c"}, AS_OF + timedelta(days=30))
    days = read_purchase_days(pd.concat([known, after, late]), date(2025, 1, 1))
    split = split_by_time(days, AS_OF, min_customers=1, horizon_days=30)
    assert split.relevant["new_items"].to_numpy().tolist() == [
        ["ann", "c"],
        ["bob", "b"],
    ]
    assert split.relevant["buy_again"].to_numpy().tolist() == [["ann", "a"]]
    assert list(split.fit_days.item_ids) == ["a", "b", "c"]


def test_a_sample_is_drawn_by_id_and_judged_like_everybody() -> None:
    days = read_purchase_days(make_two_tastes(), AS_OF + timedelta(days=30))
    options = {"min_customers": 5, "horizon_days": 30}
    everybody = split_by_time(days, AS_OF, **options)
    some = split_by_time(days, AS_OF, **options, max_customers=40)
    assert len(some.customers) == 40 < len(everybody.customers)
    assert some.fit_days.rows().equals(everybody.fit_days.rows())
    ids = days.customer_ids[some.customers]
    buyers = sorted(set(pd.concat(everybody.relevant.values())["customer_id"]))
    assert set(ids) <= set(buyers), "those who bought something come first"
    assert set(ids) != set(buyers[:40])
    for protocol in BASELINES:
        lister = make_lister(protocol, Chosen().model(protocol), Chosen())
        whole = judge_lists([everybody], protocol, lister, 10)
        part = judge_lists([some], protocol, lister, 10)
        assert set(part.index.get_level_values("customer_id")) <= set(ids)
        metrics = ["ndcg", "recall", "precision", "hit_rate", "map"]
        pd.testing.assert_frame_equal(part[metrics], whole.loc[part.index, metrics])
    # A customer who leaves changes nothing for the others, but lets one more in.
    without = make_two_tastes().query("customer_id != @ids[0]")
    days = read_purchase_days(without, AS_OF + timedelta(days=30))
    fewer = split_by_time(days, AS_OF, **options, max_customers=40)
    assert len(set(ids) - set(days.customer_ids[fewer.customers])) == 1


def test_tuning_keeps_the_present_knobs_without_a_clear_winner() -> None:
    purchases, dates = make_two_tastes(), [AS_OF]
    knobs = [Knobs(), Knobs(half_life_days=90), Knobs(profile_half_life_days=60)]
    grid = [Chosen(knobs=one) for one in knobs]
    table = tune_choice(purchases, dates, grid, min_customers=5)
    assert table["ndcg"].argmax() != 0
    assert list(table["is_chosen"]) == [True, False, False]
    # One neighbour each, almost unrelated to what was bought, against all of them.
    grid = [Chosen(knobs=Knobs(neighbour_count=1)), Chosen()]
    table = tune_choice(purchases, dates, grid, min_customers=5)
    assert list(table["is_chosen"]) == [False, True]
    with pytest.raises(ValueError, match="grid of knobs is empty"):
        tune_choice(purchases, dates, [], min_customers=5)
    with pytest.raises(ValueError, match="no known customer"):
        tune_choice(purchases, [date(2030, 1, 1)], grid, min_customers=5)


def test_the_error_of_a_mean_counts_a_customer_once() -> None:
    index = pd.MultiIndex.from_product(
        [["t1", "t2"], ["ann", "bob", "cat", "dan"]],
        names=["as_of_date", "customer_id"],
    )
    once = [0.0, 1.0, 0.0, 1.0]
    figures = mean_and_error(pd.DataFrame({"ndcg": once * 2}, index=index)).loc["ndcg"]
    assert figures["value"] == 0.5
    assert figures["standard_error"] == pytest.approx(np.std(once) / np.sqrt(4))


def test_no_purchases_give_an_empty_typed_frame() -> None:
    none = make_purchases()[:0]
    assert recommend_popular(read(none)).empty
    figures = evaluate_recommendations(none, [AS_OF], Chosen(), min_customers=1)
    assert figures.empty
    assert figures.dtypes.astype(str).to_dict() == QUALITY_COLUMNS
