"""The rules of a dirty retailer, judged by the macros, find what was planted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pytest

from covey.synthetic import Retailer, make_retailer
from unit.macros import load_macros

MACROS = load_macros()
RULES = """
    select * from (values
        ('flat', 'order_id', 'starts_with', 'C', 'cancellation'),
        ('flat', 'order_id', 'starts_with', 'A', 'write_off'),
        ('flat', 'item_name', 'contains', 'bad debt', 'write_off'),
        ('flat', 'item_name', 'starts_with', 'damaged', 'write_off'),
        ('flat', 'item_name', 'starts_with', 'lost', 'write_off'),
        ('flat', 'item_id', 'starts_with', 'test', 'test_order'),
        ('flat', 'item_id', 'equals', 'POST', 'not_merchandise'),
        ('flat', 'item_id', 'equals', 'DOT', 'not_merchandise'),
        ('flat', 'item_id', 'equals', 'm', 'not_merchandise'),
        ('flat', 'item_id', 'equals', 'BANK CHARGES', 'not_merchandise'),
        ('flat', 'item_id', 'equals', 'AMAZONFEE', 'not_merchandise')
    ) as t(source, field, operator, value, kind)
"""
COLUMNS = {
    "order_id": '"Invoice"',
    "item_id": '"StockCode"',
    "item_name": '"Description"',
}


@pytest.fixture(scope="module")
def retailer() -> Retailer:
    return make_retailer(300, seed=8)


@pytest.fixture(scope="module")
def judged(retailer: Retailer) -> list[tuple[Any, ...]]:
    """Both sheets as two loads: row, end, reasons, kinds of rules, amount."""
    connection = duckdb.connect(config={"threads": "1"})
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(f"create table order_rules as {RULES}")
    parts = []
    for name, sheet in retailer.sheets.items():
        connection.register(name, sheet)
        parts.append(
            f"select *, '{name}' as load_id, 'f' as source_file, "
            "row_number() over () as source_row, null::varchar as landing_faults, "
            f"null::varchar as landing_notes from {name}"
        )
    connection.execute(
        f"create table landed_flat__sales as {' union all '.join(parts)}"
    )
    reasons = {
        "bad_time": MACROS.is_bad_time("occurred_at"),
        "write_off": "contains(rule_kinds, 'write_off')",
        "test_order": "contains(rule_kinds, 'test_order')",
        "sale_below_zero": "quantity < 0 and rule_kinds = ''",
    }
    rows = MACROS.judged_rows("checked", "flat", "sales", ["order_id", "item_id"])
    return connection.execute(
        f"""
        with renamed as (
            select {MACROS.landed_columns()},
                {MACROS.clean_text('"Invoice"')} as order_id,
                {MACROS.clean_text('"StockCode"')} as item_id,
                {MACROS.clean_number('"Quantity"', "bigint")} as quantity,
                {MACROS.clean_number('"Price"')} as price,
                {MACROS.clean_timestamp('"InvoiceDate"')} as occurred_at,
                {MACROS.rule_kinds("flat", COLUMNS)} as rule_kinds
            from landed_flat__sales
        ),
        checked as (
            select *, {MACROS.money("quantity * price")} as amount,
                {MACROS.reject_reasons(reasons)} as reject_reasons
            from renamed
        )
        select load_id, source_row, row_status, status_reasons, rule_kinds, amount
        from ({rows})
        """
    ).fetchall()


def test_every_kind_is_found_to_the_row_and_to_the_cent(
    retailer: Retailer, judged: list[tuple[Any, ...]]
) -> None:
    found: dict[str, list[Any]] = {}
    for _, _, status, reasons, kinds, amount in judged:
        name = reasons if status != "accepted" else kinds or "sold"
        rows, money = found.get(name, [0, Decimal(0)])
        found[name] = [rows + 1, money + amount]
    # A line that both sheets have is a duplicate, unless it is rejected in both.
    rows = retailer.planted_rows
    is_rejected = rows["kind"].isin(["write_off", "bad_debt", "test_order"])
    kinds = rows["kind"].mask(rows["is_repeated"] & ~is_rejected, "repeated")
    cents = rows["cents"].groupby(kinds).agg(["size", "sum"])

    def planted(*names: str) -> list[Any]:
        count, money = cents.loc[list(names)].sum()
        return [int(count), Decimal(int(money)) / 100]

    assert found["sold"] == planted("sale", "no_customer", "free")
    assert found["not_merchandise"] == planted("fee")
    assert found["cancellation"] == planted("cancellation")
    assert found["test_order"] == planted("test_order")
    assert found["write_off"] == planted("write_off", "bad_debt")
    assert found["exact_duplicate"] == planted("repeated")
    total = sum(row[5] for row in judged)
    assert sum(money for _, money in found.values()) == total
