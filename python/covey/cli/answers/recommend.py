"""What to offer a customer, or somebody who is not in the warehouse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from covey.cli.answers.customers import customer_heading
from covey.cli.answers.identity import find_customer
from covey.cli.answers.visitor import offers_for, read_history
from covey.cli.context import Published, heading, open_current
from covey.cli.exits import NOT_FOUND, USAGE, CommandError
from covey.cli.output import AsCsv, AsJson, show
from covey.cli.tables import table
from covey.warehouse import Row, fetch
from covey.words.vocabulary import say_list_name
from covey.words.wording import say_item, say_list

_BECAUSE = {
    "own_frequency": "bought often before",
    "segment_popularity": "popular in the same segment",
    "popularity": "popular with everybody",
    "catalogue": "not bought by anybody lately",
    "content": "like what was bought",
}
_MOVED = {
    "pin": "pinned",
    "exclude": "up, by exclusion",
    "cap": "up, by category limit",
    "price_band": "up, by price band",
    "in_stock": "up, by stock",
}


def recommend(
    context: typer.Context,
    customer: Annotated[
        str | None,
        typer.Argument(
            help="The id that the source uses, or covey's own customer_id.",
            show_default=False,
        ),
    ] = None,
    history: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ITEM,ITEM",
            help="In place of a customer, what a visitor bought: ids or names.",
            show_default=False,
        ),
    ] = None,
    list_name: Annotated[
        str | None,
        typer.Option(
            "--list",
            metavar="NAME",
            help="One list only: new_for_you or buy_again.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List what to offer a customer or a visitor: new things and usual ones."""
    if customer is not None and history:
        raise CommandError("name a customer or a --history, not both", USAGE)
    if customer is None and not history:
        raise CommandError("name a customer, or a visitor's --history", USAGE)
    published = open_current(context)
    if history:
        items = read_history(published, history)
        offers = offers_for(published, items)
        document: Row = {"history": items}
        title = heading(published, f"a visitor with {_say_items(items)}")
    else:
        row = find_customer(published, str(customer))
        offers = _offers(published, row["customer_id"])
        document = {"customer_id": row["customer_id"]}
        title = customer_heading(published, str(customer), row)
    if list_name is not None:
        offers = _of_list(published, offers, list_name)
    verb = "bought" if published.has_orders else "chose"

    def lines() -> Iterator[str]:
        yield title
        if not offers:
            yield f"  {_say_nothing(list_name, bool(history))}"
        for name in dict.fromkeys(offer["list_name"] for offer in offers):
            yield ""
            yield say_list_name(name)
            yield from _table([row for row in offers if row["list_name"] == name], verb)

    show(as_json, as_csv, {**document, "recommendations": offers}, offers, lines)


def _offers(published: Published, customer_id: str) -> list[Row]:
    return fetch(
        published.connection,
        "from fct_recommendations where customer_id = ? "
        "order by list_name desc, rank, item_id",
        [customer_id],
    )


def _of_list(published: Published, offers: list[Row], list_name: str) -> list[Row]:
    found = [row for row in offers if row["list_name"] == list_name]
    if found:
        return found
    known = fetch(
        published.connection,
        "select distinct list_name from fct_recommendations order by list_name",
    )
    names = [row["list_name"] for row in known]
    if list_name not in names:
        raise CommandError(
            f"no list {list_name!r}: there are {say_list(names)}", NOT_FOUND
        )
    return []


def _say_nothing(list_name: str | None, is_visitor: bool) -> str:
    if is_visitor and list_name is not None:
        return f"A visitor has no list {list_name!r}: it needs a customer's own habits."
    return "Nothing to offer was published for them."


def _table(offers: Sequence[Row], verb: str) -> Iterator[str]:
    are_moved = any(row.get("moved_by") for row in offers)
    yield from table(
        [">", "Item", "Why", *(["Rule"] if are_moved else [])],
        [
            [
                str(row["rank"]),
                say_item(row["item_name"]),
                _because(row, verb),
                *([_MOVED.get(row["moved_by"], "")] if are_moved else []),
            ]
            for row in offers
        ],
    )


def _because(offer: Row, verb: str) -> str:
    is_about_another = offer["because_item_id"] != offer["item_id"]
    if offer["because_item_name"] and is_about_another:
        name = say_item(offer["because_item_name"])
        return f"{'like' if offer['method'] == 'content' else verb} {name}"
    return _BECAUSE.get(offer["method"], (offer["method"] or "").replace("_", " "))


def _say_items(items: Sequence[Row]) -> str:
    return say_list([say_item(row["item_name"]) for row in items])
