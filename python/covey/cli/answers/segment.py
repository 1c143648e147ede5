"""One segment in full."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Annotated

import typer

from covey.cli.context import Published, heading, open_current
from covey.cli.exits import NOT_FOUND, CommandError
from covey.cli.output import AsCsv, AsJson, show
from covey.cli.tables import facts, table
from covey.warehouse import Row, fetch, table_names
from covey.words.wording import (
    capitalise,
    say_count,
    say_item,
    say_money,
    say_number,
    say_percent,
    say_plural,
    say_times,
)

_EXAMPLE_COUNT = 10
# What each kind of trait is called, how many are told, and whether it is a share.
_ASPECTS = {
    "behaviour": ("What they do", 20, False),
    "category": ("What they buy", 8, True),
    "demographic": ("Who they say they are", 8, True),
    "next_period": ("What they did next", 5, False),
    "next_segment": ("Where they were later", 5, True),
}
# A category that hardly anybody buys has a high ratio and says nothing.
_SMALLEST_SHARE = 0.005


def segment(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(help="Name or id of the segment.", show_default=False)
    ],
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Show one segment in full: size, money, traits, neighbours, who came and went."""
    show_segment(open_current(context), name, as_json, as_csv)


def find_segment(published: Published, name: str) -> Row:
    """Find a segment by its name or id.

    Raises
    ------
    CommandError
        If there is none.
    """
    known = fetch(published.connection, "from dim_segments order by segment_rank")
    for each in known:
        if name.casefold() in (
            each["segment_id"].casefold(),
            each["segment_name"].casefold(),
        ):
            return each
    names = ", ".join(each["segment_name"] for each in known)
    raise CommandError(f"no segment {name!r}: there are {names}", NOT_FOUND)


def show_segment(published: Published, name: str, as_json: bool, as_csv: bool) -> None:
    """Print one segment; CSV has its traits."""
    from covey.cli.answers.movers import moves_of

    chosen = find_segment(published, name)
    profile = fetch(
        published.connection,
        "from rpt_segment_profiles where segment_id = ? "
        "order by aspect, abs(ln(nullif(greatest(ratio, 0), 0))) desc nulls last, name",
        [chosen["segment_id"]],
    )
    items = _items(published, chosen)
    neighbours = _neighbours(published, chosen)
    moves = moves_of(published, chosen["segment_id"])
    examples = _examples(published, chosen)
    money = published.currency_code if published.has_orders else None

    def lines() -> Iterator[str]:
        yield heading(published, f"segment {chosen['segment_name']}")
        yield ""
        yield from facts(_about(chosen, money))
        for aspect in _ASPECTS:
            if aspect == "category" and items:
                yield ""
                yield from _item_table(items, "choose" if money is None else "buy")
            else:
                yield from _trait_table(aspect, profile, money)
        if neighbours:
            yield ""
            yield from table(
                ["Nearest segments", ">Distance"],
                [
                    [each["segment_name"], f"{each['distance']:.2f}"]
                    for each in neighbours
                ],
            )
        if moves:
            yield ""
            yield from _move_table(moves, money)
        yield ""
        yield from _example_table(examples, money)

    document = {
        **chosen,
        "profile": profile,
        "items": items,
        "neighbours": neighbours,
        "moves": moves,
        "examples": examples,
    }
    show(as_json, as_csv, document, profile, lines)


def _about(chosen: Row, money: str | None) -> list[tuple[str, str]]:
    count = chosen["customer_count"]
    spend = chosen["spend_amount_90d"]
    each = spend / count if count else 0
    pairs = [("Who", chosen["description"] or "")]
    if chosen.get("profile_sentence"):
        pairs.append(("What they do", chosen["profile_sentence"]))
    size = (
        "How many",
        f"{say_plural(count, 'customer', 'customers')}, "
        f"{say_percent(chosen['customer_share'])} of all",
    )
    pairs += [("What to do", chosen["strategy"] or ""), size]
    if money is not None:
        text = (
            f"{say_money(spend, money)}, {say_percent(chosen['spend_share'])} "
            f"of all; {say_money(each, money)} each"
        )
        pairs.append(("Spend in 90 days", text))
    return pairs


