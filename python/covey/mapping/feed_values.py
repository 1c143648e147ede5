"""What the templates of a source's feeds fill in, entity by entity."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from covey.mapping import expressions as sql
from covey.mapping import feeds as feeding
from covey.mapping.roles import Part
from covey.mapping.staging_model import StagingModel

_CATALOGUE = ("item_name", "item_type", "category", "brand", "price_amount")
_PLACE = ("region", "country_code")
_OWN_OF_CUSTOMERS = ("source", "source_customer_id")


def stg(source: str, part: Part) -> str:
    """Name the staging model of a table."""
    return f"stg_{source}__{part.table.name}"


def known_part(models: list[StagingModel], feed: feeding.Feed) -> feeding.Feed:
    """Leave out of an entity what this source does not know of it."""
    known = {name for name, _ in feed.columns}
    if feed.name == "customers":
        registered, places = _register(models)
        known = {*_OWN_OF_CUSTOMERS, *places}
        known |= registered.names() if registered else set()
    elif feed.name == "items":
        catalogue, _, from_sales = _catalogue(models)
        known = {"source", "item_id", "item_name", "is_merchandise", *from_sales}
        known |= catalogue.names() if catalogue else set()
    elif feed.name == "interactions":
        given = (each.columns for each in feeding.interaction_feeds("", models))
        known = {"source", "currency_code"}.union(*({c for _, c in g} for g in given))
    elif feed.name == "identity_keys" and "email" not in feeding.identity_keys(models):
        known.remove("key_note")
    columns = [column for column in feed.columns if column[0] in known]
    return replace(feed, columns=columns)


def feed_values(
    source: str, models: list[StagingModel], feed: feeding.Feed
) -> dict[str, Any]:
    """Work out what the template of one feed needs."""
    amounts = [
        (m.part.table.name, "'amount'" if m.has_amount else "none") for m in models
    ]
    values: dict[str, Any] = {
        "source": source,
        "amounts": amounts,
        "columns": feed.columns,
        "stg": lambda part: stg(source, part),
    }
    if feed.name == "customers":
        values |= _customers(models, feed)
    elif feed.name == "items":
        values |= _items(models, feed)
    elif feed.name == "interactions":
        values |= _interactions(source, models, feed)
    elif feed.name == "orphan_rows":
        values |= {"checks": feeding.orphan_checks(models)}
    elif feed.name == "identity_keys":
        values |= _identity_keys(source, models)
    return values


def _identity_keys(source: str, models: list[StagingModel]) -> dict[str, Any]:
    registered = next(m for m in models if m.part.role == "customers")

    return {
        "stg_name": stg(source, registered.part),
        "keys": feeding.identity_keys(models),
    }


def _first(models: list[StagingModel], *roles: str) -> StagingModel | None:
    return next((m for role in roles for m in models if m.part.role == role), None)


def _register(models: list[StagingModel]) -> tuple[StagingModel | None, list[str]]:
    """Find the list of customers, and what only sales say of where they live."""
    registered, sales = _first(models, "customers"), _first(models, "sales")
    if not sales or (registered and {*_PLACE} & registered.names()):
        return registered, []
    return registered, [name for name in _PLACE if name in sales.names()]


def _customers(models: list[StagingModel], feed: feeding.Feed) -> dict[str, Any]:
    registered, places = _register(models)
    described = _first(models, "sales") if places else None

    def attribute(name: str) -> str:
        if registered and name in registered.names():
            return f"{sql.cte(registered.part.table.name)}.{name}"
        return f"places.{name}"

    return {
        "active": [
            m.part
            for m in models
            if "source_customer_id" in m.names()
            and m.part.role not in ("customers", "order_lines")
        ],
        "registered": registered.part if registered else None,
        "described": described.part if described else None,
        "described_columns": sql.listed([(f"min({name})", name) for name in places]),
        "columns": [c for c in feed.columns if c[0] not in _OWN_OF_CUSTOMERS],
        "grain": sql.comment(feed.grain),
        "attribute": attribute,
    }


def _catalogue(
    models: list[StagingModel],
) -> tuple[StagingModel | None, StagingModel | None, list[str]]:
    """Find the list of items, the sales, and what only these say of an item."""
    catalogue, sales = _first(models, "items"), _first(models, "sales")
    names = catalogue.names() if catalogue else set()
    told = sales.names() if sales else set()
    return (
        catalogue,
        sales,
        [name for name in _CATALOGUE if name in told and name not in names],
    )


def _items(models: list[StagingModel], feed: feeding.Feed) -> dict[str, Any]:
    catalogue, sales, from_sales = _catalogue(models)

    def told(name: str) -> str:
        if name in from_sales:
            return f"described.{name}"
        if catalogue and name in catalogue.names():
            return f"{sql.cte(catalogue.part.table.name)}.{name}"
        return ""

    def attribute(name: str) -> str:
        if name != "item_name":
            return told(name)
        number = "'Item ' || mentioned.source_item_id"
        known = f"coalesce({told(name)}, {number})" if told(name) else number
        return sql.named(known, name, 4)

    newest = [
        (f"arg_max({name}, row(occurred_at, load_id, source_row))", name)
        for name in from_sales
    ]
    own = ("source", "item_id", "is_merchandise")
    merchandise = {"item_id": "mentioned.source_item_id"} | {
        name: told(name)
        for name in ("item_name", "item_type", "category")
        if told(name)
    }
    return {
        "mentions": [m.part for m in models if "source_item_id" in m.names()],
        "catalogue": catalogue.part if catalogue else None,
        "merchandise": merchandise,
        "described": sales.part if sales and from_sales else None,
        "described_columns": sql.listed(newest),
        "columns": [column for column in feed.columns if column[0] not in own],
        "attribute": attribute,
    }


def _interactions(
    source: str, models: list[StagingModel], feed: feeding.Feed
) -> dict[str, Any]:
    def attribute(name: str) -> str:
        if name == "currency_code":
            return "'{{ var(\"currency_code\") }}' as currency_code"
        return name

    return {
        "feeds": feeding.interaction_feeds(source, models),
        "columns": [column for column in feed.columns if column[0] != "source"],
        "said_rows": feeding.said_rows(models),
        "attribute": attribute,
    }
