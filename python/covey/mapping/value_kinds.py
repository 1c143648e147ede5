"""What the values of a column are: numbers, dates and in which spelling, text."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

from covey.mapping.vocabulary import word_list

# Day first and month first stand beside each other: a column has to prove which.
_DATES = (
    *("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y%m%d"),
    *("%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d-%b-%Y", "%d %b %Y", "%b %d, %Y"),
)
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
FORMATS = tuple(day + time for day, time in product(_DATES, _TIMES))
_SWAPPED = {"%d/%m": "%m/%d", "%m/%d": "%d/%m", "%d-%m": "%m-%d", "%m-%d": "%d-%m"}
ISO = r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}.*)?$"
_DATE_LIKE = (
    r"^(\d{1,4}[/. -]\d{1,2}[/. -]\d{2,4}|\d{8}"
    r"|\d{1,2}[ -][A-Za-z]{3}[ -]\d{4}|[A-Za-z]{3} \d{1,2}, \d{4})( \d{1,2}:.*)?$"
)
_OFFSET = r"^\d{4}-\d{2}-\d{2}[ T].*(Z|[+-]\d{2}(:?\d{2})?)$"
_TRUTHS = ("true", "false", "yes", "no", "ja", "nein", "oui", "non", "t", "f", "y", "n")
_CURRENCIES = word_list("currencies")


def _count(condition: str, name: str) -> str:
    """Count rows, not different values: a typo does not weigh as much as the rule."""
    return f"sum(case when {condition} then n else 0 end) as {name}"


def _is_date(format_: str) -> str:
    parsed = f"try_strptime(value, '{format_}')"
    # A year of two or three digits is no year, whatever strptime makes of it.
    return f"year({parsed}) between 1900 and 2100"


_NUMBER = r"^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
COMMA_NUMBER = r"^-?(\d{1,3}(\.\d{3})+|\d+),\d+$"
_COMMA_OR_WHOLE = r"^-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$"
KIND_COLUMNS = ",\n".join(
    [
        "count(value) as distinct_count",
        "sum(case when value is not null then n else 0 end) as filled_count",
        "sum(case when value is null then n else 0 end) as null_count",
        _count(r"regexp_matches(value, '^-?(0|[1-9]\d*)$')", "integers"),
        _count(f"regexp_matches(value, '{_NUMBER}')", "numbers"),
        _count(r"regexp_matches(value, '^-?0\d')", "leading_zeros"),
        _count(f"regexp_matches(value, '{COMMA_NUMBER}')", "comma_numbers"),
        _count(f"regexp_matches(value, '{_COMMA_OR_WHOLE}')", "comma_or_whole"),
        _count("value like '-%'", "negatives"),
        _count(f"lower(value) in {_TRUTHS}", "truths"),
        _count(r"regexp_matches(value, '^[^@\s]+@[^@\s]+\.[^@\s]+$')", "emails"),
        _count(
            r"regexp_matches(value, '^[+(]?[0-9][0-9 ()/.-]{6,}$') "
            r"and regexp_matches(value, '^[+(]|^0[0-9 ]|[ ()/-]') "
            r"and not regexp_matches(value, '^[0-9]{4}-[0-9]{2}-[0-9]{2}|^[0-9.]+$') "
            r"and not regexp_matches(value, '^[0-9]{1,2}[/.-][0-9]{1,2}[/.-]')",
            "phones",
        ),
        _count(f"value in {_CURRENCIES}", "currencies"),
        _count("contains(value, ' ')", "spaced"),
        _count(f"regexp_matches(value, '{ISO}')", "iso_dates"),
        _count(r"regexp_matches(value, '\d:\d')", "timed"),
        _count(f"regexp_matches(value, '{_OFFSET}')", "offsets"),
        _count(f"regexp_matches(value, '{_DATE_LIKE}')", "date_like"),
    ]
)
# Asked only of a column that looks like dates: parsing is slow.
FORMAT_COLUMNS = ",\n".join(
    _count(_is_date(format_), f"format_{i}") for i, format_ in enumerate(FORMATS)
)


@dataclass(frozen=True)
class Kind:
    """A kind of values, with the spelling of dates and of decimals."""

    name: str
    formats: tuple[str, ...] = ()
    decimal: str = "."


def is_date_like(found: dict[str, Any], least_share: float) -> bool:
    """Whether the formats are worth trying."""
    filled = int(found["filled_count"] or 0)
    return 0 < filled * least_share <= int(found["date_like"])


def kind_of(found: dict[str, Any], least_share: float) -> Kind:
    """Decide a column's kind from how many of its values fit each.

    Parameters
    ----------
    found : dict
        The row of ``KIND_COLUMNS``, and of ``FORMAT_COLUMNS`` for what looks like
        dates.
    least_share : float
        Share of the rows with a value that have to fit.
    """
    filled = int(found["filled_count"] or 0)
    needed = max(filled * least_share, 1)
    if filled == 0:
        return Kind("text")
    if found["truths"] >= needed:
        return Kind("boolean")
    dates = _date_kind(found, needed)
    if dates:
        return dates
    if found["integers"] >= needed and not found["leading_zeros"]:
        return Kind("integer")
    if found["numbers"] >= needed and not found["leading_zeros"]:
        return Kind("decimal")
    if found["comma_numbers"] and found["comma_or_whole"] >= needed:
        return Kind("decimal", decimal=",")
    return Kind("text")


def _date_kind(found: dict[str, Any], needed: float) -> Kind | None:
    if found["iso_dates"] >= needed:
        is_timed = found["timed"] > 0
        return Kind("timestamp" if is_timed else "date", ("",))
    counts = {f: int(found.get(f"format_{i}", 0)) for i, f in enumerate(FORMATS)}
    most = max(counts.values())
    if most < needed:
        return None
    formats = tuple(f for f in FORMATS if counts[f] == most)
    is_timed = "%H" in formats[0] or "%I" in formats[0]
    return Kind("timestamp" if is_timed else "date", formats)


def swapped(format_: str) -> str:
    """Give the format with day and month in the other order, or nothing.

    Examples
    --------
    >>> swapped("%d/%m/%Y %H:%M"), swapped("%d.%m.%Y")
    ('%m/%d/%Y %H:%M', '')
    """
    for order, other in _SWAPPED.items():
        if format_.startswith(order):
            return other + format_.removeprefix(order)
    return ""


def only_readable_as(format_: str, other: str) -> str:
    """Give SQL that counts the values that one format reads and the other does not."""
    return _count(
        f"({_is_date(format_)}) and not coalesce({_is_date(other)}, false)", "n"
    )
