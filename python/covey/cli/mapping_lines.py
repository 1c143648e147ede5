"""What `covey init` says of each table: what was found, and what it is taken for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from covey.cli.tables import table
from covey.reports.wording import say_count, say_plural

if TYPE_CHECKING:
    from covey.mapping.inspection import Column
    from covey.mapping.proposal import Proposal
    from covey.mapping.roles import Part
    from covey.mapping.rules import Rule


def table_lines(proposal: Proposal) -> Iterator[str]:
    """Show every table with its columns, and the settings that follow."""
    for part in proposal.parts:
        yield from _part_lines(proposal, part)
        yield ""
    yield f"Business   {proposal.business}, source {proposal.source}"
    yield f"As of      {proposal.as_of_date}, the day after the last that happened"
    yield f"Time zone  {proposal.time_zone}"
    yield f"Currency   {proposal.currency}"
    yield f"Outcome    {', '.join(proposal.outcomes)}; recommendations of items"


def _part_lines(proposal: Proposal, part: Part) -> Iterator[str]:
    found = part.table
    rows = say_plural(found.row_count, "row", "rows")
    yield f"{found.origin}: {rows}; {part.role} ({part.why})"
    keys = " or ".join(" + ".join(key) for key in found.keys[:2])
    repeats = (
        f"; {say_count(found.exact_repeats)} repeat another row"
        if found.exact_repeats
        else ""
    )
    yield f"  key: {keys or 'no column alone'}{repeats}"
    meanings = proposal.meanings[found.name]
    used = set(part.fields.values())
    yield from table(
        ["", "Column", "Type", ">Empty", ">Different", "From, to", "Means"],
        [
            [
                "→" if column.name in used else "",
                column.name,
                _kind(column),
                f"{column.null_share:.0%}",
                say_count(column.distinct_count),
                _range(column),
                _meaning(meanings[column.name].name, meanings[column.name].why),
            ]
            for column in found.columns
        ],
    )


def _kind(column: Column) -> str:
    formats = " or ".join(each for each in column.formats[:2] if each)
    return f"{column.kind} {formats}" if formats else column.kind


def _range(column: Column) -> str:
    if column.email_share or column.phone_share or column.kind == "text":
        return ""
    return f"{column.least[:16]} … {column.most[:16]}"


def _meaning(name: str, why: str) -> str:
    return "" if name == "unknown" else f"{name} ({why})"


def say_rule(rule: Rule) -> str:
    """Say what a rule does, in words."""
    operator = rule.operator.replace("_", " ")
    return f"{rule.field} {operator} {rule.value!r}: {rule.kind} ({rule.reason})"
