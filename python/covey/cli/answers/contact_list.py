"""Whom to act on first: a list that fits a budget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated

import typer

from covey.cli.answers.segment import find_segment
from covey.cli.context import Published, heading, open_current
from covey.cli.exits import NOT_FOUND, CommandError
from covey.cli.output import AsCsv, AsJson, show
from covey.cli.tables import table
from covey.warehouse import Row, fetch
from covey.words.vocabulary import say_approximation, say_outcome
from covey.words.wording import (
    say_money,
    say_percent,
    say_plural,
    shorten_pseudonym,
)


class Order(StrEnum):
    """What comes first."""

    EXPECTED_VALUE = "expected-value"
    PROBABILITY = "probability"
    VALUE_AT_STAKE = "value-at-stake"


COLUMNS = {
    Order.EXPECTED_VALUE: "expected_value_amount",
    Order.PROBABILITY: "probability",
    Order.VALUE_AT_STAKE: "value_at_stake_amount",
}


def list(
    context: typer.Context,
    top: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    by: Annotated[Order, typer.Option(help="Who comes first.")] = Order.EXPECTED_VALUE,
    outcome: Annotated[
        str | None,
        typer.Option(help="The business's first outcome, if left out."),
    ] = None,
    segment: Annotated[
        str | None, typer.Option(help="Only customers of this segment.")
    ] = None,
    budget: Annotated[
        float | None,
        typer.Option(min=0, help="Stop before the contacts cost more than this."),
    ] = None,
    everyone: Annotated[
        bool,
        typer.Option(
            "--everyone",
            help="Also those who agreed to no marketing, or with whom it does not pay.",
        ),
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List whom to act on: who is worth it, has agreed, and fits the budget."""
    published = open_current(context)
    outcome_type = _choose_outcome(published, outcome)
    segment_id = find_segment(published, segment)["segment_id"] if segment else None
    ranked = fetch(
        published.connection,
        f"""
        select
            row_number() over (
                order by scores.{COLUMNS[by]} desc, scores.customer_id
            ) as list_rank,
            scores.customer_id,
            customers.segment_name,
            scores.outcome_type,
            scores.probability,
            scores.value_at_stake_amount,
            scores.action_cost_amount,
            scores.expected_value_amount,
            scores.decision,
            scores.model,
            customers.has_marketing_consent,
            (
                select arg_min(reason_text, reason_rank)
                from fct_score_reasons as reasons
                where
                    reasons.customer_id = scores.customer_id
                    and reasons.outcome_type = scores.outcome_type
                    and reasons.contribution_points > 0
            ) as reason
        from fct_propensity_scores as scores
        inner join dim_customers as customers using (customer_id)
        where
            scores.outcome_type = ?
            and (customers.segment_id = ? or ? is null)
            and (
                ?
                or scores.decision = 'lend'
                or scores.decision = 'contact' and customers.has_marketing_consent
            )
        order by list_rank
        limit ?
        """,
        [outcome_type, segment_id, segment_id, everyone, top],
    )
    chosen = _within(ranked, budget)
    cost = sum(row["action_cost_amount"] for row in chosen)
    value = sum(row["expected_value_amount"] for row in chosen)

    def lines() -> Iterator[str]:
        currency = published.currency_code
        yield heading(published, f"whom to act on: {say_outcome(outcome_type)}")
        if not chosen:
            yield "  Nobody: it pays with no one who has agreed to it (--everyone)."
            return
        yield ""
        yield from table(
            ["Customer", "Segment", ">Chance", ">At stake", ">Worth", "Why"],
            [
                [
                    shorten_pseudonym(row["customer_id"]),
                    row["segment_name"],
                    say_percent(row["probability"]),
                    say_money(row["value_at_stake_amount"], currency),
                    say_money(row["expected_value_amount"], currency),
                    row["reason"] or "",
                ]
                for row in chosen
            ],
        )
        yield ""
        yield (
            f"{say_plural(len(chosen), 'customer', 'customers')}: costs "
            f"{say_money(cost, currency)}, expected gain after costs "
            f"{say_money(value, currency)}"
        )
        if approximation := say_approximation(chosen[0]["model"]):
            yield approximation
        yield "--csv and --json give the whole ids"

    document = {
        "outcome_type": outcome_type,
        "action_cost_amount": cost,
        "expected_value_amount": value,
        "customers": chosen,
    }
    show(as_json, as_csv, document, chosen, lines)


def _within(ranked: Sequence[Row], budget: float | None) -> Sequence[Row]:
    """Take customers in their order while the money lasts."""
    if budget is None:
        return ranked
    spent, chosen = 0.0, []
    for row in ranked:
        spent += float(row["action_cost_amount"])
        if spent > budget:
            break
        chosen.append(row)
    return chosen


def _choose_outcome(published: Published, asked: str | None) -> str:
    """Take the outcome that was asked for, or the business's first.

    Raises
    ------
    CommandError
        If it has no published scores.
    """
    rows = fetch(
        published.connection,
        """
        select scores.outcome_type
        from fct_propensity_scores as scores
        left join dim_customers as customers
            on
                scores.customer_id = customers.customer_id
                and scores.outcome_type = customers.outcome_type
        group by scores.outcome_type
        order by count(customers.customer_id) = 0, scores.outcome_type
        """,
    )
    known = [row["outcome_type"] for row in rows]
    if not known:
        raise CommandError("this version has no scores: covey readiness", NOT_FOUND)
    if asked is not None and asked not in known:
        raise CommandError(
            f"no scores for {asked!r}: there are {', '.join(known)}", NOT_FOUND
        )
    return str(asked or known[0])
