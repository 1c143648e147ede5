"""Three months of a real grocer: segments that last, and who or what moved."""

from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
import yaml

from conftest import Built, copy_project, run_covey

MONTHS = ["2017-07-01", "2017-08-01", "2017-09-01"]
SIZES = "select segment_id, customer_count from dim_segments"
FIT = "from ml_segments__fit order by all"


class History(NamedTuple):
    built: Built
    project: Path
    sizes: dict[str, dict[str, int]]
    refused: str
    refused_fit: list[tuple]
    in_doubt: list[tuple[int, str]]

    @property
    def state_dirs(self) -> list[Path]:
        return sorted((self.built.warehouse_dir / "state").iterdir())


@pytest.fixture(scope="module")
def history(grocery: Built, tmp_path_factory: pytest.TempPathFactory) -> History:
    """July to September, each built on the one before; in August a person renames one,
    in September a margin that hardly any match has puts them in doubt.

    Nothing but the segments matters here, so that one past cut-off is enough, and what
    only judges looks at few.
    """
    data_dir = tmp_path_factory.mktemp("segment_history")
    shutil.copytree(grocery.data_dir / "data", data_dir / "data")
    project = copy_project(data_dir)
    business = project / "businesses" / "grocery.yml"
    settings = yaml.safe_load(business.read_text())
    settings |= {"cutoff_count": 1, "recommendation_minimum_customers": 100}
    settings |= {"evaluation_customer_limit": 300, "segment_bootstrap_count": 4}
    settings |= {"training_row_limit": 2_000, "backtest_row_limit": 2_000}
    settings |= {"outcomes": ["lapse_28d"], "recommendation_grain": "category"}
    settings |= {"basket_minimum_support": 0.1}
    business.write_text(yaml.safe_dump(settings))
    sizes = {}

    def build(month: str, *, check: bool = True) -> Built:
        built_by = ["-b", "grocery", "build", "--as-of", month]
        run = run_covey(data_dir, *built_by, project=project, check=check)
        built = Built("grocery", data_dir, run.stdout + run.stderr)
        sizes[month] = dict(built.query(SIZES, published=True))
        return built

    build(MONTHS[0])
    with (project / "seeds" / "segment_overrides.csv").open("a") as overrides:
        overrides.write("grocery,segment_2,Regulars,,Say hello\n")
    build(MONTHS[1])
    business.write_text(yaml.safe_dump(settings | {"segment_match_least_margin": 0.99}))
    refused = build(MONTHS[2], check=False)
    assert sizes[MONTHS[2]] == sizes[MONTHS[1]], "a build in doubt publishes nothing"
    in_doubt = refused.query(
        "select cluster_id, segment_id from ml_segments__lineage where is_ambiguous"
    )
    for cluster, segment in in_doubt:
        decided = [str(cluster), segment, "--reason", "seen their baskets"]
        accept = ["-b", "grocery", "segments", "accept", *decided]
        run_covey(data_dir, *accept, project=project)
    fit = refused.query(FIT)
    return History(build(MONTHS[2]), project, sizes, refused.output, fit, in_doubt)


def test_segments_keep_their_ids_and_names(history: History) -> None:
    events = history.built.query(
        "select as_of_date::varchar, segment_id, event, segment_name, matched_share "
        "from fct_segment_events order by all",
        published=True,
    )
    assert len(events) == 15
    by_rule = {row[1]: row[3] for row in events if row[0] == MONTHS[0]}
    for month, segment_id, event, name, share in events:
        is_regulars = segment_id == "segment_2" and month > MONTHS[0]
        assert name == ("Regulars" if is_regulars else by_rule[segment_id])
        if month == MONTHS[0]:
            assert event == "new"
        else:
            is_new_name = is_regulars and month == MONTHS[1]
            assert event == ("renamed" if is_new_name else "kept")
            assert share > 0.8


def test_mail_of_a_campaign_that_has_not_begun_waits(history: History) -> None:
    """Twelve of the 27 campaigns began before September."""
    accepted = history.built.query(
        "select accepted_rows, accepted_rows + rejected_rows from rpt_data_quality "
        "where table_name in ('campaigns', 'campaign_descriptions') order by 2",
        published=True,
    )
    assert [row[1] for row in accepted] == [27, 6_589]
    assert 0 < accepted[0][0] < 27 and 0 < accepted[1][0] < 6_589


