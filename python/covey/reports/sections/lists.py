"""What the lists are about: how many are full, and what each segment stands for."""

from __future__ import annotations

from collections.abc import Sequence

from covey.reports.content import Column, Table, cells
from covey.warehouse import Row
from covey.words.vocabulary import say_list_name
from covey.words.wording import say_count, say_item, say_list, say_percent, say_times

WITHHELD = "withheld"


def say_lengths(lengths: Sequence[Row]) -> str:
    """Say of each list for how many it is full, and why it is not for the others.

    Of a list that is withheld, the section of what is left out says why.

    Parameters
    ----------
    lengths : sequence of Row
        Rows of `rpt_recommendation_lists`.
    """
    sentences = []
    made = [row["list_name"] for row in lengths if row["reason"] != WITHHELD]
    for list_name in dict.fromkeys(made):
        own = [row for row in lengths if row["list_name"] == list_name]
        total = sum(row["customer_count"] for row in own)
        full = sum(row["customer_count"] for row in own if row["reason"] == "full")
        others = [
            f"{row['reason']} ({say_count(row['customer_count'])})"
            for row in own
            if row["reason"] != "full"
        ]
        shorter = f"; the others are shorter: {say_list(others)}" if others else ""
        sentences.append(
            f"“{say_list_name(list_name)}” is full for {say_count(full)} of "
            f"{say_count(total)} customers{shorter}."
        )
    return " ".join(sentences)


def build_segment_items(items: Sequence[Row]) -> Table:
    """Lay out what each segment chooses more than others: a list for a persona.

    Parameters
    ----------
    items : sequence of Row
        Rows of `fct_segment_items`, segment by segment, the surest first.
    """
    table_rows = []
    for segment_id in dict.fromkeys(row["segment_id"] for row in items):
        own = [row for row in items if row["segment_id"] == segment_id]
        told = [f"{say_item(row['item_name'])} ({_say_lift(row)})" for row in own]
        table_rows.append(cells(own[0]["segment_name"], "; ".join(told)))
    return Table(
        "What each segment chooses more than others",
        (Column("Segment"), Column("Thing (of them; than others)")),
        tuple(table_rows),
        "Of all the different things of a year, so that who chooses much is not first "
        "everywhere. “covey segment” lists more.",
    )


def _say_lift(row: Row) -> str:
    share = say_percent(row["customer_share"])
    return f"{share}; {say_times(row['lift']) if row['lift'] else 'only they'}"
