"""The command line as people and programs meet it."""

import csv
import io
import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from covey.cli import docs
from covey.cli.commands import COMMANDS
from covey.cli.tables import WIDTH, table
from covey.cli.work.build_progress import BuildProgress, describe_failure
from covey.publish import publish
from covey.publish.locking import exclusive
from covey.settings import Settings
from unit.cli_fixture import runner
from unit.published_fixture import make_project, write_artefacts, write_build
from unit.published_records import NASTY_ITEM, own_id

# Every command that answers a question, with arguments that find something.
READING = {
    "segments": ["segments"],
    "one segment": ["segments", "champions"],
    "segment": ["segment", "s1"],
    "assign": [
        "assign",
        "--feature=active_week_count_90d=6",
        "--feature=spend_amount_90d=90",
    ],
    "lookup": ["lookup", "1"],
    "why": ["why", "1"],
    "recommend": ["recommend", "1"],
    "identity": ["identity", "1"],
    "similar": ["similar", "I3"],
    "matches": ["similar", "milk"],
    "together": ["together", "bread"],
    "quality": ["quality"],
    "rows": ["quality", "--rows"],
    "readiness": ["readiness"],
    "all of readiness": ["readiness", "--all"],
    "versions": ["versions"],
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = make_project(tmp_path_factory.mktemp("covey"))
    write_build(settings)
    publish(settings)
    return settings


@pytest.fixture
def covey(warehouse, monkeypatch, capsys):
    """Run a command in this process; gives its code, stdout and stderr."""
    return runner(warehouse, monkeypatch, capsys)


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_every_command_has_help_with_an_example(covey, name):
    done = covey(*name.split(), "--help")
    assert done.code == 0
    example = done.out.split("Example:")[1].strip().splitlines()[0]
    assert example.startswith("covey ")
    assert f" {name} " in f"{example} " or not name
    assert "  --help" in done.out
    assert max(map(len, done.out.splitlines())) <= WIDTH


def test_help_lists_the_exit_codes(covey):
    out = covey("--help").out
    for code in (0, 1, 2, 3, 4, 5):
        assert f"\n      {code}  " in out


@pytest.mark.parametrize("name", READING)
def test_answers_fit_a_terminal(covey, name):
    done = covey(*READING[name])
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert len(lines) > 1
    assert max(map(len, lines)) <= WIDTH


@pytest.mark.parametrize("name", READING)
def test_answers_come_as_json(covey, name):
    assert json.loads(covey(*READING[name], "--json").out)


@pytest.mark.parametrize("name", READING)
def test_answers_come_as_csv(covey, name):
    rows = list(csv.DictReader(io.StringIO(covey(*READING[name], "--csv").out)))
    assert rows
    assert all(None not in row and None not in row.values() for row in rows)


def test_readiness_says_what_is_left_out_and_which_line_to_change(covey):
    out = covey("readiness").out
    assert "The list “Buy again”: left out" in out
    assert "With one thing to buy there is nothing to choose." in out
    assert "buyer count" not in out
    assert "In dbt_project.yml:\n    outcomes: [lapse_28d]" in out
    assert "buyer count" in covey("readiness", "--all").out
    found = json.loads(covey("readiness", "--json").out)
    standings = {each["output"]: each["is_ready"] for each in found["outputs"]}
    assert standings == {"recommendations:buy_again": False, "segments": True}
    assert [each["value"] for each in found["proposals"]] == [28]


def test_json_and_csv_exclude_each_other(covey):
    assert covey("segments", "--json", "--csv").code == 2


@pytest.mark.parametrize("customer", ["7", "1007", own_id(7)])
def test_a_customer_is_found_by_any_id(covey, customer):
    found = json.loads(covey("lookup", customer, "--json").out)
    assert found["customer_id"] == own_id(7)
    assert found["days_since_last_order"] == 7
    assert found["as_of_date"] == "2026-01-01"
    assert [each["decision"] for each in found["outcomes"]] == ["contact"]


def test_a_look_up_reads_like_a_sentence(covey):
    out = covey("lookup", "7").out
    assert "Champions" not in out.splitlines()[0]
    for words in (
        "At risk",
        "bring a friend",
        "7 days ago, on 25 December 2025",
        "£5,000",
        "buy nothing in the next 28 days",
        "worth contacting",
    ):
        assert words in " ".join(out.split())


def test_why_gives_the_reasons_in_order(covey):
    (outcome,) = json.loads(covey("why", "7", "--json").out)["outcomes"]
    assert [each["reason_rank"] for each in outcome["reasons"]] == [1, 2, 3]
    assert "last order 21 days ago, where 5 is typical" in covey("why", "7").out


def test_both_lists_are_recommended_with_a_because(covey):
    out = covey("recommend", "7").out
    assert out.index("New for you") < out.index("Buy again")
    assert "bought Bread" in out
    assert "bought often before" in out


def test_a_rule_that_moved_an_item_is_named(covey):
    out = covey("recommend", "7").out
    assert out.count("up, by exclusion") == 1
    assert "Rule" not in out[out.index("Buy again") :]
    assert "Buy again" not in covey("recommend", "7", "--list", "new_for_you").out
    done = covey("recommend", "7", "--list", "new")
    assert done.code == 3
    assert "there are buy_again and new_for_you" in done.err


def test_a_visitor_gets_a_list_from_the_published_file_alone(covey):
    done = covey("recommend", "--history", "Bread, I2", "--json")
    offers = json.loads(done.out)["recommendations"]
    # Pinned; then neighbours of both, no more than one of the dairy.
    assert [row["item_id"] for row in offers] == ["I5", "I1", "I4"]
    assert [row["moved_by"] for row in offers] == ["pin", None, None]
    assert offers[1]["score"] == 0.5 + 0.25
    assert offers[1]["because_item_id"] == "I2"
    out = covey("recommend", "--history", "I2", "--history", "I3").out
    assert "a visitor with Skimmed milk and Bread" in out
    assert "bought Skimmed milk" in out
    assert "a visitor with Crisps, '" in covey("recommend", "--history", NASTY_ITEM).out
    alone = covey("recommend", "--history", "I2", "--list", "buy_again").out
    assert "A visitor has no list 'buy_again'" in alone


def test_together_shows_what_is_no_chance(covey):
    out = covey("together", "bread").out
    assert "Into a basket with Bread people also put" in out
    assert "Whole milk      120       30%   3.6 times      yes" in out
    assert "1 more rule may be chance" in out
    assert "=cmd()|x" not in out
    assert "=cmd()|x" in covey("together", "bread", "--all").out
    found = json.loads(covey("together", "I3", "--json").out)["rules"]
    assert [rule["antecedent_item_ids"] for rule in found] == [["I3"], ["I1", "I3"]]
    rows = list(csv.DictReader(io.StringIO(covey("together", "I3", "--csv").out)))
    assert rows[1]["antecedent_item_names"] == "Whole milk + Bread"
    # Of what only follows from others there is no rule to tell.
    assert covey("together", "skimmed").code == 3
    assert "2 items fit 'milk'" not in covey("together", "milk").out


def test_similar_items_by_name_id_and_part_of_a_name(covey):
    by_name = json.loads(covey("similar", "WHOLE MILK", "--json").out)
    assert by_name["neighbours"][0]["neighbour_item_name"] == "Skimmed milk"
    assert json.loads(covey("similar", "I1", "--json").out) == by_name
    assert "People who buy Whole milk also buy" in covey("similar", "I1").out
    assert "By what is said of it, " in covey("similar", "I5").out
    several = json.loads(covey("similar", "milk", "--json").out)
    assert [item["item_id"] for item in several["matches"]] == ["I2", "I1"]
    assert several["neighbours"] == []


def test_a_wide_table_is_cut_and_stays_aligned():
    lines = list(
        table(["Item", ">Price"], [["x" * 200, "1"], ["牛乳" * 3, "1,234.50"]])
    )
    assert max(len(line) for line in lines) == WIDTH
    assert lines[2].startswith("x" * 60)
    assert "…" in lines[2]
    assert lines[0].index("Price") + len("Price") == WIDTH


def test_a_failed_build_is_not_published(covey, warehouse):
    write_artefacts(warehouse, {"test.covey.unique_dim_customers.abc": "fail"})
    done = covey("publish")
    write_artefacts(warehouse)
    assert done.code == 4
    assert "did not pass" in done.err


def test_a_busy_business_is_said_to_be_busy(covey, warehouse):
    with exclusive(warehouse.warehouse_dir):
        for command in ("build", "publish", "rollback"):
            done = covey(command)
            assert (done.code, str(os.getpid()) in done.err) == (5, True)


def test_an_unexpected_fault_is_one_sentence_too(covey, warehouse):
    warehouse.current_path.rename(warehouse.warehouse_dir / "kept")
    try:
        warehouse.current_path.write_bytes(b"not a database" * 100)
        done = covey("segments")
    finally:
        (warehouse.warehouse_dir / "kept").replace(warehouse.current_path)
    assert done.code == 1
    assert done.err.startswith("covey: ")
    assert done.err.count("\n") == 1


def test_failures_are_shown_so_that_they_can_be_acted_on(warehouse):
    bad = {
        "test.covey.unique_dim_customers.abc": "fail",
        "model.covey.dim_segments": "skipped",
    }
    page = io.StringIO()
    progress = BuildProgress(warehouse, Console(file=page, width=200))
    compiled = warehouse.target_dir / "compiled" / "covey" / "unique_dim_customers.sql"
    compiled.parent.mkdir(parents=True)
    compiled.write_text("select 1")
    write_artefacts(warehouse, bad)
    progress.show_failures()
    write_artefacts(warehouse)
    text = page.getvalue()
    assert "✗ test unique_dim_customers" in text
    assert "on        dim_customers" in text
    assert "rows      3 break it" in text
    assert f"compiled  {compiled}" in text
    assert "1 models and tests behind these were not run" in text


def test_a_python_model_that_fails_says_what_it_said_and_not_how_it_got_there():
    frames = ['    File "a.py", line 1, in model', "      find()", "      ^^^^^^"]
    said = "  MissingLibraryError: basket_rule_length 5 needs mlxtend"
    message = [
        "Runtime Error in model rules",
        "  Python model failed:",
        *("  Traceback (most recent call last):", *frames * 5, "  ImportError: none"),
        "  The above exception was the direct cause of the following exception:",
        *("  Traceback (most recent call last):", *frames * 5, said, "    LINE 1"),
    ]
    row = {"unique_id": "model.covey.rules", "message": "\n".join(message)}
    nodes = {row["unique_id"]: {"name": "rules"}}
    run = SimpleNamespace(manifest={"nodes": nodes}, target_dir=Path("nowhere"))
    assert describe_failure(run, row).splitlines() == [
        "✗ model rules",
        "    message   Runtime Error in model rules",
        *(f"              {line}" for line in (said, "    LINE 1", frames[0])),
    ]


def test_the_page_of_commands_can_go_stale(tmp_path: Path):
    text = docs.render()
    assert all(f"## `covey {name}`" in text for name in COMMANDS)
    page = tmp_path / "cli.md"
    assert not docs.is_fresh(page, text)
    page.write_text(text)
    assert docs.is_fresh(page, text)
    page.write_text(text.replace("lookup", "look-up"))
    assert not docs.is_fresh(page, text)
