"""Finding a customer in several sources, and saying why records are one person."""

from __future__ import annotations

import json

import pytest

from covey.cli import main
from covey.privacy.pseudonyms import DEMO_KEY, pseudonym
from covey.publish import publish
from covey.warehouse import open_build
from unit.published_fixture import make_project, write_build
from unit.published_records import own_id

TILL_7 = pseudonym(DEMO_KEY, "till", "7")
TILL_88 = pseudonym(DEMO_KEY, "till", "88")


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """A shop, and a till that calls another customer 7 and the shop's 8th 88."""
    settings = make_project(tmp_path_factory.mktemp("covey"))
    write_build(settings)
    connection = open_build(settings.build_path, read_only=False)
    connection.execute(
        "insert into dim_customer_links values ('till', ?, ?), ('till', ?, ?)",
        [TILL_7, own_id(3), TILL_88, own_id(8)],
    )
    connection.close()
    publish(settings)
    return settings


@pytest.fixture
def covey(settings, monkeypatch, capsys):
    monkeypatch.setenv("COVEY_PROJECT_DIR", str(settings.project_dir))
    monkeypatch.setenv("COVEY_DATA_DIR", str(settings.data_dir))
    monkeypatch.delenv("COVEY_KEY", raising=False)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main(arguments)
        out, err = capsys.readouterr()
        return end.value.code, out, err

    return run


@pytest.mark.parametrize(
    "customer", ["8", "1008", "88", "till:88", "shop:8", TILL_88, own_id(1008)]
)
def test_any_id_of_any_record_finds_the_person(covey, customer):
    code, out, _ = covey("lookup", customer, "--json")
    assert code == 0
    assert json.loads(out)["customer_id"] == own_id(8)


def test_an_id_that_means_two_customers_has_to_be_told_apart(covey):
    code, out, err = covey("lookup", "7")
    assert (code, out) == (2, "")
    assert "shop:7 or till:7" in err
    for asked, person in (("shop:7", 7), ("till:7", 3)):
        assert json.loads(covey("lookup", asked, "--json")[1])["customer_id"] == own_id(
            person
        )


def test_the_records_and_the_keys_that_join_them(covey):
    answer = json.loads(covey("identity", "8", "--json")[1])
    assert answer["customer_id"] == own_id(8)
    assert {
        (each["source"], each["source_customer_id"]) for each in answer["records"]
    } == {
        ("shop", own_id(8)),
        ("shop", own_id(1008)),
        ("till", TILL_88),
    }
    joining, other = answer["keys"]
    assert (joining["key_type"], joining["is_used"]) == ("email", True)
    assert {each["source_customer_id"] for each in joining["records"]} == {
        own_id(8),
        own_id(1008),
    }
    assert joining["key_note"] == "look_alike"
    assert (other["key_status"], other["source_customer_count"]) == (
        "shared_by_too_many",
        300,
    )
    assert [each["event"] for each in answer["events"]] == ["merged"]


def test_it_reads_like_a_sentence(covey):
    text = " ".join(covey("identity", "8")[1].split())
    assert "Joined by E-mail 00000000 records 1 and 2" in text
    assert "one of 300 who share it: too many to say who it is" in text
    assert "letters of another alphabet" in text
    assert "merged into" in text and "tied by email" in text


def test_a_record_on_its_own_is_said_to_be_so(covey, settings, tmp_path, monkeypatch):
    alone = make_project(tmp_path)
    write_build(alone)
    connection = open_build(alone.build_path, read_only=False)
    connection.execute(
        "delete from dim_customer_links where source_customer_id <> customer_id"
    )
    connection.execute("delete from fct_identity_links")
    connection.execute("delete from fct_identity_events")
    connection.close()
    publish(alone)
    monkeypatch.setenv("COVEY_PROJECT_DIR", str(alone.project_dir))
    monkeypatch.setenv("COVEY_DATA_DIR", str(alone.data_dir))
    assert "No key joins this record" in covey("identity", "8")[1]
    rows = covey("identity", "8", "--csv")[1].splitlines()
    assert len(rows) == 2
    assert own_id(8) in rows[1]