def test_words_of_a_person_reach_every_table(history: History) -> None:
    strategies = history.built.query(
        "select segment_name, strategy from dim_segments "
        "where segment_id = 'segment_2'",
        published=True,
    )
    assert strategies == [("Regulars", "Say hello")]
    names = history.built.query(
        "select distinct segment_name from dim_customers "
        "where segment_id = 'segment_2'",
        published=True,
    )
    assert names == [("Regulars",)]


def test_both_models_agree_on_most_customers(history: History) -> None:
    """2026-11: .97 came out, .99 of those whose features stayed. A floor, no target."""
    ((agreement, customer_count),) = history.built.query(
        "select avg(cast(frozen_segment_id = segment_id as integer)), count(*) "
        "from ml_segments__moves where previous_segment_id is not null"
    )
    assert customer_count > 2_300
    assert agreement > 0.9
    runs = history.built.query("select count(distinct run_id) from fct_segment_events")
    assert runs == [(3,)], "frozen centroids would agree too"


def test_sizes_follow_from_the_moves(history: History) -> None:
    for before, month in pairwise(MONTHS):
        moves = history.built.query(
            "select from_segment_id, to_segment_id, customer_count "
            f"from fct_segment_migrations where as_of_date = '{month}'",
            published=True,
        )
        expected = dict(history.sizes[before])
        for left, entered, count in moves:
            if left:
                expected[left] -= count
            if entered:
                expected[entered] += count
        assert expected == history.sizes[month]


def test_reasons_are_those_of_the_two_models(history: History) -> None:
    counted = dict(
        history.built.query(
            "select reason, sum(customer_count) from fct_segment_migrations "
            f"where as_of_date = '{MONTHS[-1]}' group by reason"
        )
    )
    (by_hand,) = history.built.query(
        """
        select
            count(*) filter (previous_segment_id <> frozen_segment_id),
            count(*) filter (frozen_segment_id <> segment_id)
        from ml_segments__moves
        where previous_segment_id is not null and segment_id is not null
        """
    )
    assert (counted["customer_moved"], counted["model_moved"]) == by_hand
    assert counted["customer_moved"] > counted["model_moved"] > 0


def test_a_customer_is_in_one_segment_at_a_time(history: History) -> None:
    (open_count, repeated), *_ = history.built.query(
        "select count(*), count(*) - count(distinct customer_id) "
        "from fct_segment_memberships where valid_to is null"
    )
    assert (open_count, repeated) == (sum(history.sizes[MONTHS[-1]].values()), 0)
    gaps = history.built.query(
        """
        select count(*) from (
            select
                valid_to,
                lead(valid_from) over (partition by customer_id order by valid_from)
                    as next_from
            from fct_segment_memberships
        )
        where next_from is not null and next_from is distinct from valid_to
        """
    )
    assert gaps == [(0,)]
    told = history.built.query(
        "select valid_from::varchar, segment_id, count(*) from fct_segment_memberships "
        f"where valid_from = '{MONTHS[0]}' group by all"
    )
    assert {row[1]: row[2] for row in told} == history.sizes[MONTHS[0]]


def test_the_same_month_again_is_fitted_alike(history: History) -> None:
    assert history.built.query(FIT) == history.refused_fit
    assert len(history.refused_fit) == 15


def test_a_match_in_doubt_stops_the_build_until_a_person_decides(
    history: History,
) -> None:
    assert history.in_doubt and "segments_match_clearly" in history.refused
    said = " ".join(history.refused.split())
    for cluster, segment in history.in_doubt:
        assert f"{segment} could be" in said or f"cluster {cluster} could be" in said
        assert f"covey -b grocery segments accept {cluster} {segment}" in said
    lineage = "select event, is_ambiguous from ml_segments__lineage"
    assert set(history.built.query(lineage)) == {("kept", False)}


def test_the_state_holds_what_the_next_month_needs(history: History) -> None:
    with duckdb.connect() as connection:
        path = history.state_dirs[-1] / "fct_segment_memberships.parquet"
        (count,) = connection.sql(f"select count(*) from '{path}'").fetchone()
    assert count > 2_400
