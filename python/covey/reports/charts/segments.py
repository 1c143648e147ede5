"""Drawings of segments: their shares, rows of tiles, and the map of customers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from covey.reports.charts.palette import (
    INK,
    NARROW,
    QUIET_INK,
    finish_chart,
    inline_data,
)
from covey.warehouse import Row


def draw_segment_shares(
    rows: Sequence[Row], colours: dict[str, str], description: str
) -> dict[str, Any]:
    """Draw each segment's share of customers beside its share of spend.

    Parameters
    ----------
    rows : sequence of dict
        One row per segment and measure: `segment` (name), `segment_id`, `measure`
        (``customers`` or ``spend``), `share`, `label` and `short_label`.
    colours : dict of str to str
        Colour by `segment_id`.
    description : str
        The drawing in words.
    """
    ids = list(dict.fromkeys(row["segment_id"] for row in rows))
    names = list(dict.fromkeys(row["segment"] for row in rows))
    largest = max(row["share"] for row in rows)
    base = alt.Chart(inline_data(rows)).encode(
        y=alt.Y(
            "segment:N",
            sort=names,
            title=None,
            axis=alt.Axis(
                grid=False,
                labelFontSize=13,
                labelColor=INK,
                labelFontWeight=600,
                labelLimit=240,
            ),
            scale=alt.Scale(paddingInner=0.35),
        ),
        yOffset=alt.YOffset("measure:N", sort=["customers", "spend"]),
        x=alt.X(
            "share:Q",
            title=None,
            axis=None,
            scale=alt.Scale(domain=[0, largest * 1.28]),
        ),
        tooltip=[
            alt.Tooltip("segment:N", title="Segment"),
            alt.Tooltip("label:N", title="Share"),
        ],
    )
    bars = base.mark_bar().encode(
        color=alt.Color(
            "segment_id:N",
            scale=alt.Scale(domain=ids, range=[colours[key] for key in ids]),
            legend=None,
        ),
        opacity=alt.condition(
            "datum.measure == 'customers'", alt.value(0.45), alt.value(1)
        ),
    )
    labels = base.mark_text(
        align="left",
        baseline="middle",
        dx=6,
        text=alt.expr(f"width < {NARROW} ? datum.short_label : datum.label"),
    )
    return finish_chart(bars + labels, description, 66 * len(names))


def _in_two_lines(name: str) -> list[str]:
    """Part a name into two lines of about the same length.

    Examples
    --------
    >>> _in_two_lines("Night-time weekend watchers"), _in_two_lines("Loyal")
    (['Night-time', 'weekend watchers'], ['Loyal'])
    """
    words = name.split(" ")
    cuts = [
        [" ".join(words[:cut]), " ".join(words[cut:])] for cut in range(1, len(words))
    ]
    return min(cuts, key=lambda lines: max(map(len, lines)), default=[name])


def draw_tiles(
    tiles: Sequence[Row],
    columns: Sequence[str],
    scale: Mapping[float, str],
    description: str,
) -> dict[str, Any]:
    """Draw rows of tiles, the name of each row above it.

    Parameters
    ----------
    tiles : sequence of dict
        `row` (its name), `column`, `level` (what the colour says), `label` (what stands
        in it, where there is room with a second line) and `beside` (the rest).
    columns : sequence of str
        Columns from left to right.
    scale : mapping of float to str
        Colours at levels, from low to high; between them they are mixed.
    description : str
        The drawing in words.
    """
    rows = list(dict.fromkeys(tile["row"] for tile in tiles))
    letters = sum(len(column) for column in columns)
    narrow = f"width < {max(NARROW, 8 * letters)}"
    is_long = 8 * letters > NARROW
    two_lines = json.dumps({column: _in_two_lines(column) for column in columns})
    extra = 16 if any("\n" in tile["label"] for tile in tiles) else 0
    # Beside its tiles the name of a row would leave no room on a phone.
    base = alt.Chart(inline_data(tiles)).encode(
        y=alt.Y("row:N", sort=rows, axis=None, scale=alt.Scale(paddingInner=0.0)),
        x=alt.X(
            "column:N",
            sort=list(columns),
            title=None,
            scale=alt.Scale(domain=list(columns)),
            axis=alt.Axis(
                orient="top",
                grid=False,
                labelAngle=0,
                labelColor=INK,
                labelFontWeight=600,
                # On a phone, or where names are long, they take two lines.
                labelExpr=f"{narrow} ? {two_lines}[datum.label] : datum.label",
                labelFontSize=alt.expr(f"width < {NARROW} ? 10 : 13"),
                labelPadding=16 if is_long else 2,
                minExtent=44 if is_long else 0,
                labelLimit=0,
            ),
        ),
        tooltip=[
            alt.Tooltip("row:N", title="Row"),
            alt.Tooltip("column:N", title="Column"),
            alt.Tooltip("label:N", title="Value"),
            alt.Tooltip("beside:N", title="Beside it"),
        ],
    )
    colour = alt.Color(
        "level:Q",
        scale=alt.Scale(
            domain=list(scale),
            range=list(scale.values()),
            interpolate="rgb",
            clamp=True,
        ),
        legend=None,
    )
    shapes = base.mark_rect(
        cornerRadius=3, stroke="#ffffff", strokeWidth=3, height=30 + extra, yOffset=10
    ).encode(color=colour)
    lines = "split(datum.label, '\\n')"
    values = base.mark_text(
        dy=alt.expr(f"width < {NARROW} ? 10 : {10 - extra // 2}"),
        fontSize=alt.expr(f"width < {NARROW} ? 10 : 12"),
        text=alt.expr(f"width < {NARROW} ? {lines}[0] : {lines}"),
    )
    names = (
        alt.Chart(inline_data([{"row": row} for row in rows]))
        .mark_text(align="left", dy=-14 - extra // 2, color=QUIET_INK, limit=900)
        .encode(y=alt.Y("row:N", sort=rows), x=alt.value(2), text="row:N")
    )
    return finish_chart(shapes + values + names, description, (56 + extra) * len(rows))


def draw_points(
    points: Sequence[Row], colours: dict[str, str], description: str
) -> dict[str, Any]:
    """Draw customers as points (`segment`, `x`, `y`); a name stands at its middle."""
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    axis = alt.Axis(labels=False)
    base = alt.Chart(inline_data(points)).encode(
        x=alt.X("x:Q", title="First direction", axis=axis),
        y=alt.Y("y:Q", title="Second direction", axis=axis),
        color=alt.Color("segment:N", scale=scale, legend=alt.Legend(columns=3)),
    )
    middles = base.encode(
        x="median(x):Q", y="median(y):Q", detail="segment:N", text="segment:N"
    )
    # On a phone the names would cover each other: there the legend is enough.
    shown = alt.expr(f"width < {NARROW} ? 0 : 1")
    halo = middles.mark_text(
        dy=-12, fontWeight=600, stroke="#ffffff", strokeWidth=5, opacity=shown
    )
    names = middles.mark_text(dy=-12, fontWeight=600, opacity=shown)
    return finish_chart(
        base.mark_circle(size=16, opacity=0.55)
        + halo.encode(color=alt.value("#ffffff"))
        + names.encode(color=alt.value(INK)),
        description,
        380,
    )
