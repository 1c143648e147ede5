"""Arguments are data: what is odd, missing, misspelt or hostile is one sentence."""

import os

import pytest

from covey.cli.output import printable
from covey.publish import publish
from covey.settings import Settings
from unit.cli_fixture import runner
from unit.published_fixture import make_project, write_build
from unit.published_records import NASTY_ITEM, own_id


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


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--history", "Bred"], 3, "no item fits 'Bred'"),
        (["--history", "Bred"], 3, "nearest are Bread (I3)"),
        (["--history", "bread,milk"], 2, "2 items fit 'milk': give the id of one"),
        (["--history", " , "], 2, "--history is empty"),
        (["7", "--history", "I1"], 2, "not both"),
        ([], 2, "name a customer, or"),
    ],
)
def test_a_visitor_who_is_not_understood(covey, arguments, code, message):
    done = covey("recommend", *arguments)
    assert done.code == code
    assert message in done.err


@pytest.mark.parametrize("command", ["similar", "together"])
def test_an_item_that_is_misspelt_gets_the_nearest_names(covey, command):
    assert "fits 'Bred' in business 'sample': nearest are Bread (I3)" in (
        covey(command, "Bred").err
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["lookup", "99999"],
        ["why", "99999"],
        ["recommend", "99999"],
        ["identity", "99999"],
        ["similar", "caviar"],
        ["together", "caviar"],
        ["segments", "Billionaires"],
        ["segment", "Billionaires"],
        ["movers"],
        ["diff"],
        ["rollback"],
        ["rollback", "0099"],
        ["-b", "bank", "lookup", "1"],
        ["-b", "../../etc/passwd", "segments"],
    ],
)
def test_what_is_not_there_is_one_sentence(covey, arguments):
    done = covey(*arguments)
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("covey: ")
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    "text",
    [
        "' or 1=1 --",
        "1'; drop table dim_customers; --",
        "%",
        "_%_",
        "\\",
        "x\x00y",
        "é" * 500,
        "🙂",
    ],
)
def test_arguments_are_data_only(covey, text):
    commands = ("lookup", "why", "recommend", "identity", "similar", "together")
    for command in (*commands, "segments"):
        done = covey(command, text)
        assert done.code == 3, command
    assert covey("lookup", "1").code == 0


def test_a_nasty_name_can_be_asked_for(covey):
    done = covey("similar", NASTY_ITEM)
    assert done.code == 0
    assert NASTY_ITEM in done.out


def test_a_formula_is_escaped_for_spreadsheets_only(covey):
    assert "'=cmd()|x" in covey("recommend", "1", "--csv").out
    assert '"=cmd()|x"' in covey("recommend", "1", "--json").out


def test_control_characters_do_not_reach_the_terminal():
    assert printable("\x1b]0;title\x07 milk 🥛 ลูก") == "?]0;title? milk 🥛 ลูก"


def test_a_missing_argument_is_a_usage_error(covey):
    assert covey("lookup").code == 2
    assert covey("segment").code == 2


def test_a_misspelt_command_is_told_the_nearest(covey):
    done = covey("segmnts")
    assert (done.code, "is it 'segments'?" in done.err) == (2, True)
    assert "is it" not in covey("xyzzy").err


def test_help_tells_asking_from_changing(covey):
    asking, changing = covey("--help").out.split("Build and change:")
    assert "\n  lookup " in asking and "\n  rollback " in changing
    assert "..." not in changing


def test_several_businesses_have_to_be_told_apart(tmp_path, monkeypatch, capsys):
    for name in ("sample", "grocery"):
        settings = make_project(tmp_path, name)
        write_build(settings)
        publish(settings)
    covey = runner(settings, monkeypatch, capsys)
    done = covey("lookup", "1")
    assert done.code == 2
    assert "(grocery, sample)" in done.err
    assert covey("-b", "grocery", "lookup", "1").code == 0


def test_the_only_published_business_needs_no_name(tmp_path, monkeypatch, capsys):
    settings = make_project(tmp_path, "grocery")
    write_build(settings)
    covey = runner(settings, monkeypatch, capsys)
    done = covey("segments")
    assert (done.code, "business 'sample' has no published" in done.err) == (3, True)
    assert covey("-b", "grocery", "publish").out.startswith("published version 0001_")
    assert "of grocery" in covey("lookup", "1").out
    assert covey("publish").out.startswith("nothing to publish: version 0001_")


def test_a_real_business_needs_its_key_for_own_ids(tmp_path, monkeypatch, capsys):
    settings = make_project(tmp_path, "grocery")
    path = settings.project_dir / "businesses" / "grocery.yml"
    path.write_text('{"business": "grocery", "as_of_date": "2026-01-01"}')
    os.utime(path, (1_700_000_000, 1_700_000_000))
    settings.vars.pop("is_demo")
    write_build(settings)
    publish(settings)
    covey = runner(settings, monkeypatch, capsys)
    done = covey("lookup", "1")
    assert done.code == 3
    assert "COVEY_KEY" in done.err
    assert covey("lookup", own_id(1)).code == 0
    monkeypatch.setenv("COVEY_KEY", "covey-demo-key")
    assert covey("lookup", "1").code == 0
    monkeypatch.setenv("COVEY_KEY", "another key")
    assert covey("lookup", "1").code == 3


@pytest.mark.parametrize("name", ["Bad-Name", "../x", "", "a b", "1st"])
def test_business_names_are_plain_words(covey, name):
    assert covey("-b", name, "build").code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["report", "--output", "../../../../etc/covey.html"],
        ["report", "--output", "/etc/covey.html"],
        ["make-shop", "--output", "../../../../var/covey"],
        ["land", "shop", "../../../../etc/passwd"],
        ["land", "shop", "link.csv"],
        ["report", "--output", "link.html"],
        ["land", "../shop", "customers.csv"],
    ],
)
def test_paths_stay_inside(covey, warehouse, arguments):
    for name in ("link.csv", "link.html"):
        link = warehouse.project_dir / name
        if not link.is_symlink():
            link.symlink_to("/etc/passwd")
    done = covey(*arguments)
    assert done.code == 2
    assert done.err.count("\n") == 1
