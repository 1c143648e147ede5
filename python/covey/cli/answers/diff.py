"""What changed between two published versions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from covey.cli.context import published_settings
from covey.cli.exits import USAGE, CommandError
from covey.cli.output import AsCsv, AsJson, printable, show
from covey.cli.tables import facts, table


def diff(
    context: typer.Context,
    before: Annotated[
        str,
        typer.Argument(
            help="A version, the start of its name, `current` or `previous`."
        ),
    ] = "previous",
    after: Annotated[str, typer.Argument(help="The other one.")] = "current",
    as_markdown: Annotated[
        bool,
        typer.Option(
            "--markdown",
            help="Print Markdown, for a pull request; groups of fewer than ten "
            "customers stay untold.",
            show_default=False,
        ),
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Compare two versions: who moved, why, and with how much money."""
    from covey.publish import find_version
    from covey.published.version_diff import compare_versions
    from covey.reports import diff_tables
    from covey.warehouse import open_two
    from covey.words.wording import capitalise

    if as_markdown and (as_json or as_csv):
        raise CommandError("--markdown excludes --json and --csv", USAGE)
    settings = published_settings(context)
    paths = [find_version(settings, name).path for name in (before, after)]
    with open_two(*paths) as connection:
        found = compare_versions(connection)
    if as_markdown:
        for line in diff_tables.markdown(found):
            typer.echo(printable(line))
        return

    def lines() -> Iterator[str]:
        yield f"{capitalise(settings.business)}: what changed"
        yield ""
        yield from facts(diff_tables.diff_facts(found))
        for each in (
            diff_tables.segment_table(found),
            diff_tables.move_table(found),
            diff_tables.figure_table(found),
        ):
            if each.rows:
                yield ""
                yield from table(each.headers, each.rows)

    show(as_json, as_csv, found.document(), found.moves, lines)
