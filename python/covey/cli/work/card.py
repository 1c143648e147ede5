"""The input card: what became of the rows that landed, and of the money on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated

import typer

from covey.cli.context import load_settings
from covey.cli.output import AsCsv, AsJson, show
from covey.cli.tables import table
from covey.settings import DEFAULT_BUSINESS, Settings
from covey.warehouse import Row, fetch
from covey.words.wording import capitalise, say_count

_ENDS = ("accepted", "rejected", "duplicate")
_BALANCE = """
    select
        source, table_name,
        sum(input_rows)::bigint as input_rows,
        sum(accepted_rows)::bigint as accepted_rows,
        sum(rejected_rows)::bigint as rejected_rows,
        sum(duplicate_rows)::bigint as duplicate_rows,
        sum(input_amount) as input_amount,
        sum(accepted_amount) as accepted_amount,
        sum(rejected_amount) as rejected_amount,
        sum(duplicate_amount) as duplicate_amount
    from core_row_balance
    where len(?) = 0 or list_contains(?, load_id)
    group by all order by all
"""
_REASONS = """
    select
        reasons.source, reasons.table_name,
        case reasons.row_status when 'treated' then 'accepted' else reasons.row_status
        end as row_status,
        reasons.reason,
        coalesce(texts.explanation, reasons.reason) as explanation,
        sum(reasons.row_count)::bigint as row_count,
        sum(reasons.amount) as amount
    from core_load_reasons as reasons
    left join row_reasons as texts using (reason)
    where len(?) = 0 or list_contains(?, reasons.load_id)
    group by all order by row_count desc, reason
"""


def card(
    context: typer.Context, as_json: AsJson = False, as_csv: AsCsv = False
) -> None:
    """Show what became of all rows that landed, and of the money on them."""
    settings = load_settings(context)
    _show_card(settings, [], as_json, as_csv)


WithCard = Annotated[
    bool,
    typer.Option(
        "--card/--no-card", help="Judge the rows, and show what became of them."
    ),
]


def show_card_of(settings: Settings, source: str, load_ids: Sequence[str]) -> None:
    """Judge the rows that just landed, and show what became of them.

    The rows have landed whatever happens here: what goes wrong is said and no error.
    """
    from rich.console import Console

    from covey.cli.work.build_progress import BuildProgress
    from covey.publish.errors import PublishError
    from covey.publish.judging import judge

    if not load_ids or settings.business == DEFAULT_BUSINESS:
        return  # nothing new, or the sample, whose rows are in seeds/
    if source not in settings.vars.get("sources", {}):
        typer.echo(f"{settings.business!r} does not build on {source!r}: no input card")
        return
    console = Console(stderr=True, highlight=False)
    console.quiet = not console.is_terminal  # a log has no use for a line per model
    try:
        with BuildProgress(settings, console) as progress:
            judge(settings, progress.take)
        typer.echo("")
        _show_card(settings, load_ids)
    except PublishError as error:
        typer.echo(f"landed, without an input card: {error}", err=True)


def _show_card(
    settings: Settings,
    load_ids: Sequence[str],
    as_json: bool = False,
    as_csv: bool = False,
) -> None:
    from covey.publish.judging import open_judged

    with open_judged(settings) as connection:
        loads = list(load_ids)
        balance = fetch(connection, _BALANCE, [loads, loads])
        reasons = fetch(connection, _REASONS, [loads, loads])
    currency = str(settings.vars.get("currency_code", ""))
    show(
        as_json,
        as_csv,
        {"tables": balance, "reasons": reasons},
        reasons,
        lambda: _lines(settings.business, currency, balance, reasons),
    )


def _lines(
    business: str, currency: str, balance: list[Row], reasons: list[Row]
) -> Iterator[str]:
    yield f"{capitalise(business)}: what became of the rows that landed"
    for row in balance:
        name = f"{row['source']}.{row['table_name']}"
        mine = [
            each
            for each in reasons
            if (each["source"], each["table_name"])
            == (row["source"], row["table_name"])
        ]
        yield ""
        yield from table(
            [name, ">Rows", f">{currency or 'Money'}"], list(_rows(row, mine))
        )
    yield ""
    yield from _totals(currency, balance)


def _rows(row: Row, reasons: list[Row]) -> Iterator[list[str]]:
    yield ["in", say_count(row["input_rows"]), say_cents(row["input_amount"])]
    for end in _ENDS:
        count, amount = row[f"{end}_rows"], row[f"{end}_amount"]
        if count or end == "accepted":
            yield [f"  {end}", say_count(count), say_cents(amount)]
        for each in reasons:
            if each["row_status"] == end:
                yield [
                    f"    {each['explanation']}",
                    say_count(each["row_count"]),
                    say_cents(each["amount"]),
                ]


def _totals(currency: str, balance: list[Row]) -> Iterator[str]:
    def total(name: str) -> Decimal:
        return sum((row[f"{name}_amount"] or Decimal(0) for row in balance), Decimal(0))

    came, kept = total("input"), total("accepted")
    aside = total("rejected") + total("duplicate")
    yield (
        f"Money in {say_cents(came)} = kept {say_cents(kept)} "
        f"+ set aside {say_cents(aside)} {currency}".rstrip()
    )
    if came != kept + aside:
        yield f"They differ by {say_cents(came - kept - aside)}: covey lost track of it"


def say_cents(amount: Decimal | None) -> str:
    """Write an amount to the cent; nothing where there is no money.

    Examples
    --------
    >>> say_cents(Decimal("1234.5"))
    '1,234.50'
    """
    return "" if amount is None else f"{amount:,.2f}"
