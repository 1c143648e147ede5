"""Bad files 1 to 19, and the values that the door must not spoil.

They are stopped by name, set aside by row, or read as they were meant.

Each test's name states the number of the case and what must happen.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from conftest import PROJECT_DIR
from covey.landing import LandingError, UnreadableFileError, land, verify_landed
from covey.landing.declarations import DeclarationError
from faults.door import COLUMNS, SOURCE, Door, new_door, values

HEADER = "id,name,amount\n"
TWO = HEADER + "1,Ann,1.50\n2,Bo,2.50\n"
# Any text that may stand in a field, quotes, delimiters and line breaks first.
TEXTS = st.text(
    st.sampled_from("\",;\n\r\t' aé€漢😀")
    | st.characters(exclude_categories=["Cc", "Cs"]),
    max_size=8,
)
ROWS = st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=12)


def plain_columns() -> list[dict[str, Any]]:
    return [{"name": name} for name in COLUMNS]


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door.at(tmp_path)


def csv_text(
    rows: Sequence[Sequence[str]],
    end: str = "\n",
    quoted: bool = False,
    sign: str = ",",
) -> str:
    """Write rows as RFC 4180 wants it, with all or only the needed quotes."""

    def spelled(field: str) -> str:
        is_needed = quoted or any(each in field for each in f'{sign}"\n\r')
        return '"' + field.replace('"', '""') + '"' if is_needed else field

    lines = (sign.join(map(spelled, row)) + end for row in [COLUMNS, *rows])
    return "".join(lines)


def test_01_byte_order_mark_is_normalised(door: Door) -> None:
    rows = door.rows(door.land("\ufeff" + TWO))
    assert values(rows, "id", "name") == [("1", "Ann"), ("2", "Bo")]


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-16", "UTF-16: declare"),
        ("utf-16-le", "UTF-16: declare"),
        ("latin-1", r"line 3: byte 0xe9 is not UTF-8.*encoding: latin-1"),
        ("cp1252", r"line 3: byte 0xe9 is not UTF-8.*cp1252"),
    ],
)
def test_02_an_undeclared_encoding_stops_and_a_declared_one_is_read(
    door: Door, encoding: str, told: str
) -> None:
    data = (HEADER + "1,Ann,1.50\n2,René,2.50\n").encode(encoding)
    with pytest.raises(UnreadableFileError, match=told):
        door.land(data)
    assert not door.landed_files()
    columns = plain_columns()
    door.declare("sales", columns, file={"encoding": encoding})
    assert door.rows(door.land())["name"].to_pylist() == ["Ann", "René"]


def test_02_a_declared_encoding_that_it_is_not_stops(door: Door) -> None:
    columns = plain_columns()
    door.declare("sales", columns, file={"encoding": "latin-1"})
    with pytest.raises(UnreadableFileError, match="says that it is UTF-8"):
        door.land("\ufeff" + TWO)
    door.declare("sales", columns, file={"encoding": "utf-99"})
    with pytest.raises(DeclarationError, match="utf-99"):
        door.land()


@pytest.mark.parametrize("sign", ["\0", "\x01", "\x1b", "\x7f", "\x85", "\x9f"])
@pytest.mark.parametrize("name", ["sales.csv", "sales.jsonl", "sales.parquet"])
def test_03_a_control_character_sets_its_row_aside(
    door: Door, sign: str, name: str
) -> None:
    bad = f"B{sign}o"
    rows_in = [("1", "Ann", "1.50"), ("2", bad, "2.50"), ("3", "tab\tbed", "3.50")]
    if name.endswith("parquet"):
        sink = io.BytesIO()
        pq.write_table(
            pa.table(dict(zip(COLUMNS, zip(*rows_in, strict=True), strict=True))), sink
        )
        content = sink.getvalue()
    elif name.endswith("jsonl"):
        objects = (dict(zip(COLUMNS, row, strict=True)) for row in rows_in)
        content = "\n".join(map(json.dumps, objects)).encode() + b"\n"
    else:
        content = csv_text(rows_in).encode()
    landed = door.land(content, name)
    rows = door.rows(landed)
    faults = [None, "control_character", None]
    assert rows["landing_faults"].to_pylist() == faults
    assert rows["name"].to_pylist() == ["Ann", None, "tab\tbed"]
    assert rows["amount"].to_pylist()[1] == "2.50", "what could be read"
    ((told),) = [
        row["raw_text"] for row in door.private(landed) if row["raw_text"] is not None
    ]
    assert bad in told or json.dumps(bad)[1:-1] in told
    assert landed.fault_rows == 1


def test_04_too_few_or_too_many_fields_set_their_row_aside(door: Door) -> None:
    landed = door.land(HEADER + "1,Ann,1.50\n2,Bo\n3,Cy,3.50,x\n\n4,Di,4.50\n")
    rows = door.rows(landed)
    assert values(rows, "source_row", "landing_faults", "id", "amount") == [
        (2, None, "1", "1.50"),
        (3, "wrong_field_count", "2", None),
        (4, "wrong_field_count", "3", "3.50"),
        (6, None, "4", "4.50"),
    ]
    kept = [(row["source_row"], row["raw_text"]) for row in door.private(landed)]
    assert kept == [(3, "2,Bo\n"), (4, "3,Cy,3.50,x\n")]
    assert any("wrong_field_count" in warning for warning in landed.warnings)


def test_04_fields_out_of_place_carry_nobody_past_the_door(door: Door) -> None:
    columns = plain_columns()
    columns[1]["config"] = {"meta": {"personal": "contact"}}
    door.declare("sales", columns)
    landed = door.land(HEADER + "1,Smith, Ann,1.50\n2,Bo,2.50\n")
    assert values(door.rows(landed), "id", "amount") == [(None, None), ("2", "2.50")]
    assert door.private(landed)[0]["raw_text"] == "1,Smith, Ann,1.50\n"
    for file in door.landed_files():
        assert b"Ann" not in file.read_bytes()


@pytest.mark.parametrize(
    "body",
    [
        '1,"Ann,1.50\n2,Bo,2.50\n3,Cy,3.50\n4,Di,4.50\n',
        '1,"Ann,1.50\n2,"Bo",2.50\n3,"Cy",3.50\n4,"Di",4.50\n',
        '1,Ann,1.50\n2,"Bo,2.50\n3,Cy,3.50\n4,Di,4.50\n5,"",5.50\n',
        '1,"Ann,1.50\n2,Bo,2.50\n3,Cy,3.50\n4,Di",4.50\n',
        '1,"Ann,1.50\n2,Bo,2.50\n3,Cy,3.50\n4,Di",4.50\n5,5" pipe,5.50\n',
        '1,"Ann "A" Lee",1.50\n',
        '1,Ann,"1.50',
    ],
)
def test_05_an_unclosed_quote_stops_and_names_its_line(door: Door, body: str) -> None:
    line = 3 if body.startswith("1,Ann,1.50") else 2
    with pytest.raises(UnreadableFileError, match=rf"sales\.csv, line {line}: .*quote"):
        door.land(HEADER + body)
    assert not door.landed_files()


@examples(max_examples=150, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=2, max_size=8), st.data())
def test_05_no_dropped_quote_loses_a_row(
    rows: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    """A file without one of its quotes is refused, or has every row that it had."""
    plain = [
        tuple(f.replace("\n", " ").replace("\r", " ") for f in row) for row in rows
    ]
    text = csv_text(plain, quoted=True)
    quotes = [place for place, sign in enumerate(text) if sign == '"']
    place = data.draw(st.sampled_from(quotes))
    with new_door() as door:
        try:
            landed = door.land(text[:place] + text[place + 1 :])
        except LandingError:
            return
        assert landed.input_rows == len(rows)


@examples(max_examples=200, deadline=None)
@given(ROWS, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.sampled_from(",;\t|"))
def test_06_any_rows_with_any_quotes_come_back_exactly(
    rows: list[tuple[str, str, str]], end: str, quoted: bool, sign: str
) -> None:
    text = csv_text(rows, end, quoted, sign)
    with new_door() as door:
        columns = plain_columns()
        door.declare("sales", columns, file={"delimiter": sign})
        landed = door.rows(door.land(text))
    assert values(landed, *COLUMNS) == rows
    lines = text.split("\n")
    for start, row in zip(landed["source_row"].to_pylist(), rows, strict=True):
        first = row[0].replace('"', '""').split("\n")[0]
        assert lines[start - 1].lstrip('"').startswith(first.lstrip('"'))


@examples(max_examples=60, deadline=None)
@given(ROWS, st.booleans())
@example([("\ufeff1", "", "")], False)
def test_06_the_fast_way_and_the_careful_way_agree(
    rows: list[tuple[str, str, str]], quoted: bool
) -> None:
    """A row with a fault at the end sends the whole file the careful way."""
    text = csv_text(rows, quoted=quoted)
    with new_door() as door:
        fast = door.rows(door.land(text))
        careful = door.rows(door.land(text + "a,b,c,d\n", accept_volume=True))
    columns = (*COLUMNS, "source_row", "landing_faults")
    assert values(careful, *columns)[:-1] == values(fast, *columns)
    assert careful["landing_faults"].to_pylist()[-1] == "wrong_field_count"


@pytest.mark.parametrize(
    "text",
    [
        TWO.replace("Ann,1.50\n", "Ann,1.50\r\n"),
        TWO.replace("\n", "\r\n").replace("2.50\r\n", "2.50\n"),
        TWO.replace("Ann,1.50\n", "Ann,1.50\r"),
        TWO.replace("Ann", "A\rnn"),
    ],
)
def test_07_mixed_line_ends_stop(door: Door, text: str) -> None:
    with pytest.raises(UnreadableFileError, match=r"sales\.csv, line \d: lines end in"):
        door.land(text)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_07_one_kind_of_line_end_is_read(door: Door, end: str) -> None:
    rows = door.rows(door.land(TWO.replace("\n", end)))
    assert values(rows, "source_row", "amount") == [(2, "1.50"), (3, "2.50")]


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("id,name,amount,name", "the header repeats name"),
        ("id,name,Amount,a mount", "the header repeats"),
        ("id,name", "no column amount"),
        ("id,total", "no column name, amount"),
    ],
)
def test_08_a_repeated_or_missing_column_stops_by_name(
    door: Door, header: str, told: str
) -> None:
    row = ",".join("1" for _ in header.split(","))
    with pytest.raises(LandingError, match=rf"sales\.csv.*{told}"):
        door.land(f"{header}\n{row}\n")


def test_09_an_extra_column_is_left_out_with_a_warning(door: Door) -> None:
    landed = door.land("id,note,name,amount,\n1,x,Ann,1.50,\n")
    assert "note" not in door.rows(landed).column_names
    assert landed.warnings == ("left out note, unnamed column 5: not declared",)


@given(st.permutations(COLUMNS))
def test_10_reordered_columns_are_matched_by_name(order: list[str]) -> None:
    row = {"id": "1", "name": "Ann", "amount": "1.50"}
    text = ",".join(order) + "\n" + ",".join(row[name] for name in order) + "\n"
    with new_door() as door:
        assert values(door.rows(door.land(text)), *COLUMNS) == [tuple(row.values())]


@pytest.mark.parametrize(
    "header", ["ID,Name,AMOUNT", " id , name ,a_mount", "I.D.,Na-me,A mount"]
)
def test_11_case_blanks_and_punctuation_of_a_header_do_not_matter(
    door: Door, header: str
) -> None:
    assert door.rows(door.land(f"{header}\n1,Ann,1.50\n"))["id"].to_pylist() == ["1"]


@pytest.mark.parametrize(("sign", "told"), [(";", ";"), ("\t", "tab"), ("|", r"\|")])
def test_12_an_undeclared_separator_stops(door: Door, sign: str, told: str) -> None:
    text = TWO.replace(",", sign)
    with pytest.raises(LandingError, match=f'declare `file: {{delimiter: "{told}"'):
        door.land(text)
    columns = plain_columns()
    door.declare("sales", columns, file={"delimiter": "tab" if sign == "\t" else sign})
    assert values(door.rows(door.land()), "name") == [("Ann",), ("Bo",)]


def test_12_an_undeclared_decimal_comma_stops(door: Door) -> None:
    columns = plain_columns()
    columns[2]["data_type"] = "numeric(18, 2)"
    door.declare("sales", columns)
    text = HEADER + '1,Ann,"1.234,50"\n2,Bo,"2,50"\n3,Cy,3\n'
    with pytest.raises(
        LandingError, match=r"amount has 1\.234,50: declare `file: {dec"
    ):
        door.land(text)
    door.declare("sales", columns, file={"decimal": ","})
    assert door.rows(door.land())["amount"].to_pylist() == ["1.234,50", "2,50", "3"]
    door.declare("sales", columns)
    some = door.land(HEADER + '1,Ann,1.50\n2,Bo,"1,234.50"\n', accept_volume=True)
    assert some.input_rows == 2, "points outnumber commas: staging judges the others"


@pytest.mark.parametrize("text", ["", "\ufeff", "\n\n", HEADER, HEADER.strip()])
@pytest.mark.parametrize("name", ["sales.csv", "sales.csv.gz"])
def test_13_an_empty_file_stops_unless_it_may_be_empty(
    door: Door, text: str, name: str
) -> None:
    data = gzip.compress(text.encode()) if name.endswith("gz") else text.encode()
    with pytest.raises(LandingError, match=r"sales\.csv.*(no header|no rows)"):
        door.land(data, name)
    door.declare("sales", plain_columns(), allow_empty=True)
    if "id" in text:
        assert door.land(name=name).input_rows == 0


def test_14_a_field_of_three_megabytes_sets_its_row_aside(door: Door) -> None:
    huge = "x" * 3_000_000
    landed = door.land(f"{HEADER}1,{huge},1.50\n2,Bo,2.50\n")
    faults = [("1", None, "oversized_field"), ("2", "Bo", None)]
    assert values(door.rows(landed), "id", "name", "landing_faults") == faults
    assert door.private(landed)[0]["raw_text"] == f"1,{huge},1.50\n"


def test_15_a_truncated_gz_stops(door: Door) -> None:
    text = HEADER + "".join(f"{i},Ann,{i}.50\n" for i in range(5000))
    whole = gzip.compress(text.encode())
    for kept in (len(whole) // 2, len(whole) - 4, 15):
        with pytest.raises(UnreadableFileError, match=r"cut off.*fetch it again"):
            door.land(whole[:kept], "sales.csv.gz")
    assert door.land(whole, "sales.csv.gz").input_rows == 5000


@examples(max_examples=150, deadline=None)
@given(ROWS, st.booleans(), st.data())
def test_15_a_cut_file_never_loses_rows_silently(
    rows: list[tuple[str, str, str]], quoted: bool, data: st.DataObject
) -> None:
    """Without a hash: stopped, or warned of, unless it ends with a whole record."""
    whole = csv_text(rows, quoted=quoted).encode()
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    with new_door() as door:
        try:
            landed = door.land(cut)
        except LandingError:
            return
        found = values(door.rows(landed), *COLUMNS)
    is_warned = any("line end" in warning for warning in landed.warnings)
    assert is_warned or cut.endswith(b"\n")
    complete = found[:-1] if is_warned else found
    assert complete == rows[: len(complete)]
    assert len(found) == len(complete) + is_warned


@examples(max_examples=100, deadline=None)
@given(ROWS, st.data(), st.sampled_from(["own", "sums"]))
def test_15_a_file_that_is_not_as_sent_stops_by_its_hash(
    rows: list[tuple[str, str, str]], data: st.DataObject, kind: str
) -> None:
    """Cut anywhere or with any byte flipped, it is refused; whole, it lands."""
    whole = csv_text(rows).encode()
    place = data.draw(st.integers(0, len(whole) - 1))
    flipped = bytearray(whole)
    flipped[place] ^= data.draw(st.sampled_from([1, 2, 4, 8, 16, 32, 64, 128]))
    digest = hashlib.sha256(whole).hexdigest()
    with new_door() as door:
        if kind == "own":
            door.put(f"{digest}\n", "sales.csv.sha256")
        else:
            door.put(f"{digest} *./sales.csv\n{digest}  other.csv\n", "SHA256SUMS")
        for bad in (whole[:place], bytes(flipped)):
            with pytest.raises(LandingError, match=r"sales\.csv is not the file"):
                door.land(bad)
        assert door.land(whole).input_rows == len(rows)


def test_15_a_last_row_that_ends_in_the_middle_stops(door: Door) -> None:
    with pytest.raises(UnreadableFileError, match=r"line 3: the file ends in the mid"):
        door.land(TWO[:-6])


def test_16_the_same_file_again_is_no_landing_and_says_so(door: Door) -> None:
    first, again = door.land(TWO), door.land(TWO, "sales_2.csv")
    assert first.is_new and not again.is_new
    assert again.load_id == first.load_id
    assert len(door.landed_files()) == 1


def test_16_a_new_declaration_lands_the_same_file_in_its_place(door: Door) -> None:
    first = door.land(TWO)
    columns = plain_columns()
    columns[1]["config"] = {"meta": {"personal": "contact"}}
    door.declare("sales", columns)
    again = door.land()
    assert again.is_new and again.load_id == first.load_id
    assert "name" not in door.rows(again).column_names
    assert verify_landed(door.settings, [SOURCE]) == 1


def test_17_the_same_rows_in_two_files_all_land_for_staging_to_count(
    door: Door,
) -> None:
    first = door.land(TWO, "sales_2010.csv")
    second = door.land(TWO + "3,Cy,3.50\n", "sales_2011.csv")
    assert (first.input_rows, second.input_rows) == (2, 3)
    assert second.load_id > first.load_id, "a newer load: its rows are the repeats"


@pytest.fixture(scope="module")
def landed_parquet(tmp_path_factory: pytest.TempPathFactory) -> Door:
    door = Door.at(tmp_path_factory.mktemp("parquet"))
    door.land(HEADER + "".join(f"{i},Ann{i},{i}.50\n" for i in range(50)))
    return door


@examples(max_examples=60, deadline=None)
@given(data=st.data())
def test_18_a_flipped_byte_of_a_landed_file_stops_by_its_hash(
    landed_parquet: Door, data: st.DataObject
) -> None:
    (path,) = landed_parquet.landed_files()
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[data.draw(st.integers(0, len(whole) - 1))] ^= 1
    try:
        path.write_bytes(flipped)
        with pytest.raises(LandingError, match="not what was landed"):
            verify_landed(landed_parquet.settings, [SOURCE])
    finally:
        path.write_bytes(whole)
    assert verify_landed(landed_parquet.settings, [SOURCE]) == 1


def test_18_a_parquet_file_that_is_not_as_sent_stops(door: Door) -> None:
    sink = io.BytesIO()
    pq.write_table(pa.table({name: ["1"] for name in COLUMNS}), sink)
    whole = sink.getvalue()
    door.put(hashlib.sha256(whole).hexdigest(), "sales.parquet.sha256")
    for place in range(0, len(whole), 7):
        flipped = bytearray(whole)
        flipped[place] ^= 1
        with pytest.raises(LandingError, match="not the file"):
            door.land(bytes(flipped), "sales.parquet")
    door.inbox.joinpath("sales.parquet.sha256").unlink()
    with pytest.raises(UnreadableFileError, match="fetch it again"):
        door.land(whole[:-20], "sales.parquet")


def test_18_a_missing_landed_file_stops(door: Door) -> None:
    door.land(TWO)
    door.landed_files()[0].unlink()
    with pytest.raises(LandingError, match="is missing"):
        verify_landed(door.settings, [SOURCE])


@pytest.mark.parametrize(
    ("count", "is_odd"), [(5, True), (6, False), (39, False), (40, True)]
)
def test_19_half_or_four_times_the_rows_stop_unless_accepted(
    door: Door, count: int, is_odd: bool
) -> None:
    def text(rows: int, name: str) -> str:
        return HEADER + "".join(f"{i},{name},1.00\n" for i in range(rows))

    door.land(text(10, "a"))
    if not is_odd:
        assert door.land(text(count, "b")).is_new
        return
    with pytest.raises(LandingError, match=f"{count} rows.*had 10.*--accept-volume"):
        door.land(text(count, "b"))
    assert door.land(text(count, "b"), accept_volume=True).is_new
    assert door.land(text(10, "c")).is_new, "as many as before the odd one"
    columns = plain_columns()
    door.declare("sales", columns, volume={"least": 0.1, "most": 100})
    assert door.land(text(count, "d")).is_new


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


def test_fault_a_killed_landing_leaves_nothing_that_counts(door: Door) -> None:
    """Killed between the Parquet and its manifest: not landed, and the next one is."""
    door.land(TWO)
    folder = door.landed_files()[0].parent
    (folder / "000002_abc.parquet").write_bytes(b"half")
    (folder / "000003_abc.unfinished").write_bytes(b"half")
    assert verify_landed(door.settings, [SOURCE]) == 1
    assert len(list(folder.iterdir())) == 2
    (folder / "000002_abc.parquet").write_bytes(b"half")
    assert door.land(TWO + "3,Cy,3.50\n").load_id.startswith("000002_")
    assert len(door.landed_files()) == 2


def test_fault_kill_9_at_any_moment_of_a_landing_is_survived(door: Door) -> None:
    """Whenever it dies, what counts is whole, and landing again succeeds."""
    text = HEADER + "".join(f"{i},Ann {i},{i}.50\n" for i in range(200_000))
    path = door.put(text)
    program = (
        "import sys; from pathlib import Path; from covey.landing import land\n"
        "from covey.settings import Settings\n"
        "folder = Path(sys.argv[1])\n"
        "settings = Settings('till', folder, folder, {'is_demo': True})\n"
        "print('ready', flush=True)\n"
        "list(land(settings, 'till', Path(sys.argv[2])))\n"
    )
    root = door.settings.project_dir
    for delay in (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3):
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(root), str(path)],
            stdout=subprocess.PIPE,
            env={"PYTHONPATH": str(PROJECT_DIR / "python")},
        )
        assert process.stdout is not None and process.stdout.readline()
        time.sleep(delay)
        process.kill()
        process.wait()
        assert verify_landed(door.settings, [SOURCE]) == len(door.landed_files())
    assert door.land().input_rows == 200_000
    assert verify_landed(door.settings, [SOURCE]) == 1


def test_fault_two_landings_at_once_do_not_mix(door: Door) -> None:
    door.put(TWO, "sales_1.csv")
    door.put(TWO + "3,Cy,3.50\n", "sales_2.csv")
    running = land(door.settings, SOURCE, door.inbox)
    next(running)
    with pytest.raises(LandingError, match="another process is landing into till"):
        list(land(door.settings, SOURCE, door.inbox))
    assert next(running).is_new
