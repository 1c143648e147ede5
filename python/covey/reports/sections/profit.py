"""What acting by the score would have earned with customers it had not seen."""

from __future__ import annotations

from collections.abc import Sequence

from covey.reports.charts.scores import draw_gain_curve, title_money
from covey.reports.content import Block, Chart, Column, Table, cells
from covey.warehouse import Row
from covey.words.wording import say_count, say_money, say_percent

# How acting is called, on some and on all, and in which order customers stand.
CONTACT = (
    "Contacting",
    "contacting all",
    "Share of customers contacted, highest score first",
)
LOAN = ("Lending", "lending to all", "Share of customers lent to, lowest score first")


def build_profit(
    outcome: Row, deciles: Sequence[Row], currency_code: str
) -> list[Block]:
    """Draw what acting on a share of the test customers would have earned.

    Parameters
    ----------
    outcome : dict
        The totals of the outcome's scores.
    deciles : sequence of dict
        Rows of `rpt_score_deciles` about the outcome.
    currency_code : str
        Currency of the amounts.

    Returns
    -------
    list
        One chart; nothing without costs or without a test.
    """
    points = add_up_profit(deciles, outcome["is_loan"])
    if not points:
        return []
    acting, everybody, order = LOAN if outcome["is_loan"] else CONTACT
    total = points[-1]["customer_count"]
    acted_on = sum(row["acted_on_count"] for row in deciles)
    threshold = {
        "reach": acted_on / total,
        "gain": 1000 * sum(row["acted_on_value_amount"] for row in deciles) / total,
    }
    title = (
        f"{acting} where it should pay (green) would have earned "
        f"{say_money(threshold['gain'], currency_code)} per 1,000 past customers, "
        f"{everybody} {say_money(points[-1]['gain'], currency_code)}"
    )
    description = (
        "What acting would have earned per 1,000 test customers, by the share of "
        f"them acted on. {title}."
    )
    numbers = Table(
        "What acting would have earned, for each share of the test customers",
        (
            Column("Share", True),
            Column("Test rows", True),
            Column("Earned per 1,000", True),
        ),
        tuple(
            cells(
                say_percent(point["reach"]),
                say_count(point["customer_count"]),
                say_money(point["gain"], currency_code),
            )
            for point in points
        ),
        "By what happened, and the costs and terms in the business's settings: how "
        "many a contact keeps is an assumption of theirs.",
    )
    titles = (order, title_money("Earned per 1,000", currency_code))
    return [
        Chart(
            f"profit-{outcome['outcome_type']}",
            title,
            description,
            draw_gain_curve(points, threshold, titles, ".0%", description),
            numbers,
            subtitle=(
                f"The green point is {say_percent(threshold['reach'])} of the test "
                "customers. It weighs the chance and the money at stake of each, the "
                "line the score alone, so it may lie off the line."
            ),
        )
    ]


def add_up_profit(deciles: Sequence[Row], is_loan: bool) -> list[Row]:
    """Add up what acting earned, tenth by tenth, per 1,000 customers of all.

    Parameters
    ----------
    deciles : sequence of dict
        Rows of `rpt_score_deciles` about one outcome.
    is_loan : bool
        Whether to act is to lend: the lowest score then comes first.

    Returns
    -------
    list of dict
        `reach` (share of the customers), `customer_count` and `gain`, from nobody to
        everybody; empty where no amount is known.

    Examples
    --------
    >>> tenth = {"customer_count": 10, "realised_value_amount": 5.0}
    >>> low = {"customer_count": 30, "realised_value_amount": -9.0, "decile": 1}
    >>> points = add_up_profit([low, {**tenth, "decile": 10}], is_loan=False)
    >>> [(point["reach"], point["gain"]) for point in points]
    [(0.0, 0.0), (0.25, 125.0), (1.0, -100.0)]
    """
    known = [row for row in deciles if row.get("realised_value_amount") is not None]
    total = sum(row["customer_count"] for row in known)
    if not total:
        return []
    count, amount = 0, 0.0
    points: list[Row] = [{"reach": 0.0, "customer_count": 0, "gain": 0.0}]
    for row in sorted(known, key=lambda row: row["decile"], reverse=not is_loan):
        count += row["customer_count"]
        amount += float(row["realised_value_amount"])
        points.append(
            {
                "reach": count / total,
                "customer_count": count,
                "gain": 1000 * amount / total,
            }
        )
    return points
