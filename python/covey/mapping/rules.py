"""Rows of seeds/order_rules.csv that the data leave no doubt about."""

from __future__ import annotations

from dataclasses import dataclass

from covey.mapping.proposal import Proposal, used_column
from covey.mapping.reading import RawTable
from covey.mapping.roles import Part
from covey.mapping.vocabulary import code_list
from covey.warehouse import fetch, open_scratch, quoted

_SELLING = ("sales", "orders", "order_lines")


@dataclass(frozen=True)
class Rule:
    """One row of the seed, without its source."""

    field: str
    operator: str
    value: str
    kind: str
    reason: str


def propose_rules(proposal: Proposal, raw_tables: list[RawTable]) -> list[Rule]:
    """Find codes of fees and postage, test orders, cancellations and write-offs.

    Returns
    -------
    list of Rule
        In a settled order; none twice.
    """
    rows = {raw.name: raw for raw in raw_tables}
    found: list[Rule] = []
    for part in proposal.used_parts:
        found += _known_codes(part, rows[part.table.name])
        if part.role in _SELLING:
            found += _known_statuses(part)
            found += _test_orders(part, rows[part.table.name])
            found += _cancelling_prefix(part, rows[part.table.name])
    return list(dict.fromkeys(found))


def _distinct(raw: RawTable, column: str) -> dict[str, str]:
    """Give each value of a column in lower case, and one way that it is spelled."""
    values = raw.rows[column].unique().to_pylist()
    return {str(value).strip().lower(): str(value).strip() for value in values if value}


def _known_codes(part: Part, raw: RawTable) -> list[Rule]:
    """Find item codes that every till uses for what is no goods."""
    column = part.fields.get("item_id")
    if not column or part.role == "events":
        return []
    there = _distinct(raw, column)
    return [
        Rule("item_id", "equals", there[code.lower()], kind, reason)
        for code, (kind, reason) in code_list().items()
        if code.lower() in there
        and (kind != "write_off" or _is_named(part, raw, there[code.lower()], "debt"))
    ]


def _is_named(part: Part, raw: RawTable, item: str, word: str) -> bool:
    """Whether an item's name has a word: some codes are too short to be sure of."""
    name = part.fields.get("item_name")
    if not name:
        return False
    sql = (
        f"select count(*) as n from rows_ where trim({quoted(part.fields['item_id'])}) "
        f"= ? and contains(lower({quoted(name)}), ?)"
    )
    with open_scratch() as connection:
        connection.register("rows_", raw.rows)
        return bool(fetch(connection, sql, [item, word])[0]["n"])


def _known_statuses(part: Part) -> list[Rule]:
    column = used_column(part, "status")
    if not column:
        return []
    rules = []
    for value in sorted({value.lower() for value in column.values}):
        if value.startswith(("cancel", "storn", "annul", "void", "anulad")):
            reason = "Goods that never left are no sale; those taken back are netted"
            rules.append(Rule("status", "equals", value, "cancellation", reason))
        if value in ("test", "testing"):
            rules.append(Rule("status", "equals", value, "test_order", "A test"))
        if value.replace("_", " ") == "written off":
            reason = "Goods that were broken or lost: nobody bought them"
            rules.append(Rule("status", "equals", value, "write_off", reason))
    return rules


def _test_orders(part: Part, raw: RawTable) -> list[Rule]:
    column = part.fields.get("order_id")
    if not column or not any(v.startswith("test") for v in _distinct(raw, column)):
        return []
    reason = "The till is tried out"
    return [Rule("order_id", "starts_with", "TEST", "test_order", reason)]


def _cancelling_prefix(part: Part, raw: RawTable) -> list[Rule]:
    """Find a `C` before invoice numbers whose quantities are all negative."""
    order, quantity = part.fields.get("order_id"), part.fields.get("quantity")
    if not order or not quantity:
        return []
    counted = f"try_cast({quoted(quantity)} as double)"
    sql = f"""
        select
            count(*) as n,
            count(case when {counted} < 0 then 1 end) as below
        from rows_
        where regexp_matches(trim(cast({quoted(order)} as varchar)), '^[Cc][0-9]+$')
    """
    with open_scratch() as connection:
        connection.register("rows_", raw.rows)
        row = fetch(connection, sql)[0]
    if not row["n"] or row["below"] < row["n"]:
        return []
    reason = "An invoice that takes another back"
    return [Rule("order_id", "starts_with", "C", "cancellation", reason)]
