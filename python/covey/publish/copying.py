"""Copy the marts out of the private build file, or what changed in them.

Tables only: a view would break once its file has another name. Rows are ordered, so
that a look-up of one customer reads one row group. Beside them stands one macro, which
assigns anybody to a segment and reads no table.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb

from covey.publish.checking import (
    VERSION_TABLE,
    Copied,
    check_copy,
    refuse_personal_columns,
)
from covey.publish.errors import PublishError
from covey.publish.replacing import replace_what_differs
from covey.publish.rows import content_of
from covey.publish.segment_macro import CENTRES_TABLE, MACRO_NAME, assignment_macro
from covey.warehouse import WarehouseError, fetch, open_copy, quoted

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

Marts = dict[str, dict[str, Any]]
Columns = list[tuple[str, str]]


def copy_marts(
    build_path: Path,
    target: Path,
    marts: Marts,
    version: dict[str, Any],
    earlier: Path | None = None,
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
    earlier : Path, optional
        A published file whose rows are mostly still right: a copy of it is brought up
        to date. One that is damaged is left alone, and everything is written anew.

    Raises
    ------
    PublishError
        If a mart is not in the build file, or the copy differs from it.
    """
    refuse_personal_columns(marts)
    copied = None
    if earlier:
        copied = _write_onto(earlier, build_path, target, marts, version)
    copied = copied or write_marts(build_path, target, marts, version)
    check_copy(target, copied)
    return copied


def write_marts(
    build_path: Path, target: Path, marts: Marts, version: dict[str, Any]
) -> Copied:
    """Give ``target`` the rows of the build, whatever it holds so far.

    Returns
    -------
    Copied
        What the build holds, and ``target`` should.

    Raises
    ------
    WarehouseError
        If a file is damaged, or the disk full.
    """
    threads = 1 if target.is_file() else None
    with open_copy(build_path, target, threads) as connection:
        tables = _tables(connection)
        sources = {
            name: ("build", node["schema"], name) for name, node in marts.items()
        }
        missing = sorted(
            name for name, source in sources.items() if source not in tables
        )
        if missing:
            raise PublishError(
                f"nothing was published: the build has no table {missing[0]}; "
                "run `covey build`"
            )
        for database, _, name in tables:
            if database == "published" and name not in marts:
                connection.execute(f"drop table published.{quoted(name)}")
        contents = {}
        for name, source in sorted(sources.items()):
            relation = ".".join(map(quoted, source))
            known = tables.get(("published", "main", name))
            _write_table(connection, relation, name, tables[source], known)
            contents[name] = content_of(connection, relation)
        _write_version(connection, version)
        connection.execute(f"drop macro table if exists published.{MACRO_NAME}")
        macros = _write_macro(connection) if CENTRES_TABLE in marts else ()
    return Copied(contents, macros)


def _write_onto(
    earlier: Path, build_path: Path, target: Path, marts: Marts, version: dict[str, Any]
) -> Copied | None:
    """Write onto a copy of an earlier version; nothing if that one is damaged."""
    try:
        shutil.copyfile(earlier, target)
        return write_marts(build_path, target, marts, version)
    except WarehouseError:
        target.unlink(missing_ok=True)
        target.with_name(target.name + ".wal").unlink(missing_ok=True)
        return None


def _tables(
    connection: duckdb.DuckDBPyConnection,
) -> dict[tuple[str, str, str], Columns]:
    """Give the columns of all tables, by database, schema and name."""
    sql = (
        "select database_name, schema_name, table_name, "
        "list((column_name, data_type) order by column_index) as columns "
        "from duckdb_columns() where not internal group by all"
    )
    return {
        (row["database_name"], row["schema_name"], row["table_name"]): row["columns"]
        for row in fetch(connection, sql)
    }


def _write_table(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    name: str,
    columns: Columns,
    known: Columns | None,
) -> None:
    """Copy one table, or what differs if its columns are those that are known."""
    target = f"published.{quoted(name)}"
    names = [column for column, _ in columns]
    keys = ["source_customer_id"] if name == _LINKS else []
    keys += [key for key in _ORDER if key in names and key not in keys]
    order = ", ".join(map(quoted, keys)) if "customer_id" in names else "all"
    if columns != known or not replace_what_differs(
        connection, source, target, names, order
    ):
        connection.execute(
            f"create or replace table {target} as from {source} order by {order}"
        )


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
