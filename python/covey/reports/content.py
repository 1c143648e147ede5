"""The blocks that a report page is made of.

Sections are built as plain values first and turned into HTML afterwards, so that what
a section says can be tested without reading HTML, and all escaping happens in one
place (the template).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True)
class Cell:
    """One table cell: its text, and how the text is shown.

    `bar` is a share from 0 to 1 that is drawn behind the text; `colour` marks the
    cell with a segment's colour; `tone` is one of ``good``, ``same``, ``bad``,
    ``high``, ``low`` or empty.
    """

    text: str
    bar: float | None = None
    colour: str | None = None
    tone: str = ""


@dataclass(frozen=True)
class Column:
    """One table column; numbers are set right-aligned."""

    label: str
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """A table with a caption that says what one row is."""

    kind: ClassVar[str] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """A Vega-Lite drawing with a title, words that tell what it shows, and numbers.

    `description` is read out in place of the drawing; `numbers` holds the same
    figures as a table, for people who cannot see a drawing or want to copy them.
    """

    kind: ClassVar[str] = "chart"
    chart_id: str
    title: str
    description: str
    spec: dict[str, Any]
    numbers: Table | None = None
    subtitle: str = ""
    is_half_width: bool = False


@dataclass(frozen=True)
class Note:
    """A paragraph; `tone` is empty, or ``missing`` where a part has no data."""

    kind: ClassVar[str] = "note"
    text: str
    tone: str = ""


@dataclass(frozen=True)
class Heading:
    """A heading within a section."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True)
class Card:
    """A boxed summary: one segment, or one customer's lists."""

    title: str
    subtitle: str
    lines: tuple[tuple[str, str], ...]
    colour: str | None = None


@dataclass(frozen=True)
class Cards:
    """Cards side by side."""

    kind: ClassVar[str] = "cards"
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class ItemList:
    """A ranked list of items, each with the reason for it."""

    title: str
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Example:
    """One customer's lists."""

    title: str
    subtitle: str
    lists: tuple[ItemList, ...]
    colour: str | None = None


@dataclass(frozen=True)
class Examples:
    """Customers' lists side by side."""

    kind: ClassVar[str] = "examples"
    examples: tuple[Example, ...]


Block = Table | Chart | Note | Heading | Cards | Examples


@dataclass(frozen=True)
class Section:
    """A question that a reader has, its answer in one sentence, and the evidence."""

    section_id: str
    menu_label: str
    question: str
    answer: str
    blocks: tuple[Block, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class Headline:
    """A number that stands at the top of the page."""

    label: str
    figure: str
    explanation: str


def cells(*texts: str) -> tuple[Cell, ...]:
    """Make a table row of plain cells."""
    return tuple(Cell(text) for text in texts)
