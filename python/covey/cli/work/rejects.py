"""Rows that were set aside: what they are, and a file to mend them in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from covey.cli.context import inside, load_settings
from covey.cli.exits import NOT_FOUND, USAGE, CommandError
from covey.cli.output import AsCsv, AsJson, show
from covey.cli.tables import table as lay_out
from covey.cli.work.card import say_cents
from covey.settings import Settings
from covey.warehouse import Row, fetch
from covey.words.wording import capitalise, say_count, say_plural

# Rows that wait for the cut-off, or that a rule of the business sets aside.
_NOT_TO_MEND = {"after_as_of_date", "cancelled", "test_order", "write_off"}
_ROWS = """
    select
        source, table_name, load_id, source_file, source_row,
        {reasons} as reject_reasons, amount, row_text
    from {relation}
    where
        (? = '' or table_name = ? or source || '.' || table_name = ?)
        and (? = '' or list_contains(string_split({reasons}, ','), ?))
    order by source, table_name, load_id desc, source_row
"""


def rejects(
    context: typer.Context,
    table: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Only this table: lines, or shop.lines.",
            show_default=False,
        ),
    ] = "",
    reason: Annotated[
        str,
        typer.Option(
            metavar="CODE", help="Only rows with this reason.", show_default=False
        ),
    ] = "",
    duplicates: Annotated[
        bool,
        typer.Option(
            "--duplicates", help="Duplicate rows instead.", show_default=False
        ),
    ] = False,
    limit: Annotated[
        int, typer.Option(min=0, help="How many rows to list; 0 for all.")
    ] = 20,
    export: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write CSV files to mend and land again, instead of a list.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List rows that were rejected, with reasons, file, line and text."""
    settings = load_settings(context)
    if export is not None and duplicates:
        raise CommandError("--export is for rejected rows: leave --duplicates", USAGE)
    found = _read(settings, table, reason, duplicates)
    if export is not None:
        _export(settings, found, inside(settings, export), bool(reason))
        return
    shown = found[:limit] if limit else found
    show(
        as_json,
        as_csv,
        shown,
        shown,
        lambda: _lines(settings, shown, len(found), duplicates),
    )


def _read(settings: Settings, table: str, reason: str, duplicates: bool) -> list[Row]:
    from covey.publish.judging import open_judged

    relation = "core_duplicate_rows" if duplicates else "core_rejected_rows"
    codes = "duplicate_kind" if duplicates else "reject_reasons"
    with open_judged(settings) as connection:
        known = fetch(
            connection, "select distinct table_name, source from core_row_balance"
        )
        names = {row["table_name"] for row in known}
        names |= {f"{row['source']}.{row['table_name']}" for row in known}
        if table and table not in names:
            there = ", ".join(sorted(name for name in names if "." in name))
            raise CommandError(
                f"there is no table {table!r}: there are {there}", NOT_FOUND
            )
        return fetch(
            connection,
            _ROWS.format(relation=relation, reasons=codes),
            [table, table, table, reason, reason],
        )


def _export(
    settings: Settings, found: list[Row], folder: Path, is_asked_for: bool
) -> None:
    from covey.landing.mend import write_rows_to_mend

    rows = [
        row
        for row in found
        if is_asked_for or not set(row["reject_reasons"].split(",")) <= _NOT_TO_MEND
    ]
    for written in write_rows_to_mend(settings, rows, folder):
        count = say_plural(written.row_count, "row", "rows")
        typer.echo(f"wrote {count} to {written.path}")
    if len(rows) < len(found):
        left = say_plural(len(found) - len(rows), "row waits", "rows wait")
        typer.echo(f"{left} for the cut-off or fell to a rule: nothing to mend there")
    for source in sorted({row["source"] for row in rows}):
        typer.echo(
            f"mend them, then: covey -b {settings.business} land {source} "
            f"{folder / source} --accept-volume"
        )


def _lines(
    settings: Settings, shown: list[Row], total: int, duplicates: bool
) -> Iterator[str]:
    kind = "duplicate" if duplicates else "rejected"
    count = say_plural(total, f"{kind} row", f"{kind} rows")
    yield f"{capitalise(settings.business)}: {count}"
    if not shown:
        return
    yield ""
    yield from lay_out(
        ["File", ">Line", "Reasons", ">Amount", "Text"],
        [
            [
                row["source_file"],
                str(row["source_row"]),
                row["reject_reasons"],
                say_cents(row["amount"]),
                _short_text(row["row_text"]),
            ]
            for row in shown
        ],
    )
    if len(shown) < total:
        yield f"... and {say_count(total - len(shown))} more: --limit 0 shows all"


def _short_text(text: str) -> str:
    """Give the values of a row as they came, without what landing added."""
    import json

    fields = json.loads(text)
    return " | ".join(
        str(value)
        for name, value in fields.items()
        if value not in (None, "")
        and name not in ("load_id", "source_file", "source_row")
    )
