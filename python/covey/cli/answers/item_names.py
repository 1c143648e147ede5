"""Which item a person means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from covey.cli.context import Published
from covey.cli.exits import NOT_FOUND, USAGE, CommandError
from covey.cli.tables import table
from covey.warehouse import Row, fetch
from covey.words.wording import say_count, say_item, say_list, say_plural

MOST_SHOWN = 20
_MOST_NEAR = 3


def matching_items(
    published: Published, relation: str, item: str, kind: str
) -> list[Row]:
    """Find items by id, by the source's id, by whole name, by a part of the name.

    Parameters
    ----------
    relation : str
        What has `item_id` and `item_name`: a table's name, or a query in brackets.
    kind : str
        What the items there are, such as " with rules".

    Raises
    ------
    CommandError
        If there is none, naming what is spelled most like it.
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
    near = _near_names(published, relation, item)
    hint = f"nearest are {say_list(near)}" if near else "there are none at all"
    raise CommandError(
        f"no item{kind} fits {item!r} in business "
        f"{published.settings.business!r}: {hint}",
        NOT_FOUND,
    )


def only_item(published: Published, relation: str, item: str) -> Row:
    """Find the one item that a person means.

    Raises
    ------
    CommandError
        If there is none, naming what is spelled most like it, or if there are several.
    """
    found = matching_items(published, relation, item, "")
    if len(found) > 1:
        some = [f"{row['item_name']} ({row['item_id']})" for row in found[:_MOST_NEAR]]
        more = len(found) - len(some)
        some += [f"{say_count(more)} more"] if more else []
        raise CommandError(
            f"{len(found)} items fit {item!r}: give the id of one: {say_list(some)}",
            USAGE,
        )
    return found[0]


def _near_names(published: Published, relation: str, item: str) -> list[str]:
    rows = fetch(
        published.connection,
        f"select item_id, item_name from {relation} group by item_id, item_name "
        "order by jaro_winkler_similarity(lower(item_name), lower(?)) desc, "
        f"item_name, item_id limit {_MOST_NEAR}",
        [item],
    )
    return [f"{row['item_name']} ({row['item_id']})" for row in rows]


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
