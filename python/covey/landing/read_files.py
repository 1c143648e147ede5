"""Read one source file as a table, and count its records a second way."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq


class UnreadableFileError(ValueError):
    """A file cannot be read whole; the message names it and the remedy."""


def read_file(path: Path) -> tuple[pa.Table, int]:
    """Read a CSV or Parquet file.

    CSV comes as text, column by column as it stands, so that staging can judge each
    value; Parquet keeps its types.

    Returns
    -------
    table : pyarrow.Table
    record_count : int
        Counted without the table: by the csv module, or by the Parquet footer.

    Raises
    ------
    UnreadableFileError
        If the format is unknown, the file is broken, or the counts differ.
    """
    readers = {".csv": _read_csv, ".parquet": _read_parquet}
    if path.suffix.lower() not in readers:
        known = ", ".join(sorted(readers))
        raise UnreadableFileError(f"{path.name}: expected one of {known}")
    try:
        table, record_count = readers[path.suffix.lower()](path)
    except (pa.ArrowException, UnicodeDecodeError, csv.Error, StopIteration) as error:
        reason = str(error).splitlines()[0] if str(error) else "no header line"
        raise UnreadableFileError(f"{path.name} cannot be read: {reason}") from error
    if table.num_rows != record_count:
        raise UnreadableFileError(
            f"{path.name}: {record_count:,} records by count, {table.num_rows:,} read; "
            "look for an unclosed quote or a truncated file"
        )
    return table, record_count


def _read_csv(path: Path) -> tuple[pa.Table, int]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        record_count = sum(1 for record in reader if record)
    names = [name.strip().lower().replace(" ", "_") for name in header]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise UnreadableFileError(f"{path.name}: header repeats {', '.join(repeated)}")
    options = pa_csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
    )
    table = pa_csv.read_csv(
        path,
        read_options=pa_csv.ReadOptions(column_names=names, skip_rows=1),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=options,
    )
    return table, record_count


def _read_parquet(path: Path) -> tuple[pa.Table, int]:
    file = pq.ParquetFile(path)
    return file.read(), file.metadata.num_rows
