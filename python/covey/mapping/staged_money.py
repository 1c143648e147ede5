"""What a staged row of a sale is worth, and what the business's rules say of it."""

from __future__ import annotations

from covey.mapping import expressions as sql
from covey.mapping.proposal import Proposal, used_column
from covey.mapping.roles import Part
from covey.mapping.staging_model import StagingModel

# Fields of seeds/order_rules.csv, and the staged columns that they look at.
RULE_FIELDS = {
    "order_id": "source_order_id",
    "item_id": "source_item_id",
    "item_name": "item_name",
    "status": "order_status",
    "item_type": "item_type",
    "category": "category",
}


def add_quantity(part: Part, model: StagingModel) -> None:
    """Add what was sold: a count, or a measure such as 0.5 kg."""
    column = used_column(part, "quantity")
    if column:
        is_measure = column.kind == "decimal"
        kind = "decimal(18, 3)" if is_measure else "bigint"
        name = "measured_quantity" if is_measure else "quantity"
        model.add("numerics", sql.number(column, kind), name)


def add_amounts(part: Part, model: StagingModel) -> None:
    """Add what was paid and taken off, as the source states it."""
    discount, amount = used_column(part, "discount"), used_column(part, "amount")
    if discount:
        model.add("numerics", f"coalesce({sql.number(discount)}, 0)", "discount_amount")
    if amount:
        model.add("numerics", sql.number(amount), _stated(part))


def _stated(part: Part) -> str:
    """Name the amount as the source states it, if it is not the one to count."""
    is_foreign = "currency" in part.fields
    return "landed_amount" if is_foreign or _is_unsigned(part) else "amount"


def _is_unsigned(part: Part) -> bool:
    """Whether returns have a negative quantity and a positive amount."""
    quantity, amount = used_column(part, "quantity"), used_column(part, "amount")
    return bool(
        quantity
        and amount
        and quantity.negative_share > 0
        and amount.negative_share == 0
    )


def add_rules(proposal: Proposal, part: Part, model: StagingModel) -> None:
    """Ask the business's rules about whatever of a row they may look at."""
    names = model.names()
    known = {name: column for name, column in RULE_FIELDS.items() if column in names}
    if "order_id" not in part.fields:
        known.pop("order_id", None)
    if not known:
        return
    listed = "".join(f"            '{n}': '{c}',\n" for n, c in known.items())
    call = f"{{{{ rule_kinds('{proposal.source}', {{\n{listed}        }}) }}}}"
    model.ruled.append((call, "rule_kinds"))


def add_money(part: Part, model: StagingModel) -> None:
    """Work out the amount: in the business's currency, negative for a return."""
    names = model.names()
    model.has_amount = bool({"amount", "landed_amount", "price_amount"} & names)
    model.may_return = bool({"amount", "landed_amount"} & names) or bool(
        quantity_name(names)
    )
    is_foreign = "currency_code" in names
    if is_foreign:
        rate = (
            f"{{{{ exchange_rate('{model.source}', 'currency_code', 'occurred_at') }}}}"
        )
        model.ruled.append((rate, "exchange_rate"))
    if "amount" in names or not model.has_amount:
        return
    if "landed_amount" not in names:
        quantity = quantity_name(names)
        worth = f"{quantity} * price_amount" if quantity else "price_amount"
        if "discount_amount" in names:
            worth += " - discount_amount"
        name = "landed_amount" if is_foreign else "amount"
        model.ruled.append((f"{{{{ money('{worth}') }}}}", name))
    worth = "landed_amount"
    if _is_unsigned(part):
        worth = "case when quantity < 0 then -landed_amount else landed_amount end"
    if is_foreign:
        model.priced.append((f"{{{{ money('{worth} * exchange_rate') }}}}", "amount"))
        if "discount_amount" in names:
            discount = "{{ money('discount_amount * exchange_rate') }}"
            model.replaced = f"{discount} as discount_amount"
    elif _is_unsigned(part):
        model.priced.append((worth, "amount"))


def quantity_name(names: set[str]) -> str:
    """Name the column that counts, or measures, what was sold."""
    found = [name for name in ("quantity", "measured_quantity") if name in names]
    return found[0] if found else ""


def money_checks(model: StagingModel) -> dict[str, str]:
    """Give the conditions under which a row's money is not to be had."""
    names = model.names()
    found = {}
    quantity = quantity_name(names)
    has_rules = "rule_kinds" in names
    if quantity:
        found["bad_quantity"] = f"{quantity} is null or {quantity} = 0"
    if "price_amount" in names:
        below = "price_amount < 0"
        if has_rules:
            below = f"({below} and rule_kinds = '')"
        found["bad_price"] = f"price_amount is null or {below}"
        stated = "landed_amount" if "currency_code" in names else "amount"
        if quantity:
            found["amount_out_of_range"] = (
                f"{quantity} * price_amount is not null and {stated} is null"
            )
    elif model.has_amount:
        found["bad_amount"] = "amount is null"
    if "currency_code" in names:
        found["other_currency"] = "exchange_rate is null"
    if has_rules:
        signed = quantity or ("amount" if model.has_amount else "")
        is_sale = f" and {signed} > 0" if signed else ""
        found["cancelled"] = f"contains(rule_kinds, 'cancellation'){is_sale}"
        found["test_order"] = "contains(rule_kinds, 'test_order')"
        found["write_off"] = "contains(rule_kinds, 'write_off')"
    return found


def money_treatments(model: StagingModel) -> dict[str, str]:
    """Give what is worth knowing of a row's money."""
    names = model.names()
    if not model.may_return:
        return {}
    signed = quantity_name(names) or "amount"
    found = {"returned": f"{signed} < 0"}
    if "rule_kinds" in names:
        found["returned"] += " and not contains(rule_kinds, 'cancellation')"
        found["cancellation"] = f"{signed} < 0 and contains(rule_kinds, 'cancellation')"
    if "currency_code" in names:
        found["converted_currency"] = "@currency"
    return found
