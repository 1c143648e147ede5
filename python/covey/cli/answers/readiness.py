"""`covey readiness`: what the records carry, and what they propose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from covey.cli.context import Published, heading, open_current
from covey.cli.exits import NOT_FOUND, CommandError
from covey.cli.output import AsCsv, AsJson, show
from covey.cli.tables import WIDTH, table
from covey.reports.sections.readiness import Standing, list_standings
from covey.settings import DEFAULT_BUSINESS
from covey.warehouse import Row, fetch, table_names
from covey.words.wording import (
    capitalise,
    say_count,
    say_number,
    say_percent,
)

_BOUNDS = {"at_least": "at least", "at_most": "at most"}


def readiness(
    context: typer.Context,
    show_all: Annotated[
        bool, typer.Option("--all", help="Show every check, met or not.")
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Say which outputs the records carry, which not and why."""
    published = open_current(context)
    if "rpt_readiness" not in table_names(published.connection):
        raise CommandError(
            "this version was published before readiness was measured: run "
            f"`covey -b {published.settings.business} build`",
            NOT_FOUND,
        )
    rows = fetch(
        published.connection, "from rpt_readiness order by output, kind, check_name"
    )
    standings = list_standings(rows)
    proposals = [row for row in rows if row["kind"] == "proposal"]

    def lines() -> Iterator[str]:
        yield heading(published, "what the records carry")
        yield ""
        yield from table(
            ["Output", "Standing"], [[each.title, each.words] for each in standings]
        )
        for each in standings:
            yield from _check_lines(each, show_all)
        yield from _proposal_lines(published, proposals)

    document = {
        "outputs": [_document(each) for each in standings],
        "proposals": proposals,
    }
    show(as_json, as_csv, document, rows, lines)


def _document(standing: Standing) -> dict[str, Any]:
    return {
        "output": standing.output,
        "decision": standing.decision,
        "is_ready": standing.decision == "published",
        "checks": list(standing.checks),
    }


def _check_lines(standing: Standing, show_all: bool) -> Iterator[str]:
    """Show what an output lacks, or all that was measured of it."""
    checks = standing.checks if show_all else standing.unmet
    if not checks:
        return
    yield ""
    yield f"{standing.title}: {standing.words}"
    yield from table(
        ["", "Measured", ">Found", ">Needed"],
        [
            [
                _mark(row),
                row["label"],
                _say_figure(row["value"], row["unit"]),
                f"{_BOUNDS[row['direction']]} "
                f"{_say_figure(row['needed'], row['unit'])}",
            ]
            for row in checks
        ],
    )
    for reason in dict.fromkeys(row["reason"] for row in checks if not row["is_met"]):
        yield from _wrapped(f"{reason}.")


def _proposal_lines(published: Published, proposals: Sequence[Row]) -> Iterator[str]:
    """Show what the gaps between purchases propose, and where to write it."""
    if not proposals:
        return
    business = published.settings.business
    file = f"businesses/{business}.yml"
    if business == DEFAULT_BUSINESS:
        file = "dbt_project.yml"
    yield ""
    yield "What the records propose"
    for row in proposals:
        yield from _wrapped(f"{capitalise(row['explanation'])}.")
        if row["is_met"]:
            yield "    It is set so."
        else:
            yield f"    In {file}:"
            yield from _wrapped(row["setting"], indent="    ")


def _wrapped(text: str, indent: str = "  ") -> Iterator[str]:
    """Break a text into lines; a setting stays valid YAML."""
    import textwrap

    for line in textwrap.wrap(text, WIDTH - len(indent)):
        yield f"{indent}{line}"
        indent = indent if text.endswith(".") else "      "


def _mark(row: Row) -> str:
    if row["is_met"]:
        return "ok"
    return "note" if row["consequence"] == "note" else "no"


def _say_figure(value: float, unit: str) -> str:
    if unit == "rate":
        return say_percent(value)
    return say_number(value) if unit == "mean" else say_count(value)
