"""Commands that bring a new business in: look at its files, check what is written."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from covey.cli.context import inside, load_settings
from covey.cli.exits import ERROR, USAGE, CommandError
from covey.cli.output import printable
from covey.settings import DEFAULT_BUSINESS, Settings

if TYPE_CHECKING:
    from covey.mapping.inspection import Table
    from covey.mapping.proposal import Answers, Proposal, Question
    from covey.mapping.reading import RawTable


def init(
    business: Annotated[
        str, typer.Argument(help="What to call it: lower-case letters, digits and _.")
    ],
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|DIR|DATABASE...",
            help="CSV, Parquet, JSON lines or Excel files, folders of them, or a "
            "postgresql:// address.",
        ),
    ],
    source: Annotated[
        str, typer.Option(help="Name of the system; the business's, if left out.")
    ] = "",
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Take every proposal, ask nothing.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace what an earlier init wrote.")
    ] = False,
    time_zone: Annotated[
        str, typer.Option(help="Zone of local times, such as Europe/Berlin.")
    ] = "",
    currency: Annotated[str, typer.Option(help="ISO code, such as EUR.")] = "",
    as_of_date: Annotated[
        str,
        typer.Option(
            "--as-of", help="Everything before it is known; the day after the last."
        ),
    ] = "",
    date_order: Annotated[
        str, typer.Option(help="How 03/04/2026 is meant: day-first or month-first.")
    ] = "",
    column: Annotated[
        list[str] | None,
        typer.Option(help="TABLE.COLUMN=MEANING, where covey got it wrong."),
    ] = None,
    table: Annotated[
        list[str] | None,
        typer.Option(help="TABLE=ROLE, where covey got it wrong; also `ignored`."),
    ] = None,
) -> None:
    """Look at a company's files and write the models that read them."""
    from covey.cli.work.mapping_lines import say_rule, table_lines
    from covey.mapping.database import is_database, read_database
    from covey.mapping.inspection import inspect
    from covey.mapping.proposal import Answers, propose
    from covey.mapping.reading import read_tables
    from covey.mapping.rules import propose_rules
    from covey.mapping.writing import check_business_name, write

    project = Settings.load(DEFAULT_BUSINESS)
    source = source or business
    check_business_name(business)
    answers = Answers(
        time_zone,
        currency.upper(),
        as_of_date,
        date_order,
        _pairs("--column", column),
        _pairs("--table", table),
    )
    found: list[RawTable] = []
    paths = [inside(project, Path(each)) for each in inputs if not is_database(each)]
    if paths:
        found += read_tables(paths)
    for url in filter(is_database, inputs):
        found += read_database(url)
    tables = inspect(found)
    proposal = propose(business, source, tables, answers)
    for line in table_lines(proposal):
        typer.echo(printable(line))
    proposal = _settle(proposal, tables, answers, yes)
    rules = propose_rules(proposal, found)
    for rule in rules:
        typer.echo(printable(f"Rule       {say_rule(rule)}"))
    written = write(project.project_dir, proposal, rules, force)
    typer.echo()
    for path in written:
        typer.echo(f"wrote {path}")
    typer.echo("\nNext:")
    for command in _next_commands(proposal, inputs):
        typer.echo(f"  {command}")


def check(context: typer.Context) -> None:
    """Check a business's files before a build: every error at once, with its remedy."""
    from covey.mapping.checks import check_business

    settings = load_settings(context)
    problems = check_business(settings)
    for problem in problems:
        typer.echo(printable(str(problem)), err=True)
    if problems:
        raise CommandError(
            f"{len(problems)} to mend before `covey -b {settings.business} build`",
            ERROR,
        )
    typer.echo("ok")


def _settle(
    proposal: Proposal, tables: list[Table], answers: Answers, yes: bool
) -> Proposal:
    """Ask what is open, take the proposals, or stop and name the options."""
    from covey.mapping.proposal import propose

    while proposal.questions:
        if yes:
            stuck = [each for each in proposal.questions if not each.default]
            if stuck:
                raise CommandError(f"{stuck[0].text} Say {_said(stuck[0])}", USAGE)
            return proposal
        if not sys.stdin.isatty():
            typer.echo("\nTo be told:")
            for question in proposal.questions:
                default = f" [{question.default}]" if question.default else ""
                typer.echo(f"  {question.option}  {question.text}{default}")
            raise CommandError(
                "nothing was written: answer with these options, or take the "
                "proposals in brackets with --yes",
                USAGE,
            )
        question = proposal.questions[0]
        choice = "/".join(question.choices)
        answer = typer.prompt(
            f"{question.text}{f' ({choice})' if choice else ''}",
            default=question.default or None,
        )
        given: dict[str, Any] = {
            question.option[2:].replace("-", "_"): str(answer).strip()
        }
        answers = replace(answers, **given)
        proposal = propose(proposal.business, proposal.source, tables, answers)
    return proposal


def _said(question: Question) -> str:
    if question.choices:
        return " or ".join(f"{question.option} {each}" for each in question.choices)
    return question.option


def _pairs(option: str, given: list[str] | None) -> dict[str, str]:
    found = {}
    for each in given or []:
        name, sign, value = each.partition("=")
        if not (name and sign and value):
            raise CommandError(f"{option} {each}: expected NAME=VALUE", USAGE)
        found[name] = value
    return found


def _next_commands(proposal: Proposal, inputs: list[str]) -> list[str]:
    from covey.mapping.database import is_database

    chosen = f"covey -b {proposal.business}"
    lands = [
        f'{chosen} land {proposal.source} --database "$COVEY_DATABASE"'
        if is_database(each)
        else f"{chosen} land {proposal.source} {each}"
        for each in inputs
    ]
    return [
        'export COVEY_KEY="$(openssl rand -hex 32)"  # keep it safe',
        *lands,
        f"{chosen} build",
    ]
