"""Which models are in use, and the card of one."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Annotated

import typer

from covey.cli.context import Published, heading, open_current
from covey.cli.exits import NOT_FOUND, CommandError
from covey.cli.output import AsCsv, AsJson, show
from covey.cli.tables import WIDTH, facts, table
from covey.published.comparisons import compare_with_baselines, order_comparisons
from covey.published.model_card import CardTable, build_card
from covey.warehouse import Row, fetch, table_names
from covey.words.vocabulary import say_model, say_subject, say_verdict

_TERMS = "from dim_score_terms where outcome_type = ? order by feature, term_rank"
_DECILES = "from rpt_score_deciles where outcome_type = ? order by decile"
_POLICY = "from rpt_policy where outcome_type = ? order by grade"
_SELECTION = (
    "from rpt_feature_selection where outcome_type = ? "
    "order by is_kept desc, abs(auc_alone - 0.5) desc nulls last, feature"
)
_DRIFT = "from rpt_drift where outcome_type = ? order by kind desc, name, as_of_date"


def models(
    context: typer.Context, as_json: AsJson = False, as_csv: AsCsv = False
) -> None:
    """List the models in use: what each is, how it was tested, and its run."""
    published = open_current(context)
    found = _models(published)

    def lines() -> Iterator[str]:
        yield heading(published, "models in use")
        if not found:
            yield "  None: covey readiness says why."
            return
        yield ""
        yield from table(
            ["About", "Model", "Verdict", "Run"],
            [
                [
                    row["subject"],
                    say_model(row["model"]),
                    say_verdict(row["verdict"]),
                    row["run_id"],
                ]
                for row in found
            ],
        )
        yield ""
        yield f"covey model {found[0]['subject']} shows the card of one"

    show(as_json, as_csv, found, found, lines)


def model(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            help="A run, or what it is about: an outcome, a list, segments.",
            show_default=False,
        ),
    ],
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print it as Markdown, to keep.")
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Show the card of a model: what it looks at, how good it is, what it is worth."""
    published = open_current(context)
    chosen = _find(published, name)
    subject, connection = chosen["subject"], published.connection
    figures = fetch(
        connection,
        "from rpt_model_quality where task = ? and subject = ? "
        "order by split desc, as_of_date, metric, model",
        [chosen["task"], subject],
    )
    known = table_names(connection) if chosen["task"] == "propensity" else ()
    parts = {
        part: fetch(connection, query, [subject]) if query.split()[1] in known else []
        for part, query in (
            ("terms", _TERMS),
            ("selection", _SELECTION),
            ("deciles", _DECILES),
            ("policy", _POLICY),
            ("drift", _DRIFT),
        )
    }
    comparisons = order_comparisons(compare_with_baselines(figures), [])
    card = build_card(chosen, comparisons, figures, parts, published.currency_code)
    title = heading(published, say_subject(chosen["task"], subject))

    def lines() -> Iterator[str]:
        yield f"# {title}" if markdown else title
        for part in card:
            yield ""
            yield f"## {part.title}" if markdown else part.title
            if markdown:
                yield ""
            yield from _as_markdown(part) if markdown else _as_text(part)

    document = {**chosen, "figures": figures, **parts}
    show(as_json, as_csv, document, figures, lines)


def _models(published: Published) -> list[Row]:
    """Give one row per task and subject, with what is in use of it."""
    return fetch(
        published.connection,
        """
        select
            task,
            subject,
            arg_max(model, is_published) as model,
            any_value(protocol) as protocol,
            arg_max(verdict, is_published) as verdict,
            arg_max(run_id, is_published) as run_id
        from rpt_model_quality
        where split in ('test', 'test_mean', 'train')
        group by task, subject
        order by task, subject
        """,
    )


def _find(published: Published, name: str) -> Row:
    known = _models(published)
    for row in known:
        if name in (row["run_id"], row["subject"]):
            return row
    subjects = ", ".join(row["subject"] for row in known) or "none"
    raise CommandError(f"no model {name!r}: there are {subjects}", NOT_FOUND)


def _as_text(part: CardTable) -> Iterator[str]:
    if part.rows and part.headers:
        yield from table(part.headers, part.rows)
    elif part.rows:
        yield from facts([(name, value) for name, value in part.rows])
    yield from wrap(part.note, WIDTH)


def _as_markdown(part: CardTable) -> Iterator[str]:
    headers = part.headers or ("", "")
    if part.rows:
        yield f"| {' | '.join(each.removeprefix('>') for each in headers)} |"
        rules = ("--:" if each.startswith(">") else "---" for each in headers)
        yield f"|{'|'.join(rules)}|"
        for row in part.rows:
            yield f"| {' | '.join(row)} |"
        yield ""
    if part.note:
        yield part.note
