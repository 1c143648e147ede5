"""What sources feed into the entities."""

from __future__ import annotations

from types import SimpleNamespace

import duckdb

from unit.macros import load_macros

TILL = {"till": ["items"]}


def test_what_a_source_does_not_know_is_null() -> None:
    sql = load_macros(sources=TILL).union_feeds("items")
    with duckdb.connect() as connection:
        connection.execute("create table int_till__items as select 'tea' as item_id")
        found = connection.sql(f"select item_id, price_amount from ({sql})")
        assert found.types[1] == "DECIMAL(18,2)"
        assert found.fetchall() == [("tea", None)]


def test_an_entity_without_a_source_is_empty() -> None:
    sql = load_macros(sources=TILL).union_feeds("outcomes")
    assert duckdb.sql(f"select is_positive, item_tag from ({sql})").fetchall() == []


def test_a_misspelt_column_of_a_feed_is_refused() -> None:
    refused: list[str] = []
    node = {"columns": {"item_id": {}, "price": {}}}
    dbt = {
        "execute": True,
        "graph": {"nodes": {"model.covey.int_till__items": node}},
        "exceptions": SimpleNamespace(raise_compiler_error=refused.append),
    }
    load_macros(dbt, sources=TILL).union_feeds("items")
    (said,) = refused
    assert said.startswith("int_till__items has a column price, which its entity does")
