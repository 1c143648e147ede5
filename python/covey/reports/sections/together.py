"""What is bought together: the rules that are more than chance."""

from __future__ import annotations

from covey.published.queries import ReportRows
from covey.reports.content import Column, Note, Section, Table, cells
from covey.words.wording import (
    say_count,
    say_item,
    say_percent,
    say_plural,
    say_times,
)


def build_together_section(rows: ReportRows) -> list[Section]:
    """Say what goes into one basket.

    Parameters
    ----------
    rows : ReportRows
        What was read; `rule_counts` and `rules` are used.

    Returns
    -------
    list of Section
        One section, or none in a version without rules.
    """
    if not rows["rules"]:
        return []
    counts = rows["rule_counts"][0]
    best = rows["rules"][0]
    answer = (
        f"{say_item(best['consequent_item_name'])} with "
        f"{say_item(best['antecedent_item_name'])}, for one: they share a basket "
        f"{say_times(best['lift'])} as often as if they had nothing to do with each "
        "other."
    )
    sure = say_plural(counts["significant_count"], "rule is", "rules are")
    table = Table(
        "One row is a pair of things, those that most belong together first",
        (
            Column("In the basket"),
            Column("Also put in"),
            Column("Baskets", True),
            Column("Of those with the first", True),
            Column("Than usual", True),
        ),
        tuple(
            cells(
                say_item(row["antecedent_item_name"]),
                say_item(row["consequent_item_name"]),
                say_count(row["basket_count"]),
                say_percent(row["confidence"]),
                say_times(row["lift"]),
            )
            for row in rows["rules"]
        ),
        "Each holds in the earlier and in the later half of the days, too.",
    )
    note = Note(
        f"{sure} more than chance, of {say_count(counts['rule_count'])} that are "
        f"frequent enough; {say_count(counts['lasting_count'])} of them hold in both "
        "halves of the days. “covey together” lists those of one item."
    )
    return [
        Section(
            "together", "Together", "What is bought together?", answer, (note, table)
        )
    ]
