"""Match a file's columns with those that are declared: by name, never by place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from covey.landing.declarations import LANDED_COLUMNS, TableDeclaration
from covey.landing.errors import LandingError, UnreadableFileError


@dataclass(frozen=True)
class HeaderMatch:
    """Where the declared columns stand in a file.

    Attributes
    ----------
    positions : dict
        Landed name to position in the file, in declared order.
    extra : tuple of str
        Columns that nobody declared.
    width : int
        How many columns the file has.
    """

    positions: dict[str, int]
    extra: tuple[str, ...]
    width: int

    @property
    def warnings(self) -> tuple[str, ...]:
        """Say which columns are left behind."""
        if not self.extra:
            return ()
        return (f"left out {', '.join(self.extra)}: not declared",)


def plain(name: str) -> str:
    """Spell a name without case, blanks and punctuation.

    Examples
    --------
    >>> plain("Customer ID") == plain("customer_id") == plain("CustomerId")
    True
    """
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def match_header(
    where: str, names: Sequence[str], table: TableDeclaration, hint: str = ""
) -> HeaderMatch:
    """Find each declared column in a file's header.

    Parameters
    ----------
    where : str
        Name of the file, for messages.
    names : sequence of str
        The header as it stands.
    hint : str
        What to add when columns are missing.

    Raises
    ------
    UnreadableFileError
        If the header repeats a name.
    LandingError
        If a declared column is missing.
    """
    spelled = [plain(name) for name in names]
    repeated = sorted(
        {
            n.strip()
            for n, p in zip(names, spelled, strict=True)
            if p and spelled.count(p) > 1
        }
    )
    if repeated:
        raise UnreadableFileError(
            f"{where}: the header repeats {', '.join(repeated)}: rename or remove one"
        )
    place = {name: index for index, name in enumerate(spelled) if name}
    positions, missing = {}, []
    for column in table.declared:
        key_place = place.get(plain(column.key_name)) if column.identity else None
        if plain(column.name) in place:
            positions[column.name] = place[plain(column.name)]
        elif key_place is None:
            missing.append(column.name)
        if key_place is not None:
            positions[column.key_name] = key_place
    if missing:
        header = ", ".join(name.strip() for name in names) or "nothing"
        raise LandingError(
            f"{where} has no column {', '.join(missing)}: "
            f"{hint or f'its header has {header[:300]}'}"
        )
    own = {plain(name) for name in LANDED_COLUMNS}
    extra = [
        names[index].strip() or f"unnamed column {index + 1}"
        for index, name in enumerate(spelled)
        if index not in positions.values() and name not in own
    ]
    return HeaderMatch(positions, tuple(extra), len(names))
