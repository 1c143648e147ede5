"""Whether two relations hold the same rows, told by sums of hashes.

A row is told by 64 bits: DuckDB's hash of its values, hashed once more, so that values
which two rows swap do not cancel out. Many rows are told by how many they are and by
the sum of theirs, in any order: sets that differ have one sum once in 10^19. It costs
a twentieth of writing the rows or less.
"""

from __future__ import annotations

from typing import NamedTuple

import duckdb

from covey.warehouse import fetch

ROW_HASH = "hash(hash(each_row))"


class Content(NamedTuple):
    """What tells one set of rows from another."""

    row_count: int
    hash_sum: int


def content_of(connection: duckdb.DuckDBPyConnection, relation: str) -> Content:
    """Read what tells the rows of a relation from others, whatever their order."""
    row = fetch(
        connection,
        f"select count(*) as n, coalesce(sum({ROW_HASH}), 0) as hash_sum "
        f"from {relation} as each_row",
    )[0]
    return Content(int(row["n"]), int(row["hash_sum"]))


def columns_of(
    connection: duckdb.DuckDBPyConnection, relation: str
) -> list[tuple[str, str]]:
    """Give the name and the type of each column, in order."""
    found = fetch(connection, f"describe from {relation}")
    return [(row["column_name"], row["column_type"]) for row in found]


def holds_same_rows(
    connection: duckdb.DuckDBPyConnection, one: str, other: str
) -> bool:
    """Tell whether two relations have the same columns and the same rows."""
    return columns_of(connection, one) == columns_of(connection, other) and (
        content_of(connection, one) == content_of(connection, other)
    )
