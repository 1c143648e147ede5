"""Commands that bring data in, and take a page out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from covey.cli.context import inside, load_settings, open_current
from covey.cli.exits import USAGE, CommandError
from covey.reports.wording import say_count
from covey.settings import DEFAULT_BUSINESS, Settings


def land(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="The source that the file comes from.")],
    path: Annotated[
        Path, typer.Argument(help="A file named after its table, or a folder of them.")
    ],
) -> None:
    """Take in files, with pseudonyms in place of personal ids."""
    from covey.landing import land as land_files

    settings = load_settings(context)
    path = inside(settings, path)
    if not source.isidentifier():
        raise CommandError(f"{source!r} is not the name of a source", USAGE)
    if not path.exists():
        raise CommandError(f"there is no {path}")
    for landed in land_files(settings, source, path):
        rows = f"{say_count(landed.input_rows)} rows of {landed.source_file}"
        if landed.is_new:
            typer.echo(f"landed {rows} as {landed.table_name}/{landed.load_id}")
        else:
            typer.echo(f"nothing to do: {rows} landed before as {landed.load_id}")


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
    from covey.cli.demo import run_demo

    run_demo(Settings.load(business))


def make_shop(
    customers: Annotated[
        int, typer.Option(min=1, help="How many customers the shop has.")
    ] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same shop.")] = 1,
    output: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the CSV files; data/made/shop, if left out.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Make a synthetic shop whose truth is known."""
    settings = Settings.load(DEFAULT_BUSINESS)
    folder = inside(settings, output or settings.data_dir / "data" / "made" / "shop")
    from covey import synthetic

    shop = synthetic.make_shop(customers, seed)
    for file in synthetic.write_shop(shop, folder):
        typer.echo(f"wrote {file}")
