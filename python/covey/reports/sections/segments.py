"""Who the customers are: segments by size and revenue, and what is typical of each."""

from __future__ import annotations

from collections.abc import Sequence

from covey.published.queries import ReportRows
from covey.reports.charts.segments import draw_segment_shares
from covey.reports.charts.tiles import BESIDE, Tile, build_tiles, level_beside
from covey.reports.content import (
    Block,
    Card,
    Cards,
    Cell,
    Chart,
    Column,
    Heading,
    Note,
    Section,
    Table,
)
from covey.reports.sections.segment_views import build_views
from covey.warehouse import Row
from covey.words.feature_names import say_feature
from covey.words.wording import (
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
LEAST_REACH = 0.1
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
    has_orders = any(row["buyer_count"] for row in rows["customers"])
    blocks: list[Block] = [
        _build_share_chart(segments, colours, currency_code, has_orders)
    ]
    blocks.append(Heading("What each segment is like, and what to do"))
    blocks.append(_build_cards(segments, rows["profiles"], colours, currency_code))
    # What nobody does has no ratio and tells nobody apart.
    behaviours = [
        row
        for row in rows["profiles"]
        if row["aspect"] == "behaviour" and row["ratio"] is not None
    ]
    if behaviours:
        blocks.append(_build_behaviour_chart(segments, behaviours, currency_code))
    else:
        blocks.append(Note("No profile of the segments was published.", "missing"))
    blocks.extend(build_views(rows, colours))
    return Section(
        "segments",
        "Segments",
        "Who are my customers?",
        _answer(segments, has_orders),
        tuple(blocks),
    )


def _answer(segments: Sequence[Row], has_orders: bool) -> str:
    if not has_orders:
        most = max(segments, key=lambda row: row["customer_count"])
        share = say_percent(most["customer_share"])
        return f"“{most['segment_name']}” is the largest segment: {share} of customers."
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
    segments: Sequence[Row],
    colours: dict[str, str],
    currency_code: str,
    has_orders: bool,
) -> Chart:
    measures = [("customers", "customer_share"), ("spend", "spend_share")]
    measures = measures if has_orders else measures[:1]
    points = [
        {
            "segment": segment["segment_name"],
            "segment_id": segment["segment_id"],
            "measure": measure,
            "share": segment[share] or 0.0,
            "label": f"{say_percent(segment[share])} of {measure}",
            "short_label": say_percent(segment[share]),
        }
        for segment in segments
        for measure, share in measures
    ]
    heads = ("Customers", "Share", "Spend", "Share of spend", "Spend per customer")
    width = len(heads) if has_orders else 2
    numbers = Table(
        "Size and spend of each segment, last 90 days"
        if has_orders
        else "Size of each segment",
        (Column("Segment"), *(Column(head, is_number=True) for head in heads[:width])),
        tuple(
            (
                Cell(row["segment_name"], colour=colours[row["segment_id"]]),
                Cell(say_count(row["customer_count"])),
                Cell(say_percent(row["customer_share"])),
                Cell(say_money(row["spend_amount_90d"], currency_code)),
                Cell(say_percent(row["spend_share"])),
                Cell(_spend_per_customer(row, currency_code)),
            )[: 1 + width]
            for row in segments
        ),
    )
    title, description = "How many customers each segment has", "Share of customers"
    if has_orders:
        title += " (pale) and what it brings (full colour)"
        description += " (pale bar) and of the last 90 days' spend (full bar)"
    description += " by segment: " + "; ".join(
        f"{point['segment']} {point['label']}" for point in points
    )
    return Chart(
        "segment-shares",
        title,
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
    segments: Sequence[Row],
    profiles: Sequence[Row],
    colours: dict[str, str],
    currency_code: str,
) -> Cards:
    cards = []
    for segment in segments:
        own = [
            row
            for row in profiles
            if row["segment_id"] == segment["segment_id"]
            and (row["customer_count"] or 0) >= SMALLEST_GROUP
        ]
        lines = [
            ("What sets them apart", segment.get("profile_sentence") or ""),
            ("What to do", segment["strategy"] or ""),
            ("Buy more of than others", _say_favourites(own, segment)),
            ("Who they are, where known", _say_demographics(own)),
            ("What came next", _say_next(own, currency_code)),
            ("Nearest segment", _say_nearest(own)),
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


def _say_favourites(profiles: Sequence[Row], segment: Row) -> str:
    # What a handful of many customers buy is no taste of theirs.
    least = LEAST_REACH * segment["customer_count"]
    favourites = [
        f"{say_item(row['label'])} ({row['ratio']:.1f}×)"
        for row in _most_typical(profiles, "category")
        if row["customer_count"] >= least
    ]
    return say_list(favourites[:CATEGORIES_SHOWN])


def _say_demographics(profiles: Sequence[Row]) -> str:
    known = [
        f"{row['label']} ({say_percent(row['segment_value'])}, "
        f"overall {say_percent(row['overall_value'])})"
        for row in _most_typical(profiles, "demographic")
    ]
    return capitalise("; ".join(known[:DEMOGRAPHICS_SHOWN]))


def _say_next(profiles: Sequence[Row], currency_code: str) -> str:
    """Say what those who were in the segment did in the days after."""
    said = []
    for row in profiles:
        if row["aspect"] == "next_period":
            here, everywhere = (
                say_behaviour(row["name"], row[side], currency_code)
                for side in ("segment_value", "overall_value")
            )
            said.append(f"{row['label']} {here} (overall {everywhere})")
    return capitalise("; ".join(sorted(said, reverse=True)))


def _say_nearest(profiles: Sequence[Row]) -> str:
    neighbours = [row for row in profiles if row["aspect"] == "neighbour"]
    nearest = min(neighbours, key=lambda row: row["segment_value"], default=None)
    return str(nearest["label"]) if nearest else ""


def _most_typical(profiles: Sequence[Row], aspect: str) -> list[Row]:
    above = [
        row for row in profiles if row["aspect"] == aspect and (row["ratio"] or 0.0) > 1
    ]
    return sorted(above, key=lambda row: (-row["ratio"], row["label"] or ""))


def _build_behaviour_chart(
    segments: Sequence[Row], behaviours: Sequence[Row], currency_code: str
) -> Chart:
    names = {row["segment_id"]: row["segment_name"] for row in segments}
    by_key = {(row["segment_id"], row["name"]): row for row in behaviours}
    tiles = [
        Tile(
            label,
            names[segment_id],
            level_beside(row["ratio"]),
            say_behaviour(name, row["segment_value"], currency_code),
            f"{say_times(row['ratio'] or 0.0)} the average",
        )
        for name, label in _order_behaviours(behaviours)
        for segment_id in names
        if (row := by_key.get((segment_id, name))) and row["segment_value"] is not None
    ]
    return build_tiles(
        "segment-behaviour",
        "Typical behaviour: blue is above the average customer, sand below",
        "Typical behaviour of each segment. Blue tiles lie above the average "
        "customer, sand tiles below. The numbers follow as a table.",
        "Behaviour",
        tiles,
        list(names.values()),
        BESIDE,
        "The deepest colours are four times the average and a quarter of it.",
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
