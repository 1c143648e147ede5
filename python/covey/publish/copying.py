"""Copy the marts out of the private build file, and check the copy.

Tables only: a view would break once its file has another name. Rows are ordered, so
that a look-up of one customer reads one row group. Beside them stands one macro, which
assigns anybody to a segment and reads no table.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from covey.publish.errors import PublishError
from covey.publish.segment_macro import CENTRES_TABLE, MACRO_NAME, assignment_macro
from covey.warehouse import fetch, open_copy, open_published, quoted

VERSION_TABLE = "covey_version"
# People are looked up in the links by their source's id.
_LINKS = "dim_customer_links"
# What a mart is ordered by, where it has it.
_ORDER = (
    "customer_id",
    "list_name",
    "outcome_type",
    "rank",
    "reason_rank",
    "source",
    "source_customer_id",
    "as_of_date",
)


@dataclass(frozen=True)
class Copied:
    """What one published file holds.

    Attributes
    ----------
    row_counts : dict of str to int
        Rows by table, the version table apart.
    macros : tuple of str
        The table macros.
    """

    row_counts: dict[str, int]
    macros: tuple[str, ...] = ()


def copy_marts(
    build_path: Path,
    target: Path,
    marts: dict[str, dict[str, Any]],
    version: dict[str, Any],
) -> Copied:
    """Write ``target`` with every mart and the one-row version table.

    Parameters
    ----------
    build_path : Path
        The private build file; only read.
    target : Path
        A file that does not exist yet, under a name that no reader opens.
    marts : dict
        dbt's manifest nodes by table name.
    version : dict
        Columns of the version table.

    Raises
    ------
    PublishError
        If a mart is not in the build file, or the copy differs from it.
    """
    refuse_personal_columns(marts)
    with open_copy(build_path, target) as connection:
        row_counts = {
            name: _copy_table(connection, node["schema"], name)
            for name, node in sorted(marts.items())
        }
        _write_version(connection, version)
        macros = _write_macro(connection) if CENTRES_TABLE in marts else ()
    copied = Copied(row_counts, macros)
    check_copy(target, copied)
    return copied


def refuse_personal_columns(marts: dict[str, dict[str, Any]]) -> None:
    """Stop if the manifest marks a column of a mart as personal."""
    for name, node in sorted(marts.items()):
        for column, details in node["columns"].items():
            meta = {**details.get("meta", {}), **details["config"].get("meta", {})}
            if meta.get("personal"):
                raise PublishError(
                    f"nothing was published: {name}.{column} is marked personal "
                    f"({meta['personal']}); leave it out of the mart"
                )


def check_copy(target: Path, copied: Copied) -> None:
    """Open a finished copy as a reader would, and compare it with what was copied."""
    log = target.with_name(target.name + ".wal")
    if log.exists():
        raise PublishError(f"nothing was published: {log.name} was left behind")
    connection = open_published(target)
    try:
        views = fetch(connection, "from duckdb_views() where not internal")
        tables = fetch(
            connection, "select table_name from duckdb_tables() where not internal"
        )
        macros = fetch(
            connection,
            "select distinct function_name as name from duckdb_functions() "
            "where not internal",
        )
        names = {row["table_name"] for row in tables}
        names |= {f"{row['name']}()" for row in macros}
        expected = {*copied.row_counts, VERSION_TABLE}
        expected |= {f"{name}()" for name in copied.macros}
        if views or names != expected:
            odd = sorted((names ^ expected) | {row["view_name"] for row in views})
            raise PublishError(f"nothing was published: the copy differs in {odd}")
        for name, row_count in copied.row_counts.items():
            found = _count(connection, quoted(name))
            if found != row_count:
                raise PublishError(
                    f"nothing was published: {name} has {found:,} rows in the copy "
                    f"and {row_count:,} in the build"
                )
    finally:
        connection.close()


def _copy_table(
    connection: duckdb.DuckDBPyConnection, schema: str, table_name: str
) -> int:
    """Copy one table and give the number of rows that the build file has."""
    source = f"build.{quoted(schema)}.{quoted(table_name)}"
    sql = (
        "select column_name from duckdb_columns() where database_name = 'build' "
        "and schema_name = ? and table_name = ? order by column_index"
    )
    found = fetch(connection, sql, [schema, table_name])
    columns = [row["column_name"] for row in found]
    if not columns:
        raise PublishError(
            f"nothing was published: the build has no table {table_name}; "
            "run `covey build`"
        )
    keys = ["source_customer_id"] if table_name == _LINKS else []
    keys += [key for key in _ORDER if key in columns and key not in keys]
    order = ", ".join(map(quoted, keys)) if "customer_id" in columns else "all"
    connection.execute(
        f"create table published.{quoted(table_name)} as from {source} order by {order}"
    )
    return _count(connection, source)


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    return int(fetch(connection, f"select count(*) as n from {relation}")[0]["n"])


def _write_macro(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Write the macro that assigns anybody, if there are segments."""
    statement = assignment_macro(
        fetch(connection, f"from published.{quoted(CENTRES_TABLE)}")
    )
    if statement is None:
        return ()
    connection.execute("use published")
    connection.execute(statement)
    connection.execute("use memory")
    return (MACRO_NAME,)


def _write_version(
    connection: duckdb.DuckDBPyConnection, version: dict[str, Any]
) -> None:
    """Write the one row that says what this file is."""
    links = f"select distinct source from published.{_LINKS} order by source"
    sources = [link["source"] for link in fetch(connection, links)]
    row = {**version, "sources": ",".join(sources)}
    values = ", ".join(f"? as {quoted(name)}" for name in row)
    fetch(
        connection,
        f"create table published.{VERSION_TABLE} as select {values}",
        list(row.values()),
    )
