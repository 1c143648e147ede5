"""Work out the staging model of each table by the part that it plays."""

from __future__ import annotations

from collections.abc import Callable

from covey.mapping import expressions as sql
from covey.mapping.inspection import Column
from covey.mapping.proposal import Proposal, used_column
from covey.mapping.roles import Part
from covey.mapping.staged_money import (
    add_amounts,
    add_money,
    add_quantity,
    add_rules,
    money_checks,
    money_treatments,
)
from covey.mapping.staging_model import (
    GRAINS,
    STAGED_NAMES,
    Lookup,
    StagingModel,
    add_content_key,
    add_ids,
    add_place,
    add_price,
    add_status,
    add_texts,
    add_time,
    after_as_of_date,
    item_checks,
    time_checks,
)


def staging_model(proposal: Proposal, part: Part) -> StagingModel:
    """Work out the staging model of one table."""
    builders: dict[str, Callable[[Proposal, Part, StagingModel], None]] = {
        "customers": _customers,
        "items": _items,
        "orders": _orders,
        "order_lines": _order_lines,
        "sales": _sales,
        "events": _events,
    }
    model = StagingModel(proposal.source, part, GRAINS[part.role], [])
    builders[part.role](proposal, part, model)
    return model


def _customers(proposal: Proposal, part: Part, model: StagingModel) -> None:
    add_ids(part, model, "customer_id")
    _identities(proposal, part, model)
    add_texts(part, model, "gender")
    add_place(part, model)
    column = used_column(part, "birth_year")
    if column:
        model.add("numerics", sql.number(column, "integer"), "birth_year")
    column = used_column(part, "consent")
    if column:
        model.add("booleans", sql.boolean(column), "has_marketing_consent")
    add_time(part, model, "signed_up_at")
    add_time(part, model, "updated_at")
    model.key = ["source_customer_id"]
    model.rejects = {"missing_customer": "source_customer_id is null"}
    if "signed_up_at" in model.names():
        model.rejects["after_as_of_date"] = after_as_of_date("signed_up_at")
    if "birth_year" in model.names():
        model.treatments["impossible_birth_year"] = (
            "birth_year not between 1900 and year(' ~ as_of_date() ~ ')"
        )


def _identities(proposal: Proposal, part: Part, model: StagingModel) -> None:
    for name, meaning in proposal.meanings[part.table.name].items():
        if meaning.name in ("email", "phone", "loyalty_id"):
            key = f"{meaning.name.removesuffix('_id')}_key"
            model.add("ids", sql.identifier(f"{name}_key"), key)


def _items(proposal: Proposal, part: Part, model: StagingModel) -> None:
    add_ids(part, model, "item_id")
    add_texts(part, model, "item_name", "item_type", "category", "brand", "description")
    add_price(part, model)
    column = used_column(part, "released_date")
    if column:
        model.add("dates", sql.day(column), "released_date")
    model.key = ["source_item_id"]
    model.rejects = {"missing_product": "source_item_id is null"}


def _orders(proposal: Proposal, part: Part, model: StagingModel) -> None:
    add_ids(part, model, "order_id", "customer_id")
    add_texts(part, model, "channel")
    add_status(part, model)
    add_time(part, model, "occurred_at")
    model.key = ["source_order_id"]
    model.rejects = {"missing_order": "source_order_id is null", **time_checks()}
    model.treatments = {"no_customer": "source_customer_id is null"}


def _order_lines(proposal: Proposal, part: Part, model: StagingModel) -> None:
    orders = proposal.part("orders")
    assert orders, "lines have a header, or they are ignored"
    add_ids(part, model, "order_id", "line_id", "item_id")
    if "line_id" not in part.fields:
        add_content_key(proposal, part, model, repeats=False)
    add_quantity(part, model)
    add_price(part, model)
    add_amounts(part, model)
    model.lookups.append(_order_lookup(orders))
    items = proposal.part("items")
    if not {"price", "amount"} & set(part.fields) and items and "price" in items.fields:
        price = used_column(items, "price")
        assert price
        model.lookups.append(
            _lookup("items", items, "item_id", [(sql.number(price), "price_amount")])
        )
    add_rules(proposal, part, model)
    add_money(part, model)
    model.key = ["source_order_id", "source_line_id"]
    model.rejects = {
        "missing_order": "source_order_id is null",
        "unknown_order": "not has_order and source_order_id is not null",
        **item_checks(model),
        "bad_time": "@'has_order and (' ~ is_bad_time('occurred_at') ~ ')'",
        "after_as_of_date": after_as_of_date("occurred_at"),
        **money_checks(model),
    }
    model.treatments = {
        "no_customer": "has_order and source_customer_id is null",
        **money_treatments(model),
    }


