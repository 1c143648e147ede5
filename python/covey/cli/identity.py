"""Find a customer by whatever id a person has at hand."""

from __future__ import annotations

import re
from dataclasses import replace

from covey.cli.context import Published
from covey.cli.exits import NOT_FOUND, CommandError
from covey.privacy.pseudonyms import MissingKeyError, pseudonym, read_key
from covey.warehouse import Row, fetch

_CUSTOMER = "from dim_customers where customer_id = ?"
_LINK = (
    "select customer_id from dim_customer_links "
    "where source_customer_id = ? and source = ?"
)
_PSEUDONYM = re.compile("[0-9a-f]{32}")


def find_customer(published: Published, customer: str) -> Row:
    """Find a customer by pseudonym or by a source's own id.

    Raises
    ------
    CommandError
        If nobody fits, or the business's key is needed and missing.
    """
    connection = published.connection
    sources = [each for each in published.version["sources"].split(",") if each]
    if _PSEUDONYM.fullmatch(customer):
        found = fetch(connection, _CUSTOMER, [customer])
        if found:
            return found[0]
    is_demo = {"is_demo": published.version["is_demo"]}
    try:
        key = read_key(replace(published.settings, vars=is_demo))
    except MissingKeyError as error:
        raise CommandError(
            f"no customer has the customer_id {customer!r}; to look for a source's own "
            f"id, set COVEY_KEY to the key of business {published.settings.business!r}",
            NOT_FOUND,
        ) from error
    for source in sources:
        source_id = pseudonym(key, source, customer)
        for link in fetch(connection, _LINK, [source_id, source]):
            return fetch(connection, _CUSTOMER, [link["customer_id"]])[0]
    raise CommandError(
        f"no customer {customer!r} in business {published.settings.business!r}: "
        f"give an id of {' or '.join(sources) or 'its source'}, or a customer_id",
        NOT_FOUND,
    )
