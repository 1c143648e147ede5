"""Which part each table plays: customers, items, orders, lines, sales, events."""

from __future__ import annotations

from dataclasses import dataclass, field

from covey.mapping.inspection import Table
from covey.mapping.meanings import Meaning
from covey.mapping.vocabulary import subject_of_table, word_lists, words

ROLES = ("customers", "items", "orders", "order_lines", "sales", "events", "ignored")

# Fields that each role reads, by meaning; a field takes one column.
FIELDS = {
    "customers": (
        *("customer_id", "signed_up_at", "birth_year", "gender", "region", "country"),
        *("consent", "updated_at"),
    ),
    "items": (
        *("item_id", "item_name", "item_type", "category", "brand", "price"),
        *("released_date", "description"),
    ),
    "orders": (
        *("order_id", "customer_id", "occurred_at", "status", "channel", "currency"),
        *("amount", "discount"),
    ),
    "order_lines": (
        *("order_id", "line_id", "item_id", "quantity", "price", "amount"),
        *("discount", "status"),
    ),
    "sales": (
        *("order_id", "line_id", "customer_id", "item_id", "item_name", "item_type"),
        *("category", "brand", "occurred_at", "quantity", "price", "amount"),
        *("discount", "currency", "status", "channel", "region", "country"),
    ),
    "events": (
        *("event_id", "customer_id", "item_id", "occurred_at", "event_type"),
        *("rating", "text", "channel"),
    ),
    "ignored": (),
}
_EVENT_KINDS = word_lists("event_kinds")
_PREFERRED = word_lists("preferred")


@dataclass(frozen=True)
class Part:
    """The part that one table plays, and the column behind each field of it."""

    table: Table
    role: str
    why: str
    fields: dict[str, str] = field(default_factory=dict)
    event_type: str = ""


def parts_of(
    tables: list[Table],
    meanings: dict[str, dict[str, Meaning]],
    overrides: dict[str, str],
) -> list[Part]:
    """Give every table its part.

    Parameters
    ----------
    overrides : dict
        Table to role, as a person said.
    """
    roles = {
        table.name: (overrides[table.name], "as you said")
        if table.name in overrides
        else _role(table, meanings[table.name])
        for table in tables
    }
    roles = _settled(tables, meanings, roles)
    return [_part(table, meanings[table.name], *roles[table.name]) for table in tables]


def _role(table: Table, meanings: dict[str, Meaning]) -> tuple[str, str]:
    has = {meaning.name for meaning in meanings.values()}
    keyed = {meanings[key[0]].name for key in table.keys if len(key) == 1}
    subject = subject_of_table(table.name)
    is_sold = "occurred_at" in has and bool(has & {"amount", "price"})
    is_people = (
        subject == "customer"
        if is_sold or "customer_id" not in keyed
        else subject != "event"
    ) and "item_id" not in has
    if is_people and "customer_id" in has and "order_id" not in has:
        return "customers", "a row per customer id"
    is_catalogue = "item_id" in keyed or (
        subject == "item" and bool(has & {"item_name", "price"})
    )
    acts = {"customer_id", "order_id", "occurred_at"}
    if is_catalogue and "item_id" in has and not has & acts:
        return "items", "a row per item id"
    has_person = bool(has & {"customer_id", "email"})
    has_money = bool(has & {"amount", "price"})
    is_part = "order_id" not in keyed or subject == "line" or "line_id" in has
    if is_part and "order_id" in has and "occurred_at" not in has:
        return "order_lines", "parts of orders, without a time of their own"
    if has_person and "occurred_at" in has:
        if subject == "event" and "amount" not in has:
            return "events", "a customer, a time and no money"
        if has_money or "order_id" in has:
            if "order_id" in keyed and not has & {"item_id", "item_name"}:
                return "orders", "a row per order id, with a customer and a time"
            return "sales", "a customer, a time and money in each row"
        return "events", "a customer, a time and no money"
    return "ignored", "it names no customer with a time, and no item of its own"


def _settled(
    tables: list[Table],
    meanings: dict[str, dict[str, Meaning]],
    roles: dict[str, tuple[str, str]],
) -> dict[str, tuple[str, str]]:
    """Settle what only all tables together tell: headers need lines, lines headers."""
    played = {role for role, _ in roles.values()}
    for name, (role, why) in roles.items():
        if why == "as you said":
            continue
        if role == "orders" and "order_lines" not in played:
            roles[name] = ("sales", "orders without lines: each is a sale as a whole")
        if role == "order_lines" and "orders" not in played:
            roles[name] = ("ignored", "order lines without a table of their orders")
    for role in ("customers", "items", "orders", "order_lines"):
        rivals = [table for table in tables if roles[table.name][0] == role]
        best = max(rivals, key=lambda table: table.row_count, default=None)
        for table in rivals:
            if table is not best:
                roles[table.name] = ("ignored", f"{best.name} has more {role}")  # type: ignore[union-attr]
    return roles


def _part(table: Table, meanings: dict[str, Meaning], role: str, why: str) -> Part:
    fields = {}
    for field_name in FIELDS[role]:
        column = _pick(table, meanings, field_name)
        if column:
            fields[field_name] = column
    if role in ("sales", "orders") and "customer_id" not in fields:
        email = _pick(table, meanings, "email")
        if email:
            fields["customer_id"] = email
    event_type = ""
    if role == "events" and "event_type" not in fields:
        event_type = _event_type(table, fields)
    return Part(table, role, why, fields, event_type)


def _pick(table: Table, meanings: dict[str, Meaning], field_name: str) -> str:
    """Choose among columns of one meaning: by name, then by fewest gaps."""
    found = [c for c in table.columns if meanings[c.name].name == field_name]
    preferred = _PREFERRED.get(field_name, ())

    def rank(column_name: str) -> tuple[int, int, float]:
        column = table.column(column_name)
        is_said = meanings[column_name].why == "as you said"
        named = words(column.header)
        places = [i for i, word in enumerate(preferred) if word in named]
        return (not is_said, min(places, default=99), column.null_share)

    return min((c.name for c in found), key=rank, default="")


def _event_type(table: Table, fields: dict[str, str]) -> str:
    named = set(words(table.name))
    for event_type, names in _EVENT_KINDS.items():
        if named & set(names):
            return event_type
    return "rating" if "rating" in fields else "view"
