"""Look at each table: types, gaps, keys, dates, and what the values look like."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TYPE_CHECKING

from covey.mapping.reading import RawTable
from covey.mapping.value_kinds import (
    FORMAT_COLUMNS,
    KIND_COLUMNS,
    is_date_like,
    kind_of,
    only_readable_as,
    swapped,
)
from covey.mapping.vocabulary import meaning_of_name
from covey.warehouse import fetch, open_scratch, quoted

if TYPE_CHECKING:
    import duckdb

# A kind is what nearly all values are; the others are faults that staging rejects.
LEAST_SHARE = 0.9
_FEW_VALUES = 40
_WIDEST_KEY = 3


@dataclass(frozen=True)
class Range:
    """From where to where a column goes, and its last date that is no typo.

    A last date more than a year after all but a thousandth of the others is one.
    """

    least: str
    most: str
    last_plausible: str


@dataclass(frozen=True)
class Column:
    """What one column holds.

    Attributes
    ----------
    name, header : str
        As landing spells it, and as the source does.
    kind : str
        integer, decimal, boolean, date, timestamp or text.
    null_share : float
        Share of rows without a value.
    distinct_count : int
        Different values.
    formats : tuple of str
        For dates: what reads them all the same, ``""`` for ISO; two are ambiguous.
    ranges : tuple of Range
        The first and the last value, by each of the formats; of numbers by value, else
        by spelling.
    decimal : str
        ``,`` for numbers with a decimal comma.
    negative_share, email_share, phone_share, currency_share, offset_share,
    spaced_share : float
        Shares of the rows with a value: below zero, e-mail addresses, phone numbers,
        currency codes, times with an offset, of several words.
    values : tuple of str
        The values, most frequent first: all if there are few, else some.
    is_text : bool
        Whether it comes as text (CSV) or with a type of its own (Parquet, database).
    name_meaning : str
        What the name alone suggests.
    """

    name: str
    header: str
    kind: str
    null_share: float
    distinct_count: int
    ranges: tuple[Range, ...]
    formats: tuple[str, ...] = ()
    decimal: str = "."
    negative_share: float = 0.0
    email_share: float = 0.0
    phone_share: float = 0.0
    currency_share: float = 0.0
    offset_share: float = 0.0
    spaced_share: float = 0.0
    values: tuple[str, ...] = ()
    is_text: bool = True
    name_meaning: str = ""

    @property
    def least(self) -> str:
        """The first value."""
        return self.ranges[0].least

    @property
    def most(self) -> str:
        """The last value."""
        return self.ranges[0].most

    @property
    def is_time(self) -> bool:
        """Whether it holds dates or times."""
        return self.kind in ("date", "timestamp")

    @property
    def is_number(self) -> bool:
        """Whether it holds numbers."""
        return self.kind in ("integer", "decimal")


@dataclass(frozen=True)
class Table:
    """What one table holds.

    Attributes
    ----------
    keys : tuple of tuple of str
        Columns, alone or together, that no two rows share; the shortest first.
    links : dict of str to tuple of str
        For a column: ``table.column`` of the keys that hold nearly all its values.
    exact_repeats : int
        Rows that repeat an earlier one in every column.
    """

    name: str
    origin: str
    row_count: int
    columns: tuple[Column, ...]
    keys: tuple[tuple[str, ...], ...] = ()
    links: dict[str, tuple[str, ...]] = field(default_factory=dict)
    file_options: dict[str, str] = field(default_factory=dict)
    relation: str = ""
    exact_repeats: int = 0

    def column(self, name: str) -> Column:
        """Give one column by its landed name."""
        return next(column for column in self.columns if column.name == name)

    def is_key(self, name: str) -> bool:
        """Whether one column alone tells rows apart."""
        return (name,) in self.keys


def inspect(raw_tables: list[RawTable]) -> list[Table]:
    """Look at every table, and at which columns hold the keys of others.

    Returns
    -------
    list of Table
        In the order given.
    """
    with open_scratch() as connection:
        tables = []
        for raw in raw_tables:
            connection.register(raw.name, raw.rows)
            tables.append(_inspect_table(connection, raw))
        return [
            replace(table, links=_links(connection, table, tables)) for table in tables
        ]


def _inspect_table(connection: duckdb.DuckDBPyConnection, raw: RawTable) -> Table:
    columns = tuple(
        _inspect_column(connection, raw, name, header)
        for name, header in zip(raw.rows.column_names, raw.headers, strict=True)
    )
    table = Table(
        raw.name,
        raw.origin,
        raw.rows.num_rows,
        columns,
        file_options=raw.file_options,
        relation=raw.relation,
    )
    distinct = fetch(
        connection, f"select count(*) as n from (select distinct * from {_q(raw.name)})"
    )[0]["n"]
    return replace(
        table,
        keys=_keys(connection, table),
        exact_repeats=table.row_count - int(distinct),
    )


def _inspect_column(
    connection: duckdb.DuckDBPyConnection, raw: RawTable, name: str, header: str
) -> Column:
    text = f"nullif(trim(cast({_q(name)} as varchar)), '')"
    connection.execute(
        "create or replace temp table spelled as "
        f"select {text} as value, count(*) as n from {_q(raw.name)} group by all"
    )
    found = fetch(connection, f"select {KIND_COLUMNS} from spelled")[0]
    if is_date_like(found, LEAST_SHARE):
        found |= fetch(connection, f"select {FORMAT_COLUMNS} from spelled")[0]
    # SQL's own order of the most frequent, ties by spelling: nothing depends on luck.
    frequent = fetch(
        connection,
        "select value from spelled where value is not null "
        f"order by n desc, value limit {_FEW_VALUES}",
    )
    distinct = int(found["distinct_count"])
    kind = kind_of(found, LEAST_SHARE)
    formats = _with_rival(connection, kind.formats)
    rows = max(raw.rows.num_rows, 1)
    filled = max(int(found["filled_count"] or 0), 1)
    ranges = [
        _range(connection, kind.name, format_, kind.decimal)
        for format_ in formats or ("",)
    ]

    def share(what: str) -> float:
        return float(found[what] or 0) / filled

    return Column(
        name,
        header,
        kind.name,
        null_share=float(found["null_count"] or 0) / rows,
        distinct_count=distinct,
        ranges=tuple(ranges),
        formats=formats,
        decimal=kind.decimal,
        negative_share=share("negatives"),
        email_share=share("emails"),
        phone_share=share("phones"),
        currency_share=share("currencies"),
        offset_share=share("offsets"),
        spaced_share=share("spaced"),
        values=tuple(row["value"] for row in frequent),
        is_text="string" in str(raw.rows.schema.field(name).type),
        name_meaning=meaning_of_name(header),
    )


def _with_rival(
    connection: duckdb.DuckDBPyConnection, formats: tuple[str, ...]
) -> tuple[str, ...]:
    """Add the other order of day and month where some values can be nothing else."""
    rival = swapped(formats[0]) if len(formats) == 1 else ""
    if rival:
        counted = only_readable_as(rival, formats[0])
        if fetch(connection, f"select {counted} from spelled")[0]["n"]:
            return (formats[0], rival)
    return formats


def _range(
    connection: duckdb.DuckDBPyConnection, kind: str, format_: str, decimal: str
) -> Range:
    value, last = "value", "max(v)"
    if kind in ("date", "timestamp"):
        read = f"try_strptime(value, '{format_}')" if format_ else "value"
        value = f"try_cast({read} as {kind})"
        usual = "max(case when rows_from_here > 0.001 * row_count then v end)"
        last = f"case when max(v) > {usual} + interval 366 days then {usual} "
        last += "else max(v) end"
    elif kind in ("integer", "decimal"):
        plain = "replace(replace(value, '.', ''), ',', '.')"
        value = f"try_cast({plain if decimal == ',' else 'value'} as double)"
    row = fetch(
        connection,
        f"""
        select min(v) as least, max(v) as most, {last} as last
        from (
            select
                v,
                sum(n) over (order by v desc) as rows_from_here,
                sum(n) over () as row_count
            from (select {value} as v, n from spelled)
            where v is not null
        )
        """,
    )[0]
    return Range(*(_spelled(row[end]) for end in ("least", "most", "last")))


def _spelled(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1e6 else f"{value:,.2f}"
    return "" if value is None else str(value)


def _keys(
    connection: duckdb.DuckDBPyConnection, table: Table
) -> tuple[tuple[str, ...], ...]:
    """Find single columns, or the shortest sets of ids, that no two rows share."""
    full = [
        c for c in table.columns if c.null_share == 0 and c.kind not in ("decimal",)
    ]
    single = [(c.name,) for c in full if c.distinct_count == table.row_count > 0]
    if single:
        return tuple(single)
    ids = [c.name for c in full if c.name_meaning.endswith("id")]
    for width in range(2, _WIDEST_KEY + 1):
        found = []
        for names in combinations(ids, width):
            listed = ", ".join(_q(name) for name in names)
            distinct = f"select distinct {listed} from {_q(table.name)}"
            sql = f"select count(*) as n from ({distinct})"
            if fetch(connection, sql)[0]["n"] == table.row_count:
                found.append(names)
        if found:
            return tuple(found)
    return ()


def _links(
    connection: duckdb.DuckDBPyConnection, table: Table, tables: list[Table]
) -> dict[str, tuple[str, ...]]:
    """Find the keys of other tables that hold nearly all values of a column."""
    links: dict[str, tuple[str, ...]] = {}
    for column in table.columns:
        if column.kind in ("decimal", "boolean", "date", "timestamp"):
            continue
        found = [
            f"{other.name}.{key[0]}"
            for other in tables
            if other.name != table.name
            for key in other.keys
            if len(key) == 1 and _may_link(column, other.column(key[0]))
            if _overlap(connection, table, column.name, other, key[0]) >= LEAST_SHARE
        ]
        if found:
            links[column.name] = tuple(found)
    return links


def _may_link(column: Column, key: Column) -> bool:
    """Rule out small numbers, which are within any range of counted ids."""
    if column.distinct_count < 2 or key.kind != column.kind:
        return False
    is_id = column.name_meaning.endswith("id") or not column.name_meaning
    return is_id or (column.kind == "text" and column.distinct_count > 2)


def _overlap(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    name: str,
    other: Table,
    key: str,
) -> float:
    keys = f"select cast({_q(key)} as varchar) from {_q(other.name)}"
    value = f"nullif(trim(cast({_q(name)} as varchar)), '')"
    sql = f"""
        select avg(case when value in ({keys}) then 1 else 0 end) as share
        from (select distinct {value} as value from {_q(table.name)})
        where value is not null
    """
    return float(fetch(connection, sql)[0]["share"] or 0)


def _q(name: str) -> str:
    return quoted(name)
