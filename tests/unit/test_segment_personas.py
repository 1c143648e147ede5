"""Segments of tastes are called by their strongest hours and tags."""

import pandas as pd
import pytest

from covey.ml.segments.personas import name_personas

RULES = pd.DataFrame(
    [
        ("hour", "night_rate", "Night-time", "more often at night", "write late"),
        ("hour", "weekend_rate", "Weekend", "more often at weekends", "write early"),
        ("tag", None, "{tag}", "choose more {tag}", "show {tag}"),
        ("rest", None, "All-round", "choose everything", "show all"),
    ],
    columns=["part", "feature", "word", "description", "strategy"],
)
WORDS = {"night_rate": "Night-time", "weekend_rate": "Weekend"}


def name(*clusters: dict[str, float], before: tuple[str, ...] = ()) -> pd.DataFrame:
    """Name clusters 0, 1, ... of falling size, by their deviations."""
    traits = [
        (cluster, "hour" if feature in WORDS else "tag", feature, deviation)
        for cluster, deviations in enumerate(clusters)
        for feature, deviation in deviations.items()
    ]
    columns = ["cluster_id", "part", "feature", "deviation"]
    table = pd.DataFrame(traits, columns=columns).assign(least_deviation=0.3)
    table["word"] = table["feature"].map(lambda each: WORDS.get(each, each))
    ids = range(len(clusters))
    matches = pd.DataFrame(
        {
            "segment_id": [f"segment_{each}" for each in ids],
            "cluster_id": ids,
            "event": ["kept" if each < len(before) else "new" for each in ids],
        }
    )
    previous = pd.DataFrame(
        {"segment_id": matches["segment_id"][: len(before)], "segment_name": before}
    ).assign(name_rank=9, description="who once", strategy="what once")
    sizes = pd.DataFrame({"cluster_id": ids, "customer_count": [99 - i for i in ids]})
    named = name_personas(
        table.sample(frac=1, random_state=3), sizes, RULES, matches, previous, "fans"
    )
    assert named["cluster_id"].tolist() == list(ids)
    assert named["name_rank"].tolist() == [each + 1 for each in ids]
    return named


@pytest.mark.parametrize(
    ("deviations", "expected"),
    [
        ({"night_rate": 2.0, "drama": 0.9}, "Night-time drama fans"),
        ({"night_rate": 2.0, "weekend_rate": 1.1}, "Night-time weekend fans"),
        ({"night_rate": 2.0, "weekend_rate": 0.9}, "Night-time fans"),
        ({"war": 0.5, "drama": 0.9, "comedy": 0.4}, "Drama and war fans"),
        ({"drama": 0.9, "war": 0.44}, "Drama fans"),
        ({"b": 0.5, "a": 0.5}, "A and b fans"),
        ({"drama": 0.29, "night_rate": -2.0}, "All-round fans"),
    ],
)
def test_what_stands_out_makes_the_name(deviations, expected):
    assert name(deviations)["segment_name"].tolist() == [expected]


def test_sentences_come_from_the_rules():
    row = name({"night_rate": 1.0, "noir": 0.9, "war": 0.8}, {"drama": 0.1}).iloc[0]
    assert row["description"] == "Choose more noir and war, more often at night"
    assert row["strategy"] == "Show noir and war; write late"


def test_of_equal_names_the_smaller_segment_gets_a_word_more():
    found = name(
        {"drama": 0.9},
        {"drama": 0.9, "war": 0.31},
        {"drama": 0.9},
        {"drama": 0.9},
    )
    assert found["segment_name"].tolist() == [
        "Drama fans",
        "Drama and war fans",
        "Drama fans 2",
        "Drama fans 3",
    ]


def test_a_name_stays_while_one_of_its_words_is_right():
    found = name(
        {"war": 0.9, "drama": 0.4},
        {"night_rate": 0.9},
        before=("Night-time drama fans", "Comedy and noir fans"),
    )
    assert found["segment_name"].tolist() == [
        "Night-time drama fans",
        "Night-time fans",
    ]
    assert found["description"].tolist()[0] == "who once"
