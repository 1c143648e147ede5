"""Who is leaving: how good the score is, why, and whom it pays to contact."""

from __future__ import annotations

from collections.abc import Sequence

from covey.published.comparisons import Comparison, choose_leading
from covey.published.model_card import CardTable, tabulate_drift, tabulate_policy
from covey.published.queries import ReportRows, has_orders
from covey.reports.charts.palette import ACCENT
from covey.reports.charts.scores import (
    draw_labelled_bars,
    draw_lift,
    draw_reliability,
)
from covey.reports.content import (
    Block,
    Chart,
    Column,
    Heading,
    Note,
    Section,
    Table,
    cells,
)
from covey.reports.sections.contacts import build_contacts
from covey.reports.sections.profit import build_profit
from covey.warehouse import Row
from covey.words.feature_names import say_feature
from covey.words.vocabulary import (
    say_approximation,
    say_model,
    say_outcome,
    say_outcome_title,
)
from covey.words.wording import (
    capitalise,
    say_count,
    say_money,
    say_number,
    say_percent,
    say_plural,
    say_times,
)

QUESTION = "Who is about to leave?"
LOAN_QUESTION = "Who may not pay?"
REASONS_SHOWN = 6


def build_leaving_section(
    rows: ReportRows,
    comparisons: Sequence[Comparison],
    colours: dict[str, str],
    currency_code: str,
) -> list[Section]:
    """Say who is likely to leave, how sure that is and whom to contact.

    Parameters
    ----------
    rows : ReportRows
        What was read.
    comparisons : sequence of Comparison
        Figures of the quality table.
    colours : dict of str to str
        Colour by `segment_id`.
    currency_code : str
        Currency of the amounts.
    """
    outcomes = order_outcomes(rows)
    if not outcomes:
        missing = Section(
            "leaving",
            "Leaving",
            QUESTION,
            "No outcome is scored in this version, so nobody can be said to leave.",
            (
                Note(
                    "This part needs an outcome in the business file, and enough "
                    "history to learn from.",
                    "missing",
                ),
            ),
        )
        return [missing] if has_orders(rows) else []
    blocks: list[Block] = []
    for outcome in outcomes:
        blocks.extend(
            _build_outcome(outcome, rows, comparisons, colours, currency_code)
        )
    first = outcomes[0]
    scored = say_plural(first["customer_count"], "scored customer", "scored customers")
    answer = (
        f"Of {scored}, {say_expected(first['expected_customer_count'])} expected to "
        f"{say_outcome(first['outcome_type'])}; the margin at stake is about "
        f"{say_money(first['expected_loss_amount'], currency_code)}."
    )
    question = LOAN_QUESTION if first["is_loan"] else QUESTION
    return [Section("leaving", "Leaving", question, answer, tuple(blocks))]


def say_expected(expected_count: float) -> str:
    """Say how many customers are expected to do something, with the verb.

    Examples
    --------
    >>> say_expected(94.2), say_expected(0.3)
    ('about 94 are', 'fewer than one is')
    """
    if expected_count < 1:
        return "fewer than one is"
    count = say_count(expected_count)
    return f"about {count} {'is' if count == '1' else 'are'}"


def order_outcomes(rows: ReportRows) -> list[Row]:
    """Put the business's first outcome first, then the others by name."""
    customers = rows["customers"]
    first = customers[0]["outcome_type"] if customers else None
    return sorted(rows["outcomes"], key=lambda row: row["outcome_type"] != first)


def _build_outcome(
    outcome: Row,
    rows: ReportRows,
    comparisons: Sequence[Comparison],
    colours: dict[str, str],
    currency_code: str,
) -> list[Block]:
    outcome_type = outcome["outcome_type"]
    own = {
        name: [row for row in rows[name] if row["outcome_type"] == outcome_type]
        for name in (
            "deciles",
            "reasons",
            "contact_curve",
            "contact_segments",
            "policy",
            "drift",
        )
    }
    blocks: list[Block] = [Heading(say_outcome_title(outcome_type))]
    tested = [
        row
        for row in own["deciles"]
        if row["mean_probability"] is not None and row["observed_rate"] is not None
    ]
    if tested:
        blocks.append(Note(_say_how_good(tested, outcome_type, comparisons)))
        blocks.append(_build_reliability(tested, outcome_type))
        blocks.append(_build_lift(tested, outcome_type))
        blocks.extend(build_profit(outcome, tested, currency_code))
    else:
        blocks.append(
            Note("No test on a later period was possible for this score.", "missing")
        )
    if own["reasons"]:
        blocks.append(_build_reasons(own["reasons"], outcome, rows["profiles"]))
    else:
        blocks.append(
            Note("Nobody in the riskiest fifth has a published reason.", "missing")
        )
    blocks.extend(
        build_contacts(
            outcome,
            own["contact_curve"],
            own["contact_segments"],
            rows,
            colours,
            currency_code,
        )
    )
    for part in (
        tabulate_policy(own["policy"], currency_code),
        tabulate_drift(own["drift"]),
    ):
        if part.rows:
            blocks.append(_as_table(part))
    return blocks


def _as_table(part: CardTable) -> Table:
    """Put a part of the model's card on the page."""
    columns = [
        Column(header.removeprefix(">"), header.startswith(">"))
        for header in part.headers
    ]
    rows = tuple(cells(*row) for row in part.rows)
    return Table(part.title, tuple(columns), rows, part.note)


