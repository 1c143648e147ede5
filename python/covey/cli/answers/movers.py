"""Customers who changed segment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

import typer

from covey.cli.context import Published, heading, open_current, read_date
from covey.cli.exits import NOT_FOUND, USAGE, CommandError
from covey.cli.output import AsCsv, AsJson, show
from covey.cli.tables import table
from covey.warehouse import Row, fetch, open_two, table_names
from covey.words.wording import (
    say_count,
    say_money,
    say_plural,
    shorten_pseudonym,
)

_HISTORY = "fct_segment_memberships"
_WHY = {
    "customer_moved": "customer moved",
    "model_moved": "model moved",
    "both_moved": "both moved",
}
# A spell that ends on the day on which the next begins is a move; where none begins
# the customer left.
_CHANGES = f"""
with
changes as (
    select
        is_now.customer_id,
        was.segment_id as from_segment_id,
        was.segment_name as from_segment_name,
        is_now.segment_id as to_segment_id,
        is_now.segment_name as to_segment_name,
        is_now.valid_from as moved_on,
        is_now.reason
    from {_HISTORY} as is_now
    left join {_HISTORY} as was
        on is_now.customer_id = was.customer_id and is_now.valid_from = was.valid_to
    union all
    select
        was.customer_id,
        was.segment_id,
        was.segment_name,
        null,
        null,
        was.valid_to,
        'left'
    from {_HISTORY} as was
    left join {_HISTORY} as is_now
        on was.customer_id = is_now.customer_id and was.valid_to = is_now.valid_from
    where was.valid_to is not null and is_now.customer_id is null
),

moves as (
    select changes.*, customers.spend_amount_90d
    from changes
    left join dim_customers as customers
        on changes.customer_id = customers.customer_id
    where changes.moved_on >= coalesce(
        cast(? as date),
        (
            select max(moved_on) from changes
            where from_segment_id is not null and to_segment_id is not null
        )
    )
)
"""


def movers(
    context: typer.Context,
    from_segment: Annotated[
        str | None,
        typer.Option("--from", help="Who left this segment.", show_default=False),
    ] = None,
    to_segment: Annotated[
        str | None,
        typer.Option("--to", help="Who came to this segment.", show_default=False),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="Moves on this date or later; those of the last build with any, if "
            "left out.",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List the customers who changed segment, those who spend most first."""
    published = open_current(context)
    found = _moves(published, read_date(since) if since else None)
    for name in (from_segment, to_segment):
        _check_name(published, found, name)
    chosen = [
        row
        for row in found
        if _is_named(row, "from", from_segment) and _is_named(row, "to", to_segment)
    ]
    chosen.sort(key=lambda row: (-(row["spend_amount_90d"] or 0), row["customer_id"]))
    shown = chosen[:limit]
    money = sum(row["spend_amount_90d"] or 0 for row in chosen)

    def lines() -> Iterator[str]:
        currency = published.currency_code
        if not chosen:
            yield heading(published, "no moves")
            if not (found or since):
                yield "  Moves are known from the second published version on."
            return
        count = say_plural(len(chosen), "move", "moves")
        yield heading(published, f"{count}, with {say_money(money, currency)}")
        yield ""
        yield from table(
            ["Customer", "From", "To", "On", ">Spend", "Why"],
            [
                [
                    shorten_pseudonym(row["customer_id"]),
                    row["from_segment_name"],
                    row["to_segment_name"],
                    str(row["moved_on"]),
                    say_money(row["spend_amount_90d"], currency),
                    _WHY.get(row["reason"], "not told"),
                ]
                for row in shown
            ],
        )
        if len(chosen) > len(shown):
            yield f"and {say_count(len(chosen) - len(shown))} more: --limit"
        yield "--csv and --json give the whole ids"

    document = {"move_count": len(chosen), "spend_amount_90d": money, "moves": shown}
    show(as_json, as_csv, document, shown, lines)


def moves_of(published: Published, segment_id: str) -> list[Row]:
    """Count who came to a segment and left it on the last day with any move.

    Nothing in a version without a history.
    """
    if _HISTORY not in table_names(published.connection):
        return []
    sql = f"""{_CHANGES}
    select
        case when to_segment_id = ? then 'in' else 'out' end as direction,
        case when to_segment_id = ? then from_segment_name else to_segment_name end
            as segment_name,
        count(*) as customer_count,
        coalesce(sum(spend_amount_90d), 0) as spend_amount_90d
    from moves
    where to_segment_id = ? or from_segment_id = ?
    group by all
    order by direction, customer_count desc, segment_name
    """
    return fetch(published.connection, sql, [None, *[segment_id] * 4])


def _moves(published: Published, since: date | None) -> list[Row]:
    """Read the moves from the history, or by comparing with the version before."""
    if _HISTORY in table_names(published.connection):
        sql = (
            f"{_CHANGES} select customer_id, from_segment_name, to_segment_name, "
            "moved_on, reason, spend_amount_90d from moves "
            "where from_segment_id is not null and to_segment_id is not null"
        )
        return fetch(published.connection, sql, [since])
    if since is not None:
        raise CommandError(
            "--since needs a version with a history of memberships: build again", USAGE
        )
    from covey.publish import find_version
    from covey.published.version_diff import list_movers

    settings = published.settings
    paths = [find_version(settings, name).path for name in ("previous", "current")]
    with open_two(*paths) as connection:
        return list_movers(connection)


def _check_name(published: Published, found: list[Row], name: str | None) -> None:
    """Refuse a segment that is not there, and that nobody left or entered."""
    rows = fetch(
        published.connection,
        "select segment_name from dim_segments order by segment_rank",
    )
    known = [row["segment_name"] for row in rows]
    past = {row[f"{side}_segment_name"] for row in found for side in ("from", "to")}
    names = {each.casefold() for each in [*known, *past]}
    if name is not None and name.casefold() not in names:
        raise CommandError(
            f"no segment {name!r}: there are {', '.join(known)}", NOT_FOUND
        )


def _is_named(row: Row, side: str, name: str | None) -> bool:
    return name is None or name.casefold() == row[f"{side}_segment_name"].casefold()
