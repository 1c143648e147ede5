"""Numbers, money and identifiers as a person would write them."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Sequence

CURRENCY_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "XXX": ""}
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
SHORT_PSEUDONYM_CHARACTERS = 8
WINDOW = re.compile(r"_(\d+)d$")


def say_count(count: float | None) -> str:
    """Write a whole number with thousands separators.

    Examples
    --------
    >>> say_count(1469307)
    '1,469,307'
    """
    return "unknown" if count is None else f"{round(count):,}"


def say_number(value: float | None) -> str:
    """Write a measured number with about three significant digits.

    Examples
    --------
    >>> say_number(0.10724), say_number(31.42), say_number(1180.4)
    ('0.107', '31.4', '1,180')
    """
    if value is None or not math.isfinite(value):
        return "unknown"
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    if size >= 10:
        return f"{value:,.1f}"
    if size >= 1:
        return f"{value:,.2f}"
    return f"{value:.3f}"


def say_percent(rate: float | None) -> str:
    """Write a rate from 0 to 1 as a percentage.

    Examples
    --------
    >>> say_percent(0.734), say_percent(0.0042), say_percent(0.0002)
    ('73%', '0.4%', 'under 0.1%')
    """
    if rate is None or not math.isfinite(rate):
        return "unknown"
    percentage = abs(rate) * 100
    if percentage == 0:
        return "0%"
    if percentage < 0.1:
        return "under 0.1%"
    if percentage < 9.95:
        return f"{rate * 100:.1f}%".replace(".0%", "%")
    if 98.95 <= percentage < 100:
        # Rounding up to 100% would hide the little that is missing.
        return f"{math.floor(rate * 1000) / 10:.1f}%"
    return f"{rate * 100:.0f}%"


def say_money(amount: float | None, currency_code: str) -> str:
    """Write an amount of money; cents appear only below a hundred.

    Examples
    --------
    >>> say_money(4596039.58, "USD"), say_money(-12.5, "CHF")
    ('$4,596,040', '-CHF 12.50')
    """
    if amount is None:
        return "unknown"
    sign = "-" if amount < 0 else ""
    unit = CURRENCY_SIGNS.get(currency_code, f"{currency_code} ".lstrip())
    digits = f"{abs(amount):,.0f}" if abs(amount) >= 99.5 else f"{abs(amount):,.2f}"
    return f"{sign}{unit}{digits}"


def say_large_money(amount: float | None, currency_code: str) -> str:
    """Write an amount of money for a headline.

    Examples
    --------
    >>> say_large_money(4596039.58, "USD")
    '$4.60 million'
    """
    if amount is None or abs(amount) < 1e6:
        return say_money(amount, currency_code)
    size, word = (1e9, "billion") if abs(amount) >= 1e9 else (1e6, "million")
    unit = CURRENCY_SIGNS.get(currency_code, f"{currency_code} ".lstrip())
    return f"{'-' if amount < 0 else ''}{unit}{abs(amount) / size:,.2f} {word}"


def say_times(ratio: float | None) -> str:
    """Write a ratio, as in "2.4 times the average".

    Examples
    --------
    >>> say_times(2.43)
    '2.4 times'
    """
    return "unknown" if ratio is None else f"{ratio:.1f} times"


def say_plural(count: float, one: str, many: str) -> str:
    """Write a count with its noun.

    Examples
    --------
    >>> say_plural(1, "order", "orders"), say_plural(2469, "order", "orders")
    ('1 order', '2,469 orders')
    """
    return f"{say_count(count)} {one if round(count) == 1 else many}"


def say_list(words: Sequence[str]) -> str:
    """Join words as a sentence does.

    Examples
    --------
    >>> say_list(["bread", "milk", "eggs"])
    'bread, milk and eggs'
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def say_date(date: datetime.date | None) -> str:
    """Write a date without depending on the machine's locale.

    Examples
    --------
    >>> say_date(datetime.date(2017, 12, 1))
    '1 December 2017'
    """
    if date is None:
        return "unknown"
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def say_short_date(date: datetime.date) -> str:
    """Write a date for a chart's axis.

    Examples
    --------
    >>> say_short_date(datetime.date(2017, 12, 1))
    '1 Dec 2017'
    """
    day, month, year = say_date(date).split()
    return f"{day} {month[:3]} {year}"


def say_name(identifier: str) -> str:
    """Turn a column name into words; the window of days comes last, as in names.

    Examples
    --------
    >>> say_name("order_count_28d"), say_name("spend_amount_90d")
    ('order count in the last 28 days', 'spend in the last 90 days')
    """
    window = WINDOW.search(identifier)
    stem = WINDOW.sub("", identifier).removesuffix("_amount").replace("_", " ")
    return f"{stem} in the last {window.group(1)} days" if window else stem


def say_item(name: str | None) -> str:
    """Write an item or category; a name all in capitals is made easier to read.

    Examples
    --------
    >>> say_item("SOFT DRINKS 12/18&15PK CAN"), say_item("iPhone case")
    ('Soft drinks 12/18&15pk can', 'iPhone case')
    """
    if not name or not name.strip():
        return "No name"
    return name.capitalize() if name.isupper() else name


def lower_first(sentence: str) -> str:
    """Put a label into the middle of a sentence and leave its other letters alone."""
    return sentence[:1].lower() + sentence[1:]


def capitalise(sentence: str) -> str:
    """Give a sentence its capital and leave the other letters alone."""
    return sentence[:1].upper() + sentence[1:]


def shorten_pseudonym(customer_id: str) -> str:
    """Cut a pseudonym to what a person can compare by eye.

    Examples
    --------
    >>> shorten_pseudonym("9f86d081884c7d659a2feaa0c55ad015")
    '9f86d081…'
    """
    if len(customer_id) <= SHORT_PSEUDONYM_CHARACTERS:
        return customer_id
    return f"{customer_id[:SHORT_PSEUDONYM_CHARACTERS]}…"
