"""Read JSON lines: one object a line, numbers as the digits that stand there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from covey.landing.declarations import TableDeclaration
from covey.landing.errors import UnreadableFileError
from covey.landing.headers import match_header, plain
from covey.landing.records import LARGEST_FIELD, Records
from covey.landing.text_records import decode_utf8

_BATCH = 20_000
_SURROGATE = re.compile("[\ud800-\udfff]")
# An escaped control character, other than a tab or a line break, or half a letter.
_SUSPECT = re.compile(r"\\u(?:00|d[89a-f])|[\x7f-\x9f]|\\[bf]", re.IGNORECASE)
# It stands for half a letter, which UTF-8 cannot write, and is a fault itself.
_UNWRITABLE = "\x1a"


def read_json_lines(name: str, data: bytes, table: TableDeclaration) -> Records:
    """Read one object per line; what is nested stays JSON.

    Raises
    ------
    UnreadableFileError
        If a line is no object, or names a column twice.
    LandingError
        If a declared column is in no object.
    """
    text = decode_utf8(name, data)
    source = _Objects(name, text, table)
    chunks: list[list[pa.Array]] = [[] for _ in source.columns]
    batch: list[list[str | None]] = []

    def flush() -> None:
        for chunk, values in zip(chunks, zip(*batch, strict=True), strict=False):
            chunk.append(pa.array(values, pa.string()))
        batch.clear()

    for values in source.rows():
        batch.append(values)
        if len(batch) == _BATCH:
            flush()
    flush()
    if source.lines:
        match_header(name, list(source.seen), table)
    is_seen = {plain(key) for key in source.seen}
    kept = [
        (column, pa.chunked_array(chunk, pa.string()))
        for column, chunk in zip(source.columns, chunks, strict=True)
        if column in table.columns or plain(column) in is_seen
    ]
    extra = [key for key in source.seen if plain(key) not in source.place]
    warnings = [f"left out {', '.join(extra)}: not declared"] if extra else []
    lines = np.array(source.lines, np.int64)
    return Records(pa.table(dict(kept)), lines, {}, source.texts, tuple(warnings))


class _Objects:
    """The objects of a text as rows of the declared columns."""

    def __init__(self, name: str, text: str, table: TableDeclaration) -> None:
        self.name, self._text = name, text
        keys = [column.key_name for column in table.identity_columns]
        self.columns = [*table.columns, *keys]
        self.place = {plain(column): i for i, column in enumerate(self.columns)}
        self.seen: dict[str, int | None] = {}
        self.lines: list[int] = []
        self.texts: dict[int, str] = {}

    def rows(self) -> Iterator[list[str | None]]:
        """Give the values of each object in the order of ``columns``."""
        for number, line in enumerate(self._text.split("\n"), start=1):
            if not line.strip():
                continue
            yield self._row(number, line)
            if len(line) > LARGEST_FIELD or _SUSPECT.search(line):
                self.texts[len(self.lines)] = line
            self.lines.append(number)

    def _row(self, number: int, line: str) -> list[str | None]:
        try:
            found = json.loads(
                line,
                parse_int=str,
                parse_float=str,
                parse_constant=str,
                object_pairs_hook=_unique,
            )
        except (ValueError, RecursionError) as error:
            raise self._broken(number, line, error) from error
        if not isinstance(found, dict):
            raise self._broken(number, line, None)
        values: list[str | None] = [None] * len(self.columns)
        taken = set()
        for key, value in found.items():
            if key not in self.seen:
                self.seen[key] = self.place.get(plain(key))
            place = self.seen[key]
            if place is None:
                continue
            if place in taken:
                raise UnreadableFileError(
                    f"{self.name}, line {number}: column {self.columns[place]} is "
                    "there twice: rename or remove one"
                )
            taken.add(place)
            values[place] = _spelled(key, value, line)
        return values

    def _broken(
        self, number: int, line: str, error: Exception | None
    ) -> UnreadableFileError:
        is_last = self._text.endswith(line)
        if isinstance(error, _RepeatedKeyError):
            reason = f"{error} is there twice: rename or remove one"
        elif is_last and line.lstrip().startswith("{"):
            reason = "the file ends in the middle of an object: fetch it again"
        else:
            reason = "no JSON object: a file has one object a line, no list around them"
        return UnreadableFileError(f"{self.name}, line {number}: {reason}")


class _RepeatedKeyError(ValueError):
    """An object says a key twice."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _RepeatedKeyError(next(key for key in keys if keys.count(key) > 1))
    return found


def _spelled(key: str, value: Any, line: str) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):  # with its numbers as numbers
        value = json.dumps(json.loads(line)[key], ensure_ascii=False)
    if value is None or value.isascii():
        return str(value) if value is not None else None
    return _SURROGATE.sub(_UNWRITABLE, value)
