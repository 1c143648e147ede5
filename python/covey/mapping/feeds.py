"""How the staged tables of a source become what every source feeds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from covey.mapping.proposal import MappingError, Proposal
from covey.mapping.roles import Part
from covey.mapping.staged_money import quantity_name
from covey.mapping.staging_model import StagingModel

# The pattern that a new source's contracts are copied from.
PATTERN = "shop"
_GRAINS = {
    "customers": "One row per customer {whose}.",
    "items": "One row per item, sold or seen ones that no catalogue has included.",
    "interactions": "One row per {rows}.",
}
_ROWS = {
    "sales": "line of a sale",
    "order_lines": "order line",
    "events": "thing done",
}


@dataclass(frozen=True)
class Feed:
    """One entity that the source feeds: its contract."""

    name: str
    grain: str
    key: list[str]
    columns: list[tuple[str, str]]


@dataclass(frozen=True)
class InteractionFeed:
    """What one staged table gives to the interactions."""

    part: Part
    columns: list[tuple[str, str]]


def entities_of(proposal: Proposal, models: list[StagingModel]) -> list[str]:
    """Name the entities that the business lists under its source."""
    found = ["customers"]
    if proposal.has_items:
        found.append("items")
    found.append("interactions")
    if identity_keys(models):
        found.append("identity_keys")
    if orphan_checks(models):
        found.append("orphan_rows")
    return found


def orphan_checks(models: list[StagingModel]) -> list[str]:
    """Write down which keys have to be in which list of customers or items."""
    checks = []
    for role, column, reason in (
        ("items", "source_item_id", "unknown_product"),
        ("customers", "source_customer_id", "unknown_customer"),
    ):
        parent = next((m.part.table.name for m in models if m.part.role == role), "")
        for model in models if parent else []:
            if model.part.role not in _ROWS or column not in model.names():
                continue
            amount = ", 'amount': 'amount'" if model.has_amount else ""
            checks.append(
                f"{{'table': '{model.part.table.name}', 'column': '{column}',\n"
                f"     'parent': '{parent}', 'reason': '{reason}'{amount}}}"
            )
    return checks


def identity_keys(models: list[StagingModel]) -> list[str]:
    """Name the kinds of keys by which two records may be one person."""
    return sorted(
        name.removesuffix("_key")
        for model in models
        if model.part.role == "customers"
        for name in model.names()
        if name in ("email_key", "phone_key", "loyalty_key")
    )


def contracts(
    project_dir: Path, proposal: Proposal, models: list[StagingModel]
) -> list[Feed]:
    """Copy the contracts of the pattern for what this source feeds.

    Raises
    ------
    MappingError
        If the pattern is not there.
    """
    path = project_dir / "models" / "intermediate" / PATTERN / f"_{PATTERN}__feeds.yml"
    if not path.is_file():
        raise MappingError(
            f"there is no {path.name}: it is the pattern for new sources"
        )
    wanted = {*entities_of(proposal, models), "staged_rows"}
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    feeds = [_feed(model, models) for model in content["models"]]
    return [feed for feed in feeds if feed.name in wanted]


def _feed(model: dict[str, Any], models: list[StagingModel]) -> Feed:
    name = model["name"].removeprefix(f"int_{PATTERN}__")
    grain = _GRAINS.get(name, " ".join(model["description"].split()))
    keys = [
        test["unique_combination"]["arguments"]["columns"]
        for test in model.get("data_tests", [])
        if "unique_combination" in test
    ]
    columns = [(column["name"], column["data_type"]) for column in model["columns"]]
    is_register = any(model.part.role == "customers" for model in models)
    whose = "of the register" if is_register else "that bought or did anything"
    grain = grain.format(rows=said_rows(models), whose=whose)
    return Feed(name, grain, keys[0] if keys else [], columns)


def said_rows(models: list[StagingModel]) -> str:
    """Say what one interaction is."""
    return " and per ".join(
        _ROWS[model.part.role] for model in models if model.part.role in _ROWS
    )


def interaction_feeds(source: str, models: list[StagingModel]) -> list[InteractionFeed]:
    """Work out what each table that says what happened gives."""
    acting = [model for model in models if model.part.role in _ROWS]
    return [_interactions(source, model, model is acting[0]) for model in acting]


def _interactions(source: str, model: StagingModel, is_first: bool) -> InteractionFeed:
    names = model.names()
    table = model.part.table.name
    prefix = f"'{source}:" + ("'" if is_first else f"{table}:'")
    key = " || ':' || ".join(model.key)
    columns = [
        (f"'{table}'", "source_table"),
        (f"{prefix} || {key}", "interaction_id"),
        ("source_customer_id", "source_customer_id"),
    ]
    if "source_item_id" in names:
        columns.append((f"'{source}:' || source_item_id", "item_id"))
    if "source_order_id" in names:
        columns.append((f"'{source}:' || source_order_id", "order_id"))
    columns.append((_interaction_type(model, names), "interaction_type"))
    columns.append(("occurred_at", "occurred_at"))
    if "measured_quantity" in names:
        counted = "case when measured_quantity = floor(measured_quantity) then\n"
        counted += " " * 12 + "cast(measured_quantity as bigint)\n" + " " * 8 + "end"
        columns.append((counted, "quantity"))
    for name in (
        *("quantity", "amount", "discount_amount", "rating", "channel", "text"),
    ):
        if name in names:
            columns.append((name, name))
    # An increment looks again at lines whose order, or its product, landed anew.
    columns.append(("settled_load_id" if model.lookups else "load_id", "load_id"))
    return InteractionFeed(model.part, columns)


def _interaction_type(model: StagingModel, names: set[str]) -> str:
    if model.part.role == "events":
        return "interaction_type"
    if not model.may_return:
        return "'purchase'"
    signed = quantity_name(names) or "amount"
    return f"case when {signed} < 0 then 'return' else 'purchase' end"