def _say_how_good(
    deciles: Sequence[Row], outcome_type: str, comparisons: Sequence[Comparison]
) -> str:
    total = sum(row["customer_count"] for row in deciles) or 1
    average = sum(row["observed_rate"] * row["customer_count"] for row in deciles)
    miss = sum(
        abs(row["observed_rate"] - row["mean_probability"]) * row["customer_count"]
        for row in deciles
    )
    top = max(deciles, key=lambda row: row["decile"])
    words = (
        f"Of every 100 customers in the top tenth by score, "
        f"{say_count(top['observed_rate'] * 100)} really did; of 100 average "
        f"customers, {say_count(average / total * 100)}. Predicted chances were off "
        f"by {miss / total * 100:.1f} percentage points on average."
    )
    leading = choose_leading(comparisons, "propensity")
    auc = next((item for item in leading if item.subject == outcome_type), None)
    if auc is None or auc.baseline_value is None or "auc" not in auc.metric:
        return words
    rule = say_model(auc.baseline_model)
    if not auc.is_published:
        return (
            f"{words} The learned score did not beat a simple rule ({rule}) on "
            "validation and again on the test, so that rule is used."
        )
    return (
        f"{words} It ranks customers better than the best simple rule ({rule}): "
        f"right in {say_count(auc.value * 100)} of 100 pairs instead of "
        f"{say_count(auc.baseline_value * 100)}."
    )


def _build_reliability(deciles: Sequence[Row], outcome_type: str) -> Chart:
    points = [
        {
            "decile": row["decile"],
            "predicted": row["mean_probability"],
            "observed": row["observed_rate"],
            "customers": say_count(row["customer_count"]),
        }
        for row in deciles
    ]
    description = (
        "Predicted chance against what happened, one point for each tenth of "
        "customers by score. Points on the dashed diagonal mean that a predicted 30% "
        "happened 30% of the time."
    )
    return Chart(
        f"reliability-{outcome_type}",
        "Does 30% mean 30%? Points on the dashed line are exactly right",
        description,
        draw_reliability(points, description),
        Table(
            "Predicted and happened, for each tenth of the test customers",
            (
                Column("Tenth", True),
                Column("Test rows", True),
                Column("Predicted", True),
                Column("Happened", True),
            ),
            tuple(
                cells(
                    str(row["decile"]),
                    say_count(row["customer_count"]),
                    say_percent(row["mean_probability"]),
                    say_percent(row["observed_rate"]),
                )
                for row in deciles
            ),
        ),
        is_half_width=True,
    )


def _build_lift(deciles: Sequence[Row], outcome_type: str) -> Chart:
    points = [
        {
            "decile": row["decile"],
            "lift": row["lift"] or 0.0,
            "label": f"{row['lift'] or 0.0:.1f}×",
            "observed": row["observed_rate"],
        }
        for row in deciles
    ]
    top = max(deciles, key=lambda row: row["decile"])
    description = (
        "How often it happened in each tenth of customers by score, as a multiple of "
        f"the average; in the highest tenth {say_times(top['lift'])}."
    )
    numbers = Table(
        "How often it happened, for each tenth of the test customers",
        (
            Column("Tenth", True),
            Column("Happened", True),
            Column("Times the average", True),
        ),
        tuple(
            cells(
                str(row["decile"]),
                say_percent(row["observed_rate"]),
                say_number(row["lift"]),
            )
            for row in deciles
        ),
    )
    return Chart(
        f"lift-{outcome_type}",
        f"It happened {say_times(top['lift'])} as often as on average in the top tenth",
        description,
        draw_lift(points, description),
        numbers,
        is_half_width=True,
    )


def _build_reasons(
    reasons: Sequence[Row], outcome: Row, profiles: Sequence[Row]
) -> Chart:
    labels = {row["name"]: row["label"] for row in profiles if row["label"]}
    riskiest = outcome["riskiest_count"] or 1
    points = []
    table_rows = []
    for position, row in enumerate(reasons[:REASONS_SHOWN]):
        name = capitalise(labels.get(row["feature"]) or say_feature(row["feature"]))
        share = row["customer_count"] / riskiest
        label = f"{say_percent(share)} of them"
        points.append(
            {"position": position, "name": name, "value": share, "label": label}
        )
        table_rows.append(
            cells(
                name,
                say_count(row["customer_count"]),
                f"+{row['mean_contribution_points']:.1f} points",
                row["example_text"] or "",
            )
        )
    description = (
        "Most frequent reasons for a high score among the fifth of customers with the "
        "highest scores: "
        + "; ".join(f"{point['name']}, {point['label']}" for point in points)
    )
    return Chart(
        f"reasons-{outcome['outcome_type']}",
        f"Why: what raises the score of the riskiest fifth "
        f"({say_plural(outcome['riskiest_count'], 'customer', 'customers')})",
        description,
        draw_labelled_bars(points, ACCENT, description),
        Table(
            "Reasons among the riskiest fifth",
            (
                Column("Reason"),
                Column("Customers", True),
                Column("Adds on average", True),
                Column("For example"),
            ),
            tuple(table_rows),
            (
                "Points are percentage points of predicted chance beside a typical "
                "customer. A reason says what the score saw, not what caused it. "
                f"{say_approximation(outcome['model'])}"
            ).strip(),
        ),
    )
