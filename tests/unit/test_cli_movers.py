"""Who changed segment, and what one segment is: with a history and without."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import duckdb
import pytest

from covey.cli import main
from unit.published_records import own_id
from unit.versions_fixture import MOVED, NEW_FIT, NEXT_MONTH, two_versions

# Spells of three customers: one moved twice, one joined and left, one only joined.
SPELLS = [
    (1, "S1", "Champions", "2025-12-01", "2026-01-01", "joined"),
    (1, "S2", "At risk", "2026-01-01", "2026-02-01", "model_moved"),
    (1, "S1", "Gold", "2026-02-01", None, "customer_moved"),
    (3, "S2", "At risk", "2025-12-01", "2026-02-01", "joined"),
    (5, "S1", "Gold", "2026-02-01", None, "joined"),
]


@pytest.fixture(scope="module")
def without_history(tmp_path_factory):
    return two_versions(tmp_path_factory.mktemp("covey"), [*NEXT_MONTH, *NEW_FIT])


@pytest.fixture(scope="module")
def with_history(tmp_path_factory):
    settings = two_versions(tmp_path_factory.mktemp("covey"), NEXT_MONTH)
    newest = max(settings.published_dir.glob("*.duckdb"))
    with duckdb.connect(str(newest)) as connection:
        connection.execute(
            "create table fct_segment_memberships (customer_id varchar, segment_id "
            "varchar, segment_name varchar, valid_from date, valid_to date, "
            "reason varchar)"
        )
        connection.executemany(
            "insert into fct_segment_memberships values (?, ?, ?, ?, ?, ?)",
            [(own_id(number), *rest) for number, *rest in SPELLS],
        )
    return settings


@pytest.fixture
def covey(monkeypatch, capsys):
    def run(settings, *arguments: str) -> SimpleNamespace:
        monkeypatch.setenv("COVEY_PROJECT_DIR", str(settings.project_dir))
        monkeypatch.setenv("COVEY_DATA_DIR", str(settings.data_dir))
        with pytest.raises(SystemExit) as end:
            main(arguments)
        out, err = capsys.readouterr()
        return SimpleNamespace(code=end.value.code, out=out, err=err)

    return run


def moves(done: SimpleNamespace) -> list[tuple]:
    assert (done.code, done.err) == (0, "")
    return [
        (row["from_segment_name"], row["to_segment_name"], row["moved_on"])
        for row in json.loads(done.out)["moves"]
    ]


def test_the_last_moves_of_the_history(covey, with_history):
    done = covey(with_history, "movers", "--json")
    assert moves(done) == [("At risk", "Gold", "2026-02-01")]
    (row,) = json.loads(done.out)["moves"]
    assert row["customer_id"] == own_id(1)
    assert row["reason"] == "customer_moved"
    assert row["spend_amount_90d"] == 1334.5


def test_moves_since_a_date_between_named_segments(covey, with_history):
    since = ("--since", "2025-01-01")
    assert len(moves(covey(with_history, "movers", *since, "--json"))) == 2
    left = covey(with_history, "movers", *since, "--from", "champions", "--json")
    assert moves(left) == [("Champions", "At risk", "2026-01-01")]
    came = covey(with_history, "movers", *since, "--to", "GOLD", "--json")
    assert moves(came) == [("At risk", "Gold", "2026-02-01")]
    assert moves(covey(with_history, "movers", "--since", "2027-01-01", "--json")) == []
    later = covey(with_history, "movers", "--since", "2027-01-01").out
    assert "no moves" in later
    assert "0.00" not in later


def test_without_a_history_the_version_before_is_compared(covey, without_history):
    found = json.loads(covey(without_history, "movers", "--json").out)
    assert found["move_count"] == len(MOVED)
    assert found["moves"][0]["customer_id"] == own_id(1)
    rows = list(
        csv.DictReader(
            io.StringIO(covey(without_history, "movers", "--limit", "3", "--csv").out)
        )
    )
    assert len(rows) == 3
    text = covey(without_history, "movers", "--limit", "3").out
    assert "12 moves, with £14,914" in text
    assert "and 9 more" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--since", "2025-01-01"], 2, "--since needs a version with a history"),
        (["--from", "Nobody"], 3, "no segment 'Nobody': there are Gold, At risk"),
        (["--since", "soon"], 2, "is not a date"),
    ],
)
def test_what_is_wrong_is_one_sentence(covey, without_history, arguments, code, said):
    done = covey(without_history, "movers", *arguments)
    assert (done.code, done.out) == (code, "")
    assert said in done.err


def test_a_segment_tells_who_came_and_went(covey, with_history):
    found = json.loads(covey(with_history, "segment", "S1", "--json").out)
    assert [
        (row["direction"], row["segment_name"], row["customer_count"])
        for row in found["moves"]
    ] == [("in", "At risk", 1), ("in", None, 1)]
    risk = json.loads(covey(with_history, "segment", "at risk", "--json").out)
    assert {
        (row["direction"], row["segment_name"], row["customer_count"])
        for row in risk["moves"]
    } == {("out", "Gold", 1), ("out", None, 1)}
    text = covey(with_history, "segment", "Gold").out
    assert "came from      At risk" in text
    assert "came from      nowhere" in text


def test_a_segment_has_its_neighbours_and_ten_typical_customers(covey, with_history):
    found = json.loads(covey(with_history, "segment", "Gold", "--json").out)
    (neighbour,) = found["neighbours"]
    assert neighbour["segment_name"] == "At risk"
    assert neighbour["distance"] == pytest.approx(8**0.5)
    examples = found["examples"]
    assert len(examples) == 10
    sure = [row["segment_confidence"] for row in examples]
    assert sure == sorted(sure, reverse=True)
    assert examples[0]["customer_id"] == own_id(1)


def test_segments_with_a_name_is_the_same(covey, with_history):
    one = covey(with_history, "segment", "Gold").out
    assert covey(with_history, "segments", "gold").out == one


def test_one_segment_and_its_movers_import_nothing_heavy(with_history):
    heavy = "pandas numpy rich yaml pyarrow jinja2 sklearn dbt subprocess"
    for arguments in (["segment", "Gold"], ["movers"]):
        script = (
            "import sys, typer, duckdb; before = set(sys.modules)\n"
            "from covey.cli import main\n"
            "try: main(sys.argv[1:])\n"
            "except SystemExit as end: assert end.code == 0\n"
            f"print(sorted(set({heavy.split()}) & (set(sys.modules) - before)))"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments],
            env={
                **os.environ,
                "COVEY_PROJECT_DIR": str(with_history.project_dir),
                "COVEY_DATA_DIR": str(with_history.data_dir),
            },
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.splitlines()[-1] == "[]"
