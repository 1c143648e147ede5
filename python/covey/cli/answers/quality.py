"""How good it all is: models beside simple rules, and the row balance."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Annotated

import typer

from covey.cli.answers.list_quality import list_lines
from covey.cli.answers.propensity_quality import way_lines, why_lines
from covey.cli.answers.segment_quality import segment_lines
from covey.cli.context import heading, open_current
from covey.cli.output import AsCsv, AsJson, show
from covey.cli.tables import facts, table
from covey.published.comparisons import compare_with_baselines, order_comparisons
from covey.published.model_card import say_refit
from covey.published.queries import QUERIES
from covey.reports.sections.balance import say_late_rows
from covey.warehouse import Row, fetch
from covey.words.metric_words import describe_metric
from covey.words.vocabulary import (
    PROTOCOLS,
    say_grade,
    say_model,
    say_subject,
    say_verdict,
)
from covey.words.wording import capitalise, say_count, say_name


def quality(
    context: typer.Context,
    rows: Annotated[
        bool,
        typer.Option("--rows", help="Only what became of the input rows."),
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Show each model beside its simple rule, and the row balance."""
    published = open_current(context)
    models = fetch(
        published.connection,
        "from rpt_model_quality "
        "order by task, subject, protocol, split desc, as_of_date, metric, model",
    )
    loads = fetch(published.connection, "from rpt_data_quality order by all")
    balance = fetch(published.connection, QUERIES["balance"][1])

    def lines() -> Iterator[str]:
        yield heading(published, "how good it is")
        if not rows:
            yield from _model_lines(models)
            yield from way_lines(models)
            yield from list_lines(models)
            yield from segment_lines(models)
        yield ""
        yield from _row_lines(balance)

    document = {"rows": loads} if rows else {"models": models, "rows": loads}
    show(as_json, as_csv, document, loads if rows else models, lines)


def _model_lines(models: list[Row]) -> Iterator[str]:
    """Show what was tried beside its simple rule, as means over the test cut-offs."""
    comparisons = order_comparisons(compare_with_baselines(models), [])
    if not comparisons:
        yield "No model could be tested: there is too little history."
    for _, group in groupby(comparisons, key=lambda one: (one.task, one.subject)):
        chosen = list(group)
        first = chosen[0]
        yield ""
        yield capitalise(say_subject(first.task, first.subject))
        yield from facts(
            [
                ("Model", say_model(first.model)),
                ("Simple rule", say_model(first.baseline_model)),
                ("Verdict", say_verdict(first.verdict)),
                *([("Grade", say_grade(first.grade))] if first.grade else []),
                *_say_protocol(first.protocol),
                *_say_refit(models, first.subject),
            ]
        )
        yield ""
        yield from table(
            ["Measure", ">Model", ">Simple rule", "Model is"],
            [
                [
                    describe_metric(one.metric).label,
                    one.say(one.value),
                    "-" if one.baseline_value is None else one.say(one.baseline_value),
                    "" if one.standing == "alone" else one.standing,
                ]
                for one in chosen
            ],
        )
        yield from why_lines(first)


def _say_protocol(protocol: str) -> list[tuple[str, str]]:
    """Say how it was tested, where that was not out of time."""
    return [("Tested", PROTOCOLS[protocol])] if protocol in PROTOCOLS else []


def _say_refit(models: list[Row], subject: str) -> list[tuple[str, str]]:
    """Say how the last fit did beside the model in use, where they were compared."""
    told = say_refit([row for row in models if row["subject"] == subject])
    return [("Last refit", told)] if told else []


def _row_lines(balance: list[Row]) -> Iterator[str]:
    """Show the row balance: each input row ended as exactly one of three."""
    yield "What became of the input rows"
    one_source = len({row["source"] for row in balance}) == 1
    names = ("input_rows", "accepted_rows", "rejected_rows", "duplicate_rows")
    yield from table(
        ["Table", ">Input", ">Accepted", ">Rejected", ">Duplicate"],
        [
            [
                say_name(row["table_name"])
                if one_source
                else f"{row['source']}.{row['table_name']}",
                *(say_count(row[name]) for name in names),
            ]
            for row in balance
        ],
    )
    yield from say_late_rows(balance)
