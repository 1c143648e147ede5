"""Scores of somebody new, the models in use, and the card of one."""

from __future__ import annotations

import json
import math

import pytest

from covey.cli.answers.score import say_answer
from covey.publish import publish
from covey.published.scoring import score
from unit.cli_fixture import runner
from unit.published_fixture import make_project, write_build


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    settings = make_project(tmp_path_factory.mktemp("covey"))
    write_build(settings)
    publish(settings)
    return settings


@pytest.fixture
def covey(settings, monkeypatch, capsys):
    return runner(settings, monkeypatch, capsys)


def chance(log_odds):
    return 1 / (1 + math.exp(-log_odds))


def test_somebody_new_is_scored_by_the_terms(covey):
    given = json.dumps({"days_since_last_order": 3, "contract": "Yearly"})
    (answer,) = json.loads(covey("score", "--features", given, "--json").out)
    log_odds = -2 - 0.5 + 0.25 * math.log(4) - 1
    assert answer["probability"] == pytest.approx(chance(log_odds))
    parts = {part["feature"]: part for part in answer["parts"]}
    assert parts["contract"]["contribution_log_odds"] == -1
    points = 100 * (chance(log_odds) - chance(log_odds + 1))
    assert parts["contract"]["contribution_points"] == pytest.approx(points)


def test_what_is_not_known_and_what_is_new_have_terms_of_their_own(covey):
    (answer,) = json.loads(covey("score", "--feature", "contract=Weekly", "--json").out)
    assert answer["probability"] == pytest.approx(chance(-2 + 0.75 + 0.5))
    said = covey("score", "--feature", "contract=Weekly").out
    assert "not known" in said
    assert "Weekly" in said


def test_a_chance_without_reasons_has_no_empty_table():
    part = {"feature_label": "orders", "value": None, "typical": 2.0}
    answer = {"outcome_type": "lapse_28d", "probability": 0.099}
    weak, strong = ([{**part, "contribution_points": points}] for points in (0.04, 3.0))
    (line,) = say_answer({**answer, "parts": weak})
    assert line.startswith("9.9% chance to buy nothing in the next 28 days, as for any")
    lines = list(say_answer({**answer, "parts": strong}))
    assert lines[0].endswith("because")
    assert len(lines) == 4


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--feature", "contract"), 2, "not NAME=VALUE"),
        (("--feature", "colour=red"), 2, "it looks at contract and days_since"),
        (("--feature", "days_since_last_order=soon"), 2, "which is no number"),
        (("--feature", "contract=3"), 2, "has to be a text"),
        (("--features", "[1]"), 2, "takes an object"),
        (("--features", '{"contract": [1]}'), 2, "give a number or a text"),
        (("--outcome", "churn"), 3, "there are lapse_28d"),
        (("--feature", "days_since_last_order=inf"), 2, "which is no number"),
    ],
)
def test_mistakes_are_told(covey, arguments, code, words):
    result = covey("score", *arguments)
    assert (result.code, result.out) == (code, "")
    assert words in result.err


def test_values_below_zero_are_before_a_knot_at_zero():
    terms = [
        {"feature": "intercept", "term": "intercept", "coefficient": 0.0},
        {"feature": "x", "term": "knot", "knot": -math.log(3), "coefficient": 2.0},
        {"feature": "x", "term": "knot", "knot": 0.0, "coefficient": 1.0},
    ]
    assert score(terms, {"x": -1.0}).parts["x"] == pytest.approx(2 * math.log(1.5))
    assert score(terms, {"x": -5.0}).parts["x"] == 0


def test_models_lists_what_is_in_use_and_a_card_tells_it_all(covey):
    listed = json.loads(covey("models", "--json").out)
    assert ("propensity", "lapse_28d") in {
        (row["task"], row["subject"]) for row in listed
    }
    card = covey("model", "lapse_28d").out
    for words in (
        "What it looks at",
        "Monthly",
        "Yearly (-2.00)",
        "Does 30% mean 30%",
        "the policy would have brought £50.00, acting on all of them -£30.00",
        "Days since the last order 2026-01-01 0.310",
        "Days since last order 0.810 1 80% 0.310 yes",
        "no: never varies",
        "kept the model in use: the new one missed by 0.004 ± 0.002 more",
        "Limits",
    ):
        assert words in " ".join(card.split()), words
    run = next(row["run_id"] for row in listed if row["subject"] == "lapse_28d")
    assert covey("model", run).out == card
    assert covey("model", "lapse_28d", "--markdown").out.startswith("# Sample")
    assert "kept the model in use" in covey("quality").out.lower()


def test_a_model_that_is_not_there_is_told(covey):
    result = covey("model", "weather")
    assert result.code == 3
    assert "there are lapse_28d" in result.err
