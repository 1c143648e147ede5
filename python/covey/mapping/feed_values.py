"""What the templates of a source's feeds fill in, entity by entity."""

from __future__ import annotations

from typing import Any

from covey.mapping import expressions as sql
from covey.mapping import feeds as feeding
from covey.mapping.roles import Part
from covey.mapping.staging_model import StagingModel

_CATALOGUE = ("item_name", "item_type", "category", "brand", "price_amount")
_PLACE = ("region", "country_code")


def stg(source: str, part: Part) -> str:
    """Name the staging model of a table."""
    return f"stg_{source}__{part.table.name}"


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
        values |= _identity_keys(source, models, feed)
    return values


def _identity_keys(
    source: str, models: list[StagingModel], feed: feeding.Feed
) -> dict[str, Any]:
    registered = next(m for m in models if m.part.role == "customers")

    def attribute(name: str, kind: str, key: str) -> str:
        known = _null(kind)
        if name == "key_note" and key == "email":
            known = (
                "case when contains(treatments, 'look_alike_email') "
                "then 'look_alike' end"
            )
        return sql.named(known, name, 4)

    own = ("source", "source_customer_id", "key_type", "key_value")
    return {
        "stg_name": stg(source, registered.part),
        "keys": feeding.identity_keys(models),
        "columns": [column for column in feed.columns if column[0] not in own],
        "attribute": attribute,
    }


def _first(models: list[StagingModel], *roles: str) -> StagingModel | None:
    return next((m for role in roles for m in models if m.part.role == role), None)


def _null(kind: str) -> str:
    return f"cast(null as {kind})"


def _customers(models: list[StagingModel], feed: feeding.Feed) -> dict[str, Any]:
    registered = _first(models, "customers")
    described = None
    if not registered or not {*_PLACE} & registered.names():
        sales = _first(models, "sales")
        described = sales if sales and {*_PLACE} & sales.names() else None

    def attribute(name: str, kind: str) -> str:
        if registered and name in registered.names():
            return f"{sql.cte(registered.part.table.name)}.{name}"
        if described and name in _PLACE and name in described.names():
            return f"places.{name}"
        return f"{_null(kind)} as {name}"

    places = [name for name in _PLACE if described and name in described.names()]
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


_OWN_OF_CUSTOMERS = ("source", "source_customer_id")


def _items(models: list[StagingModel], feed: feeding.Feed) -> dict[str, Any]:
    catalogue = _first(models, "items")
    sales = _first(models, "sales")
    names = catalogue.names() if catalogue else set()
    told = sales.names() if sales else set()
    from_sales = [name for name in _CATALOGUE if name in told and name not in names]

    def attribute(name: str, kind: str) -> str:
        known = _null(kind)
        if catalogue and name in names:
            known = f"{sql.cte(catalogue.part.table.name)}.{name}"
        elif name in from_sales:
            known = f"described.{name}"
        if name == "item_name":
            found = f"{known}, " if "null" not in known else ""
            return sql.named(
                f"coalesce({found}'Item ' || mentioned.source_item_id)"
                if found
                else "'Item ' || mentioned.source_item_id",
                name,
                4,
            )
        return known if known.endswith(f".{name}") else f"{known} as {name}"

    newest = [
        (f"arg_max({name}, row(occurred_at, load_id, source_row))", name)
        for name in from_sales
    ]
    merchandise = {"item_id": "mentioned.source_item_id"}
    for name in ("item_name", "item_type", "category"):
        if catalogue and name in names:
            merchandise[name] = f"{sql.cte(catalogue.part.table.name)}.{name}"
        elif name in from_sales:
            merchandise[name] = f"described.{name}"
    own = ("source", "item_id", "is_merchandise")
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
    listed = feeding.interaction_feeds(source, models)
    given = {name for feed in listed for _, name in feed.columns}

    def attribute(name: str, kind: str) -> str:
        if name == "currency_code":
            return "'{{ var(\"currency_code\") }}' as currency_code"
        return name if name in given else f"{_null(kind)} as {name}"

    return {
        "feeds": listed,
        "columns": [column for column in feed.columns if column[0] != "source"],
        "said_rows": feeding.said_rows(models),
        "attribute": attribute,
    }
