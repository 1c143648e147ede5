"""The features of somebody who is not here yet, computed from their orders.

The definitions are those of `models/features`, for one customer and one cut-off; a test
holds both equal for every customer of the sample.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from covey.cli.exits import USAGE, CommandError
from covey.warehouse import Row, fetch, open_scratch

COLUMNS = ("date", "amount", "order_id", "category", "item_type", "discount_amount")
# Features that say nothing true unless the orders have a column.
NEEDED_COLUMNS = {
    "category_count_90d": "category",
    "item_type_count_90d": "item_type",
    "discount_amount_90d": "discount_amount",
    "discount_rate_90d": "discount_amount",
}
ASSUMPTIONS = (
    "each row is a line of merchandise, an amount below zero a return",
    "rows of one date without an order_id are one order",
    "dates are the business's own, and amounts in its currency",
)
_LARGEST_AMOUNT = Decimal(10) ** 15

_SQL = """
with
given as (
    select
        cast(line[1] as date) as activity_date,
        cast(line[2] as decimal(18, 2)) as amount,
        line[3] as order_id,
        line[4] as category,
        line[5] as item_type,
        coalesce(cast(line[6] as decimal(18, 2)), 0) as discount_amount
    from (select unnest(?::varchar[][]) as line)
),

lines as (
    select *, date_diff('day', activity_date, cast(? as date)) as age_days
    from given
),

orders as (
    select
        activity_date,
        age_days,
        order_id,
        sum(case when amount >= 0 then amount else 0 end) as spend_amount,
        sum(case when amount >= 0 then discount_amount else 0 end) as discount_amount,
        sum(case when amount < 0 then -amount else 0 end) as return_amount,
        count(case when amount >= 0 then 1 end) as line_count
    from lines
    group by activity_date, age_days, order_id
),

days as (
    select
        activity_date,
        age_days,
        count(case when line_count > 0 then 1 end) as order_count,
        sum(line_count) as line_count,
        sum(spend_amount) as spend_amount,
        sum(discount_amount) as discount_amount,
        sum(return_amount) as return_amount,
        max(spend_amount) as largest_order_amount
    from orders
    group by activity_date, age_days
),

gaps as (
    select
        *,
        case
            when order_count > 0 then date_diff(
                'day',
                lag(activity_date) over (
                    partition by order_count > 0 order by activity_date
                ),
                activity_date
            )
        end as gap_days
    from days
),

sums as (
    select
        min(case when order_count > 0 then age_days end) as days_since_last_order,
        {sums},
        count(case when age_days <= 90 and order_count > 0 then 1 end)
            as active_day_count_90d,
        count(case when age_days <= 180 then gap_days end) as gap_count_180d,
        avg(case when age_days <= 180 then gap_days end) as gap_days_mean_180d,
        quantile_cont(case when age_days <= 180 then gap_days end, 0.5)
            as gap_days_median_180d,
        quantile_cont(case when age_days <= 180 then gap_days end, 0.9)
            as gap_days_p90_180d,
        coalesce(max(case when age_days <= 90 then largest_order_amount end), 0)
            as largest_order_amount_90d,
        max(age_days) as tenure_days
    from gaps
),

kinds as (
    select
        count(distinct category) as category_count_90d,
        count(distinct item_type) as item_type_count_90d
    from lines
    where age_days <= 90 and amount >= 0
)

select
    *,
    case
        when days_since_last_order <= 180 then {overdue}
        else 0
    end as overdue_rate_180d,
    {rates}
