"""What stops a file at the door although it can be read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from covey.landing.declarations import TableDeclaration
from covey.landing.errors import LandingError
from covey.landing.manifests import LandedFile
from covey.landing.records import Records

_SUMS = "SHA256SUMS"
_COMMA_NUMBER = r"^\s*[+-]?(\d{1,3}(\.\d{3})*|\d+),\d+\s*$"
_POINT_NUMBER = r"^\s*[+-]?(\d{1,3}(,\d{3})*|\d*)\.\d+\s*$"


def check_sidecar(path: Path, file_sha256: str) -> None:
    """Hold a file against ``<file>.sha256`` or ``SHA256SUMS`` beside it, if there.

    Raises
    ------
    LandingError
        If the file is another one than its sender hashed.
    """
    own = path.with_name(path.name + ".sha256")
    expected, place = "", own
    if own.is_file():
        expected = (own.read_text(encoding="utf-8", errors="replace").split() or [""])[
            0
        ]
    elif (sums := path.with_name(_SUMS)).is_file():
        place = sums
        for line in sums.read_text(encoding="utf-8", errors="replace").splitlines():
            digest, _, name = line.partition(" ")
            if name.strip().lstrip("*").removeprefix("./") == path.name:
                expected = digest
    if (expected or own.is_file()) and expected.lower() != file_sha256:
        raise LandingError(
            f"{path.name} is not the file that {place.name} speaks of (sha256): it was "
            "cut off or changed on its way; fetch it again"
        )


def check_not_empty(where: str, records: Records, table: TableDeclaration) -> None:
    """Stop at a file with a header and no row, unless that may be.

    Raises
    ------
    LandingError
        If it has no row.
    """
    if not len(records) and not table.allow_empty:
        raise LandingError(
            f"{where} has no rows: if that may be, declare `allow_empty: true` for "
            f"table {table.name}"
        )


def check_decimals(where: str, records: Records, table: TableDeclaration) -> None:
    """Stop at decimal commas that nobody declared: 1,234 is never guessed at.

    Raises
    ------
    LandingError
        If a column of numbers has more decimal commas than points.
    """
    if table.file.decimal is not None:
        return
    for column in table.declared:
        if not column.is_fraction or column.name not in records.table.column_names:
            continue
        values = records.table[column.name]
        if not pa.types.is_string(values.type):
            continue
        with_comma = values.filter(pc.match_substring(values, ","))
        comma_count = _count(with_comma, _COMMA_NUMBER)
        if comma_count and comma_count > _count(values, _POINT_NUMBER):
            example = next(
                value
                for value in with_comma.to_pylist()
                if _count(pa.chunked_array([[value]]), _COMMA_NUMBER)
            )
            raise LandingError(
                f"{where}, column {column.name} has {example.strip()}: declare "
                f'`file: {{decimal: ","}}` for table {table.name}, or "." if commas '
                "part thousands"
            )


def check_volume(
    where: str, row_count: int, table: TableDeclaration, before: Sequence[LandedFile]
) -> None:
    """Stop at a load with far fewer or far more rows than the last one.

    After a load that a person accepted, the one before it may be the measure too.

    Raises
    ------
    LandingError
        If the number of rows is out of bounds.
    """
    measures = []
    for manifest in reversed(before):
        measures.append(manifest.input_rows)
        if not manifest.is_volume_accepted:
            break
    if not measures:
        return
    least, most = table.volume_least, table.volume_most
    if not any(least * count < row_count < most * count for count in measures if count):
        if not any(measures):
            return
        raise LandingError(
            f"{where} has {row_count:,} rows, and the load before had "
            f"{measures[0]:,}: if that is right, land it with --accept-volume, or "
            f"declare `volume: {{least: {least:g}, most: {most:g}}}` otherwise for "
            f"table {table.name}"
        )


def _count(values: pa.ChunkedArray, pattern: str) -> int:
    matches = pc.match_substring_regex(values, pattern)
    return int(pc.sum(matches.cast(pa.int64())).as_py() or 0)
