"""Which item a person means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from covey.cli.context import Published
from covey.cli.exits import NOT_FOUND, CommandError
from covey.cli.tables import table
from covey.reports.wording import say_count, say_item, say_plural
from covey.warehouse import Row, fetch

MOST_SHOWN = 20


def matching_items(
    published: Published, relation: str, item: str, kind: str
) -> list[Row]:
    """Find items by id, by the source's id, by whole name, by a part of the name.

    Parameters
    ----------
    relation : str
        What has `item_id` and `item_name`: a table's name, or a query in brackets.
    kind : str
        What the items there are, for who asks for another one.

    Raises
    ------
    CommandError
        If there is none.
    """
    tests = (
        "item_id = ?",
        "ends_with(item_id, ':' || ?)",
        "lower(item_name) = lower(?)",
        "contains(lower(item_name), lower(?))",
    )
    for test in tests:
        found = fetch(
            published.connection,
            f"select distinct item_id, item_name from {relation} where {test} "
            "order by item_name, item_id",
            [item],
        )
        if found:
            return found
    raise CommandError(
        f"no item {kind} fits {item!r} in business "
        f"{published.settings.business!r}: give an id or a part of a name",
        NOT_FOUND,
    )


def say_matches(matches: Sequence[Row], item: str) -> Iterator[str]:
    """Ask to name one of several."""
    count = say_plural(len(matches), "item fits", "items fit")
    yield f"{count} {item!r}: name one"
    yield ""
    yield from table(
        ["Id", "Item"],
        [[row["item_id"], say_item(row["item_name"])] for row in matches[:MOST_SHOWN]],
    )
    if len(matches) > MOST_SHOWN:
        yield f"and {say_count(len(matches) - MOST_SHOWN)} more"
