"""Bad files 1 to 14: how a file is written, and what its columns are.

They are stopped by name, set aside by row, or read as they were meant.

Each test's name states the number of the case and what must happen.
"""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from covey.landing import LandingError, UnreadableFileError
from covey.landing.declarations import DeclarationError
from faults.csv_files import HEADER, ROWS, TEXTS, TWO, csv_text, plain_columns
from faults.door import COLUMNS, Door, new_door, values


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door.at(tmp_path)


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
