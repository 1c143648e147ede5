"""Read what somebody brought, to look at it: files as text, typed tables as they are.

Looking forgives more than landing does: `covey land` reads the same file strictly.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from covey.landing.find_files import table_of
from covey.landing.read_excel import spell_cell
from covey.mapping.vocabulary import words

READABLE = (".csv", ".tsv", ".txt", ".parquet", ".jsonl", ".ndjson", ".xlsx")
TAB = "\t"
_DELIMITERS = (",", ";", TAB, "|")
# What may follow a table's name in a file's: dates, numbers, part1, q3 ...
_TURN = re.compile(r"(?<=[a-zA-Z])([ _.\-(]+[a-zA-Z]{0,4}\d[\dtzqw:)]*)+$")


class InspectionError(ValueError):
    """Something cannot be looked at; the message names it and says what to do."""


@dataclass(frozen=True)
class RawTable:
    """One table as it came.

    Attributes
    ----------
    name : str
        What the table is called from here on: the file's name without its ending.
    origin : str
        The file, or the database's relation.
    headers : tuple of str
        The names of the columns as the source spells them.
    rows : pyarrow.Table
        Its columns carry the names that landing gives them.
    file_options : dict
        How the file is written, where that is not the default: ``delimiter``,
        ``encoding``, ``sheet``.
    relation : str
        The table's name in its database; empty for a file.
    """

    name: str
    origin: str
    headers: tuple[str, ...]
    rows: pa.Table
    file_options: dict[str, str] = field(default_factory=dict)
    relation: str = ""


def landed_name(header: str) -> str:
    """Spell a header as a column's name; landing finds it again by its letters.

    Examples
    --------
    >>> [landed_name(name) for name in (" Customer ID", "UnitPrice ($)", "orderid")]
    ['customer_id', 'unit_price', 'order_id']
    """
    if header.isascii():
        return "_".join(words(header)) or "unnamed"
    letters = "".join(sign if sign.isalnum() else "_" for sign in header.lower())
    return "_".join(part for part in letters.split("_") if part) or "unnamed"


def table_name(stem: str) -> str:
    """Name the table of a file: without the date or number of this one.

    Examples
    --------
    >>> table_name("Online Retail"), table_name("orders_2026-01-02"), table_name("q1-2")
    ('online_retail', 'orders', 'q1_2')
    """
    short = _TURN.sub("", stem) or stem
    letters = "".join(c if c.isalnum() and c.isascii() else "_" for c in short.lower())
    name = "_".join(part for part in letters.split("_") if part)
    return name if name.isidentifier() else f"table_{name}"


def read_tables(paths: list[Path]) -> Iterator[RawTable]:
    """Read every file that is named or lies in a named folder, in order of names.

    Files that differ by a date or number in their name (``orders_2025.csv`` and
    ``orders_2026.csv``) are one table.

    Raises
    ------
    InspectionError
        If a path leads nowhere, a file cannot be read, or files of one table differ.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(f for f in path.iterdir() if f.suffix.lower() in READABLE)
        elif path.is_file():
            files.append(path)
        else:
            raise InspectionError(f"there is no {path}")
    if not files:
        raise InspectionError(f"nothing to read: expected files in {_said(READABLE)}")
    tables: dict[str, RawTable] = {}
    for file in files:
        table = _read_file(file)
        before = tables.get(table.name)
        tables[table.name] = _joined(before, table) if before else table
    yield from tables.values()


def _joined(first: RawTable, second: RawTable) -> RawTable:
    """Put two files of one table together."""
    if set(first.rows.column_names) != set(second.rows.column_names):
        raise InspectionError(
            f"{first.origin} and {second.origin} are both a table {first.name!r} and "
            "have other columns: rename one of them"
        )
    rows = pa.concat_tables(
        [first.rows, second.rows.select(first.rows.column_names)],
        promote_options="permissive",
    )
    return replace(first, rows=rows, origin=f"{first.origin}, {second.origin}")


