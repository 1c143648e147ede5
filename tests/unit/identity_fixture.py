"""The SQL of identity, to run on any rows in memory."""

from __future__ import annotations

from typing import Any, NamedTuple

import duckdb
import yaml

from conftest import PROJECT_DIR
from unit.macros import render

CORE = PROJECT_DIR / "models" / "core"
MODELS = (
    "core_identity_keys",
    "core_identity_links",
    "core_identity_components",
    "core_customer_links",
)


class Person(NamedTuple):
    """A record of a source, with what the guards ask of it."""

    source: str
    source_customer_id: str
    birth_year: int | None = None


class Key(NamedTuple):
    """One key of one record."""

    source: str
    source_customer_id: str
    key_type: str
    key_value: str


def compile_models(**settings: Any) -> list[tuple[str, str]]:
    """Give the name and the SQL of each model of identity, in the order to run."""
    project = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text())
    settings = {**project["vars"], **settings}
    return [(name, _sql(name, settings)) for name in MODELS]


def _sql(name: str, settings: dict[str, Any]) -> str:
    text = next(CORE.rglob(f"{name}.sql")).read_text()
    # dbt dispatches; here there is one database.
    text = text.replace("connected_components(", "default__connected_components(")
    return render(text, **settings)


def resolve(
    models: list[tuple[str, str]], people: list[Person], keys: list[Key]
) -> duckdb.DuckDBPyConnection:
    """Build the models on the given feeds; the caller closes the connection."""
    connection = duckdb.connect(config={"threads": "2"})
    connection.execute(
        "create table int_shop__customers "
        "(source varchar, source_customer_id varchar, birth_year integer)"
    )
    connection.execute(
        "create table int_shop__identity_keys (source varchar, "
        "source_customer_id varchar, key_type varchar, key_value varchar)"
    )
    if people:
        places = ", ".join(["(?, ?, ?)"] * len(people))
        connection.execute(
            f"insert into int_shop__customers values {places}", sum(people, ())
        )
    if keys:
        places = ", ".join(["(?, ?, ?, ?)"] * len(keys))
        connection.execute(
            f"insert into int_shop__identity_keys values {places}", sum(keys, ())
        )
    for name, sql in models:
        connection.execute(f"create table {name} as {sql}")
    return connection


def links_of(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    """Give the customer of each record, and close the connection."""
    rows = connection.execute("from core_customer_links").fetchall()
    connection.close()
    assert len({row[:2] for row in rows}) == len(rows), "one row per source customer"
    return {(source, record): customer for source, record, customer in rows}
