"""Questions about everybody: the segments, and which items go together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from covey.cli.context import Published, heading, open_current
from covey.cli.exits import NOT_FOUND, CommandError
from covey.cli.output import AsCsv, AsJson, show
from covey.cli.tables import facts, table
from covey.reports.wording import (
    say_count,
    say_item,
    say_money,
    say_percent,
    say_plural,
)
from covey.warehouse import Row, fetch

_MOST_MATCHES = 20


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
        from covey.cli.segment import show_segment

        show_segment(published, segment, as_json, as_csv)
        return
    found = fetch(published.connection, "from dim_segments order by segment_rank")

    def lines() -> Iterator[str]:
        yield heading(published, say_plural(len(found), "segment", "segments"))
        yield ""
        yield from table(
            ["Segment", ">Customers", ">Share", ">Spend in 90 days", ">Of all spend"],
            [
                [
                    each["segment_name"],
                    say_count(each["customer_count"]),
                    say_percent(each["customer_share"]),
                    say_money(each["spend_amount_90d"], published.currency_code),
                    say_percent(each["spend_share"]),
                ]
                for each in found
            ],
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
    matches = _matching_items(published, item)
    neighbours: list[Row] = []
    if len(matches) == 1:
        neighbours = fetch(
            published.connection,
            "from fct_item_neighbours where item_id = ? order by neighbour_rank",
            [matches[0]["item_id"]],
        )

    def lines() -> Iterator[str]:
        if neighbours:
            name = say_item(neighbours[0]["item_name"])
            if neighbours[0].get("method") == "content":
                yield f"By what is said of it, {name} is most like"
            else:
                yield f"People who buy {name} also buy"
            yield ""
            yield from table(
                [">", "Item", "Id", ">Similarity"],
                [
                    [
                        str(row["neighbour_rank"]),
                        say_item(row["neighbour_item_name"]),
                        row["neighbour_item_id"],
                        f"{row['similarity']:.3f}",
                    ]
                    for row in neighbours[:_MOST_MATCHES]
                ],
            )
        else:
            count = say_plural(len(matches), "item fits", "items fit")
            yield f"{count} {item!r}: name one"
            yield ""
            yield from table(
                ["Id", "Item"],
                [
                    [row["item_id"], say_item(row["item_name"])]
                    for row in matches[:_MOST_MATCHES]
                ],
            )
            if len(matches) > _MOST_MATCHES:
                yield f"and {say_count(len(matches) - _MOST_MATCHES)} more"

    document = {"matches": matches, "neighbours": neighbours}
    show(as_json, as_csv, document, neighbours or matches, lines)


def _matching_items(published: Published, item: str) -> list[Row]:
    """Find items by id, by the source's id, by whole name, by a part of the name."""
    tests = (
        "item_id = ?",
        "ends_with(item_id, ':' || ?)",
        "lower(item_name) = lower(?)",
        "contains(lower(item_name), lower(?))",
    )
    for test in tests:
        found = fetch(
            published.connection,
            f"select distinct item_id, item_name from fct_item_neighbours where {test} "
            "order by item_name, item_id",
            [item],
        )
        if found:
            return found
    raise CommandError(
        f"no item with neighbours fits {item!r} in business "
        f"{published.settings.business!r}: give an id or a part of a name",
        NOT_FOUND,
    )
