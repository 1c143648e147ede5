"""MovieLens 100K as a business without orders or money, from the wheel to the lists."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import duckdb
import pytest
from benchmarks.recommendation_references import (
    judge,
    list_by_sar,
    make_split,
    part_by_item,
)

from conftest import Built, run_covey


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The media business, once for all tests of this module."""
    data_dir = tmp_path_factory.mktemp("media")
    run = run_covey(data_dir, "demo", "media")
    return Built("media", data_dir, run.stdout)


def test_every_row_of_the_files_is_there(media: Built) -> None:
    (counts,) = media.query(
        """
        select
            (select count(*) from core_interactions where interaction_type = 'rating'),
            (select count(distinct customer_id) from core_interactions),
            (select count(*) from core_items),
            (select count(*) from core_item_tags where tag_type = 'genre'),
            (select count(distinct tag) from core_item_tags where tag_type = 'genre')
        """
    )
    assert counts == (100_000, 943, 1_682, 2_891, 18)
    assert media.query("select min(rating), max(rating) from core_interactions") == [
        (1, 5)
    ]


def test_who_somebody_is_makes_no_feature(media: Built) -> None:
    """Ages, genders and occupations have no date: they describe segments alone."""
    known = media.query(
        "select count(gender), count(occupation), min(birth_year) from core_customers"
    )
    assert known == [(943, 943, 1925)]
    columns = {name for name, *_ in media.query("describe feat_customers")}
    assert not columns & {"gender", "occupation", "age", "birth_year"}
    landed = Path(media.data_dir, "data", "landed", "movielens")
    assert landed.is_dir()
    assert "zip_code" not in str(media.query("describe stg_movielens__users"))


def test_tastes_are_shares_of_what_was_rated(media: Built) -> None:
    """One visitor by hand: genres and local hours of all their ratings."""
    found = media.query(
        """
        with
        rated as (
            select
                interactions.customer_id,
                interactions.item_id in (
                    select item_id from core_item_tags where tag = 'Film-Noir'
                ) as is_noir,
                hour(
                    timezone(
                        'America/Chicago', timezone('UTC', interactions.occurred_at)
                    )
                ) as local_hour
            from core_interactions as interactions
        ),
        expected as (
            select
                customer_id,
                avg(cast(is_noir as integer)) as film_noir_taste_rate,
                avg(cast(local_hour >= 22 or local_hour < 6 as integer)) as night_rate
            from rated
            group by customer_id
        )
        select
            count(*),
            max(abs(features.night_rate - expected.night_rate)) < 1e-12,
            max(abs(features.film_noir_taste_rate - expected.film_noir_taste_rate))
            < 1e-12
        from feat_customers as features
        inner join expected using (customer_id)
        where features.as_of_date = date '1998-05-01'
        """
    )
    assert found == [(943, True, True)]


def test_segments_are_called_by_tastes(media: Built) -> None:
    names = [name for (name,) in media.query("select segment_name from dim_segments")]
    assert len(names) == 6
    assert all(name.endswith(" watchers") for name in names)
    assert {"Documentary watchers", "Night-time watchers"} <= set(names)
    sentences = media.query(
        "select profile_sentence from dim_segments "
        "where segment_name = 'Night-time watchers'"
    )
    assert sentences[0][0].startswith("Choose at night 8")
    assert "Spend" not in media.output
    assert "segment 'Adventure and action watchers'" in media.output


def test_what_the_records_do_not_carry_is_left_out(media: Built) -> None:
    withheld = media.query(
        "select distinct output from rpt_readiness where decision = 'withheld'"
    )
    assert sorted(name for (name,) in withheld) == [
        "baskets:together",
        "recommendations:buy_again",
        "rfm",
    ]
    assert media.query("select count(*) from fct_propensity_scores") == [(0,)]


def test_a_film_that_few_have_seen_has_neighbours_by_content(media: Built) -> None:
    found = media.query(
        """
        select
            count(distinct neighbours.item_id) > 300,
            avg(cast(year(items.released_date) = year(others.released_date) as integer))
            > 0.5
        from fct_item_neighbours as neighbours
        inner join core_items as items using (item_id)
        inner join core_items as others
            on neighbours.neighbour_item_id = others.item_id
        where neighbours.method = 'content' and neighbours.neighbour_rank <= 3
        """
    )
    assert found == [(True, True)]


def test_every_list_is_full(media: Built) -> None:
    found = media.query(
        "select min(length), max(length), count(*) from ("
        "select count(distinct item_id) as length from fct_recommendations "
        "where list_name = 'new_for_you' group by customer_id)"
    )
    assert found == [(10, 10, 943)]
    seen = media.query(
        "select count(*) from fct_recommendations semi join core_interactions "
        "using (customer_id, item_id) where list_name = 'new_for_you'"
    )
    assert seen == [(0,)]


def test_the_published_split_of_these_rows_gives_the_published_figures(
    media: Built,
) -> None:
    """Landed, staged and mapped, the ratings are still those of the notebook's SAR."""
    with duckdb.connect(str(media.build_path), read_only=True) as connection:
        rows = connection.execute(
            """
            select
                interactions.customer_id,
                interactions.item_id,
                interactions.rating,
                epoch(interactions.occurred_at) as rated_at,
                cast(date_trunc('day', interactions.occurred_at) as timestamp)
                    as purchased_date
            from core_interactions as interactions
            inner join stg_movielens__ratings as ratings
                on
                    interactions.interaction_id = 'movielens:'
                    || ratings.source_customer_id
                    || ':'
                    || ratings.source_item_id
            order by ratings.source_row
            """
        ).df()
    training, test = part_by_item(rows, seed=42)
    assert (len(training), len(test)) == (75_066, 24_934)
    found = judge(make_split(training, test), partial(list_by_sar, training))
    figures = {name: round(found[name], 4) for name in ("ndcg", "precision", "recall")}
    assert figures == {"ndcg": 0.3938, "precision": 0.3406, "recall": 0.1854}
