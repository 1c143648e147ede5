"""What landing reads beside plain CSV, and which table a file belongs to."""

from __future__ import annotations

import gzip
import io
import json
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conftest import PROJECT_DIR
from covey.landing import LandingError, UnreadableFileError, land
from covey.landing.declarations import DeclarationError, read_declarations
from covey.landing.find_files import table_of
from faults.door import COLUMNS, SOURCE, Door, values

TWO = [("1", "Ann", "1.50"), ("2", "Bo", "2.50")]


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door.at(tmp_path)


def columns() -> list[dict[str, Any]]:
    return [{"name": name} for name in COLUMNS]


def text(sign: str = ",") -> str:
    return "".join(sign.join(row) + "\n" for row in [COLUMNS, *TWO])


def workbook(**sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title.replace("_", " "))
        for row in rows:
            sheet.append(row)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def parquet(**values: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(values), sink)
    return sink.getvalue()


def test_all_text_formats_give_the_same_rows(door: Door) -> None:
    objects = [json.dumps(dict(zip(COLUMNS, row, strict=True))) for row in TWO]
    rows = {
        "sales.csv": text().encode(),
        "sales.csv.gz": gzip.compress(text().encode() + b"\n"),
        "sales.tsv": text("\t").encode(),
        "sales.jsonl": "\n".join(objects).encode(),
        "sales.ndjson": "\r\n\r\n".join(objects).encode(),
        "sales.xlsx": workbook(Sheet=[list(COLUMNS), *map(list, TWO)]),
        "sales.parquet": parquet(
            **dict(zip(COLUMNS, map(list, zip(*TWO, strict=True)), strict=True))
        ),
    }
    for name, content in rows.items():
        assert values(door.rows(door.land(content, name)), *COLUMNS) == TWO, name


def test_a_text_file_is_read_as_declared(door: Door) -> None:
    door.declare("sales", columns(), file={"delimiter": "|", "encoding": "cp1252"})
    data = text("|").replace("Ann", "Änn €").encode("cp1252")
    assert door.rows(door.land(data, "sales.txt"))["name"].to_pylist()[0] == "Änn €"


def test_parquet_keeps_its_types(door: Door) -> None:
    data = parquet(ID=[1, 2], Name=["a", None], amount=[1.5, float("nan")], x=[1, 2])
    landed = door.land(data, "sales.parquet")
    rows = door.rows(landed)
    assert [str(rows.schema.field(name).type) for name in COLUMNS] == [
        "int64",
        "string",
        "double",
    ]
    assert rows["source_row"].to_pylist() == [1, 2]
    assert landed.warnings == ("left out x: not declared",)


def test_json_lines_keep_numbers_and_nested_values(door: Door) -> None:
    lines = [
        '{"id": 12345678901234567890123, "name": {"first": "Änn", "n": [1.5]}, '
        '"amount": 1.10}',
        '{"ID": "2", "amount": null, "name": true}',
        '{"amount": NaN}',
    ]
    mixed = "\n".join([lines[0], "", lines[2]])
    landed = door.rows(door.land(mixed, "sales.jsonl"))
    assert values(landed, "source_row", *COLUMNS) == [
        (1, "12345678901234567890123", '{"first": "Änn", "n": [1.5]}', "1.10"),
        (3, None, None, "NaN"),
    ]
    landed = door.rows(door.land(lines[1], "sales.jsonl", accept_volume=True))
    assert values(landed, *COLUMNS) == [("2", "true", None)]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"id": 1}\n', "no column name, amount"),
        ('{"id": 1, "name": 2, "amount": 3}\nhello\n', "line 2: no JSON object"),
        ('{"id": 1, "name": 2, "amount": 3}\n{"id": 2, "na', "line 2: .*fetch it"),
        ('{"id": 1, "id": 2, "name": 2, "amount": 3}\n', "line 1: id is there twice"),
        ('{"id": 1, "ID": 2, "name": 2, "amount": 3}\n', "line 1: .*twice"),
        ('[{"id": 1}]', "line 1: no JSON object"),
        ("", "no rows"),
    ],
)
def test_broken_json_lines_are_refused(door: Door, content: str, told: str) -> None:
    with pytest.raises(LandingError, match=rf"sales\.jsonl.*{told}"):
        door.land(content, "sales.jsonl")


def test_half_a_letter_in_json_sets_its_row_aside(door: Door) -> None:
    line = '{"id": 1, "name": "a\\ud800", "amount": 3}\n'
    rows = door.rows(door.land(line, "sales.jsonl"))
    assert values(rows, "name", "landing_faults") == [(None, "control_character")]


def test_excel_cells_are_spelled_as_an_export_would(door: Door) -> None:
    sheet = [
        [None, None, None],
        ["ID", "Name", "Amount"],
        [12345, datetime(2024, 1, 2, 3, 4, 5), 0.1],
        [None, None, None],
        ["007", date(2024, 1, 2), True],
        [1234567890123456, time(3, 4), timedelta(hours=30)],
    ]
    landed = door.land(workbook(Sales=sheet), "sales.xlsx")
    assert values(door.rows(landed), "source_row", *COLUMNS) == [
        (3, "12345", "2024-01-02 03:04:05", "0.1"),
        (5, "007", "2024-01-02", "true"),
        (6, "1234567890123456", "03:04:00", "30:00:00"),
    ]
    (warning,) = landed.warnings
    assert "fifteen digits" in warning


