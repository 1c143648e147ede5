"""A segment keeps its name; a new one takes a name that nobody has."""

import pandas as pd
import pytest

from covey.ml.segments.names import name_segments

RULES = pd.DataFrame(
    [
        (1, "Champions", 5.0, 5.0),
        (2, "Loyal", 4.0, 4.0),
        (3, "Needs attention", 3.0, 3.0),
        (4, "Dormant", 1.0, 1.0),
    ],
    columns=["name_rank", "segment_name", "recency_score", "volume_score"],
).assign(description="who", strategy="what")
NO_OVERRIDES = pd.DataFrame({"segment_id": [], "segment_name": []})


def name(scores, events, before=(), overrides=NO_OVERRIDES) -> list[str]:
    """Names of clusters 0, 1, ... that are segment_1, segment_2, ..."""
    ids = [f"segment_{place + 1}" for place in range(len(scores))]
    profiles = pd.DataFrame(scores, columns=["recency_score", "volume_score"])
    profiles = profiles.assign(cluster_id=range(len(scores)))
    matches = pd.DataFrame(
        {"segment_id": ids, "cluster_id": range(len(scores)), "event": events}
    )
    previous = pd.DataFrame(
        {"segment_id": ids[: len(before)], "segment_name": list(before)}
    ).assign(name_rank=9, description="who once", strategy="what once")
    named = name_segments(profiles, RULES, matches, previous, overrides)
    assert named["cluster_id"].tolist() == list(range(len(scores)))
    return named["segment_name"].tolist()


def test_first_names_come_from_the_rules():
    assert name([(4.8, 4.9), (1.2, 1.0)], ["new", "new"]) == ["Champions", "Dormant"]


def test_a_name_stays_while_its_segment_drifts():
    """By rule the second would be Needs attention now, by a hair."""
    drifted = [(4.8, 4.9), (3.4, 3.4)]
    assert name(drifted, ["new", "new"])[1] == "Needs attention"
    kept = name(drifted, ["kept", "kept"], ["Champions", "Loyal"])
    assert kept == ["Champions", "Loyal"]


def test_a_segment_that_clearly_moved_is_renamed():
    moved = name([(4.8, 4.9), (1.1, 1.1)], ["kept", "kept"], ["Champions", "Loyal"])
    assert moved == ["Champions", "Dormant"]


def test_a_new_segment_takes_no_name_that_another_has():
    scores = [(4.6, 4.7), (4.7, 4.8), (1.0, 1.0)]
    names = name(scores, ["new", "kept", "kept"], ["?", "Champions", "Dormant"])
    assert names == ["Loyal", "Champions", "Dormant"]
    given = pd.DataFrame({"segment_id": ["segment_2"], "segment_name": ["Loyal"]})
    names = name(scores, ["new", "kept", "kept"], ["?", "Champions", "Dormant"], given)
    assert names[0] == "Needs attention"


def test_a_new_segment_below_the_last_one_does_not_take_a_better_name():
    """A grocer's May: a group that nobody was in before has bought nothing at all."""
    scores = [(4.0, 4.4), (3.2, 3.0), (1.7, 1.3), (1.0, 1.0)]
    before = ["Champions", "Loyal", "Dormant"]
    names = name(scores, ["kept", "kept", "kept", "new"], before)
    assert names == ["Champions", "Loyal", "Needs attention", "Dormant"]


def test_a_name_that_the_rules_lost_stays():
    assert name([(1.0, 1.0)], ["kept"], ["Sleepers"]) == ["Sleepers"]


def test_too_few_names_say_what_to_do():
    with pytest.raises(ValueError, match="add rows to the seed segment_names"):
        name([(3.0, 3.0)] * 5, ["new"] * 5)
