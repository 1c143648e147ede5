"""The faults of real data, in known numbers.

`FAULT_SHARES` says how many: a share of the clean file's rows (of its orders for what
befalls whole orders), never less than two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from covey.synthetic.faulty_table import FaultyTable
from covey.synthetic.orders import STORE, Orders
from covey.synthetic.text_columns import (
    Floats,
    Integers,
    constant,
    integer_text,
    numbered,
    pick,
    time_text,
)

FAULT_SHARES: dict[str, dict[str, float]] = {
    "customers": {
        "exact_duplicate": 0.004,
        "key_duplicate": 0.004,
        "email_case": 0.03,
        "missing_value": 0.01,
        "text_in_number": 0.002,
        "impossible_date": 0.001,
        "future_date": 0.001,
    },
    "products": {"exact_duplicate": 0.004, "missing_value": 0.01},
    "order_lines": {
        "missing_customer": 0.03,
        "cancelled": 0.015,
        "fee_line": 0.012,
        "test_order": 0.0005,
        "returned": 0.02,
        "exact_duplicate": 0.005,
        "key_duplicate": 0.002,
        "missing_value": 0.001,
        "text_in_number": 0.0005,
        "nan_number": 0.0003,
        "negative_price": 0.0003,
        "future_date": 0.0003,
        "impossible_date": 0.0005,
        "orphan_product": 0.002,
        "late_row": 0.003,
    },
    "events": {
        "exact_duplicate": 0.005,
        "key_duplicate": 0.001,
        "missing_customer": 0.01,
        "missing_value": 0.001,
        "text_in_number": 0.0005,
        "future_date": 0.0003,
        "impossible_date": 0.0005,
        "orphan_product": 0.001,
        "late_row": 0.003,
    },
}
# These count orders; the others count rows.
WHOLE_ORDER_KINDS = ("missing_customer", "cancelled", "fee_line", "test_order")
IMPOSSIBLE_TIMES = [
    "2025-02-30 12:00:00",
    "2025-13-05 09:00:00",
    "0000-00-00 00:00:00",
    "1900-01-01 00:00:00",
    "31/12/2025",
]
_DAY_SECONDS = 86_400


def fault_count(file_name: str, kind: str, total: int) -> int:
    """Say how many faults of a kind a clean file of ``total`` rows or orders gets.

    Examples
    --------
    >>> fault_count("order_lines", "exact_duplicate", 1_000_000)
    5000
    """
    return max(2, round(FAULT_SHARES[file_name][kind] * total))


def spoil_order_lines(
    table: pa.Table, orders: Orders, end_seconds: int, rng: np.random.Generator
) -> tuple[pa.Table, pd.DataFrame]:
    """Work faults into the order lines.

    Returns
    -------
    table : pyarrow.Table
    faults : pandas.DataFrame
        Columns ``file``, ``row``, ``kind``.
    """
    lines = FaultyTable("order_lines", table, orders.ordered_at.astype(float), rng)
    order_count = int(orders.order.max(initial=-1)) + 1

    def count(kind: str) -> int:
        total = order_count if kind in WHOLE_ORDER_KINDS else orders.line_count
        return fault_count("order_lines", kind, total)

    in_store = orders.channel == STORE
    rows = lines.choose_groups(count("missing_customer"), orders.order, in_store)
    lines.replace("customer_id", rows, [None] * len(rows), "missing_customer")
    rows = lines.choose_groups(count("cancelled"), orders.order)
    lines.replace("status", rows, ["cancelled"] * len(rows), "cancelled")
    _add_fees(lines, orders, count("fee_line"))
    _add_test_orders(lines, orders, count("test_order"))
    _add_returns(lines, orders, end_seconds, count("returned"))
    _add_copies(lines, count("exact_duplicate"), count("key_duplicate"), "quantity")
    _change_texts(
        lines,
        {
            "missing_value": (
                count("missing_value"),
                {"product_id": [None], "quantity": [None], "ordered_at": [None]},
            ),
            "text_in_number": (
                count("text_in_number"),
                {"quantity": ["two", "1 pc"], "unit_price": ["n/a", "$12.50", "free"]},
            ),
            "nan_number": (count("nan_number"), {"unit_price": ["NaN", "inf"]}),
            "negative_price": (
                count("negative_price"),
                {"unit_price": ["-4.99", "-12.00"]},
            ),
            "impossible_date": (
                count("impossible_date"),
                {"ordered_at": IMPOSSIBLE_TIMES},
            ),
            "orphan_product": (
                count("orphan_product"),
                {"product_id": ["P99901", "P99902", "X-OLD-17"]},
            ),
        },
    )
    _add_times(lines, "ordered_at", end_seconds, count("future_date"))
    _delay(lines, orders.ordered_at, count("late_row"))
    return lines.finish()


def spoil_events(
    table: pa.Table, end_seconds: int, rng: np.random.Generator
) -> tuple[pa.Table, pd.DataFrame]:
    """Work faults into the events; see `spoil_order_lines`."""
    second = _seconds(table["occurred_at"])
    events = FaultyTable("events", table, second.astype(float), rng)

    def count(kind: str) -> int:
        return fault_count("events", kind, table.num_rows)

    rated = np.asarray(pc.is_valid(table["rating"]))
    # Nobody is logged in: a view by nobody.
    viewed = np.asarray(pc.equal(table["event_type"], "view"))
    rows = events.choose(count("missing_customer"), viewed)
    events.replace("customer_id", rows, [None] * len(rows), "missing_customer")
    rows = events.choose(count("text_in_number"), rated)
    texts = [("five", "4 stars")[each % 2] for each in range(len(rows))]
    events.replace("rating", rows, texts, "text_in_number")
    rows = events.choose(count("orphan_product"), viewed)
    events.replace("product_id", rows, ["P99901"] * len(rows), "orphan_product")
    _add_copies(events, count("exact_duplicate"), count("key_duplicate"), "channel")
    _change_texts(
        events,
        {
            "missing_value": (
                count("missing_value"),
                {"event_type": [None], "occurred_at": [None]},
            ),
            "impossible_date": (
                count("impossible_date"),
                {"occurred_at": IMPOSSIBLE_TIMES},
            ),
        },
    )
    _add_times(events, "occurred_at", end_seconds, count("future_date"))
    _delay(events, second, count("late_row"))
    return events.finish()


def spoil_customers(
    table: pa.Table, end_seconds: int, rng: np.random.Generator
) -> tuple[pa.Table, pd.DataFrame]:
    """Work faults into the customers; see `spoil_order_lines`."""
    place = np.arange(table.num_rows, dtype=float)
    customers = FaultyTable("customers", table, place, rng)

    def count(kind: str) -> int:
        return fault_count("customers", kind, table.num_rows)

    rows = customers.choose(count("email_case"))
    emails = customers.rows(rows)["email"].to_pylist()
    shouted = [
        (email.upper() if each % 2 else email.title())
        for each, email in enumerate(emails)
    ]
    customers.replace("email", rows, shouted, "email_case")
    _add_copies(customers, count("exact_duplicate"), count("key_duplicate"), "region")
    _change_texts(
        customers,
        {
            "missing_value": (
                count("missing_value"),
                {"birth_year": [None], "signed_up_at": [None]},
            ),
            "text_in_number": (
                count("text_in_number"),
                {"birth_year": ["unknown", "19xx"]},
            ),
            "impossible_date": (
                count("impossible_date"),
                {"signed_up_at": IMPOSSIBLE_TIMES},
            ),
        },
    )
    _add_times(customers, "signed_up_at", end_seconds, count("future_date"))
    return customers.finish()


def spoil_products(
    table: pa.Table, rng: np.random.Generator
) -> tuple[pa.Table, pd.DataFrame]:
    """Work faults into the products; see `spoil_order_lines`."""
    place = np.arange(table.num_rows, dtype=float)
    products = FaultyTable("products", table, place, rng)
    rows = products.choose(fault_count("products", "missing_value", table.num_rows))
    products.replace("brand", rows, [None] * len(rows), "missing_value")
    _add_copies(
        products, fault_count("products", "exact_duplicate", table.num_rows), 0, "brand"
    )
    return products.finish()


def _add_fees(lines: FaultyTable, orders: Orders, count: int) -> None:
    online_starts = (orders.line_number == 1) & (orders.channel != STORE)
    rows = lines.choose(count, online_starts)
    fees = lines.rows(rows)
    fees = _set(fees, "line_number", constant("99", len(rows)))
    is_fee = np.arange(len(rows)) % 3 == 2
    fees = _set(fees, "product_id", pick(["POST", "FEE"], is_fee.astype(int)))
    fees = _set(fees, "unit_price", pick(["4.90", "2.50"], is_fee.astype(int)))
    fees = _set(fees, "quantity", constant("1", len(rows)))
    fees = _set(fees, "discount_amount", constant("0.00", len(rows)))
    lines.add(fees, lines.places(rows), "fee_line")


def _add_test_orders(lines: FaultyTable, orders: Orders, count: int) -> None:
    rows = lines.choose(count, orders.line_number == 1)
    tests = lines.rows(rows)
    number = np.arange(1, len(rows) + 1)
    tests = _set(tests, "order_id", numbered("TEST", number, 6))
    tests = _set(tests, "customer_id", numbered("TEST", number % 5 + 1, 3))
    lines.add(tests, lines.places(rows) + 1, "test_order")


def _add_returns(
    lines: FaultyTable, orders: Orders, end_seconds: int, count: int
) -> None:
    """Bring lines back after some days: what was paid in full is paid back."""
    margin = 22 * _DAY_SECONDS
    may_return = orders.ordered_at < end_seconds - margin
    rows = lines.choose(count, may_return & (orders.discount_cents == 0))
    after = lines.rng.integers(3 * _DAY_SECONDS, margin - 4 * 3600, len(rows))
    returned_at = orders.ordered_at[rows] + after
    returns = lines.rows(rows)
    number = np.arange(1, len(rows) + 1)
    returns = _set(returns, "order_id", numbered("R", number, 7))
    returns = _set(returns, "line_number", constant("1", len(rows)))
    returns = _set(returns, "quantity", integer_text(-orders.quantity[rows]))
    returns = _set(returns, "ordered_at", time_text(returned_at))
    returns = _set(returns, "status", constant("returned", len(rows)))
    lines.add(returns, returned_at.astype(float), "returned")


def _add_copies(
    table: FaultyTable, exact_count: int, key_count: int, other_column: str
) -> None:
    """Repeat rows later in the file, some with another value under the same key."""
    rows = table.choose(exact_count)
    table.add(table.rows(rows), _later(table, rows), "exact_duplicate")
    if not key_count:
        return
    rows = table.choose(key_count)
    copies = table.rows(rows)
    texts = copies[other_column].to_pylist()
    if other_column == "quantity":
        others: list[str | None] = [str(int(text) + 1) for text in texts]
    else:
        known = table.texts(other_column)
        others = [known[(known.index(each) + 1) % len(known)] for each in texts]
    copies = _set(copies, other_column, pa.array(others, pa.string()))
    if "updated_at" in copies.column_names:
        newer = _seconds(copies["updated_at"]) + 3600
        copies = _set(copies, "updated_at", time_text(newer))
    table.add(copies, _later(table, rows), "key_duplicate")


def _later(table: FaultyTable, rows: Integers) -> Floats:
    """Find places after the originals: up to ten days or ten rows on."""
    places = table.places(rows)
    step = 10 * _DAY_SECONDS if len(places) and places.max() > 1e8 else 10
    return places + 0.5 + table.rng.random(len(rows)) * step


def _change_texts(
    table: FaultyTable,
    changes: Mapping[str, tuple[int, Mapping[str, Sequence[str | None]]]],
) -> None:
    """Write the given texts into chosen rows, column by column in turn."""
    for kind, (count, texts) in changes.items():
        rows = table.choose(count)
        for turn, (column, choices) in enumerate(texts.items()):
            mine = rows[turn :: len(texts)]
            written = [choices[each % len(choices)] for each in range(len(mine))]
            table.replace(column, mine, written, kind)


def _add_times(table: FaultyTable, column: str, end_seconds: int, count: int) -> None:
    rows = table.choose(count)
    ahead = table.rng.integers(2 * _DAY_SECONDS, 400 * _DAY_SECONDS, len(rows))
    table.replace(column, rows, time_text(end_seconds + ahead), "future_date")


def _delay(table: FaultyTable, second: Integers, count: int) -> None:
    """Deliver rows a month or more too late, behind what happened since."""
    last = int(second.max(initial=0))
    rows = table.choose(count, second < last - 31 * _DAY_SECONDS)
    later = table.rng.uniform(30, 120, len(rows)) * _DAY_SECONDS
    table.move(rows, table.places(rows) + later, "late_row")


def _seconds(column: pa.ChunkedArray) -> Integers:
    times = column.cast(pa.timestamp("s")).cast(pa.int64())
    return np.asarray(times)


def _set(table: pa.Table, column: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(column), column, values)
