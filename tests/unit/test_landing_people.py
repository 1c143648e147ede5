"""Who a row is about: pseudonyms, identity keys, placeholders, and mended files."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from covey.privacy.identity_keys import (
    identity_key,
    is_look_alike,
    normalise,
    normalise_email,
    normalise_phone,
)
from covey.privacy.pseudonyms import DEMO_KEY, pseudonym
from faults.door import SOURCE, Door, values

COLUMNS: list[dict[str, Any]] = [
    {
        "name": "customer_id",
        "config": {"meta": {"personal": "pseudonym", "unknown_values": ["0", "GUEST"]}},
    },
    {"name": "email", "config": {"meta": {"personal": "contact", "identity": "email"}}},
    {
        "name": "phone",
        "config": {
            "meta": {"personal": "contact", "identity": "phone", "country": "49"}
        },
    },
    {
        "name": "card",
        "config": {"meta": {"personal": "pseudonym", "identity": "loyalty"}},
    },
    {"name": "city"},
]
HEADER = ["customer_id", "email", "phone", "card", "city"]


@pytest.fixture
def door(tmp_path: Path) -> Door:
    door = Door.at(tmp_path)
    door.declare("people", COLUMNS)
    return door


def text(*rows: list[str], header: list[str] = HEADER) -> str:
    sink = io.StringIO()
    csv.writer(sink, lineterminator="\n").writerows([header, *rows])
    return sink.getvalue()


def test_keys_are_the_same_in_every_source_and_pseudonyms_are_not(door: Door) -> None:
    row = ["7", "Ann@x.com", "0171 12345", " C1 ", "Bonn"]
    rows = door.rows(door.land(text(row), "people.csv"))
    assert rows.column_names == [
        "customer_id",
        "card",
        "city",
        "email_key",
        "phone_key",
        "card_key",
        "load_id",
        "source_file",
        "source_row",
        "landing_faults",
        "landing_notes",
    ]
    found = rows.to_pylist()[0]
    assert found["customer_id"] == pseudonym(DEMO_KEY, SOURCE, "7")
    assert found["email_key"] == identity_key(DEMO_KEY, "email", "ann@x.com")
    assert found["phone_key"] == identity_key(DEMO_KEY, "phone", "4917112345")
    assert found["card_key"] == identity_key(DEMO_KEY, "loyalty", "C1")
    assert found["card"] == pseudonym(DEMO_KEY, SOURCE, "C1") != found["card_key"]


def test_the_private_store_has_what_the_door_kept_back(door: Door) -> None:
    rows = [["7", "Ann@x.com", "", "", "Bonn"], ["8", "Bo@x.com", "1", "", "Ulm"]]
    landed = door.land(text(*rows), "people.csv")
    assert door.private(landed)[1] == {
        "customer_id": "8",
        "email": "Bo@x.com",
        "phone": "1",
        "card": "",
        "source_row": 3,
        "raw_text": None,
    }
    for file in door.settings.landed_dir.rglob("*"):
        assert not file.is_file() or b"x.com" not in file.read_bytes()


def test_a_placeholder_is_nobody_and_is_noted(door: Door) -> None:
    rows = [["0", "", "", "", ""], [" GUEST", "", "", "", ""], ["00", "", "", "", ""]]
    landed = door.land(text(*rows), "people.csv")
    note = "placeholder_customer"
    assert values(door.rows(landed), "customer_id", "landing_notes") == [
        (None, note),
        (None, note),
        (pseudonym(DEMO_KEY, SOURCE, "00"), None),
    ]
    assert f"2 rows with {note}: noted" in landed.warnings


def test_a_row_can_have_several_notes(door: Door) -> None:
    rows = [["0", "\u0430nn@x.com", "", "", ""], ["1", "", "", "", ""]]
    notes = door.rows(door.land(text(*rows), "people.csv"))["landing_notes"]
    assert notes.to_pylist() == ["look_alike_email,placeholder_customer", None]


def test_a_mended_file_keeps_its_people(door: Door) -> None:
    """An exported row carries `covey:` pseudonyms and keys instead of addresses."""
    before = door.land(text(["7", "Ann@x.com", "", "C1", "Bonn"]), "people.csv")
    row = door.rows(before).to_pylist()[0]
    header = [
        "customer_id",
        "email_key",
        "phone",
        "card",
        "card_key",
        "city",
        "load_id",
    ]
    mended = text(
        [
            f"covey:{row['customer_id']}",
            f"covey:{row['email_key']}",
            "",
            f"covey:{row['card']}",
            f"covey:{row['card_key']}",
            "Köln",
            row["load_id"],
        ],
        header=header,
    )
    landed = door.land(mended, "people_2.csv")
    names = ["customer_id", "email_key", "phone_key", "card", "card_key"]
    again = door.rows(landed).to_pylist()[0]
    assert [again[name] for name in names] == [row[name] for name in names]
    assert again["city"] == "Köln"
    assert not landed.warnings
    mended = text(
        ["1", "new@x.com", f"covey:{row['email_key']}", "", "", ""],
        header=["customer_id", "email", "email_key", *HEADER[2:]],
    )
    found = door.rows(door.land(mended, "people_4.csv"))["email_key"].to_pylist()
    assert found == [identity_key(DEMO_KEY, "email", "new@x.com")], "a mended address"
    own = text([f"covey:{row['customer_id']}", f"covey:{row['email_key']}", "", "", ""])
    found = door.rows(door.land(own, "people_3.csv"))["email_key"].to_pylist()
    assert found == [row["email_key"]]
    card = text(["", "", "", f"covey:{row['card']}", ""])
    assert values(door.rows(door.land(card, "people_5.csv")), "card", "card_key") == [
        (row["card"], None)
    ], "a pseudonym is no key"


def test_what_only_begins_like_a_pseudonym_is_an_id(door: Door) -> None:
    fake = "covey:" + "g" * 32
    rows = door.rows(door.land(text([fake, "", "", "", ""]), "people.csv"))
    assert rows["customer_id"].to_pylist() == [pseudonym(DEMO_KEY, SOURCE, fake)]


@pytest.mark.parametrize(
    "ids",
    [
        pa.array([7, None], pa.int64()),
        pa.array([7.0, None], pa.float64()),
        pa.array(["7", None]),
        pa.array(["7", None]).dictionary_encode(),
        pa.array([7, None], pa.decimal128(10, 0)),
    ],
    ids=str,
)
def test_an_id_is_the_same_person_in_whatever_type(door: Door, ids: pa.Array) -> None:
    sink = io.BytesIO()
    empty = pa.nulls(2, pa.string())
    others = dict.fromkeys(HEADER[1:], empty)
    pq.write_table(pa.table({"customer_id": ids, **others}), sink)
    rows = door.rows(door.land(sink.getvalue(), "people.parquet"))
    known = pseudonym(DEMO_KEY, SOURCE, "7")
    assert rows["customer_id"].to_pylist() == [known, None]


@pytest.mark.parametrize(
    ("raw", "normalised"),
    [
        ("Ann@Example.COM ", "ann@example.com"),
        ("\u00a0a\u200bnn@example.com\ufeff", "ann@example.com"),
        ("STRASSE@x.de", "strasse@x.de"),
        ("ann", ""),
        ("ann@", ""),
        ("@x.com", ""),
        ("a b@x.com", ""),
        ("a@b@c", ""),
        ("", ""),
    ],
)
def test_an_address_has_one_spelling(raw: str, normalised: str) -> None:
    assert normalise_email(raw) == normalised


@pytest.mark.parametrize(
    ("raw", "normalised"),
    [
        ("+49 171 123456", "49171123456"),
        ("0049-171-123456", "49171123456"),
        ("0171/123456", "49171123456"),
        ("+49 (0) 171 123456", "49171123456"),
        ("49171123456", "49171123456"),
        ("٠١٧١١٢٣٤٥٦", "49171123456"),
        ("0171 123456 ext. 7", "49171123456"),
        ("12345", ""),
        ("000000000", ""),
        ("1" * 5 + "2" * 20, ""),
        ("none", ""),
    ],
)
def test_a_phone_number_has_one_spelling(raw: str, normalised: str) -> None:
    assert normalise_phone(raw, country="49") == normalised


def test_no_country_no_guess() -> None:
    assert normalise_phone("0171 123456") == "0171123456"


@pytest.mark.parametrize(
    ("address", "is_odd"),
    [
        ("ann@example.com", False),
        ("rené@example.fr", False),
        ("иван@почта.рф", False),
        ("иван@example.com", False),
        ("\u0430nn@example.com", True),
        ("\u0441\u043e@example.com", True),
        ("ann@ex\u0430mple.com", True),
        ("\uff41nn@example.com", True),
        ("\U0001d41ann@example.com", True),
    ],
)
def test_letters_of_two_scripts_in_one_word_are_odd(address: str, is_odd: bool) -> None:
    assert is_look_alike(address) is is_odd


@given(st.sampled_from(["email", "phone", "loyalty"]), st.text(max_size=30))
def test_normalising_twice_changes_nothing(key_type: str, value: str) -> None:
    once = normalise(key_type, value, "49")
    assert normalise(key_type, once, "49") == once
