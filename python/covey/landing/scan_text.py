"""Look over the bytes of a delimited text once: its records, counted without parsing.

The count is independent of the reader that makes the table, and says of a file whether
it is plain: every quote where RFC 4180 wants it, one kind of line end, no control
characters. A plain file is read by Arrow; any other takes the careful way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_CHUNK = 1 << 23
_QUOTE, _LF, _CR, _TAB = 34, 10, 13, 9
Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Scan:
    """What the bytes of a text say.

    Attributes
    ----------
    is_plain : bool
    starts, ends : array of int64
        First byte of each record, and the byte behind its last one; the header is a
        record, a blank line is none.
    lines : array of int64
        Line at which each record starts, from 1.
    has_line_breaks : bool
        Whether a field has a line break inside quotes.
    """

    is_plain: bool
    starts: Positions
    ends: Positions
    lines: Positions
    has_line_breaks: bool

    @property
    def longest(self) -> int:
        """Bytes of the longest record."""
        return int((self.ends - self.starts).max(initial=0))


def scan(data: bytes, delimiter: str) -> Scan:
    """Find the records of a text by its quotes and line ends."""
    letters = np.frombuffer(data, np.uint8)
    has_quotes, has_returns = b'"' in data, b"\r" in data
    before = _lookup(ord(delimiter), _LF, _CR, _QUOTE)
    is_plain, quote_count = True, 0
    all_ends: list[Positions] = []
    outside: list[npt.NDArray[np.bool_]] = []
    return_count = 0
    for start in range(0, len(letters), _CHUNK):
        chunk = letters[start : start + _CHUNK]
        low = np.flatnonzero(chunk < 32)
        signs = chunk[low]
        ends = low[signs == _LF] + start
        is_outside = np.ones(len(ends), bool)
        known = len(ends) + np.count_nonzero(signs == _TAB)
        known += np.count_nonzero(signs == _CR) if has_returns else 0
        is_plain &= known == len(low) and not _has_high_controls(letters, chunk, start)
        quotes = np.flatnonzero(chunk == _QUOTE) + start if has_quotes else ends[:0]
        if has_quotes:
            is_plain &= _is_strict(letters, quotes, quote_count, before)
            is_outside = (quote_count + np.searchsorted(quotes, ends)) % 2 == 0
        if has_returns:
            returns = low[signs == _CR] + start
            inside = (quote_count + np.searchsorted(quotes, returns)) % 2 == 1
            return_count += int(np.count_nonzero(~inside))
            is_plain &= bool(_all_before_line_feed(letters, returns[~inside]))
        quote_count += len(quotes)
        all_ends.append(ends)
        outside.append(is_outside)
    is_plain &= quote_count % 2 == 0
    line_ends = np.concatenate([*all_ends, np.empty(0, np.int64)])
    is_outside = np.concatenate([*outside, np.empty(0, bool)])
    if has_returns:
        is_plain &= return_count in (0, int(np.count_nonzero(is_outside)))
    return _records(letters, bool(is_plain), line_ends, is_outside)


def _records(
    letters: npt.NDArray[np.uint8],
    is_plain: bool,
    line_ends: Positions,
    is_outside: npt.NDArray[np.bool_],
) -> Scan:
    closing = np.flatnonzero(is_outside)
    ends = np.append(line_ends[closing], len(letters))
    starts = np.append(0, line_ends[closing] + 1)
    lines = np.append(1, closing + 2)
    length = ends - starts
    is_blank = length == 0
    single = np.flatnonzero(length == 1)
    is_blank[single] = letters[starts[single]] == _CR
    kept = ~is_blank
    has_line_breaks = not bool(is_outside.all())
    return Scan(is_plain, starts[kept], ends[kept], lines[kept], has_line_breaks)


def _lookup(*signs: int) -> npt.NDArray[np.bool_]:
    table = np.zeros(256, bool)
    table[list(signs)] = True
    return table


def _is_strict(
    letters: npt.NDArray[np.uint8],
    quotes: Positions,
    count_before: int,
    allowed: npt.NDArray[np.bool_],
) -> bool:
    """Check that quotes open and close fields, or stand doubled inside them."""
    is_opening = (count_before + np.arange(len(quotes))) % 2 == 0
    opening, closing = quotes[is_opening], quotes[~is_opening]
    opening, closing = opening[opening > 0], closing[closing + 1 < len(letters)]
    return bool(
        allowed[letters[opening - 1]].all() and allowed[letters[closing + 1]].all()
    )


def _has_high_controls(
    letters: npt.NDArray[np.uint8], chunk: npt.NDArray[np.uint8], start: int
) -> bool:
    """Find DEL and the controls U+0080 to U+009F, which UTF-8 writes as C2 80 on."""
    if (chunk == 0x7F).any():
        return True
    leads = np.flatnonzero(chunk == 0xC2) + start
    leads = leads[leads + 1 < len(letters)]
    return bool((letters[leads + 1] < 0xA0).any())


def _all_before_line_feed(letters: npt.NDArray[np.uint8], returns: Positions) -> bool:
    inner = returns[returns + 1 < len(letters)]
    return len(inner) == len(returns) and bool((letters[inner + 1] == _LF).all())
