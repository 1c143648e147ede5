"""Questions about everybody: the segments, and which items go together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from covey.cli.answers.item_names import MOST_SHOWN, matching_items, say_matches
from covey.cli.context import heading, open_current
from covey.cli.output import AsCsv, AsJson, show
from covey.cli.tables import facts, table
from covey.warehouse import Row, fetch
from covey.words.wording import (
    say_count,
    say_item,
    say_money,
    say_percent,
    say_plural,
)


def segments(
    context: typer.Context,
    segment: Annotated[
        str | None,
        typer.Argument(help="Name or id of one segment.", show_default=False),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List the customer segments; with a name, the same as `covey segment`."""
    published = open_current(context)
    if segment is not None:
        from covey.cli.answers.segment import show_segment

        show_segment(published, segment, as_json, as_csv)
        return
    found = fetch(published.connection, "from dim_segments order by segment_rank")
    money = [">Spend in 90 days", ">Of all spend"] if published.has_orders else []

    def lines() -> Iterator[str]:
        yield heading(published, say_plural(len(found), "segment", "segments"))
        yield ""
        yield from table(
            ["Segment", ">Customers", ">Share", *money],
            [
                [
                    each["segment_name"],
                    say_count(each["customer_count"]),
                    say_percent(each["customer_share"]),
                    say_money(each["spend_amount_90d"], published.currency_code),
                    say_percent(each["spend_share"]),
                ][: 3 + len(money)]
                for each in found
            ],
        )
        yield ""
        if found and not money:
            yield "What they do"
            yield from facts(
                [
                    (each["segment_name"], each.get("profile_sentence") or "")
                    for each in found
                ]
            )
            yield ""
        yield "What to do"
        yield from facts(
            [(each["segment_name"], each["strategy"] or "") for each in found]
            or [("", "")]
        )

    show(as_json, as_csv, found, found, lines)


def similar(
    context: typer.Context,
    item: Annotated[
        str,
        typer.Argument(help="An item's id, or a part of its name.", show_default=False),
    ],
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List the items that the same people buy, or that are alike."""
    published = open_current(context)
    matches = matching_items(published, "fct_item_neighbours", item, " with neighbours")
    neighbours: list[Row] = []
    if len(matches) == 1:
        neighbours = fetch(
            published.connection,
            "from fct_item_neighbours where item_id = ? and similarity > 0 "
            f"order by neighbour_rank limit {MOST_SHOWN}",
            [matches[0]["item_id"]],
        )

    def lines() -> Iterator[str]:
        if neighbours:
            name = say_item(neighbours[0]["item_name"])
            if neighbours[0].get("method") == "content":
                yield f"By what is said of it, {name} is most like"
            else:
                verb = "buy" if published.has_orders else "choose"
                yield f"People who {verb} {name} also {verb}"
            yield ""
            yield from table(
                [">", "Item", "Id", ">Similarity"],
                [
                    [
                        str(row["neighbour_rank"]),
                        say_item(row["neighbour_item_name"]),
                        row["neighbour_item_id"],
                        f"{row['similarity']:.4f}",
                    ]
                    for row in neighbours
                ],
            )
        else:
            yield from say_matches(matches, item)

    document = {"matches": matches, "neighbours": neighbours}
    show(as_json, as_csv, document, neighbours or matches, lines)
