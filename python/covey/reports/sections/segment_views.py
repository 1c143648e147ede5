"""Segments as a whole: where they lie, who moves between them, how steady they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from covey.published.queries import ReportRows
from covey.reports.charts.segments import draw_points
from covey.reports.charts.tiles import BESIDE, SHARES, Tile, build_tiles
from covey.reports.content import Block, Chart, Column, Table, cells
from covey.warehouse import Row
from covey.words.wording import (
    say_count,
    say_list,
    say_number,
    say_percent,
    say_plural,
    say_short_date,
)

SMALLEST_GROUP = 10
LEAST_OVERLAP = 0.75
REASONS = {"customer_moved": "The customer changed", "model_moved": "A new fit"}
# The protocol under which other numbers of segments were tried.
TRIED = "number_of_segments"
# Measures of steadiness by a part of their name.
MEASURES = {
    "jaccard": "What comes back of the worst segment",
    "rand": "How far two fits agree",
}


def build_views(rows: ReportRows, colours: dict[str, str]) -> list[Block]:
    """Build those pictures for which the version has figures.

    Parameters
    ----------
    rows : ReportRows
        What was read; what is not there is left out.
    colours : dict of str to str
        Colour by `segment_id`.
    """
    segments = rows["segments"]
    return [
        *_build_map(segments, rows["points"], rows["components"], colours),
        *_build_next(segments, rows["profiles"]),
        *_build_moves(segments, rows["migrations"]),
        *build_steadiness(len(segments), rows["quality"]),
    ]


def _build_map(
    segments: Sequence[Row],
    points: Sequence[Row],
    components: Sequence[Row],
    colours: dict[str, str],
) -> list[Block]:
    shown = {row["segment_id"] for row in points}
    named = {
        row["segment_name"]: colours[row["segment_id"]]
        for row in segments
        if row["segment_id"] in shown
    }
    data = [
        {
            "segment": row["segment_name"],
            "x": row["component_1"],
            "y": row["component_2"],
        }
        for row in points
        if row["segment_name"] in named
    ]
    if not data or not components:
        return []
    meaning = (
        f"Further to the right: {_say_direction(components, 1)}. "
        f"Further up: {_say_direction(components, 2)}."
    )
    description = (
        f"{say_plural(len(data), 'customer', 'customers')} as points, coloured"
    )
    description += f" by segment. {meaning}"
    return [
        Chart(
            "segment-map",
            "Where the segments lie: each point is a customer, near ones behave alike",
            description,
            draw_points(data, named, description),
            subtitle=meaning,
        )
    ]


def _say_direction(components: Sequence[Row], component: int) -> str:
    own = [row for row in components if row["component"] == component]
    told = [row for row in own if abs(row["loading"]) >= 0.3]
    if not told:
        return "nothing more to tell apart"
    more = say_list([row["label"] for row in told if row["loading"] > 0])
    less = say_list([row["label"] for row in told if row["loading"] < 0])
    share = say_percent(own[0]["explained_share"])
    words = f"more {more}{', less of ' if less else ''}{less}"
    return f"{words} ({share} of what tells customers apart)"


def _build_next(segments: Sequence[Row], profiles: Sequence[Row]) -> list[Block]:
    names = {row["segment_id"]: row["segment_name"] for row in segments}
    shares = {
        (row["segment_id"], row["name"]): row
        for row in profiles
        if row["aspect"] == "next_segment" and row["customer_count"] >= SMALLEST_GROUP
    }
    tiles = [
        Tile(
            f"Were {names[before]}",
            names[after],
            row["segment_value"],
            say_percent(row["segment_value"]),
            say_plural(row["customer_count"], "customer", "customers"),
        )
        for before in names
        for after in names
        if (row := shares.get((before, after)))
    ]
    if not tiles:
        return []
    stayed = [
        f"{tile.column} {tile.label}"
        for tile in tiles
        if tile.row == f"Were {tile.column}"
    ]
    return [
        build_tiles(
            "segment-next",
            "Where those who were in a segment two or three months ago are now",
            f"Still in the same segment: {'; '.join(stayed) or 'hardly anybody'}.",
            "Before",
            tiles,
            list(names.values()),
            SHARES,
            "Both by the present segments. Moves of fewer than ten are left out.",
        )
    ]


def _build_moves(segments: Sequence[Row], migrations: Sequence[Row]) -> list[Block]:
    """Show a year of moves, if more than one version is known."""
    names = {row["segment_id"]: row["segment_name"] for row in segments}
    flows: Counter[tuple[str, str]] = Counter()
    reasons: Counter[tuple[str, str]] = Counter()
    for row in migrations:
        before, after, count = (
            row[name] for name in ("from_segment_id", "to_segment_id", "customer_count")
        )
        if before and after and before != after:
            flows[before, after] += count
            reasons[say_short_date(row["as_of_date"]), row["reason"]] += count
    flows = Counter({pair: n for pair, n in flows.items() if n >= SMALLEST_GROUP})
    if not flows:
        return []
    # A segment that is no more has no name on this page.
    gone = sorted({one for pair in flows for one in pair} - set(names))
    names |= {one: one.replace("_", " ") for one in gone}
    largest = max(flows.values())
    tiles = [
        Tile(f"From {names[before]}", names[after], count / largest, say_count(count))
        for before in names
        for after in names
        if (count := flows[before, after])
    ]
    most = max(tiles, key=lambda tile: tile.level)
    dates = list(dict.fromkeys(date for date, _ in reasons))
    return [
        build_tiles(
            "segment-flows",
            "Moves between segments over the year",
            f"Moves between segments at {len(dates)} dates. Most of them: "
            f"{most.row} to {most.column}, {most.label}.",
            "From",
            tiles,
            list(names.values()),
            SHARES,
            "Customers, as often as they moved, to the segment above the column; fewer "
            "than ten are left out.",
        ),
        Table(
            "Why they moved: the customer changed, or a new fit drew the segments anew",
            (Column("Date"), *(Column(text, True) for text in REASONS.values())),
            tuple(
                cells(date, *(say_count(reasons[date, one]) for one in REASONS))
                for date in dates
            ),
        ),
    ]


def build_steadiness(chosen: int, quality: Sequence[Row]) -> list[Block]:
    """Show how steady other numbers of segments would be, if they were tried."""
    found = {
        (measure, count): row["value"]
        for part, measure in MEASURES.items()
        for row in quality
        if row["task"] == "segments"
        and part in row["metric"]
        and row["split"].endswith("_mean")
        and row["value"] is not None
        and (count := _count_of(row))
    }
    counts = sorted({count for _, count in found})
    if len(counts) < 2:
        return []
    names = {n: f"{n} now" if n == chosen else str(n) for n in counts}
    tiles = [
        Tile(measure, names[n], 20 * (value - LEAST_OVERLAP), say_number(value))
        for measure in MEASURES.values()
        for n in counts
        if (value := found.get((measure, n))) is not None
    ]
    return [
        build_tiles(
            "segment-steadiness",
            "How steady the segments are, by how many there are",
            f"Steadiness of {say_list(list(names.values()))} segments, from 0 to 1: "
            + "; ".join(f"{one.column}: {one.row} {one.label}" for one in tiles),
            "Number of segments",
            tiles,
            list(names.values()),
            BESIDE,
            "Fitted again and again on customers drawn at random; 1 is the same each "
            f"time. The worst segment needs {LEAST_OVERLAP}; sand is below that.",
        )
    ]


def _count_of(row: Row) -> int | None:
    """Read of how many K-Means segments a figure speaks; none, if not by number."""
    if row.get("n_clusters") and row["model"].startswith("kmeans"):
        return int(row["n_clusters"]) if row["protocol"] == TRIED else None
    named = re.fullmatch(r"kmeans_k(\d+)", row["model"])
    return int(named.group(1)) if named else None
