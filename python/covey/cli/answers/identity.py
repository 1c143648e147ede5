"""Find a customer by whatever id a person has at hand."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated

import typer

from covey.cli.context import Published
from covey.cli.exits import NOT_FOUND, USAGE, CommandError
from covey.privacy.pseudonyms import MissingKeyError, pseudonym, read_key
from covey.warehouse import Row, fetch

Customer = Annotated[
    str,
    typer.Argument(
        help="The id that the source uses, or covey's own customer_id.",
        show_default=False,
    ),
]

_CUSTOMER = "from dim_customers where customer_id = ?"
_LINK = "select customer_id from dim_customer_links where source_customer_id = ?"
_PSEUDONYM = re.compile("[0-9a-f]{32}")


def find_customer(published: Published, customer: str) -> Row:
    """Find a customer by pseudonym or by a source's own id, ``source:id`` if need be.

    A ``customer_id`` of an earlier version finds the person that its record is now.

    Raises
    ------
    CommandError
        If nobody fits, several sources mean different customers by the id, or the
        business's key is needed and missing.
    """
    if _PSEUDONYM.fullmatch(customer):
        found = fetch(published.connection, _CUSTOMER, [customer])
        found = found or _linked(published, customer)
        if found:
            return found[0]
    sources = [each for each in published.version["sources"].split(",") if each]
    source, colon, own_id = customer.partition(":")
    asked = [(each, customer) for each in sources]
    if colon and source in sources:
        asked.append((source, own_id))
    key = _key(published, customer)
    meant = {
        f"{each}:{text}": found[0]
        for each, text in asked
        if (found := _linked(published, pseudonym(key, each, text), each))
    }
    if len({row["customer_id"] for row in meant.values()}) > 1:
        raise CommandError(
            f"{customer!r} is another customer in each source: ask for "
            f"{' or '.join(meant)}",
            USAGE,
        )
    if meant:
        return next(iter(meant.values()))
    raise CommandError(
        f"no customer {customer!r} in business {published.settings.business!r}: "
        f"give an id of {' or '.join(sources) or 'its source'}, or a customer_id",
        NOT_FOUND,
    )


def _linked(published: Published, record: str, source: str | None = None) -> list[Row]:
    """Give the customer of a record, if there is one."""
    where = " and source = ?" if source else ""
    values = [record, source] if source else [record]
    for link in fetch(published.connection, _LINK + where, values):
        return fetch(published.connection, _CUSTOMER, [link["customer_id"]])
    return []


def _key(published: Published, customer: str) -> bytes:
    is_demo = {"is_demo": published.version["is_demo"]}
    try:
        return read_key(replace(published.settings, vars=is_demo))
    except MissingKeyError as error:
        raise CommandError(
            f"no customer has the customer_id {customer!r}; to look for a source's own "
            f"id, set COVEY_KEY to the key of business {published.settings.business!r}",
            NOT_FOUND,
        ) from error
