"""Drawings of scores: reliability, lift, reasons and what contacting earns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from covey.reports.charts.palette import (
    ACCENT,
    GOOD,
    INK,
    OURS,
    QUIET_INK,
    SIMPLE_RULE,
    finish_chart,
    inline_data,
)
from covey.warehouse import Row


def draw_reliability(rows: Sequence[Row], description: str) -> dict[str, Any]:
    """Draw what happened over what was predicted, one point a tenth of customers.

    Parameters
    ----------
    rows : sequence of dict
        `decile`, `predicted` and `observed` (rates from 0 to 1), `customers` (text).
    description : str
        The drawing in words.
    """
    largest = max(max(row["predicted"], row["observed"]) for row in rows) * 1.08
    largest = min(1.0, largest or 1.0)
    scale = alt.Scale(domain=[0, largest], nice=False)
    axis = alt.Axis(format=".0%", tickCount=5)
    diagonal = (
        alt.Chart(inline_data([{"x": 0.0, "y": 0.0}, {"x": largest, "y": largest}]))
        .mark_line(strokeDash=[5, 4], color=SIMPLE_RULE, strokeWidth=1.5)
        .encode(x=alt.X("x:Q", scale=scale), y=alt.Y("y:Q", scale=scale))
    )
    base = alt.Chart(inline_data(rows)).encode(
        x=alt.X("predicted:Q", title="Predicted chance", scale=scale, axis=axis),
        y=alt.Y("observed:Q", title="Really happened", scale=scale, axis=axis),
        tooltip=[
            alt.Tooltip("decile:O", title="Tenth (10 is highest)"),
            alt.Tooltip("predicted:Q", title="Predicted", format=".1%"),
            alt.Tooltip("observed:Q", title="Happened", format=".1%"),
            alt.Tooltip("customers:N", title="Test rows"),
        ],
    )
    line = base.mark_line(color=OURS, strokeWidth=1.5, opacity=0.5)
    points = base.mark_circle(size=90, color=OURS, opacity=1)
    return finish_chart(diagonal + line + points, description, 290)


def draw_lift(rows: Sequence[Row], description: str) -> dict[str, Any]:
    """Draw, for each tenth by score, how often it happened beside the average.

    Parameters
    ----------
    rows : sequence of dict
        `decile`, `lift`, `label` (the lift as text) and `observed` (a rate).
    description : str
        The drawing in words.
    """
    base = alt.Chart(inline_data(rows)).encode(
        x=alt.X(
            "decile:O",
            title="Tenth of customers by score, 10 is highest",
            axis=alt.Axis(labelAngle=0, grid=False),
        ),
        y=alt.Y(
            "lift:Q",
            title="Times the average",
            axis=alt.Axis(tickCount=5),
            scale=alt.Scale(domain=[0, max(row["lift"] for row in rows) * 1.12]),
        ),
        tooltip=[
            alt.Tooltip("decile:O", title="Tenth"),
            alt.Tooltip("label:N", title="Times the average"),
            alt.Tooltip("observed:Q", title="Happened to", format=".1%"),
        ],
    )
    highest = max(row["decile"] for row in rows)
    bars = base.mark_bar().encode(
        color=alt.condition(
            f"datum.decile == {highest}", alt.value(ACCENT), alt.value("#b9d3e6")
        )
    )
    labels = base.mark_text(dy=-8, fontSize=11).encode(text="label:N")
    halo = base.mark_text(dy=-8, fontSize=11, stroke="#ffffff", strokeWidth=4).encode(
        text="label:N"
    )
    average = (
        alt.Chart(inline_data([{"average": 1.0}]))
        .mark_rule(color=INK, strokeDash=[5, 4], strokeWidth=1.2)
        .encode(y="average:Q")
    )
    return finish_chart(bars + average + halo + labels, description, 290)


def draw_labelled_bars(
    rows: Sequence[Row], colour: str, description: str
) -> dict[str, Any]:
    """Draw bars with their names above and values below, so that they fit a phone.

    Parameters
    ----------
    rows : sequence of dict
        In the order to show: `position`, `name`, `value` and `label` (the value as
        text); optionally `colour` for a bar of its own.
    colour : str
        Colour of the bars without their own.
    description : str
        The drawing in words.
    """
    coloured = [{"colour": colour, **row} for row in rows]
    largest = max(row["value"] for row in rows) or 1.0
    base = alt.Chart(inline_data(coloured)).encode(
        y=alt.Y("position:O", axis=None, scale=alt.Scale(paddingInner=0.0)),
        x=alt.X("value:Q", axis=None, scale=alt.Scale(domain=[0, largest], nice=False)),
        tooltip=[
            alt.Tooltip("name:N", title="What"),
            alt.Tooltip("label:N", title="How much"),
        ],
    )
    bars = base.mark_bar(height=10, yOffset=2).encode(
        color=alt.Color("colour:N", scale=None)
    )
    at_left = base.encode(x=alt.value(0))
    names = at_left.mark_text(align="left", dy=-13, limit=900).encode(text="name:N")
    labels = at_left.mark_text(
        align="left", dy=17, fontSize=11, color=QUIET_INK
    ).encode(text="label:N")
    return finish_chart(bars + names + labels, description, 58 * len(rows))


def draw_gain_curve(
    rows: Sequence[Row],
    mark: Row,
    titles: tuple[str, str],
    reach_format: str,
    description: str,
) -> dict[str, Any]:
    """Draw what acting on the first so many customers earns.

    Parameters
    ----------
    rows : sequence of dict
        `reach` (customers acted on, or their share) and `gain`, added up in order.
    mark : dict
        The point to mark, with the same names.
    titles : tuple of str
        What `reach` and `gain` are.
    reach_format : str
        How `reach` is written.
    description : str
        The drawing in words.
    """
    reach, gain = titles
    base = alt.Chart(inline_data(rows)).encode(
        x=alt.X(
            "reach:Q",
            title=reach,
            axis=alt.Axis(format=reach_format, grid=False, tickCount=6),
        ),
        y=alt.Y("gain:Q", title=gain, axis=alt.Axis(format=",.0f", tickCount=5)),
        tooltip=[
            alt.Tooltip("reach:Q", title=reach, format=reach_format),
            alt.Tooltip("gain:Q", title=gain, format=",.0f"),
        ],
    )
    zero = (
        alt.Chart(inline_data([{"zero": 0}]))
        .mark_rule(color=SIMPLE_RULE, strokeWidth=1)
        .encode(y="zero:Q")
    )
    line = base.mark_line(color=OURS, strokeWidth=2.5)
    marked = alt.Chart(inline_data([mark])).encode(x="reach:Q", y="gain:Q")
    point = marked.mark_circle(size=130, color=GOOD, opacity=1)
    return finish_chart(zero + line + point, description, 270)


def title_money(title: str, currency_code: str) -> str:
    """Name an axis of money with its currency.

    Examples
    --------
    >>> title_money("Gain", "USD"), title_money("Gain", "XXX")
    ('Gain, USD', 'Gain')
    """
    unit = "" if currency_code == "XXX" else currency_code
    return f"{title}, {unit}".rstrip(", ")


def draw_cut_offs(
    rows: Sequence[Row], names: tuple[str, str], title: str, description: str
) -> dict[str, Any]:
    """Draw a measure beside the simple rule's at each test cut-off, with its error.

    Parameters
    ----------
    rows : sequence of dict
        One row per cut-off and side: `cut_off` (text, in order), `side`, `value`,
        `low`, `high` (None for the simple rule) and `label`.
    names : tuple of str
        Ours and the simple rule's, as they stand in `side`.
    title : str
        Title of the measure's axis.
    description : str
        The drawing in words.
    """
    base = alt.Chart(inline_data(rows)).encode(
        x=alt.X(
            "cut_off:N",
            sort=list(dict.fromkeys(row["cut_off"] for row in rows)),
            title="Test period that starts on",
            axis=alt.Axis(labelAngle=0, grid=False),
            scale=alt.Scale(padding=0.4),
        ),
        xOffset=alt.XOffset("side:N", sort=list(names)),
        color=alt.Color(
            "side:N",
            sort=list(names),
            scale=alt.Scale(domain=list(names), range=[OURS, SIMPLE_RULE]),
            legend=alt.Legend(),
        ),
        tooltip=[
            alt.Tooltip("side:N", title="What"),
            alt.Tooltip("cut_off:N", title="From"),
            alt.Tooltip("label:N", title=title),
        ],
    )
    bars = base.mark_rule(strokeWidth=2).encode(
        y=alt.Y(
            "low:Q",
            title=title,
            scale=alt.Scale(zero=False, padding=14),
            axis=alt.Axis(tickCount=5),
        ),
        y2="high:Q",
    )
    points = base.mark_point(size=110, filled=True, opacity=1).encode(
        y="value:Q",
        shape=alt.Shape(
            "side:N",
            sort=list(names),
            scale=alt.Scale(domain=list(names), range=["circle", "diamond"]),
        ),
    )
    labels = base.mark_text(align="left", dx=9, fontSize=11).encode(
        y="value:Q", text="label:N"
    )
    return finish_chart(bars + points + labels, description, 260)
