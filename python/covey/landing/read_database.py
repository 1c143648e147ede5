"""Land the tables of a PostgreSQL database, whole or by a mark that only grows."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from covey.landing.checks import check_decimals, check_not_empty, check_volume
from covey.landing.declarations import TableDeclaration, read_declarations
from covey.landing.errors import LandingError
from covey.landing.headers import HeaderMatch, match_header
from covey.landing.land import Load, next_load_id, write_load
from covey.landing.manifests import (
    LandedFile,
    exclusive,
    read_manifests,
    remove_unfinished,
)
from covey.landing.records import Records, judge_fields
from covey.privacy.pseudonyms import read_key
from covey.settings import Settings
from covey.warehouse import open_postgres, query_postgres, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# PostgreSQL's types that land as they are; every other one lands as its text.
_KEPT_TYPES = re.compile(
    r"smallint|integer|bigint|real|double precision|boolean|date|text"
    r"|character( varying)?(\(\d+\))?|timestamp(\(\d\))? without time zone"
)
_MOST_DIGITS = 38
_TIMES = ("timestamp", "date")


@dataclass(frozen=True)
class _Relation:
    """A table or view of the database: its SQL name, and its columns' types."""

    name: str
    types: dict[str, str]


def land_database(
    settings: Settings,
    source: str,
    url: str,
    *,
    table_name: str = "",
    accept_volume: bool = False,
) -> Iterator[LandedFile]:
    """Land every declared table that names a ``relation``, all in one snapshot.

    A table with a ``high_water_mark`` gives the rows above the last mark; any other
    one gives all its rows, and nothing is landed if they are those of the last time.

    Yields
    ------
    LandedFile
        One per table, in the order of their declaration.

    Raises
    ------
    LandingError
        If a table is not there, or does not fit its declaration.
    WarehouseError
        If the database cannot be read; the message has no password.
    MissingKeyError
        If a real business has no key.
    """
    tables = read_declarations(settings.project_dir, source)
    key = read_key(settings)
    named = [
        table
        for table in tables.values()
        if table.relation and table_name in ("", table.name)
    ]
    if not named:
        raise LandingError(
            f"no table of {source} to read from a database: declare one's `relation: "
            "schema.table` under its config.meta"
        )
    with exclusive(settings.landed_dir / source), open_postgres(url) as connection:
        for table in named:
            remove_unfinished(settings.landed_dir / source / table.name)
            yield _land_table(settings, source, table, connection, key, accept_volume)


def _land_table(
    settings: Settings,
    source: str,
    table: TableDeclaration,
    connection: DuckDBPyConnection,
    key: bytes,
    accept_volume: bool,
) -> LandedFile:
    where = f"postgresql:{table.relation}"
    folder = settings.landed_dir / source / table.name
    every = read_manifests(folder)
    before = [each for each in every if each.source_file == where]
    last = before[-1] if before else None
    is_same_shape = last is not None and last.declaration == table.fingerprint
    mark = last.high_water_mark if last and is_same_shape else None
    relation = _find_relation(connection, table)
    match = match_header(where, list(relation.types), table)
    rows, new_mark, unmarked = _read(connection, table, relation, match, mark)
    content = _content_of(rows)
    digest = hashlib.sha256(content).hexdigest()
    is_nothing_new = mark is not None and not rows.num_rows
    if last and is_same_shape and (is_nothing_new or last.file_sha256 == digest):
        return replace(last, is_new=False)
    numbers = np.arange(1, rows.num_rows + 1, dtype=np.int64)
    warnings = list(match.warnings)
    if unmarked:
        warnings.append(
            f"{unmarked:,} rows without {table.high_water_mark}: they landed now, and "
            "no later change of them will be seen"
        )
    records = judge_fields(Records(rows, numbers, warnings=tuple(warnings)))
    check_not_empty(where, records, table)
    check_decimals(where, records, table)
    if mark is None and is_same_shape and not accept_volume:
        check_volume(where, len(records), table, before)
    load = Load(settings, source, table, where, digest, len(content), new_mark)
    return write_load(load, next_load_id(load, every), records, key, accept_volume)


def _find_relation(
    connection: DuckDBPyConnection, table: TableDeclaration
) -> _Relation:
    """Ask the catalogue for a table's columns and their types.

    Raises
    ------
    LandingError
        If there is no such table.
    """
    name = ".".join(quoted(part) for part in table.relation.split("."))
    found = query_postgres(
        connection,
        "select attnum, attname::text as name, format_type(atttypid, atttypmod) as type"
        f" from pg_attribute where attrelid = to_regclass({_text(name)})"
        " and attnum > 0 and not attisdropped",
    )
    if not found.num_rows:
        raise LandingError(
            f"the database has no table {table.relation} that this user can see: "
            f"correct `relation:` of table {table.name}"
        )
    names, types = found["name"].to_pylist(), found["type"].to_pylist()
    return _Relation(name, dict(zip(names, types, strict=True)))


def _read(
    connection: DuckDBPyConnection,
    table: TableDeclaration,
    relation: _Relation,
    match: HeaderMatch,
    mark: str | None,
) -> tuple[pa.Table, str | None, int]:
    """Read rows above the mark, the greatest mark, and how many rows have none."""
    names = list(relation.types)
    columns = [
        f"{_expression(names[place], relation.types[names[place]])} as {quoted(label)}"
        for label, place in match.positions.items()
    ]
    condition, greatest = "", "null"
    if table.high_water_mark:
        marked = names[match.positions[table.high_water_mark]]
        column, kind = quoted(marked), relation.types[marked]
        finite = (
            f" filter (where isfinite({column}))" if kind.startswith(_TIMES) else ""
        )
        greatest = f"max({column}){finite}::text"
        if mark is not None:
            condition = f" where {column} > {_text(mark)}::{kind}"
    rows = query_postgres(
        connection, f"select {', '.join(columns)} from {relation.name}{condition}"
    )
    counted = query_postgres(
        connection,
        f"select count(*) as row_count, {greatest} as mark from {relation.name}"
        + condition,
    ).to_pylist()[0]
    if counted["row_count"] != rows.num_rows:
        raise LandingError(
            f"{table.relation}: {counted['row_count']:,} rows by count, "
            f"{rows.num_rows:,} read: land it again"
        )
    unmarked = 0
    if table.high_water_mark and mark is None:
        unmarked = rows[table.high_water_mark].null_count
    return rows, counted["mark"] or mark, unmarked


def _expression(name: str, kind: str) -> str:
    """Read times in UTC, and as text what DuckDB would round or not know."""
    column = quoted(name)
    if kind.startswith("timestamp") and kind.endswith("with time zone"):
        return f"({column} at time zone 'UTC')"
    is_exact_number = kind.startswith("numeric(") and (
        int(kind[len("numeric(") :].split(",")[0]) <= _MOST_DIGITS
    )
    is_kept = is_exact_number or _KEPT_TYPES.fullmatch(kind)
    return column if is_kept else f"{column}::text"


def _content_of(rows: pa.Table) -> bytes:
    """Give bytes that are equal if the rows are, contact details included."""
    sink = io.BytesIO()
    pq.write_table(rows, sink, compression="none")
    return sink.getvalue()


def _text(value: str) -> str:
    """Quote a text for PostgreSQL, whatever its setting for backslashes."""
    escaped = value.replace("\\", "\\\\").replace("'", "''")
    return f"E'{escaped}'"
