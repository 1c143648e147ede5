"""Numbers and times as the text that a till would export, a million at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def numbered(prefix: str, numbers: Integers, width: int) -> pa.Array:
    """Write numbers as ids such as ``C000017``.

    Examples
    --------
    >>> numbered("C", np.array([17]), 6).to_pylist()
    ['C000017']
    """
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(pa.scalar(prefix), digits, "")


def integer_text(numbers: npt.NDArray[Any]) -> pa.Array:
    """Write whole numbers as text."""
    return pa.array(numbers.astype(np.int64)).cast(pa.string())


def money_text(cents: Integers) -> pa.Array:
    """Write cents as an amount with two decimals.

    Examples
    --------
    >>> money_text(np.array([1999, -5])).to_pylist()
    ['19.99', '-0.05']
    """
    amounts, positions = np.unique(cents, return_inverse=True)
    return pick([f"{amount / 100:.2f}" for amount in amounts], positions)


def time_text(seconds: Integers) -> pa.Array:
    """Write seconds since 1970 in UTC as ``YYYY-MM-DD HH:MM:SS``."""
    return pa.array(seconds.astype("datetime64[s]")).cast(pa.string())


def date_text(seconds: Integers) -> pa.Array:
    """Write the UTC date of seconds since 1970 as ``YYYY-MM-DD``."""
    days = seconds.astype("datetime64[s]").astype("datetime64[D]")
    return pa.array(days).cast(pa.string())


def pick(texts: list[str] | pa.Array, positions: npt.NDArray[Any]) -> pa.Array:
    """Take texts by position; a position below zero gives an empty field."""
    choices = texts if isinstance(texts, pa.Array) else pa.array(texts, pa.string())
    return choices.take(pa.array(positions.astype(np.int64), mask=positions < 0))


def constant(text: str | None, count: int) -> pa.Array:
    """Repeat one text, or an empty field."""
    return pa.repeat(pa.scalar(text, pa.string()), count)