def _read_file(file: Path) -> RawTable:
    suffix = file.suffix.lower()
    if suffix not in READABLE:
        raise InspectionError(f"{file.name}: expected one of {_said(READABLE)}")
    name = table_name(file.stem)
    if table_of(file, [name]) != name:
        raise InspectionError(
            f"{file.name}: its table's name is unclear; rename it to {name}{suffix}"
        )
    try:
        if suffix == ".parquet":
            rows = pq.read_table(file)
            return _named(file, rows, {}, tuple(rows.column_names))
        if suffix in (".jsonl", ".ndjson"):
            return _read_json_lines(file)
        if suffix == ".xlsx":
            return _read_excel(file)
        return _read_text(file)
    except (pa.ArrowException, ValueError, StopIteration) as error:
        if isinstance(error, InspectionError):
            raise
        reason = str(error).splitlines()[0] if str(error) else "it is empty"
        raise InspectionError(f"{file.name} cannot be read: {reason}") from error


def _read_text(file: Path) -> RawTable:
    encoding = _encoding_of(file)
    with file.open(encoding=encoding, newline="") as lines:
        first = lines.readline()
    if not first.strip():
        raise InspectionError(
            f"{file.name} is empty: a table starts with a header line"
        )
    delimiter = max(_DELIMITERS, key=first.count)
    header = next(csv.reader([first], delimiter=delimiter))
    options = {}
    if delimiter != (TAB if file.suffix.lower() == ".tsv" else ","):
        options["delimiter"] = delimiter
    if encoding == "latin-1":
        options["encoding"] = encoding
    names = [str(place) for place in range(len(header))]
    rows = pa_csv.read_csv(
        file,
        read_options=pa_csv.ReadOptions(
            column_names=names, skip_rows=1, encoding=encoding.removesuffix("-sig")
        ),
        parse_options=pa_csv.ParseOptions(
            delimiter=delimiter,
            newlines_in_values=True,
            invalid_row_handler=lambda row: "skip",
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    return _named(file, rows, options, tuple(header))


def _encoding_of(file: Path) -> str:
    content = file.read_bytes()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InspectionError(f"{file.name} is UTF-16: save it as UTF-8")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8-sig"


def _read_json_lines(file: Path) -> RawTable:
    with file.open(encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines if line.strip()]
    if not all(isinstance(record, dict) for record in records):
        raise InspectionError(f"{file.name}: expected an object on each line")
    headers = list(dict.fromkeys(name for record in records for name in record))
    columns = {
        name: pa.array([_as_text(record.get(name)) for record in records], pa.string())
        for name in headers
    }
    return _named(file, pa.table(columns), {}, tuple(headers))


def _read_excel(file: Path) -> RawTable:
    """Read the first sheet, and the others too where all have the same header."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(file))
        sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    except CalamineError as error:
        raise InspectionError(f"{file.name} is no workbook: {error}") from error
    headers = [tuple(str(name) for name in rows[0]) for rows in sheets if rows]
    if not headers:
        raise InspectionError(f"{file.name} is empty")
    is_one_table = len(headers) > 1 and len(set(headers)) == 1
    rows = (
        [row for sheet in sheets for row in sheet[1:]]
        if is_one_table
        else sheets[0][1:]
    )
    columns = {
        landed_name(name): pa.array([spell_cell(row[i]) for row in rows], pa.string())
        for i, name in enumerate(headers[0])
    }
    options = {"sheet": "*"} if is_one_table else {}
    return _named(file, pa.table(columns), options, headers[0])


def _named(
    file: Path, rows: pa.Table, options: dict[str, str], headers: tuple[str, ...]
) -> RawTable:
    names = [landed_name(name) for name in headers]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InspectionError(f"{file.name}: header repeats {', '.join(repeated)}")
    return RawTable(
        table_name(file.stem), file.name, headers, rows.rename_columns(names), options
    )


def _as_text(value: Any) -> str | None:
    """Spell a value of JSON as landing does: nested ones as JSON."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return None if value is None else spell_cell(value)


def _said(endings: tuple[str, ...]) -> str:
    return ", ".join(endings)
