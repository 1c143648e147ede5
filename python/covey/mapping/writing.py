"""Put a proposal into the project: files, and lines in files that are there."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from covey.mapping.proposal import MappingError, Proposal
from covey.mapping.rendering import render
from covey.mapping.rules import Rule
from covey.settings import DEFAULT_BUSINESS

_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_COSTS = "0.60,0.35,0.10"


def write(
    project_dir: Path, proposal: Proposal, rules: list[Rule], force: bool
) -> list[Path]:
    """Write everything that a new business needs.

    Returns
    -------
    list of Path
        What was written or changed, below the project.

    Raises
    ------
    MappingError
        If a file is there already and ``force`` is not set, or the source's name is a
        word of covey's own models.
    """
    check_names(project_dir, proposal)
    files = render(project_dir, proposal)
    there = [path for path in files if (project_dir / path).exists()]
    if there and not force:
        raise MappingError(
            f"{there[0]} is there already: --force replaces what init writes, "
            "--source NAME takes another name"
        )
    changed = {
        Path("dbt_project.yml"): _switched_on(
            (project_dir / "dbt_project.yml").read_text(encoding="utf-8"),
            proposal.source,
        ),
        Path("seeds/costs.csv"): _with_costs(
            (project_dir / "seeds" / "costs.csv").read_text(encoding="utf-8"), proposal
        ),
        Path("seeds/order_rules.csv"): _with_rules(
            (project_dir / "seeds" / "order_rules.csv").read_text(encoding="utf-8"),
            proposal.source,
            rules,
        ),
    }
    changed = {
        path: text
        for path, text in changed.items()
        if text != (project_dir / path).read_text(encoding="utf-8")
    }
    for path, text in {**files, **changed}.items():
        target = project_dir / path
        if not target.resolve().is_relative_to(project_dir.resolve()):
            raise MappingError(f"{path} leads out of the project")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return [*files, *changed]


def check_business_name(name: str) -> None:
    """Refuse what cannot be a business.

    Raises
    ------
    MappingError
        If it is the sample, or no plain word.
    """
    if name == DEFAULT_BUSINESS:
        raise MappingError(f"{name!r} is covey's own: take another name")
    if not _NAME.fullmatch(name):
        raise MappingError(
            f"{name!r} is not a business name: lower-case letters, digits and _"
        )


def check_names(project_dir: Path, proposal: Proposal) -> None:
    """Refuse the name of a source that covey's own models use as a word.

    A source's name ends at the core, and a test looks for it after that.

    Raises
    ------
    MappingError
        If it is one.
    """
    name = proposal.source
    if not _NAME.fullmatch(name):
        raise MappingError(f"--source {name}: lower-case letters, digits and _")
    for room in ("core", "features", "ml", "marts"):
        for path in sorted((project_dir / "models" / room).rglob("*")):
            if path.suffix in (".sql", ".py") and says(path.read_text("utf-8"), name):
                raise MappingError(
                    f"{name!r} is a word of covey's own models ({path.name}): name the "
                    f"source otherwise, for example --source {name}_export"
                )


def says(text: str, name: str) -> bool:
    """Whether a text has a name as a word, also within `stg_name__table`.

    Examples
    --------
    >>> says("from stg_tea__sales", "tea"), says("take it instead", "tea")
    (True, False)
    """
    return bool(re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", text))


def _switched_on(text: str, source: str) -> str:
    """Add the source's two switches below those of the others; comments stay."""
    lines = text.splitlines()
    for room in ("staging", "intermediate"):
        start = lines.index(f"    {room}:")
        rest = range(start + 1, len(lines))
        end = next((i for i in rest if re.match(r" {0,4}\S", lines[i])), len(lines))
        block = lines[start:end]
        if f"      {source}:" in block:
            continue
        last = max(i for i in range(start, end) if "+enabled" in lines[i])
        switch = f"\"{{{{ '{source}' in var('sources', ['shop']) }}}}\""
        lines[last + 1 : last + 1] = [f"      {source}:", f"        +enabled: {switch}"]
    return "\n".join(lines) + "\n"


def _with_costs(text: str, proposal: Proposal) -> str:
    """Add what a contact costs and a kept customer is worth, where there is no row."""
    for outcome in proposal.outcomes:
        start = f"{proposal.business},{outcome},"
        if not any(line.startswith(start) for line in text.splitlines()):
            text = text.rstrip("\n") + f"\n{start}{_COSTS}\n"
    return text


def _with_rules(text: str, source: str, rules: list[Rule]) -> str:
    """Add rules that are not there yet."""
    known = {tuple(row[:4]) for row in csv.reader(io.StringIO(text))}
    added = io.StringIO()
    writer = csv.writer(added, lineterminator="\n")
    for rule in rules:
        row = (source, rule.field, rule.operator, rule.value, rule.kind, rule.reason)
        if row[:4] not in known:
            writer.writerow(row)
    return text.rstrip("\n") + "\n" + added.getvalue()
