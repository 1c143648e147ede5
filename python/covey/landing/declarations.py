"""What a source says about its tables: columns, and which of them are personal.

The declaration is dbt's own source YAML, so that it stands once:
``models/staging/<source>/_<source>__sources.yml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml


class DeclarationError(ValueError):
    """A source or one of its tables is not declared."""


@dataclass(frozen=True)
class TableDeclaration:
    """One declared table.

    Attributes
    ----------
    columns : tuple of str
        Every column that a landed file must have.
    pseudonym_columns : tuple of str
        Ids of people, replaced by keyed pseudonyms.
    contact_columns : tuple of str
        Names, e-mails, phones and addresses, which go to the private store only.
    """

    name: str
    columns: tuple[str, ...]
    pseudonym_columns: tuple[str, ...]
    contact_columns: tuple[str, ...]


def read_declarations(project_dir: Path, source: str) -> dict[str, TableDeclaration]:
    """Read the tables that ``source`` declares, by name.

    Raises
    ------
    DeclarationError
        If the source has no YAML.
    """
    folder = project_dir / "models" / "staging" / source
    path = folder / f"_{source}__sources.yml"
    if not path.is_file():
        raise DeclarationError(f"no source {source!r}: expected {path.name} in staging")
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    tables = next(s for s in content["sources"] if s["name"] == source)["tables"]
    declarations = (_declaration(table) for table in tables)
    return {table.name: table for table in declarations if table.columns}


def _declaration(table: dict) -> TableDeclaration:  # type: ignore[type-arg]
    columns = table.get("columns", [])

    def marked(kind: str) -> tuple[str, ...]:
        return tuple(
            column["name"]
            for column in columns
            if column.get("config", {}).get("meta", {}).get("personal") == kind
        )

    names = tuple(column["name"] for column in columns)
    return TableDeclaration(
        table["name"], names, marked("pseudonym"), marked("contact")
    )
