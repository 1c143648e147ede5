"""Commands that bring data in, and take a page out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from covey.cli.context import inside, load_settings, open_current
from covey.cli.exits import USAGE, CommandError
from covey.cli.output import printable
from covey.cli.work.card import WithCard, show_card_of
from covey.settings import DEFAULT_BUSINESS, Settings
from covey.words.wording import say_count


def land(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="The source that the data comes from.")],
    path: Annotated[
        Path | None,
        typer.Argument(
            help="A file named after its table, or a folder of them.",
            show_default=False,
        ),
    ] = None,
    table: Annotated[
        str,
        typer.Option(
            help="The table, if the file's name does not say.", show_default=False
        ),
    ] = "",
    database: Annotated[
        str,
        typer.Option(
            envvar="COVEY_DATABASE",
            show_envvar=False,
            metavar="URL",
            help="Read the source's tables from PostgreSQL instead of a path; "
            "COVEY_DATABASE, if left out.",
            show_default=False,
        ),
    ] = "",
    accept_volume: Annotated[
        bool,
        typer.Option(
            "--accept-volume",
            help="Take in far fewer or far more rows than the last time.",
            show_default=False,
        ),
    ] = False,
    with_card: WithCard = True,
) -> None:
    """Take in files or a database, with pseudonyms in place of personal ids."""
    settings = load_settings(context)
    if not source.isidentifier():
        raise CommandError(f"{source!r} is not the name of a source", USAGE)
    if path is None and not database:
        raise CommandError("name a file or folder, or a --database", USAGE)
    if path is None:
        from covey.landing.read_database import land_database

        landings = land_database(
            settings, source, database, table_name=table, accept_volume=accept_volume
        )
    else:
        from covey.landing import land as land_files

        path = inside(settings, path)
        if not path.exists():
            raise CommandError(f"there is no {path}")
        landings = land_files(
            settings, source, path, table_name=table, accept_volume=accept_volume
        )
    new = []
    for landed in landings:
        new += [landed.load_id] if landed.is_new else []
        rows = f"{say_count(landed.input_rows)} rows of {landed.source_file}"
        if landed.is_new:
            line = f"landed {rows} as {landed.table_name}/{landed.load_id}"
        else:
            line = f"nothing to do: {rows} landed before as {landed.load_id}"
        typer.echo(printable(line))
        for warning in landed.warnings:
            typer.echo(printable(f"  {warning}"), err=True)
    if with_card:
        show_card_of(settings, source, new)


def report(
    context: typer.Context,
    output: Annotated[
        Path | None,
        typer.Option(
            help="The HTML file; report.html in the business's warehouse folder, "
            "if left out.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write one HTML page for people who make decisions."""
    published = open_current(context)
    settings = published.settings
    published.connection.close()
    target = inside(settings, output or settings.warehouse_dir / "report.html")
    if target.suffix != ".html":
        raise CommandError(f"{target.name} must end in .html", USAGE)
    from covey.reports.page import write_report

    typer.echo(f"wrote {write_report(settings.current_path, target)}")


def demo(
    business: Annotated[str, typer.Argument(help="A business with public data.")],
) -> None:
    """Fetch public data, land it, build it, show what came out."""
    from covey.cli.work.demo import run_demo

    run_demo(Settings.load(business))


def make_shop(
    customers: Annotated[
        int, typer.Option(min=1, help="How many customers the shop has.")
    ] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same shop.")] = 1,
    systems: Annotated[
        int,
        typer.Option(
            min=1,
            max=2,
            help="2 splits it: a web shop and a till that share customers but no ids, "
            "without other faults.",
        ),
    ] = 1,
    output: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the CSV files; data/made/shop or retailer, if left out.",
            show_default=False,
        ),
    ] = None,
    flat: Annotated[
        bool,
        typer.Option(
            "--flat",
            help="Two yearly sheets of a dirty retailer, in place of four tables.",
            show_default=False,
        ),
    ] = False,
) -> None:
    """Make a synthetic shop whose truth is known."""
    settings = Settings.load(DEFAULT_BUSINESS)
    made = settings.data_dir / "data" / "made" / ("retailer" if flat else "shop")
    folder = inside(settings, output or made)
    from covey import synthetic

    if flat:
        retailer = synthetic.make_retailer(customers, seed)
        files = synthetic.write_retailer(retailer, folder)
    elif systems == 1:
        files = synthetic.write_shop(synthetic.make_shop(customers, seed), folder)
    else:
        shop = synthetic.make_shop(customers, seed, faults=False)
        split = synthetic.split_shop(shop, seed)
        files = synthetic.write_two_systems(split, folder)
    for file in files:
        typer.echo(f"wrote {file}")
