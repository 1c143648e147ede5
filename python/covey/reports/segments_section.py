"""Who the customers are: segments by size and revenue, and what is typical of each."""

from __future__ import annotations

import math
from collections.abc import Sequence

from covey.reports.content import (
    Block,
    Card,
    Cards,
    Cell,
    Chart,
    Column,
    Heading,
    Note,
    Row,
    Section,
    Table,
)
from covey.reports.feature_names import say_feature
from covey.reports.queries import ReportRows
from covey.reports.segment_charts import draw_behaviour_map, draw_segment_shares
from covey.reports.wording import (
    capitalise,
    say_count,
    say_item,
    say_list,
    say_money,
    say_percent,
    say_plural,
    say_times,
)

# Groups below this size say little and could point at single people.
SMALLEST_GROUP = 10
CATEGORIES_SHOWN = 3
DEMOGRAPHICS_SHOWN = 2


def build_segments_section(
    rows: ReportRows, colours: dict[str, str], currency_code: str
) -> Section:
    """Say who the customers are.

    Parameters
    ----------
    rows : ReportRows
        What was read; `segments` and `profiles` are used.
    colours : dict of str to str
        Colour by `segment_id`.
    currency_code : str
        Currency of the amounts.
    """
    segments = rows["segments"]
    if not segments:
        return Section(
            "segments",
            "Segments",
            "Who are my customers?",
            "There are no segments in this version.",
            (Note("Segments appear here once a build has fitted them.", "missing"),),
        )
    blocks: list[Block] = [_build_share_chart(segments, colours, currency_code)]
    blocks.append(Heading("What each segment is like, and what to do"))
    blocks.append(_build_cards(segments, rows["profiles"], colours))
    behaviours = [row for row in rows["profiles"] if row["aspect"] == "behaviour"]
    if behaviours:
        blocks.append(_build_behaviour_chart(segments, behaviours, currency_code))
    else:
        blocks.append(Note("No profile of the segments was published.", "missing"))
    return Section(
        "segments",
        "Segments",
        "Who are my customers?",
        _answer(segments),
        tuple(blocks),
    )


def _answer(segments: Sequence[Row]) -> str:
    biggest = max(segments, key=lambda row: row["spend_share"] or 0.0)
    answer = (
        f"“{biggest['segment_name']}” is "
        f"{say_percent(biggest['customer_share'])} of customers and brings "
        f"{say_percent(biggest['spend_share'])} of the spend"
    )
    small = [row for row in segments if row["segment_id"] != biggest["segment_id"]]
    smallest = min(small, key=lambda row: row["spend_share"] or 0.0, default=None)
    if smallest is None:
        return f"{answer}: it is the only segment."
    return (
        f"{answer}; “{smallest['segment_name']}” is "
        f"{say_percent(smallest['customer_share'])} and brings "
        f"{say_percent(smallest['spend_share'])}."
    )


def _build_share_chart(
    segments: Sequence[Row], colours: dict[str, str], currency_code: str
) -> Chart:
    points = []
    for segment in segments:
        for measure, share, words in (
            ("customers", segment["customer_share"], "of customers"),
            ("spend", segment["spend_share"], "of spend"),
        ):
            points.append(
                {
                    "segment": segment["segment_name"],
                    "segment_id": segment["segment_id"],
                    "measure": measure,
                    "share": share or 0.0,
                    "label": f"{say_percent(share)} {words}",
                    "short_label": say_percent(share),
                }
            )
    numbers = Table(
        "Size and spend of each segment, last 90 days",
        (
            Column("Segment"),
            Column("Customers", is_number=True),
            Column("Share of customers", is_number=True),
            Column("Spend", is_number=True),
            Column("Share of spend", is_number=True),
            Column("Spend per customer", is_number=True),
        ),
        tuple(
            (
                Cell(row["segment_name"], colour=colours[row["segment_id"]]),
                Cell(say_count(row["customer_count"])),
                Cell(say_percent(row["customer_share"])),
                Cell(say_money(row["spend_amount_90d"], currency_code)),
                Cell(say_percent(row["spend_share"])),
                Cell(_spend_per_customer(row, currency_code)),
            )
            for row in segments
        ),
    )
    description = "Share of customers (pale bar) and of the last 90 days' spend (full "
    description += "bar) by segment: " + "; ".join(
        f"{row['segment_name']} {say_percent(row['customer_share'])} of customers, "
        f"{say_percent(row['spend_share'])} of spend"
        for row in segments
    )
    return Chart(
        "segment-shares",
        "How many customers each segment has (pale) and what it brings (full colour)",
        description,
        draw_segment_shares(points, colours, description),
        numbers,
    )


