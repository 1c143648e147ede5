"""Read sheets of an Excel workbook, with values spelled as a CSV export would."""

from __future__ import annotations

import io
import json
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from covey.landing.declarations import TableDeclaration
from covey.landing.errors import UnreadableFileError
from covey.landing.headers import match_header
from covey.landing.records import Records

# Excel keeps fifteen digits: it has rounded a longer id before anyone reads it.
_EXACT = 10**15


def sheet_names(name: str, data: bytes, table: TableDeclaration) -> list[str]:
    """Name the sheets to read: those declared, or else the first.

    Raises
    ------
    UnreadableFileError
        If the workbook is broken, or has no such sheet.
    """
    there = _open(name, data).sheet_names
    if table.file.sheets == ("*",):
        return there
    missing = [sheet for sheet in table.file.sheets if sheet not in there]
    if missing or not there:
        raise UnreadableFileError(
            f"{name} has no sheet {', '.join(missing)}: it has {', '.join(there)}"
        )
    return list(table.file.sheets) or there[:1]


def read_excel(name: str, data: bytes, table: TableDeclaration, sheet: str) -> Records:
    """Read one sheet; its first row with anything in it is the header.

    Raises
    ------
    UnreadableFileError
        If the sheet is broken or empty.
    LandingError
        If a declared column is missing.
    """
    try:
        cells = _open(name, data).get_sheet_by_name(sheet)
        rows = cells.to_python(skip_empty_area=False)
    except CalamineError as error:
        raise UnreadableFileError(f"{name}, sheet {sheet}: {error}") from error
    filled = [
        (number, row)
        for number, row in enumerate(rows, start=1)
        if any(cell != "" for cell in row)
    ]
    if not filled:
        raise UnreadableFileError(f"{name}, sheet {sheet} is empty: no header row")
    (_, header), *body = filled
    names = [str(spell_cell(cell) or "") for cell in header]
    match = match_header(f"{name}, sheet {sheet}", names, table)
    spelled = [[spell_cell(cell) for cell in row] for _, row in body]
    columns = {
        column: pa.array([row[place] for row in spelled], pa.string())
        for column, place in match.positions.items()
    }
    warnings = list(match.warnings)
    for column, place in match.positions.items():
        if any(_is_rounded(row[place]) for _, row in body):
            warnings.append(
                f"{column} has numbers of more than fifteen digits, which Excel has "
                "rounded: keep such ids as text"
            )
    texts = {
        position: json.dumps(row, ensure_ascii=False)
        for position, row in enumerate(spelled)
        if any(cell and not cell.isprintable() for cell in row)
    }
    numbers = np.array([number for number, _ in body], np.int64)
    return Records(pa.table(columns), numbers, {}, texts, tuple(warnings))


def spell_cell(value: Any) -> str | None:
    """Spell a cell: 12345.0 as 12345, dates and times in ISO, blank as null.

    Examples
    --------
    >>> spell_cell(12345.0), spell_cell(True), spell_cell("007")
    ('12345', 'true', '007')
    """
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value)) if abs(value) < 10**20 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
    return str(value)


def _is_rounded(value: Any) -> bool:
    return isinstance(value, float) and abs(value) >= _EXACT and value.is_integer()


def _open(name: str, data: bytes) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_object(io.BytesIO(data))
    except (CalamineError, OSError) as error:
        raise UnreadableFileError(
            f"{name} is not a whole Excel workbook: {error}: fetch it again"
        ) from error