def _order_lookup(orders: Part) -> Lookup:
    columns = []
    for name in ("customer_id", "occurred_at", "status", "channel", "currency"):
        column = used_column(orders, name)
        if column:
            columns.append(_looked_up(name, column))
    return _lookup("orders", orders, "order_id", columns)


def _looked_up(name: str, column: Column) -> tuple[str, str]:
    if name == "occurred_at":
        return sql.timestamp(column), name
    if name == "status":
        return f"lower({sql.text(column)})", "order_status"
    if name == "customer_id":
        return sql.text(column), "source_customer_id"
    return sql.text(column), STAGED_NAMES.get(name, name)


def _lookup(name: str, part: Part, key: str, columns: list[tuple[str, str]]) -> Lookup:
    column = used_column(part, key)
    assert column
    return Lookup(
        name,
        part.table.name,
        sql.identifier(column.name),
        f"source_{key}",
        sql.text(column),
        columns,
    )


def _sales(proposal: Proposal, part: Part, model: StagingModel) -> None:
    add_ids(part, model, "order_id", "line_id", "customer_id", "item_id")
    has_order, has_line = "order_id" in part.fields, "line_id" in part.fields
    is_order_key = has_order and part.table.is_key(part.fields["order_id"])
    if not has_line and not is_order_key:
        is_repeat = not has_order and not _is_timed(part)
        add_content_key(proposal, part, model, repeats=is_repeat)
    add_texts(part, model, "item_name", "item_type", "category", "brand", "channel")
    add_place(part, model)
    add_texts(part, model, "currency")
    add_status(part, model)
    add_quantity(part, model)
    add_price(part, model)
    add_amounts(part, model)
    add_time(part, model, "occurred_at")
    if not has_order:
        model.ruled.append(
            (
                "coalesce(source_customer_id, source_line_id)\n"
                "        || ':' || {{ local_date('occurred_at') }}",
                "source_order_id",
            )
        )
    add_rules(proposal, part, model)
    add_money(part, model)
    model.key = (
        ["source_order_id"]
        if is_order_key
        else ["source_order_id", "source_line_id"]
        if has_order
        else ["source_line_id"]
    )
    if has_order:
        model.rejects["missing_order"] = "source_order_id is null"
    model.rejects |= item_checks(model) | time_checks() | money_checks(model)
    model.treatments = {
        "no_customer": "source_customer_id is null",
        **money_treatments(model),
    }


def _is_timed(part: Part) -> bool:
    column = used_column(part, "occurred_at")
    return bool(column and column.kind == "timestamp")


def _events(proposal: Proposal, part: Part, model: StagingModel) -> None:
    add_ids(part, model, "event_id", "customer_id", "item_id")
    if "event_id" not in part.fields:
        add_content_key(proposal, part, model, False, "source_event_id")
    column = used_column(part, "event_type")
    kind = f"lower({sql.text(column)})" if column else f"'{part.event_type}'"
    model.add("text", kind, "interaction_type")
    add_texts(part, model, "text", "channel")
    column = used_column(part, "rating")
    if column:
        model.add("numerics", sql.number(column, "double"), "rating")
    add_time(part, model, "occurred_at")
    model.key = ["source_event_id"]
    model.rejects = {"missing_event": "source_event_id is null"}
    if used_column(part, "event_type"):
        model.rejects["unknown_event_type"] = "@event_type"
    model.rejects |= time_checks()
    if "rating" in model.names():
        model.rejects["bad_rating"] = "interaction_type = 'rating' and rating is null"
    model.treatments = {"no_customer": "source_customer_id is null"}
