"""DuckDB files: the only module that opens one.

Connections that answer a person are read-only and locked: they reach no other file,
and no statement can change that. Values are always bound; a table name has to be one
that the file has.
"""

from __future__ import annotations

import importlib.util
import re
import sys
import tempfile
import urllib.parse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import duckdb

LOCKED = {"enable_external_access": "false", "lock_configuration": "true"}
# What DuckDB 1.3 and later can read: 2.0 would write files that 1.5 cannot. The format
# before stores texts in a way that takes a half longer to write.
STORAGE_VERSION = "v1.3.0"
# Half of DuckDB's default: a look-up reads one group, and half as much of a big table.
ROW_GROUP_SIZE = 61_440
_PATIENCE_SECONDS = 15

Row = dict[str, Any]


class WarehouseError(RuntimeError):
    """A DuckDB file cannot be read; the message names it and says what to do."""


def open_published(path: Path, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """Open a published file to read, and only to read.

    Parameters
    ----------
    path : Path
        ``warehouse/<business>/covey.duckdb`` or one of the kept versions.
    threads : int, optional
        As many as there are cores, if left out; a point look-up is quicker with one.

    Returns
    -------
    duckdb.DuckDBPyConnection
        It keeps the version that it opened, whatever is published meanwhile.

    Raises
    ------
    WarehouseError
        If the file is missing, is a symbolic link, or cannot be read.
    """
    config = LOCKED if threads is None else {**LOCKED, "threads": str(threads)}
    return _open(path, read_only=True, config=config)


def open_build(path: Path, read_only: bool = True) -> duckdb.DuckDBPyConnection:
    """Open the private build file.

    Raises
    ------
    WarehouseError
        If the file is missing, cannot be read, or a build has it open.
    """
    return _open(path, read_only=read_only, config={})


def _open(
    path: Path, read_only: bool, config: dict[str, str]
) -> duckdb.DuckDBPyConnection:
    if path.is_symlink():
        raise WarehouseError(f"{path} is a symbolic link: covey opens real files only")
    if read_only and not path.is_file():
        raise WarehouseError(f"there is no {path}: run `covey build` first")
    try:
        return duckdb.connect(str(path), read_only=read_only, config=dict(config))
    except duckdb.Error as error:
        raise WarehouseError(f"{path} cannot be opened: {first_line(error)}") from error


@contextmanager
def open_two(before: Path, after: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Attach two published files read-only, as ``before`` and ``after``.

    Raises
    ------
    WarehouseError
        If either is missing, is a symbolic link, or cannot be read.
    """
    for path in (before, after):
        if path.is_symlink() or not path.is_file():
            raise WarehouseError(f"{path} is no published file")
    connection = duckdb.connect()
    try:
        for name, path in (("before", before), ("after", after)):
            connection.execute(f"attach {_literal(path)} as {name} (read_only)")
        for setting, value in LOCKED.items():
            connection.execute(f"set {setting} = {value}")
    except duckdb.Error as error:
        connection.close()
        raise WarehouseError(
            f"{before.name} and {after.name} cannot be compared: {first_line(error)}"
        ) from error
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def open_copy(
    source: Path, target: Path, threads: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Attach ``source`` read-only as ``build`` and ``target`` as ``published``.

    On leaving, the target is checkpointed and closed, so that no log stays beside it.

    Parameters
    ----------
    threads : int, optional
        As many as there are cores, if left out; to write little, one is quicker.

    Raises
    ------
    WarehouseError
        If either cannot be opened.
    """
    config = {"threads": str(threads)} if threads else {}
    connection = duckdb.connect(config={"preserve_insertion_order": "true", **config})
    try:
        connection.execute(f"attach {_literal(source)} as build (read_only)")
        connection.execute(
            f"attach {_literal(target)} as published "
            f"(storage_version '{STORAGE_VERSION}', row_group_size {ROW_GROUP_SIZE})"
        )
        yield connection
        connection.execute("checkpoint published")
        connection.execute("detach published")
    except duckdb.Error as error:
        raise WarehouseError(
            f"{source.name} could not be copied to {target.name}: {first_line(error)}"
        ) from error
    finally:
        connection.close()


@contextmanager
def open_scratch() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory, to look at tables that are not a file of ours."""
    connection = duckdb.connect(config={"threads": "2"})
    try:
        yield connection
    finally:
        connection.close()


def export_table(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    """Write one table as Parquet."""
    target = _literal(path)
    connection.execute(f"copy {quoted(name)} to {target} (compression zstd)")


def import_tables(path: Path, folder: Path, names: Sequence[str]) -> None:
    """Put tables from Parquet into a private build file, in place of its own."""
    connection = open_build(path, read_only=False)
    try:
        for name in names:
            source = parquet(folder / f"{name}.parquet")
            connection.execute(
                f"create or replace table {quoted(name)} as from {source}"
            )
    finally:
        connection.close()


@contextmanager
def open_postgres(url: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Attach a PostgreSQL database read-only as ``source``, in one snapshot.

    The extension comes from its wheel: nothing is downloaded. What the URL leaves out
    comes from libpq's environment (``PGHOST``, ``PGPASSWORD``, ``~/.pgpass``, ...).

    Raises
    ------
    WarehouseError
        If the database cannot be reached or read; the message has no password.
    """
    if not url.startswith(("postgresql://", "postgres://")):
        raise WarehouseError("a database is named by postgresql://user@host/name")
    if "connect_timeout" not in url:
        url += ("&" if "?" in url else "?") + f"connect_timeout={_PATIENCE_SECONDS}"
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
    try:
        _load_postgres(connection)
        connection.execute(
            f"attach {_literal(url)} as source (type postgres, read_only)"
        )
        connection.begin()
        yield connection
    except duckdb.Error as error:
        reason = _without_password(str(error).strip(), url)
        raise WarehouseError(f"the database cannot be read: {reason}") from None
    finally:
        connection.close()


def query_postgres(connection: duckdb.DuckDBPyConnection, sql: str) -> Any:
    """Let the attached database answer a query of its own dialect.

    Returns
    -------
    pyarrow.Table
        In an order that depends on nothing but the rows.
    """
    cursor = connection.execute("from postgres_query('source', ?) order by all", [sql])
    return cursor.to_arrow_table()


def _load_postgres(connection: duckdb.DuckDBPyConnection) -> None:
    """Load the extension from its wheel, or one that `install postgres` left."""
    package = importlib.util.find_spec("duckdb_extension_postgres")
    folder = Path(package.origin or "").parent if package else Path()
    name = f"extensions/v{duckdb.__version__}/postgres.duckdb_extension"
    if package is None or not (folder / name).is_file():
        try:
            connection.execute("load postgres")
        except duckdb.Error:
            raise WarehouseError(
                "PostgreSQL needs an extension of DuckDB: install the package "
                f"duckdb-extension-postgres=={duckdb.__version__}, or run `install "
                "postgres` in DuckDB once"
            ) from None
        return
    with tempfile.TemporaryDirectory() as scratch:
        # DuckDB takes the name of the entry point from the name of the file.
        link = Path(scratch) / "postgres_scanner.duckdb_extension"
        link.symlink_to(folder / name)
        connection.execute(f"load {_literal(link)}")


def _without_password(text: str, url: str) -> str:
    """Take the password of a URL out of a message that repeats the URL."""
    parts = urllib.parse.urlsplit(url)
    found = [parts.password or "", *re.findall(r"password=([^&\s]+)", parts.query)]
    for secret in {*found, *(urllib.parse.unquote(each) for each in found)} - {""}:
        text = text.replace(secret, "***")
    return " ".join(text.split())


def fetch(
    connection: duckdb.DuckDBPyConnection, sql: str, values: Sequence[Any] = ()
) -> list[Row]:
    """Run one statement with bound values and give its rows by column name."""
    with _pandas_blocked():
        cursor = connection.execute(sql, list(values) or None)
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def table_names(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Name the tables and views of the file that ``connection`` opened, in order."""
    sql = (
        "select table_name from duckdb_tables() where not internal union all "
        "select view_name from duckdb_views() where not internal order by all"
    )
    return [row["table_name"] for row in fetch(connection, sql)]


def fetch_table(connection: duckdb.DuckDBPyConnection, table_name: str) -> list[Row]:
    """Give every row of one table.

    Raises
    ------
    WarehouseError
        If the file has no such table.
    """
    if table_name not in table_names(connection):
        raise WarehouseError(f"there is no table {table_name!r} in this file")
    return fetch(connection, f"from {quoted(table_name)}")


def parquet(path: Path) -> str:
    """Spell a Parquet file as a relation of SQL."""
    return f"read_parquet({_literal(path)})"


def quoted(identifier: str) -> str:
    """Quote an identifier that was found in a catalogue or in dbt's manifest."""
    return '"' + identifier.replace('"', '""') + '"'


def first_line(error: Exception) -> str:
    """Give the sentence of a DuckDB error without the statement that it repeats."""
    return (str(error).strip() or "no reason given").splitlines()[0]


def _literal(path: Path | str) -> str:
    """Spell a path or URL as SQL text: ``attach`` takes no bound value."""
    return "'" + str(path).replace("'", "''") + "'"


@contextmanager
def _pandas_blocked() -> Iterator[None]:
    """Keep DuckDB from importing pandas to look at a bound value.

    DuckDB 1.5 does so whenever pandas is installed: .3 s for a look-up of 5 ms.
    """
    modules = cast(dict[str, Any], sys.modules)
    if "pandas" in modules:
        yield
        return
    modules["pandas"] = None
    try:
        yield
    finally:
        del modules["pandas"]
