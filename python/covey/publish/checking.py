"""Check what readers get: nothing personal, and the rows of the build to the last."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from covey.publish.errors import PublishError
from covey.publish.rows import Content, content_of
from covey.warehouse import fetch, open_published, quoted

VERSION_TABLE = "covey_version"


@dataclass(frozen=True)
class Copied:
    """What one published file has to hold.

    Attributes
    ----------
    contents : dict of str to Content
        What the build file has by table, the version table apart.
    macros : tuple of str
        The table macros.
    """

    contents: dict[str, Content]
    macros: tuple[str, ...] = ()

    @property
    def row_counts(self) -> dict[str, int]:
        """Rows by table."""
        return {name: content.row_count for name, content in self.contents.items()}


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
        expected = {*copied.contents, VERSION_TABLE}
        expected |= {f"{name}()" for name in copied.macros}
        if views or names != expected:
            odd = sorted((names ^ expected) | {row["view_name"] for row in views})
            raise PublishError(f"nothing was published: the copy differs in {odd}")
        for name, content in copied.contents.items():
            found = content_of(connection, quoted(name))
            if found.row_count != content.row_count:
                raise PublishError(
                    f"nothing was published: {name} has {found.row_count:,} rows in "
                    f"the copy and {content.row_count:,} in the build"
                )
            if found != content:
                raise PublishError(
                    f"nothing was published: {name} has other rows in the copy than "
                    "in the build"
                )
    finally:
        connection.close()
