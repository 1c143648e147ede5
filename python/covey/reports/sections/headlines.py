"""The few numbers that stand at the top of the page."""

from __future__ import annotations

from collections.abc import Sequence

from covey.published.comparisons import Comparison
from covey.published.queries import ReportRows
from covey.reports.content import Headline
from covey.reports.sections.balance import find_missing_rows
from covey.reports.sections.leaving import order_outcomes, say_expected
from covey.reports.sections.wants import choose_list_comparisons
from covey.words.vocabulary import say_list_name, say_model, say_outcome
from covey.words.wording import (
    say_count,
    say_large_money,
    say_money,
    say_percent,
    say_plural,
)


def build_headlines(
    rows: ReportRows, comparisons: Sequence[Comparison], currency_code: str
) -> list[Headline]:
    """Choose the numbers that a reader should take away.

    Parameters
    ----------
    rows : ReportRows
        What was read.
    comparisons : sequence of Comparison
        Figures of the quality table.
    currency_code : str
        Currency of the amounts.

    Returns
    -------
    list of Headline
        Up to six; a number that this version does not have is left out.
    """
    return [
        *_build_customers(rows, currency_code),
        *_build_risk(rows, currency_code),
        *_build_lists(comparisons),
        *_build_rows(rows),
    ]


def _build_customers(rows: ReportRows, currency_code: str) -> list[Headline]:
    if not rows["customers"] or not rows["customers"][0]["customer_count"]:
        return [Headline("Customers", "0", "This version has no customers.")]
    customers = rows["customers"][0]
    if not customers["buyer_count"]:
        segments = say_plural(len(rows["segments"]), "segment", "segments")
        count = say_count(customers["customer_count"])
        return [Headline("Customers", count, f"in {segments}")]
    return [
        Headline(
            "Customers",
            say_count(customers["customer_count"]),
            f"{say_count(customers['active_customer_count'])} bought in the last "
            "90 days",
        ),
        Headline(
            "Spend in 90 days",
            say_large_money(customers["spend_amount_90d"] or 0.0, currency_code),
            f"{say_large_money(customers['spend_amount_365d'] or 0.0, currency_code)} "
            "in the last 365 days",
        ),
    ]


def _build_risk(rows: ReportRows, currency_code: str) -> list[Headline]:
    outcomes = order_outcomes(rows)
    if not outcomes:
        return []
    first = outcomes[0]
    gain = say_money(first["contact_value_amount"] or 0.0, currency_code)
    return [
        Headline(
            "Customers at risk",
            say_expected(first["expected_customer_count"]).rsplit(" ", 1)[0],
            f"expected to {say_outcome(first['outcome_type'])}; "
            f"{say_money(first['expected_loss_amount'], currency_code)} of margin "
            "at stake",
        ),
        Headline(
            "Worth lending to" if first["is_loan"] else "Worth contacting",
            say_count(first["contact_count"]),
            f"expected gain {gain} after costs",
        ),
    ]


def _build_lists(comparisons: Sequence[Comparison]) -> list[Headline]:
    leading = choose_list_comparisons(comparisons)
    if not leading:
        return []
    first = leading[0]
    rule = say_model(first.baseline_model)
    relative = 0.0
    if first.baseline_value:
        relative = abs(first.value / first.baseline_value - 1)
    figure = {
        "better": f"{say_percent(relative)} better",
        "same": "as good",
        "worse": f"{say_percent(relative)} worse",
        "alone": first.say(first.value),
    }[first.standing]
    words = "quality of the list" if first.standing == "alone" else f"than {rule}"
    if first.standing == "same":
        words = f"as {rule}"
    return [
        Headline(
            f"Suggestions, “{say_list_name(first.subject)}”",
            figure,
            words if first.is_published else f"{words}, so that is shown instead",
        )
    ]


def _build_rows(rows: ReportRows) -> list[Headline]:
    balance = rows["balance"]
    total = sum(row["input_rows"] or 0 for row in balance)
    if not total:
        return []
    accepted = sum(row["accepted_rows"] or 0 for row in balance)
    missing = sum(abs(find_missing_rows(row)) for row in balance)
    words = "every row is accounted for"
    if missing:
        words = f"{say_count(missing)} rows are not accounted for"
    return [
        Headline(
            "Input rows used",
            say_percent(accepted / total),
            f"of {say_count(total)}; {words}",
        )
    ]
