"""What the records do not carry: said only if something is left out or replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from covey.published.queries import ReportRows
from covey.reports.content import Cell, Column, Section, Table
from covey.warehouse import Row
from covey.words.vocabulary import say_output
from covey.words.wording import lower_first, say_list, say_plural

DECISIONS = {
    "published": "ready",
    "simple rule": "a simple rule stands in",
    "withheld": "left out",
}
_DECIDING = {"withheld": ("withhold",), "simple rule": ("simple_rule",)}


@dataclass(frozen=True)
class Standing:
    """Whether one output is published.

    Attributes
    ----------
    checks : tuple of dict
        Its rows of ``rpt_readiness``.
    """

    output: str
    decision: str
    checks: tuple[Row, ...]

    @property
    def title(self) -> str:
        """What people call the output."""
        return say_output(self.output)

    @property
    def words(self) -> str:
        """What was decided, for people."""
        return DECISIONS.get(self.decision, self.decision)

    @property
    def missing(self) -> list[Row]:
        """The checks that decided against it."""
        deciding = _DECIDING.get(self.decision, ())
        return [row for row in self.unmet if row["consequence"] in deciding]

    @property
    def unmet(self) -> list[Row]:
        """Every check that is not met."""
        return [row for row in self.checks if not row["is_met"]]


def list_standings(rows: Sequence[Row]) -> list[Standing]:
    """Put the rows of ``rpt_readiness`` together by output; proposals are left out."""
    checks = [row for row in rows if row["kind"] == "check"]
    outputs = dict.fromkeys(row["output"] for row in checks)
    standings = []
    for output in outputs:
        own = tuple(row for row in checks if row["output"] == output)
        standings.append(Standing(output, own[0]["decision"], own))
    return standings


def build_readiness_section(rows: ReportRows) -> list[Section]:
    """Say what is left out, and why.

    Parameters
    ----------
    rows : ReportRows
        What was read; `readiness` is used.

    Returns
    -------
    list of Section
        One section, or none if everything is published.
    """
    standings = list_standings(rows["readiness"])
    affected = [each for each in standings if each.decision != "published"]
    if not affected:
        return []
    left_out = [each for each in affected if each.decision == "withheld"]
    count = say_plural(len(affected), "part", "parts")
    answer = f"There is too little for {count} of {len(standings)}"
    names = [lower_first(each.title) for each in left_out]
    answer += f"; left out: {say_list(names)}." if names else "."
    table = Table(
        "What the records do not carry",
        (Column("Part"), Column("What follows"), Column("Why")),
        tuple(
            (
                Cell(each.title),
                Cell(each.words, tone="bad" if each in left_out else "same"),
                Cell("; ".join(row["explanation"] for row in each.missing)),
            )
            for each in affected
        ),
        "It appears by itself once there are enough records.",
    )
    return [
        Section(
            "readiness",
            "Left out",
            "What can these records not say yet?",
            answer,
            (table,),
        )
    ]
