"""The SQL of one staged column, as a person would write it."""

from __future__ import annotations

import textwrap

from covey.mapping.inspection import Column
from covey.mapping.vocabulary import word_list

WIDTH = 88
RESERVED = frozenset(word_list("reserved"))
_AWKWARD = frozenset(word_list("awkward"))


def identifier(name: str) -> str:
    """Spell a landed column for SQL, in quotes only where it needs them.

    Examples
    --------
    >>> identifier("menge"), identifier("order"), identifier("price_(eur)")
    ('menge', '"order"', '"price_(eur)"')
    """
    is_plain = name.isidentifier() and name.isascii() and name not in RESERVED
    return name if is_plain else f'"{name}"'


def cte(name: str) -> str:
    """Name the import of a table, apart from SQL's words and a model's own steps."""
    return f"{name}_rows" if name in RESERVED | _AWKWARD else name


def text(column: Column) -> str:
    """Read trimmed text."""
    return f"{{{{ clean_text('{identifier(column.name)}') }}}}"


def number(column: Column, kind: str = "") -> str:
    """Read a number, by default money."""
    arguments = [f"'{identifier(column.name)}'"]
    if kind:
        arguments.append(f"'{kind}'")
    if column.decimal == ",":
        arguments.append("decimal=','")
    return f"{{{{ clean_number({', '.join(arguments)}) }}}}"


def timestamp(column: Column) -> str:
    """Read a UTC timestamp; what has no offset is local time."""
    return f"{{{{ {_clean_timestamp(column, is_local=column.offset_share < 1)} }}}}"


def day(column: Column) -> str:
    """Read a date."""
    return f"cast({{{{ {_clean_timestamp(column, is_local=False)} }}}} as date)"


def boolean(column: Column) -> str:
    """Read a truth value; words of other languages too."""
    words = {value.lower() for value in column.values}
    if words <= {"true", "false", "t", "f", "yes", "no", "y", "n", "0", "1"}:
        return f"try_cast({identifier(column.name)} as boolean)"
    return f"lower({text(column)}) in ('ja', 'oui', 'true', 'yes', '1')"


def _clean_timestamp(column: Column, is_local: bool) -> str:
    arguments = [f"'{identifier(column.name)}'"]
    if column.formats and column.formats[0]:
        arguments.append(f"'{column.formats[0]}'")
    if is_local:
        arguments.append("zone=var('time_zone')")
    return f"clean_timestamp({', '.join(arguments)})"


def named(expression: str, name: str, indent: int = 8) -> str:
    """Give an expression its name, on a line of its own where both are too long.

    Examples
    --------
    >>> named("quantity", "quantity"), named("menge", "quantity")
    ('quantity', 'menge as quantity')
    """
    if expression == name:
        return name
    line = f"{expression} as {name}"
    last = line.splitlines()[-1]
    if "\n" in line and len(last) <= WIDTH:
        return line
    if len(line) + indent + 1 > WIDTH:
        return f"{expression}\n{' ' * (indent + 4)}as {name}"
    return line


def listed(columns: list[tuple[str, str]], indent: int = 8) -> str:
    """Write columns one a line."""
    return f",\n{' ' * indent}".join(
        named(expression, name, indent) for expression, name in columns
    )


def comment(text: str) -> str:
    """Write a sentence as a comment."""
    return textwrap.fill(text, WIDTH, initial_indent="-- ", subsequent_indent="-- ")