def _trait_table(aspect: str, profile: list[Row], money: str | None) -> Iterator[str]:
    """Set traits beside everybody's, those that differ most first."""
    title, most, is_share = _ASPECTS[aspect]

    def say(name: str, value: float | None) -> str:
        if is_share or re.search(r"_rate(_\d+d)?$", name):
            return say_percent(value)
        return (
            say_money(value, money)
            if money and "_amount" in name
            else say_number(value)
        )

    rows = [
        row
        for row in profile
        if row["aspect"] == aspect and (aspect != "category" or _is_common(row))
    ][:most]
    if rows:
        yield ""
        yield from table(
            [title, ">Here", ">Everybody", ">Ratio"],
            [
                [
                    capitalise(say_item(row["label"] or row["name"])),
                    say(row["name"], row["segment_value"]),
                    say(row["name"], row["overall_value"]),
                    say_times(row["ratio"]),
                ]
                for row in rows
            ],
        )


def _is_common(row: Row) -> bool:
    return bool(max(row["segment_value"], row["overall_value"]) >= _SMALLEST_SHARE)


def _items(published: Published, chosen: Row) -> list[Row]:
    """Give what the segment buys more than others, the surest difference first."""
    if "fct_segment_items" not in table_names(published.connection):
        return []
    return fetch(
        published.connection,
        "from fct_segment_items where segment_id = ? order by item_rank",
        [chosen["segment_id"]],
    )


def _item_table(items: list[Row], verb: str) -> Iterator[str]:
    yield from table(
        [f"What they {verb} more than others", ">Of them", ">Than others"],
        [
            [
                say_item(row["item_name"]),
                say_percent(row["customer_share"]),
                say_times(row["lift"]) if row["lift"] else "only they",
            ]
            for row in items[:_EXAMPLE_COUNT]
        ],
    )


def _neighbours(published: Published, chosen: Row) -> list[Row]:
    """Give the other segments by the distance between the centres."""
    centres = fetch(
        published.connection,
        "select segment_id, segment_name, feature, centre from dim_segment_centres",
    )
    own = {
        row["feature"]: row["centre"]
        for row in centres
        if row["segment_id"] == chosen["segment_id"]
    }
    squares: dict[tuple[str, str], float] = {}
    for row in centres:
        if own and row["segment_id"] != chosen["segment_id"]:
            key = row["segment_id"], row["segment_name"]
            gap = float(row["centre"]) - float(own[row["feature"]])
            squares[key] = squares.get(key, 0.0) + gap**2
    return [
        {"segment_id": key[0], "segment_name": key[1], "distance": math.sqrt(square)}
        for key, square in sorted(squares.items(), key=lambda item: item[1])
    ]


def _examples(published: Published, chosen: Row) -> list[Row]:
    """Give the customers who are furthest from any other segment."""
    return fetch(
        published.connection,
        "select customer_id, segment_confidence, days_since_last_order, "
        "order_count_90d, spend_amount_90d from dim_customers where segment_id = ? "
        f"order by segment_confidence desc nulls last, customer_id "
        f"limit {_EXAMPLE_COUNT}",
        [chosen["segment_id"]],
    )


def _move_table(moves: list[Row], money: str | None) -> Iterator[str]:
    headers = ["Came and went", "Segment", ">Customers", ">Spend in 90 days"]
    width = len(headers) - (money is None)
    yield from table(
        headers[:width],
        [
            [
                "came from" if row["direction"] == "in" else "went to",
                row["segment_name"] or "nowhere",
                say_count(row["customer_count"]),
                say_money(row["spend_amount_90d"], money or ""),
            ][:width]
            for row in moves
        ],
    )


def _example_table(examples: list[Row], money: str | None) -> Iterator[str]:
    headers = ["Typical customers", ">Sure", ">Last order", ">Orders", ">Spend"]
    width = len(headers) if money is not None else 2
    yield from table(
        headers[:width],
        [
            [
                row["customer_id"],
                say_percent(row["segment_confidence"]),
                say_plural(row["days_since_last_order"] or 0, "day", "days"),
                say_count(row["order_count_90d"]),
                say_money(row["spend_amount_90d"], money or ""),
            ][:width]
            for row in examples
        ],
    )
