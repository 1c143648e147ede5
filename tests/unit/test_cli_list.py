"""Whom to act on: worth it, agreed, within the budget."""

from __future__ import annotations

import csv
import io
import json

import pytest

from covey.publish import publish
from unit.cli_fixture import runner
from unit.published_fixture import make_project, write_build
from unit.published_records import own_id


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """Twelve customers: the worth of each is its number, 1 to 12."""
    settings = make_project(tmp_path_factory.mktemp("covey"))
    write_build(settings)
    publish(settings)
    return settings


@pytest.fixture
def covey(settings, monkeypatch, capsys):
    return runner(settings, monkeypatch, capsys)


def test_it_lists_who_is_worth_most_and_has_agreed(covey):
    listed = json.loads(covey("list", "--json").out)
    # Every third has agreed to marketing.
    ids = [row["customer_id"] for row in listed["customers"]]
    assert ids == [own_id(number) for number in (12, 9, 6, 3)]
    assert listed["expected_value_amount"] == 30
    assert [row["list_rank"] for row in listed["customers"]] == [1, 2, 3, 4]


def test_it_stops_when_the_money_is_gone(covey):
    listed = json.loads(covey("list", "--budget", "1.2", "--json").out)
    assert [row["customer_id"] for row in listed["customers"]] == [
        own_id(12),
        own_id(9),
    ]
    assert listed["action_cost_amount"] == 1


def test_everyone_is_everyone_and_top_cuts(covey):
    rows = list(csv.DictReader(io.StringIO(covey("list", "--everyone", "--csv").out)))
    assert len(rows) == 12
    assert len(json.loads(covey("list", "--top", "2", "--json").out)["customers"]) == 2


def test_it_says_what_the_list_costs_and_why_these(covey):
    said = covey("list").out
    assert "4 customers: costs" in said
    assert "last order 21 days ago" in said


def test_a_segment_is_a_part_and_a_wrong_name_is_told(covey):
    part = json.loads(covey("list", "--segment", "champions", "--json").out)
    assert {row["segment_name"] for row in part["customers"]} <= {"Champions"}
    wrong = covey("list", "--outcome", "spend_drop_56d")
    assert wrong.code == 3
    assert "there are lapse_28d" in wrong.err
    nobody = covey("list", "--segment", "Nobody")
    assert nobody.code == 3
    assert "no segment 'Nobody'" in nobody.err
