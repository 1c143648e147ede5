"""Read one file of any format as records, and never fewer than it holds."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from covey.landing.declarations import TableDeclaration
from covey.landing.errors import LandingError, UnreadableFileError
from covey.landing.headers import match_header
from covey.landing.read_csv import read_csv
from covey.landing.records import Records, judge_fields

_DELIMITED = {".csv": ",", ".txt": ",", ".tsv": "\t"}
_JSON_LINES = (".jsonl", ".ndjson")
_EXCEL, _PARQUET, _GZIP = ".xlsx", ".parquet", ".gz"
SUFFIXES = (*_DELIMITED, *_JSON_LINES, _EXCEL, _PARQUET)
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Part:
    """What is landed at once: a file, or one of several sheets in it."""

    path: Path
    sheet: str = ""

    @property
    def name(self) -> str:
        """Name that its rows carry as ``source_file``."""
        return f"{self.path.name}#{self.sheet}" if self.sheet else self.path.name


def suffix_of(path: Path) -> str:
    """Give the suffix that says the format: ``.csv`` of ``orders.csv.gz``."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == _GZIP:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def parts_of(path: Path, table: TableDeclaration) -> list[Part]:
    """Part a file into what is landed at once: only several sheets are several.

    Raises
    ------
    UnreadableFileError
        If a workbook is broken.
    """
    if suffix_of(path) != _EXCEL or not table.file.sheets:
        return [Part(path)]
    from covey.landing.read_excel import sheet_names

    sheets = sheet_names(path.name, path.read_bytes(), table)
    return [Part(path, sheet) for sheet in sheets]


def read_part(part: Part, table: TableDeclaration) -> Records:
    """Read the declared columns of a file or sheet.

    Text formats come as text, value by value as they stand; Parquet keeps its types.

    Raises
    ------
    UnreadableFileError
        If the format is unknown, or the file is broken.
    LandingError
        If a declared column is missing.
    """
    suffix, name = suffix_of(part.path), part.path.name
    if suffix not in SUFFIXES:
        known = ", ".join(sorted(SUFFIXES))
        raise UnreadableFileError(f"{name}: expected one of {known}, or .gz of a text")
    if suffix == _PARQUET:
        return judge_fields(_read_parquet(part.path, table))
    if suffix == _EXCEL:
        from covey.landing.read_excel import read_excel, sheet_names

        data = part.path.read_bytes()
        sheet = part.sheet or sheet_names(name, data, table)[0]
        return judge_fields(read_excel(name, data, table, sheet))
    data = _read_text(part.path, table)
    if suffix in _JSON_LINES:
        from covey.landing.read_json_lines import read_json_lines

        return judge_fields(read_json_lines(name, data, table))
    return judge_fields(read_csv(name, data, table, _DELIMITED[suffix]))


def _read_text(path: Path, table: TableDeclaration) -> bytes:
    """Give a text's bytes in UTF-8, without byte-order mark."""
    data, declared = path.read_bytes(), table.file.encoding
    if path.suffix.lower() == _GZIP:
        try:
            data = gzip.decompress(data)
        except (EOFError, OSError, zlib.error) as error:
            raise UnreadableFileError(
                f"{path.name} is broken or cut off ({error}): fetch it again"
            ) from error
    encoding = (declared or "utf-8").lower().replace("_", "-")
    if data.startswith(_UTF8_MARK):
        if encoding not in ("utf-8", "utf8", "utf-8-sig"):
            raise UnreadableFileError(
                f"{path.name} says that it is UTF-8, and {declared} is declared: "
                "correct `file: {encoding: …}`"
            )
        return data[len(_UTF8_MARK) :]
    if not encoding.startswith("utf-16") and _is_utf16(data):
        raise UnreadableFileError(
            f"{path.name} is UTF-16: declare `file: {{encoding: utf-16}}`, or save it "
            "as UTF-8"
        )
    if encoding in ("utf-8", "utf8", "utf-8-sig"):
        return data
    try:
        return data.decode(encoding).removeprefix("\ufeff").encode()
    except UnicodeError as error:
        raise UnreadableFileError(
            f"{path.name} is not {declared}, which is declared: {error}"
        ) from error


def _is_utf16(data: bytes) -> bool:
    """Notice UTF-16 by its mark, or by the zero in every other byte."""
    head = data[:1000]
    return head.startswith(_UTF16_MARKS) or head.count(0) * 4 > len(head)


def _read_parquet(path: Path, table: TableDeclaration) -> Records:
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
        match = match_header(path.name, file.schema_arrow.names, table)
        names = [file.schema_arrow.names[place] for place in match.positions.values()]
        rows = file.read(columns=names).select(names)
    except LandingError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = (str(error).splitlines() or ["no reason given"])[0]
        raise UnreadableFileError(
            f"{path.name} cannot be read: {reason}: fetch it again"
        ) from error
    count = file.metadata.num_rows
    if rows.num_rows != count:
        raise UnreadableFileError(
            f"{path.name}: {count:,} records by count, {rows.num_rows:,} read: "
            "fetch it again"
        )
    numbers = np.arange(1, count + 1, dtype=np.int64)
    rows = rows.rename_columns(list(match.positions))
    return Records(rows, numbers, warnings=match.warnings)
