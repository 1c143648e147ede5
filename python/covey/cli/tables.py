"""Plain text tables that fit a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

WIDTH = 80
_GAP = "  "
_NARROWEST = 8


def table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], width: int = WIDTH
) -> Iterator[str]:
    """Lay out rows under their headers.

    A header that begins with ``>`` aligns its column to the right. While the table is
    too wide, the widest other column is cut.

    Examples
    --------
    >>> list(table(["Segment", ">Customers"], [["Champions", "1,204"]]))
    ['Segment    Customers', '─────────  ─────────', 'Champions      1,204']
    """
    is_right = [header.startswith(">") for header in headers]
    titles = [header.removeprefix(">") for header in headers]
    widths = [
        max(_cells(titles[index]), *(_cells(row[index]) for row in rows), 0)
        for index in range(len(titles))
    ]
    _shrink(widths, is_right, width - len(_GAP) * (len(widths) - 1))
    for row in [titles, ["─" * each for each in widths], *rows]:
        parts = [
            _fit(text, cells, right)
            for text, cells, right in zip(row, widths, is_right, strict=True)
        ]
        yield _GAP.join(parts).rstrip()


def facts(pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Lay out names and values, one pair a line, long values wrapped."""
    import textwrap

    left = max(len(name) for name, _ in pairs) + len(_GAP)
    for name, value in pairs:
        wrapped = textwrap.wrap(value, WIDTH - left - len(_GAP)) or [""]
        yield f"{_GAP}{name:<{left}}{wrapped[0]}"
        for line in wrapped[1:]:
            yield f"{_GAP}{'':<{left}}{line}"


def _shrink(widths: list[int], is_right: Sequence[bool], limit: int) -> None:
    texts = [index for index, right in enumerate(is_right) if not right]
    while texts and sum(widths) > limit:
        widest = max(texts, key=lambda index: widths[index])
        if widths[widest] <= _NARROWEST:
            return
        widths[widest] -= 1


def _fit(text: str, cells: int, right: bool) -> str:
    while _cells(text) > cells:
        text = text[:-2] + "…" if text.endswith("…") else text[:-1] + "…"
    padding = " " * (cells - _cells(text))
    return padding + text if right else text + padding


def _cells(text: str) -> int:
    """Count the terminal columns of a text: CJK letters and emoji take two."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(
        2 if east_asian_width(letter) in "WF" else 0 if combining(letter) else 1
        for letter in text
    )
