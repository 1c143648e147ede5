"""Questions about one customer: who, and why."""

from __future__ import annotations

from collections.abc import Iterator

import typer

from covey.cli.answers.identity import Customer, find_customer
from covey.cli.context import Published, open_current
from covey.cli.output import AsCsv, AsJson, show
from covey.cli.tables import facts
from covey.warehouse import Row, fetch
from covey.words.vocabulary import say_approximation, say_outcome
from covey.words.wording import (
    say_count,
    say_date,
    say_money,
    say_percent,
    say_plural,
    shorten_pseudonym,
)


def lookup(
    context: typer.Context,
    customer: Customer,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Show one customer: segment, habits, risks and what to do."""
    published = open_current(context)
    row = find_customer(published, customer)
    segment = fetch(
        published.connection,
        "select strategy from dim_segments where segment_id = ?",
        [row["segment_id"]],
    )
    outcomes = _outcomes(published, row)
    strategy = segment[0]["strategy"] if segment else None
    document = {**row, "strategy": strategy, "outcomes": outcomes}

    def lines() -> Iterator[str]:
        yield customer_heading(published, customer, row)
        yield ""
        yield from facts(
            [
                ("Segment", row["segment_name"] or "none"),
                ("What to do", strategy or "nothing in particular"),
                *(
                    _habits(row, published.currency_code)
                    if published.has_orders
                    else []
                ),
                *(_chance(outcome, published) for outcome in outcomes),
                ("Marketing consent", "yes" if row["has_marketing_consent"] else "no"),
            ]
        )

    show(as_json, as_csv, document, [{**row, "strategy": strategy}], lines)


def why(
    context: typer.Context,
    customer: Customer,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Show what raises or lowers a customer's risk scores."""
    published = open_current(context)
    row = find_customer(published, customer)
    outcomes = _outcomes(published, row)
    reasons = fetch(
        published.connection,
        "from fct_score_reasons where customer_id = ? "
        "order by outcome_type, reason_rank",
        [row["customer_id"]],
    )
    for outcome in outcomes:
        kind = outcome["outcome_type"]
        outcome["reasons"] = [each for each in reasons if each["outcome_type"] == kind]

    def lines() -> Iterator[str]:
        yield customer_heading(published, customer, row)
        if not outcomes:
            yield "  No score was published for this customer."
        for outcome in outcomes:
            chance = say_percent(outcome["probability"])
            yield ""
            yield f"{chance} chance to {say_outcome(outcome['outcome_type'])}, because"
            for each in outcome["reasons"]:
                yield f"  {each['reason_text'] or each['feature']}"
            if not outcome["reasons"]:
                yield "  no reason stands out: this is close to a typical customer."
            elif approximation := say_approximation(outcome["model"]):
                yield f"  {approximation}"

    document = {"customer_id": row["customer_id"], "outcomes": outcomes}
    show(as_json, as_csv, document, reasons, lines)


def _outcomes(published: Published, customer: Row) -> list[Row]:
    """Give a customer's scores, the business's main outcome first."""
    return fetch(
        published.connection,
        "select outcome_type, as_of_date, probability, decile, value_at_stake_amount, "
        "expected_value_amount, decision, model, run_id from fct_propensity_scores "
        "where customer_id = ? order by (outcome_type = ?) desc, outcome_type",
        [customer["customer_id"], customer["outcome_type"]],
    )


def customer_heading(published: Published, customer: str, row: Row) -> str:
    """Say which customer an answer is about."""
    name = shorten_pseudonym(row["customer_id"])
    own = "" if customer == row["customer_id"] else f"{customer}, "
    return (
        f"Customer {own}{name} of {published.settings.business}, "
        f"as of {say_date(row['as_of_date'])}"
    )


def _habits(row: Row, currency_code: str) -> list[tuple[str, str]]:
    days = row["days_since_last_order"]
    last = "never" if days is None else f"{say_plural(days, 'day', 'days')} ago"
    if row["last_order_date"]:
        last += f", on {say_date(row['last_order_date'])}"
    first = say_date(row["first_order_date"]) if row["first_order_date"] else "none"
    weeks = say_plural(row["active_week_count_90d"] or 0, "week", "weeks")
    scores = [row[f"{name}_score"] for name in ("recency", "frequency", "monetary")]
    marks = "-".join("?" if score is None else str(score) for score in scores)
    return [
        ("Last order", last),
        ("First order", first),
        ("Last 90 days", f"{say_count(row['order_count_90d'])} orders in {weeks}"),
        ("Spend in 90 days", say_money(row["spend_amount_90d"], currency_code)),
        ("Spend in a year", say_money(row["spend_amount_365d"], currency_code)),
        (
            "Habits",
            f"{row['rfm_group'] or 'none'} (recency, frequency, spend: {marks})",
        ),
    ]


def _chance(outcome: Row, published: Published) -> tuple[str, str]:
    advice = {"contact": "worth contacting", "leave": "leave alone"}
    chance = say_percent(outcome["probability"])
    value = say_money(outcome["expected_value_amount"], published.currency_code)
    return (
        f"Chance of {chance}",
        f"to {say_outcome(outcome['outcome_type'])}; group {outcome['decile']} of 10 "
        f"by risk; {advice.get(outcome['decision'], outcome['decision'])}, expected "
        f"gain {value}",
    )
