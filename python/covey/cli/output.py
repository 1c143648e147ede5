"""One answer in three forms: text for people, JSON and CSV for programs."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any

import typer

from covey.cli.exits import USAGE, CommandError
from covey.warehouse import Row

AsJson = Annotated[
    bool, typer.Option("--json", help="Print JSON, for programs.", show_default=False)
]
AsCsv = Annotated[
    bool, typer.Option("--csv", help="Print CSV, for programs.", show_default=False)
]

# A spreadsheet takes a cell that begins so for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def show(
    as_json: bool,
    as_csv: bool,
    document: Any,
    rows: Sequence[Row],
    lines: Callable[[], Iterable[str]],
) -> None:
    """Print one answer.

    Parameters
    ----------
    as_json, as_csv : bool
        Which form was asked for; neither means text.
    document : dict or list
        What JSON shows, which may be nested.
    rows : sequence of dict
        What CSV shows; all have the same keys.
    lines : callable
        Makes the lines of the text; called only if it is printed.

    Raises
    ------
    CommandError
        If both forms were asked for.
    """
    if as_json and as_csv:
        raise CommandError("--json and --csv exclude each other", USAGE)
    if as_json:
        _print_json(document)
    elif as_csv:
        _print_csv(rows)
    else:
        for line in lines():
            typer.echo(printable(line))


def printable(text: str) -> str:
    """Replace control characters, so that data cannot steer the terminal.

    Examples
    --------
    >>> printable("a" + chr(27) + "[31mb")
    'a?[31mb'
    """
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _print_json(document: Any) -> None:
    import json

    typer.echo(json.dumps(_plain(document), indent=2, ensure_ascii=False))


def _print_csv(rows: Sequence[Row]) -> None:
    import csv

    if rows:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(rows[0])
        for row in rows:
            writer.writerow(_cell(value) for value in row.values())


def _plain(value: Any) -> Any:
    """Turn dates into ISO text, money into numbers, and what is no number into null."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    number = float(value)
    return number if math.isfinite(number) else None


def _cell(value: Any) -> Any:
    """Spell a value for a spreadsheet, which must not take text for a formula."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return "'" + value
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else value
