"""What `covey init` says of each table: what was found, and what it is taken for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

from covey.cli.tables import WIDTH, table
from covey.words.wording import say_count, say_plural

if TYPE_CHECKING:
    from covey.mapping.inspection import Column
    from covey.mapping.meanings import Meaning
    from covey.mapping.proposal import Proposal
    from covey.mapping.roles import Part
    from covey.mapping.rules import Rule


def table_lines(proposal: Proposal) -> Iterator[str]:
    """Show every table with its columns, and the settings that follow."""
    for part in proposal.parts:
        yield from _part_lines(proposal, part)
        yield ""
    yield f"Business   {proposal.business}, source {proposal.source}"
    yield f"As of      {proposal.as_of_date}: what happened before it is known"
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
                column.kind,
                f"{column.null_share:.0%}",
                say_count(column.distinct_count),
                _range(column),
                _meaning(meanings[column.name], column),
            ]
            for column in found.columns
        ],
        width=_width(),
    )


def _width() -> int:
    """Use what the terminal has: the reasons are worth a line."""
    return min(max(shutil.get_terminal_size((100, 24)).columns, WIDTH), 120)


def _range(column: Column) -> str:
    if not (column.is_time or column.is_number):
        return ""
    return f"{column.least[:10]} … {column.most[:10]}"


def _meaning(meaning: Meaning, column: Column) -> str:
    if meaning.name == "unknown":
        return ""
    formats = " or ".join(each for each in column.formats[:2] if each)
    return f"{meaning.name} ({meaning.why}{f', {formats}' if formats else ''})"


def say_rule(rule: Rule) -> str:
    """Say what a rule does, in words."""
    operator = rule.operator.replace("_", " ")
    return f"{rule.field} {operator} {rule.value!r}: {rule.kind} ({rule.reason})"
