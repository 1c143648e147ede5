"""Look at the tables of a PostgreSQL database; landing reads them for good."""

from __future__ import annotations

from collections.abc import Iterator

from covey.mapping.reading import InspectionError, RawTable, landed_name
from covey.warehouse import open_postgres, query_postgres, quoted

_TABLES = """
    select n.nspname::text as schema, c.relname::text as name
    from pg_class as c
    inner join pg_namespace as n on c.relnamespace = n.oid
    where
        c.relkind in ('r', 'p', 'v', 'm')
        and n.nspname not in ('pg_catalog', 'information_schema')
        and has_table_privilege(c.oid, 'select')
"""
_COLUMNS = """
    select attname::text as name, format_type(atttypid, atttypmod) as type
    from pg_attribute
    where attrelid = to_regclass({relation}) and attnum > 0 and not attisdropped
    order by attnum
"""


def is_database(name: str) -> bool:
    """Whether an input is the address of a database."""
    return name.startswith(("postgresql://", "postgres://"))


def read_database(url: str) -> Iterator[RawTable]:
    """Read every table that the user may read, as text.

    Raises
    ------
    InspectionError
        If there is none, or two schemas have tables of one name.
    WarehouseError
        If the database cannot be read; the message has no password.
    """
    with open_postgres(url) as connection:
        found = query_postgres(connection, _TABLES).to_pylist()
        if not found:
            raise InspectionError("the database has no table that this user may read")
        names = [landed_name(each["name"]) for each in found]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise InspectionError(f"several schemas have a table {', '.join(twice)}")
        for name, each in zip(names, found, strict=True):
            relation = f"{quoted(each['schema'])}.{quoted(each['name'])}"
            literal = "'" + relation.replace("'", "''") + "'"
            types = query_postgres(connection, _COLUMNS.format(relation=literal))
            headers = tuple(types["name"].to_pylist())
            listed = ", ".join(
                _as_text(column, kind)
                for column, kind in zip(headers, types["type"].to_pylist(), strict=True)
            )
            rows = query_postgres(connection, f"select {listed} from {relation}")
            rows = rows.rename_columns([landed_name(header) for header in headers])
            spelled = f"{each['schema']}.{each['name']}"
            yield RawTable(name, spelled, headers, rows, {}, spelled)


def _as_text(column: str, kind: str) -> str:
    """Spell a column as text; an instant with its offset, in UTC."""
    if kind.startswith("timestamp") and kind.endswith("with time zone"):
        instant = f"({quoted(column)} at time zone 'UTC')"
        return f"replace({instant}::text, ' ', 'T') || 'Z' as {quoted(column)}"
    return f"{quoted(column)}::text as {quoted(column)}"
