"""Which files belong to which declared table, by their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from covey.landing.declarations import TableDeclaration
from covey.landing.errors import LandingError
from covey.landing.read_files import SUFFIXES, suffix_of

# What may follow a table's name: dates, numbers, part1, q3 ...
_TURN = r"(?:[ _.\-(]+(?:[a-z]{1,4}[ _.\-]?)?\d[\dtzqw:)]*)*"


@dataclass(frozen=True)
class FoundFile:
    """A file and the table that it belongs to."""

    path: Path
    table: TableDeclaration


def find_files(
    path: Path, tables: Mapping[str, TableDeclaration], table_name: str = ""
) -> tuple[list[FoundFile], list[Path]]:
    """Find what to land in a file or folder.

    ``orders.csv``, ``orders_2026-01-02.csv``, ``orders-3.csv.gz`` and everything in a
    folder ``orders`` belong to the table ``orders``.

    Parameters
    ----------
    path : Path
    tables : mapping of str to TableDeclaration
    table_name : str
        The table, if the names do not say.

    Returns
    -------
    found : list of FoundFile
        In the order of their names, which is the order of days.
    others : list of Path
        Files of a known format that belong to no table.

    Raises
    ------
    LandingError
        If there is nothing to land, or no such table.
    """
    if table_name and table_name not in tables:
        raise LandingError(f"no table {table_name!r}: there are {', '.join(tables)}")
    files = _files(path, tables) if path.is_dir() else [path]
    found, others = [], []
    for file in files:
        name = table_name or table_of(file, tables)
        if name:
            found.append(FoundFile(file, tables[name]))
        elif suffix_of(file) in SUFFIXES:
            others.append(file)
    if not found:
        known = ", ".join(f"{name}.csv" for name in tables)
        raise LandingError(
            f"nothing to land in {path}: a file is named after its table, as in "
            f"{known}; name another one's table with --table"
        )
    return found, others


def table_of(file: Path, tables: Iterable[str]) -> str:
    """Name the table that a file belongs to; empty if none.

    Examples
    --------
    >>> from pathlib import Path
    >>> table_of(Path("Order Lines_2026-01-02.csv"), ["orders", "order_lines"])
    'order_lines'
    """
    stem = file.name
    for _ in range(2):  # .csv and .gz
        if re.fullmatch(r"\.[a-z]+", Path(stem).suffix, re.IGNORECASE):
            stem = Path(stem).stem
    for name in sorted(tables, key=len, reverse=True):
        spelled = "[ _.-]?".join(re.escape(part) for part in name.split("_"))
        if re.fullmatch(spelled + _TURN, stem, re.IGNORECASE):
            return name
    folder = file.resolve().parent.name.lower()
    return next((name for name in tables if name == folder), "")


def _files(folder: Path, tables: Iterable[str]) -> list[Path]:
    """List the files of a folder, and of the folders in it that are named as tables."""
    folders = [folder, *(folder / name for name in sorted(tables))]
    files = [
        file
        for each in folders
        if each.is_dir()
        for file in sorted(each.iterdir())
        if file.is_file() and not file.is_symlink() and not file.name.startswith(".")
    ]
    return [file for file in files if suffix_of(file) not in ("", ".sha256")]
