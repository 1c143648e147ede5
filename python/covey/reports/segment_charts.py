"""Drawings of segments: their shares, their behaviour and the RFM map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from covey.reports.content import Row
from covey.reports.palette import (
    BESIDE_SCALE,
    INK,
    NARROW,
    QUIET_INK,
    SPEND_SCALE,
    finish_chart,
    inline_data,
)


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
                grid=False, labelFontSize=13, labelColor=INK, labelFontWeight=600
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


def draw_behaviour_map(
    rows: Sequence[Row], names: Sequence[str], description: str
) -> dict[str, Any]:
    """Draw how each segment's behaviour differs from the average customer's.

    Parameters
    ----------
    rows : sequence of dict
        One row per segment and behaviour: `position` (of the behaviour),
        `segment`, `behaviour`, `level` (doublings beside the average, -2 to 2),
        `label` (the typical value) and `beside` (the ratio in words).
    names : sequence of str
        Segment names from left to right.
    description : str
        The drawing in words.
    """
    # The name of a behaviour stands above its row of tiles: beside them it would
    # leave no room on a phone.
    base = alt.Chart(inline_data(rows)).encode(
        y=alt.Y("position:O", axis=None, scale=alt.Scale(paddingInner=0.0)),
        x=alt.X(
            "segment:N",
            sort=list(names),
            title=None,
            axis=alt.Axis(
                orient="top",
                grid=False,
                labelAngle=0,
                labelColor=INK,
                labelFontWeight=600,
                labelFontSize=alt.expr(f"width < {NARROW} ? 10 : 13"),
                labelLimit=0,
            ),
        ),
        tooltip=[
            alt.Tooltip("segment:N", title="Segment"),
            alt.Tooltip("behaviour:N", title="Behaviour"),
            alt.Tooltip("label:N", title="Typical value"),
            alt.Tooltip("beside:N", title="Beside the average"),
        ],
    )
    tiles = base.mark_rect(
        cornerRadius=3, stroke="#ffffff", strokeWidth=3, height=30, yOffset=10
    ).encode(
        color=alt.Color(
            "level:Q",
            scale=alt.Scale(
                domain=[-2, 0, 2],
                range=list(BESIDE_SCALE),
                interpolate="rgb",
                clamp=True,
            ),
            legend=None,
        )
    )
    values = base.mark_text(dy=10, fontSize=alt.expr(f"width < {NARROW} ? 10 : 12"))
    behaviours = dict.fromkeys((row["position"], row["behaviour"]) for row in rows)
    titles = [
        {"position": position, "behaviour": behaviour}
        for position, behaviour in behaviours
    ]
    labels = (
        alt.Chart(inline_data(titles))
        .mark_text(align="left", dy=-14, color=QUIET_INK, limit=900)
        .encode(y=alt.Y("position:O"), x=alt.value(2), text="behaviour:N")
    )
    chart = tiles + values.encode(text="label:N") + labels
    return finish_chart(chart, description, 56 * len(titles))


def draw_rfm_map(rows: Sequence[Row], description: str) -> dict[str, Any]:
    """Draw customers by recency and frequency score.

    Parameters
    ----------
    rows : sequence of dict
        One row per pair of scores: `recency_score`, `frequency_score`, `group`
        (its name), `customers`, `spend` (both as text),
        `spend_per_customer` (0 where too few customers to say).
    description : str
        The drawing in words.
    """
    largest = max((row["spend_per_customer"] for row in rows), default=0.0)
    base = alt.Chart(inline_data(rows)).encode(
        x=alt.X(
            "recency_score:O",
            title="When they last bought: 1 long ago, 5 lately",
            scale=alt.Scale(domain=[1, 2, 3, 4, 5]),
            axis=alt.Axis(grid=False, labelAngle=0, labelFontSize=13),
        ),
        y=alt.Y(
            "frequency_score:O",
            title="How often: 1 rarely, 5 often",
            scale=alt.Scale(domain=[5, 4, 3, 2, 1]),
            axis=alt.Axis(grid=False, labelFontSize=13),
        ),
        tooltip=[
            alt.Tooltip("group:N", title="Group"),
            alt.Tooltip("customers:N", title="Customers"),
            alt.Tooltip("spend:N", title="Spend per customer, 90 days"),
        ],
    )
    tiles = base.mark_rect(cornerRadius=4, stroke="#ffffff", strokeWidth=4).encode(
        color=alt.Color(
            "spend_per_customer:Q",
            scale=alt.Scale(domain=[0, largest or 1.0], range=list(SPEND_SCALE)),
            legend=None,
        )
    )
    # Dark tiles need light letters.
    ink = alt.condition(
        f"datum.spend_per_customer > {0.62 * (largest or 1.0)}",
        alt.value("#ffffff"),
        alt.value(INK),
    )
    is_wide = f"width < {NARROW} ? 0 : 1"
    count = base.mark_text(
        dy=alt.expr(f"width < {NARROW} ? -7 : -20"), fontSize=15, fontWeight=600
    ).encode(text="customers:N", color=ink)
    spend = base.mark_text(
        dy=alt.expr(f"width < {NARROW} ? 11 : -2"),
        fontSize=alt.expr(f"width < {NARROW} ? 10 : 11"),
    ).encode(text="spend:N", color=ink)
    group = base.mark_text(dy=18, fontSize=11, opacity=alt.expr(is_wide)).encode(
        text="group:N", color=ink
    )
    return finish_chart(tiles + count + spend + group, description, 390)
