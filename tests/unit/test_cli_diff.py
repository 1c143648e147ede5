"""What `covey diff` says of two versions whose differences are known."""

from __future__ import annotations

import csv
import io
import json
from types import SimpleNamespace

import pytest

from covey.cli import main
from covey.publish import publish
from covey.settings import Settings
from unit.published_fixture import make_project, write_build
from unit.versions_fixture import (
    COUNT,
    NEW_FIT,
    NEXT_MONTH,
    two_versions,
    write_history,
)


@pytest.fixture
def diff(monkeypatch, capsys):
    def run(settings: Settings, *arguments: str) -> SimpleNamespace:
        monkeypatch.setenv("COVEY_PROJECT_DIR", str(settings.project_dir))
        monkeypatch.setenv("COVEY_DATA_DIR", str(settings.data_dir))
        with pytest.raises(SystemExit) as end:
            main(("diff", *arguments))
        out, err = capsys.readouterr()
        return SimpleNamespace(code=end.value.code, out=out, err=err)

    return run


def read(done: SimpleNamespace) -> dict:
    assert (done.code, done.err) == (0, "")
    return json.loads(done.out)


def test_who_moved_between_which_segments_with_how_much(diff, tmp_path):
    found = read(diff(two_versions(tmp_path, NEXT_MONTH), "--json"))
    assert found["customer_count"] == COUNT - 1
    assert found["moved"] == {
        "customer_count": 12,
        "spend_amount_90d": pytest.approx(12 * 1234.5 + 100),
    }
    moves = {
        (row["from_segment"], row["to_segment"], row["reason"]): row["customer_count"]
        for row in found["moves"]
    }
    # The centres are the same, so nobody but the customers can have moved.
    assert moves == {("S2", "S1", "customer_moved"): 12, ("S1", None, "left"): 1}
    (gold, risk) = found["segments"]
    assert (gold["name_before"], gold["name_after"]) == ("Champions", "Gold")
    assert (risk["customers_before"], risk["customers_after"]) == (COUNT, 3)


def test_scores_and_rows_are_compared(diff, tmp_path):
    found = read(diff(two_versions(tmp_path, NEXT_MONTH), "--json"))
    (score,) = found["scores"]
    assert score["mean_probability_before"] == pytest.approx(0.123)
    assert score["mean_probability_after"] == pytest.approx(0.123 + 2 * 0.4 / COUNT)
    assert (score["decile_up_count"], score["decile_down_count"]) == (2, 1)
    assert score["decile_jump_count"] == 3
    assert (score["contacts_before"], score["contacts_after"]) == (COUNT, COUNT - 1)
    text = diff(two_versions(tmp_path / "again", NEXT_MONTH)).out
    assert "Rows without an end" in text
    (line,) = [line for line in text.splitlines() if "without an end" in line]
    assert line.split()[-3:] == ["0", "1", "+1"]


def test_the_history_says_whether_the_customer_or_the_model_moved(diff, tmp_path):
    settings = two_versions(tmp_path, [*NEXT_MONTH, *NEW_FIT])
    write_history(settings)
    found = read(diff(settings, "--json"))
    assert (found["is_same_fit"], found["matched_by"]) == (False, "segment_id")
    assert {row["reason"]: row["customer_count"] for row in found["moves"]} == {
        "model_moved": 10,
        "customer_moved": 2,
        "left": 1,
    }
    text = " ".join(diff(settings).out.split())
    assert "Customer moved 2, with £2,569" in text
    assert "Model moved 10, with £12,345" in text
    assert "fitted anew, with the same ids" in text


def test_without_a_common_history_segments_go_by_their_names(diff, tmp_path):
    settings = two_versions(tmp_path, [*NEXT_MONTH, *NEW_FIT])
    write_history(settings, event="new")
    found = read(diff(settings, "--json"))
    assert found["matched_by"] == "segment_name"
    assert {row["name_after"] for row in found["segments"]} == {"Gold", "At risk", None}
    assert {row["reason"] for row in found["moves"]} == {None, "left"}
    assert "matched by their names" in " ".join(diff(settings).out.split())


def test_on_the_same_day_whoever_did_nothing_was_moved_by_the_model(diff, tmp_path):
    settings = two_versions(tmp_path, NEW_FIT)
    found = read(diff(settings, "--json"))
    reasons = {row["reason"]: row["customer_count"] for row in found["moves"]}
    # The first customer's spend changed too, and nothing says what moved them.
    assert reasons == {"model_moved": 11, None: 1, "left": 1}


def test_the_other_way_round_and_by_any_name(diff, tmp_path):
    settings = two_versions(tmp_path, NEXT_MONTH)
    there = read(diff(settings, "previous", "current", "--json"))
    back = read(diff(settings, "0002", "0001_2026", "--json"))
    assert back["before"] == there["after"]
    assert back["moved"]["customer_count"] == there["moved"]["customer_count"]
    nothing = read(diff(settings, "current", "current", "--json"))
    assert nothing["moves"] == []
    assert "0 of 39 customers" in diff(settings, "current", "current").out


def test_markdown_for_a_pull_request_tells_of_no_small_group(diff, tmp_path):
    out = diff(two_versions(tmp_path, NEXT_MONTH), "--markdown").out
    assert out.startswith("### Sample: what this build changes\n")
    assert "| At risk | Gold | 12 | £14,914 | customer moved |" not in out
    assert "| At risk | Champions | 12 | £14,914 | customer moved |" in out
    assert "| 1 other way |  | under 10 |  |  |" in out
    assert "* **Left**: fewer than 10" in out
    assert "| Gold (was Champions) | 1,204 | 1,204 | 0 |" in out
    assert "| At risk | 40 | under 10 |  | £1,234,568 |  |" in out


def test_a_name_is_no_markup(diff, tmp_path):
    name = (
        "update dim_segments set segment_name = '@all <b>|`x`' where segment_id = 'S1'"
    )
    out = diff(two_versions(tmp_path, [*NEXT_MONTH, name]), "--markdown").out
    assert "@all" not in out
    assert "\\<b\\>\\|\\`x\\`" in out


def test_as_csv_and_as_text(diff, tmp_path):
    settings = two_versions(tmp_path, NEXT_MONTH)
    rows = list(csv.DictReader(io.StringIO(diff(settings, "--csv").out)))
    assert [row["customer_count"] for row in rows] == ["12", "1"]
    lines = diff(settings).out.splitlines()
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["0009"], 3, "no version fits '0009'"),
        (["00"], 3, "several versions fit"),
        (["--markdown", "--json"], 2, "--markdown excludes"),
    ],
)
def test_what_is_wrong_is_one_sentence(diff, tmp_path, arguments, code, said):
    done = diff(two_versions(tmp_path, []), *arguments)
    assert (done.code, done.out) == (code, "")
    assert said in done.err


def test_there_is_nothing_before_the_first_version(diff, tmp_path):
    settings = make_project(tmp_path)
    write_build(settings)
    publish(settings)
    done = diff(settings)
    assert done.code == 3
    assert "no version before the current one" in done.err
