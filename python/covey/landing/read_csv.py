"""Read delimited text: plain files by Arrow, all others line by line.

Both ways give the same records. Values come as text, as they stand, so that staging
can judge each one.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from covey.landing.declarations import TableDeclaration
from covey.landing.errors import UnreadableFileError
from covey.landing.headers import HeaderMatch, match_header, plain
from covey.landing.records import LARGEST_FIELD, Records
from covey.landing.scan_text import Scan, scan
from covey.landing.text_records import TextRecords, decode_utf8

_SUSPECT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_DELIMITERS = {",": ",", ";": ";", "\t": "tab", "|": "|"}
_BATCH = 20_000
_BYTE_ORDER_MARK = "\ufeff".encode()
_NO_LINE_END = "its last line has no line end: check that the file is whole"


def read_csv(name: str, data: bytes, table: TableDeclaration, default: str) -> Records:
    """Read a delimited text in UTF-8 without byte-order mark.

    Parameters
    ----------
    name : str
        Of the file, for messages.
    data : bytes
    table : TableDeclaration
    default : str
        The delimiter, if none is declared.

    Raises
    ------
    UnreadableFileError
        If the text cannot be read whole.
    LandingError
        If a declared column is missing.
    """
    delimiter = table.file.delimiter or default
    found = scan(data, delimiter) if delimiter.isascii() else None
    records = _read_plain(name, data, table, delimiter, found) if found else None
    if records is not None:
        return records
    return _read_carefully(name, data, table, delimiter)


def _read_plain(
    name: str, data: bytes, table: TableDeclaration, delimiter: str, found: Scan
) -> Records | None:
    """Let Arrow read the records that the scan counted; None if it cannot."""
    if not (found.is_plain and len(found.starts)) or found.longest > LARGEST_FIELD:
        return None
    try:
        first = data[found.starts[0] : found.ends[0]].decode()
    except UnicodeDecodeError:
        return None
    header = next(csv.reader(io.StringIO(first, newline=""), delimiter=delimiter))
    match = _match(name, header, table, delimiter)
    count = len(found.starts) - 1
    if not count:
        return _empty(match)
    is_marked = data.startswith(_BYTE_ORDER_MARK, int(found.starts[1]))
    # Arrow takes a quoted empty field for a blank line, and drops a mark in front.
    if match.width == 1 or is_marked:
        return None
    labels = [str(index) for index in range(match.width)]
    wanted = [labels[index] for index in match.positions.values()]
    try:
        rows = pa_csv.read_csv(
            pa.BufferReader(pa.py_buffer(memoryview(data)[found.starts[1] :])),
            read_options=pa_csv.ReadOptions(column_names=labels, block_size=1 << 22),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=found.has_line_breaks
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(labels, pa.string()),
                strings_can_be_null=False,
                include_columns=wanted,
            ),
        )
    except pa.ArrowInvalid:
        return None
    if rows.num_rows != count:
        raise UnreadableFileError(
            f"{name}: {count:,} records by count, {rows.num_rows:,} read; look for an "
            "unclosed quote"
        )
    rows = rows.rename_columns(list(match.positions))
    if found.has_line_breaks:
        _refuse_swallowed_records(name, rows, found, match.width, delimiter)
    is_cut = not data.endswith((b"\n", b"\r"))
    warnings = (*match.warnings, *([_NO_LINE_END] if is_cut else []))
    return Records(rows, found.lines[1:], warnings=warnings, may_have_controls=False)


def _read_carefully(
    name: str, data: bytes, table: TableDeclaration, delimiter: str
) -> Records:
    """Read record by record, keeping those whose fields do not fit the header."""
    source = TextRecords(name, decode_utf8(name, data), delimiter)
    records = iter(source)
    header = next(records, None)
    if header is None:
        raise UnreadableFileError(f"{name} is empty: it has no header line")
    match = _match(name, header, table, delimiter)
    columns: list[list[pa.Array]] = [[] for _ in match.positions]
    lines: list[int] = []
    wrong: list[int] = []
    texts: dict[int, str] = {}
    nothing: list[str | None] = [None] * match.width
    is_personal = bool(table.pseudonym_columns or table.contact_columns)
    batch: list[Sequence[str | None]] = []

    def flush() -> None:
        by_place = list(zip(*batch, strict=True))
        for column, place in zip(columns, match.positions.values(), strict=True):
            column.append(pa.array(by_place[place], pa.string()))
        batch.clear()

    for record in records:
        fields: Sequence[str | None] = record
        if source.raw.count("\n") > 2:
            _refuse_swallowed(name, source.line, record, match.width, delimiter)
        if len(record) != match.width:
            source.refuse_cut(len(record), match.width)
            wrong.append(len(lines))
            texts[len(lines)] = source.raw
            # Fields out of place would carry a name or an id past the door.
            fields = ([] if is_personal else record) + nothing
        elif len(source.raw) > LARGEST_FIELD or _SUSPECT.search(source.raw):
            texts[len(lines)] = source.raw
        batch.append(fields[: match.width])
        lines.append(source.line)
        if len(batch) == _BATCH:
            flush()
    if batch:
        flush()
    if not lines:
        return _empty(match)
    is_wrong = np.zeros(len(lines), bool)
    is_wrong[wrong] = True
    rows = pa.table(
        {
            column: pa.chunked_array(chunks, pa.string())
            for column, chunks in zip(match.positions, columns, strict=True)
        }
    )
    warnings = (*match.warnings, *([] if source.is_ended else [_NO_LINE_END]))
    faults = {"wrong_field_count": is_wrong} if wrong else {}
    return Records(rows, np.array(lines, np.int64), faults, texts, warnings)


def _match(
    name: str, names: list[str], table: TableDeclaration, delimiter: str
) -> HeaderMatch:
    """Match the header, and notice one that another delimiter would part."""
    whole, wanted = delimiter.join(names), {plain(column) for column in table.columns}

    def known(parts: list[str]) -> int:
        return len(wanted & {plain(part) for part in parts})

    others = {other: whole.split(other) for other in _DELIMITERS if other != delimiter}
    best = max(others, key=lambda other: known(others[other]))
    hint = ""
    if known(others[best]) > known(names):
        hint = (
            f"its fields are parted by {_DELIMITERS[best]!r}: declare "
            f"`file: {{delimiter: {_DELIMITERS[best]!r}}}` for table {table.name}"
        ).replace("'", '"')
    return match_header(name, names, table, hint)


def _refuse_swallowed_records(
    name: str, rows: pa.Table, found: Scan, width: int, delimiter: str
) -> None:
    """Look at fields of three and more lines in a table that Arrow read."""
    for column in rows.columns:
        is_long = pc.greater(pc.count_substring(column, "\n"), 2)
        for position in np.flatnonzero(np.asarray(is_long.to_numpy())):
            value = column[int(position)].as_py()
            line = int(found.lines[position + 1])
            _refuse_swallowed(name, line, [value], width, delimiter)


def _refuse_swallowed(
    name: str, line: int, record: Sequence[str | None], width: int, delimiter: str
) -> None:
    """Stop if a field holds whole records: its closing quote belongs to another one."""
    for field in record:
        inner = (field or "").split("\n")[1:-1]
        if len(inner) > 1 and all(each.count(delimiter) == width - 1 for each in inner):
            raise UnreadableFileError(
                f"{name}, line {line}: a field holds {len(inner)} whole records: look "
                "for an unclosed quote in this line"
            )


def _empty(match: HeaderMatch) -> Records:
    columns: Mapping[str, pa.Array] = {
        name: pa.array([], pa.string()) for name in match.positions
    }
    return Records(pa.table(columns), np.empty(0, np.int64), warnings=match.warnings)
