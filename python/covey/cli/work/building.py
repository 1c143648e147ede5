"""Commands that make, swap and list versions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from covey.cli.context import load_settings, read_date
from covey.cli.output import AsCsv, AsJson, show
from covey.cli.tables import table
from covey.words.wording import say_count, say_date, say_plural

if TYPE_CHECKING:
    from covey.publish import Publication
    from covey.publish.plan import Plan


def build(
    context: typer.Context,
    select: Annotated[
        list[str] | None,
        typer.Option(
            help="Build only these dbt nodes (dbt's own syntax); nothing is published.",
            show_default=False,
        ),
    ] = None,
    with_publish: Annotated[
        bool,
        typer.Option("--publish/--no-publish", help="Publish a green build."),
    ] = True,
    force: Annotated[
        bool,
        typer.Option("--force", help="Build from nothing, even if nothing changed."),
    ] = False,
    refit: Annotated[
        bool, typer.Option("--refit", help="Fit anew, whatever the calendar says.")
    ] = False,
    compare: Annotated[
        bool,
        typer.Option(
            "--compare",
            help="Fit anew, and other ways to make segments and chances beside it.",
        ),
    ] = False,
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="Know everything before this date; the business's own, if left out.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Run every model and test; publish if all is green."""
    from covey.cli.work.build_progress import BuildProgress
    from covey.publish import BuildFailedError
    from covey.publish import build as build_business

    settings = load_settings(context)
    if as_of is not None:
        settings = settings.with_as_of(read_date(as_of).isoformat())
    with BuildProgress(settings) as progress:
        try:
            result = build_business(
                settings,
                progress.take,
                select or [],
                force,
                with_publish,
                refit,
                compare,
            )
        except BuildFailedError:
            progress.show_failures()
            raise
        if not result.unchanged:
            progress.show_warnings()
    _say_plan(result.plan)
    if result.unchanged:
        typer.echo(f"nothing changed since version {result.unchanged.name}")
        if not result.unchanged.is_current:
            typer.echo(
                "readers have an earlier version since a rollback; to go forward: "
                f"covey -b {settings.business} rollback {result.unchanged.name}"
            )
    elif result.publication:
        _say_published(result.publication)
    else:
        typer.echo("built, and not published: readers keep the version that they have")


def publish(context: typer.Context) -> None:
    """Publish what the last whole and green `dbt build` made."""
    from covey.publish import publish as publish_business

    _say_published(publish_business(load_settings(context)))


def versions(
    context: typer.Context, as_json: AsJson = False, as_csv: AsCsv = False
) -> None:
    """List the kept versions, the newest first."""
    from covey.publish import versions as list_versions

    settings = load_settings(context)
    found = [
        {
            "version": each.name,
            "as_of_date": each.as_of_date,
            "published_at": each.published_at,
            "size_bytes": each.size_bytes,
            "is_current": each.is_current,
        }
        for each in list_versions(settings)
    ]

    def lines() -> Iterator[str]:
        if not found:
            yield f"business {settings.business!r} has no published version yet"
            return
        yield from table(
            ["", "Version", "Knows all before", "Published (UTC)", ">Size"],
            [
                [
                    "→" if row["is_current"] else "",
                    str(row["version"]),
                    say_date(each.as_of_date),
                    f"{each.published_at:%Y-%m-%d %H:%M}",
                    f"{each.size_bytes / 1e6:,.1f} MB",
                ]
                for row, each in zip(found, list_versions(settings), strict=True)
            ],
        )

    show(as_json, as_csv, found, found, lines)


def rollback(
    context: typer.Context,
    version: Annotated[
        str | None,
        typer.Argument(
            help="A version or the start of its name; the one before, if left out.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Give readers an earlier version, in one step."""
    from covey.publish import rollback as roll_back

    chosen = roll_back(load_settings(context), version)
    typer.echo(f"readers now get version {chosen.name}")


def _say_plan(plan: Plan | None) -> None:
    """Say what need not be done again, and why the models were fitted."""
    if plan is None:
        return
    if plan.increment_since:
        since = say_date(plan.increment_since)
        typer.echo(f"brought the tables of {since} up to date")
    if plan.refit_reason:
        typer.echo(
            f"fitted on all before {say_date(plan.fit_date)}: {plan.refit_reason}"
        )
    else:
        typer.echo(f"kept the models of {say_date(plan.fit_date)}")


def _say_published(publication: Publication) -> None:
    version = publication.version
    if not publication.is_new:
        typer.echo(f"nothing to publish: version {version.name} has the same inputs")
        return
    rows = sum(publication.row_counts.values())
    tables = say_plural(len(publication.row_counts), "table", "tables")
    typer.echo(
        f"published version {version.name}: {tables}, {say_count(rows)} rows, "
        f"{version.size_bytes / 1e6:,.1f} MB"
    )
