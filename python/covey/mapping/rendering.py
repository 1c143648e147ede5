"""Fill the templates: every file of a new source, as text."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import jinja2

from covey.mapping import expressions as sql
from covey.mapping import feeds as feeding
from covey.mapping.feed_values import feed_values, known_part, stg
from covey.mapping.proposal import (
    Proposal,
    landed_columns,
    personal_columns,
    unknown_values,
)
from covey.mapping.roles import Part
from covey.mapping.staging import staging_model
from covey.mapping.staging_model import GRAINS, Lookup, StagingModel

_SECTIONS = ("ids", "text", "numerics", "booleans", "dates", "timestamps")
_TYPES = {"integer": "numeric", "decimal": "numeric", "date": "date"}


def render(project_dir: Path, proposal: Proposal) -> dict[Path, str]:
    """Write every file of the source, and the business's, into memory.

    Returns
    -------
    dict
        Path below the project to its text.
    """
    models = [staging_model(proposal, part) for part in proposal.used_parts]
    source = proposal.source
    staging = Path("models/staging") / source
    intermediate = Path("models/intermediate") / source
    files = {
        Path("businesses") / f"{proposal.business}.yml": _business(proposal, models),
        staging / f"_{source}__sources.yml": _sources(proposal),
        staging / f"_{source}__models.yml": _models(source, models),
    }
    for model in models:
        name = stg(source, model.part)
        files[staging / f"{name}.sql"] = _staging(source, model)
    contracts = [
        known_part(models, feed)
        for feed in feeding.contracts(project_dir, proposal, models)
    ]
    files[intermediate / f"_{source}__feeds.yml"] = _fill(
        "feeds.yml", source=source, feeds=contracts
    )
    for feed in contracts:
        path = intermediate / f"int_{source}__{feed.name}.sql"
        files[path] = _fill(f"{feed.name}.sql", **feed_values(source, models, feed))
    return files


def _environment() -> jinja2.Environment:
    """Templates write jinja of their own, so they are filled with other marks."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("covey.mapping", "templates"),
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals |= {
        "named": sql.named,
        "listed": sql.listed,
        "comment": sql.comment,
        "condition_line": _condition_line,
        "lookup_names": _lookup_names,
        "cte": lambda part: sql.cte(part.table.name),
        "described_in": _described_in,
    }
    return environment


def _fill(template: str, **values: Any) -> str:
    text = _environment().get_template(f"{template}.j2").render(**values)
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def _described_in(text: str, indent: int) -> str:
    pad = " " * indent
    return textwrap.fill(text, sql.WIDTH, initial_indent=pad, subsequent_indent=pad)


def _lookup_names(lookup: Lookup) -> str:
    return ",\n        ".join(f"{lookup.name}.{name}" for _, name in lookup.columns)


def _condition_line(code: str, condition: str) -> str:
    """Write one entry of a mapping of codes to conditions."""
    if condition == "@currency":
        spelled = "\"currency_code <> '\" ~ var('currency_code') ~ \"'\""
    elif condition == "@event_type":
        inner = "'interaction_type is null or interaction_type not in ('"
        spelled = (
            f"\n                {inner}\n                ~ 'select interaction_type "
            "from ' ~ ref('interaction_types') ~ ')'"
        )
    elif condition.startswith("@"):
        spelled = condition[1:]
    elif "' ~" in condition:
        spelled = f"'{condition}'"
    else:
        spelled = f'"{condition}"' if "'" in condition else f"'{condition}'"
    line = f"'{code}': {spelled}"
    if len(line) + 13 > sql.WIDTH and "\n" not in line:
        return f"'{code}':\n                {spelled}"
    return line.replace(": \n", ":\n")


def _judged(source: str, model: StagingModel) -> str:
    key = ", ".join(f"'{name}'" for name in model.key)
    table = model.part.table.name
    call = f"judged_rows('checked', '{source}', '{table}', key=[{key}])"
    if len(call) + 6 <= sql.WIDTH:
        return f"{{{{ {call} }}}}"
    return (
        f"{{{{ judged_rows(\n    'checked', '{source}', '{table}',\n"
        f"    key=[{key}]\n) }}}}"
    )


def _staging(source: str, model: StagingModel) -> str:
    impossible = "birth_year" in model.names()
    checked = "*"
    if impossible:
        checked = textwrap.dedent(
            """\
            * replace (
                        case
                            when birth_year between 1900 and year({{ as_of_date() }})
                                then birth_year
                        end as birth_year
                    )"""
        )
    return _fill(
        "staging.sql",
        source=source,
        model=model,
        sections=[(s, model.sections[s]) for s in _SECTIONS if s in model.sections],
        checked_columns=checked,
        rejects=list(model.rejects.items()),
        judged=_judged(source, model),
    )


def _business(proposal: Proposal, models: list[StagingModel]) -> str:
    origins = ", ".join(part.table.name for part in proposal.used_parts)
    return _fill(
        "business.yml",
        title=f"{proposal.business}: from the tables {origins}.",
        business=proposal.business,
        source=proposal.source,
        entities=feeding.entities_of(proposal, models),
        as_of_date=proposal.as_of_date,
        time_zone=proposal.time_zone,
        currency=proposal.currency,
        outcomes=proposal.outcomes,
    )


def _sources(proposal: Proposal) -> str:
    tables = [
        {
            "name": part.table.name,
            "grain": GRAINS[part.role].split(";")[0].split(":")[0].rstrip(".") + ".",
            "meta": _table_meta(part),
            "columns": _columns(proposal, part),
        }
        for part in proposal.used_parts
    ]
    origins = ", ".join(part.table.name for part in proposal.used_parts)
    return _fill("sources.yml", source=proposal.source, origins=origins, tables=tables)


def _table_meta(part: Part) -> dict[str, str]:
    options = dict(part.table.file_options)
    if any(column.decimal == "," for column in part.table.columns):
        options["decimal"] = '","'
    if "delimiter" in options:
        options["delimiter"] = '"' + options["delimiter"].replace("\t", "\\t") + '"'
    if "sheet" in options:
        options["sheet"] = f'"{options["sheet"]}"'
    meta = {"relation": json.dumps(part.table.relation)} if part.table.relation else {}
    if options and not part.table.relation:
        listed = ", ".join(f"{name}: {value}" for name, value in options.items())
        meta["file"] = f"{{{listed}}}"
    return meta


def _columns(proposal: Proposal, part: Part) -> list[dict[str, str]]:
    personal = personal_columns(proposal, part)
    kept = set(landed_columns(proposal, part))
    read = set(part.fields.values())
    columns = []
    for column in part.table.columns:
        meta = dict(personal[column.name])
        if meta.get("personal") == "pseudonym" and unknown_values(column):
            listed = ", ".join(f'"{value}"' for value in unknown_values(column))
            meta["unknown_values"] = f"[{listed}]"
        data_type = ""
        if column.name in kept & read and "personal" not in meta:
            data_type = _TYPES.get(column.kind, column.kind)
        columns.append(
            {
                "name": column.name,
                "data_type": data_type if data_type in _DECLARED else "",
                "meta": ", ".join(f"{name}: {value}" for name, value in meta.items()),
            }
        )
    return columns


_DECLARED = ("numeric", "timestamp", "date")


def _models(source: str, models: list[StagingModel]) -> str:
    listed = [
        {
            "name": stg(source, model.part),
            "table": f"{source}.{model.part.table.name}",
            "grain": model.grain,
            "key": model.key,
            "has_currency": "currency_code" in model.names(),
        }
        for model in models
    ]
    return _fill("models.yml", models=listed)