def _spend_per_customer(segment: Row, currency_code: str) -> str:
    if not segment["customer_count"] or segment["spend_amount_90d"] is None:
        return "unknown"
    return say_money(
        segment["spend_amount_90d"] / segment["customer_count"], currency_code
    )


def _build_cards(
    segments: Sequence[Row], profiles: Sequence[Row], colours: dict[str, str]
) -> Cards:
    cards = []
    for segment in segments:
        own = [row for row in profiles if row["segment_id"] == segment["segment_id"]]
        lines = [
            ("What to do", segment["strategy"] or ""),
            ("Buys more than others", _say_favourites(own)),
            ("Who they are, where known", _say_demographics(own)),
        ]
        cards.append(
            Card(
                segment["segment_name"],
                f"{say_plural(segment['customer_count'], 'customer', 'customers')}. "
                f"{segment['description'] or ''}".strip(),
                tuple((label, text) for label, text in lines if text),
                colours[segment["segment_id"]],
            )
        )
    return Cards(tuple(cards))


def _say_favourites(profiles: Sequence[Row]) -> str:
    favourites = [
        f"{say_item(row['label'])} ({row['ratio']:.1f}×)"
        for row in _most_typical(profiles, "category")
    ]
    return say_list(favourites[:CATEGORIES_SHOWN])


def _say_demographics(profiles: Sequence[Row]) -> str:
    known = [
        f"{row['label']} ({say_percent(row['segment_value'])}, "
        f"overall {say_percent(row['overall_value'])})"
        for row in _most_typical(profiles, "demographic")
    ]
    return capitalise("; ".join(known[:DEMOGRAPHICS_SHOWN]))


def _most_typical(profiles: Sequence[Row], aspect: str) -> list[Row]:
    above = [
        row
        for row in profiles
        if row["aspect"] == aspect
        and (row["ratio"] or 0.0) > 1
        and (row["customer_count"] or 0) >= SMALLEST_GROUP
    ]
    return sorted(above, key=lambda row: (-row["ratio"], row["label"] or ""))


def _build_behaviour_chart(
    segments: Sequence[Row], behaviours: Sequence[Row], currency_code: str
) -> Chart:
    names = {row["segment_id"]: row["segment_name"] for row in segments}
    order = list(names)
    labels = _order_behaviours(behaviours)
    by_key = {(row["segment_id"], row["name"]): row for row in behaviours}
    points = []
    table_rows = []
    for position, (name, label) in enumerate(labels):
        cells = [Cell(label)]
        for segment_id in order:
            row = by_key.get((segment_id, name))
            if row is None or row["segment_value"] is None:
                cells.append(Cell("unknown"))
                continue
            ratio = row["ratio"] or 0.0
            text = say_behaviour(name, row["segment_value"], currency_code)
            points.append(
                {
                    "position": position,
                    "segment": names[segment_id],
                    "behaviour": label,
                    "level": max(-2.0, min(2.0, math.log2(max(ratio, 0.01)))),
                    "label": text,
                    "beside": f"{say_times(ratio)} the average",
                }
            )
            cells.append(Cell(text))
        table_rows.append(tuple(cells))
    description = (
        "Typical behaviour of each segment. Blue tiles lie above the average "
        "customer, sand tiles below. The numbers follow as a table."
    )
    return Chart(
        "segment-behaviour",
        "Typical behaviour: blue is above the average customer, sand below",
        description,
        draw_behaviour_map(points, [names[key] for key in order], description),
        Table(
            "Typical behaviour by segment",
            (Column("Behaviour"), *(Column(names[key], True) for key in order)),
            tuple(table_rows),
        ),
    )


def _order_behaviours(behaviours: Sequence[Row]) -> list[tuple[str, str]]:
    """Put first what sets the segments apart most."""
    ratios: dict[tuple[str, str], list[float]] = {}
    for row in behaviours:
        key = (row["name"], capitalise(row["label"] or say_feature(row["name"])))
        ratios.setdefault(key, []).append(row["ratio"] or 0.0)
    return sorted(
        ratios,
        key=lambda key: (round(min(ratios[key]) - max(ratios[key]), 6), key),
    )


def say_behaviour(name: str, value: float, currency_code: str) -> str:
    """Write a typical value in the unit that the feature's name carries.

    Examples
    --------
    >>> say_behaviour("spend_amount_90d", 1180.0, "USD")
    '$1,180'
    >>> say_behaviour("discount_rate_90d", 0.16, "USD")
    '16%'
    """
    if "_amount" in name:
        return say_money(value, currency_code)
    if "_rate" in name or "_share" in name:
        return say_percent(value)
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"
