"""What a source says of its tables: columns, how files are written, what is personal.

The declaration is dbt's own source YAML, so that it stands once:
``models/staging/<source>/_<source>__sources.yml``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml

LANDED_COLUMNS = (
    "load_id",
    "source_file",
    "source_row",
    "landing_faults",
    "landing_notes",
)
_NUMBER_TYPES = ("numeric", "decimal", "double", "float", "real", "money")
_FILE_OPTIONS = {"delimiter", "encoding", "decimal", "sheet"}


class DeclarationError(ValueError):
    """A source or one of its tables is not declared, or not as it should be."""


@dataclass(frozen=True)
class ColumnDeclaration:
    """One declared column.

    Attributes
    ----------
    personal : str
        ``pseudonym``, ``contact`` or empty.
    identity : str
        The type of key that it gives (``email``, ``phone``, ``loyalty``), or empty.
    country : str
        Digits of the country that a phone number's leading 0 stands for.
    unknown_values : tuple of str
        Ids that mean nobody.
    data_type : str
        What staging reads the text as.
    """

    name: str
    personal: str = ""
    identity: str = ""
    country: str = ""
    unknown_values: tuple[str, ...] = ()
    data_type: str = ""

    @property
    def key_name(self) -> str:
        """Name of the landed column with the identity key."""
        return f"{self.name}_key"

    @property
    def is_fraction(self) -> bool:
        """Whether staging reads numbers that may have a decimal sign."""
        return self.data_type.lower().startswith(_NUMBER_TYPES)


@dataclass(frozen=True)
class FileOptions:
    """How a table's text files are written; None is undeclared."""

    delimiter: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableDeclaration:
    """One declared table.

    Attributes
    ----------
    volume_least, volume_most : float
        How many rows a load may have, in shares of the load before.
    allow_empty : bool
        Whether a load without rows is one.
    relation, high_water_mark : str
        The table of a database, and its column that only grows.
    """

    name: str
    declared: tuple[ColumnDeclaration, ...]
    file: FileOptions = field(default_factory=FileOptions)
    volume_least: float = 0.5
    volume_most: float = 4.0
    allow_empty: bool = False
    relation: str = ""
    high_water_mark: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that a landed file must have."""
        return tuple(column.name for column in self.declared)

    @property
    def pseudonym_columns(self) -> tuple[str, ...]:
        """Ids of people, replaced by keyed pseudonyms."""
        return tuple(c.name for c in self.declared if c.personal == "pseudonym")

    @property
    def contact_columns(self) -> tuple[str, ...]:
        """Names, e-mails, phones and addresses, which go to the private store only."""
        return tuple(c.name for c in self.declared if c.personal == "contact")

    @property
    def identity_columns(self) -> tuple[ColumnDeclaration, ...]:
        """Columns that give an identity key."""
        return tuple(column for column in self.declared if column.identity)

    @property
    def fingerprint(self) -> str:
        """Short hash of everything that decides what a landed file looks like."""
        shape = {"columns": [asdict(c) for c in self.declared], **asdict(self.file)}
        text = json.dumps(shape, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def read_declarations(project_dir: Path, source: str) -> dict[str, TableDeclaration]:
    """Read the tables that ``source`` declares, by name.

    Raises
    ------
    DeclarationError
        If the source has no YAML, or the YAML says what cannot be meant.
    """
    folder = project_dir / "models" / "staging" / source
    path = folder / f"_{source}__sources.yml"
    if not path.is_file():
        raise DeclarationError(f"no source {source!r}: expected {path.name} in staging")
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        found = [each for each in content["sources"] if each["name"] == source]
        tables = found[0]["tables"]
    except (yaml.YAMLError, KeyError, TypeError, IndexError) as error:
        raise DeclarationError(
            f"{path.name} does not declare `sources: - name: {source}` with `tables:`"
        ) from error
    declared = (_table(path.name, table) for table in tables if table.get("columns"))
    return {table.name: table for table in declared}


def _table(file: str, table: Mapping[str, Any]) -> TableDeclaration:
    meta = _meta(table)
    where = f"{file}, table {table['name']}"
    columns = tuple(_column(where, column) for column in table["columns"])
    options = meta.get("file") or {}
    unknown = set(options) - _FILE_OPTIONS
    if unknown:
        known = ", ".join(sorted(_FILE_OPTIONS))
        raise DeclarationError(
            f"{where}: file has no option {', '.join(sorted(unknown))}: "
            f"there are {known}"
        )
    sheet = options.get("sheet") or ()
    volume = meta.get("volume") or {}
    mark = str(meta.get("high_water_mark") or "")
    if mark and mark not in [column.name for column in columns]:
        raise DeclarationError(f"{where}: high_water_mark {mark} is no declared column")
    return TableDeclaration(
        name=str(table["name"]),
        declared=columns,
        file=FileOptions(
            delimiter=_delimiter(where, options.get("delimiter")),
            encoding=_encoding(where, options.get("encoding")),
            decimal=options.get("decimal"),
            sheets=(sheet,) if isinstance(sheet, str) else tuple(map(str, sheet)),
        ),
        volume_least=float(volume.get("least", 0.5)),
        volume_most=float(volume.get("most", 4)),
        allow_empty=bool(meta.get("allow_empty", False)),
        relation=str(meta.get("relation") or ""),
        high_water_mark=mark,
    )


def _column(where: str, column: Mapping[str, Any]) -> ColumnDeclaration:
    meta, name = _meta(column), str(column["name"])
    personal = str(meta.get("personal") or "")
    identity = str(meta.get("identity") or "")
    if personal not in ("", "pseudonym", "contact"):
        raise DeclarationError(
            f"{where}, column {name}: personal is pseudonym or contact, not {personal}"
        )
    if identity and not personal:
        raise DeclarationError(
            f"{where}, column {name}: what identifies a person is personal: add "
            "`personal: contact` (or pseudonym for an id)"
        )
    if name in LANDED_COLUMNS:
        raise DeclarationError(f"{where}: landing itself adds a column {name}")
    unknown = meta.get("unknown_values") or ()
    return ColumnDeclaration(
        name=name,
        personal=personal,
        identity=identity,
        country=str(meta.get("country") or "").lstrip("+0"),
        unknown_values=tuple(str(value).strip() for value in unknown),
        data_type=str(column.get("data_type") or ""),
    )


def _meta(node: Mapping[str, Any]) -> Mapping[str, Any]:
    return (node.get("config") or {}).get("meta") or {}


def _delimiter(where: str, value: str | None) -> str | None:
    named = {"tab": "\t", "\\t": "\t", "semicolon": ";", "comma": ",", "pipe": "|"}
    delimiter = None if value is None else named.get(value, value)
    if delimiter is not None and len(delimiter) != 1:
        raise DeclarationError(f"{where}: delimiter {value!r} is not one sign")
    return delimiter


def _encoding(where: str, value: str | None) -> str | None:
    try:
        "".encode(value or "utf-8")
    except LookupError as error:
        raise DeclarationError(f"{where}: there is no encoding {value!r}") from error
    return value
