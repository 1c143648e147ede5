"""Whom it pays to contact, and what that is expected to earn."""

from __future__ import annotations

from collections.abc import Sequence

from covey.published.queries import ReportRows
from covey.reports.charts.scores import draw_gain_curve, title_money
from covey.reports.content import Block, Cell, Chart, Column, Note, Table
from covey.warehouse import Row
from covey.words.wording import say_count, say_money, say_percent, say_plural

# How acting is called, once, often, and what it has to pay for.
CONTACT = ("Contacting", "contact", "contacts", "costs")
LOAN = ("Lending to", "loan", "loans", "losses")


def build_contacts(
    outcome: Row,
    curve: Sequence[Row],
    segments: Sequence[Row],
    rows: ReportRows,
    colours: dict[str, str],
    currency_code: str,
) -> list[Block]:
    """Say whom it pays to contact about one outcome.

    Parameters
    ----------
    outcome : dict
        The totals of the outcome's scores.
    curve : sequence of dict
        Expected gain by number of customers contacted.
    segments : sequence of dict
        Totals by segment.
    rows : ReportRows
        What was read; its segments give order and names.
    colours : dict of str to str
        Colour by `segment_id`.
    currency_code : str
        Currency of the amounts.
    """
    contact_count = outcome["contact_count"] or 0
    gain = outcome["contact_value_amount"] or 0.0
    everyone = outcome["everyone_value_amount"]
    if everyone is None:
        return [Note("No costs are set for this outcome: who to contact is open.")]
    if not contact_count:
        return [
            Note(
                "At today's costs nobody is worth contacting about this: for every "
                "customer the contact costs more than it is expected to save."
            )
        ]
    act, one, many, paid = CONTACT if not outcome["is_loan"] else LOAN
    words = (
        f"{act} {say_plural(contact_count, 'customer', 'customers')} is worth it: "
        f"expected gain {say_money(gain, currency_code)} after {paid}. {act} all "
        f"{say_count(outcome['customer_count'])} would come to "
        f"{say_money(everyone, currency_code)}."
    )
    if outcome["contact_consent_count"]:
        words += (
            f" Of those worth contacting, {say_count(outcome['contact_consent_count'])}"
            " have agreed to marketing."
        )
    outcome_type = outcome["outcome_type"]
    description = f"Expected gain by number of customers contacted. {words}"
    blocks: list[Block] = [Note(words)]
    if len(curve) > 1:
        best = {"reach": contact_count, "gain": gain}
        titles = (
            "Customers contacted, best first",
            title_money("Expected gain so far", currency_code),
        )
        blocks.append(
            Chart(
                f"contacts-{outcome_type}",
                f"It pays up to {say_plural(contact_count, one, many)} (green); after "
                "that each one costs more than it brings",
                description,
                draw_gain_curve(curve, best, titles, ",.0f", description),
            )
        )
    table = _build_contact_table(segments, rows, colours, currency_code)
    return [*blocks, table] if table.rows else blocks


def _build_contact_table(
    parts: Sequence[Row],
    rows: ReportRows,
    colours: dict[str, str],
    currency_code: str,
) -> Table:
    by_segment = {row["segment_id"]: row for row in parts}
    table_rows = []
    for segment in rows["segments"]:
        part = by_segment.get(segment["segment_id"])
        if part is None:
            continue
        table_rows.append(
            (
                Cell(segment["segment_name"], colour=colours[segment["segment_id"]]),
                Cell(say_count(part["customer_count"])),
                Cell(say_percent(part["mean_probability"])),
                Cell(
                    say_count(part["contact_count"]),
                    bar=part["contact_count"] / part["customer_count"],
                ),
                Cell(say_money(part["contact_value_amount"] or 0.0, currency_code)),
            )
        )
    return Table(
        "Whom to contact, by segment",
        (
            Column("Segment"),
            Column("Scored customers", True),
            Column("Average chance", True),
            Column("Worth contacting", True),
            Column("Expected gain", True),
        ),
        tuple(table_rows),
        "Expected gain is the predicted chance times the margin that a contact would "
        "save, less what the contact costs in the business's settings.",
    )
