"""What the door must not spoil: ids, addresses, emoji, formulas and SQL."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest

from covey.landing import LandingError, verify_landed
from faults.csv_files import HEADER, TWO, csv_text, plain_columns
from faults.door import COLUMNS, SOURCE, Door


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door.at(tmp_path)


IDS = ["9223372036854775808", "007", "123456789012345678901234567890", "1.10", "1e5"]


@pytest.mark.parametrize("name", ["sales.csv", "sales.jsonl", "sales.xlsx"])
def test_24_ids_are_text_and_kept_exactly(door: Door, name: str) -> None:
    if name.endswith("jsonl"):
        numbers = [value for value in IDS if value != "007"]
        lines = [
            f'{{"id": {value}, "name": null, "amount": 1.10}}' for value in numbers
        ]
        lines.append('{"id": "007", "name": null, "amount": 1.10}')
        content: str | bytes = "\n".join(lines)
    elif name.endswith("xlsx"):
        book = openpyxl.Workbook()
        for row in [COLUMNS, *([value, "Ann", 1.1] for value in IDS)]:
            book.active.append(list(row))
        sink = io.BytesIO()
        book.save(sink)
        content = sink.getvalue()
    else:
        content = HEADER + "".join(f"{value},Ann,1.10\n" for value in IDS)
    landed = door.rows(door.land(content, name))
    assert sorted(landed["id"].to_pylist()) == sorted(IDS)
    assert str(landed.schema.field("id").type) == "string"


PEOPLE = [
    "Ann@Example.com",
    " ann@example.com",
    "ann@exam\u200bple.com\u00a0",
    "\ufeffANN@EXAMPLE.COM",
    "\u0430nn@example.com",  # Cyrillic
    "ann@ex\u0430mple.com",
    "n/a",
]


def test_30_one_address_in_many_spellings_is_one_key_and_a_look_alike_is_flagged(
    door: Door,
) -> None:
    columns = plain_columns()
    columns[1]["config"] = {"meta": {"personal": "contact", "identity": "email"}}
    door.declare("sales", columns)
    text = csv_text([(str(i), address, "1") for i, address in enumerate(PEOPLE)])
    rows = door.rows(door.land(text))
    keys = rows["name_key"].to_pylist()
    assert len(set(keys[:4])) == 1 and keys[6] is None
    assert len({keys[0], keys[4], keys[5]}) == 3, "never merged"
    notes = [None, None, None, None, "look_alike_email", "look_alike_email", None]
    assert rows["landing_notes"].to_pylist() == notes


@pytest.mark.parametrize(
    "text",
    [
        "😀 👩‍👩‍👧 𠜎",
        "\u202eשלום\u202c عَلي",
        "=cmd|' /C calc'!A0",
        "+1-1",
        "@SUM(1)",
        "Robert'); drop table customers; --",
        "{{ env_var('COVEY_KEY') }} ${HOME} $(id)",
        "../../etc/passwd",
    ],
)
def test_32_33_34_emoji_formulas_and_sql_are_stored_as_they_are(
    door: Door, text: str
) -> None:
    assert door.rows(door.land(csv_text([("1", text, "1")])))["name"].to_pylist() == [
        text
    ]
    objects = json.dumps({"id": "2", "name": text, "amount": "1"})
    landed = door.rows(door.land(objects + "\n", "sales.jsonl"))
    assert landed["name"].to_pylist() == [text]


@pytest.mark.parametrize(
    "name",
    [
        "sales'); drop table customers; --.csv",
        "{{ var('x') }}.csv",
        "-rf.csv",
        "a\nb.csv",
        "*?[a].csv",
        "sales' or '1'='1.parquet.csv",
    ],
)
def test_34_sql_in_a_file_name_is_data(door: Door, name: str) -> None:
    landed = door.land(TWO, name, table_name="sales")
    assert set(door.rows(landed)["source_file"].to_pylist()) == {name}
    (path,) = door.landed_files()
    assert path.name == f"{landed.load_id}.parquet"
    assert set(landed.load_id) <= set("0123456789abcdef_")
    assert verify_landed(door.settings, [SOURCE]) == 1


@pytest.mark.parametrize("table", ["sales; drop table x", "../sales", "*"])
def test_34_a_table_in_an_argument_is_one_that_is_declared(
    door: Door, table: str
) -> None:
    with pytest.raises(LandingError, match="there are sales"):
        door.land(TWO, table_name=table)