def test_declared_sheets_land_one_by_one(door: Door) -> None:
    data = workbook(
        Read_me=[["hello"]],
        Year_1=[list(COLUMNS), *map(list, TWO)],
        Year_2=[list(COLUMNS), ["2", "Bo", "2.50"]],
    )
    path = door.put(data, "sales.xlsx")
    with pytest.raises(LandingError, match="no column"):
        list(land(door.settings, SOURCE, path))
    door.declare("sales", columns(), file={"sheet": ["Year 1", "Year 2"]})
    first, second = land(door.settings, SOURCE, path, accept_volume=True)
    assert (first.source_file, first.input_rows) == ("sales.xlsx#Year 1", 2)
    assert (second.source_file, second.input_rows) == ("sales.xlsx#Year 2", 1)
    assert [each.is_new for each in land(door.settings, SOURCE, path)] == [False] * 2
    door.declare("sales", columns(), file={"sheet": "Year 3"})
    with pytest.raises(UnreadableFileError, match="no sheet Year 3: it has Read"):
        list(land(door.settings, SOURCE, path))
    with pytest.raises(UnreadableFileError, match="not a whole Excel workbook"):
        door.land(data[:-100], "sales.xlsx")


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("orders.csv", "orders"),
        ("Orders.CSV.GZ", "orders"),
        ("orders_2026-01-02.csv", "orders"),
        ("orders-3.jsonl", "orders"),
        ("orders_2026-01-02T10-00-00Z.csv", "orders"),
        ("orders_part_2.csv", "orders"),
        ("orders (1).csv", "orders"),
        ("orders_2025q3.csv", "orders"),
        ("orders.2026.01.02.csv", "orders"),
        ("order_lines_20260102.csv", "order_lines"),
        ("Order Lines.xlsx", "order_lines"),
        ("order-lines-7.csv", "order_lines"),
        ("orders_old.csv", ""),
        ("my_orders.csv", ""),
        ("ordersheet.csv", ""),
    ],
)
def test_a_file_belongs_to_the_table_that_it_is_named_after(
    name: str, table: str
) -> None:
    assert table_of(Path("/in") / name, ["orders", "order_lines"]) == table


def test_daily_files_and_a_folder_of_a_table_land_in_order(door: Door) -> None:
    for day in ("2026-01-02", "2026-01-01"):
        door.put(text() + f"3,{day},1\n", f"sales_{day}.csv")
    door.put(text() + "3,Cy,3\n", "sales/whatever.csv")
    door.put(text(), "notes.csv")
    door.put("x", "README")
    landed = list(land(door.settings, SOURCE, door.inbox))
    assert [each.source_file for each in landed] == [
        "sales_2026-01-01.csv",
        "sales_2026-01-02.csv",
        "whatever.csv",
    ]
    assert [each.load_id[:6] for each in landed] == ["000001", "000002", "000003"]
    assert landed[0].warnings == ("notes.csv matches no table: left out",)
    assert not landed[1].warnings


def test_a_table_can_be_named(door: Door) -> None:
    with pytest.raises(LandingError, match="--table"):
        door.land(text(), "export.csv")
    assert door.land(text(), "export.csv", table_name="sales").table_name == "sales"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"file": {"delimeter": ";"}}, "no option delimeter: there are"),
        ({"file": {"delimiter": "::"}}, "not one sign"),
        ({"high_water_mark": "at"}, "at is no declared column"),
    ],
)
def test_a_wrong_declaration_is_said(
    door: Door, change: dict[str, Any], told: str
) -> None:
    door.declare("sales", columns(), **change)
    with pytest.raises(DeclarationError, match=f"table sales.*{told}"):
        read_declarations(door.settings.project_dir, SOURCE)


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ({"name": "id", "config": {"meta": {"personal": "yes"}}}, "pseudonym or cont"),
        ({"name": "id", "config": {"meta": {"identity": "email"}}}, "is personal"),
        ({"name": "load_id"}, "landing itself adds"),
    ],
)
def test_a_wrong_column_is_said(door: Door, column: dict[str, Any], told: str) -> None:
    door.declare("sales", [column])
    with pytest.raises(DeclarationError, match=told):
        read_declarations(door.settings.project_dir, SOURCE)


def test_the_declaration_in_the_docs_is_one(tmp_path: Path) -> None:
    page = (PROJECT_DIR / "docs" / "how_to" / "land_files.md").read_text()
    declared = page.split("```yaml\n")[1].split("```")[0]
    folder = tmp_path / "models" / "staging" / "till"
    folder.mkdir(parents=True)
    (folder / "_till__sources.yml").write_text(declared)
    table = read_declarations(tmp_path, "till")["orders"]
    assert (table.file.delimiter, table.file.sheets) == (";", ("Orders",))
    assert (table.relation, table.high_water_mark) == ("public.orders", "updated_at")
    assert table.pseudonym_columns == ("customer_id",)
    assert table.contact_columns == ("email", "phone")
