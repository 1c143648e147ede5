"""The macro that the published file carries: exact, alone, and nothing beside it."""

from __future__ import annotations

import math

import duckdb
import pytest

from covey.publish import PublishError, publish
from covey.publish.checking import Copied, check_copy
from covey.publish.segment_macro import assignment_macro
from covey.settings import Settings
from covey.warehouse import open_build
from unit.published_fixture import make_project, read_contents, write_build
from unit.published_rows import mart_rows

CENTRES = mart_rows(1)["dim_segment_centres"]
ASSIGN = "from assign_segment(active_week_count_90d := ?, spend_amount_90d := ?)"


@pytest.fixture
def settings(tmp_path) -> Settings:
    settings = make_project(tmp_path)
    write_build(settings)
    publish(settings)
    return settings


def answer(centres: list[dict], *values: float | None) -> dict:
    with duckdb.connect() as connection:
        connection.execute(assignment_macro(centres))
        cursor = connection.execute(
            f"from assign_segment({', '.join('?' * len(values))})", list(values)
        )
        names = [column[0] for column in cursor.description]
        return dict(zip(names, cursor.fetchone(), strict=True))


def test_the_middle_of_a_segment_is_at_no_distance():
    found = answer(CENTRES, math.exp(2.5) - 1, math.exp(4.5) - 1)
    assert (found["segment_id"], found["segment_name"]) == ("S1", "Champions")
    assert found["segment_distance"] == pytest.approx(0, abs=1e-12)
    assert found["runner_up_segment_name"] == "At risk"
    assert found["runner_up_distance"] == pytest.approx(math.sqrt(8))


def test_the_feature_that_decides_is_the_one_that_differs_most():
    weeks, spend = (math.exp(mean) - 1 for mean in (2.5, 4.1))
    assert answer(CENTRES, weeks, spend)["deciding_feature"] == "active_week_count_90d"
    weeks, spend = (math.exp(mean) - 1 for mean in (2.1, 4.5))
    assert answer(CENTRES, weeks, spend)["deciding_feature"] == "spend_amount_90d"


def test_half_way_the_lower_cluster_wins_as_in_the_build():
    centres = [{**row, "log_mean": 0.0} for row in CENTRES]
    assert answer(centres, 0, 0)["segment_id"] == "S1"
    swapped = [{**row, "cluster_id": 1 - row["cluster_id"]} for row in centres]
    assert answer(swapped, 0, 0)["segment_id"] == "S2"


def test_one_segment_has_no_runner_up():
    found = answer([row for row in CENTRES if row["segment_id"] == "S2"], 1, 1)
    assert found["segment_id"] == "S2"
    assert found["runner_up_segment_id"] is None
    assert found["segment_confidence"] is None
    assert found["deciding_feature"] is None


def test_what_is_unknown_is_typical_and_below_zero_is_nothing():
    weeks = math.exp(2) - 1
    known = answer(CENTRES, weeks, 20).values()
    assert list(answer(CENTRES, None, 20).values()) == pytest.approx(list(known))
    assert answer(CENTRES, -5, 10) == answer(CENTRES, 0, 10)


def test_confidence_is_nothing_half_way_and_whole_in_the_middle():
    middle = answer(CENTRES, math.exp(2.5) - 1, math.exp(4.5) - 1)
    assert middle["segment_confidence"] == pytest.approx(1)
    half_way = answer(CENTRES, math.exp(2) - 1, math.exp(4) - 1)
    assert half_way["segment_confidence"] == pytest.approx(0)


def test_a_name_with_a_quote_is_only_a_name():
    centres = [{**row, "segment_name": "Bob's '); drop"} for row in CENTRES]
    assert answer(centres, 1, 1)["segment_name"] == "Bob's '); drop"


def test_numbers_keep_their_last_digit():
    centre = 0.1 + 0.2
    one = {**CENTRES[0], "centre": centre, "log_mean": 0.0, "log_deviation": 1.0}
    assert answer([one], math.e - 1)["segment_distance"] == 1 - centre


def test_the_published_file_has_the_macro_and_no_other(settings):
    with duckdb.connect(str(settings.current_path), read_only=True) as reader:
        assert reader.execute(ASSIGN, [12, 90]).fetchone()[0] == "S1"
    path = next(settings.published_dir.glob("*.duckdb"))
    contents = read_contents(path)
    check_copy(path, Copied(contents, ("assign_segment",)))
    with pytest.raises(PublishError, match=r"differs in \['assign_segment\(\)'\]"):
        check_copy(path, Copied(contents))
    with duckdb.connect(str(path)) as writer:
        writer.execute("create macro other() as table select 1")
    with pytest.raises(PublishError, match=r"differs in \['other\(\)'\]"):
        check_copy(path, Copied(contents, ("assign_segment",)))


def test_without_segments_there_is_no_macro(tmp_path):
    settings = make_project(tmp_path)
    write_build(settings)
    connection = open_build(settings.build_path, read_only=False)
    connection.execute("delete from dim_segment_centres")
    connection.close()
    publish(settings)
    with duckdb.connect(str(settings.current_path), read_only=True) as reader:
        found = reader.execute("from duckdb_functions() where not internal").fetchall()
    assert found == []
