"""What each column means: by name, by what it holds, and by which keys it points at."""

from __future__ import annotations

from dataclasses import dataclass

from covey.mapping.inspection import LEAST_SHARE, Column, Table
from covey.mapping.vocabulary import subject_of_table

# What a column may mean, for `--column` and for whoever reads a proposal.
MEANINGS = (
    *("customer_id", "order_id", "line_id", "item_id", "event_id"),
    *("occurred_at", "quantity", "price", "amount", "discount", "currency"),
    *("status", "channel", "event_type", "rating", "text", "outcome"),
    *("item_name", "item_type", "category", "brand", "description", "released_date"),
    *("signed_up_at", "birth_year", "gender", "region", "country", "consent"),
    *("email", "phone", "loyalty_id", "person_name", "address", "birth_date"),
    *("ip_address", "updated_at", "tax", "cost", "other_time", "unknown"),
)
CONTACTS = ("email", "phone", "person_name", "address", "birth_date", "ip_address")
_NUMBERS = ("quantity", "price", "amount", "discount", "tax", "cost", "rating")
_TIMES = ("occurred_at", "signed_up_at", "updated_at", "other_time", "released_date")
_BARE_NAMES = {
    ("id", "customer"): "customer_id",
    ("id", "order"): "order_id",
    ("id", "line"): "line_id",
    ("id", "item"): "item_id",
    ("id", "event"): "event_id",
    ("name", "customer"): "person_name",
    ("name", "item"): "item_name",
    ("type", "item"): "item_type",
    ("type", "event"): "event_type",
}


@dataclass(frozen=True)
class Meaning:
    """What a column is taken for, and why."""

    name: str
    why: str


def meanings_of(table: Table, overrides: dict[str, str]) -> dict[str, Meaning]:
    """Give what each column of a table means; `unknown` where nothing tells.

    Parameters
    ----------
    overrides : dict
        ``table.column`` to a meaning, as a person said.
    """
    subject = subject_of_table(table.name)
    if subject == "item" and any(
        column.name_meaning == "order_id" for column in table.columns
    ):
        subject = "line"  # `items` that belong to orders
    found = {}
    for column in table.columns:
        said = overrides.get(f"{table.name}.{column.name}")
        if said:
            found[column.name] = Meaning(said, "as you said")
        else:
            found[column.name] = _meaning(table, column, subject)
    return _settled(table, found)


def _meaning(table: Table, column: Column, subject: str) -> Meaning:
    if column.email_share >= LEAST_SHARE:
        return Meaning("email", "e-mail addresses")
    if column.currency_share >= LEAST_SHARE:
        return Meaning("currency", "currency codes")
    name = column.name_meaning
    if column.phone_share >= LEAST_SHARE and name in ("", "phone"):
        return Meaning("phone", "phone numbers")
    by_name = _BARE_NAMES.get((name, subject), name)
    if by_name in ("id", "name", "type"):
        by_name = ""
    if by_name == "description" and subject not in ("item", "customer"):
        by_name = "item_name"
    if by_name == "item_id" and column.spaced_share > 0.5:
        by_name = "item_name"
    if by_name in _NUMBERS and not column.is_number:
        by_name = ""
    if by_name in _TIMES and not column.is_time:
        by_name = ""
    if by_name == "birth_year" and column.kind != "integer":
        by_name = ""
    if by_name == "consent" and column.kind not in ("boolean", "integer"):
        by_name = ""
    if by_name.endswith("_id") and column.kind in ("date", "timestamp", "boolean"):
        by_name = ""
    if by_name:
        return Meaning(by_name, f"name{_and_links(table, column)}")
    return _meaning_of_content(table, column)


def _meaning_of_content(table: Table, column: Column) -> Meaning:
    for target in table.links.get(column.name, ()):
        pointed = subject_of_table(target.split(".")[0])
        meant = _BARE_NAMES.get(("id", pointed), "")
        if meant:
            return Meaning(meant, f"in {target}")
    if column.is_time:
        return Meaning("other_time", f"{column.kind}s")
    return Meaning("unknown", "nothing tells")


def _and_links(table: Table, column: Column) -> str:
    links = table.links.get(column.name, ())
    return f", in {links[0]}" if links else ""


def _settled(table: Table, found: dict[str, Meaning]) -> dict[str, Meaning]:
    """Settle what only the whole table tells."""
    names = [meaning.name for meaning in found.values()]
    if "occurred_at" not in names:
        times = [
            column
            for column in table.columns
            if found[column.name].name == "other_time" and not column.name_meaning
        ]
        if len(times) == 1:
            found[times[0].name] = Meaning("occurred_at", "the only time in its table")
    return found
