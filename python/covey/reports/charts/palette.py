"""One look for every chart: colours, type and size.

The segment colours are Paul Tol's "muted" scheme
(https://personal.sron.nl/~pault/), which stays apart under the common forms of colour
blindness. A segment keeps its colour in every chart, table and card.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from covey.warehouse import Row

SEGMENT_COLOURS = (
    "#332288",
    "#44AA99",
    "#DDCC77",
    "#CC6677",
    "#88CCEE",
    "#882255",
    "#117733",
    "#999933",
    "#AA4499",
)
OURS = "#332288"
SIMPLE_RULE = "#8a8f98"
ACCENT = "#CC6677"
GOOD = "#44AA99"
INK = "#1f2430"
QUIET_INK = "#5b6270"
GRID = "#e6e8ec"
SPEND_SCALE = ("#eef3f8", "#b9d3e6", "#6ea6cd", "#3b6fa0")
# Below, at and above the average; not red and green, since more is not always good.
BESIDE_SCALE = ("#eccf9a", "#f3f4f6", "#9cc9dd")
ROW_STATUS_COLOURS = {
    "rejected": "#CC6677",
    "duplicate": "#DDCC77",
    "treated": "#88CCEE",
}
FONT = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
)
# Below this width, in pixels, a chart shortens its labels.
NARROW = 460

CONFIG: dict[str, Any] = {
    "font": FONT,
    "background": "transparent",
    "view": {"stroke": None},
    "axis": {
        "domain": False,
        "ticks": False,
        "gridColor": GRID,
        "labelColor": QUIET_INK,
        "labelFontSize": 12,
        "labelPadding": 6,
        "titleColor": QUIET_INK,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titlePadding": 10,
        "labelLimit": 150,
    },
    "legend": {
        "labelColor": INK,
        "labelFontSize": 12,
        "labelLimit": 260,
        "orient": "top",
        "symbolSize": 110,
        "symbolType": "circle",
        "title": None,
    },
    "text": {"color": INK, "fontSize": 12},
    "bar": {"cornerRadiusEnd": 2},
}


def choose_segment_colours(segments: Sequence[Row]) -> dict[str, str]:
    """Give each segment its colour, by rank.

    Parameters
    ----------
    segments : sequence of dict
        Rows of `dim_segments` in the order of their rank.

    Returns
    -------
    dict of str to str
        Colour by `segment_id`. With more segments than colours they repeat; names
        stand beside them everywhere.
    """
    return {
        segment["segment_id"]: SEGMENT_COLOURS[position % len(SEGMENT_COLOURS)]
        for position, segment in enumerate(segments)
    }


def finish_chart(
    chart: alt.Chart | alt.LayerChart, description: str, height: int
) -> dict[str, Any]:
    """Turn a chart into the Vega-Lite specification that the page draws.

    Parameters
    ----------
    chart : alt.Chart or alt.LayerChart
        A single view or layers; charts side by side cannot follow the page's width.
    description : str
        Read out by a screen reader in place of the drawing.
    height : int
        Height in pixels.

    Returns
    -------
    dict
        The specification. It takes the width of its place on the page.
    """
    spec = chart.properties(
        width="container", height=height, description=description
    ).to_dict()
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    spec["config"] = CONFIG
    return spec


def inline_data(rows: Sequence[Row]) -> alt.InlineData:
    """Put rows into the chart itself, so that nothing is fetched."""
    return alt.InlineData(values=list(rows))
