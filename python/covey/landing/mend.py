"""Write rejected rows so that a person can mend them and land them again.

The rows come with their original columns, one CSV per table as its source declares CSV.
Ids of people are the pseudonyms that they landed as (`covey:` and 32 digits), which
landing takes back; contact details and the text of rows that could not be read come
from the private store. The files are therefore as private as that store.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import yaml

from covey.landing.declarations import TableDeclaration, read_declarations
from covey.settings import Settings

PSEUDONYM_PREFIX = "covey:"
REASONS, SOURCE_LINE, RAW_TEXT = "reasons", "source_line", "raw_text"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*")
_IDENTITY_KEY = "_key"


@dataclass(frozen=True)
class MendFile:
    """One file of rows to mend."""

    path: Path
    row_count: int


def write_rows_to_mend(
    settings: Settings, rejected: Sequence[dict[str, Any]], folder: Path
) -> list[MendFile]:
    """Write rejected rows, one CSV per source and table.

    Parameters
    ----------
    settings : Settings
    rejected : sequence of dict
        Rows of ``core_rejected_rows``.
    folder : Path
        Gets a folder per source, which is what ``covey land`` takes.

    Returns
    -------
    list of MendFile
        In the order of source and table.
    """
    written = []

    def place(row: dict[str, Any]) -> tuple[str, str]:
        return row["source"], row["table_name"]

    for (source, table_name), group in groupby(sorted(rejected, key=place), key=place):
        table = read_declarations(settings.project_dir, source)[table_name]
        rows = sorted(group, key=lambda row: (row["load_id"], row["source_row"]))
        private = _private_rows(settings, source, table_name, rows)
        texts = [
            _fields(table, row, private.get((row["load_id"], row["source_row"]), {}))
            for row in rows
        ]
        path = folder / source / f"{table_name}.csv"
        _write(path, texts, table, _file_options(settings, source, table_name))
        written.append(MendFile(path, len(texts)))
    return written


def _fields(
    table: TableDeclaration, row: dict[str, Any], private: dict[str, Any]
) -> dict[str, str]:
    landed = json.loads(row["row_text"])
    fields = {name: _text(landed.get(name)) for name in table.columns}
    for name in table.contact_columns:
        fields[name] = _text(private.get(name))
    for name, value in landed.items():
        is_key = name.endswith(_IDENTITY_KEY) and name not in table.columns
        if value and (name in table.pseudonym_columns or is_key):
            fields[name] = PSEUDONYM_PREFIX + str(value)
    fields[REASONS] = row["reject_reasons"]
    fields[SOURCE_LINE] = _text(row["source_row"])
    if private.get(RAW_TEXT):
        fields[RAW_TEXT] = _text(private[RAW_TEXT])
    return fields


def _private_rows(
    settings: Settings, source: str, table_name: str, rows: Sequence[dict[str, Any]]
) -> dict[tuple[str, int], dict[str, Any]]:
    """Find what the private store holds of rows, by load and place in the file."""
    folder = settings.private_dir / source / table_name
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for load_id, group in groupby(rows, key=lambda row: row["load_id"]):
        places = pa.array([row["source_row"] for row in group], pa.int64())
        for path in sorted(folder.glob(f"{load_id}*.parquet")):
            table = pq.read_table(path)
            if "source_row" in table.column_names:
                is_mine = pc.is_in(table["source_row"], value_set=places)
                for row in table.filter(is_mine).to_pylist():
                    found.setdefault((load_id, row["source_row"]), {}).update(row)
    return found


def _write(
    path: Path,
    rows: list[dict[str, str]],
    table: TableDeclaration,
    options: dict[str, str],
) -> None:
    extra = sorted({name for row in rows for name in row} - set(table.columns))
    last = [name for name in (REASONS, SOURCE_LINE, RAW_TEXT) if name in extra]
    keys = [name for name in extra if name not in last]
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    with path.open("w", encoding=options.get("encoding", "utf-8"), newline="") as file:
        writer = csv.DictWriter(
            file,
            [*table.columns, *keys, *last],
            restval="",
            delimiter=options.get("delimiter", ","),
            lineterminator="\n",
        )
        writer.writeheader()
        for row in rows:
            writer.writerow({name: escape_formula(text) for name, text in row.items()})


def escape_formula(text: str) -> str:
    """Keep a spreadsheet from taking text for a formula; a number is none.

    Examples
    --------
    >>> escape_formula("=1+1"), escape_formula("-4.99")
    ("'=1+1", '-4.99')
    """
    if text.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def _file_options(settings: Settings, source: str, table_name: str) -> dict[str, str]:
    """Read how the source declares its text files to be written."""
    folder = settings.project_dir / "models" / "staging" / source
    text = (folder / f"_{source}__sources.yml").read_text(encoding="utf-8")
    tables = next(
        each for each in yaml.safe_load(text)["sources"] if each["name"] == source
    )["tables"]
    table = next(each for each in tables if each["name"] == table_name)
    options = table.get("config", {}).get("meta", {}).get("file") or {}
    named = {"tab": "\t", "\\t": "\t"}
    return {name: named.get(value, value) for name, value in options.items()}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