from sums
cross join kinds
"""
# A sum over the last so many days, by column: `spend_amount_90d` and the like.
_WINDOWS = {
    "order_count": (28, 56, 90, 365),
    "spend_amount": (28, 56, 90, 365),
    "line_count": (90,),
    "discount_amount": (90,),
    "return_amount": (365,),
}
_RATES = {
    "mean_order_amount_90d": ("spend_amount_90d", "order_count_90d"),
    "mean_order_line_count_90d": ("line_count_90d", "order_count_90d"),
    "discount_rate_90d": (
        "discount_amount_90d",
        "spend_amount_90d + discount_amount_90d",
    ),
    "return_rate_365d": ("return_amount_365d", "spend_amount_365d"),
    "recent_spend_rate_56d": ("spend_amount_28d", "spend_amount_56d"),
}


@dataclass(frozen=True)
class OrderFeatures:
    """What orders say of somebody.

    Attributes
    ----------
    values : dict of str to float or None
        Each feature that can be computed.
    missing_columns : dict of str to str
        Each feature that cannot, with the column of the orders that it needs.
    late_count : int
        Rows at or after the cut-off, which count for nothing.
    """

    values: dict[str, float | None]
    missing_columns: dict[str, str]
    late_count: int


def read_orders(text: str) -> list[Row]:
    """Read orders from JSON (a list of objects) or from CSV with a header.

    Raises
    ------
    CommandError
        If it is neither, or a row has no date or amount; the message names the row.
    """
    rows = _read_json(text) if text.lstrip()[:1] in ("[", "{") else _read_csv(text)
    if not rows:
        raise CommandError("the orders have no row", USAGE)
    return [_order(number, row) for number, row in enumerate(rows, 1)]


def order_features(orders: Sequence[Row], as_of_date: date) -> OrderFeatures:
    """Compute every feature that orders can tell at one cut-off.

    Raises
    ------
    CommandError
        If no order lies before the cut-off: such people are prospects.
    """
    known = [row for row in orders if row["date"] < as_of_date]
    if not any(row["amount"] >= 0 for row in known):
        raise CommandError(
            f"no order lies before {as_of_date}: who never bought is a prospect and in "
            "no segment; --as-of sets another date",
            USAGE,
        )
    lines = [[_spell(row[column]) for column in COLUMNS] for row in known]
    with open_scratch() as connection:
        found = fetch(connection, _sql(), [lines, as_of_date.isoformat()])[0]
    missing = {
        feature: column
        for feature, column in NEEDED_COLUMNS.items()
        if all(row[column] is None for row in orders)
    }
    values = {
        name: None if value is None else float(value)
        for name, value in found.items()
        if name not in missing
    }
    return OrderFeatures(values, missing, len(orders) - len(known))


def _sql() -> str:
    sums = [
        f"coalesce(sum(case when age_days <= {days} then {column} end), 0) "
        f"as {column}_{days}d"
        for column, windows in _WINDOWS.items()
        for days in windows
    ]
    sums += [
        f"count(distinct case when order_count > 0 and age_days <= {days} "
        f"then (age_days - 1) // 7 end) as active_week_count_{days}d"
        for days in (28, 56, 90)
    ]
    rates = [f"{_rate(*parts)} as {name}" for name, parts in _RATES.items()]
    return _SQL.format(
        sums=",\n        ".join(sums),
        overdue=_rate("days_since_last_order", "gap_days_p90_180d"),
        rates=",\n    ".join(rates),
    )


def _rate(part: str, whole: str) -> str:
    return f"coalesce(cast({part} as double) / nullif(cast({whole} as double), 0), 0)"


def _read_json(text: str) -> list[Any]:
    try:
        content = json.loads(text)
    except ValueError as error:
        raise CommandError(f"the orders are not JSON: {error}", USAGE) from None
    return content if isinstance(content, list) else [content]


def _read_csv(text: str) -> Iterable[Any]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def _order(number: int, row: Any) -> Row:
    where = f"row {number} of the orders"
    if not isinstance(row, dict):
        raise CommandError(f'{where} is no object like {{"date": ...}}', USAGE)
    given = {
        str(name).strip().casefold(): value
        for name, value in row.items()
        if value is not None and str(value).strip() != ""
    }
    order = {column: given.get(column) for column in COLUMNS}
    order["date"] = _read_date(where, order["date"])
    order["amount"] = _read_amount(where, "amount", order["amount"])
    if order["discount_amount"] is not None:
        order["discount_amount"] = _read_amount(
            where, "discount_amount", order["discount_amount"]
        )
    return order


def _read_date(where: str, value: Any) -> date:
    if value is None:
        raise CommandError(f"{where} has no date", USAGE)
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        raise CommandError(
            f"{where}: {value!r} is not a date like 2026-03-17", USAGE
        ) from None


def _read_amount(where: str, column: str, value: Any) -> Decimal:
    if value is None:
        raise CommandError(f"{where} has no {column}", USAGE)
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        amount = Decimal("nan")
    if not amount.is_finite() or abs(amount) >= _LARGEST_AMOUNT:
        raise CommandError(f"{where}: the {column} {value!r} is no number", USAGE)
    return amount


def _spell(value: Any) -> str | None:
    return None if value is None else str(value)
