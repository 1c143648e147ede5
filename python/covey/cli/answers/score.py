"""How likely an outcome is for somebody who is not here yet."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer

from covey.cli.answers.given import read_features
from covey.cli.context import Published, heading, open_current
from covey.cli.exits import NOT_FOUND, USAGE, CommandError
from covey.cli.output import AsCsv, AsJson, show
from covey.cli.tables import table
from covey.published.scoring import Score, Value
from covey.published.scoring import score as score_one
from covey.warehouse import Row, fetch, table_names
from covey.words.vocabulary import APPROXIMATE_MODELS, say_model, say_outcome
from covey.words.wording import capitalise, say_list, say_number, say_percent


def score(
    context: typer.Context,
    feature: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="A feature by hand; repeat it.",
            show_default=False,
        ),
    ] = None,
    features: Annotated[
        str | None,
        typer.Option(
            metavar="JSON",
            help="Several features: '{\"tenure_months\": 3, ...}'.",
            show_default=False,
        ),
    ] = None,
    outcome: Annotated[
        str | None, typer.Option(help="Only this one.", show_default=False)
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Say how likely the outcomes are for somebody who is not here yet.

    What is not given counts as not known. Where a business chose a challenger this is
    what the terms nearest to it say, marked as approximate.
    """
    published = open_current(context)
    models = _models(published, outcome)
    values = read_features(feature or [], features, _read, "tenure_months=3")
    _check_names(models, values)
    answers = [_answer(kind, terms, values) for kind, terms in models.items()]

    def lines() -> Iterator[str]:
        yield heading(published, "somebody new")
        for answer in answers:
            yield ""
            yield from say_answer(answer)
            if answer["is_approximate"]:
                yield f"Approximate: a {say_model(answer['model'])} scores in a build"

    rows = [
        {"outcome_type": answer["outcome_type"], **part}
        for answer in answers
        for part in answer["parts"]
    ]
    show(as_json, as_csv, answers, rows, lines)


def say_answer(answer: Mapping[str, Any]) -> Iterator[str]:
    """Say how likely an outcome is, and because of what, if of anything."""
    chance = say_percent(answer["probability"])
    said = f"{chance} chance to {say_outcome(answer['outcome_type'])}"
    reasons = [
        [
            capitalise(part["feature_label"]),
            _say(part["value"]),
            _say(part["typical"]),
            f"{part['contribution_points']:+.1f}",
        ]
        for part in answer["parts"]
        if round(part["contribution_points"], 1)
    ]
    if not reasons:
        yield f"{said}, as for anybody: nothing that is given tells more"
        return
    yield f"{said}, because"
    yield from table(["Feature", ">Here", ">Usual", ">Points"], reasons)


def _models(published: Published, outcome: str | None) -> dict[str, list[Row]]:
    """Give the terms of each outcome, the business's first outcome first."""
    if "dim_score_terms" not in table_names(published.connection):
        raise CommandError("this version was published before covey could: build again")
    terms = fetch(
        published.connection,
        """
        select terms.*
        from dim_score_terms as terms
        cross join (select min(outcome_type) as outcome_type from dim_customers) as main
        order by
            terms.outcome_type <> main.outcome_type, terms.outcome_type, feature,
            term_rank
        """,
    )
    found: dict[str, list[Row]] = {}
    for row in terms:
        found.setdefault(row["outcome_type"], []).append(row)
    if not found:
        raise CommandError("this version has no scores: covey readiness", NOT_FOUND)
    if outcome is not None and outcome not in found:
        raise CommandError(
            f"no scores for {outcome!r}: there are {say_list(list(found))}", NOT_FOUND
        )
    return {outcome: found[outcome]} if outcome else found


def _answer(kind: str, terms: list[Row], values: Mapping[str, Value]) -> dict[str, Any]:
    try:
        result = score_one(terms, values)
    except ValueError as error:
        raise CommandError(str(error), USAGE) from None
    return {
        "outcome_type": kind,
        "probability": result.probability,
        "model": terms[0]["model"],
        "is_approximate": terms[0]["model"] in APPROXIMATE_MODELS,
        "run_id": terms[0]["run_id"],
        "parts": list(_parts(terms, result, values)),
    }


def _parts(
    terms: Sequence[Row], result: Score, values: Mapping[str, Value]
) -> Iterator[dict[str, Any]]:
    """Say what each feature adds, the strongest first."""
    first = {row["feature"]: row for row in terms}
    for name in sorted(result.parts, key=lambda name: (-abs(result.parts[name]), name)):
        typical = first[name]["typical_level"] or first[name]["typical_value"]
        yield {
            "feature": name,
            "feature_label": first[name]["feature_label"],
            "value": values.get(name),
            "typical": typical,
            "contribution_log_odds": result.parts[name],
            "contribution_points": result.points(name),
        }


def _check_names(models: Mapping[str, list[Row]], values: Mapping[str, Value]) -> None:
    known = {row["feature"] for terms in models.values() for row in terms}
    unknown = [name for name in values if name not in known]
    if unknown:
        names = sorted(known - {"intercept"})
        raise CommandError(
            f"the score does not look at {say_list(unknown)}: it looks at "
            f"{say_list(names)}",
            USAGE,
        )


def _read(name: str, value: Any) -> Value:
    """Take a number where it is one, a text otherwise, and null for not known."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise CommandError(f"{name} is {value!r}: give a number or a text", USAGE)
    try:
        number = float(value)
    except ValueError:
        return str(value)
    if not math.isfinite(number):
        raise CommandError(f"{name} is {value!r}, which is no number", USAGE)
    return number


def _say(value: Value) -> str:
    if value is None:
        return "not known"
    return value if isinstance(value, str) else say_number(value)
