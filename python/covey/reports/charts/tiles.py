"""Rows of tiles and the same figures as a table: one chart for all that is a matrix."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from covey.reports.charts.palette import BESIDE_SCALE, SPEND_SCALE
from covey.reports.charts.segments import draw_tiles
from covey.reports.content import Cell, Chart, Column, Table

# Doublings beside the average, and shares.
BESIDE = dict(zip((-2.0, 0.0, 2.0), BESIDE_SCALE, strict=True))
SHARES = {0.0: SPEND_SCALE[0], 1.0: SPEND_SCALE[2]}


@dataclass(frozen=True)
class Tile:
    """One tile: where it stands, its level of colour, and what it says."""

    row: str
    column: str
    level: float
    label: str
    beside: str = ""


def level_beside(ratio: float | None) -> float:
    """Turn a ratio to the average into doublings, from -2 to 2.

    Examples
    --------
    >>> level_beside(4.0), level_beside(0.5), level_beside(None)
    (2.0, -1.0, -2.0)
    """
    return max(-2.0, min(2.0, math.log2(max(ratio or 0.0, 0.01))))


def build_tiles(
    chart_id: str,
    title: str,
    description: str,
    row_title: str,
    tiles: Sequence[Tile],
    columns: Sequence[str],
    scale: dict[float, str],
    subtitle: str = "",
) -> Chart:
    """Build a chart of tiles; a place without a tile stays empty.

    Parameters
    ----------
    row_title : str
        What a row is, as the head of the table's first column.
    columns : sequence of str
        Columns from left to right.
    """
    rows = list(dict.fromkeys(tile.row for tile in tiles))
    labels = {(tile.row, tile.column): tile.label.replace("\n", " ") for tile in tiles}
    numbers = Table(
        title,
        (Column(row_title), *(Column(column, True) for column in columns)),
        tuple(
            (Cell(row), *(Cell(labels.get((row, column), "–")) for column in columns))
            for row in rows
        ),
    )
    spec = draw_tiles([vars(tile) for tile in tiles], columns, scale, description)
    return Chart(chart_id, title, description, spec, numbers, subtitle)
